"""GraphML, GEXF and Pajek, through networkx's own readers, as tables."""

from __future__ import annotations

import io
from typing import Any

import defusedxml.ElementTree
import networkx as nx
import pandas as pd

from follownet.errors import DamagedExportError, SchemaError

_MATTERS = ("graphml", "gexf")
#: Sections that networkx reads as if they were ``*Arcs`` and ``*Edges``.
_LISTS = ("*arcslist", "*edgeslist")

#: Accounts with their attributes, ties with theirs, and notes.
Tables = tuple[pd.DataFrame, pd.DataFrame, list[str]]


def xml(content: bytes, shown: str) -> Tables | None:
    """Return the tables of a GraphML or GEXF document, None for any other document.

    Raises
    ------
    DamagedExportError
        It is cut off, or declares entities.
    SchemaError
        Its ties have no direction.
    """
    kind = _kind(content)
    if kind is None:
        return None
    graph: Any = None
    try:
        # networkx parses with entities on; a document that declares any is refused first.
        defusedxml.ElementTree.fromstring(content, forbid_dtd=True)
        graph = (nx.read_graphml if kind == "graphml" else nx.read_gexf)(io.BytesIO(content))
    except Exception:  # noqa: BLE001  the parsers raise a dozen kinds, and quote the document
        graph = None
    if graph is None:
        raise DamagedExportError(
            f"{shown}: is no whole {kind} document, or one that declares entities"
        )
    _require_directed(graph, shown)
    for account, marks in graph.nodes(data=True):
        if marks.get("label") == account:
            del marks["label"]  # GEXF repeats the id there
    for _, _, marks in graph.edges(data=True):
        marks.pop("id", None)
    return *_tables(graph), []


def _kind(content: bytes) -> str | None:
    """Return the format that a document says it has, by its first element."""
    head = content[:4096].lower()
    places = {kind: head.find(b"<" + kind.encode()) for kind in _MATTERS}
    found = [kind for kind, place in places.items() if place >= 0]
    return min(found, key=places.__getitem__, default=None)


def _require_directed(graph: Any, shown: str) -> None:
    if not graph.is_directed():
        raise SchemaError(
            f"{shown}: its ties have no direction, so there is no follow to return; follownet "
            "needs directed ties"
        )


def _tables(graph: Any) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return accounts and ties of a graph, parallel ties in a row each."""
    nodes = dict(graph.nodes(data=True))
    accounts = pd.DataFrame(
        list(nodes.values()), index=pd.Index(list(nodes), tupleize_cols=False), dtype="object"
    )
    rows = [
        {**marks, "source": source, "target": target}
        for source, target, marks in graph.edges(data=True)
    ]
    ends = ["source", "target"]
    ties = pd.DataFrame(rows, dtype="object", columns=None if rows else ends)
    return accounts, ties[ends + [name for name in ties if name not in ends]]


def pajek(text: str, shown: str) -> Tables:
    """Return the tables of a Pajek network.

    Its ``*Arcs`` are ties. ``*Edges`` beside them count as two ties each, as Pajek counts them
    in degrees; ``*Edges`` alone are refused, for nobody follows anybody in them. networkx would
    read edges behind arcs as arcs, so it is given one section at a time.

    Raises
    ------
    SchemaError
        There are only edges, or two accounts of one name.
    DamagedExportError
        It is cut off, or has lists instead of arcs.
    """
    sections = _sections(text)
    arcs = [one for one in sections if one[0].lower().startswith(("*arcs", "*matrix"))]
    edges = [one for one in sections if one[0].lower().startswith("*edges") and len(one) > 1]
    if any(one[0].lower().startswith(_LISTS) for one in sections):
        raise DamagedExportError(f"{shown}: has *Arcslist or *Edgeslist; save it with *Arcs")
    if edges and not any(len(one) > 1 for one in arcs):
        raise SchemaError(
            f"{shown}: it has *Edges alone: its ties have no direction, so there is no follow to "
            "return; follownet needs *Arcs"
        )
    vertices = next((one for one in sections if one[0].lower().startswith("*vertices")), None)
    if vertices is None:
        raise DamagedExportError(f"{shown}: has no *Vertices, as every Pajek network has")
    found = [_section(vertices, one, shown) for one in arcs or [["*Arcs"]]]
    mutual = [_section(vertices, one, shown) for one in edges]
    tables = [_tables(graph) for graph in (*found, *mutual, *(one.reverse() for one in mutual))]
    ties = pd.concat([ties for _, ties in tables], ignore_index=True)
    accounts = tables[0][0].drop(columns=["id", "x", "y", "shape"], errors="ignore")
    note = ["*Edges beside *Arcs count as ties in both directions"] if mutual else []
    return accounts, ties, note


def _sections(text: str) -> list[list[str]]:
    """Return the sections of a Pajek file, each a list of lines that begins with its name."""
    sections: list[list[str]] = []
    for line in text.splitlines():
        if line.startswith("*"):
            sections.append([line])
        elif sections and line.strip() and not line.startswith("%"):
            sections[-1].append(line)
    return sections


def _section(vertices: list[str], section: list[str], shown: str) -> Any:
    """Return a directed graph of the vertices and one section of ties."""
    # Two-mode networks give a second number there, which networkx does not take.
    counts = vertices[0].split()[1:]
    graph: Any = None
    if len(counts) == 1:
        name = section[0].lower().replace("*edges", "*Arcs", 1)
        try:
            graph = nx.parse_pajek([*vertices, name, *section[1:]])
        except Exception:  # noqa: BLE001  it raises what shlex, int and float do
            graph = None
    if graph is None:
        raise DamagedExportError(
            f"{shown}: is no whole Pajek network of one kind of accounts, with a line for each"
        )
    if len(graph) < int(counts[0]):
        raise SchemaError(f"{shown}: {int(counts[0]) - len(graph)} accounts share their name")
    return graph
