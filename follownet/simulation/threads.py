"""What Threads shows of a world, and its files: alone, inside an Instagram export, for want of any.

Names of files are those of Instagram's, records are about people on Threads: ``value`` is the
handle as there, but ``title`` the display name.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from follownet.simulation import archive, events, profile, records, views
from follownet.simulation.labels import LABELS
from follownet.simulation.layouts import LAYOUTS, RELATIONS, Layout
from follownet.simulation.names import ADJECTIVES, NOUNS
from follownet.simulation.options import require
from follownet.simulation.records import Record, classic, fields, seconds, text
from follownet.tables import TEXT, Export

if TYPE_CHECKING:
    from follownet.simulation.world import World

PLATFORM: Final = "threads"
FOLDER = "threads"
ROOT = "text_post_app_text_post_app"
NAMESAKES_SITE = "https://www.threads.net"
LISTED = ("requested", "recently_requested", "request_received", "unfollowed", "blocked")
#: The formats of a post that answers none, and of one that nobody sees any more.
POST: Final = "thread"
ARCHIVED: Final = "archived_thread"
KINDS = ("like", "save", "view")


def view(world: World, owner: str, at: pd.Timestamp) -> Export:
    """Return what the export of Threads alone shows of `owner` at `at`.

    Both follow lists and requests, with dates and display names; own likes, saves and views; own
    posts, which are of words alone. Threads does not tell the owner's name.
    """
    seen = views.shown(world.accounts, at)
    ties = views.follows(world, owner, at, seen)
    related = views.relations(world, owner, at, seen)
    related = related[related["relation"].isin(LISTED)].reset_index(drop=True)
    done = views.actions(world, owner, at, seen)
    done = done[done["kind"].isin(KINDS)].reset_index(drop=True)
    done["item"] = done["item"].mask(done["kind"] == "view")
    posts = world.posts[(world.posts["account"] == owner) & (world.posts["at"] < at)]
    names = world.accounts["name"].set_axis(seen).drop(owner)
    listed = pd.unique(pd.concat([ties, related])[["source", "target"]].to_numpy().ravel())
    everyone = pd.Index([owner, *listed, *done["target"].dropna()], name="account", dtype=TEXT)
    ids = everyone.unique()
    gone = ids.str.startswith("__deleted__")
    return Export(
        accounts=pd.DataFrame(
            {
                "name": names.where(names.index.isin(listed)).reindex(ids),
                "type": pd.Series("deleted", index=ids).where(gone),
            }
        ).astype(TEXT),
        follows=ties,
        relations=related,
        interactions=done,
        posts=posts.drop(columns="href").assign(
            post=[f"{POST}-{seconds(time)}" for time in posts["at"]], format=POST
        ),
        platform=PLATFORM,
        owners=(owner,),
        exported_at=at,
        coverage=views.coverage(owner, ties, at),
    )


def write(export: Export, path: str | os.PathLike[str], *, layout: str = "2026") -> Path:
    """Write an export's tables as Threads alone, and return where.

    Texts are filler. There is no place for the owner: readers take it from a name such as
    ``threads-<owner>-2026-05-11-<8 letters or digits>.zip``. What Instagram has besides (comments,
    messages, other relations) is left out. `instagram.write` has an argument for Threads inside
    Instagram's export.

    Parameters
    ----------
    export
        The export of one owner in Threads' terms.
    path
        A zip if it ends in ``.zip``, else a new folder.
    layout
        ``"2024-07"``, ``"2025-08"`` or ``"2026"``, as of Instagram's export.

    Returns
    -------
    Path
        The `path`. Equal tables give equal bytes.

    Raises
    ------
    SchemaError
        If `layout` is none of these.
    """
    known = {name: year for name, year in LAYOUTS.items() if year.threads}
    require("layout", layout, known)
    year = known[layout]
    found = files(export, year, year.threads or "", LABELS["en"])
    members = {f"{year.activity}{name}": content for name, content in found}
    return archive.save(members, Path(path), export.exported_at)


def files(
    export: Export, layout: Layout, site: str, labels: dict[str, str]
) -> Iterator[tuple[str, Record]]:
    """Yield path below the activity folder and content of every file."""
    written = [
        *_lists(export, site),
        *_relations(export, layout, site),
        *_actions(export, labels),
        *_posts(export),
        ("personal_information", _person(export)),
    ]
    yield from ((f"{FOLDER}/{name}.json", content) for name, content in written)


def namesakes(export: Export) -> Iterator[tuple[str, Record]]:
    """Yield what Threads adds where nothing is known of it: Instagram's names, other people."""
    at = seconds(profile.made(export))
    people = [f"{a}_{b}_on_threads" for a, b in zip(ADJECTIVES[:9], NOUNS[:9], strict=True)]
    asked = [
        classic(name, pd.Timestamp(at - 9000 * n, unit="s"), site=NAMESAKES_SITE)
        for n, name in enumerate(people)
    ]
    received = {f"{ROOT}_follow_requests_received": asked}
    yield f"{FOLDER}/follow_requests_you've_received.json", received
    yield f"{FOLDER}/personal_information.json", _person(export)
    seen = [_seen(name, at - 7000 * n, {}) for n, name in enumerate(people)]
    yield f"{FOLDER}/threads_viewed.json", {f"{ROOT}_posts_seen": seen}


def _lists(export: Export, site: str) -> Iterator[tuple[str, Record]]:
    if (rows := events.followers(export)) is not None:
        people = [_person_record(export, row.source, row.since, site) for row in rows]
        yield "followers", {f"{ROOT}_followers": people}
    if (rows := events.following(export)) is not None:
        people = [_person_record(export, row.target, row.since, site) for row in rows]
        yield "following", {f"{ROOT}_following": people}


def _relations(export: Export, layout: Layout, site: str) -> Iterator[tuple[str, Record]]:
    owner = export.owners[0]
    for relation, rows in export.relations.groupby("relation", sort=True):
        if relation not in LISTED:
            continue
        file, root = RELATIONS[str(relation)]
        # Threads is younger than the name of blocked accounts.
        accounts = "profiles" if relation == "blocked" else layout.accounts
        people = [
            _person_record(export, row.target if row.source == owner else row.source, row.at, site)
            for row in events.newest(rows)
        ]
        yield file.format(accounts), {f"{ROOT}_{root}": people}


def _actions(export: Export, labels: dict[str, str]) -> Iterator[tuple[str, Record]]:
    if rows := events.done(export, "like"):
        liked = [
            records.liked(row.target, row.at, href=text(row.item), value=records.THUMB)
            for row in rows
        ]
        yield "liked_threads", {"text_post_app_media_likes": liked}
    if rows := events.done(export, "save"):
        kept = [records.saved(row.target, row.at, href=row.item, labels=labels) for row in rows]
        yield "saved_threads", {f"{ROOT}_saved_posts": kept}
    if rows := events.done(export, "view"):
        seen = [_seen(text(row.target), seconds(row.at), labels) for row in rows]
        yield "threads_viewed", {f"{ROOT}_posts_seen": seen}


def _posts(export: Export) -> Iterator[tuple[str, Record]]:
    """Yield the texts; a picture has an address, words alone have an empty one."""
    told: list[Record] = []
    archived: list[Record] = []
    for row, words in events.posts(export):
        form = text(row.format)
        ending = {"image": "jpg", "carousel": "jpg", "video": "mp4"}.get(form)
        month = text(row.at)[:7].replace("-", "")
        uri = f"media/posts/{month}/{row.post}.{ending}" if ending else ""
        app = {"text_app_post": {"is_reply": form == "reply"}}
        kept = archived if form == ARCHIVED else told
        kept.append({"media": [records.medium(uri, row.at, words) | app]})
    yield "threads_and_replies", {"text_post_app_text_posts": told}
    if archived:
        yield "archived_threads", {"text_post_app_text_app_archived_posts": archived}


def _person_record(export: Export, handle: str, at: Any, site: str) -> Record:
    name = text(export.accounts["name"].get(handle))
    return classic(handle, at, site=site) | {"title": name}


def _person(export: Export) -> Record:
    """Return what Threads tells of the owner, whom it does not name."""
    values = {
        "Bio": "",
        "Private Account": "True",
        "Links": "",
        "Onboarding Time": seconds(profile.made(export)),
        "Is Eligible for Profile Activation Badge": "False",
        "Profile Shows Activation Badge": "False",
    }
    return fields(f"{ROOT}_profile", values.items())


def _seen(author: str, at: int, labels: dict[str, str]) -> Record:
    named = [(labels.get("Author", "Author"), author), (labels.get("Time", "Time"), at)]
    found: Record = fields("seen", named)["seen"][0]
    return found
