"""GraphML and GEXF, through networkx's own readers, as tables."""

from __future__ import annotations

import io
from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from xml.sax.handler import ContentHandler

import defusedxml.common
import defusedxml.sax
import networkx as nx
import pandas as pd

from follownet.errors import DamagedExportError, SchemaError

_MATTERS = ("graphml", "gexf")
_AGAIN = "save it again with the program that it is from, or download it again"
#: Types of GEXF; networkx would take the second for one way.
_BOTH_WAYS = ("undirected", "mutual")
_ENDS = ("source", "target")


@dataclass(frozen=True)
class Tables:
    """A document as tables, in the order of the file."""

    #: Attributes of all accounts, by their label.
    accounts: pd.DataFrame
    #: Source, target and attributes of ties, parallel ties in a row each.
    ties: pd.DataFrame
    #: The lines in which the ties begin.
    lines: list[int]
    #: What a tie has to be, for errors.
    expected: str = "a source and a target of each tie, and a number as weight"
    notes: tuple[str, ...] = ()


def tie_table(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Return ties with their attributes as a table whose first columns are the ends."""
    ties = pd.DataFrame(rows, dtype="object", columns=None if rows else list(_ENDS))
    return ties[[*_ENDS, *(name for name in ties if name not in _ENDS)]]


def xml(content: bytes, shown: str) -> Tables | None:
    """Return the tables of a GraphML or GEXF document, None for any other document.

    Raises
    ------
    DamagedExportError
        It is cut off, declares entities, or names accounts that it does not have.
    SchemaError
        Its ties have no direction, or it holds several graphs.
    """
    kind = _kind(content)
    if kind is None:
        return None
    outline = _outlined(content, kind, shown)
    outline.require_ends(shown)
    graph = _parsed(content, kind, shown)
    if not graph.is_directed():
        raise _undirected(f"{shown}: its ties have no direction")
    outline.require_all(graph, shown)
    for account, marks in graph.nodes(data=True):
        if marks.get("label") == account:
            del marks["label"]  # GEXF repeats the id there
    return _tables(graph, outline)


def _undirected(what: str) -> SchemaError:
    return SchemaError(
        f"{what}, so there is no follow to return; follownet needs directed ties: if they are, "
        "export the graph as a directed one"
    )


def _kind(content: bytes) -> str | None:
    """Return the format that a document says it has, by its first element."""
    head = content[:4096].lower()
    places = {kind: head.find(b"<" + kind.encode()) for kind in _MATTERS}
    found = [kind for kind, place in places.items() if place >= 0]
    return min(found, key=places.__getitem__, default=None)


# ------------------------------------------------------------------ what the file has, by lines


class _Tie(NamedTuple):
    line: int
    source: str | None
    target: str | None
    #: Whether it says of itself that it goes both ways.
    mutual: bool


class _Outline(ContentHandler):
    """What a document has and in which lines, to hold against what networkx makes of it."""

    def __init__(self) -> None:
        super().__init__()
        self.graphs: list[int] = []
        self.accounts: list[tuple[int, str | None]] = []
        self.ties: list[_Tie] = []
        self._locator: Any = None

    def startElement(self, name: str, attrs: Any) -> None:  # noqa: N802  the name that sax calls
        """Keep a graph, an account or a tie."""
        line = self._locator.getLineNumber()
        if name == "graph":
            self.graphs.append(line)
        elif name == "node":
            self.accounts.append((line, attrs.get("id")))
        elif name == "edge":
            mutual = attrs.get("directed") == "false" or attrs.get("type") in _BOTH_WAYS
            self.ties.append(_Tie(line, attrs.get("source"), attrs.get("target"), mutual))

    def require_ends(self, shown: str) -> None:
        """Raise for accounts without id, and ties that have not two accounts of the document."""
        known = {label for _, label in self.accounts}
        for line, label in self.accounts:
            if label is None:
                raise DamagedExportError(f"{shown}: line {line}: an account has no id; {_AGAIN}")
        for tie in self.ties:
            if tie.source is None or tie.target is None:
                raise DamagedExportError(
                    f"{shown}: line {tie.line}: a tie has no source or no target; delete it, or "
                    f"{_AGAIN}"
                )
            if tie.source not in known or tie.target not in known:
                raise DamagedExportError(
                    f"{shown}: line {tie.line}: a tie names an account that the document does not "
                    f"have; add a node with its id or delete the tie, or {_AGAIN}"
                )
            if tie.mutual:
                raise _undirected(f"{shown}: line {tie.line}: a tie has no direction")

    def require_all(self, graph: Any, shown: str) -> None:
        """Raise where networkx has lost something: of several graphs it reads the first."""
        if (len(graph), graph.number_of_edges()) == (len(self.accounts), len(self.ties)):
            return
        if len(self.graphs) > 1:
            raise SchemaError(
                f"{shown}: holds {len(self.graphs)} graphs, the second from line {self.graphs[1]} "
                "on; follownet reads one: save each in a file of its own, without groups"
            )
        raise SchemaError(
            f"{shown}: has {len(self.accounts)} accounts and {len(self.ties)} ties, of which "
            f"{len(graph)} and {graph.number_of_edges()} can be read: the others share an id with "
            "an earlier one, or stand outside of the first list; give each its own id, in one list"
        )


def _outlined(content: bytes, kind: str, shown: str) -> _Outline:
    outline = _Outline()
    parser = defusedxml.sax.make_parser()
    parser.setContentHandler(outline)
    # networkx parses with entities on; a document that declares any is refused first.
    parser.forbid_dtd = True
    try:
        parser.parse(io.BytesIO(content))
    except defusedxml.common.DefusedXmlException:
        reason = "declares a document type or entities, which are not read; delete them"
    except Exception:  # noqa: BLE001  the parser raises several kinds, and quotes the document
        reason = f"is no whole {kind} document: it breaks off or is damaged; {_AGAIN}"
    else:
        return outline
    raise DamagedExportError(f"{shown}: line {parser.getLineNumber()}: {reason}")


def _parsed(content: bytes, kind: str, shown: str) -> Any:
    try:
        return (nx.read_graphml if kind == "graphml" else nx.read_gexf)(io.BytesIO(content))
    except Exception:  # noqa: BLE001  networkx raises a dozen kinds, and quotes the document
        reason = f"is XML, but no {kind} that networkx can read; open it in Gephi and export it"
    raise DamagedExportError(f"{shown}: {reason} again")


def _tables(graph: Any, outline: _Outline) -> Tables:
    """Return accounts and ties of a graph, ties in the order of the file."""
    nodes = dict(graph.nodes(data=True))
    accounts = pd.DataFrame(
        list(nodes.values()), index=pd.Index(list(nodes), tupleize_cols=False), dtype="object"
    )
    # networkx groups ties by source; those with the same ends stay in the order of the file.
    places: defaultdict[Any, deque[int]] = defaultdict(deque)
    for place, tie in enumerate(outline.ties):
        places[tie.source, tie.target].append(place)
    rows: list[Mapping[str, Any]] = [{}] * len(outline.ties)
    for source, target, marks in graph.edges(data=True):
        marks.pop("id", None)
        rows[places[source, target].popleft()] = {**marks, "source": source, "target": target}
    return Tables(accounts, tie_table(rows), [tie.line for tie in outline.ties])
