"""What a null model must not do: rank by z, lose ties, favour where it began."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from follownet import FollowGraph, nulls, reciprocity


def uneven(accounts: int = 60, follows: int = 400) -> FollowGraph:
    """Return a graph with hubs of whose follows many are returned."""
    rng = np.random.default_rng(3)
    weight = rng.pareto(1.5, accounts) + 1
    ends = rng.choice(accounts, (2, follows), p=weight / weight.sum())
    back = rng.random(follows) < 0.2
    ties = np.r_[ends[0], ends[1][back]], np.r_[ends[1], ends[0][back]]
    return FollowGraph.from_edges(*ties, accounts=range(accounts))


def mutual(F: FollowGraph) -> int:
    return int(F.returned.sum()) // 2


def test_p22_z_grows_with_size_and_r_does_not():
    """Ten copies of a graph side by side are as reciprocal as one, and z is three times it."""
    F = uneven(30, 100)
    shifts = np.repeat(np.arange(10) * 30, F.follows)
    many = FollowGraph.from_edges(
        np.tile(F.sources, 10) + shifts, np.tile(F.targets, 10) + shifts, accounts=range(300)
    )
    assert reciprocity.summary(many).r == reciprocity.summary(F).r
    assert nulls.test(many).z > 3 * nulls.test(F).z


def test_p24_no_model_loses_ties():
    """The erased configuration model kept 5,020 of 5,454; ours keep all, or all on average."""
    F = uneven()
    for model in ("density_fixed", "out_degree", "switching"):
        assert nulls.fit(F, model=model).draw(1).follows == F.follows
    for model in ("density", "degree", "reciprocal"):
        draws = nulls.fit(F, model=model).draws(200, np.random.default_rng(5))
        kept = np.array([H.follows for H in draws])
        assert abs(kept.mean() - F.follows) < 4 * kept.std() / np.sqrt(200)


@pytest.mark.slow
def test_p24_a_fresh_walk_ends_anywhere():
    """Its M is uniform among those of one long walk; ties are split at random."""
    F, rng = uneven(40, 250), np.random.default_rng(0)
    walk = nulls.fit(F, model="switching").draws(2_000, np.random.default_rng(1))
    known = np.sort([mutual(H) for H in walk])
    fresh = [mutual(nulls.fit(F, model="switching").draw(seed)) for seed in range(150)]
    below, upto = np.searchsorted(known, fresh), np.searchsorted(known, fresh, side="right")
    places = (below + rng.random(150) * (upto - below + 1)) / 2_001
    assert stats.kstest(places, "uniform").pvalue > 0.01
