"""Times in words: every language, both clocks, zones, and what is no time."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import builders as b
import numpy as np
import pandas as pd
import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from follownet.readers import dates

MORNING, EVENING = "2025-03-09T09:41", "2025-10-09T21:41"


def read(text: str, zone: str = "UTC") -> str | None:
    """Return the time as ISO 8601 in UTC, None for none."""
    [found] = dates.seconds([text], zone)
    return None if found == dates.NONE else f"{pd.Timestamp(found, unit='s'):%Y-%m-%dT%H:%M}"


@pytest.mark.parametrize(
    ("language", "morning", "evening"),
    [
        ("en", "Mar 09, 2025 9:41 am", "Oct 09, 2025 9:41 pm"),
        ("it", "mar 09, 2025 9:41 am", "ott 09, 2025 9:41 pm"),
        ("pt", "mar 09, 2025 9:41 da manhã", "out 09, 2025 9:41 da noite"),
        ("es", "mar 09, 2025 9:41 a. m.", "oct 09, 2025 9:41 p. m."),
        ("de", "März 09, 2025 9:41 vorm.", "Okt. 09, 2025 9:41 abends"),
        ("fr", "mars 09, 2025 9:41 du matin", "oct. 09, 2025 9:41 du soir"),
        ("nl", "mrt. 09, 2025 9:41 a.m.", "okt 09, 2025 9:41 ’s avonds"),
        ("id", "Mar 09, 2025 9:41 pagi", "Okt 09, 2025 9:41 malam"),
        ("tr", "Mar 09, 2025 9:41 ÖÖ", "Eki 09, 2025 9:41 ÖS"),
        ("pl", "mar 09, 2025 9:41 rano", "paź 09, 2025 9:41 w nocy"),
        ("ru", "мар. 09, 2025 9:41 утра", "окт. 09, 2025 9:41 вечера"),
    ],
)
def test_every_language_is_read(language: str, morning: str, evening: str) -> None:
    """As real files have it in the first three, with the names of CLDR in the others."""
    assert (read(morning), read(evening)) == (MORNING, EVENING)
    assert language in dates.LANGUAGES


@pytest.mark.parametrize("width", ["abbreviated", "wide"])
@pytest.mark.parametrize("context", ["format", "stand-alone"])
@pytest.mark.parametrize("language", dates.LANGUAGES)
def test_all_months_and_both_halves_of_the_day(language: str, context: str, width: str) -> None:
    """Against CLDR, in Meta's order, with and without dots, in small letters or not."""
    locale = Locale(language)
    periods = locale.day_periods["format"]["abbreviated"]
    for number, month in locale.months[context][width].items():
        for name in (month, month.lower(), month.removesuffix(".")):
            for half, hour in ((periods["am"], 9), (periods["pm"], 21)):
                for part in (half, half.lower()):
                    text = f"{name} 09, 2025 9:41 {part}"
                    assert read(text) == f"2025-{number:02}-09T{hour:02}:41", text


@pytest.mark.parametrize("language", dates.LANGUAGES)
def test_every_part_of_the_day_is_read(language: str) -> None:
    """Every hour of a part of the day that CLDR names, by its own rules."""
    locale = Locale(language)
    month = locale.months["format"]["abbreviated"][3]
    for period, rules in locale.day_period_rules[None].items():
        names = locale.day_periods["format"]
        name = {**names["abbreviated"], **names["wide"]}[period]
        for rule in rules:
            start, end = (rule.get(key, rule.get("at", 0)) // 3600 for key in ("from", "before"))
            end = end + 24 if "from" in rule and end <= start else max(end, start + 1)
            for hour in [hour % 24 for hour in range(start, end)]:
                text = f"{month} 09, 2025 {hour % 12 or 12}:41 {name}"
                assert read(text) == f"2025-03-09T{hour:02}:41", text


def test_no_month_has_one_name_for_two() -> None:
    """In any language: which language it is does not have to be known."""
    numbers = defaultdict(set)
    for language in dates.LANGUAGES:
        for contexts in Locale(language).months.values():
            for width in ("abbreviated", "wide"):
                for number, name in contexts.get(width, {}).items():
                    numbers[name.casefold().strip(".")].add(number)
    assert len(numbers) > 150
    assert {name: found for name, found in numbers.items() if len(found) > 1} == {}


@pytest.mark.parametrize(
    ("clock", "time"),
    [
        ("12:00 am", "00:00"),
        ("12:41 am", "00:41"),
        ("12:00 pm", "12:00"),
        ("12:41 PM", "12:41"),
        ("12:41 P.M.", "12:41"),
        ("1:05 pm", "13:05"),
        ("01:05\u202fpm", "13:05"),
        ("11:59 pm", "23:59"),
        ("12:41 da tarde", "12:41"),
        ("6:41 da tarde", "18:41"),
        ("7:41 da noite", "19:41"),
        ("6:41 da noite", "18:41"),
        ("12:41 da manhã", "00:41"),
        ("3:41 da manhã", "03:41"),
        ("3:41 da madrugada", "03:41"),
        ("12:41 da noite", None),
        ("1:41 di notte", "01:41"),
        ("10:41 w nocy", "22:41"),
        ("2:41 w nocy", "02:41"),
        ("0:05", "00:05"),
        ("9:41", "09:41"),
        ("13:05", "13:05"),
        ("23:59", "23:59"),
        ("21:41 pm", "21:41"),
        ("13:41 am", None),
        ("24:00", None),
        ("25:41 pm", None),
        ("9:60 am", None),
        ("9:4 am", None),
        ("9:411 am", None),
        ("9:41 xm", None),
        ("9:41 3 pm", None),
        ("9 am", None),
    ],
)
def test_clocks_of_twelve_and_of_twenty_four_hours(clock: str, time: str | None) -> None:
    """Midnight and noon are both 12; what contradicts itself is no time."""
    assert read(f"Mar 09, 2025 {clock}") == (time and f"2025-03-09T{time}")


def test_seconds_count_where_there_are_any() -> None:
    """No file seen has them."""
    assert dates.seconds(["Jan 01, 1970 0:00:07"], "UTC") == [7]


@pytest.mark.parametrize(
    ("day", "time"),
    [
        ("9 mar. 2025,", "2025-03-09T09:41"),
        ("9 de março de 2025", "2025-03-09T09:41"),
        ("2025 Mar 9", "2025-03-09T09:41"),
        ("Feb 29, 2024", "2024-02-29T09:41"),
        ("Feb 29, 2023", None),
        ("Apr 31, 2025", None),
        ("Mar 0, 2025", None),
        ("Mar 09, 0000", None),
        ("Mar 09, 25", None),
        ("Mar 2025", None),
        ("09, 2025", None),
        ("Foo 09, 2025", None),
        ("Mar Apr 09, 2025", None),
        ("03/09/2025", None),
        ("Jan 01, 1969", None),
        ("", None),
    ],
)
def test_days_are_read_in_any_order_and_only_where_there_are_such(
    day: str, time: str | None
) -> None:
    """Numbers alone are none: no one can tell the month from the day."""
    assert read(f"{day} 9:41 am") == time


@pytest.mark.parametrize(
    ("text", "zone", "time"),
    [
        ("Mar 09, 2025 9:41 am", "Asia/Kolkata", "2025-03-09T04:11"),
        ("Mar 09, 2025 9:41 am", "America/New_York", "2025-03-09T13:41"),
        ("Jan 01, 2025 12:10 am", "Europe/Berlin", "2024-12-31T23:10"),
        ("Mar 30, 2025 1:59 am", "Europe/Berlin", "2025-03-30T00:59"),
        ("Mar 30, 2025 2:30 am", "Europe/Berlin", "2025-03-30T01:00"),
        ("Mar 30, 2025 3:00 am", "Europe/Berlin", "2025-03-30T01:00"),
        ("Oct 26, 2025 2:30 am", "Europe/Berlin", "2025-10-26T00:30"),
        ("Oct 26, 2025 3:00 am", "Europe/Berlin", "2025-10-26T02:00"),
    ],
)
def test_local_times_become_utc(text: str, zone: str, time: str) -> None:
    """A skipped time is the next that there was, of an hour shown twice the first is taken."""
    assert read(text, zone) == time


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "Asia/Tokyo", "America/New_York"])
def test_times_of_other_centuries_are_not_converted(zone: str) -> None:
    """Nor do they raise: the calendar of Python ends with the year 9999."""
    assert dates.seconds(["Dec 31, 9999 11:59 pm", "Jan 01, 2150 0:00"], zone) == [
        253_402_300_740,
        5_680_281_600,
    ]


def test_zones_agree_with_pandas() -> None:
    """Every hour of a year but those that a clock skips or shows twice."""
    hours = pd.date_range("2025-01-01", "2025-12-31 23:00", freq="h")
    there = hours.tz_localize("Europe/Rome", ambiguous="NaT", nonexistent="NaT")
    known = ~there.isna()
    ticks = hours[known].to_numpy().astype("datetime64[s]").astype("int64")
    expected = there[known].tz_convert("UTC").tz_localize(None).astype("datetime64[s]")
    assert (dates.to_utc(ticks, "Europe/Rome") == expected.astype("int64")).all()
    assert known.sum() == len(hours) - 2
    assert dates.to_utc(np.array([], dtype="int64"), "Europe/Rome").tolist() == []


@given(st.text(max_size=100) | st.from_regex(r"[A-Z][a-z]{2} \d\d, \d{4} \d\d?:\d\d ?\w*"))
def test_any_text_is_a_time_or_none(text: str) -> None:
    """Never an exception."""
    [found] = dates.seconds([text], "Europe/Rome")
    assert isinstance(found, int)


def test_what_cannot_be_read_is_missing_and_counted(tmp_path: Path) -> None:
    """The tie is kept; the report has zone and precision."""
    shown = ["Mar 09, 2025 9:41 am", "9. März anno domini", "", "9:41"]
    records = [b.link_box(f"u{n}", at) for n, at in enumerate(shown)]
    members = {f"{b.TIES}/followers_1.html": b.page(records)}
    members[f"{b.TIES}/following.html"] = b.page([b.link_box("bob")])
    export = b.read(b.folder(tmp_path, members), zone="Europe/Rome")
    assert b.followers(export) == ["u0", "u1", "u2", "u3"]
    assert b.skipped(export) == {"time missing or impossible; the row is kept": 3}
    assert export.follows["since"].max() == pd.Timestamp("2025-03-09T08:41Z")
    assert export.report is not None
    [pages, *_] = export.report.times.itertuples(index=False, name=None)
    assert pages == ("HTML files", "Europe/Rome", True, "minute")
