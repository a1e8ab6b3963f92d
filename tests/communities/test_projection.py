"""Ties between the others of one export: from which items, and how sure they are."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import combinations, product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from scipy import stats

import follownet as fn
from follownet.communities import Projection, detect, projection
from follownet.communities._cooccurrence import cooccurrence, fitted, tails
from follownet.errors import NotObservedError, SchemaError
from follownet.tables import Export, Report

REAL = Path(__file__).parents[3] / "shared" / "exports"


def at(text: str) -> pd.Timestamp:
    """Return a time of one day, in UTC."""
    return pd.Timestamp(f"2026-03-01T{text}", tz="UTC")


def events(rows: list[tuple[object, ...]], owner: str = "me") -> pd.DataFrame:
    """Return interactions: kind, target, item and further columns; the owner's."""
    names = ("kind", "target", "item", "at", "source", "group")
    table = pd.DataFrame([{"source": owner} | dict(zip(names, row, strict=False)) for row in rows])
    return table.reindex(columns=list(names))


def follows(followers: dict[str, object], following: dict[str, object]) -> pd.DataFrame:
    """Return the two lists of the owner, with the time of each follow."""
    rows = [(one, "me", since) for one, since in followers.items()]
    rows += [("me", one, since) for one, since in following.items()]
    table = pd.DataFrame(rows, columns=["source", "target", "since"])
    return table.assign(since=pd.to_datetime(table["since"], utc=True))


def made(platform: str, **tables: object) -> Export:
    """Return an export whose lists are in hand."""
    coverage = {"owner": "me", "list": ["followers", "following"], "status": "presumed"}
    told = {"coverage": pd.DataFrame(coverage), "owners": ("me",)} | tables
    return Export(platform=platform, **told)


def named(posts: list[tuple[str, ...]], platform: str = "mastodon") -> Export:
    """Return an export whose posts name these accounts."""
    rows = [("mention", one, f"post {n}") for n, names in enumerate(posts) for one in names]
    return made(platform, interactions=events(rows))


def items(found: Projection) -> list[tuple[str, int]]:
    """Return kind and accounts of each item."""
    return sorted(found.items[["kind", "accounts"]].itertuples(index=False, name=None))


def tied(found: Projection) -> set[frozenset[str]]:
    """Return the pairs that are tied."""
    return {frozenset(tie) for tie in found.graph.edges}


# ------------------------------------------------------------------ the numbers


def drawn(sizes: np.ndarray, lengths: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return random memberships of these sizes: places exchanged until none is there twice."""
    account, item = np.repeat(np.arange(len(sizes)), sizes), np.repeat(range(len(lengths)), lengths)
    rng.shuffle(account)
    while True:
        pairs = account + len(sizes) * item
        _, first = np.unique(pairs, return_index=True)
        twice = np.setdiff1d(np.arange(len(pairs)), first)
        if not len(twice):
            return np.stack([account, item])
        for one, other in zip(twice, rng.integers(len(pairs), size=len(twice)), strict=True):
            account[[one, other]] = account[[other, one]]


def test_tails_are_those_of_all_outcomes() -> None:
    """Every one of 2^7, its chance counted; classes of one, two and four items."""
    rng = np.random.default_rng(1)
    classes, numbers = rng.random((4, 3)), np.array([1, 2, 4])
    least = np.array([1, 2, 3, 7])
    expected = []
    for row, count in zip(np.repeat(classes, numbers, axis=1), least, strict=True):
        outcomes = product([0, 1], repeat=7)
        chances = (np.where(one, row, 1 - row).prod() for one in outcomes if sum(one) >= count)
        expected.append(sum(chances))
    assert tails(classes, numbers, least) == pytest.approx(np.array(expected), rel=1e-13)


def test_the_smallest_tails_keep_their_digits() -> None:
    """Against exact fractions: 1e-40 and less, where a difference from 1 would be 0."""
    chances = [Fraction(1, 1_000), Fraction(1, 64)]
    exact = [Fraction(1)]
    for chance in [chances[0]] * 12 + [chances[1]] * 9:
        padded = [Fraction(0), *exact, Fraction(0)]
        exact = [padded[n] * chance + padded[n + 1] * (1 - chance) for n in range(len(exact) + 1)]
    row, numbers = np.array([[float(one) for one in chances]]), np.array([12, 9])
    for least in (5, 15, 21):
        assert tails(row, numbers, np.array([least]))[0] == pytest.approx(
            float(sum(exact[least:])), rel=1e-11
        )
    assert float(exact[21]) < 1e-50


@pytest.mark.parametrize("edge", ["none", "item of all", "account in all", "both", "triangle"])
def test_expected_sizes_are_those_observed(edge: str) -> None:
    """Also where a chance is 1, so that the parameters have no end."""
    table = np.random.default_rng(2).random((40, 60)) < 0.1
    table[:3, :3] = True
    table[:, 0] |= edge in ("item of all", "both")
    table[0] |= edge in ("account in all", "both")
    table = np.tril(np.ones((9, 9), dtype=bool)) if edge == "triangle" else table
    table = table[table.any(axis=1)][:, table.any(axis=0)]
    model = fitted(table.sum(axis=1), table.sum(axis=0))
    chance = model.chance[model.of_account][:, model.of_item]
    assert chance.sum(axis=1) == pytest.approx(table.sum(axis=1), rel=1e-9)
    assert chance.sum(axis=0) == pytest.approx(table.sum(axis=0), rel=1e-9)
    assert model.error < 1e-9


def test_pairs_are_all_that_share_and_their_tails_are_of_their_own_sizes() -> None:
    """Counted pair by pair; several pairs of one class share differently much."""
    rng = np.random.default_rng(3)
    table = rng.random((12, 30)) < rng.uniform(0.1, 0.6, size=(12, 1))
    table = table[:, table.sum(axis=0) > 1]
    pairs, _ = cooccurrence(*np.nonzero(table))
    one, other = np.triu_indices(12, k=1)
    both = (table[one] & table[other]).sum(axis=1)
    share = both > 0
    one, other, both = one[share], other[share], both[share]
    model = fitted(table.sum(axis=1), table.sum(axis=0))
    chance = model.chance[model.of_account][:, model.of_item]
    chance = chance[one] * chance[other]
    p = tails(chance, np.ones(table.shape[1], dtype=int), both)
    expected = np.stack([one, other, both, chance.sum(axis=1), p], axis=1)
    assert pairs.sort_values(["one", "other"]).to_numpy() == pytest.approx(expected, rel=1e-9)
    assert 0 < len(pairs) < share.size


def test_random_memberships_are_hardly_ever_tied() -> None:
    """Of worlds of the same sizes with nothing in them, at most the share that is allowed."""
    alpha, worlds = 0.05, []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        sizes = rng.zipf(2, 60).clip(2, 40)
        lengths = np.full(sizes.sum() // 3, 3)
        lengths[: sizes.sum() % 3] += 1
        pairs, _ = cooccurrence(*drawn(sizes, lengths, rng))
        p = np.append(pairs["p"], np.ones(60 * 59 // 2 - len(pairs)))
        worlds.append((stats.false_discovery_control(p) <= alpha).any())
    se = math.sqrt(alpha * (1 - alpha) / len(worlds))
    assert np.mean(worlds) <= alpha + 2 * se


# ------------------------------------------------------------------ a planted world


@pytest.fixture(scope="module")
def planted() -> Export:
    """Two groups of six, of whom posts name three; strangers, of whom posts name any two."""
    rng = np.random.default_rng(4)
    groups = [[f"{name}{n}" for n in range(6)] for name in ("red", "blue")]
    strangers = [f"stranger{n}" for n in range(60)]
    posts = [tuple(rng.choice(groups[n % 2], 3, replace=False)) for n in range(400)]
    posts += [tuple(rng.choice(strangers, 2, replace=False)) for _ in range(500)]
    return named(posts)


@pytest.fixture(scope="module")
def found(planted: Export) -> Projection:
    """What is found of it."""
    return projection(planted)


def test_planted_groups_are_tied_inside_only_and_detected(found: Projection) -> None:
    """All 30 pairs of the groups, no other; `detect` takes the graph as it is."""
    groups = [{f"{name}{n}" for n in range(6)} for name in ("blue", "red")]
    assert tied(found) == {frozenset(tie) for one in groups for tie in combinations(one, 2)}
    assert detect(found.graph, runs=2).partition[:2] == groups
    assert (found.placed, found.accounts, found.tested) == (12, 72, 72 * 71 // 2)
    assert found.share == 12 / 72


def test_significance_is_that_of_scipy(found: Projection) -> None:
    """With every pair that shares nothing written out."""
    p = np.append(found.pairs["p"], np.ones(found.tested - len(found.pairs)))
    same = stats.false_discovery_control(p)[: len(found.pairs)] <= found.alpha
    assert found.pairs["significant"].tolist() == same.tolist()
    assert 0 < same.sum() < len(same)


def test_the_graph_says_what_the_table_says(found: Projection) -> None:
    """Both ways, with plain numbers; the table begins with the least likely."""
    assert found.pairs["p"].is_monotonic_increasing
    for row in found.pairs[found.pairs["significant"]].itertuples():
        for tie in ((row.one, row.other), (row.other, row.one)):
            assert found.graph.edges[tie] == {"weight": row.shared, "p": row.p}
    marks = [value for *_, marks in found.graph.edges(data=True) for value in marks.values()]
    assert set(map(type, marks)) == {int, float}


def test_order_of_rows_changes_nothing(planted: Export, found: Projection) -> None:
    """Neither tables, nor the order of accounts."""
    rows = planted.interactions.sample(frac=1, random_state=5)
    again = projection(made("mastodon", interactions=rows))
    assert_frame_equal(again.pairs, found.pairs)
    assert_frame_equal(again.items, found.items)
    assert list(again.graph.edges(data=True)) == list(found.graph.edges(data=True))


def test_a_result_shows_its_numbers_and_escapes_names() -> None:
    """Handles are text of others."""
    found = projection(named([("<b>ann", "bob")] * 2 + [("cy",)]))
    assert str(found).splitlines() == [
        "accounts with a tie to another: 0 of 2 (0.0%)",
        "pairs tied: 0 of 1 that share an item, of 1 tested; false discovery rate 0.05",
        "items: mentions 2",
        "left out: items of one account 1",
    ]
    assert "&lt;b&gt;ann" in found._repr_html_()
    assert "<b>ann" not in found._repr_html_()


# ------------------------------------------------------------------ what platforms hold


def test_follows_in_one_go_are_an_item() -> None:
    """Of one list, an hour apart at most; whoever comes alone is counted."""
    there = {"ann": at("10:00"), "bob": at("11:00"), "cy": at("11:59:59"), "dan": at("13:00")}
    back = {"ann": at("10:30"), "cy": at("11:00"), "eve": None}
    export = made("instagram", follows=follows(there, back))
    found = projection(export)
    assert items(found) == [("followers burst", 3), ("following burst", 2)]
    assert found.items["item"].tolist() == ["2026-03-01T10:00:00Z", "2026-03-01T10:30:00Z"]
    assert found.left_out == {"undated follows": 1, "items of one account": 1}
    assert (list(found.graph), found.accounts) == (["ann", "bob", "cy"], 5)
    assert found.pairs["shared"].tolist() == [2, 1, 1]
    assert items(projection(export, gap="10min")) == []
    assert items(projection(export, gap="61min"))[0] == ("followers burst", 4)


def test_where_times_are_days_those_of_one_day_are_a_burst() -> None:
    """Whatever the gap: a day is no hour, and the next day is another."""
    days = pd.to_datetime(["2026-03-01", "2026-03-01", "2026-03-02", "2026-03-04"], utc=True)
    export = made("threads", follows=follows(dict(zip("abcd", days, strict=True)), {}))
    assert items(projection(export)) == [("followers burst", 2)]
    assert items(projection(export, gap="30D")) == [("followers burst", 2)]


def test_instagram_shows_liked_comments_and_threads_of_people_without_handle() -> None:
    """Below one post; likes of posts name one author each. Both worlds are tested apart."""
    rows = [("comment_like", one, "/p/1/") for one in ("ann", "bob", "ann")]
    rows += [
        ("like", "cy", "/p/1/"),
        ("comment_like", "dan", None),
        ("comment_like", None, "/p/1/"),
    ]
    people = [f"dm:t/{n}" for n in (1, 2, 3)]
    rows += [("message", None, "t", at("10:00"), one, "t") for one in people[:2]]
    rows += [("message_reaction", people[2], "t", at("10:00"), "me", "t")]
    rows += [("message", "dm:u", "u"), ("message", None, "v", at("10:00"), "me", "v")]
    found = projection(made("instagram", interactions=events(rows)))
    assert items(found) == [("group thread", 3), ("liked comments", 2)]
    assert sorted(found.graph) == ["ann", "bob", *people]
    assert found.tested == 1 + 3
    assert found.left_out == {
        "liked comments of no known post": 1, "events that name no one": 1,
    }  # fmt: skip
    assert found.notes == ("3 people of group threads stand under no handle, in each thread anew",)


def test_an_answer_on_x_is_joined_to_the_post_that_gives_it() -> None:
    """Its row has the number of the answered post; time tells the own one, if one alone."""
    posts = pd.DataFrame(
        {
            "post": ["1", "2", "3", "4"],
            "account": "me",
            "at": [at("10:00"), at("11:00"), at("12:00"), at("12:00")],
        }
    )
    rows = [
        ("reply", "ann", "901", at("10:00")),
        ("mention", "bob", "1", at("10:00")),
        ("mention", "cy", "2", at("11:00")),
        ("quote", "dan", "902", at("11:00")),
        # Answers of others' posts of one number are no item.
        ("reply", "eve", "903", at("12:00")),
        ("reply", "fay", "903", None),
        ("reply", "me", "2", at("11:00")),
        *(("message", None, "g", at("13:00"), one, "g") for one in ("ann", "cy", "me")),
        ("like", None, "901"),
    ]
    found = projection(made("x", interactions=events(rows), posts=posts))
    assert items(found) == [("group thread", 2), ("reply", 2), ("reply", 2)]
    assert {frozenset(pair) for pair in found.pairs[["one", "other"]].to_numpy()} == {
        frozenset(pair) for pair in (("ann", "bob"), ("cy", "dan"), ("ann", "cy"))
    }
    assert found.left_out == {"mentions of no known post": 2}


@pytest.mark.parametrize("platform", ["mastodon", "bluesky"])
def test_whom_one_post_names_is_an_item(platform: str) -> None:
    """Its reply and mentions share its address; likes, of one author each, put no two together."""
    rows = [("reply", "ann", "1"), ("mention", "bob", "1"), ("mention", "cy", "1")]
    rows += [("mention", "ann", "2"), ("quote", "dan", "2"), ("reply", "eve", "3")]
    rows += [("like", one, "4", at("10:00")) for one in ("ann", "bob")]
    rows += [("mention", one, "5", at("10:00"), "ann") for one in ("me", "bob", "cy")]
    found = projection(made(platform, interactions=events(rows)))
    assert items(found) == [("mentions", 2), ("reply", 3)]
    assert found.left_out == {"items of one account": 1}


@pytest.mark.parametrize(
    ("platform", "why"),
    [
        ("tiktok", "likes and comments name no one"),
        ("linkedin", "reactions and comments name no one"),
        ("youtube", "comments name no one"),
        ("medium", "claps name no one"),
    ],
)
def test_platforms_that_show_no_two_together_are_refused(platform: str, why: str) -> None:
    """With the reason, and what would make it known."""
    with pytest.raises(NotObservedError, match=f"export of {platform}: .*{why}.* merged would"):
        projection(made(platform))


def test_several_owners_are_a_block_that_can_be_clustered() -> None:
    """One of them may be chosen: what was done by another is left alone."""
    lists = follows({"you": at("08:00"), "ann": at("10:00"), "bob": at("10:10")}, {})
    mine = made("instagram", follows=lists, interactions=events([("comment_like", "ann", "/p/1/")]))
    done = events([("comment_like", one, "/p/1/") for one in ("bob", "cy")], owner="you")
    merged = fn.merge([mine, Export(platform="instagram", owners=("you",), interactions=done)])
    with pytest.raises(SchemaError, match=r"2 owners, .*detect\(export.graph\(\)\) clusters them"):
        projection(merged)
    found = projection(merged, owner="me")
    assert items(found) == items(projection(mine)) == [("followers burst", 2)]
    assert items(projection(merged, owner="you")) == [("liked comments", 2)]


# ------------------------------------------------------------------ what is not there


def test_nothing_is_a_result() -> None:
    """Of an empty export, and a graph that `detect` takes."""
    found = projection(made("mastodon"))
    assert (found.placed, found.accounts, found.tested) == (0, 0, 0)
    assert math.isnan(found.share)
    assert found.pairs.empty
    assert found.items.empty
    assert found.notes == (
        "mentions and replies: none in the tables", "no item holds two others or more",
    )  # fmt: skip
    assert detect(found.graph).partition == []
    assert "items: none" in str(found)


def test_empty_missing_and_unreadable_are_three_things() -> None:
    """Lists by their status, other files by the report."""

    def told(contents: list[str], reasons: list[str]) -> tuple[str, ...]:
        report = Report(
            files=pd.DataFrame({"file": "f", "content": contents, "records": 0, "kept": 0}),
            skipped=pd.DataFrame({"file": "f", "reason": reasons, "records": 1}),
            times=pd.DataFrame({"source": [], "zone": [], "known": [], "precision": []}),
        )
        return projection(made("facebook", report=report)).notes[:-1]

    assert told(["message"], []) == ("group threads: none in the files that were read",)
    missing = "group threads: not known, since no file of them was read"
    assert told(["followers"], ["not among the files that are read"]) == (missing,)
    assert told([], ["unreadable: is cut"]) == (f"{missing}; 1 files are unreadable",)
    bare = projection(Export(platform="threads", owners=("me",)))
    assert bare.notes[:2] == tuple(
        f"the {name} list is not in the coverage table" for name in ("followers", "following")
    )
    cover = pd.DataFrame({"owner": "me", "list": ["followers"], "status": "unreadable"})
    cut = projection(Export(platform="threads", owners=("me",), coverage=cover))
    assert cut.notes[0] == "the followers list is unreadable"


def test_a_null_model_that_is_not_exact_is_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    """None was met that is not: the solver is replaced."""
    module = "follownet.communities._projection.cooccurrence"
    monkeypatch.setattr(module, lambda *members: (cooccurrence(*members)[0], 2e-5))
    notes = projection(named([("ann", "bob")])).notes
    assert notes == ("the null model is not exact: sizes are off by up to 2.0e-05 of them",)


def test_undated_follows_are_counted() -> None:
    """All of them: nothing is an item, everyone is of the network."""
    found = projection(made("instagram", follows=follows(dict.fromkeys("abc"), {"d": None})))
    assert (found.left_out, found.accounts, found.share) == ({"undated follows": 4}, 4, 0)


def test_an_item_of_thousands_is_left_out() -> None:
    """Of 3,000 accounts there are 4.5 million pairs; smaller items stay."""
    crowd = tuple(f"a{n}" for n in range(3_000))
    found = projection(named([crowd, ("ann", "bob"), ("ann", "cy", "dan")]))
    assert found.left_out == {"items that are too large": 1}
    assert items(found) == [("mentions", 2), ("mentions", 3)]
    assert len(found.pairs) == 4


def test_tables_of_no_platform_may_hold_everything() -> None:
    """They are one's own."""
    rows = [("mention", "ann", "1"), ("reply", "bob", "1"), ("comment_like", "ann", "2")]
    lists = follows({"ann": at("10:00"), "bob": at("10:00")}, {})
    found = projection(made("", interactions=events(rows), follows=lists))
    assert items(found) == [("followers burst", 2), ("reply", 2)]


def test_arguments_that_do_not_fit_are_named() -> None:
    """Each with what is accepted."""
    export = named([("ann", "bob")])
    for wrong in (0, 1, "5%", True, math.nan):
        with pytest.raises(SchemaError, match="alpha: give a number between 0 and 1"):
            projection(export, alpha=wrong)
    with pytest.raises(SchemaError, match="gap: is no span of time"):
        projection(export, gap="3600")
    with pytest.raises(SchemaError, match="export: is a DiGraph, no Export"):
        projection(export.graph())
    with pytest.raises(SchemaError, match="owner: is no owner"):
        projection(export, owner="you")
    with pytest.raises(SchemaError, match="0 owners; owner= says"):
        projection(Export(platform="mastodon"))


# ------------------------------------------------------------------ samples and real exports


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("instagram", [("following burst", 10), ("group thread", 5), ("group thread", 9)]),
        ("mastodon", [("reply", 2)] * 10),
    ],
)
def test_samples(name: str, expected: list[tuple[str, int]]) -> None:
    """Their world has no groups that are named together, and none is found."""
    found = projection(fn.read(fn.datasets.sample(name)))
    assert items(found) == expected
    assert found.placed == 0
    assert found.accounts > 50


@pytest.mark.parametrize(
    ("name", "kinds", "placed"),
    [
        ("instagram-html-2025-10", {"followers burst", "following burst", "liked comments"}, 0),
        ("x-2026-03", {"reply"}, 4),
    ],
)
@pytest.mark.filterwarnings("ignore::follownet.errors.FollownetWarning")
def test_real_exports(name: str, kinds: set[str], placed: int) -> None:
    """Hardly anyone can be placed, and the result says so."""
    if not (REAL / name).is_dir():
        pytest.skip(f"the real sample {name} is not beside this repository")
    export = fn.read(REAL / name)
    found = projection(export)
    assert set(found.items["kind"]) == kinds
    assert found.placed == placed
    assert export.owners[0] not in found.graph
    assert found.accounts > 300
