"""Who is silent, from when that can be told, and which question an export answers."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

import follownet as fn
from follownet import Export
from follownet.engagement import Ghosts, ghosts
from follownet.errors import NotObservedError, SchemaError
from follownet.tables import LISTS, Report

DATA = Path(__file__).parents[2] / "data"
SAMPLE = "instagram-livelyshore-2026-08-11-0abd65c8.zip"
EXPORTS = Path(__file__).parents[3] / "shared" / "exports"
DAY = pd.Timestamp("2026-04-01", tz="UTC")


def ago(days: float | None) -> pd.Timestamp:
    return pd.NaT if days is None else DAY - pd.Timedelta(days=days)


def export(follows: dict[str, float | None], *rows: tuple[object, ...], **more: object) -> Export:
    """Return my export of `DAY`: follows "me>ann" days ago; rows are source, target, kind, ago."""
    ties = [(*pair.split(">"), ago(days)) for pair, days in follows.items()]
    events = [(*row[:3], ago(row[3])) for row in rows]
    owners = more.pop("owners", ("me",))
    lists = [(owner, name, "presumed") for owner in owners for name in LISTS]
    tables = {
        "follows": pd.DataFrame(ties, columns=["source", "target", "since"]),
        "interactions": pd.DataFrame(events, columns=["source", "target", "kind", "at"]),
        "coverage": pd.DataFrame(lists, columns=["owner", "list", "status"]),
    }
    return Export(**tables | {"owners": owners, "exported_at": DAY} | more)


FOLLOWERS = {"ann>me": 900.0, "bob>me": 800.0, "cy>me": 10.0, "me>dan": 500.0}
#: The export's first event of others is long before the window.
OLD = ("eve", "me", "like", 700)


def status(found: Ghosts) -> dict[str, str]:
    return found.accounts["status"].to_dict()


def test_followers_who_did_nothing_in_the_window_are_ghosts():
    """bob's like is too old, cy follows since ten days; whom only I follow is not asked about."""
    rows = OLD, ("ann", "me", "like", 20), ("bob", "me", "like", 400)
    found = ghosts(export(FOLLOWERS, *rows))
    assert found.question == "received"
    assert status(found) == {"bob": "ghost", "cy": "spared", "ann": "active"}
    assert (found.ghosts, found.active, found.spared, found.unknown) == (1, 1, 1, 0)
    assert found.share == 0.5
    assert found.accounts.loc["bob"].tolist() == ["ghost", ago(800), 0, 0.0, ago(400)]
    assert found.accounts.loc["ann"].tolist() == ["active", ago(900), 1, 1.0, ago(20)]
    assert pd.isna(found.accounts.loc["cy", "last"])
    assert (found.since, found.until, found.cut) == (ago(180), DAY, False)


def test_what_the_owner_did_is_no_answer_to_what_followers_do():
    """I liked bob yesterday: bob is a ghost all the same."""
    found = ghosts(export(FOLLOWERS, OLD, ("me", "bob", "like", 1)))
    assert status(found)["bob"] == "ghost"


def test_where_only_the_owner_acts_the_mirrored_question_is_answered():
    """Whom I follow and never engage with; it is called that."""
    follows = {"me>ann": 900.0, "me>bob": 800.0, "me>cy": 5.0, "dan>me": 9.0}
    found = ghosts(export(follows, ("me", "ann", "like", 170), ("me", "x", "save", 900)))
    assert found.question == "given"
    assert status(found) == {"bob": "ghost", "cy": "spared", "ann": "active"}
    assert "asked the other way round" in found.notes[0]
    assert "accounts that the owner follows and did nothing towards" in str(found)


def test_conversations_alone_answer_what_was_received_only_when_asked():
    """Messages to handles are held both ways; who never writes may like every post."""
    follows = {"me>ann": 900.0, "ann>me": 900.0, "bob>me": 900.0}
    rows = ("me", "ann", "like", 200), ("ann", "me", "message", 200), ("ann", "me", "message", 2)
    assert ghosts(export(follows, *rows)).question == "given"
    found = ghosts(export(follows, *rows), question="received")
    assert status(found) == {"bob": "ghost", "ann": "active"}
    assert list(found.horizon.index) == ["message"]


def test_people_met_in_conversations_answer_nothing_of_followers():
    """What stands under the name of a conversation may be ann's."""
    one = export(FOLLOWERS, ("dm:1", "me", "message", 300), ("me", "dm:1", "message", 2))
    with pytest.raises(NotObservedError, match="ghosts cannot be known: of accounts that the"):
        ghosts(one)
    with pytest.raises(NotObservedError, match="conversations that name nobody by handle"):
        ghosts(one, question="received")


def test_a_window_before_the_first_event_is_cut_and_that_is_said():
    """Before the export's first like nothing is known of likes."""
    found = ghosts(export(FOLLOWERS, ("ann", "me", "like", 100), ("bob", "me", "comment", 90)))
    assert (found.since, found.cut) == (ago(100), True)
    assert found.horizon.to_dict() == {"like": ago(100), "comment": ago(90)}
    assert "a window of 180D reaches before the first such event that is held: cut" in found.notes
    assert not ghosts(export(FOLLOWERS, ("ann", "me", "like", 100)), window="100D").cut


def test_the_horizon_is_that_of_the_question():
    """What I did long ago does not say from when what others did is held."""
    rows = ("me", "ann", "like", 999), ("ann", "me", "like", 50)
    assert ghosts(export(FOLLOWERS, *rows)).since == ago(50)
    assert ghosts(export(FOLLOWERS, *rows), question="given").since == ago(180)


def test_an_event_that_names_no_one_is_part_of_the_horizon():
    """The file reaches back that far."""
    rows = ("me", None, "like", 999), ("me", "dan", "like", 50)
    assert not ghosts(export(FOLLOWERS, *rows)).cut


def test_the_edge_of_the_window_counts():
    """180 days ago is within, a second more is not."""
    for days, wanted in ((180, "active"), (180 + 1 / 86_400, "ghost")):
        found = ghosts(export(FOLLOWERS, OLD, ("bob", "me", "like", days)))
        assert status(found)["bob"] == wanted


def test_recent_followers_are_spared_by_the_stated_rule():
    """Younger than 30 days; who did something already is active; undated ties are not spared."""
    follows = {"ann>me": 29.9, "bob>me": 30.0, "cy>me": None, "dan>me": 1.0}
    found = ghosts(export(follows, OLD, ("dan", "me", "like", 0.5)))
    assert status(found) == {"bob": "ghost", "cy": "ghost", "ann": "spared", "dan": "active"}
    assert ghosts(export(follows, OLD), recent="31D").spared == 3


def test_weights_and_a_limit_tune_what_counts():
    """Ten looks are worth a like; with views at 0 they are nothing."""
    looks = [("bob", "me", "view", day) for day in range(1, 10)]
    one = export(FOLLOWERS, OLD, ("ann", "me", "like", 1), *looks)
    assert status(ghosts(one))["bob"] == "active"
    found = ghosts(one, at_most=1)
    assert (status(found)["bob"], status(found)["ann"]) == ("ghost", "ghost")
    assert found.accounts.loc["bob", "score"] == pytest.approx(0.9)
    assert ghosts(one, weights={"view": 0}).accounts.loc["bob", "events"] == 0
    assert status(ghosts(one, weights={"view": 1}, at_most=8))["bob"] == "active"


def test_what_has_no_date_or_no_weight_leaves_it_open():
    """bob waved, cy liked nobody knows when: neither is a ghost, neither is known to be active."""
    rows = OLD, ("bob", "me", "wave", 5), ("cy", "me", "like", None), ("ann", "me", "wave", 400)
    found = ghosts(export(FOLLOWERS, *rows))
    assert status(found) == {"ann": "ghost", "bob": "unknown", "cy": "unknown"}
    assert found.unknown == 2
    assert any(note.endswith("wave") for note in found.notes)
    assert status(ghosts(export(FOLLOWERS, *rows), weights={"wave": 1}))["bob"] == "active"


def test_deleted_accounts_are_left_out_and_counted():
    """They cannot do anything."""
    people = pd.DataFrame({"account": ["bob"], "type": ["deleted"]})
    found = ghosts(export(FOLLOWERS, OLD, accounts=people))
    assert status(found) == {"ann": "ghost", "cy": "spared"}
    assert found.left_out["deleted accounts"] == 1


def test_of_several_owners_one_is_asked_about():
    """What others got from bob is none of mine."""
    follows = {"ann>me": 900.0, "ann>you": 900.0, "cy>you": 900.0}
    rows = OLD, ("ann", "you", "like", 3)
    one = export(follows, *rows, owners=("you", "me"))
    assert status(ghosts(one, owner="me")) == {"ann": "ghost"}
    assert status(ghosts(one, owner="you")) == {"cy": "ghost", "ann": "active"}
    with pytest.raises(SchemaError, match="owner= says which"):
        ghosts(one)


def test_a_list_that_is_not_in_hand_is_named():
    """The mirrored question needs the other list."""
    lists = pd.DataFrame({"owner": "me", "list": ["followers"], "status": ["partial"]})
    one = export(FOLLOWERS, OLD, ("me", "dan", "like", 1), coverage=lists)
    with pytest.raises(NotObservedError, match=r"list is partial.*list is not in the coverage"):
        ghosts(one)


def test_the_other_question_is_answered_where_the_first_lacks_its_list():
    """And the note says what is missing."""
    lists = pd.DataFrame({"owner": "me", "list": ["following"], "status": ["presumed"]})
    found = ghosts(export(FOLLOWERS, OLD, ("me", "dan", "like", 1), coverage=lists))
    assert status(found) == {"dan": "active"}
    assert "the followers list is not in the coverage table" in found.notes[0]


def test_an_export_of_lists_alone_cannot_tell():
    """The message says what would."""
    with pytest.raises(NotObservedError, match="likes and comments would tell"):
        ghosts(export(FOLLOWERS))


def test_an_empty_file_is_an_answer():
    """Its owner liked nothing: everyone it follows is a ghost."""
    files = pd.DataFrame({"file": ["f"], "content": ["like"], "records": [0], "kept": [0]})
    times = pd.DataFrame(columns=["source", "zone", "known", "precision"])
    report = Report(files, pd.DataFrame(columns=["file", "reason", "records"]), times)
    found = ghosts(export(FOLLOWERS, report=report))
    assert status(found) == {"dan": "ghost"}
    assert found.horizon.isna().all()


def test_nothing_dated_lays_no_window():
    """Neither the export nor an event."""
    with pytest.raises(NotObservedError, match="no window can be laid"):
        ghosts(export(FOLLOWERS, ("ann", "me", "like", None), exported_at=None))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"window": 180}, "window: is no span"),
        ({"recent": "30"}, "recent: is no span"),
        ({"question": "both"}, "question: accepts"),
        ({"at_most": -1}, "at_most: give"),
        ({"at_most": float("nan")}, "at_most: give"),
        ({"at_most": "1"}, "at_most: give"),
        ({"weights": {"wave": 1}}, "weights: 1 of 1"),
        ({"owner": "zoe"}, "owner: is no owner"),
    ],
)
def test_arguments_that_do_not_fit_are_refused(arguments, message):
    """With what is accepted."""
    with pytest.raises(SchemaError, match=message):
        ghosts(export(FOLLOWERS, OLD), **arguments)


def test_without_followers_there_is_no_share():
    """0 of 0 is nan, and no row."""
    found = ghosts(export({"me>ann": 5.0}, OLD))
    assert found.accounts.empty
    assert pd.isna(found.share)
    assert "0 of 0\n" in str(found)


def test_it_shows_itself():
    """In a terminal and in a notebook, where names are escaped."""
    found = ghosts(export(FOLLOWERS, OLD))
    text = str(found)
    assert text.startswith("followers who did nothing towards the owner, 2025-10-03 to 2026-04-01")
    assert "2 of 2 (100.0%)" in text
    assert "spared, as the tie is young: 1" in text
    assert "like 2024-05-01" in text
    assert "<td>ghost</td>" in found._repr_html_()
    assert repr(found) == text
    shown = ghosts(export({"<b ann>me": 900.0}, OLD))._repr_html_()
    assert "&lt;b ann" in shown
    assert "<b ann" not in shown


def truth(name: str) -> tuple[str, set[str]]:
    """Return the owner of the sample, and whom the living of its world it follows then."""
    world = json.loads((DATA / "world.json").read_text(encoding="utf-8"))
    people, day = world["accounts"], pd.Timestamp(name).timestamp()
    owner = people["account"].index(world["owner"])
    return world["owner"], {
        people["account"][tie[0]]
        for tie in world["follows"][owner]
        if tie[1] < day and (len(tie) < 3 or tie[2] >= day) and not people["deleted"][tie[0]]
    }


def test_the_sample_agrees_with_its_world():
    """Everyone alive whom it follows is judged, and a plain loop finds the same ghosts."""
    sample = fn.read(DATA / SAMPLE)
    owner, followed = truth("2026-08-11T00:00Z")
    found = ghosts(sample)
    assert found.question == "given"
    assert set(found.accounts.index) == followed
    since = sample.exported_at - pd.Timedelta("180D")
    events = sample.interactions
    mine = events[(events["source"] == owner) & (events["at"] >= since)]
    silent = followed - set(mine["target"].dropna())
    excused = set(found.accounts.index[found.accounts["status"] == "spared"])
    assert silent - excused == set(found.accounts.index[found.accounts["status"] == "ghost"])
    young = sample.exported_at - pd.Timedelta("30D")
    assert (found.accounts.loc[list(excused), "since"] > young).all()
    assert (found.ghosts, found.active, found.spared) == (8, 57, 2)


@pytest.mark.parametrize(
    ("name", "followed"), [("instagram-json-2024-07", 63), ("instagram-html-2025-10", 556)]
)
def test_real_exports_are_asked_the_mirrored_question(name, followed):
    """Everyone whom it follows has one status, or is deleted."""
    if not (EXPORTS / name).is_dir():
        pytest.skip("the real exports are not beside the checkout")
    with pytest.warns(UserWarning, match="suspect"):
        found = ghosts(fn.read(EXPORTS / name))
    assert found.question == "given"
    deleted = found.left_out.get("deleted accounts", 0)
    assert found.ghosts + found.active + found.spared + found.unknown + deleted == followed


def test_a_real_export_of_lists_alone_cannot_tell():
    """It holds nothing that anyone did."""
    path = EXPORTS / "instagram-json-2025-08"
    if not path.is_dir():
        pytest.skip("the real exports are not beside the checkout")
    with pytest.raises(NotObservedError, match="ghosts cannot be known"):
        ghosts(fn.read(path))
