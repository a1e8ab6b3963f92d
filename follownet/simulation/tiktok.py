"""What one account's TikTok export shows of a world, and its file in the layout of a year."""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pandas as pd

from follownet.simulation import archive, events, views
from follownet.simulation.names import filler
from follownet.simulation.options import require
from follownet.tables import TEXT, Export

if TYPE_CHECKING:
    from follownet.simulation.world import World

PLATFORM: Final = "tiktok"
#: What is done to posts there; of none of it the export names whose post it was.
_KINDS: Final = {"like": "like", "save": "save", "comment": "comment", "view": "view"}
_VIDEO: Final = "https://www.tiktokv.com/share/video/{}/"
_FORMATS: Final = ("video", "reel")


class Layout(NamedTuple):
    """Where lists lie, and whether keys of records are in lower case in likes and comments."""

    file: str
    sections: dict[str, tuple[str, ...]]
    lower: bool


#: List -> the keys from the root to it.
LAYOUTS: Final = {
    "2023": Layout(
        "user_data.json",
        {
            "followers": ("Activity", "Follower List", "FansList"),
            "following": ("Activity", "Following List", "Following"),
            "like": ("Activity", "Like List", "ItemFavoriteList"),
            "save": ("Activity", "Favorite Videos", "FavoriteVideoList"),
            "view": ("Activity", "Video Browsing History", "VideoList"),
            "comment": ("Comment", "Comments", "CommentsList"),
            "blocked": ("App Settings", "Block", "BlockList"),
            "chats": ("Direct Messages", "Chat History", "ChatHistory"),
            "profile": ("Profile", "Profile Information", "ProfileMap"),
            "posts": ("Video", "Videos", "VideoList"),
        },
        lower=False,
    ),
    "2025": Layout(
        "user_data_tiktok.json",
        {
            "followers": ("Your Activity", "Follower", "FansList"),
            "following": ("Your Activity", "Following", "Following"),
            "like": ("Your Activity", "Like List", "ItemFavoriteList"),
            "save": ("Your Activity", "Favorite Videos", "FavoriteVideoList"),
            "view": ("Your Activity", "Watch History", "VideoList"),
            "comment": ("Comment", "Comments", "CommentsList"),
            "blocked": ("App Settings", "Block List", "BlockList"),
            "chats": ("Direct Message", "Direct Messages", "ChatHistory"),
            "profile": ("Profile", "Profile Info", "ProfileMap"),
            "posts": ("Post", "Posts", "VideoList"),
        },
        lower=True,
    ),
    "2026": Layout(
        "user_data_tiktok.json",
        {
            "followers": ("Profile And Settings", "Follower", "FansList"),
            "following": ("Profile And Settings", "Following", "Following"),
            "like": ("Likes and Favorites", "Like List", "ItemFavoriteList"),
            "save": ("Likes and Favorites", "Favorite Videos", "FavoriteVideoList"),
            "view": ("Your Activity", "Watch History", "VideoList"),
            "comment": ("Comment", "Comments", "CommentsList"),
            "blocked": ("Profile And Settings", "Block List", "BlockList"),
            "chats": ("Direct Message", "Direct Messages", "ChatHistory"),
            "profile": ("Profile And Settings", "Profile Info", "ProfileMap"),
            "posts": ("Post", "Posts", "VideoList"),
        },
        lower=True,
    ),
}
#: List -> the file of the tree of texts; chats are not among them.
_TEXTS: Final = {
    "followers": "Activity/Follower.txt",
    "following": "Activity/Following.txt",
    "like": "Activity/Like List.txt",
    "save": "Activity/Favorite Videos.txt",
    "view": "Activity/Watch History.txt",
    "comment": "Comment/Comments.txt",
    "blocked": "App Settings/Block List.txt",
    "profile": "Profile/Profile Info.txt",
    "posts": "Post/Posts.txt",
}
FORMS: Final = ("json", "txt")


def view(world: World, owner: str, at: pd.Timestamp) -> Export:
    """Return what TikTok's export shows of `owner` at `at`.

    Follows and blocks with dates; likes, favourites, comments and watched videos without whose
    they were; chats of two, both ways; own videos. Deleted accounts are gone.
    """
    seen = views.shown(world.accounts, at)
    follows = _living(views.follows(world, owner, at, seen), seen)
    relations = views.relations(world, owner, at, seen)
    done = views.actions(world, owner, at, seen)
    done = done[done["kind"].isin(list(_KINDS))]
    links = _linked(done["item"].fillna(done["at"].astype("str")))
    done = done.assign(target=None, item=links)
    # Comments have no link.
    done["item"] = done["item"].mask(done["kind"] == "comment")
    return Export(
        accounts=_accounts(world, owner),
        follows=follows,
        relations=relations[relations["relation"] == "blocked"],
        interactions=pd.concat([done, _chats(world, owner, at, seen)], ignore_index=True),
        posts=_posts(world, owner, at),
        platform=PLATFORM,
        owners=(owner,),
        exported_at=at.floor("s"),
        coverage=views.coverage(owner, follows, at).assign(status="verified"),
    )


def _living(table: pd.DataFrame, seen: pd.Series[str]) -> pd.DataFrame:
    """Return the rows of which both ends have an account still."""
    living = seen.index[seen == seen.index]
    return table[table["source"].isin(living) & table["target"].isin(living)]


def _linked(items: pd.Series[str]) -> pd.Series[str]:
    """Return the link of the video that stands for a post of the world."""
    codes, names = pd.factorize(items)
    links = [_VIDEO.format(7 * 10**18 + zlib.crc32(name.encode())) for name in names]
    return pd.Series(pd.Index(links, dtype=TEXT)[codes], index=items.index)


def _chats(world: World, owner: str, at: pd.Timestamp, seen: pd.Series[str]) -> pd.DataFrame:
    """Return the messages of threads of two, both of whom are there still."""
    table = world.interactions
    said = table[(table["kind"] == "message") & table["group"].isna() & (table["at"] < at)]
    said = said[(said["source"] == owner) | (said["target"] == owner)]
    said = _living(said, seen)
    peer = said["target"].where(said["source"] == owner, said["source"])
    return said.assign(item=peer, at=said["at"].dt.floor("s"))


def _posts(world: World, owner: str, at: pd.Timestamp) -> pd.DataFrame:
    posts = world.posts
    own = (posts["account"] == owner) & (posts["at"] < at) & posts["format"].isin(_FORMATS)
    videos = posts[own].drop(columns="href")
    done = world.interactions
    liked = done[(done["kind"] == "like") & (done["at"] < at)]["item"].value_counts()
    links = world.posts.loc[videos.index, "href"]
    return videos.assign(
        post=_linked(links), format="video", likes=links.map(liked).fillna(0).astype("Int64")
    )


def _accounts(world: World, owner: str) -> pd.DataFrame:
    """Return what is known besides handles: the owner's display name."""
    handles = world.accounts.index
    table = pd.DataFrame({"handle": handles, "platform": PLATFORM}, index=handles)
    return table.loc[[owner]].assign(name=world.accounts["name"][owner]).astype(TEXT)


def write(
    export: Export,
    path: str | os.PathLike[str],
    *,
    layout: str = "2026",
    form: str = "json",
) -> Path:
    """Write an export's tables as TikTok would, and return where.

    Text that the tables do not hold is filler. What a layout has no place for is left out:
    reactions, links of comments, who a watched video is of; in ``form="txt"`` chats. Times are UTC,
    to the second.

    Parameters
    ----------
    export
        The export of one owner in TikTok's terms.
    path
        A zip if it ends in ``.zip``, else a new folder. Readers take the time from a name such as
        ``TikTok_Data_1778457600.zip``.
    layout
        ``"2023"``, ``"2025"`` or ``"2026"``.
    form
        ``"json"`` or ``"txt"``.

    Returns
    -------
    Path
        The `path`. Equal tables give equal bytes.

    Raises
    ------
    SchemaError
        If `layout` or `form` is none of these.
    """
    require("layout", layout, LAYOUTS)
    require("form", form, FORMS)
    found = _lists(export, lower=LAYOUTS[layout].lower and form == "json")
    if form == "txt":
        members = {name: _text(found[key]) for key, name in _TEXTS.items() if key in found}
    else:
        members = {LAYOUTS[layout].file: _json(found, LAYOUTS[layout])}
    return archive.save(members, Path(path), export.exported_at)


def _lists(export: Export, *, lower: bool) -> dict[str, Any]:
    """Return the lists by what they hold; one that is missing is not there."""
    said = export.interactions
    found: dict[str, Any] = {"profile": _profile(export), "chats": _written(export)}
    for name, rows, end in (
        ("followers", events.followers(export), "source"),
        ("following", events.following(export), "target"),
    ):
        if rows is not None:
            found[name] = [
                {"Date": _time(row.since), "UserName": getattr(row, end)} for row in rows
            ]
    blocked = export.relations[export.relations["relation"] == "blocked"]
    found["blocked"] = [
        {"Date": _time(row.at), "UserName": row.target} for row in events.newest(blocked)
    ]
    for kind in _KINDS:
        rows = events.newest(said[said["kind"] == kind])
        found[kind] = [_event(kind, row, n) for n, row in enumerate(rows)]
        if lower and kind in ("like", "comment"):
            found[kind] = [{key.lower(): row[key] for key in row} for row in found[kind]]
    found["posts"] = [_video(row, title) for row, title in events.posts(export)]
    return found


def _event(kind: str, row: Any, number: int) -> dict[str, Any]:
    at = {"Date": _time(row.at)}
    if kind == "comment":
        return at | {"Comment": filler(number, 5 + number % 30), "Photo": "N/A", "Url": ""}
    return at | {"Link": "" if pd.isna(row.item) else row.item}


def _video(row: Any, title: str) -> dict[str, Any]:
    return {
        "Date": _time(row.at),
        "Link": row.post,
        "Likes": "0" if pd.isna(row.likes) else str(row.likes),
        "WhoCanView": "Public",
        "Title": title or "N/A",
        "Sound": "N/A",
    }


def _profile(export: Export) -> dict[str, Any]:
    owner = export.owners[0]
    name = export.accounts["name"].get(owner)
    verified = export.coverage[export.coverage["status"] == "verified"]
    counts = zip(verified["list"].tolist(), verified["records"].tolist(), strict=True)
    return {
        "bioDescription": filler(1, 30),
        "birthDate": "01-Jan-1990",
        "displayName": "N/A" if pd.isna(name) else name,
        "emailAddress": "person@example.com",
        **{f"{listed.removesuffix('s')}Count": count for listed, count in counts},
        "likesReceived": str(int(export.posts["likes"].sum())),
        "userName": owner if owner != "(owner)" else "N/A",
    }


def _written(export: Export) -> dict[str, Any]:
    """Return the chats, the newest message first."""
    said = export.interactions
    chats: dict[str, Any] = {}
    for row in events.newest(said[said["kind"] == "message"]):
        lines = chats.setdefault(f"Chat History with {row.item}:", [])
        words = filler(len(lines), 4 + len(lines) % 40)
        lines.append({"Date": _time(row.at), "From": row.source, "Content": words})
    return chats


def _time(at: Any) -> str:
    return "" if pd.isna(at) else f"{at:%Y-%m-%d %H:%M:%S}"


def _json(found: dict[str, Any], layout: Layout) -> str:
    document: dict[str, Any] = {}
    for name, keys in layout.sections.items():
        if name in found:
            section = document
            for key in keys[:-1]:
                section = section.setdefault(key, {"App": 1} if key == keys[-2] else {})
            # What is empty is null.
            section[keys[-1]] = found[name] or None
    return json.dumps(document, indent=2, ensure_ascii=False)


def _text(records: Iterable[dict[str, Any]] | dict[str, Any]) -> str:
    """Return records as lines of label and value, an empty line between them."""
    rows = [records] if isinstance(records, dict) else records
    labels = {"UserName": "Username"}
    blocks = ["\n".join(f"{labels.get(k, k)}: {v}" for k, v in row.items()) for row in rows]
    return "\n\n".join(blocks) + "\n" if blocks else "\n"
