"""Calibrate the measures of posts in time, and measure `rates` beside pandas.

``python benchmarks/engagement_time.py`` prints tables, in a quarter of an hour:

* how often `change`, `change_point` and `dilution` reject at 5 % in worlds without an effect, and
  how often the 95 % intervals hold an effect that was planted. Worlds (`simulation.posts`) have a
  weekly season, days that resemble the next, viral posts of infinite variance, a growing audience;
* `rates` of 5,000,000 posts by week against one pandas groupby over the same rows.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable, Iterator
from typing import Any, Final

import numpy as np
import pandas as pd

from follownet import Export, engagement, simulation

#: What differs from the world that `simulation.posts` makes unless told otherwise (26 weeks).
WORLDS: Final[dict[str, dict[str, Any]]] = {
    "26 weeks, 5 posts a week": {},
    "16 weeks": {"weeks": 16},
    "52 weeks": {"weeks": 52},
    "2 posts a week": {"posts_per_week": 2},
    "14 posts a week": {"posts_per_week": 14},
    "days correlate by .7": {"autocorrelation": 0.7},
    "no viral posts": {"viral": 0},
}
EFFECT, SLOPE = 1.4, 0.5
REJECTED, COVERED = (0.035, 0.065), (0.93, 0.97)
#: Engagements, followers, reach and impressions: what `rates` reads.
READ: Final = ["likes", "comments", "shares", "saves", "followers", "reach", "impressions"]


def changed(world: Export, **options: Any) -> engagement.Change:
    """Return the change from one half of a world to the other."""
    middle = world.posts.attrs["truth"]["at"]
    before, after = engagement.period(world, end=middle), engagement.period(world, middle)
    return engagement.change(before, after, **options)


def outcomes(seed: int, draws: int, world: dict[str, Any]) -> tuple[bool, ...]:
    """Return which tests reject in one world without effect, and which intervals hold one."""
    plain = simulation.posts(seed=seed, **world)
    step = changed(simulation.posts(effect=EFFECT, seed=seed, **world), draws=draws, seed=seed)
    thin = engagement.dilution(simulation.posts(slope=SLOPE, seed=seed, **world))
    return (
        changed(plain, draws=draws, seed=seed).p <= 0.05,
        engagement.change_point(plain, draws=draws, seed=seed).p <= 0.05,
        engagement.dilution(plain).p <= 0.05,
        step.low <= EFFECT <= step.high,
        thin.low <= SLOPE <= thin.high,
    )


def calibration(worlds: int, draws: int, chosen: list[str]) -> Iterator[str]:
    """Yield a line for each kind of world; shares outside the bands are marked."""
    yield "| world | change | change_point | dilution | change covers 1.4 | dilution covers 0.5 |"
    yield "|---|---|---|---|---|---|"
    for name in chosen:
        found = [outcomes(seed, draws, WORLDS[name]) for seed in range(worlds)]
        bands = [REJECTED] * 3 + [COVERED] * 2
        cells = [
            f"{share:.2%}{'' if low <= share <= high else ' (!)'}"
            for share, (low, high) in zip(np.mean(found, axis=0), bands, strict=True)
        ]
        yield f"| {name} | {' | '.join(cells)} |"


def large(size: int) -> Export:
    """Return posts of two years, in order, as one account never had."""
    rng = np.random.default_rng(0)
    one = simulation.posts().posts
    table = one.take(rng.integers(len(one), size=size)).reset_index(drop=True)
    table.attrs = {}
    seconds = np.sort(rng.integers(0, 730 * 86_400, size=size))
    start = pd.Timestamp("2024-01-01", tz="UTC")
    table["at"] = (start + pd.to_timedelta(seconds, unit="s")).as_unit("us")
    return Export(posts=table)


def best(work: Callable[[], Any], rounds: int = 3) -> float:
    """Return the CPU seconds of the best of some rounds."""
    found = []
    for _ in range(rounds):
        begin = time.process_time()
        work()
        found.append(time.process_time() - begin)
    return min(found)


def speed(size: int) -> Iterator[str]:
    """Yield what `rates` by week costs beside one groupby over the same rows and columns.

    Two peers: sums, means and medians, which tell as much, and sums alone, which are cheaper.
    """
    export = large(size)
    posts = export.posts

    def peer() -> pd.DataFrame:
        week = posts["at"].dt.tz_localize(None).dt.to_period("W")
        return posts.groupby(week)[READ].agg(["sum", "mean", "median"])

    def plain() -> pd.DataFrame:
        week = posts["at"].dt.tz_localize(None).dt.to_period("W")
        return posts.groupby(week)[READ].sum()

    yield f"| {size:,} posts by week | CPU s | ratio |"
    yield "|---|---|---|"
    own = best(lambda: engagement.rates(export, per="week"))
    yield f"| engagement.rates | {own:.2f} | |"
    for name, work in (("sums, means, medians", peer), ("sums alone", plain)):
        other = best(work)
        yield f"| one groupby, {name} | {other:.2f} | {own / other:.2f} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--worlds", type=int, default=2_000)
    parser.add_argument("--draws", type=int, default=499)
    parser.add_argument("--posts", type=int, default=5_000_000)
    parser.add_argument("--first", action="store_true", help="only the first kind of world")
    chosen = parser.parse_args()
    print(f"{os.cpu_count()} cores, pandas {pd.__version__}\n", flush=True)
    names = list(WORLDS)[:1] if chosen.first else list(WORLDS)
    for line in calibration(chosen.worlds, chosen.draws, names):
        print(line, flush=True)
    print()
    for line in speed(chosen.posts) if chosen.posts else ():
        print(line, flush=True)


if __name__ == "__main__":
    main()
