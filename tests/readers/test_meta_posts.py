"""Own posts and insights: what each tells of a post is joined by its medium."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import builders as b
import pandas as pd
import pytest

from follownet.readers import meta_posts

INSIGHTS = "logged_information/past_instagram_insights"


def insight(uri: Any, at: int | None = None, **counts: Any) -> dict[str, Any]:
    """Return what a professional account is told of a post."""
    fields: dict[str, Any] = {
        label.replace("_", " "): {"href": "", "value": value} for label, value in counts.items()
    }
    if at is not None:
        fields["Creation Timestamp"] = {"timestamp": at}
    return {"media_map_data": {"Media Thumbnail": {"uri": uri}}, "string_map_data": fields}


def test_counts_stand_with_the_post_of_the_same_medium(tmp_path: Path) -> None:
    """In whichever folder; a post that only insights tell of has a row of its own."""
    posts = [
        {
            "media": [
                {"uri": f"media/posts/20{n}/{n}.jpg", "creation_timestamp": b.NEW, "title": "x"}
            ]
        }
        for n in (1, 2)
    ]
    told = [
        insight("media/other/2.jpg", Likes="1,234", Comments="5", Saves="0", Follows="3"),
        insight("media/posts/3.jpg", b.OLD, Accounts_reached="10", Impressions="20", Plays="7"),
        insight(None, Likes="9"),
        {"string_map_data": {"Likes": {"value": "9"}}},
        None,
    ]
    members = {
        f"{b.ACTIVITY}/media/posts_1.json": posts,
        f"{INSIGHTS}/posts.json": {"organic_insights_posts": told},
        b.PROFILE: b.profile("ann"),
    }
    export = b.read(b.folder(tmp_path, b.lists() | members))
    counts = ["likes", "comments", "saves", "new_follows", "reach", "impressions", "views"]
    table = export.posts.set_index("post").sort_index()
    assert table["account"].unique().tolist() == ["ann"]
    assert table[counts].astype(object).where(table[counts].notna(), None).to_numpy().tolist() == [
        [None] * 7,
        [1234, 5, 0, 3, None, None, None],
        [None, None, None, None, 10, 20, 7],
    ]
    assert table["format"].fillna("").tolist() == ["image", "image", ""]
    assert table["at"].tolist() == [
        pd.Timestamp(at, unit="s", tz="UTC") for at in (b.NEW, b.NEW, b.OLD)
    ]
    assert b.skipped(export)["record holds no medium"] == 3


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("0", 0),
        ("12", 12),
        (" 12 ", 12),
        ("1,234", 1234),
        ("1.234.567", 1_234_567),
        ("1 234", 1234),
        ("1\u202f234", 1234),
        ("999999999999999", 999_999_999_999_999),
        ("9999999999999999", None),
        ("9" * 5000, None),
        ("1.5", None),
        ("12,34", None),
        ("1.2K", None),
        ("12%", None),
        ("-3", None),
        ("", None),
        (12, None),
        (None, None),
    ],
)
def test_numbers_may_stand_in_groups(value: Any, number: int | None) -> None:
    """Whole ones alone, of a size that a column can hold."""
    assert meta_posts.number({"value": value}) == number


@pytest.mark.parametrize("record", [None, [], {}, {"media": {}}, {"media": [5]}, {"uri": 5}])
def test_what_shows_no_medium_is_no_post(record: Any) -> None:
    """Of any shape."""
    assert meta_posts.post(record, "image") is None
    assert meta_posts.insight(record) is None
