"""Whether mutual ties carry more engagement: the events of one export per day of tie."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from conftest import coverage, here_and_elsewhere

import follownet as fn
from follownet import Export
from follownet.engagement import by_dyad
from follownet.errors import NotObservedError, SchemaError
from follownet.tables import Report

DATA = Path(__file__).parents[2] / "data"
DATE = pd.Timestamp("2026-01-11", tz="UTC")
TIES = [  # days of tie, from the day after the later date and the horizon on
    ("me", "ann", "2025-12-20"),
    ("ann", "me", "2025-12-31"),  # 10
    ("me", "bob", "2025-12-21"),  # 20
    ("me", "cy", "2026-01-05"),
    ("cy", "me", "2025-12-01"),  # 5
    ("me", "dan", "2025-06-01"),  # 30, since the horizon is the event of 2025-12-12
    ("eve", "me", "2025-06-01"),  # a follower only
]
EVENTS = [
    ("eve", "2025-12-12", 1),
    ("ann", "2025-12-25", 4),  # before ann followed back
    ("ann", "2025-12-31", 1),  # on the day that she did, so perhaps before
    ("ann", "2026-01-01", 6),
    ("bob", "2026-01-05", 2),
    ("cy", "2026-01-10", 3),
    ("dan", "2025-12-13", 3),
    ("dan", "2026-01-12", 1),  # after the export
]


def events(*rows: tuple[str | None, str | None, int], kind: str = "like") -> pd.DataFrame:
    """Return events of me: towards whom, when, how many."""
    table = pd.DataFrame(
        [(towards, at) for towards, at, times in rows for _ in range(times)],
        columns=["target", "at"],
        dtype="object",
    )
    return table.assign(source="me", kind=kind, at=pd.to_datetime(table["at"], utc=True))


def export(
    ties: list[tuple[str, str, str | None]] = TIES, interactions: object = None, **more: object
) -> Export:
    """Return an export of me with these ties and events."""
    follows = pd.DataFrame(ties, columns=["source", "target", "since"])
    follows["since"] = pd.to_datetime(follows["since"], utc=True)
    settings = {
        "owners": ("me",),
        "exported_at": DATE,
        "coverage": coverage(),
        "interactions": events(*EVENTS) if interactions is None else interactions,
    }
    return Export(follows=follows, **(settings | more))


def many(
    seed: int = 0, *, factor: float = 1.0, accounts: int = 90, tie_age: bool = False
) -> Export:
    """Return an export of me with as many followed accounts, a third of them mutual.

    With `tie_age` mutual ties are younger, and the young ones get more.
    """
    rng = np.random.default_rng(seed)
    names = [f"a{place:03d}" for place in range(accounts)]
    mutual = np.arange(accounts) % 3 == 0
    age = rng.uniform(20, 600, accounts) * np.where(mutual & tie_age, 0.3, 1)
    rate = rng.gamma(1, 0.05, accounts) * np.where(mutual, factor, 1)
    rate *= np.where((age < 180) & tie_age, 6, 1)
    count = rng.poisson(rate * age)
    towards = np.repeat(np.arange(accounts), count)
    days = rng.uniform(0, 1, len(towards)) * age[towards]
    follows = pd.DataFrame(
        {"source": "me", "target": names, "since": DATE - pd.to_timedelta(age, unit="D")}
    )
    back = follows[mutual].rename(columns={"source": "target", "target": "source"})
    acts = pd.DataFrame(
        {
            "source": "me",
            "target": np.array(names)[towards],
            "kind": "like",
            "at": DATE - pd.to_timedelta(days, unit="D"),
        }
    )
    return remade(export([]), pd.concat([follows, back], ignore_index=True), acts)


def remade(one: Export, follows: pd.DataFrame, interactions: pd.DataFrame) -> Export:
    """Return an export with other follows and interactions."""
    return replace(one, follows=follows, interactions=interactions, accounts=pd.DataFrame())


def test_rates_and_their_ratio_by_hand():
    """9 events in 15 days against 5 in 50: one stratum, so 9/15 by 5/50."""
    found = by_dyad(export())
    assert found.classes.to_dict("index") == {
        "mutual": {"accounts": 2, "events": 9, "days": 15.0, "rate": 0.6, "compared": 2},
        "following only": {"accounts": 2, "events": 5, "days": 50.0, "rate": 0.1, "compared": 2},
    }
    assert found.ratio == pytest.approx(6)
    assert found.horizon == pd.Timestamp("2025-12-12", tz="UTC")
    assert found.exported_at == DATE
    assert found.left_out == {
        "events towards others": 1,
        "events before the later date of a tie": 5,
        "events after the export": 1,
    }
    assert any("association" in note for note in found.notes)


def test_four_accounts_bound_nothing():
    """Of the six ways to label two of four as mutual two are as far out: nothing is certain."""
    found = by_dyad(export())
    assert found.p > 0.1
    assert (found.low, found.high) == (0, np.inf)


def test_times_to_the_second_count_from_the_second_after():
    """Where dates have hours, the tie counts from that moment on, and ann's day before does not."""
    exact = [(one, two, f"{day}T12:00:00Z") for one, two, day in TIES]
    found = by_dyad(export(exact))
    wanted = 10.5 + 5.5 - 120 / 86_400  # two ties, each a minute later
    assert found.classes.loc["mutual", "days"] == pytest.approx(wanted)


def test_ratio_is_that_of_mantel_and_haenszel_over_strata_of_age():
    """The same as plain loops over the strata; each has about 15 ties."""
    found = by_dyad(many(accounts=60))
    table = found.strata
    assert table["accounts"].groupby("stratum").sum().tolist() == [15, 15, 15, 15]
    above = below = 0.0
    for stratum in range(4):
        mine, others = (table.loc[(stratum, name)] for name in ("mutual", "following only"))
        days = mine["days"] + others["days"]
        above += mine["events"] * others["days"] / days
        below += others["events"] * mine["days"] / days
    assert found.ratio == pytest.approx(above / below)
    assert found.low < found.ratio < found.high
    pd.testing.assert_frame_equal(
        table.groupby("tie", sort=False)[["accounts", "events", "days"]].sum(),
        found.classes[["accounts", "events", "days"]],
        check_index_type=False,
    )
    ages = table["oldest"].xs("mutual", level="tie"), table["youngest"].xs("mutual", level="tie")
    assert (ages[0].to_numpy()[:-1] < ages[1].to_numpy()[1:]).all()


def test_age_is_no_effect_of_being_mutual():
    """Young ties get six times as much and are mutual more often: a plain ratio is fooled."""
    found = by_dyad(many(tie_age=True, accounts=300, seed=4))
    plain = found.classes.loc["mutual", "rate"] / found.classes.loc["following only", "rate"]
    assert plain > 2
    assert found.low < 1 < found.high
    assert found.p > 0.05


def test_a_planted_ratio_is_found():
    found = by_dyad(many(factor=3, accounts=200))
    assert found.p == 0.001  # none of 999 draws
    assert found.low < 3 < found.high
    assert found.low > 1


@pytest.mark.parametrize("seed", range(6))
def test_p_and_interval_agree(seed: int):
    """1 is outside the interval exactly if p is at most 5 %."""
    found = by_dyad(many(seed, factor=1.6), draws=199)
    assert (found.p <= 0.05) == (not found.low <= 1 <= found.high)


def test_one_account_that_gets_all_proves_nothing():
    """Events of one account are no independent evidence: a hundred of them are one case."""
    ties = [*TIES[3:5], *(("me", f"x{place}", "2025-12-01") for place in range(12))]
    ties += [(f"x{place}", "me", "2025-12-01") for place in range(5)]
    given = events(("x0", "2026-01-09", 100), *((f"x{n}", "2026-01-09", 1) for n in range(6, 12)))
    assert by_dyad(export(ties, given)).p > 0.2


def test_order_of_rows_changes_nothing():
    one = many()
    follows, acts = (
        one.follows.sample(frac=1, random_state=1),
        one.interactions.sample(frac=1, random_state=1),
    )
    assert str(by_dyad(one)) == str(by_dyad(remade(one, follows, acts)))


def test_names_change_no_more_than_the_draws():
    """Other names are drawn in another order: all else is the same."""
    one = many()
    reverse = {name: f"z{999 - place}" for place, name in enumerate(sorted(one.accounts.index))}
    reverse["me"] = "me"
    follows = one.follows.assign(**{c: one.follows[c].map(reverse) for c in ("source", "target")})
    acts = one.interactions.assign(target=one.interactions["target"].map(reverse))
    other = by_dyad(remade(one, follows, acts))
    found = by_dyad(one)
    assert other.ratio == pytest.approx(found.ratio)
    assert other.p == pytest.approx(found.p, abs=0.06)
    pd.testing.assert_frame_equal(other.classes, found.classes)


def test_every_process_gives_the_same():
    """Hashes of texts differ between processes; the result does not."""
    here, there = here_and_elsewhere("""
import networkx as nx
from follownet import datasets, engagement, read
print(engagement.by_dyad(read(datasets.sample("instagram-later"))))
F = nx.gnp_random_graph(40, 0.2, seed=1, directed=True)
F = nx.relabel_nodes(F, {n: f"a{n}" for n in F})
ties = [(a, b) for a, b in sorted(F.edges) if int(a[1:]) % 3 == int(b[1:]) % 3]
print(engagement.by_dyad(F, F.edge_subgraph(ties)))
""")
    assert here == there
    assert "nan" not in here.splitlines()[0]


def test_seed_decides_the_draws():
    one = many()
    assert by_dyad(one, seed=1).p == by_dyad(one, seed=1).p
    assert by_dyad(one, seed=1).p != by_dyad(one, seed=2).p


def test_passive_kinds_do_not_count_unless_asked_for():
    """A view is no act; what the user names counts, and nothing else."""
    acts = pd.concat(
        [events(*EVENTS), events(("ann", "2026-01-05", 8), kind="view")], ignore_index=True
    )
    plain, views = (
        by_dyad(export(interactions=acts)),
        by_dyad(export(interactions=acts), kinds=["view"]),
    )
    assert plain.classes["events"].tolist() == [9, 5]
    assert plain.left_out["events of other kinds"] == 8
    assert views.classes["events"].tolist() == [8, 0]
    assert np.isnan(views.ratio)
    with pytest.raises(SchemaError, match="kinds: 1 of 1 are not in this export"):
        by_dyad(export(), kinds=["poke"])


def test_unknown_kinds_count():
    """Nobody knows whether they are passive; they are what the owner did."""
    assert by_dyad(export(interactions=events(*EVENTS, kind="boop"))).ratio == pytest.approx(6)


def test_what_is_left_out_is_counted():
    """Ties without a date (of both ways) or begun on the last day, the deleted, nameless events."""
    ties = [
        *TIES,
        ("me", "fay", None),
        ("me", "gil", "2025-12-01"),
        ("gil", "me", None),
        ("me", "jo", None),
        ("jo", "me", "2025-12-01"),
        ("me", "hal", "2026-01-11"),
        ("me", "ida", "2025-12-01"),
    ]
    acts = events(*EVENTS, ("fay", "2026-01-03", 1), (None, "2026-01-03", 2), ("ann", None, 3))
    deleted = pd.DataFrame({"account": ["ida"], "type": ["deleted"]})
    found = by_dyad(export(ties, acts, accounts=deleted))
    assert found.ratio == pytest.approx(6)
    assert found.left_out == {
        "events that name no one": 2,
        "events without a date": 3,
        "events towards others": 2,
        "events before the later date of a tie": 5,
        "events after the export": 1,
        "follows of deleted accounts": 1,
        "follows without a date": 3,
        "follows without exposure": 1,
    }


@pytest.mark.parametrize("ties", [[], TIES[:2], TIES[2:3], TIES[-1:]])
def test_nothing_to_compare_is_nan(ties: list[tuple[str, str, str | None]]):
    """No follows, or one kind of them alone; the notes say why."""
    found = by_dyad(export(ties))
    assert np.isnan([found.ratio, found.low, found.high, found.p]).all()
    assert any("no ratio" in note for note in found.notes)
    rates = found.classes["rate"][found.classes["accounts"] == 0]
    assert len(rates) > 0
    assert rates.isna().all()


def test_unreturned_ties_without_events_have_no_ratio_but_a_p():
    """A ratio of anything to nothing is undefined; that labels are exchangeable can be tested."""
    found = by_dyad(export(TIES[:3], events(*EVENTS[:4])))
    assert found.classes["events"].tolist() == [6, 0]
    assert np.isnan([found.ratio, found.low, found.high]).all()
    assert found.p == 1


def test_mutual_ties_without_events_have_a_ratio_of_0_and_no_interval():
    found = by_dyad(export(interactions=events(*EVENTS[:1], EVENTS[4], EVENTS[6])))
    assert found.ratio == 0
    assert np.isnan([found.low, found.high]).all()
    assert 0 < found.p <= 1


def test_equal_rates_are_no_difference():
    """Where every account has the same rate there is no standard error: p is 1."""
    ties = [("me", name, "2025-12-31") for name in "abcd"] + [("a", "me", "2025-12-31")]
    found = by_dyad(export(ties, events(*((name, "2026-01-05", 1) for name in "abcd"))))
    assert (found.ratio, found.p) == (1, 1)


@pytest.mark.parametrize("name", ["followers", "following"])
def test_without_a_follow_list_nothing_is_known(name: str):
    with pytest.raises(NotObservedError, match=f"the {name} list of this account is missing"):
        by_dyad(export(coverage=coverage(**{name: "missing"})))


@pytest.mark.parametrize(
    ("one", "message"),
    [
        (export(exported_at=None), "nothing dates the export"),
        (export([(a, b, None) for a, b, _ in TIES]), "none of 4 follows has a date"),
        (
            export(interactions=events((None, "2026-01-01", 2))),
            "2 events of these kinds 0 name",
        ),
        (export(interactions=events(("ann", None, 2))), "2 name someone, and none of those has a"),
        (export(interactions=events()), "of its 0 events"),
    ],
)
def test_what_an_export_lacks_is_said(one: Export, message: str):
    with pytest.raises(NotObservedError, match=message):
        by_dyad(one)


def test_of_several_owners_one_is_meant():
    """And their events are not mixed up."""
    lists = coverage()
    two = pd.concat([lists, lists.assign(owner="ann")])
    others = events(("bob", "2026-01-02", 50)).assign(source="ann")
    acts = pd.concat([events(*EVENTS), others], ignore_index=True)
    merged = export(interactions=acts, owners=("me", "ann"), coverage=two)
    with pytest.raises(NotObservedError, match="owner= says which"):
        by_dyad(merged)
    assert by_dyad(merged, owner="me").classes["events"].tolist() == [9, 5]


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        ((export(), nx.DiGraph()), {}, "an Export has its own interactions"),
        ((nx.DiGraph(),), {}, "layer: is a NoneType"),
        ((nx.DiGraph(), export()), {}, "layer: is a Export; .*engagement_graph"),
        ((nx.DiGraph(), nx.DiGraph()), {"owner": "me"}, "owner, kinds: are for an Export"),
        ((nx.DiGraph(), nx.DiGraph()), {"kinds": ["like"]}, "owner, kinds: are for an Export"),
        ((export(),), {"draws": 98}, "draws: give at least 99"),
        ((export(),), {"seed": -1}, "seed: give at least 0"),
    ],
)
def test_unfit_arguments(arguments: tuple[object, ...], options: dict[str, object], message: str):
    with pytest.raises(SchemaError, match=message):
        by_dyad(*arguments, **options)


def test_an_undated_file_is_a_doubt():
    """Where the reader took the newest record for the date of the export, the notes say so."""
    nothing = pd.DataFrame(columns=["file", "content", "records", "kept"])
    times = pd.DataFrame(
        [("date of the export", "UTC", False, "day")],
        columns=["source", "zone", "known", "precision"],
    )
    found = by_dyad(export(report=Report(nothing, nothing, times)))
    assert "nothing dates the export" in found.notes[1]


def test_told_as_text_and_as_html():
    """Both show ratio, table, what was left out, and notes; and no name of a person."""
    found = by_dyad(export())
    for text in (str(found), found._repr_html_()):
        for part in ("6 (95 % 0 to inf", "following only", "2025-12-12", "an association"):
            assert part in text
        assert "left out: 5 events before" in text
        assert "ann" not in text.replace("cannot", "")


def test_a_sample_is_answered():
    """The bundled export, as read: all its follows are dated, one account is deleted."""
    found = by_dyad(fn.read(DATA / "instagram-livelyshore-2026-08-11-0abd65c8.zip"))
    assert found.classes["accounts"].tolist() == [57, 10]
    assert found.low <= found.ratio <= found.high
