"""From tweets to posts and to what they do: answer, mention, repeat and quote others."""

from __future__ import annotations

import re
from typing import Any, Final

import pandas as pd

from follownet.readers import meta
from follownet.readers.values import column, text, times
from follownet.readers.x.files import count, digits

_QUOTED: Final = re.compile(
    r"https?://(?:www\.|mobile\.)?(?:twitter|x)\.com/(\w{1,50})/status(?:es)?/(\d{1,20})\b.*", re.I
)
_REPEATED: Final = re.compile(r"RT @(\w{1,50}):")
_FORMAT: Final = "%a %b %d %H:%M:%S %z %Y"
_NAMELESS: Final = "-1"


class People:
    """The handles of accounts, as tweets name them; of several the youngest counts."""

    def __init__(self) -> None:
        self.names: dict[str, tuple[int, str, str | None]] = {}

    def add(self, account: str, tweet: int, handle: Any, name: Any) -> None:
        """Add what a tweet of this number calls an account."""
        known = self.names.get(account)
        if (known is None or tweet > known[0]) and isinstance(handle, str) and handle:
            called = text(name) or (known[2] if known else None)
            self.names[account] = (tweet, text(handle) or "", called)

    def ids(self) -> dict[str, str]:
        """Return the account of each handle, written as ``@handle``."""
        youngest = sorted(self.names.items(), key=lambda item: item[1][0])
        return {at(handle): account for account, (_, handle, _) in youngest}


def at(handle: str) -> str:
    """Return the account of whom only the handle is known."""
    return f"@{handle.casefold()}"


class Tweets:
    """The columns of posts and interactions of some tweets."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._posts: list[tuple[Any, ...]] = []
        self._done: list[tuple[str | None, str, str | None, Any]] = []

    def add(self, tweet: dict[str, Any]) -> bool:
        """Add a tweet; return whether it is one."""
        number = digits(tweet.get("id_str")) or digits(tweet.get("id"))
        if number is None:
            return False
        words = tweet.get("full_text") or tweet.get("text")
        words = words if isinstance(words, str) else ""
        entities = tweet.get("entities")
        entities = entities if isinstance(entities, dict) else {}
        made = tweet.get("created_at")
        mentions = self._mentions(entities.get("user_mentions"), int(number))
        repeated = _REPEATED.match(words)
        if repeated is not None:
            self._done.append(
                (mentions[0] if mentions else at(repeated[1]), "repost", number, made)
            )
            return True
        kind = self._answer(tweet, int(number), mentions, made)
        quoted = _quoted(entities.get("urls"))
        if quoted is not None:
            self._done.append((quoted[0], "quote", quoted[1], made))
            kind = kind or "quote"
        likes, shares = count(tweet.get("favorite_count")), count(tweet.get("retweet_count"))
        self._posts.append((number, made, kind or "post", len(words), likes, shares))
        return True

    def _mentions(self, mentions: Any, tweet: int) -> list[str]:
        """Return the accounts that a tweet names."""
        found = []
        for one in mentions if isinstance(mentions, list) else ():
            if not isinstance(one, dict):
                continue
            account = one.get("id_str") or one.get("id")
            account = None if account in (_NAMELESS, -1) else digits(account)
            handle = one.get("screen_name")
            if account is not None:
                self._people.add(account, tweet, handle, one.get("name"))
                found.append(account)
            elif isinstance(handle, str) and handle:
                found.append(at(text(handle) or ""))
        return found

    def _answer(
        self, tweet: dict[str, Any], number: int, mentions: list[str], made: Any
    ) -> str | None:
        """Add whom a tweet answers and whom else it names; return its format if it answers."""
        answered = tweet.get("in_reply_to_status_id_str") or tweet.get("in_reply_to_status_id")
        account = digits(tweet.get("in_reply_to_user_id_str")) or digits(
            tweet.get("in_reply_to_user_id")
        )
        handle = tweet.get("in_reply_to_screen_name")
        if account is not None:
            self._people.add(account, number, handle, None)
        elif isinstance(handle, str) and handle:
            account = at(text(handle) or "")
        answers = account is not None or answered is not None
        if answers:
            self._done.append((account, "reply", digits(answered), made))
        for other in dict.fromkeys(mentions):
            if other != account:
                self._done.append((other, "mention", str(number), made))
        return "reply" if answers else None

    def posts(self) -> pd.DataFrame:
        """Return the posts."""
        columns = list(zip(*self._posts, strict=True)) or [()] * 6
        numbers, made, kinds, lengths, likes, shares = columns
        return pd.DataFrame(
            {
                "post": column(numbers),
                "at": moments(made),
                "format": column(kinds),
                "text_length": pd.array(lengths, dtype="Int64"),
                "likes": pd.array(likes, dtype="Int64"),
                "shares": pd.array(shares, dtype="Int64"),
            }
        )

    def done(self) -> pd.DataFrame:
        """Return what the posts do."""
        targets, kinds, items, made = list(zip(*self._done, strict=True)) or [()] * 4
        return pd.DataFrame(
            {
                "target": column(targets),
                "kind": column(kinds),
                "at": moments(made),
                "item": column(items),
            }
        )


def _quoted(urls: Any) -> tuple[str | None, str] | None:
    """Return account and number of the post that a tweet quotes: its last link is to it."""
    for one in reversed(urls) if isinstance(urls, list) else ():
        link = one.get("expanded_url") if isinstance(one, dict) else None
        found = _QUOTED.fullmatch(link) if isinstance(link, str) else None
        if found is not None:
            # Addresses of posts may leave the author out: x.com/i/status/1.
            return None if found[1] == "i" else at(found[1]), found[2]
    return None


def moments(values: Any) -> pd.Series[pd.Timestamp]:
    """Return times as tweets have them: ``Fri Mar 09 12:34:56 +0000 2024``, or ISO 8601."""
    written = column(values)
    found = pd.to_datetime(written, format=_FORMAT, errors="coerce", utc=True)
    other = found.isna() & written.notna()
    ticks = found.dt.as_unit("us").astype("int64").where(found.notna(), 0).to_numpy(copy=True)
    if other.any():
        iso = times([value.replace(" +", "+") for value in written[other].tolist()])
        ticks[other.to_numpy()] = iso.dt.as_unit("us").astype("int64").where(iso.notna(), 0)
    return meta.times(ticks, 1_000_000)
