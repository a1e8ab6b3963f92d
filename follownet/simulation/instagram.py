"""An export's tables written as a true Instagram export, in the layout of a year.

``"2020"`` is flat (`flat`), the others have folders. Until 2025 a layout has one shape of
record nearly everywhere; that of 2026 has three side by side: followers as ever, following
with the handle in the title, everything else in labelled values. Pages of HTML (`pages`) hold
the same records.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from follownet.errors import SchemaError
from follownet.simulation import (
    archive,
    conversations,
    dates,
    events,
    flat,
    pages,
    profile,
    records,
)
from follownet.simulation import threads as threads_files
from follownet.simulation.labels import LABELS
from follownet.simulation.layouts import (
    FLAT,
    FORMS,
    LAYOUTS,
    PAGES,
    RELATIONS,
    STICKERS,
    Layout,
)
from follownet.simulation.names import filler
from follownet.simulation.options import require
from follownet.simulation.records import Record, text
from follownet.tables import Export

PART = 10_000
NO_DATA = "You have no data in this section."
CATEGORIES = ("likes", "comments", "messages", "saved")


def write(
    export: Export,
    path: str | os.PathLike[str],
    *,
    layout: str = "2026",
    labels: str = "en",
    form: str = "json",
    zone: str = "UTC",
    threads: Export | None = None,
) -> Path:
    """Write an export's tables as Instagram would, and return where.

    Text that the tables do not hold (captions, comments, messages) is filler. What a layout
    has no place for is left out; everything else comes back when the export is read:

    * before 2026, and in HTML, there are no display names of others, no ``fbid`` and no
      ``view``;
    * in HTML a time has no seconds;
    * in 2020 there are no requests received, no accounts unfollowed, restricted, hidden from
      or favourite, no reels, saved posts, story stickers and reactions, no links and no numbers
      of threads; a carousel is its first picture;
    * before 2024 there is no Threads.

    Parameters
    ----------
    export
        The export of one owner in Instagram's terms: ``follows`` and ``relations`` between
        the owner and others, the owner's own interactions, messages with ``dm:`` ids.
    path
        A zip if it ends in ``.zip``, else a new folder. Readers take the date from a name
        such as ``instagram-<owner>-2026-05-11-<8 letters or digits>.zip``.
    layout
        ``"2020"``, ``"2022"``, ``"2023"``, ``"2024-07"``, ``"2025-08"`` or ``"2026"``; in HTML
        one of the last three.
    labels
        Language of the labels inside, and in HTML of the dates: ``"en"``, ``"tr"``, ``"nl"``,
        ``"it"``, ``"pt"``, ``"es"``, ``"de"``, ``"fr"``, ``"id"``, ``"pl"`` or ``"ru"``.
    form
        ``"json"`` or ``"html"``.
    zone
        Time zone of the dates in HTML, such as ``"Europe/Rome"``; JSON counts in UTC.
    threads
        What Threads has of the same owner, an export with platform ``threads``.

    Returns
    -------
    Path
        The `path`. Equal tables give equal bytes.

    Raises
    ------
    SchemaError
        If `threads` is not of the same owner, `layout`, `labels` or `form` is none of these, or
        there is no such `zone`.
    """
    require("form", form, FORMS)
    require("layout", layout, FORMS[form], f" in {form}")
    require("labels", labels, LABELS)
    if threads is not None and (threads.platform, threads.owners) != ("threads", export.owners):
        raise SchemaError(
            "threads: accepts an export of the same owner with platform threads; this one has "
            "another platform or owner"
        )
    clock = partial(dates.words, zone=dates.zone_of(zone), language=labels)
    if layout == FLAT:
        return archive.save(dict(flat.files(export)), Path(path), export.exported_at)
    year = (LAYOUTS if form == "json" else PAGES)[layout]
    members = dict(_members(export, year, LABELS[labels], threads))
    if form == "html":
        members = pages.members(members, main=year.main, heading=year.heading, clock=clock)
    return archive.save(members, Path(path), export.exported_at)


def _members(
    export: Export, layout: Layout, labels: dict[str, str], threads: Export | None
) -> Iterator[tuple[str, Any]]:
    yield f"{layout.profile}/personal_information.json", profile.person(export, labels)
    if layout.threads:
        beside = profile.beside(export)
        yield from ((f"{layout.profile}/{name}", content) for name, content in beside)
    yield from _lists(export, layout)
    yield from _relations(export, layout, labels)
    said = conversations.files(export, layout.activity)
    written = [
        *_likes(export, layout, labels),
        *_stories(export, layout, labels),
        *_comments(export, layout, labels),
        *((f"messages/{path}", content) for path, content in said),
        *((f"{layout.media}/{path}", content) for path, content in _posts(export)),
    ]
    filled = {path.partition("/")[0] for path, _ in written}
    empty = sorted({*CATEGORIES, layout.stories, layout.media} - filled)
    written += [(f"{category}/no-data.txt", NO_DATA) for category in empty]
    if threads is not None and layout.threads:
        written += threads_files.files(threads, layout, layout.threads, labels)
    elif layout.namesakes:
        written += threads_files.namesakes(export)
    yield from ((f"{layout.activity}{path}", content) for path, content in written)


def _lists(export: Export, layout: Layout) -> Iterator[tuple[str, Any]]:
    """Yield followers in parts, and following; a list that is missing has no file."""
    if (rows := events.followers(export)) is not None:
        entries = [records.classic(row.source, row.since) for row in rows]
        if layout.followers_numbered:
            for number, start in enumerate(range(0, max(len(entries), 1), PART), 1):
                yield f"{layout.ties}/followers_{number}.json", entries[start : start + PART]
        else:
            yield f"{layout.ties}/followers.json", {"relationships_followers": entries}
    if (rows := events.following(export)) is not None:
        shape = records.titled if layout.following == "titled" else records.classic
        content = [shape(row.target, row.since) for row in rows]
        yield f"{layout.ties}/following.json", {"relationships_following": content}


def _relations(export: Export, layout: Layout, labels: dict[str, str]) -> Iterator[tuple[str, Any]]:
    owner, known = export.owners[0], _attributes(export)
    for relation, rows in export.relations.groupby("relation", sort=True):
        file, root = RELATIONS[str(relation)]
        shape = layout.blocked if relation == "blocked" else layout.others
        entries: list[Record] = []
        for row in events.newest(rows):
            alter = row.target if row.source == owner else row.source
            if shape == "labelled":
                entries.append(records.labelled(alter, row.at, **known(alter), labels=labels))
            else:
                entries.append((getattr(records, shape))(alter, row.at))
        content: Any = {f"relationships_{root}": entries}
        if shape == "labelled":
            # Of a single record the file is the bare object.
            content = entries if len(entries) > 1 else entries[0]
        yield f"{layout.ties}/{file.format(layout.accounts)}.json", content


def _likes(export: Export, layout: Layout, labels: dict[str, str]) -> Iterator[tuple[str, Any]]:
    posts, kept = events.done(export, "like"), events.done(export, "save")
    comments = events.done(export, "comment_like")
    nested = partial(_nested, export, labels)
    if posts and layout.nested:
        yield "likes/liked_posts.json", nested(posts)
    elif posts:
        yield "likes/liked_posts.json", {"likes_media_likes": [_liked(row) for row in posts]}
    if comments:
        content = [_liked(row) for row in comments]
        yield "likes/liked_comments.json", {"likes_comment_likes": content}
    if kept and layout.nested:
        yield "saved/saved_posts.json", nested(kept)
    elif kept:
        content = [records.saved(row.target, row.at, href=row.item, labels=labels) for row in kept]
        yield "saved/saved_posts.json", {"saved_saved_media": content}


def _stories(export: Export, layout: Layout, labels: dict[str, str]) -> Iterator[tuple[str, Any]]:
    for kind, (file, extra) in STICKERS.items():
        if rows := events.done(export, kind):
            content = [records.liked(row.target, row.at, **extra) for row in rows]
            yield f"{layout.stories}/{file}.json", {f"story_activities_{file}": content}
    if layout.nested and (rows := events.done(export, "view")):
        yield f"{layout.stories}/stories_viewed.json", _nested(export, labels, rows)


def _comments(export: Export, layout: Layout, labels: dict[str, str]) -> Iterator[tuple[str, Any]]:
    written = [
        records.comment(row.target, row.at, content=line, labels=labels)
        for row, line in events.comments(export)
    ]
    if written and layout.comments_numbered:
        yield "comments/post_comments_1.json", written
    elif written:
        yield "comments/post_comments.json", {"comments_media_comments": written}


def _posts(export: Export) -> Iterator[tuple[str, Any]]:
    single: dict[str, list[Record]] = {"posts": [], "reels": [], "stories": []}
    for row, caption in events.posts(export):
        folder = {"reel": "reels", "story": "stories"}.get(text(row.format), "posts")
        ending = "mp4" if text(row.format) in ("video", "reel") else "jpg"
        stem = f"media/{folder}/{text(row.at)[:7].replace('-', '')}/{row.post}"
        if row.format == "carousel":
            media = [records.medium(f"{stem}{n}.jpg", row.at, "") for n in ("", "_2", "_3")]
            stamp = {"title": caption, "creation_timestamp": records.seconds(row.at)}
            single[folder].append({"media": media, **stamp})
        else:
            shot = records.medium(f"{stem}.{ending}", row.at, caption)
            single[folder].append(shot if folder == "stories" else {"media": [shot]})
    if single["posts"]:
        yield "posts_1.json", single["posts"]
    if single["reels"]:
        yield "reels.json", {"ig_reels_media": single["reels"]}
    if single["stories"]:
        yield "stories.json", {"ig_stories": single["stories"]}


def _liked(row: Any) -> Record:
    return records.liked(row.target, row.at, href=text(row.item), value=records.THUMB)


def _nested(export: Export, labels: dict[str, str], rows: Iterable[Any]) -> list[Record]:
    known, entries = _attributes(export), []
    for row in rows:
        # A number that belongs to the post, whoever likes it and whenever.
        number = zlib.crc32(f"{row.target} {row.item}".encode())
        entry = records.seen(
            row.target,
            row.at,
            name=known(row.target)["name"],
            href=row.item,
            caption=filler(number, 12 + number % 50),
            fbid=f"180{number:014d}",
            labels=labels,
        )
        entries.append(entry)
    return entries


def _attributes(export: Export) -> Any:
    """Return a function from an account to what labelled records tell of it."""
    table = export.accounts.reindex(columns=["name", "fbid"])
    known = table.to_dict("index")
    nothing = {"name": None, "fbid": None}
    return lambda account: known.get(account, nothing)
