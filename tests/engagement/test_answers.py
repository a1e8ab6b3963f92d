"""How fast messages are answered, both ways."""

from __future__ import annotations

import math
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

import follownet as fn
from follownet import Export
from follownet.engagement import answers
from follownet.engagement._answers import _curve, _variance
from follownet.errors import NotObservedError, SchemaError

EXPORTS = Path(__file__).parents[3] / "shared" / "exports"
START = pd.Timestamp("2026-01-05T08:00Z")


def talk(*rows, kind="message", until=None, owners=("me",)):
    """Return an export of messages: who to whom, and how many hours after the start."""
    events = pd.DataFrame(rows, columns=["source", "target", "hours"])
    at = START + pd.to_timedelta(events.pop("hours").astype("float64"), unit="h")
    date = None if until is None else START + pd.Timedelta(hours=until)
    return Export(
        interactions=events.assign(kind=kind, at=at.dt.as_unit("us")),
        owners=owners,
        exported_at=date,
    )


def test_a_turn_is_what_one_side_writes_until_the_other_does():
    """Two messages are one turn; the wait counts from the first of them."""
    found = answers(
        talk(("ann", "me", 0), ("ann", "me", 1), ("me", "ann", 3), ("ann", "me", 5), until=10)
    )
    assert found.accounts.loc["ann"].to_dict() == {
        "turns_to_owner": 2, "answered_by_owner": 1, "median_by_owner": 3,
        "turns_to_other": 1, "answered_by_other": 1, "median_by_other": 2,
    }  # fmt: skip
    others = found.summary.loc["others"]
    assert others[["turns", "answered", "within_1h", "within_1d"]].tolist() == [1, 1, 0, 1]
    assert found.kinds == ("message",)


def test_what_has_no_answer_is_censored_and_not_dropped():
    """Answered after 2 h, waiting for 1 h and for 8 h: of two that reach 2 h one is."""
    rows = [("ann", "me", 0), ("me", "ann", 2), ("bob", "me", 9), ("cy", "me", 2)]
    found = answers(talk(*rows, until=10))
    assert found.curve.query("by == 'owner'")[["hours", "share"]].to_numpy().tolist() == [[2, 0.5]]
    assert found.summary.loc["owner", "within_1h"] == 0
    # Nobody is known to have waited for a day.
    assert math.isnan(found.summary.loc["owner", "within_1d"])
    assert found.summary.loc["owner", "median_hours"] == 2
    assert "owner answered 1 of 3 turns, half of all within 2 hours" in str(found)


@given(
    st.lists(
        st.tuples(st.booleans(), st.sampled_from("abc"), st.integers(0, 200)),
        min_size=1,
        max_size=40,
    )
)
def test_turns_are_those_of_the_definition(rows):
    """Against a walk through each conversation."""
    messages = [("me", who, at) if mine else (who, "me", at) for mine, who, at in rows]
    found = answers(talk(*messages, until=200))
    turns = {"owner": [], "others": []}
    for who in {who for _, who, _ in rows}:
        # Equal times: those of the owner first, each side in its order.
        said = sorted((at, not mine) for mine, other, at in rows if other == who)
        waiting = None
        for at, by_other in said:
            if waiting is not None and waiting[1] == by_other:
                continue
            if waiting is not None:
                turns["owner" if waiting[1] else "others"].append((at - waiting[0], True))
            waiting = (at, by_other)
        turns["owner" if waiting[1] else "others"].append((200 - waiting[0], False))
    for side, expected in turns.items():
        row = found.summary.loc[side]
        assert row["turns"] == len(expected)
        assert row["answered"] == sum(done for _, done in expected)
        if row["answered"]:
            waits, done = (np.array(one) for one in zip(*expected, strict=True))
            data = stats.CensoredData.right_censored(waits.astype(float), ~done)
            curve = found.curve[found.curve["by"] == side]
            assert curve["share"].to_numpy() == pytest.approx(
                stats.ecdf(data).cdf.evaluate(curve["hours"])
            )


@given(
    st.lists(
        st.tuples(st.booleans(), st.sampled_from("abc"), st.integers(0, 50)),
        min_size=1,
        max_size=20,
    ),
    st.randoms(use_true_random=False),
)
def test_the_order_of_rows_changes_nothing(rows, random):
    """Not even of messages with equal times."""
    messages = [("me", who, at) if mine else (who, "me", at) for mine, who, at in rows]
    one = answers(talk(*messages, until=50))
    random.shuffle(messages)
    other = answers(talk(*messages, until=50))
    for name in ("summary", "curve", "accounts"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name))


def test_an_answer_may_take_no_time():
    """Of equal times the owner's message is the first, so that it is the one answered."""
    found = answers(talk(("ann", "me", 0), ("me", "ann", 0), until=5))
    assert found.summary["answered"].to_dict() == {"owner": 0, "others": 1}
    assert found.summary.loc["others", ["within_1h", "median_hours"]].tolist() == [1, 0]


@given(
    st.lists(
        st.tuples(st.integers(0, 4), st.integers(0, 9), st.booleans()), min_size=2, max_size=40
    )
)
def test_the_variance_is_the_sum_of_squared_influences(rows):
    """Against the influence of each turn at each time, added up by account."""
    account, hours, answered = (np.array(one) for one in zip(*rows, strict=True))
    codes = pd.factorize(account)[0]
    times = np.unique(hours[answered]).astype(float)
    count = codes.max() + 1
    if count < 2 or not len(times):
        return
    waiting = {at: (hours >= at).sum() for at in times}
    steps = {at: (hours[answered] == at).sum() / waiting[at] ** 2 for at in times}
    expected = []
    for time in times:
        influence = np.zeros(count)
        for code, at, done in zip(codes, hours, answered, strict=True):
            influence[code] += sum(steps[s] for s in times if s <= min(at, time))
            influence[code] -= 1 / waiting[at] if done and at <= time else 0
        expected.append((influence**2).sum() * count / (count - 1))
    turns = pd.DataFrame({"hours": hours.astype(float), "answered": answered})
    assert _variance(turns, codes, times) == pytest.approx(expected, abs=1e-12)


def test_intervals_of_independent_turns_are_those_of_greenwood():
    """One turn an account: as scipy's, a factor of n / (n - 1) and Student's t aside."""
    rng = np.random.default_rng(1)
    size = 400
    waits, done = rng.exponential(10, size), rng.random(size) < 0.7
    turns = pd.DataFrame({"pair": np.arange(size), "hours": waits, "answered": done})
    curve = _curve(turns)
    sf = stats.ecdf(stats.CensoredData.right_censored(waits, ~done)).sf
    with pytest.warns(RuntimeWarning, match="undefined at some observations"):
        limits = sf.confidence_interval(0.95, method="log-log")
    middle = curve[(curve["share"] > 0.2) & (curve["share"] < 0.8)]
    low = 1 - limits.high.evaluate(middle["hours"])
    high = 1 - limits.low.evaluate(middle["hours"])
    assert middle["low"].to_numpy() == pytest.approx(low, abs=0.005)
    assert middle["high"].to_numpy() == pytest.approx(high, abs=0.005)


def world(rng, accounts=40):
    """Return turns of accounts whose speed differs, and the share answered within a day."""
    sizes = 1 + rng.poisson(rng.lognormal(1, 0.8, accounts))
    pair = np.repeat(np.arange(accounts), sizes)
    speed = 20 * np.exp(rng.normal(0, 1, accounts))[pair]
    waits, limit = rng.exponential(speed), rng.uniform(0, 400, len(pair))
    columns = {"pair": pair, "hours": np.minimum(waits, limit), "answered": waits <= limit}
    return pd.DataFrame(columns)


def covered(worlds):
    """Return how often the interval of the share within a day holds it."""
    true = 1 - np.exp(-24 / (20 * np.exp(np.random.default_rng(0).normal(0, 1, 10**6)))).mean()
    hits = []
    for seed in range(worlds):
        curve = _curve(world(np.random.default_rng([seed, 7])))
        row = curve[curve["hours"] <= 24].iloc[-1]
        hits.append(row["low"] <= true <= row["high"])
    return np.mean(hits)


def test_intervals_cover_where_accounts_differ():
    """Of 200 worlds, 90 % or more: turns of an account share its speed."""
    assert covered(200) >= 0.9


@pytest.mark.slow
def test_intervals_cover_at_the_stated_rate():
    """Of 2,000 worlds 93 to 97 %."""
    assert 0.93 <= covered(2_000) <= 0.97


def test_few_accounts_have_no_interval_and_the_reason():
    """Four conversations say too little of how people differ."""
    rows = [row for who in "abcd" for row in ((who, "me", 0), ("me", who, 1), (who, "me", 2))]
    found = answers(talk(*rows, until=30))
    assert found.curve[["low", "high"]].isna().all(axis=None)
    assert found.notes[0].startswith("no interval of how fast owner answers: conversations with 4")


def test_two_owners_are_told_apart():
    """What one owner wrote to another is a conversation of both."""
    found = answers(talk(("me", "you", 0), ("you", "me", 2), until=9, owners=("me", "you")))
    assert found.accounts.index.tolist() == [("me", "you"), ("you", "me")]
    assert found.accounts["answered_by_owner"].tolist() == [0, 1]


def test_one_of_several_owners_may_be_asked_about():
    """What you wrote is none of mine, and counted."""
    rows = ("ann", "me", 0), ("me", "ann", 2), ("bob", "you", 0), ("you", "bob", 1), ("you", "x", 2)
    one = talk(*rows, until=9, owners=("you", "me"))
    found = answers(one, owner="me")
    assert found.accounts.index.tolist() == [("me", "ann")]
    assert found.summary.loc["owner", ["turns", "median_hours"]].tolist() == [1, 2]
    assert found.left_out == {"of other owners": 3}
    assert answers(one).summary.loc["owner", "turns"] == 2
    with pytest.raises(SchemaError, match="owner: is no owner"):
        answers(one, owner="zoe")


def spoken(*rows, **more):
    """Return an export of events of several kinds: who to whom, hours after the start, and kind."""
    one = talk(*[row[:3] for row in rows], **more)
    return replace(one, interactions=one.interactions.assign(kind=[row[3] for row in rows]))


def test_other_kinds_are_no_turns_and_not_counted():
    """Likes, reactions and lines of the platform between two messages, comments of nobody."""
    rows = [
        ("ann", "me", 0, "message"), ("me", "ann", 1, "like"), ("me", "ann", 1, "message_reaction"),
        ("me", "ann", 1, "message_system"), ("me", None, 1, "comment"), ("me", "ann", 3, "message"),
    ]  # fmt: skip
    found = answers(spoken(*rows, until=9))
    assert found.summary.loc["owner", "median_hours"] == 3
    assert (found.kinds, found.left_out, found.notes[2:]) == (("message",), {}, ())


def test_kinds_held_both_ways_are_conversations_too():
    """Comments are where others' comments are held; those of one side are left out."""
    rows = [("ann", "me", 0, "message"), ("me", "ann", 1, "comment"), ("me", "ann", 3, "message")]
    assert answers(spoken(*rows)).summary.loc["owner", "median_hours"] == 3
    found = answers(spoken(*rows), kinds=["message", "comment"])
    assert found.summary.loc["owner", "median_hours"] == 3
    assert "of comment the export holds one side only: left out" in found.notes
    found = answers(spoken(*rows, ("ann", "me", 5, "comment")))
    assert found.kinds == ("comment", "message")
    assert found.summary.loc["owner", "median_hours"] == 1
    with pytest.raises(NotObservedError, match="both sides of it"):
        answers(spoken(*rows), kinds=["comment"])


def test_an_export_without_a_date_says_so():
    """Its waits end with its newest event."""
    assert "nothing dates the export" in answers(talk(("ann", "me", 0))).notes[-1]
    assert "nothing dates" not in str(answers(talk(("ann", "me", 0), until=3)))


def test_undated_and_group_messages_are_counted():
    """Neither has a turn."""
    one = talk(("ann", "me", 0), ("me", "ann", 2), ("ann", "me", None), ("ann", None, 3))
    assert answers(one).left_out == {"names no one": 1, "undated": 1}


def test_events_after_at_do_not_count():
    """And waits end then."""
    found = answers(
        talk(("ann", "me", 0), ("me", "ann", 4), until=9), at=START + pd.Timedelta(hours=3)
    )
    assert found.summary.loc["owner", ["turns", "answered"]].tolist() == [1, 0]
    assert found.left_out == {"later than at": 1}


@pytest.mark.parametrize(
    "one",
    [
        Export(owners=("me",)),
        talk(("me", "ann", 0), kind="like"),
        talk(("ann", "me", None)),
        talk(("ann", None, 1)),
    ],
    ids=["empty", "likes", "undated", "group"],
)
def test_without_conversations_nothing_is_known(one):
    """The message says what would make it known."""
    with pytest.raises(NotObservedError, match="An export with messages would make it known"):
        answers(one)


def test_without_an_owner_there_are_no_sides():
    """The message says who makes one known."""
    with pytest.raises(NotObservedError, match="no owner"):
        answers(talk(("ann", "me", 0), owners=()))


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"kinds": "message"}, "kinds: is one text"),
        ({"kinds": ["clap"]}, "kinds: 1 of 1"),
        ({"at": pd.Timestamp("2026-01-01")}, "at: is a Timestamp"),
    ],
)
def test_bad_arguments_are_refused(options, text):
    """Each by name."""
    with pytest.raises(SchemaError, match=text):
        answers(talk(("ann", "me", 0)), **options)


def test_the_sample_is_answered():
    """Every dated direct message is in a turn; both sides are shown."""
    found = answers(fn.read(fn.datasets.sample("instagram")))
    assert found.summary["turns"].tolist() == [24, 23]
    assert found.accounts[["turns_to_owner", "turns_to_other"]].sum().tolist() == [24, 23]
    assert "<table" in found._repr_html_()
    assert found.curve["share"].between(0, 1).all()


def test_a_real_export_is_answered_as_a_plain_loop_says():
    """Turns and answers of both sides."""
    path = EXPORTS / "instagram-json-2024-07"
    if not path.is_dir():
        pytest.skip("the real exports are not beside the checkout")
    with pytest.warns(UserWarning, match="suspect"):
        one = fn.read(path)
    found = answers(one)
    said = one.interactions[one.interactions["kind"] == "message"].dropna(subset=["target", "at"])
    (owner,) = one.owners
    turns, answered = [0, 0], [0, 0]
    other = said["target"].where(said["source"] == owner, said["source"])
    for _, rows in said[other != owner].sort_values("at").groupby(other):
        sides = (rows["source"] == owner).astype(int).tolist()
        runs = [side for place, side in enumerate(sides) if sides[place - 1 : place] != [side]]
        for side in (0, 1):
            turns[side] += runs.count(side)
            answered[side] += runs[:-1].count(side)
    assert found.summary["turns"].tolist() == turns
    assert found.summary["answered"].tolist() == answered
    assert found.curve["share"].between(0, 1).all()


@pytest.mark.parametrize("name", ["instagram-html-2025-10", "instagram-json-2025-08"])
def test_real_exports_without_messages_cannot_tell(name):
    """Likes and lists alone."""
    if not (EXPORTS / name).is_dir():
        pytest.skip("the real exports are not beside the checkout")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        one = fn.read(EXPORTS / name)
    with pytest.raises(NotObservedError, match="both sides of it"):
        answers(one)
