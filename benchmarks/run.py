"""Measure follownet against what the same bytes cost its peers, side by side in one run.

``make bench`` prints every figure of ``benchmarks/README.md``. CPU time is that of the whole
process, all threads; each line is the best of `ROUNDS` interleaved rounds.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from selectolax.lexbor import LexborHTMLParser

import follownet as fn
from follownet.readers.pages import document
from follownet.simulation import write
from follownet.tables import Export

ROUNDS = 5
#: A process of half a second varies more than a parse of ten.
IMPORTS = 20
OWNER = "owner"


def large_export(
    *, followers: int = 100_000, following: int = 7_500, likes: int = 200_000
) -> Export:
    """Return an export of the sizes at which Instagram splits and caps its lists."""
    rng = np.random.default_rng(0)
    handles = np.array([f"account_{number:07d}" for number in range(followers)])
    start = pd.Timestamp("2019-01-01", tz="UTC")

    def times(count: int) -> Any:
        seconds = rng.integers(0, 7 * 365 * 86_400, count)
        return start + pd.to_timedelta(seconds, unit="s")

    follows = pd.DataFrame(
        {
            "source": [*handles, *[OWNER] * following],
            "target": [*[OWNER] * followers, *rng.choice(handles, following, replace=False)],
            "since": times(followers + following),
        }
    )
    codes = rng.integers(0, 36**8, likes)
    interactions = pd.DataFrame(
        {
            "source": OWNER,
            "target": rng.choice(handles, likes),
            "kind": "like",
            "at": times(likes),
            "item": [f"https://www.instagram.com/p/{np.base_repr(code, 36)}/" for code in codes],
        }
    )
    people = pd.DataFrame({"handle": handles}, index=pd.Index(handles, name="account"))
    return Export(
        accounts=people,
        follows=follows,
        interactions=interactions,
        platform="instagram",
        owners=(OWNER,),
        exported_at=start + pd.Timedelta(days=7 * 365 + 1),
    )


def parsed(path: Path) -> int:
    """Return the number of members after inflating and parsing each: the floor of any reader."""
    with zipfile.ZipFile(path) as archive:
        members = [name for name in archive.namelist() if name.endswith(".json")]
        for name in members:
            json.loads(archive.read(name))
    return len(members)


def cpu(action: Callable[[], object]) -> float:
    """Return the CPU seconds of one call."""
    start = time.process_time()
    action()
    return time.process_time() - start


def side_by_side(
    ours: Callable[[], object], theirs: Callable[[], object], rounds: int = ROUNDS
) -> tuple[float, float]:
    """Return the best CPU seconds of both, measured in turn."""
    taken = [(cpu(ours), cpu(theirs)) for _ in range(rounds)]
    return min(mine for mine, _ in taken), min(other for _, other in taken)


def line(what: str, ours: float, theirs: float, limit: float | str) -> str:
    """Return one row of the table."""
    return f"| {what} | {ours:.2f} | {theirs:.2f} | {ours / theirs:.2f} | {limit} |"


def reading(folder: Path) -> list[str]:
    """Return the rows on reading an export of 100,000 followers and 200,000 likes."""
    export = large_export()
    rows = []
    for layout in ("2024-07", "2026"):
        path = write(
            export, folder / f"instagram-{OWNER}-2026-01-01-{layout[:4]}AAAA.zip", layout=layout
        )
        back = fn.read(path)
        assert (len(back.follows), len(back.interactions)) == (107_500, 200_000)
        ours, theirs = side_by_side(lambda path=path: fn.read(path), lambda path=path: parsed(path))
        rows.append(line(f"read, layout {layout}, against json.loads", ours, theirs, 3))
    return rows


def pages(folder: Path) -> list[str]:
    """Return the rows on reading 10 MB of HTML."""
    export = large_export(followers=20_000, following=5_000, likes=15_000)
    path = write(export, folder / f"instagram-{OWNER}-2026-01-01-HTML.zip", form="html")
    back = fn.read(path)
    assert (len(back.follows), len(back.interactions)) == (25_000, 15_000)
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if "follow" in name or "likes/" in name]
        contents = [archive.read(name) for name in names]
    assert 9.5e6 < sum(map(len, contents)) < 10.5e6

    def records() -> None:
        for name, content in zip(names, contents, strict=True):
            document(content, "action" if "likes/" in name else "list", "UTC")

    def lexbor() -> None:
        for content in contents:
            LexborHTMLParser(content)

    def stdlib() -> None:
        for content in contents:
            HTMLParser().feed(content.decode())

    return [
        line("HTML to records, against selectolax", *side_by_side(records, lexbor), 2),
        line("read HTML, against selectolax", *side_by_side(lambda: fn.read(path), lexbor), 2),
        line("read HTML, against html.parser", *side_by_side(lambda: fn.read(path), stdlib), 2),
    ]


def comparing() -> list[str]:
    """Return the rows on what changed between two exports of 100,000 followers."""
    old = large_export(likes=20_000)
    lists = pd.DataFrame({"owner": OWNER, "list": ["followers", "following"]})
    old = replace(old, coverage=lists.assign(status="presumed"))
    kept = np.random.default_rng(1).random(len(old.follows)) > 0.03
    later = old.exported_at + pd.Timedelta(days=90)
    new = replace(old, follows=old.follows[kept], exported_at=later)
    assert fn.history.changes(old, new)["lost"].sum() > 2_500

    def merged() -> int:
        ties = ["source", "target"]
        both = old.follows.merge(new.follows, on=ties, how="outer", indicator=True)
        return int((both["_merge"] == "left_only").sum())

    return [
        line(
            f"history.{measure.__name__}, against one pandas merge",
            *side_by_side(lambda measure=measure: measure(old, new), merged),
            "-",
        )
        for measure in (fn.history.changes, fn.history.losses)
    ]


def importing() -> str:
    """Return the row on importing, each in a fresh process."""
    code = "import time; a = time.process_time(); {}; print(time.process_time() - a)"

    def seconds(statement: str) -> float:
        command = [sys.executable, "-c", code.format(statement)]
        done = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)
        return float(done.stdout)

    rounds = [
        (seconds("import follownet"), seconds("import pandas, networkx")) for _ in range(IMPORTS)
    ]
    ours, theirs = min(mine for mine, _ in rounds), min(other for _, other in rounds)
    return line("import follownet, against pandas and networkx", ours, theirs, 1.3)


def main() -> None:
    """Print all figures."""
    print("| what | follownet, CPU s | peer, CPU s | ratio | at most |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        print(*reading(Path(folder)), sep="\n")
        print(*pages(Path(folder)), sep="\n")
    print(*comparing(), sep="\n")
    print(importing())


if __name__ == "__main__":
    main()
