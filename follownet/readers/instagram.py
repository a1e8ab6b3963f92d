"""Instagram's personal export: JSON as Meta has written it from late 2023 to 2026.

It holds both follow lists with dates, requests, blocks and other relations, what the owner
liked, commented, viewed, saved and answered, messages both ways, own posts. It never holds
likes and comments *received*, nor counts on own posts. `follownet.readers.instagram_files`
says which file is which, `follownet.readers.meta` how a record is read by its own shape.
"""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import PurePosixPath
from typing import Any

import pandas as pd

from follownet.errors import DamagedExportError, SchemaError, UnknownFormatError
from follownet.readers import messages, meta
from follownet.readers.archive import Archive, parse_json
from follownet.readers.coverage import FoundList, coverage
from follownet.readers.instagram_files import (
    Found,
    choose,
    html_lists,
    is_html,
    is_instagram,
    request_of,
    says_no_data,
    thread_of,
)
from follownet.readers.ledger import Ledger
from follownet.tables import LISTS, SCHEMA, TEXT, TIME, Export, empty

PLATFORM = "instagram"
LOOKED_FOR = "Instagram (followers_1.json, following.json, a folder your_instagram_activity)"

_USERNAME_LABELS = frozenset({
    "username", "nome utente", "kullanıcı adı", "gebruikersnaam", "nome de usuário",
    "nombre de usuario", "nom d’utilisateur", "nom d'utilisateur", "benutzername",
})  # fmt: skip
_NAME_LABELS = frozenset({"name", "nome", "ad", "naam", "nombre", "nom"})
_OWNER_LABELS = frozenset({"media owner", "media-eigenaar", "medya sahibi"})
#: A handle does not end in a dot, a sentence does.
_MENTION = re.compile(r"(?<![\w.@])@([A-Za-z0-9._]{0,29}[A-Za-z0-9_])(?![A-Za-z0-9_])")
_VIDEO = frozenset({".mp4", ".mov", ".webm"})

matches = is_instagram


def read(
    archive: Archive,
    *,
    owner: str | None = None,
    zone: str = "UTC",
    exported_at: pd.Timestamp | None = None,
    progress: bool = False,
) -> Export:
    """Return Instagram's export in `archive` as tables.

    `zone` is not needed: the times of the JSON export are Unix seconds.
    """
    ledger = Ledger()
    named_owner, named_date = request_of(archive)
    chosen = choose(archive, ledger)
    if not chosen and is_html(archive):
        raise UnknownFormatError(
            f"{archive.typed}: is Instagram's export in HTML; ask Instagram for it again and "
            "choose the format JSON and the date range All time"
        )
    if not chosen and not says_no_data(archive):
        raise UnknownFormatError(
            f"{archive.typed}: holds none of the files that are read of Instagram's export; found "
            f"{archive.found()}"
        )
    reading = _Reading(ledger, html_lists(archive))
    files = {found.member: found for found in chosen}
    for member in archive.in_order(files, progress=progress):
        reading.add(files[member], archive)
    if reading.damage and not reading.files:
        raise DamagedExportError(
            f"{archive.typed}: none of its {len(reading.damage)} files that matter can be read; "
            f"{reading.damage[0]}"
        )
    if says_no_data(archive):
        reading.no_connections()
    return reading.export(owner, named_owner, exported_at, named_date)


class _Reading:
    """The rows gathered so far. Whose they are is known only when all files are read."""

    def __init__(self, ledger: Ledger, html: set[str]) -> None:
        self.ledger = ledger
        self.files = 0
        self._html = html
        self.damage: list[str] = []
        self._lists = {name: _FollowList() for name in LISTS}
        self._relations: list[pd.DataFrame] = []
        self._events: list[pd.DataFrame] = []
        self._threads: dict[str, messages.Thread] = defaultdict(messages.Thread)
        self._posts: list[pd.DataFrame] = []
        self._attributes: dict[str, dict[str, str]] = {}
        self._profile: dict[str, str] = {}

    def add(self, found: Found, archive: Archive) -> None:
        """Read one file and add its rows, or enter it as unreadable."""
        adders = {
            "list": self._add_list,
            "relation": self._add_relation,
            "action": self._add_actions,
            "comment": self._add_comments,
            "message": self._add_messages,
            "post": self._add_posts,
            "profile": self._add_profile,
        }
        content = found.content
        if content.meaning == "list":
            self._lists[content.name].parts.append(found.part)
        try:
            document = parse_json(archive.read(found.member))
            if meta.root_key(document).startswith("text_post_app_"):
                raise DamagedExportError("holds data of Threads under the name of Instagram's")
            count, kept = adders[content.meaning](found, document)
        except DamagedExportError as error:
            self.damage.append(f"{found.shown} {error}")
            self.ledger.skip(found.shown, f"unreadable: {error}")
            self.ledger.warn(f"{found.shown} {error}")
            if content.meaning == "list":
                self._lists[content.name].unreadable += 1
            return
        self.files += 1
        self.ledger.read(found.shown, content.name, count, kept)

    def no_connections(self) -> None:
        """Take follow lists that are not there as empty: the export says so."""
        for follow_list in self._lists.values():
            follow_list.parts = follow_list.parts or [0]

    def _add_list(self, found: Found, document: Any) -> tuple[int, int]:
        people, stamps, unusable = self._people(found, document)
        follow_list = self._lists[found.content.name]
        follow_list.rows.append(pd.DataFrame({"alter": people, "since": stamps}))
        follow_list.unusable += unusable
        return len(people) + unusable, len(people)

    def _add_relation(self, found: Found, document: Any) -> tuple[int, int]:
        people, stamps, unusable = self._people(found, document)
        rows = pd.DataFrame({"alter": people, "at": stamps})
        self._relations.append(rows.assign(relation=found.content.name))
        return len(people) + unusable, len(people)

    def _people(
        self, found: Found, document: Any
    ) -> tuple[pd.Series[str], pd.Series[pd.Timestamp], int]:
        """Return accounts and times of a relationship file, and how many records name no one."""
        people, ticks, attributes = meta.people(meta.records(document))
        self._attributes |= attributes
        accounts, stamps = meta.texts(people), meta.times(ticks)
        named = accounts.notna()
        unusable = int((~named).sum())
        self.ledger.skip(found.shown, "record names no account", unusable)
        self._count_undated(found, stamps[named])
        return accounts[named], stamps[named], unusable

    def _count_undated(self, found: Found, stamps: pd.Series[pd.Timestamp]) -> None:
        undated = int(stamps.isna().sum())
        self.ledger.skip(found.shown, "time missing or impossible; the row is kept", undated)

    def _add_actions(self, found: Found, document: Any) -> tuple[int, int]:
        records = meta.records(document)
        actions = [meta.action(record) for record in records]
        kept = [action for action in actions if any(part is not None for part in action)]
        self.ledger.skip(found.shown, "record is empty", len(records) - len(kept))
        targets, ticks, items, names = zip(*kept, strict=True) if kept else ((), (), (), ())
        for target, name in dict(zip(targets, names, strict=True)).items():
            if target and name:
                self._attributes.setdefault(target, {})["name"] = name
        stamps = meta.times(ticks)
        self._count_undated(found, stamps)
        self._add_events(found.content.name, meta.texts(targets), stamps, meta.texts(items))
        return len(records), len(kept)

    def _add_events(
        self,
        kind: str,
        targets: pd.Series[str],
        stamps: pd.Series[pd.Timestamp],
        items: pd.Series[str] | None = None,
    ) -> None:
        columns = {"target": targets, "kind": kind, "at": stamps, "item": items}
        self._events.append(pd.DataFrame(columns))

    def _add_comments(self, found: Found, document: Any) -> tuple[int, int]:
        records = meta.records(document)
        rows = [_comment(record) for record in records]
        kept = [row for row in rows if row is not None]
        self.ledger.skip(found.shown, "record is empty", len(records) - len(kept))
        stamps = meta.times(at for _, at, _ in kept)
        self._count_undated(found, stamps)
        self._add_events("comment", meta.texts(owner for owner, _, _ in kept), stamps)
        mentions = [
            (person, at)
            for owner, at, line in kept
            for person in dict.fromkeys(meta.handle(name) for name in _MENTION.findall(line))
            if person and person != owner
        ]
        named = meta.texts(person for person, _ in mentions)
        self._add_events("mention", named, meta.times(at for _, at in mentions))
        return len(records), len(kept)

    def _add_messages(self, found: Found, document: Any) -> tuple[int, int]:
        count, kept = self._threads[thread_of(found.member)].add(document)
        self.ledger.skip(found.shown, "record is no message", count - kept)
        return count, kept

    def _add_posts(self, found: Found, document: Any) -> tuple[int, int]:
        records = meta.records(document)
        rows = [_post(record, found.content.name) for record in records]
        kept = [row for row in rows if row is not None]
        self.ledger.skip(found.shown, "record holds no medium", len(records) - len(kept))
        posts, ticks, formats, lengths = zip(*kept, strict=True) if kept else ((), (), (), ())
        columns = {"post": posts, "format": formats, "text_length": lengths}
        table = pd.DataFrame(columns | {"at": meta.times(ticks)})
        self._count_undated(found, table["at"])
        self._posts.append(table)
        return len(records), len(kept)

    def _add_profile(self, found: Found, document: Any) -> tuple[int, int]:
        records = meta.records(document)
        for record in records:
            for label, entry in meta.fields(record).items():
                value = meta.text(entry.get("value"))
                if value and label.lower() in _USERNAME_LABELS and meta.handle(value):
                    self._profile["owner"] = value.lower()
                elif value and label.lower() in _NAME_LABELS:
                    self._profile["name"] = value
        return len(records), len(records)

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
        talk, people = messages.interactions(self._threads, owner, me)
        if own_name := self._profile.get("name") or me:
            people[owner] = {"name": own_name}
        events = [rows.assign(source=owner) for rows in self._events]
        tables = {
            "follows": self._follows(owner),
            "relations": self._all_relations(owner),
            "interactions": _stacked("interactions", [*events, talk]),
            "posts": self._all_posts(owner),
        }
        exported_at = self._exported_at(tables, given_date, named_date)
        found = {name: kept.found(html=name in self._html) for name, kept in self._lists.items()}
        return Export(
            **tables,
            accounts=self._accounts(tables, owner, people),
            platform=PLATFORM,
            owners=(owner,),
            exported_at=exported_at,
            coverage=coverage(owner, found, exported_at, self.ledger),
            report=self.ledger.report(),
        )

    def _owner(self, given: str | None, named: str | None) -> str:
        profile = self._profile.get("owner")
        if given is not None and (person := meta.handle(given)) is None:
            raise SchemaError(
                f"owner: a text of {len(given)} characters is no Instagram handle; handles have 1 "
                "to 30 of a-z, 0-9, dot and underscore"
            )
        if given is not None and profile not in (None, person):
            self.ledger.note("the owner given, not the one whom the export names, is used")
        owner = (person if given is not None else None) or profile or named
        if owner is None:
            self.ledger.note('the export names no owner: it is called "(owner)"; owner= names it')
        return owner or "(owner)"

    def _name_in_messages(self) -> str | None:
        me = messages.display_name(self._threads.values(), self._profile.get("name"))
        if self._threads and me is None:
            self.ledger.warn("who of the people in the messages is the owner could not be told")
        return me

    def _follows(self, owner: str) -> pd.DataFrame:
        parts = []
        for name, follow_list in self._lists.items():
            ends = ("alter", "owner") if name == "followers" else ("owner", "alter")
            names = dict(zip(ends, _ENDS, strict=True))
            parts += [rows.assign(owner=owner).rename(columns=names) for rows in follow_list.rows]
        return self._collapsed(_stacked("follows", parts), ["source", "target"], "since")

    def _all_relations(self, owner: str) -> pd.DataFrame:
        parts = []
        for rows in self._relations:
            towards = (rows["relation"] == "request_received").all()
            ends = ("alter", "owner") if towards else ("owner", "alter")
            named = rows.assign(owner=owner).rename(columns=dict(zip(ends, _ENDS, strict=True)))
            parts.append(named)
        table = _stacked("relations", parts)
        return self._collapsed(table, ["source", "target", "relation"], "at")

    def _collapsed(self, table: pd.DataFrame, keys: list[str], time: str) -> pd.DataFrame:
        """Return the table with repeated ties as one, the earliest."""
        if not table.duplicated(keys).any():
            return table
        first = table.sort_values(time, kind="stable").drop_duplicates(keys).sort_index()
        repeated = len(table) - len(first)
        self.ledger.skip("repeated ties", "kept once, with the earliest time", repeated)
        return first.reset_index(drop=True)

    def _all_posts(self, owner: str) -> pd.DataFrame:
        table = _stacked("posts", [rows.assign(account=owner) for rows in self._posts])
        first = table.drop_duplicates("post").reset_index(drop=True)
        self.ledger.skip("repeated posts", "kept once", len(table) - len(first))
        return first

    def _accounts(
        self, tables: dict[str, pd.DataFrame], owner: str, people: dict[str, dict[str, str]]
    ) -> pd.DataFrame:
        columns = [
            tables[table][end].dropna().drop_duplicates()
            for table in ("follows", "relations", "interactions")
            for end in ("source", "target")
        ]
        # Who never wrote in a group still takes part in it.
        columns.append(pd.Series([owner, *people], dtype=TEXT))
        ids = pd.Index(pd.concat(columns).unique(), name="account", dtype=TEXT).sort_values()
        known = self._attributes | people
        account = ids.to_series()
        is_handle = ~account.str.startswith("dm:") & (account != "(owner)")
        more = pd.DataFrame.from_dict(known, orient="index", columns=["name", "fbid"], dtype=TEXT)
        table = pd.DataFrame({"handle": account.where(is_handle)}, index=ids)
        table["name"] = more["name"].reindex(ids)
        table["platform"] = PLATFORM
        deleted = account.str.startswith(meta.DELETED)
        table["type"] = pd.Series("deleted", index=ids, dtype=TEXT).where(deleted)
        table["fbid"] = more["fbid"].reindex(ids)
        return table.astype({**SCHEMA["accounts"], "fbid": TEXT})

    def _exported_at(
        self,
        tables: dict[str, pd.DataFrame],
        given: pd.Timestamp | None,
        named: pd.Timestamp | None,
    ) -> pd.Timestamp | None:
        """Return when the export was made: as given, as its name says, or its newest record."""
        self.ledger.time("all files", zone="UTC", known=True, precision="second")
        newest = pd.Series(
            [tables[name][column].max() for name, column in _TIMES.items()], dtype="object"
        ).dropna()
        last = newest.max() if len(newest) else None
        if given is not None and last is not None and given < last - pd.Timedelta(days=1):
            raise SchemaError(
                f"exported_at: {given:%Y-%m-%d} lies before the newest record, of {last:%Y-%m-%d}"
            )
        if given is not None:
            return given
        if named is not None:
            # A name gives the day alone, in some zone; what happened on it came before the export.
            on_that_day = last is not None and named <= last < named + pd.Timedelta(days=2)
            return last if on_that_day else named
        if last is not None:
            self.ledger.note(
                f"nothing dates this export: its newest record ({last:%Y-%m-%d}) is taken, so it "
                "may be younger; exported_at= gives the date"
            )
        return last


class _FollowList:
    """What was found of one follow list."""

    def __init__(self) -> None:
        self.parts: list[int] = []
        self.rows: list[pd.DataFrame] = []
        self.unreadable = 0
        self.unusable = 0

    def found(self, *, html: bool) -> FoundList:
        """Return it as the coverage wants it; `html` says whether it is there in HTML as well."""
        numbers = {part for part in self.parts if part}
        gaps = tuple(n for n in range(1, max(numbers, default=0)) if n not in numbers)
        starts = pd.Series([rows["since"].min() for rows in self.rows], dtype=TIME)
        return FoundList(
            files=len(self.parts),
            unreadable=self.unreadable,
            records=sum(map(len, self.rows)) + self.unusable,
            unusable=self.unusable,
            gaps=gaps,
            html=html,
            starts=starts.min(),
        )


_ENDS = ("source", "target")
_TIMES = {"follows": "since", "relations": "at", "interactions": "at", "posts": "at"}


def _stacked(table: str, parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Return parts under one another with the columns and dtypes of the schema."""
    schema = SCHEMA[table]
    filled = [part.reindex(columns=list(schema)).astype(schema) for part in parts if len(part)]
    return pd.concat(filled, ignore_index=True) if filled else empty(table)


def _comment(record: Any) -> tuple[str | None, Any, str] | None:
    """Return the owner of the post, time and text of a comment; None for an empty record.

    Labels are localised, their order is not: text, owner, time. A comment on a post that is
    gone has no owner.
    """
    owner, at, lines = None, None, []
    for label, entry in meta.fields(record).items():
        if entry.get("timestamp"):
            at = entry["timestamp"]
        elif label.lower() in _OWNER_LABELS:
            owner = meta.handle(entry.get("value"))
        elif (line := meta.text(entry.get("value"))) is not None:
            lines.append(line)
    if owner is None and len(lines) > 1:
        owner = meta.handle(lines.pop())
    if at is None and owner is None and not lines:
        return None
    return owner, at, lines[0] if lines else ""


def _post(record: Any, content: str) -> tuple[str, Any, str, int | None] | None:
    """Return id, time, format and length of the caption of a post; None without a medium."""
    if not isinstance(record, dict):
        return None
    found = record.get("media", [record])
    media = [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []
    uri = media[0].get("uri") if media else None
    if not isinstance(uri, str) or not uri:
        return None
    path = PurePosixPath(uri)
    shape = content
    if content == "image" and len(media) > 1:
        shape = "carousel"
    elif content == "image" and path.suffix.lower() in _VIDEO:
        shape = "video"
    caption = meta.text(record.get("title")) or meta.text(media[0].get("title"))
    at = record.get("creation_timestamp") or media[0].get("creation_timestamp")
    return meta.text(path.stem) or "", at, shape, None if caption is None else len(caption)
