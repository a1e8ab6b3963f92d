"""What one account's Bluesky export shows of a world, and its files: repository and pages."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from follownet.simulation import archive, events, repository, views
from follownet.simulation.names import filler
from follownet.simulation.options import require
from follownet.tables import TEXT, Export

if TYPE_CHECKING:
    from follownet.simulation.world import World

PLATFORM: Final = "bluesky"
LAYOUTS: Final = ("complete", "repository")
#: Entries of a page.
PAGE: Final = 100
_POST: Final = "app.bsky.feed.post"
_EMBEDS: Final = {
    "image": {"$type": "app.bsky.embed.images", "images": []},
    "video": {"$type": "app.bsky.embed.video"},
    "link": {"$type": "app.bsky.embed.external", "external": {"title": "", "description": ""}},
}
#: What the formats of the world are there; stories are not.
_FORMATS: Final = {"image": "image", "carousel": "image", "video": "video", "reel": "video"}
_KINDS: Final = {"like": "like", "comment": "reply", "mention": "mention"}
#: The author of an answered post whom nothing names.
_NOBODY: Final = "unknown.bsky.example"
_INVALID: Final = "handle.invalid"
_MADE: Final = "2024-02-06T00:00:00.000Z"


def view(world: World, owner: str, at: pd.Timestamp) -> Export:
    """Return what the repository of `owner` and the pages of its followers show at `at`.

    An account is a DID. Blocks are the only relation; of deleted accounts follows stay in the
    repository, while the pages do not show them as followers. The follows of others have no dates.
    Comments are replies, which are posts as well. Stories, views, saves and messages are not in it.
    """
    same = world.accounts.index.to_series()
    ids = same.map(did)
    follows = views.follows(world, owner, at, same)
    from_others = follows["target"] == owner
    gone = follows["source"].map(world.accounts["deleted"] <= at)
    follows = follows.assign(since=follows["since"].mask(from_others))[~(from_others & gone)]
    relations = views.relations(world, owner, at, same)
    relations = relations[relations["relation"] == "blocked"]
    written, done = _done(world, owner, at, ids)
    tables = {"follows": follows, "relations": relations}
    named = {
        name: table.assign(source=table["source"].map(ids), target=table["target"].map(ids))
        for name, table in tables.items()
    }
    shown = [owner, *follows.loc[follows["target"] == owner, "source"]]
    return Export(
        accounts=pd.DataFrame(
            {
                "handle": [handle(name) for name in shown],
                "name": world.accounts["name"].reindex(shown).to_numpy(),
                "platform": PLATFORM,
            },
            index=pd.Index([did(name) for name in shown], name="account", dtype=TEXT),
        ),
        follows=named["follows"],
        relations=named["relations"],
        interactions=done,
        posts=written,
        platform=PLATFORM,
        owners=(did(owner),),
        exported_at=at,
        coverage=views.coverage(did(owner), named["follows"], at),
    )


def did(name: str) -> str:
    """Return the DID of an account of the world."""
    digest = base64.b32encode(hashlib.sha256(name.encode()).digest()).decode().lower()
    return f"did:plc:{digest[:24]}"


def handle(name: str) -> str:
    """Return the handle of an account of the world, which is the name of a host."""
    return f"{name.replace('.', '-').replace('_', '--')}.bsky.example"


def _done(
    world: World, owner: str, at: pd.Timestamp, ids: pd.Series[str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the owner's posts, replies among them, and what the owner did."""
    me = did(owner)
    posts = world.posts[(world.posts["account"] == owner) & (world.posts["at"] < at)]
    posts = posts[posts["format"].isin(list(_FORMATS))]
    own = posts.assign(
        post=[address(me, href) for href in posts["href"]],
        account=me,
        format=posts["format"].map(_FORMATS),
    ).drop(columns="href")
    done = views.actions(world, owner, at, world.accounts.index.to_series())
    done = done[done["kind"].isin(list(_KINDS))].reset_index(drop=True)
    comments, likes = done[done["kind"] == "comment"], done[done["kind"] == "like"]
    texts = pd.Series([address(me, f"comment {n}") for n in comments.index], comments.index)
    replies = pd.DataFrame(
        {"post": texts, "account": me, "at": comments["at"], "format": "reply"}
        | {"text_length": 5 + comments["at"].astype("int64") // 1_000_000 % 90}
    )
    items = pd.concat([texts, _like_items(likes)])
    # A mention stands in the comment of the same time.
    first = comments.drop_duplicates("at").set_index("at")
    mentions = done[(done["kind"] == "mention") & done["at"].isin(first.index)]
    answered = mentions["at"].map(first["target"])
    mentions = mentions[(mentions["target"] != answered) & (mentions["target"] != owner)]
    mentions = mentions.drop_duplicates(["at", "target"])
    places = pd.Series(texts.reindex(comments.drop_duplicates("at").index).to_numpy(), first.index)
    items = pd.concat([items, mentions["at"].map(places)])
    kept = pd.concat([comments, likes, mentions]).sort_index()
    return pd.concat([own, replies], ignore_index=True), kept.assign(
        source=me,
        target=kept["target"].map(ids),
        kind=kept["kind"].map(_KINDS),
        item=items.reindex(kept.index),
    )


def _like_items(likes: pd.DataFrame) -> pd.Series[str]:
    pairs = zip(likes["target"], likes["item"], strict=True)
    return pd.Series([address(did(name), href) for name, href in pairs], likes.index, dtype=TEXT)


def address(author: str, what: str) -> str:
    """Return the address of a post of an account, the same for the same `what`."""
    number = int.from_bytes(hashlib.sha256(what.encode()).digest()[:6], "big")
    # Clock readings of 2023 and after.
    return f"at://{author}/{_POST}/{repository.reading(1_672_531_200_000_000 + number // 3)}"


def write(export: Export, path: str | os.PathLike[str], *, layout: str = LAYOUTS[0]) -> Path:
    """Write an export's tables as Bluesky would, and return where.

    The texts of posts are filler, the signature of the commit is zeros. Everything comes back when
    the export is read, but for what has no place:

    * dates of others' follows; handles and names of those who are no followers;
    * replies, mentions and quotes without the post they stand in; the picture of a reply;
    * of the interactions all but likes, reposts, replies, mentions and quotes, of the relations all
      but blocks, and counts of posts.

    Parameters
    ----------
    export
        The export of one owner in Bluesky's terms: DIDs, and addresses ``at://...`` of posts.
    path
        A zip if it ends in ``.zip``, the repository alone if in ``.car``, else a new folder.
    layout
        ``"complete"``, the repository and the pages of the followers, or ``"repository"`` alone,
        which shows no followers and no handles.

    Returns
    -------
    Path
        The `path`. Equal tables give equal bytes.

    Raises
    ------
    SchemaError
        If there is no such `layout`.
    MissingExtraError
        If libipld is not installed.
    """
    require("layout", layout, LAYOUTS)
    where, car = Path(path), _car(export)
    if where.suffix.lower() == ".car":
        where.write_bytes(car)
        return where
    members: dict[str, Any] = {"repo.car": car}
    if layout == "complete":
        members |= _pages(export)
    return archive.save(members, where, export.exported_at)


def _car(export: Export) -> bytes:
    owner = export.owners[0]
    records: dict[str, Any] = {}
    ties = {
        "app.bsky.graph.follow": events.following(export) or [],
        "app.bsky.graph.block": events.newest(
            export.relations[export.relations["relation"] == "blocked"]
        ),
    }
    for collection, rows in ties.items():
        for row in rows:
            at = row.since if collection.endswith("follow") else row.at
            _enter(records, collection, at, {"subject": row.target})
    for kind in ("like", "repost"):
        for row in events.done(export, kind):
            _enter(records, f"app.bsky.feed.{kind}", row.at, {"subject": _reference(row.item)})
    records |= dict(_posts(export))
    name = export.accounts["name"].get(owner)
    if isinstance(name, str):
        kind = "app.bsky.actor.profile"
        records[f"{kind}/self"] = {"$type": kind, "displayName": name}
    made = export.exported_at
    return repository.car(owner, repository.reading(_micros(made)), records)


def _posts(export: Export) -> Iterator[tuple[str, Any]]:
    said: dict[Any, list[Any]] = {}
    for kind in ("reply", "quote", "mention"):
        for row in events.done(export, kind)[::-1]:
            said.setdefault(row.item, []).append(row)
    rows: list[Any] = list(export.posts.itertuples(index=False))
    for place, row in enumerate(rows):
        content: dict[str, Any] = {"$type": _POST, "langs": ["en"]} | _created(row.at)
        if not pd.isna(row.text_length):
            content["text"] = filler(place, int(row.text_length))
        content |= _relating(said.get(row.post, []), row.format)
        # The address is at://owner/collection/key.
        yield str(row.post).split("/", 3)[-1], content


def _relating(rows: list[Any], form: Any) -> dict[str, Any]:
    """Return what a post says of others, and what is shown below it."""
    found: dict[str, Any] = {}
    embed: Any = _EMBEDS.get(form)
    for row in rows:
        if row.kind == "mention":
            feature = {"$type": "app.bsky.richtext.facet#mention", "did": row.target}
            facet = {"index": {"byteStart": 0, "byteEnd": 0}, "features": [feature]}
            found.setdefault("facets", []).append(facet)
            continue
        author = row.target if isinstance(row.target, str) else _NOBODY
        reference = _reference(address(author, f"{row.kind} {row.at}"))
        if row.kind == "reply":
            found["reply"] = {"root": reference, "parent": reference}
        elif embed is None:
            embed = {"$type": "app.bsky.embed.record", "record": reference}
        else:
            record = {"$type": "app.bsky.embed.record", "record": reference}
            embed = {"$type": "app.bsky.embed.recordWithMedia", "record": record, "media": embed}
    return found if embed is None else found | {"embed": embed}


def _enter(records: dict[str, Any], collection: str, at: Any, content: dict[str, Any]) -> None:
    """Add a record under the first free clock reading from its time on."""
    micros = _micros(at)
    while (name := f"{collection}/{repository.reading(micros)}") in records:
        micros += 1
    records[name] = {"$type": collection} | content | _created(at)


def _created(at: Any) -> dict[str, str]:
    if pd.isna(at):
        return {}
    precise = "microseconds" if at.microsecond % 1000 else "milliseconds"
    return {"createdAt": at.tz_convert(None).isoformat(timespec=precise) + "Z"}


def _micros(at: Any) -> int:
    return 0 if at is None or pd.isna(at) else int(at.value) // 1000


def _reference(item: str) -> dict[str, str]:
    return {"uri": item, "cid": "bafyreie5cvv4h45feadgeuwhbcutmh6t2ceseocckahdoe6uat64zmz454"}


def _pages(export: Export) -> dict[str, str]:
    """Return the pages of followers; none where the list is not known."""
    rows = events.followers(export)
    if rows is None:
        return {}
    people = export.accounts.to_dict("index")
    entries = [_person(row.source, people) for row in rows]
    starts = range(0, max(len(entries), 1), PAGE)
    found = {}
    for number, start in enumerate(starts, 1):
        page: dict[str, Any] = {"followers": entries[start : start + PAGE]}
        page["subject"] = _person(export.owners[0], people)
        if start + PAGE < len(entries):
            page["cursor"] = repository.reading(start + PAGE)
        found[f"getFollowers_{number}.json"] = json.dumps(page, ensure_ascii=False)
    return found


def _person(account: str, people: dict[Any, dict[Any, Any]]) -> dict[str, str]:
    known = people[account]
    told = {"did": account, "handle": _INVALID}
    if isinstance(known["handle"], str):
        told["handle"] = known["handle"]
    if isinstance(known["name"], str):
        told["displayName"] = known["name"]
    return told | {"createdAt": _MADE, "indexedAt": _MADE}
