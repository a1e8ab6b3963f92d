"""Post analytics in the form of Meta Business Suite: simulated posts as that tool writes them."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from follownet.seeds import generator
from follownet.simulation.names import filler
from follownet.simulation.posts import posts
from follownet.tables import Export

#: The sample's world: +40 % from the middle of a year on, and two good hours.
WORLD: Final[dict[str, Any]] = {"weeks": 52, "effect": 1.4, "hours": {18: 1.5, 19: 1.5}, "seed": 2}
COLUMNS: Final = (
    "Post ID", "Account ID", "Account username", "Account name", "Description", "Duration (sec)",
    "Publish time", "Permalink", "Post type", "Data comment", "Date", "Views", "Likes", "Shares",
    "Comments", "Saves", "Reach", "Follows",
)  # fmt: skip
_COUNTS: Final = {
    "Views": "views", "Likes": "likes", "Shares": "shares", "Comments": "comments",
    "Saves": "saves", "Reach": "reach", "Follows": "new_follows",
}  # fmt: skip
_LETTERS: Final = np.array(list("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"))


def sample() -> Export:
    """Return the world of the bundled sample."""
    return posts(**WORLD)


def save(export: Export, path: Path, *, account: str) -> Path:
    """Write posts as a content export of Instagram; return the path.

    Times are those of the table, in the American form and without their zone; followers are not
    in such files. Ids are beyond 2**53, as the platform's are. The same table gives the same bytes.

    Examples
    --------
    >>> import tempfile
    >>> file = save(posts(weeks=2, seed=1), Path(tempfile.mkdtemp(), "posts.csv"), account="ann")
    >>> file.read_text(encoding="utf-8").splitlines()[0].split(",")[:3]
    ['Post ID', 'Account ID', 'Account username']
    """
    rng = generator(0)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for post in export.posts.to_dict("records"):
            row = _row(post, account, rng)
            writer.writerow([row[name] for name in COLUMNS])
    return path


def _row(post: dict[Any, Any], account: str, rng: np.random.Generator) -> dict[str, Any]:
    reel = post["format"] == "reel"
    code = "".join(rng.choice(_LETTERS, 11))
    return {
        "Post ID": f"180{rng.integers(10**14):014d}",
        "Account ID": "17841400000000000",
        "Account username": account,
        "Account name": account.capitalize(),
        "Description": filler(int(rng.integers(1_000)), int(post["text_length"])),
        "Duration (sec)": int(rng.integers(5, 90)) if reel else 0,
        "Publish time": f"{post['at']:%m/%d/%Y %H:%M}",
        "Permalink": f"https://www.instagram.com/{'reel' if reel else 'p'}/{code}/",
        "Post type": f"IG {post['format']}",
        "Data comment": "",
        "Date": "Lifetime",
        **{header: int(post[name]) for header, name in _COUNTS.items()},
    }


def numbers(export: Export) -> pd.DataFrame:
    """Return the true numbers of both halves of a world."""
    table = export.posts
    truth = table.attrs["truth"]
    later = table["at"] >= truth["at"]
    counts = ["likes", "comments", "shares", "saves", "reach"]
    halves = [table[~later], table[later]]
    rows = {"posts": [len(half) for half in halves]}
    rows |= {f"`{name}`": [int(half[name].sum()) for half in halves] for name in counts}
    day = f"{truth['at']:%Y-%m-%d}"
    return pd.DataFrame(rows, index=[f"before {day}", f"from {day} on"]).T
