"""Instagram's JSON of late 2023 to 2026: every file, every shape, and what is left out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import builders as b
import pandas as pd
import pytest

import follownet as fn
from follownet.errors import DamagedExportError, FollownetWarning, SchemaError, UnknownFormatError
from follownet.tables import SCHEMA, Export

NAMES_NOW = {
    "followers_1": "follows",
    "following": "follows",
    "pending_follow_requests": "requested",
    "recent_follow_requests": "recently_requested",
    "follow_requests_you've_received": "request_received",
    "recently_unfollowed_profiles": "unfollowed",
    "blocked_profiles": "blocked",
    "restricted_profiles": "restricted",
    "close_friends": "close_friend",
    "hide_story_from": "story_hidden",
    "profiles_you've_favorited": "favorite",
    "removed_suggestions": "suggestion_removed",
}
NAMES_BEFORE = {
    "followers": "follows",
    "recently_unfollowed_accounts": "unfollowed",
    "blocked_accounts": "blocked",
    "restricted_accounts": "restricted",
}
NAMES_REPACKED = {
    "Followers_1": "follows",
    "following_1": "follows",
    "follow_requests_you’ve_received": "request_received",
    "profiles_you_ve_favorited": "favorite",
}
ACTIONS = {
    "likes/liked_posts": "like",
    "likes/liked_comments": "comment_like",
    "story_interactions/story_likes": "story_like",
    "story_sticker_interactions/story_likes": "story_like",
    "story_interactions/polls": "story_poll",
    "story_interactions/quizzes": "story_quiz",
    "story_interactions/questions": "story_question",
    "story_interactions/emoji_sliders": "story_slider",
    "story_interactions/countdowns": "story_countdown",
    "story_interactions/stories_viewed": "view",
    "saved/saved_posts": "save",
}
WRAPPED = {
    "bare": lambda found: found,
    "under a root key": lambda found: {"relationships_x": found},
    "alone": lambda found: found[0],
}


def export_of(tmp_path: Path, members: b.Members, **arguments: Any) -> Export:
    """Return the export of a folder with two whole follow lists and these members."""
    return fn.read(b.folder(tmp_path, b.lists() | members), **arguments)


def rows(table: pd.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    """Return rows of a table, missing as None."""
    chosen = table[list(columns)].astype(object)
    return list(chosen.where(chosen.notna(), None).itertuples(index=False, name=None))


@pytest.mark.parametrize("wrapped", WRAPPED)
@pytest.mark.parametrize("shape", [b.classic, b.titled, b.labelled])
@pytest.mark.parametrize("names", [NAMES_NOW, NAMES_BEFORE, NAMES_REPACKED])
def test_p2_every_relationship_file_is_read_in_every_shape(
    names: dict[str, str], shape: Any, wrapped: str, tmp_path: Path
) -> None:
    """P2: value, title or labels; bare, under a key or a single record."""
    people = {name: f"Zoe_{number}" for number, name in enumerate(names)}
    members = {
        f"{b.TIES}/{name}.json": WRAPPED[wrapped]([shape(person, b.OLD)])
        for name, person in people.items()
    }
    export = b.read(b.folder(tmp_path, members), owner="ann")
    ties = export.follows.rename(columns={"since": "at"}).assign(relation="follows")
    found = set(rows(pd.concat([export.relations, ties]), "source", "target", "relation", "at"))
    expected = set()
    for name, relation in names.items():
        ends = ("ann", people[name].lower())
        ends = ends[::-1] if "received" in name or "ollowers" in name else ends
        expected.add((*ends, relation, pd.Timestamp(b.OLD, unit="s", tz="UTC")))
    assert found == expected


def test_p2_shapes_are_mixed_within_one_file(tmp_path: Path) -> None:
    """P2: read per record, never per file version; what names no one is counted."""
    mixed = [b.classic("a1"), b.titled("b1"), b.labelled("c1"), None, {}, [], "x", 5]
    path = b.folder(tmp_path, b.lists() | {b.FOLLOWING: {"relationships_following": mixed}})
    with pytest.warns(FollownetWarning, match="5 of its records name no account"):
        export = fn.read(path, exported_at="2026-01-01", owner="ann")
    assert b.following(export) == ["a1", "b1", "c1"]
    assert b.skipped(export) == {"record names no account": 5}
    assert export.coverage["records"].tolist() == [2, 3]


def test_p1_parts_are_joined_whatever_their_number(tmp_path: Path) -> None:
    """P1: 10 after 9, in zip order or any other; and the result is the same."""
    parts = {
        f"{b.TIES}/followers_{n}.json": [b.classic(f"user{n}", b.OLD + n)] for n in range(1, 12)
    }
    members = {b.FOLLOWING: b.lists()[b.FOLLOWING]} | parts
    one = b.read(b.zipped(tmp_path / "a.zip", members))
    two = b.read(b.zipped(tmp_path / "b.zip", dict(reversed(members.items()))))
    assert b.followers(one) == sorted(f"user{n}" for n in range(1, 12))
    assert b.statuses(one)["followers"] == "presumed"
    for table in ("accounts", "coverage"):
        pd.testing.assert_frame_equal(getattr(one, table), getattr(two, table))
    assert set(rows(one.follows, "source", "target")) == set(rows(two.follows, "source", "target"))


def test_p1_ten_thousand_and_one_followers(tmp_path: Path) -> None:
    """P1: record 10,001 is the first of the second part."""
    names = [f"user{n}" for n in range(10_001)]
    records = [b.classic(name, b.OLD + n) for n, name in enumerate(names)]
    parts = {b.FOLLOWERS: records[:10_000], f"{b.TIES}/followers_2.json": records[10_000:]}
    export = b.read(b.folder(tmp_path, b.lists() | parts))
    assert export.coverage["records"].tolist() == [10_001, 2]
    assert b.followers(export) == sorted(names)


@pytest.mark.parametrize("folder", ["", "followers_and_following/", f"{b.TIES}/", "a/b/c/"])
def test_p3_lists_are_found_wherever_they_lie(folder: str, tmp_path: Path) -> None:
    """P3: at the root, in the folders of 2021 and of 2024, and nested by hand."""
    members = {folder + name.rpartition("/")[2]: v for name, v in b.lists().items()}
    export = b.read(b.zipped(tmp_path / "a.zip", members))
    assert (b.followers(export), b.following(export)) == (["bob", "cy"], ["bob", "dan"])


def test_p3_names_that_only_begin_alike_are_other_files(tmp_path: Path) -> None:
    """P3: hashtags are not followed accounts, nor are copies and notes."""
    decoys = [
        "following_hashtags",
        "xfollowing",
        "following copy",
        "followers_1_old",
        "unfollowers",
    ]
    members = {f"{b.TIES}/{name}.json": [b.classic("decoy")] for name in decoys}
    members |= {f"{b.TIES}/following.txt": b"decoy", f"{b.TIES}/followers_1.json.bak": b"[]"}
    export = export_of(tmp_path, members)
    assert "decoy" not in export.accounts.index
    assert b.skipped(export) == {"not among the files that are read": 7}


def test_p3_of_two_copies_the_shallower_is_used_and_said(tmp_path: Path) -> None:
    """P3: then the first by name; the other is left out whole, never mixed in."""
    old = b.lists(["old1"], ["old2"]) | {f"{b.TIES}/close_friends.json": [b.classic("old3")]}
    members = {f"backup/2020/{name}": content for name, content in old.items()}
    members |= {f"a/{name}": content for name, content in b.lists().items()}
    members |= {f"b/{name}": content for name, content in b.lists(["x"], ["y"]).items()}
    export = b.read(b.folder(tmp_path, members))
    assert (b.followers(export), b.following(export)) == (["bob", "cy"], ["bob", "dan"])
    assert export.relations.empty
    assert b.skipped(export) == {"files of these names were read elsewhere": 5}
    assert str(export.report).count("files of the same names lie in two folders") == 2


def test_p3_a_file_that_strayed_does_not_hide_the_export(tmp_path: Path) -> None:
    """P3: the folder with both lists counts, though the stray lies above it."""
    members = {"following.json": [b.classic("stray")]}
    members |= {f"export/{name}": content for name, content in b.lists().items()}
    export = b.read(b.folder(tmp_path, members))
    assert (b.followers(export), b.following(export)) == (["bob", "cy"], ["bob", "dan"])
    assert any(
        "files of the same names lie in two folders" in text for text in export.report.warnings
    )


def test_a_platform_given_is_not_detected(tmp_path: Path) -> None:
    """A lone file that could be anyone's is read as the caller says; of nothing, nothing is."""
    members = {"likes/liked_posts.json": [{"title": "ann", "string_list_data": []}]}
    path = b.zipped(tmp_path / "a.zip", members)
    with pytest.raises(UnknownFormatError, match="no export that follownet knows"):
        fn.read(path)
    export = fn.read(path, platform="instagram")
    assert export.interactions["target"].tolist() == ["ann"]
    other = b.zipped(tmp_path / "b.zip", {"holiday/beach.json": {}})
    with pytest.raises(UnknownFormatError, match="none of the files that are read"):
        fn.read(other, platform="instagram")


def test_parts_of_one_request_in_two_folders_are_joined(tmp_path: Path) -> None:
    """They repeat no file of one another."""
    lists = b.lists()
    members = {f"part 1/{b.FOLLOWERS}": lists[b.FOLLOWERS]}
    members |= {f"part 2/{b.FOLLOWING}": lists[b.FOLLOWING]}
    export = b.read(b.folder(tmp_path, members))
    assert b.statuses(export) == {"followers": "presumed", "following": "presumed"}


def test_p14_handles_that_differ_in_case_are_one_account(tmp_path: Path) -> None:
    """P14: without it, mutual follows look one-sided."""
    export = export_of(tmp_path, b.lists(["BoB", "cy"], ["bob", "@CY"]))
    assert b.followers(export) == b.following(export) == ["bob", "cy"]
    assert list(export.accounts.index) == ["(owner)", "bob", "cy"]


def test_repeated_ties_are_one_with_the_earliest_time(tmp_path: Path) -> None:
    """Undated ones come after dated ones; what was dropped is counted."""
    times = [b.NEW, b.OLD, None, b.NEW]
    members = {b.FOLLOWERS: [b.classic("Bob", at) for at in times]}
    members |= {f"{b.TIES}/close_friends.json": [b.classic("eve", at) for at in times]}
    export = export_of(tmp_path, members)
    early = pd.Timestamp(b.OLD, unit="s", tz="UTC")
    followers = export.follows[export.follows["target"] == "(owner)"]
    assert rows(followers, "source", "since") == [("bob", early)]
    assert rows(export.relations, "target", "at") == [("eve", early)]
    assert b.skipped(export)["kept once, with the earliest time"] == 6


def test_deleted_accounts_are_typed(tmp_path: Path) -> None:
    """They stand in following lists with a handle of their own, longer than any other."""
    name = "__deleted__1234567890123456789012345678901"
    export = export_of(tmp_path, b.lists(following=["bob", name.upper()]))
    assert export.accounts["type"].dropna().to_dict() == {name: "deleted"}


def test_impossible_times_are_missing_and_counted(tmp_path: Path) -> None:
    """The tie is kept."""
    times = [None, 0, -5, "x", 1e300, True, 10**40, b.NEW * 1000, b.OLD, str(b.NEW)]
    records = [b.classic(f"u{n}", at) for n, at in enumerate(times)]
    export = export_of(tmp_path, {b.FOLLOWERS: records})
    assert len(b.followers(export)) == 10
    assert b.skipped(export) == {"time missing or impossible; the row is kept": 8}


@pytest.mark.parametrize("name", ACTIONS)
@pytest.mark.parametrize("shape", [b.liked, b.seen])
def test_every_action_is_read_in_both_shapes(name: str, shape: Any, tmp_path: Path) -> None:
    """With and without owner; the item is the link to the post."""
    members = {f"{b.ACTIVITY}/{name}.json": [shape("Zoe"), shape(None)]}
    export = export_of(tmp_path, members, owner="ann")
    link = f"{b.SITE}/p/C1/"
    expected = [("ann", "zoe", ACTIONS[name], link), ("ann", None, ACTIONS[name], link)]
    assert rows(export.interactions, "source", "target", "kind", "item") == expected
    named = {"zoe": "Display Name"} if shape is b.seen else {}
    assert export.accounts["name"].dropna().to_dict() == named


def test_actions_lie_in_their_folder(tmp_path: Path) -> None:
    """`questions.json` and `posts_1.json` elsewhere are other files."""
    names = ["questions", "polls", "posts_1", "stories", "reels", "personal_information"]
    members = {f"other/{name}.json": [b.liked("bob")] for name in names}
    export = export_of(tmp_path, members)
    assert export.interactions.empty
    assert b.skipped(export) == {"not among the files that are read": 6}


@pytest.mark.parametrize(
    "labels",
    [
        ("Comment", "Media Owner", "Time"),
        ("Opmerking", "Media-eigenaar", "Tijd"),
        ("Yorum", "Medya Sahibi", "Zaman"),
        ("Comentario", "Propietario", "Hora"),
    ],
)
def test_p6_comments_are_read_in_any_language(labels: Any, tmp_path: Path) -> None:
    """P6: a comment of one word on a post that is gone has no owner."""
    labels = tuple(label.encode().decode("latin-1") for label in labels)
    found = [b.comment("lovely", "Zoe", labels=labels), b.comment("lovely", labels=labels)]
    found += [b.comment("", "zoe", labels=labels), {}, None, {"string_map_data": None}]
    export = export_of(tmp_path, {b.COMMENTS: found})
    assert rows(export.interactions, "target", "kind") == [
        ("zoe", "comment"),
        (None, "comment"),
        ("zoe", "comment"),
    ]
    assert b.skipped(export) == {"record is empty": 3}


@pytest.mark.parametrize("label", ["Media Owner", "Media-eigenaar", "Medya Sahibi"])
def test_a_comment_without_text_has_its_owner(label: str, tmp_path: Path) -> None:
    """Where the label is known, it decides; a picture was sent in place of words."""
    fields = {label: {"value": "zoe"}, "Time": {"timestamp": b.NEW}}
    export = export_of(tmp_path, {b.COMMENTS: [{"string_map_data": fields}]})
    assert rows(export.interactions, "target", "kind") == [("zoe", "comment")]


def test_reels_comments_and_parts_of_comments_are_joined(tmp_path: Path) -> None:
    """Also under the root key of older exports."""
    folder = f"{b.ACTIVITY}/comments"
    members: b.Members = {
        f"{folder}/post_comments_1.json": [b.comment("a", "p1")],
        f"{folder}/post_comments_2.json": [b.comment("a", "p2")],
        f"{folder}/reels_comments.json": {"comments_reels_comments": [b.comment("a", "p3")]},
    }
    export = export_of(tmp_path, members)
    assert sorted(export.interactions["target"]) == ["p1", "p2", "p3"]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("hello @Cy", ["cy"]),
        ("hello @cy.", ["cy"]),
        ("@cy, @dan.b and @cy again...", ["cy", "dan.b"]),
        ("(@cy)", ["cy"]),
        ("@bob", []),
        ("write to me@example.org", []),
        ("@", []),
        ("@" + "x" * 31, []),
        ("no one", []),
    ],
)
def test_others_named_in_a_comment_are_mentions(
    text: str, named: list[str], tmp_path: Path
) -> None:
    """Once each, without the dot that ends the sentence, and not whom it answers."""
    export = export_of(tmp_path, {b.COMMENTS: [b.comment(text, "bob")]})
    mentions = export.interactions[export.interactions["kind"] == "mention"]
    assert mentions["target"].tolist() == named
    assert (mentions["at"] == export.interactions["at"][0]).all()


def test_own_posts_are_read_with_the_length_of_the_caption(tmp_path: Path) -> None:
    """Carousels, reels and stories; no text, no counts; repeated ones once."""

    def medium(uri: str, **more: Any) -> dict[str, Any]:
        return {"uri": uri, "creation_timestamp": b.OLD} | more

    posts: list[Any] = [
        {"media": [medium("media/posts/1.jpg", title="caf\u00c3\u00a9")]},
        {
            "media": [medium("media/posts/2.jpg"), medium("media/posts/2b.jpg")],
            "title": "long",
            "creation_timestamp": b.NEW,
        },
        {"media": [medium("media/posts/3.mp4", title="")]},
        {"media": [medium("media/posts/1.jpg")]},
        {"media": []},
        {"media": None},
        {"media": [{"uri": None}]},
        {"media": [medium("media/posts/9.jpg", creation_timestamp="\ud800")]},
        None,
    ]
    members: b.Members = {
        f"{b.ACTIVITY}/media/posts_1.json": posts,
        f"{b.ACTIVITY}/media/reels.json": {"ig_reels_media": [{"media": [medium("m/4.mp4")]}]},
        f"{b.ACTIVITY}/content/stories.json": {"ig_stories": [medium("m/5.jpg", title="x")]},
        b.PROFILE: b.profile("ann"),
    }
    export = export_of(tmp_path, members)
    assert rows(export.posts, "post", "account", "format", "text_length") == [
        ("5", "ann", "story", 1),
        ("1", "ann", "image", 4),
        ("2", "ann", "carousel", 4),
        ("3", "ann", "video", 0),
        ("9", "ann", "image", None),
        ("4", "ann", "reel", None),
    ]
    assert export.posts["likes"].isna().all()
    assert b.skipped(export)["record holds no medium"] == 4
    assert b.skipped(export)["kept once"] == 1


def test_threads_files_are_not_taken_for_instagrams(tmp_path: Path) -> None:
    """They have the same names; their records are counted as left out."""
    base = f"{b.ACTIVITY}/threads"
    members: b.Members = {
        f"{base}/following.json": {"text_post_app_text_post_app_following": [b.classic("t1")] * 3},
        f"{base}/Followers.JSON": {"text_post_app_text_post_app_followers": [b.classic("t2")]},
        f"{base}/threads_viewed.json": {"text_post_app_x": [{}] * 4},
        f"{base}/personal_information.json": b"{",
        f"{base}/anns_private_name.json": [],
    }
    export = export_of(tmp_path, members)
    assert list(export.accounts.index) == ["(owner)", "bob", "cy", "dan"]
    assert b.statuses(export) == {"followers": "presumed", "following": "presumed"}
    assert b.skipped(export) == {'belongs to Threads: platform="threads" reads it': 9}
    assert "anns_private_name" not in str(export.report)


def test_a_list_of_threads_is_no_list_of_instagrams(tmp_path: Path) -> None:
    """Someone moved the file over Instagram's; its key tells, so that list is not there."""
    content = {"text_post_app_text_post_app_following": [b.classic("t1")]}
    export = b.read(b.folder(tmp_path, b.lists() | {b.FOLLOWING: content}))
    assert b.statuses(export) == {"followers": "presumed", "following": "missing"}
    assert b.skipped(export)['belongs to Threads: platform="threads" reads it'] == 1


def test_a_folder_that_happens_to_be_called_threads_hides_nothing(tmp_path: Path) -> None:
    """Only files directly in it are those of Threads."""
    members = {f"threads/{name}": content for name, content in b.lists().items()}
    export = b.read(b.zipped(tmp_path / "a.zip", members))
    assert b.followers(export) == ["bob", "cy"]


OWNER_NAME = "instagram-Ann.B_1-2026-05-11-AbCd1234"


@pytest.mark.parametrize("place", ["zip", "folder", "folder in zip", "zip in zip", "copy"])
def test_the_name_of_the_export_gives_owner_and_date(place: str, tmp_path: Path) -> None:
    """In the name of the archive, of a folder in it, and of an archive in it."""
    if place == "folder":
        path = b.folder(tmp_path / OWNER_NAME, b.lists())
    elif place == "folder in zip":
        members = {f"meta-2026-May-11/{OWNER_NAME}/{k}": v for k, v in b.lists().items()}
        path = b.zipped(tmp_path / "a.zip", members)
    elif place == "zip in zip":
        path = b.zipped(tmp_path / "a.zip", {f"{OWNER_NAME}.zip": b.zip_bytes(b.lists())})
    else:
        path = b.zipped(tmp_path / f"{OWNER_NAME}{' (1)' * (place == 'copy')}.zip", b.lists())
    export = b.read(path)
    assert export.owners == ("ann.b_1",)
    assert export.exported_at == pd.Timestamp("2026-05-11", tz="UTC")


def test_a_name_with_an_impossible_date_gives_the_owner_alone(tmp_path: Path) -> None:
    """Renamed by hand; the newest record dates the export."""
    export = b.read(b.zipped(tmp_path / "instagram-ann-2026-13-45-AbCd1234.zip", b.lists()))
    assert export.owners == ("ann",)
    assert export.exported_at == pd.Timestamp(b.NEW, unit="s", tz="UTC")
    assert "nothing dates this export" in str(export.report)


def test_records_of_the_day_come_before_the_export(tmp_path: Path) -> None:
    """A name gives the day alone; a record of years later is no reason to move it."""
    path = b.zipped(tmp_path / "instagram-ann-2023-11-14-AbCd1234.zip", b.lists())
    assert b.read(path).exported_at == pd.Timestamp(b.NEW, unit="s", tz="UTC")
    late = b.lists() | {b.FOLLOWERS: [b.classic("bob", 4_000_000_000)]}
    path = b.zipped(tmp_path / "instagram-ann-2023-11-14-AbCd1235.zip", late)
    assert b.read(path).exported_at == pd.Timestamp("2023-11-14", tz="UTC")


def test_the_date_that_is_given_wins(tmp_path: Path) -> None:
    """A time without zone is UTC; what is no time is refused."""
    path = b.zipped(tmp_path / "instagram-ann-2026-05-11-AbCd1234.zip", b.lists())
    for given in ("2026-06-01", pd.Timestamp("2026-06-01T02:00", tz="Europe/Istanbul")):
        date = b.read(path, exported_at=given).exported_at
        assert date is not None
        assert abs(date - pd.Timestamp("2026-06-01", tz="UTC")) <= pd.Timedelta("1h")
        assert str(date.tz) == "UTC"
    for wrong in ("tomorrow-ish", "", "NaT"):
        with pytest.raises(SchemaError, match="exported_at: is no time"):
            fn.read(path, exported_at=wrong)


@pytest.mark.parametrize("how", ["folder", "parts", "zip in zip"])
def test_two_different_exports_are_not_mixed(how: str, tmp_path: Path) -> None:
    """Of two people or of two days: read them one by one. No one is named."""
    names = [f"instagram-{who}-2026-05-1{n}-AbCd1234" for n, who in enumerate(["ann", "zoe"])]
    path: Any = tmp_path / "in"
    if how == "folder":
        b.folder(path, {f"{name}/{k}": v for name in names for k, v in b.lists().items()})
    elif how == "parts":
        path = [b.zipped(tmp_path / f"{name}.zip", b.lists()) for name in names]
    else:
        b.zipped(path, {f"{name}.zip": b.zip_bytes(b.lists()) for name in names})
    with pytest.raises(UnknownFormatError, match="2 different exports") as caught:
        fn.read(path)
    assert "of 2026-05-10, 2026-05-11" in str(caught.value)
    assert how == "parts" or "zoe" not in str(caught.value)


@pytest.mark.parametrize(
    "label",
    ["Username", "Kullanıcı adı", "Gebruikersnaam", "Nome utente", "Nom d’utilisateur"],
)
def test_p6_the_owner_is_named_in_any_language(label: str, tmp_path: Path) -> None:
    """P6: labels are mojibake too."""
    fields = {"Email": {"value": "x@y.example"}, label: {"value": "Ann"}}
    escaped = {key.encode().decode("latin-1"): entry for key, entry in fields.items()}
    export = export_of(tmp_path, {b.PROFILE: {"profile_user": [{"string_map_data": escaped}]}})
    assert export.owners == ("ann",)


def test_the_owner_given_wins_and_a_contradiction_is_noted(tmp_path: Path) -> None:
    """Handles are brought to the platform's form; anything else is refused without its text."""
    path = b.folder(tmp_path, b.lists() | {b.PROFILE: b.profile("ann")})
    assert fn.read(path, owner="@Ann").owners == ("ann",)
    export = fn.read(path, owner="zoe")
    assert export.owners == ("zoe",)
    assert "the owner given, not the one" in str(export.report)
    for wrong in ("two words", ""):
        with pytest.raises(SchemaError, match=f"a text of {len(wrong)} characters") as caught:
            fn.read(path, owner=wrong)
        assert not wrong or wrong not in str(caught.value)


def test_an_owner_whom_nothing_names_is_called_so(tmp_path: Path) -> None:
    """And the report says how to name one."""
    export = export_of(tmp_path, {})
    assert export.owners == ("(owner)",)
    assert pd.isna(export.accounts.loc["(owner)", "handle"])
    assert "owner= names it" in str(export.report)


def test_one_unreadable_file_does_not_take_the_others_along(tmp_path: Path) -> None:
    """It is warned of, entered in the report, and nothing is made of it."""
    path = b.folder(tmp_path, b.whole() | {b.LIKES: b'{"likes_media_likes": [{"title'})
    with pytest.warns(FollownetWarning, match=r"likes/liked_posts\.json is not whole JSON"):
        export = fn.read(path)
    assert "like" not in set(export.interactions["kind"])
    assert len(export.follows) == 4
    assert any(reason.startswith("unreadable") for reason in b.skipped(export))


def test_where_nothing_can_be_read_the_first_file_is_told_with_its_own_reason(
    tmp_path: Path,
) -> None:
    """The name and the reason belong together."""
    members = {f"b/{b.FOLLOWING}": b"", f"a/{b.FOLLOWERS}": b"<html>"}
    message = "none of its 2 files that matter can be read; .*following.json is an empty file"
    with pytest.raises(DamagedExportError, match=message):
        fn.read(b.zipped(tmp_path / "a.zip", members))


@pytest.mark.parametrize("content", [None, "x", {}, [[]], {"a": [], "b": []}])
@pytest.mark.parametrize("name", [b.FOLLOWING, b.LIKES, b.COMMENTS, b.THREAD, b.PROFILE])
def test_other_json_under_a_known_name_never_raises(
    name: str, content: Any, tmp_path: Path
) -> None:
    """It is unreadable, or its records are counted as naming no one."""
    export = b.read(b.folder(tmp_path, b.whole() | {name: content}))
    assert b.statuses(export)["followers"] == "presumed"
    assert b.skipped(export) or name == b.PROFILE
    if name == b.FOLLOWING:
        assert b.statuses(export)["following"] == "unreadable"


def nulled(value: Any) -> list[Any]:
    """Return the document once for every place in it, with null there."""
    found: list[Any] = [None]
    if isinstance(value, dict):
        for key, inner in value.items():
            found += [{**value, key: other} for other in nulled(inner)]
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            found += [[*value[:place], other, *value[place + 1 :]] for other in nulled(inner)]
    return found


def test_null_anywhere_never_raises(tmp_path: Path) -> None:
    """In every place of a record of every shape and file."""
    talk = b.thread(["Bob", "Ann"], [("Bob", "hi")])
    talk["messages"][0]["reactions"] = [{"reaction": "x", "actor": "Ann"}]
    photo = {"media": [{"uri": "1.jpg", "creation_timestamp": b.NEW, "title": "x"}]}
    shapes = {
        b.FOLLOWERS: [b.classic("bob"), b.titled("bob"), b.labelled("bob")],
        b.LIKES: [b.liked("bob"), b.seen("bob")],
        b.COMMENTS: [b.comment("hi @cy", "bob")],
        f"{b.ACTIVITY}/media/posts_1.json": [photo],
        b.PROFILE: b.profile("ann")["profile_user"],
    }
    members: b.Members = {
        name: [other for record in found for other in nulled(record)]
        for name, found in shapes.items()
    }
    count = sum(map(len, members.values()))
    for number, thread in enumerate(nulled(talk)):
        members[f"{b.ACTIVITY}/messages/inbox/x_{number}/message_1.json"] = thread
    export = b.read(b.folder(tmp_path, {b.FOLLOWING: []} | members))
    assert b.statuses(export) == {"followers": "suspect", "following": "presumed"}
    assert count > 90
    assert b.skipped(export)["record names no account"] > 5


def test_lone_surrogates_are_in_no_table(tmp_path: Path) -> None:
    """Half an emoji, as phones cut it, in names, links, labels, senders and file names."""
    half = "\ud83d"
    members: b.Members = {
        b.LIKES: [b.seen("bob", link=f"http://x.example/{half}")],
        f"{b.TIES}/close_friends.json": [b.labelled("eve", name=half), b.classic(half)],
        b.COMMENTS: [b.comment(half, half)],
        b.THREAD: b.thread(["Ann", half], [(half, half)]),
        f"{b.ACTIVITY}/media/posts_1.json": [{"media": [{"uri": f"{half}.jpg", "title": half}]}],
        b.PROFILE: b.profile("ann", half),
    }
    path = b.folder(tmp_path, b.lists() | members)
    export = b.read(path)
    for table in SCHEMA:
        getattr(export, table).to_csv().encode()
    assert export.accounts.loc["eve", "name"] == "\ufffd"


def test_bare_lists_of_the_whole_are_of_the_schema(tmp_path: Path) -> None:
    """Columns, order and dtypes; rows found and kept agree with the report."""
    export = export_of(tmp_path, b.whole())
    for table, columns in SCHEMA.items():
        frame = getattr(export, table)
        assert frame.dtypes.astype(str).to_dict() | columns == frame.dtypes.astype(str).to_dict()
        assert list(frame.columns[: len(columns)]) == list(columns)
    assert export.report is not None
    kept = export.report.files.set_index("content")["kept"].to_dict()
    assert kept == {
        "followers": 2, "following": 2, "requested": 2, "blocked": 1, "like": 2, "comment": 1,
        "view": 1, "image": 1, "message": 2, "profile": 1,
    }  # fmt: skip
    assert rows(export.report.times, "source", "zone", "known", "precision") == [
        ("JSON files", "UTC", True, "second"),
        ("date of the export", "UTC", False, "day"),
    ]


def test_p30_names_are_escaped_in_html(tmp_path: Path) -> None:
    """P30: in the title, the tables and the report, whatever the paths are called."""
    evil = "<script>alert(1)</script>"
    export = export_of(tmp_path, {f"{b.TIES}/close_friends.json": [b.labelled("eve", name=evil)]})
    renamed = Export(
        accounts=export.accounts,
        platform=evil,
        owners=(evil,),
        coverage=export.coverage.assign(owner=evil, note=evil),
        report=type(export.report)(
            files=pd.DataFrame({"file": [evil], "content": [evil], "records": [1], "kept": [1]}),
            skipped=pd.DataFrame({"file": [evil], "reason": [evil], "records": [1]}),
            times=pd.DataFrame(
                {"source": [evil], "zone": [evil], "known": [True], "precision": [evil]}
            ),
            notes=(evil,),
            warnings=(evil,),
        ),
    )
    shown = renamed._repr_html_()
    assert "<script" not in shown
    assert shown.count("&lt;script&gt;") >= 9
    assert "<script" not in export._repr_html_()


def test_the_report_names_every_file_once(tmp_path: Path) -> None:
    """A thread by the end of its number, never by its folder's name."""
    export = export_of(tmp_path, b.whole())
    assert export.report is not None
    files = export.report.files["file"].tolist()
    assert len(files) == len(set(files)) == 10
    assert f"{b.ACTIVITY}/messages/inbox/*_4567/message_1.json" in files
    assert json.dumps(files).count("bob") == 0


def test_two_exports_are_not_mixed_into_one(tmp_path: Path) -> None:
    """Parts of one request share no file with different content."""
    one = b.zipped(tmp_path / "a.zip", b.lists() | {b.PROFILE: b.profile("ann")})
    other = b.zipped(tmp_path / "b.zip", b.lists(["x"], ["y"]))
    with pytest.raises(UnknownFormatError, match="different exports; read them one by one"):
        fn.read([one, other])
    with pytest.raises(UnknownFormatError, match="different exports; read them one by one"):
        fn.read(tmp_path)
    again = b.zipped(tmp_path / "c.zip", b.lists())
    assert b.followers(b.read([one, again])) == ["bob", "cy"]


def test_a_broken_page_beside_json_is_unreadable_not_missing(tmp_path: Path) -> None:
    """Its file is there: saying that there is none would be untrue."""
    members = {b.FOLLOWING: b.lists()[b.FOLLOWING], f"{b.TIES}/followers_1.html": b"<html></html>"}
    export = b.read(b.zipped(tmp_path / "a.zip", members))
    assert "followers_1.html is HTML, but no page of an export" in export.report.warnings[0]
    assert b.statuses(export) == {"followers": "unreadable", "following": "presumed"}
    assert pd.isna(export.coverage["records"][0])


def test_archives_beside_the_export_are_counted_not_opened(tmp_path: Path) -> None:
    """An unpacked export often lies beside its zip."""
    b.zipped(tmp_path / "download.zip", b.lists(["x"], ["y"]))
    export = b.read(b.folder(tmp_path, b.lists()))
    assert b.followers(export) == ["bob", "cy"]
    assert b.skipped(export) == {"not opened: the export lies outside of them": 1}


def test_an_export_cannot_be_older_than_what_is_in_it(tmp_path: Path) -> None:
    """A date given is checked against the newest record."""
    path = b.zipped(tmp_path / "a.zip", b.lists())
    with pytest.raises(SchemaError, match="lies before the newest record"):
        fn.read(path, exported_at="2010-01-01")
