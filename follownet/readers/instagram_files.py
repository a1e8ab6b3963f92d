"""Which file of an Instagram export is which, wherever it lies.

Folders have moved and names have changed since 2020, so a file is found by its own name
anywhere in the tree; where the name is a common one, its folder has to fit too. When the
same file lies in two folders, the one with both follow lists is used, then the shallower,
then the first by name; the other is left out whole.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from follownet.errors import DamagedExportError, UnknownFormatError
from follownet.readers import meta
from follownet.readers.archive import Archive, Member, parse_json
from follownet.readers.ledger import Ledger

_EXPORT_NAME = re.compile(
    r"instagram-(?P<owner>[a-z0-9._]{1,30})-(?P<date>\d{4}-\d{2}-\d{2})-[a-z0-9]{8}",
    re.IGNORECASE,
)
_THREAD = re.compile(r"(?:.*_)?(\d+)")
_HTML_LIST = re.compile(r"(followers(_\d+)?|following)\.html")


@dataclass(frozen=True)
class Content:
    """A kind of file: how it is called, where it lies, what its records mean."""

    name: str
    stem: re.Pattern[str]
    folders: frozenset[str]
    meaning: str
    #: True where the name alone would also fit files of other platforms.
    only_there: bool


@dataclass(frozen=True)
class Found:
    """A member with its content, the name under which it may be shown, and its part."""

    member: Member
    content: Content
    shown: str
    part: int


def _content(name: str, stem: str, folders: str, meaning: str, *, only_there: bool) -> Content:
    return Content(name, re.compile(stem), frozenset(folders.split()), meaning, only_there)


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
_STORY = "story_interactions story_sticker_interactions"
_ACTIONS = {
    "like": ("liked_posts", "likes"),
    "comment_like": ("liked_comments", "likes"),
    "story_like": ("story_likes", _STORY),
    "story_poll": ("polls", _STORY),
    "story_quiz": ("quizzes", _STORY),
    "story_question": ("questions", _STORY),
    "story_slider": ("emoji_sliders", _STORY),
    "story_countdown": ("countdowns", _STORY),
    "view": ("stories_viewed", _STORY),
    "save": ("saved_posts", "saved"),
}
_FOLLOWS = "followers_and_following"
_PROFILE = "personal_information account_information"
_PART = r"(?:_(?P<part>[0-9]{1,4}))?"

CONTENTS = (
    _content("followers", f"followers{_PART}", _FOLLOWS, "list", only_there=False),
    _content("following", f"following{_PART}", _FOLLOWS, "list", only_there=False),
    *(
        _content(relation, stem, _FOLLOWS, "relation", only_there=False)
        for relation, stem in _RELATIONS.items()
    ),
    *(
        _content(kind, stem, folders, "action", only_there=True)
        for kind, (stem, folders) in _ACTIONS.items()
    ),
    _content("comment", rf"(?:post|reels)_comments{_PART}", "comments", "comment", only_there=True),
    _content("message", r"message_(?P<part>[0-9]{1,4})", "", "message", only_there=False),
    _content("image", rf"posts{_PART}", "content media", "post", only_there=True),
    _content("reel", "reels", "content media", "post", only_there=True),
    _content("story", "stories", "content media", "post", only_there=True),
    _content("profile", "personal_information", _PROFILE, "profile", only_there=True),
)

#: Folders by which the inside of an export is recognised.
_ANCHORS = frozenset(
    f"{_FOLLOWS} {_STORY} {_PROFILE} connections your_instagram_activity likes comments messages "
    "content media saved threads ads_information logged_information".split()
)
_BOXES = frozenset({"inbox", "message_requests"})
_THREADS_FILES = frozenset({"threads_viewed.json", "threads_and_replies.json"})


def is_instagram(archive: Archive) -> bool:
    """Return whether there is a file or folder that only Instagram's export has."""
    return any(
        "your_instagram_activity" in _lowered(member)
        or ((known := _classify(member)) and known[0].meaning in ("list", "relation"))
        or _HTML_LIST.fullmatch(member.name.lower())
        for member in archive.members
    )


def html_lists(archive: Archive) -> set[str]:
    """Return which of the follow lists are there in HTML."""
    names = {member.name.lower() for member in archive.members}
    return {name.split("_")[0].split(".")[0] for name in names if _HTML_LIST.fullmatch(name)}


def is_html(archive: Archive) -> bool:
    """Return whether the follow lists, or other files of the export, are there in HTML."""
    return any(
        _HTML_LIST.fullmatch(member.name.lower())
        or ("your_instagram_activity" in _lowered(member) and member.name.lower().endswith(".html"))
        for member in archive.members
    )


def says_no_data(archive: Archive) -> bool:
    """Return whether the export says that there are no connections at all."""
    return any(
        member.name.lower() == "no-data.txt" and _lowered(member)[-1:] == [_FOLLOWS]
        for member in archive.members
    )


def request_of(archive: Archive) -> tuple[str | None, pd.Timestamp | None]:
    """Return owner and date as the name of the archive, or of a folder in it, gives them.

    Raises
    ------
    UnknownFormatError
        When the names are those of several requests: their files must not be mixed.
    """
    named = {*archive.names, *(folder for member in archive.members for folder in member.folders)}
    found = [match for name in named if (match := _EXPORT_NAME.search(name))]
    requests = {(match["owner"].lower(), match["date"]) for match in found}
    if len(requests) > 1:
        dates = ", ".join(sorted(date for _, date in requests))
        raise UnknownFormatError(
            f"{archive.typed}: holds {len(requests)} different exports (of {dates}); "
            "read them one by one"
        )
    if not requests:
        return None, None
    owner, date = requests.pop()
    day = pd.to_datetime(date, utc=True, errors="coerce")
    return owner, None if pd.isna(day) else day


def choose(archive: Archive, ledger: Ledger) -> list[Found]:
    """Return the files to read, one of each, and enter what is left out."""
    by_root: dict[tuple[str, ...], dict[tuple[str, str, int], Found]] = defaultdict(dict)
    known = doubles = 0
    for member in archive.members:
        if _is_threads(member):
            _skip_threads(archive, member, ledger)
            known += 1
        elif (kind := _classify(member)) is not None:
            content, match = kind
            part = int(match.groupdict().get("part") or 0)
            found = Found(member, content, _shown(member), part)
            key = (content.name, thread_of(member) if content.meaning == "message" else "", part)
            if content.meaning == "comment":
                key = (content.name, member.name.lower(), part)
            here = by_root[_root(member)]
            if key in here:
                doubles += 1
                _require_same(archive, here[key], found)
            # Of two files of one name the later counts, as unpacking would have it.
            here[key] = found
            known += 1
    if doubles:
        ledger.note(f"{doubles} files stand twice in one folder: the last of each was read")
        ledger.skip("files that stand twice", "the last of each was read", doubles)
    others = len(archive.members) - known - archive.packed
    ledger.skip("other files", "not among the files that are read", others)
    ledger.skip("archives inside", "not opened: the export lies outside of them", archive.packed)
    ledger.skip("links", "links in an archive are not followed", archive.links)
    return list(_without_copies(by_root, ledger))


def _require_same(archive: Archive, one: Found, other: Found) -> None:
    """Raise if two parts hold one file with different content: they are of different exports."""
    if one.member.place[0] == other.member.place[0]:
        return
    if _bytes(archive, one) != _bytes(archive, other):
        raise UnknownFormatError(
            f"{archive.typed}: {other.shown} stands in two of the parts with different content, so "
            "they are of different exports; read them one by one"
        )


def _bytes(archive: Archive, found: Found) -> bytes | None:
    try:
        return archive.read(found.member)
    except DamagedExportError:
        return None


def _without_copies(
    by_root: dict[tuple[str, ...], dict[tuple[str, str, int], Found]], ledger: Ledger
) -> Iterator[Found]:
    """Yield the files of every folder that repeats no file of a folder before it."""
    taken: set[tuple[str, str, int]] = set()
    for root in sorted(by_root, key=lambda root: (_strays(by_root[root]), len(root), root)):
        files = by_root[root]
        if taken.isdisjoint(files):
            taken |= files.keys()
            yield from files.values()
        else:
            ledger.warn(
                "files of the same names lie in two folders: the one with both follow lists (then "
                f"the shallower, then the first by name) was used, {len(files)} files of the other "
                "were left out; if that is another export, read it by itself"
            )
            ledger.skip("another folder", "files of these names were read elsewhere", len(files))


def _strays(files: dict[tuple[str, str, int], Found]) -> bool:
    """Return whether files lie without both follow lists: they must not hide an export."""
    return not {"followers", "following"} <= {name for name, _, _ in files}


def _lowered(member: Member) -> list[str]:
    return [folder.lower() for folder in member.folders]


def _classify(member: Member) -> tuple[Content, re.Match[str]] | None:
    """Return what a member is by its name and folder, or None."""
    stem, _, ending = member.name.lower().rpartition(".")
    if ending != "json":
        return None
    # Re-packers turn the apostrophe of "you've" into other characters.
    stem = re.sub("['’]", "_", stem)
    for content in CONTENTS:
        if (found := content.stem.fullmatch(stem)) and (
            not content.only_there or content.folders.intersection(_lowered(member))
        ):
            return content, found
    return None


def _root(member: Member) -> tuple[str, ...]:
    """Return the folders above the export; one named after the request is no folder."""
    above = []
    for folder in member.folders:
        if folder.lower() in _ANCHORS or folder.lower() in _BOXES:
            break
        if not _EXPORT_NAME.fullmatch(folder) and not folder.lower().startswith("meta-"):
            above.append(folder)
    return tuple(above)


def thread_of(member: Member) -> str:
    """Return the number of the thread whose folder holds a message file."""
    folder = member.folders[-1] if member.folders else ""
    found = _THREAD.fullmatch(folder)
    return found[1] if found else folder


def _shown(member: Member) -> str:
    """Return the path as it may be shown: known folders, and of a thread its last digits."""
    parts = []
    for folder in member.folders:
        if folder.lower() in _ANCHORS or folder.lower() in _BOXES:
            parts.append(folder)
        elif parts and parts[-1] in _BOXES:
            parts.append(f"*_{thread_of(member)[-4:]}" if _THREAD.fullmatch(folder) else "*")
    return "/".join([*parts, member.name])


def _is_threads(member: Member) -> bool:
    # The direct parent: a folder of that name further up is the user's own.
    return _lowered(member)[-1:] == ["threads"] and member.name.lower().endswith(".json")


def _skip_threads(archive: Archive, member: Member, ledger: Ledger) -> None:
    """Count the records of a Threads file, which may have the name of one of Instagram's."""
    try:
        count = len(meta.records(parse_json(archive.read(member))))
    except DamagedExportError:
        count = 1
    known = _classify(member) or member.name.lower() in _THREADS_FILES
    shown = f"threads/{member.name if known else '*.json'}"
    ledger.skip(shown, "belongs to Threads, not to Instagram", count)
