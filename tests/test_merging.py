"""Several people's exports as one network: what is observed is exact, what disagrees is told."""

from __future__ import annotations

from itertools import chain, combinations
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import follownet as fn
from follownet.errors import NotObservedError, SchemaError
from follownet.merging import conflicts
from follownet.tables import Export, Report

MAY, JUNE = pd.Timestamp("2026-05-01", tz="UTC"), pd.Timestamp("2026-06-01", tz="UTC")


def day(text: str | None) -> Any:
    return pd.NaT if text is None else pd.Timestamp(text, tz="UTC")


def export(
    owner: str,
    *ties: tuple[str, str, str | None],
    at: pd.Timestamp | None = MAY,
    followers: str = "presumed",
    **more: Any,
) -> Export:
    """Return an export whose lists are there, with ties and their times."""
    rows = [(source, target, day(since)) for source, target, since in ties]
    lists = {"followers": followers, "following": "presumed"}
    coverage = [{"owner": owner, "list": name, "status": status} for name, status in lists.items()]
    follows = pd.DataFrame(rows, columns=["source", "target", "since"])
    follows["since"] = pd.to_datetime(follows["since"], utc=True)
    return Export(
        follows=follows.astype({"source": "str", "target": "str"}),
        coverage=pd.DataFrame(coverage),
        platform="instagram",
        owners=(owner,),
        exported_at=at,
        **more,
    )


def ties(found: Export) -> set[tuple[str, str]]:
    return set(zip(found.follows["source"], found.follows["target"], strict=True))


SMALL = fn.simulation.world(accounts=14, seed=3)
WHEN = SMALL.accounts["joined"].max() + pd.Timedelta(days=200)
LIVING = SMALL.accounts.index[~(SMALL.accounts["deleted"] <= WHEN)][:6].tolist()
VIEWS = {owner: SMALL.view(owner, WHEN) for owner in LIVING}
TRUTH = SMALL.follows[(SMALL.follows["since"] < WHEN) & ~(SMALL.follows["until"] <= WHEN)]
SHOWN = fn.simulation.views.shown(SMALL.accounts, WHEN)
ARCS = set(zip(TRUTH["source"].map(SHOWN), TRUTH["target"].map(SHOWN), strict=True))
SUBSETS = list(chain.from_iterable(combinations(LIVING, size) for size in (1, 2, 3, 5, 6)))


#: Among the first four, or five, or all; the others vary these.
SOME = [one for one in SUBSETS if {*one} <= {*LIVING[: max(4, len(one))]}]


@pytest.mark.parametrize(
    "owners",
    [pytest.param(one, marks=[pytest.mark.slow] * (one not in SOME)) for one in SUBSETS],
    ids=len,
)
def test_every_subset_of_owners_observes_what_it_sees(owners: tuple[str, ...]) -> None:
    """Arcs, their times, dyads and states are the truth restricted to these owners."""
    merged = fn.merge([VIEWS[owner] for owner in owners])
    G = merged.graph()
    seen = {arc for arc in ARCS if set(arc) & set(owners)}
    assert set(G.edges) == seen
    since = dict(
        zip(
            zip(TRUTH["source"].map(SHOWN), TRUTH["target"].map(SHOWN), strict=True),
            TRUTH["since"],
            strict=True,
        )
    )
    for source, target, told in merged.follows[["source", "target", "since"]].itertuples(False):
        assert told == since[source, target]
    pairs = [pair for pair in combinations(G, 2) if set(pair) & set(owners)]
    both = [pair for pair in pairs if pair in seen and pair[::-1] in seen]
    one = [pair for pair in pairs if (pair in seen) != (pair[::-1] in seen)]
    summary = fn.reciprocity.summary(G)
    assert (summary.mutual, summary.asymmetric) == (len(both), len(one))
    assert summary.unobserved == len(G) * (len(G) - 1) // 2 - len(pairs)
    assert merged.owners == owners
    assert conflicts([VIEWS[owner] for owner in owners]).empty
    rates = fn.reciprocity.accounts(G)
    assert set(rates.index) == set(owners)
    for owner in owners:
        given = sum((owner, other) in seen for other in G)
        assert rates.loc[owner, "following"] == given


@pytest.fixture(scope="module")
def four() -> Export:
    """The exports of the first four as one."""
    return fn.merge([VIEWS[owner] for owner in LIVING[:4]])


@given(st.permutations(LIVING[:4]), st.randoms(use_true_random=False))
def test_the_order_of_exports_and_rows_changes_the_order_of_owners_alone(
    four: Export, order: list[str], random: Any
) -> None:
    """All tables are equal."""
    shuffled = []
    for owner in order:
        view = VIEWS[owner]
        rows = random.sample(range(len(view.follows)), len(view.follows))
        tables = {name: getattr(view, name) for name in ("accounts", "interactions", "coverage")}
        shuffled.append(
            Export(
                **tables,
                follows=view.follows.iloc[rows],
                relations=view.relations,
                posts=view.posts,
                platform=view.platform,
                owners=view.owners,
                exported_at=view.exported_at,
            )
        )
    other = fn.merge(shuffled)
    assert other.owners == tuple(order)
    for name in ("accounts", "follows", "relations", "interactions"):
        pd.testing.assert_frame_equal(getattr(four, name), getattr(other, name))


def test_a_follow_seen_from_both_sides_is_one_with_the_earlier_time() -> None:
    """Times further apart than their precision disagree, and are counted."""
    a = export("a", ("a", "b", "2024-01-02"), ("c", "a", "2024-01-01"))
    b = export("b", ("a", "b", "2024-01-05"), ("b", "c", None))
    found = fn.merge([a, b])
    assert ties(found) == {("a", "b"), ("c", "a"), ("b", "c")}
    assert found.follows["since"].min() == day("2024-01-01")
    assert found.follows.set_index("source").loc["a", "since"] == day("2024-01-02")
    assert found.report is not None
    assert found.report.notes == (
        "2 exports: 1 follows and 0 events are in two of them",
        "of 1 follows two exports tell different times: the earlier is kept",
    )


def timed(zone: str, *, known: bool) -> Report:
    times = pd.DataFrame(
        [("HTML files", zone, known, "minute")], columns=["source", "zone", "known", "precision"]
    )
    return Report(
        pd.DataFrame(columns=["file", "content", "records", "kept"]),
        pd.DataFrame(columns=["file", "reason", "records"]),
        times,
    )


@pytest.mark.parametrize(
    ("there", "known", "apart"),
    [
        ("2024-01-01T12:00:30Z", True, 0),
        ("2024-01-01T14:00:20Z", True, 1),
        ("2024-01-01T14:00:20Z", False, 0),
        ("2024-01-01T14:05:00Z", False, 1),
        ("2024-01-02T12:00:00Z", False, 1),
    ],
    ids=["within a minute", "two hours", "a zone in doubt", "no zone is so", "no zone is so far"],
)
def test_doubts_about_zones_and_precision_are_no_disagreement(
    there: str, known: bool, apart: int
) -> None:
    """Whole quarters of an hour may be the zone where one was assumed."""
    one = export("a", ("a", "b", "2024-01-01T12:00:00"), report=timed("UTC", known=known))
    follows = one.follows.assign(since=pd.Timestamp(there))
    other = Export(
        follows=follows,
        coverage=one.coverage.assign(owner="b"),
        owners=("b",),
        platform="instagram",
        exported_at=MAY,
        report=timed("UTC", known=True),
    )
    report = fn.merge([one, other]).report
    assert report is not None
    assert sum("different times" in note for note in report.notes) == apart


@pytest.mark.parametrize(
    ("a_at", "b_at", "since", "outcome", "kept"),
    [
        (MAY, JUNE, "2024-01-01", "ended", False),
        (JUNE, MAY, "2026-05-20", "began later", True),
        (JUNE, MAY, "2024-01-01", "unexplained", True),
        (MAY, MAY, "2024-01-01", "unexplained", True),
        (None, MAY, "2024-01-01", "unexplained", True),
    ],
)
def test_a_follow_that_the_other_list_lacks_is_a_conflict(
    a_at: Any, b_at: Any, since: str, outcome: str, kept: bool
) -> None:
    """With both dates; the younger list is right."""
    a, b = export("a", ("a", "b", since), at=a_at), export("b", at=b_at)
    (row,) = conflicts([b, a]).to_dict("records")
    assert (row["source"], row["target"], row["since"]) == ("a", "b", day(since))
    assert (row["seen_by"], row["absent_from"], row["outcome"]) == ("a", "b", outcome)
    assert row["absent_at"] == b_at
    found = fn.merge([a, b])
    assert (("a", "b") in ties(found)) == kept
    assert found.report is not None
    assert found.report.notes[1].startswith("1 follows between owners")


def test_a_list_that_is_not_observed_contradicts_nothing() -> None:
    """It may be cut there."""
    a, b = export("a", ("a", "b", None)), export("b", at=JUNE, followers="partial")
    assert conflicts([a, b]).empty
    assert ties(fn.merge([a, b])) == {("a", "b")}


def test_events_that_both_hold_are_one() -> None:
    """Two equal ones in one export both happened; a conversation has a name on each side."""
    said = pd.DataFrame(
        [
            ("a", "b", "message", MAY, "b"),
            ("a", "b", "message", MAY, "b"),
            ("a", "c", "like", MAY, "1"),
        ],
        columns=["source", "target", "kind", "at", "item"],
    )
    heard = said[:2].assign(item="a")
    one, other = export("a", interactions=said), export("b", interactions=heard)
    found = fn.merge([one, other])
    assert found.interactions["kind"].tolist() == ["like", "message", "message"]
    assert found.interactions["item"].tolist() == ["1", "a", "a"]


def test_people_of_conversations_are_not_mixed() -> None:
    """The number of a thread is the same on both sides, and means the other side."""
    rows = {"target": "dm:1", "kind": "message", "at": MAY, "item": "1"}
    one, other = (
        export(owner, interactions=pd.DataFrame([{"source": owner} | rows])) for owner in "ab"
    )
    found = fn.merge([one, other])
    assert set(found.interactions["target"]) == {"dm:a/1", "dm:b/1"}
    assert {"dm:a/1", "dm:b/1"} < set(found.accounts.index)


def test_what_the_youngest_export_says_of_an_account_counts() -> None:
    """Where it says anything."""
    names = [pd.DataFrame({"account": ["c"], "name": [name]}) for name in ("Old", "New", None)]
    dates = (MAY, JUNE, JUNE + pd.Timedelta(days=1))
    found = fn.merge(
        [
            export(owner, at=at, accounts=table.astype({"name": "str"}))
            for owner, at, table in zip("abd", dates, names, strict=True)
        ]
    )
    assert found.accounts.loc["c", "name"] == "New"
    assert found.exported_at == dates[-1]
    assert found.coverage["exported_at"].nunique() == 3


@pytest.mark.parametrize(
    ("exports", "message"),
    [
        ([], "is empty"),
        ([export("a"), 3], "1 of 2 are no Export"),
        ([export("a"), export("a")], "1 of 2 owners are there twice"),
        ([export("(owner)"), export("a")], r"of 1 of 2 the owner is not known.*owner="),
        ([export("a"), Export(platform="x", owners=("b",))], "are of 2 platforms"),
        (export("a"), "is one Export"),
    ],
)
def test_what_cannot_be_merged(exports: Any, message: str) -> None:
    """The message says what to give."""
    with pytest.raises(SchemaError, match=message):
        fn.merge(exports)


def test_one_export_is_itself() -> None:
    """Nothing is to be done."""
    one = export("a", ("a", "b", None))
    assert fn.merge([one]) is one


def test_measures_take_a_merged_export() -> None:
    """Of several owners one is asked about; what is between others stays unknown."""
    merged = fn.merge([VIEWS[owner] for owner in LIVING[:3]])
    G = merged.graph()
    owner = LIVING[1]
    alone = fn.reciprocity.follow_back(VIEWS[owner].graph())
    pd.testing.assert_frame_equal(fn.reciprocity.follow_back(G, owner=owner), alone)
    with pytest.raises(NotObservedError, match="owner= says which is meant"):
        fn.reciprocity.follow_back(G)
    assert int(fn.reciprocity.triads(G).sum()) == 1
    assert not fn.engagement.ties(merged).empty
