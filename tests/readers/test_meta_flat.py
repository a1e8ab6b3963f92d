"""The flat export of 2018 to 2021: lists by handle, rows of time and handle, ISO times."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import builders as b
import pandas as pd
import pytest

import follownet as fn
from follownet.errors import DamagedExportError, FollownetWarning
from follownet.tables import Export

EARLY, LATE = "2018-05-01T12:00:00+00:00", "2020-03-01T08:30:00+00:00"
AT = pd.Timestamp(EARLY)
CONNECTIONS = {
    "following": {"bob": EARLY, "Zoe_1": LATE},
    "followers": {"bob": EARLY, "cy": LATE},
    "blocked_users": {"gus": EARLY},
    "close_friends": {"bob": EARLY},
    "follow_requests_sent": {"eve": EARLY},
    "permanent_follow_requests": {"fay": EARLY},
    "dismissed_suggested_users": {"hal": EARLY},
    "following_hashtags": {"sea": EARLY},
}


def export_of(tmp_path: Path, members: b.Members, **arguments: Any) -> Export:
    """Return the export of these files beside the lists."""
    return b.read(b.folder(tmp_path, {"connections.json": CONNECTIONS} | members), **arguments)


def rows(table: pd.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    """Return rows of a table, missing as None."""
    chosen = table[list(columns)].astype(object)
    return list(chosen.where(chosen.notna(), None).itertuples(index=False, name=None))


@pytest.mark.parametrize("folder", ["", "part_1/", "ann_20200501_part_1/", "a/b/"])
def test_g0_connections_are_lists_by_handle(folder: str, tmp_path: Path) -> None:
    """G0: at the root, in the folder of a part, or where someone put it; hashtags are no one."""
    members = {f"{folder}connections.json": CONNECTIONS, f"{folder}searches.json": []}
    export = b.read(b.zipped(tmp_path / "a.zip", members), owner="ann")
    assert rows(export.follows, "source", "target", "since") == [
        ("bob", "ann", AT),
        ("cy", "ann", pd.Timestamp(LATE)),
        ("ann", "bob", AT),
        ("ann", "zoe_1", pd.Timestamp(LATE)),
    ]
    assert set(rows(export.relations, "source", "target", "relation", "at")) == {
        ("ann", "gus", "blocked", AT),
        ("ann", "bob", "close_friend", AT),
        ("ann", "eve", "requested", AT),
        ("ann", "fay", "recently_requested", AT),
        ("ann", "hal", "suggestion_removed", AT),
    }
    assert "sea" not in export.accounts.index
    assert b.statuses(export) == {"followers": "presumed", "following": "presumed"}
    assert b.skipped(export) == {"not among the files that are read": 1}


def test_g0_what_the_owner_did(tmp_path: Path) -> None:
    """G0: likes, comments with the owner last, and others named in them."""
    members = {
        "likes.json": {
            "media_likes": [[EARLY, "Bob"]],
            "comment_likes": [[EARLY, ""], [LATE, "cy"]],
        },
        "comments.json": {"media_comments": [[EARLY, "hello @Dan", "bob"]]},
    }
    export = export_of(tmp_path, members, owner="ann")
    assert rows(export.interactions, "source", "target", "kind") == [
        ("ann", "bob", "comment"),
        ("ann", "dan", "mention"),
        ("ann", "bob", "like"),
        ("ann", None, "comment_like"),
        ("ann", "cy", "comment_like"),
    ]
    by_kind = export.interactions.set_index("kind")["at"]
    assert (by_kind[["like", "comment", "mention"]] == AT).all()


def test_g0_messages_and_owner(tmp_path: Path) -> None:
    """G0: one file of all threads, which have no number but their place; names are handles."""

    def said(sender: str, text: str = "hi") -> dict[str, str]:
        return {"sender": sender, "created_at": "2020-03-01T08:30:00.250000+00:00", "text": text}

    members = {
        "messages.json": [
            {"participants": ["bob", "ann"], "conversation": [said("bob"), said("ann")]},
            {"participants": ["bob", "cy", "ann"], "conversation": [said("cy")]},
            {"participants": ["cy", "ann"], "conversation": []},
        ],
        "profile.json": {"username": "Ann", "name": "Ann A.", "private_account": False},
    }
    export = export_of(tmp_path, members)
    assert export.owners == ("ann",)
    assert export.accounts.loc["ann", "name"] == "Ann A."
    assert rows(export.interactions, "source", "target", "kind", "item", "group") == [
        ("dm:1", "ann", "message", "1", None),
        ("ann", "dm:1", "message", "1", None),
        ("dm:2/2", None, "message", "2", "2"),
    ]
    assert (export.interactions["at"] == pd.Timestamp("2020-03-01T08:30Z")).all()


def test_g0_media(tmp_path: Path) -> None:
    """G0: photos, films and stories with the length of the caption."""

    def medium(path: str, caption: str = "") -> dict[str, str]:
        return {"caption": caption, "taken_at": EARLY, "path": path}

    media = {
        "photos": [medium("photos/202005/one.jpg", "caf\u00c3\u00a9")],
        "videos": [medium("videos/202005/two.mp4"), {"taken_at": EARLY}, None],
        "stories": [medium("stories/202005/three.jpg")],
        "direct": [medium("direct/4.jpg")],
    }
    export = export_of(tmp_path, {"media.json": media})
    assert rows(export.posts, "post", "format", "text_length", "at") == [
        ("one", "image", 4, AT),
        ("two", "video", 0, AT),
        ("three", "story", 0, AT),
    ]
    assert b.skipped(export)["record holds no medium"] == 2


@pytest.mark.parametrize(
    ("text", "zone", "time"),
    [
        ("2018-05-01T12:00:00+00:00", "Europe/Berlin", "2018-05-01T12:00Z"),
        ("2018-05-01T12:00:00Z", "Europe/Berlin", "2018-05-01T12:00Z"),
        ("2018-05-01T12:00:00+0200", "UTC", "2018-05-01T10:00Z"),
        ("2018-05-01T12:00:00", "UTC", "2018-05-01T12:00Z"),
        ("2018-05-01T12:00:00", "Europe/Berlin", "2018-05-01T10:00Z"),
        ("2018-05-01 12:00:00.75", "Asia/Kolkata", "2018-05-01T06:30Z"),
        ("2018-03-25T02:30:00", "Europe/Berlin", "2018-03-25T01:00Z"),
        ("2018-10-28T02:30:00", "Europe/Berlin", "2018-10-28T00:30Z"),
        ("1970-01-01T00:00:00+00:00", "UTC", None),
        ("0001-01-01T00:00:00", "Europe/Berlin", None),
        ("9999-12-31T23:59:59", "America/New_York", None),
        ("2018-02-30T12:00:00", "UTC", None),
        ("yesterday", "UTC", None),
        ("", "UTC", None),
        (1_525_176_000, "UTC", None),
        (None, "UTC", None),
    ],
)
def test_g0_times_are_iso_with_and_without_zone(
    text: Any, zone: str, time: str | None, tmp_path: Path
) -> None:
    """G0: later exports leave the zone out; what is no time is missing and counted."""
    content = {"followers": {"bob": text}, "following": {}}
    export = b.read(b.folder(tmp_path, {"connections.json": content}), zone=zone)
    [found] = export.follows["since"]
    assert pd.isna(found) if time is None else found == pd.Timestamp(time)
    assert b.skipped(export).get("time missing or impossible; the row is kept", 0) == (time is None)
    assert rows(export.report.times, "source", "zone", "known", "precision")[0] == (
        "flat files", zone, zone != "UTC", "second",
    )  # fmt: skip


def test_p13_lists_of_a_flat_export_are_empty_missing_or_unreadable(tmp_path: Path) -> None:
    """P13: an empty dictionary and an empty list are empty; null is no list, and all is unread."""
    found = {}
    for name, content in {
        "empty": {"followers": {}, "following": {"bob": EARLY}},
        "empty list": {"followers": [], "following": {"bob": EARLY}},
        "missing": {"following": {"bob": EARLY}},
    }.items():
        export = b.read(b.folder(tmp_path / name, {"connections.json": content}))
        found[name] = (b.statuses(export)["followers"], b.following(export))
    assert found == {
        "empty": ("presumed", ["bob"]),
        "empty list": ("presumed", ["bob"]),
        "missing": ("missing", ["bob"]),
    }
    for name, content in {
        "null": {"followers": {"bob": EARLY}, "following": None},
        "list": {"followers": {"bob": EARLY}, "following": ["bob"]},
    }.items():
        members = {"connections.json": content, "likes.json": {"media_likes": [[EARLY, "bob"]]}}
        export = b.read(b.folder(tmp_path / name, members))
        assert b.statuses(export) == {"followers": "unreadable", "following": "unreadable"}
        assert export.follows.empty
        assert len(export.interactions) == 1


ROW = "record is empty"


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("likes.json", {"media_likes": [[EARLY, "bob"], [EARLY], None, "x"]}, ROW),
        ("likes.json", {"media_likes": {"bob": EARLY}}, "unreadable: is JSON, but no file"),
        ("likes.json", [], "unreadable: is JSON, but no file"),
        ("comments.json", {"media_comments": [[EARLY, "x"], 5]}, ROW),
        ("messages.json", [{"participants": []}], "unreadable: is JSON, but holds no messages"),
        ("messages.json", [None], "unreadable: is JSON, but holds no messages"),
        ("messages.json", 5, "unreadable: is JSON, but no file"),
        ("media.json", {"photos": 5}, "unreadable: is JSON, but no file"),
        ("media.json", {"photos": [5]}, "record holds no medium"),
        ("profile.json", "x", "unreadable: is JSON, but no file"),
        ("media.json", b"[", "unreadable: is not whole JSON"),
    ],
)
def test_odd_files_are_told_and_take_nothing_along(
    name: str, content: Any, reason: str, tmp_path: Path
) -> None:
    """Counted by the row, or unreadable with the reason; the lists are read."""
    export = export_of(tmp_path, {name: content})
    assert [key for key in b.skipped(export) if key.startswith(reason)]
    assert len(export.follows) == 4


def test_half_a_file_of_messages_is_no_file(tmp_path: Path) -> None:
    """What is called unreadable has left no row."""
    thread = {"participants": ["bob"], "conversation": [{"sender": "bob", "created_at": EARLY}]}
    export = export_of(tmp_path, {"messages.json": [thread, {}]})
    assert export.interactions.empty


def test_parts_of_a_flat_export_are_joined(tmp_path: Path) -> None:
    """Every part has media and threads of its own; a list in the second alone is no gap."""
    talk = {"participants": ["bob", "ann"], "conversation": [{"sender": "bob"}]}
    members: b.Members = {"part_2/connections.json": CONNECTIONS}
    for n in (1, 2):
        shot = {"caption": "", "taken_at": EARLY, "path": f"photos/{n}.jpg"}
        members[f"part_{n}/media.json"] = {"photos": [shot]}
        members[f"part_{n}/messages.json"] = [talk]
    export = b.read(b.folder(tmp_path, members))
    assert b.statuses(export) == {"followers": "presumed", "following": "presumed"}
    assert export.posts["post"].tolist() == ["1", "2"]
    assert sorted(export.interactions["item"]) == ["1.1", "2.1"]


def test_lists_in_two_parts_are_one_list(tmp_path: Path) -> None:
    """As many records as there are in both."""
    halves = [{"followers": {name: EARLY}, "following": {}} for name in ("bob", "cy")]
    members = {f"part_{n}/connections.json": half for n, half in enumerate(halves, 1)}
    export = b.read(b.folder(tmp_path, members))
    assert b.followers(export) == ["bob", "cy"]
    assert export.coverage["records"].tolist() == [2, 0]


def test_names_such_as_media_count_in_flat_exports_alone(tmp_path: Path) -> None:
    """Beside the lists of a later export they are other files."""
    odd = {name: {"media_likes": [[EARLY, "x"]]} for name in ("likes.json", "media.json")}
    export = b.read(b.folder(tmp_path, b.lists() | odd))
    assert export.interactions.empty
    assert b.skipped(export) == {"not among the files that are read": 2}


def test_what_is_no_connections_file_says_so(tmp_path: Path) -> None:
    """Nothing else in it: the export is damaged, and why is told."""
    for number, content in enumerate(({"a": 1}, [], {}, {"following_hashtags": {}})):
        path = b.zipped(tmp_path / f"{number}.zip", {"connections.json": content})
        with pytest.raises(DamagedExportError, match=r"connections\.json is JSON, but holds no"):
            fn.read(path)


def test_a_whole_flat_export_warns_of_nothing(tmp_path: Path) -> None:
    """Given its date: nothing in it names one."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", FollownetWarning)
        path = b.folder(tmp_path, {"connections.json": CONNECTIONS})
        export = fn.read(path, exported_at="2020-05-01", owner="ann")
    assert export.exported_at == pd.Timestamp("2020-05-01", tz="UTC")
    assert export.report.times["source"].tolist() == ["flat files"]
