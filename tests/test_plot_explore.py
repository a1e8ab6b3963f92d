"""The page of `plot.explore`: what it holds, what it never lets in or out."""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
import re
from html.parser import HTMLParser

import nbformat
import networkx as nx
import numpy as np
import pandas as pd
import pytest
from conftest import star

from follownet import FollowGraph, plot, report
from follownet.errors import SchemaError
from follownet.plot import _explore

HOSTILE = [
    "</script><script>alert(1)</script>", "<!--<script>", "\"'><img src=x onerror=alert(1)>",
    "&lt;b&gt;&amp;", "$style ${held}", "\\u003c\\", "😀 \u202eevil\u202c", "مرحبا",
    "new\nline\u2028",
]  # fmt: skip


class Page(HTMLParser):
    """The tags of a page in order, what its scripts and styles hold, and what a frame does."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.raw, self.frame = [], [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, [name for name, _ in attrs]))
        if tag in ("script", "style"):
            self.raw.append("")
        if tag == "iframe":
            self.frame = dict(attrs)["srcdoc"]

    def handle_data(self, data):
        if self.tags and self.tags[-1][0] in ("script", "style"):
            self.raw[-1] += data

    def handle_endtag(self, tag):
        self.tags.append((f"/{tag}", []))


def places(G, seed=0):
    """Return a place for each account, in float32 as the page has it."""
    xy = np.random.default_rng(seed).random((len(G), 2)).astype("float32")
    return pd.DataFrame(xy, index=sorted(G), columns=["x", "y"])


def held(shown):
    """Return what a page holds, its arrays unpacked."""
    found = json.loads(Page(shown.page).raw[1])
    kind = "<u2" if len(found["accounts"]) <= 2**16 else "<u4"
    found["places"] = unpacked(found["places"], "<f4").reshape(-1, 2)
    found["pairs"] = unpacked(found["pairs"], kind).reshape(-1, 2)
    for grouping in found["groupings"]:
        grouping["codes"] = unpacked(grouping["codes"], "u1").tolist()
    return found


def unpacked(text, kind):
    return np.frombuffer(base64.b64decode(text), kind)


def follows(found):
    """Return the ties a page holds, as pairs of accounts."""
    pairs = [(found["accounts"][a], found["accounts"][b]) for a, b in found["pairs"]]
    mutual = pairs[: found["ties"][0]["count"]]
    return sorted([*pairs, *((b, a) for a, b in mutual)])


def counts(found):
    return {tie["name"]: tie["count"] for tie in found["ties"] if tie["count"]}


def groups_of(found, place=0):
    """Return the name of each account's group."""
    grouping = found["groupings"][place]
    names = [grouping["values"][code]["name"] for code in grouping["codes"]]
    return dict(zip(found["accounts"], names, strict=True))


class TestWhatThePageHolds:
    """All of the graph, and nothing else."""

    @pytest.mark.parametrize("name", ["mutual_triangle", "mixed", "one_star", "random", "empty"])
    def test_accounts_places_and_ties(self, name, request):
        """Loops aside, which are counted."""
        if name == "random":
            numbered = nx.gnp_random_graph(300, 0.02, seed=1, directed=True)
            G = nx.relabel_nodes(numbered, "{:03}".format)
        else:
            G = nx.DiGraph() if name == "empty" else request.getfixturevalue(name)
        shown = plot.explore(G, positions=places(G))
        found = held(shown)
        assert found["accounts"] == sorted(G)
        np.testing.assert_array_equal(found["places"], places(G).to_numpy())
        assert follows(found) == sorted((a, b) for a, b in G.edges if a != b)
        assert found["loops"] == nx.number_of_selfloops(G)
        assert (shown.accounts, shown.follows) == (len(G), len(follows(found)))

    def test_places_are_those_of_the_layout(self, mixed, monkeypatch):
        """By default, and of these groups; `communities.layout` has tests of its own."""
        asked = []
        there = places(mixed)
        monkeypatch.setattr(_explore, "layout", lambda _, groups: asked.append(groups) or there)
        groups = [{"a", "b", "c"}, {"d"}]
        given = plot.explore(mixed, positions=there, groups=groups)
        assert plot.explore(mixed, groups=groups) == given
        assert asked == [groups]

    def test_the_order_of_rows_changes_nothing(self, mixed):
        """And either form of the graph gives the same page."""
        turned = nx.DiGraph()
        turned.add_nodes_from(reversed([*mixed]))
        turned.add_edges_from(reversed([*mixed.edges]))
        F = FollowGraph.from_networkx(mixed)
        labels = {"a": "x", "b": "y", "c": "x", "d": "y"}
        pages = {
            plot.explore(G, positions=places(mixed)[::step], groups=dict([*labels.items()][::step]))
            for G, step in ((mixed, 1), (turned, -1), (F, 1))
        }
        assert len(pages) == 1

    def test_more_accounts_than_sixteen_bits_can_number(self):
        """Two bytes an account do not do any more."""
        numbers = np.arange(2**16 + 2)
        F = FollowGraph.from_edges(numbers[:-1], numbers[1:])
        found = held(plot.explore(F, positions=places(numbers), largest=10**6))
        assert found["pairs"][[0, -1]].tolist() == [[0, 1], [2**16, 2**16 + 1]]

    def test_names_of_accounts(self):
        """Where the graph has some; the account stays beside it."""
        G = nx.DiGraph([(1, 2)])
        assert held(plot.explore(G, positions=places(G)))["names"] is None
        G.nodes[2]["name"] = "Ann"
        for one in (G, FollowGraph.from_networkx(G)):
            found = held(plot.explore(one, positions=places(G)))
            assert (found["accounts"], found["names"]) == (["1", "2"], ["", "Ann"])


class TestGroups:
    """What accounts are coloured and filtered by."""

    def test_by_size(self):
        """Eight colours, the same as rings, then grey; the smallest share a line."""
        sizes = range(60, 10, -1)
        labels = {f"{n}-{i}": n for n in sizes for i in range(n)}
        G = nx.empty_graph([*labels, "zoe"], create_using=nx.DiGraph)
        found = held(plot.explore(G, positions=places(G), groups=labels))
        values = found["groupings"][0]["values"]
        assert [value["name"] for value in values[:40]] == [str(n) for n in sizes][:40]
        colours = [value["colour"] for value in values]
        assert colours[:8] == colours[8:16]
        assert len(set(colours[:8])) == 8
        assert set(colours[16:]) == {plot.GREY}
        assert [value.get("ring") for value in values[:17]] == [False] * 8 + [True] * 8 + [False]
        assert [value["name"] for value in values[40:]] == ["10 smaller ones", "no community"]
        assert groups_of(found)["zoe"] == "no community"
        assert groups_of(found)["11-3"] == "10 smaller ones"
        assert groups_of(found)["60-59"] == "60"

    def test_of_part_of_a_network(self, mutual_triangle):
        """Communities of the whole do; so do places."""
        part = mutual_triangle.subgraph(["a", "b"])
        labels = {"a": 4, "b": 4, "c": 7}
        found = held(plot.explore(part, positions=places("abc"), groups=labels))
        assert groups_of(found) == {"a": "4", "b": "4"}
        assert [value["name"] for value in found["groupings"][0]["values"]] == ["4"]

    def test_segments_have_the_colours_of_their_picture(self, mixed):
        """Beside communities; what has none is counted."""
        segments = pd.Series(["fan", "friend", None], index=["a", "b", "c"])
        found = held(
            plot.explore(mixed, positions=places(mixed), groups=[{*mixed}], segments=segments)
        )
        assert [grouping["name"] for grouping in found["groupings"]] == ["community", "segment"]
        assert [*groups_of(found, 1).values()] == ["fan", "friend", *["no segment"] * 2]
        colours = {value["name"]: value["colour"] for value in found["groupings"][1]["values"]}
        assert colours["fan"] == plot.SEGMENTS["fan"]

    def test_of_a_star(self, one_star):
        """What everyone's tie with the owner is, in the colours of `plot.ego`."""
        found = held(plot.explore(one_star, positions=places(one_star)))
        label = {name: state.label for name, state in plot.STATES.items()}
        assert groups_of(found) == {
            "ann": "mutual", "cy": "mutual", "bob": label["following"], "dan": label["follower"],
            "eve": label["follower"], "me": "owner",
        }  # fmt: skip
        assert counts(found) == {"mutual": 2, label["following"]: 1, label["follower"]: 2}

    def test_unknown_is_not_one_way(self):
        """Without the followers list nothing says that bob does not follow back."""
        G = star(statuses={"followers": "missing"}).graph()
        found = held(plot.explore(G, positions=places(G)))
        unknown = "not known whether it comes back"
        assert groups_of(found)["bob"] == unknown
        assert counts(found) == {"mutual": 2, unknown: 3}

    def test_of_a_whole_network(self, mixed):
        """Ties are mutual or one way; no account is the owner."""
        found = held(plot.explore(mixed, positions=places(mixed)))
        assert found["groupings"] == []
        assert counts(found) == {"mutual": 1, "one way": 1}


class TestSafety:
    """Names are text; the page asks for nothing."""

    def test_names_are_never_markup(self):
        """The tags are those of a page with harmless names, and the names are whole."""
        hostile = nx.DiGraph(itertools.pairwise(HOSTILE))
        tame = nx.convert_node_labels_to_integers(hostile)
        pages = []
        for G in (hostile, tame):
            labels = dict.fromkeys(G, next(iter(G)))
            shown = plot.explore(G, positions=places(G), groups=labels, segments=labels)
            pages.append(Page(shown.page))
            assert held(shown)["accounts"] == [str(account) for account in sorted(G)]
        assert pages[0].tags == pages[1].tags
        assert pages[0].raw[2] == pages[1].raw[2]

    def test_the_frame_holds_the_page(self):
        """Whole, in a frame that reaches nothing; what replaces it stands inside."""
        G = nx.DiGraph(itertools.pairwise(HOSTILE))
        shown = plot.explore(G, positions=places(G))
        frame = shown._repr_mimebundle_()["text/html"]
        assert Page(frame).frame == shown.page
        assert Page(frame).tags[0][0] == "iframe"
        assert 'sandbox="allow-scripts"' in frame
        assert re.search('"><p>This notebook is not trusted[^<]+</p></iframe>$', frame)

    def test_only_its_own_script_and_style_run(self, mixed):
        """By their hashes; all else is forbidden."""
        shown = plot.explore(mixed, positions=places(mixed))
        policy = re.search('Content-Security-Policy" content="([^"]+)"', shown.page)[1]
        style, _, script = Page(shown.page).raw
        assert policy.startswith("default-src 'none'; ")
        for kind, text in (("script", script), ("style", style)):
            digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
            assert f"{kind}-src 'sha256-{digest}'" in policy
        assert "unsafe" not in policy

    def test_nothing_is_fetched(self, mixed):
        """No address, nothing that opens a connection."""
        page = plot.explore(mixed, positions=places(mixed)).page
        asking = r"https?:|src=|href=|url\(|@import|import\(|fetch\(|XMLHttp|WebSocket|sendBeacon"
        assert re.findall(asking, page) == []

    def test_a_page_for_everyone(self, mixed):
        """Its language and what its parts are is said; each control has a name."""
        page = plot.explore(mixed, positions=places(mixed)).page
        assert '<html lang="en">' in page
        assert "<title>Follow network</title>" in page
        assert '<canvas id="map" tabindex="0" role="application" aria-label=' in page
        for label in re.findall('<label for="([^"]+)"', page):
            assert f'id="{label}"' in page

    def test_text_names_nobody(self, one_star):
        """Neither in a terminal nor beside the page in a notebook."""
        shown = plot.explore(one_star, positions=places(one_star))
        assert repr(shown) == "Explorer(accounts=6, follows=7)"
        assert shown._repr_mimebundle_()["text/plain"] == repr(shown)

    def test_a_report_holds_it(self, mixed):
        """As it is, and without asking for anything."""
        shown = plot.explore(mixed, positions=places(mixed))
        output = nbformat.v4.new_output("display_data", shown._repr_mimebundle_())
        cell = nbformat.v4.new_code_cell("explore(G)", outputs=[output])
        page = report._html(nbformat.v4.new_notebook(cells=[cell]))
        assert Page(page).frame == shown.page
        assert not re.findall(r"""(?:src|href)\s*=\s*["']?(?:https?:)?//""", page)


class TestErrors:
    """They say what to do, and name nobody."""

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"largest": 3}, r"4 accounts; a page is drawn of up to 3: .* F\.induced"),
            ({"largest": 0}, "largest: give at least 1"),
            ({"positions": places("abc")}, "positions: 1 of 4 accounts"),
            ({"positions": places("abcd").replace(places("abcd").loc["a", "x"], np.nan)}, "1 of 4"),
            ({"positions": places("abcd")[["x"]]}, "columns x and y"),
            ({"positions": {"a": (0, 1)}}, "is of type dict"),
            ({"groups": {"ann": 1}}, "groups: of 4"),
            ({"segments": {"ann": "fan"}}, "segments: of 4"),
            ({"groups": [{"a"}, {"a", "b"}]}, "two communities"),
        ],
    )
    def test_what_does_not_fit(self, options, message, mixed):
        """Bounds, places, groups."""
        with pytest.raises(SchemaError, match=message) as caught:
            plot.explore(mixed, **{"positions": places("abcd"), **options})
        assert "ann" not in str(caught.value)

    def test_too_many_ties(self, mixed, monkeypatch):
        """Lines are what takes time."""
        monkeypatch.setattr(_explore, "MOST_FOLLOWS", 2)
        with pytest.raises(SchemaError, match="3 follows; a page is drawn of up to 2"):
            plot.explore(mixed, positions=places("abcd"))

    def test_no_directed_graph(self):
        """As everywhere."""
        with pytest.raises(SchemaError, match="have no direction"):
            plot.explore(nx.Graph([("a", "b")]))

    def test_a_file(self, mixed, tmp_path):
        """The page itself, byte for byte; where nothing can be written, it is said."""
        shown = plot.explore(mixed, positions=places(mixed))
        file = shown.write(tmp_path / "map.html")
        assert file.read_bytes() == shown.page.encode()
        with pytest.raises(SchemaError, match="cannot be written"):
            shown.write(tmp_path)
