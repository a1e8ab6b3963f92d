"""Small graphs and tables whose numbers can be checked by hand."""

from __future__ import annotations

import contextlib
import gc
import io
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import networkx as nx
import pandas as pd
import pytest
from hypothesis import settings

from follownet import Export
from follownet.tables import SCHEMA

OWNER = "me"
ROOT = Path(__file__).parents[1]

# A loaded machine is no bug, and a run has to say the same as the one before.
settings.register_profile("steady", deadline=None, derandomize=True, max_examples=6)
# Of `make test-long`, by --hypothesis-profile.
settings.register_profile("thorough", deadline=None, max_examples=200)
settings.load_profile("steady")


def pytest_collection_finish() -> None:
    """Take what was imported and collected out of every later search for garbage."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def first(count: int, values: Iterable[Any]) -> list[Any]:
    """Return values of one parameter; those after the first few vary these, and are slow."""
    return [
        pytest.param(value, marks=[pytest.mark.slow] * (place >= count))
        for place, value in enumerate(values)
    ]


def here_and_elsewhere(code: str) -> tuple[str, str]:
    """Return what code prints here, and in another process, whose hashes of texts differ."""
    here = io.StringIO()
    with contextlib.redirect_stdout(here):
        exec(code, {})
    there = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ
        | {"PYTHONHASHSEED": "2" if os.environ.get("PYTHONHASHSEED") == "1" else "1"},
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=True,
    ).stdout
    return here.getvalue(), there


def coverage(**statuses: str) -> pd.DataFrame:
    """Return the coverage of `OWNER`'s two lists, presumed unless said otherwise."""
    rows = [
        {"owner": OWNER, "list": name, "status": statuses.get(name, "presumed"), "records": 3}
        for name in ("followers", "following")
    ]
    return pd.DataFrame(rows, columns=list(SCHEMA["coverage"])).astype(SCHEMA["coverage"])


def star(*, statuses: dict[str, str] | None = None, **tables: pd.DataFrame) -> Export:
    """Return `OWNER`'s export: ann and cy mutual, bob only followed, dan and eve only followers.

    The export is of 2026-03-01. bob was followed 28 days before it, dan's follow is undated.
    """
    ties = pd.DataFrame(
        [
            ("me", "ann", "2025-01-01T10:00:00Z"),
            ("ann", "me", "2025-01-03T10:00:00Z"),
            ("cy", "me", "2025-06-02T00:00:00Z"),
            ("me", "cy", "2025-06-02T00:00:00Z"),
            ("me", "bob", "2026-02-01T00:00:00Z"),
            ("dan", "me", None),
            ("eve", "me", "2024-05-05T12:00:00Z"),
        ],
        columns=["source", "target", "since"],
    )
    return Export(
        follows=tables.pop("follows", ties),
        platform="instagram",
        owners=(OWNER,),
        exported_at=pd.Timestamp("2026-03-01", tz="UTC"),
        coverage=coverage(**(statuses or {})),
        **tables,
    )


@pytest.fixture
def one_star() -> nx.DiGraph:
    """Return the graph of `star`."""
    return star().graph()


@pytest.fixture
def mutual_triangle() -> nx.DiGraph:
    """Return three accounts that all follow each other."""
    return nx.DiGraph([(u, v) for u in "abc" for v in "abc" if u != v])


@pytest.fixture
def mixed() -> nx.DiGraph:
    """Return a<->b, a->c, c->c, and d alone: L = 3, M = 1, A = 1, N = 4, one loop."""
    graph = nx.DiGraph([("a", "b"), ("b", "a"), ("a", "c"), ("c", "c")])
    graph.add_node("d")
    return graph


@pytest.fixture
def closed_figures() -> Iterator[None]:
    """Draw without a window; leave no figure and no setting behind."""
    import matplotlib as mpl
    import matplotlib.pyplot as plt

    mpl.use("agg")
    plt.close("all")
    before = dict(mpl.rcParams)
    yield
    assert dict(mpl.rcParams) == before
    plt.close("all")
