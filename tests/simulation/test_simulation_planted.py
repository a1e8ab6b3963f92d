"""Networks with planted communities: what was asked for is there."""

from __future__ import annotations

import numpy as np
import pytest

from follownet.errors import SchemaError
from follownet.simulation import planted


def test_sizes_ties_and_mixing_are_as_asked() -> None:
    """A tie that is mixed stays in its community as often as that is popular."""
    graph, membership = planted(accounts=4_000, ties=30_000, mixing=0.4, seed=1)
    assert (len(graph), graph.follows, graph.loops.any()) == (4_000, 30_000, False)
    sizes = membership.value_counts()
    assert (sizes.iloc[:-1] >= 50).all()
    assert (sizes <= 1_000).all()
    groups = membership.to_numpy()
    inside = (groups[graph.sources] == groups[graph.targets]).mean()
    share = (sizes / 4_000).pow(2).sum()
    assert inside == pytest.approx(0.6 + 0.4 * share, abs=0.02)


def test_degrees_are_unequal_and_directions_apart() -> None:
    """Who follows many is not therefore followed by many."""
    graph, _ = planted(accounts=4_000, ties=40_000, seed=2)
    assert graph.following.max() > 10 * graph.following.mean()
    assert graph.followers.max() > 10 * graph.followers.mean()
    assert abs(np.corrcoef(graph.following, graph.followers)[0, 1]) < 0.1


def test_the_seed_decides() -> None:
    """The same one, the same network."""
    one, same, other = (
        planted(accounts=300, ties=900, largest=100, seed=seed) for seed in (1, 1, 2)
    )
    assert np.array_equal(one.graph.targets, same.graph.targets)
    assert one.membership.equals(same.membership)
    assert not np.array_equal(one.graph.targets, other.graph.targets)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"accounts": 1}, "accounts: give at least 2"),
        ({"ties": 0}, "ties: give at least 1"),
        ({"mixing": 1.5}, "mixing: accepts a share from 0 to 1"),
        ({"smallest": 1}, "smallest, largest: accept"),
        ({"accounts": 100}, "smallest, largest: accept"),
        ({"accounts": 100, "largest": 100, "ties": 9_000}, "ties: accepts up to 4,950"),
    ],
)
def test_impossible_numbers_are_refused(given: dict[str, float], message: str) -> None:
    """With those that are possible."""
    with pytest.raises(SchemaError, match=message):
        planted(**given)  # type: ignore[arg-type]
