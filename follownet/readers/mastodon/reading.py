"""From the files of one Mastodon export to its tables."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

import pandas as pd

from follownet.errors import DamagedExportError, SchemaError
from follownet.readers import meta, values
from follownet.readers.archive import Archive, Member, parse_json
from follownet.readers.gathering import UNNAMED, Gathering
from follownet.readers.ledger import Ledger
from follownet.readers.mastodon.activities import Activities
from follownet.readers.mastodon.addresses import address, host_of, of_url
from follownet.readers.mastodon.files import ACTOR, Content, cells
from follownet.tables import LISTS, Export

PLATFORM: Final = "mastodon"
_ABSENT: Final = {
    "followers": (
        "Mastodon exports no list of followers, its archive names only the address of the list; a "
        "followers.csv with one account a line (other servers' software exports one), given in the "
        "same call, would make it known"
    ),
    "following": (
        "the archive names only the address of the list; following_accounts.csv (Preferences, "
        "Import and export), given in the same call, would make it known"
    ),
}
#: Of the time in UTC at which the server packed it.
_NAMED: Final = re.compile(r"archive-([0-9]{14})-[0-9a-f]", re.IGNORECASE)
_TYPES: Final = {
    "Person": "person",
    "Service": "bot",
    "Application": "bot",
    "Group": "group",
    "Organization": "organization",
}


class Reading:
    """The rows gathered so far; the profile has to be read before all else.

    Parameters
    ----------
    ledger
        Where is entered what was read and left out.
    given
        The owner as the caller says.
    """

    def __init__(self, ledger: Ledger, given: str | None) -> None:
        self._ledger = ledger
        self._given = given
        self._gathered = Gathering(PLATFORM, ledger)
        for name, reason in _ABSENT.items():
            self._gathered.lists[name].absent = reason
        owner = _checked(given)
        self._activities = Activities(home=_host(owner), owner=owner)
        self._profile: dict[str, str] = {}
        self._bare = 0

    def add_all(self, chosen: dict[Member, Content], archive: Archive, *, progress: bool) -> None:
        """Read files, the profile first.

        Raises
        ------
        DamagedExportError
            When none of them can be read.
        """
        # They tell the owner and the host, which tables of accounts leave out.
        profile = [member for member, content in chosen.items() if content == ACTOR]
        tables = [member for member, content in chosen.items() if content.table]
        rest = [member for member in chosen if member not in (*profile, *tables)]
        ordered = (*profile, *archive.in_order(rest, progress=progress), *tables)
        tried = (self._damage(chosen[member], member, archive) for member in ordered)
        damage = [reason for reason in tried if reason is not None]
        if damage and len(damage) == sum(not content.reason for content in chosen.values()):
            raise DamagedExportError(
                f"{archive.typed}: none of its {len(damage)} files that matter can be read; "
                f"{damage[0]}"
            )

    def _damage(self, content: Content, member: Member, archive: Archive) -> str | None:
        """Read one file; return what is wrong where that fails."""
        try:
            self._add(content, archive.read(member))
        except DamagedExportError as error:
            self._ledger.skip(content.shown, f"unreadable: {error}")
            if content.reason:
                return None
            self._ledger.warn(f"{content.shown} {error}")
            if content.name in LISTS:
                self._gathered.lists[content.name].add_unreadable(0)
            return f"{content.shown} {error}"
        return None

    def _add(self, content: Content, raw: bytes) -> None:
        if content.reason:
            self._ledger.skip(content.shown, content.reason, len(_rows(raw)))
        elif content.table:
            self._add_table(content, _cells(content, raw))
        elif content == ACTOR:
            self._add_profile(parse_json(raw))
        elif content.name == "posts":
            self._add_outbox(content, parse_json(raw))
        else:
            self._add_statuses(content, parse_json(raw))

    # -------------------------------------------------------------- tables

    def _add_table(self, content: Content, named: list[str]) -> None:
        people = meta.texts(address(cell, self._activities.home) or of_url(cell) for cell in named)
        if content.name == "followers" and self._is_repeated_owner(people):
            people = people.mask(people.notna())
        # Nobody follows, mutes or blocks their own account there.
        people = people.mask(people == self._activities.owner)
        known = people.dropna().reset_index(drop=True)
        self._bare += int((~known.str.contains("@", regex=False)).sum())
        unusable = len(people) - len(known)
        self._ledger.skip(content.shown, values.NAMELESS, unusable)
        self._ledger.read(content.shown, content.name, len(people), len(known))
        if content.name in LISTS:
            rows = pd.DataFrame({"alter": known, "since": values.undated(len(known))})
            self._gathered.lists[content.name].add(0, rows, unusable)
        else:
            rows = pd.DataFrame({"alter": known, "at": values.undated(len(known))})
            self._gathered.relate(content.name, rows)

    def _is_repeated_owner(self, people: pd.Series[str]) -> bool:
        """Return, and warn of, whether a list of followers names the owner in every row.

        takahe wrote such lists (its issue 508). Whose export it is, may not be known.
        """
        owner = self._activities.owner
        repeated = people.notna().all() and people.nunique() == 1
        if not repeated or (people[0] != owner if owner else len(people) == 1):
            return False
        self._ledger.warn(
            "followers.csv names one account in every row, as some servers wrote by mistake (the "
            "owner instead of the followers); it is of no use"
        )
        return True

    # -------------------------------------------------------------- documents

    def _add_profile(self, document: Any) -> None:
        if not isinstance(document, dict):
            raise DamagedExportError("is JSON, but holds no profile")
        host = host_of(document.get("id"))
        owner = address(document.get("preferredUsername"), host) or of_url(document.get("id"))
        name, kind = values.text(document.get("name")), values.text(document.get("type"))
        found = {"owner": owner, "name": name, "type": _TYPES.get(kind or "")}
        self._profile = {key: value for key, value in found.items() if value}
        self._activities.home = host
        self._activities.owner = address(self._given, host) or owner
        self._ledger.read(ACTOR.shown, "profile", 1, 1)
        if document.get("movedTo"):
            self._ledger.warn(
                "the owner has moved to another account, and the followers with it: the export of "
                "that account has what happened since"
            )

    def _add_outbox(self, content: Content, document: Any) -> None:
        items = self._items(content, document)
        if self._activities.owner is None:
            actors = (item.get("actor") for item in items if isinstance(item, dict))
            owner = next((one for one in map(of_url, actors) if one), None)
            self._activities.owner, self._activities.home = owner, _host(owner)
        self._keep(content, items, self._activities.add)

    def _add_statuses(self, content: Content, document: Any) -> None:
        items = self._items(content, document)
        self._keep(content, items, lambda item: self._activities.touch(content.name, item))

    def _items(self, content: Content, document: Any) -> list[Any]:
        items = document.get("orderedItems") if isinstance(document, dict) else None
        if not isinstance(items, list):
            raise DamagedExportError("is JSON, but holds no ordered collection")
        total = values.count(document.get("totalItems"))
        if total not in (None, len(items)):
            self._ledger.note(
                f"{content.shown} says that it has {total:,} items and holds {len(items):,}"
            )
        return items

    def _keep(self, content: Content, items: list[Any], add: Callable[[Any], bool]) -> None:
        kept = sum(map(add, items))
        for reason, records in self._activities.skipped.items():
            self._ledger.skip(content.shown, reason, records)
        self._activities.skipped.clear()
        self._ledger.read(content.shown, content.name, len(items), kept)

    # -------------------------------------------------------------- all together

    def export(self, archive: Archive, given_date: pd.Timestamp | None) -> Export:
        """Return the export, now that all files are read."""
        gathered, activities = self._gathered, self._activities
        posts, events = activities.posts(), activities.interactions()
        gathered.posted(posts)
        gathered.happened(events)
        others = events["kind"].isin(["repost", "message"])
        dated = pd.concat([posts["at"], events.loc[others, "at"]])
        gathered.count_undated("outbox.json", dated)
        if len(dated):
            self._ledger.time("outbox.json", zone="UTC", known=True, precision="second")
        if self._bare:
            self._ledger.note(
                f"accounts that are named without their host, which is the owner's: {self._bare}; "
                "owner=user@host gives it"
            )
        owner = activities.owner
        profile = self._profile
        if owner not in (None, profile.get("owner", owner)):
            self._ledger.note("the owner given, not the one whom the export names, is used")
        if told := {key: text for key, text in profile.items() if key != "owner"}:
            gathered.attributes[owner or UNNAMED] |= told
        return gathered.export(owner, given=given_date, known=_packed(archive), describe=_described)


def _checked(given: str | None) -> str | None:
    owner = address(given)
    if given is not None and owner is None:
        raise SchemaError(
            f"owner: a text of {len(given)} characters is no account of Mastodon; accepts "
            "user@host, or the user alone"
        )
    return owner


def _host(owner: str | None) -> str | None:
    return (owner or "").partition("@")[2] or None


def _cells(content: Content, raw: bytes) -> list[str]:
    # Blocks have no header, so that a file without any is empty.
    if content.name == "blocked" and not raw.strip():
        return []
    return cells(raw)


def _rows(raw: bytes) -> list[str]:
    return cells(raw) if raw.strip() else []


def _packed(archive: Archive) -> pd.Timestamp | None:
    """Return when the archive was made, by its name."""
    found = [named[1] for name in archive.names if (named := _NAMED.match(name))]
    stamps = pd.to_datetime(pd.Series(found, dtype="str"), format="%Y%m%d%H%M%S", errors="coerce")
    return stamps.max().tz_localize("UTC") if stamps.notna().any() else None


def _described(ids: pd.Index[str]) -> dict[str, pd.Series[str]]:
    account = ids.to_series()
    return {"handle": account.where(account != UNNAMED)}
