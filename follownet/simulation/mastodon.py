"""What one account's Mastodon export shows of a world, and its files: tables and archive."""

from __future__ import annotations

import csv
import gzip
import hashlib
import html
import io
import json
import os
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from follownet.readers import values
from follownet.readers.gathering import UNNAMED
from follownet.simulation import archive, events, views
from follownet.simulation.names import filler
from follownet.simulation.options import require
from follownet.tables import TEXT, Export

if TYPE_CHECKING:
    from follownet.simulation.world import World

PLATFORM: Final = "mastodon"
HOSTS: Final = ("social.example", "toots.example", "art.example", "mastodon.example.org")
#: Table -> header and what follows an account in it, by layout.
_TABLES: Final[dict[str, dict[str, tuple[list[str], list[str]]]]] = {
    "2017": {"following": ([], []), "muted": ([], [])},
    "2018": {
        "following": (["Account address", "Show boosts"], ["true"]),
        "muted": (["Account address", "Hide notifications"], ["true"]),
    },
    "2023": {
        "following": (
            ["Account address", "Show boosts", "Notify on new posts", "Languages"],
            ["true", "false", ""],
        ),
        "muted": (["Account address", "Hide notifications"], ["true"]),
    },
}
LAYOUTS: Final = tuple(_TABLES)
_BARE: Final = "2017"
_CONTEXT: Final = "https://www.w3.org/ns/activitystreams"
_PUBLIC: Final = f"{_CONTEXT}#Public"
_MEDIA: Final = {"image": "image/jpeg", "video": "video/mp4", "audio": "audio/mpeg"}
#: Where a post was answered or a group was written to of which nothing names the people.
_NOBODY: Final = "https://unknown.example/notes/1"
_GROUP: Final = ("one@unknown.example", "two@unknown.example")
_TYPES: Final = {"bot": "Service", "group": "Group", "organization": "Organization"}
#: What the formats of the world are there; stories are not.
_FORMATS: Final = {"image": "image", "carousel": "image", "video": "video", "reel": "video"}
_KINDS: Final = {
    "like": "like", "save": "save", "comment": "reply", "mention": "mention", "message": "message",
}  # fmt: skip
_RELATIONS: Final = {"blocked": "blocked", "restricted": "muted"}


def view(world: World, owner: str, at: pd.Timestamp) -> Export:
    """Return what Mastodon's tables and archive show of `owner` at `at`.

    An account is ``user@host``. Followers are missing, as in every export of Mastodon. Follows,
    likes, bookmarks, blocks and mutes (restricted accounts) have no dates; what the owner wrote has
    them to the second. Comments are replies, which are posts as well; of messages those that the
    owner sent. Deleted accounts are gone from the tables. Stories and views are not in it.
    """
    same = world.accounts.index.to_series()
    ids, gone = same.map(account), world.accounts["deleted"] <= at
    follows = views.follows(world, owner, at, same)
    follows = follows[(follows["source"] == owner) & ~follows["target"].map(gone)]
    relations = views.relations(world, owner, at, views.shown(world.accounts, at))
    relations = relations[relations["relation"].isin(list(_RELATIONS))]
    relations = relations.assign(relation=relations["relation"].map(_RELATIONS))
    me = account(owner)
    following = _undated(follows, "since", ids)
    posts, done = _done(world, owner, at, ids)
    named = _named(me, following, relations, done, ids)
    coverage = views.coverage(me, following, at)
    missing = coverage["list"] == "followers"
    return Export(
        accounts=pd.DataFrame(
            {
                "handle": named,
                "name": pd.Series({me: world.accounts["name"][owner]}).reindex(named),
                "platform": PLATFORM,
                "type": pd.Series({me: "person"}).reindex(named),
            },
            index=named,
        ),
        follows=following,
        relations=_undated(relations, "at", ids),
        interactions=done,
        posts=posts,
        platform=PLATFORM,
        owners=(me,),
        exported_at=at.floor("s"),
        coverage=coverage.assign(
            status=coverage["status"].mask(missing, "missing"),
            records=coverage["records"].astype("Int64").mask(missing),
        ),
    )


def account(name: str) -> str:
    """Return the address of an account of the world."""
    return f"{name}@{HOSTS[_number(name) % len(HOSTS)]}"


def address(who: str, what: str) -> str:
    """Return the address of a post of an account, the same for the same `what`."""
    user, _, host = who.partition("@")
    return f"https://{host}/users/{user}/statuses/{_number(what) + 10**17}"


def _number(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:7], "big")


def _undated(table: pd.DataFrame, time: str, ids: pd.Series[str]) -> pd.DataFrame:
    ends = {end: table[end].map(ids) for end in ("source", "target")}
    times = {time: values.undated(len(table)).set_axis(table.index)}
    return table.assign(**ends, **times).reset_index(drop=True)


def _named(
    me: str, follows: pd.DataFrame, relations: pd.DataFrame, done: pd.DataFrame, ids: pd.Series[str]
) -> pd.Index[str]:
    ends = [follows["target"], relations["target"].map(ids), done["target"].dropna()]
    return pd.Index(sorted({me, *pd.concat(ends)}), name="account", dtype=TEXT)


def _done(
    world: World, owner: str, at: pd.Timestamp, ids: pd.Series[str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the owner's posts, replies among them, and what the owner did."""
    me = account(owner)
    posts = world.posts[(world.posts["account"] == owner) & (world.posts["at"] < at)]
    posts = posts[posts["format"].isin(list(_FORMATS))]
    own = posts.assign(
        post=[address(me, href) for href in posts["href"]],
        account=me,
        format=posts["format"].map(_FORMATS),
    ).drop(columns="href")
    table = world.interactions
    done = table[(table["source"] == owner) & (table["at"] < at)]
    done = done[done["kind"].isin(list(_KINDS))].reset_index(drop=True)
    done["at"] = done["at"].dt.floor("s")
    kinds = {kind: done[done["kind"] == kind] for kind in _KINDS}
    comments = kinds["comment"]
    texts = pd.Series([address(me, f"comment {n}") for n in comments.index], comments.index)
    replies = pd.DataFrame(
        {"post": texts, "account": me, "at": comments["at"], "format": "reply"}
        | {"text_length": 5 + comments["at"].astype("int64") // 1_000_000 % 90}
    )
    # A mention stands in the comment of the same time.
    first = comments.drop_duplicates("at")
    places = pd.Series(texts[first.index].to_numpy(), first["at"], dtype=TEXT)
    mentions = kinds["mention"]
    mentions = mentions[mentions["at"].isin(first["at"]) & (mentions["target"] != owner)]
    answered = mentions["at"].map(first.set_index("at")["target"])
    mentions = mentions[mentions["target"] != answered].drop_duplicates(["at", "target"])
    touched = pd.concat([kinds["like"], kinds["save"]])
    pairs = zip(touched["target"], touched["item"], strict=True)
    statuses = [address(account(who), item) for who, item in pairs]
    said = kinds["message"]
    items = [
        texts,
        mentions["at"].map(places),
        pd.Series(statuses, touched.index, dtype=TEXT),
        said["item"].map(_conversation),
    ]
    kept = pd.concat([comments, mentions, touched, said]).sort_index()
    item = pd.concat(items).reindex(kept.index)
    return pd.concat([own, replies], ignore_index=True), kept.assign(
        source=me,
        target=kept["target"].map(ids),
        kind=kept["kind"].map(_KINDS),
        at=kept["at"].mask(kept["kind"].isin(["like", "save"])),
        item=item,
        group=item.where(kept["group"].notna()),
    )


def _conversation(thread: str) -> str:
    return f"tag:{HOSTS[0]},2024-01-01:objectId={thread}:objectType=Conversation"


def write(export: Export, path: str | os.PathLike[str], *, layout: str = LAYOUTS[-1]) -> Path:
    """Write an export's tables as Mastodon would, and return where.

    The tables of accounts lie beside the files of the archive, as when both are kept in one
    folder. Texts are filler. Everything comes back when the export is read, but for what has no
    place:

    * dates of follows, relations, likes and bookmarks; parts of a second;
    * names of others than the owner, and of posts all counts but likes and shares;
    * replies and mentions without the post they stand in; the picture of a reply;
    * who is in a group, and the addresses of direct messages;
    * in 2017, and where the owner is not known, all but the tables of accounts, and so the owner.

    Parameters
    ----------
    export
        The export of one owner in Mastodon's terms: ``user@host``, and addresses of posts that
        name their authors.
    path
        A zip if it ends in ``.zip``, a tar if it ends in ``.tar.gz``, else a new folder. Readers
        take the date from a name such as ``archive-20240131120000-1a2b3c.zip``.
    layout
        ``"2017"`` (tables without header), ``"2018"`` or ``"2023"``. A followers.csv, which
        Mastodon does not write, is there if the export has the list.

    Returns
    -------
    Path
        The `path`. Equal tables give equal bytes.

    Raises
    ------
    SchemaError
        If there is no such `layout`.
    """
    require("layout", layout, LAYOUTS)
    members = dict(_lists(export, layout))
    if layout != _BARE and export.owners[0] != UNNAMED:
        members |= dict(_archive(export))
    where = Path(path)
    if where.name.lower().endswith(".tar.gz"):
        return _tar(members, where)
    return archive.save(members, where, export.exported_at)


def _lists(export: Export, layout: str) -> Iterator[tuple[str, str]]:
    header, more = _TABLES[layout]["following"]
    if (rows := events.following(export)) is not None:
        yield "following_accounts.csv", _table(header, [[row.target, *more] for row in rows])
    if (rows := events.followers(export)) is not None:
        yield "followers.csv", _table(header[:1], [[row.source] for row in rows])
    related = {str(name): rows for name, rows in export.relations.groupby("relation")}
    if "muted" in related:
        header, more = _TABLES[layout]["muted"]
        muted = [[target, *more] for target in related["muted"]["target"]]
        yield "muted_accounts.csv", _table(header, muted)
    if "blocked" in related:
        yield "blocked_accounts.csv", _table([], [[one] for one in related["blocked"]["target"]])


def _table(header: list[str], rows: list[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([header, *rows] if header else rows)
    return text.getvalue()


def _archive(export: Export) -> Iterator[tuple[str, str]]:
    yield "actor.json", _dumps(_actor(export))
    activities = [activity for _, _, activity in sorted(_activities(export), key=_order)]
    outbox = {"totalItems": len(activities), "orderedItems": activities}
    yield "outbox.json", _collection("outbox.json", outbox)
    for kind, name in (("like", "likes.json"), ("save", "bookmarks.json")):
        items = [row.item for row in events.done(export, kind)]
        yield name, _collection(name, {"orderedItems": items})


def _collection(name: str, content: dict[str, Any]) -> str:
    return _dumps({"@context": _CONTEXT, "id": name, "type": "OrderedCollection"} | content)


def _dumps(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def _actor(export: Export) -> dict[str, Any]:
    owner = export.owners[0]
    user, me = owner.partition("@")[0], _page(owner)
    known = export.accounts.loc[owner]
    name = known["name"] if isinstance(known["name"], str) else ""
    urls = {key: f"{me}/{key}" for key in ("following", "followers", "inbox")}
    return {
        "@context": [_CONTEXT, "https://w3id.org/security/v1"],
        "id": me,
        "type": _TYPES.get(str(known["type"]), "Person"),
        **urls,
        "outbox": "outbox.json",
        "preferredUsername": user,
        "name": name,
        "summary": "",
        "url": me.replace("/users/", "/@"),
        "published": "2017-04-01T00:00:00Z",
        "likes": "likes.json",
        "bookmarks": "bookmarks.json",
    }


#: Time as it is written, position, activity.
_Dated = tuple[str, int, dict[str, Any]]


def _order(dated: _Dated) -> tuple[str, int]:
    return dated[:2]


def _activities(export: Export) -> Iterator[_Dated]:
    me = _page(export.owners[0])
    said: dict[Any, list[Any]] = {}
    for kind in ("reply", "mention"):
        for row in events.done(export, kind)[::-1]:
            said.setdefault(row.item, []).append(row)
    rows: list[Any] = list(export.posts.itertuples(index=False))
    for place, row in enumerate(rows):
        related = said.get(row.post, [])
        named = [other.target for other in related if other.kind == "mention"]
        note = _note(row.post, me, row.at, named) | _shown(row, place)
        for other in related:
            if other.kind == "reply":
                known = isinstance(other.target, str)
                note["inReplyTo"] = address(other.target, row.post) if known else _NOBODY
        yield _dated(note, place)
    for place, row in enumerate(events.done(export, "message"), len(rows)):
        named = list(_GROUP) if pd.isna(row.target) else [row.target]
        post = address(export.owners[0], f"message {place}")
        note = _note(post, me, row.at, named) | {"conversation": row.item, "content": "<p>.</p>"}
        yield _dated(note | {"to": [_page(one) for one in named], "cc": []}, place)
    for place, row in enumerate(events.done(export, "repost")):
        announce = {"id": f"{me}/statuses/{place + 1}/activity", "type": "Announce", "actor": me}
        activity = announce | {"published": _time(row.at), "object": row.item}
        yield _time(row.at) or "", place, activity | {"to": [_PUBLIC], "cc": [f"{me}/followers"]}


def _dated(note: dict[str, Any], place: int) -> _Dated:
    activity = {"id": f"{note['id']}/activity", "type": "Create", "actor": note["attributedTo"]}
    activity |= {key: note[key] for key in ("published", "to", "cc")}
    return note["published"] or "", place, activity | {"object": note}


def _note(post: str, me: str, at: Any, named: list[str]) -> dict[str, Any]:
    return {
        "id": post,
        "type": "Note",
        "summary": None,
        "inReplyTo": None,
        "published": _time(at),
        "url": post.replace("/users/", "/@").replace("/statuses/", "/"),
        "attributedTo": me,
        "to": [_PUBLIC],
        "cc": [f"{me}/followers", *map(_page, named)],
        "sensitive": False,
        "attachment": [],
        "tag": [{"type": "Mention", "href": _page(one), "name": f"@{one}"} for one in named],
    }


def _shown(row: Any, place: int) -> dict[str, Any]:
    """Return text, media and counts of a post."""
    found: dict[str, Any] = {}
    if not pd.isna(row.text_length):
        found["content"] = f"<p>{html.escape(filler(place, int(row.text_length)))}</p>"
    if row.format in _MEDIA:
        url = f"/media_attachments/files/{place}"
        found["attachment"] = [{"type": "Document", "mediaType": _MEDIA[row.format], "url": url}]
    if row.format == "poll":
        found["type"] = "Question"
    for key in ("likes", "shares"):
        if not pd.isna(count := getattr(row, key)):
            total = {"type": "Collection", "totalItems": int(count)}
            found[key] = {"id": f"{row.post}/{key}"} | total
    return found


def _page(who: str) -> str:
    user, _, host = who.partition("@")
    return f"https://{host}/users/{user}"


def _time(at: Any) -> str | None:
    return None if pd.isna(at) else at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _tar(members: dict[str, Any], path: Path) -> Path:
    """Write a tar whose bytes depend on its members alone."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as file:
        for name, content in sorted(members.items()):
            member = tarfile.TarInfo(name)
            member.size = len(content.encode())
            file.addfile(member, io.BytesIO(content.encode()))
    path.write_bytes(gzip.compress(packed.getvalue(), mtime=0))
    return path
