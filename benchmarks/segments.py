"""Measure `segments`: how many segments are found where it is known how many there are; and time.

``python benchmarks/segments.py [SEEDS]`` prints the figures of ``benchmarks/README.md``.
Beside `segments.mixture` stands what is at hand elsewhere: scikit-learn's Gaussian mixture on the
logarithms of the counts and the other features, its number of components by BIC.
"""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any

import numpy as np
import pandas as pd
from sklearn.metrics import adjusted_mutual_info_score
from sklearn.mixture import GaussianMixture

import follownet as fn
from follownet import segments

KINDS = tuple(fn.simulation.LAWS.index)
ACCOUNTS = 400


def ours(export: fn.Export) -> Any:
    """Return the segments by `mixture`."""
    return segments.mixture(export, resamples=0).segment


def gaussian(export: fn.Export) -> Any:
    """Return components of a Gaussian mixture with the least BIC, of one to eight."""
    table = segments.features(export)
    columns = {
        **{state: table["state"].eq(state) for state in ("mutual", "follower", "following")},
        **{name: np.log1p(table[name].astype(float)) for name in ("given", "got")},
        "quick": table["latency"].le(2),
        "campaign": table["burst"].ge(10).fillna(False),
    }
    # It takes no missing values, such as what ghosts did where nobody did anything.
    space = pd.DataFrame(columns).astype(float).fillna(0).to_numpy()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fits = [GaussianMixture(k, n_init=3, random_state=0).fit(space) for k in range(1, 9)]
    return min(fits, key=lambda fit: fit.bic(space)).predict(space)


PEERS: dict[str, Callable[[fn.Export], Any]] = {
    "follownet": ours,
    "scikit-learn, Gaussian, BIC": gaussian,
}


def numbers(seeds: int) -> Iterator[str]:
    """Yield how many segments are found in worlds of one kind, and agreement in those of six."""
    yield "| world | " + " | ".join(PEERS) + " |"
    yield "|---|" + "---|" * len(PEERS)
    for kind in KINDS:
        found: dict[str, list[int]] = {name: [] for name in PEERS}
        for seed in range(seeds):
            world = fn.simulation.kinds(accounts=ACCOUNTS, shares={kind: 1}, seed=seed)
            for name, peer in PEERS.items():
                found[name].append(len(np.unique(peer(world.export))))
        cells = [f"{np.mean(one):.1f} ({np.mean(np.equal(one, 1)):.0%})" for one in found.values()]
        yield f"| {kind} alone: segments (worlds with one) | " + " | ".join(cells) + " |"
    for overlap in (0, 0.1, 0.2, 0.5, 1):
        scores: dict[str, list[float]] = {name: [] for name in PEERS}
        for seed in range(seeds):
            world = fn.simulation.kinds(accounts=ACCOUNTS, overlap=overlap, seed=seed)
            for name, peer in PEERS.items():
                labels = peer(world.export)
                scores[name].append(adjusted_mutual_info_score(world.kinds, labels))
        cells = [f"{np.mean(one):.3f}" for one in scores.values()]
        yield f"| six kinds, overlap {overlap:g}: agreement | " + " | ".join(cells) + " |"


def times() -> Iterator[str]:
    """Yield CPU seconds of each function on exports of two sizes, and of networks."""
    yield "| function | 1,600 accounts | 50,000 accounts |"
    yield "|---|---|---|"
    exports = [fn.simulation.kinds(accounts=size).export for size in (1_600, 50_000)]
    networks = [fn.simulation.bonds(accounts=size) for size in (1_584, 50_040)]
    works: dict[str, Callable[[int], Any]] = {
        "features": lambda n: segments.features(exports[n]),
        "accounts": lambda n: segments.accounts(exports[n]),
        "mixture, resamples=0": lambda n: segments.mixture(exports[n], resamples=0),
        "ties": lambda n: segments.ties(exports[n]),
        "follow_for_follow": lambda n: segments.follow_for_follow(exports[n]),
        "by_factor": lambda n: segments.by_factor(exports[n]),
        "ties of a network": lambda n: segments.ties(networks[n].graph, layer=networks[n].layer),
        "by_factor of a network": lambda n: segments.by_factor(networks[n].graph),
    }
    for name, work in works.items():
        cells = []
        for place in (0, 1):
            start = time.process_time()
            work(place)
            cells.append(f"{time.process_time() - start:.2f} s")
        yield f"| `{name}` | " + " | ".join(cells) + " |"
    sizes = [f"{len(one.interactions):,} events" for one in exports]
    sizes += [f"{one.graph.follows:,} follows" for one in networks]
    yield f"The exports hold {' and '.join(sizes[:2])}, the networks {' and '.join(sizes[2:])}."


if __name__ == "__main__":
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    for line in chain(times(), [""], numbers(seeds)):
        print(line, flush=True)
