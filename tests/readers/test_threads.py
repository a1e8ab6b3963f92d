"""Threads, alone or inside Instagram's export: titles are names, the owner is Instagram's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import builders as b
import pandas as pd
import pytest

import follownet as fn
from follownet.errors import UnknownFormatError
from follownet.tables import Export

FOLDER = f"{b.ACTIVITY}/threads"
ROOT = "text_post_app_text_post_app"


def tie(handle: Any, title: str, *, site: str = "https://www.threads.net/", at: int = b.NEW) -> Any:
    """Return a record as Threads has it: the title is the display name."""
    entry = {"href": f"{site}{handle}", "value": handle, "timestamp": at}
    return {"title": title, "media_list_data": [], "string_list_data": [entry]}


def bare(href: str | None, title: str) -> Any:
    """Return a record without value."""
    entry = {"timestamp": b.NEW} | ({} if href is None else {"href": href})
    return {"title": title, "string_list_data": [entry]}


def members(**files: Any) -> b.Members:
    """Return files of Threads, each under its root key."""
    return {f"{FOLDER}/{name}.json": {f"{ROOT}_{name}": found} for name, found in files.items()}


def threads_of(tmp_path: Path, found: b.Members, **arguments: Any) -> Export:
    """Return Threads in an export that also has Instagram's own lists."""
    path = b.zipped(tmp_path / "a.zip", b.lists() | {b.PROFILE: b.profile("ann")} | found)
    return b.read(path, platform="threads", **arguments)


@pytest.mark.parametrize(
    ("record", "handle", "name"),
    [
        (tie("Zoe_1", "Zo\u00c3\u00ab"), "zoe_1", "Zoë"),
        (tie("zoe", "bob"), "zoe", "bob"),
        (tie("zoe", ""), "zoe", None),
        (tie("zoe", "zoe"), "zoe", None),
        (tie("zoe", "Zoë", site="https://www.threads.com/@"), "zoe", "Zoë"),
        (bare("https://www.threads.com/zoe", "bob"), "zoe", "bob"),
        (bare("https://www.threads.com/@zoe?x=1", "Two Words"), "zoe", "Two Words"),
        (bare("https://www.instagram.com/_u/zoe", "bob"), "zoe", "bob"),
        (bare("https://zoe.example/", "bob"), "bob", None),
        (bare(None, "Bob"), "bob", "Bob"),
        (bare(None, "Two Words"), None, None),
        (b.labelled("zoe", name="Zoë"), "zoe", "Zoë"),
    ],
)
def test_the_handle_is_value_then_link_then_title(
    record: Any, handle: str | None, name: str | None, tmp_path: Path
) -> None:
    """A title is the display name, so it names an account only where nothing else does."""
    export = threads_of(tmp_path, members(followers=[record], following=[record]))
    assert b.followers(export) == b.following(export) == ([handle] if handle else [])
    named = export.accounts["name"].dropna().to_dict()
    assert named == {"ann": "Ann"} | ({handle: name} if name else {})


def test_both_platforms_of_one_zip_are_read_apart(tmp_path: Path) -> None:
    """Files of the same names; each leaves out the other's and says so."""
    found = members(followers=[tie("t1", "T"), tie("bob", "B")], following=[tie("t2", "T")])
    threads = threads_of(tmp_path, found)
    instagram = b.read(tmp_path / "a.zip")
    assert (threads.platform, instagram.platform) == ("threads", "instagram")
    assert threads.owners == instagram.owners == ("ann",)
    assert (b.followers(threads), b.following(threads)) == (["bob", "t1"], ["t2"])
    assert (b.followers(instagram), b.following(instagram)) == (["bob", "cy"], ["bob", "dan"])
    assert b.skipped(threads)['platform="instagram" reads them'] == 2
    assert b.skipped(instagram) == {'belongs to Threads: platform="threads" reads it': 3}
    assert set(threads.accounts["platform"]) == {"threads"}


def test_every_relation_is_read(tmp_path: Path) -> None:
    """By the names of Instagram's files, with the time of each."""
    names = {
        "pending_follow_requests": "requested",
        "recent_follow_requests": "recently_requested",
        "follow_requests_you've_received": "request_received",
        "recently_unfollowed_accounts": "unfollowed",
        "blocked_profiles": "blocked",
    }
    found = members(**{name: [tie(f"u{n}", "U")] for n, name in enumerate(names)})
    table = threads_of(tmp_path, found).relations
    assert dict(zip(table["relation"], table["source"], strict=True)) == {
        "requested": "ann",
        "recently_requested": "ann",
        "request_received": "u2",
        "unfollowed": "ann",
        "blocked": "ann",
    }
    assert (table["at"] == pd.Timestamp(b.NEW, unit="s", tz="UTC")).all()


def test_activity_on_threads_is_read(tmp_path: Path) -> None:
    """Likes and saves name the author in the title, views among their fields."""
    link = "https://www.threads.net/@zoe/post/C1"
    liked = {"title": "zoe", "string_list_data": [{"href": link, "timestamp": b.NEW}]}
    fields = {"Author": {"value": "bob"}, "Time": {"timestamp": b.NEW}}
    found = members(
        liked_threads=[liked],
        saved_threads=[{"title": "cy", "string_map_data": {"Saved on": {"timestamp": b.NEW}}}],
        threads_viewed=[{"string_map_data": fields}],
        threads_and_replies=[{"media": [{"uri": "media/1.jpg", "title": "hi"}]}],
    )
    export = threads_of(tmp_path, found)
    table = export.interactions.sort_values("kind")
    assert table["kind"].tolist() == ["like", "save", "view"]
    assert table["target"].tolist() == ["zoe", "cy", "bob"]
    assert table["item"].iloc[0] == link
    assert export.posts[["post", "format", "text_length"]].to_numpy().tolist() == [
        ["1", "thread", 2]
    ]


def test_posts_of_words_alone_are_kept(tmp_path: Path) -> None:
    """They have no medium: their second tells them apart."""
    words = {"media": [{"uri": "", "creation_timestamp": b.NEW, "title": "only words"}]}
    found = threads_of(tmp_path, members(threads_and_replies=[words, {"media": [{"uri": ""}]}]))
    assert found.posts[["post", "format", "text_length"]].to_numpy().tolist() == [
        [f"thread-{b.NEW}", "thread", 10]
    ]
    assert b.skipped(found)["record holds no medium"] == 1


@pytest.mark.parametrize("folder", [FOLDER, "threads", "in/my folder/Threads"])
def test_a_folder_of_threads_alone_is_detected(folder: str, tmp_path: Path) -> None:
    """Without platform=; it has no owner, since Instagram's profile is not there."""
    found = {f"{folder}/followers.json": {f"{ROOT}_followers": [tie("t1", "T")]}}
    export = b.read(b.zipped(tmp_path / "a.zip", found))
    assert (export.platform, export.owners) == ("threads", ("(owner)",))
    assert b.followers(export) == ["t1"]
    named = b.zipped(tmp_path / "instagram-ann-2026-05-11-AbCd1234.zip", found)
    assert b.read(named).owners == ("ann",)


def test_the_lists_of_threads_have_no_cap(tmp_path: Path) -> None:
    """7,500 is Instagram's; a part is full at 10,000 on both."""
    found = members(following=[tie(f"u{n}", "U", at=b.OLD) for n in range(7_500)])
    export = threads_of(tmp_path, found, exported_at="2026-01-01")
    assert b.statuses(export)["following"] == "presumed"


@pytest.mark.parametrize("ending", ["html", "htm"])
def test_pages_of_threads_are_read(ending: str, tmp_path: Path) -> None:
    """With the name in a heading; and they are never Instagram's."""
    link = '<div><a href="https://www.threads.com/zoe">zoe</a></div>'
    page = b.page([b.box(link, f"<div>{b.DAY}</div>", heading="Zoë")])
    found = {f"{FOLDER}/followers_1.{ending}": page}
    export = threads_of(tmp_path, found)
    assert b.followers(export) == ["zoe"]
    assert export.accounts.loc["zoe", "name"] == "Zoë"
    assert b.followers(b.read(tmp_path / "a.zip")) == ["bob", "cy"]


def test_an_export_without_threads_says_so(tmp_path: Path) -> None:
    """Asked for it by name."""
    path = b.zipped(tmp_path / "a.zip", b.lists())
    with pytest.raises(UnknownFormatError, match="none of the files that are read of Threads"):
        fn.read(path, platform="threads")


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf", b"\n "])
def test_files_of_threads_outside_of_their_folder_are_read(mark: bytes, tmp_path: Path) -> None:
    """Their root key tells, with a mark of the encoding or blanks before it, too."""
    found = {
        "followers_1.json": {f"{ROOT}_followers": [tie("t1", "T")]},
        "any/blocked_profiles.json": {f"{ROOT}_blocked_users": [tie("t2", "T")]},
        "saved_threads.json": {f"{ROOT}_saved_posts": []},
    }
    path = b.folder(tmp_path, {name: mark + b.encoded(record) for name, record in found.items()})
    export = b.read(path)
    assert export.platform == "threads"
    assert (b.followers(export), list(export.relations["target"])) == (["t1"], ["t2"])
    assert b.statuses(export)["following"] == "missing"


def test_one_file_of_threads_is_read(tmp_path: Path) -> None:
    """Given by its path."""
    path = b.folder(tmp_path, {"following.json": {f"{ROOT}_following": [tie("t1", "T")]}})
    export = b.read(path / "following.json")
    assert (export.platform, b.following(export)) == ("threads", ["t1"])
    with pytest.raises(UnknownFormatError, match='1 files are of Threads: platform="threads"'):
        fn.read(path, platform="instagram")


def test_the_profile_of_threads_names_nobody(tmp_path: Path) -> None:
    """It is read beside Instagram's, which names the owner."""
    about = {"string_map_data": {"Bio": {"value": "ann"}, "Private Account": {"value": "True"}}}
    found = threads_of(tmp_path, members(followers=[], personal_information=[about]))
    assert found.owners == ("ann",)
    assert found.report is not None
    assert sorted(found.report.files["content"]) == ["followers", "profile", "profile"]


def test_replies_and_archived_threads_have_formats_of_their_own(tmp_path: Path) -> None:
    """A reply is only flagged: whom it answers, is not told."""

    def words(at: int, *, is_reply: object) -> Any:
        app = {"text_app_post": {"is_reply": is_reply}}
        return {"media": [{"uri": "", "creation_timestamp": at, "title": "hi", **app}]}

    found = members(
        threads_and_replies=[words(b.OLD, is_reply=True), words(b.NEW, is_reply=False)],
        archived_threads=[words(b.NEW, is_reply=True)],
    )
    posts = threads_of(tmp_path, found).posts
    assert sorted(posts["format"]) == ["archived_thread", "reply", "thread"]
    assert posts["post"].is_unique
