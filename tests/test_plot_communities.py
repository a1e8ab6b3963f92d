"""The picture of communities: a circle for each, filled where chance does not give as much."""

from __future__ import annotations

import networkx as nx
import pytest
from matplotlib.colors import to_hex

from follownet import nulls, plot, simulation
from follownet.communities import detect
from follownet.errors import SchemaError
from follownet.plot import STATES

pytestmark = pytest.mark.usefixtures("closed_figures")


@pytest.fixture(scope="module")
def graph():
    return simulation.planted(
        accounts=400, ties=4_000, mixing=0.3, smallest=30, largest=100, seed=2
    ).graph


def circles(ax):
    """Return places and colour of the hollow and of the filled circles."""
    hollow, filled = ax.collections
    assert len(hollow.get_facecolor()) == 0
    return hollow.get_offsets().tolist(), filled.get_offsets().tolist()


def test_every_community_of_three_is_there(graph):
    """At its size and stability; the title counts both kinds."""
    found = detect(graph, seed=1)
    ax = plot.communities(found)
    hollow, filled = circles(ax)
    table = found.stability
    assert hollow == []
    assert sorted(map(tuple, filled)) == sorted(
        zip(table["accounts"], table["stability"], strict=True)
    )
    assert to_hex(ax.collections[1].get_facecolor()[0]) == STATES["mutual"].colour
    assert ax.get_title(loc="left") == f"{len(table)} communities, {len(table)} of them stable"
    [line] = ax.lines
    assert line.get_ydata()[0] == found.chance["stability"].max()
    assert ax.get_ylim() == (0, 1)


def test_chance_gives_hollow_circles(graph):
    """The same degrees, no communities."""
    drawn = nulls.fit(graph, model="switching").draw(1)
    found = detect(drawn, seed=1)
    hollow, filled = circles(plot.communities(found))
    assert (len(hollow), len(filled)) == (int((found.stability["accounts"] >= 3).sum()), 0)


def test_where_there_is_nothing_to_draw_it_says_so():
    """Pairs alone, and one run, which has no stability."""
    for found in (
        detect(nx.DiGraph([(0, 1)]), runs=2),
        detect(nx.complete_graph(4, nx.DiGraph), runs=1),
    ):
        ax = plot.communities(found)
        assert "no community of three accounts" in ax.texts[0].get_text()


def test_anything_else_is_refused():
    """Such as the partition alone."""
    with pytest.raises(SchemaError, match=r"give what communities\.detect returns"):
        plot.communities([{1, 2}])
