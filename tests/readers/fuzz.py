"""Read mutants and say what came of them.

``python tests/readers/fuzz.py 0 1000`` reads the mutants 0 to 999, in a process of its own so
that its peak of memory is theirs, and prints figures and failures as JSON.
"""

from __future__ import annotations

import gzip
import html
import json
import re
import sys
import tempfile
import time
import traceback
import warnings
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
from mutants import MARK, Mutant, mutant, seeds

import follownet as fn
from follownet.errors import FollownetError, FollownetWarning
from follownet.tables import LISTS, STATUSES, Export

try:
    import resource
except ImportError:  # Windows tells no peak
    resource = None  # type: ignore[assignment]

#: The most seconds of one read, of the processor's time.
SECONDS = 2.0
_TOLD = 10
_SHARED = Path("/dev/shm")


class ForbiddenError(AssertionError):
    """What a reader may not do."""


def run(start: int, stop: int) -> dict[str, Any]:
    """Read mutants; return figures, and of what failed the numbers with reasons."""
    seeds()
    before, slowest, failed = peak(), (0.0, start), []
    counts = {"read": 0, "refused": 0}
    memory = _SHARED if _SHARED.is_dir() else None
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        for number in range(start, stop):
            made = mutant(number)
            path = Path(folder, f"mutant{made.ending}")
            path.write_bytes(made.content)
            begun = time.process_time()
            try:
                counts[outcome(made, path)] += 1
            except Exception as error:  # noqa: BLE001 (any other is what is searched for)
                why = "".join(traceback.format_exception(error)[-4:])
                failed.append(f"mutant {number} ({', '.join(made.done)}): {why}")
            slowest = max(slowest, (time.process_time() - begun, number))
            path.unlink()
    if slowest[0] > SECONDS:
        failed.append(f"mutant {slowest[1]} took {slowest[0]:.1f} s")
    figures = {"archives": stop - start, **counts, "slowest": slowest}
    return figures | {"peak": peak(), "growth": peak() - before, "failed": failed[:_TOLD]}


def outcome(made: Mutant, path: Path) -> str:
    """Return whether a mutant was read or refused.

    Raises
    ------
    ForbiddenError
        For another warning than ours, a name in a message, or tables that it cannot hold.
    """
    said: list[str] = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            export = fn.read(path, platform=made.platform)
        except FollownetError as error:
            said += chain(error)
            export = None
        else:
            check(export, made)
    if foreign := [told for told in caught if not issubclass(told.category, FollownetWarning)]:
        raise ForbiddenError(f"warns {foreign[0]}")
    said += [str(told.message) for told in caught]
    if any(MARK in text.lower() for text in said):
        raise ForbiddenError("shows a name")
    return "refused" if export is None else "read"


def chain(error: BaseException | None) -> Iterator[str]:
    """Yield the texts of an exception and of those behind it."""
    while error is not None:
        yield f"{error} {error.__dict__}"
        yield from chain(error.__cause__)
        error = error.__context__


def check(export: Export, made: Mutant) -> None:
    """Raise for tables that contradict each other or hold more than the files."""
    owner, report = export.owners[0], export.report
    follows, text = export.follows, text_of(made)
    ends = follows[["source", "target"]]
    _require(bool((ends == owner).any(axis=1).all()), "a follow without the owner")
    _require(not ends.duplicated().any(), "a follow that stands twice")
    alters = {*ends["source"], *ends["target"]} - {owner}
    _require(all(alter in text for alter in alters), "an account that is in no file")
    _require(len(follows) <= text.count(MARK) + text.count("instagram") + 600, "too many follows")
    graph = export.graph()
    _require(graph.number_of_edges() <= len(follows), "a graph of more ties than follows")
    _require(set(alters) <= set(graph), "a graph without some accounts")
    assert report is not None
    files, lost = report.files, report.skipped
    _require(bool((files["kept"] <= files["records"]).all()), "more kept than there are")
    lists = files[files["content"].isin(LISTS)]
    named = lost[lost["file"].isin(lists["file"]) & (lost["reason"] == "record names no account")]
    missed = int((lists["records"] - lists["kept"]).sum())
    _require(missed <= int(named["records"].sum()), "records lost without a word")
    repeated = int(lost.loc[lost["file"] == "repeated ties", "records"].sum())
    _require(len(follows) <= lists["kept"].sum() <= len(follows) + repeated, "follows lost")
    _require(set(export.coverage["status"]) <= set(STATUSES), "a status that there is not")
    tables = [files["file"], lost["file"], lost["reason"], export.coverage["note"].dropna()]
    shown = " ".join([*report.notes, *report.warnings, *map(str, pd.concat(tables))])
    _require(MARK not in shown.lower(), "a report that shows a name")


def _require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise ForbiddenError(otherwise)


def text_of(made: Mutant) -> str:
    """Return all that a mutant could say, escaped or not, with tags and without, in lower case."""
    with suppress(OSError, EOFError, zlib.error):
        made = replace(made, content=gzip.decompress(made.content))
    # Of a text in UTF-16 every other byte is zero.
    plain = b"\n".join([*made.inside, made.content]).replace(b"\0", b"").decode("utf-8", "replace")
    plain = re.sub(r"\\u00([0-7][0-9a-fA-F])", lambda found: chr(int(found[1], 16)), plain)
    bare = re.sub(r"<[^>]*>|\r", "", plain)
    return "\n".join([plain, bare, html.unescape(plain), html.unescape(bare)]).lower()


def peak() -> int:
    """Return the most bytes that this process has held, 0 where the system does not tell."""
    if resource is None:
        return 0
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return held * (1 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(run(*map(int, sys.argv[1:]))))
