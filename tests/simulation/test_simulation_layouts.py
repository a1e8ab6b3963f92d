from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from follownet.errors import SchemaError
from follownet.simulation import world, write
from follownet.tables import Export

ACTIVITY = "your_instagram_activity"
THREADS = f"{ACTIVITY}/threads"
ROOT = "text_post_app_text_post_app"
TIME = pd.Timestamp("2020-05-01 12:00", tz="UTC")
SECONDS = 1_588_334_400


@pytest.fixture
def small() -> Export:
    """One of each: a follow either way, three relations, a like, a comment, talk, posts."""
    follows = [("bob", "me", TIME), ("me", "cy", pd.NaT)]
    relations = [
        ("me", "dan", "requested", TIME),
        ("eve", "me", "request_received", TIME),
        ("me", "fay", "unfollowed", TIME),
    ]
    done = [
        ("me", "bob", "like", TIME, "https://www.instagram.com/p/C1/", None),
        ("me", None, "comment_like", TIME, None, None),
        ("me", "bob", "comment", TIME, None, None),
        ("me", "cy", "mention", TIME, None, None),
        ("me", "bob", "story_like", TIME, None, None),
        ("me", "bob", "save", TIME, "https://www.instagram.com/p/C2/", None),
        ("dm:1234567", "me", "message", TIME, "1234567", None),
        ("me", "dm:1234567", "message", TIME + pd.Timedelta(milliseconds=60_250), "1234567", None),
        ("me", "dm:1234567", "message_reaction", TIME, "1234567", None),
        ("dm:22/1", None, "message", TIME, "22", "22"),
    ]
    posts = [
        ("one", "image", 4),
        ("two", "video", 0),
        ("three", "carousel", 5),
        ("four", "reel", 6),
    ]
    names = {"me": "Ann Mé", "dm:1234567": "Bob", "dm:22/1": "Cy", "dm:22/2": "Dän"}
    ends = ["source", "target"]
    return Export(
        accounts=pd.DataFrame({"name": names}).rename_axis("account"),
        follows=pd.DataFrame(follows, columns=[*ends, "since"]),
        relations=pd.DataFrame(relations, columns=[*ends, "relation", "at"]),
        interactions=pd.DataFrame(done, columns=[*ends, "kind", "at", "item", "group"]),
        posts=pd.DataFrame(posts, columns=["post", "format", "text_length"]).assign(
            account="me", at=TIME
        ),
        platform="instagram",
        owners=("me",),
        exported_at=TIME + pd.Timedelta(days=1),
    )


def contents(folder: Path) -> dict[str, Any]:
    """Return each JSON file by its path, mojibake undone, and the names of all others."""
    found: dict[str, Any] = {}
    for file in sorted(folder.rglob("*")):
        name = file.relative_to(folder).as_posix()
        if file.suffix == ".json":
            found[name] = undone(json.loads(file.read_text(encoding="ascii")))
        elif file.is_file():
            found[name] = None
    return found


def undone(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("latin-1").decode()
    if isinstance(value, list):
        return [undone(item) for item in value]
    if isinstance(value, dict):
        return {undone(key): undone(item) for key, item in value.items()}
    return value


def test_the_layout_of_2020_is_seven_flat_files(small: Export, tmp_path: Path) -> None:
    """Handles by time; a carousel is a picture; what has no place there is not written."""
    folder = write(small, tmp_path / "out", layout="2020")
    found = contents(folder)
    assert sorted(found) == [
        "comments.json", "connections.json", "likes.json", "media.json", "messages.json",
        "profile.json", "searches.json",
    ]  # fmt: skip
    at = "2020-05-01T12:00:00+00:00"
    assert found["connections.json"] == {
        "following": {"cy": "1970-01-01T00:00:00+00:00"},
        "followers": {"bob": at},
        "blocked_users": {},
        "close_friends": {},
        "follow_requests_sent": {"dan": at},
        "permanent_follow_requests": {},
        "dismissed_suggested_users": {},
        "following_hashtags": {},
    }
    assert found["likes.json"] == {"media_likes": [[at, "bob"]], "comment_likes": [[at, ""]]}
    [(time, text, owner)] = found["comments.json"]["media_comments"]
    assert (time, owner, text.split()[0]) == (at, "bob", "@cy")
    media = {
        name: [(shot["taken_at"], shot["path"], len(shot["caption"])) for shot in shots]
        for name, shots in found["media.json"].items()
    }
    assert media == {
        "photos": [(at, "photos/202005/one.jpg", 4), (at, "photos/202005/three.jpg", 5)],
        "videos": [(at, "videos/202005/two.mp4", 0)],
        "stories": [],
    }
    profile = found["profile.json"]
    assert (profile["username"], profile["name"]) == ("me", "Ann Mé")
    assert "\n" not in (folder / "messages.json").read_text(encoding="ascii")


def test_messages_of_2020_name_the_owner_by_handle(small: Export, tmp_path: Path) -> None:
    """Newest first, with fractions of a second; nobody's reaction and no thread's number."""
    messages = contents(write(small, tmp_path / "out", layout="2020"))["messages.json"]
    shown = [
        (
            thread["participants"],
            [(line["sender"], line["created_at"]) for line in thread["conversation"]],
        )
        for thread in messages
    ]
    at = "2020-05-01T12:00:00.000000+00:00"
    assert shown == [
        (["Bob", "me"], [("me", "2020-05-01T12:01:00.250000+00:00"), ("Bob", at)]),
        (["Cy", "Dän", "me"], [("Cy", at)]),
    ]
    keys = {key for thread in messages for line in thread["conversation"] for key in line}
    assert keys == {"sender", "created_at", "text"}


def test_lists_that_are_missing_in_2020_have_no_key(tmp_path: Path) -> None:
    """An empty list is there and empty."""
    coverage = pd.DataFrame({"owner": ["me"], "list": ["followers"], "status": ["missing"]})
    export = Export(platform="instagram", owners=("me",), coverage=coverage)
    ties = contents(write(export, tmp_path / "out", layout="2020"))["connections.json"]
    assert ties["following"] == {}
    assert "followers" not in ties


#: Layout -> its files, by folder.
FILES = {
    "2022": """
account_information: personal_information.json
comments: post_comments.json
content: posts_1.json reels.json
followers_and_following: followers.json following.json follow_requests_you've_received.json
followers_and_following: pending_follow_requests.json recently_unfollowed_accounts.json
likes: liked_comments.json liked_posts.json
messages/inbox/bob_1234567: message_1.json
messages/message_requests/cyanddn_22: message_1.json
saved: saved_posts.json
story_sticker_interactions: story_likes.json
""",
}
FILES["2023"] = (
    FILES["2022"]
    .replace("account_information:", "personal_information:")
    .replace("followers.json", "followers_1.json")
)


@pytest.mark.parametrize("layout", FILES)
def test_layouts_of_2022_and_2023_begin_at_the_root(
    layout: str, small: Export, tmp_path: Path
) -> None:
    """Folders, names and root keys; the followers lost theirs in 2023."""
    found = contents(write(small, tmp_path / "out", layout=layout))
    lines = [line.split(": ") for line in FILES[layout].strip().splitlines()]
    assert sorted(found) == sorted(f"{a}/{name}" for a, names in lines for name in names.split())
    bob = {"href": "https://www.instagram.com/bob", "value": "bob", "timestamp": SECONDS}
    followers = [{"title": "", "media_list_data": [], "string_list_data": [bob]}]
    ties = "followers_and_following"
    if layout == "2022":
        assert found[f"{ties}/followers.json"] == {"relationships_followers": followers}
    else:
        assert found[f"{ties}/followers_1.json"] == followers
    [following] = found[f"{ties}/following.json"]["relationships_following"]
    assert following["string_list_data"][0]["timestamp"] == 0
    [comment] = found["comments/post_comments.json"]["comments_media_comments"]
    assert comment["string_map_data"]["Media Owner"] == {"value": "bob"}
    [liked] = found["likes/liked_posts.json"]["likes_media_likes"]
    assert (liked["title"], liked["string_list_data"][0]["value"]) == ("bob", "👍")
    folder = "account_information" if layout == "2022" else "personal_information"
    [user] = found[f"{folder}/personal_information.json"]["profile_user"]
    assert user["string_map_data"]["Username"]["value"] == "me"


def test_photos_lie_below_the_messages_folder_of_their_year(tmp_path: Path) -> None:
    """Whose path began to name the activity folder when that folder came."""
    truth = world(accounts=50, seed=5)
    busy = truth.accounts.sort_values("activity").index[-1]
    found = {}
    for layout in ("2023", "2026"):
        folder = write(truth.view(busy, "2026-05-11"), tmp_path / layout, layout=layout)
        text = "".join(file.read_text() for file in folder.rglob("message_*.json"))
        found[layout] = set(re.findall(r'"uri": "([a-z_]+/(?:messages/)?)', text))
    assert found == {"2023": {"messages/"}, "2026": {f"{ACTIVITY}/messages/"}}


@pytest.fixture
def threads() -> Export:
    """Threads of the same owner: a follow either way, relations, actions and posts."""
    follows = [("bob", "me", TIME), ("me", "cy", TIME)]
    relations = [
        ("me", "dan", "requested"), ("eve", "me", "request_received"), ("me", "fay", "unfollowed"),
        ("me", "gil", "blocked"), ("me", "hal", "muted"),
    ]  # fmt: skip
    done = [("bob", "like"), ("cy", "save"), ("dan", "view")]
    posts = [("one", "text", 4), ("two", "reply", 0), ("three", "image", 5)]
    names = {"bob": "Bób 🙂", "dan": "Dan"}
    return Export(
        accounts=pd.DataFrame({"name": names}).rename_axis("account"),
        follows=pd.DataFrame(follows, columns=["source", "target", "since"]),
        relations=pd.DataFrame(relations, columns=["source", "target", "relation"]).assign(at=TIME),
        interactions=pd.DataFrame(done, columns=["target", "kind"]).assign(
            source="me", at=TIME, item="https://www.threads.net/@x/post/C1"
        ),
        posts=pd.DataFrame(posts, columns=["post", "format", "text_length"]).assign(
            account="me", at=TIME
        ),
        platform="threads",
        owners=("me",),
    )


@pytest.mark.parametrize(
    ("layout", "site", "unfollowed"),
    [
        ("2024-07", "https://www.threads.net", "recently_unfollowed_accounts"),
        ("2025-08", "https://www.threads.com", "recently_unfollowed_profiles"),
        ("2026", "https://www.threads.com", "recently_unfollowed_profiles"),
    ],
)
def test_threads_stand_inside_the_zip(
    layout: str, site: str, unfollowed: str, small: Export, threads: Export, tmp_path: Path
) -> None:
    """Files, root keys, display names as titles, mojibake as everywhere."""
    folder = write(small, tmp_path / "out", layout=layout, threads=threads)
    found = {
        name.removeprefix(f"{THREADS}/").removesuffix(".json"): content
        for name, content in contents(folder).items()
        if name.startswith(THREADS)
    }
    roots = {name: next(iter(content)) for name, content in found.items()}
    assert roots == {
        "followers": f"{ROOT}_followers",
        "following": f"{ROOT}_following",
        "pending_follow_requests": f"{ROOT}_follow_requests_sent",
        "follow_requests_you've_received": f"{ROOT}_follow_requests_received",
        unfollowed: f"{ROOT}_unfollowed_users",
        "blocked_profiles": f"{ROOT}_blocked_users",
        "liked_threads": "text_post_app_media_likes",
        "saved_threads": f"{ROOT}_saved_posts",
        "threads_viewed": f"{ROOT}_posts_seen",
        "threads_and_replies": "text_post_app_text_posts",
        "personal_information": f"{ROOT}_profile",
    }
    records = {name: content[roots[name]] for name, content in found.items()}
    bob = {"href": f"{site}/bob", "value": "bob", "timestamp": SECONDS}
    assert records["followers"] == [
        {"title": "Bób 🙂", "media_list_data": [], "string_list_data": [bob]}
    ]
    values = [
        (records[name][0]["title"], records[name][0]["string_list_data"][0]["value"])
        for name in ("following", "pending_follow_requests", "follow_requests_you've_received")
    ]
    assert values == [("", "cy"), ("Dan", "dan"), ("", "eve")]
    [liked] = records["liked_threads"]
    assert (liked["title"], liked["string_list_data"][0]["value"]) == ("bob", "👍")
    [viewed] = records["threads_viewed"]
    assert viewed["string_map_data"]["Author"]["value"] == "dan"
    assert viewed["string_map_data"]["Time"]["timestamp"] == SECONDS
    shots = [post["media"][0] for post in records["threads_and_replies"]]
    replies = [shot.pop("text_app_post")["is_reply"] for shot in shots]
    assert replies == [False, True, False]
    posts = [(shot["uri"], len(shot["title"])) for shot in shots]
    assert posts == [("", 4), ("", 0), ("media/posts/202005/three.jpg", 5)]
    assert "B\\u00c3\\u00b3b" in (folder / THREADS / "followers.json").read_text()


def test_instagram_is_the_same_with_and_without_threads(
    small: Export, threads: Export, tmp_path: Path
) -> None:
    """Threads files of 2024 are replaced, all others untouched; in 2020 there was no Threads."""
    for layout in ("2020", "2023", "2024-07", "2026"):
        alone = write(small, tmp_path / layout / "alone", layout=layout)
        both = write(small, tmp_path / layout / "both", layout=layout, threads=threads)
        found = [
            {
                file.relative_to(folder): file.read_bytes()
                for file in folder.rglob("*")
                if file.is_file() and file.parent.name != "threads"
            }
            for folder in (alone, both)
        ]
        assert found[0] == found[1]
        there = [(folder / THREADS).is_dir() for folder in (alone, both)]
        assert there == [layout == "2024-07", layout in ("2024-07", "2026")]
    received = tmp_path / "2024-07" / "both" / THREADS / "follow_requests_you've_received.json"
    assert "_on_threads" not in received.read_text()


def test_threads_are_written_as_pages_too(small: Export, threads: Export, tmp_path: Path) -> None:
    """A display name is a heading there, the handle the text of the link."""
    folder = write(small, tmp_path / "out", form="html", threads=threads)
    text = (folder / THREADS / "followers.html").read_text(encoding="utf-8")
    assert (
        '<h2 class="_3-95 _2pim _a6-h _a6-i">Bób 🙂</h2><div class="_a6-p"><div><div>'
        '<a target="_blank" href="https://www.threads.com/bob">bob</a></div>'
        "<div>May 01, 2020 12:00 pm</div></div></div>"
    ) in text


@pytest.mark.parametrize(
    "other",
    [
        Export(platform="instagram", owners=("me",)),
        Export(platform="threads", owners=("you",)),
        Export(platform="threads", owners=("me", "you")),
    ],
)
def test_threads_are_of_the_same_owner(other: Export, small: Export, tmp_path: Path) -> None:
    """Anything else would be read as the owner's; the names stay out of the error."""
    with pytest.raises(SchemaError, match="threads: accepts an export of the same owner") as error:
        write(small, tmp_path / "out", threads=other)
    assert "you" not in str(error.value)
