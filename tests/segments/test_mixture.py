"""Segments that a mixture finds, in worlds of which the kinds are known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_mutual_info_score as agreement

from follownet import Export
from follownet.errors import NotObservedError, SchemaError
from follownet.segments import mixture
from follownet.simulation import LAWS, kinds

OWNER = "(owner)"


@pytest.fixture(scope="module")
def world():
    """Return sixty friends, fans and idols: three kinds that are apart."""
    return kinds(accounts=60, shares={"friend": 1, "fan": 1, "idol": 1}, seed=1)


@pytest.fixture(scope="module")
def found(world):
    """Return its segments."""
    return mixture(world.export, resamples=2)


def renamed(export, name):
    """Return an export in which accounts have other names, its rows in another order."""

    def other(column):
        return column.map(lambda account: account if account == OWNER else name(account))

    def moved(table):
        table = table.assign(source=other(table["source"]), target=other(table["target"]))
        return table.sample(frac=1, random_state=1).reset_index(drop=True)

    return replace(
        export,
        accounts=export.accounts.rename(index=lambda one: one if one == OWNER else name(one)),
        follows=moved(export.follows),
        relations=export.relations.iloc[:0],
        interactions=moved(export.interactions),
    )


def star(*ties, events=(), types=None):
    """Return a dated export of "me>ann" and "ann>me"; events are ends too."""
    ends = pd.DataFrame([tie.split(">") for tie in ties], columns=["source", "target"])
    done = pd.DataFrame([event.split(">") for event in events], columns=["source", "target"])
    lists = {"owner": "me", "list": ["followers", "following"], "status": "presumed"}
    accounts = pd.DataFrame({"type": types or {}}).rename_axis("account")
    return Export(
        accounts=accounts,
        follows=ends.assign(since="2025-03-01T12:00:00Z"),
        interactions=done.assign(kind="like", at="2025-06-01T00:00:00Z"),
        coverage=pd.DataFrame(lists),
        owners=("me",),
        exported_at=pd.Timestamp("2026-01-01", tz="UTC"),
    )


class TestWorlds:
    def test_kinds_that_are_apart_are_found(self, world, found):
        assert found.chosen == 3
        assert agreement(world.kinds[found.segment.index], found.segment) > 0.9
        assert found.profiles["stability"].min() > 0.8
        assert found.numbers["resamples"].to_dict()[3] == 2

    def test_profiles_are_near_the_laws(self, world, found):
        """Whose segment is of whom is known by the largest state."""
        names = found.profiles[["mutual", "follower", "following"]].idxmax(axis=1)
        kind = names.map({"mutual": "friend", "follower": "fan", "following": "idol"})
        table = found.profiles.set_index(pd.Index(kind)).loc[["friend", "fan", "idol"]]
        counts = world.kinds.value_counts()
        assert table["accounts"].tolist() == pytest.approx(counts[table.index].tolist(), abs=4)
        # Events a year: gamma times Poisson, of twenty accounts.
        assert table["given"]["friend"] == pytest.approx(LAWS["given"]["friend"], rel=0.35)
        assert table["got"]["fan"] == pytest.approx(LAWS["got"]["fan"], rel=0.35)
        assert table["got"]["idol"] < 0.5
        # A fan has no return whose time could tell.
        assert np.isnan(table["quick"]["fan"])
        assert table["quick"]["friend"] == pytest.approx(LAWS["quick"]["friend"], abs=0.2)

    @pytest.mark.parametrize(
        "kind",
        [
            "trader",
            *(
                pytest.param(name, marks=pytest.mark.slow)
                for name in LAWS.index
                if name != "trader"
            ),
        ],
    )
    def test_a_world_of_a_single_kind_has_one_segment(self, kind):
        for seed in (0,) if kind == "trader" else range(3):
            one = kinds(accounts=100, shares={kind: 1}, seed=seed).export
            assert mixture(one, resamples=0).chosen == 1

    def test_kinds_that_behave_alike_are_one(self):
        one = kinds(accounts=100, overlap=1, seed=1).export
        assert mixture(one, resamples=0).chosen == 1

    @pytest.mark.slow
    def test_of_six_kinds_several_are_found(self):
        """Ghosts, courtesies and traders are often one: little tells them apart but the state."""
        agreements = []
        for seed in range(6):
            world = kinds(accounts=400, seed=seed)
            found = mixture(world.export, resamples=0)
            assert 3 <= found.chosen <= 6
            agreements.append(agreement(world.kinds[found.segment.index], found.segment))
        assert np.median(agreements) > 0.7
        assert min(agreements) > 0.5


class TestForm:
    def test_weights_and_shares_add_up(self, world, found):
        assert found.weights.sum(axis=1).to_numpy() == pytest.approx(np.ones(60))
        assert list(found.weights.index) == sorted(world.kinds.index)
        assert found.segment.equals(found.weights.idxmax(axis=1).rename("segment"))
        profiles = found.profiles
        assert profiles["accounts"].tolist() == pytest.approx(found.weights.sum().tolist())
        assert profiles["share"].sum() == pytest.approx(1)
        assert profiles["share"].is_monotonic_decreasing
        states = profiles[["mutual", "follower", "following"]]
        assert states.sum(axis=1).to_numpy() == pytest.approx(np.ones(3))
        assert profiles[["quick", "burst"]].stack().dropna().between(0, 1).all()

    def test_numbers_are_those_of_the_criterion(self, found):
        numbers = found.numbers
        assert numbers["icl"].idxmin() == found.chosen
        tried = numbers.dropna()
        bic = tried["parameters"] * np.log(60) - 2 * tried["log_likelihood"]
        assert tried["bic"].tolist() == pytest.approx(bic.tolist())
        assert tried["icl"].tolist() == pytest.approx((bic + 2 * tried["entropy"]).tolist())
        # Of k segments k - 1 shares; each has two states, two rates, two dispersions, two marks.
        assert tried["parameters"].tolist() == [9 * k - 1 for k in tried.index]
        assert numbers["resamples"].sum() == 2

    def test_without_resamples_nothing_is_known_of_stability(self, world, found):
        plain = mixture(world.export, resamples=0)
        assert plain.profiles["stability"].isna().all()
        assert plain.numbers["resamples"].sum() == 0
        assert plain.segment.equals(found.segment)

    def test_the_text_names_no_account(self, world, found):
        for text in (str(found), repr(found), found._repr_html_()):
            assert "least ICL: 3, as in 2 of 2 resamples" in text
            assert "no true label" in text
            assert OWNER not in text
            assert not any(account in text for account in world.kinds.index)


class TestSame:
    def test_another_seed_draws_other_resamples(self, world, found):
        assert not mixture(world.export, resamples=2, seed=1).profiles.equals(found.profiles)

    def test_names_and_the_order_of_rows_change_nothing(self, world, found):
        """Also where names come in the reverse order; the same seed gives the same."""

        def name(account):
            return f"b{99_999 - int(account[1:]):05d}"

        other = mixture(renamed(world.export, name), resamples=2)
        assert other.profiles.equals(found.profiles)
        assert other.numbers.equals(found.numbers)
        there = found.weights.rename(index=name).sort_index()
        assert np.array_equal(there.to_numpy(), other.weights.to_numpy())
        assert list(there.index) == list(other.weights.index)


class TestLeftOut:
    def test_deleted_accounts_are_left_out_and_counted(self, world):
        gone = world.kinds.index[:7]
        types = pd.DataFrame({"type": "deleted"}, index=gone)
        export = replace(world.export, accounts=types.rename_axis("account"))
        found = mixture(export, resamples=0)
        assert found.left_out == {"deleted accounts": 7}
        assert len(found.segment) == 53
        assert not found.segment.index.isin(gone).any()
        assert found.profiles["accounts"].sum() == pytest.approx(53)
        assert "left out: deleted accounts 7" in str(found)

    def test_a_direction_that_is_not_held_is_left_out(self, world):
        """Of what others did nothing is there: it is not that all of them did nothing."""
        events = world.export.interactions
        mine = replace(world.export, interactions=events[events["source"] == OWNER])
        found = mixture(mine, resamples=0)
        assert found.left_out == {"got: not held for every account": 1}
        assert found.profiles["got"].isna().all()
        assert found.profiles["given"].notna().all()
        assert found.numbers["parameters"][1] == 6

    @pytest.mark.parametrize(
        "ties", [("me>ann",), ("me>ann", "ann>me"), ("me>ann", "bob>me"), ("ann>me",)]
    )
    def test_one_or_two_accounts_are_one_segment(self, ties):
        found = mixture(star(*ties, events=("me>ann", "ann>me")), resamples=2)
        assert found.chosen == 1
        assert set(found.segment) == {0}
        assert found.profiles["stability"].tolist() == [1]

    def test_without_an_account_that_lives_there_are_no_segments(self):
        for export in (star(), star("me>ann", types={"ann": "deleted"})):
            with pytest.raises(NotObservedError, match="no account that lives"):
                mixture(export)


@pytest.mark.parametrize(
    "options",
    [
        {"resamples": -1},
        {"resamples": 1.5},
        {"burst": 1},
        {"quick": 2},
        {"window": "-1D"},
        {"seed": -1},
        {"owner": "$secret"},
    ],
)
def test_bad_arguments_are_refused(options):
    with pytest.raises(SchemaError, match=next(iter(options))) as error:
        mixture(star("me>ann"), **options)
    assert "$secret" not in str(error.value)
