"""Facebook's export in JSON: friends, requests, follows, and what the owner did.

Files have moved and root keys have changed since 2018 (``friends``, ``friends_v2``), so that a file
is found by its name and read by its key. Read are friends, removed friends, requests both ways,
both follow lists (followers have no date), pages followed, comments, reactions, own posts and
messages, also those that Messenger exports by themselves. Exports in HTML are refused: their dates
are in the language of the account. Messenger's files and reactions since 2025 are untried on real
ones.

People are display names, which are no identities: the second record of a name in a list is
``name#2``, and so on. One name in two lists is taken for one person, and so is a record of a list
that lies in two files, as where two generations of an export were packed together. Friends are
mutual by construction: relations, and no follows.

It cannot show whose posts were commented on or reacted to (the name stands in a sentence in the
language of the account), who reacted to the owner's, and who is behind a name.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any, Final

import pandas as pd

from follownet.errors import DamagedExportError, UnknownFormatError
from follownet.readers import messages, meta
from follownet.readers.archive import Archive, Member, parse_json
from follownet.readers.gathering import UNDATED, UNNAMED, Gathering
from follownet.readers.ledger import Ledger
from follownet.readers.meta_files import thread_of
from follownet.readers.values import NAMELESS, objects
from follownet.tables import LISTS, Export

PLATFORM = "facebook"
LOOKED_FOR = "Facebook (your_friends.json, friends.json, profile_information.json)"

_ARCHIVE: Final = re.compile(r"facebook-(.+?)-(\d{4}-\d{2}-\d{2})-[a-z0-9]+", re.I)
#: Name of a file, its ending and apostrophes apart, as what it holds.
_NAMES: Final = {
    "friends|your_friends": "friend",
    "removed_friends": "friend_removed",
    "received_friend_requests|friend_requests_received": "request_received",
    "sent_friend_requests|friend_requests_sent": "requested",
    "rejected_friend_requests": "request_rejected",
    "followers|people_who_followed_you": "followers",
    "following|who_you_follow|who_you_ve_followed": "following",
    "pages_you_follow|pages_you_ve_followed|pages_followed": "pages",
    "comments": "comments",
    r"likes_and_reactions(_\d+)?": "reactions",
    r"your_posts(_\d+|__check_ins__photos_and_videos_\d+)?": "posts",
    "profile_information": "profile",
    r"message_\d+": "messages",
}
_STEMS: Final = {re.compile(stem): content for stem, content in _NAMES.items()}
#: Root keys that Facebook's lists alone have; others call theirs otherwise, or write them large.
_SIGN: Final = re.compile(
    rb'(?:\xef\xbb\xbf)?\s*\{\s*"'
    rb"(?:(?:friends|deleted_friends|received_requests|sent_requests|rejected_requests"
    rb'|followers|following|pages_followed|comments)_v\d+"\s*:'
    rb'|(?:friends|following|followers|received_requests|sent_requests|deleted_friends)"\s*:'
    rb'\s*\[\s*(?:\]\s*\}|\{\s*"(?:name|timestamp)")|profile_v\d+"\s*:)'
)
#: Folders in which a page of HTML that is called as a list of friends is Facebook's.
_OF_FRIENDS: Final = frozenset({"friends", "friends_and_followers"})
_CONVERSATION_SIGN: Final = re.compile(rb'(?:\xef\xbb\xbf)?\s*\{\s*"participants"\s*:\s*\[')
#: Conversations of today's Messenger, each a file called after a person and numbered.
_ENCRYPTED: Final = re.compile(r".+(_\d+\.json)", re.I | re.DOTALL)
_ENCRYPTED_SIGN: Final = re.compile(
    rb'(?:\xef\xbb\xbf)?\s*\{.*"(?:threadName|senderName)"\s*:', re.DOTALL
)
_RESERVED: Final = ("page:", "dm:", UNNAMED)
_TELLING: Final = frozenset(
    {"friend", "friend_removed", "request_received", "requested", *LISTS, "profile", "comments"}
)


def matches(archive: Archive) -> bool:
    """Return whether a list has a name and a root key of Facebook's, or Messenger wrote a file."""
    contents = _contents(archive)
    return any(
        content == "encrypted"
        or (content == "messages" and _is_alone(archive, member))
        or (content in _TELLING and _SIGN.match(archive.head(member)))
        for member, content in contents.items()
    ) or any(_is_page(member) for member in archive.members)


def _contents(archive: Archive) -> dict[Member, str]:
    """Return what the files in JSON hold, by their names, or by their keys where people's are."""
    found = {}
    for member in archive.members:
        if not member.name.lower().endswith(".json"):
            continue
        if content := _content(member):
            found[member] = content
        elif _is_encrypted(archive, member):
            found[member] = "encrypted"
    return found


def _content(member: Member) -> str | None:
    """Return what a file holds by its name."""
    stem = re.sub("['’]", "_", member.name.lower().rpartition(".")[0])
    return next((content for one, content in _STEMS.items() if one.fullmatch(stem)), None)


def _is_page(member: Member) -> bool:
    """Return whether a file is a list of friends in HTML."""
    folder = member.folders[-1].lower() if member.folders else ""
    html = member.name.lower().endswith((".html", ".htm"))
    return html and folder in _OF_FRIENDS and _content(member) in _TELLING


def _is_encrypted(archive: Archive, member: Member) -> bool:
    return bool(_ENCRYPTED.fullmatch(member.name) and _ENCRYPTED_SIGN.match(archive.head(member)))


def _is_alone(archive: Archive, member: Member) -> bool:
    """Return whether a conversation lies at the root, in a folder that is its number."""
    return (
        len(member.folders) == 1
        and member.folders[0].isdigit()
        and _CONVERSATION_SIGN.match(archive.head(member)) is not None
    )


def read(
    archive: Archive,
    *,
    owner: str | None = None,
    zone: str = "UTC",
    exported_at: pd.Timestamp | None = None,
    progress: bool = False,
) -> Export:
    """Return Facebook's export in `archive` as tables; all its times are UTC."""
    contents = _contents(archive)
    if not contents:
        pages = any(
            member.name.lower().endswith((".html", ".htm")) and _content(member)
            for member in archive.members
        )
        raise UnknownFormatError(
            f"{archive.typed}: "
            + (
                "is Facebook's export in HTML, whose dates are in the language of the account; ask "
                "for it again in the format JSON"
                if pages
                else "holds none of the files that are read of Facebook's export; found "
                + archive.found()
            )
        )
    reading = Reading(Ledger())
    for member in archive.in_order(contents, progress=progress):
        reading.add(contents[member], archive, member)
    if reading.damage and not reading.files:
        raise DamagedExportError(
            f"{archive.typed}: none of its {len(reading.damage)} files that matter can be read; "
            f"{reading.damage[0]}"
        )
    return reading.export(archive, len(archive.members) - len(contents), owner, exported_at)


class Reading:
    """The rows of an export while its files are read."""

    def __init__(self, ledger: Ledger) -> None:
        self.files = 0
        self.damage: list[str] = []
        self._ledger = ledger
        self._gathered = Gathering(PLATFORM, ledger)
        #: Content -> names and times, numbered once the owner is known.
        self._people: dict[str, list[tuple[list[str], pd.Series[Any]]]] = defaultdict(list)
        self._threads: dict[str, messages.Thread] = defaultdict(messages.Thread)
        self._unusable: Counter[str] = Counter()
        self._encrypted = 0
        self._name: str | None = None
        self._handle: str | None = None

    def add(self, content: str, archive: Archive, member: Member) -> None:
        """Add the rows of one file, or enter it as unreadable."""
        shown, thread = member.name, ""
        # A folder or a file may be called after a person alone.
        if content == "messages":
            thread = thread_of(member)
            shown = f"messages/*{f'_{thread[-4:]}' if thread.isdigit() else ''}/{member.name}"
        elif content == "encrypted":
            self._encrypted += 1
            thread = f"encrypted-{self._encrypted}"
            shown = _ENCRYPTED.sub(r"*\1", member.name)
        try:
            count, kept = self._add(content, parse_json(archive.read(member)), thread, shown)
        except DamagedExportError as error:
            self.damage.append(f"{shown} {error}")
            self._ledger.skip(shown, f"unreadable: {error}")
            self._ledger.warn(f"{shown} {error}")
            if content in LISTS:
                self._gathered.lists[content].add_unreadable(0)
            return
        self._ledger.read(shown, content, count, kept)
        self.files += 1

    def _add(self, content: str, document: Any, thread: str, shown: str) -> tuple[int, int]:
        if content in ("messages", "encrypted"):
            said = messages.as_meta(document) if content == "encrypted" else document
            count, kept = self._threads[thread].add(said)
            self._ledger.skip(shown, "record is no message", count - kept)
            return count, kept
        if content == "profile":
            return self._add_profile(document)
        records = meta.records(document)
        rows = objects(records)
        self._ledger.skip(shown, "record is no object", len(records) - len(rows))
        if content in ("comments", "reactions"):
            kind = "comment" if content == "comments" else "like"
            stamps = self._stamps(rows, shown)
            self._gathered.happened(pd.DataFrame({"kind": kind, "at": stamps}))
        elif content == "posts":
            self._add_posts(rows, shown)
        else:
            return len(records), self._add_people(content, rows, shown)
        return len(records), len(rows)

    def _stamps(self, rows: list[dict[str, Any]], shown: str) -> pd.Series[Any]:
        stamps = meta.times([row.get("timestamp") for row in rows])
        self._gathered.count_undated(shown, stamps)
        return stamps

    def _add_people(self, content: str, rows: list[dict[str, Any]], shown: str) -> int:
        names = [(meta.text(row.get("name")) or "").strip() for row in rows]
        stamps = meta.times([row.get("timestamp") for row in rows])
        named = pd.Series([bool(name) for name in names], dtype=bool)
        kept = [name for name in names if name]
        self._people[content].append((kept, stamps[named].reset_index(drop=True)))
        self._unusable[content] += len(names) - len(kept)
        self._ledger.skip(shown, NAMELESS, len(names) - len(kept))
        # Followers never have a time.
        if content != "followers":
            self._gathered.count_undated(shown, stamps[named])
        return len(kept)

    def _add_posts(self, rows: list[dict[str, Any]], shown: str) -> None:
        stamps = self._stamps(rows, shown)
        again: Counter[str] = Counter()
        numbers = []
        for at in stamps:
            # Posts have no number: their second, and which of that second.
            one = "undated" if pd.isna(at) else str(int(at.timestamp()))
            again[one] += 1
            numbers.append(f"{one}-{again[one]}")
        lengths = [max(map(len, _said(row)), default=0) for row in rows]
        posts = {"post": numbers, "at": stamps, "format": "post", "text_length": lengths}
        self._gathered.posted(pd.DataFrame(posts))

    def _add_profile(self, document: Any) -> tuple[int, int]:
        inner = next(iter(document.values()), None) if isinstance(document, dict) else None
        profile = inner if isinstance(inner, dict) else {}
        name = profile.get("name")
        full = meta.text(name.get("full_name")) if isinstance(name, dict) else meta.text(name)
        self._name = (full or "").strip() or None
        self._handle = meta.text(profile.get("username")) or None
        return 1, int(self._name is not None)

    def export(
        self, archive: Archive, others: int, given: str | None, exported_at: pd.Timestamp | None
    ) -> Export:
        """Return the export, now that all files are read."""
        gathered, ledger = self._gathered, self._ledger
        ledger.skip("other files", "not among the files that are read", others)
        user, day = _named(archive)
        me = messages.display_name(self._threads.values(), self._name)
        owner = gathered.whose(given, self._name, _stripped, "no name") or user or me
        said, people = messages.interactions(self._threads, owner or UNNAMED, me)
        undated = said["at"].isna() & (said["kind"] != "message_reaction")
        ledger.skip("messages", UNDATED, int(undated.sum()))
        gathered.happened(said)
        gathered.attributes |= people
        self._number(owner or UNNAMED)
        if owner:
            gathered.attributes[owner] |= {"name": self._name or me or owner}
            gathered.attributes[owner] |= {"handle": self._handle} if self._handle else {}
        ledger.time("JSON files", zone="UTC", known=True, precision="second")
        return gathered.export(owner, given=exported_at, named=day)

    def _number(self, owner: str) -> None:
        """Add the people of all lists, of equal names in a list each by a number of its own."""
        doubtful: set[str] = set()
        for content, parts in self._people.items():
            taken, last = {owner}, Counter[str]()
            prefix = "page:" if content == "pages" else ""
            for part, (names, stamps) in enumerate(self._without_repeats(parts)):
                ids = [_id(name, taken, last, prefix) for name in names]
                self._enter(content, part, ids, names, stamps)
                doubtful |= {
                    name for name, one in zip(names, ids, strict=True) if one != prefix + name
                }
        if doubtful:
            self._ledger.note(
                f"{len(doubtful)} names stand for several people in a list: each has a number, and "
                "which of them is in another list cannot be told"
            )
        if len(self._people) > 1:
            self._ledger.note("one name in two lists is taken for one person")

    def _without_repeats(
        self, parts: list[tuple[list[str], pd.Series[Any]]]
    ) -> Iterator[tuple[list[str], pd.Series[Any]]]:
        """Yield the records of each file of a list that no file before it holds as often."""
        before: Counter[tuple[str, Any]] = Counter()
        for names, stamps in parts:
            here: Counter[tuple[str, Any]] = Counter()
            fresh = []
            for record in zip(names, stamps, strict=True):
                here[record] += 1
                fresh.append(here[record] > before[record])
            before |= here
            chosen = pd.Series(fresh, dtype=bool)
            self._ledger.skip("lists that stand twice", "record of a file before", sum(~chosen))
            kept = [name for name, new in zip(names, fresh, strict=True) if new]
            yield kept, stamps[chosen].reset_index(drop=True)

    def _enter(
        self, content: str, part: int, ids: list[str], names: list[str], stamps: pd.Series[Any]
    ) -> None:
        gathered = self._gathered
        for account, name in zip(ids, names, strict=True):
            gathered.attributes[account]["name"] = name
            if content == "pages":
                gathered.attributes[account]["type"] = "business"
        alters = meta.texts(ids)
        if content in LISTS:
            rows = pd.DataFrame({"alter": alters, "since": stamps})
            unusable = self._unusable[content] if part == 0 else 0
            gathered.lists[content].add(part, rows, unusable)
        elif content == "pages":
            # They are followed, too, and are no part of the list of people.
            if gathered.lists["following"].parts or "following" in self._people:
                gathered.lists["following"].rows.append(
                    pd.DataFrame({"alter": alters, "since": stamps})
                )
            else:
                self._ledger.skip("pages", "there is no list of the people followed", len(ids))
        else:
            rows = pd.DataFrame({"alter": alters, "at": stamps})
            towards = content in ("request_received", "request_rejected")
            gathered.relate(content, rows, towards_owner=towards)


def _id(name: str, taken: set[str], last: Counter[str], prefix: str) -> str:
    """Return an account that is not taken: the name, with a number where it has to be."""
    found = f"{prefix}{name}"
    if not prefix and name.startswith(_RESERVED):
        # Somebody may be called as other accounts are written.
        found = f"{name}#1"
    while found in taken:
        last[name] += 1
        found = f"{prefix}{name}#{last[name] + 1}"
    taken.add(found)
    return found


def _stripped(name: str) -> str | None:
    return name.strip() or None


def _said(row: dict[str, Any]) -> list[str]:
    """Return the texts of a post."""
    texts = [meta.text(part.get("post")) for part in objects(row.get("data"))]
    return [one for one in texts if one]


def _named(archive: Archive) -> tuple[str | None, pd.Timestamp | None]:
    """Return user and day as the name of the archive, or of a folder in it, gives them."""
    folders = {folder for member in archive.members for folder in member.folders[:2]}
    for name in (*archive.names, *sorted(folders)):
        if found := _ARCHIVE.match(name):
            day = pd.to_datetime(found[2], utc=True, errors="coerce")
            return found[1].casefold(), None if pd.isna(day) else day
    return None, None
