"""Every generation of Instagram's export: where its files lie and what shapes they have."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import builders as b
import pandas as pd
import pytest

TURKISH = (
    "\u00c4\u00b0nternet Adresi (URL)",
    "Ad",
    "Kullan\u00c4\u00b1c\u00c4\u00b1 ad\u00c4\u00b1",
)
TALK = b.thread(["Bob", "Ann"], [("Bob", "hi")])


def under(key: str, *records: Any) -> dict[str, Any]:
    return {key: list(records)}


def g1() -> b.Members:
    """Return an export of 2021: folders at the root, lists under a key."""
    ties = "followers_and_following"
    return {
        f"{ties}/followers.json": under("relationships_followers", b.classic("bob")),
        f"{ties}/following.json": under("relationships_following", b.classic("cy")),
        f"{ties}/pending_follow_requests.json": under(
            "relationships_follow_requests_sent", b.classic("eve")
        ),
        f"{ties}/blocked_accounts.json": under("relationships_blocked_users", b.classic("gus")),
        "likes/liked_posts.json": under("likes_media_likes", b.liked("bob")),
        "comments/post_comments.json": under("comments_media_comments", b.comment("hi", "bob")),
        "messages/inbox/bob_1234567/message_1.json": TALK,
        "account_information/personal_information.json": b.profile("ann"),
    }


def g2() -> b.Members:
    """Return one of 2023: a bare list of followers, the profile in another folder."""
    found = g1()
    found["followers_and_following/followers_1.json"] = [b.classic("bob")]
    del found["followers_and_following/followers.json"]
    profile = found.pop("account_information/personal_information.json")
    return found | {"personal_information/personal_information.json": profile}


def g3() -> b.Members:
    """Return one of 2024: two more levels of folders."""
    return {
        b.FOLLOWERS: [b.classic("bob")],
        b.FOLLOWING: under("relationships_following", b.classic("cy")),
        f"{b.TIES}/pending_follow_requests.json": under(
            "relationships_follow_requests_sent", b.classic("eve")
        ),
        f"{b.TIES}/blocked_profiles.json": under("relationships_blocked_users", b.titled("gus")),
        b.LIKES: under("likes_media_likes", b.liked("bob")),
        b.COMMENTS: [b.comment("hi", "bob")],
        b.THREAD: TALK,
        b.PROFILE: b.profile("ann"),
    }


def g4() -> b.Members:
    """Return one of late 2025: following without value, likes with a nested owner."""
    following = under("relationships_following", b.titled("cy"))
    return g3() | {b.FOLLOWING: following, b.LIKES: [b.seen("bob")]}


def g4b() -> b.Members:
    """Return one of 2026: labels in the owner's language; of one record the record itself."""
    return g4() | {
        f"{b.TIES}/pending_follow_requests.json": b.labelled("eve", labels=TURKISH),
        f"{b.TIES}/blocked_profiles.json": b.labelled("gus", url="https://bob.example/zoe"),
        b.LIKES: b.seen("bob"),
    }


@pytest.mark.parametrize("wrapper", ["", "instagram-ann-2026-05-11-AbCd1234/", "my/copy/"])
@pytest.mark.parametrize("generation", [g1, g2, g3, g4, g4b])
def test_every_generation_says_the_same(generation: Any, wrapper: str, tmp_path: Path) -> None:
    """G1 to G4b: one owner, one tie either way, a request, a block, a like, a comment, a line."""
    members = {wrapper + name: content for name, content in generation().items()}
    export = b.read(b.zipped(tmp_path / "a.zip", members), exported_at="2026-05-11")
    assert export.owners == ("ann",)
    assert (b.followers(export), b.following(export)) == (["bob"], ["cy"])
    ties = export.relations[["source", "target", "relation"]].to_numpy().tolist()
    assert sorted(ties) == [["ann", "eve", "requested"], ["ann", "gus", "blocked"]]
    done = export.interactions[["source", "target", "kind"]].to_numpy().tolist()
    assert sorted(done) == [
        ["ann", "bob", "comment"],
        ["ann", "bob", "like"],
        ["dm:1234567", "ann", "message"],
    ]
    time = pd.Timestamp(b.NEW, unit="s", tz="UTC")
    for table, column in (("follows", "since"), ("relations", "at"), ("interactions", "at")):
        assert (getattr(export, table)[column] == time).all()
    assert export.report is not None
    assert export.report.skipped.empty


def test_shapes_are_mixed_within_one_export_and_one_file(tmp_path: Path) -> None:
    """G4: three shapes side by side; the shape of one record says nothing of the next."""
    shapes = [b.classic, b.titled, b.labelled]
    mixed = [shape(f"u{n}") for n, shape in enumerate(shapes * 3)]
    likes = [b.liked("bob"), b.seen("cy"), b.liked(None), b.seen(None)]
    members = g4() | {b.FOLLOWING: {"relationships_following": mixed}, b.LIKES: likes}
    export = b.read(b.folder(tmp_path, members))
    assert b.following(export) == [f"u{n}" for n in range(9)]
    found = export.interactions.loc[export.interactions["kind"] == "like", "target"]
    assert found.fillna("").tolist() == ["bob", "cy", "", ""]


def test_p15_a_renamed_account_is_two_and_its_number_is_kept(tmp_path: Path) -> None:
    """P15: no one is matched by guess; the number that outlives a rename is in the table."""
    exports = []
    for name in ("old_name", "new_name"):
        members = {
            f"{b.TIES}/close_friends.json": [b.labelled(name) | {"fbid": "17841400000000001"}]
        }
        exports.append(b.read(b.folder(tmp_path / name, b.lists() | members)))
    for export, name, other in zip(
        exports, ("old_name", "new_name"), ("new_name", "old_name"), strict=True
    ):
        assert export.accounts["fbid"].dropna().to_dict() == {name: "17841400000000001"}
        assert other not in export.accounts.index


def test_p16_blocked_pending_and_deleted_accounts_stay_where_they_stand(tmp_path: Path) -> None:
    """P16: lists drop them unevenly, so none is taken out or put in; each tie is a row."""
    gone = "__deleted__12345"
    names = ["bob", "blocked", "restricted", gone]
    members = b.lists(["bob", "blocked"], names) | {
        f"{b.TIES}/blocked_profiles.json": [b.titled("blocked")],
        f"{b.TIES}/restricted_profiles.json": [b.titled("restricted")],
        f"{b.TIES}/pending_follow_requests.json": [b.titled("pending"), b.titled("bob")],
    }
    export = b.read(b.folder(tmp_path, members))
    assert (b.followers(export), b.following(export)) == (["blocked", "bob"], sorted(names))
    assert export.coverage["records"].tolist() == [2, 4]
    assert dict(export.relations.groupby("relation")["target"].agg(sorted)) == {
        "blocked": ["blocked"],
        "requested": ["bob", "pending"],
        "restricted": ["restricted"],
    }
    assert export.accounts["type"].dropna().to_dict() == {gone: "deleted"}


@pytest.mark.parametrize("name", ["followers_1.JSON", "FOLLOWERS_1.json", "Followers_1.Json"])
def test_names_are_compared_without_case(name: str, tmp_path: Path) -> None:
    """File systems of Windows and macOS keep or change it."""
    members = {b.FOLLOWING: b.lists()[b.FOLLOWING], f"{b.TIES.upper()}/{name}": [b.classic("bob")]}
    assert b.followers(b.read(b.zipped(tmp_path / "a.zip", members))) == ["bob"]


@pytest.mark.parametrize(
    "written",
    [
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.encode("utf-16"),
        lambda text: json.dumps(json.loads(text), ensure_ascii=False).encode(),
    ],
)
def test_files_saved_on_windows_are_the_same_files(written: Any, tmp_path: Path) -> None:
    """CRLF, byte order marks, UTF-16, letters in place of escapes."""
    expected = b.read(b.folder(tmp_path / "a", g4b()))
    members = {name: written(b.encoded(content).decode()) for name, content in g4b().items()}
    found = b.read(b.folder(tmp_path / "b", members))
    for table in ("accounts", "follows", "relations", "interactions", "coverage"):
        pd.testing.assert_frame_equal(getattr(found, table), getattr(expected, table))


def test_a_list_under_the_name_of_the_other_is_unreadable(tmp_path: Path) -> None:
    """Its root key tells; believed, everybody would follow back."""
    following = {"relationships_following": [b.classic("bob"), b.classic("cy")]}
    export = b.read(b.folder(tmp_path, {b.FOLLOWERS: following, b.FOLLOWING: following}))
    assert b.statuses(export)["followers"] == "unreadable"
    assert b.following(export) == ["bob", "cy"]


def test_a_single_record_may_stand_bare_under_its_root_key(tmp_path: Path) -> None:
    """As it may stand bare in the whole file."""
    members = b.lists() | {b.FOLLOWING: {"relationships_following": b.classic("dan")}}
    assert b.following(b.read(b.folder(tmp_path, members))) == ["dan"]
