"""Graphs in files: `load`, `read_network` and `write`.

In CSV and Parquet a row is a tie: ``source``, ``target``, one column for each attribute of
ties, and the attributes of accounts in ``source_<name>`` and ``target_<name>``, so that a
star does not come back as a whole network. A row without target is an account without ties.
In CSV a cell that a spreadsheet would take for a formula gets a leading apostrophe, which
reading takes off again.
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import networkx as nx
import numpy as np
import pandas as pd
import pyarrow as pa

from follownet.errors import SchemaError, UnknownFormatError
from follownet.graph import FollowGraph, Graph, iso, require_directed
from follownet.readers import is_export, network, read
from follownet.readers.archive import MEMBER_LIMIT, Archive, Source
from follownet.readers.network import Network
from follownet.readers.network.values import FORMULA

ENDINGS = (".csv", ".parquet", ".graphml", ".gexf")

#: Names that a file keeps for itself, so that no attribute of ties may have them.
_OF_TABLES = re.compile("(source|target)(_|$)")
_OF_XML = re.compile("(id|source|target)$")
#: How a file of a personal export begins that is given alone: JSON or HTML.
_EXPORT = re.compile(rb"(\xef\xbb\xbf)?\s*(\{|\[|<!doctype html|<html|window\.)", re.I)
_LARGEST_TABLE = 2**26
#: What XML 1.0 cannot hold.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def read_network(
    path: Source,
    *,
    columns: Mapping[str, str | int] | None = None,
    repeated: Literal["earliest", "sum"] = "earliest",
    limit: int = MEMBER_LIMIT,
) -> FollowGraph:
    r"""Return a network in a file, in the compact form for millions of ties.

    ``source -> target`` means *source follows target*; of columns without names the first is
    the source. Whole numbers are accounts as numbers; if any account is not one ("007" is not),
    all are texts, as written.

    Parameters
    ----------
    path
        A file, packed by gzip, bzip2 or xz or in a zip or tar or not, whose contents decide:
        an edge list as of SNAP, KONECT (``out.*``) or Netzschleuder (``csv.zip``); a table in
        CSV with commas, semicolons, tabs or blanks, with a header or not; Parquet; GraphML,
        GEXF or Pajek. Lines that begin with ``#`` or ``%`` are comments, but not in a table
        that begins with its header.
    columns
        Which column is ``source``, ``target``, ``weight`` or ``since``, by its name or by its
        place from 0, where the names do not say it: ``{"source": "fan", "target": "idol"}``.
        A third column without name has times if all its values are Unix times of 1990 to
        2100, otherwise weights.
    repeated
        What ties given more than once become: ``"earliest"`` keeps the earliest, ``"sum"`` its
        time and the sum of the weights, 1 each where there are none.
    limit
        The most bytes that are read, after unpacking.

    Returns
    -------
    FollowGraph
        Its ``report`` has a row for each reason why lines are no ties of their own: ``reason``,
        ``rows``, and the first ten ``lines``, counted from 1 (rows in Parquet, where ties begin
        in GraphML and GEXF); then notes on how the file was understood. Times are UTC; weights
        nan where missing.

    Raises
    ------
    UnknownFormatError
        It is no network; the message says what was expected.
    DamagedExportError
        It is cut off or empty, or more than one line in ten cannot be read.
    SchemaError
        Its ties have no direction, or the arguments do not fit.

    Warns
    -----
    FollownetWarning
        Lines cannot be read and are left out; there are not as many as the file says; or the
        first one is read as a tie and may name columns.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> file = pathlib.Path(tempfile.mkdtemp(), "small.txt")
    >>> _ = file.write_text("# FromNodeId ToNodeId\n1 2\n2 1\n1 2\n3 3\n")
    >>> F = read_network(file)
    >>> F, F.accounts.tolist()
    (FollowGraph(3 accounts, 2 follows, 1 self-loops, whole), [1, 2, 3])
    >>> F.report
                          reason  rows lines
    0  self-loop, kept as a flag     1     5
    1    repeats an earlier tie      1     4
    """
    found = network.read(path, chosen=columns, limit=limit)
    F = FollowGraph.from_edges(
        found.ties,
        accounts=found.accounts,
        marks=found.marks if len(found.marks.columns) else None,
        repeated=repeated,
    )
    return replace(
        F,
        observed=_observed(found.marks),
        report=found.report(repeats=F.repeated > 0),
    )


def load(path: Source | Iterable[Source]) -> Graph:
    """Return the graph of a personal export, or of a network in a file: contents decide.

    Parameters
    ----------
    path
        A personal export as `read` takes it, or a network as `read_network` does. A network is
        whole, unless the attributes of its accounts say what was observed.

    Returns
    -------
    networkx.DiGraph
        With ``since`` (ISO 8601, UTC) and ``weight`` of ties where the file has them; repeated
        ties collapse to the earliest and are counted in ``G.graph["repeated"]``.

    Raises
    ------
    UnknownFormatError, DamagedExportError, SchemaError
        As `read` and `read_network` do.

    Examples
    --------
    >>> import follownet as fn
    >>> G = fn.load(fn.datasets.sample("instagram"))
    >>> G.graph["observed"]
    'owners'
    """
    if not isinstance(path, str | os.PathLike):
        return read(path).graph()
    if not Path(path).is_file():
        return read(path).graph()
    head = network.begin(path)
    if network.is_archive(path, head):
        return _from_archive(path)
    # No table in an export is larger than networks are.
    small = Path(path).stat().st_size < _LARGEST_TABLE
    if _EXPORT.match(head) or (small and is_export(path)):
        return read(path).graph()
    return _digraph(network.read(path, keep=True))


def _from_archive(path: Source) -> Graph:
    """Return the graph of an archive: of a network, of an export, or of a file in it."""
    with Archive(path) as archive:
        surely = network.is_network(archive)
    if not surely:
        try:
            return read(path).graph()
        except UnknownFormatError as error:
            unknown = error
        try:
            return _digraph(network.read(path, keep=True))
        except UnknownFormatError:
            raise unknown from None
    return _digraph(network.read(path, keep=True))


def _observed(marks: pd.DataFrame) -> str:
    return "owners" if "following_observed" in marks else "whole"


def _digraph(found: Network) -> Graph:
    """Return a network with all that its file says, in plain values."""
    graph: Graph = nx.DiGraph()
    graph.add_nodes_from(found.accounts.tolist())
    names = [str(name) for name in found.marks]
    rows = zip(*(found.marks[name] for name in names), strict=True)
    for account, row in zip(found.marks.index.tolist(), rows, strict=False):
        graph.add_node(account, **_known(names, row))
    ties = found.ties
    if "since" in ties:
        ties = ties.sort_values("since", kind="stable", na_position="last")
    kept = np.sort(ties.index[~ties.duplicated(["source", "target"]).to_numpy()])
    ends = (found.ties.loc[kept, end].tolist() for end in ("source", "target"))
    graph.add_edges_from(zip(*ends, _tie_attributes(found, kept), strict=True))
    graph.graph["repeated"] = len(ties) - len(kept)
    return _as_observed(graph)


def _tie_attributes(found: Network, kept: Any) -> Iterable[dict[str, Any]]:
    columns: dict[str, list[Any]] = {}
    if "since" in found.ties:
        since = iso(found.ties["since"].loc[kept].dt.tz_localize("UTC"))
        columns["since"] = [time or None for time in since]
    if "weight" in found.ties:
        columns["weight"] = found.ties["weight"].loc[kept].tolist()
    columns |= {str(name): found.others[name].loc[kept].tolist() for name in found.others}
    if not columns:
        return ({} for _ in kept)
    names = list(columns)
    return (_known(names, row) for row in zip(*columns.values(), strict=True))


def _known(names: Iterable[str], row: Iterable[Any]) -> dict[str, Any]:
    """Return the attributes of a row, without those that are missing."""
    return {name: cell for name, cell in zip(names, row, strict=True) if not pd.isna(cell)}


def _as_observed(graph: Graph) -> Graph:
    """Return the graph with what the file says of its accounts said of the graph too."""
    marked = any("following_observed" in marks for _, marks in graph.nodes(data=True))
    graph.graph["observed"] = "owners" if marked else "whole"
    for _, marks in graph.nodes(data=True):
        if marked:
            marks.setdefault("following_observed", False)
            marks.setdefault("followers_observed", False)
        if "platform" in marks:
            graph.graph["platform"] = marks["platform"]
    return graph


# ------------------------------------------------------------------ writing


def write(G: Graph | FollowGraph, path: Source) -> Path:
    """Write a graph as CSV, Parquet, GraphML or GEXF, by the ending of `path`; return it.

    Of self-loops a `FollowGraph` knows that they are there; they are written without time and
    weight.

    Raises
    ------
    SchemaError
        For another ending, a graph that is undirected or has parallel ties, accounts that are
        not all texts or all whole numbers of 64 bits, attributes that are no plain values,
        attributes of ties whose name the file keeps for itself; in Parquet for an attribute
        with values of several kinds, in XML for text that XML cannot hold.
    """
    file = Path(path)
    ending = file.suffix.lower()
    if not isinstance(G, FollowGraph):
        require_directed(G)
    if ending not in ENDINGS:
        raise SchemaError(f"path: the ending has to be one of {', '.join(ENDINGS)}")
    if ending in (".graphml", ".gexf"):
        G = G.to_networkx() if isinstance(G, FollowGraph) else G
        _require_plain(G, _values(G))
        _require_free(G, _OF_XML)
        _to_xml(G, file)
        return file
    if isinstance(G, FollowGraph):
        _require_plain(G.accounts, _marked(G))
        table = _of_arrays(G)
    else:
        _require_plain(G, _values(G))
        _require_free(G, _OF_TABLES)
        table = _to_table(G)
    if ending == ".csv":
        table = _guard(table)
        # Before Python 3.13 csv quotes no carriage return, which then is an end of the line.
        quoting: Any = csv.QUOTE_NONNUMERIC if _has_return(table) else csv.QUOTE_MINIMAL
        table.to_csv(file, index=False, encoding="utf-8", lineterminator="\n", quoting=quoting)
    else:
        _to_parquet(table, file)
    return file


def _require_plain(accounts: Iterable[Any], cells: Iterable[Any]) -> None:
    labels = list(accounts)
    if bad := sum(not isinstance(label, str | int) for label in labels):
        raise SchemaError(f"{bad} accounts have a name that is neither text nor a whole number")
    numbers = [label for label in labels if isinstance(label, int)]
    if 0 < len(numbers) < len(labels):
        raise SchemaError(
            f"{len(numbers)} of {len(labels)} accounts are whole numbers, the others texts; a "
            'file cannot tell 1 from "1": give all as texts that differ'
        )
    if bad := sum(not -(2**63) <= number < 2**63 for number in numbers):
        raise SchemaError(f"{bad} accounts are numbers beyond 2**63; give all as texts")
    if bad := sum(not isinstance(cell, str | int | float | bool) for cell in cells):
        raise SchemaError(f"{bad} attributes are no plain values (text, number, truth value)")


def _require_free(G: Graph, taken: re.Pattern[str]) -> None:
    """Raise `SchemaError` for attributes of ties that a file would take for something else."""
    names = {str(name) for _, _, attributes in G.edges(data=True) for name in attributes}
    if bad := sum(taken.match(name) is not None for name in names):
        raise SchemaError(
            f"{bad} attributes of ties have a name that the file keeps for itself (source and "
            "target; in tables what begins with source_ or target_, in XML id); rename them"
        )


def _values(G: Graph) -> Iterable[Any]:
    for _, attributes in G.nodes(data=True):
        yield from attributes.values()
    for _, _, attributes in G.edges(data=True):
        yield from attributes.values()


def _marked(F: FollowGraph) -> Iterable[Any]:
    if F.marks is not None:
        for name in F.marks:
            yield from F.marks[name].dropna().tolist()


def _to_table(G: Graph) -> pd.DataFrame:
    """Return one row a tie, and one for each account without ties."""
    # As objects until the gaps are known: a gap makes whole numbers floats, exact to 2**53 only.
    accounts = pd.DataFrame([G.nodes[account] for account in G], list(G), dtype="object")
    ties = nx.to_pandas_edgelist(G, dtype="object")
    alone = [account for account in G if not G.succ[account] and not G.pred[account]]
    lonely = pd.DataFrame({"source": alone}, dtype="object")
    table = pd.concat([ties, lonely], ignore_index=True)
    for end in ("source", "target"):
        about = accounts.reindex(table[end].array).add_prefix(f"{end}_").reset_index(drop=True)
        table = table.join(about)
    return pd.DataFrame({name: _exact(table[name]) for name in table})


def _exact(column: Any) -> Any:
    """Return a column of objects by their kind; whole numbers stay such beside gaps."""
    known = column.dropna()
    if {type(cell) for cell in known} == {int} and known.between(-(2**63), 2**63 - 1).all():
        return column.astype("Int64")
    return column.infer_objects()


def _of_arrays(F: FollowGraph) -> pd.DataFrame:
    """Return the table of a compact graph: its ties, its self-loops, its accounts without ties."""
    tied = F.loops.copy()
    tied[F.sources], tied[F.targets] = True, True
    rings, alone = np.flatnonzero(F.loops), np.flatnonzero(~tied)
    sources = np.concatenate([F.sources, rings, alone])
    targets = np.concatenate([F.targets, rings, np.full(len(alone), -1)])
    empty = len(rings) + len(alone)
    columns: dict[str, Any] = {"source": _named(F, sources), "target": _named(F, targets)}
    if F.since is not None:
        known = iso(pd.Series(F.since).dt.tz_localize("UTC"))
        columns["since"] = pd.Series([*known, *[""] * empty], dtype="str").replace("", None)
    if F.weight is not None:
        columns["weight"] = np.append(F.weight, np.full(empty, np.nan))
    if F.marks is not None:
        for end, places in (("source", sources), ("target", targets)):
            for name, column in F.marks.items():
                cells = np.append(column.to_numpy("object"), np.array([None], dtype="object"))
                columns[f"{end}_{name}"] = _exact(pd.Series(cells[places], dtype="object"))
    return pd.DataFrame(columns)


def _named(F: FollowGraph, places: Any) -> Any:
    """Return the labels of accounts at some places, missing at -1."""
    if (places < 0).any():
        kind = "Int64" if F.accounts.dtype.kind == "i" else "str"
        labels = pd.Series(F.accounts, dtype=kind).reindex(range(-1, len(F)))
        return labels.iloc[places + 1].reset_index(drop=True)
    return F.accounts[places]


def guarded(cell: Any) -> Any:
    """Return a cell of a CSV file as one that no spreadsheet takes for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def _has_return(table: pd.DataFrame) -> bool:
    texts = (column for _, column in table.items() if not pd.api.types.is_numeric_dtype(column))
    return any(column.astype("str").str.contains("\r", regex=False).any() for column in texts)


def _guard(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose texts no spreadsheet takes for formulas."""
    return pd.DataFrame({name: _guarded_column(table[name]) for name in table})


def _guarded_column(column: Any) -> Any:
    if pd.api.types.is_numeric_dtype(column.dtype):
        return column
    if not isinstance(column.dtype, pd.StringDtype):
        return column.map(guarded)
    risky = column.str.startswith(FORMULA).fillna(False).astype(bool)
    return column.mask(risky, "'" + column) if risky.any() else column


def _to_parquet(table: pd.DataFrame, file: Path) -> None:
    try:
        table.to_parquet(file, index=False)
    except (pa.ArrowException, OverflowError):
        raise SchemaError(
            "an attribute has values of several kinds, or numbers beyond 2**63, which Parquet "
            "cannot hold; give it one kind, or write CSV"
        ) from None


def _to_xml(G: Graph, file: Path) -> None:
    texts = [text for text in (*G, *_values(G)) if isinstance(text, str)]
    if bad := sum(_NOT_XML.search(text) is not None for text in texts):
        raise SchemaError(f"{bad} names hold characters that XML cannot; write CSV or Parquet")
    if file.suffix.lower() == ".gexf" and any("id" in marks for _, marks in G.nodes(data=True)):
        raise SchemaError(
            "accounts have an attribute id, which GEXF takes for their name; rename it"
        )
    # Graph attributes do not survive GEXF; what they say stands on the accounts as well.
    bare: Graph = nx.DiGraph()
    bare.add_nodes_from(G.nodes(data=True))
    bare.add_edges_from(G.edges(data=True))
    writer = nx.write_graphml_xml if file.suffix.lower() == ".graphml" else nx.write_gexf
    writer(bare, file)
