"""The map of a network: dots where accounts are, ties of each kind, and what the caption counts."""

from __future__ import annotations

import itertools

import matplotlib.pyplot as plt
import networkx as nx
import numpy as np
import pandas as pd
import pytest
import test_plot
from matplotlib.collections import LineCollection
from matplotlib.colors import to_hex

from follownet import FollowGraph, plot, simulation
from follownet.communities import layout
from follownet.errors import SchemaError
from follownet.plot import GREY, STATES, _map

pytestmark = pytest.mark.usefixtures("closed_figures")

PLACES = pd.DataFrame(
    {"x": [0.0, 2.0, 0.0, 10.0, 12.0, 11.0, 5.0], "y": [0.0, 0.0, 2.0, 8.0, 8.0, 10.0, -3.0]},
    index=list("abcdefz"),
)
GROUPS = [{"a", "b", "c"}, {"d", "e", "f"}]
FIRST, SECOND = _map.COLOURS[:2]


@pytest.fixture
def graph():
    """Return two groups with one tie across, and z, which has none and follows a; e is a loop."""
    ties = ["ab", "ba", "ac", "de", "ed", "ef", "fd", "cd", "za"]
    return nx.DiGraph([*map(tuple, ties), ("e", "e")])


def dots(ax):
    """Return place, area and colour of each dot, by where it is."""
    found = next(one for one in ax.collections if one.get_label() == "accounts")
    table = pd.DataFrame(found.get_offsets(), columns=["x", "y"])
    colours = [to_hex(one) for one in found.get_facecolor()]
    return table.assign(area=found.get_sizes(), colour=colours).set_index(["x", "y"])


def ties(ax):
    """Return the first and the last point of each line, its width, colour and alpha."""
    found = next(one for one in ax.collections if isinstance(one, LineCollection))
    rows = [
        (tuple(line[0]), tuple(line[-1]), width, to_hex(colour), colour[3])
        for line, width, colour in zip(
            found.get_segments(), found.get_linewidths(), found.get_colors(), strict=True
        )
    ]
    return pd.DataFrame(rows, columns=["start", "end", "width", "colour", "alpha"])


def written(ax):
    """Return what is written on the map, and under it."""
    *names, caption = [text.get_text() for text in ax.texts]
    return names, " ".join(caption.split())


def place(account):
    return tuple(PLACES.loc[account])


def test_accounts_are_where_they_are_placed(graph):
    """In the colour of their community, grey without one."""
    found = dots(plot.network(graph, positions=PLACES, groups=GROUPS))
    assert len(found) == 7
    colours = {one: found["colour"][place(one)] for one in PLACES.index}
    assert colours == {**dict.fromkeys("abc", FIRST), **dict.fromkeys("def", SECOND), "z": GREY}


def test_areas_grow_with_followers(graph):
    """a has two (b, z), b one, z none: each one more adds as much."""
    graph.add_edge("f", "a")
    area = dots(plot.network(graph, positions=PLACES))["area"]
    a, b, z = (area[place(one)] for one in "abz")
    assert a > b > z > 0
    assert a - b == pytest.approx(2 * (b - z))


def test_ties_have_the_colour_of_their_community(graph):
    """Across they are grey; each pair is drawn once, mutual ones wider and less faint."""
    found = ties(plot.network(graph, positions=PLACES, groups=GROUPS))
    account = {place(one): one for one in PLACES.index}
    found.index = found["start"].map(account) + found["end"].map(account)
    assert found["colour"].to_dict() == {
        "ab": FIRST, "ac": FIRST, "de": SECOND, "ef": SECOND, "fd": SECOND, "cd": GREY, "za": GREY,
    }  # fmt: skip
    assert len(found) == 7
    both, one_way = found.loc["ab"], found.loc["ac"]
    assert both["width"] > one_way["width"]
    assert both["alpha"] > one_way["alpha"] > 0


def test_ties_across_run_by_the_middles(graph):
    """And those inside are straight."""
    ax = plot.network(graph, positions=PLACES, groups=GROUPS)
    lines = next(one for one in ax.collections if isinstance(one, LineCollection)).get_segments()
    by_ends = {(tuple(line[0]), tuple(line[-1])): line for line in lines}
    straight, bent = by_ends[place("a"), place("b")], by_ends[place("c"), place("d")]
    assert np.allclose(straight[:, 1], 0)
    one, other = (PLACES.loc[sorted(group)].mean().to_numpy() for group in GROUPS)
    half = (PLACES.loc["c"] + PLACES.loc["d"]).to_numpy() / 8 + 3 * (one + other) / 8
    assert bent[6] == pytest.approx(half)


def test_without_groups_colours_are_those_of_mutual_and_of_one_way(graph):
    ax = plot.network(graph, positions=PLACES)
    counts = ties(ax)["colour"].value_counts().to_dict()
    assert counts == {STATES["mutual"].colour: 2, STATES["following"].colour: 5}
    assert set(dots(ax)["colour"]) == {GREY}
    words = [text.get_text() for text in ax.get_legend().get_texts()]
    assert words == ["2 mutual", "5 one way"]
    colours = [to_hex(line.get_color()) for line in ax.get_legend().get_lines()]
    assert colours == [STATES["mutual"].colour, STATES["following"].colour]


def test_communities_are_named_in_their_middles(graph):
    """With their accounts under the name; the title and the caption count the rest."""
    groups = dict.fromkeys("abc", "a $group$") | dict.fromkeys("def", "other")
    ax = plot.network(graph, positions=PLACES, groups=groups)
    names, caption = written(ax)
    assert names == ["a $group$", "3", "other", "3"]
    assert not any(text.get_parse_math() for text in ax.texts)
    assert ax.texts[2].get_position() == pytest.approx((11, 26 / 3))
    assert ax.get_title(loc="left") == "7 accounts, 9 follows, 2 communities"
    assert "1 accounts without a community grey" in caption
    assert "1 self-loops left out" in caption
    assert "ties are drawn" not in caption


def test_the_most_followed_are_named_when_asked(graph):
    """Of equals the first."""
    graph.add_edge("f", "a")
    assert written(plot.network(graph, positions=PLACES))[0] == []
    assert written(plot.network(graph, positions=PLACES, labels=3))[0] == ["a", "d", "b"]
    names = nx.relabel_nodes(graph, {"a": "a\n$x$\x07"})
    places = PLACES.rename(index={"a": "a\n$x$\x07"})
    ax = plot.network(names, positions=places, labels=1)
    assert written(ax)[0] == ["a $x$?"]
    ax.figure.draw_without_rendering()


def test_of_many_communities_eight_have_a_colour():
    """The others are grey, and named from a hundredth of all accounts on."""
    sizes = [60, 50, 40, 30, 20, 10, 9, 8, 7, 2, 1]
    member = pd.Series(np.repeat(np.arange(11), sizes)[::-1])
    F = FollowGraph.from_edges([0, 1], [1, 2], accounts=range(237))
    places = pd.DataFrame({"x": np.arange(237.0), "y": 0.0})
    ax = plot.network(F, positions=places, groups=member)
    counts = dots(ax)["colour"].value_counts()
    assert counts[list(_map.COLOURS)].tolist() == sizes[:8]
    assert counts[GREY] == 10
    names, caption = written(ax)
    assert names[::2] == [str(number) for number in range(9)]
    assert "the largest 8 of 11, with 227 accounts; the others grey" in caption
    assert "2 of less than 1 % of all accounts not named" in caption


def test_of_many_ties_a_part_is_drawn(monkeypatch):
    """Mutual ones first; of the others the same each time."""
    monkeypatch.setattr(_map, "MOST_TIES", 10)
    G = nx.DiGraph([(one, one + 1) for one in range(30)])
    G.add_edges_from([(1, 0), (30, 29)])
    places = pd.DataFrame({"x": np.arange(31.0), "y": 0.0})
    one, other = (plot.network(G, positions=places) for _ in range(2))
    found = ties(one)
    assert found["colour"].value_counts()[STATES["mutual"].colour] == 2
    assert len(found) == 10
    pd.testing.assert_frame_equal(found, ties(other))
    assert "10 of 30 ties are drawn: mutual ones first, the others by lot" in written(one)[1]
    assert one.get_legend().get_texts()[1].get_text() == "28 one way"


def test_the_layout_is_that_of_communities_by_default():
    F, truth = simulation.planted(accounts=60, ties=300, smallest=10, largest=30, seed=1)
    ax = plot.network(F, groups=truth)
    places = layout(F, truth)
    assert sorted(dots(ax).index) == sorted(map(tuple, places.to_numpy()))
    low, high = ax.get_xlim()
    assert low < places["x"].min() < places["x"].max() < high
    assert ax.get_aspect() == 1


def test_what_was_not_observed_is_counted():
    """Of an export without the followers list no one-way tie is known to be one."""
    G = nx.DiGraph([("me", "a"), ("me", "b")], observed="owners")
    G.nodes["me"].update(owner=True, following_observed=True)
    _, caption = written(plot.network(G))
    assert "2 ties of one way may be mutual: that was not observed" in caption
    whole = nx.DiGraph(G.edges)
    assert "observed" not in written(plot.network(whole))[1]


def test_many_accounts_have_small_dots_and_faint_ties():
    """On the same area; ties are pixels in every file, however many."""
    few, many = (
        simulation.planted(accounts=n, ties=8 * n, smallest=n // 6, largest=n // 3, mixing=0.3)
        for n in (50, 1_000)
    )
    axes = [plot.network(one.graph, groups=one.membership) for one in (few, many)]
    area, alpha = ([draw(ax)[name].median() for ax in axes] for draw, name in
                   ((dots, "area"), (ties, "alpha")))  # fmt: skip
    assert area[0] > 5 * area[1]
    assert alpha[0] > 2 * alpha[1]
    assert all(one.get_rasterized() for ax in axes for one in ax.collections[:1])


def test_draws_on_the_axes_given(graph):
    _, (left, right) = plt.subplots(1, 2)
    assert plot.network(graph, positions=PLACES, ax=right) is right
    assert len(plt.get_fignums()) == 1
    assert not left.has_data()


def test_makes_one_transparent_figure_that_holds_all_of_it(graph):
    ax = plot.network(graph, positions=PLACES, groups=GROUPS)
    assert len(plt.get_fignums()) == 1
    assert ax.figure.get_facecolor()[3] == 0
    ax.figure.draw_without_rendering()
    box, page = ax.get_tightbbox(), ax.figure.bbox
    assert page.x0 <= box.x0 < box.x1 <= page.x1
    assert page.y0 <= box.y0 < box.y1 <= page.y1


def test_no_account_and_one():
    assert plot.network(nx.DiGraph()).texts[0].get_text() == "no accounts"
    alone = plot.network(nx.empty_graph(1, nx.DiGraph), labels=5)
    assert written(alone)[0] == ["0"]
    assert alone.get_title(loc="left") == "1 account, 0 follows"


def test_other_positions_and_groups_are_refused(graph):
    """Those of other accounts, of some, given twice, or no table."""
    with pytest.raises(SchemaError, match="positions: 1 of 7 accounts of G have none"):
        plot.network(graph, positions=PLACES.drop(index="a"))
    with pytest.raises(SchemaError, match="positions: 1 accounts are in it twice"):
        plot.network(graph, positions=pd.concat([PLACES, PLACES[:1]]))
    with pytest.raises(SchemaError, match="positions: is of type dict"):
        plot.network(graph, positions={"a": (0, 1)})
    with pytest.raises(SchemaError, match="groups: of 7 accounts none has a community"):
        plot.network(graph, positions=PLACES, groups={"q": 1})
    with pytest.raises(SchemaError, match="labels: give at least 0"):
        plot.network(graph, positions=PLACES, labels=-1)


class TestColours(test_plot.TestColours):
    """Eight cannot be as far apart as three."""

    @pytest.mark.parametrize("page", ["white", "#111111"])
    @pytest.mark.parametrize("colour", _map.COLOURS)
    def test_are_readable_on_light_and_dark(self, colour, page):
        assert self.contrast(colour, page) >= 3

    @pytest.mark.parametrize("eye", test_plot.SEEN)
    def test_are_told_apart_by_every_eye(self, eye):
        for one, other in itertools.combinations([*_map.COLOURS, GREY], 2):
            assert np.linalg.norm(self.lab(one, eye) - self.lab(other, eye)) > 19  # Delta E, 1976
