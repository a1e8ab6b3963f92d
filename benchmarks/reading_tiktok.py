"""Measure reading a large export of TikTok against `json.loads` over the same bytes.

``python benchmarks/reading_tiktok.py`` prints a table; ``--large`` adds a file of a GB:

* CPU time, all threads, of `follownet.read` and of `json.loads` (reading the file included on both
  sides), each the best of fresh processes in turn;
* how much the memory of the process grew at most (Linux tells), above importing, as multiple of the
  file's size.

The file has 500,000 likes and the lists of a busy account; watched videos fill it up to its size.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

LIKES: Final = 500_000
LISTS: Final = {"FansList": 100_000, "Following": 10_000, "CommentsList": 50_000}
CHATS, LINES = 500, 200
MEGABYTE: Final = 10**6
#: Watched videos are made so many at a time.
_BLOCK = 100_000
ROUNDS = 3

#: What a fresh process does; it prints its CPU seconds and the growth of its high-water mark.
MEASURED: Final = """
import json, re, time, warnings
if {own}:
    import follownet as fn
    fn.read
    warnings.simplefilter("ignore")
    # Import what the first read imports, with the smallest export.
    fn.read({small!r})
def peak():
    # Not ru_maxrss, which begins with that of the process that started this one.
    return int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1])
before, begin = peak(), time.process_time()
if {own}:
    export = fn.read({path!r})
else:
    export = json.loads(open({path!r}, "rb").read())
print(time.process_time() - begin, (peak() - before) * 1024)
"""


def stamps(rng: np.random.Generator, count: int) -> list[str]:
    """Return times as the export writes them, the newest first."""
    seconds = np.sort(rng.integers(1_560_000_000, 1_778_000_000, count))[::-1]
    return pd.to_datetime(seconds, unit="s").strftime("%Y-%m-%d %H:%M:%S").tolist()


def videos(rng: np.random.Generator, count: int, keys: tuple[str, str]) -> list[dict[str, Any]]:
    """Return records of videos without whose they are."""
    ids = rng.integers(10**18 * 7, 10**18 * 7 + 10**17, count).tolist()
    links = [f"https://www.tiktokv.com/share/video/{one}/" for one in ids]
    return [
        dict(zip(keys, row, strict=True)) for row in zip(stamps(rng, count), links, strict=True)
    ]


def people(rng: np.random.Generator, count: int) -> list[dict[str, str]]:
    """Return records of a follow list; accounts of two lists overlap."""
    names = rng.permutation(2 * count)[:count].tolist()
    rows = zip(stamps(rng, count), names, strict=True)
    return [{"Date": at, "UserName": f"account_{name:07d}"} for at, name in rows]


def document(likes: int, lists: dict[str, int], chats: int) -> dict[str, Any]:
    """Return an export in the layout of 2026, the watched videos an empty list at its end."""
    rng = np.random.default_rng(0)
    comments = [
        {"date": at, "comment": "words " * 5, "photo": "N/A", "url": ""}
        for at in stamps(rng, lists["CommentsList"])
    ]
    said = {
        f"Chat History with account_{chat:07d}:": [
            {
                "Date": at,
                "From": ("owner", f"account_{chat:07d}")[line % 2],
                "Content": "words " * 5,
            }
            for line, at in enumerate(stamps(rng, LINES))
        ]
        for chat in range(chats)
    }
    return {
        "Profile And Settings": {
            "Profile Info": {"App": 1, "ProfileMap": {"userName": "owner"}},
            "Follower": {"App": 1, "FansList": people(rng, lists["FansList"])},
            "Following": {"App": 1, "Following": people(rng, lists["Following"])},
        },
        "Likes and Favorites": {
            "Like List": {"App": 1, "ItemFavoriteList": videos(rng, likes, ("date", "link"))}
        },
        "Comment": {"Comments": {"App": 1, "CommentsList": comments}},
        "Direct Message": {"Direct Messages": {"App": 1, "ChatHistory": said}},
        "Your Activity": {"Watch History": {"App": 1, "VideoList": []}},
    }


def written(path: Path, size: int, **options: Any) -> Path:
    """Write an export of about `size` bytes, without holding it in memory at once."""
    rng = np.random.default_rng(1)
    text = json.dumps(document(**options), indent=1, ensure_ascii=False)
    head, tail = text.rsplit("[]", 1)
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        stream.write(head + "[")
        comma = ""
        while stream.tell() < size:
            block = json.dumps(videos(rng, _BLOCK, ("Date", "Link")), indent=1)
            stream.write(comma + block.strip()[1:-1])
            comma = ","
        stream.write("]" + tail)
    return path


def measured(path: Path, small: Path, *, own: bool) -> tuple[float, float]:
    """Return CPU seconds and bytes of a fresh process."""
    program = MEASURED.format(own=own, path=str(path), small=str(small))
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, encoding="utf-8"
    )
    seconds, grown = map(float, done.stdout.split())
    return seconds, grown


def lines(sizes: list[int], rounds: int) -> Iterator[str]:
    """Yield the rows of the table."""
    yield (
        "| file, MB | follownet, CPU s | json.loads, CPU s | ratio (at most 3) "
        "| memory of follownet (at most 6) | of json.loads |"
    )
    yield "|---|---|---|---|---|---|"
    with tempfile.TemporaryDirectory() as folder:
        none = dict.fromkeys(LISTS, 10)
        small = written(Path(folder) / "small.json", 0, likes=10, lists=none, chats=2)
        for size in sizes:
            path = Path(folder) / "user_data_tiktok.json"
            written(path, size * MEGABYTE, likes=LIKES, lists=LISTS, chats=CHATS)
            whole = path.stat().st_size
            found = {True: [], False: []}
            for _ in range(rounds if size <= 200 else 1):
                for own in found:
                    found[own].append(measured(path, small, own=own))
            (own, own_grown), (peer, peer_grown) = (
                map(min, zip(*found[own], strict=True)) for own in (True, False)
            )
            yield (
                f"| {whole / MEGABYTE:.0f} | {own:.2f} | {peer:.2f} | {own / peer:.2f} "
                f"| {own_grown / whole:.2f} x | {peer_grown / whole:.2f} x |"
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--large", action="store_true", help="a file of a GB as well")
    chosen = parser.parse_args()
    for line in lines([100, 1_000] if chosen.large else [100], chosen.rounds):
        print(line, flush=True)


if __name__ == "__main__":
    main()
