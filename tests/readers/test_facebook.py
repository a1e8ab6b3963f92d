"""Facebook's export: names that are no identities, friends that are no follows."""

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
    FollownetWarning,
    NotObservedError,
    SchemaError,
    UnknownFormatError,
)
from follownet.tables import Export

# Lists of one day are suspect.
pytestmark = pytest.mark.filterwarnings("ignore:the follow")

AT = 1_600_000_000
WHEN = pd.Timestamp(AT, unit="s", tz="UTC")
FRIENDS = "connections/friends/your_friends.json"
FOLLOWERS = "connections/followers/people_who_followed_you.json"
FOLLOWING = "connections/followers/who_you've_followed.json"
PROFILE = {
    "personal_information/profile_information/profile_information.json": {
        "profile_v2": {"name": {"full_name": "Zoe Me"}, "username": "zoe"}
    }
}


def people(*names: Any, at: Any = AT) -> list[dict[str, Any]]:
    return [{"name": name} | ({} if at is None else {"timestamp": at}) for name in names]


def read(tmp_path: Path, members: dict[str, Any], name: str = "a.zip", **options: Any) -> Export:
    path = tmp_path / name
    with zipfile.ZipFile(path, "w") as archive:
        for member, content in members.items():
            plain = isinstance(content, bytes)
            archive.writestr(member, content if plain else json.dumps(content))
    return fn.read(path, **options)


def statuses(export: Export) -> dict[str, str]:
    return dict(zip(export.coverage["list"], export.coverage["status"], strict=True))


@pytest.mark.parametrize(
    ("friends", "following"),
    [
        (
            {"friends/friends.json": "friends"},
            {"following_and_followers/following.json": "following"},
        ),
        (
            {"friends_and_followers/friends.json": "friends_v2"},
            {"friends_and_followers/who_you_follow.json": "following_v2"},
        ),
        ({FRIENDS: "friends_v2"}, {FOLLOWING: "following_v3"}),
        ({FRIENDS: "friends_v2"}, {FOLLOWING.replace("'", "_"): "following_v3"}),
    ],
    ids=["2019", "2022", "2026", "packed again"],
)
def test_layouts(tmp_path: Path, friends: dict[str, str], following: dict[str, str]) -> None:
    """Friends are relations, mutual by construction; follows are those beside."""
    members = {file: {root: people("Ann")} for file, root in friends.items()}
    members |= {file: {root: people("Bob")} for file, root in following.items()}
    export = read(tmp_path, PROFILE | members)
    assert export.platform == "facebook"
    assert export.owners == ("Zoe Me",)
    assert export.relations[["target", "relation", "at"]].values.tolist() == [
        ["Ann", "friend", WHEN]
    ]
    assert export.follows["target"].tolist() == ["Bob"]
    assert list(export.graph(ties="connections").edges) == [("Ann", "Zoe Me"), ("Zoe Me", "Ann")]
    with pytest.raises(NotObservedError, match="friends, mutual by construction"):
        export.graph()
    assert export.accounts.loc["Zoe Me", "handle"] == "zoe"


def test_equal_names_are_kept_apart_and_told(tmp_path: Path) -> None:
    """Nothing says which of them is in another list; the owner is none of them."""
    members = {
        FRIENDS: {"friends_v2": people("Ann", "Ann", "Bob", "Zoe Me")},
        FOLLOWERS: {"followers_v3": people("Ann", at=None)},
    }
    export = read(tmp_path, PROFILE | members)
    friends = export.relations["target"].tolist()
    assert friends == ["Ann", "Ann#2", "Bob", "Zoe Me#2"]
    assert export.accounts.loc["Ann#2", "name"] == "Ann"
    assert export.follows[["source", "target"]].values.tolist() == [["Ann", "Zoe Me"]]
    assert export.follows["since"].isna().all()
    assert export.report is not None
    assert export.report.notes[0].startswith("2 names stand for several people")
    assert export.report.skipped.empty


def test_no_one_is_lost_whatever_people_are_called(tmp_path: Path) -> None:
    """As a second person of a name, as a page, as someone of a conversation."""
    members = {
        FRIENDS: {"friends_v2": people("Ann#2", "Ann", "Ann", "page:Bob", "dm:1")},
        FOLLOWING: {"following_v3": []},
        "pages/pages_you_follow.json": {"pages_followed_v2": people("Bob")},
    }
    export = read(tmp_path, PROFILE | members)
    assert export.relations["target"].tolist() == ["Ann#2", "Ann", "Ann#3", "page:Bob#1", "dm:1#1"]
    assert export.accounts["type"].dropna().to_dict() == {"page:Bob": "business"}


def test_a_folder_called_after_a_person_is_not_shown(tmp_path: Path) -> None:
    """Not even its end."""
    talk = {"participants": [{"name": "Maria"}], "messages": []}
    members = {
        FRIENDS: {"friends_v2": []},
        "messages/inbox/maria/message_1.json": talk,
        "messages/inbox/maria_1234567/message_1.json": talk,
    }
    report = read(tmp_path, PROFILE | members).report
    assert report is not None
    shown = report.files.loc[report.files["content"] == "messages", "file"].tolist()
    assert shown == ["messages/*/message_1.json", "messages/*_4567/message_1.json"]


def test_p6_mojibake_is_repaired_in_names(tmp_path: Path) -> None:
    """Every byte of UTF-8 is written as one character."""
    export = read(tmp_path, PROFILE | {FRIENDS: {"friends_v2": people("J\u00c3\u00bcrgen")}})
    assert export.relations["target"].tolist() == ["Jürgen"]


def test_requests_and_removed_friends_are_relations(tmp_path: Path) -> None:
    """Of requests, who asked is the source."""
    folder = "connections/friends"
    members = {
        FRIENDS: {"friends_v2": []},
        f"{folder}/sent_friend_requests.json": {"sent_requests_v2": people("A")},
        f"{folder}/received_friend_requests.json": {"received_requests_v2": people("B")},
        f"{folder}/rejected_friend_requests.json": {"rejected_requests_v2": people("C")},
        f"{folder}/removed_friends.json": {"deleted_friends_v2": people("D")},
        f"{folder}/suggested_friends.json": [{"label_values": []}],
    }
    export = read(tmp_path, PROFILE | members)
    rows = export.relations.sort_values("relation")[["source", "target", "relation"]]
    assert rows.values.tolist() == [
        ["Zoe Me", "D", "friend_removed"],
        ["B", "Zoe Me", "request_received"],
        ["C", "Zoe Me", "request_rejected"],
        ["Zoe Me", "A", "requested"],
    ]
    assert export.report is not None
    assert export.report.skipped["records"].tolist() == [1]


def test_empty_missing_and_unreadable_are_three_things(tmp_path: Path) -> None:
    """And records that name no one cast doubt."""
    members: dict[str, Any] = PROFILE | {FOLLOWERS: {"followers_v3": []}}
    assert statuses(read(tmp_path, members)) == {"followers": "presumed", "following": "missing"}
    members[FOLLOWING] = b'{"following_v3": [{"name": "Maria'
    with pytest.warns(FollownetWarning, match="is not whole JSON|is unreadable"):
        export = read(tmp_path, members)
    assert statuses(export)["following"] == "unreadable"
    members[FOLLOWING] = {"following_v3": [*people("Ann", ""), 3, {"name": 7}]}
    export = read(tmp_path, members)
    assert statuses(export)["following"] == "suspect"
    assert export.follows["target"].tolist() == ["Ann"]


def test_what_the_owner_did_is_towards_no_one(tmp_path: Path) -> None:
    """The name stands in a sentence in the language of the account, which is not read."""
    root = "your_facebook_activity"
    title = {"title": "Zoe Me likes Ann's post."}
    members = {
        FRIENDS: {"friends_v2": people("Ann")},
        f"{root}/comments_and_reactions/comments.json": {
            "comments_v2": [{"timestamp": AT, "data": [{"comment": {"comment": "x"}}]} | title]
        },
        f"{root}/comments_and_reactions/likes_and_reactions_1.json": [{"timestamp": AT} | title],
        f"{root}/posts/your_posts_1.json": [
            {"timestamp": AT, "data": [{"post": "four"}]},
            {"timestamp": AT, "data": []},
        ],
        f"{root}/messages/inbox/ann_123/message_1.json": {
            "participants": [{"name": "Ann"}, {"name": "Zoe Me"}],
            "messages": [{"sender_name": "Ann", "timestamp_ms": AT * 1000, "content": "x"}],
        },
    }
    export = read(tmp_path, PROFILE | members)
    events = export.interactions.astype("object")
    assert events.where(events.notna(), None)[["source", "target", "kind"]].values.tolist() == [
        ["Zoe Me", None, "comment"],
        ["Zoe Me", None, "like"],
        ["dm:123", "Zoe Me", "message"],
    ]
    assert export.posts[["post", "text_length"]].values.tolist() == [
        [f"{AT}-1", 4], [f"{AT}-2", 0],
    ]  # fmt: skip
    assert export.interactions["at"].eq(WHEN).all()


def test_pages_are_followed_and_are_no_people(tmp_path: Path) -> None:
    """Whatever they are called."""
    members = {
        FOLLOWING: {"following_v3": people("Ann")},
        "your_facebook_activity/pages/pages_you_follow.json": {"pages_followed_v2": people("Ann")},
    }
    export = read(tmp_path, PROFILE | members)
    assert export.follows["target"].tolist() == ["Ann", "page:Ann"]
    assert export.accounts.loc["page:Ann", "type"] == "business"


def test_the_name_of_the_zip_dates_the_export_and_names_the_owner(tmp_path: Path) -> None:
    """Where the profile does not; the caller's word counts most."""
    members = {FRIENDS: {"friends_v2": people("Ann")}}
    name = "facebook-some.one-2026-05-11-aBc123.zip"
    export = read(tmp_path, members, name)
    assert export.owners == ("some.one",)
    assert export.exported_at == pd.Timestamp("2026-05-11", tz="UTC")
    assert read(tmp_path, members, name, owner="Me Myself").owners == ("Me Myself",)
    with pytest.raises(SchemaError, match="owner: a text of 1 characters is no name"):
        read(tmp_path, members, name, owner=" ")


def test_neither_takes_the_export_of_the_other(tmp_path: Path) -> None:
    """Instagram has folders of the same names, Snapchat a file."""
    classic = {"string_list_data": [{"value": "ann", "timestamp": AT}]}
    instagram = {
        "connections/followers_and_following/followers_1.json": [classic],
        "connections/followers_and_following/following.json": {"relationships_following": []},
    }
    assert read(tmp_path, instagram).platform == "instagram"
    snapchat = {"json/friends.json": {"Friends": [{"Username": "maria"}]}}
    with pytest.raises(UnknownFormatError, match="Facebook") as caught:
        read(tmp_path, snapchat)
    assert "maria" not in str(caught.value)


def test_html_is_refused_with_advice(tmp_path: Path) -> None:
    """Its dates are in the language of the account."""
    members = {"connections/friends/your_friends.html": b"<html><body>Maria</body></html>"}
    with pytest.raises(UnknownFormatError, match="ask for it again in the format JSON"):
        read(tmp_path, members, platform="facebook")


def test_nothing_that_can_be_read_is_damage(tmp_path: Path) -> None:
    """The message says which file, and nothing that is in it."""
    with pytest.raises(DamagedExportError, match=r"your_friends\.json") as caught:
        read(tmp_path, {FRIENDS: b'{"friends_v2": [{"name": "Maria'})
    assert "Maria" not in str(caught.value)


def test_html_is_known_without_being_asked_for(tmp_path: Path) -> None:
    """By a list of friends in a folder of Facebook's; Snapchat's page lies in another."""
    page = b"<html><body>Maria</body></html>"
    with pytest.raises(UnknownFormatError, match="is Facebook's export in HTML"):
        read(tmp_path, {"friends_and_followers/friends.html": page})
    with pytest.raises(UnknownFormatError, match="looked for") as caught:
        read(tmp_path, {"html/friends.html": page})
    assert "in HTML" not in str(caught.value)


@pytest.mark.parametrize("at", [AT, None])
def test_a_list_that_stands_twice_is_of_the_same_people(tmp_path: Path, at: int | None) -> None:
    """Two generations packed together: who is in both is one, who is twice in one is two."""
    members = {
        "friends/friends.json": {"friends": people("Ann", "Ann", "Bob", at=at)},
        FRIENDS: {"friends_v2": people("Ann", "Cy", at=at) + people("Bob", at=AT + 1)},
    }
    export = read(tmp_path, PROFILE | members)
    assert sorted(export.relations["target"]) == ["Ann", "Ann#2", "Bob", "Bob#2", "Cy"]
    assert export.report is not None
    told = export.report.skipped.set_index("file")["records"]
    assert told["lists that stand twice"] == 1
    assert export.report.files["kept"].tolist() == [1, 3, 3]


MESSENGER = {
    "participants": ["Ann", "Zoe Me"],
    "threadName": "Ann_7",
    "messages": [
        {"senderName": "Ann", "text": "x", "timestamp": AT * 1000, "reactions": []},
        {"senderName": "Zoe Me", "text": "y", "timestamp": AT * 1000},
    ],
}


def test_messenger_alone_is_read(tmp_path: Path) -> None:
    """As it wrote folders of a number at the root, and as it writes files called after people."""
    older = {
        "participants": [{"name": ""}, {"name": "Zoe Me"}],
        "messages": [{"sender_name": "", "timestamp_ms": AT * 1000}],
    }
    export = read(tmp_path, {"123456/message_1.json": older})
    assert export.platform == "facebook"
    assert export.interactions["source"].tolist() == ["dm:123456"]
    loose = read(tmp_path, PROFILE | {"message_1.json": older})
    assert len(loose.interactions) == 1
    newer = {"Ann_7.json": MESSENGER, "Bob_8.json": MESSENGER | {"participants": ["Bob", "Zoe Me"]}}
    export = read(tmp_path, newer)
    assert (export.platform, export.owners) == ("facebook", ("Zoe Me",))
    pairs = export.interactions[["source", "target"]].values.tolist()
    assert pairs[:2] == [["dm:encrypted-1", "Zoe Me"], ["Zoe Me", "dm:encrypted-1"]]
    assert export.interactions["at"].eq(WHEN).all()
    assert statuses(export) == {"followers": "missing", "following": "missing"}
    assert export.report is not None
    assert export.report.files["file"].tolist() == ["*_7.json", "*_8.json"]


@pytest.mark.parametrize(
    "hurt", [b'{"threadName": "Maria", "messages": [{"senderName": "Mar', b"{}"]
)
def test_a_hurt_conversation_names_no_one(tmp_path: Path, hurt: bytes) -> None:
    """A file may be called after a person: its number alone is told."""
    members = {"Ann_7.json": MESSENGER, "Maria_12.json": hurt}
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        report = read(tmp_path, members).report
    assert report is not None
    assert "Maria" not in " ".join(
        [str(one.message) for one in caught] + [report.skipped.to_string()]
    )


def mangled(value: Any, chance: random.Random) -> Any:
    """Return JSON with some of its values exchanged for others of any type."""
    if chance.random() < 0.06:
        return chance.choice([None, 3, 2**70, -1.5, True, "", "Maria\ud800", [], {}, [[]], [{}]])
    if isinstance(value, dict):
        return {key: mangled(inner, chance) for key, inner in value.items()}
    if isinstance(value, list):
        return [mangled(inner, chance) for inner in value]
    return value


@pytest.mark.parametrize("seed", first(15, range(60)))
def test_whatever_stands_there_is_read_or_refused(tmp_path: Path, seed: int) -> None:
    """Types of all kinds in all places."""
    chance = random.Random(seed)
    root = "your_facebook_activity"
    members = PROFILE | {
        FRIENDS: {"friends_v2": people("Ann", "Bob", "Ann")},
        FOLLOWERS: {"followers_v3": people("Ann", at=None)},
        FOLLOWING: {"following_v3": people("Ann", "Bob")},
        f"{root}/posts/your_posts_1.json": [{"timestamp": AT, "data": [{"post": "x"}]}] * 2,
        f"{root}/comments_and_reactions/comments.json": {"comments_v2": [{"timestamp": AT}] * 2},
        f"{root}/messages/inbox/ann_123/message_1.json": {
            "participants": [{"name": "Ann"}, {"name": "Zoe Me"}],
            "messages": [{"sender_name": "Ann", "timestamp_ms": AT * 1000, "content": "x"}] * 2,
        },
    }
    hurt = {name: mangled(content, chance) for name, content in members.items()}
    said = ""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            export = read(tmp_path, hurt, platform="facebook")
        except FollownetError as error:
            said = str(error)
        else:
            assert export.follows[["source", "target"]].notna().all(axis=None)
    assert "Maria" not in said


@pytest.mark.parametrize(
    ("content", "friends"),
    [
        (b'{"friends": []}', 0),
        (b'\n{"friends":[ ]}\n', 0),
        (b'\xef\xbb\xbf{"friends_v2": [{"name": "A", "timestamp": 1500000000}]}', 1),
    ],
)
def test_empty_lists_and_marked_ones_are_facebooks(
    content: bytes, friends: int, tmp_path: Path
) -> None:
    """An old list of nobody, and a file that an editor gave a mark, need no platform=."""
    export = read(tmp_path, {"friends/friends.json": content})
    assert (export.platform, len(export.relations)) == ("facebook", friends)
    assert export.report is not None
    assert export.report.files["records"].tolist() == [friends]


@pytest.mark.parametrize("name", ["followers", "following"])
def test_an_empty_follow_list_is_facebooks(name: str, tmp_path: Path) -> None:
    """Instagram's of these names hold a bare list, or have another root key."""
    export = read(tmp_path, {f"{name}.json": f'{{"{name}": []}}'.encode()})
    assert (export.platform, statuses(export)[name]) == ("facebook", "presumed")
