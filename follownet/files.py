"""Graphs in files: `load` and `write` for CSV, Parquet, GraphML and GEXF.

In CSV and Parquet a row is a tie: ``source``, ``target``, one column for each attribute of
ties, and the attributes of accounts in ``source_<name>`` and ``target_<name>``, so that a
star does not come back as a whole network. A row without target is an account without ties.
In CSV a cell that a spreadsheet would take for a formula gets a leading apostrophe, which
`load` takes off again.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import defusedxml.ElementTree
import networkx as nx
import pandas as pd

from follownet.errors import DamagedExportError, SchemaError, UnknownFormatError
from follownet.graph import Graph, require_directed
from follownet.readers import read
from follownet.readers.archive import Source

ENDINGS = (".csv", ".parquet", ".graphml", ".gexf")

#: What begins a formula in a spreadsheet, full-width signs too, as OWASP lists it ("CSV
#: Injection"); and the apostrophe that guards, so that it can be taken off again.
_FORMULA = tuple("=+-@\t\r\n＝＋－＠'")
#: What XML 1.0 cannot hold.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def load(path: Source | Iterable[Source]) -> Graph:
    """Return the graph of an export, or of a file that `write` made.

    Parameters
    ----------
    path
        A personal export as `read` takes it; or a CSV or Parquet table with the columns
        ``source`` and ``target`` (a whole network, unless its columns say what was observed);
        or a directed GraphML or GEXF file. Contents decide where an ending does not.

    Raises
    ------
    UnknownFormatError, DamagedExportError
        As `read` does, and for tables without the two columns.
    SchemaError
        For a graph that is undirected or has parallel ties.

    Examples
    --------
    >>> import follownet as fn
    >>> G = fn.load(fn.datasets.sample("instagram"))
    >>> G.graph["observed"]
    'owners'
    """
    if not isinstance(path, str | os.PathLike):
        return read(path).graph()
    file = Path(path)
    shown = os.fspath(path)
    ending = file.suffix.lower()
    if not file.is_file() or ending not in ENDINGS:
        return read(path).graph()
    if file.stat().st_size == 0:
        raise DamagedExportError(f"{shown}: is an empty file (0 bytes)")
    if ending in (".csv", ".parquet"):
        return _from_table(_table(file, shown), shown)
    return _from_xml(file, shown)


def write(G: Graph, path: Source) -> Path:
    """Write a graph as CSV, Parquet, GraphML or GEXF, by the ending of `path`; return it.

    Raises
    ------
    SchemaError
        For another ending, a graph that is undirected or has parallel ties, attributes that
        are no plain values, and, in XML, text that XML cannot hold.
    """
    require_directed(G)
    file = Path(path)
    ending = file.suffix.lower()
    if ending not in ENDINGS:
        raise SchemaError(f"path: the ending has to be one of {', '.join(ENDINGS)}")
    if bad := sum(not isinstance(account, str | int) for account in G):
        raise SchemaError(f"{bad} accounts have a name that is neither text nor a whole number")
    if bad := sum(not isinstance(value, str | int | float | bool) for value in _values(G)):
        raise SchemaError(f"{bad} attributes are no plain values (text, number, truth value)")
    if ending == ".csv":
        _to_table(G).map(guarded).to_csv(file, index=False, encoding="utf-8", lineterminator="\n")
    elif ending == ".parquet":
        _to_table(G).to_parquet(file, index=False)
    else:
        _to_xml(G, file)
    return file


def _values(G: Graph) -> Iterable[Any]:
    for _, attributes in G.nodes(data=True):
        yield from attributes.values()
    for _, _, attributes in G.edges(data=True):
        yield from attributes.values()


# ------------------------------------------------------------------ tables


def _to_table(G: Graph) -> pd.DataFrame:
    """Return one row a tie, and one for each account without ties."""
    accounts = pd.DataFrame.from_dict(dict(G.nodes(data=True)), orient="index")
    ties = nx.to_pandas_edgelist(G)
    alone = [account for account in G if not G.succ[account] and not G.pred[account]]
    lonely = pd.DataFrame({"source": pd.Series(alone, dtype="object")})
    table = pd.concat([ties.astype({"source": "object", "target": "object"}), lonely])
    table = table.reset_index(drop=True)
    for end in ("source", "target"):
        about = accounts.reindex(table[end].array).add_prefix(f"{end}_").reset_index(drop=True)
        table = table.join(about)
    plain: pd.DataFrame = table.infer_objects()
    return plain


def guarded(cell: Any) -> Any:
    """Return a cell of a CSV file as one that no spreadsheet takes for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def _unguarded(cell: Any) -> Any:
    guarded = isinstance(cell, str) and cell.startswith("'") and cell[1:].startswith(_FORMULA)
    return cell[1:] if guarded else cell


def _table(file: Path, shown: str) -> pd.DataFrame:
    try:
        if file.suffix.lower() == ".parquet":
            return pd.read_parquet(file)
        table = pd.read_csv(file, dtype="str", keep_default_na=False, encoding="utf-8-sig")
        return table.map(_unguarded).mask(table == "")
    except (ValueError, OSError):  # pandas and pyarrow quote cells in their messages
        reason = "is damaged, or no UTF-8 table"
    raise DamagedExportError(f"{shown}: {reason}")


def _from_table(table: pd.DataFrame, shown: str) -> Graph:
    if not {"source", "target"} <= set(table.columns):
        raise UnknownFormatError(
            f"{shown}: is a table of {len(table.columns)} columns without the two that are needed: "
            "source, target"
        )
    for name in _numeric(table):
        numbers = pd.to_numeric(table[name], errors="coerce")
        if bad := int((numbers.isna() & table[name].notna()).sum()):
            raise DamagedExportError(f"{shown}: {name} holds {bad} values that are no numbers")
        table = table.assign(**{name: numbers})
    if gaps := int(table["source"].isna().sum()):
        raise DamagedExportError(f"{shown}: source is missing in {gaps} of {len(table)} rows")
    graph: Graph = nx.DiGraph()
    names = [str(name) for name in table.columns]
    for end in ("source", "target"):
        mine = {name: name.removeprefix(f"{end}_") for name in names if name.startswith(f"{end}_")}
        rows = table[[end, *mine]].rename(columns=mine).dropna(subset=[end]).drop_duplicates(end)
        graph.add_nodes_from((row.pop(end), row) for row in _records(rows))
    ties = table[[name for name in names if not name.startswith(("source_", "target_"))]]
    ties = ties.dropna(subset=["target"])
    if "since" in ties:
        ties = ties.sort_values("since", kind="stable", na_position="last")
    first = ties.drop_duplicates(["source", "target"]).sort_index()
    graph.add_edges_from((row.pop("source"), row.pop("target"), row) for row in _records(first))
    graph.graph["repeated"] = len(ties) - len(first)
    return _as_observed(graph)


def _records(table: pd.DataFrame) -> Iterable[dict[str, Any]]:
    """Yield rows without their missing cells, as plain values."""
    for row in table.astype("object").to_dict("records"):
        yield {str(name): _plain(name, cell) for name, cell in row.items() if not pd.isna(cell)}


def _plain(name: Any, cell: Any) -> Any:
    """Return a cell as the kind of value that its attribute holds."""
    if name == "precision":
        return int(cell)
    truth = name == "owner" or str(name).endswith("_observed")
    return cell == "True" if truth and isinstance(cell, str) else cell


def _numeric(table: pd.DataFrame) -> list[str]:
    """Return the columns whose attribute is a number; CSV knows text alone."""
    numeric = ("weight", "source_precision", "target_precision")
    return [name for name in numeric if name in table.columns]


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


# ------------------------------------------------------------------ XML


def _to_xml(G: Graph, file: Path) -> None:
    texts = [text for text in (*G, *_values(G)) if isinstance(text, str)]
    if bad := sum(_NOT_XML.search(text) is not None for text in texts):
        raise SchemaError(f"{bad} names hold characters that XML cannot; write CSV or Parquet")
    # Graph attributes do not survive GEXF; what they say stands on the accounts as well.
    bare: Graph = nx.DiGraph()
    bare.add_nodes_from(G.nodes(data=True))
    bare.add_edges_from(G.edges(data=True))
    writer = nx.write_graphml_xml if file.suffix.lower() == ".graphml" else nx.write_gexf
    writer(bare, file)


def _from_xml(file: Path, shown: str) -> Graph:
    reader = nx.read_graphml if file.suffix.lower() == ".graphml" else nx.read_gexf
    graph: Any = None
    try:
        # networkx parses with entities on; a document that declares any is refused first.
        defusedxml.ElementTree.parse(file, forbid_dtd=True)
        graph = reader(file)
    except Exception:  # noqa: BLE001  the parsers raise a dozen kinds, and quote the document
        graph = None
    if graph is None:
        raise DamagedExportError(
            f"{shown}: is no whole {file.suffix[1:]} document, or one that declares entities"
        )
    require_directed(graph)
    for account, marks in graph.nodes(data=True):
        if marks.get("label") == account:
            del marks["label"]  # GEXF repeats the id there
    for _, _, marks in graph.edges(data=True):
        marks.pop("id", None)
    graph.graph.clear()
    return _as_observed(graph)
