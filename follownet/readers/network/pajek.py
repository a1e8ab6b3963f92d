"""Pajek networks as tables.

networkx is not asked: it drops lines and weights that it cannot read, and takes edges behind arcs
for arcs.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from follownet.errors import DamagedExportError, SchemaError
from follownet.readers.network.documents import Tables, tie_table
from follownet.readers.network.findings import Findings

_CELL = re.compile(r'\s*("[^"]*"|[^\s"]+)(?=\s|\Z)')
_LISTS = ("*arcslist", "*edgeslist")
_READ = ("*network", "*vertices", "*arcs", "*edges", "*matrix")
_EXPECTED = "two accounts by their number under *Vertices in each line, and a number as weight"

#: The line of a tie, and the tie.
_Rows = list[tuple[int, dict[str, Any]]]


@dataclass(frozen=True)
class _Section:
    """Lines below one that begins with an asterisk, without comments, with their numbers."""

    head: str
    line: int
    rows: list[tuple[int, str]] = field(default_factory=list)


def pajek(text: str, findings: Findings) -> Tables:
    """Return the tables of a Pajek network.

    Its ``*Arcs`` are ties. ``*Edges`` beside them count as two ties each, as Pajek counts them
    in degrees; ``*Edges`` alone are refused, for nobody follows anybody in them.

    Raises
    ------
    SchemaError
        There are only edges, several networks, or two accounts of one name.
    DamagedExportError
        It is cut off, or has lists instead of arcs.
    """
    sections = _sections(text)
    vertices = _vertices(sections, findings.shown)
    arcs = [one for one in sections if one.head.startswith(("*arcs", "*matrix"))]
    edges = [one for one in sections if one.head.startswith("*edges") and one.rows]
    _require_arcs(arcs, edges, findings.shown)
    for one in sections:
        if not one.head.startswith(_READ):
            findings.note(f"section left out: the one from line {one.line} on")
    names, accounts = _accounts(vertices, findings.shown)
    wrong: defaultdict[str, list[int]] = defaultdict(list)
    rows: _Rows = []
    for section in arcs:
        matrix = section.head.startswith("*matrix")
        rows += _matrix(section, names, findings.shown) if matrix else _ties(section, names, wrong)
    for section in edges:
        rows += _both_ways(_ties(section, names, wrong))
    for reason, lines in wrong.items():
        findings.bad_lines(reason, len(lines), lines)
    note = ("*Edges beside *Arcs count as ties in both directions",) if edges else ()
    return Tables(
        accounts, tie_table([row for _, row in rows]), [line for line, _ in rows], _EXPECTED, note
    )


def _sections(text: str) -> list[_Section]:
    sections: list[_Section] = []
    for number, line in enumerate(map(str.strip, text.split("\n")), start=1):
        if line.startswith("*"):
            sections.append(_Section(line.lower(), number))
        elif sections and line and not line.startswith("%"):
            sections[-1].rows.append((number, line))
    return sections


def _vertices(sections: list[_Section], shown: str) -> _Section:
    """Return the section with the accounts: of a network there is one."""
    found = [one for one in sections if one.head.startswith("*vertices")]
    if not found:
        raise DamagedExportError(
            f"{shown}: has no *Vertices, as every Pajek network has; save it again as .net"
        )
    if len(found) > 1:
        raise SchemaError(
            f"{shown}: line {found[1].line}: a second *Vertices begins; save one network as .net, "
            "without partitions and vectors"
        )
    return found[0]


def _require_arcs(arcs: list[_Section], edges: list[_Section], shown: str) -> None:
    for one in (*arcs, *edges):
        if one.head.startswith(_LISTS):
            raise DamagedExportError(
                f"{shown}: line {one.line}: has *Arcslist or *Edgeslist; save it with *Arcs"
            )
    if edges and not any(one.rows for one in arcs):
        raise SchemaError(
            f"{shown}: line {edges[0].line}: it has *Edges alone: its ties have no direction, so "
            "there is no follow to return; follownet needs *Arcs"
        )


def _accounts(section: _Section, shown: str) -> tuple[dict[str, str], pd.DataFrame]:
    """Return labels by number, and the attributes of accounts."""
    counts = section.head.split()[1:]
    # Two-mode networks give a second number there.
    if len(counts) != 1 or counts[0].lstrip("0") != str(len(section.rows) or ""):
        raise DamagedExportError(
            f"{shown}: line {section.line}: is no whole Pajek network of one kind of accounts: "
            f"*Vertices needs one number, of the lines below it; there are {len(section.rows)}"
        )
    names: dict[str, str] = {}
    marks: dict[str, dict[str, str]] = {}
    for line, text in section.rows:
        cells = _cells(text) or []
        if len(cells) < 2 or cells[0] in names:
            raise DamagedExportError(
                f"{shown}: line {line}: is no account; expected a number that no other has, and a "
                "name, in quotes if it has blanks; correct it"
            )
        if cells[1] in marks:
            raise SchemaError(
                f"{shown}: line {line}: an account has the name of an earlier one; give it another"
            )
        names[cells[0]] = cells[1]
        # Places and shapes stand before, and are for drawing.
        marks[cells[1]] = dict(zip(cells[5::2], cells[6::2], strict=False))
    return names, pd.DataFrame(list(marks.values()), index=pd.Index(list(marks)), dtype="object")


def _cells(line: str) -> list[str] | None:
    """Return the cells of a line, None where a quote is not closed."""
    cells: list[str] = []
    place = 0
    while place < len(line):
        match = _CELL.match(line, place)
        if match is None:
            return None
        cells.append(match[1].strip('"'))
        place = match.end()
    return cells


def _ties(section: _Section, names: dict[str, str], wrong: dict[str, list[int]]) -> _Rows:
    """Return the ties of a section; lines that are none are put under what is wrong with them."""
    rows: _Rows = []
    for line, text in section.rows:
        cells = _cells(text) or []
        if len(cells) < 2:
            wrong["too few columns"].append(line)
        elif cells[0] not in names or cells[1] not in names:
            wrong["an account is not under *Vertices"].append(line)
        elif len(cells) > 2 and not _is_number(cells[2]):
            wrong["the weight is no number"].append(line)
        else:
            weight = {"weight": float(cells[2])} if len(cells) > 2 else {}
            marks = dict(zip(cells[3::2], cells[4::2], strict=False))
            ends = {"source": names[cells[0]], "target": names[cells[1]]}
            rows.append((line, {**marks, **weight, **ends}))
    return rows


def _both_ways(rows: _Rows) -> Iterator[tuple[int, dict[str, Any]]]:
    for line, row in rows:
        yield line, row
        if row["source"] != row["target"]:
            yield line, {**row, "source": row["target"], "target": row["source"]}


def _matrix(section: _Section, names: dict[str, str], shown: str) -> _Rows:
    """Return the ties of a matrix: those that are not 0, as weights."""
    labels = list(names.values())
    rows: _Rows = []
    for source, (line, text) in zip(labels, section.rows, strict=False):
        cells = text.split()
        if len(cells) != len(labels) or not all(map(_is_number, cells)):
            raise DamagedExportError(
                f"{shown}: line {line}: is no row of a matrix; expected {len(labels)} numbers, "
                "one for each account; correct it"
            )
        found = zip(labels, map(float, cells), strict=True)
        rows += [
            (line, {"weight": weight, "source": source, "target": target})
            for target, weight in found
            if weight
        ]
    if len(section.rows) != len(labels):
        raise DamagedExportError(
            f"{shown}: line {section.line}: the matrix has {len(section.rows)} rows; expected "
            f"{len(labels)}, one for each account; save it again"
        )
    return rows


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
