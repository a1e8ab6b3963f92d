"""What the owner did: posts, replies, mentions, boosts and direct messages of an outbox."""

from __future__ import annotations

import html
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

import pandas as pd

from follownet.readers import meta, values
from follownet.readers.mastodon.addresses import address, host_of, of_url
from follownet.tables import SCHEMA

_EVERYONE: Final = "https://www.w3.org/ns/activitystreams#Public"
_PUBLIC: Final = frozenset({_EVERYONE, "as:Public", "Public"})
#: The end of the address of whom a post is for, where it is for followers.
_FOLLOWERS: Final = "/followers"
_ACTIVITY: Final = "/activity"
UNNAMED_AUTHOR: Final = "the address of the post names no author; the row is kept"
_LINE: Final = re.compile(r"<br\s*/?>")
_PARAGRAPH: Final = re.compile(r"</p>\s*<p>")
_TAG: Final = re.compile("<[^<>]*>")
_EVENT: Final = tuple(SCHEMA["interactions"])
_POST: Final = ("post", "at", "format", "text_length", "likes", "shares")


@dataclass
class Activities:
    """The rows gathered so far, as columns.

    Attributes
    ----------
    home
        The owner's host, None where it is not known.
    owner
        The owner's account, None where it is not known.
    skipped
        Records that were left out, by the reason.
    """

    home: str | None = None
    owner: str | None = None
    skipped: Counter[str] = field(default_factory=Counter)
    _posts: list[tuple[Any, ...]] = field(default_factory=list)
    _events: list[tuple[Any, ...]] = field(default_factory=list)
    #: By the account in the address of a profile the account itself: the host of an account may be
    #: another than that of its pages.
    _known: dict[str, str] = field(default_factory=dict)

    def add(self, activity: Any) -> bool:
        """Add one activity; return whether it became a row."""
        kind = activity.get("type") if isinstance(activity, dict) else None
        if kind == "Announce":
            return self._boost(activity)
        if kind != "Create":
            self.skipped["an activity of a kind that is not read"] += 1
            return False
        note = activity.get("object")
        if not isinstance(note, dict):
            self.skipped["a post without content"] += 1
            return False
        return self._write(note, activity)

    def touch(self, kind: str, status: Any) -> bool:
        """Add what was done to a post, of which its address alone is known."""
        item = values.text(status)
        if not item:
            self.skipped["record is no address of a post"] += 1
            return False
        self._happened(self._author(item), kind, None, item)
        return True

    def _author(self, post: str) -> str | None:
        """Return whose post it is by its address."""
        author = of_url(post)
        if author is None:
            self.skipped[UNNAMED_AUTHOR] += 1
        return author

    def _boost(self, activity: dict[str, Any]) -> bool:
        boosted = activity.get("object")
        # Of an own post for followers the server writes the post itself.
        author = boosted.get("attributedTo") if isinstance(boosted, dict) else None
        item = values.text(boosted.get("id") if isinstance(boosted, dict) else boosted)
        if not item:
            self.skipped["a boost of nothing"] += 1
            return False
        self._happened(
            of_url(author) or self._author(item), "repost", activity.get("published"), item
        )
        return True

    def _write(self, note: dict[str, Any], activity: dict[str, Any]) -> bool:
        at = note.get("published") or activity.get("published")
        post = values.text(note.get("id"))
        post = post or (values.text(activity.get("id")) or "").removesuffix(_ACTIVITY)
        if not post:
            self.skipped["a post without address"] += 1
            return False
        mentioned = [self._mentioned(tag) for tag in values.objects(note.get("tag"))]
        named = [one for one in dict.fromkeys(mentioned) if one is not None]
        if _is_direct(note, activity):
            return self._message(note, at, post, named)
        answered = values.text(note.get("inReplyTo"))
        form = "reply" if answered else _form(note)
        counts = (_total(note.get("likes")), _total(note.get("shares")))
        self._posts.append((post, at, form, _length(note.get("content")), *counts))
        author = self._author(answered) if answered else None
        author = self._known.get(author, author) if author else None
        if answered:
            self._happened(author, "reply", at, post)
        for one in named:
            if one not in (author, self.owner):
                self._happened(one, "mention", at, post)
        return True

    def _message(self, note: dict[str, Any], at: Any, post: str, named: list[str]) -> bool:
        others = [one for one in named if one != self.owner]
        if not others:
            self.skipped["a direct post that names no one else"] += 1
            return False
        item = values.text(note.get("conversation")) or post
        group = item if len(others) > 1 else None
        self._happened(None if group else others[0], "message", at, item, group)
        return True

    def _mentioned(self, tag: dict[str, Any]) -> str | None:
        """Return whom a tag mentions; the name of who is on the owner's host is without host."""
        if tag.get("type") != "Mention":
            return None
        page = of_url(tag.get("href"))
        named = address(tag.get("name"), host_of(tag.get("href")) or self.home)
        if page and named:
            self._known[page] = named
        return named or page

    def _happened(
        self, target: str | None, kind: str, at: Any, item: str, group: str | None = None
    ) -> None:
        self._events.append((None, target, kind, at, item, group))

    def interactions(self) -> pd.DataFrame:
        """Return the rows of interactions, the owner's without source."""
        table = _columns(self._events, _EVENT)
        known = self._known
        targets = [known.get(one, one) if one else None for one in table["target"]]
        texts: dict[str, Any] = {
            name: meta.texts(column) for name, column in table.items() if name != "at"
        }
        texts |= {"target": meta.texts(targets), "at": values.times(table["at"])}
        return pd.DataFrame(texts)[list(_EVENT)]

    def posts(self) -> pd.DataFrame:
        """Return the rows of posts, the owner's."""
        table: dict[str, Any] = _columns(self._posts, _POST)
        frame = pd.DataFrame(table | {"at": values.times(table["at"])})
        return frame.astype({name: SCHEMA["posts"][name] for name in _POST})


def _columns(rows: list[tuple[Any, ...]], names: tuple[str, ...]) -> dict[str, list[Any]]:
    columns = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in names]
    return dict(zip(names, columns, strict=True))


def _is_direct(note: dict[str, Any], activity: dict[str, Any]) -> bool:
    """Return whether a post is for those alone whom it mentions; False where nothing tells it."""
    to = note.get("to")
    if isinstance(to, list) and _EVERYONE in to:
        return False
    told = [part.get(key) for part in (note, activity) for key in ("to", "cc")]
    recipients = {one for value in told for one in values.texts(value)}
    return bool(recipients) and not any(
        one in _PUBLIC or one.endswith(_FOLLOWERS) for one in recipients
    )


def _form(note: dict[str, Any]) -> str:
    """Return what a post is: text, image, video, audio or poll."""
    if note.get("type") == "Question":
        return "poll"
    for attached in values.objects(note.get("attachment")):
        kind = (values.text(attached.get("mediaType")) or "").partition("/")[0]
        if kind in ("image", "video", "audio"):
            return kind
    return "text"


def _length(content: Any) -> int | None:
    """Return the characters of a text in HTML without its tags."""
    text = values.text(content)
    if text is None:
        return None
    if "<br" in text:
        text = _LINE.sub("\n", text)
    if text.count("</p>") > 1:
        text = _PARAGRAPH.sub("\n\n", text)
    return len(html.unescape(_TAG.sub("", text)))


def _total(collection: Any) -> int | None:
    return values.count(collection.get("totalItems")) if isinstance(collection, dict) else None
