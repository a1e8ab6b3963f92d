"""The mixture itself: its density against scipy's, and what it makes of samples that are known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import adjusted_rand_score

from follownet.segments._latent import Fit, Sample, criterion, fitted, tried

UNKNOWN = np.nan


@pytest.fixture
def sample():
    """Return six accounts, three states, two counts, two marks of which some are unknown."""
    return Sample(
        state=np.eye(3)[[0, 1, 2, 0, 0, 1]],
        counts=np.array([[0, 3], [2, 0], [11, 1], [0, 0], [5, 40], [1, 2]], dtype=float),
        held=np.array([1.0, 0.5, 1.0, 0.02, 0.7, 1.0]),
        marks=np.array([[0, 1], [1, UNKNOWN], [UNKNOWN, UNKNOWN], [UNKNOWN, 0], [1, 1], [0, 0.0]]),
    )


@pytest.fixture
def fit():
    """Return two kinds."""
    return Fit(
        shares=np.array([0.3, 0.7]),
        state=np.array([[0.8, 0.15, 0.05], [0.1, 0.3, 0.6]]),
        rates=np.array([[12.0, 20.0], [0.4, 0.02]]),
        sizes=np.array([[1.5, 0.3], [50.0, 3.0]]),
        marks=np.array([[0.6, 0.9], [0.05, 0.2]]),
    )


def drawn(accounts, seed=0, **laws):
    """Return accounts of two kinds, and of which kind each is; laws are pairs."""
    rng = np.random.default_rng(seed)
    kind = (np.arange(accounts) >= accounts // 4).astype(int)
    law = {name: np.array(pair)[kind] for name, pair in laws.items()}
    held = rng.uniform(0.3, 1, accounts)
    state = (rng.random(accounts) >= law["mutual"]).astype(int)
    counts = rng.poisson(law["rate"] * held * rng.gamma(2, 1 / 2, accounts))
    marks = (rng.random(accounts) < law["quick"]).astype(float)
    marks[rng.random(accounts) < 0.2] = UNKNOWN
    return Sample(np.eye(3)[state], counts[:, None].astype(float), held, marks[:, None]), kind


APART = {"mutual": (0.9, 0.4), "rate": (20.0, 0.5), "quick": (0.8, 0.2)}


def test_the_density_is_that_of_its_parts(sample, fit):
    """Multinomial, negative binomial, Bernoulli; what is not known of an account has no part."""
    for row in range(len(sample)):
        for kind in range(2):
            wanted = np.log(fit.shares[kind])
            wanted += stats.multinomial.logpmf(sample.state[row], 1, fit.state[kind])
            for column in range(2):
                mean, size = sample.held[row] * fit.rates[kind, column], fit.sizes[kind, column]
                wanted += stats.nbinom.logpmf(
                    sample.counts[row, column], size, size / (size + mean)
                )
                mark = sample.marks[row, column]
                if not np.isnan(mark):
                    wanted += stats.bernoulli.logpmf(mark, fit.marks[kind, column])
            assert fit.joint(sample)[row, kind] == pytest.approx(wanted)


def test_the_variance_of_a_count_is_as_documented(fit):
    """m + m^2 / size, from the density of the numbers up to 2,000."""
    numbers = np.arange(2_000.0)
    many = Sample(
        np.tile([1.0, 0, 0], (2_000, 1)),
        numbers[:, None],
        np.ones(2_000),
        np.full((2_000, 1), UNKNOWN),
    )
    one = replace(fit, rates=fit.rates[:, :1], sizes=fit.sizes[:, :1], marks=fit.marks[:, :1])
    share = np.exp(one.joint(many)[:, 0])
    share /= share.sum()
    mean = share @ numbers
    assert mean == pytest.approx(12)
    assert share @ numbers**2 - mean**2 == pytest.approx(12 + 12**2 / 1.5)


def test_weights_are_bayes(sample, fit):
    dense = np.exp(fit.joint(sample))
    assert fit.weights(sample) == pytest.approx(dense / dense.sum(axis=1, keepdims=True))


def test_what_is_unlikely_beyond_floats_has_weights(sample, fit):
    """A count of a million underflows as a density."""
    weights = fit.weights(replace(sample, counts=sample.counts + 1e6))
    assert weights.sum(axis=1) == pytest.approx(np.ones(6))


def test_numbers_chosen_freely_are_counted(fit):
    """Of two kinds one share; each has two of three states, two rates, two sizes, two marks."""
    assert fit.parameters == 1 + 2 * (2 + 2 + 2 + 2)


def test_one_kind_gives_the_plain_estimates(sample):
    """Shares with half an account more of each category, and events per time held."""
    found = fitted(sample, 1, 8, np.random.default_rng(0))
    assert found.shares == pytest.approx([1])
    assert found.state == pytest.approx(np.array([[3.5, 2.5, 1.5]]) / 7.5)
    # Two of four are quick, two of four in a burst.
    assert found.marks == pytest.approx(np.array([[2.5, 2.5]]) / 5)
    # The prior is of the rate of all: of one kind it moves nothing.
    plain = sample.counts.sum(axis=0, keepdims=True) / sample.held.sum()
    assert found.rates == pytest.approx(plain, rel=1e-4)
    assert found.entropy == 0
    assert found.log_likelihood == pytest.approx(found.joint(sample).sum())


def test_the_dispersion_is_the_likeliest_of_those_tried():
    """Large of Poisson counts, and of counts of a size of .7 the next to that."""
    rng = np.random.default_rng(1)
    counts = np.column_stack([rng.poisson(8, 500), rng.negative_binomial(0.7, 0.7 / 8.7, 500)])
    many = Sample(np.eye(3)[[0] * 500], counts.astype(float), np.ones(500), np.full((500, 1), 1.0))
    sizes = fitted(many, 1, 1, rng).sizes[0]
    assert sizes[0] > 60
    assert 0.4 < sizes[1] < 1.2


def test_two_planted_kinds_are_found():
    """A quarter gets forty times as much, and is mutual and quick more often."""
    sample, kind = drawn(400, seed=1, **APART)
    found = fitted(sample, 2, 8, np.random.default_rng(0))
    weights = found.weights(sample)
    order = np.argsort(found.shares)
    assert adjusted_rand_score(kind, weights.argmax(axis=1)) > 0.8
    assert found.shares[order] == pytest.approx([0.25, 0.75], abs=0.05)
    assert found.rates[order, 0] == pytest.approx([20, 0.5], rel=0.15)
    assert found.state[order, 0] == pytest.approx([0.9, 0.4], abs=0.08)
    assert found.marks[order, 0] == pytest.approx([0.8, 0.2], abs=0.08)
    assert found.log_likelihood > fitted(sample, 1, 8, np.random.default_rng(0)).log_likelihood


def test_two_kinds_are_chosen_where_there_are_two_and_one_where_there_is_one():
    for laws, number in ((APART, 2), ({name: (pair[1],) * 2 for name, pair in APART.items()}, 1)):
        sample, _ = drawn(250, **laws)
        fits = tried(sample, 8, 4, np.random.default_rng(0))
        best = min(fits, key=lambda fit: criterion(fit, 250))
        assert len(best.shares) == number
        # Until it got worse twice.
        assert [len(fit.shares) for fit in fits] == list(range(1, number + 3))


def test_the_criterion_is_bic_and_twice_the_entropy_of_the_weights():
    sample, _ = drawn(200, **APART)
    found = fitted(sample, 2, 4, np.random.default_rng(0))
    weights = found.weights(sample)
    assert found.entropy == pytest.approx(stats.entropy(weights, axis=1).sum(), rel=0.05, abs=0.05)
    total = np.log(np.exp(found.joint(sample)).sum(axis=1)).sum()
    assert found.log_likelihood == pytest.approx(total)
    bic = found.parameters * np.log(200) - 2 * total
    assert criterion(found, 200) == pytest.approx(bic + 2 * found.entropy)


@pytest.mark.parametrize("accounts", [1, 2, 3])
def test_few_accounts_have_at_most_as_many_kinds(accounts):
    sample, _ = drawn(40, **APART)
    fits = tried(sample.take(np.arange(accounts)), 8, 2, np.random.default_rng(0))
    assert 1 <= len(fits) <= accounts
    assert all(np.isfinite(fit.log_likelihood) for fit in fits)


def test_accounts_that_are_all_equal_and_no_counts_are_no_trouble():
    equal = Sample(
        np.tile([0.0, 1, 0], (20, 1)), np.empty((20, 0)), np.ones(20), np.full((20, 2), UNKNOWN)
    )
    fits = tried(equal, 8, 2, np.random.default_rng(0))
    best = min(fits, key=lambda fit: criterion(fit, 20))
    assert len(best.shares) == 1
    assert best.rates.shape == (1, 0)
    assert best.weights(equal) == pytest.approx(np.ones((20, 1)))
