"""From the tables of LinkedIn's files to those of an export."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, Final

import pandas as pd

from follownet.readers.gathering import UNNAMED, Gathering
from follownet.readers.ledger import Ledger
from follownet.readers.linkedin.files import CONTENT, Sheet, is_time, times
from follownet.readers.linkedin.people import COMPANY, REMOVED, People, slug
from follownet.readers.values import NAMELESS, column
from follownet.tables import Export

PLATFORM: Final = "linkedin"

_FOLLOWERS: Final = (
    "the export has no list of followers. A connection is mutual by construction, so that "
    'following back is no question here; export.graph(ties="connections") gives the connections'
)
_FOLLOWING: Final = (
    "there is neither Company Follows.csv nor Member_Follows.csv; the complete export has them"
)
_REMOVED: Final = "removed member: neither name nor link; no account"
_PIECE: Final = "continuation of a text with line breaks; belongs to the record before it"
_BREAK: Final = re.compile(r'"\r?\n"')
_TRUE: Final = ("yes", "true", "1")
_BETWEEN: Final = re.compile(r"[,;\s]+")
_PAIR: Final = 2


class Reading:
    """One export while its tables are read."""

    def __init__(self, ledger: Ledger, zone: str, owner: str | None) -> None:
        self.ledger = ledger
        self.zone = zone
        self.given = owner
        self.people = People()
        self.gathered = Gathering(PLATFORM, ledger)
        self.gathered.lists["followers"].absent = _FOLLOWERS
        self.gathered.lists["following"].absent = _FOLLOWING
        self._own_name = ""
        self._own: str | None = None
        self._messages: dict[tuple[str, str], bool] = {}
        self._companies: set[str] = set()
        self._removed: set[str] = set()

    def export(
        self,
        sheets: list[Sheet],
        damaged: set[str],
        exported_at: pd.Timestamp | None,
        named: pd.Timestamp | None,
    ) -> Export:
        """Return the export; `damaged` are the kinds of file that cannot be read."""
        order = list(CONTENT)
        sheets.sort(key=lambda one: (order.index(one.kind), not one.has("conversation id")))
        self._find_owner(sheets)
        self.people.reserve(self._me)
        readers: dict[str, Callable[[Sheet, int], None]] = {
            "profile": self._profile,
            "connections": self._connections,
            "messages": self._said,
            "invitations": self._invitations,
            "company": self._company_follows,
            "member": self._member_follows,
            "hashtag": self._hashtags,
            "reactions": self._reactions,
            "comments": self._comments,
            "shares": self._shares,
        }
        for number, one in enumerate(sheets):
            if any(one.kind == other.kind and one.rows == other.rows for other in sheets[:number]):
                self.ledger.skip(one.shown, "the same as another file")
                continue
            readers[one.kind](one, number)
        for kind in damaged & {"company", "member"}:
            self.gathered.lists["following"].add_unreadable(-1 - order.index(kind))
        self._describe()
        found = self.gathered.export(self.owner, given=exported_at, named=named)
        return self._with_messages(found)

    @property
    def owner(self) -> str | None:
        """Whose export it is, None where nothing tells."""
        return self.given or self._own or self._own_name or None

    @property
    def _me(self) -> str:
        return self.owner or UNNAMED

    def _is_owner(self, link: str, name: str) -> bool:
        if one := slug(link):
            return one in (self._own, self.given)
        return bool(name) and name == self._own_name

    def _find_owner(self, sheets: Iterable[Sheet]) -> None:
        """Find the owner's name and link: the profile holds no link, the other files may."""
        links: Counter[str] = Counter()
        names: Counter[str] = Counter()
        for one in sheets:
            if one.kind == "profile":
                self._own_name = next(iter(_full_names(one)), "")
            elif one.kind == "invitations":
                ends = zip(
                    one.column("direction"),
                    zip(one.column("from"), one.column("inviterprofileurl"), strict=True),
                    zip(one.column("to"), one.column("inviteeprofileurl"), strict=True),
                    strict=True,
                )
                for direction, inviter, invitee in ends:
                    way = direction.upper()
                    if way in ("OUTGOING", "INCOMING"):
                        name, link = inviter if way == "OUTGOING" else invitee
                        names.update([name] if name else [])
                        links.update(filter(None, [slug(link)]))
        if not self._own_name and names:
            self._own_name = names.most_common(1)[0][0]
        for one in sheets:
            if one.kind == "messages" and self._own_name:
                sent = zip(one.column("from"), one.column("sender profile url"), strict=True)
                links.update(
                    own for name, link in sent if name == self._own_name and (own := slug(link))
                )
        self._own = links.most_common(1)[0][0] if links else None

    def _profile(self, sheet: Sheet, _: int) -> None:
        self.ledger.read(sheet.shown, sheet.content, len(sheet.rows), int(bool(self._own_name)))

    def _connections(self, sheet: Sheet, _: int) -> None:
        names, links = _full_names(sheet), sheet.column("url")
        stamps = sheet.column("connected on")
        alters: list[str] = []
        kept: list[str] = []
        seen: dict[str, str] = {}
        for name, link, stamp in zip(names, links, stamps, strict=True):
            if not name and slug(link) is None:
                continue
            one = self.people.add(link, name) if slug(link) else self.people.distinct(name)
            if one is not None:
                alters.append(one)
                kept.append(stamp)
                seen[one] = name
        removed = len(names) - len(alters)
        self.ledger.skip(sheet.shown, _REMOVED, removed)
        self.ledger.read(sheet.shown, sheet.content, len(names), len(alters))
        if alike := len(seen) - len(set(seen.values())):
            how = "their links" if sheet.has("url") else "numbers (#2, ...)"
            self.ledger.note(f"{alike} connections have the name of another; {how} keep them apart")
        at = times(kept, self.zone)
        self.gathered.count_undated(sheet.shown, at)
        self.gathered.relate("connection", pd.DataFrame({"alter": column(alters), "at": at}))
        by_minute = any(":" in stamp for stamp in kept)
        self._time(sheet, "minute" if by_minute else "day")

    def _time(self, sheet: Sheet, precision: str, *, known: bool = False) -> None:
        zone = "UTC" if known else self.zone
        self.ledger.time(sheet.shown, zone=zone, known=known, precision=precision)

    def _invitations(self, sheet: Sheet, _: int) -> None:
        found: dict[str, list[tuple[str, str, bool]]] = {"requested": [], "request_received": []}
        nameless = Counter[str]()
        ways = {
            "OUTGOING": ("requested", "to", "inviteeprofileurl"),
            "INCOMING": ("request_received", "from", "inviterprofileurl"),
        }
        cells = {name: sheet.column(name) for way in ways.values() for name in way[1:]}
        sent, texts = sheet.column("sent at"), sheet.column("message")
        for row, direction in enumerate(sheet.column("direction")):
            if (way := ways.get(direction.upper())) is None:
                self.ledger.skip(sheet.shown, "neither incoming nor outgoing")
                continue
            relation, name, link = way
            alter = self.people.add(cells[link][row], cells[name][row])
            if alter is None:
                self.ledger.skip(sheet.shown, NAMELESS)
                nameless[relation] += 1
                continue
            found[relation].append((alter, sent[row], bool(texts[row])))
        for relation, rows in found.items():
            at = times([one[1] for one in rows], self.zone)
            self.gathered.count_undated(sheet.shown, at)
            alters = column([one[0] for one in rows])
            self.gathered.relate(
                relation,
                pd.DataFrame({"alter": alters, "at": at}),
                towards_owner=relation == "request_received",
            )
            for alter, _stamp, text in rows:
                before = self._messages.get((relation, alter), False)
                self._messages[relation, alter] = before or text
            self.ledger.read(sheet.shown, relation, len(rows) + nameless[relation], len(rows))
        self._time(sheet, "minute")

    def _with_messages(self, export: Export) -> Export:
        """Return the export with a column that says which invitations have a message."""
        if not self._messages:
            return export
        table = export.relations
        received = table["relation"] == "request_received"
        alters = table["source"].where(received, table["target"])
        pairs = zip(table["relation"].tolist(), alters.tolist(), strict=True)
        told = [self._messages.get(pair) for pair in pairs]
        return replace(
            export, relations=table.assign(message=pd.Series(told, table.index, dtype="boolean"))
        )

    def _follow(
        self, sheet: Sheet, number: int, alters: list[str], stamps: list[str], unusable: int
    ) -> None:
        self.ledger.skip(sheet.shown, NAMELESS, unusable)
        since = times(stamps, self.zone)
        self.gathered.count_undated(sheet.shown, since)
        rows = pd.DataFrame({"alter": column(alters), "since": since})
        self.gathered.lists["following"].add(-number, rows, unusable)
        self.ledger.read(sheet.shown, sheet.content, len(sheet.rows), len(alters))

    def _company_follows(self, sheet: Sheet, number: int) -> None:
        rows = zip(sheet.column("organization"), sheet.column("followed on"), strict=True)
        kept = [(COMPANY + name, stamp) for name, stamp in rows if name]
        self._companies.update(one for one, _ in kept)
        unusable = len(sheet.rows) - len(kept)
        self._follow(
            sheet, number, [one for one, _ in kept], [stamp for _, stamp in kept], unusable
        )
        self._time(sheet, "second", known=True)

    def _member_follows(self, sheet: Sheet, number: int) -> None:
        columns = (sheet.column(name) for name in ("full name", "date", "status"))
        alters: list[str] = []
        stamps: list[str] = []
        unusable = 0
        for name, stamp, status in zip(*columns, strict=True):
            if name and status.lower() != "active":
                self.ledger.skip(sheet.shown, "status is not Active: no follow any more")
            elif (alter := self.people.named(name)) is None:
                unusable += 1
            else:
                alters.append(alter)
                stamps.append(stamp)
        self._follow(sheet, number, alters, stamps, unusable)
        self._time(sheet, "second")

    def _hashtags(self, sheet: Sheet, _: int) -> None:
        self.ledger.read(sheet.shown, sheet.content, len(sheet.rows), 0)
        self.ledger.skip(sheet.shown, "a hashtag is no account", len(sheet.rows))

    def _dated(self, sheet: Sheet) -> None:
        """Take away rows that do not begin with a date: line breaks in texts are not quoted."""
        place = sheet.header.index("date")
        kept = [row for row in sheet.rows if place < len(row) and is_time(row[place])]
        self.ledger.skip(sheet.shown, _PIECE, len(sheet.rows) - len(kept))
        sheet.rows = kept

    def _did(self, sheet: Sheet, kind: str) -> None:
        records = len(sheet.rows)
        self._dated(sheet)
        at = times(sheet.column("date"), self.zone)
        self.gathered.count_undated(sheet.shown, at)
        links = column([link or None for link in sheet.column("link")])
        self.gathered.happened(pd.DataFrame({"kind": kind, "at": at, "item": links}))
        self.ledger.read(sheet.shown, sheet.content, records, len(sheet.rows))
        self._time(sheet, "second")

    def _reactions(self, sheet: Sheet, _: int) -> None:
        self._did(sheet, "like")

    def _comments(self, sheet: Sheet, _: int) -> None:
        self._did(sheet, "comment")

    def _shares(self, sheet: Sheet, _: int) -> None:
        records = len(sheet.rows)
        self._dated(sheet)
        links = sheet.column("sharelink", "share link")
        sheet.rows = [row for row, link in zip(sheet.rows, links, strict=True) if link]
        self.ledger.skip(sheet.shown, "post without link", len(links) - len(sheet.rows))
        at = times(sheet.column("date"), self.zone)
        self.gathered.count_undated(sheet.shown, at)
        texts = sheet.column("sharecommentary", "share commentary", "share title")
        posts = {
            "post": column(list(filter(None, links))),
            "at": at,
            "text_length": pd.Series([len(_BREAK.sub("\n", t)) for t in texts], dtype="Int64"),
        }
        self.gathered.posted(pd.DataFrame(posts))
        self.ledger.read(sheet.shown, sheet.content, records, len(sheet.rows))
        self._time(sheet, "second")

    def _said(self, sheet: Sheet, _: int) -> None:
        drafts = zip(
            sheet.column("is message draft"), sheet.column("is conversation draft"), strict=True
        )
        records = len(sheet.rows)
        sheet.rows = [
            row
            for row, marks in zip(sheet.rows, drafts, strict=True)
            if not any(mark.lower() in _TRUE for mark in marks)
        ]
        self.ledger.skip(sheet.shown, "draft, not sent", records - len(sheet.rows))
        stamps = sheet.column("date")
        at = times(stamps, self.zone)
        self.gathered.count_undated(sheet.shown, at)
        rows = self._ends(sheet)
        threads = self._threads(sheet, rows)
        others: defaultdict[str, dict[str, None]] = defaultdict(dict)
        for thread, (sender, receivers) in zip(threads, rows, strict=True):
            for one in (sender, *receivers):
                if one != self._me:
                    others[thread].setdefault(one)
        events: list[tuple[str, str | None, str, str | None]] = []
        for thread, (sender, _receivers) in zip(threads, rows, strict=True):
            group = thread if len(others[thread]) >= _PAIR else None
            peer = next(iter(others[thread]), None)
            target = None if group else (peer if sender == self._me else self._me)
            events.append((sender, target, thread, group))
        names = ("source", "target", "item", "group")
        columns = zip(*events, strict=True) if events else ([],) * len(names)
        table = {name: column(list(cells)) for name, cells in zip(names, columns, strict=True)}
        self.gathered.happened(pd.DataFrame({**table, "kind": "message", "at": at}))
        self.ledger.read(sheet.shown, sheet.content, records, len(sheet.rows))
        self._time(sheet, "second", known=all("UTC" in stamp for stamp in stamps if stamp))

    def _ends(self, sheet: Sheet) -> list[tuple[str, list[str]]]:
        """Return who sent each message and to whom."""
        columns = (
            sheet.column(name)
            for name in (
                "conversation id",
                "from",
                "sender profile url",
                "to",
                "recipient profile urls",
            )
        )
        found = []
        for thread, name, link, to, links in zip(*columns, strict=True):
            sender = self._end(link, name, thread)
            receivers = [self._end(one, "", thread) for one in _BETWEEN.split(links) if slug(one)]
            if len(receivers) == 1 and slug(links) and not self._is_owner(links, to):
                self.people.add(links, to)
            if not receivers and to:
                whole = self.people.knows(to) or to == self._own_name or "," not in to
                parts = [to] if whole else [part.strip() for part in to.split(",")]
                receivers = [self._end("", part, thread) for part in parts if part]
            found.append((sender, receivers))
        return found

    def _end(self, link: str, name: str, thread: str) -> str:
        if self._is_owner(link, name):
            return self._me
        one = self.people.add(link, name)
        if one is None:
            one = f"dm:{thread}"
            if name == REMOVED:
                self._removed.add(one)
        return one

    def _threads(self, sheet: Sheet, rows: list[tuple[str, list[str]]]) -> list[str]:
        """Return the conversation of each message: until 2018 who is in it is all there is."""
        if sheet.has("conversation id"):
            return sheet.column("conversation id")
        members = ({sender, *receivers} - {self._me} for sender, receivers in rows)
        return [", ".join(sorted(ones)) or self._me for ones in members]

    def _describe(self) -> None:
        about: dict[str, dict[str, Any]] = self.gathered.attributes
        for one, name in self.people.names.items():
            about[one] = {"name": name} if name else {}
            if "#" not in one and one != name:
                about[one]["handle"] = one
        for one in self._companies:
            about[one] = {"name": one.removeprefix(COMPANY), "type": "business"}
        for one in self._removed:
            about[one] = {"type": "deleted"}
        if self.owner:
            about[self.owner] = {"name": self._own_name} if self._own_name else {}
            if self.owner == self._own:
                about[self.owner]["handle"] = self.owner
        if self.people.ambiguous:
            self.ledger.note(
                f"{self.people.ambiguous} records name someone by a name that several have: "
                "accounts of their own, marked #?"
            )


def _full_names(sheet: Sheet) -> list[str]:
    pairs = zip(sheet.column("first name"), sheet.column("last name"), strict=True)
    return [" ".join(filter(None, pair)) for pair in pairs]
