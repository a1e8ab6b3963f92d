"""From the files of one of Meta's exports to its tables.

Every file is read into records by what it is, JSON or HTML, whatever it is called; every
record by its own shape. Whose export it is, is known only when all files are read.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pandas as pd

from follownet.errors import DamagedExportError, SchemaError
from follownet.readers import messages, meta, meta_flat, meta_posts, pages
from follownet.readers.archive import Archive, parse_json
from follownet.readers.gathering import UNDATED, UNNAMED, Gathering
from follownet.readers.ledger import Ledger
from follownet.readers.meta_files import Found
from follownet.tables import SCHEMA, TEXT, Export

#: A file of followers holds no more; the next record is the first of the next file.
FULL_PART = 10_000
#: Instagram lets no account follow more.
MOST_FOLLOWING = 7_500

_USERNAME_LABELS = frozenset({
    "username", "nome utente", "kullanıcı adı", "gebruikersnaam", "nome de usuário",
    "nombre de usuario", "nom d’utilisateur", "nom d'utilisateur", "benutzername",
    "nama pengguna", "nazwa użytkownika", "имя пользователя",
})  # fmt: skip
_NAME_LABELS = frozenset({
    "name", "nome", "ad", "naam", "nombre", "nom", "nama", "imię i nazwisko", "имя",
})  # fmt: skip
#: How many followers and followed accounts the owner has, by the profile or its insights.
_DECLARED_LABELS = {
    "followers": "followers",
    "follower count": "followers",
    "followers count": "followers",
    "following": "following",
    "following count": "following",
}
#: A handle does not end in a dot, a sentence does.
_MENTION = re.compile(r"(?<![\w.@])@([A-Za-z0-9._]{0,29}[A-Za-z0-9_])(?![A-Za-z0-9_])")

#: Root keys that say which list a file holds.
_ROOTS = {"relationships_followers": "followers", "relationships_following": "following"}
#: Reads the records of a file, adds their rows, returns how many there were and were kept.
_Adder = Callable[[Found, Any], tuple[int, int]]


class Reading:
    """The rows gathered so far.

    Parameters
    ----------
    platform
        Its name in lower case.
    ledger
        Where is entered what was read and left out.
    zone
        Of local times.
    titles_are_names
        True where a record's title is the display name, not the handle.
    """

    def __init__(
        self, platform: str, ledger: Ledger, zone: str, *, titles_are_names: bool = False
    ) -> None:
        self.ledger = ledger
        self.files = 0
        self.damage: list[str] = []
        self._platform = platform
        self._zone = zone
        self._titles_are_names = titles_are_names
        self._forms: set[str] = set()
        self._gathered = Gathering(platform, ledger, ["fbid"])
        self._threads: dict[str, messages.Thread] = defaultdict(messages.Thread)
        self._profile: dict[str, str] = {}
        self._adders: dict[str, _Adder] = {
            "list": self._add_list,
            "relation": self._add_relation,
            "action": self._add_actions,
            "comment": self._add_comments,
            "message": self._add_messages,
            "post": self._add_posts,
            "post insight": self._add_post_insights,
            "profile": self._add_profile,
            "insight": self._add_insights,
        }

    def add_all(self, chosen: Iterable[Found], archive: Archive, *, progress: bool) -> None:
        """Read files in the order in which they lie.

        Raises
        ------
        DamagedExportError
            When none of them can be read.
        """
        files = {found.member: found for found in chosen}
        for member in archive.in_order(files, progress=progress):
            self.add(files[member], archive)
        if self.damage and not self.files:
            raise DamagedExportError(
                f"{archive.typed}: none of its {len(self.damage)} files that matter can be read; "
                f"{self.damage[0]}"
            )

    def add(self, found: Found, archive: Archive) -> None:
        """Read one file and add its rows, or enter it as unreadable."""
        try:
            for part, document in self._documents(found, archive.read(found.member)):
                count, kept = self._adders[part.content.meaning](part, document)
                self.ledger.read(part.shown, part.content.name, count, kept)
        except DamagedExportError as error:
            self.damage.append(f"{found.shown} {error}")
            self.ledger.skip(found.shown, f"unreadable: {error}")
            self.ledger.warn(f"{found.shown} {error}")
            for name in found.content.lists:
                self._gathered.lists[name].add_unreadable(found.part)
            return
        self.files += 1

    def _documents(self, found: Found, content: bytes) -> Iterator[tuple[Found, Any]]:
        """Yield what is in a file, in the records of today's JSON."""
        meaning = found.content.meaning
        called = "JSON" if found.member.name.lower().endswith(".json") else "HTML"
        form = "HTML" if pages.is_page(content) else "JSON"
        page = form == "HTML"
        document = pages.document(content, meaning, self._zone) if page else parse_json(content)
        other = _ROOTS.get(meta.root_key(document)) if not page else None
        if other is not None and other != found.content.name and self._platform == "instagram":
            raise DamagedExportError(f"holds the list of {other} under another name")
        if form != called:
            self.ledger.note(f"{found.shown} is {form} and was read as such")
        self._forms.add("flat" if meaning == "flat" else form)
        flat = meaning == "flat"
        yield from meta_flat.parts(found, document, self._zone) if flat else [(found, document)]

    def no_connections(self) -> None:
        """Take follow lists that are not there as empty: the export says so."""
        for follow_list in self._gathered.lists.values():
            follow_list.parts = follow_list.parts or {0: 0}

    def _add_list(self, found: Found, document: Any) -> tuple[int, int]:
        people, stamps, unusable = self._people(found, document)
        rows = pd.DataFrame({"alter": people, "since": stamps})
        self._gathered.lists[found.content.name].add(found.part, rows, unusable)
        return len(people) + unusable, len(people)

    def _add_relation(self, found: Found, document: Any) -> tuple[int, int]:
        people, stamps, unusable = self._people(found, document)
        rows = pd.DataFrame({"alter": people, "at": stamps})
        relation = found.content.name
        self._gathered.relate(relation, rows, towards_owner=relation == "request_received")
        return len(people) + unusable, len(people)

    def _people(
        self, found: Found, document: Any
    ) -> tuple[pd.Series[str], pd.Series[pd.Timestamp], int]:
        """Return accounts and times of a relationship file, and how many records name no one."""
        people, ticks, attributes = meta.people(document, titles_are_names=self._titles_are_names)
        self._gathered.attributes |= attributes
        accounts, stamps = meta.texts(people), meta.times(ticks)
        named = accounts.notna()
        if unusable := int((~named).sum()):
            self.ledger.skip(found.shown, "record names no account", unusable)
            accounts, stamps = accounts[named], stamps[named]
        self._gathered.count_undated(found.shown, stamps)
        return accounts, stamps, unusable

    def _add_actions(self, found: Found, document: Any) -> tuple[int, int]:
        (targets, ticks, items, names), count = meta.actions(document)
        self.ledger.skip(found.shown, "record is empty", count - len(targets))
        for target, name in zip(targets, names, strict=True):
            if target and name:
                self._gathered.attributes[target]["name"] = name
        stamps = meta.times(ticks)
        self._gathered.count_undated(found.shown, stamps)
        self._add_events(found.content.name, meta.texts(targets), stamps, meta.texts(items))
        return count, len(targets)

    def _add_events(
        self,
        kind: str,
        targets: pd.Series[str],
        stamps: pd.Series[pd.Timestamp],
        items: pd.Series[str] | None = None,
    ) -> None:
        columns = {"target": targets, "kind": kind, "at": stamps, "item": items}
        self._gathered.happened(pd.DataFrame(columns))

    def _add_comments(self, found: Found, document: Any) -> tuple[int, int]:
        kept, count = meta.comments(document)
        self.ledger.skip(found.shown, "record is empty", count - len(kept))
        stamps = meta.times(at for _, at, _ in kept)
        self._gathered.count_undated(found.shown, stamps)
        self._add_events("comment", meta.texts(owner for owner, _, _ in kept), stamps)
        mentions = [
            (person, at)
            for owner, at, line in kept
            for person in dict.fromkeys(meta.handle(name) for name in _MENTION.findall(line))
            if person and person != owner
        ]
        named = meta.texts(person for person, _ in mentions)
        self._add_events("mention", named, meta.times(at for _, at in mentions))
        return count, len(kept)

    def _add_messages(self, found: Found, document: Any) -> tuple[int, int]:
        count, kept = self._threads[found.thread].add(document)
        self.ledger.skip(found.shown, "record is no message", count - kept)
        return count, kept

    def _add_posts(self, found: Found, document: Any) -> tuple[int, int]:
        return self._keep_posts(
            found, document, lambda record: meta_posts.post(record, found.content.name)
        )

    def _add_post_insights(self, found: Found, document: Any) -> tuple[int, int]:
        return self._keep_posts(found, document, meta_posts.insight)

    def _keep_posts(
        self, found: Found, document: Any, read: Callable[[Any], dict[str, Any] | None]
    ) -> tuple[int, int]:
        records = meta.records(document)
        kept = [row for record in records if (row := read(record)) is not None]
        self.ledger.skip(found.shown, "record holds no medium", len(records) - len(kept))
        # Before there is a table: it would take times for text, and text may hold anything.
        stamps = meta.times([row.pop("at") for row in kept])
        table = pd.DataFrame(kept, columns=list(SCHEMA["posts"])).assign(at=stamps)
        self._gathered.count_undated(found.shown, table["at"])
        self._gathered.posted(table)
        return len(records), len(kept)

    def _add_profile(self, found: Found, document: Any) -> tuple[int, int]:
        records = meta.records(document)
        for record in records:
            for label, entry in meta.fields(record).items():
                value = meta.text(entry.get("value"))
                if label.lower() in _USERNAME_LABELS and (owner := meta.handle(value)):
                    self._profile["owner"] = owner
                elif value and label.lower() in _NAME_LABELS:
                    self._profile["name"] = value
            self._declare(record)
        return len(records), len(records)

    def _add_insights(self, found: Found, document: Any) -> tuple[int, int]:
        """Keep the number of followers alone: the tables are of events, not of sums."""
        records = meta.records(document)
        # Elsewhere "followers" are those among the accounts that were reached.
        told = "audience" in found.member.name.lower()
        kept = sum(self._declare(record) for record in records) if told else 0
        self.ledger.skip(found.shown, "sums that no table holds", len(records) - kept)
        return len(records), kept

    def _declare(self, record: Any) -> bool:
        """Keep how long a follow list is by the export's own count; return whether it tells."""
        counts = {
            _DECLARED_LABELS[label.lower()]: count
            for label, entry in meta.fields(record).items()
            if label.lower() in _DECLARED_LABELS and (count := meta_posts.number(entry)) is not None
        }
        self._gathered.declared |= counts
        return bool(counts)

    def export(
        self,
        given_owner: str | None,
        named_owner: str | None,
        given_date: pd.Timestamp | None,
        named_date: pd.Timestamp | None,
    ) -> Export:
        """Return the export, now that all files are read."""
        owner = self._owner(given_owner, named_owner)
        me = self._name_in_messages()
        talk, people = messages.interactions(self._threads, owner or UNNAMED, me)
        undated = talk["at"].isna() & (talk["kind"] != "message_reaction")
        self.ledger.skip("messages", UNDATED, int(undated.sum()))
        if own_name := self._profile.get("name") or me:
            people[owner or UNNAMED] = {"name": own_name}
        gathered = self._gathered
        gathered.attributes |= people
        gathered.happened(talk)
        gathered.signs = {name: self._signs(name) for name in gathered.lists}
        self._enter_times()
        return gathered.export(owner, given=given_date, named=named_date, describe=_described)

    def _owner(self, given: str | None, named: str | None) -> str | None:
        profile = self._profile.get("owner")
        if given is not None and (person := meta.handle(given)) is None:
            raise SchemaError(
                f"owner: a text of {len(given)} characters is no Instagram handle; handles have 1 "
                "to 30 of a-z, 0-9, dot and underscore"
            )
        if given is not None and profile not in (None, person):
            self.ledger.note("the owner given, not the one whom the export names, is used")
        return (person if given is not None else None) or profile or named

    def _name_in_messages(self) -> str | None:
        me = messages.display_name(self._threads.values(), self._profile.get("name"))
        if self._threads and me is None:
            self.ledger.warn("who of the people in the messages is the owner could not be told")
        return me

    def _signs(self, name: str) -> tuple[str, ...]:
        """Return what speaks for a list being cut where the platform cuts lists."""
        follow_list, signs = self._gathered.lists[name], []
        if follow_list.last == FULL_PART:
            signs.append(f"its last file is full ({FULL_PART:,} records): the next may be missing")
        if self._platform == "instagram" and name == "following":
            signs += [
                f"it has {count:,} accounts, and nobody can follow more than {MOST_FOLLOWING:,}: "
                "it may end there"
                for count in [follow_list.records]
                if count >= MOST_FOLLOWING
            ]
        return tuple(signs)

    def _enter_times(self) -> None:
        """Enter zone and precision of the times of each form of file that there was."""
        given = self._zone != "UTC"
        for form, (zone, known, precision) in {
            "JSON": ("UTC", True, "second"),
            "flat": (self._zone, given, "second"),
            "HTML": (self._zone, given, "minute"),
        }.items():
            if form in self._forms:
                source = f"{form} files"
                self.ledger.time(source, zone=zone, known=known, precision=precision)


def _described(ids: pd.Index[str]) -> dict[str, pd.Series[str]]:
    """Return handle and type of accounts, which their ids tell."""
    account = ids.to_series()
    deleted = account.str.startswith(meta.DELETED)
    return {
        "handle": account.where(~account.str.startswith("dm:") & (account != UNNAMED)),
        "type": pd.Series("deleted", index=ids, dtype=TEXT).where(deleted),
    }
