"""Every export of a folder, oldest first; and the zone of local times."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import builders as b
import pandas as pd
import pytest

import follownet as fn
from follownet.errors import (
    DamagedExportError,
    FollownetWarning,
    SchemaError,
    UnknownFormatError,
)


def name(day: str, owner: str = "ann", mark: str = "AbCd1234") -> str:
    return f"instagram-{owner}-{day}-{mark}"


def lists(*followers: str) -> b.Members:
    """Return lists that nothing speaks against at any date of these tests."""
    return {b.FOLLOWERS: [b.classic(x, b.OLD) for x in followers], b.FOLLOWING: []}


def test_exports_are_ordered_by_their_dates(tmp_path: Path) -> None:
    """Not by their names: zips, tars and folders, of one person or of several."""
    b.zipped(tmp_path / f"{name('2026-03-01', 'zoe')}.zip", lists("three"))
    b.tarred(tmp_path / f"{name('2026-02-01')}.tar.gz", lists("two"))
    b.folder(tmp_path / name("2026-01-01", "bea"), lists("one"))
    b.zipped(tmp_path / "a copy.zip", {f"{name('2026-04-01')}/{k}": v for k, v in lists().items()})
    (tmp_path / ".DS_Store").write_bytes(b"x")
    exports = fn.read_all(tmp_path)
    assert [b.followers(export) for export in exports] == [["one"], ["two"], ["three"], []]
    assert [export.owners for export in exports] == [("bea",), ("ann",), ("zoe",), ("ann",)]
    assert [f"{export.exported_at:%m}" for export in exports] == ["01", "02", "03", "04"]


def test_analytics_of_posts_are_no_export_of_an_account(tmp_path: Path) -> None:
    """They have neither a date nor lists; they are counted, and read when asked for."""
    b.zipped(tmp_path / f"{name('2026-01-01')}.zip", lists("bob"))
    (tmp_path / "posts.csv").write_text("Date,Likes\n2026-01-05,3\n", encoding="utf-8")
    with pytest.warns(FollownetWarning, match="1 of 2 entries are analytics; see read_posts"):
        [export] = fn.read_all(tmp_path)
    assert b.followers(export) == ["bob"]
    with pytest.warns(FollownetWarning, match="1 of 2 entries are no exports"):
        [posts] = fn.read_all(tmp_path, platform="analytics")
    assert len(posts.posts) == 1


def test_what_nothing_dates_stands_where_its_newest_record_does(tmp_path: Path) -> None:
    """Without any record it comes last."""
    undated = {b.FOLLOWERS: [b.classic("x", None)], b.FOLLOWING: []}
    b.zipped(tmp_path / "a.zip", undated)
    b.zipped(tmp_path / f"{name('2020-01-01')}.zip", lists("dated"))
    b.zipped(tmp_path / "c.zip", {b.FOLLOWERS: [b.classic("old", b.OLD)], b.FOLLOWING: []})
    with pytest.warns(FollownetWarning, match="is suspect"):
        exports = fn.read_all(tmp_path)
    assert [b.followers(export) for export in exports] == [["old"], ["dated"], ["x"]]
    assert exports[-1].exported_at is None


def test_parts_of_one_request_become_one_export(tmp_path: Path) -> None:
    """Of one owner and day by their names; another day is another export."""
    found = lists("bob")
    b.zipped(
        tmp_path / f"{name('2026-01-01', mark='AAAA1111')}.zip", {b.FOLLOWERS: found[b.FOLLOWERS]}
    )
    b.zipped(tmp_path / f"{name('2026-01-01', mark='BBBB2222')}.zip", {b.FOLLOWING: []})
    b.zipped(tmp_path / f"{name('2026-02-01')}.zip", lists("bob", "cy"))
    exports = fn.read_all(tmp_path)
    assert [b.followers(export) for export in exports] == [["bob"], ["bob", "cy"]]
    assert b.statuses(exports[0]) == {"followers": "presumed", "following": "presumed"}


def test_strangers_are_counted_and_warned_of(tmp_path: Path) -> None:
    """By their number: their names may be those of people."""
    b.zipped(tmp_path / f"{name('2026-01-01')}.zip", lists("bob"))
    (tmp_path / "secret_letter.txt").write_text("x", encoding="utf-8")
    b.zipped(tmp_path / "secret_holiday.zip", {"beach.jpg": b"x"})
    with pytest.warns(FollownetWarning, match="2 of 3 entries are no exports") as caught:
        exports = fn.read_all(tmp_path)
    assert [b.followers(export) for export in exports] == [["bob"]]
    assert "secret" not in "".join(str(warning.message) for warning in caught)


def test_an_export_or_a_file_given_as_the_folder_is_refused(tmp_path: Path) -> None:
    """The message says what reads it; a folder of strangers alone holds no export."""
    one = b.folder(tmp_path / "one", b.lists())
    with pytest.raises(UnknownFormatError, match="is one export; `read` reads it"):
        fn.read_all(one)
    path = b.zipped(tmp_path / "a.zip", b.lists())
    for wrong in (path, tmp_path / "nowhere"):
        with pytest.raises(UnknownFormatError, match="is no folder; `read` reads one export"):
            fn.read_all(wrong)
    (tmp_path / "empty").mkdir()
    with pytest.raises(UnknownFormatError, match="there is no export that follownet knows"):
        fn.read_all(tmp_path / "empty")


def test_p33_a_damaged_export_is_named_without_a_name(tmp_path: Path) -> None:
    """P33: by its date, or by its place where nothing in its name is a date."""
    for called, shown in (
        (f"{name('2026-01-01', 'zoe')}.zip", "2026-01-01"),
        ("zoe.zip", "entry 1"),
    ):
        folder = tmp_path / shown.replace(" ", "_")
        folder.mkdir()
        (folder / called).write_bytes(b.zip_bytes(b.lists())[:-40])
        with pytest.raises(DamagedExportError, match=shown) as caught:
            fn.read_all(folder)
        assert "zoe" not in str(caught.value)


def test_a_platform_and_a_zone_count_for_all(tmp_path: Path) -> None:
    """As in `read`."""
    threads = {"threads/followers.json": [b.classic("t1", b.OLD)]}
    pages = {
        f"{b.TIES}/{which}.html": b.page([b.link_box("bob")])
        for which in ("followers_1", "following")
    }
    b.zipped(tmp_path / f"{name('2027-01-01')}.zip", pages | threads)
    [export] = fn.read_all(tmp_path, zone="Asia/Kolkata")
    assert export.follows["since"].unique().tolist() == [pd.Timestamp("2025-03-09T04:11Z")]
    [export] = fn.read_all(tmp_path, platform="threads")
    assert (export.platform, b.followers(export)) == ("threads", ["t1"])


def test_threads_alone_is_an_export_of_its_own(tmp_path: Path) -> None:
    """Of the same owner and day as Instagram's, by a name that begins otherwise."""
    called = name("2026-01-01")
    threads = {"threads/followers.json": [b.classic("t1", b.OLD)]}
    b.zipped(tmp_path / f"{called}.zip", lists("bob"))
    b.zipped(tmp_path / f"{called.replace('instagram', 'threads')}.zip", threads)
    exports = fn.read_all(tmp_path)
    assert {one.platform: b.followers(one) for one in exports} == {
        "instagram": ["bob"],
        "threads": ["t1"],
    }
    assert len({one.owners for one in exports}) == 1


def test_one_damaged_export_does_not_hide_the_others(tmp_path: Path) -> None:
    """What cannot be read is told by its date or place, beside files that are no exports."""
    b.zipped(tmp_path / f"{name('2026-01-01')}.zip", lists("bob"))
    (tmp_path / f"{name('2026-02-01', 'zoe')}.zip").write_bytes(b.zip_bytes(b.lists())[:-40])
    (tmp_path / "desktop.ini").write_bytes(b"")
    (tmp_path / "zoe.7z").write_bytes(b"7z\xbc\xaf\x27\x1c rest")
    (tmp_path / "zoes_empty_folder").mkdir()
    with pytest.warns(FollownetWarning) as caught:
        exports = fn.read_all(tmp_path)
    assert [b.followers(export) for export in exports] == [["bob"]]
    told = [str(warning.message).removeprefix(str(tmp_path)) for warning in caught]
    assert told[0] == ": 1 of 5 entries are no exports"
    assert len([text for text in told if text.startswith("left out")]) == 3
    assert "2026-02-01" in told[2]
    assert "zoe" not in "".join(told)


@pytest.mark.parametrize(
    "zone", ["", 5, None, "Mars/Olympus", "CEST!", "../etc", "Europe", "x" * 300]
)
def test_what_is_no_zone_is_refused(zone: Any, tmp_path: Path) -> None:
    """Before anything is read, and without quoting it."""
    path = b.zipped(tmp_path / "a.zip", b.lists())
    for reading in (lambda: fn.read(path, zone=zone), lambda: fn.read_all(tmp_path, zone=zone)):
        with pytest.raises(SchemaError, match="zone: is no time zone; accepts such as") as caught:
            reading()
        if isinstance(zone, str) and zone:
            assert zone not in str(caught.value).replace("Europe/Berlin", "")
