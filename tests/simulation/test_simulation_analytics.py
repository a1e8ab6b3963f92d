"""The bundled analytics of posts say what their world says."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest

import follownet as fn
from follownet import Export, engagement
from follownet.simulation import analytics, posts

FILE = Path(__file__).parents[2] / "data" / "posts-meta.csv"
SAME = ["text_length", "likes", "comments", "shares", "saves", "reach", "views", "new_follows"]


@pytest.fixture(scope="module")
def found() -> Export:
    return fn.read_posts(fn.datasets.sample("posts"))


def test_what_is_read_is_what_was_made(found: Export) -> None:
    """Times to the minute, formats and all counts; followers are not in such files."""
    made = analytics.sample().posts
    rows = found.posts.sort_values("at", kind="stable").reset_index(drop=True)
    pd.testing.assert_frame_equal(rows[["at", "format", *SAME]], made[["at", "format", *SAME]])
    assert "followers" not in found.posts


def test_the_committed_file_is_what_is_made(tmp_path: Path) -> None:
    """Byte for byte."""
    made = analytics.save(analytics.sample(), tmp_path / "posts.csv", account="livelyshore")
    assert made.read_bytes() == FILE.read_bytes()


def test_the_description_has_its_true_numbers(found: Export) -> None:
    text = FILE.with_name("README.md").read_text(encoding="utf-8")
    cut = engagement.period(found, "2026-07-06").posts
    for name in ("likes", "comments", "shares", "saves", "reach"):
        later = int(cut[name].sum())
        assert f"| `{name}` | {int(found.posts[name].sum()) - later} | {later} |" in text


def test_what_was_planted_is_found(found: Export) -> None:
    """+40 %, the two hours and the better formats; not +100 % and not nothing."""
    halves = engagement.period(found, end="2026-07-06"), engagement.period(found, "2026-07-06")
    change = engagement.change(*halves, base="reach")
    assert [change.covers(claim) for claim in (1, 1.4, 2)] == [False, True, False]
    best = engagement.best_times(found, base="reach").best
    assert best.loc["hour"].index.tolist() == ["18", "19"]


def test_ids_are_texts_beyond_what_a_spreadsheet_keeps(tmp_path: Path) -> None:
    file = analytics.save(posts(weeks=2), tmp_path / "posts.csv", account="ann")
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert all(int(row["Post ID"]) > 2**53 for row in rows)
    read = fn.read_posts(file)
    assert set(read.posts["post"]) == {row["Post ID"] for row in rows}
    assert set(read.posts["account"]) == {"ann"}
