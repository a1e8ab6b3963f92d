"""Worlds in which it is known how much more engagement mutual ties carry."""

from __future__ import annotations

import numpy as np
import pytest

from follownet import simulation
from follownet.engagement import by_dyad
from follownet.errors import SchemaError

WORLDS = range(25)


def shares(make):
    """Return how often no effect is rejected at 5 %, and how often intervals hold an effect of 2.

    A small version of ``benchmarks/engagement_dyads.py``.
    """
    none = [by_dyad(*make(seed=seed), draws=99) for seed in WORLDS]
    some = [by_dyad(*make(effect=2.0, seed=seed), draws=99) for seed in WORLDS]
    rejected = np.mean([found.p <= 0.05 for found in none])
    return rejected, np.mean([found.low <= 2 <= found.high for found in some])


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(
            lambda **options: (simulation.ties(**options),), id="ties", marks=pytest.mark.slow
        ),
        pytest.param(simulation.layers, id="layers"),
    ],
)
def test_no_effect_is_seldom_found_and_an_effect_is_covered(make):
    """Of 25 worlds, more than 4 rejected or not covered: one time in 150 each."""
    rejected, covered = shares(make)
    assert rejected <= 0.16
    assert covered >= 0.84


def test_the_effect_is_on_the_rate_at_each_age():
    """Without spread and novelty, rates are plain: ten times as many events per day of tie."""
    world = simulation.ties(effect=10, spread=0, novelty=0, accounts=400, rate=0.02, seed=2)
    rates = by_dyad(world, draws=99).classes["rate"]
    assert rates["mutual"] == pytest.approx(0.2, rel=0.05)
    assert rates["following only"] == pytest.approx(0.02, rel=0.05)


def test_mutual_ties_seem_engaged_with_where_nothing_is_planted():
    """Age and popularity do that: it is what comparisons within strata are for."""
    world = {"accounts": 2_000, "novelty": 8, "spread": 0.5}
    plain = [by_dyad(simulation.ties(**world, seed=seed), draws=99) for seed in range(3)]
    assert all(one.classes["rate"].iloc[0] > 1.2 * one.classes["rate"].iloc[1] for one in plain)
    assert all(0.9 < one.ratio < 1.1 for one in plain)


def test_the_seed_decides():
    """The same seed, the same world."""
    one, same, other = (simulation.ties(seed=seed) for seed in (1, 1, 2))
    assert one.interactions.equals(same.interactions)
    assert not one.interactions.equals(other.interactions)
    follow, layer = simulation.layers(seed=1)
    assert np.array_equal(follow.targets, simulation.layers(seed=1)[0].targets)
    assert np.array_equal(layer.targets, simulation.layers(seed=1)[1].targets)


@pytest.mark.parametrize(
    ("make", "options"),
    [
        (simulation.ties, {"effect": 0}),
        (simulation.ties, {"rate": -1}),
        (simulation.ties, {"accounts": 0}),
        (simulation.ties, {"spread": -1}),
        (simulation.layers, {"risk": 0}),
        (simulation.layers, {"accounts": 3}),
        (simulation.layers, {"seed": -1}),
    ],
)
def test_bad_arguments_are_refused(make, options):
    """Each by name."""
    with pytest.raises(SchemaError):
        make(**options)
