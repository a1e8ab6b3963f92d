"""Medium's export: a zip of HTML pages, whose links say whom the owner follows.

Read are ``users-following``, ``pubs-following`` (publications, as accounts ``pub:<name>``),
``blocks``, ``claps``, ``posts`` and ``profile``; many pages of one kind are put together. Links
decide, not the words around them. Users on a domain of their own (``https://name.medium.com``)
are untried on real files.

It cannot show who follows the owner, when a follow began, whose posts were clapped for, and how
often the owner's posts were read. Times of claps are local, to the minute. Addresses and sessions
(``ips``, ``sessions``) are never opened; ``twitter/suggested-friends`` are suggestions and no
follows.
"""

from __future__ import annotations

import re
from typing import Any, Final

import pandas as pd
from selectolax.lexbor import LexborHTMLParser, LexborNode

from follownet.errors import DamagedExportError, UnknownFormatError
from follownet.readers import account_lists, dates, markup, meta
from follownet.readers.archive import Archive, Member
from follownet.readers.gathering import Gathering
from follownet.readers.ledger import Ledger
from follownet.readers.values import NAMELESS, column, times, undated
from follownet.tables import Export

PLATFORM = "medium"
LOOKED_FOR = "Medium (users-following/users-following-0001.html, claps/claps-0001.html)"

#: Folder -> what the pages in it hold.
_CONTENTS: Final = {
    "users-following": "following",
    "pubs-following": "publications",
    "blocks": "blocked",
    "claps": "claps",
    "posts": "posts",
    "profile": "profile",
}
_PAGE: Final = re.compile(
    r"(users-following|pubs-following|blocked-users|claps)-(\d{1,6})\.html?", re.I
)
_POST: Final = re.compile(r"(draft|\d{4}-\d{2}-\d{2})_.*?-?([0-9a-f]{8,14})\.html?", re.I)
_USER: Final = re.compile(
    r"https?://(?:www\.)?(?:medium\.com/@([^/?#\s]{1,60})|([a-z0-9_-]{1,60})\.medium\.com)/?(?:\?.*)?",
    re.I,
)
#: Names that no user's domain has.
_RESERVED: Final = frozenset({"www", "help", "blog", "cdn-images-1", "policy", "status"})
_PUBLICATION: Final = re.compile(
    r"https?://(?:www\.)?medium\.com/([^@/?#\s][^/?#\s]{0,80})/?", re.I
)
_CLAPPED: Final = re.compile(
    r"https?://[^\s]*?/(?:p/)?(?:[^/?#\s]*-)?([0-9a-f]{8,14})(?:[?#].*)?", re.I
)
_HANDLE: Final = re.compile(r"[^\s/@]{1,60}")
_NO_HANDLE: Final = "no handle of Medium; accepts such as @name or the address of the profile"
#: `2022-01-01 1:23 pm`
_CLOCK: Final = re.compile(r"(\d{4}-\d{2}-\d{2})[ T](\d{1,2}):(\d{2})\s*([ap])?\.?m?\.?", re.I)
_SUFFIX: Final = re.compile(r"\.html?", re.I)
ABSENT: Final = (
    "Medium exports no list of followers; a followers.csv with one handle or profile link a line, "
    "given in the same call, would make it known"
)


def matches(archive: Archive) -> bool:
    """Return whether there are pages of Medium: by their folders, and links of its kind."""
    found = [m for m in archive.members if _PAGE.fullmatch(m.name) or _is_profile(m)]
    return any(_sign(archive.head(member)) for member in found[:20])


def _sign(head: bytes) -> bool:
    return b"<" in head[:200] and (b"medium.com/" in head or b"h-entry" in head or b"<ul" in head)


def _is_profile(member: Member) -> bool:
    return member.name.lower() == "profile.html" and _folder(member) == "profile"


def _folder(member: Member) -> str:
    return member.folders[-1].lower() if member.folders else ""


def _content(member: Member) -> str | None:
    """Return what a page holds, None of what is not read."""
    if not _SUFFIX.search(member.name):
        return None
    if page := _PAGE.fullmatch(member.name):
        called = page[1].lower()
        return _CONTENTS.get(called, "blocked" if called == "blocked-users" else None)
    if _is_profile(member):
        return "profile"
    return "posts" if _folder(member) == "posts" and _POST.fullmatch(member.name) else None


def read(
    archive: Archive,
    *,
    owner: str | None = None,
    zone: str = "UTC",
    exported_at: pd.Timestamp | None = None,
    progress: bool = False,
) -> Export:
    """Return Medium's export in `archive` as tables; `zone` is that of the times of claps."""
    contents = {
        member: content for member in archive.members if (content := _content(member)) is not None
    }
    if not contents:
        raise UnknownFormatError(
            f"{archive.typed}: holds none of the pages that are read of Medium's export; found "
            f"{archive.found()}"
        )
    reading = Reading(Ledger(), zone)
    for member in archive.in_order(contents, progress=progress):
        reading.add(contents[member], archive, member)
    if reading.damage and not reading.files:
        raise DamagedExportError(
            f"{archive.typed}: none of its {len(reading.damage)} pages that matter can be read; "
            f"{reading.damage[0]}"
        )
    return reading.export(archive, len(archive.members) - len(contents), owner, exported_at)


class Reading:
    """The rows of an export while its pages are read."""

    def __init__(self, ledger: Ledger, zone: str) -> None:
        self.files = 0
        self.damage: list[str] = []
        self._ledger = ledger
        self._zone = zone
        self._gathered = Gathering(PLATFORM, ledger)
        self._gathered.lists["followers"].absent = ABSENT
        self._owner: str | None = None
        self._name: str | None = None
        self._publications: list[pd.DataFrame] = []

    def add(self, content: str, archive: Archive, member: Member) -> None:
        """Add the rows of one page, or enter it as unreadable."""
        shown = f"posts/*{_SUFFIX.findall(member.name)[-1]}" if content == "posts" else member.name
        if content == "posts" and member.name.lower().startswith("draft"):
            self._ledger.skip(shown, "draft, which nobody has seen")
            return
        page = _PAGE.fullmatch(member.name)
        part = int(page[2]) if page else 0
        try:
            self._add(content, _parsed(archive.read(member)), member, part, shown)
        except DamagedExportError as error:
            self.damage.append(f"{shown} {error}")
            self._ledger.skip(shown, f"unreadable: {error}")
            self._ledger.warn(f"{shown} {error}")
            if content == "following":
                self._gathered.lists["following"].add_unreadable(part)
            return
        self.files += 1

    def _add(
        self, content: str, tree: LexborHTMLParser, member: Member, part: int, shown: str
    ) -> None:
        if content == "profile":
            self._add_profile(tree, shown)
        elif content == "posts":
            self._add_post(tree, member, shown)
        elif content == "claps":
            self._add_claps(tree, shown)
        else:
            self._add_people(content, tree, part, shown)

    def _add_people(self, content: str, tree: LexborHTMLParser, part: int, shown: str) -> None:
        entries = _entries(tree)
        accounts = column(
            [publication(one) if content == "publications" else handle(one) for one in entries]
        )
        known = accounts.dropna().reset_index(drop=True)
        unusable = len(accounts) - len(known)
        rows = pd.DataFrame({"alter": known, "since": undated(len(known))})
        if content == "following":
            self._gathered.lists["following"].add(part, rows, unusable)
        elif content == "publications":
            self._publications.append(rows)
        else:
            self._gathered.relate(content, rows[["alter"]])
        self._ledger.skip(shown, NAMELESS, unusable)
        self._ledger.read(shown, content, len(accounts), len(known))

    def _add_claps(self, tree: LexborHTMLParser, shown: str) -> None:
        found = [(node, node.css_first("a")) for node in tree.css("li")]
        rows = [node for node, link in found if link is not None]
        posts = [_clapped(link.attributes.get("href")) for _, link in found if link is not None]
        stamps = self._times([_time(node) for node in rows])
        events = pd.DataFrame({"kind": "clap", "at": stamps, "item": column(posts)})
        self._gathered.happened(events)
        self._gathered.count_undated(shown, stamps)
        self._ledger.read(shown, "claps", len(rows), len(rows))

    def _times(self, clocks: list[str | None]) -> pd.Series[Any]:
        """Return local times of the export's form in UTC."""
        texts = [one if (one := _of_day(clock)) else None for clock in clocks]
        local = pd.to_datetime(column(texts), format="%Y-%m-%d %H:%M", errors="coerce")
        known = local.notna().to_numpy()
        ticks = local.fillna(pd.Timestamp(0)).to_numpy("datetime64[s]").astype("int64")
        there = dates.to_utc(ticks, self._zone)
        return meta.times(there * known)

    def _add_post(self, tree: LexborHTMLParser, member: Member, shown: str) -> None:
        named = _POST.fullmatch(member.name)
        assert named is not None  # that is how it was chosen
        marked = [node.attributes.get("datetime") for node in tree.css("time.dt-published")]
        body = tree.css_first("section[data-field=body]") or tree.body
        length = len(body.text(separator=" ", strip=True)) if body is not None else 0
        at = times([*marked, f"{named[1]}T00:00:00Z"]).dropna()
        row = {"post": [named[2].lower()], "format": "post", "text_length": length}
        self._gathered.posted(pd.DataFrame(row).assign(at=at.reset_index(drop=True).head(1)))
        self._ledger.read(shown, "posts", 1, 1)

    def _add_profile(self, tree: LexborHTMLParser, shown: str) -> None:
        link, name = tree.css_first("a.u-url"), tree.css_first(".p-name")
        if link is not None:
            self._owner = handle(link.attributes.get("href"))
        self._name = name.text(strip=True) if name is not None else None
        self._ledger.read(shown, "profile", 1, int(self._owner is not None))

    def export(
        self, archive: Archive, others: int, given: str | None, exported_at: pd.Timestamp | None
    ) -> Export:
        """Return the export, now that all pages are read."""
        gathered = self._gathered
        owner = gathered.whose(given, self._owner, handle, _NO_HANDLE)
        following = gathered.lists["following"]
        if self._publications and following.parts:
            # They are followed, too, but their pages are no part of the list of people.
            following.rows += self._publications
        else:
            count = sum(map(len, self._publications))
            self._ledger.skip("pubs-following", "there is no list of the people followed", count)
        if owner and self._name:
            gathered.attributes[owner]["name"] = self._name
        taken = account_lists.complete(gathered, archive, handle)
        self._ledger.skip("other files", "not among the files that are read", others - len(taken))
        known = self._zone != "UTC"
        self._ledger.time("claps", zone=self._zone, known=known, precision="minute")
        return gathered.export(owner, given=exported_at, describe=_described)


def handle(value: Any) -> str | None:
    """Return a handle in lower case, written as @name or in the address of a profile."""
    if not isinstance(value, str):
        return None
    text = value.strip()
    found = _USER.fullmatch(text)
    if found is not None:
        name = found[1] or found[2]
        return None if found[2] and name.lower() in _RESERVED else name.casefold()
    name = text.removeprefix("@")
    return name.casefold() if _HANDLE.fullmatch(name) and ":" not in name else None


def publication(value: Any) -> str | None:
    """Return the account of a publication from its address."""
    found = _PUBLICATION.fullmatch(value.strip()) if isinstance(value, str) else None
    return f"pub:{found[1].casefold()}" if found else None


def _described(ids: pd.Index[str]) -> dict[str, pd.Series[Any]]:
    """Return handle and type of accounts, which their ids tell."""
    account = ids.to_series()
    of_many = account.str.startswith("pub:")
    return {
        "handle": account.mask(of_many | account.str.startswith("(")),
        "type": pd.Series("business", index=ids, dtype="str").where(of_many),
    }


def _parsed(content: bytes) -> LexborHTMLParser:
    """Return the tree of a page.

    Raises
    ------
    DamagedExportError
        With the reason alone.
    """
    if not content.strip():
        raise DamagedExportError("is an empty file (0 bytes), not even an empty page")
    try:
        page = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        page = ""
    if not page:
        raise DamagedExportError("is not UTF-8 text")
    if "<" not in page[:200]:
        raise DamagedExportError("is no page of an export")
    if "</html>" not in page[-200:].lower():
        raise DamagedExportError("is not a whole page; the file is cut off or was edited")
    if not markup.is_plain(page):
        raise DamagedExportError("is a page nested or written as no export is")
    return LexborHTMLParser(page)


def _entries(tree: LexborHTMLParser) -> list[str | None]:
    """Return the address of each entry; a list that says that there is none has none."""
    rows = [node for node in tree.css("li") if _is_entry(node)]
    links = [node.css_first("a") for node in rows]
    return [None if link is None else (link.attributes or {}).get("href") for link in links]


def _is_entry(node: LexborNode) -> bool:
    return "h-entry" in (node.attributes.get("class") or "") or node.css_first("a") is not None


def _time(node: LexborNode) -> str | None:
    found = node.css_first("time")
    return None if found is None else found.text(strip=True)


def _of_day(clock: str | None) -> str | None:
    """Return `2022-01-01 1:23 pm` with the hour of the day."""
    found = _CLOCK.match(clock or "")
    if found is None:
        return None
    hour = int(found[2])
    if found[4]:
        hour = hour % 12 + 12 * (found[4].lower() == "p")
    return f"{found[1]} {hour:02}:{found[3]}"


def _clapped(link: Any) -> str | None:
    found = _CLAPPED.search(link.strip()) if isinstance(link, str) else None
    return found[1].lower() if found else None
