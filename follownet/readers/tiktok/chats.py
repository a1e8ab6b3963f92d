"""Chats of TikTok: who wrote to whom, as far as it can be known.

A chat is named after one person, and may be of more: a group, or someone who was renamed since.
Then to whom a message went is not known. Who is gone writes without a name.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import chain
from typing import Any, Final

import pandas as pd

from follownet.readers.gathering import UNNAMED
from follownet.readers.tiktok.documents import Records, column, handles, objects
from follownet.readers.values import column as texts

_Texts = Sequence[str | None]
_Columns = tuple[_Texts, _Texts, _Texts, _Texts]
_NAME: Final = re.compile(r"chat history with (.*?):?\s*", re.I | re.S)


class Chats:
    """The chats of an export while it is read.

    Attributes
    ----------
    records, kept
        How many messages there were, and how many of them are objects.
    groups
        How many chats have more than one other who writes, once there are `rows`.
    """

    def __init__(self) -> None:
        self.records = self.kept = self.groups = 0
        self._peers: list[str | None] = []
        self._senders: list[list[str | None]] = []
        self._times: list[Any] = []

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._peers)

    def add(self, key: str, pieces: Records) -> None:
        """Add a chat by its key, "Chat History with" someone."""
        named = _NAME.fullmatch(key)
        senders: list[str | None] = []
        for piece in pieces:
            lines = objects(piece)
            self.records += len(piece)
            senders += handles(column(lines, "from"))
            self._times += column(lines, "date")
        self.kept += len(senders)
        self._peers.append(handles([named[1]])[0] if named else None)
        self._senders.append(senders)

    def writer(self) -> str | None:
        """Return who writes in most chats named after others, None where no one clearly does."""
        speakers = [
            set(senders) - {peer, None}
            for peer, senders in zip(self._peers, self._senders, strict=True)
        ]
        counts = Counter(name for names in speakers for name in names)
        most = max(counts, key=lambda name: (counts[name], name), default=None)
        often = most is not None and counts[most] > 1
        return most if often and counts[most] * 2 > sum(map(bool, speakers)) else None

    def rows(self, owner: str | None) -> tuple[pd.DataFrame, list[Any]]:
        """Return the messages without their times, and these as they are written."""
        parts = [
            self._chat(number, owner, peer, senders)
            for number, (peer, senders) in enumerate(
                zip(self._peers, self._senders, strict=True), start=1
            )
        ]
        self.groups = sum(group is not None for *_, groups in parts for group in groups[:1])
        columns = [list(chain.from_iterable(column)) for column in zip(*parts, strict=True)]
        names = ("source", "target", "item", "group")
        table = {name: texts(column) for name, column in zip(names, columns, strict=True)}
        return pd.DataFrame(table).assign(kind="message"), self._times

    def _chat(
        self, number: int, owner: str | None, peer: str | None, senders: list[str | None]
    ) -> _Columns:
        """Return who wrote, to whom, in which chat, and in which group if it is one."""
        others = sorted({name for name in senders if name} - {owner, peer})
        own = owner
        if owner is None and peer and len(others) == 1:
            # Where the owner is not known, who is not the peer is.
            own = others.pop()
        chat, gone = peer or f"chat {number}", f"dm:{number}"
        if len(others) > (peer is None):
            named = [name or gone for name in senders]
            targets: list[str | None] = [None] * len(named)
            groups: list[str | None] = [chat] * len(named)
        else:
            # A person who is gone has no handle, but has said what the owner has not.
            other = peer or next(iter(others), gone)
            named = [name or other for name in senders]
            targets = [other if name == own else owner or UNNAMED for name in named]
            groups = [None] * len(named)
        # What has no source is the owner's.
        sources = [None if name == own else name for name in named]
        return sources, targets, [chat] * len(named), groups
