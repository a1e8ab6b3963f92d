"""Kinds of interaction: what each is, how often it occurs, and whom it names."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import follownet as fn
from follownet import Export
from follownet.engagement import kinds, naming, taxonomy
from follownet.errors import SchemaError
from follownet.readers import instagram, threads
from follownet.tables import Report

DATA = Path(__file__).parents[2] / "data"
SAMPLE = "instagram-livelyshore-2026-08-11-0abd65c8.zip"
DESIGNED = """like comment_like story_like comment reply mention repost quote clap message
message_system message_reaction story_poll view save""".split()


def export(*rows: tuple[str | None, ...], **more: object) -> Export:
    """Return an export of me with these interactions: source, target, kind, at, group."""
    names = ["source", "target", "kind", "at", "group"]
    table = pd.DataFrame(
        [dict(zip(names, row, strict=False)) for row in rows], columns=names, dtype="object"
    )
    return Export(**{"interactions": table, "owners": ("me",), "platform": "instagram"} | more)


def report(*contents: str) -> Report:
    """Return the report of a reader that found these files, all empty."""
    files = pd.DataFrame({"file": "f", "content": list(contents), "records": 0, "kept": 0})
    return Report(files, files[:0], pd.DataFrame(columns=["source", "zone", "known", "precision"]))


def test_every_kind_says_what_it_is():
    """The words are few, no cell is empty, and a weight is a number from 0."""
    table = kinds()
    assert set(table["mode"]) == {"active", "passive"}
    assert set(table["verbal"]) == {"verbal", "non-verbal"}
    assert set(table["scope"]) == {"individual", "group", "conversation"}
    assert table.notna().all(axis=None)
    assert (table["weight"] >= 0).all()
    assert table.index.is_unique


def test_every_kind_that_readers_make_is_known():
    """What a file of actions is called is the kind of its rows; talk and mentions come besides."""
    contents = (*instagram.CONTENTS, *threads.CONTENTS)
    made = {one.name for one in contents if one.meaning in ("action", "comment", "message")}
    assert {"like", "save", "story_countdown", "view", "comment", "message"} <= made
    others = {"mention", "message_system", "message_reaction"}
    assert made | others | set(DESIGNED) <= set(kinds().index)


def test_kinds_of_the_sample_are_known_and_counted_as_its_readme_says():
    """Twelve of the true numbers of data/README.md."""
    table = taxonomy(fn.read(DATA / SAMPLE))
    assert table.attrs == {"unknown": (), "notes": ()}
    counts = table["events"].groupby("kind").sum()
    wanted = {
        "comment": 56,
        "comment_like": 49,
        "like": 263,
        "mention": 13,
        "message": 132,
        "message_reaction": 11,
        "message_system": 5,
        "save": 25,
        "story_like": 45,
        "story_poll": 26,
        "story_question": 10,
        "view": 71,
    }
    assert counts[list(wanted)].to_dict() == wanted


def test_counts_of_a_kind_and_scope():
    """Who did it, whether it names someone, when; undated kinds have no time."""
    table = taxonomy(
        export(
            ("me", "ann", "like", "2025-01-02T00:00:00Z"),
            ("me", None, "like", "2025-01-01T00:00:00Z"),
            ("me", "ann", "message", "2025-01-05T00:00:00Z"),
            ("ann", "me", "message", "2025-01-04T00:00:00Z"),
            ("ann", None, "message", "2025-01-03T00:00:00Z", "g1"),
            ("ann", "bob", "message_reaction", None, "g1"),
            ("me", "me", "save", None),
        )
    )
    counts = table[["events", "named", "given", "got"]]
    assert {key: tuple(row) for key, row in counts.T.items()} == {
        ("like", "individual"): (2, 1, 2, 0),
        ("message", "individual"): (2, 2, 1, 1),
        ("message", "group"): (1, 0, 0, 0),
        ("message_reaction", "group"): (1, 1, 0, 0),
        ("save", "individual"): (1, 1, 1, 0),
    }
    assert table.loc[("like", "individual"), "first"] == pd.Timestamp("2025-01-01", tz="UTC")
    assert table.loc[("like", "individual"), "last"] == pd.Timestamp("2025-01-02", tz="UTC")
    assert table["last"].isna().tolist() == [False, True, False, False, True]


def test_unknown_kinds_are_kept_and_reported():
    """They stand last, in order of their names, described by nothing but their counts."""
    strange = ["boop", "hug", "nudge", "poke", "wave"]
    table = taxonomy(export(*(("me", "ann", kind) for kind in [*strange[::-1], "view"])))
    assert list(table.index) == [("view", "individual"), *((kind, "unknown") for kind in strange)]
    assert table.attrs["unknown"] == tuple(strange)
    (note,) = table.attrs["notes"]
    assert note.endswith("boop, hug, nudge, poke, wave")
    assert table[["mode", "verbal", "weight"]].isna().all(axis=1).tolist() == [False] + [True] * 5
    assert table["events"].tolist() == [1] * 6


def test_weights_are_the_users_to_change():
    """Of known kinds and of those that the export has; the table itself stays as it was."""
    one = export(("me", "ann", "wave"), ("me", "ann", "view"), ("me", "ann", "save"))
    table = taxonomy(one, weights={"wave": 3, "view": 0})
    assert table["weight"].tolist() == [0, 2, 3]
    assert table.attrs == {"unknown": ("wave",), "notes": ()}
    assert kinds().loc["view", "weight"] == 0.1


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ({"wave": 1, "like": 2}, "weights: 1 of 2 are of no kind that is known"),
        ({"like": -1}, "1 of 1 are no finite number"),
        ({"like": np.inf}, "1 of 1 are no finite number"),
        ({"like": None}, "1 of 1 are no finite number"),
        ({"like": "much"}, "1 of 1 are no finite number"),
        ([1, 2], "is a list; give a dict"),
    ],
)
def test_weights_that_are_no_weights_are_refused(weights, message):
    """Of no known kind, below 0, not finite."""
    with pytest.raises(SchemaError, match=message):
        kinds(weights)


def test_without_owners_nobody_gives_or_gets():
    """Whose the events are is missing then, not 0."""
    table = taxonomy(export(("ann", "bob", "like"), owners=()))
    assert table[["given", "got"]].isna().all(axis=None)
    assert table["named"].tolist() == [1]
    assert naming(export(("ann", "bob", "like"), owners=()))["by_owner"].isna().all()


def test_an_export_without_interactions_has_no_rows():
    """The columns are there."""
    table = taxonomy(Export())
    assert table.empty
    assert table.index.names == ["kind", "scope"]
    assert list(table) == "mode verbal weight events named given got first last".split()
    assert naming([]).empty


def test_missing_is_not_zero():
    """A kind that no file is of, one whose file is empty, one that names no one: all differ."""
    first = export(("me", "ann", "like"), ("me", None, "save"), report=report("like", "comment"))
    second = export(("you", "bob", "view"), owners=("you",), platform="tiktok")
    table = naming([first, second])
    events = table.loc["instagram", "events"]
    assert events.dropna().to_dict() == {"like": 1, "save": 1, "comment": 0}
    assert list(events.index[events.isna()]) == ["view"]
    shares = table["share"].unstack().loc["instagram"]
    assert shares[["like", "save"]].tolist() == [1, 0]
    assert shares[["view", "comment"]].isna().all()
    assert table.loc["tiktok", "events"].isna().tolist() == [False, True, True, True]


def test_what_went_to_a_group_names_no_one_and_is_no_gap():
    """A share is of what could have named one."""
    rows = (
        ("me", None, "message", None, "g"),
        ("ann", "bob", "message", None, "g"),
        ("me", None, "message"),
    )
    (row,) = naming(export(*rows)).to_dict("records")
    assert row == {
        "events": 3,
        "to_groups": 1,
        "named": 1,
        "share": 0.5,
        "by_owner": 2,
        "by_others": 1,
    }


def test_exports_of_one_platform_are_added_up():
    """Two accounts' likes are likes of the platform."""
    one, other = export(("me", "ann", "like")), export(("you", None, "like"), owners=("you",))
    (row,) = naming([one, other]).to_dict("records")
    assert (row["events"], row["named"], row["share"], row["by_owner"]) == (2, 1, 0.5, 2)


def test_naming_takes_exports_alone():
    """A path is none."""
    with pytest.raises(SchemaError, match=r"exports: 1 of 2 are no Export; follownet\.read"):
        naming([Export(), "a.zip"])
