"""Instagram's personal export, as Meta has written it since 2018, in JSON and in HTML.

It holds both follow lists with dates, requests, blocks and other relations, what the owner
liked, commented, viewed, saved and answered, messages both ways, own posts. It never holds
likes and comments *received*; counts on own posts only in the insights of professional
accounts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import pandas as pd

from follownet.errors import DamagedExportError, UnknownFormatError
from follownet.readers import meta, meta_flat
from follownet.readers.archive import Archive, Member, parse_json
from follownet.readers.ledger import Ledger
from follownet.readers.meta_files import (
    ENDINGS,
    PART,
    PROFILES,
    STORIES,
    Content,
    choose,
    classify,
    lowered,
    request_of,
    says_no_data,
)
from follownet.readers.meta_reading import Reading
from follownet.tables import LISTS, Export

PLATFORM = "instagram"
LOOKED_FOR = "Instagram (followers_1.json, following.json, a folder your_instagram_activity)"

_RELATIONS = {
    "requested": "pending_follow_requests",
    "recently_requested": "recent_follow_requests",
    "request_received": "follow_requests_you_ve_received",
    "unfollowed": "recently_unfollowed_(?:accounts|profiles)",
    "blocked": "blocked_(?:accounts|profiles)",
    "restricted": "restricted_(?:accounts|profiles)",
    "close_friend": "close_friends",
    "story_hidden": "hide_story_from",
    "favorite": "profiles_you_ve_favorited",
    "suggestion_removed": "removed_suggestions",
}
_ACTIONS = {
    "like": ("liked_posts", frozenset({"likes"})),
    "comment_like": ("liked_comments", frozenset({"likes"})),
    "story_like": ("story_likes", STORIES),
    "story_poll": ("polls", STORIES),
    "story_quiz": ("quizzes", STORIES),
    "story_question": ("questions", STORIES),
    "story_slider": ("emoji_sliders", STORIES),
    "story_countdown": ("countdowns", STORIES),
    "view": ("stories_viewed", STORIES),
    "save": ("saved_posts", frozenset({"saved"})),
}
_MEDIA = frozenset({"content", "media"})
_POSTS = {"image": f"posts{PART}", "reel": "reels", "story": "stories"}
_INSIGHTS = frozenset({"past_instagram_insights"})


def _content(name: str, stem: str, folders: Iterable[str], meaning: str) -> Content:
    return Content(name, re.compile(stem), frozenset(folders), meaning)


def _anywhere(name: str, stem: str, meaning: str, lists: tuple[str, ...] = ()) -> Content:
    return Content(name, re.compile(stem), frozenset(), meaning, only_there=False, lists=lists)


PROFILE = _content("profile", "personal_information", PROFILES, "profile")
CONTENTS = (
    _anywhere("followers", f"followers{PART}", "list", ("followers",)),
    _anywhere("following", f"following{PART}", "list", ("following",)),
    *(_anywhere(relation, stem, "relation") for relation, stem in _RELATIONS.items()),
    *(_content(kind, stem, folders, "action") for kind, (stem, folders) in _ACTIONS.items()),
    _content("comment", rf"(?:post|reels)_comments{PART}", ["comments"], "comment"),
    _anywhere("message", r"message_(?P<part>[0-9]{1,4})", "message"),
    *(_content(form, stem, _MEDIA, "post") for form, stem in _POSTS.items()),
    PROFILE,
    _content("post insights", f"posts{PART}", _INSIGHTS, "post insight"),
    _content("insights", r"[a-z_]+", _INSIGHTS, "insight"),
)
_CONNECTIONS = _anywhere("connections", "connections", "flat", LISTS)
_FLAT = (
    _CONNECTIONS,
    *(_anywhere(name, name, "flat") for name in meta_flat.FILES if name != "connections"),
)
#: What is done on Threads, or a post's format there -> the file, which Threads alone has.
THREADS_FILES = {
    "like": "liked_threads",
    "view": "threads_viewed",
    "save": "saved_threads",
    "thread": "threads_and_replies",
    "archived_thread": "archived_threads",
}
#: How files of Threads begin, after a mark of the encoding.
_OF_THREADS = re.compile(rb'(?:\xef\xbb\xbf)?\s*\{\s*"text_post_app_')


def matches(archive: Archive) -> bool:
    """Return whether there is a file or folder that only Instagram's export has."""
    return any(
        "your_instagram_activity" in lowered(member)
        or (
            (found := classify(member, (*CONTENTS, _CONNECTIONS)))
            and found.content.meaning in ("list", "relation", "flat")
        )
        for member in archive.members
        if not is_threads(archive, member)
    )


def read(
    archive: Archive,
    *,
    owner: str | None = None,
    zone: str = "UTC",
    exported_at: pd.Timestamp | None = None,
    progress: bool = False,
) -> Export:
    """Return Instagram's export in `archive` as tables.

    `zone` is that of HTML pages, whose times are local; the times of JSON are Unix seconds.
    """
    ledger = Ledger()
    named_owner, named_date = request_of(archive)
    members = []
    for member in archive.members:
        if is_threads(archive, member):
            _skip_threads(archive, member, ledger)
        else:
            members.append(member)
    chosen = choose(archive, members, _contents(members), ledger)
    if not chosen and not says_no_data(archive):
        beside = len(archive.members) - len(members)
        hint = f'; {beside} files are of Threads: platform="threads" reads them' if beside else ""
        raise UnknownFormatError(
            f"{archive.typed}: holds none of the files that are read of Instagram's export; found "
            f"{archive.found()}{hint}"
        )
    reading = Reading(PLATFORM, ledger, zone)
    reading.add_all(chosen, archive, progress=progress)
    if says_no_data(archive):
        reading.no_connections()
    return reading.export(owner, named_owner, exported_at, named_date)


def _contents(members: Iterable[Member]) -> tuple[Content, ...]:
    """Return the files to look for; names such as ``media.json`` count in flat exports only."""
    flat = any(classify(member, [_CONNECTIONS]) for member in members)
    return (*CONTENTS, *_FLAT) if flat else CONTENTS


def is_threads(archive: Archive, member: Member) -> bool:
    """Return whether a file belongs to Threads, whose files have the names of Instagram's.

    The folder above it decides (one of that name further up is the user's own), anywhere else
    the root key of a file that is called as one of theirs.
    """
    ending = member.name.lower().rpartition(".")[2]
    if lowered(member)[-1:] == ["threads"]:
        return ending in ENDINGS
    return (
        ending == "json"
        and _may_be_of_threads(member)
        and _OF_THREADS.match(archive.head(member)) is not None
    )


def _may_be_of_threads(member: Member) -> bool:
    """Return whether a file is called as one of Threads: others, of any size, are not opened."""
    stem = member.name.lower().rpartition(".")[0]
    if stem in THREADS_FILES.values() or PROFILE.stem.fullmatch(stem):
        return True
    found = classify(member, CONTENTS)
    return found is not None and found.content.meaning in ("list", "relation")


def _skip_threads(archive: Archive, member: Member, ledger: Ledger) -> None:
    """Count the records of a Threads file."""
    try:
        count = len(meta.records(parse_json(archive.read(member))))
    except DamagedExportError:
        count = 1
    known = (
        classify(member, CONTENTS)
        or member.name.lower().rpartition(".")[0] in THREADS_FILES.values()
    )
    shown = f"threads/{member.name if known else '*.json'}"
    ledger.skip(shown, 'belongs to Threads: platform="threads" reads it', count)
