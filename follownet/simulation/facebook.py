"""What one account's Facebook export shows of a world, and its files in the layout of a year."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from follownet.simulation import archive, conversations, events, views
from follownet.simulation.names import filler
from follownet.simulation.options import require
from follownet.tables import TEXT, Export

if TYPE_CHECKING:
    from follownet.simulation.world import World

PLATFORM: Final = "facebook"
#: No time, as the export has none.
_NEVER: Any = pd.NaT
#: Layout -> what a list holds -> its file and root key.
LAYOUTS: Final = {
    "2019": {
        "friend": ("friends/friends.json", "friends"),
        "friend_removed": ("friends/removed_friends.json", "deleted_friends"),
        "requested": ("friends/sent_friend_requests.json", "sent_requests"),
        "request_received": ("friends/received_friend_requests.json", "received_requests"),
        "followers": ("following_and_followers/followers.json", "followers"),
        "following": ("following_and_followers/following.json", "following"),
    },
    "2022": {
        "friend": ("friends_and_followers/friends.json", "friends_v2"),
        "friend_removed": ("friends_and_followers/removed_friends.json", "deleted_friends_v2"),
        "requested": ("friends_and_followers/friend_requests_sent.json", "sent_requests_v2"),
        "request_received": (
            "friends_and_followers/friend_requests_received.json",
            "received_requests_v2",
        ),
        "followers": ("friends_and_followers/people_who_followed_you.json", "followers_v2"),
        "following": ("friends_and_followers/who_you_follow.json", "following_v2"),
    },
    "2026": {
        "friend": ("connections/friends/your_friends.json", "friends_v2"),
        "friend_removed": ("connections/friends/removed_friends.json", "deleted_friends_v2"),
        "requested": ("connections/friends/sent_friend_requests.json", "sent_requests_v2"),
        "request_received": (
            "connections/friends/received_friend_requests.json",
            "received_requests_v2",
        ),
        "followers": ("connections/followers/people_who_followed_you.json", "followers_v3"),
        "following": ("connections/followers/who_you've_followed.json", "following_v3"),
    },
}
_ACTIVITY: Final = {
    "2019": "",
    "2022": "your_activity_across_facebook/",
    "2026": "your_facebook_activity/",
}
_RELATIONS: Final = {
    "requested": "requested",
    "request_received": "request_received",
    "unfollowed": "friend_removed",
}


def view(world: World, owner: str, at: pd.Timestamp) -> Export:
    """Return what Facebook's export shows of `owner` at `at`.

    People are their display names. Mutual ties are friends, since the later of the two follows;
    the others are follows, of followers without a date. Comments and reactions are of nobody.
    Deleted accounts are gone, in conversations they have no name.
    """
    seen = views.shown(world.accounts, at)
    living, names = seen.index[seen == seen.index], world.accounts["name"]
    told = views.export(world, owner, at)
    ties = told.follows
    ties = ties[ties["source"].isin(living) & ties["target"].isin(living)]
    friends, follows = _split(ties, owner)
    relations = told.relations[told.relations["relation"].isin(list(_RELATIONS))]
    relations = relations.assign(relation=relations["relation"].map(_RELATIONS))
    done = told.interactions
    own = done[done["kind"].isin(["like", "comment"])].assign(target=None, item=None)
    said = done[done["kind"].str.startswith("message")]
    events_of = pd.concat([own.astype({"target": TEXT, "item": TEXT}), said], ignore_index=True)
    tables: dict[str, Any] = {
        "follows": follows,
        "relations": pd.concat([friends, relations], ignore_index=True),
        "interactions": events_of,
    }
    for name, table in tables.items():
        ends = {end: table[end].map(names).fillna(table[end]) for end in ("source", "target")}
        tables[name] = table.assign(**ends)
    me = str(names[owner])
    seconds = told.posts["at"].dt.floor("s")
    numbers = seconds.map(lambda moment: str(int(moment.timestamp())))
    again = numbers.groupby(numbers).cumcount().add(1).astype(str)
    return Export(
        **tables,
        accounts=_accounts(tables, told.accounts, me),
        posts=told.posts.assign(
            post=numbers + "-" + again, account=me, at=seconds, format="post", text_length=20
        ),
        platform=PLATFORM,
        owners=(me,),
        exported_at=at.floor("s"),
        coverage=views.coverage(me, tables["follows"], at),
    )


def _split(ties: pd.DataFrame, owner: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the mutual ties as friends of the owner, and the others as follows."""
    given = ties[ties["source"] == owner].set_index("target")["since"]
    got = ties[ties["target"] == owner].set_index("source")["since"]
    both = given.index.intersection(got.index)
    friends = pd.DataFrame(
        {
            "source": owner,
            "target": both,
            "relation": "friend",
            "at": pd.concat([given[both], got[both]], axis=1).max(axis=1).to_numpy(),
        }
    )
    friends["at"] = pd.to_datetime(friends["at"], utc=True)
    other = ties["source"].where(ties["source"] != owner, ties["target"])
    follows = ties[~other.isin(both)]
    since = follows["since"].mask(follows["target"] == owner, _NEVER)
    return friends.astype({"source": TEXT, "target": TEXT}), follows.assign(since=since)


def _accounts(tables: dict[str, Any], told: pd.DataFrame, me: str) -> pd.DataFrame:
    """Return everyone's name, which is the account itself but in conversations."""
    named = {me}
    for table in ("follows", "relations"):
        for end in ("source", "target"):
            named.update(tables[table][end].tolist())
    people = told[told.index.str.startswith("dm:")][["name"]]
    index = pd.Index(sorted(named), name="account", dtype=TEXT)
    return pd.concat([pd.DataFrame({"name": index}, index=index), people]).astype(TEXT)


def write(export: Export, path: str | os.PathLike[str], *, layout: str = "2026") -> Path:
    """Write an export's tables as Facebook would, in JSON, and return where.

    Text that the tables do not hold is filler. There is no place for dates of followers, whom
    comments and reactions were for, and counts of posts.

    Parameters
    ----------
    export
        The export of one owner in Facebook's terms: names, with ``#2`` for a second person of one.
    path
        A zip if it ends in ``.zip``, else a new folder. Readers take the day from a name such as
        ``facebook-<user>-2026-05-11-<letters or digits>.zip``.
    layout
        ``"2019"``, ``"2022"`` or ``"2026"``.

    Returns
    -------
    Path
        The `path`. Equal tables give equal bytes.

    Raises
    ------
    SchemaError
        If `layout` is none of these.
    """
    require("layout", layout, LAYOUTS)
    activity = _ACTIVITY[layout]
    members: dict[str, Any] = {
        file: {root: rows}
        for content, (file, root) in LAYOUTS[layout].items()
        if (rows := _rows(export, content)) is not None
    }
    if export.owners[0] != "(owner)":
        profile = {"name": {"full_name": export.owners[0]}, "username": "someone"}
        folder = "profile_information" if layout == "2019" else "personal_information"
        members[f"{folder}/profile_information.json"] = {"profile_v2": profile}
    comments = [_comment(row, n) for n, row in enumerate(events.done(export, "comment"))]
    likes = [_reaction(row, export.owners[0]) for row in events.done(export, "like")]
    members[f"{activity}comments_and_reactions/comments.json"] = {"comments_v2": comments}
    members[f"{activity}comments_and_reactions/likes_and_reactions_1.json"] = likes
    posts = [_post(row, text) for row, text in events.posts(export)]
    members[f"{activity}posts/your_posts_1.json"] = posts
    for name, content in conversations.files(export, activity):
        members[f"{activity}messages/{name}"] = content
    return archive.save(members, Path(path), export.exported_at)


def _seconds(at: Any) -> dict[str, int]:
    return {} if pd.isna(at) else {"timestamp": int(at.timestamp())}


def _person(account: str, at: Any) -> dict[str, Any]:
    name, mark, number = account.rpartition("#")
    shown = name if mark and number.isdigit() and name else account
    return {"name": shown} | _seconds(at)


def _rows(export: Export, content: str) -> list[dict[str, Any]] | None:
    """Return the records of a list, None of one that is missing."""
    if content in ("followers", "following"):
        find = events.followers if content == "followers" else events.following
        rows = find(export)
        end = "source" if content == "followers" else "target"
        if rows is None:
            return None
        times = [_NEVER if content == "followers" else row.since for row in rows]
        return [_person(getattr(row, end), at) for row, at in zip(rows, times, strict=True)]
    table = export.relations[export.relations["relation"] == content]
    owner = export.owners[0]
    return [
        _person(row.target if row.source == owner else row.source, row.at)
        for row in events.newest(table)
    ]


def _comment(row: Any, number: int) -> dict[str, Any]:
    words = filler(number, 5 + number % 40)
    said = {"comment": _seconds(row.at) | {"comment": words, "author": "Someone"}}
    return _seconds(row.at) | {"data": [said], "title": "Someone commented on a post."}


def _reaction(row: Any, owner: str) -> dict[str, Any]:
    said = {"reaction": {"reaction": "LIKE", "actor": owner}}
    return _seconds(row.at) | {"data": [said], "title": "Someone likes a post."}


def _post(row: Any, text: str) -> dict[str, Any]:
    return _seconds(row.at) | {"data": [{"post": text}], "title": "Someone updated the status."}
