"""Which rows are posts, which columns are what, and ids that spreadsheets have touched."""

from __future__ import annotations

import csv
import zipfile
from pathlib import Path
from typing import Any

import pytest
import sheets as s

import follownet as fn
from follownet.errors import FollownetWarning, SchemaError, UnknownFormatError
from follownet.readers.analytics import columns

LONG = "1945012345678901234"


def left_out(export: fn.Export) -> dict[str, int]:
    assert export.report is not None
    return dict(zip(export.report.skipped["reason"], export.report.skipped["records"], strict=True))


def table_of(name: str) -> list[dict[str, str]]:
    with Path(columns.__file__).with_name(name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_tables_of_headers_are_sound() -> None:
    """Each header is written as it is compared, once for a column, with what is known of it."""
    rows = table_of("columns.csv")
    assert {row["column"] for row in rows} == {*columns.ROLES, "(total)", "(account)"}
    assert all(row["header"] == columns.word(row["header"]) for row in rows)
    assert len({(row["column"], row["header"]) for row in rows}) == len(rows)
    assert {row["language"] for row in rows} == {"en", "de", "es"}
    sources = table_of("sources.csv")
    assert {row["evidence"] for row in [*rows, *sources]} == {"reported", "untried"}
    for row in sources:
        headers = row["headers"].split("|")
        assert headers == [columns.word(header) for header in headers]
    assert all(row["value"] == columns.word(row["value"]) for row in table_of("formats.csv"))


def test_every_language_has_a_header_for_every_count() -> None:
    """A German or Spanish file is not half read."""
    rows = table_of("columns.csv")
    for language in ("en", "de", "es"):
        known = {row["column"] for row in rows if row["language"] == language}
        assert known >= {"post", "account", "at", "format", "text_length", "(total)"}
        assert known >= set(columns.COUNTS)


def test_lines_before_and_after_the_table_are_counted(tmp_path: Path) -> None:
    """Titles above the header, remarks below the rows."""
    lines = ["Report of Ann", "", "1 Jul - 31 Jul,,", "Date,Likes,Views", "2026-08-02,5,6"]
    export = fn.read_posts(s.saved(tmp_path, "\n".join([*lines, "", "Exported for you", ""])))
    assert export.posts["likes"].tolist() == [5]
    assert left_out(export) == {"line before the header": 2, "line of text, no row of the table": 1}


@pytest.mark.parametrize(
    "word", ["Total", "GESAMT", "Insgesamt", "Totales", "Grand total", "Summe"]
)
@pytest.mark.parametrize("first", [True, False])
def test_rows_of_sums(tmp_path: Path, word: str, first: bool) -> None:
    """First or last, in every language; with a time it is a post of that name."""
    rows = [f"{word},,5", f"{word},2026-08-02,5"]
    export = fn.read_posts(s.table(tmp_path, "Title,Date,Likes", *(rows if first else rows[::-1])))
    assert export.posts["likes"].tolist() == [5]
    assert left_out(export) == {"row of totals": 1}
    rows = [f"{word},9", "2026-08-02,5"]
    export = fn.read_posts(s.table(tmp_path, "Date,Likes", *(rows if first else rows[::-1])))
    assert export.posts["likes"].tolist() == [5]


def test_rows_that_are_equal_in_every_cell(tmp_path: Path) -> None:
    """With an id they are one post; without they may be two, are kept, and it is said."""
    rows = ["2026-08-02,a,5"] * 2
    export = fn.read_posts(s.table(tmp_path, "Date,ID,Likes", *rows))
    assert export.posts["post"].tolist() == ["a"]
    assert left_out(export) == {"row repeats another in every cell": 1}
    path = s.table(tmp_path, "Date,Title,Likes", *rows)
    with pytest.warns(FollownetWarning, match="1 rows equal others in every cell; they are kept"):
        export = fn.read_posts(path)
    assert export.posts["post"].tolist() == ["line 2", "line 3"]


def test_of_a_post_with_several_rows_the_latest_counts(tmp_path: Path) -> None:
    """Counts grow: the largest are the latest, wherever the row stands."""
    rows = ["a,2026-08-02,9", "b,2026-08-03,1", "a,2026-08-02,5", "c,2026-08-04,2"]
    path = s.table(tmp_path, "ID,Date,Likes", *rows)
    with pytest.warns(FollownetWarning, match="1 rows are of posts that have another row"):
        export = fn.read_posts(path)
    assert export.posts[["post", "likes"]].to_numpy().tolist() == [["a", 9], ["b", 1], ["c", 2]]
    assert left_out(export) == {"older row of a post that has several": 1}


def test_rows_for_each_day_of_a_post_are_refused(tmp_path: Path) -> None:
    """Their counts are parts, which are not to be taken for the whole."""
    rows = [f"a,2026-08-{day},{day}" for day in range(10, 20)]
    with pytest.raises(UnknownFormatError, match=r"10 rows, 1 posts\), one for each day or part"):
        fn.read_posts(s.table(tmp_path, "ID,Date,Likes", *rows))


@pytest.mark.parametrize(
    ("written", "read"),
    [(LONG, LONG), (f'"=""{LONG}"""', LONG), (f"'{LONG}", LONG), ("007", "007"), ("", "line 2")],
)
def test_ids_are_texts(tmp_path: Path, written: str, read: str) -> None:
    """As they are written, without what keeps a spreadsheet from taking them for numbers."""
    export = fn.read_posts(s.table(tmp_path, "Post id,Date,Likes", f"{written},2026-08-02,5"))
    assert export.posts["post"].tolist() == [read]


@pytest.mark.parametrize("damaged", ["1.94501E+18", '"1,94501E+18"', "1945012345678900000"])
def test_ids_that_a_spreadsheet_has_rounded(tmp_path: Path, damaged: str) -> None:
    """They are no ids: the link takes their place, or else the line, with a warning."""
    rows = [f"{damaged},2026-08-0{day},5,https://x.test/{day}" for day in (2, 3)]
    export = fn.read_posts(s.table(tmp_path, "Post id,Date,Likes,Post Link", *rows))
    assert export.posts["post"].tolist() == ["https://x.test/2", "https://x.test/3"]
    assert "Post id" in export.posts
    path = s.table(tmp_path, "Post id,Date,Likes,Other", *rows)
    with pytest.warns(FollownetWarning, match="ids have lost digits"):
        export = fn.read_posts(path)
    assert export.posts["post"].tolist() == ["line 2", "line 3"]


def test_ids_that_are_numbers_in_a_workbook(tmp_path: Path) -> None:
    """Up to 2**53 nothing is lost; beyond it is."""
    day = "2026-08-02"
    path = s.workbook(tmp_path, {"a": [["ID", "Date", "Likes"], [9007199254740991, day, 5]]})
    assert fn.read_posts(path).posts["post"].tolist() == ["9007199254740991"]
    path = s.workbook(tmp_path, {"a": [["ID", "Date", "Likes"], [1.9450123456789e18, day, 5]]})
    with pytest.warns(FollownetWarning, match="ids have lost digits"):
        assert fn.read_posts(path).posts["post"].tolist() == ["line 2"]


def test_content_may_be_a_text(tmp_path: Path) -> None:
    """YouTube calls ids so, others what was written."""
    export = fn.read_posts(s.table(tmp_path, "Content,Date,Likes", "two words,2026-08-02,5"))
    assert export.posts[["post", "text_length"]].to_numpy().tolist() == [["line 2", 9]]
    export = fn.read_posts(s.table(tmp_path, "Content,Date,Likes", "abcDEF-1234,2026-08-02,5"))
    assert export.posts["post"].tolist() == ["abcDEF-1234"]
    assert export.posts["text_length"].isna().all()


def test_what_columns_accepts(tmp_path: Path) -> None:
    """Columns of posts, and headers that are there; no header for two."""
    path = s.table(tmp_path, "Date,Likes", "2026-08-02,5")
    wrong: list[tuple[Any, str]] = [
        ({"claps": "Likes"}, "1 of 1 keys are no column of posts; accepts post, account, at"),
        ({"likes": 3}, "accepts headers of the file"),
        ({"likes": "x", "views": "X "}, "one header is given for two columns"),
        ("likes", "give a dict"),
        ({"views": "Aufrufe"}, "1 of 1 headers that were given are not in the file"),
    ]
    for given, message in wrong:
        with pytest.raises(SchemaError, match=message):
            fn.read_posts(path, columns=given)
    with pytest.raises(SchemaError, match="zone: is no time zone"):
        fn.read_posts(path, zone="Mars")


def test_what_a_table_lacks_is_said(tmp_path: Path) -> None:
    """Followers alone are no engagement, and a time there must be."""
    for header, known in (("Date,Followers", "at, followers"), ("Likes,Views", "likes, views")):
        path = s.table(tmp_path, header, "2026-08-02,5")
        with pytest.raises(UnknownFormatError, match=f"it found: {known};"):
            fn.read_posts(path)


def test_several_tables_of_posts_are_not_chosen_among(tmp_path: Path) -> None:
    """Nor is a zip without any taken."""
    path = tmp_path / "two.zip"
    for header, message in (
        ("ID,Date,Likes", "2 of its tables"),
        ("a,b,c", "none of its 2 tables"),
    ):
        with zipfile.ZipFile(path, "w") as archive:
            for name in ("ann.csv", "bob.csv"):
                archive.writestr(name, f"{header}\nx,2026-08-02,5\n")
        with pytest.raises(UnknownFormatError, match=message) as caught:
            fn.read_posts(path)
        assert "ann" not in str(caught.value).removeprefix(str(tmp_path))


def test_duplicate_and_empty_headers(tmp_path: Path) -> None:
    """Every column comes through, under a name of its own."""
    path = s.table(tmp_path, "Date,Likes,Note,Note,,at", "2026-08-02,5,a,b,c,d")
    posts = fn.read_posts(path).posts
    assert posts.loc[0, ["Note", "Note (2)", "column 5", "at (2)"]].tolist() == ["a", "b", "c", "d"]
