"""Parts of one request: what is a copy, and what is of another platform, day or person."""

from __future__ import annotations

import shutil
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from conftest import first

import follownet as fn
from follownet.errors import FollownetWarning, SchemaError, UnknownFormatError

PLATFORMS = [
    "instagram", "threads", "x", "tiktok", "linkedin", "facebook", "mastodon", "youtube", "medium",
    "bluesky",
]  # fmt: skip
#: File that says whose an export is, and what of it stands for that.
PROFILES = {
    "facebook": (b"Zorno Otter", b"Other Person"),
    "linkedin": (b"Zorno", b"Other"),
    "youtube": (b"UCO8KJiKV8GNTfbdpY6wbrpH", b"UC" + b"x" * 22),
    "medium": (b"livelyshore", b"otherperson"),
    "mastodon": (b"livelyshore", b"otherperson"),
}


def sample(platform: str) -> Path:
    return fn.datasets.sample(platform)


@pytest.mark.parametrize("pair", list(combinations(PLATFORMS, 2)), ids="-".join)
def test_exports_of_two_platforms_are_refused(pair: tuple[str, str]) -> None:
    """The files of one would be left out, or counted as the other's; both are named."""
    with pytest.raises(UnknownFormatError, match="read them one by one") as caught:
        fn.read([sample(one) for one in pair])
    of_meta = {"instagram", "threads"}.issuperset(pair)
    said = "2 different exports" if of_meta else f"exports of {', '.join(sorted(pair))}"
    assert said in str(caught.value)


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("copied", first(1, [True, False]))
def test_a_part_given_twice_counts_once(platform: str, copied: bool, tmp_path: Path) -> None:
    """The same path, or the copy that a browser made of it."""
    path = sample(platform)
    again = tmp_path / f"{path.stem} (1){path.suffix}"
    if copied:
        shutil.copy(path, again)
    once = fn.read(path)
    with pytest.warns(FollownetWarning, match="1 of the 2 paths are copies"):
        twice = fn.read([path, again if copied else path])
    assert len(twice.interactions) == len(once.interactions)
    assert twice.coverage["records"].equals(once.coverage["records"])


@pytest.mark.parametrize("platform", first(4, PLATFORMS))
def test_a_copy_in_a_folder_counts_once(platform: str, tmp_path: Path) -> None:
    """It is no further export."""
    path = sample(platform)
    for name in (path.name, f"{path.stem} (1){path.suffix}"):
        shutil.copy(path, tmp_path / name)
    with pytest.warns(FollownetWarning, match="1 of 2 entries are copies"):
        [export] = fn.read_all(tmp_path)
    assert len(export.interactions) == len(fn.read(path).interactions)


@pytest.mark.parametrize("platform", PROFILES)
def test_exports_of_two_people_are_refused(platform: str, tmp_path: Path) -> None:
    """By their profiles, whatever the archives are called; also where the platform is given."""
    path, other = sample(platform), tmp_path / "other"
    shutil.unpack_archive(path, other)
    old, new = PROFILES[platform]
    for file in filter(Path.is_file, other.rglob("*")):
        file.write_bytes(file.read_bytes().replace(old, new))
    for options in ({}, {"platform": platform}):
        with pytest.raises(UnknownFormatError, match="exports of several people"):
            fn.read([path, other], **options)


def test_lists_from_elsewhere_are_no_other_export(tmp_path: Path) -> None:
    """A ``followers.csv`` completes an export, whoever else would read it."""
    (tmp_path / "followers.csv").write_bytes(b"UC" + b"a" * 22 + b"\n")
    export = fn.read([sample("youtube"), tmp_path / "followers.csv"])
    assert export.coverage["status"].tolist() == ["presumed", "presumed"]


@pytest.mark.parametrize("path", [None, 3, b"a.zip", [None], ["a.zip", 3]])
def test_what_is_no_path_is_refused(path: Any) -> None:
    """With the type of it."""
    with pytest.raises(SchemaError, match="path: "):
        fn.read(path)
