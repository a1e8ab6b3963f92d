"""A table as a page: searched as one types, sorted by its headers; plain where no script runs."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pandas as pd

from follownet.errors import SchemaError
from follownet.lists._columns import Column, columns_of
from follownet.tables import TEXT

_PROFILES: Final = {
    "instagram": "https://www.instagram.com/",
    "threads": "https://www.threads.com/@",
}
_HANDLE: Final = re.compile(r"[a-z0-9._]+")
_LINK: Final = re.compile(rf"(?:{'|'.join(map(re.escape, _PROFILES.values()))}){_HANDLE.pattern}")

#: A page of more rows than these takes long to open; `save` has no such bound.
MOST: Final = 20_000
_TEMPLATES = Path(__file__).parents[1] / "templates" / "table"


def links_to(accounts: pd.DataFrame, platform: str) -> pd.Series[str]:
    """Return the addresses of profiles, missing where there is none to go to."""
    site = _PROFILES.get(platform)
    links: pd.Series[str] = pd.Series(pd.NA, index=accounts.index, dtype=TEXT)
    if site is not None:
        there = accounts.index.str.fullmatch(_HANDLE.pattern) & (accounts["type"] != "deleted")
        links[there] = site + accounts.index[there]
    return links


@dataclass(frozen=True, repr=False, eq=False)
class Browser:
    """A table that a notebook shows with a search box and headers to sort by."""

    table: pd.DataFrame
    title: str = ""

    def __str__(self) -> str:
        """Return the table as text for a terminal."""
        return "\n".join(filter(None, [self.title, self.table.to_string()]))

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return enlivened(plain_html(self.table, self.title))


def browse(table: pd.DataFrame, *, title: str = "") -> Browser:
    """Return a table as a notebook shows it: searched as one types, sorted by its headers.

    Every word in the search box has to be somewhere in a row, accents aside. A click (or Enter,
    or Space) on a header sorts by it, another turns it round; missing values stay last. The
    first 200 rows are shown until one searches or asks for all; the page holds the first
    20,000, and says so. Nothing is fetched; names are text, whatever they hold. Where a notebook
    is not trusted JupyterLab runs no script: then it is a plain table. Where the table has a
    column ``link`` of profiles as `of` makes them, its first column carries them.

    Examples
    --------
    >>> browse(pd.DataFrame({"rate": [0.5]}, index=["ann"]), title="rates")
    rates
         rate
    ann   0.5
    """
    if not isinstance(table, pd.DataFrame):
        raise SchemaError(f"table: is of type {type(table).__name__}; give a pandas DataFrame")
    return Browser(table, title)


def plain_html(table: pd.DataFrame, title: str) -> str:
    """Return a table as HTML without script, which is what an untrusted notebook shows."""
    cut = f"the first {MOST} of {len(table)} rows" if len(table) > MOST else ""
    caption = ": ".join(filter(None, [title, cut]))
    columns = columns_of(table.head(MOST))
    links = [""] * min(len(table), MOST)
    for place, column in enumerate(columns[1:], start=1):
        if column.name == "link":
            links = [link if _LINK.fullmatch(link) else "" for link in column.values]
            del columns[place]
            break
    cells = [_cells(column, links if not place else None) for place, column in enumerate(columns)]
    header = "".join(
        f'<th scope="col" class="{column.kind}">{_escaped(column.name)}</th>' for column in columns
    )
    body = "".join(f"<tr>{''.join(row)}</tr>\n" for row in zip(*cells, strict=True))
    return (
        '<div class="follownet-table">'
        '<div class="controls"></div><table>'
        + (f"<caption>{_escaped(caption)}</caption>" if caption else "")
        + f"<thead><tr>{header}</tr></thead>\n<tbody>\n{body}</tbody></table></div>"
    )


def _cells(column: Column, links: list[str] | None) -> list[str]:
    texts = [_escaped(text) for text in column.shown]
    if links is not None:
        texts = [
            f'<a href="{link}" target="_blank" rel="noopener noreferrer">{text}</a>'
            if link
            else text
            for text, link in zip(texts, links, strict=True)
        ]
    if column.kind == "text":
        # A name in Arabic or Hebrew runs its own way and leaves the cells beside it alone.
        return [f'<td dir="auto">{text}</td>' for text in texts]
    return [
        f'<td class="{column.kind}" data-value="{value}">{text}</td>'
        for text, value in zip(texts, column.values, strict=True)
    ]


def _escaped(text: str) -> str:
    # A lone surrogate would keep the whole page from being written as UTF-8.
    return html.escape(text.encode(errors="replace").decode())


def enlivened(page: str) -> str:
    """Return HTML with the style of its tables, and the script that lets one search and sort."""
    style, script = (
        (_TEMPLATES / f"table.{kind}").read_text(encoding="utf-8") for kind in ("css", "js")
    )
    return f"<style>\n{style}</style>\n{page}\n<script>\n{script}</script>"
