"""Which format the bytes of a network are, and the reading of each."""

from __future__ import annotations

import codecs
import re
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet

from follownet.errors import DamagedExportError, UnknownFormatError
from follownet.readers.archive import GIB, MEMBER_LIMIT, Source
from follownet.readers.network import columns, documents, values
from follownet.readers.network.contents import Contents, contents
from follownet.readers.network.findings import Findings, Lines
from follownet.readers.network.pajek import pajek
from follownet.readers.network.tables import netzschleuder, with_accounts, written
from follownet.readers.network.ties import Habits, Network, assembled, is_mark

_ZERO = b"\0"
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_JSON = re.compile(rb"\s*(\{\s*[\"}]|\[\s*[\[{\"\]0-9-])")
_PAJEK = re.compile(rb"(?:[ \t\r]*(?:%[^\n]*)?\n)*[ \t]*\*(vertices|network|arcs|edges)\b", re.I)
_GML = re.compile(rb"\s*(?:(?:#|creator|version)[^\n]*\n\s*)*graph\s*\[", re.I)
_EXPECTED = "a source and a target in each row, and a number as weight"
_MATRIX_MARKET = b"%%MatrixMarket"
#: Types that pandas would make floats where a cell is missing.
_EXACT = {pa.int64(): pd.Int64Dtype(), pa.uint64(): pd.UInt64Dtype()}


def read(
    path: Source,
    *,
    chosen: columns.Chosen | None = None,
    limit: int = MEMBER_LIMIT,
    keep: bool = False,
) -> Network:
    """Return a network as tables.

    Parameters
    ----------
    path
        A file: text, Parquet, GraphML, GEXF or Pajek, packed or not, or in an archive.
    chosen
        Which column is source, target, weight or since, by name or by place from 0.
    limit
        The most bytes that are read of it.
    keep
        Keep attributes of ties that are neither weight nor since, rather than say that they
        are left out.

    Raises
    ------
    UnknownFormatError, DamagedExportError, SchemaError
        It is no network, cut off or broken, or a network without directions.

    Warns
    -----
    FollownetWarning
        Lines were left out, or there are not as many as the file says.
    """
    chosen = columns.checked(chosen)
    found = contents(path, limit)
    findings = Findings(found.shown)
    for note in found.notes:
        findings.note(note)
    network = _understood(found, chosen, keep, findings, limit)
    findings.tell()
    return network


def _understood(
    found: Contents, chosen: columns.Chosen, keep: bool, findings: Findings, limit: int
) -> Network:
    """Return the network in some contents, in whichever format it is."""
    if found.ties.startswith(b"PAR1"):
        return _parquet(found.ties, chosen, keep, findings, limit)
    body = _utf8(found.ties, found.shown)
    tables = _document(body, findings)
    if tables is not None:
        return _from_document(tables, chosen, keep, findings)
    network = written(body, chosen, keep, findings)
    if found.accounts is None:
        return network
    accounts = netzschleuder(_utf8(found.accounts, found.shown), findings)
    return with_accounts(network, accounts, findings)


def _utf8(content: bytes, shown: str) -> bytes:
    """Return a text as UTF-8 without mark, its lines ended by line feeds.

    Raises
    ------
    UnknownFormatError
        It is no text.
    DamagedExportError
        It is in another encoding, with the line where that shows.
    """
    if content.startswith(_UTF16):
        try:
            content = content.decode("utf-16").encode("utf-8")
        except ValueError:
            content = b""
        if not content:
            raise DamagedExportError(f"{shown}: is UTF-16 text that is cut off; save it as UTF-8")
    content = content.removeprefix(codecs.BOM_UTF8)
    if _ZERO in content:
        line = content.count(b"\n", 0, content.index(_ZERO)) + 1
        raise UnknownFormatError(
            f"{shown}: line {line} has a zero byte, so it is neither text nor Parquet, or it is "
            "damaged; accepted are edge lists and tables in UTF-8, Parquet, GraphML, GEXF and "
            "Pajek; save it as UTF-8, or download it again"
        )
    if not content.isascii() and (place := _strange(content)) is not None:
        line = content.count(b"\n", 0, place) + 1
        raise DamagedExportError(f"{shown}: line {line} is not UTF-8; save the file as UTF-8")
    return content if b"\n" in content else content.replace(b"\r", b"\n")


def _strange(content: bytes) -> int | None:
    """Return where a text stops being UTF-8."""
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start
    return None


def _document(body: bytes, findings: Findings) -> documents.Tables | None:
    """Return the tables of a document, None for a text of lines.

    Raises
    ------
    UnknownFormatError
        It is a document that is no network, or none that is read.
    """
    shown = findings.shown
    if body.lstrip()[:1] == b"<":
        found = documents.xml(body, shown)
        if found is not None:
            return found
        raise UnknownFormatError(
            f"{shown}: is XML or HTML, but neither GraphML nor GEXF; a personal export is read by "
            "follownet.read"
        )
    if _PAJEK.match(body):
        return pajek(body.decode("utf-8"), findings)
    for form, name, advice in (
        (_JSON.match(body), "JSON", "a personal export is read by follownet.read"),
        (_GML.match(body), "GML", "networkx.read_gml reads it, FollowGraph.from_networkx takes it"),
        (body.startswith(_MATRIX_MARKET), "Matrix Market", "scipy.io.mmread reads it"),
    ):
        if form:
            raise UnknownFormatError(f"{shown}: is {name}, not a list of ties; {advice}")
    return None


def _from_document(
    tables: documents.Tables, chosen: columns.Chosen, keep: bool, findings: Findings
) -> Network:
    """Return the network of a document: its accounts, and all their attributes."""
    for note in tables.notes:
        findings.note(note)
    # All accounts decide, those without ties too, or some would be numbers and others texts.
    texts = values.whole(pd.Series(tables.accounts.index, dtype="str")) is None
    habits = Habits(tables.expected, alone=False, typed=texts)
    network = _of_frame(
        tables.ties,
        chosen,
        keep,
        findings,
        habits,
        lambda rows: [tables.lines[row] for row in rows],
    )
    return with_accounts(network, tables.accounts, findings)


def _parquet(
    content: bytes, chosen: columns.Chosen, keep: bool, findings: Findings, limit: int
) -> Network:
    """Return the network of a Parquet table."""
    findings.unit = "row"
    table: pd.DataFrame | None = None
    size = 0
    try:
        file = pyarrow.parquet.ParquetFile(pa.BufferReader(content))
        size = _unpacked(file.metadata)
        if size <= limit:
            table = file.read().to_pandas(types_mapper=_EXACT.get)
    except Exception:  # noqa: BLE001  pyarrow raises many kinds, and quotes cells in them
        table = None
    if size > limit:
        raise DamagedExportError(
            f"{findings.shown}: has {size / GIB:.1f} GiB unpacked, more than the limit of "
            f"{limit / GIB:.1f} GiB; raise it with limit="
        )
    if table is None:
        raise DamagedExportError(f"{findings.shown}: is damaged, or no whole Parquet table")
    habits = Habits(_EXPECTED, typed=True)
    return _of_frame(
        table, chosen, keep, findings, habits, lambda rows: [int(row) + 1 for row in rows]
    )


def _unpacked(metadata: Any) -> int:
    """Return how many bytes a table takes at least: rows of one value take none in the file."""
    groups = (metadata.row_group(place) for place in range(metadata.num_row_groups))
    stated = sum(max(int(group.total_byte_size), 0) for group in groups)
    return max(stated, int(metadata.num_rows * metadata.num_columns))


def _of_frame(
    table: pd.DataFrame,
    chosen: columns.Chosen,
    keep: bool,
    findings: Findings,
    habits: Habits,
    lines: Lines,
) -> Network:
    """Return the network of a table with names."""
    names = [str(name) for name in table.columns]
    if not columns.is_header(names, chosen):
        columns.require_ends(columns.roles(names, {}), len(names), findings.shown)
    places = columns.roles(names, chosen)
    columns.require_places(chosen, len(names))
    columns.require_ends(places, len(names), findings.shown)
    table = table.set_axis(range(len(names)), axis=1).reset_index(drop=True)
    rest = [place for place in range(len(names)) if place not in places.values()]
    for place in rest:
        if not keep and not is_mark(names[place]):
            findings.note(f"column left out: {names[place]}")
    return assembled(
        _of_one_kind({role: _labels(table[place], role) for role, place in places.items()}),
        {names[place]: table[place] for place in rest if keep or is_mark(names[place])},
        habits,
        findings,
        lines,
    )


def _of_one_kind(cells: dict[str, Any]) -> dict[str, Any]:
    """Return columns whose ends are both whole numbers or both texts, as in tables in text."""
    kinds = {pd.api.types.is_integer_dtype(cells[end].dtype) for end in ("source", "target")}
    if len(kinds) == 1:
        return cells
    return cells | {end: cells[end].astype("str") for end in ("source", "target")}


def _labels(cells: Any, role: str) -> Any:
    """Return ends as whole numbers or texts: what else there is becomes text."""
    if role not in ("source", "target"):
        return cells
    if pd.api.types.is_integer_dtype(cells.dtype):
        # Accounts are numbers of 64 bits with a sign: larger ones are texts, as in tables in text.
        return cells.astype("str") if (cells.dropna() >= 2**63).any() else cells
    known = cells.dropna()
    # pandas writes whole numbers with a gap among them as floats.
    exact = pd.api.types.is_float_dtype(cells.dtype) and (known.abs() < 2**53).all()
    if exact and (known % 1 == 0).all():
        return cells.astype("Int64")
    if len(known) and all(isinstance(label, int) for label in known):
        return cells.astype("Int64")
    return cells.astype("str")
