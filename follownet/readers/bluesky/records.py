"""What the records of a repository say: follows, blocks, likes, reposts, posts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import pandas as pd

from follownet.readers import meta, values
from follownet.tables import SCHEMA

FOLLOW: Final = "app.bsky.graph.follow"
BLOCK: Final = "app.bsky.graph.block"
LIKE: Final = "app.bsky.feed.like"
REPOST: Final = "app.bsky.feed.repost"
POST: Final = "app.bsky.feed.post"
PROFILE: Final = "app.bsky.actor.profile"
#: Of two kinds: the DID of the person and the address of a record.
DID: Final = re.compile(r"did:[a-z0-9]{1,32}:[A-Za-z0-9._:%-]{1,255}")
_ADDRESS: Final = re.compile(r"at://([^/\s]{1,300})/([A-Za-z0-9.-]{1,317})/[^/\s]{1,512}")
_MENTION: Final = "app.bsky.richtext.facet#mention"
_QUOTES: Final = ("app.bsky.embed.record", "app.bsky.embed.recordWithMedia")
_FORMATS: Final = {
    "app.bsky.embed.images": "image",
    "app.bsky.embed.video": "video",
    "app.bsky.embed.external": "link",
}
_BY_HANDLE: Final = "the address of the post names its author by handle or not; the row is kept"
_MISPLACED: Final = "a record that is not what its place says"
_COUNTED: Final = {
    "app.bsky.graph.list": "a list that the owner made; no table holds it",
    "app.bsky.graph.listitem": "a list that the owner made; no table holds it",
    "app.bsky.graph.listblock": "all on a list of someone's are blocked; they are not in the file",
}
_EVENT: Final = tuple(SCHEMA["interactions"])
_POST: Final = ("post", "at", "format", "text_length")
_TIE: Final = ("alter", "at")


@dataclass
class Records:
    """The rows gathered so far, as columns.

    Attributes
    ----------
    owner
        The DID of who wrote them.
    name
        The owner's display name, None where there is none.
    counts, kept
        Records by what they are, and those that became rows.
    nameless
        Follows that name nobody.
    skipped
        Records that were left out, by the reason.
    """

    owner: str
    name: str | None = None
    counts: Counter[str] = field(default_factory=Counter)
    kept: Counter[str] = field(default_factory=Counter)
    nameless: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    _ties: dict[str, list[tuple[Any, ...]]] = field(default_factory=lambda: {FOLLOW: [], BLOCK: []})
    _events: list[tuple[Any, ...]] = field(default_factory=list)
    _posts: list[tuple[Any, ...]] = field(default_factory=list)

    def add(self, name: str, record: Any) -> None:
        """Add one record, by its name in the repository."""
        collection = name.partition("/")[0]
        if collection not in _READ:
            reason = _COUNTED.get(collection, "a record of a kind that is not read")
            self.skipped[reason] += 1
            return
        self.counts[collection] += 1
        if not isinstance(record, dict) or record.get("$type") != collection:
            nobody = collection in self._ties
            self.skipped[values.NAMELESS if nobody else _MISPLACED] += 1
            self.nameless += collection == FOLLOW
            return
        self.kept[collection] += _READ[collection](self, name, record)

    def _tie(self, name: str, record: dict[str, Any]) -> bool:
        collection, alter = name.partition("/")[0], did(record.get("subject"))
        if alter is None:
            self.skipped[values.NAMELESS] += 1
            self.nameless += collection == FOLLOW
            return False
        self._ties[collection].append((alter, record.get("createdAt")))
        return True

    def _touch(self, name: str, record: dict[str, Any]) -> bool:
        item = _uri(record.get("subject"))
        if item is None:
            self.skipped["record is no address of a post"] += 1
            return False
        kind = "like" if name.startswith(LIKE) else "repost"
        self._happened(self._author(item), kind, record.get("createdAt"), item)
        return True

    def _post(self, name: str, record: dict[str, Any]) -> bool:
        post, at = f"at://{self.owner}/{name}", record.get("createdAt")
        reply = record.get("reply")
        answered = _uri(reply.get("parent")) if isinstance(reply, dict) else None
        quoted, form = _embedded(record.get("embed"))
        text = values.text(record.get("text"))
        length = None if text is None else len(text)
        self._posts.append((post, at, "reply" if answered else form, length))
        author = self._author(answered) if answered else None
        if answered:
            self._happened(author, "reply", at, post)
        if quoted:
            self._happened(self._author(quoted), "quote", at, post)
        for one in _mentioned(record.get("facets")):
            if one not in (author, self.owner):
                self._happened(one, "mention", at, post)
        return True

    def _profile(self, name: str, record: dict[str, Any]) -> bool:
        self.name = values.text(record.get("displayName")) or None
        return True

    def _author(self, address: str) -> str | None:
        found = _ADDRESS.fullmatch(address)
        author = did(found[1]) if found else None
        if author is None:
            self.skipped[_BY_HANDLE] += 1
        return author

    def _happened(self, target: str | None, kind: str, at: Any, item: str) -> None:
        self._events.append((None, target, kind, at, item, None))

    def follows(self) -> pd.DataFrame:
        """Return `alter` and `since`."""
        return _table(self._ties[FOLLOW], _TIE).rename(columns={"at": "since"})

    def blocks(self) -> pd.DataFrame:
        """Return `alter` and `at`."""
        return _table(self._ties[BLOCK], _TIE)

    def interactions(self) -> pd.DataFrame:
        """Return the rows of interactions, the owner's without source."""
        return _table(self._events, _EVENT)

    def posts(self) -> pd.DataFrame:
        """Return the rows of posts, the owner's."""
        lengths = pd.Series([row[-1] for row in self._posts], dtype=SCHEMA["posts"]["text_length"])
        return _table([row[:-1] for row in self._posts], _POST[:-1]).assign(text_length=lengths)


_READ: Final[dict[str, Callable[[Records, str, dict[str, Any]], bool]]] = {
    FOLLOW: Records._tie,
    BLOCK: Records._tie,
    LIKE: Records._touch,
    REPOST: Records._touch,
    POST: Records._post,
    PROFILE: Records._profile,
}


def did(value: Any) -> str | None:
    """Return a DID as it is (case means something in it), None of anything else."""
    return value if isinstance(value, str) and DID.fullmatch(value) else None


def _uri(reference: Any) -> str | None:
    return (values.text(reference.get("uri")) or None) if isinstance(reference, dict) else None


def _embedded(embed: Any) -> tuple[str | None, str]:
    """Return the post that is quoted, if one is, and what is shown below a post."""
    if not isinstance(embed, dict):
        return None, "text"
    kind, media = embed.get("$type"), embed.get("media")
    reference = embed.get("record") if kind in _QUOTES else None
    if kind == _QUOTES[1] and isinstance(reference, dict):
        reference = reference.get("record")
        kind = media.get("$type") if isinstance(media, dict) else None
    quoted = _uri(reference)
    found = _ADDRESS.fullmatch(quoted) if quoted else None
    # Feeds, lists and others are embedded in the same way.
    quoted = quoted if found and found[2] == POST else None
    return quoted, _FORMATS.get(kind, "text") if isinstance(kind, str) else "text"


def _mentioned(facets: Any) -> list[str]:
    """Return whom the text names, each once."""
    features = [
        feature
        for facet in values.objects(facets)
        for feature in values.objects(facet.get("features"))
    ]
    named = (did(one.get("did")) for one in features if one.get("$type") == _MENTION)
    return [one for one in dict.fromkeys(named) if one is not None]


def _table(rows: list[tuple[Any, ...]], names: tuple[str, ...]) -> pd.DataFrame:
    columns = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in names]
    table = dict(zip(names, columns, strict=True))
    return pd.DataFrame(
        {
            name: values.times(column) if name == "at" else meta.texts(column)
            for name, column in table.items()
        }
    )
