"""Measure whole networks: reading, dyads, triads, and igraph's answers beside ours.

``make bench`` prints these rows after those of `run`. igraph comes from ``requirements.txt``
beside this file; without it its rows are left out, and that is said.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
from run import line, side_by_side

import follownet as fn

try:
    import igraph
except ImportError:
    igraph = None

STUDIES = Path(__file__).parents[2] / "shared" / "studies"


def heavy_tailed(accounts: int, follows: int, *, returned: float = 0.3) -> pd.DataFrame:
    """Return ties with Pareto degrees, about a share of them returned."""
    rng = np.random.default_rng(0)
    weight = rng.pareto(1.6, accounts) + 1
    ends = rng.choice(accounts, (2, follows), p=weight / weight.sum())
    back = rng.random(follows) < returned
    sources, targets = np.r_[ends[0], ends[1][back]], np.r_[ends[1], ends[0][back]]
    table = pd.DataFrame({"source": sources, "target": targets})
    return table[table["source"] != table["target"]].drop_duplicates(ignore_index=True)


def reading(ties: pd.DataFrame) -> list[str]:
    """Return the rows on text of 10^7 ties: to tables, and to a graph."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "ties.txt"
        form: dict[str, Any] = {"sep": "\t", "header": False, "index": False}
        ties.to_csv(file, encoding="utf-8", lineterminator="\n", **form)

        def pandas() -> Any:
            return pd.read_csv(file, sep="\t", header=None, encoding="utf-8")

        def pandas_graph() -> Any:
            return fn.FollowGraph.from_edges(*pandas().to_numpy().T)

        return [
            line(
                f"read_network, {len(ties):,} ties, against pandas.read_csv",
                *side_by_side(lambda: fn.read_network(file), pandas, rounds=3),
                "-",
            ),
            line(
                "the same, against read_csv and from_edges",
                *side_by_side(lambda: fn.read_network(file), pandas_graph, rounds=3),
                2,
            ),
        ]


def dyads(ties: pd.DataFrame) -> list[str]:
    """Return the rows on the census of pairs: arrays, a DiGraph, and peers."""
    F = fn.FollowGraph.from_edges(ties)
    G = F.to_networkx()

    def cold(measure: Any) -> Any:
        # What is remembered of the structure would make every later round a different job.
        nx._clear_cache(G)
        return measure(G)

    def fresh() -> Any:
        return fn.reciprocity.summary(fn.FollowGraph(F.accounts, F.sources, F.targets, F.loops))

    rows = [
        line(
            f"summary of a DiGraph, {F.follows:,} ties, against networkx overall_reciprocity",
            *side_by_side(
                lambda: cold(fn.reciprocity.summary), lambda: cold(nx.overall_reciprocity), rounds=3
            ),
            1,
        )
    ]
    if igraph:
        peer = to_igraph(F)
        rows.append(
            line(
                "summary of a FollowGraph, against igraph's dyad census of a built graph",
                *side_by_side(fresh, peer.dyad_census),
                "-",
            )
        )
        rows.append(
            line(
                "the same with building the graph, against igraph with building it",
                *side_by_side(
                    lambda: fn.reciprocity.summary(fn.FollowGraph.from_edges(ties)),
                    lambda: to_igraph(fn.FollowGraph.from_edges(ties)).dyad_census(),
                    rounds=3,
                ),
                1,
            )
        )
    return rows


def triads(ties: pd.DataFrame, few: pd.DataFrame) -> list[str]:
    """Return the rows on the triad census."""
    F, small = fn.FollowGraph.from_edges(ties), fn.FollowGraph.from_edges(few)
    G = small.to_networkx()
    rows = [
        line(
            f"triads, {small.follows:,} ties, against networkx",
            *side_by_side(
                lambda: fn.reciprocity.triads(small), lambda: nx.triadic_census(G), rounds=1
            ),
            1,
        )
    ]
    if igraph:
        peer = to_igraph(F)
        rows.append(
            line(
                f"triads, {F.follows:,} ties, against igraph",
                *side_by_side(lambda: fn.reciprocity.triads(F), peer.triad_census, rounds=1),
                1,
            )
        )
    return rows


def to_igraph(F: fn.FollowGraph) -> Any:
    """Return igraph's own form of a graph."""
    return igraph.Graph(len(F), np.column_stack([F.sources, F.targets]), directed=True)


def agreement() -> str:
    """Return how many graphs igraph and follownet give the same numbers for."""
    files = sorted(STUDIES.glob("*.tsv.gz")) if STUDIES.is_dir() else []
    graphs = [F for F in map(fn.read_network, files) if F.follows < 100_000]
    graphs += [fn.FollowGraph.from_edges(heavy_tailed(500, n)) for n in (10, 1_000, 50_000)]
    for F in graphs:
        peer, found = to_igraph(F), fn.reciprocity.summary(F)
        assert tuple(peer.dyad_census()) == (found.mutual, found.asymmetric, found.null)
        assert abs(peer.reciprocity() - found.r) < 1e-12
        assert abs(peer.reciprocity(mode="ratio") - found.q) < 1e-12
        census, theirs = fn.reciprocity.triads(F), peer.triad_census()
        assert [getattr(theirs, f"t{name}") for name in census.index] == census.tolist()
    return f"igraph agrees on dyads, r, q and all sixteen triads of {len(graphs)} graphs"


def main() -> None:
    """Print all figures."""
    print(*reading(heavy_tailed(1_000_000, 8_000_000)), sep="\n", flush=True)
    print(*dyads(heavy_tailed(100_000, 800_000)), sep="\n", flush=True)
    print(*triads(heavy_tailed(50_000, 150_000), heavy_tailed(5_000, 15_000)), sep="\n", flush=True)
    print(agreement() if igraph else "igraph is not installed: its rows are left out")


if __name__ == "__main__":
    main()
