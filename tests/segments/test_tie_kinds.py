"""Kinds of mutual ties: each sign by hand, the model step by step, and worlds that are known."""

from __future__ import annotations

import math

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from follownet import Export, FollowGraph
from follownet.errors import NotObservedError, SchemaError
from follownet.segments import EXPECTED, _ties, ties
from follownet.simulation import bonds, kinds

KINDS = ["friendship", "courtesy", "community norm", "trade"]
SIGNS = ["engaged", "embedded", "returning", "quick", "campaign"]
START = pd.Timestamp("2025-03-01T12:00:00Z")
END = pd.Timestamp("2026-01-01", tz="UTC")


@pytest.fixture(scope="module")
def world():
    """Return a network of which the kind of each mutual tie is known."""
    return bonds(accounts=360, seed=1)


@pytest.fixture(scope="module")
def found(world):
    """Return its kinds as they are found."""
    return ties(world.graph, layer=world.layer)


def mutual(*pairs):
    """Return a network of mutual ties, such as "ab"."""
    return nx.DiGraph([ends for one, other in pairs for ends in ((one, other), (other, one))])


def signs_of(found, sign):
    """Return a sign of each tie by its two accounts, None where it is not known."""
    column = found.signs[sign].astype(object)
    return {tie: None if value is pd.NA else value for tie, value in column.items()}


def dated(*rows):
    """Return a network of follows: source, target, and minutes after the start or None."""
    G = nx.DiGraph()
    for source, target, minutes in rows:
        since = (
            {} if minutes is None else {"since": (START + pd.Timedelta(minutes, "min")).isoformat()}
        )
        G.add_edge(source, target, **since)
    return G


def star(*rows, events=(), **more):
    """Return an export: rows are source, target and days before it; events "me>ann 3"."""
    table = pd.DataFrame(rows, columns=["source", "target", "ago"])
    since = END - pd.to_timedelta(table.pop("ago").astype(float), unit="D")
    done = [event.split()[0].split(">") for event in events for _ in range(int(event.split()[1]))]
    lists = {"owner": "me", "list": ["followers", "following"], "status": "presumed"}
    options = {"coverage": pd.DataFrame(lists), "owners": ("me",), "exported_at": END} | more
    return Export(
        follows=table.assign(since=since),
        interactions=pd.DataFrame(done, columns=["source", "target"]).assign(
            kind="like", at="2025-12-01T00:00:00Z"
        ),
        **options,
    )


class TestSignsOfNetworks:
    def test_engaged_is_so_many_events_each_way(self):
        G = mutual("ab", "bc", "cd")
        layer = nx.DiGraph()
        layer.add_weighted_edges_from(
            [
                ("a", "b", 3),
                ("b", "a", 3),
                ("b", "c", 9),
                ("c", "b", 2),
                ("d", "c", 5),
                ("x", "a", 7),
            ]
        )
        engaged = signs_of(ties(G, layer=layer), "engaged")
        assert engaged == {("a", "b"): True, ("b", "c"): False, ("c", "d"): False}
        assert signs_of(ties(G, layer=layer, close=2), "engaged")["b", "c"] is True
        assert set(signs_of(ties(G), "engaged").values()) == {None}

    def test_a_layer_without_ties_is_one_in_which_nobody_is_engaged(self):
        assert signs_of(ties(mutual("ab"), layer=nx.DiGraph()), "engaged") == {("a", "b"): False}

    def test_embedded_is_more_shared_ties_than_chance_gives(self):
        """A triangle abc and a tie ad: k is 3, 2, 2, 1; sum(k) = 8, sum(k (k - 1)) = 10.

        b and c share a: 1 x 1 x 10 / 64 = .16 is expected, .95 with two deviations. a and b share
        c: .31, and 1.43. The shared follower x, not followed back, counts for none.
        """
        G = mutual("ab", "bc", "ca", "ad")
        G.add_edges_from([("x", "a"), ("x", "d"), ("x", "b")])
        assert signs_of(ties(G), "embedded") == {
            ("a", "b"): False,
            ("a", "c"): False,
            ("a", "d"): False,
            ("b", "c"): True,
        }

    def test_returning_leaves_the_tie_out_that_is_asked_about(self):
        """Seven that all follow each other, but 0 does not return 6: of other five it returns four.

        Of 6 four others are known, too few.
        """
        G = nx.complete_graph(7, nx.DiGraph())
        G.remove_edge(0, 6)
        returning = signs_of(ties(G), "returning")
        assert returning[0, 1] is True  # 4 of 5 and 5 of 5
        assert returning[1, 2] is True
        assert returning[1, 6] is None
        G.add_edge(7, 0)
        assert signs_of(ties(G), "returning")[0, 1] is False  # 4 of 6
        assert signs_of(ties(G), "returning")[1, 2] is True

    def test_whoever_returns_less_is_known_to_whatever_the_other_does(self):
        """One end with a false sign is enough, though too little is known of the other."""
        G = mutual("ab")
        G.add_edges_from((name, "a") for name in "uvwxy")
        assert signs_of(ties(G), "returning") == {("a", "b"): False}

    def test_quick_is_within_a_span_whoever_was_first(self):
        two = 2 * 24 * 60
        G = dated(
            ("a", "b", 0), ("b", "a", two), ("c", "a", 0), ("a", "c", two + 1), ("d", "a", 0),
            ("a", "d", None), ("e", "a", two), ("a", "e", 0),
        )  # fmt: skip
        wanted = {("a", "b"): True, ("a", "c"): False, ("a", "d"): None, ("a", "e"): True}
        assert signs_of(ties(G), "quick") == wanted
        assert signs_of(ties(G, quick="3D"), "quick")["a", "c"] is True
        assert set(signs_of(ties(mutual("ab")), "quick").values()) == {None}

    @pytest.mark.parametrize("hub", ["a", "zz"])
    def test_of_a_campaign_is_whose_first_follow_was_made_in_one_go(self, hub):
        """Ten in ten minutes; s was first itself, e of the same minute, u's is undated."""
        followed = [*"bcdefghs", "t", "u"]
        rows = [(hub, name, place) for place, name in enumerate(followed)]
        back = {"b": 99, "e": 3, "s": -1, "u": None}
        rows += [(name, hub, minutes) for name, minutes in back.items()]
        found = ties(dated(*rows))
        wanted = {"b": True, "e": True, "s": False, "u": None}
        for name, sign in wanted.items():
            tie = tuple(sorted((hub, name)))
            assert signs_of(found, "campaign")[tie] is sign
        assert not found.signs["campaign"].equals(ties(dated(*rows), burst=11).signs["campaign"])

    def test_one_person_is_no_network(self):
        graph = star(("me", "ann", 5), ("ann", "me", 4)).graph()
        with pytest.raises(NotObservedError, match="kinds of ties"):
            ties(graph)


class TestSignsOfExports:
    def test_engaged_is_each_way_that_is_held(self):
        pair = [("me", name, 50) for name in ("ann", "bob")] + [
            (name, "me", 40) for name in ("ann", "bob")
        ]
        both = ties(star(*pair, events=("me>ann 3", "ann>me 3", "me>bob 3", "bob>me 2")))
        assert signs_of(both, "engaged") == {"ann": True, "bob": False}
        # Of what others did nothing is held: what the owner did decides.
        mine = ties(star(*pair, events=("me>ann 3", "me>bob 2")))
        assert signs_of(mine, "engaged") == {"ann": True, "bob": False}
        none = ties(star(*pair))
        assert signs_of(none, "engaged") == {"ann": None, "bob": None}
        assert none.weights["friendship"].isna().all()
        assert (
            "no friendship can be told from a courtesy: engaged cannot be known here" in none.notes
        )

    def test_quick_and_campaign_are_of_the_owners_follows(self):
        rows = [("me", name, 100 - place / 1_440) for place, name in enumerate("abcdefghij")]
        rows += [("a", "me", 98), ("b", "me", 97), ("me", "k", 60), ("k", "me", 60.5)]
        found = ties(star(*rows))
        assert signs_of(found, "quick") == {"a": True, "b": False, "k": True}
        assert signs_of(found, "campaign") == {"a": True, "b": True, "k": False}
        assert list(found.signs) == SIGNS

    def test_what_needs_a_whole_network_is_not_known(self):
        found = ties(star(("me", "ann", 50), ("ann", "me", 40), events=("me>ann 3",)))
        assert found.signs[["embedded", "returning"]].isna().all(axis=None)
        assert found.weights["community norm"].isna().all()
        assert found.weights.sum(axis=1).tolist() == pytest.approx([1])
        assert np.isnan(found.shares["share"]["community norm"])
        assert (
            "no community norm can be told from a courtesy: embedded and returning cannot be known "
            "here" in found.notes
        )

    def test_undated_lists_cannot_tell_a_trade(self):
        found = ties(star(("me", "ann", None), ("ann", "me", None), events=("me>ann 3",)))
        assert found.signs[["quick", "campaign"]].isna().all(axis=None)
        assert found.weights["trade"].isna().all()
        assert any(note.startswith("no trade can be told") for note in found.notes)

    def test_of_several_owners_one_is_asked_for(self):
        lists = [
            (who, name, "presumed") for who in ("me", "you") for name in ("followers", "following")
        ]
        coverage = pd.DataFrame(lists, columns=["owner", "list", "status"])
        both = star(
            ("me", "ann", 9), ("ann", "me", 8), ("you", "bob", 9), ("bob", "you", 8),
            owners=("me", "you"), coverage=coverage,
        )  # fmt: skip
        assert list(ties(both, owner="you").kind.index) == ["bob"]
        with pytest.raises(SchemaError, match="owner"):
            ties(both)

    def test_a_list_that_is_missing_is_said(self):
        lists = {"owner": ["me"], "list": ["following"], "status": ["presumed"]}
        with pytest.raises(NotObservedError, match="followers"):
            ties(star(("me", "ann", 5), coverage=pd.DataFrame(lists)))


def slow(rows, used, strength, expected=EXPECTED):
    """Return weights by expectation and maximisation, a tie and a sign at a time."""
    rate = {kind: dict(expected.loc[kind]) for kind in used}
    share, weights, last = dict.fromkeys(used, 1 / len(used)), [], None
    while last is None or any(
        abs(now[kind] - then[kind]) > 1e-8
        for now, then in zip(weights, last, strict=True)
        for kind in used
    ):
        last, weights = weights or None, []
        for row in rows:
            dense = {
                kind: share[kind]
                * math.prod(
                    rate[kind][sign] if there else 1 - rate[kind][sign]
                    for sign, there in row.items()
                    if there is not None
                )
                for kind in used
            }
            weights.append({kind: dense[kind] / sum(dense.values()) for kind in used})
        for kind in used:
            share[kind] = (sum(w[kind] for w in weights) + 1) / (len(rows) + len(used))
            for sign in SIGNS:
                known = [
                    (w[kind], row[sign])
                    for w, row in zip(weights, rows, strict=True)
                    if row[sign] is not None
                ]
                there = sum(weight for weight, is_there in known if is_there)
                whole = sum(weight for weight, _ in known)
                rate[kind][sign] = (strength * expected[sign][kind] + there) / (strength + whole)
    return pd.DataFrame(weights), rate


class TestModel:
    ROWS = (
        dict(zip(SIGNS, (True, False, None, True, False), strict=True)),
        dict(zip(SIGNS, (False, True, True, False, False), strict=True)),
        dict(zip(SIGNS, (False, False, True, True, True), strict=True)),
        dict(zip(SIGNS, (None, False, False, False, None), strict=True)),
        dict(zip(SIGNS, (True, False, None, True, False), strict=True)),
    )

    def table(self):
        return pd.DataFrame(list(self.ROWS), columns=SIGNS).astype("boolean")

    def test_the_first_step_is_by_hand(self, monkeypatch):
        """The first tie: .9 x .3 x .4 x .9 = .0972 as a friendship; .0288; .0135; .00405."""
        monkeypatch.setattr(_ties, "_ROUNDS", 1)
        _, weights = _ties._fitted(self.table(), EXPECTED.loc[KINDS, SIGNS], 20.0)
        assert weights[0] == pytest.approx(np.array([972, 288, 135, 40.5]) / 1435.5)
        assert weights[4] == pytest.approx(weights[0])

    def test_the_end_is_that_of_a_slow_computation(self):
        found, weights = _ties._fitted(self.table(), EXPECTED.loc[KINDS, SIGNS], 20.0)
        wanted, rate = slow(self.ROWS, KINDS, 20.0)
        assert weights == pytest.approx(wanted.to_numpy(), abs=1e-5)
        assert found == pytest.approx(pd.DataFrame(rate).T.loc[KINDS, SIGNS].to_numpy(), abs=1e-5)

    def test_of_a_network_too(self):
        """Without dates and layer two kinds are left."""
        G = mutual("ab", "bc", "ca", "ad", "ae")
        G.add_edges_from((name, "a") for name in "uvwxy")
        found = ties(G, strength=5)
        rows = [
            {sign: None if value is pd.NA else value for sign, value in row.items()}
            for row in found.signs.astype(object).to_dict("records")
        ]
        wanted, _ = slow(rows, ["courtesy", "community norm"], 5)
        assert found.weights[wanted.columns].to_numpy() == pytest.approx(
            wanted.to_numpy(), abs=1e-5
        )
        assert found.weights[["friendship", "trade"]].isna().all(axis=None)
        assert found.shares["ties"]["courtesy"] == pytest.approx(wanted["courtesy"].sum(), abs=1e-4)

    def test_expected_decides_what_words_mean(self):
        """With the meanings of two words exchanged the words are."""
        export = kinds(accounts=80, seed=1).export
        plain = ties(export)
        other = EXPECTED.rename(index={"friendship": "courtesy", "courtesy": "friendship"})
        turned = ties(export, expected=other.iloc[::-1, ::-1])
        assert turned.weights["courtesy"].tolist() == pytest.approx(
            plain.weights["friendship"].tolist()
        )
        assert turned.profiles["engaged"]["expected"]["courtesy"] == 0.9

    def test_no_meaning_is_learnt_where_what_was_expected_counts_for_all(self):
        export = kinds(accounts=80, seed=1).export
        profiles = ties(export, strength=1e9).profiles
        for sign in ("engaged", "quick", "campaign"):
            held = profiles[sign].dropna()
            assert held["found"].tolist() == pytest.approx(held["expected"].tolist())


class TestWorlds:
    def test_most_ties_get_their_kind(self, world, found):
        """Of 2,085 ties 94 %."""
        right = found.kind == world.kinds
        assert right.mean() > 0.9
        assert right.groupby(world.kinds).mean().min() > 0.85
        assert found.weights.notna().all(axis=None)

    @pytest.mark.slow
    def test_in_other_worlds_too(self):
        for seed in range(2, 6):
            world = bonds(accounts=720, seed=seed)
            found = ties(world.graph, layer=world.layer)
            right = found.kind == world.kinds
            assert right.mean() > 0.9
            assert right.groupby(world.kinds).mean().min() > 0.8

    def test_of_an_export_friends_and_traders_are_found(self):
        world = kinds(accounts=200, seed=1)
        found = ties(world.export)
        truth = world.kinds[found.kind.index]
        names = {"friend": "friendship", "trader": "trade", "courtesy": "courtesy"}
        assert (truth.map(names) == found.kind).mean() > 0.85

    def test_names_of_accounts_change_nothing(self, world, found):
        """Numbered otherwise, and so in another order."""
        rng = np.random.default_rng(0)
        number = rng.permutation(len(world.graph))

        def renumbered(F, **more):
            values = {name: getattr(F, name) for name in ("since", "weight")}
            return FollowGraph.from_edges(
                number[F.sources], number[F.targets], accounts=range(len(F)),
                **{name: array for name, array in values.items() if array is not None},
            )  # fmt: skip

        other = ties(renumbered(world.graph), layer=renumbered(world.layer))
        ends = np.sort(number[np.array(found.kind.index.tolist())], axis=1)
        there = other.weights.loc[pd.MultiIndex.from_arrays(ends.T)]
        assert there.to_numpy() == pytest.approx(found.weights.to_numpy())

    def test_both_kinds_of_graphs_agree(self, world, found):
        other = ties(world.graph.to_networkx(), layer=world.layer.to_networkx())
        assert other.signs.equals(found.signs)
        assert other.weights.equals(found.weights)
        assert other.kind.equals(found.kind)


class TestForm:
    def test_weights_shares_and_kinds_fit(self, found):
        assert list(found.weights) == KINDS
        assert found.weights.sum(axis=1).to_numpy() == pytest.approx(np.ones(len(found.kind)))
        assert found.kind.tolist() == found.weights.idxmax(axis=1).tolist()
        assert found.shares["ties"].to_dict() == pytest.approx(found.weights.sum().to_dict())
        assert found.shares["share"].sum() == pytest.approx(1)
        assert found.kind.index.names == ["one", "other"]

    def test_profiles_are_shares_of_the_ties_of_a_kind(self, found):
        """With twenty expected ones."""
        for sign in ("engaged", "campaign"):
            weight, known = found.weights["friendship"], found.signs[sign].notna()
            there = (weight * found.signs[sign].fillna(False).astype(float)).sum()
            share = (20 * EXPECTED[sign]["friendship"] + there) / (20 + weight[known].sum())
            assert found.profiles[sign, "found"]["friendship"] == pytest.approx(share, abs=1e-4)

    def test_sensitivity_is_what_other_strengths_give(self, world, found):
        other = ties(world.graph, layer=world.layer, strength=80)
        row = found.sensitivity.loc[80]
        assert found.sensitivity.index.tolist() == [5, 80]
        assert row[KINDS].tolist() == pytest.approx(other.shares["share"].tolist())
        assert row["moved"] == (other.kind != found.kind).sum()

    def test_how_many_are_known_is_said(self):
        G = nx.complete_graph(8, nx.DiGraph())
        nx.add_path(G, [20, 21, 20])
        found = ties(G)
        assert "returning is known of 28 of 29 ties" in found.notes

    def test_the_text_names_no_account(self):
        rows = [("me", "$zoe$", 9), ("$zoe$", "me", 8)]
        found = ties(star(*rows, events=("me>$zoe$ 3",)))
        for text in (str(found), repr(found), found._repr_html_()):
            assert "no true label" in text
            assert "1 mutual ties" in text
            assert "zoe" not in text

    def test_without_mutual_ties_there_are_no_kinds(self):
        for source in (nx.DiGraph(), nx.DiGraph([("a", "b")]), star(), star(("me", "ann", 4))):
            found = ties(source)
            assert found.kind.empty
            assert found.shares.isna().all(axis=None)
            assert (found.sensitivity["moved"] == 0).all()


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"strength": 0}, "strength"),
        ({"strength": -2.0}, "strength"),
        ({"strength": math.nan}, "strength"),
        ({"strength": math.inf}, "strength"),
        ({"expected": EXPECTED.iloc[:3]}, "expected"),
        ({"expected": EXPECTED.iloc[[0, 0, 1, 2, 3]]}, "expected"),
        ({"expected": EXPECTED.drop(columns="quick")}, "expected"),
        ({"expected": EXPECTED.replace(0.9, 1.0)}, "between 0 and 1"),
        ({"expected": EXPECTED.replace(0.05, 0.0)}, "between 0 and 1"),
        ({"expected": EXPECTED.replace(0.05, math.nan)}, "between 0 and 1"),
        ({"expected": EXPECTED.to_dict()}, "expected"),
        ({"close": 0}, "close"),
        ({"close": "3"}, "close"),
        ({"burst": 1}, "burst"),
        ({"quick": 2}, "quick"),
        ({"layer": nx.DiGraph([("b", "a")])}, "no weight"),
    ],
)
def test_bad_arguments_are_refused(options, error):
    with pytest.raises(SchemaError, match=error):
        ties(mutual("ab"), **options)


def test_a_layer_has_to_be_of_the_same_accounts():
    """Numbers here and texts there would be a network in which nobody is engaged."""
    layer = nx.DiGraph()
    layer.add_edge("1", "2", weight=4)
    with pytest.raises(SchemaError, match="no account of the network"):
        ties(mutual((1, 2)), layer=layer)
    with pytest.raises(SchemaError, match="of a whole network"):
        ties(star(), layer=layer)
