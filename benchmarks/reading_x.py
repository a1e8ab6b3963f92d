"""Time and memory of reading a large archive of X, against `json.loads` over the same bytes.

    python benchmarks/reading_x.py            # 100 MB of tweets
    python benchmarks/reading_x.py --large    # and a million tweets, 1.3 GB

The tweets are made from a seed. Each measurement is a process of its own; seconds are its CPU time,
memory is the process's own high-water mark beyond what importing takes, in sizes of the file.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

MB = 10**6
WORDS = "river café blue paper garden morning über window leaf stone rain yellow map 🙂".split()

LOADS = """
import json, sys, time
content = open(sys.argv[1], "rb").read()
start = time.process_time()
json.loads(content[content.index(b"=") + 1 :] if content.startswith(b"window") else content)
print(time.process_time() - start, 0)
"""
READ = """
import re, sys, time, warnings
import follownet as fn
warnings.simplefilter("ignore")
# What reading imports on first use belongs to the baseline, too.
fn.read(sys.argv[2])
def peak():
    # Not ru_maxrss, which begins with that of the process that started this one.
    return int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1])
before, start = peak(), time.process_time()
fn.read(sys.argv[1])
print(time.process_time() - start, (peak() - before) * 1024)
"""


def tweets(count: int, chance: random.Random) -> Iterator[str]:
    """Yield the pieces of a file of tweets in X's own style."""
    yield "window.YTD.tweets.part0 = [\n"
    for place in range(count):
        yield json.dumps(
            {"tweet": tweet(place, chance)}, indent=2, ensure_ascii=False, separators=(",", " : ")
        )
        yield ",\n" if place < count - 1 else "\n]"


def tweet(place: int, chance: random.Random) -> dict[str, object]:
    number = str(15 * 10**17 + place * 977)
    people = [chance.randrange(10**6) for _ in range(chance.choice([0, 1, 1, 2]))]
    words = " ".join(chance.choice(WORDS) for _ in range(chance.randrange(4, 30)))
    minute = f"{chance.randrange(24):02}:{chance.randrange(60):02}:{chance.randrange(60):02}"
    found = {
        "edit_info": {
            "initial": {
                "editTweetIds": [number],
                "editableUntil": "2025-11-28T14:02:05.000Z",
                "editsRemaining": "5",
                "isEditEligible": False,
            }
        },
        "retweeted": False,
        "source": '<a href="https://mobile.example.com" rel="nofollow">Web App</a>',
        "entities": {
            "hashtags": [],
            "symbols": [],
            "user_mentions": [
                {
                    "name": f"Person {one}",
                    "screen_name": f"user_{one}",
                    "indices": ["0", "14"],
                    "id_str": str(10**9 + one),
                    "id": str(10**9 + one),
                }
                for one in people
            ],
            "urls": [],
        },
        "display_text_range": ["0", str(len(words))],
        "favorite_count": str(chance.randrange(50)),
        "id_str": number,
        "truncated": False,
        "retweet_count": "0",
        "id": number,
        "possibly_sensitive": False,
        "created_at": f"Fri Mar {chance.randrange(1, 29):02} {minute} +0000 2024",
        "favorited": False,
        "full_text": words,
        "lang": "en",
    }
    if people and chance.random() < 0.7:
        found |= {
            "in_reply_to_status_id": number[::-1],
            "in_reply_to_status_id_str": number[::-1],
            "in_reply_to_user_id": str(10**9 + people[0]),
            "in_reply_to_user_id_str": str(10**9 + people[0]),
            "in_reply_to_screen_name": f"user_{people[0]}",
        }
    return found


def measured(code: str, *paths: Path) -> tuple[float, float]:
    """Return CPU seconds and bytes of memory of a process that runs `code`."""
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, paths)],
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    seconds, memory = map(float, done.stdout.split())
    return seconds, memory


def compare(what: str, path: Path, little: Path, rounds: int = 3) -> None:
    """Print time against `json.loads`, the best of some rounds, and memory against the file."""
    size = path.stat().st_size
    times = {
        code: min(measured(code, path, little)[0] for _ in range(rounds)) for code in (LOADS, READ)
    }
    _, memory = measured(READ, path, little)
    print(
        f"| {what}, {size / MB:,.0f} MB | {times[READ]:.2f} | {times[LOADS]:.2f} "
        f"| {times[READ] / times[LOADS]:.2f} (at most 3) | {memory / size:.2f} (at most 6) |",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", action="store_true", help="a million tweets, too")
    counts = [75_000, 1_000_000] if parser.parse_args().large else [75_000]
    print("| what | read, CPU s | json.loads, CPU s | ratio | memory in sizes of the file |")
    print("|---|---|---|---|---|")
    for count in counts:
        with tempfile.TemporaryDirectory() as folder:
            paths = [Path(folder, where, "tweets.js") for where in ("large", "little")]
            for path, size in zip(paths, (count, 10), strict=True):
                path.parent.mkdir()
                with path.open("w", encoding="utf-8", newline="\n") as stream:
                    stream.writelines(tweets(size, random.Random(1)))
            compare(f"{count:,} tweets", *paths, rounds=1 if count > 10**5 else 3)


if __name__ == "__main__":
    main()
