"""Measure ties of 5,000,000 interactions beside one pandas groupby over the same rows.

``python benchmarks/engagement_ties.py`` prints CPU seconds of the whole process, the best of five
rounds taken in turn, and their ratio, which is to be at most 3.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from follownet import Export
from follownet.engagement import reciprocity, ties

KINDS = ("like", "comment", "view", "message", "save", "story_like")
START, END = 1_500_000_000, 1_750_000_000
ROUNDS = 5


def interactions(rows: int, alters: int, *, personal: bool) -> pd.DataFrame:
    """Return events between one owner and others, or among all, some accounts far more active."""
    rng = np.random.default_rng(0)
    names = np.array([f"account_{number:06d}" for number in range(alters)])
    source, target = names[rng.zipf(1.3, rows) % alters], names[rng.integers(alters, size=rows)]
    if personal:
        mine, other = rng.random(rows) < 0.7, source
        source, target = np.where(mine, "owner", other), np.where(mine, other, "owner")
    columns = {
        "source": source,
        "target": target,
        "kind": np.array(KINDS)[rng.integers(len(KINDS), size=rows)],
    }
    at = pd.to_datetime(rng.integers(START, END, rows), unit="s", utc=True).as_unit("us")
    return pd.DataFrame(columns, dtype="str").assign(at=at)


def seconds(work: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Return the least CPU seconds of each, taken in turn."""
    best = dict.fromkeys(work, float("inf"))
    for _ in range(ROUNDS):
        for name, run in work.items():
            start = time.process_time()
            run()
            best[name] = min(best[name], time.process_time() - start)
    return best


def main() -> None:
    """Print a row of the table in ``benchmarks/README.md`` for each measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--alters", type=int, default=20_000)
    chosen = parser.parse_args()
    for personal in (True, False):
        events = interactions(chosen.rows, chosen.alters, personal=personal)
        export = Export(interactions=events, owners=("owner",) if personal else ())
        measures: dict[str, Callable[[], object]] = {"reciprocity": lambda e=export: reciprocity(e)}
        if personal:
            measures["ties"] = lambda e=export: ties(e)
            measures["ties per kind"] = lambda e=export: ties(e, per="kind")
        peers = {
            "source, target": lambda e=events: e.groupby(["source", "target"]).size(),
            "source, target, kind": lambda e=events: e.groupby(["source", "target", "kind"])[
                "at"
            ].agg(["size", "min", "max"]),
        }
        found = seconds(measures | peers)
        of = "an owner's" if personal else "a network's"
        for name in measures:
            for peer in peers:
                ratio = found[name] / found[peer]
                print(
                    f"| {name}, {of} {len(events):,} interactions, against one groupby of {peer} "
                    f"| {found[name]:.2f} | {found[peer]:.2f} | {ratio:.2f} |"
                )


if __name__ == "__main__":
    main()
