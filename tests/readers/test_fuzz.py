"""Mutants of exports of every form: an error of ours or valid tables, in bounds."""

from __future__ import annotations

import json
import subprocess
import sys
import warnings
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import fuzz
import mutants
import pandas as pd
import pytest

import follownet as fn
from follownet.errors import DamagedExportError

ARCHIVES, CHUNK, FEW = 100_000, 5_000, 30
#: Beyond what the libraries take; the largest mutant has a fraction of a MiB.
MEMORY = 2**28


def figures(start: int, stop: int) -> dict[str, Any]:
    """Return what came of mutants, read in a process of its own."""
    command = [sys.executable, fuzz.__file__, str(start), str(stop)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def require_sound(told: dict[str, Any]) -> None:
    """Raise for figures that are not those of a good run."""
    assert not told["failed"], "\n".join(told["failed"])
    assert told["read"] + told["refused"] == told["archives"]
    # Where all are refused, or all are read, nothing is tried.
    assert 0.25 < told["read"] / told["archives"] < 0.9
    assert told["growth"] < MEMORY


def test_a_few_mutants_are_read_or_refused() -> None:
    """The first of those of the long run."""
    require_sound(figures(0, FEW))


@pytest.mark.slow
@pytest.mark.parametrize("start", range(0, ARCHIVES, CHUNK))
def test_all_mutants_are_read_or_refused(start: int, capsys: pytest.CaptureFixture[str]) -> None:
    """Each in bounded time and memory; the figures are shown."""
    told = figures(start, start + CHUNK)
    with capsys.disabled():
        seconds, number = told["slowest"]
        # The workers of pytest-xdist have no standard output.
        sys.stderr.write(
            f"\nmutants {start:,} to {start + CHUNK - 1:,}: {told['read']:,} read, "
            f"{told['refused']:,} refused, slowest {seconds:.2f} s ({number}), "
            f"peak {told['peak'] / 2**20:.0f} MiB\n"
        )
    require_sound(told)


def test_a_number_makes_the_same_mutant_again() -> None:
    """Whatever was made before it."""
    first = [mutants.mutant(number) for number in range(50)]
    assert [mutants.mutant(number) for number in reversed(range(50))] == first[::-1]
    assert len({made.content for made in first}) > 45


def test_seeds_are_read_whole_before_they_are_mutated(tmp_path: Path) -> None:
    """Nine forms of one small export: eight follows with something of every kind."""
    for number, files in enumerate(mutants.seeds()):
        path = tmp_path / f"{number}.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in files:
                archive.writestr(name, content)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", fn.errors.FollownetWarning)
            export = fn.read(path)
        assert len(export.follows) == 8
        assert {"like", "comment", "message"} <= set(export.interactions["kind"])
        assert len(export.posts) > 1


def failing(error: Exception) -> Callable[..., Any]:
    """Return a reader that raises."""

    def read(*_: Any, **__: Any) -> Any:
        raise error

    return read


def warning(category: type[Warning], text: str) -> Callable[..., Any]:
    """Return a reader that warns before it refuses."""

    def read(*_: Any, **__: Any) -> Any:
        warnings.warn(text, category, stacklevel=1)
        raise DamagedExportError("is damaged")

    return read


def inventing(*_: Any, **__: Any) -> Any:
    """Return an export of somebody who is in no file."""
    ties = pd.DataFrame({"source": ["nobody.at.all"], "target": ["me.owner"]})
    return replace(mutants._export(), follows=ties.assign(since=None))


@pytest.mark.parametrize(
    ("read", "why"),
    [
        (failing(KeyError("a")), "KeyError"),
        (failing(RecursionError()), "RecursionError"),
        (failing(DamagedExportError(f"a file of {mutants.MARK}")), "shows a name"),
        (warning(RuntimeWarning, "overflow"), "warns"),
        (warning(fn.errors.FollownetWarning, mutants.MARK), "shows a name"),
        (inventing, "an account that is in no file"),
    ],
)
def test_the_run_finds_what_it_looks_for(
    read: Callable[..., Any], why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Readers with each of the faults that it is to find."""
    monkeypatch.setattr(fuzz.fn, "read", read)
    told = fuzz.run(0, 2)
    assert len(told["failed"]) == 2
    assert all(why in text for text in told["failed"])
