"""From the files of X's archive to its tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

import pandas as pd

from follownet.errors import DamagedExportError, SchemaError
from follownet.readers import json_pieces, meta
from follownet.readers.archive import require_plausible
from follownet.readers.gathering import Gathering
from follownet.readers.ledger import Ledger
from follownet.readers.values import NAMELESS, column, objects, text, times
from follownet.readers.x.files import ASSIGNMENT, File, Manifest, digits
from follownet.readers.x.tweets import People, Tweets, at
from follownet.tables import LISTS, Export

PLATFORM: Final = "x"
_HANDLE: Final = re.compile(r"@?\w{1,50}", re.ASCII)
_FILES: Final = {"followers": "follower", "following": "following"}
#: What of a group is no message of anyone, and by whom it was done.
_LINES: Final = {
    "joinConversation", "participantsJoin", "participantsLeave", "conversationNameUpdate",
}  # fmt: skip

#: source, target, kind, at, item, group
_Row = tuple[str, str | None, str, Any, str, str | None]


class Reading:
    """The rows of an archive while its files are read."""

    def __init__(self, ledger: Ledger, manifest: Manifest) -> None:
        self.files = 0
        self.damage: list[str] = []
        self._ledger = ledger
        self._manifest = manifest
        self._gathered = Gathering(PLATFORM, ledger)
        self._people = People()
        self._owner, self._handle = manifest.owner, manifest.handle
        self._name = manifest.name
        self._done: list[pd.DataFrame] = []
        self._tweets: set[str] = set()
        self._sources = 0
        self._has_likes = False

    def add(self, file: File, content: bytes) -> None:
        """Add the rows of one file."""
        add = {
            "profile": self._add_profile,
            "followers": self._add_list,
            "following": self._add_list,
            "blocked": self._add_relation,
            "muted": self._add_relation,
            "posts": self._add_tweets,
            "likes": self._add_likes,
            "messages": self._add_messages,
            "handle changes": self._add_changes,
        }
        count, kept = add[file.content](file, _pieces(content, file.key))
        self._ledger.read(file.shown, file.content, count, kept)
        self.files += 1

    def damaged(self, file: File, reason: str) -> None:
        """Enter a file that cannot be read."""
        self.damage.append(f"{file.shown} {reason}")
        self._ledger.skip(file.shown, f"unreadable: {reason}")
        self._ledger.warn(f"{file.shown} {reason}")
        if file.content in LISTS:
            self._gathered.lists[file.content].add_unreadable(file.part + 1)

    def _add_profile(self, file: File, pieces: Iterator[list[Any]]) -> tuple[int, int]:
        records = [record for piece in pieces for record in piece if isinstance(record, dict)]
        for record in records:
            self._owner = digits(record.get("accountId")) or self._owner
            self._handle = text(record.get("username")) or self._handle
            self._name = text(record.get("accountDisplayName")) or self._name
        return len(records), len(records)

    def _ids(self, file: File, pieces: Iterator[list[Any]]) -> tuple[pd.Series[str], int]:
        """Return accounts, and how many records name none."""
        found = [
            digits(record.get("accountId")) if isinstance(record, dict) else None
            for piece in pieces
            for record in piece
        ]
        accounts = column(found)
        known = accounts.dropna().reset_index(drop=True)
        self._ledger.skip(file.shown, NAMELESS, len(accounts) - len(known))
        return known, len(accounts) - len(known)

    def _add_list(self, file: File, pieces: Iterator[list[Any]]) -> tuple[int, int]:
        accounts, unusable = self._ids(file, pieces)
        rows = pd.DataFrame({"alter": accounts, "since": meta.times([0] * len(accounts))})
        self._gathered.lists[file.content].add(file.part + 1, rows, unusable)
        return len(accounts) + unusable, len(accounts)

    def _add_relation(self, file: File, pieces: Iterator[list[Any]]) -> tuple[int, int]:
        accounts, unusable = self._ids(file, pieces)
        self._gathered.relate(file.content, pd.DataFrame({"alter": accounts}))
        return len(accounts) + unusable, len(accounts)

    def _add_tweets(self, file: File, pieces: Iterator[list[Any]]) -> tuple[int, int]:
        count = kept = again = 0
        self._sources += 1
        for piece in pieces:
            tweets = Tweets(self._people)
            count += len(piece)
            for tweet in piece:
                number = tweet.get("id_str") or tweet.get("id") if isinstance(tweet, dict) else None
                if str(number) in self._tweets:
                    again += 1
                elif number is not None and tweets.add(tweet):
                    self._tweets.add(str(number))
                    kept += 1
            posts, done = tweets.posts(), tweets.done()
            self._gathered.count_undated(file.shown, posts["at"])
            self._gathered.posted(posts)
            self._done.append(done)
        self._ledger.skip(file.shown, "the same post is in another file, or twice in this", again)
        self._ledger.skip(file.shown, "record is no post", count - kept - again)
        return count, kept

    def _add_likes(self, file: File, pieces: Iterator[list[Any]]) -> tuple[int, int]:
        count = kept = 0
        for piece in pieces:
            records = [record for record in piece if isinstance(record, dict)]
            items = column([digits(record.get("tweetId")) for record in records])
            self._done.append(pd.DataFrame({"kind": "like", "item": items}))
            count, kept = count + len(piece), kept + len(records)
        self._ledger.skip(file.shown, "record is no object", count - kept)
        self._has_likes |= kept > 0
        return count, kept

    def _add_messages(self, file: File, pieces: Iterator[list[Any]]) -> tuple[int, int]:
        rows: list[_Row] = []
        count = kept = 0
        is_group = "group" in file.shown
        for conversation in (one for piece in pieces for one in piece if isinstance(one, dict)):
            number = text(conversation.get("conversationId")) or ""
            events = conversation.get("messages")
            events = events if isinstance(events, list) else []
            count += len(events)
            for event in objects(events):
                found = _said(event, number, is_group=is_group)
                kept += bool(found)
                rows += found
        self._ledger.skip(file.shown, "record is no message", count - kept)
        sources, targets, kinds, stamps, items, groups = list(zip(*rows, strict=True)) or [()] * 6
        table = pd.DataFrame(
            {
                "source": column(sources),
                "target": column(targets),
                "kind": column(kinds),
                "at": times(stamps),
                "item": column(items),
                "group": column(groups),
            }
        )
        self._gathered.count_undated(file.shown, table["at"])
        self._done.append(table)
        return count, kept

    def _add_changes(self, file: File, pieces: Iterator[list[Any]]) -> tuple[int, int]:
        count = sum(map(len, pieces))
        if count:
            self._ledger.note(f"the owner changed the handle {count} times; ids stay")
        return count, 0

    def export(
        self,
        given: str | None,
        exported_at: pd.Timestamp | None,
        named: pd.Timestamp | None,
    ) -> Export:
        """Return the export, now that all files are read."""
        gathered, manifest = self._gathered, self._manifest
        owner = self._whose(given)
        if self._owner and self._handle:
            self._people.add(self._owner, 2**64, self._handle, self._name)
        for account, (_, handle, name) in self._people.names.items():
            gathered.attributes[account] |= {"handle": handle} | ({"name": name} if name else {})
        ids = self._people.ids()
        for rows in self._done:
            targets = _resolved(rows, ids)
            gathered.happened(rows.assign(target=targets))
            for account in targets[targets.str.startswith("@").fillna(False)].unique():
                gathered.attributes[account]["handle"] = account.removeprefix("@")
        self._declare()
        if self._has_likes:
            self._ledger.note("likes name neither whose post it was nor when it was liked")
        if any(gathered.lists[name].parts for name in LISTS):
            self._ledger.note("follow lists of X have no dates")
        self._ledger.time("X files", zone="UTC", known=True, precision="second")
        return gathered.export(owner, given=exported_at, known=manifest.made, named=named)

    def _whose(self, given: str | None) -> str | None:
        """Return the owner's id: as the archive says, or the one given as id or handle."""
        if given is None:
            return self._owner
        if _HANDLE.fullmatch(given) is None:
            raise SchemaError(
                f"owner: a text of {len(given)} characters is neither an id of X nor a handle of "
                "letters, digits and underscores"
            )
        same = self._handle is not None and at(given.removeprefix("@")) == at(self._handle)
        if self._owner is not None and (same or given == self._owner):
            return self._owner
        if self._owner is not None:
            self._ledger.note("the owner given, not the one whom the export names, is used")
        return digits(given) or at(given.removeprefix("@"))

    def _declare(self) -> None:
        """Enter what the manifest says of the lists."""
        for name, file in _FILES.items():
            parts = {
                file_name: number
                for file_name, number in self._manifest.counts.items()
                if re.fullmatch(rf"{file}(-part\d+)?\.js", file_name)
            }
            counts = [number for number in parts.values() if number is not None]
            follow_list = self._gathered.lists[name]
            if parts and len(counts) == len(parts):
                self._gathered.declared[name] = sum(counts)
            if follow_list.parts:
                follow_list.expected = len(parts)
            if self._manifest.partial:
                follow_list.absent = (
                    "the archive says that it is a partial one; a whole one would make it known"
                )


def _pieces(content: bytes, key: str) -> Iterator[list[Any]]:
    """Yield the records of a file, without what they are wrapped in, some MiB at a time."""
    require_plausible(content)
    found = ASSIGNMENT.match(content)
    begin = re.compile(rb"\s*\[").match(content, found.end() if found else 0)
    if begin is None:
        raise DamagedExportError("is no list of records as X writes them")
    name = key.encode()
    wrapped = re.compile(rb'\s*\{\s*"' + name + rb'"\s*:').match(content, begin.end())
    # Tweets hold lists of records themselves; what they are wrapped in tells where one begins.
    between = re.compile(rb'\}\s*(,)\s*\{\s*"' + name + rb'"\s*:') if wrapped else None
    for piece, _ in json_pieces.records(content, begin.end(), between or json_pieces.BETWEEN):
        yield [_unwrapped(record, key) for record in piece]


def _unwrapped(record: Any, key: str) -> Any:
    inner = record.get(key) if isinstance(record, dict) else None
    return inner if isinstance(inner, dict) else record


def _said(event: dict[str, Any], number: str, *, is_group: bool) -> list[_Row]:
    """Return the rows of a message and of the reactions to it, or of a line of the platform."""
    group = number if is_group else None
    message = event.get("messageCreate")
    if isinstance(message, dict):
        sender, to = digits(message.get("senderId")), digits(message.get("recipientId"))
        if sender is None:
            return []
        target = None if is_group else to
        rows: list[_Row] = [(sender, target, "message", message.get("createdAt"), number, group)]
        reactions = objects(message.get("reactions"))
        actors = [(digits(one.get("senderId")), one.get("createdAt")) for one in reactions]
        rows += [
            (actor, sender, "message_reaction", made, number, group)
            for actor, made in actors
            if actor is not None
        ]
        return rows
    for kind in _LINES:
        line = event.get(kind)
        if isinstance(line, dict):
            left = line.get("userIds")
            named = [line.get("initiatingUserId"), *(left if isinstance(left, list) else [])]
            actor = next(filter(None, map(digits, named)), None)
            if actor is not None:
                return [(actor, None, "message_system", line.get("createdAt"), number, group)]
    return []


def _resolved(rows: pd.DataFrame, ids: dict[str, str]) -> pd.Series[Any]:
    """Return the targets of events, handles as the ids whose they are."""
    if "target" not in rows:
        return pd.Series(pd.NA, index=rows.index, dtype="str")
    targets = rows["target"]
    by_handle = targets.str.startswith("@").fillna(False).astype(bool)
    if not by_handle.any():
        return targets
    known = targets[by_handle].map(ids).fillna(targets[by_handle])
    return targets.mask(by_handle, known).astype("str")
