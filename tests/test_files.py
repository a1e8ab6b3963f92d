"""Graphs in files: what is written comes back."""

from __future__ import annotations

import csv

import networkx as nx
import pandas as pd
import pytest
from conftest import star
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import follownet as fn
from follownet.errors import DamagedExportError, SchemaError, UnknownFormatError
from follownet.files import ENDINGS

names = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=6)
graphs = st.lists(st.tuples(names, names), max_size=12)


def content(G):
    """Return all that a file has to keep of a graph."""
    return dict(G.nodes(data=True)), {(u, v): data for u, v, data in G.edges(data=True)}


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_star_comes_back_with_what_it_observed(tmp_path, one_star, ending):
    """Unknown ties must not come back as absent ones."""
    one_star.nodes["bob"]["type"] = "deleted"
    back = fn.load(fn.write(one_star, tmp_path / f"star{ending}"))
    assert content(back) == content(one_star)
    assert back.graph["observed"] == "owners"
    assert repr(fn.reciprocity.summary(back)) == repr(fn.reciprocity.summary(one_star))
    pd.testing.assert_frame_equal(
        fn.reciprocity.follow_back(back), fn.reciprocity.follow_back(one_star)
    )


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_owner_without_ties_comes_back(tmp_path, ending):
    """An account without ties is a row without target."""
    ties = pd.DataFrame({"source": [], "target": []})
    G = star(follows=ties).graph()
    assert content(fn.load(fn.write(G, tmp_path / f"empty{ending}"))) == content(G)


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
@given(ties=graphs)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
def test_any_name_survives_a_table(tmp_path, ending, ties):
    """Commas, quotes, line ends, formulas: a label is a label."""
    G = nx.DiGraph(ties)
    back = fn.load(fn.write(G, tmp_path / f"graph{ending}"))
    assert content(back) == content(G)
    assert back.graph["observed"] == "whole"


def test_p29_cells_that_look_like_formulas_are_guarded(tmp_path):
    """P29: a spreadsheet must not compute an account's name."""
    G = nx.DiGraph([("=1+1", "@sum"), ("-x", "'quoted"), ("'=x", "plain")])
    file = fn.write(G, tmp_path / "graph.csv")
    with file.open(encoding="utf-8", newline="") as stream:
        cells = [cell for row in csv.reader(stream) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    assert set(fn.load(file)) == set(G)


@pytest.mark.parametrize("ending", [".graphml", ".gexf"])
def test_p29_names_that_xml_cannot_hold_are_refused(tmp_path, ending):
    """P29: better an error than a file nobody can open."""
    with pytest.raises(SchemaError, match="1 names hold characters that XML cannot"):
        fn.write(nx.DiGraph([("a\x00b", "c")]), tmp_path / f"bad{ending}")


def test_weights_and_further_attributes_of_ties_come_back(tmp_path):
    """A whole network may carry weights and times."""
    G = nx.DiGraph()
    G.add_edge("a", "b", weight=2.5, since="2024-01-01T00:00:00Z")
    G.add_edge("b", "a", weight=1.0)
    for ending in ENDINGS:
        assert content(fn.load(fn.write(G, tmp_path / f"graph{ending}"))) == content(G)


def test_a_plain_edge_table_is_a_whole_network(tmp_path):
    """Repeated rows collapse to the earliest; a BOM and CRLF do no harm."""
    file = tmp_path / "ties.csv"
    rows = ["source,target,since", "a,b,2024-02-01T00:00:00Z", "a,b,2024-01-01T00:00:00Z", "b,a,"]
    file.write_bytes(b"\xef\xbb\xbf" + "\r\n".join(rows).encode())
    G = fn.load(file)
    assert fn.reciprocity.summary(G).r == 1
    assert G["a"]["b"]["since"] == "2024-01-01T00:00:00Z"
    assert G.graph["repeated"] == 1


def test_numeric_looking_labels_stay_text(tmp_path):
    """Ids beyond 2**53 and leading zeros are names, not numbers."""
    G = nx.DiGraph([("007", "1152921504606846977")])
    assert set(fn.load(fn.write(G, tmp_path / "ids.csv"))) == set(G)


def test_load_takes_an_export_as_read_does():
    """The content decides."""
    sample = fn.datasets.sample("instagram")
    assert content(fn.load(sample)) == content(fn.read(sample).graph())
    assert content(fn.load([sample])) == content(fn.load(sample))


@pytest.mark.parametrize(
    ("name", "text", "kind", "message"),
    [
        ("a.csv", b"", DamagedExportError, "empty file"),
        ("a.csv", b"from,to\nx,y\n", UnknownFormatError, "source, target"),
        ("a.csv", b"source,target\n,Maria\n", DamagedExportError, "source is missing in 1 of 1"),
        ("a.csv", b'source,target\n"Maria,b\n', DamagedExportError, "damaged"),
        ("a.csv", b"source,target,weight\na,b,Maria\n", DamagedExportError, "weight holds 1"),
        ("a.csv", b"source,target,source_precision\na,b,Maria\n", DamagedExportError, "holds 1"),
        ("a.csv", b"source,target\nMaria,\xff\xfe\n", DamagedExportError, "damaged"),
        ("a.parquet", b"PAR1Maria", DamagedExportError, "damaged"),
        ("a.graphml", b"<graphml><Maria>", DamagedExportError, "no whole graphml"),
        ("a.gexf", b"{}", DamagedExportError, "no whole gexf"),
    ],
)
def test_bad_files_say_what_is_wrong_and_name_no_one(tmp_path, name, text, kind, message):
    """P33: neither the message nor what hangs on it quotes the file."""
    file = tmp_path / name
    file.write_bytes(text)
    with pytest.raises(kind, match=message) as caught:
        fn.load(file)
    assert "Maria" not in str(caught.value)
    assert caught.value.__context__ is None


def test_entities_in_xml_are_refused(tmp_path):
    """A document that declares entities could grow without bound or read other files."""
    file = tmp_path / "bomb.graphml"
    file.write_text(
        '<?xml version="1.0"?><!DOCTYPE g [<!ENTITY a "aaaa">]>'
        '<graphml xmlns="http://graphml.graphdrawing.org/xmlns"><graph edgedefault="directed">'
        '<node id="&a;"/></graph></graphml>',
        encoding="utf-8",
    )
    with pytest.raises(DamagedExportError, match="entities"):
        fn.load(file)


def test_undirected_files_are_refused(tmp_path):
    """Friendships are no follows."""
    nx.write_graphml_xml(nx.Graph([("a", "b")]), tmp_path / "friends.graphml")
    with pytest.raises(SchemaError, match="no direction"):
        fn.load(tmp_path / "friends.graphml")


def test_unknown_endings_and_attributes_are_refused(tmp_path, mixed):
    """What cannot be written is said before anything is."""
    with pytest.raises(SchemaError, match="ending has to be one of"):
        fn.write(mixed, tmp_path / "graph.txt")
    mixed.nodes["a"]["when"] = pd.Timestamp("2024-01-01")
    with pytest.raises(SchemaError, match="1 attributes are no plain values"):
        fn.write(mixed, tmp_path / "graph.csv")
    assert list(tmp_path.iterdir()) == []
