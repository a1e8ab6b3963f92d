"""X's archive: ids that are texts, parts and what the manifest says of them, tweets and answers."""

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

SAMPLES = Path(__file__).parents[3] / "shared" / "exports"
#: Larger than the numbers that a float tells apart.
ME, ANN, BOB = "1153551738136005119", "1153551738136005121", "42"
AT = "Fri Mar 08 12:34:56 +0000 2024"
WHEN = pd.Timestamp("2024-03-08 12:34:56", tz="UTC")


def js(name: str, records: Any, part: int = 0) -> bytes:
    """Return a file as X writes it: an assignment, then JSON."""
    return f"window.YTD.{name}.part{part} = {json.dumps(records)}".encode()


def people(key: str, *ids: Any) -> list[Any]:
    return [{key: {"accountId": one, "userLink": f"https://x.example/{one}"}} for one in ids]


def tweet(number: str, text: str = "words", mentions: Any = (), **more: Any) -> dict[str, Any]:
    named = [{"id_str": one, "screen_name": who, "name": who.title()} for one, who in mentions]
    entities = {"user_mentions": named, "urls": more.pop("urls", [])}
    found = {"id_str": number, "created_at": AT, "full_text": text, "entities": entities}
    return {"tweet": found | {"favorite_count": "3", "retweet_count": "1"} | more}


def answer(to: str, who: str, status: str = "7") -> dict[str, str]:
    return {
        "in_reply_to_user_id_str": to,
        "in_reply_to_screen_name": who,
        "in_reply_to_status_id_str": status,
    }


ACCOUNT = js(
    "account", [{"account": {"accountId": ME, "username": "Me", "accountDisplayName": "M"}}]
)
LISTS = {
    "data/account.js": ACCOUNT,
    "data/follower.js": js("follower", people("follower", ANN, BOB)),
    "data/following.js": js("following", people("following", ANN)),
}


def manifest(counts: dict[str, int], **info: Any) -> bytes:
    types = {
        name: {"files": [{"fileName": f"data/{name}", "count": str(count)}]}
        for name, count in counts.items()
    }
    about = {"generationDate": "2026-03-06T01:02:03.000Z", "isPartialArchive": False} | info
    content = {"userInfo": {"accountId": ME}, "archiveInfo": about, "dataTypes": types}
    return f"window.__THAR_CONFIG = {json.dumps(content)}".encode()


def written(tmp_path: Path, members: dict[str, bytes], name: str = "a.zip") -> Path:
    path = tmp_path / name
    with zipfile.ZipFile(path, "w") as archive:
        for member, content in members.items():
            archive.writestr(member, content)
    return path


def read(tmp_path: Path, members: dict[str, bytes], **options: Any) -> Export:
    return fn.read(written(tmp_path, members), **options)


def statuses(export: Export) -> dict[str, str]:
    return dict(zip(export.coverage["list"], export.coverage["status"], strict=True))


def done(export: Export) -> list[list[Any]]:
    rows = export.interactions[["target", "kind", "item"]]
    return rows.astype("object").where(rows.notna(), None).values.tolist()


def test_p7_ids_are_texts_and_handles_are_those_of_the_archive(tmp_path: Path) -> None:
    """Two ids that one float stands for are two accounts."""
    export = read(tmp_path, LISTS)
    assert export.owners == (ME,)
    assert set(export.follows["source"]) == {ME, ANN, BOB}
    assert export.accounts.loc[ME, ["handle", "name"]].tolist() == ["Me", "M"]
    assert pd.isna(export.accounts.loc[ANN, "handle"])
    assert export.follows["since"].isna().all()
    assert fn.reciprocity.summary(export.graph()).mutual == 1
    assert statuses(export) == {"followers": "presumed", "following": "presumed"}


@pytest.mark.parametrize(
    "files",
    [
        {name.removeprefix("data/"): content for name, content in LISTS.items()},
        {f"twitter-2019/{name}": content for name, content in LISTS.items()},
        {
            name.replace(".js", ".json"): content.partition(b"= ")[2]
            for name, content in LISTS.items()
        },
        {name: content + b" ;\n" for name, content in LISTS.items()},
    ],
    ids=["at the root", "in a folder", "stripped", "with a semicolon"],
)
def test_layouts(tmp_path: Path, files: dict[str, bytes]) -> None:
    """Files are found by what they are, wherever they lie."""
    export = read(tmp_path, files)
    assert len(export.follows) == 3
    assert export.owners == (ME,)


def test_p7_parts_are_counted_by_the_manifest(tmp_path: Path) -> None:
    """All of them verify the list; one that is not there makes it partial."""
    part = {"data/follower-part1.js": js("follower", people("follower", "7"), 1)}
    counts = {"follower.js": 2, "follower-part1.js": 1, "following.js": 1}
    export = read(tmp_path, LISTS | part | {"data/manifest.js": manifest(counts)})
    assert statuses(export) == {"followers": "verified", "following": "verified"}
    assert export.coverage["declared"].tolist() == [3, 1]
    assert export.exported_at == pd.Timestamp("2026-03-06 01:02:03", tz="UTC")
    with pytest.warns(FollownetWarning, match="followers list is partial: part 2 of it"):
        export = read(tmp_path, LISTS | {"data/manifest.js": manifest(counts)})
    assert statuses(export)["followers"] == "partial"
    with pytest.raises(NotObservedError, match="followers list of this account is partial"):
        fn.reciprocity.follow_back(export.graph())


def test_empty_missing_and_unreadable_are_three_things(tmp_path: Path) -> None:
    """P7: an empty file is one line."""
    files = dict(LISTS)
    files["data/follower.js"] = b"window.YTD.follower.part0 = [ ]"
    export = read(tmp_path, files)
    assert statuses(export)["followers"] == "presumed"
    assert export.coverage["records"].tolist() == [0, 1]
    del files["data/follower.js"]
    files["data/manifest.js"] = manifest({}, isPartialArchive=True)
    export = read(tmp_path, files)
    assert statuses(export)["followers"] == "missing"
    with pytest.raises(NotObservedError, match="a whole one would make it known"):
        fn.reciprocity.follow_back(export.graph())
    files["data/follower.js"] = LISTS["data/follower.js"][:-20]
    with pytest.warns(FollownetWarning, match=r"follower(\.js is not whole JSON|s list is unread)"):
        export = read(tmp_path, files)
    assert statuses(export)["followers"] == "unreadable"


def test_tweets_are_posts_and_what_they_do(tmp_path: Path) -> None:
    """An answer is one row, who else is named another; a repeated post is no post of the owner."""
    quoted = [{"expanded_url": "https://x.com/Bob/status/99"}]
    tweets = [
        tweet("1", "plain"),
        tweet("2", "@ann @bob hi", [(ANN, "ann"), (BOB, "Bob")], **answer(ANN, "ann")),
        tweet("3", "RT @bob: x", [(BOB, "Bob"), (ANN, "ann")]),
        tweet("4", "look", urls=quoted),
        tweet("5", "on", **answer(ME, "Me", "1")),
        tweet("6", "@gone hi", [("-1", "Gone")]),
    ]
    export = read(tmp_path, LISTS | {"data/tweets.js": js("tweets", tweets)})
    assert done(export) == [
        [ANN, "reply", "7"],
        [BOB, "mention", "2"],
        [BOB, "repost", "3"],
        [BOB, "quote", "99"],
        [ME, "reply", "1"],
        ["@gone", "mention", "6"],
    ]
    assert export.accounts.loc["@gone", "handle"] == "gone"
    assert export.interactions["at"].eq(WHEN).all()
    posts = export.posts.set_index("post")
    assert posts["format"].to_dict() == {
        "1": "post", "2": "reply", "4": "quote", "5": "reply", "6": "post",
    }  # fmt: skip
    assert posts.loc["1", ["likes", "shares", "text_length"]].tolist() == [3, 1, 5]
    assert export.accounts.loc[[ANN, BOB], "handle"].tolist() == ["ann", "Bob"]


def test_p14_a_handle_becomes_the_id_once_it_is_known(tmp_path: Path) -> None:
    """In whatever case; the youngest handle of an account is its own."""
    tweets = [
        tweet("10", "x", [(ANN, "ann_new")]),
        tweet("2", "x", [(ANN, "ann_old")]),
        tweet("3", "x", urls=[{"expanded_url": "https://twitter.com/ANN_NEW/status/5"}]),
        tweet("4", "x", urls=[{"expanded_url": "https://twitter.com/i/status/5"}]),
    ]
    export = read(tmp_path, LISTS | {"data/tweets.js": js("tweets", tweets)})
    assert export.accounts.loc[ANN, "handle"] == "ann_new"
    quotes = export.interactions[export.interactions["kind"] == "quote"]
    assert quotes["target"].iloc[0] == ANN
    assert quotes["target"].isna().tolist() == [False, True]


def test_an_older_file_left_over_is_merged_by_number(tmp_path: Path) -> None:
    """People merge archives; the file that the manifest lists counts."""
    listed = {"data/tweets.js": js("tweets", [tweet("1", "new", favorite_count="9"), tweet("2")])}
    older = {"data/tweet.js": js("tweet", [tweet("1", "older"), tweet("3")])}
    files = LISTS | older | listed | {"data/manifest.js": manifest({"tweets.js": 2})}
    export = read(tmp_path, files)
    assert sorted(export.posts["post"]) == ["1", "2", "3"]
    assert export.posts.set_index("post").loc["1", "likes"] == 9
    assert export.report is not None
    again = export.report.skipped.set_index("reason")["records"]
    assert again["the same post is in another file, or twice in this"] == 1


def test_tweets_of_2018_are_not_wrapped(tmp_path: Path) -> None:
    """Nor were numbers texts in all of them."""
    plain = tweet("1")["tweet"] | {"id": 15 * 10**17 + 1, "favorite_count": 2}
    del plain["id_str"]
    export = read(tmp_path, LISTS | {"tweet.js": js("tweet", [plain])})
    assert export.posts[["post", "likes"]].values.tolist() == [["1500000000000000001", 2]]


def test_likes_name_no_one_and_have_no_time(tmp_path: Path) -> None:
    """A note says so; the number of the post is kept."""
    likes = [{"like": {"tweetId": "1500000000000000001", "fullText": "x"}}]
    export = read(tmp_path, LISTS | {"data/like.js": js("like", likes)})
    assert done(export) == [[None, "like", "1500000000000000001"]]
    assert export.report is not None
    assert "likes name neither" in export.report.notes[0]
    assert export.report.skipped.empty


def test_conversations(tmp_path: Path) -> None:
    """Of two, with reactions; of groups, with the lines of the platform."""
    made = {"createdAt": "2024-03-08T12:34:56.000Z"}
    reaction = {"senderId": ANN, "reactionKey": "like"} | made
    pair = {"messageCreate": {"senderId": ME, "recipientId": ANN, "reactions": [reaction]} | made}
    group = [
        {"messageCreate": {"senderId": BOB} | made},
        {"joinConversation": {"initiatingUserId": ANN, "participantsSnapshot": [ME]} | made},
        {"participantsLeave": {"userIds": [BOB]} | made},
        {"somethingNew": made},
    ]
    talks = {
        "data/direct-messages.js": [("1-2", [pair])],
        "data/direct-messages-group.js": [("33", group)],
    }
    files = {
        name: js("dm", [{"dmConversation": {"conversationId": n, "messages": m}} for n, m in talk])
        for name, talk in talks.items()
    }
    export = read(tmp_path, LISTS | files)
    rows = export.interactions.drop(columns="at").astype("object")
    assert rows.where(rows.notna(), None).values.tolist() == [
        [ME, ANN, "message", "1-2", None],
        [ANN, ME, "message_reaction", "1-2", None],
        [BOB, None, "message", "33", "33"],
        [ANN, None, "message_system", "33", "33"],
        [BOB, None, "message_system", "33", "33"],
    ]
    assert export.interactions["at"].eq(WHEN).all()


def test_blocks_and_mutes_are_relations(tmp_path: Path) -> None:
    """Without times; what names no one is counted."""
    files = {
        "data/block.js": js("block", [*people("blocking", "7", "8"), {"blocking": {}}]),
        "data/mute.js": js("mute", people("muting", "9")),
    }
    export = read(tmp_path, LISTS | files)
    assert export.relations["relation"].tolist() == ["blocked", "blocked", "muted"]
    assert export.report is not None
    assert export.report.skipped.values.tolist() == [["block.js", "record names no account", 1]]


def test_the_owner_may_be_given(tmp_path: Path) -> None:
    """As id or as handle, in any case; where the archive says it, a handle is the same account."""
    assert read(tmp_path, LISTS, owner="@ME").owners == (ME,)
    lists = {name: LISTS[name] for name in LISTS if "account" not in name}
    assert read(tmp_path, lists, owner="@Me").owners == ("@me",)
    assert read(tmp_path, lists, owner=ME).owners == (ME,)
    assert read(tmp_path, lists).owners == ("(owner)",)
    with pytest.raises(SchemaError, match="of 9 characters is neither") as caught:
        read(tmp_path, LISTS, owner="some body")
    assert "body" not in str(caught.value)


def test_archives_of_2012_hold_tweets_alone(tmp_path: Path) -> None:
    """They have no follow lists, and another form of time."""
    old = {"id_str": "5", "text": "hi", "created_at": "2013-01-02 03:04:05 +0000", "entities": {}}
    content = f"Grailbird.data.tweets_2013_01 = {json.dumps([old])}".encode()
    export = read(tmp_path, {"data/js/tweets/2013_01.js": content})
    assert export.posts["at"].tolist() == [pd.Timestamp("2013-01-02 03:04:05", tz="UTC")]
    assert statuses(export) == {"followers": "missing", "following": "missing"}


def test_two_archives_are_not_mixed(tmp_path: Path) -> None:
    """They may be of two people."""
    files = {f"{folder}/{name}": content for folder in "ab" for name, content in LISTS.items()}
    with pytest.raises(UnknownFormatError, match="several archives"):
        read(tmp_path, files)


def test_the_name_of_the_zip_dates_an_archive_without_manifest(tmp_path: Path) -> None:
    """The day alone."""
    export = fn.read(written(tmp_path, LISTS, "twitter-2019-05-06-0a1b2c.zip"))
    assert export.exported_at == pd.Timestamp("2019-05-06", tz="UTC")


def test_nothing_that_can_be_read_is_damage(tmp_path: Path) -> None:
    """The message says which file, and nothing that is in it."""
    files = {"data/follower.js": b'window.YTD.follower.part0 = [{"follower": {"accountId": "77'}
    with pytest.raises(DamagedExportError, match=r"none of its 1 files .*follower\.js") as caught:
        read(tmp_path, files)
    assert "77" not in str(caught.value)


def mangled(value: Any, chance: random.Random) -> Any:
    """Return JSON with some of its values exchanged for others of any type."""
    if chance.random() < 0.05:
        return chance.choice([None, 3, 2**70, -1.5, True, "", "Maria\ud800", [], {}, [[]], [{}]])
    if isinstance(value, dict):
        return {key: mangled(inner, chance) for key, inner in value.items()}
    if isinstance(value, list):
        return [mangled(inner, chance) for inner in value]
    return value


@pytest.mark.parametrize("seed", first(15, range(60)))
def test_whatever_stands_there_is_read_or_refused(tmp_path: Path, seed: int) -> None:
    """Types of all kinds in all places."""
    message = {"messageCreate": {"senderId": ME, "recipientId": ANN, "createdAt": AT}}
    group = {"joinConversation": {"initiatingUserId": ANN, "userIds": [ME]}}
    talk = {"dmConversation": {"conversationId": "1", "messages": [message, group]}}
    link = [{"expanded_url": "https://x.com/Bob/status/99"}]
    files = {
        "account": json.loads(ACCOUNT.partition(b"= ")[2]),
        "follower": people("follower", ANN, BOB, "5"),
        "following": people("following", ANN, BOB),
        "tweets": [
            tweet(str(n), "@a", [(ANN, "a")], urls=link, **answer(ANN, "a")) for n in (1, 2)
        ],
        "like": [{"like": {"tweetId": "1"}}] * 2,
        "direct-messages-group": [talk],
        "direct-messages": [talk],
    }
    chance = random.Random(seed)
    members = {f"data/{name}.js": js("a", mangled(rows, chance)) for name, rows in files.items()}
    about = json.loads(manifest({"follower.js": 3}).partition(b"= ")[2])
    members["data/manifest.js"] = (
        b"window.__THAR_CONFIG = " + json.dumps(mangled(about, chance)).encode()
    )
    said = ""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            export = read(tmp_path, members)
        except FollownetError as error:
            said = str(error)
        else:
            assert export.follows[["source", "target"]].notna().all(axis=None)
    assert "Maria" not in said


def test_the_real_export_agrees() -> None:
    """Every figure of its expected.json.

    Its `mentions` are all names in all posts. A repeated post's are those of its author, and whom
    a post answers is one `reply`; so that the `mention` rows are fewer by these. Of likes no text
    is kept, and the manifest's counts are those that verify the lists.
    """
    path = SAMPLES / "x-2026-03"
    if not path.is_dir():
        pytest.skip("the real exports are not beside the checkout")
    expected = json.loads((SAMPLES / "expected.json").read_text(encoding="utf-8"))[path.name]
    export = fn.read(path)
    (owner,) = export.owners
    events, relations = export.interactions, export.relations
    kinds = events["kind"].value_counts()
    said = events[events["kind"] == "message"]
    handles = export.accounts["handle"].dropna()
    handles = handles[~handles.index.str.startswith("@")]
    followed = set(export.follows["target"]) | set(export.follows["source"])
    counts = fn.reciprocity.summary(export.graph())
    found = {
        "n_followers": int((export.follows["target"] == owner).sum()),
        "n_following": int((export.follows["source"] == owner).sum()),
        "n_mutual": counts.mutual,
        "blocked": int(relations["relation"].eq("blocked").sum()),
        "muted": int(relations["relation"].eq("muted").sum()),
        "likes": kinds["like"],
        "tweets": len(export.posts) + kinds["repost"],
        "retweets": kinds["repost"],
        "replies": kinds["reply"],
        "ids_with_known_handle": len(handles),
        "followers_or_following_with_known_handle": len(
            (followed - {owner}).intersection(handles.index)
        ),
        "dm_conversations": said["item"].nunique(),
        "dm_messages": len(said),
        "dm_group_conversations": said["group"].nunique(),
        "owner": export.accounts.loc[owner, "handle"],
        "owner_id": owner,
        "earliest_tweet": f"{export.posts['at'].min():%Y-%m-%dT%H:%M:%SZ}",
        "latest_tweet": f"{export.posts['at'].max():%Y-%m-%dT%H:%M:%SZ}",
    }
    found["n_not_following_back"] = found["n_following"] - found["n_mutual"]
    found["n_fans"] = found["n_followers"] - found["n_mutual"]
    told = {
        key: value
        for key, value in expected.items()
        if value is not None
        and key not in ("mentions", "distinct_mentioned", "likes_without_text", "manifest_counts")
    }
    assert found == told
    # 350 with a handle are the owner and 349 who are mentioned.
    assert len(handles) == expected["distinct_mentioned"] + 1
    assert kinds["mention"] < expected["mentions"]
    assert statuses(export) == {"followers": "verified", "following": "verified"}
