"""GraphML, GEXF and Pajek: all that is in them is read, counted or refused, by lines."""

from __future__ import annotations

import io

import networkx as nx
import pytest

import follownet as fn
from follownet.errors import DamagedExportError, FollownetError, FollownetWarning, SchemaError
from follownet.files import read_network

GRAPHML = """<?xml version="1.0" encoding="utf-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
<graph edgedefault="directed">
<node id="a"/>
<node id="b"/>
{}
</graph>
{}
</graphml>
"""
GEXF = """<gexf xmlns="http://www.gexf.net/1.2draft" version="1.2">
<graph defaultedgetype="directed">
<attributes class="node"><attribute id="0" title="id" type="string"/></attributes>
<nodes>
<node id="a" label="Ann"><attvalues><attvalue for="0" value="z"/></attvalues></node>
<node id="b" label="b"/>
</nodes>
<edges>
{}
</edges>
</graph>
</gexf>
"""
VERTICES = '*Vertices 3\n1 "ann"\n2 "bob lee"\n3 o\'neil\n'
ARCS = "1 2 1.5\n2 3 1\n" * 10


@pytest.fixture
def saved(tmp_path):
    """What saves a text and returns the file."""

    def save(text: str):
        (tmp_path / "network").write_text(text, encoding="utf-8")
        return tmp_path / "network"

    return save


def ties(F):
    """Return the ties by their labels."""
    pairs = zip(F.accounts[F.sources].tolist(), F.accounts[F.targets].tolist(), strict=True)
    return list(pairs)


def reasons(F):
    """Return the report by reason."""
    return {row.reason: (row.rows, row.lines) for row in F.report.itertuples()}


# ------------------------------------------------------------------ what follownet writes


@pytest.mark.parametrize("ending", ["graphml", "gexf"])
@pytest.mark.parametrize(("lonely", "kind"), [("x", "str"), ("007", "str"), ("3", "int64")])
def test_accounts_are_of_one_kind_with_those_without_ties(tmp_path, ending, lonely, kind):
    """Ties between "1" and "2" alone would make them numbers, whatever else there is."""
    G = nx.DiGraph([("1", "2"), ("2", "1")])
    G.add_node(lonely)
    F = read_network(fn.write(G, tmp_path / f"one.{ending}"))
    assert F.accounts.dtype == kind
    assert set(map(str, F.accounts)) == {"1", "2", lonely}
    assert F.follows == 2
    if kind == "str":
        assert set(fn.load(tmp_path / f"one.{ending}").edges) == set(G.edges)


def test_an_attribute_that_is_called_id_renames_nobody(saved):
    """In GEXF the id of an account is that of its element."""
    F = read_network(saved(GEXF.format('<edge source="a" target="b"/>')))
    assert ties(F) == [("a", "b")]
    assert F.marks.loc["a"].to_dict() == {"id": "z", "label": "Ann"}


# ------------------------------------------------------------------ XML


@pytest.mark.parametrize("ending", ["graphml", "gexf"])
def test_lines_are_those_of_the_file(tmp_path, ending):
    """networkx groups ties by source, the file does not."""
    edges = [("a", "b"), ("b", "c"), ("a", "a"), ("b", "c"), ("a", "b")]
    texts = [
        f'<edge id="{place}" source="{source}" target="{target}"/>'
        for place, (source, target) in enumerate(edges)
    ]
    body = "\n".join(texts)
    if ending == "graphml":
        text = GRAPHML.format(f'<node id="c"/>\n{body}', "")
    else:
        text = GEXF.format(body).replace("</nodes>", '<node id="c" label="c"/></nodes>')
    (tmp_path / "network").write_text(text, encoding="utf-8")
    lines = text.splitlines()
    F = read_network(tmp_path / "network")
    assert ties(F) == [("a", "b"), ("b", "c")]
    assert reasons(F)["self-loop, kept as a flag"] == (1, str(lines.index(texts[2]) + 1))
    first = lines.index(texts[3]) + 1
    assert reasons(F)["repeats an earlier tie"] == (2, f"{first}, {first + 1}")


def test_a_document_on_one_line(saved):
    """All ties are in it."""
    text = GRAPHML.format('<edge source="a" target="a"/><edge source="b" target="a"/>', "")
    F = read_network(saved(text.replace("\n", "")))
    assert (ties(F), reasons(F)["self-loop, kept as a flag"]) == ([("b", "a")], (1, "1"))


@pytest.mark.parametrize(
    ("text", "kind", "reason"),
    [
        (
            GRAPHML.format("", '<graph edgedefault="directed">\n<node id="c"/></graph>'),
            SchemaError,
            "holds 2 graphs, the second from line 8 on.*in a file of its own",
        ),
        (
            GRAPHML.format('<node id="c"><graph><node id="d"/></graph></node>', ""),
            SchemaError,
            "holds 2 graphs, the second from line 6 on",
        ),
        (
            GRAPHML.format('<edge source="a"/>', ""),
            DamagedExportError,
            "line 6: a tie has no source or no target; delete it",
        ),
        (
            GRAPHML.format('<edge source="a" target="maria"/>', ""),
            DamagedExportError,
            "line 6: a tie names an account that the document does not have; add",
        ),
        (GRAPHML.format("<node/>", ""), DamagedExportError, "line 6: an account has no id; save"),
        (
            GRAPHML.format('<edge id="1" source="a" target="b"/>' * 2, ""),
            SchemaError,
            "2 accounts and 2 ties, of which 2 and 1 can be read.*give each its own id",
        ),
        (
            GRAPHML.format('<edge source="a" target="b" directed="false"/>', ""),
            SchemaError,
            "line 6: a tie has no direction.*export the graph as a directed one",
        ),
        (
            GEXF.format('<edge source="a" target="b" type="mutual"/>'),
            SchemaError,
            "line 9: a tie has no direction",
        ),
        (
            GRAPHML.format("<edge", ""),
            DamagedExportError,
            "line 7: is no whole graphml document.*save it again with the program",
        ),
        (
            '<!DOCTYPE a [<!ENTITY maria "x">]>\n' + GEXF.format(""),
            DamagedExportError,
            "line 1: declares a document type or entities, which are not read; delete them",
        ),
        (
            GRAPHML.format('<edge source="a" target="b"><data key="maria">1</data></edge>', ""),
            DamagedExportError,
            "no graphml that networkx can read; open it in Gephi and export it again",
        ),
    ],
)
def test_documents_that_are_refused(saved, text, kind, reason):
    """Rather than read in part; with the line, and what to do."""
    with pytest.raises(kind, match=f"(?s)network: .*{reason}") as caught:
        read_network(saved(text))
    assert "maria" not in str(caught.value)
    assert caught.value.__context__ is None


def test_a_second_graph_without_anything_loses_nothing(saved):
    """What counts is that all accounts and ties are read."""
    text = GRAPHML.format('<edge source="a" target="b"/>', '<graph edgedefault="directed"/>')
    assert ties(read_network(saved(text))) == [("a", "b")]


# ------------------------------------------------------------------ Pajek


def test_pajek_as_networkx_writes_it():
    """Accounts, ties, weights and attributes come back."""
    graph = nx.DiGraph([("ann", "bob lee"), ("bob lee", "ann"), ("cy", "ann")])
    graph["ann"]["bob lee"].update(weight=2.5, kind="x")
    graph.nodes["cy"]["group"] = "y"
    stream = io.BytesIO()
    nx.write_pajek(graph, stream)
    from follownet.readers.network.findings import Findings
    from follownet.readers.network.pajek import pajek

    tables = pajek(stream.getvalue().decode(), Findings("network"))
    assert list(tables.accounts.index) == list(graph)
    assert tables.accounts.loc["cy", "group"] == "y"
    assert set(zip(tables.ties["source"], tables.ties["target"], strict=True)) == set(graph.edges)
    assert tables.ties.iloc[0].to_dict() == {
        "source": "ann",
        "target": "bob lee",
        "kind": "x",
        "weight": 2.5,
    }


def test_bad_lines_of_pajek_are_counted(saved):
    """Lines that are no ties, weights that are no numbers, accounts that nobody declared."""
    rows = ARCS + ARCS + "1\n1 2 much\n9 1\n% 1 3\n1 3\n"
    with pytest.warns(FollownetWarning, match="3 of 44 lines cannot be read; the first is line 46"):
        F = read_network(saved(VERTICES + "*Arcs\n" + rows))
    assert ties(F) == [("ann", "bob lee"), ("ann", "o'neil"), ("bob lee", "o'neil")]
    found = reasons(F)
    assert found["too few columns"] == (1, "46")
    assert found["the weight is no number"] == (1, "47")
    assert found["an account is not under *Vertices"] == (1, "48")
    assert found["repeats an earlier tie"][0] == 38
    assert F.follows + int(F.report["rows"].sum()) == 44


def test_blanks_before_sections_of_pajek(saved):
    """They are no reason to read nothing."""
    F = read_network(saved(" " + VERTICES.replace("\n", "\n ") + "\t*Arcs\r\n 1 2 1\r\n"))
    assert ties(F) == [("ann", "bob lee")]


def test_edges_of_pajek_have_their_lines(saved):
    """Both ties of an edge stand on its line, a loop is one."""
    F = read_network(saved(VERTICES + "*Arcs\n1 2\n*Edges\n1 2\n3 3\n*Partition x\n1\n"))
    assert ties(F) == [("ann", "bob lee"), ("bob lee", "ann")]
    found = reasons(F)
    assert found["repeats an earlier tie"] == (1, "8")
    assert found["self-loop, kept as a flag"] == (1, "9")
    assert "section left out: the one from line 10 on" in found


def test_a_matrix_of_pajek(saved):
    """What is not 0 is a weight, with the line of its row."""
    F = read_network(saved(VERTICES + "*Matrix\n1 0.5 0\n0 0 2\n0 0 0\n"))
    assert ties(F) == [("ann", "bob lee"), ("bob lee", "o'neil")]
    assert F.weight.tolist() == [0.5, 2]
    assert reasons(F) == {"self-loop, kept as a flag": (1, "6")}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("*Vertices 2\n1 maria\n*Arcs\n", "line 1: is no whole Pajek network.*there are 1"),
        ("*Vertices 1\n1 maria\n2 bob\n*Arcs\n", "line 1: is no whole Pajek network"),
        ('*Vertices 1\n1 "maria\n*Arcs\n', "line 2: is no account; expected a number"),
        ("*Vertices 2\n1 maria\n1 bob\n*Arcs\n", "line 3: is no account"),
        ("*Vertices 2\n1 maria\n2 maria\n*Arcs\n", "line 3: an account has the name"),
        (VERTICES + VERTICES, "line 5: a second .Vertices begins; save"),
        (VERTICES + "*Edges\n1 2\n", "line 5: it has .Edges alone"),
        (VERTICES + "*Edgeslist\n1 2\n", "line 5: has .Arcslist or .Edgeslist; save"),
        (VERTICES + "*Matrix\n0 1 0\n1 x 0\n0 0 0\n", "line 7: is no row of a matrix.*3 numbers"),
        (VERTICES + "*Matrix\n0 1 0\n", "line 5: the matrix has 1 rows"),
        (VERTICES + "*Arcs\n1 2\n1 9\n", "1 of 2 lines.*line 7: an account.*delete line 7: "),
    ],
)
def test_pajek_that_is_refused(saved, text, reason):
    """With the line, and what to do."""
    with pytest.raises(FollownetError, match=f"(?s)network: .*{reason}") as caught:
        read_network(saved(text))
    assert "maria" not in str(caught.value)
