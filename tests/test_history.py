"""What changed between exports of one account."""

from __future__ import annotations

import dataclasses
import inspect
import itertools
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import follownet as fn
from follownet import Export, history
from follownet.errors import FollownetWarning, NotObservedError, SchemaError
from follownet.history._losses import NOTHING, RULES
from follownet.history._rates import change_interval
from follownet.reciprocity import follow_back, wilson
from follownet.simulation import world
from follownet.tables import Report

MAY, JUNE, JULY = "2026-05-01", "2026-06-01", "2026-07-01"
OLD = "2025-01-01T10:00:00Z"  # when a tie begins of which nothing else is said
LISTS = ("followers", "following")


def day(text):
    return pd.Timestamp(text, tz="UTC")


def dated(ties):
    """Return accounts with their dates, from a mapping or from names in one text."""
    return ties if isinstance(ties, dict) else dict.fromkeys(ties.split(), OLD)


def export(at, followers="", following="", *, status=(), starts=(), relations=(), **more):
    """Return an export of "me"; relations are (other, kind, at), received ones from the other."""
    ties = [(who, "me", since) for who, since in dated(followers).items()]
    ties += [("me", who, since) for who, since in dated(following).items()]
    marks = [
        (other, "me", kind, when) if kind == "request_received" else ("me", other, kind, when)
        for other, kind, when in relations
    ]
    rows = [
        {"owner": "me", "list": name, "status": dict(status).get(name, "presumed")}
        | {"starts": day(dict(starts).get(name))}
        for name in LISTS
    ]
    return Export(
        follows=pd.DataFrame(ties, columns=["source", "target", "since"]),
        relations=pd.DataFrame(marks, columns=["source", "target", "relation", "at"]),
        coverage=pd.DataFrame(rows),
        **{
            "platform": "instagram",
            "owners": ("me",),
            "exported_at": None if at is None else day(at),
            **more,
        },
    )


def report(*, known=True, contents=(), precision="second"):
    """Return a reader's report that says whether the date of the export is known."""
    times = [("all files", "UTC", True, precision), ("date of the export", "UTC", known, "day")]
    return Report(
        files=pd.DataFrame(
            [("a.json", content, 0, 0) for content in contents],
            columns=["file", "content", "records", "kept"],
        ),
        skipped=pd.DataFrame(columns=["file", "reason", "records"]),
        times=pd.DataFrame(times, columns=["source", "zone", "known", "precision"]),
    )


def acts(*rows, kind="like"):
    """Return things that the owner did: item, whose it is, when."""
    table = pd.DataFrame(rows, columns=["item", "target", "at"])
    return table.assign(source="me", kind=kind)


def numbered(**numbers):
    return pd.DataFrame({"fbid": numbers.values()}, index=pd.Index(numbers, name="account"))


def true(table, column):
    return set(table.index[table[column].fillna(False)])


@pytest.fixture(scope="module")
def small_world():
    return world(accounts=120, seed=5)


class TestChanges:
    def test_every_kind_of_change(self):
        """Q30: gained, lost, newly mutual, no longer mutual and still pending, by hand."""
        old = export(MAY, "ann bob cy", "ann cy dan", relations=[("eve", "requested", OLD)])
        new = export(
            JUNE,
            {"ann": OLD, "cy": OLD, "dan": "2026-05-20T00:00:00Z"},
            {"ann": OLD, "dan": OLD, "fay": "2026-05-21T00:00:00Z"},
            relations=[("eve", "requested", OLD)],
        )
        table = history.changes(old, new)
        assert table["before"].to_dict() == {
            "ann": "mutual",
            "bob": "follower",
            "cy": "mutual",
            "dan": "following",
            "eve": "none",
            "fay": "none",
        }
        assert table["after"].to_dict() == {
            "ann": "mutual",
            "bob": "none",
            "cy": "follower",
            "dan": "mutual",
            "eve": "none",
            "fay": "following",
        }
        assert {name: true(table, name) for name in table.attrs["counts"]} == {
            "gained": {"dan"},
            "lost": {"bob"},
            "followed": {"fay"},
            "unfollowed": {"cy"},
            "newly_mutual": {"dan"},
            "no_longer_mutual": {"cy"},
            "still_pending": {"eve"},
        }
        assert set(table.attrs["counts"].values()) == {1}
        assert table["since"].dropna().to_dict() == {
            "dan": day("2026-05-20"),
            "fay": day("2026-05-21"),
        }
        assert table.attrs["owner"] == "me"
        assert table.attrs["notes"] == ()
        assert {str(table[name].dtype) for name in table.attrs["counts"]} == {"boolean"}

    def test_dates_are_those_of_the_exports(self):
        """P28a: the exports date the change, not the newest follow, which is the same in both."""
        table = history.changes(export(MAY, "ann"), export(JUNE, "ann"))
        assert (table.attrs["from"], table.attrs["until"]) == (day(MAY), day(JUNE))
        assert not table[list(table.attrs["counts"])].any(axis=None)

    def test_a_rename_is_one_lost_and_one_gained(self):
        """P15: a handle is all there is; the dates that betray it are counted in a note."""
        table = history.changes(export(MAY, "ann bob"), export(JUNE, "ann rob"))
        assert (true(table, "lost"), true(table, "gained")) == ({"bob"}, {"rob"})
        assert any("from before the old export: 1;" in note for note in table.attrs["notes"])

    def test_the_same_export_twice_changed_nothing(self):
        """Equal exports of one date are no error, and no change."""
        one = export(MAY, "ann bob", "ann")
        counts = history.changes(one, one).attrs["counts"]
        assert not any(counts.values())

    def test_two_exports_of_one_date_have_no_order(self):
        """With one date and different ties either could be the older."""
        with pytest.raises(SchemaError, match="one date and are not equal"):
            history.changes(export(MAY, "ann"), export(MAY, "bob"))

    def test_the_wrong_order_is_refused(self):
        """An old export that is younger than the new one would mirror every change."""
        with pytest.raises(SchemaError, match="old is younger than new"):
            history.changes(export(JUNE, "ann"), export(MAY, "ann"))

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"platform": "threads"}, "different platforms"),
            ({"owners": ("secret",)}, "different owners"),
            ({"owners": ("me", "secret")}, "different owners"),
        ],
    )
    def test_exports_of_two_accounts_are_refused(self, change, message):
        """Of two accounts nothing can be compared; no name is told."""
        other = dataclasses.replace(export(JUNE), coverage=pd.DataFrame(), **change)
        with pytest.raises(SchemaError, match=message) as caught:
            history.changes(export(MAY), other)
        assert "secret" not in str(caught.value)

    def test_an_owner_who_is_not_there_is_refused(self):
        """owner= has to own both."""
        with pytest.raises(SchemaError, match="owner: is no owner"):
            history.changes(export(MAY), export(JUNE), owner="ann")
        with pytest.raises(SchemaError, match="old: is a DiGraph, no Export"):
            history.changes(export(MAY).graph(), export(JUNE))

    def test_whole_networks_may_be_compared_too(self):
        """Tables without owners and coverage observe all lists of everyone."""
        old, new = (
            Export(follows=pd.DataFrame(ties, columns=["source", "target"]))
            for ties in ([("a", "b"), ("c", "b")], [("a", "b"), ("b", "a")])
        )
        with pytest.warns(FollownetWarning, match="nothing dates"):
            table = history.changes(old, new, owner="b")
        assert (true(table, "lost"), true(table, "newly_mutual")) == ({"c"}, {"a"})
        with pytest.raises(SchemaError, match="0 owners; owner= says"):
            history.changes(old, new)

    @pytest.mark.parametrize("word", ["partial", "missing", "unreadable", "hidden"])
    def test_a_list_that_is_not_observed_tells_nothing(self, word):
        """Unknown is missing, never False; the other list still counts."""
        old = export(MAY, "ann bob", "ann bob")
        new = export(JUNE, "ann", "ann", status={"followers": word})
        table = history.changes(old, new)
        for name in ("before", "after", "gained", "lost", "newly_mutual", "no_longer_mutual"):
            assert table[name].isna().all(), name
        assert true(table, "unfollowed") == {"bob"}
        [note] = table.attrs["notes"]
        assert f"the followers list of the new export is {word}" in note

    def test_without_any_list_in_both_nothing_can_be_known(self):
        """The error says which list of which export it is, and what would help."""
        old = export(MAY, "ann", "ann", status={"following": "missing"})
        new = export(JUNE, "ann", "ann", status={"followers": "partial"})
        with pytest.raises(NotObservedError) as caught:
            history.changes(old, new)
        assert "the following list of the old export is missing" in str(caught.value)
        assert "the followers list of the new export is partial" in str(caught.value)
        assert "an export of all time" in str(caught.value)
        with pytest.raises(NotObservedError, match="not in its coverage table"):
            history.changes(
                *(dataclasses.replace(one, coverage=pd.DataFrame()) for one in (old, new))
            )

    def test_a_suspect_list_is_used_and_noted(self):
        """What speaks against it stands in the notes."""
        new = export(JUNE, "ann", "ann", status={"followers": "suspect"})
        table = history.changes(export(MAY, "ann bob", "ann"), new)
        assert true(table, "lost") == {"bob"}
        assert table.attrs["notes"] == (
            "the followers list of the new export is suspect: no reason is given",
        )

    @pytest.mark.parametrize(("word", "lost"), [("presumed", pd.NA), ("verified", True)])
    def test_a_later_start_may_be_a_date_range(self, word, lost):
        """Ties from before it are not said to be lost, unless the platform's count agrees."""
        early, late = "2020-01-01T00:00:00Z", "2025-06-01T00:00:00Z"
        old = export(
            MAY,
            {"ann": early, "bob": late, "cy": late, "dan": None},
            starts={"followers": "2020-01-01"},
        )
        new = export(
            JUNE, {"bob": late}, status={"followers": word}, starts={"followers": "2025-05-01"}
        )
        table = history.changes(old, new)
        expected = pd.array([lost, False, True, lost], dtype="boolean")
        assert table["lost"].array.equals(expected)
        assert pd.isna(table.loc["ann", "after"]) == (word == "presumed")
        missing = [note for note in table.attrs["notes"] if "lost is missing for 2" in note]
        assert len(missing) == (word == "presumed")

    def test_an_earlier_start_may_be_one_of_the_old_export(self):
        """Ties that only the wider new export reaches back to are not said to be gained."""
        old = export(MAY, {"bob": "2026-01-01T00:00:00Z"})
        new = export(JUNE, {"bob": "2026-01-01T00:00:00Z", "ann": OLD})
        table = history.changes(old, new)
        assert table["gained"].isna().to_dict() == {"ann": True, "bob": False}

    def test_an_empty_list_is_an_answer_with_a_note(self):
        """Empty is not missing; that a date range looks the same is said."""
        table = history.changes(export(MAY, "ann", "bob"), export(JUNE, "", "bob"))
        assert true(table, "lost") == {"ann"}
        assert any("list of the new export is empty" in note for note in table.attrs["notes"])

    def test_what_tells_nothing_of_requests_leaves_them_open(self):
        """No pending request and no file of them are two things."""
        asked = [("ann", "requested", OLD), ("bob", "requested", OLD)]
        old = export(MAY, "ann", relations=asked)
        silent = history.changes(old, export(JUNE, "ann"))["still_pending"]
        assert silent.isna().to_dict() == {"ann": True}
        told = export(JUNE, "ann", report=report(contents=["requested"]))
        assert history.changes(old, told)["still_pending"].to_dict() == {"ann": False}

    def test_a_guessed_date_is_no_date(self):
        """P28a: an export whose date is guessed has none, is warned of, and is taken in order."""
        guessed = export(MAY, "ann", report=report(known=False))
        with pytest.warns(FollownetWarning, match="nothing dates the new export.*exported_at="):
            table = history.changes(export(JUNE, "bob"), guessed)
        assert table.attrs["from"] == day(JUNE)
        assert pd.isna(table.attrs["until"])
        assert true(table, "lost") == {"bob"}
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            history.changes(export(MAY, "ann", report=report()), export(JUNE, "ann"))

    def test_a_small_world_tells_the_truth(self, small_world):
        """Q30: every change is one of the world's; the deleted count under both handles (P15)."""
        begin, end = day("2025-08-11"), day("2026-08-11")
        people, follows = small_world.accounts, small_world.follows
        lived = (people["joined"] < begin) & people["deleted"].isna()
        compared = 0
        for owner in people.index[lived][:12]:
            table = history.changes(small_world.view(owner, begin), small_world.view(owner, end))
            for mark, end_of, other in (
                ("gained", "target", "source"),
                ("followed", "source", "target"),
            ):
                own = follows[follows[end_of] == owner]
                then, now = (
                    own[(own["since"] < at) & ~(own["until"] <= at)][other].map(_shown(people, at))
                    for at in (begin, end)
                )
                gone = {"gained": "lost", "followed": "unfollowed"}[mark]
                assert true(table, mark) == set(now) - set(then)
                unsure = set(table.index[table[gone].isna()])
                assert true(table, gone) == set(then) - set(now) - unsure
                compared += len(set(then) ^ set(now))
        assert compared > 100

    def test_the_samples(self):
        """The two bundled exports, three months apart; their world has the truth."""
        old, new = (fn.read(fn.datasets.sample(name)) for name in ("instagram", "instagram-later"))
        table = history.changes(old, new)
        assert table.attrs["counts"] == {
            "gained": 5,
            "lost": 2,
            "followed": 8,
            "unfollowed": 3,
            "newly_mutual": 7,
            "no_longer_mutual": 2,
            "still_pending": 0,
        }

    TIES = st.dictionaries(
        st.sampled_from("abcdef"),
        st.sampled_from([None, OLD, "2025-02-01T00:00:00Z", "2026-04-01T00:00:00Z"]),
    )

    @given(TIES, TIES, TIES, TIES, st.randoms())
    def test_swapping_the_exports_mirrors_the_changes(self, one, two, three, four, random):
        """What is gained one way is lost the other way; the order of rows is nothing."""
        old, new = export(MAY, one, two), export(JUNE, three, four)
        forth = history.changes(old, new)
        back = history.changes(export(MAY, three, four), export(JUNE, one, two))
        for mark, mirror in (
            ("gained", "lost"),
            ("followed", "unfollowed"),
            ("newly_mutual", "no_longer_mutual"),
            ("before", "after"),
        ):
            pd.testing.assert_series_equal(forth[mark], back[mirror], check_names=False)
            pd.testing.assert_series_equal(forth[mirror], back[mark], check_names=False)
        order = random.sample(range(len(new.follows)), len(new.follows))
        shuffled = dataclasses.replace(new, follows=new.follows.iloc[order])
        again = history.changes(old, shuffled)
        pd.testing.assert_frame_equal(forth, again)
        assert forth.attrs == again.attrs


def _shown(people, at):
    """Return the handles at a time: the deleted have lost theirs."""
    handles = people.index.to_series()
    return handles.mask(people["deleted"] <= at, "__deleted__" + people["fbid"].str[5:])


NEW = "2026-05-20T00:00:00Z"  # between the two exports
NO, YES, MAYBE, NEVER, SURE = "unlikely", "likely", "possible", "ruled out", "shown"
MUTUAL = {"old": export(MAY, "ann bob", "ann bob")}
FOLLOWER = {"old": export(MAY, "ann bob", "ann")}
KEPT = [("zoe", "unfollowed", OLD)]  # that the new export lists unfollows
LIKED = {"interactions": acts(("p/1", "bob", OLD))}

CASES = {
    "nothing": (FOLLOWER["old"], export(JUNE, "ann", "ann"), [MAYBE] * 4),
    "still followed": (MUTUAL["old"], export(JUNE, "ann", "ann bob"), [YES, NO, NO, NEVER]),
    "followed anew": (
        FOLLOWER["old"],
        export(JUNE, "ann", {"ann": OLD, "bob": NEW}),
        [YES, NO, NO, NO],
    ),
    "blocked": (
        FOLLOWER["old"],
        export(JUNE, "ann", "ann", relations=[("bob", "blocked", None)]),
        [MAYBE, NO, SURE, NO],
    ),
    "asks again": (
        FOLLOWER["old"],
        export(JUNE, "ann", "ann", relations=[("bob", "request_received", NEW)]),
        [YES, NO, NO, NO],
    ),
    "asked before": (
        FOLLOWER["old"],
        export(JUNE, "ann", "ann", relations=[("bob", "request_received", OLD)]),
        [MAYBE] * 4,
    ),
    "ended by both": (
        MUTUAL["old"],
        export(JUNE, "ann", "ann", relations=[("bob", "unfollowed", NEW)]),
        [YES, NO, MAYBE, NO],
    ),
    "gone both ways": (
        MUTUAL["old"],
        export(JUNE, "ann", "ann", relations=KEPT),
        [NO, MAYBE, MAYBE, MAYBE],
    ),
    "gone both ways, unfollows not listed": (
        MUTUAL["old"],
        export(JUNE, "ann", "ann"),
        [MAYBE] * 4,
    ),
    "gone both ways, no following list": (
        MUTUAL["old"],
        export(JUNE, "ann", "ann", relations=KEPT, status={"following": "partial"}),
        [MAYBE] * 4,
    ),
    "named later": (
        FOLLOWER["old"],
        export(JUNE, "ann", "ann", interactions=acts((None, "bob", NEW), kind="story_like")),
        [MAYBE, NO, MAYBE, NO],
    ),
    "named later in a list": (
        FOLLOWER["old"],
        export(JUNE, "ann", "ann", relations=[("bob", "restricted", NEW)]),
        [MAYBE, NO, MAYBE, NO],
    ),
    "only mentioned later": (
        FOLLOWER["old"],
        export(JUNE, "ann", "ann", interactions=acts((None, "bob", NEW), kind="mention")),
        [MAYBE] * 4,
    ),
    "item here": (
        export(MAY, "ann bob", "ann", **LIKED),
        export(JUNE, "ann", "ann", **LIKED),
        [MAYBE, NO, MAYBE, NEVER],
    ),
    "item elsewhere": (
        export(MAY, "ann bob", "ann", **LIKED),
        export(JUNE, "ann", "ann", interactions=acts(("p/1", "rob", OLD))),
        [MAYBE, NO, MAYBE, SURE],
    ),
    "item of another whom the old export knows": (
        export(MAY, "ann bob", "ann", **LIKED),
        export(JUNE, "ann", "ann", interactions=acts(("p/1", "ann", OLD))),
        [MAYBE] * 4,
    ),
    "item nameless": (
        export(MAY, "ann bob", "ann", **LIKED),
        export(JUNE, "ann", "ann", interactions=acts(("p/1", None, OLD))),
        [MAYBE, YES, MAYBE, MAYBE],
    ),
    "id here": (
        export(MAY, "ann bob", "ann", accounts=numbered(bob="7")),
        export(JUNE, "ann", "ann", accounts=numbered(bob="7")),
        [MAYBE, NO, MAYBE, NEVER],
    ),
    "id elsewhere": (
        export(MAY, "ann bob", "ann", accounts=numbered(bob="7")),
        export(JUNE, "ann", "ann", accounts=numbered(rob="7")),
        [MAYBE, NO, MAYBE, SURE],
    ),
    "id elsewhere, and follows on": (
        export(MAY, "ann bob", "ann", accounts=numbered(bob="7")),
        export(JUNE, {"ann": OLD, "rob": NEW}, "ann", accounts=numbered(rob="7")),
        [NEVER, NEVER, NEVER, SURE],
    ),
    "id deleted": (
        export(MAY, "ann bob", "ann", accounts=numbered(bob="7")),
        export(JUNE, "ann", "ann", accounts=numbered(__deleted__9="7")),
        [MAYBE, SURE, MAYBE, NEVER],
    ),
}


def bobs(old, new):
    """Return the row of the one lost follower."""
    table = history.losses(old, new)
    assert list(table.index) == ["bob"]
    return table.loc["bob"]


def words(row):
    return row[["unfollowed", "deactivated", "blocked", "renamed"]].tolist()


class TestLosses:
    @pytest.mark.parametrize("case", CASES)
    def test_each_finding_speaks_for_itself(self, case):
        """P16: what one finding alone says of the four explanations, never a bare unfollow."""
        old, new, expected = CASES[case]
        row = bobs(old, new)
        assert words(row) == expected
        finding = case.split(",")[0]
        if finding in RULES and expected != [MAYBE] * 4:
            assert RULES[finding].sentence in row["evidence"]
        if expected == [MAYBE] * 4:
            assert row["evidence"] == NOTHING
        assert (row["renamed_to"] == "rob") == (case.split(",")[0].endswith("elsewhere"))

    A, B = "2025-03-01T08:15:30Z", "2025-03-02T21:40:05Z"  # dates that no other tie has

    @pytest.mark.parametrize(
        ("followers", "following", "expected", "now"),
        [
            ({"rob": A}, {"rob": B}, [NO, NO, NO, YES], "rob"),
            ({"rob": A}, {}, [NO, NO, NO, YES], "rob"),
            ({}, {"rob": B}, [MAYBE, NO, NO, YES], "rob"),
            ({"rob": B}, {"rob": A}, [MAYBE] * 4, None),
            ({"rob": A, "ted": A}, {}, [MAYBE] * 4, None),
            ({"rob": A, "ted": A}, {"rob": B}, [NO, NO, NO, YES], "rob"),
            ({"rob": A}, {"ted": B}, [MAYBE] * 4, None),
            ({"rob": A}, {"bob": B}, [MAYBE, NO, NO, NEVER], None),
            ({"__deleted__1": A}, {"__deleted__1": B}, [NO, SURE, NO, NEVER], None),
            ({"__deleted__1": A}, {}, [NO, YES, NO, NO], None),
            ({}, {"__deleted__1": B}, [MAYBE, YES, NO, NO], None),
            ({"__deleted__1": A, "__deleted__2": A}, {}, [MAYBE] * 4, None),
        ],
    )
    def test_equal_dates_tell_who_it_may_be(self, followers, following, expected, now):
        """P15: a new handle with the old dates may be the same account; with several, any."""
        old = export(MAY, {"ann": OLD, "bob": self.A}, {"ann": OLD, "bob": self.B})
        row = bobs(old, export(JUNE, {"ann": OLD, **followers}, {"ann": OLD, **following}))
        assert words(row) == expected
        assert row["renamed_to"] == now if now else pd.isna(row["renamed_to"])

    def test_two_lost_and_one_new_stay_open(self):
        """P15: a match has to be the only one both ways; the candidate is still told."""
        old = export(MAY, {"ann": OLD, "bob": self.A, "ben": self.A})
        table = history.losses(old, export(JUNE, {"ann": OLD, "rob": self.A}))
        assert table["renamed"].tolist() == [MAYBE, MAYBE]
        assert table["renamed_to"].tolist() == ["rob", "rob"]
        assert table["evidence"].str.contains("but not only of its").all()

    def test_who_was_there_before_is_nobody_renamed(self):
        """An account that the old export names elsewhere is another one."""
        old = export(MAY, {"ann": OLD, "bob": self.A}, interactions=acts(("p/1", "rob", OLD)))
        row = bobs(old, export(JUNE, {"ann": OLD, "rob": self.A}))
        assert words(row) == [MAYBE] * 4

    def test_times_are_compared_as_exactly_as_both_exports_have_them(self):
        """Minutes in one export match the seconds of the other, and show a deletion less."""
        old = export(
            MAY, {"ann": OLD, "bob": "2025-03-01T08:15:00Z"}, report=report(precision="minute")
        )
        for name, expected in (("rob", [NO, NO, NO, YES]), ("__deleted__1", [NO, YES, NO, NO])):
            new = export(JUNE, {"ann": OLD, name: self.A}, report=report())
            assert words(bobs(old, new)) == expected

    def test_a_date_of_a_crowd_says_nothing(self):
        """Where hundreds of ties have one date, no pair of them is told apart, nor slowly."""
        old, new = (" ".join(f"{side}{n}" for n in range(300)) for side in "xy")
        table = history.losses(export(MAY, "ann " + old), export(JUNE, "ann " + new))
        assert len(table) == 300
        assert set(table["evidence"]) == {NOTHING}

    def test_records_that_contradict_each_other_leave_it_possible(self):
        """P16: equally strong statements for and against cancel; a stronger one wins."""
        old = export(MAY, "ann bob", "ann bob", accounts=numbered(bob="7"))
        new = export(JUNE, "ann", "ann bob", accounts=numbered(rob="7"))
        assert words(bobs(old, new)) == [YES, NO, NO, MAYBE]
        blocked = export(JUNE, "ann", "ann bob", relations=[("bob", "blocked", NEW)])
        assert words(bobs(old, blocked)) == [YES, NO, SURE, NEVER]

    def test_two_handles_in_two_sources_name_none(self):
        """Renamed is shown, but to whom is open."""
        old = export(MAY, "ann bob", accounts=numbered(bob="7"), **LIKED)
        new = export(
            JUNE,
            {"ann": OLD, "rob": NEW},
            accounts=numbered(rob="7"),
            interactions=acts(("p/1", "ted", OLD)),
        )
        row = bobs(old, new)
        assert words(row) == [MAYBE, NO, MAYBE, SURE]
        assert pd.isna(row["renamed_to"])

    def test_confidence_is_ordered(self):
        """Words compare as they should, so that a table can be filtered by them."""
        table = history.losses(*CASES["still followed"][:2])
        assert (table["unfollowed"] >= "likely").all()
        assert list(history.CONFIDENCE.categories) == [NEVER, NO, MAYBE, YES, SURE]

    def test_nobody_lost_is_an_empty_table(self):
        """Its columns are there; those of whom it is not known are counted."""
        table = history.losses(export(MAY, "ann"), export(JUNE, "ann"))
        assert table.empty
        assert "evidence" in table
        late = export(JUNE, {"bob": "2026-01-01T00:00:00Z"})
        table = history.losses(export(MAY, {"ann": OLD, "bob": "2026-01-01T00:00:00Z"}), late)
        assert table.attrs["counts"] == {"lost": 0, "missing": 1}

    def test_followers_have_to_be_in_both(self):
        """The following list alone says nothing of lost followers."""
        new = export(JUNE, "ann", "ann", status={"followers": "missing"})
        with pytest.raises(
            NotObservedError, match="the followers list of the new export is missing"
        ):
            history.losses(export(MAY, "ann", "ann"), new)

    def test_the_docstring_has_all_statements(self):
        """The table of rules that people read makes as many statements as the rules do."""
        text = inspect.getdoc(history.losses)
        block = text.split("unf dea blo ren")[1].split("The strongest")[0]
        stated = [line[58:].split() for line in block.splitlines()]
        signs = sorted(sign for row in stated for sign in row if sign in {"S", "+", "-", "R"})
        assert signs == sorted("".join(rule.says for rule in RULES.values()).replace(".", ""))

    def test_order_of_rules_and_rows_is_nothing(self, small_world, monkeypatch):
        """P17: the same files give the same answer however their records are ordered."""
        owner = small_world.follows["target"].value_counts().index[0]
        old, new = (small_world.view(owner, at) for at in ("2024-08-11", "2026-08-10"))
        table = history.losses(old, new)
        assert len(table) > 3
        turned = dataclasses.replace(
            new, **{name: getattr(new, name).iloc[::-1] for name in ("follows", "interactions")}
        )
        pd.testing.assert_frame_equal(history.losses(old, turned), table)
        monkeypatch.setattr("follownet.history._losses.RULES", dict(reversed(list(RULES.items()))))
        again = history.losses(old, new).drop(columns="evidence")
        pd.testing.assert_frame_equal(again, table.drop(columns="evidence"))

    def test_a_small_world_is_judged_with_care(self, small_world):
        """P16: of no account that merely left is a deletion or a new handle said to be likely."""
        begin, end = "2025-02-11", "2026-08-11"
        people, found = small_world.accounts, []
        lived = people.index[(people["joined"] < day(begin)) & people["deleted"].isna()]
        fans = small_world.follows["target"].value_counts()
        for owner in sorted(lived, key=fans.get)[-8:]:
            table = history.losses(small_world.view(owner, begin), small_world.view(owner, end))
            found.append(table.assign(deleted=people["deleted"].reindex(table.index).notna()))
        table = pd.concat(found)
        left, over = table[~table["deleted"]], table[table["deleted"]]
        assert len(left) > 20
        assert len(over) > 10
        assert (left["deactivated"] <= "possible").all()
        assert (left["unfollowed"] >= "possible").all()
        assert (over["deactivated"] >= "possible").all()
        assert (over["deactivated"] >= "likely").mean() > 0.5
        assert (table["renamed"] <= "possible").all()


class TestOrdered:
    def test_exports_are_ordered_by_their_dates(self):
        """P28a: whatever order they come in, and whatever their newest follow is."""
        three = [export(at, {"ann": since}) for at, since in ((MAY, NEW), (JUNE, OLD), (JULY, OLD))]
        for given_order in itertools.permutations(three):
            assert history.ordered(iter(given_order)) == tuple(three)
        assert history.ordered([]) == ()

    def test_what_has_no_order_is_refused(self):
        """Undated, guessed and equally dated exports, and what is no list of exports."""
        for bad, message in (
            ([export(None)], "nothing dates 1 of 1.*exported_at="),
            ([export(MAY), export(JUNE, report=report(known=False))], "nothing dates 1 of 2"),
            ([export(MAY), export(JUNE), export(MAY)], "1 of 3 have the date of another"),
            (export(MAY), "is one Export"),
            (["a.zip"], "1 of 1 are no Export"),
        ):
            with pytest.raises(SchemaError, match=message):
                history.ordered(bad)


def newcombe(returned, before, returned_after, after, shared):
    """Return the square-and-add interval as the papers write it, one number at a time."""
    e, f, g, h = shared
    p1, p2 = returned / before, returned_after / after
    (l1, l2), (u1, u2) = wilson(
        np.array([returned, returned_after], float), np.array([before, after], float)
    )
    product = e * h - f * g
    if product > 0:
        product = max(product - (e + f + g + h) / 2, 0)
    margins = (e + f) * (g + h) * (e + g) * (f + h)
    phi = product / margins**0.5 if margins else 0
    c = phi * (e + f + g + h) / (before * after) ** 0.5
    d = p2 - p1
    return (
        d - ((p2 - l2) ** 2 + (u1 - p1) ** 2 - 2 * c * (p2 - l2) * (u1 - p1)) ** 0.5,
        d + ((u2 - p2) ** 2 + (p1 - l1) ** 2 - 2 * c * (u2 - p2) * (p1 - l1)) ** 0.5,
    )


class TestRates:
    def test_rates_and_their_changes_by_hand(self):
        """Two of four answer, then three of four, of which one is new."""
        may = export(MAY, "ann bob", "ann bob cy dan")
        june = export(JUNE, "ann bob eve", "ann bob cy eve")
        table = history.rates([june, may])
        assert table.index.names == ["direction", "exported_at"]
        assert table.index.tolist() == list(
            itertools.product(["given", "received"], [day(MAY), day(JUNE)])
        )
        received = table.loc["received"]
        assert received[["follows", "returned", "rate"]].to_numpy().tolist() == [
            [4, 2, 0.5],
            [4, 3, 0.75],
        ]
        assert received["change"].tolist()[1] == 0.25
        assert received.iloc[0][["change", "change_low", "change_high"]].isna().all()
        # Shared: ann and bob answer both times, cy never; dan and eve are in one cohort each.
        low, high = newcombe(2, 4, 3, 4, (2, 0, 0, 1))
        assert received.iloc[1]["change_low"] == pytest.approx(low)
        assert received.iloc[1]["change_high"] == pytest.approx(high)
        assert table.loc["given", "rate"].tolist() == [1, 1]

    def test_each_row_is_what_follow_back_says(self, small_world):
        """Rates and intervals are those of all follows, deleted accounts left out."""
        owner = small_world.follows["source"].value_counts().index[3]
        exports = [
            small_world.view(owner, at)
            for at in ("2026-08-10", "2025-01-01", "2026-01-01", "2026-04-01")
        ]
        table = history.rates(exports)
        for one in exports:
            expected = follow_back(one.graph())
            for direction in ("given", "received"):
                columns = ["follows", "returned", "rate", "low", "high"]
                found = table.loc[(direction, one.exported_at), columns]
                assert found.tolist() == expected.loc[(direction, "all"), columns].tolist()
        shuffled = history.rates(exports[::-1])
        pd.testing.assert_frame_equal(shuffled, table)

    def test_what_is_not_observed_is_nan_and_noted(self):
        """The row stays; the next change is against the last known rate."""
        exports = [
            export(MAY, "ann", "ann bob"),
            export(JUNE, "ann", "ann bob", status={"followers": "partial"}),
            export(JULY, "ann bob", "ann bob", status={"following": "suspect"}),
        ]
        table = history.rates(exports)
        assert table.loc["received", "rate"].isna().tolist() == [False, True, False]
        assert table.loc["received", "change"].tolist()[2] == 0.5
        assert table.attrs["notes"] == (
            "no rate on 2026-06-01: the followers list is partial",
            "the following list of 2026-07-01 is suspect: no reason is given",
        )
        with pytest.raises(NotObservedError, match="none of the 1 exports has both lists"):
            history.rates(exports[1:2])

    def test_no_follows_have_no_rate(self):
        """A rate of nothing is nan, and so is every change from it."""
        table = history.rates([export(MAY), export(JUNE, "ann"), export(JULY, "ann", "ann")])
        assert table.loc["received", "rate"].isna().tolist() == [True, True, False]
        assert table.loc["given", "rate"].tolist()[1:] == [0, 1]
        assert table.loc["given", "change"].isna().tolist() == [True, True, False]
        assert table.loc["received", "change"].isna().all()

    def test_what_makes_no_series_is_refused(self):
        """P28a: none, undated, two of one date, and of two accounts."""
        other = dataclasses.replace(export(JUNE), owners=("you",), coverage=pd.DataFrame())
        for bad, message in (
            ([], "there is none"),
            ([export(MAY), export(None)], "nothing dates"),
            ([export(MAY), export(MAY)], "have the date of another"),
            ([export(MAY), other], "different owners"),
        ):
            with pytest.raises(SchemaError, match=message):
                history.rates(bad)

    def test_one_export_has_rates_and_no_change(self):
        """A single export is a series of one."""
        table = history.rates([export(MAY, "ann", "ann")])
        assert table["rate"].tolist() == [1, 1]
        assert table["change"].isna().all()

    @pytest.mark.parametrize(
        "counts",
        [
            (48, 80, 56, 70, (0, 0, 0, 0)),
            (38, 50, 48, 50, (36, 2, 12, 0)),
            (15, 20, 16, 20, (14, 0, 1, 3)),
            (10, 20, 10, 20, (10, 0, 0, 10)),
            (0, 20, 20, 20, (0, 0, 20, 0)),
            (20, 20, 20, 20, (20, 0, 0, 0)),
        ],
    )
    def test_the_interval_of_a_change_is_newcombes(self, counts):
        """Zou & Donner's interval, against the formula written out."""
        *numbers, shared = counts
        low, high = change_interval(
            *(np.array([number], float) for number in numbers),
            shared=np.array([[count] for count in shared], float),
        )
        assert (low[0], high[0]) == pytest.approx(newcombe(*counts))
        assert low[0] <= numbers[2] / numbers[3] - numbers[0] / numbers[1] <= high[0]

    @pytest.mark.parametrize("correlation", [0.0, 0.5, 0.9])
    @pytest.mark.parametrize("overlap", [0.0, 0.5, 0.9])
    @pytest.mark.parametrize("size", [20, 100, 500])
    def test_the_interval_of_a_change_covers_it(self, size, overlap, correlation):
        """Of 4,000 seeded intervals at least 93 % hold the true change, of large ones up to 97."""
        draws, first, second, after = 4_000, 0.8, 0.83, int(1.15 * size)
        rng = np.random.default_rng(7)
        both = first * second + correlation * np.sqrt(first * (1 - first) * second * (1 - second))
        chances = [both, first - both, second - both, 1 - first - second + both]
        shared = int(size * overlap)
        fates = rng.multinomial(shared, chances, size=draws).T
        returned = fates[0] + fates[1] + rng.binomial(size - shared, first, size=draws)
        later = fates[0] + fates[2] + rng.binomial(after - shared, second, size=draws)
        ones = np.ones(draws)
        low, high = change_interval(
            returned, size * ones, later, after * ones, shared=fates.astype(float)
        )
        covered = float(((low <= second - first) & (second - first <= high)).mean())
        # Newcombe's correction widens small ones; an interval that forgets the pairing is wide.
        assert 0.93 <= covered <= (0.97 if size == 500 else 1)


def test_a_rate_does_not_change_because_a_list_was_cut():
    """Where one of two lists may be cut by a date range, what a comparison says is an artefact."""
    old = {f"a{n}": "2020-01-01T00:00:00Z" for n in range(30)}
    late = {f"b{n}": "2025-06-01T00:00:00Z" for n in range(30)}
    both = {**old, **late}
    whole = export(MAY, both, both, starts=dict.fromkeys(LISTS, "2020-01-01"))
    starts = {"followers": "2025-06-01", "following": "2020-01-01"}
    cut = export(JUNE, late, both, starts=starts)
    table = history.rates([whole, cut])
    assert table["rate"].notna().all()
    assert table["change"].isna().all()
    assert table.attrs["notes"][-1].startswith(
        "no change from 2026-05-01 to 2026-06-01: the followers list of one starts later"
    )
    # One in twenty may go: the oldest leave, too.
    for gone, unknown in ((3, 2), (4, 4)):
        some = {name: since for name, since in both.items() if name not in list(old)[:gone]}
        starts = {"followers": "2020-01-02", "following": "2020-01-01"}
        table = history.rates([whole, export(JUNE, some, both, starts=starts)])
        assert table["change"].isna().sum() == unknown
