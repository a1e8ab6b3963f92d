"""Message threads as Meta exports them: who wrote when in which thread, never what.

People are known by display name alone, so they are not matched to handles: the other person
of a thread is ``dm:<thread>``, and a member of a group is ``dm:<thread>/<n>``, n being the
place of the name among those of the participants, the owner left out. Members of one name
(``Instagram User``, which is what deleted accounts are called) cannot be told apart.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from follownet.errors import DamagedExportError
from follownet.readers import meta
from follownet.tables import SCHEMA

#: Lines that the platform writes, in English; in other languages they count as messages.
SYSTEM = re.compile(
    r"(liked a message|reacted .{1,20} to your message"
    r"|.+ (created|left|joined|muted) the group"
    r"|.+ named the group .+"
    r"|.+ (added|removed) .+ (to|from) the group"
    r"|.+ changed the (group|theme|chat).*"
    r"|.+ (started|ended|missed) an? (video|voice|audio) (call|chat))\s*\.?\s*",
    re.IGNORECASE | re.DOTALL,
)
#: No such line is longer; what people write may be, and is not searched.
_LINE = 500
_COLUMNS = tuple(SCHEMA["interactions"])
_SYSTEM_TYPES = {"Subscribe", "Unsubscribe", "Call"}

#: source, target, kind, at, item, group
_Row = tuple[str, str | None, str, Any, str, str | None]


@dataclass
class Thread:
    """One conversation, its parts joined."""

    participants: list[str] = field(default_factory=list)
    #: The most participants that one part lists; names repeat ("Instagram User").
    size: int = 0
    senders: list[str] = field(default_factory=list)
    stamps: list[Any] = field(default_factory=list)
    system: list[bool] = field(default_factory=list)
    #: (actor, sender of the message, time where given)
    reactions: list[tuple[str, str, Any]] = field(default_factory=list)

    def add(self, content: Any) -> tuple[int, int]:
        """Add one part; return the number of messages in it and of those kept.

        Raises
        ------
        DamagedExportError
            With the reason alone, where it is no message file.
        """
        messages = content.get("messages") if isinstance(content, dict) else None
        people = content.get("participants") if isinstance(content, dict) else None
        if not isinstance(messages, list) or not isinstance(people, list):
            raise DamagedExportError("is JSON, but holds no messages")
        self.size = max(self.size, len(people))
        names = [_name(person, "name") for person in people]
        self.participants = [*dict.fromkeys([*self.participants, *names])]
        kept = [message for message in messages if isinstance(message, dict)]
        for message in kept:
            self._add(message)
        return len(messages), len(kept)

    def _add(self, message: dict[str, Any]) -> None:
        sender = _name(message, "sender_name")
        self.senders.append(sender)
        self.stamps.append(message.get("timestamp_ms"))
        line = message.get("content")
        short = isinstance(line, str) and len(line) <= _LINE
        is_line = short and SYSTEM.fullmatch(meta.text(line) or "") is not None
        self.system.append(is_line or meta.text(message.get("type")) in _SYSTEM_TYPES)
        reactions = message.get("reactions")
        for reaction in reactions if isinstance(reactions, list) else ():
            if isinstance(reaction, dict):
                at = reaction.get("timestamp")
                self.reactions.append((_name(reaction, "actor"), sender, at))

    def is_group(self) -> bool:
        """Return whether more than two people take part."""
        return self.size > 2


def as_meta(content: Any) -> Any:
    """Return a conversation of today's Messenger under the keys of Meta's archives.

    What is not written so stays as it is, for `Thread.add` to judge.
    """
    if not isinstance(content, dict):
        return content
    people, said = content.get("participants"), content.get("messages")
    if isinstance(people, list):
        people = [{"name": one} for one in people]
    if isinstance(said, list):
        said = [_message_as_meta(one) if isinstance(one, dict) else one for one in said]
    return {"participants": people, "messages": said}


def _message_as_meta(message: dict[str, Any]) -> dict[str, Any]:
    names = {"sender_name": "senderName", "timestamp_ms": "timestamp", "content": "text"}
    return {name: message.get(key) for name, key in (names | {"reactions": "reactions"}).items()}


def _name(entry: Any, key: str) -> str:
    return (meta.text(entry.get(key)) if isinstance(entry, dict) else None) or ""


def display_name(threads: Collection[Thread], known: str | None) -> str | None:
    """Return the owner's name in conversations, None where nothing tells it.

    It is the name of the profile where most threads have it (people rename themselves), else
    the one that most threads share (of equals the one that more often stands last), else the
    one that stands last in threads of two.
    """
    named = [thread.participants for thread in threads]
    counts = Counter(name for names in named for name in names if name)
    if known and (not named or counts[known] * 2 > len(named)):
        return known
    last = Counter(names[-1] for names in named if names)
    name = max(counts, key=lambda name: (counts[name], last[name], name), default="")
    if counts[name] > 1 and counts[name] * 2 > len(named):
        return name
    pairs = Counter(names[-1] for names in named if len(names) == 2)
    return max(pairs, key=lambda name: (pairs[name], name), default=known)


def interactions(
    threads: dict[str, Thread], owner: str, me: str | None
) -> tuple[pd.DataFrame, dict[str, dict[str, str]]]:
    """Return the rows of all threads, and the attributes of the accounts they name."""
    said: list[_Row] = []
    reactions: list[_Row] = []
    accounts: dict[str, dict[str, str]] = {}
    for number, thread in threads.items():
        ids = _ids(number, thread, owner, me)
        accounts |= {ids[name]: {"name": name} for name in ids if ids[name] != owner and name}
        group = number if thread.is_group() else None
        for sender, system, at in zip(thread.senders, thread.system, thread.stamps, strict=True):
            kind = "message_system" if system else "message"
            other = f"dm:{number}" if ids[sender] == owner else owner
            said.append((ids[sender], None if group else other, kind, at, number, group))
        reactions += [
            (ids[actor], ids[sender], "message_reaction", at, number, group)
            for actor, sender, at in thread.reactions
        ]
    return pd.concat([_table(said, 1000), _table(reactions, 1)], ignore_index=True), accounts


def _ids(number: str, thread: Thread, owner: str, me: str | None) -> dict[str, str]:
    """Return the account of each name in a thread."""
    names = dict.fromkeys([*thread.participants, *thread.senders])
    names |= dict.fromkeys(actor for actor, _, _ in thread.reactions)
    others = [name for name in names if name != me]
    if thread.is_group():
        ids = {name: f"dm:{number}/{place}" for place, name in enumerate(others, start=1)}
    else:
        # A deleted person may stand under two names in one thread: it is the same other side.
        ids = dict.fromkeys(others, f"dm:{number}")
    return ids | ({me: owner} if me is not None else {})


def _table(rows: list[_Row], unit: int) -> pd.DataFrame:
    """Return rows as a table, their times in `unit` ticks per second."""
    columns: Iterable[Any] = zip(*rows, strict=True) if rows else [()] * len(_COLUMNS)
    table = dict(zip(_COLUMNS, columns, strict=True))
    return pd.DataFrame(
        {
            name: meta.times(values, unit) if name == "at" else meta.texts(values)
            for name, values in table.items()
        }
    )
