"""What one account's X archive shows of a world, and its files in the layout of a year."""

from __future__ import annotations

import json
import os
import zlib
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from follownet.simulation import archive, events, views
from follownet.simulation.names import filler
from follownet.simulation.options import require
from follownet.tables import TEXT, Export

if TYPE_CHECKING:
    from follownet.simulation.world import World

PLATFORM: Final = "x"
LAYOUTS: Final = ("2018", "2022", "2026")
#: Comments of the world are answers, and what is done to stories is to repeat and to quote posts.
_KINDS: Final = {
    "like": "like", "comment": "reply", "mention": "mention",
    "story_like": "repost", "story_poll": "quote",
}  # fmt: skip
_RELATIONS: Final = {"blocked": "blocked", "restricted": "muted"}
_FILES: Final = {"blocked": ("block", "blocking"), "muted": ("mute", "muting")}
_FORMATS: Final = ("image", "carousel", "video", "reel")
#: No time, as the export has none.
_NEVER: Any = pd.NaT
#: Tweets in one file; more come in parts.
PART: Final = 10_000


def view(world: World, owner: str, at: pd.Timestamp) -> Export:
    """Return what X's archive shows of `owner` at `at`.

    Accounts are numeric ids; handles and names are known of the owner and of those whom the owner
    answered, mentioned, repeated or quoted. Follows, blocks and mutes have no times; likes neither
    time nor whose post it was. Deleted accounts are gone.
    """
    seen, ids = views.shown(world.accounts, at), world.accounts["fbid"]
    living = seen.index[seen == seen.index]
    follows = views.follows(world, owner, at, seen)
    follows = _numbered(_living(follows, living), ids).assign(since=_NEVER)
    relations = views.relations(world, owner, at, seen)
    relations = relations[relations["relation"].isin(list(_RELATIONS))]
    relations = _numbered(relations, ids).assign(at=_NEVER)
    relations["relation"] = relations["relation"].map(_RELATIONS)
    posts, done = _tweets(world, owner, at, living)
    said = _said(world, owner, at, living)
    coverage = views.coverage(ids[owner], follows, at).assign(status="verified", starts=_NEVER)
    return Export(
        accounts=_accounts(world, owner, done),
        follows=follows,
        relations=relations,
        interactions=pd.concat([done, said], ignore_index=True),
        posts=posts,
        platform=PLATFORM,
        owners=(ids[owner],),
        exported_at=at.floor("ms"),
        coverage=coverage,
    )


def _living(table: pd.DataFrame, living: pd.Index[str]) -> pd.DataFrame:
    return table[table["source"].isin(living) & table["target"].isin(living)]


def _numbered(table: pd.DataFrame, ids: pd.Series[str]) -> pd.DataFrame:
    """Return the table with ids for handles."""
    return table.assign(source=table["source"].map(ids), target=table["target"].map(ids))


def _handle(handle: str, account: str) -> str:
    """Return a handle of letters, digits and underscores that is one account's alone."""
    return f"{handle.replace('.', '_')}_{account[-3:]}"


def _number(text: str) -> str:
    """Return the number of a post that stands for one of the world: above 2**53."""
    return str(15 * 10**17 + zlib.crc32(text.encode()) * 1_000 + len(text) % 1_000)


def _tweets(
    world: World, owner: str, at: pd.Timestamp, living: pd.Index[str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the owner's posts, answers among them, and what they do."""
    table = views.actions(world, owner, at, views.shown(world.accounts, at))
    table = table[table["kind"].isin(list(_KINDS))].sort_values("at", kind="stable")
    ids: Any = world.accounts["fbid"]
    posts: list[tuple[Any, ...]] = []
    done: list[tuple[Any, ...]] = []
    answers: dict[Any, tuple[str, str]] = {}
    for row in table.itertuples(index=False):
        kind = _KINDS[str(row.kind)]
        number, item = _number(f"{kind} {row.at} {row.item}"), _number(f"{row.item}")
        if kind == "like":
            done.append((None, kind, pd.NaT, item))
        elif row.target in living and kind == "repost":
            done.append((ids[row.target], kind, row.at, number))
        elif row.target in living and kind != "mention":
            done.append((ids[row.target], kind, row.at, item))
            posts.append((number, row.at, kind, 20 + len(posts) % 90))
            answers[row.at] = number, str(row.target)
    for row in table[table["kind"] == "mention"].itertuples(index=False):
        number, answered = answers.get(row.at, ("", ""))
        if number and row.target in living and row.target != answered:
            done.append((ids[row.target], "mention", row.at, number))
    # A quote gives the handle alone; the id is known of whom the owner names elsewhere.
    named = {target for target, kind, _, _ in done if kind in ("reply", "mention", "repost")}
    handles = {
        account: f"@{_handle(handle, account)}"
        for handle, account in ids.items()
        if account not in named
    }
    done = [(handles.get(row[0], row[0]), *row[1:]) if row[1] == "quote" else row for row in done]
    own = world.posts
    own = own[(own["account"] == owner) & (own["at"] < at) & own["format"].isin(_FORMATS)]
    lengths = own["text_length"].fillna(0)
    posts += zip(own["post"].map(_number), own["at"], ["post"] * len(own), lengths, strict=True)
    written = pd.DataFrame(posts, columns=["post", "at", "format", "text_length"])
    likes = written["post"].map(lambda number: zlib.crc32(number.encode()) % 40)
    rows = pd.DataFrame(done, columns=["target", "kind", "at", "item"]).drop_duplicates()
    return (
        written.assign(account=ids[owner], likes=likes, shares=likes // 7),
        rows.assign(source=ids[owner]).astype({"target": TEXT}),
    )


def _said(world: World, owner: str, at: pd.Timestamp, living: pd.Index[str]) -> pd.DataFrame:
    """Return the messages of the owner's threads, those of who is gone left out."""
    table = world.interactions
    mine = world.threads.loc[world.threads["account"] == owner, "thread"]
    said = table[(table["kind"] == "message") & table["item"].isin(mine) & (table["at"] < at)]
    said = said[said["source"].isin(living) & (said["target"].isin(living) | said["target"].isna())]
    numbered = _numbered(said, world.accounts["fbid"]).assign(at=said["at"].dt.floor("ms"))
    ends = numbered[["source", "target"]]
    pair = ends.min(axis=1) + "-" + ends.max(axis=1)
    return numbered.assign(item=numbered["item"].where(numbered["group"].notna(), pair))


def _accounts(world: World, owner: str, done: pd.DataFrame) -> pd.DataFrame:
    people = world.accounts.reset_index().set_index("fbid")
    named = done["target"][done["target"].isin(people.index)].unique()
    index = pd.Index([world.accounts["fbid"][owner]], dtype=TEXT).union(named)
    table = people.loc[index, ["name"]]
    table["handle"] = [_handle(people["account"][one], one) for one in index]
    found: pd.DataFrame = table.rename_axis("account").assign(platform=PLATFORM).astype(TEXT)
    return found


def write(export: Export, path: str | os.PathLike[str], *, layout: str = "2026") -> Path:
    """Write an export's tables as X would, and return where.

    Text that the tables do not hold is filler. What there is no place for is left out: times of
    follows, blocks and likes, names of accounts whom no post names, targets of quotes whose handle
    is not known; in 2018 the day of the archive.

    Parameters
    ----------
    export
        The export of one owner in X's terms.
    path
        A zip if it ends in ``.zip``, else a new folder. Readers take the day of archives without
        manifest from a name such as ``twitter-2026-05-11-<hexadecimal digits>.zip``.
    layout
        ``"2018"`` (files at the root, tweets not wrapped, no manifest), ``"2022"``
        (``data/tweet.js``) or ``"2026"`` (``data/tweets.js``).

    Returns
    -------
    Path
        The `path`. Equal tables give equal bytes.

    Raises
    ------
    SchemaError
        If `layout` is none of these.
    """
    require("layout", layout, LAYOUTS)
    tweets = _Tweets(export).all()
    if layout != "2018":
        tweets = [{"tweet": tweet} for tweet in tweets]
    name = "tweets" if layout == "2026" else "tweet"
    files = {"account": [_account(export)], **_lists(export), name: tweets, **_messages(export)}
    members, counts = {}, {}
    for file, records in files.items():
        parts = [records[start : start + PART] for start in range(0, len(records), PART)]
        for part, rows in enumerate(parts or [[]]):
            called = f"{file}-part{part}.js" if part else f"{file}.js"
            variable = f"YTD.{file.replace('-', '_')}.part{part}"
            members[called] = f"window.{variable} = {_dumps(rows)}"
            counts[called] = (file, variable, len(rows))
    if layout == "2018":
        return archive.save(members, Path(path), export.exported_at)
    members["manifest.js"] = f"window.__THAR_CONFIG = {_dumps(_manifest(export, counts))}"
    return archive.save(
        {f"data/{called}": content for called, content in members.items()},
        Path(path),
        export.exported_at,
    )


def _dumps(content: Any) -> str:
    return json.dumps(content, indent=2, ensure_ascii=False, separators=(",", " : "))


def _text(value: Any) -> str | None:
    return None if pd.isna(value) else str(value)


def _iso(at: Any) -> str | None:
    return None if pd.isna(at) else f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z"


def _account(export: Export) -> dict[str, Any]:
    owner = export.owners[0]
    known = export.accounts.loc[owner]
    return {
        "account": {
            "email": "person@example.com",
            "createdVia": "web",
            "username": _text(known["handle"]),
            "accountId": owner,
            "createdAt": "2015-01-01T00:00:00.000Z",
            "accountDisplayName": _text(known["name"]),
        }
    }


def _manifest(export: Export, counts: dict[str, tuple[str, str, int]]) -> dict[str, Any]:
    account = _account(export)["account"]
    types: dict[str, Any] = {}
    for called, (file, variable, count) in counts.items():
        first, *rest = file.split("-")
        kind = first + "".join(map(str.capitalize, rest))
        entry = {"fileName": f"data/{called}", "globalName": variable, "count": str(count)}
        types.setdefault(kind, {"files": []})["files"].append(entry)
    return {
        "userInfo": {
            "accountId": account["accountId"],
            "userName": account["username"],
            "displayName": account["accountDisplayName"],
        },
        "archiveInfo": {
            "sizeBytes": "1000000",
            "generationDate": _iso(export.exported_at),
            "isPartialArchive": False,
            "maxPartSizeBytes": "53687091200",
        },
        "dataTypes": types,
    }


def _lists(export: Export) -> dict[str, list[Any]]:
    """Return the records of lists of accounts; a list that is missing has no file."""
    found: dict[str, list[Any]] = {}
    rows = {"follower": events.followers(export), "following": events.following(export)}
    for key, ties in rows.items():
        if ties is not None:
            end = "source" if key == "follower" else "target"
            found[key] = [_linked(key, getattr(row, end)) for row in ties]
    for relation, (file, key) in _FILES.items():
        table = export.relations
        targets = table.loc[table["relation"] == relation, "target"]
        found[file] = [_linked(key, target) for target in targets]
    done = export.interactions
    likes = done.loc[done["kind"] == "like", "item"].tolist()
    found["like"] = [
        {
            "like": {
                "tweetId": item,
                "fullText": filler(place, 10 + place % 60),
                "expandedUrl": f"https://twitter.com/i/web/status/{item}",
            }
        }
        for place, item in enumerate(likes)
    ]
    return found


def _linked(key: str, account: str) -> dict[str, Any]:
    link = f"https://twitter.com/intent/user?user_id={account}"
    return {key: {"accountId": account, "userLink": link}}


class _Tweets:
    """The tweets of an export, put together from posts and from what they do."""

    def __init__(self, export: Export) -> None:
        self._posts = events.newest(export.posts)
        self._accounts = export.accounts
        done = export.interactions.sort_values("at", kind="stable")
        self._mentions: dict[str, list[str]] = defaultdict(list)
        self._waiting: dict[tuple[str, Any], list[Any]] = defaultdict(list)
        self._reposts = []
        for row in done.itertuples(index=False):
            if row.kind == "mention":
                self._mentions[str(row.item)].append(str(row.target))
            elif row.kind == "repost":
                self._reposts.append(row)
            elif row.kind in ("reply", "quote"):
                self._waiting[str(row.kind), row.at].append(row)

    def all(self) -> list[dict[str, Any]]:
        """Return the tweets, newest first, then what repeats others."""
        return [*map(self._tweet, self._posts), *map(self._repost, self._reposts)]

    def _tweet(self, row: Any) -> dict[str, Any]:
        mentions, urls, more = self._mentions[row.post], [], {}
        waiting = self._waiting[str(row.format), row.at]
        if row.format == "reply" and waiting:
            reply = waiting.pop(0)
            more = {f"in_reply_to_status_id{ending}": _text(reply.item) for ending in ("", "_str")}
            if (target := _text(reply.target)) is not None:
                mentions = [target, *mentions]
                more |= {"in_reply_to_screen_name": self._handle(target)}
                if not target.startswith("@"):
                    more |= {f"in_reply_to_user_id{ending}": target for ending in ("", "_str")}
        if row.format == "quote" and waiting:
            quote = waiting.pop(0)
            handle = self._handle(_text(quote.target) or "@i")
            link = f"https://x.com/{handle or 'i'}/status/{quote.item}"
            urls = [{"url": "https://t.co/a", "expanded_url": link, "indices": ["0", "14"]}]
        words = filler(1, 0 if pd.isna(row.text_length) else int(row.text_length))
        return self._made(row.post, row.at, words, mentions, urls, likes=row.likes) | {
            "retweet_count": _text(row.shares),
            **{key: value for key, value in more.items() if value is not None},
        }

    def _repost(self, row: Any) -> dict[str, Any]:
        words = f"RT @{self._handle(row.target)}: {filler(2, 30)}"
        return self._made(row.item, row.at, words, [row.target], [], likes="0")

    def _made(
        self, number: str, at: Any, words: str, mentions: list[str], urls: Any, *, likes: Any
    ) -> dict[str, Any]:
        return {
            "retweeted": False,
            "source": '<a href="https://example.com" rel="nofollow">App</a>',
            "entities": {
                "hashtags": [],
                "symbols": [],
                "user_mentions": [self._mention(account) for account in mentions],
                "urls": urls,
            },
            "display_text_range": ["0", str(len(words))],
            "favorite_count": _text(likes),
            "id_str": number,
            "truncated": False,
            "retweet_count": "0",
            "id": number,
            "created_at": None if pd.isna(at) else f"{at:%a %b %d %H:%M:%S +0000 %Y}",
            "favorited": False,
            "full_text": words,
            "lang": "en",
        }

    def _handle(self, account: str) -> str:
        known = None if account.startswith("@") else self._accounts["handle"].get(account)
        return account[1:] if account.startswith("@") else _text(known) or ""

    def _mention(self, account: str) -> dict[str, Any]:
        number = "-1" if account.startswith("@") else account
        return {
            "name": _text(self._accounts["name"].get(account)) or "",
            "screen_name": self._handle(account),
            "indices": ["0", "1"],
            "id_str": number,
            "id": number,
        }


def _messages(export: Export) -> dict[str, list[Any]]:
    """Return the conversations of two, and those of groups."""
    said = export.interactions[export.interactions["kind"] == "message"]
    found: dict[str, list[Any]] = {}
    for file, rows in (
        ("direct-messages", said[said["group"].isna()]),
        ("direct-messages-group", said[said["group"].notna()]),
    ):
        talks: dict[str, list[Any]] = {}
        for place, row in enumerate(events.newest(rows)):
            message = {
                "recipientId": _text(row.target),
                "reactions": [],
                "urls": [],
                "text": filler(place, 5 + place % 40),
                "mediaUrls": [],
                "senderId": row.source,
                "id": str(10**18 + place),
                "createdAt": _iso(row.at),
            }
            kept = {key: value for key, value in message.items() if value is not None}
            talks.setdefault(str(row.item), []).append({"messageCreate": kept})
        found[file] = [
            {"dmConversation": {"conversationId": number, "messages": messages}}
            for number, messages in talks.items()
        ]
    return found
