"""Calibrate `best_times`, and measure `rhythm` beside pandas.

``python benchmarks/engagement_rhythm.py`` prints tables, in about a quarter of an hour:

* how often `best_times` rejects equal hours at 5 % in worlds where hours have no effect, and how
  often its intervals hold, all of a kind together, the effects of weekdays, hours and formats that
  were planted; the worlds are those of ``engagement_time.py``;
* `rhythm` of 5,000,000 interactions against one pandas groupby over the same rows.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from engagement_ties import interactions, seconds
from engagement_time import COVERED, REJECTED, WORLDS

from follownet import Export, engagement, simulation

HOURS = {7: 0.7, 18: 1.6, 19: 1.6}
ZONE = "Europe/Berlin"


def truths(world: Export) -> dict[str, pd.Series[Any]]:
    """Return by kind the logarithm of each post's factor, and its level."""
    posts, known = world.posts, world.posts.attrs["truth"]
    hours = posts["at"].dt.hour
    factors = {
        "weekday": posts["at"].dt.day_of_week.map(dict(enumerate(known["weekdays"]))),
        "hour": hours.map(known["hours"]).fillna(1.0),
        "format": posts["format"].map(known["formats"]),
    }
    levels = {"weekday": posts["at"].dt.day_name(), "hour": hours.astype("str")}
    return {
        by: pd.Series(np.log(values.to_numpy("float64")), levels.get(by, posts["format"]).array)
        for by, values in factors.items()
    }


def held(found: engagement.BestTimes, world: Export) -> list[float]:
    """Return for each kind whether all its intervals hold the truth, nan without intervals."""
    out = []
    for by, factor in truths(world).items():
        limits = np.log(found.factors.loc[by, ["low", "high"]]).dropna()
        true = factor.groupby(level=0).first()[limits.index] - factor.mean()
        holds = ((limits["low"] <= true) & (true <= limits["high"])).all()
        out.append(float(holds) if len(limits) else np.nan)
    return out


def outcomes(seed: int, draws: int, world: dict[str, Any]) -> list[float]:
    """Return whether equal hours are rejected, and which intervals hold planted effects."""
    plain = simulation.posts(seed=seed, **world)
    planted = simulation.posts(seed=seed, hours=HOURS, **world)
    p = engagement.best_times(plain, draws=draws, seed=seed).p["hour"]
    found = engagement.best_times(planted, draws=draws, seed=seed)
    return [np.nan if np.isnan(p) else float(p <= 0.05), *held(found, planted)]


def calibration(worlds: int, draws: int, chosen: list[str]) -> Iterator[str]:
    """Yield a line for each kind of world, of those judged; shares outside the bands are marked."""
    yield "| world | equal hours rejected | weekdays covered | hours covered | formats covered |"
    yield "|---|---|---|---|---|"
    for name in chosen:
        found = [outcomes(seed, draws, WORLDS[name]) for seed in range(worlds)]
        cells = [
            f"{share:.2%}{'' if low <= share <= high else ' (!)'}"
            for share, (low, high) in zip(
                np.nanmean(found, axis=0), [REJECTED] + [COVERED] * 3, strict=True
            )
        ]
        yield f"| {name} | {' | '.join(cells)} |"


def speed(rows: int) -> str:
    """Return what `rhythm` costs beside a groupby by weekday and hour of the same zone."""
    events = interactions(rows, 20_000, personal=True)
    export = Export(interactions=events, owners=("owner",))

    def peer() -> object:
        local = events["at"].dt.tz_convert(ZONE)
        return events.groupby([local.dt.day_of_week, local.dt.hour]).size()

    found = seconds({"own": lambda: engagement.rhythm(export, zone=ZONE), "peer": peer})
    return (
        f"| rhythm, an owner's {rows:,} interactions, against one groupby of weekday and hour "
        f"| {found['own']:.2f} | {found['peer']:.2f} | {found['own'] / found['peer']:.2f} |"
    )


def main() -> None:
    """Print the tables for ``benchmarks/README.md``."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--worlds", type=int, default=2_000)
    parser.add_argument("--draws", type=int, default=499)
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--first", action="store_true", help="only the first kind of world")
    chosen = parser.parse_args()
    print(f"{os.cpu_count()} cores, pandas {pd.__version__}\n", flush=True)
    for line in calibration(
        chosen.worlds, chosen.draws, list(WORLDS)[:1] if chosen.first else list(WORLDS)
    ):
        print(line, flush=True)
    print(f"\n{speed(chosen.rows)}" if chosen.rows else "", flush=True)


if __name__ == "__main__":
    main()
