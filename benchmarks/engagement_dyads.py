"""Calibrate `engagement.by_dyad`: how often it rejects without an effect, and covers one.

``python benchmarks/engagement_dyads.py`` prints a table for exports and one for layers:

* **exports**: accounts of heavy-tailed activity (log-normal), mutual ties younger than others, and
  engagement that fades in the first months of a tie, so that age alone makes mutual ties seem
  engaged with; a horizon of two years.
* **layers**: popular accounts are followed and talked to by all and follow back few, sources and
  targets of heavy-tailed activity, pairs that get on both ways.

*plain* is the ratio without strata where there is no effect, which age and popularity distort.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import pandas as pd

from follownet import Export
from follownet.engagement import DyadRates, LayerTies, by_dyad
from follownet.graph import FollowGraph

#: What mutual ties carry, as a multiple, where there is an effect.
RATIO: Final = 2.0
REJECTED, COVERED = (0.035, 0.065), (0.93, 0.97)
DATE: Final = pd.Timestamp("2026-01-01", tz="UTC")
#: Days before the export of which events are held, and in which engagement fades by 1/e.
HORIZON, FADES = 730.0, 90.0

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


def export(
    rng: np.random.Generator,
    factor: float,
    *,
    accounts: int = 240,
    spread: float = 1.3,
    novelty: float = 2.0,
    rate: float = 0.01,
) -> Export:
    """Return an export in which mutual ties carry `factor` times the engagement at each age.

    An account's rate at an age of `u` days is log-normal times ``1 + novelty exp(-u / FADES)``.
    """
    mutual = rng.random(accounts) < 0.45
    age = 1 + np.minimum(rng.exponential(np.where(mutual, 400.0, 900.0)), 2_500)
    activity = rate * rng.lognormal(0, spread, accounts) * np.where(mutual, factor, 1)
    seen = np.maximum(age - HORIZON, 0)
    lasting = rng.poisson(activity * (age - seen))
    fresh = FADES * (np.exp(-seen / FADES) - np.exp(-age / FADES))
    fading = rng.poisson(activity * novelty * fresh)
    towards = np.repeat(np.arange(accounts), lasting + fading)
    low, high = np.exp(-age / FADES)[towards], np.exp(-seen / FADES)[towards]
    plain = rng.uniform(seen[towards], age[towards])
    faded = -FADES * np.log(rng.uniform(low, high))
    number = np.arange(len(towards)) - np.cumsum(lasting + fading)[towards]
    first = number < -fading[towards]
    at = age[towards] - np.where(first, plain, faded)
    return _tables(rng, mutual, age, towards, at)


def _tables(rng: np.random.Generator, mutual: Any, age: Any, towards: Any, days: Any) -> Export:
    """Return the tables: ties by age, events by days after the later date of the tie."""
    names = np.array([f"a{place:04d}" for place in range(len(age))])
    earlier = age + rng.exponential(100, len(age))
    owner_last = rng.random(len(age)) < 0.5
    out, back = np.where(owner_last | ~mutual, age, earlier), np.where(owner_last, earlier, age)
    follows = pd.DataFrame({"source": "me", "target": names, "since": _ago(out)})
    returns = pd.DataFrame({"source": names, "target": "me", "since": _ago(back)})[mutual]
    events = {
        "source": "me",
        "target": names[towards],
        "kind": "like",
        "at": _ago(age[towards] - days),
    }
    lists = {"owner": "me", "list": ["followers", "following"], "status": "presumed"}
    return Export(
        follows=pd.concat([follows, returns], ignore_index=True),
        interactions=pd.DataFrame(events),
        coverage=pd.DataFrame(lists),
        owners=("me",),
        exported_at=DATE,
    )


def _ago(days: Any) -> Any:
    return DATE - pd.to_timedelta(days, unit="D")


def layers(
    rng: np.random.Generator,
    factor: float,
    *,
    accounts: int = 250,
    spread: float = 0.8,
    risk: float = 0.06,
) -> tuple[FollowGraph, FollowGraph]:
    """Return follows, and interactions that are `factor` times as likely along mutual ones."""
    popular, active = rng.lognormal(0, 1, accounts), rng.lognormal(0, 0.7, accounts)
    wanted = np.outer(active, popular)
    wanted *= 14 / accounts / wanted.mean()
    follows = rng.random((accounts, accounts)) < np.minimum(wanted, 0.9)
    back = rng.random((accounts, accounts)) < 0.45 / (1 + popular)
    follows |= (follows & back).T
    np.fill_diagonal(follows, False)
    between = np.triu(rng.lognormal(0, 0.7, (accounts, accounts)), 1)
    talk = rng.lognormal(0, spread, accounts)[:, None] * rng.lognormal(0, spread, accounts)
    warm = talk * popular**0.6 * (between + between.T)
    chance = np.minimum(risk * warm / warm[follows].mean(), 0.45)
    chance = np.where(follows & follows.T, factor, 1) * chance
    acts = rng.random((accounts, accounts)) < np.where(follows, chance, 0.002)
    np.fill_diagonal(acts, False)
    everyone = range(accounts)
    one, other = (
        FollowGraph.from_edges(*np.nonzero(ties), accounts=everyone) for ties in (follows, acts)
    )
    return one, other


def answer(kind: str, seed: int, factor: float, draws: int, world: dict[str, Any]) -> Any:
    """Return what `by_dyad` says of one world."""
    rng = np.random.default_rng(seed)
    if kind == "exports":
        return by_dyad(export(rng, factor, **world), draws=draws, seed=seed)
    return by_dyad(*layers(rng, factor, **world), draws=draws, seed=seed)


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
