"""TikTok's export in all its layouts: lists by their own keys, wherever they lie."""

from __future__ import annotations

import json
import random
import warnings
import zipfile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from conftest import first

import follownet as fn
from follownet.errors import (
    DamagedExportError,
    FollownetError,
    NotObservedError,
    SchemaError,
    UnknownFormatError,
)
from follownet.readers import json_pieces
from follownet.readers.tiktok import reading
from follownet.tables import Export

# Lists of one day are suspect.
pytestmark = pytest.mark.filterwarnings("ignore:the follow")

SAMPLES = Path(__file__).parents[3] / "shared" / "exports"
AT = "2025-01-31 12:00:00"


def person(name: Any, at: Any = AT) -> dict[str, Any]:
    return {"Date": at, "UserName": name}


def document(**sections: Any) -> dict[str, Any]:
    """Return the layout of 2025 with both lists, and other sections."""
    lists = {
        "Follower": {"App": 1, "FansList": [person("Ann"), person("bob")]},
        "Following": {"App": 1, "Following": [person("ann"), person("cy")]},
    }
    profile = {"Profile Info": {"App": 1, "ProfileMap": {"userName": "Me", "displayName": "M"}}}
    return {"Your Activity": lists, "Profile": profile} | sections


def read(
    tmp_path: Path, content: Any, name: str = "user_data_tiktok.json", **options: Any
) -> Export:
    path = tmp_path / name
    text = content if isinstance(content, bytes) else json.dumps(content).encode()
    path.write_bytes(text)
    return fn.read(path, **options)


def statuses(export: Export) -> dict[str, str]:
    return dict(zip(export.coverage["list"], export.coverage["status"], strict=True))


def test_p14_handles_are_compared_without_case(tmp_path: Path) -> None:
    """Ann who follows is ann who is followed."""
    export = read(tmp_path, document())
    assert export.owners == ("me",)
    assert fn.reciprocity.summary(export.graph()).mutual == 1
    assert export.follows["since"].eq(pd.Timestamp(AT, tz="UTC")).all()
    assert export.accounts.loc["me", ["handle", "name"]].tolist() == ["me", "M"]
    assert statuses(export) == {"followers": "suspect", "following": "suspect"}


def lists(followers: tuple[str, ...], following: tuple[str, ...]) -> dict[str, Any]:
    """Return lists of one account each under the given sections and keys."""
    found: dict[str, Any] = {}
    for keys, who in ((followers, "ann"), (following, "bob")):
        section = found
        for key in keys[:-1]:
            section = section.setdefault(key, {})
        section[keys[-1]] = [person(who)]
    return found


@pytest.mark.parametrize(
    ("followers", "following"),
    [
        (("Activity", "Follower List", "FansList"), ("Activity", "Following List", "Following")),
        (("Your Activity", "Follower", "FansList"), ("Your Activity", "Following", "Following")),
        (
            ("Profile And Settings", "Follower", "FansList"),
            ("Profile And Settings", "Following", "Following"),
        ),
        (("your activity", "fanslist"), ("Anything", "New", "Deep", "FOLLOWING")),
    ],
)
def test_p8_lists_are_found_wherever_they_lie(
    tmp_path: Path, followers: tuple[str, ...], following: tuple[str, ...]
) -> None:
    """Sections moved in 2025 and in 2026; keys differ in case."""
    content = lists(followers, following) | {"Tiktok Live": {}}
    export = read(tmp_path, content, "user_data.json", owner="me")
    ties = set(zip(export.follows["source"], export.follows["target"], strict=True))
    assert ties == {("ann", "me"), ("me", "bob")}


def test_empty_missing_and_unreadable_are_three_things(tmp_path: Path) -> None:
    """Null is an empty list, no key is a missing one, another type is no list."""
    content = document()
    content["Your Activity"]["Follower"]["FansList"] = None
    export = read(tmp_path, content)
    assert export.coverage["records"].tolist() == [0, 2]
    assert statuses(export)["followers"] == "presumed"
    del content["Your Activity"]["Follower"]
    export = read(tmp_path, content)
    assert statuses(export)["followers"] == "missing"
    with pytest.raises(NotObservedError, match="all time that holds it would make it known"):
        fn.reciprocity.follow_back(export.graph())
    content["Your Activity"]["Follower"] = {"FansList": [3, None, {"UserName": "N/A"}]}
    assert statuses(read(tmp_path, content))["followers"] == "unreadable"


def test_the_platforms_own_counts_decide(tmp_path: Path) -> None:
    """Equal ones verify a list, and much larger ones cast doubt on it."""
    content = document()
    profile = content["Profile"]["Profile Info"]["ProfileMap"]
    profile |= {"followerCount": 2, "followingCount": "1,000"}
    for name in ("FansList", "Following"):
        section = content["Your Activity"][{"FansList": "Follower"}.get(name, name)]
        section[name][0]["Date"] = "2020-01-01 00:00:00"
    export = read(tmp_path, content, exported_at="2026-01-01")
    assert export.coverage["declared"].tolist() == [2, 1000]
    assert statuses(export) == {"followers": "verified", "following": "suspect"}


def test_what_is_done_names_no_account(tmp_path: Path) -> None:
    """Likes, favourites, comments and watched videos: a note says so, links are kept."""
    link = "https://www.tiktokv.com/share/video/7412345678901234567/"
    seen = {"Date": AT, "Link": link}
    content = document(
        **{
            "Likes and Favorites": {
                "Like List": {"ItemFavoriteList": [{"date": AT, "link": link}]},
                "Favorite Videos": {"FavoriteVideoList": [seen, {"Date": "N/A", "Link": "None"}]},
            },
            "Comment": {"Comments": {"CommentsList": [{"date": AT, "comment": "x", "url": ""}]}},
            "Watch": {"Watch History": {"VideoList": [seen, seen]}},
            "Post": {
                "Posts": {"VideoList": [seen | {"Likes": "12", "Title": "four"}]},
                "Recently Deleted Posts": {"VideoList": [seen]},
            },
        }
    )
    export = read(tmp_path, content)
    events = export.interactions
    counts = {"save": 2, "view": 2, "like": 1, "comment": 1}
    assert events["kind"].value_counts().to_dict() == counts
    assert events["target"].isna().all()
    assert events["item"].dropna().eq(link).all()
    assert events["at"].isna().sum() == events["item"].isna().sum() - 1 == 1
    assert export.posts[["post", "likes", "text_length"]].values.tolist() == [[link, 12, 4]]
    assert export.report is not None
    assert "name no account" in export.report.notes[0]
    assert export.report.skipped["reason"].tolist() == [
        "time missing or impossible; the row is kept",
        "videos of a section that is not read",
    ]


def test_chats(tmp_path: Path) -> None:
    """Both ways; a third who writes makes it a group; someone without handle is still someone."""
    said = [{"Date": AT, "From": who, "Content": "x"} for who in ("me", "Ann", "zoe", "")]
    chats = {
        "Chat History with ann:": said[:2],
        "Chat History with bob:": said[:3],
        "Chat History with :": [said[0], said[3]],
        "Chat History with cy:": None,
    }
    export = read(
        tmp_path, document(**{"Direct Messages": {"Chat History": {"ChatHistory": chats}}})
    )
    rows = export.interactions[["source", "target", "item", "group"]].fillna("-").values.tolist()
    assert rows == [
        ["me", "ann", "ann", "-"],
        ["ann", "me", "ann", "-"],
        ["me", "-", "bob", "bob"],
        ["ann", "-", "bob", "bob"],
        ["zoe", "-", "bob", "bob"],
        ["me", "dm:3", "chat 3", "-"],
        ["dm:3", "me", "chat 3", "-"],
    ]
    assert pd.isna(export.accounts.loc["dm:3", "handle"])


def test_whoever_is_not_named_makes_a_group(tmp_path: Path) -> None:
    """A chat named after bob in which ann writes: she may be him, renamed, or one of several."""
    said = [{"Date": AT, "From": who, "Content": "x"} for who in ("me", "ann")]
    chats = {"Chat History": {"ChatHistory": {"Chat History with bob:": said}}}
    content = document(**{"Direct Messages": chats})
    export = read(tmp_path, content)
    assert export.interactions["target"].isna().all()
    assert export.interactions["group"].eq("bob").all()
    assert export.report is not None
    assert any("in 1 of 1 chats more than one other" in note for note in export.report.notes)


def test_without_an_owner_a_chat_of_two_has_both_ends(tmp_path: Path) -> None:
    """Who is not the one it is named after is the owner, whoever that is."""
    said = [{"Date": AT, "From": who, "Content": "x"} for who in ("you", "ann")]
    chats = {"Chat History": {"ChatHistory": {"Chat History with ann:": said}}}
    content = document(**{"Direct Messages": chats})
    del content["Profile"]
    rows = read(tmp_path, content).interactions
    assert rows[["source", "target"]].values.tolist() == [["(owner)", "ann"], ["ann", "(owner)"]]


def test_gifts_are_counted_and_left_out(tmp_path: Path) -> None:
    """There is no such kind of interaction."""
    gifts = [{"Date": AT, "UserName": "ann", "GiftAmount": "1"}] * 3
    export = read(tmp_path, document(Gifts={"SendGifts": gifts}))
    assert export.interactions.empty
    assert export.report is not None
    assert export.report.skipped[["reason", "records"]].values.tolist() == [
        ["gifts are not read", 3]
    ]


def test_odd_times_spoil_no_other(tmp_path: Path) -> None:
    """A day that no month has, other lengths and other types are missing."""
    days = [AT, "2025-02-30 12:00:00", "nineteen characters", "2025-01-31", None, 3, "N/A", AT]
    content = document()
    content["Your Activity"]["Follower"]["FansList"] = [
        person(f"a{number}", day) for number, day in enumerate(days)
    ]
    export = read(tmp_path, content)
    since = export.follows.set_index("source").loc[[f"a{n}" for n in range(8)], "since"]
    assert since.notna().tolist() == [True, *[False] * 6, True]


def test_lists_in_pieces_are_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts that look like ends of records or begins of lists change nothing."""
    monkeypatch.setattr(json_pieces, "_SIZE", 40)
    content = document(
        Comment={
            "Comments": {
                "CommentsList": [
                    {"date": AT, "comment": '"}, {"Following": [', "url": f"u{number}"}
                    for number in range(9)
                ]
            }
        }
    )
    export = read(tmp_path, content)
    assert export.interactions["item"].tolist() == [f"u{number}" for number in range(9)]
    assert sorted(export.follows["target"]) == ["ann", "cy", "me", "me"]


def test_keys_twice_and_a_mark_of_order(tmp_path: Path) -> None:
    """A file with a BOM is read, and of a key that is there twice both lists."""
    text = json.dumps(document()).replace(
        '"Following": [', '"Following": [{"Date": null, "UserName": "dee"}], "Following": ['
    )
    export = read(tmp_path, b"\xef\xbb\xbf" + text.encode())
    assert sorted(export.follows["target"]) == ["ann", "cy", "dee", "me", "me"]


@pytest.mark.parametrize("spoil", [b"\x00", b"\xff", b"\xe9"])
def test_what_is_no_text_is_damaged(tmp_path: Path, spoil: bytes) -> None:
    """And its name, which could be a person's, is not told besides what was typed."""
    content = json.dumps(document()).encode().replace(b"Ann", b"A" + spoil)
    (tmp_path / "maria.json").write_bytes(content)
    with pytest.raises(DamagedExportError, match=r"\*.json is not whole JSON") as caught:
        fn.read(tmp_path)
    assert "maria" not in str(caught.value)
    assert caught.value.__context__ is None or caught.value.__suppress_context__


def test_thousands_of_lists_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They would take minutes, and no export has them."""
    assert reading._MOST_LISTS == 1000
    monkeypatch.setattr(reading, "_MOST_LISTS", 100)
    many = ", ".join(['"Following": []'] * 101)
    with pytest.raises(DamagedExportError, match="more than 100 lists"):
        read(tmp_path, b'{"Your Activity": {' + many.encode() + b"}}")


def test_long_favourites_first_are_recognised(tmp_path: Path) -> None:
    """A section of 2023 whose first list is longer than what is looked at."""
    saved = [{"Date": AT, "Link": "https://www.tiktokv.com/share/video/1/"}] * 2000
    content = {"Activity": {"Favorite Videos": {"FavoriteVideoList": saved}}} | document()
    assert len(read(tmp_path, content, "user_data.json").interactions) == 2000


def test_texts_in_another_form_are_no_empty_lists(tmp_path: Path) -> None:
    """One is unreadable; if all are, so is the export."""
    (tmp_path / "Follower.txt").write_text(f"Date: {AT}\nUsername: ann\n\nsecond paragraph: x\n")
    (tmp_path / "Following.txt").write_text("something else\n")
    with pytest.warns(UserWarning, match="Following.txt has no record"):
        export = fn.read(tmp_path, owner="me")
    assert statuses(export)["following"] == "unreadable"
    assert export.follows["source"].tolist() == ["ann"]
    only = fn.read(tmp_path / "Follower.txt", owner="me")
    assert statuses(only) == {"followers": "suspect", "following": "missing"}
    (tmp_path / "Follower.txt").write_bytes(f"Date: {AT}\n\x00\x01".encode())
    with pytest.raises(DamagedExportError, match="none of TikTok's texts"):
        fn.read(tmp_path, owner="me")


def test_the_owner_is_who_writes_in_most_chats(tmp_path: Path) -> None:
    """Where the profile does not say; the caller's word counts more."""
    chats = {
        f"Chat History with {who}:": [{"Date": AT, "From": name} for name in (who, "me")]
        for who in ("ann", "bob", "cy")
    }
    content = document(**{"Direct Message": {"Direct Messages": {"ChatHistory": chats}}})
    del content["Profile"]
    assert read(tmp_path, content).owners == ("me",)
    assert read(tmp_path, content, owner="@You").owners == ("you",)
    with pytest.raises(SchemaError, match="of 9 characters is no TikTok handle") as caught:
        read(tmp_path, content, owner="some body")
    assert "some" not in str(caught.value)


def test_times_have_the_zone_that_is_given(tmp_path: Path) -> None:
    """They say none; UTC is assumed, and the report says which."""
    export = read(tmp_path, document(), zone="Europe/Berlin")
    assert export.follows["since"].eq(pd.Timestamp("2025-01-31 11:00", tz="UTC")).all()
    assert export.report is not None
    assert export.report.times.iloc[0].tolist() == ["TikTok files", "Europe/Berlin", True, "second"]
    assumed = read(tmp_path, document()).report
    assert assumed is not None
    assert assumed.times["known"].tolist()[0] is False


def test_the_name_of_the_zip_dates_the_export(tmp_path: Path) -> None:
    """To the second; a folder around the file changes nothing."""
    path = tmp_path / "TikTok_Data_1778457600.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("TikTok/user_data_tiktok.json", json.dumps(document()))
        archive.writestr("TikTok/videos/a.mp4", b"x")
    export = fn.read(path)
    assert export.exported_at == pd.Timestamp("2026-05-11", tz="UTC")
    assert export.report is not None
    assert export.report.skipped["records"].tolist() == [1]


def test_a_tree_of_texts_is_read(tmp_path: Path) -> None:
    """Labels in any case; blank is an empty list."""
    folder = tmp_path / "TikTok" / "Activity"
    folder.mkdir(parents=True)
    lines = (
        f"\ufeffDate: {AT}\r\nUsername: Ann\r\n\r\nDate: 2024-01-01 00:00:00\r\nuser name: bob\r\n"
    )
    (folder / "Follower.txt").write_bytes(lines.encode())
    (folder / "Following List.txt").write_bytes(b"\n")
    (folder / "Like List.txt").write_text(f"Date: {AT}\nLink: https://a.example/\n")
    export = fn.read(tmp_path, owner="me")
    assert sorted(export.follows["source"]) == ["ann", "bob"]
    assert export.coverage["records"].tolist() == [2, 0]
    assert export.interactions["item"].tolist() == ["https://a.example/"]
    (folder / "Following List.txt").write_bytes(b"\xff\x00\xfe")
    with pytest.warns(UserWarning, match="Following List.txt is no text"):
        assert statuses(fn.read(tmp_path, owner="me"))["following"] == "unreadable"


def test_other_files_of_the_name_are_not_claimed(tmp_path: Path) -> None:
    """A thousand programs call a file user_data.json."""
    with pytest.raises(UnknownFormatError, match="TikTok"):
        read(tmp_path, {"users": [{"name": "Maria"}]}, "user_data.json")


@pytest.mark.parametrize("keep", [0.3, 0.6, 0.99])
def test_a_cut_file_is_damaged(tmp_path: Path, keep: float) -> None:
    """The message names the file and nothing in it."""
    text = json.dumps(document(), indent=2).encode()
    with pytest.raises(DamagedExportError, match="cut off or was edited") as caught:
        read(tmp_path, b'{"Tiktok Live": {}, ' + text[1 : int(len(text) * keep)])
    assert "ann" not in str(caught.value).lower()


def test_two_exports_are_not_mixed(tmp_path: Path) -> None:
    """They may be of two people."""
    for name in ("a", "b"):
        (tmp_path / f"{name}.json").write_text(json.dumps(document()))
    with pytest.raises(UnknownFormatError, match="2 exports of TikTok"):
        fn.read(tmp_path)


def mangled(value: Any, random: random.Random) -> Any:
    """Return JSON with some of its values exchanged for others of any type."""
    if random.random() < 0.06:
        return random.choice([None, 3, 2**70, -1.5, True, "", "Maria\ud800", [], {}, [[]], [{}]])
    if isinstance(value, dict):
        return {key: mangled(inner, random) for key, inner in value.items()}
    if isinstance(value, list):
        return [mangled(inner, random) for inner in value]
    return value


@pytest.mark.parametrize("seed", first(15, range(60)))
def test_whatever_stands_there_is_read_or_refused(tmp_path: Path, seed: int) -> None:
    """Types of all kinds in all places."""
    said = [{"Date": AT, "From": who, "Content": "x"} for who in ("me", "ann")]
    content = document(
        **{
            "Direct Message": {
                "Direct Messages": {"ChatHistory": {"Chat History with ann:": said}}
            },
            "Post": {"Posts": {"VideoList": [{"Date": AT, "Link": "a", "Likes": "1"}] * 3}},
            "Like": {"Like List": {"ItemFavoriteList": [{"date": AT, "link": "b"}] * 3}},
        }
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        said_of_it = ""
        try:
            export = read(tmp_path, mangled(content, random.Random(seed)))
        except FollownetError as error:
            said_of_it = str(error)
        else:
            assert export.follows[["source", "target"]].notna().all(axis=None)
    assert "Maria" not in said_of_it


def test_the_real_export_agrees() -> None:
    """Every figure of its expected.json."""
    path = SAMPLES / "tiktok-2025-06"
    if not path.is_dir():
        pytest.skip("the real exports are not beside the checkout")
    expected = json.loads((SAMPLES / "expected.json").read_text())[path.name]
    export = fn.read(path)
    counts = fn.reciprocity.summary(export.graph())
    events = export.interactions
    kinds = events["kind"].value_counts()
    said = events[events["kind"] == "message"]
    found = {
        "n_followers": int((export.follows["target"] == export.owners[0]).sum()),
        "n_following": int((export.follows["source"] == export.owners[0]).sum()),
        "n_mutual": counts.mutual,
        "followers_records": export.coverage["records"][0],
        "following_records": export.coverage["records"][1],
        "blocked": int(export.relations["relation"].eq("blocked").sum()),
        "likes": kinds["like"],
        "favorites": kinds["save"],
        "comments": kinds["comment"],
        "watched": kinds["view"],
        "owner": export.owners[0],
        "dm_chats": said["item"].nunique(),
        "dm_messages": len(said),
        # Of someone without a handle.
        "dm_messages_with_empty_from": int(said["source"].str.startswith("dm:").sum()),
        "earliest_follow": f"{export.follows['since'].min():%Y-%m-%dT%H:%M:%SZ}",
        "latest_follow": f"{export.follows['since'].max():%Y-%m-%dT%H:%M:%SZ}",
    }
    found["n_not_following_back"] = found["n_following"] - found["n_mutual"]
    found["n_fans"] = found["n_followers"] - found["n_mutual"]
    assert found == {key: value for key, value in expected.items() if value is not None}
    assert not export.tells("requested")
    assert not export.tells("unfollowed")
