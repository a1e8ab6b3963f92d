"""An export's tables written as a true Instagram JSON export, in the layout of a year.

Three layouts are known: ``"2024-07"`` and ``"2025-08"`` have one shape of record nearly
everywhere; ``"2026"`` has three side by side: followers as ever, following with the handle
in the title, everything else in labelled values.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from follownet.errors import SchemaError
from follownet.simulation import archive, conversations, profile, records
from follownet.simulation.names import filler
from follownet.simulation.records import Record, text
from follownet.tables import Export

PART = 10_000
TIES = "connections/followers_and_following"
ACTIVITY = "your_instagram_activity"
NO_DATA = "You have no data in this section."
CATEGORIES = ("likes", "comments", "messages", "saved")


@dataclass(frozen=True)
class Layout:
    """What differs between the years."""

    accounts: str = "profiles"
    stories: str = "story_interactions"
    media: str = "media"
    following: str = "classic"
    blocked: str = "titled"
    others: str = "classic"
    nested: bool = False
    threads: bool = False


LAYOUTS = {
    "2024-07": Layout(
        accounts="accounts",
        stories="story_sticker_interactions",
        media="content",
        blocked="classic",
        threads=True,
    ),
    "2025-08": Layout(),
    "2026": Layout(following="titled", blocked="labelled", others="labelled", nested=True),
}
#: Relation -> file (of {} there were accounts, later profiles) and root key.
RELATIONS = {
    "requested": ("pending_follow_requests", "follow_requests_sent"),
    "recently_requested": ("recent_follow_requests", "permanent_follow_requests"),
    "request_received": ("follow_requests_you've_received", "follow_requests_received"),
    "unfollowed": ("recently_unfollowed_{}", "unfollowed_users"),
    "blocked": ("blocked_{}", "blocked_users"),
    "restricted": ("restricted_{}", "restricted_users"),
    "close_friend": ("close_friends", "close_friends"),
    "story_hidden": ("hide_story_from", "hide_stories_from"),
    "favorite": ("profiles_you've_favorited", "feed_favorites"),
    "suggestion_removed": ("removed_suggestions", "dismissed_suggested_users"),
}
#: Interaction -> file, which is also the end of its root key, and what the record holds.
STICKERS: dict[str, tuple[str, dict[str, str]]] = {
    "story_like": ("story_likes", {}),
    "story_poll": ("polls", {"value": "Yes"}),
    "story_quiz": ("quizzes", {"value": "A"}),
    "story_question": ("questions", {}),
    "story_slider": ("emoji_sliders", {}),
    "story_countdown": ("countdowns", {}),
}


def write(
    export: Export, path: str | os.PathLike[str], *, layout: str = "2026", labels: str = "en"
) -> Path:
    """Write an export's tables as Instagram would, and return where.

    Text that the tables do not hold (captions, comments, messages) is filler. What a layout
    has no place for is left out: before 2026 there are no display names of others, no
    ``fbid`` and no ``view``; everything else comes back when the export is read.

    Parameters
    ----------
    export
        The export of one owner in Instagram's terms: ``follows`` and ``relations`` between
        the owner and others, the owner's own interactions, messages with ``dm:`` ids.
    path
        A zip if it ends in ``.zip``, else a new folder. Readers take the date from a name
        such as ``instagram-<owner>-2026-05-11-<8 letters or digits>.zip``.
    layout
        ``"2024-07"``, ``"2025-08"`` or ``"2026"``.
    labels
        Language of the labels inside: ``"en"``, ``"tr"`` or ``"nl"``.

    Returns
    -------
    Path
        The `path`. Equal tables give equal bytes.

    Raises
    ------
    SchemaError
        If there is not exactly one owner, or `layout` or `labels` is none of these.
    """
    if len(export.owners) != 1:
        raise SchemaError(f"owners: an export has one, this has {len(export.owners)}")
    for name, value, known in (("layout", layout, LAYOUTS), ("labels", labels, records.LABELS)):
        if value not in known:
            raise SchemaError(f"{name}: accepts only {', '.join(known)}")
    members = _members(export, LAYOUTS[layout], records.LABELS[labels])
    return archive.save(dict(members), Path(path), export.exported_at)


def _members(export: Export, layout: Layout, labels: dict[str, str]) -> Iterator[tuple[str, Any]]:
    yield from profile.files(export, labels)
    if layout.threads:
        yield from profile.threads_files(export)
    yield from _lists(export, layout)
    yield from _relations(export, layout, labels)
    written = [
        *_likes(export, layout, labels),
        *_stories(export, layout, labels),
        *(("comments/post_comments_1.json", found) for found in _comments(export, labels)),
        *((f"messages/{path}", content) for path, content in conversations.files(export)),
        *((f"{layout.media}/{path}", content) for path, content in _posts(export)),
    ]
    filled = {path.partition("/")[0] for path, _ in written}
    empty = sorted({*CATEGORIES, layout.stories, layout.media} - filled)
    written += [(f"{category}/no-data.txt", NO_DATA) for category in empty]
    yield from ((f"{ACTIVITY}/{path}", content) for path, content in written)


def _lists(export: Export, layout: Layout) -> Iterator[tuple[str, Any]]:
    """Yield followers in parts, and following; a list that is missing has no file."""
    owner, follows, coverage = export.owners[0], export.follows, export.coverage
    absent = set(coverage.loc[coverage["status"] == "missing", "list"])
    if "followers" not in absent:
        rows = _newest(follows[follows["target"] == owner], "since")
        entries = [records.classic(row.source, row.since) for row in rows]
        for number, start in enumerate(range(0, max(len(entries), 1), PART), 1):
            yield f"{TIES}/followers_{number}.json", entries[start : start + PART]
    if "following" not in absent:
        rows = _newest(follows[follows["source"] == owner], "since")
        shape = records.titled if layout.following == "titled" else records.classic
        content = [shape(row.target, row.since) for row in rows]
        yield f"{TIES}/following.json", {"relationships_following": content}


def _relations(export: Export, layout: Layout, labels: dict[str, str]) -> Iterator[tuple[str, Any]]:
    owner, known = export.owners[0], _attributes(export)
    for relation, rows in export.relations.groupby("relation", sort=True):
        file, root = RELATIONS[str(relation)]
        shape = layout.blocked if relation == "blocked" else layout.others
        entries: list[Record] = []
        for row in _newest(rows):
            alter = row.target if row.source == owner else row.source
            if shape == "labelled":
                entries.append(records.labelled(alter, row.at, **known(alter), labels=labels))
            else:
                entries.append((getattr(records, shape))(alter, row.at))
        content: Any = {f"relationships_{root}": entries}
        if shape == "labelled":
            # Of a single record the file is the bare object.
            content = entries if len(entries) > 1 else entries[0]
        yield f"{TIES}/{file.format(layout.accounts)}.json", content


def _likes(export: Export, layout: Layout, labels: dict[str, str]) -> Iterator[tuple[str, Any]]:
    posts, kept = _done(export, "like"), _done(export, "save")
    comments = _done(export, "comment_like")
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
        if rows := _done(export, kind):
            content = [records.liked(row.target, row.at, **extra) for row in rows]
            yield f"{layout.stories}/{file}.json", {f"story_activities_{file}": content}
    if layout.nested and (rows := _done(export, "view")):
        yield f"{layout.stories}/stories_viewed.json", _nested(export, labels, rows)


def _comments(export: Export, labels: dict[str, str]) -> Iterator[list[Record]]:
    """Yield the comments, in whose text those are named whom the export's mentions name."""
    mentioned: dict[Any, list[str]] = {}
    for row in _done(export, "mention"):
        mentioned.setdefault(row.at, []).append(row.target)
    written = []
    for position, row in enumerate(rows := _done(export, "comment")):
        at_once = mentioned.get(row.at, [])
        # Of two comments in one second each names someone once, and not whom it answers.
        named = [name for name in dict.fromkeys(at_once) if name != row.target]
        for name in named:
            at_once.remove(name)
        words = filler(len(rows) - position, 5 + position * 11 % 40)
        content = " ".join([*(f"@{name}" for name in named), words])
        written.append(records.comment(row.target, row.at, content=content, labels=labels))
    if written:
        yield written


def _posts(export: Export) -> Iterator[tuple[str, Any]]:
    single: dict[str, list[Record]] = {"posts": [], "reels": [], "stories": []}
    for place, row in enumerate(_newest(export.posts)):
        folder = {"reel": "reels", "story": "stories"}.get(text(row.format), "posts")
        ending = "mp4" if text(row.format) in ("video", "reel") else "jpg"
        stem = f"media/{folder}/{text(row.at)[:7].replace('-', '')}/{row.post}"
        length = 0 if pd.isna(row.text_length) else int(row.text_length)
        # Counted from the oldest, so that a later export says the same.
        caption = filler(len(export.posts) - place, length)
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


def _newest(table: pd.DataFrame, time: str = "at") -> list[Any]:
    """Return the rows newest first, which is how every file has them."""
    return list(table.sort_values(time, ascending=False, kind="stable").itertuples(index=False))


def _done(export: Export, kind: str) -> list[Any]:
    return _newest(export.interactions[export.interactions["kind"] == kind])


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
