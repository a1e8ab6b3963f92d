"""Follows made in one go, against chains of gaps."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from follownet.reciprocity._bursts import burst_sizes, bursts

START = np.datetime64("2026-01-01T00:00:00", "us")


def times(*minutes: float | None) -> np.ndarray:
    """Return times so many minutes after a start."""
    found = [
        None if one is None else START + np.timedelta64(round(60e6 * one), "us") for one in minutes
    ]
    return np.array(found, dtype="datetime64[us]")


FOLLOWS = st.lists(st.tuples(st.none() | st.integers(0, 900), st.integers(0, 2)), max_size=25)


def chained(follows: list[tuple[int | None, int]], gap: int) -> list[set[int]]:
    """Return the sets of places that are joined by steps of at most a gap within a group."""
    sets = [{place} for place, (at, _) in enumerate(follows) if at is not None]
    for one, (at, group) in enumerate(follows):
        for other, (then, its) in enumerate(follows):
            if None not in (at, then) and group == its and abs(at - then) <= gap:
                joined = {place for found in sets if found & {one, other} for place in found}
                sets = [found for found in sets if not found & joined] + [joined]
    return sets


@given(FOLLOWS, st.sampled_from([0, 60, 200]))
def test_a_burst_is_a_chain_of_follows_no_more_than_a_gap_apart(follows, gap):
    """By groups; undated ones are in none, and numbers go up by group, then in time."""
    since = times(*(at for at, _ in follows))
    by = np.array([group for _, group in follows], dtype=int)
    number = bursts(since, by=by, gap=pd.Timedelta(minutes=gap))
    sets = sorted(chained(follows, gap), key=lambda one: min((by[p], since[p]) for p in one))
    expected = np.full(len(follows), -1)
    for place, members in enumerate(sets):
        expected[list(members)] = place
    assert number.tolist() == expected.tolist()


@given(FOLLOWS)
def test_a_size_is_how_many_are_of_the_same_burst(follows):
    """0 of an undated follow; without groups all are of one."""
    since = times(*(at for at, _ in follows))
    sizes = {
        place: len(one) for one in chained([(at, 0) for at, _ in follows], 60) for place in one
    }
    assert burst_sizes(since).tolist() == [sizes.get(place, 0) for place in range(len(follows))]
    by = np.array([group for _, group in follows], dtype=int)
    sizes = {place: len(one) for one in chained(follows, 60) for place in one}
    found = burst_sizes(since, by=by)
    assert found.tolist() == [sizes.get(place, 0) for place in range(len(follows))]


def test_an_hour_is_within_and_a_microsecond_more_is_not():
    """From one to the next, however long the whole lasts."""
    since = times(0, 60, 120, 180)
    assert bursts(since).tolist() == [0, 0, 0, 0]
    since[2:] += np.timedelta64(1, "us")
    assert bursts(since).tolist() == [0, 0, 1, 1]
    assert burst_sizes(since).tolist() == [2, 2, 2, 2]


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_times_of_any_unit_are_taken(unit):
    """As columns have them."""
    since = times(0, None, 61, 30).astype(f"datetime64[{unit}]")
    assert bursts(since).tolist() == [0, -1, 0, 0]


def test_of_nothing_dated_there_is_no_burst():
    """Nor of nothing."""
    assert bursts(times()).tolist() == burst_sizes(times()).tolist() == []
    assert bursts(times(None, None)).tolist() == [-1, -1]
    assert burst_sizes(times(None, None), by=[1, 2]).tolist() == [0, 0]


def test_the_arguments_are_not_changed():
    """Neither times nor groups."""
    since, by = times(9, None, 1), np.array([2, 1, 2])
    burst_sizes(since, by=by)
    assert np.array_equal(since, times(9, None, 1), equal_nan=True)
    assert by.tolist() == [2, 1, 2]
