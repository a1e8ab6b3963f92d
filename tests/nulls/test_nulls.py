"""What a test, the ladder and a table of triads say, and what draws of each model are like."""

from __future__ import annotations

import json
import math
from collections import Counter
from itertools import combinations
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from conftest import here_and_elsewhere
from scipy.stats import chisquare

import follownet as fn
from follownet import nulls
from follownet.errors import NotObservedError, SchemaError
from follownet.graph import FollowGraph
from follownet.nulls import _comparison, _draws
from follownet.nulls._classes import classes
from follownet.nulls._models import NAMES

STUDIES = Path(__file__).parents[3] / "shared" / "studies"
ANALYTIC = ("density", "density_fixed", "out_degree", "degree")


def unequal(accounts: int = 60, follows: int = 400, seed: int = 0) -> FollowGraph:
    """Return a graph with hubs and many returned follows."""
    rng = np.random.default_rng(seed)
    fame = rng.lognormal(0, 1, accounts)
    sources = rng.integers(0, accounts, follows)
    targets = rng.choice(accounts, follows, p=fame / fame.sum())
    back = rng.random(follows) < 0.2
    ends = np.append(sources, targets[back]), np.append(targets, sources[back])
    return FollowGraph.from_edges(*ends, accounts=range(accounts))


# ------------------------------------------------------------------ test


def test_numbers_of_a_test():
    """Two of three follows are a pair: every number by hand under the fixed density."""
    found = nulls.test(nx.DiGraph([(0, 1), (1, 0), (2, 0)]), model="density_fixed", seed=3)
    # 20 graphs of 3 ties among 6 places, 12 hold a pair: M is 0 or 1, mean 0.6, sd sqrt(0.24).
    assert (found.observed, found.expected, found.draws, found.seed) == (1, 0.6, 0, 3)
    assert found.sd == pytest.approx(0.24**0.5)
    assert found.z == pytest.approx(0.4 / 0.24**0.5)
    assert (found.p, found.log10_p) == pytest.approx((1, 0))
    assert found.excess == pytest.approx(1 / 0.6 - 1)
    assert found.rho == pytest.approx((2 / 3 - 0.4) / 0.6)


def test_rho_under_the_density_is_the_summary_s():
    """r0 of the Bernoulli model is the density, so that rho is the usual one."""
    F = unequal()
    found = nulls.test(F, model="density")
    assert found.rho == pytest.approx(fn.reciprocity.summary(F).rho)


def test_p_of_draws():
    """(b + 1)/(n + 1): draws 0, 1, 2, 3 and 10 observed; the mean of all five is 3.2."""
    row = _comparison._row(10, np.array([0.0, 1, 2, 3]) - 10)
    assert row["expected"] == 1.5
    assert row["sd"] == pytest.approx(np.std([0, 1, 2, 3], ddof=1))
    assert row["p"] == 1 / 5
    # 2 observed; the mean of all is 1.6, and 0, 1, 3 are further from it, 2 as far.
    assert _comparison._row(2, np.array([0.0, 1, 2, 3]) - 2)["p"] == 1
    assert _comparison._row(4, np.array([4.0, 4, 4, 4]) - 4)["p"] == 1


def test_draws_of_a_model_with_formulas_agree_with_them():
    """Given `draws`, mean and sd come from graphs, within what 400 of them allow."""
    F = unequal()
    for name in ANALYTIC:
        by_formula, by_draws = nulls.test(F, model=name), nulls.test(F, model=name, draws=400)
        assert by_draws.draws == 400
        error = by_formula.sd / 400**0.5
        assert by_draws.expected == pytest.approx(by_formula.expected, abs=4 * error)
        assert by_draws.sd == pytest.approx(by_formula.sd, rel=4 / 800**0.5)


def test_exact_and_expected_degrees_agree_in_the_mean():
    """Not in sd, which is smaller where degrees cannot vary."""
    F = unequal()
    canonical, chain = nulls.test(F), nulls.test(F, model="switching")
    assert chain.expected == pytest.approx(canonical.expected, rel=0.05)
    assert chain.sd < canonical.sd
    assert chain.mixing is not None
    assert canonical.mixing is None


@pytest.mark.parametrize(
    "name",
    ["celegans_neural", "advogato", pytest.param("bitcoin_otc", marks=pytest.mark.slow)],
)
def test_switching_agrees_with_the_golden_figures(name):
    """Mean and sd of 200 swapped graphs of another programme, within the error of both."""
    if not (STUDIES / f"{name}.tsv.gz").is_file():
        pytest.skip("the study graphs are not beside this repository")
    table = pd.read_csv(STUDIES / f"{name}.tsv.gz", sep="\t", usecols=[0, 1])
    golden = json.loads((STUDIES / "expected.json").read_text())[name]["dcm"]
    found = nulls.test(
        FollowGraph.from_edges(table.iloc[:, 0], table.iloc[:, 1]), model="switching", draws=60
    )
    error = golden["mc_sd"] * (1 / golden["mc_n"] + 1 / 60) ** 0.5
    assert found.expected == pytest.approx(golden["mc_mean"], abs=4 * error)
    assert found.sd == pytest.approx(golden["mc_sd"], rel=0.4)


def test_text_and_table_of_a_test():
    """One line a number; markup in notes is escaped."""
    found = nulls.test(unequal(), model="switching", draws=20)
    lines = str(found).splitlines()
    assert lines[0].split() == ["statistic", "mutual"]
    assert any(line.startswith("mixing: acceptance") for line in lines)
    assert "<td>" in found._repr_html_()
    noted = nulls.Test("mutual", 1, 1.0, 0.0, math.nan, 1.0, 0.0, 0.0, 0.0, "m", 0, 0, ("<b>",))
    assert "&lt;b&gt;" in noted._repr_html_()


def test_mutual_ties_are_not_tested_against_themselves():
    """The reciprocal model keeps them: refused, with the reason."""
    with pytest.raises(SchemaError, match="z is 0"):
        nulls.test(unequal(), model="reciprocal")
    assert nulls.test(unequal(), model="reciprocal", statistic="300", draws=5).draws == 5


@pytest.mark.parametrize(
    "arguments",
    [
        {"statistic": "reciprocity"},
        {"model": "chung_lu"},
        {"statistic": "3OO"},
        {"draws": 1},
        {"draws": 2.5},
        {"seed": -1},
        {"seed": "a"},
    ],
    ids=str,
)
def test_unknown_arguments(arguments):
    """What is accepted is said, whether or not anything is drawn."""
    with pytest.raises(SchemaError, match=r"accepts|at least"):
        nulls.test(unequal(), **arguments)


def test_seed_of_a_draw_is_a_whole_number():
    """Of what else would be drawn, the next process would not know."""
    with pytest.raises(SchemaError, match="got a float"):
        nulls.fit(unequal()).draw(seed=0.5)


# ------------------------------------------------------------------ what cannot be known


@pytest.mark.parametrize("call", [nulls.test, nulls.ladder, nulls.triads, nulls.fit])
def test_one_person_s_ties_have_no_null_model(call, one_star):
    """A star: what the others do among themselves is unknown."""
    with pytest.raises(NotObservedError, match="null model"):
        call(one_star)


def test_several_owners_are_compared_among_themselves():
    """Two owners who follow each other, each with a follower: the block is a pair."""
    G = nx.DiGraph([("a", "b"), ("b", "a"), ("x", "a"), ("y", "b")], observed="owners")
    for account in G:
        mine = account in "ab"
        marks = {"owner": mine, "following_observed": mine, "followers_observed": mine}
        G.nodes[account].update(marks)
    found = nulls.test(G, model="density_fixed")
    assert (found.observed, found.expected, found.sd) == (1, 1, 0)
    assert "2 accounts" in found.notes[0]


@pytest.mark.parametrize(
    "graph",
    [
        nx.DiGraph(),
        nx.empty_graph(1, nx.DiGraph),
        nx.DiGraph([(0, 0), (1, 1)]),
        nx.empty_graph(5, nx.DiGraph),
        nx.DiGraph([("ä", "b")]),
        nx.complete_graph(4, nx.DiGraph),
        nx.DiGraph([(0, 1), (1, 2), (2, 0)]),
        nx.DiGraph([(2**40, 2**41), (2**41, 2**40), (2**40, 7)]),
    ],
    ids="empty one loops isolates tie complete cycle large-ids".split(),
)
def test_smallest_graphs(graph):
    """Every model answers; p is between 0 and 1, and where sd is 0 z is nan and p is 1."""
    table = nulls.ladder(graph, draws=10)
    assert table["p"].between(0, 1).all()
    forced = table["sd"] == 0
    assert table.loc[forced, "z"].isna().all()
    assert (table.loc[forced, "p"] == 1).all()
    assert not forced.all() or graph.number_of_edges() in (0, 2, 12)
    for name in NAMES:
        drawn = nulls.fit(graph, model=name).draw(seed=2)
        assert len(drawn) == len(graph)
        assert not drawn.loops.any()


def test_effects_of_nothing():
    """Chance expects no pair: inf if there is one, nan for 0/0; no rho without ties."""
    one = FollowGraph.from_edges([0, 1], [1, 0])
    assert _comparison._effects(one, "mutual", 1, 0) == (math.inf, 1)
    excess, rho = _comparison._effects(one.induced([0]), "mutual", 0, 0)
    assert math.isnan(excess)
    assert math.isnan(rho)
    assert math.isnan(_comparison._effects(one, "300", 1, 0)[1])


# ------------------------------------------------------------------ ladder


def test_ladder_is_the_tests_side_by_side():
    """Each row is what `test` returns; expected r is 2 E/L."""
    F = unequal()
    table = nulls.ladder(F, draws=30, seed=4)
    assert table.index.tolist() == [*ANALYTIC, "switching"]
    assert table.index.name == "model"
    columns = "expected sd z p log10_p excess expected_r rho draws".split()
    assert table.columns.tolist() == columns
    for name in table.index:
        draws = 30 if name == "switching" else None
        one = nulls.test(F, model=name, draws=draws, seed=4)
        row = table.loc[name]
        for column in set(columns) - {"expected_r"}:
            assert row[column] == pytest.approx(getattr(one, column)), column
        assert row["expected_r"] == pytest.approx(2 * one.expected / F.follows)
    facts = fn.reciprocity.summary(F)
    wanted = {"statistic": "mutual", "observed": facts.mutual, "accounts": 60}
    assert wanted.items() <= table.attrs.items()
    assert (table.attrs["r"], table.attrs["follows"]) == (facts.r, facts.follows)


def test_ladder_keeps_more_and_more():
    """Hubs meet: knowing the degrees, more mutual pairs are no surprise."""
    expected = nulls.ladder(unequal(), draws=30)["expected"]
    assert expected["density_fixed"] < expected["density"] < expected["degree"]


# ------------------------------------------------------------------ triads


def test_triads_have_a_profile():
    """z over the length of z of the connected classes; observed is the census."""
    F = unequal()
    table = nulls.triads(F, draws=40)
    assert table.index.tolist() == fn.reciprocity.triads(F).index.tolist()
    assert table["observed"].tolist() == fn.reciprocity.triads(F).tolist()
    assert table["profile"].isna()[:3].all()
    assert (table["profile"] ** 2).sum() == pytest.approx(1)
    z = table["z"].iloc[3:]
    assert (np.sign(z) == np.sign(table["profile"].iloc[3:])).all()
    assert table.loc["300", "profile"] == pytest.approx(z["300"] / (z**2).sum() ** 0.5)


def test_one_triad_is_a_row_of_the_table():
    """`test` and `triads` use the same draws."""
    F = unequal(30, 150)
    row = nulls.triads(F, model="degree", draws=25, seed=7).loc["120D"]
    one = nulls.test(F, model="degree", statistic="120D", draws=25, seed=7)
    assert (row["expected"], row["sd"], row["p"]) == (one.expected, one.sd, one.p)


def test_signs_of_triads_flip_once_mutual_ties_are_kept():
    """C. elegans: 201, 111D and 111U are frequent for its degrees, rare for its mutual ties."""
    path = STUDIES / "celegans_neural.tsv.gz"
    if not path.is_file():
        pytest.skip("the study graphs are not beside this repository")
    table = pd.read_csv(path, sep="\t", usecols=[0, 1])
    F = FollowGraph.from_edges(table["src"], table["dst"])
    names = ["201", "111D", "111U"]
    degrees = nulls.triads(F, model="switching", draws=30)
    assert (degrees.loc[names, "z"] > 3).all()
    assert "acceptance" in degrees.attrs["mixing"]
    assert (nulls.triads(F, draws=30).loc[names, "z"] < -1).all()


# ------------------------------------------------------------------ draws


@pytest.mark.parametrize("name", ["density", "density_fixed", "out_degree", "degree"])
def test_draws_of_three_accounts_have_their_chances(name):
    """All graphs of three accounts, as often as the model says (chi-square)."""
    ties = ([0, 1, 2], [1, 2, 0]) if name == "degree" else ([0, 0, 1, 2], [1, 2, 0, 1])
    F = FollowGraph.from_edges(*ties)
    model = nulls.fit(F, model=name)
    rng = np.random.default_rng(0)
    counts = Counter(
        tuple(zip(one.sources.tolist(), one.targets.tolist(), strict=True))
        for one in model.draws(4_000, rng)
    )
    chances = {graph: chance(name, F, graph) for graph in graphs(3)}
    assert sum(chances.values()) == pytest.approx(1)
    likely = [graph for graph, one in chances.items() if one > 1e-9]
    assert set(counts) <= set(likely)
    expected = [4_000 * chances[graph] / sum(chances[g] for g in likely) for graph in likely]
    assert chisquare([counts[graph] for graph in likely], expected).pvalue > 0.01


def graphs(accounts: int) -> list[tuple[tuple[int, int], ...]]:
    """Return every digraph."""
    ties = [(i, j) for i in range(accounts) for j in range(accounts) if i != j]
    return [some for size in range(len(ties) + 1) for some in combinations(ties, size)]


def chance(name: str, F: FollowGraph, graph: tuple[tuple[int, int], ...]) -> float:
    """Return the chance of a graph of three accounts, from the definition of the model."""
    if name == "density_fixed":
        return (len(graph) == F.follows) / math.comb(6, F.follows)
    if name == "out_degree":
        following = [sum(i == one for i, _ in graph) for one in range(3)]
        same = following == F.following.tolist()
        return same / math.prod(math.comb(2, k) for k in F.following.tolist())
    p = np.full((3, 3), F.follows / 6)
    if name == "degree":
        p = ties_of(F)
    return math.prod(
        p[i, j] if (i, j) in graph else 1 - p[i, j] for i in range(3) for j in range(3) if i != j
    )


def ties_of(F: FollowGraph) -> np.ndarray:
    """Return the chances of a solved model, checked to expect the degrees elsewhere."""
    from follownet.nulls._degree import degree

    model = degree(F.following, F.followers)
    kind = np.empty(len(F), dtype=int)
    kind[model.classes.members] = np.repeat(np.arange(len(model.classes)), model.classes.size)
    return model.ties(slice(None))[np.ix_(kind, kind)]


def test_ties_of_draws_have_their_chances():
    """500 draws of the degree model: each of 90 ties as often as its p (chi-square)."""
    F = unequal(10, 40)
    model, p = nulls.fit(F), ties_of(F)
    counts = np.zeros((10, 10))
    for one in model.draws(500, np.random.default_rng(3)):
        counts[one.sources, one.targets] += 1
    off = ~np.eye(10, dtype=bool) & (p > 1e-6) & (p < 1 - 1e-6)
    gaps = (counts - 500 * p)[off] ** 2 / (500 * p * (1 - p))[off]
    assert counts[(p <= 1e-6)].sum() == 0
    assert abs(gaps.sum() - off.sum()) < 3 * (2 * off.sum()) ** 0.5


def test_draws_keep_the_mutual_ties_of_each_account_on_average():
    """300 draws of the reciprocal model: each of three degrees, within 5 standard errors."""
    F = unequal(25, 120)
    both = np.bincount(F.sources[F.returned], minlength=25)
    drawn = list(nulls.fit(F, model="reciprocal").draws(300, np.random.default_rng(0)))
    for wanted, found in (
        (F.following, [one.following for one in drawn]),
        (F.followers, [one.followers for one in drawn]),
        (both, [np.bincount(one.sources[one.returned], minlength=25) for one in drawn]),
    ):
        error = np.std(found, axis=0) / 300**0.5
        assert (np.abs(np.mean(found, axis=0) - wanted) <= 5 * error + 1e-9).all()


def test_z_under_the_generating_parameters_is_standard():
    """300 draws of each model: mean 0 and sd 1 within four standard errors."""
    F = unequal(100, 900)
    for name in (*ANALYTIC, "reciprocal"):
        model = nulls.fit(F, model=name)
        counts = [one.returned.sum() / 2 for one in model.draws(300, np.random.default_rng(1))]
        z = (np.array(counts) - model.expected) / model.sd
        assert abs(z.mean()) < 4 / 300**0.5, name
        assert abs(z.std(ddof=1) - 1) < 4 / 600**0.5, name


def test_choice_of_cells():
    """As many different cells as asked for, each as likely, from sparse and full groups."""
    cells, counts = np.array([5, 1_000, 3, 0]), np.array([2, 3, 3, 0])
    rng, seen = np.random.default_rng(0), Counter()
    for _ in range(1_000):
        group, number = _draws.chosen(rng, cells, counts)
        assert np.bincount(group, minlength=4).tolist() == counts.tolist()
        assert len(set(zip(group, number, strict=True))) == 8
        assert (number < cells[group]).all()
        seen.update(number[group == 0].tolist())
        seen.update((10 + number[group == 1] // 200).tolist())
    assert chisquare([seen[cell] for cell in range(5)]).pvalue > 0.01
    assert chisquare([seen[10 + part] for part in range(5)]).pvalue > 0.01


def test_cells_of_pairs_are_each_pair_once():
    """Numbers within a class and between two, against all pairs of accounts."""
    found = classes([1, 0, 1, 1, 0])
    one, other = np.array([0, 1, 1, 1] + [0] * 6), np.array([0, 1, 1, 1] + [1] * 6)
    cell = np.array([0, 0, 1, 2, *range(6)])
    pairs = {
        frozenset(pair) for pair in zip(*_draws._unordered(found, one, other, cell), strict=True)
    }
    assert pairs == {frozenset(pair) for pair in combinations(range(5), 2)}
    far = 10**12
    row, column = (int(end[0]) for end in _unranked(far))
    assert row * (row - 1) // 2 + column == far
    assert 0 <= column < row


def _unranked(cell: int):
    """Return the pair of a cell of a class of two million accounts."""
    found = classes(np.zeros(2_000_000))
    return _draws._unordered(found, np.array([0]), np.array([0]), np.array([cell]))


# ------------------------------------------------------------------ the same every time


def test_order_and_kind_of_labels_do_not_matter():
    """Shuffled rows, text for numbers in the same order, either graph: the same numbers."""
    F = unequal()
    order = np.random.default_rng(0).permutation(F.follows)
    shuffled = FollowGraph.from_edges(F.sources[order], F.targets[order], accounts=range(len(F)))
    texts = np.array([f"account {n:03d}" for n in range(len(F))])
    named = FollowGraph.from_edges(texts[F.sources], texts[F.targets], accounts=texts)
    for model in ("degree", "switching"):
        wanted = nulls.triads(F, model=model, draws=5, seed=1)
        for other in (shuffled, named, F.to_networkx()):
            pd.testing.assert_frame_equal(nulls.triads(other, model=model, draws=5, seed=1), wanted)
    assert not wanted.equals(nulls.triads(F, model="switching", draws=5, seed=2))


def test_the_same_in_every_process():
    """Whatever the seed of hashes: text labels, all sampled models."""
    here, there = here_and_elsewhere("""
import networkx as nx
from follownet import nulls
G = nx.DiGraph([(a, b) for a in "abcdef" for b in "acegik" if a != b])
for model in ("density", "out_degree", "degree", "reciprocal", "switching"):
    print(nulls.fit(G, model=model).draw(3).sources.tolist())
""")
    assert here == there
    assert len(here.splitlines()) == 5


def test_draw_is_frozen_by_its_seed():
    """Equal seeds, equal graphs; other seeds, others. The fitted graph stays as it is."""
    F = unequal()
    before = F.targets.copy()
    for name in NAMES:
        model = nulls.fit(F, model=name)
        one, again, other = model.draw(1), model.draw(1), model.draw(2)
        assert one.targets.tolist() == again.targets.tolist()
        assert one.targets.tolist() != other.targets.tolist()
        assert one.accounts.equals(F.accounts)
    assert (F.targets == before).all()
