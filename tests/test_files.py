"""Graphs in files: what is written comes back."""

from __future__ import annotations

import csv
import zipfile
from itertools import product

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from conftest import star
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import follownet as fn
from follownet.errors import DamagedExportError, SchemaError, UnknownFormatError
from follownet.files import ENDINGS, read_network
from follownet.graph import FollowGraph

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
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_name_survives_a_table(tmp_path, ending, ties):
    """Commas, quotes, line ends, formulas: a label is a label. CSV has no types, so one stands
    there that no number could be."""
    G = nx.DiGraph([("a name", "007"), *ties])
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
        ("a.csv", b"who,weight\nMaria,1\n", UnknownFormatError, "2 columns without source and"),
        ("a.csv", b"source,target\n,Maria\n", UnknownFormatError, "line 2: the account is missing"),
        ("a.csv", b'source,target\n"Maria,b\n', DamagedExportError, "line 2: a quote that begins"),
        ("a.csv", b"source,target,weight\na,b,Maria\n", UnknownFormatError, "2: the weight is no"),
        ("a.csv", b"source,target,source_precision\na,b,Maria\n", DamagedExportError, "holds 1"),
        ("a.csv", b"source,target\nMaria,\xff\xfe\n", DamagedExportError, "line 2 is not UTF-8"),
        ("a.parquet", b"PAR1Maria", DamagedExportError, "damaged"),
        ("a.graphml", b"<graphml><Maria>", DamagedExportError, "no whole graphml"),
        ("a.gexf", b"{}", UnknownFormatError, "no export that follownet knows"),
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


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("compact", [False, True])
def test_numbers_beside_texts_are_no_accounts_of_one_file(tmp_path, ending, compact):
    """1 and "1" would come back as one account."""
    G = nx.DiGraph([(1, "1"), ("1", "Maria")])
    G = FollowGraph.from_networkx(G) if compact else G
    with pytest.raises(
        SchemaError, match="1 of 3 accounts are whole numbers, the others"
    ) as caught:
        fn.write(G, tmp_path / f"graph{ending}")
    assert "Maria" not in str(caught.value)
    with pytest.raises(SchemaError, match=r"1 accounts are numbers beyond 2\*\*63"):
        fn.write(nx.DiGraph([(2**70, 1)]), tmp_path / f"graph{ending}")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("ending", "name"),
    [
        *product([".csv", ".parquet"], ["source", "target", "source_type"]),
        *product([".graphml", ".gexf"], ["source", "target", "id"]),
    ],
)
def test_attributes_of_ties_do_not_take_the_place_of_accounts(tmp_path, ending, name):
    """A table has one column of a name, and in XML they would not come back."""
    G = nx.DiGraph()
    G.add_edge("a", "b", **{name: "Maria"})
    with pytest.raises(SchemaError, match="1 attributes of ties have a name") as caught:
        fn.write(G, tmp_path / f"graph{ending}")
    assert "Maria" not in str(caught.value)


def test_gexf_renames_nobody(tmp_path):
    """networkx writes an attribute called id in the place of the account."""
    G = nx.DiGraph([("a", "b")])
    G.nodes["a"]["id"] = "Maria"
    with pytest.raises(SchemaError, match="attribute id") as caught:
        fn.write(G, tmp_path / "graph.gexf")
    assert "Maria" not in str(caught.value)
    fn.write(G, tmp_path / "graph.graphml")
    assert dict(fn.load(tmp_path / "graph.graphml").nodes(data="id")) == {"a": "Maria", "b": None}


@pytest.mark.parametrize("values", [("Maria", 1), (2**70, None)])
def test_values_that_parquet_cannot_hold_are_refused(tmp_path, values):
    """One column is of one kind there."""
    G = nx.DiGraph([("a", "b"), ("b", "a")])
    for account, value in zip("ab", values, strict=True):
        if value is not None:
            G.nodes[account]["code"] = value
    with pytest.raises(SchemaError, match="an attribute has values of several kinds") as caught:
        fn.write(G, tmp_path / "graph.parquet")
    assert "Maria" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_whole_numbers_beside_gaps_stay_exact(tmp_path, ending):
    """As labels and as attributes: with an account alone, or where some have none."""
    G = nx.DiGraph([(2**62 + 1, 7), (7, 8)])
    G.add_node(9)
    G.nodes[7]["code"] = 2**60 + 1
    G[7][8]["likes"] = 2**60 + 1
    back = fn.load(fn.write(G, tmp_path / f"gaps{ending}"))
    assert content(back) == content(G)
    accounts, _ = content(fn.load(fn.write(FollowGraph.from_networkx(G), tmp_path / f"F{ending}")))
    assert accounts == content(G)[0]


# ------------------------------------------------------------------ the compact form

labels = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("\n\"',;#%=+@ \t"))
numbers = st.floats(allow_nan=True, allow_infinity=True)
moments = st.integers(0, 4 * 10**15)


@st.composite
def compact_graphs(draw) -> FollowGraph:
    """Draw networks of texts or of numbers, with isolates, self-loops, times and weights."""
    if draw(st.booleans()):
        accounts = draw(st.lists(st.integers(-(2**63), 2**63 - 1), unique=True, max_size=6))
    else:
        # No number could be the second; a cell that is empty is none, and a zero byte no text.
        some = labels.filter(lambda label: label != "" and "\0" not in label)
        accounts = ["a name", *draw(st.lists(some, unique=True, max_size=6))]
        accounts = list(dict.fromkeys(accounts))
    place = st.integers(0, max(len(accounts) - 1, 0))
    pairs = draw(st.lists(st.tuples(place, place), max_size=12)) if accounts else []
    columns = {"source": [accounts[u] for u, _ in pairs], "target": [accounts[v] for _, v in pairs]}
    size = {"min_size": len(pairs), "max_size": len(pairs)}
    if draw(st.booleans()):
        columns["weight"] = np.array(draw(st.lists(numbers, **size)), dtype="float64")
    if draw(st.booleans()):
        ticks = np.array(draw(st.lists(moments, **size)), dtype="int64")
        columns["since"] = np.where(ticks % 5 == 0, np.datetime64("NaT"), ticks.astype("M8[us]"))
    return FollowGraph.from_edges(pd.DataFrame(columns), accounts=accounts)


def same(F, back):
    """Assert that two compact graphs hold the same."""
    assert back.accounts.tolist() == F.accounts.tolist()
    np.testing.assert_array_equal(back.sources, F.sources)
    np.testing.assert_array_equal(back.targets, F.targets)
    np.testing.assert_array_equal(back.loops, F.loops)
    for name in ("since", "weight"):
        kept, found = getattr(F, name), getattr(back, name)
        if F.follows:
            assert (kept is None) == (found is None)
        if kept is not None and found is not None:
            np.testing.assert_array_equal(found, kept)


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
@given(F=compact_graphs())
@example(F=FollowGraph.from_edges(["=1+1", "#x", "'=q"], ["a,b", '"q"', "a b"], weight=[1, 2, 3]))
@example(F=FollowGraph.from_edges(["a name"], ["\r"]))
@example(F=FollowGraph.from_edges(["a\r", "\rb"], ["c", "a\r"], weight=[0.5, np.nan]))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_compact_graph_comes_back(tmp_path, ending, F):
    """Labels, formulas, isolates, self-loops, times and weights: all there is."""
    file = fn.write(F, tmp_path / f"graph{ending}")
    same(F, read_network(file))
    whole = F.to_networkx()
    assert content(fn.load(file)) == content(whole)


@pytest.mark.parametrize("ending", ENDINGS)
def test_either_graph_is_written_alike(tmp_path, ending, mixed):
    """What is read of a DiGraph is what is read of its compact form."""
    mixed["a"]["b"]["since"] = "2024-01-01T00:00:00Z"
    mixed["a"]["c"]["weight"] = 2.5
    F = FollowGraph.from_networkx(mixed)
    one = read_network(fn.write(mixed, tmp_path / f"one{ending}"))
    same(F, one)
    same(one, read_network(fn.write(F, tmp_path / f"other{ending}")))


@pytest.mark.parametrize("ending", ENDINGS)
def test_whole_numbers_come_back_as_such(tmp_path, ending):
    """Ids beyond 2**53 are exact in every format."""
    F = FollowGraph.from_edges([2**62 + 1, 7], [7, 3], accounts=[99])
    same(F, read_network(fn.write(F, tmp_path / f"ids{ending}")))


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_star_stays_one_in_the_compact_form(tmp_path, ending, one_star):
    """What was observed stands on the accounts."""
    F = read_network(fn.write(one_star, tmp_path / f"star{ending}"))
    assert F.observed == "owners"
    assert F.marks.loc["me", "following_observed"] is True
    assert content(F.to_networkx()) == content(one_star)
    back = read_network(fn.write(F, tmp_path / f"again{ending}"))
    assert content(back.to_networkx()) == content(one_star)


def test_attributes_of_ties_that_are_numbers_come_back_as_numbers(tmp_path):
    """A column of numbers, of truth values, and one that is neither."""
    G = nx.DiGraph()
    G.add_edge("a", "b", count_of_likes=3, share=0.5, close=True, code="007")
    G.add_edge("b", "c", count_of_likes=4, share=1.0, close=False, code="1")
    for ending in (".csv", ".parquet"):
        assert content(fn.load(fn.write(G, tmp_path / f"graph{ending}"))) == content(G)


def test_load_takes_networks_in_every_form(tmp_path):
    """Contents decide: an archive of a network is no export, whatever it is called."""
    file = tmp_path / "export.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("ties.txt", "1 2 1700000000\n2 1 1700000001\n1 2 1600000000\n")
    G = fn.load(file)
    assert G.graph == {"repeated": 1, "observed": "whole"}
    assert G[1][2] == {"since": "2020-09-13T12:26:40Z"}
    assert G[2][1] == {"since": "2023-11-14T22:13:21Z"}


def test_a_large_network_is_written_without_networkx(tmp_path, monkeypatch):
    """Its arrays are a table already."""

    def refuse(*_: object) -> None:
        raise AssertionError("went through networkx")

    monkeypatch.setattr(FollowGraph, "to_networkx", refuse)
    rng = np.random.default_rng(1)
    F = FollowGraph.from_edges(*rng.integers(0, 5000, (2, 50_000)))
    for ending in (".csv", ".parquet"):
        same(F, read_network(fn.write(F, tmp_path / f"large{ending}")))
