"""Text, times and counts of documents: right, or nothing."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from follownet.readers import values


def test_half_characters_are_replaced_and_all_else_stays() -> None:
    """Text that looks like mojibake is none: only Meta writes that."""
    given = ["plain", "Ã©", "\ud83d\ude42", "\ud800x", "", 5, None, ["a"]]
    assert [values.text(one) for one in given] == [
        "plain", "Ã©", "🙂", "\ufffdx", "", None, None, None,
    ]  # fmt: skip


def test_one_stands_where_a_list_may_stand() -> None:
    """As JSON-LD lets it."""
    assert values.texts("a") == ["a"]
    assert values.texts(["a", 5, None, "b"]) == ["a", "b"]
    assert values.objects({"a": 1}) == [{"a": 1}]
    assert values.objects([{"a": 1}, 5]) == [{"a": 1}]
    assert values.texts(None) == values.objects(None) == []


@pytest.mark.parametrize("value", [True, 1.0, "1", -1, 2**53, None, [1]])
def test_what_is_no_count_is_none(value: Any) -> None:
    """No float ever becomes one."""
    assert values.count(value) is None
    assert values.count(2**53 - 1) == 2**53 - 1


def test_times_are_iso_8601_in_any_zone() -> None:
    """Finer than a microsecond is cut; without zone it is UTC."""
    given = ["2024-01-01T02:00:00.1234567+02:00", "2024-01-01", "2024-01-01T00:00:00Z"]
    found = values.times(given)
    assert found.tolist() == [
        pd.Timestamp("2024-01-01 00:00:00.123456", tz="UTC"),
        pd.Timestamp("2024-01-01", tz="UTC"),
        pd.Timestamp("2024-01-01", tz="UTC"),
    ]
    none = ["now", "today", "NaT", "", " ", "24", "1990-01-01", "2300-01-01", "1" * 99, 5, None, []]
    assert values.times(none).isna().all()
    assert values.times([]).dtype == values.undated(3).dtype == found.dtype
    assert values.undated(3).isna().sum() == 3
