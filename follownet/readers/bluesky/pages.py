"""Follow lists as the API shows them: pages of ``getFollowers`` and ``getFollows`` in JSON.

A page is ``{"subject": {...}, "followers": [...], "cursor": "..."}``, for the other list with
``follows`` in place of ``followers``; the cursor is there as long as there are more. `createdAt` of
an entry is when that account was made, not when it followed.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, fields
from typing import Any, Final, NamedTuple

import pandas as pd

from follownet.errors import DamagedExportError
from follownet.readers import meta, values
from follownet.readers.bluesky.records import did
from follownet.readers.coverage import FollowList, FoundList

#: Key of the entries -> list -> key of the platform's own count of it.
LISTS: Final = {"followers": "followers", "follows": "following"}
_DECLARED: Final = {"followers": "followersCount", "following": "followsCount"}
#: What the API calls someone whose handle does not lead to the account any more.
_INVALID: Final = "handle.invalid"
_CURSOR: Final = "its last page points to a further one, which is not there"
_FAILED: Final = "{} of its pages cannot be read or are an error of the server"


@dataclass(frozen=True)
class CutList(FoundList):
    """A list that is known to be cut, and why."""

    cut: str = ""

    def settled(self) -> tuple[str, str] | None:
        """Return status and reason where the files alone decide."""
        settled = super().settled()
        return ("partial", self.cut) if settled is None and self.cut else settled


@dataclass
class CuttableList(FollowList):
    """A follow list that may turn out to be cut."""

    cut: str = ""

    def found(self, *, declared: int | None = None, signs: tuple[str, ...] = ()) -> FoundList:
        """Return it as it was found."""
        found = super().found(declared=declared, signs=signs)
        told = {one.name: getattr(found, one.name) for one in fields(found)}
        return CutList(**told, cut=self.cut)


@dataclass
class Pages:
    """The pages of one list of one account.

    Attributes
    ----------
    accounts
        Who is on it, each once.
    nameless
        Entries that name nobody.
    pages, open_ends
        Pages that were read, and those after which there are more.
    failed
        Files that cannot be read.
    declared
        How long the list is by the platform's own count, where it is told.
    """

    accounts: dict[str, None] = field(default_factory=dict)
    nameless: int = 0
    pages: int = 0
    open_ends: int = 0
    failed: int = 0
    declared: int | None = None

    def add(self, page: dict[str, Any], entries: list[Any]) -> list[dict[str, Any]]:
        """Add a page; return the accounts in it."""
        known = [one for one in entries if isinstance(one, dict) and did(one.get("did"))]
        self.accounts |= dict.fromkeys(one["did"] for one in known)
        self.nameless += len(entries) - len(known)
        self.pages += 1
        self.open_ends += bool(page.get("cursor"))
        return known

    @property
    def cut(self) -> str:
        """Why the list is not whole, empty where nothing says so."""
        if self.failed:
            return _FAILED.format(self.failed)
        return _CURSOR if self.pages and self.open_ends == self.pages else ""

    def rows(self) -> pd.DataFrame:
        """Return `alter` and `since`, which the API does not tell."""
        alters = meta.texts(self.accounts)
        return pd.DataFrame({"alter": alters, "since": values.undated(len(alters))})


class Page(NamedTuple):
    """Whose list a page is of, its entries, those that name nobody and those not seen before."""

    subject: str
    name: str
    records: int
    nameless: int
    fresh: int


@dataclass
class Dump:
    """All pages that were given, by the account whose lists they are."""

    lists: dict[tuple[str, str], Pages] = field(default_factory=dict)
    #: What is known of accounts, by their DID.
    people: dict[str, dict[str, str]] = field(default_factory=dict)
    #: Files that cannot be read, by the list that they are called after (or none).
    failed: Counter[str] = field(default_factory=Counter)

    def add(self, document: Any) -> list[Page]:
        """Add the pages in a file and return them.

        Raises
        ------
        DamagedExportError
            With the reason alone, where it holds none.
        """
        found = pages(document)
        if not found:
            raise DamagedExportError("is JSON, but no page of followers or follows")
        return [self._add(*one) for one in found]

    def _add(self, name: str, page: dict[str, Any], entries: list[Any]) -> Page:
        subject = page["subject"]
        people = self.lists.setdefault((subject["did"], name), Pages())
        before = len(people.accounts)
        known = people.add(page, entries)
        people.declared = people.declared or values.count(subject.get(_DECLARED[name]))
        for one in (subject, *known):
            self._describe(one)
        fresh = len(people.accounts) - before
        return Page(subject["did"], name, len(entries), len(entries) - len(known), fresh)

    def _describe(self, person: dict[str, Any]) -> None:
        known = self.people.setdefault(person["did"], {})
        handle, name = values.text(person.get("handle")), values.text(person.get("displayName"))
        if handle and handle != _INVALID:
            known["handle"] = handle
        if name:
            known["name"] = name

    def subject(self, asked: str | None) -> str | None:
        """Return the account that is asked for if pages are of it, else that of most pages."""
        counts: Counter[str] = Counter()
        for (subject, _), found in self.lists.items():
            counts[subject] += found.pages
        if asked in counts or not counts:
            return asked
        return counts.most_common(1)[0][0]

    def of(self, subject: str | None, name: str) -> Pages | None:
        """Return the pages of a list of an account, with the files that may belong to it."""
        found = self.lists.get((subject or "", name))
        failed = self.failed[name] + self.failed[""]
        if found is None and self.failed[name]:
            found = Pages()
        if found is not None:
            found.failed = failed
        return found


def pages(document: Any) -> list[tuple[str, dict[str, Any], list[Any]]]:
    """Return the pages in a document with the list of each; empty if it is none."""
    found = []
    for page in values.objects(document):
        subject = page.get("subject")
        name = next((key for key in LISTS if isinstance(page.get(key), list)), None)
        if name is None or not isinstance(subject, dict) or did(subject.get("did")) is None:
            return []
        found.append((LISTS[name], page, page[name]))
    return found


def is_failure(document: Any) -> bool:
    """Return whether a document is what the API answers where it fails."""
    return isinstance(document, dict) and {"error", "message"} >= set(document) >= {"error"}
