"""From a repository and pages of the API to the tables of one export."""

from __future__ import annotations

import re
from typing import Final

import pandas as pd

from follownet.errors import DamagedExportError, SchemaError
from follownet.readers import values
from follownet.readers.archive import Archive, Member, parse_json
from follownet.readers.bluesky import car, pages, records
from follownet.readers.bluesky.records import Records, did
from follownet.readers.gathering import UNDATED, UNNAMED, Gathering
from follownet.readers.ledger import Ledger
from follownet.tables import EXPORT_DATE, LISTS, Export

PLATFORM: Final = "bluesky"
CAR: Final = "repo.car"
_PAGES: Final = {"followers": "getFollowers", "following": "getFollows"}
_ABSENT: Final = {
    "followers": (
        "a repository does not hold the followers, whose follows lie in their own repositories; "
        "all pages of app.bsky.graph.getFollowers as JSON, given in the same call, would make it "
        "known"
    ),
    "following": (
        "there is no repository and no page of it; repo.car (Settings, Account, Export my data), "
        "given in the same call, would make it known"
    ),
}
_CONTENTS: Final = {
    records.FOLLOW: "following",
    records.BLOCK: "blocked",
    records.LIKE: "like",
    records.REPOST: "repost",
    records.POST: "posts",
    records.PROFILE: "profile",
}
#: The digits of a clock reading of the protocol (TID), the lowest first; its last ten bits are no
#: time.
_DIGITS: Final = "234567abcdefghijklmnopqrstuvwxyz"
_TID: Final = re.compile(r"[2-7a-j][2-7a-z]{12}")
_CLOCK: Final = 10
#: What a file of pages may be called; the first that fits.
_NAMED: Final = {"followers": "followers", "follow": "following"}


class Reading:
    """The rows gathered so far.

    Parameters
    ----------
    archive
        Where the files are.
    ledger
        Where is entered what was read and left out.
    """

    def __init__(self, archive: Archive, ledger: Ledger) -> None:
        self._archive = archive
        self._ledger = ledger
        self._damage: list[str] = []
        self._repository: car.Repository | None = None
        self._records: Records | None = None
        self._dump = pages.Dump()
        self._pages: list[pages.Page] = []
        self._has_car = False
        #: Whom the owner blocked, or wrote or reacted to.
        self._named: set[str] = set()

    def add_all(self, files: dict[Member, bool], *, progress: bool) -> None:
        """Read files: a CAR file where the value is true, else JSON.

        Raises
        ------
        DamagedExportError
            When none of them can be read.
        """
        for member in self._archive.in_order(files, progress=progress):
            try:
                content = self._archive.read(member)
                if files[member]:
                    self._has_car = True
                    self._add_repository(content)
                else:
                    self._add_pages(member, content)
            except DamagedExportError as error:
                self._enter_damage(CAR if files[member] else _called(member), error)
                if not files[member]:
                    self._dump.failed[_list_of(member)] += 1
        if self._records is None and not self._dump.lists:
            reason = self._damage[0] if self._damage else "it holds no page of a follow list"
            raise DamagedExportError(
                f"{self._archive.typed}: none of its {len(files)} files that matter can be read; "
                f"{reason}"
            )

    def _enter_damage(self, shown: str, error: DamagedExportError) -> None:
        self._damage.append(f"{shown} {error}")
        self._ledger.skip(shown, f"unreadable: {error}")
        self._ledger.warn(f"{shown} {error}")

    def _add_pages(self, member: Member, content: bytes) -> None:
        document = parse_json(content)
        if pages.is_failure(document):
            raise DamagedExportError("is an error of the server, not a page")
        if not pages.pages(document):
            if _list_of(member):
                raise DamagedExportError("is JSON, but no page of followers or follows")
            self._ledger.skip("other files", "not among the files that are read")
            return
        self._pages += self._dump.add(document)

    def _add_repository(self, content: bytes) -> None:
        found = car.repository(content, self._archive.typed)
        if did(found.owner) is None:
            raise DamagedExportError("has a commit that does not say whose it is")
        rows = Records(found.owner)
        for name, record in found.records():
            rows.add(name, record)
        self._repository, self._records = found, rows
        for collection, name in _CONTENTS.items():
            self._ledger.read(CAR, name, rows.counts[collection], rows.kept[collection])
        lost = {
            "a block that is damaged: it is not what its address says": found.blocks.damaged,
            "a record whose block is damaged or not there": len(found.lost),
            "a part of the tree of records that is damaged or not there": found.lost_nodes,
        }
        others = {
            "a block that no current record is in": found.unnamed,
            "a record that repeats another": found.repeated,
        }
        for reason, count in (lost | others | rows.skipped).items():
            self._ledger.skip(CAR, reason, count)
        if any(lost.values()):
            told = "; ".join(f"{reason}: {count}" for reason, count in lost.items() if count)
            self._ledger.warn(f"{CAR} is damaged ({told}); download it again")
        self._ledger.time(CAR, zone="UTC", known=True, precision="second")

    # -------------------------------------------------------------- all together

    def export(self, given: str | None, given_date: pd.Timestamp | None) -> Export:
        """Return the export, now that all files are read."""
        gathered = Gathering(PLATFORM, self._ledger)
        owner = self._owner(given)
        subject = self._records.owner if self._records else self._dump.subject(owner)
        lists = {name: pages.CuttableList(absent=_ABSENT[name]) for name in LISTS}
        gathered.lists = dict(lists)
        shown = {name: self._dump.of(subject, name) for name in LISTS}
        whole = self._repository is not None and not _losses(self._repository)
        self._enter_pages(subject, {"following"} if whole else set())
        self._add_following(lists["following"], shown["following"])
        if (followers := shown["followers"]) is not None:
            _add_shown(lists["followers"], followers)
        for name, found in shown.items():
            if found is not None and found.declared is not None:
                gathered.declared[name] = found.declared
        self._add_events(gathered)
        self._describe(gathered, owner, lists)
        return gathered.export(owner, given=given_date, known=self._revised(given_date))

    def _owner(self, given: str | None) -> str | None:
        told = self._records.owner if self._records else self._dump.subject(None)
        if given is None:
            return told
        handles = {more.get("handle"): one for one, more in self._dump.people.items()}
        owner = did(given) or handles.get(given.strip().removeprefix("@").lower())
        if owner is None:
            raise SchemaError(
                f"owner: a text of {len(given)} characters is no DID (did:plc:...) and no handle "
                "that the pages name"
            )
        if told not in (None, owner) and self._dump.subject(owner) != owner:
            self._ledger.note("the owner given, not the one whom the export names, is used")
        return owner

    def _enter_pages(self, subject: str | None, known: set[str]) -> None:
        """Enter what was read of pages; lists of others would be taken for the owner's."""
        for page in self._pages:
            shown = _PAGES[page.name]
            used = page.subject == subject and page.name not in known
            self._ledger.read(shown, page.name, page.records, page.fresh if used else 0)
            self._ledger.skip(shown, values.NAMELESS, page.nameless)
            named = page.records - page.nameless
            if used:
                self._ledger.skip(shown, "on a page before, too; kept once", named - page.fresh)
            elif page.subject == subject:
                self._ledger.skip(shown, "the repository has this list itself", named)
            else:
                self._ledger.skip(shown, "on a list of another account than the owner's", named)

    def _add_following(self, kept: pages.CuttableList, shown: pages.Pages | None) -> None:
        repository, rows = self._repository, self._records
        if repository is None or rows is None:
            if shown is not None:
                _add_shown(kept, shown)
            elif self._has_car:
                kept.add_unreadable(0)
            return
        ties = rows.follows()
        self._ledger.skip(CAR, UNDATED, int(ties["since"].isna().sum()))
        kept.add(0, ties, rows.nameless)
        kept.cut = _losses(repository)
        if shown is not None:
            self._compare(kept, set(ties["alter"]), shown)

    def _compare(self, kept: pages.CuttableList, followed: set[str], shown: pages.Pages) -> None:
        """Say how the list of the API differs from the repository's, which is the one to trust."""
        extra = shown.rows()
        extra = extra[~extra["alter"].isin(followed)]
        fewer = len(followed.difference(shown.accounts))
        if shown.cut:
            self._ledger.note(f"getFollows is cut ({shown.cut}); the repository is whole")
        elif len(extra) or fewer:
            self._ledger.note(
                f"the repository has {fewer:,} follows that getFollows does not show (of accounts "
                f"that are deleted, deactivated or blocked, or from another day), getFollows "
                f"{len(extra):,} that are not in the repository"
            )
        if kept.cut:
            kept.add(1, extra.reset_index(drop=True), 0)
            both = len(shown.accounts) - len(extra)
            self._ledger.skip("repeated ties", "kept once, with the earliest time", both)

    def _add_events(self, gathered: Gathering) -> None:
        if self._records is None:
            return
        blocks = self._records.blocks()
        events, posts = self._records.interactions(), self._records.posts()
        gathered.relate("blocked", blocks)
        gathered.happened(events)
        gathered.posted(posts)
        touched = events.loc[events["kind"].isin(["like", "repost"]), "at"]
        gathered.count_undated(CAR, pd.concat([blocks["at"], posts["at"], touched]))
        self._named = {*events["target"].dropna(), *blocks["alter"]}

    def _describe(
        self, gathered: Gathering, owner: str | None, lists: dict[str, pages.CuttableList]
    ) -> None:
        """Keep what is known of accounts that the tables name, and of no others."""
        named = {owner, *self._named}
        named.update(one for kept in lists.values() for rows in kept.rows for one in rows["alter"])
        for one, more in self._dump.people.items():
            if one in named and more:
                gathered.attributes[one] = more
        if self._records is not None and self._records.name:
            gathered.attributes[owner or UNNAMED]["name"] = self._records.name

    def _revised(self, given: pd.Timestamp | None) -> pd.Timestamp | None:
        """Return when the repository was last changed."""
        revision = self._repository.revision if self._repository else ""
        revised = _time_of(revision)
        if revised is not None and given is None:
            self._ledger.note(
                "nothing dates this export: the last change of the repository "
                f"({revised:%Y-%m-%d}) is taken, so it may be younger; exported_at= gives the date"
            )
            self._ledger.time(EXPORT_DATE, zone="UTC", known=False, precision="second")
        return revised


def _add_shown(kept: pages.CuttableList, shown: pages.Pages) -> None:
    if shown.pages:
        kept.add(0, shown.rows(), shown.nameless)
        kept.cut = shown.cut
    else:
        kept.add_unreadable(0)


def _losses(repository: car.Repository) -> str:
    follows = sum(name.startswith(f"{records.FOLLOW}/") for name in repository.lost)
    if repository.lost_nodes:
        return f"{repository.lost_nodes} parts of the tree of records are damaged or not there"
    return f"{follows} of its records are damaged or not there" if follows else ""


def _time_of(revision: str) -> pd.Timestamp | None:
    """Return the time in a clock reading, None where it is none that can be."""
    if _TID.fullmatch(revision) is None:
        return None
    ticks = 0
    for digit in revision:
        ticks = ticks * len(_DIGITS) + _DIGITS.index(digit)
    stamp = pd.Timestamp(ticks >> _CLOCK, unit="us", tz="UTC")
    return stamp if 2004 <= stamp.year < 2100 else None


def _list_of(member: Member) -> str:
    """Return which list a file is called after, empty where it does not say."""
    name = member.name.lower()
    return next((kept for stem, kept in _NAMED.items() if stem in name), "")


def _called(member: Member) -> str:
    """Return how a file of pages may be shown: people call them after people."""
    return _PAGES.get(_list_of(member), "a JSON file")


def may_be_page(head: bytes) -> bool:
    """Return whether a file that begins so may hold pages of the API."""
    return head.lstrip()[:1] in (b"{", b"[") and b'"did:' in head and b'"follow' in head


def is_page(content: bytes) -> bool:
    """Return whether a file holds pages of the API."""
    try:
        return bool(pages.pages(parse_json(content)))
    except DamagedExportError:
        return False


def is_document(member: Member) -> bool:
    """Return whether a file is called as JSON is."""
    return member.name.lower().endswith((".json", ".txt"))
