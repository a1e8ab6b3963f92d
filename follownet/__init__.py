"""Measure follow-back: who follows whom, who follows back, and how sure one can be.

``source -> target`` means *source follows target*, everywhere.

>>> import follownet as fn
>>> export = fn.read(fn.datasets.sample("instagram"))
>>> fn.reciprocity.summary(export.graph()).mutual
52
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from follownet.files import load, read_network, write
from follownet.graph import FollowGraph
from follownet.merging import merge
from follownet.readers import read, read_all, read_posts
from follownet.tables import Export

if TYPE_CHECKING:
    from follownet import (
        communities,
        datasets,
        engagement,
        errors,
        graph,
        history,
        lists,
        merging,
        nulls,
        plot,
        privacy,
        reciprocity,
        report,
        segments,
        simulation,
        tables,
    )

__version__ = "0.1.0"

__all__ = [
    "Export",
    "FollowGraph",
    "communities",
    "datasets",
    "engagement",
    "errors",
    "graph",
    "history",
    "lists",
    "load",
    "merge",
    "merging",
    "nulls",
    "plot",
    "privacy",
    "read",
    "read_all",
    "read_network",
    "read_posts",
    "reciprocity",
    "report",
    "segments",
    "simulation",
    "tables",
    "write",
]


def __getattr__(name: str) -> Any:
    # Modules load on first use: a script that only reads should not pay for plotting.
    if name in __all__:
        return importlib.import_module(f"follownet.{name}")
    raise AttributeError(f"module 'follownet' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
