"""Calibrate `engagement.by_dyad`: how often it rejects without an effect, and covers one.

``python benchmarks/engagement_dyads.py`` prints a table for exports (`simulation.ties`) and one for
layers (`simulation.layers`). Both have what distorts a plain comparison: heavy-tailed activity, age
or popularity on which return and engagement both depend.

*plain* is the ratio without strata where there is no effect, which age and popularity distort.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from follownet import simulation
from follownet.engagement import DyadRates, LayerTies, by_dyad

#: What mutual ties carry, as a multiple, where there is an effect.
RATIO: Final = 2.0
REJECTED, COVERED = (0.035, 0.065), (0.93, 0.97)

EXPORTS: Final[dict[str, dict[str, Any]]] = {
    "240 accounts": {},
    "80 accounts": {"accounts": 80},
    "1,000 accounts": {"accounts": 1_000},
    "heavier tails": {"spread": 1.8},
    "stronger fading": {"novelty": 6.0},
}
LAYERS: Final[dict[str, dict[str, Any]]] = {
    "250 accounts": {},
    "120 accounts": {"accounts": 120},
    "heavier tails": {"spread": 1.2},
    "rare interaction": {"risk": 0.02},
}


def answer(kind: str, seed: int, factor: float, draws: int, world: dict[str, Any]) -> Any:
    """Return what `by_dyad` says of one world."""
    if kind == "exports":
        export = simulation.ties(effect=factor, seed=seed, **world)
        return by_dyad(export, draws=draws, seed=seed)
    return by_dyad(*simulation.layers(effect=factor, seed=seed, **world), draws=draws, seed=seed)


def plain(found: DyadRates | LayerTies) -> float:
    """Return the ratio without strata."""
    rate = found.classes["rate"] if isinstance(found, DyadRates) else found.risks["risk"]
    return float(rate.iloc[0] / rate.iloc[1])


def calibration(kind: str, worlds: int, draws: int, first: bool) -> Iterator[str]:
    """Yield a line for each sort of world: how often the test and the interval are right."""
    yield (
        f"| {kind} | rejects 1 ({REJECTED[0]:.1%} to {REJECTED[1]:.1%}) "
        f"| covers {RATIO:g} ({COVERED[0]:.0%} to {COVERED[1]:.0%}) "
        f"| finds {RATIO:g} | median ratio | plain ratio of 1 |"
    )
    yield "|---|---|---|---|---|---|"
    kinds = EXPORTS if kind == "exports" else LAYERS
    for name, world in list(kinds.items())[: 1 if first else None]:
        none = [answer(kind, seed, 1, draws, world) for seed in range(worlds)]
        some = [answer(kind, seed, RATIO, draws, world) for seed in range(worlds)]
        rejected = np.mean([one.p <= 0.05 for one in none])
        covered = np.mean([one.low <= RATIO <= one.high for one in some])
        found = np.mean([one.p <= 0.05 for one in some])
        middle = np.median([one.ratio for one in some]), np.median([plain(one) for one in none])
        marks = (
            f"{value:.2%}{'' if low <= value <= high else ' (!)'}"
            for value, (low, high) in ((rejected, REJECTED), (covered, COVERED))
        )
        yield f"| {name} | {' | '.join(marks)} | {found:.0%} | {middle[0]:.2f} | {middle[1]:.2f} |"


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--worlds", type=int, default=2_000)
    parser.add_argument("--draws", type=int, default=199)
    parser.add_argument("--first", action="store_true", help="only the first world of each")
    parser.add_argument("--only", choices=("exports", "layers"))
    chosen = parser.parse_args()
    start = time.perf_counter()
    for kind in ("layers", "exports"):
        if chosen.only in (None, kind):
            for line in calibration(kind, chosen.worlds, chosen.draws, chosen.first):
                print(line, flush=True)
            print()
    took = time.perf_counter() - start
    print(f"{chosen.worlds:,} worlds a row, {chosen.draws} draws each, {took:,.0f} s")


if __name__ == "__main__":
    main()
