"""Pages whose records are all written alike, as Meta's mostly are, read column by column.

The tags of the first record, with its texts and addresses left open, are a pattern. Where
copies of it fill a page from the first record to the last without a gap, they are what a
parser would find record by record, in a fraction of its time. Any other page is left to it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any, NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

from follownet.readers import dates, markup, meta

#: Where the records of a page lie.
MAIN = 'main, [role="main"]'

_MAIN = re.compile(r'<(?:main\b[^>]*|\w[^>]*\srole="main"[^>]*)>')
_TAG = re.compile(r"<(/?)(\w+)[^>]*>")
_TAGS_AND_TEXTS = re.compile(r"(<[^>]*>)")
_ADDRESS = re.compile(r'((?:href|src)=")[^"]*(")')
#: What is between these is no tag, whatever it looks like.
_RAW = re.compile(r"<(style|title|script)\b.*?</\1>", re.DOTALL)
_VOID = frozenset({"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source"})
_EMPTY_ADDRESS = re.compile(r'(href|src)=""')
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
#: Between the texts of a record.
_MARK = "\x1f"
#: What stands before the handle in the address of a profile.
_PROFILES = re.compile(
    r"https?://(?:www\.)?(?:instagram\.com|threads\.(?:net|com))/(?:_u/|@)?", re.IGNORECASE
)
#: A column of handles, one a line.
_ALL_HANDLES = re.compile(rf"(?:{meta.HANDLE.pattern})(?:\n(?:{meta.HANDLE.pattern}))*")
#: No record is longer, nor what stands before the first.
_RECORD, _HEAD = 20_000, 200_000


class Columns(NamedTuple):
    """The texts and addresses of a page by their place in the record, and the first record."""

    first: LexborNode
    texts: list[list[str]]
    links: list[list[str]]
    stamps: Any


def read(page: str, meaning: str, zone: str) -> Any:
    """Return ties, actions or comments as `meta` makes them of records, None of other pages."""
    make = _MAKE.get(meaning)
    found = None if make is None else columns(page, zone)
    return None if make is None or found is None else make(found)


def columns(page: str, zone: str) -> Columns | None:
    """Return a page by columns, None where its records are not all written alike.

    What stands last in a record is its time; where one cannot be read there are no columns.
    """
    opening = _MAIN.search(page, 0, _HEAD)
    if opening is None or "\0" in page:
        return None
    start, tail = opening.end(), page.rstrip()
    above = _open_elements(_RAW.sub("", page[:start]))
    closing = "".join(f"</{name}>" for name in reversed(above or ()))
    first = _first(page, start)
    if above is None or first is None or not tail.endswith(closing):
        return None
    if not markup.is_plain(page[:start] + first):
        return None
    found = _tiled(page, first, start, len(tail) - len(closing))
    node = _verified(page[:start], first, closing)
    if found is None or node is None:
        return None
    texts = [column for kind, column in found if kind == "text"]
    if len(texts) < 2 or [text[0] for text in texts] != node.text(separator=_MARK).split(_MARK):
        return None
    stamps = dates.ticks(texts.pop(), zone)
    links = [column for kind, column in found if kind == "link"]
    return None if (stamps == dates.NONE).any() else Columns(node, texts, links, stamps)


def _open_elements(source: str) -> list[str] | None:
    """Return the elements that are open at the end, None where tags do not nest."""
    stack: list[str] = []
    for closes, name in _TAG.findall(source):
        if name in _VOID:
            continue
        if not closes:
            stack.append(name)
        elif not stack or stack.pop() != name:
            return None
    return stack


def _first(page: str, start: int) -> str | None:
    """Return the source of the element that begins here, None where none does."""
    depth = 0
    for tag in _TAG.finditer(page, start, start + _RECORD):
        if tag[2] not in _VOID:
            depth += -1 if tag[1] else 1
        if depth <= 0:
            source = page[start : tag.end()]
            return source if _open_elements(source) == [] and source[0] == "<" else None
    return None


def _tiled(page: str, record: str, start: int, end: int) -> list[tuple[str, list[str]]] | None:
    """Return what varies from record to record, place by place, if copies leave no gap."""
    pattern, kinds = "", []
    for part in filter(None, _TAGS_AND_TEXTS.split(record)):
        if part.startswith("<"):
            kinds += ["link"] * len(_ADDRESS.findall(part))
            bare = re.escape(_ADDRESS.sub(r"\1\2", part))
            pattern += _EMPTY_ADDRESS.sub(r'\1="([^"<>]*+)"', bare)
        else:
            kinds.append("text")
            pattern += "([^<]*+)"
    # What lies between the copies, then what varies in the next copy, and so on.
    parts = re.split(pattern, page[start:end])
    width = len(kinds) + 1
    if len(parts) == 1 or any(parts[::width]):
        return None
    return [(kind, _unescaped(parts[place::width])) for place, kind in enumerate(kinds, start=1)]


def _unescaped(column: list[str]) -> list[str]:
    return list(map(html.unescape, column)) if "&" in "".join(column) else column


def _verified(head: str, record: str, closing: str) -> LexborNode | None:
    """Return the record as a parser sees it, if it sees a copy of it as another, equal one."""
    main = LexborHTMLParser(head + 2 * record + closing).css_first(MAIN)
    children = [] if main is None else list(main.iter())
    twice = len(children) == 2 and children[0].html == children[1].html
    return children[0] if twice else None


def heading(node: LexborNode) -> str | None:
    """Return the heading of a record, None where it has none.

    Until 2025 it was no heading by its tag, but an element of text alone before another.
    """
    children = list(node.iter())
    if not children:
        return None
    first, *others = children
    bare = others and next(first.iter(), None) is None
    return first.text(strip=True) if bare or first.tag in _HEADINGS else None


def _handles(column: list[str]) -> list[str] | None:
    """Return a column in lower case if all of it are handles."""
    joined = "\n".join(column).lower()
    return joined.split("\n") if _ALL_HANDLES.fullmatch(joined) else None


def _people(page: Columns) -> meta.People | None:
    """Return the accounts: the text of the link, or the heading where the link ends in it."""
    if len(page.texts) not in (1, 2):
        return None
    name, link = page.texts[0], page.texts[-1]
    people = _handles(link)
    if people is None and all(map(str.endswith, link, map("/".__add__, name))):
        people = _handles(name)
    if people is None:
        return None
    if not page.links or not _are_profiles(page.links[0], people):
        return None
    named = zip(people, name, strict=True) if len(page.texts) == 2 else ()
    names = {person: {"name": name.strip()} for person, name in named if name != person}
    return meta.People([*people], page.stamps, names)


def _are_profiles(links: list[str], people: list[str]) -> bool:
    """Return whether the links are those of these people's profiles."""
    pairs = zip(links, people, strict=True)
    before = {link[: len(link) - len(person)] for link, person in pairs}
    return all(map(_PROFILES.fullmatch, before)) and all(
        map(str.endswith, map(str.lower, links), people)
    )


def _actions(page: Columns) -> meta.Actions | None:
    """Return what the owner did, to whose post, under which link."""
    if len(page.texts) not in (1, 2) or len(page.links) > 1 or not heading(page.first):
        return None
    owners, nothing = _handles(page.texts[0]), [None] * len(page.stamps)
    links = [link or None for link in page.links[0]] if page.links else nothing
    return meta.Actions([*owners], page.stamps, [*links], [*nothing]) if owners else None


def _comments(page: Columns) -> list[meta.Comment] | None:
    """Return owners, times and texts where every record has the same three labels."""
    if len(page.texts) != 5 or any(len(set(page.texts[place])) > 1 for place in (0, 2, 4)):
        return None
    owners = _handles(page.texts[3])
    stamps = page.stamps.tolist()
    return list(zip(owners, stamps, page.texts[1], strict=True)) if owners else None


_MAKE: dict[str, Callable[[Columns], Any]] = {
    "list": _people,
    "relation": _people,
    "action": _actions,
    "comment": _comments,
}
