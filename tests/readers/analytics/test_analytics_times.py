"""Times whose order of day and month the whole column tells, or the caller."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import sheets as s
from hypothesis import example, given
from hypothesis import strategies as st

import follownet as fn
from follownet.errors import FollownetWarning, SchemaError
from follownet.readers.analytics import times

DAYS = st.dates(dt.date(1995, 1, 1), dt.date(2090, 1, 1))


def read(*cells: Any, zone: str = "UTC", order: str | None = None) -> list[str]:
    """Return times to the minute, empty where a cell is none."""
    found = times.read(cells, zone, order, "posts.csv")
    assert not (found.at.notna() & found.unread).any()
    return found.at.dt.strftime("%Y-%m-%d %H:%M").fillna("").tolist()


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2026-08-02 19:05:00", "2026-08-02 19:05"),
        ("2026-08-02T19:05:00.123Z", "2026-08-02 19:05"),
        ("2026-08-02T19:05:00+02:00", "2026-08-02 17:05"),
        ("2026-08-15 13:12 -0130", "2026-08-15 14:42"),
        ("2026-08-15 13:12 UTC", "2026-08-15 13:12"),
        ("2026/8/2", "2026-08-02 00:00"),
        ("03/27/2026 06:08", "2026-03-27 06:08"),
        ("27/03/2026, 18:05", "2026-03-27 18:05"),
        ("01.10.2026", "2026-10-01 00:00"),
        ("8/16/26, 12:05 AM", "2026-08-16 00:05"),
        ("8/16/2026 7:05 p. m.", "2026-08-16 19:05"),
        ("Tue, Jul 14, 2026", "2026-07-14 00:00"),
        ("Sep 14, 2026", "2026-09-14 00:00"),
        ("14. September 2026 18:30", "2026-09-14 18:30"),
        ("14 de septiembre de 2026", "2026-09-14 00:00"),
        ("mar., 14 jul 2026", "2026-07-14 00:00"),
        (dt.datetime(2026, 4, 3, 19, 5), "2026-04-03 19:05"),  # noqa: DTZ001  as workbooks have it
        (dt.date(2026, 4, 3), "2026-04-03 00:00"),
    ],
)
def test_forms_of_times(cell: Any, expected: str) -> None:
    """Of every source, in numbers and in words."""
    assert read(cell) == [expected]


@pytest.mark.parametrize(
    "cell",
    "Lifetime|2026-13-01|30.02.2026|25/25/2026|2026-01-01 25:00|13/1/2026 13:00 PM|46101.25|"
    "1754161500|2026|12:30|9999-01-01".split("|"),
)
def test_what_is_no_time(cell: str) -> None:
    """It is known for none, and never taken for another."""
    assert read(cell) == [""]


@given(days=st.lists(DAYS, min_size=1, max_size=8), sign=st.sampled_from("/-"))
@example(days=[dt.date(2026, 3, 4)], sign="/")
def test_dates_are_read_rightly_or_asked_about(days: Sequence[dt.date], sign: str) -> None:
    """In both orders; a day above 12 tells the order of all."""
    orders = {"day first": f"%d{sign}%m{sign}%Y", "month first": f"%m{sign}%d{sign}%Y"}
    for order, form in orders.items():
        cells = [day.strftime(form) for day in days]
        expected = [f"{day} 00:00" for day in days]
        assert read(*cells, order=order) == expected
        try:
            assert read(*cells) == expected
        except SchemaError:
            assert all(day.day <= 12 for day in days)


def test_one_cell_tells_for_all() -> None:
    """Points are of countries that put the day first; equal numbers need no order."""
    assert read("03/04/2026", "03/27/2026") == ["2026-03-04 00:00", "2026-03-27 00:00"]
    assert read("03/04/2026", "27/03/2026") == ["2026-04-03 00:00", "2026-03-27 00:00"]
    assert read("25/25/2026", "03/27/2026") == ["", "2026-03-27 00:00"]
    assert read("03.04.2026") == ["2026-04-03 00:00"]
    assert read("05/05/2026") == ["2026-05-05 00:00"]


def test_an_open_order_is_asked_and_the_answer_taken(tmp_path: Path) -> None:
    """The message has the question, and no date of the file."""
    path = s.table(tmp_path, "Date,Likes", "05/06/2026,5", "07/08/2026,6")
    with pytest.raises(SchemaError, match="April or of March") as caught:
        fn.read_posts(path)
    assert "05/06" not in str(caught.value)
    with pytest.raises(SchemaError, match="April or of March"):
        fn.read(path)
    first = fn.read_posts(path, dates="day first").posts["at"][0]
    assert f"{first:%m-%d}" == "06-05"
    export = fn.read_posts(path, dates="month first")
    assert f"{export.posts['at'][0]:%m-%d}" == "05-06"
    assert "its dates are read with the month first" in str(export.report)
    with pytest.raises(SchemaError, match="dates: accepts 'day first' or 'month first'"):
        fn.read_posts(path, dates="dmy")  # type: ignore[arg-type]


def test_a_column_in_two_orders_is_asked_about(tmp_path: Path) -> None:
    """What does not fit the answer has no time, and is counted."""
    rows = [f"{day},{day}/01/2026,5" for day in range(13, 30)]
    path = s.table(tmp_path, "ID,Date,Likes", *rows, "x,01/31/2026,5")
    with pytest.raises(SchemaError, match="begin with the day and dates that begin with the month"):
        fn.read_posts(path)
    with pytest.warns(FollownetWarning, match=r"at: 1 of 18 values are not a time; .* line 19"):
        export = fn.read_posts(path, dates="day first")
    assert export.posts["at"].isna().sum() == 1


def test_local_times_are_of_the_zone() -> None:
    """Summer time is minded; what says its zone stays."""
    cells = ("2026-01-15 12:00", "2026-07-15 12:00", "Jul 15, 2026 12:00", "2026-07-15 12:00Z")
    expected = ["2026-01-15 11:00", "2026-07-15 10:00", "2026-07-15 10:00", "2026-07-15 12:00"]
    assert read(*cells, zone="Europe/Berlin") == expected


def test_posts_without_a_time_are_kept_and_counted(tmp_path: Path) -> None:
    """Nothing stands there: that is missing, not unreadable."""
    export = fn.read_posts(s.table(tmp_path, "ID,Date,Likes", "a,,5", "b,2026-08-02,6"))
    assert export.posts["at"].isna().tolist() == [True, False]
    assert export.report is not None
    assert "post kept without its time, which is missing" in set(export.report.skipped["reason"])
    export = fn.read_posts(s.table(tmp_path, "ID,Date,Likes", "a,,5", "b,-,6"))
    assert export.posts["at"].isna().all()


def test_what_is_known_of_the_zone_is_said(tmp_path: Path) -> None:
    """Each time says it, or the caller does, or it is assumed."""
    for cell, zone, expected in (
        ("2026-08-02 19:05 UTC", "Asia/Tokyo", ["UTC", True, "minute"]),
        ("2026-08-02 19:05:00", "Asia/Tokyo", ["Asia/Tokyo", True, "second"]),
        ("2026-08-02", "UTC", ["UTC", False, "day"]),
    ):
        export = fn.read_posts(s.table(tmp_path, "Date,Likes", f"{cell},5"), zone=zone)
        assert export.report is not None
        said = export.report.times[["zone", "known", "precision"]]
        assert said.to_numpy().tolist() == [expected]


@given(text=st.text(max_size=40))
def test_no_text_crashes(text: str) -> None:
    """Whatever stands in a cell is a time or is not."""
    assert len(read(text, order="day first")) == 1
