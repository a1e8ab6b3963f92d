"""What a follow list is worth; empty, missing and unreadable are three different things."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import builders as b
import pandas as pd
import pytest

import follownet as fn
from follownet.errors import FollownetWarning
from follownet.readers.coverage import FoundList, coverage
from follownet.readers.ledger import Ledger
from follownet.tables import SCHEMA


def worth(
    followers: FoundList | None = None, following: FoundList | None = None, at: Any = None
) -> dict[str, Any]:
    """Return the row of the followers list."""
    whole = FoundList(files=1, records=5, starts=pd.Timestamp("2019-01-01", tz="UTC"))
    found = {"followers": followers or whole, "following": following or whole}
    table = coverage("me", found, at and pd.Timestamp(at, tz="UTC"), Ledger())
    assert table.dtypes.astype(str).to_dict() == SCHEMA["coverage"]
    return table.set_index("list").loc["followers"].to_dict()


def starting(day: str) -> FoundList:
    """Return a list that starts on a day."""
    return FoundList(files=1, records=5, starts=pd.Timestamp(day, tz="UTC"))


@pytest.mark.parametrize(
    ("found", "status", "records", "note"),
    [
        (FoundList(files=1), "presumed", 0, None),
        (FoundList(files=1, records=7), "presumed", 7, None),
        (FoundList(), "missing", None, "there is no file"),
        (FoundList(files=2, unreadable=2), "unreadable", None, "cannot be read"),
        (FoundList(files=1, records=3, unusable=3), "unreadable", None, "cannot be read"),
        (FoundList(files=3, unreadable=1, records=5), "partial", 5, "1 of its 3 files"),
        (FoundList(files=2, records=5, gaps=(2,)), "partial", 5, "part 2 of it is not there"),
        (FoundList(files=1, gaps=tuple(range(1, 999))), "partial", 0, "1, 2, 3, 4, 5 and 993 more"),
        (FoundList(files=1, records=9, unusable=2), "suspect", 7, "2 of its records name no"),
    ],
)
def test_p13_empty_missing_and_unreadable_are_three_things(
    found: FoundList, status: str, records: int | None, note: str | None
) -> None:
    """P13: an empty list is whole, with 0 records; a missing one has no number."""
    row = worth(found)
    assert row["status"] == status
    assert row["records"] == records if records is not None else pd.isna(row["records"])
    assert pd.isna(row["note"]) if note is None else note in row["note"]


@pytest.mark.parametrize(
    ("here", "other", "exported", "status"),
    [
        ("2019-01-01", "2019-06-01", "2026-01-01", "presumed"),
        ("2021-01-01", "2019-01-01", "2026-01-01", "suspect"),
        ("2019-01-01", "2021-01-01", "2026-01-01", "presumed"),
        ("2020-01-01", "2019-01-01", "2026-01-01", "presumed"),
        ("2020-01-02", "2019-01-01", "2026-01-01", "suspect"),
        ("2025-01-01", "2025-01-01", "2026-01-01", "suspect"),
        ("2024-11-27", "2024-11-27", "2026-01-01", "suspect"),
        ("2024-11-26", "2024-11-26", "2026-01-01", "presumed"),
        ("2025-01-01", "2025-01-01", None, "presumed"),
    ],
)
def test_p5_a_chosen_date_range_is_suspected(
    here: str, other: str, exported: str | None, status: str
) -> None:
    """P5: one list a year later than the other, or nothing older than 400 days."""
    row = worth(starting(here), starting(other), exported)
    assert row["status"] == status
    if status == "suspect":
        assert here in row["note"]


def test_p5_a_cut_list_is_warned_of_loudly_and_still_used(tmp_path: Path) -> None:
    """P5: the warning, the coverage and the report say the same."""
    path = b.folder(tmp_path, b.lists())
    (path / b.FOLLOWERS).write_bytes(b.encoded([b.classic("bob"), b.classic("cy")]))
    with pytest.warns(FollownetWarning, match="the followers list is suspect: starts on 2023-11"):
        export = fn.read(path, exported_at="2026-01-01")
    assert b.followers(export) == ["bob", "cy"]
    assert b.statuses(export) == {"followers": "suspect", "following": "presumed"}
    assert any("followers list is suspect" in text for text in export.report.warnings)


def test_p13_lists_of_an_export_are_told_apart(tmp_path: Path) -> None:
    """P13: an empty, a missing and an unreadable list of true files."""
    found = {}
    for name, content in {"empty": [], "unreadable": b"[{", "zero bytes": b""}.items():
        path = b.folder(tmp_path / name, b.lists() | {b.FOLLOWERS: content})
        export = b.read(path)
        found[name] = (b.statuses(export)["followers"], export.coverage["records"].iloc[0])
    members = b.lists()
    del members[b.FOLLOWERS]
    export = b.read(b.folder(tmp_path / "missing", members))
    found["missing"] = (b.statuses(export)["followers"], export.coverage["records"].iloc[0])
    assert found == {
        "empty": ("presumed", 0),
        "unreadable": ("unreadable", pd.NA),
        "zero bytes": ("unreadable", pd.NA),
        "missing": ("missing", pd.NA),
    }


def test_p13_both_lists_empty_is_no_error(tmp_path: Path) -> None:
    """P13: nobody follows and nobody is followed: that is an answer."""
    export = fn.read(b.folder(tmp_path, b.lists((), ())))
    assert b.statuses(export) == {"followers": "presumed", "following": "presumed"}
    assert export.coverage["records"].tolist() == [0, 0]
    assert export.follows.empty


def test_no_data_txt_says_that_the_lists_are_empty(tmp_path: Path) -> None:
    """It stands in the folder in place of the lists; elsewhere it speaks of other things."""
    nothing = {f"{b.TIES}/no-data.txt": b"You have no data in this section."}
    export = fn.read(b.folder(tmp_path / "a", nothing | {b.PROFILE: b.profile("ann")} | LIKED))
    assert export.coverage["records"].tolist() == [0, 0]
    elsewhere = {f"{b.ACTIVITY}/likes/no-data.txt": b"", b.LIKES: LIKED[b.LIKES]}
    export = fn.read(b.folder(tmp_path / "b", elsewhere))
    assert b.statuses(export) == {"followers": "missing", "following": "missing"}


LIKED = {b.LIKES: {"likes_media_likes": [b.liked("bob")]}}


def test_p1_gaps_between_parts_are_told(tmp_path: Path) -> None:
    """P1: part 2 of 3 is not there, so the list is partial; what is there is read."""
    parts = {f"{b.TIES}/followers_{n}.json": [b.classic(f"u{n}", b.OLD)] for n in (1, 3, 10)}
    members = b.lists() | parts
    with pytest.warns(FollownetWarning, match="part 2, 4, 5, 6, 7 and 2 more of it is not there"):
        export = fn.read(b.folder(tmp_path, members))
    assert b.followers(export) == ["u1", "u10", "u3"]
    assert b.statuses(export)["followers"] == "partial"


def test_an_unreadable_part_makes_a_list_partial(tmp_path: Path) -> None:
    """The other parts are read, and it is said how many are not."""
    members = b.lists() | {f"{b.TIES}/followers_2.json": b'[{"title"'}
    export = b.read(b.folder(tmp_path, members))
    assert b.statuses(export)["followers"] == "partial"
    assert "1 of its 2 files" in export.coverage["note"].iloc[0]


def test_absurd_numbers_of_parts_cost_nothing(tmp_path: Path) -> None:
    """The gap up to a part of a billion would not fit in memory."""
    names = ["followers_999999999999", "followers_" + "9" * 90, "followers_9999"]
    parts = {f"{b.TIES}/{name}.json": [b.classic("x")] for name in names}
    export = b.read(b.folder(tmp_path, b.lists() | parts))
    assert "and 9992 more" in export.coverage["note"].iloc[0]
    assert b.followers(export) == ["bob", "cy", "x"]


def numbered(count: int, prefix: str = "u") -> list[Any]:
    """Return so many records, years old."""
    return [b.classic(f"{prefix}{number}", b.OLD + number) for number in range(count)]


@pytest.mark.parametrize(
    ("sizes", "status"),
    [
        ((9_999,), "presumed"),
        ((10_000,), "suspect"),
        ((10_000, 1), "presumed"),
        ((10_000, 10_000), "suspect"),
    ],
)
def test_p1_a_full_last_part_is_suspect(
    sizes: tuple[int, ...], status: str, tmp_path: Path
) -> None:
    """P1: a part holds exactly 10,000; of a list that ends with a full one the next may be cut."""
    parts = {
        f"{b.TIES}/followers_{n}.json": numbered(size, f"p{n}_") for n, size in enumerate(sizes, 1)
    }
    export = b.read(b.folder(tmp_path, b.lists() | parts), exported_at="2026-01-01")
    assert b.statuses(export)["followers"] == status
    assert export.coverage["records"][0] == sum(sizes)
    note = export.coverage["note"][0]
    assert pd.isna(note) if status == "presumed" else "last file is full (10,000 records)" in note


@pytest.mark.parametrize(("count", "status"), [(7_499, "presumed"), (7_500, "suspect")])
def test_p1_following_ends_at_its_cap(count: int, status: str, tmp_path: Path) -> None:
    """P1: nobody can follow more; followers have no such cap."""
    members = {b.FOLLOWING: numbered(count), b.FOLLOWERS: numbered(7_501)}
    export = b.read(b.folder(tmp_path, members), exported_at="2026-01-01")
    assert b.statuses(export) == {"followers": "presumed", "following": status}
    if status == "suspect":
        assert "7,500 accounts, and nobody can follow more than 7,500" in export.coverage["note"][1]


@pytest.mark.parametrize(
    ("declared", "status"),
    [
        ("100", "verified"),
        ("99", "presumed"),
        ("101", "presumed"),
        ("105", "presumed"),
        ("106", "suspect"),
        ("", "presumed"),
        ("1.2K", "presumed"),
        ("9" * 5000, "presumed"),
    ],
)
def test_the_platforms_own_count_verifies_a_list_or_raises_doubt(
    declared: str, status: str, tmp_path: Path
) -> None:
    """More than a twentieth short is suspect; counts are of another day than lists."""
    counts = {
        "organic_insights_audience": [{"string_map_data": {"Followers": {"value": declared}}}]
    }
    members = {b.FOLLOWERS: numbered(100), f"{INSIGHTS}/audience_insights.json": counts}
    export = b.read(b.folder(tmp_path, b.lists() | members), exported_at="2026-01-01")
    row = export.coverage.set_index("list").loc["followers"]
    assert row["status"] == status
    known = declared.isdigit() and len(declared) < 9
    assert row["declared"] == int(declared) if known else pd.isna(row["declared"])
    if status == "suspect":
        assert "has 100 records, where the platform's own count is 106" in row["note"]


INSIGHTS = "logged_information/past_instagram_insights"


def test_followers_who_were_reached_are_not_the_followers(tmp_path: Path) -> None:
    """Insights of reach and of interactions have that label, too."""
    reach = {"organic_insights_reach": [{"string_map_data": {"Followers": {"value": "900"}}}]}
    members = {f"{INSIGHTS}/profiles_reached.json": reach}
    export = b.read(b.folder(tmp_path, b.lists() | members), exported_at="2026-01-01")
    assert export.coverage["declared"].isna().all()
    assert b.skipped(export) == {"sums that no table holds": 1}


def test_signs_of_a_cut_list_add_up() -> None:
    """All of them are told, in words."""
    starts = pd.Timestamp("2025-06-01", tz="UTC")
    here = FoundList(files=1, records=9, unusable=1, declared=20, signs=("a sign",), starts=starts)
    note = worth(here, at="2026-01-01")["note"]
    assert note.split("; ") == [
        "a sign",
        "has 9 records, where the platform's own count is 20",
        "1 of its records name no account",
        "starts on 2025-06-01, years after the other list (2019-01-01): a date range may have been "
        "chosen",
    ]
    sure = worth(FoundList(files=2, records=9, declared=20, unreadable=1, starts=starts))
    assert sure["status"] == "partial"


@pytest.mark.parametrize(
    ("platform", "name"),
    [
        ("mastodon", "following_accounts.csv"),
        ("youtube", "subscriptions.csv"),
        ("linkedin", "Company Follows.csv"),
    ],
)
def test_a_list_that_ends_within_a_line_is_suspect(
    platform: str, name: str, tmp_path: Path
) -> None:
    """What is left of a name there is another account's, and is none."""
    shutil.unpack_archive(fn.datasets.sample(platform), tmp_path)
    [file] = tmp_path.rglob(name)
    *lines, last = file.read_bytes().splitlines(keepends=True)
    whole = set(fn.read(tmp_path).follows["target"])
    file.write_bytes(b"".join(lines) + last[:3])
    with pytest.warns(FollownetWarning, match="following list is suspect"):
        export = fn.read(tmp_path)
    assert set(export.follows["target"]) < whole
    assert len(export.follows) == len(whole) - 1
