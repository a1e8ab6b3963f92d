"""Return rates by factor: each value by hand and against networkx, bands, and exports."""

from __future__ import annotations

from dataclasses import replace

import networkx as nx
import numpy as np
import pandas as pd
import pytest

import follownet as fn
from follownet import Export, FollowGraph, reciprocity
from follownet.errors import NotObservedError, SchemaError
from follownet.reciprocity._groups import cell_rates
from follownet.segments import by_factor
from follownet.segments._factors import _bands
from follownet.segments._measured import of_network

LISTS = pd.DataFrame({"owner": "me", "list": ["followers", "following"], "status": "presumed"})
END = pd.Timestamp("2026-01-01", tz="UTC")
RATES = ["follows", "returned", "rate"]


def counts(table, factor):
    """Return follows and returned of each band of a factor."""
    rows = table.loc[factor, ["follows", "returned"]]
    return {
        band: tuple(map(int, row)) for band, row in zip(rows.index, rows.to_numpy(), strict=True)
    }


def random_graph(accounts=14, share=0.3, seed=0):
    """Return a network with dates, a loop, and a layer of it."""
    G = nx.gnp_random_graph(accounts, share, seed=seed, directed=True)
    for place, (u, v) in enumerate(G.edges):
        G[u][v]["since"] = (END - pd.Timedelta(5 * place, "h")).isoformat()
    G.add_edge(0, 0)
    layer = nx.DiGraph()
    layer.add_weighted_edges_from((u, v, u + v) for u, v in G.edges if (u + 2 * v) % 3)
    return G, layer


def slow(G, layer):
    """Return what is known of each follow, the graph searched anew without its return."""
    rows = []
    for u, v in sorted((u, v) for u, v in G.edges if u != v):
        H = nx.DiGraph(G)
        H.remove_edges_from([(v, u), *nx.selfloop_edges(G)])
        others = set(H.pred[v]) - {u}
        habit = sum(H.has_edge(v, one) for one in others) / len(others) if others else np.nan
        last = max(pd.Timestamp(since) for *_, since in G.edges(data="since") if since)
        rows.append(
            {
                "followers": H.in_degree(v),
                "following": H.out_degree(v),
                "followers per following": (H.in_degree(v) + 1) / (H.out_degree(v) + 1),
                "status": (H.in_degree(v) + 1) / (H.in_degree(u) + 1),
                "habit": habit,
                "common neighbours": len(set(nx.all_neighbors(H, u)) & set(nx.all_neighbors(H, v))),
                "engaged": layer.get_edge_data(u, v, {"weight": 0})["weight"],
                "days since the follow": (last - pd.Timestamp(G[u][v]["since"])).days,
            }
        )
    return pd.DataFrame(rows).astype(float)


def export(*rows, events=(), posts=(), accounts=None, end=END):
    """Return an export: rows are source, target, time; events source, target, time, kind."""
    lists = {"source": "object", "target": "object"}
    done = pd.DataFrame(events, columns=["source", "target", "at", "kind"]).astype(lists)
    return Export(
        accounts=(pd.DataFrame() if accounts is None else accounts).rename_axis("account"),
        follows=pd.DataFrame(rows, columns=["source", "target", "since"]).astype(lists),
        interactions=done,
        posts=pd.DataFrame({"post": range(len(posts)), "account": "me", "at": list(posts)}).astype(
            {"post": "str"}
        ),
        coverage=LISTS,
        owners=("me",),
        exported_at=end,
    )


FIVE = (
    ("me", "ann", "2025-01-01T00:00:00Z"),
    ("ann", "me", "2025-01-03T00:00:00Z"),
    ("me", "bob", "2025-02-01T00:00:00Z"),
    ("cy", "me", "2025-01-01T00:00:00Z"),
    ("me", "cy", "2025-02-01T00:00:00Z"),
    ("dan", "me", "2025-03-01T00:00:00Z"),
    ("me", "eve", "2025-04-01T00:00:00Z"),
    ("eve", "me", "2025-04-01T00:00:00Z"),
)


class TestNetworks:
    def test_each_value_is_that_of_a_slow_computation(self):
        for seed in range(3):
            G, layer = random_graph(seed=seed)
            found = of_network(G, layer)
            wanted = slow(G, layer)
            assert set(found.values) == set(wanted)
            for name in wanted:
                assert found.values[name].tolist() == pytest.approx(
                    wanted[name].tolist(), nan_ok=True
                )
            ends = zip(found.sources, found.values.index, strict=True)
            assert found.returned.tolist() == [G.has_edge(v, u) for u, v in ends]

    def test_the_return_itself_is_in_no_value(self):
        """With it and without it, the row of the follow that is asked about is the same."""
        G, layer = random_graph(seed=4)
        follows = [(u, v) for u, v in G.edges if u != v]
        assert 10 < sum(G.has_edge(v, u) for u, v in follows) < len(follows) - 10

        def row(graph, u, v):
            found = of_network(graph, layer)
            return found.values[(found.sources == u) & (found.values.index == v)]

        for u, v in follows[1::2]:  # the first is the last in time
            other = G.copy()
            if G.has_edge(v, u):
                other.remove_edge(v, u)
            else:
                other.add_edge(v, u, since="2025-12-25T00:00:00Z")
            pd.testing.assert_frame_equal(row(G, u, v), row(other, u, v))

    def test_a_small_network_by_hand(self):
        """a<->b, a->c, b->c, c->d, d->c: two of six are not returned, those to c by a and b."""
        G = nx.DiGraph([("a", "b"), ("b", "a"), ("a", "c"), ("b", "c"), ("c", "d"), ("d", "c")])
        table = by_factor(G, partition=[{"a", "b"}, {"c"}])
        assert counts(table, "followers") == {"1": (3, 3), "3": (3, 1)}
        assert counts(table, "following") == {"0": (2, 2), "1": (4, 2)}
        # Of the other follows that c gets it returns: of a's one of two, of d's none.
        assert counts(table, "habit") == {"0": (1, 1), "0.5": (2, 0)}
        assert counts(table, "common neighbours") == {"0": (2, 2), "1": (4, 2)}
        assert counts(table, "same community") == {"no": (2, 0), "yes": (2, 2)}
        assert (table.attrs["follows"], table.attrs["rate"]) == (6, pytest.approx(4 / 6))
        assert table.attrs["unknown"] == {"habit": 3, "same community": 2}
        assert set(table.attrs["unmeasured"]) == {"engaged", "days since the follow"}
        assert table["rate"].tolist() == pytest.approx(
            (table["returned"] / table["follows"]).tolist()
        )

    def test_intervals_are_those_of_the_followed_accounts(self):
        """Where followers are 1 or 6 the bands are half decades too."""
        G = nx.DiGraph((f"fan{one}{star}", f"star{star}") for star in range(6) for one in range(6))
        G.add_edges_from(
            (f"star{star}", f"fan{one}{star}") for star in range(6) for one in range(star)
        )
        wanted = reciprocity.by_degree(G)
        table = by_factor(G).loc["followers"]
        assert list(table.index) == ["1", "6"]
        columns = [*RATES, "low", "high"]
        assert table[columns].to_numpy() == pytest.approx(wanted[columns].to_numpy())
        assert table["groups"].tolist() == wanted["accounts"].tolist() == [15, 6]
        assert table["low"].notna().all()

    def test_both_kinds_of_graphs_agree_on_marks_too(self):
        """Numbers of nodes are objects in networkx; what tells nothing apart is no factor."""
        G, layer = random_graph(accounts=20)
        for node in G:
            G.nodes[node].update(
                age=20 + node * 1.5, level=node % 3, kind="ab"[node % 2], bot=node % 4 == 0,
                name=f"name {node}", platform="one",
            )  # fmt: skip
            if node == 3:
                del G.nodes[node]["level"]
        marks = pd.DataFrame.from_dict(dict(G.nodes(data=True)), orient="index")
        edges = pd.DataFrame([(u, v, tie.get("since")) for u, v, tie in G.edges(data=True)])
        F = FollowGraph.from_edges(
            edges.set_axis(["source", "target", "since"], axis=1), marks=marks
        )
        one, other = by_factor(G, layer=layer), by_factor(F, layer=layer)
        pd.testing.assert_frame_equal(one.sort_index(), other.sort_index())
        assert {"age", "level", "kind", "bot"} <= set(one.index.get_level_values("factor"))
        assert not {"name", "platform"} & set(one.index.get_level_values("factor"))
        assert list(one.loc["bot"].index) == ["no", "yes"]
        assert list(one.loc["kind"].index) == ["a", "b"]
        assert list(one.loc["level"].index) == ["0", "1", "2"]
        assert one.attrs["unknown"]["level"] == G.in_degree(3)

    def test_deleted_accounts_are_left_out(self):
        G = nx.DiGraph([("a", "b"), ("b", "a"), ("a", "c"), ("c", "b")])
        G.nodes["c"]["type"] = "deleted"
        assert by_factor(G).attrs["follows"] == 2

    def test_of_one_persons_ties_nothing_is_known(self):
        with pytest.raises(NotObservedError, match="by factor"):
            by_factor(export(*FIVE).graph())

    @pytest.mark.parametrize(
        "G", [nx.DiGraph(), nx.DiGraph([(1, 1)]), FollowGraph.from_edges([], [])]
    )
    def test_no_follows_have_no_rates(self, G):
        table = by_factor(G)
        assert table.empty
        assert table.index.names == ["factor", "band"]
        assert [*RATES, "low", "high", "groups"] == list(table)
        assert table.attrs["follows"] == 0
        assert np.isnan(table.attrs["rate"])
        assert table.attrs["unmeasured"]["habit"] == "not known of any follow"


class TestBands:
    def bands(self, *values, **options):
        code, names = _bands(pd.Series(values, **options))
        return [names[place] if place >= 0 else None for place in code]

    def test_zero_is_apart_and_the_rest_are_quarters(self):
        assert self.bands(0, 0, *range(1, 9)) == [
            *["0"] * 2, *["1 to 2"] * 2, *["3 to 4"] * 2, *["5 to 6"] * 2, *["7 to 8"] * 2,
        ]  # fmt: skip

    def test_zero_is_apart_from_one_in_a_hundred_on(self):
        assert self.bands(0, *range(1, 100))[0] == "0"
        assert self.bands(0, *range(1, 101))[0] == "0 to 25"

    def test_equal_values_are_of_one_band(self):
        found = self.bands(*[7] * 6, 8, 9)
        assert found[:6] == ["7"] * 6
        assert set(self.bands(*[3] * 20)) == {"3"}
        assert self.bands(1, 1, 1, 2) == ["1", "1", "1", "2"]

    def test_below_zero_nothing_is_apart(self):
        assert self.bands(-2, -1, 0, 4) == ["-2", "-1", "0", "4"]

    def test_what_is_missing_is_in_no_band(self):
        assert self.bands(1.0, np.nan, 2.0) == ["1", None, "2"]
        assert self.bands(1, None, 2, dtype="Int64") == ["1", None, "2"]
        assert self.bands("b", None, "a") == ["b", None, "a"]
        assert self.bands(np.nan, np.nan) == [None, None]

    def test_truths_are_words(self):
        assert self.bands(True, False) == ["yes", "no"]
        assert self.bands(True, None, False, dtype="boolean") == ["yes", None, "no"]

    def test_texts_and_categories_stay_in_their_order(self):
        assert _bands(pd.Series(["x", "b", "x"]))[1] == ["b", "x"]
        sizes = pd.CategoricalDtype(["small", "large"], ordered=True)
        assert _bands(pd.Series(["large", "small"], dtype=sizes))[1] == ["small", "large"]

    def test_names_have_three_digits_and_no_more_than_needed(self):
        assert set(self.bands(0.12345, 1_234.5)) == {"0.123", "1,234"}


class TestExports:
    def test_the_follows_are_those_that_came_first(self):
        """ann and bob; cy was first itself, of eve both are of one time."""
        table = by_factor(export(*FIVE))
        assert (table.attrs["follows"], table.attrs["rate"]) == (2, 0.5)
        assert counts(table, "first follow by") == {"owner": (2, 1), "other": (2, 1)}
        assert counts(table, "days since the follow") == {"334": (1, 0), "365": (1, 1)}
        # bob, cy: on one day in one go.
        assert counts(table, "follows in one go") == {"1": (1, 1), "2": (1, 0)}
        assert (
            "nothing is known between the others" in table.attrs["unmeasured"]["common neighbours"]
        )

    def test_who_was_first_is_as_elsewhere(self):
        for one in (export(*FIVE), fn.read(fn.datasets.sample("instagram"))):
            table = by_factor(one).loc["first follow by", RATES]
            assert table.to_numpy() == pytest.approx(
                reciprocity.by_first(one.graph())[RATES].to_numpy()
            )

    def test_deleted_accounts_are_left_out(self):
        gone = pd.DataFrame({"type": ["deleted"]}, index=["bob"])
        table = by_factor(export(*FIVE, accounts=gone))
        assert counts(table, "first follow by")["owner"] == (1, 1)
        assert table.attrs["follows"] == 1

    def test_undated_follows_are_counted(self):
        table = by_factor(export(*FIVE, ("me", "fay", None)))
        assert table.attrs["follows"] == 3
        assert table.attrs["unknown"] == {"days since the follow": 1, "follows in one go": 1}

    @pytest.mark.parametrize("undated", ["me", "others", "both"])
    def test_where_no_return_is_in_order_all_follows_are_asked_about(self, undated):
        """Else those would be left that are known to be first as nothing returned them."""
        rows = [
            (
                source,
                target,
                None if undated in ("both", "me" if source == "me" else "others") else at,
            )
            for source, target, at in FIVE
        ]
        table = by_factor(export(*rows))
        assert (table.attrs["follows"], table.attrs["rate"]) == (4, 0.75)
        assert "who was first" in table.attrs["unmeasured"]["first follow by"]
        if undated == "others":
            assert table.loc["days since the follow", "follows"].sum() == 4
        else:
            assert "no dates" in table.attrs["unmeasured"]["days since the follow"]
            assert table.empty

    def test_of_a_platform_that_dates_one_list(self):
        """Bluesky: as many are returned as the lists have it."""
        one = fn.read(fn.datasets.sample("bluesky"))
        table = by_factor(one)
        received = reciprocity.follow_back(one.graph()).loc[("received", "all")]
        assert table.attrs["follows"] == received["follows"]
        assert table.attrs["rate"] == pytest.approx(received["rate"])

    def test_an_export_without_date_has_no_ages(self):
        table = by_factor(export(*FIVE, end=None))
        assert "dates the export" in table.attrs["unmeasured"]["days since the follow"]
        assert counts(table, "follows in one go") == {"1": (1, 1), "2": (1, 0)}

    def test_engaged_before_is_of_ninety_days(self):
        """To ann from 2024-10-03 on, before the moment of the follow; others' do not count."""
        events = [
            ("me", "ann", "2024-10-02T23:59:59Z", "like"),
            ("me", "ann", "2024-10-03T00:00:00Z", "like"),
            ("me", "ann", "2024-12-31T23:59:59Z", "comment"),
            ("me", "ann", "2025-01-01T00:00:00Z", "like"),
            ("me", "ann", None, "like"),
            ("ann", "me", "2024-12-01T00:00:00Z", "like"),
            ("me", None, "2024-12-01T00:00:00Z", "like"),
            ("me", "dan", "2024-12-01T00:00:00Z", "like"),
        ]
        table = by_factor(export(*FIVE, ("me", "fay", None), events=events))
        assert counts(table, "engaged before") == {"0": (1, 0), "2": (1, 1)}
        assert table.attrs["unknown"]["engaged before"] == 1

    @pytest.mark.parametrize(
        "events",
        [
            (),
            [("ann", "me", "2024-12-01T00:00:00Z", "like")],
            [("me", None, "2024-12-01T00:00:00Z", "like")],
            [("me", "dm:1", "2024-12-01T00:00:00Z", "message")],
            [("me", "ann", "2024-12-01T00:00:00Z", "message")],
        ],
    )
    def test_nothing_done_is_not_known_where_it_is_not_held(self, events):
        table = by_factor(export(*FIVE, events=events))
        assert "names no account" in table.attrs["unmeasured"]["engaged before"]

    def test_own_posts_before(self):
        posts = ["2024-10-02T23:59:59Z", "2024-10-03T00:00:00Z", "2025-01-01T00:00:00Z", None]
        table = by_factor(export(*FIVE, posts=posts))
        # To ann one; to bob, a month later, that of January alone.
        assert counts(table, "own posts before") == {"1": (2, 1)}
        other = by_factor(export(*FIVE, posts=["2025-01-15T00:00:00Z"]))
        # Whether something was posted in the days before these follows, it does not hold.
        assert other.attrs["unmeasured"]["own posts before"] == "not known of any follow"
        undated = by_factor(export(*FIVE, posts=[None]))
        assert "no dated posts" in undated.attrs["unmeasured"]["own posts before"]

    def test_what_the_export_says_of_accounts_is_a_factor(self):
        """What is different of each, or equal of all, tells nothing."""
        names = [f"a{place}" for place in range(8)]
        about = pd.DataFrame(
            {
                "private": [True, False] * 4,
                "followers": range(8),
                "bio": names,
                "verified": False,
                "handle": ["x", "y"] * 4,
            },
            index=names,
        )
        rows = [("me", name, "2025-01-01T00:00:00Z") for name in names]
        table = by_factor(export(*rows, accounts=about))
        factors = set(table.index.get_level_values("factor"))
        assert {"private", "followers"} <= factors
        assert not {"bio", "verified", "handle", "name", "platform"} & factors
        assert counts(table, "private") == {"no": (4, 0), "yes": (4, 0)}

    def test_more_that_is_known_is_a_factor(self):
        known = pd.DataFrame(
            {"fame": [10, 500, 1], "topic": ["art", None, "art"]}, index=["ann", "bob", "dan"]
        )
        table = by_factor(export(*FIVE), known=known)
        assert counts(table, "fame") == {"10": (1, 1), "500": (1, 0)}
        assert counts(table, "topic") == {"art": (1, 1)}
        assert table.attrs["unknown"] == {"topic": 1}
        strangers = by_factor(export(*FIVE), known=known.set_axis(["x", "y", "z"]))
        assert strangers.attrs["unmeasured"]["fame"] == "not known of any follow"
        network = by_factor(nx.DiGraph([("x", "ann"), ("y", "ann"), ("y", "bob")]), known=known)
        assert counts(network, "fame") == {"10": (2, 0), "500": (1, 0)}

    def test_intervals_are_by_weeks(self):
        """Two follows a week, in ten weeks; Sunday and Monday are of two."""
        days = pd.date_range("2025-01-06", periods=10, freq="7D", tz="UTC")
        rows, fates = [], []
        for week, day in enumerate(days):
            for place, at in enumerate((day, day + pd.Timedelta(6, "D"))):
                name = f"a{week}{place}"
                rows.append(("me", name, at.isoformat()))
                fates.append((name, week, week % 3 != 0))
                if week % 3:
                    rows.append((name, "me", (at + pd.Timedelta(40, "D")).isoformat()))
        table = by_factor(export(*rows))
        _, weeks, back = (np.array(column) for column in zip(*fates, strict=True))
        wanted = cell_rates(np.zeros(20, int), 1, weeks, back)
        row = table.loc["first follow by"].loc[["owner"]]
        assert row.to_numpy() == pytest.approx(wanted.to_numpy())
        assert row["groups"].tolist() == [10]
        # Each week shares its fate, so that it counts about once.
        assert row["high"].iloc[0] - row["low"].iloc[0] > 0.5

    def test_a_partition_has_to_know_the_owner_too(self):
        known = {"me": 1, "ann": 1, "bob": 2}
        table = by_factor(export(*FIVE), partition=known)
        assert counts(table, "same community") == {"no": (1, 0), "yes": (1, 1)}
        del known["me"]
        unknown = by_factor(export(*FIVE), partition=known).attrs["unmeasured"]
        assert unknown["same community"] == "not known of any follow"

    def test_without_ties_there_are_no_rates(self):
        table = by_factor(export())
        assert table.empty
        assert (table.attrs["follows"], set(table.attrs["unknown"])) == (0, set())
        assert np.isnan(table.attrs["rate"])

    def test_the_owner_of_several_is_asked_for(self):
        both = replace(export(*FIVE), owners=("me", "ann"))
        with pytest.raises(SchemaError, match="owner"):
            by_factor(both)
        assert by_factor(both, owner="me").attrs["follows"] == 2

    def test_a_list_that_is_missing_is_said(self):
        with pytest.raises(NotObservedError, match="following"):
            by_factor(replace(export(*FIVE), coverage=LISTS.iloc[:1]))


@pytest.mark.parametrize(
    "known",
    [
        pd.DataFrame({"x": [1, 2]}, index=["a", "a"]),
        pd.Series([1], index=["a"]),
        {"a": 1},
    ],
)
def test_more_that_is_known_has_to_be_a_table(known):
    with pytest.raises(SchemaError, match="one row an account"):
        by_factor(nx.DiGraph([("a", "b")]), known=known)


def test_other_arguments_that_do_not_fit():
    layer = nx.DiGraph([("a", "b")])
    with pytest.raises(SchemaError, match="of a whole network"):
        by_factor(export(*FIVE), layer=layer)
    with pytest.raises(SchemaError, match="no weight"):
        by_factor(layer, layer=layer)
    with pytest.raises(SchemaError, match="two communities"):
        by_factor(layer, partition=[{"a"}, {"a", "b"}])
    with pytest.raises(SchemaError, match="DiGraph"):
        by_factor(pd.DataFrame())
