"""Containers: what people have on disk, whole and damaged."""

from __future__ import annotations

import os
import stat
import tarfile
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import builders as b
import pytest

import follownet as fn
from follownet.errors import (
    DamagedExportError,
    FollownetError,
    FollownetWarning,
    UnknownFormatError,
)
from follownet.readers import archive as archive_module
from follownet.readers.archive import GIB, Archive


def contents(sources: Any, **arguments: Any) -> dict[str, bytes]:
    """Return what an archive holds, by path."""
    with Archive(sources, **arguments) as archive:
        return {member.path: archive.read(member) for member in archive.members}


def flagged(path: Path) -> Path:
    """Set the flag of encryption on every member of a zip, in both of its places."""
    content = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(signature)
        while at >= 0:
            content[at + offset] |= 1
            at = content.find(signature, at + 4)
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("wrapper", ["", "instagram-ann-2026-05-11-AbCd1234/", "my data/ig/"])
@pytest.mark.parametrize("kind", ["zip", "tar", "tar.gz", "tar.bz2", "tar.xz", "folder"])
def test_every_container_gives_the_same_follows(kind: str, wrapper: str, tmp_path: Path) -> None:
    """Zip, tar and folder, with and without a folder around everything."""
    members = {wrapper + name: content for name, content in b.whole().items()}
    path = tmp_path / "download.bin"
    if kind == "folder":
        b.folder(path, members)
    elif kind == "zip":
        b.zipped(path, members)
    else:
        b.tarred(path, members, {"tar": "w", "tar.gz": "w:gz"}.get(kind, f"w:{kind[4:]}"))
    export = b.read(path)
    assert b.followers(export) == ["bob", "cy"]
    assert b.following(export) == ["bob", "dan"]
    assert len(export.interactions) == 7


def test_a_single_file_is_an_archive_of_one(tmp_path: Path) -> None:
    """One list alone is read; the other is missing."""
    path = b.folder(tmp_path, {"following.json": b.lists()[b.FOLLOWING]}) / "following.json"
    export = b.read(path)
    assert b.following(export) == ["bob", "dan"]
    assert b.statuses(export)["followers"] == "missing"


def test_paths_texts_and_lists_of_parts_are_accepted(tmp_path: Path) -> None:
    """Several zips of one request are one export, in whatever order they are given."""
    members = b.lists()
    parts = [b.zipped(tmp_path / f"{n}.zip", {k: members[k]}) for n, k in enumerate(members)]
    for given in (parts, parts[::-1], [str(part) for part in parts], tuple(parts), iter(parts)):
        export = b.read(given)
        assert (b.followers(export), b.following(export)) == (["bob", "cy"], ["bob", "dan"])


def test_no_paths_are_refused() -> None:
    """An empty list of parts says so."""
    with pytest.raises(UnknownFormatError, match="no path was given"):
        fn.read([])


@pytest.mark.parametrize("name", ["not there.zip", "nul\0byte", "x" * 5000])
def test_a_path_that_does_not_exist_is_refused(name: str, tmp_path: Path) -> None:
    """Also names that the system cannot even look for."""
    with pytest.raises(UnknownFormatError, match="there is no such file or folder"):
        fn.read(f"{tmp_path}/{name}")


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    """Opening a FIFO would block for ever."""
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UnknownFormatError, match="neither a file nor a folder"):
        fn.read(tmp_path / "pipe")


def test_pipes_and_links_in_a_folder_are_left_alone(tmp_path: Path) -> None:
    """Links to files and folders are not followed, pipes not opened; all are counted."""
    path = b.folder(tmp_path / "in", b.lists())
    os.mkfifo(path / b.TIES / "close_friends.json")
    (path / b.TIES / "blocked_profiles.json").symlink_to(path / b.FOLLOWING)
    (path / "loop").symlink_to(path)
    (path / "broken").symlink_to(tmp_path / "nowhere")
    export = b.read(path)
    assert export.relations.empty
    assert b.skipped(export)["links in an archive are not followed"] == 4


def test_links_in_zip_and_tar_are_left_alone(tmp_path: Path) -> None:
    """A link is no file, whatever it is called."""
    zipped, tarred = tmp_path / "a.zip", tmp_path / "a.tar"
    link = zipfile.ZipInfo(f"{b.TIES}/close_friends.json")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(b.zipped(zipped, b.lists()), "a") as archive:
        archive.writestr(link, "/etc/passwd")
    with tarfile.open(b.tarred(tarred, b.lists(), "w"), "a") as tar:
        info = tarfile.TarInfo(f"{b.TIES}/close_friends.json")
        info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(info)
    for path in (zipped, tarred):
        export = b.read(path)
        assert export.relations.empty
        assert b.skipped(export)["links in an archive are not followed"] == 1


@pytest.mark.parametrize("wrap", ["zip", "tar"])
@pytest.mark.parametrize("inner", ["zip", "tar", "wrong ending"])
def test_one_archive_inside_another_is_read(wrap: str, inner: str, tmp_path: Path) -> None:
    """People re-pack what they downloaded; bytes decide what the inner one is."""
    content = b.zip_bytes(b.lists()) if inner == "zip" else b.tar_bytes(b.lists())
    name = "instagram-ann-2026-05-11-AbCd1234" + (".tar.gz" if inner == "tar" else ".zip")
    members = {f"download/{name}": content, "download/readme.txt": b"hello"}
    write = b.zipped if wrap == "zip" else b.tarred
    export = b.read(write(tmp_path / "outer", members))
    assert b.followers(export) == ["bob", "cy"]
    assert export.owners == ("ann",)


def test_part_zips_inside_a_zip_are_joined(tmp_path: Path) -> None:
    """A folder of parts that was packed as one."""
    members = b.lists()
    parts = {f"part-{n}.zip": b.zip_bytes({k: members[k]}) for n, k in enumerate(members)}
    export = b.read(b.zipped(tmp_path / "all.zip", parts))
    assert b.statuses(export) == {"followers": "presumed", "following": "presumed"}


def test_archives_two_deep_are_refused(tmp_path: Path) -> None:
    """Bombs are built so; exports are not."""
    inner = {"b.zip": b.zip_bytes({"c.zip": b.zip_bytes(b.lists())})}
    with pytest.raises(DamagedExportError, match="archives in an archive in an archive"):
        fn.read(b.zipped(tmp_path / "a.zip", inner))


def test_an_archive_inside_that_cannot_be_read_is_named_by_the_outer_path(tmp_path: Path) -> None:
    """Damaged and encrypted ones alike."""
    cut = b.zipped(tmp_path / "cut.zip", {"a.zip": b.zip_bytes(b.lists())[:-30]})
    with pytest.raises(DamagedExportError, match=r"cut\.zip: an archive inside it is damaged"):
        fn.read(cut)
    inner = flagged(b.zipped(tmp_path / "inner.zip", b.lists()))
    locked = flagged(b.zipped(tmp_path / "locked.zip", {"a.zip": inner.read_bytes()}))
    with pytest.raises(DamagedExportError, match=r"locked\.zip: an archive inside it is encrypted"):
        fn.read(locked)


def test_archives_inside_are_bounded_together(tmp_path: Path) -> None:
    """They are read into memory, so their sum counts."""
    inner = b.zip_bytes(b.lists())
    path = b.zipped(tmp_path / "a.zip", {"a.zip": inner, "b.zip": inner})
    with pytest.raises(DamagedExportError, match="more than the limit"):
        fn.read(path, limit=len(inner) + 1)


def test_p12_a_download_cut_at_two_gib_is_recognised(tmp_path: Path) -> None:
    """P12: exactly 2 GiB is where downloads get cut."""
    path = tmp_path / "cut.zip"
    path.write_bytes(b.zip_bytes(b.lists())[:-22])
    os.truncate(path, 2 * GIB)
    with pytest.raises(DamagedExportError, match=r"has exactly 2 GiB, where downloads get cut"):
        fn.read(path)


def test_p12_encrypted_zips_say_so(tmp_path: Path) -> None:
    """P12: the flag of every member is set; nothing can be read."""
    with pytest.raises(DamagedExportError, match="is encrypted; unpack it with its password"):
        fn.read(flagged(b.zipped(tmp_path / "a.zip", b.lists())))


@pytest.mark.parametrize(
    ("content", "kind", "message"),
    [
        (b"", DamagedExportError, "empty file"),
        (b"PK\x05\x06" + bytes(18), DamagedExportError, "is empty: there is no file in it"),
        (b"7z\xbc\xaf\x27\x1c" + bytes(99), UnknownFormatError, "is a 7z archive"),
        (b"Rar!\x1a\x07\x01\x00" + bytes(99), UnknownFormatError, "is a RAR archive"),
        (b"PK\x03\x04" + bytes(99), DamagedExportError, "is damaged or cut off"),
        (b"\x1f\x8b\x08" + bytes(99), DamagedExportError, "is damaged or cut off"),
        (bytes(257) + b"ustar", DamagedExportError, "is damaged or cut off"),
        (b.zip_bytes(b.lists())[:-30], DamagedExportError, "is damaged or cut off"),
        (b.tar_bytes(b.lists())[:-30], DamagedExportError, "is damaged or cut off"),
        (b"hello", DamagedExportError, "called an archive and is none"),
    ],
)
def test_p12_what_is_no_whole_archive_says_what_it_is(
    content: bytes, kind: type[FollownetError], message: str, tmp_path: Path
) -> None:
    """P12: empty, cut, foreign and unrelated files each have their own message."""
    (tmp_path / "x.zip").write_bytes(content)
    with pytest.raises(kind, match=message):
        fn.read(tmp_path / "x.zip")


@pytest.mark.parametrize("cut", [512, 1024, 1536, -1024, -512])
def test_a_tar_cut_between_two_members_is_not_taken_as_whole(cut: int, tmp_path: Path) -> None:
    """A tar ends in blocks of zeros: without them, a list that is cut off looks missing."""
    small = dict.fromkeys(b.lists(), b"[]")
    content = b.tar_bytes(small, "w")[: 4 * 512 + 1024]
    (tmp_path / "a.tar").write_bytes(content)
    assert len(contents(tmp_path / "a.tar")) == 2
    (tmp_path / "a.tar").write_bytes(content[: 4 * 512] if cut == -1024 else content[:cut])
    if cut == -512:
        assert len(contents(tmp_path / "a.tar")) == 2
    else:
        with pytest.raises(DamagedExportError, match="damaged or cut off"):
            contents(tmp_path / "a.tar")


def test_a_damaged_header_inside_a_tar_is_no_end(tmp_path: Path) -> None:
    """The library takes a header whose sum is wrong for the end of the archive."""
    content = bytearray(b.tar_bytes(b.lists(), "w"))
    content[content.index(b"following.json") + 2] ^= 1
    (tmp_path / "a.tar").write_bytes(content)
    with pytest.raises(DamagedExportError, match="damaged or cut off"):
        fn.read(tmp_path / "a.tar")


def test_the_sum_of_a_compressed_tar_is_checked(tmp_path: Path) -> None:
    """It stands at the very end, behind all that the tar itself needs."""
    content = bytearray(b.tar_bytes(b.lists()))
    content[-6] ^= 1
    (tmp_path / "a.tar.gz").write_bytes(content)
    with pytest.raises(DamagedExportError, match="damaged or cut off"):
        fn.read(tmp_path / "a.tar.gz")


@pytest.mark.parametrize(
    "name",
    ["/etc/x.json", "../x.json", "a/../../x.json", "C:/x.json", "C:\\x.json", "..\\x.json", "a/.."],
)
@pytest.mark.parametrize("write", [b.zipped, b.tarred])
def test_p12_names_that_lead_out_of_the_archive_are_refused(
    name: str, write: Any, tmp_path: Path
) -> None:
    """P12: absolute names, drives, and parents, in either kind of slash."""
    path = write(tmp_path / "a", b.lists() | {name: b"{}"})
    with pytest.raises(DamagedExportError, match="leads out of the archive"):
        fn.read(path)


def test_p12_junk_of_other_systems_is_not_seen(tmp_path: Path) -> None:
    """P12: __MACOSX repeats every name, and would look like a second copy."""
    junk = {f"__MACOSX/{b.TIES}/._following.json": b"\0", ".DS_Store": b"\0", "a/Thumbs.db": b"x"}
    junk |= {f"__MACOSX/{b.FOLLOWING}": b"\0", "x.pyc": b"\0", "desktop.ini": b"x"}
    export = b.read(b.zipped(tmp_path / "a.zip", b.lists() | junk))
    assert b.statuses(export) == {"followers": "presumed", "following": "presumed"}
    assert b.skipped(export) == {}
    with pytest.raises(DamagedExportError, match="is empty"):
        fn.read(b.zipped(tmp_path / "b.zip", junk))


def test_backslashes_of_windows_are_slashes(tmp_path: Path) -> None:
    """Some packers write them; their folders are no files."""
    members = {name.replace("/", "\\"): content for name, content in b.lists().items()}
    path = b.zipped(tmp_path / "a.zip", {"connections\\": b"", "./": b""} | members)
    export = b.read(path)
    assert b.followers(export) == ["bob", "cy"]
    assert b.skipped(export) == {}


def test_of_duplicate_members_the_last_counts(tmp_path: Path) -> None:
    """As unpacking would have it; the report says so."""
    path = b.zipped(tmp_path / "a.zip", b.lists(following=["old"]))
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr(b.FOLLOWING, b.encoded([b.classic("new")]))
    export = b.read(path)
    assert b.following(export) == ["new"]
    assert b.skipped(export)["the last of each was read"] == 1
    assert "twice in one folder" in str(export.report)


def test_names_that_differ_in_case_are_one_file(tmp_path: Path) -> None:
    """They would be on the systems that people unpack on."""
    members = b.lists() | {f"{b.TIES}/Following.JSON": [b.classic("upper")]}
    export = b.read(b.zipped(tmp_path / "a.zip", members))
    assert b.following(export) == ["upper"]
    assert b.skipped(export)["the last of each was read"] == 1


def test_a_member_over_the_limit_is_unreadable_and_the_rest_is_read(tmp_path: Path) -> None:
    """The bound is on what a reader opens, and the message names the way out."""
    many = b.lists(followers=[f"user{n}" for n in range(50)])
    path = b.zipped(tmp_path / "a.zip", many | {"media/film.mp4": bytes(10**6)})
    export = b.read(path, limit=2000)
    assert b.statuses(export) == {"followers": "unreadable", "following": "presumed"}
    assert any("more than the limit" in text for text in export.report.warnings)
    assert b.statuses(b.read(path, limit=10**5))["followers"] == "presumed"


def test_a_size_that_lies_is_found_out(tmp_path: Path) -> None:
    """A zip that declares ten bytes and holds a thousand times as many."""
    members = b.lists() | {b.FOLLOWERS: [b.classic(f"user{n}") for n in range(100)]}
    content = bytearray(b.zip_bytes(members))
    at = content.find(b"PK\x01\x02")
    assert content[at + 46 :].startswith(b.FOLLOWERS.encode())
    content[at + 24 : at + 28] = (10).to_bytes(4, "little")
    (tmp_path / "a.zip").write_bytes(content)
    export = b.read(tmp_path / "a.zip")
    assert b.statuses(export) == {"followers": "unreadable", "following": "presumed"}


def test_a_wrong_sum_makes_one_member_unreadable(tmp_path: Path) -> None:
    """One flipped bit in stored data; the other files are read."""
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for name, content in b.lists().items():
            archive.writestr(name, b.encoded(content))
    content = (tmp_path / "a.zip").read_bytes()
    (tmp_path / "a.zip").write_bytes(content.replace(b"dan", b"dam"))
    export = b.read(tmp_path / "a.zip")
    assert b.statuses(export) == {"followers": "presumed", "following": "unreadable"}


@pytest.mark.parametrize("kind", ["zip", "tar", "folder"])
def test_reading_takes_the_memory_of_the_file_and_not_of_the_limit(
    kind: str, tmp_path: Path
) -> None:
    """Asking a file for 2 GiB reserves 2 GiB, whatever it holds."""
    write = {"zip": b.zipped, "tar": b.tarred, "folder": b.folder}[kind]
    path = write(tmp_path / "in", b.lists())
    tracemalloc.start()
    try:
        assert len(contents(path)) == 2
        assert tracemalloc.get_traced_memory()[1] < 2**24
    finally:
        tracemalloc.stop()


def test_media_are_never_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Real archives hold gigabytes of them."""
    opened = []
    original = Archive.read

    def spy(self: Archive, member: Any) -> bytes:
        opened.append(member.name)
        return original(self, member)

    monkeypatch.setattr(Archive, "read", spy)
    b.read(b.zipped(tmp_path / "a.zip", b.whole() | {"media/posts/1.jpg": b"x"}))
    assert len(opened) == 10
    assert all(name.endswith(".json") for name in opened)


def test_nothing_is_written_while_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Archives are never extracted: the folder is as it was, and no temporary file is made."""
    path = b.zipped(tmp_path / "a.zip", {"in.zip": b.zip_bytes(b.lists())})
    monkeypatch.setattr("tempfile.mkstemp", None)
    monkeypatch.setattr("tempfile.mkdtemp", None)
    monkeypatch.chdir(tmp_path)
    b.read(path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.zip"]


def test_directories_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No export has millions of names."""
    monkeypatch.setattr(archive_module, "NAMES_LIMIT", 3)
    path = b.folder(tmp_path / "in", {f"{n}.json": b"[]" for n in range(4)})
    with pytest.raises(DamagedExportError, match="holds more than 3 names"):
        fn.read(path)


def test_folders_that_cannot_be_listed_are_refused_not_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What lies in them is unreadable, and unreadable is not missing."""
    path = b.folder(tmp_path / "in", b.lists())
    original = os.scandir

    def scandir(where: Any) -> Any:
        if os.fspath(where).endswith("connections"):
            raise PermissionError(where)
        return original(where)

    monkeypatch.setattr("os.scandir", scandir)
    with pytest.raises(DamagedExportError, match="a folder that cannot be opened") as caught:
        fn.read(path)
    assert str(path) in str(caught.value)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read it all")
def test_files_without_permission_say_so(tmp_path: Path) -> None:
    """As an archive, and as one file of a folder."""
    path = b.zipped(tmp_path / "a.zip", b.lists())
    path.chmod(0)
    with pytest.raises(DamagedExportError, match="check its permissions"):
        fn.read(path)
    inside = b.folder(tmp_path / "in", b.lists())
    (inside / b.FOLLOWING).chmod(0)
    assert b.statuses(b.read(inside))["following"] == "unreadable"


def test_an_unrelated_archive_is_told_by_endings_alone(tmp_path: Path) -> None:
    """What was looked for, what was found, what to do; an ending may be a name."""
    members = {"a.json": b"{}", "b.json": b"{}", "letter.annsmith": b"", "c": b""}
    with pytest.raises(UnknownFormatError) as caught:
        fn.read(b.zipped(tmp_path / "a.zip", members))
    assert "looked for" in str(caught.value)
    assert "Instagram (followers_1.json" in str(caught.value)
    assert "found 4 files (by ending: .json 2, other 2)" in str(caught.value)
    assert "annsm" not in str(caught.value)


def test_an_unknown_platform_is_refused(tmp_path: Path) -> None:
    """The message lists those that are known."""
    with pytest.raises(UnknownFormatError, match=r"platform: accepts .*instagram, threads"):
        fn.read(b.folder(tmp_path, b.lists()), platform="friendster")


def test_names_that_are_no_unicode_are_read(tmp_path: Path) -> None:
    """File systems hold bytes; no column of text holds what stands for them."""
    name = os.fsdecode(b"bob\xff")
    path = b.folder(tmp_path / "in", b.lists())
    said = b.encoded(b.thread(["Bob", "Ann"], [("Bob", "hi")]))
    try:
        b.folder(path, {f"{b.ACTIVITY}/messages/inbox/{name}/message_1.json": said})
    except OSError:
        pytest.skip("this file system holds only Unicode")
    export = b.read(path)
    assert export.interactions["item"].tolist() == ["bob?"]


def test_files_are_closed_after_success_and_failure(tmp_path: Path) -> None:
    """On Windows an open file cannot be removed; elsewhere an unclosed one warns."""
    if not Path("/proc/self/fd").is_dir():
        pytest.skip("open files cannot be counted here")
    before = len(list(Path("/proc/self/fd").iterdir()))
    good = b.zipped(tmp_path / "a.zip", b.lists())
    b.read(good)
    for parts in ([good, tmp_path / "no"], [flagged(b.zipped(tmp_path / "b.zip", b.lists()))]):
        with pytest.raises(FollownetError):
            fn.read(parts)
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_compressed_streams_are_read_forwards(tmp_path: Path) -> None:
    """Members come in the order in which they lie, not in that of the reader's wish."""
    with Archive(b.tarred(tmp_path / "a.tar.gz", b.whole())) as archive:
        wanted = archive.members[::-1]
        assert [m.place for m in archive.in_order(wanted)] == [m.place for m in archive.members]


def test_a_file_that_is_only_called_an_archive_is_said_to_be_none(tmp_path: Path) -> None:
    """A page of an expired link is often saved under the name of the download."""
    file = tmp_path / "instagram.zip"
    file.write_bytes(b"<html>expired</html>")
    with pytest.raises(DamagedExportError, match="called an archive and is none"):
        Archive(file)


def test_an_empty_file_beside_others_is_its_readers_matter(tmp_path: Path) -> None:
    """A list of nobody is no reason to refuse what lies beside it; an archive is."""
    names = ["following_accounts.csv", "blocked_accounts.csv", "muted_accounts.csv"]
    following, blocked, muted = (tmp_path / name for name in names)
    following.write_bytes(b"Account address,Show boosts\nann@a.example,true\n")
    blocked.touch()
    muted.touch()
    with pytest.warns(FollownetWarning, match="muted_accounts.csv is an empty file"):
        export = fn.read([following, blocked, muted], exported_at="2026-05-11")
    assert export.follows["target"].tolist() == ["ann@a.example"]
    assert export.report is not None
    assert sorted(export.report.files["content"]) == ["blocked", "following"]
    with pytest.raises(DamagedExportError, match="are empty files"):
        fn.read([blocked, muted])
    part = tmp_path / "instagram-ann-2026-05-11-AbCd1234-2.zip"
    part.touch()
    with pytest.raises(DamagedExportError, match="is called an archive and is none"):
        fn.read([following, part])
