"""Real exports, pseudonymised: every number agrees with an independent count."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import builders as b
import pandas as pd
import pytest

from follownet.tables import Export

SAMPLES = Path(__file__).parents[3] / "shared" / "exports"
NAMES = ("instagram-json-2024-07", "instagram-json-2025-08", "instagram-html-2025-10")
RELATIONS = {
    "pending": "requested",
    "recent_follow_requests": "recently_requested",
    "follow_requests_received": "request_received",
    "blocked": "blocked",
    "restricted": "restricted",
    "close_friends": "close_friend",
    "favorites": "favorite",
    "removed_suggestions": "suggestion_removed",
    "recently_unfollowed": "unfollowed",
}
EVENTS = {
    "likes": "like",
    "comment_likes": "comment_like",
    "comments": "comment",
    "story_likes": "story_like",
}


@pytest.fixture(params=NAMES)
def sample(request: pytest.FixtureRequest) -> tuple[Export, dict[str, Any]]:
    """An export with the numbers that are expected of it."""
    folder = SAMPLES / request.param
    if not folder.is_dir():
        pytest.skip(f"the real sample {folder.name} is not beside this repository")
    return b.read(folder), json.loads((SAMPLES / "expected.json").read_text())[folder.name]


def records(export: Export) -> dict[str, int]:
    """Return the records found of each content; a content without file is absent."""
    assert export.report is not None
    return export.report.files.groupby("content")["records"].sum().to_dict()


def ends(name: str, times: pd.Series[pd.Timestamp], *, pages: bool) -> dict[str, str]:
    """Return the first and the last time; pages are local, to the minute, read as of UTC."""
    form, suffix = ("%Y-%m-%dT%H:%M", "_local") if pages else ("%Y-%m-%dT%H:%M:%SZ", "")
    return {
        f"earliest_{name}{suffix}": f"{times.min():{form}}",
        f"latest_{name}{suffix}": f"{times.max():{form}}",
    }


def test_follow_lists(sample: tuple[Export, dict[str, Any]]) -> None:
    """Distinct accounts, records, overlaps, and the times at both ends."""
    export, expected = sample
    followers, following = set(b.followers(export)), set(b.following(export))
    times, of_followers = (
        table["since"]
        for table in (export.follows, export.follows[export.follows["target"] == export.owners[0]])
    )
    pages = "earliest_follow_local" in expected
    found = {
        "n_followers": len(followers),
        "n_following": len(following),
        "n_mutual": len(followers & following),
        "n_not_following_back": len(following - followers),
        "n_fans": len(followers - following),
        "followers_records": records(export)["followers"],
        "following_records": records(export)["following"],
        **ends("follow", times, pages=pages),
        **ends("follower", of_followers, pages=pages),
    }
    assert times.notna().all()
    assert found == {name: expected[name] for name in found}
    assert export.coverage["records"].tolist() == [len(followers), len(following)]


def test_relations(sample: tuple[Export, dict[str, Any]]) -> None:
    """No file and no record are two different things."""
    export, expected = sample
    rows = export.relations["relation"].value_counts()
    for name, relation in RELATIONS.items():
        assert records(export).get(relation) == expected[name], name
        assert rows.get(relation, 0) == (expected[name] or 0), name


def test_activity(sample: tuple[Export, dict[str, Any]]) -> None:
    """Likes, comments and stories, and how many name no one."""
    export, expected = sample
    table = export.interactions
    for name, kind in EVENTS.items():
        assert records(export).get(kind) == expected[name], name
        assert (table["kind"] == kind).sum() == (expected[name] or 0), name
    nameless = table[table["target"].isna()]["kind"].value_counts()
    assert nameless.get("like", 0) == (expected["likes_without_owner"] or 0)
    assert nameless.get("comment", 0) == (expected["comments_without_owner"] or 0)
    owners = table.loc[table["kind"] == "like", "target"].nunique()
    assert owners == expected.get("liked_owners", 0)
    assert expected["hype_comments"] is None


def test_owner(sample: tuple[Export, dict[str, Any]]) -> None:
    """The owner of one of them is named nowhere."""
    export, expected = sample
    assert export.owners == (expected["owner"] or "(owner)",)


def test_messages(sample: tuple[Export, dict[str, Any]]) -> None:
    """Thread by thread; system lines count as the messages they are in the file."""
    export, expected = sample
    table = export.interactions
    said = table[table["kind"].isin(["message", "message_system"])]
    threads = expected["message_threads"] or {}
    assert said["item"].value_counts().to_dict() == {
        name.rpartition("_")[2]: count for name, count in threads.items()
    }
    assert records(export).get("message") == expected["messages"]


def test_threads_is_left_out_and_counted(sample: tuple[Export, dict[str, Any]]) -> None:
    """What was viewed on Threads, and who asked to follow there."""
    export, expected = sample
    assert export.report is not None
    skipped = export.report.skipped.set_index("file")["records"]
    assert skipped.get("threads/threads_viewed.json") == expected["threads_viewed"]
    assert "request_received" not in records(export) or expected["follow_requests_received"]


@pytest.mark.parametrize("name", NAMES)
def test_the_container_does_not_matter(name: str, tmp_path: Path) -> None:
    """Folder, zip and tar give equal tables."""
    folder = SAMPLES / name
    if not folder.is_dir():
        pytest.skip(f"the real sample {folder.name} is not beside this repository")
    members = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    expected = b.read(folder)
    for path in (b.zipped(tmp_path / "a.zip", members), b.tarred(tmp_path / "a.tar.gz", members)):
        found = b.read(path)
        for table in ("accounts", "follows", "relations", "interactions", "posts", "coverage"):
            pd.testing.assert_frame_equal(getattr(found, table), getattr(expected, table))


def test_threads_inside_the_export_are_read() -> None:
    """Who asked to follow there, what was viewed there, and whose it is, by Instagram's files."""
    name = "instagram-json-2024-07"
    if not (SAMPLES / name).is_dir():
        pytest.skip(f"the real sample {name} is not beside this repository")
    expected = json.loads((SAMPLES / "expected.json").read_text())[name]
    export = b.read(SAMPLES / name, platform="threads")
    requests = json.loads(
        (
            SAMPLES / name / b.ACTIVITY / "threads" / "follow_requests_you've_received.json"
        ).read_text()
    )
    assert (export.platform, export.owners) == ("threads", (expected["owner"],))
    assert export.relations["relation"].value_counts().to_dict() == {"request_received": 11}
    entries = [row["string_list_data"][0] for row in next(iter(requests.values()))]
    assert export.relations["source"].tolist() == [entry["value"] for entry in entries]
    assert set(export.relations["target"]) == {expected["owner"]}
    viewed = export.interactions[export.interactions["kind"] == "view"]
    assert len(viewed) == expected["threads_viewed"] == 10
    assert viewed[["target", "at"]].notna().all(axis=None)
    assert b.statuses(export) == {"followers": "missing", "following": "missing"}


def test_the_zone_of_pages_moves_their_times_alone() -> None:
    """Read as of another zone, every tie is as many hours earlier."""
    folder = SAMPLES / "instagram-html-2025-10"
    if not folder.is_dir():
        pytest.skip(f"the real sample {folder.name} is not beside this repository")
    here, there = b.read(folder), b.read(folder, zone="Asia/Kolkata")
    assert (here.follows["since"] - there.follows["since"] == pd.Timedelta("5h30min")).all()
    assert there.report is not None
    times = there.report.times.set_index("source").loc["HTML files"].tolist()
    assert times == ["Asia/Kolkata", True, "minute"]


@pytest.mark.parametrize("name", ["x-2026-03", "tiktok-2025-06", "linkedin-2026"])
def test_other_platforms_are_not_taken_for_instagram(name: str) -> None:
    """What each is, its content says; asked for as Instagram's there is nothing to read."""
    if not (SAMPLES / name).is_dir():
        pytest.skip(f"the real sample {name} is not beside this repository")
    with pytest.raises(ValueError, match="holds none of the files"):
        b.read(SAMPLES / name, platform="instagram")
