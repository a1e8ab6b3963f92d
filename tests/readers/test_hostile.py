"""Input made to do harm, or by software that follows no rule: refused, or read and counted."""

from __future__ import annotations

import gzip
import io
import json
import os
import struct
import subprocess
import sys
import tarfile
import time
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import builders as b
import pytest
from fuzz import chain

import follownet as fn
from follownet.errors import (
    DamagedExportError,
    FollownetError,
    FollownetWarning,
    UnknownFormatError,
)
from follownet.readers import markup
from follownet.readers.archive import NAMES_LIMIT
from follownet.tables import Export

#: In every name that is planted.
MARK = "zqplant"
NAMES = tuple(f"{MARK}{number}" for number in range(4))
LISTS = b.lists(NAMES[:2], NAMES[1:3])
PAGE = b.FOLLOWERS.replace("json", "html")
THREAD_PAGE = b.THREAD.replace("json", "html")
MIB = 2**20

MEASURED = """
import json, resource, sys, warnings
import follownet as fn
warnings.simplefilter("ignore")
before, reason = resource.getrusage(resource.RUSAGE_SELF), ""
try:
    export = fn.read(sys.argv[1])
    reason = str(export.report)
except fn.errors.FollownetError as error:
    reason = str(error)
after = resource.getrusage(resource.RUSAGE_SELF)
scale = 1 if sys.platform == "darwin" else 1024
grown = (after.ru_maxrss - before.ru_maxrss) * scale
print(json.dumps([reason, after.ru_utime - before.ru_utime, grown]))
"""


def measured(path: Path) -> tuple[str, float, int]:
    """Return what reading says, its seconds and the growth of memory, in a process of its own."""
    command = [sys.executable, "-c", MEASURED, os.fspath(path)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)
    said, seconds, grown = json.loads(done.stdout)
    return said, seconds, grown


def read(path: Any, **given: Any) -> Export | str:
    """Return the export, or what the error says; neither shows a name."""
    said: list[str] = []
    result: Export | str = ""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            result = fn.read(path, **given)
        except FollownetError as error:
            said, result = [*chain(error)], str(error)
    assert all(issubclass(told.category, FollownetWarning) for told in caught)
    said += [str(told.message) for told in caught]
    if isinstance(result, Export):
        said += [str(result.report), *result.coverage["note"].dropna()]
        assert result.graph().number_of_edges() == len(result.follows)
    assert MARK not in "\n".join(said).lower()
    return result


def refused(path: Any, **given: Any) -> str:
    """Return why an export is refused."""
    result = read(path, **given)
    assert isinstance(result, str)
    return result


def accepted(path: Any, **given: Any) -> Export:
    """Return an export that is not refused."""
    result = read(path, **given)
    assert isinstance(result, Export), result
    return result


def listed(tmp_path: Path, content: bytes, name: str = b.FOLLOWERS) -> Export:
    """Return an export with two good lists, but for this file."""
    others = {called: c for called, c in LISTS.items() if called != b.FOLLOWERS}
    return accepted(b.zipped(tmp_path / "a.zip", others | {name: content}))


def unreadable(export: Export) -> str:
    """Return why the one file of followers was not read; the other list was."""
    assert b.statuses(export) == {"followers": "unreadable", "following": "presumed"}
    assert b.following(export) == sorted(NAMES[1:3])
    reasons = [reason for reason in b.skipped(export) if reason.startswith("unreadable: ")]
    assert len(reasons) == 1
    assert b.skipped(export)[reasons[0]] == 1
    return reasons[0].removeprefix("unreadable: ")


def some(name: str, slow: Iterable[str]) -> Any:
    """Return a variant, of those that are slow one for the long run."""
    return pytest.param(name, marks=[pytest.mark.slow] * (name in slow))


# ------------------------------------------------------------------ bombs


def header(name: str, size: int = 0, pax: dict[str, str] | None = None) -> bytes:
    """Return the header of a file in a tar, with a longer one before it where there has to be."""
    info = tarfile.TarInfo(name)
    info.size, info.pax_headers = size, pax or {}
    return info.tobuf(tarfile.PAX_FORMAT)


def packed(parts: Iterable[bytes]) -> bytes:
    """Return parts under gzip."""
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb", compresslevel=9, mtime=0) as stream:
        for part in parts:
            stream.write(part)
    return buffer.getvalue()


def overlapping(count: int) -> bytes:
    """Return a zip of so many members that are all the same bytes."""
    content, name = b"[" + b" " * (10 * MIB) + b"]", b.FOLLOWERS.encode()
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = deflate.compress(content) + deflate.flush()
    about = (zlib.crc32(content), len(data), len(content), len(name))
    first = struct.pack("<4s5H3I2H", b"PK\x03\x04", 20, 0, 8, 0, 33, *about, 0) + name + data
    entry = struct.pack("<4s6H3I5H2I", b"PK\x01\x02", 20, 20, 0, 8, 0, 33, *about, 0, 0, 0, 0, 0, 0)
    directory = (entry + name) * count
    end = (b"PK\x05\x06", 0, 0, count, count, len(directory), len(first), 0)
    return first + directory + struct.pack("<4s4H2IH", *end)


def threads(numbers: Iterable[int], content: bytes) -> b.Members:
    """Return threads of these numbers and of one content."""
    return {f"{b.ACTIVITY}/messages/inbox/{n}/message_1.json": content for n in numbers}


SPARSE = {
    "GNU.sparse.size": str(2**30),
    "GNU.sparse.numblocks": "1",
    "GNU.sparse.offset": "0",
    "GNU.sparse.numbytes": "1",
}
SPACES = b"[" + b" " * (12 * MIB) + b"]"
ZEROS = bytes(128 * MIB)
BOMBS: dict[str, Callable[[], bytes]] = {
    "a member of zeros": lambda: b.zip_bytes(LISTS | {b.FOLLOWERS: ZEROS}),
    "a zip of it in a zip": lambda: b.zip_bytes({"a.zip": b.zip_bytes({b.FOLLOWERS: ZEROS})}),
    "many members": lambda: b.zip_bytes(LISTS | threads(range(40), SPACES)),
    "many zips of one": lambda: b.zip_bytes(
        {"lists.zip": b.zip_bytes(LISTS)}
        | {f"{n}.zip": b.zip_bytes(threads([n], SPACES)) for n in range(40)}
    ),
    "many tars of one": lambda: b.zip_bytes(
        {f"{n}.tgz": b.tar_bytes(threads([n], SPACES)) for n in range(40)}
    ),
    "a tar.gz of zeros": lambda: b.tar_bytes({b.FOLLOWERS: ZEROS}),
    "a tar.xz of zeros": lambda: b.tar_bytes({b.FOLLOWERS: ZEROS}, "w:xz"),
    "a tar.bz2 of zeros": lambda: b.tar_bytes({b.FOLLOWERS: ZEROS}, "w:bz2"),
    "a tar.gz that says 2 GiB": lambda: packed([header(b.FOLLOWERS, 2**31), *[bytes(MIB)] * 128]),
    "a header as long": lambda: packed([header(b.FOLLOWERS, 0, {"comment": "x" * (128 * MIB)})]),
    "a name as long": lambda: packed([header("x" * (128 * MIB))]),
    "300,000 names": lambda: packed([header("x.jpg") * 1000] * 300),
    "holes": lambda: header(b.FOLLOWERS, 512, SPARSE) + b"[".ljust(512) + bytes(1024),
}


#: Variants of the others, by the slow tests.
SLOW_BOMBS = (
    "300,000 names", "a name as long", "many members", "many tars of one", "many zips of one",
    "a header as long", "a tar.xz of zeros", "a tar.bz2 of zeros", "a tar.gz that says 2 GiB",
    "holes",
)  # fmt: skip


@pytest.mark.parametrize(
    "bomb",
    [some(name, SLOW_BOMBS) for name in BOMBS],
)
def test_bombs_are_not_unpacked(bomb: str, tmp_path: Path) -> None:
    """An eighth of a GiB to a GiB from a few KB: told as what it is, in a part of the memory."""
    path = tmp_path / "bomb"
    path.write_bytes(BOMBS[bomb]())
    assert path.stat().st_size < 3 * MIB
    said, seconds, grown = measured(path)
    assert "would expand to more than 100 times its size" in said
    assert said.startswith(os.fspath(path)) or "left out or incomplete" in said
    assert seconds < 60
    assert grown < 256 * MIB


def test_members_that_share_their_bytes_fill_no_memory(tmp_path: Path) -> None:
    """Ten thousand names of ten MiB are a hundred GiB, from one file of a MiB."""
    (tmp_path / "a.zip").write_bytes(overlapping(10_000))
    said, seconds, grown = measured(tmp_path / "a.zip")
    # Since 3.12 Python refuses to open members that overlap; before, looking at the heads of so
    # many is more than the archive may expand to.
    assert "more than 100 times its size" in said or "is damaged or cut off" in said
    assert seconds < 60
    assert grown < 256 * MIB


def test_repetitive_text_is_no_bomb(tmp_path: Path) -> None:
    """The densest lists that an export can hold: times a second apart, names in order."""
    names = [f"user{number:06d}" for number in range(20_000)]
    entries = [b.classic(name, b.NEW + number) for number, name in enumerate(names)]
    for write in (b.zipped, b.tarred):
        export = b.read(write(tmp_path / "a", {b.FOLLOWERS: entries}))
        assert b.followers(export) == names


DENSE = {
    "empty lists": b"[" + b"[]," * 4_000_000 + b"0]",
    "empty objects": b'{"messages":[' + b"{}," * 4_000_000 + b'0],"participants":[]}',
    "objects": b"[" + b'{"":0},' * 2_000_000 + b"0]",
    "100,000 deep": b"[" * 100_000 + b"]" * 100_000,
    "1,000,000 deep": b'{"a":' * 1_000_000 + b"0" + b"}" * 1_000_000,
    "100,000 deep and wide": b"[                    " * 100_000 + b"]" * 100_000,
    "never closed": b"[" * 1_000_000,
    "100,000 digits": b'[{"string_list_data":[{"timestamp":' + b"9" * 100_000 + b"}]}]",
}


SLOW_JSON = (
    "empty objects",
    "empty lists",
    "objects",
    "100,000 deep and wide",
    "never closed",
    "100,000 deep",
)


@pytest.mark.parametrize("kind", [some(kind, SLOW_JSON) for kind in DENSE])
def test_json_that_would_fill_the_memory_is_refused(kind: str, tmp_path: Path) -> None:
    """An empty list of two letters takes 56 bytes; depth takes the stack."""
    path = b.zipped(tmp_path / "a.zip", LISTS | {b.FOLLOWERS: DENSE[kind]})
    said, seconds, grown = measured(path)
    assert "unreadable: is JSON nested or written as no export is" in said
    assert seconds < 60
    assert grown < 256 * MIB
    assert "is JSON nested" in unreadable(listed(tmp_path, DENSE[kind]))


HARMFUL = {
    "100,000 deep": "<div>" * 100_000, "1,000,000 deep": "<div>" * 1_000_000,
    "deep in disguise": "<object><marquee></object><applet></marquee><object></applet>" * 30_000,
    "deep in drawings": "<svg>" + "<link>" * 100_000,
    "1,000,000 attributes": f"<a {' '.join(f'a{n}=0' for n in range(1_000_000))}>x</a>",
    "attributes behind a quote": f'<a b=">" {" ".join(f"a{n}" for n in range(100_000))}>x</a>',
    "styles everywhere": f"<p>{''.join(f'<font a={n}>' for n in range(2000))}" + "<p>x" * 9999,
}  # fmt: skip


SLOW_PAGES = (
    "100,000 deep",
    "styles everywhere",
    "1,000,000 attributes",
    "deep in drawings",
    "deep in disguise",
)


@pytest.mark.parametrize("kind", [some(kind, SLOW_PAGES) for kind in HARMFUL])
def test_pages_that_take_a_parser_for_ever_are_refused(kind: str, tmp_path: Path) -> None:
    """By the standard, its time grows with the square of depth and of attributes."""
    content = b.page([b.link_box(NAMES[0]), HARMFUL[kind]])
    path = b.zipped(tmp_path / "a.zip", {b.FOLLOWING: LISTS[b.FOLLOWING], PAGE: content})
    said, seconds, grown = measured(path)
    assert "unreadable: is HTML nested or written as no export is" in said
    assert seconds < 60
    assert grown < 256 * MIB
    assert "is HTML nested" in unreadable(listed(tmp_path, content, PAGE))


@pytest.mark.parametrize("kind", HARMFUL)
def test_harm_in_what_stands_around_the_records_is_seen(kind: str) -> None:
    """Records that are written alike are found without parsing the page, but not its head."""
    head, body = b.page([b.link_box(NAMES[0])] * 3).decode().split("<header>")
    assert markup.is_plain(f"{head}<header>{body}")
    assert not markup.is_plain(f"{head}{HARMFUL[kind][:150_000]}<header>{body}")


def test_signs_in_texts_and_comments_are_plain() -> None:
    """What a page may hold without doing harm."""
    parts = ["<!DOCTYPE html>", "1 < 2 <3", "<!-- a -->", "<br/>", "<td colspan=2 class='x'></td>"]
    assert markup.is_plain(b.page([*parts, *["<img src='x'>"] * 1000]).decode())


def test_many_people_in_one_thread_take_no_square_of_time(tmp_path: Path) -> None:
    """Each name was once compared with all before it."""
    people = [{"name": f"{n:06d}"} for n in range(100_000)]
    content = {"participants": people, "messages": []}
    begun = time.process_time()
    accepted(b.zipped(tmp_path / "a.zip", LISTS | {b.THREAD: content}))
    assert time.process_time() - begun < 5


def test_many_reactions_among_many_people_take_no_square_of_time(tmp_path: Path) -> None:
    """Each name was once looked for in each reaction."""
    boxes = [b.said_box(f"{n:05d}", "hi", reactions=["x someone"]) for n in range(10_000)]
    begun = time.process_time()
    accepted(b.zipped(tmp_path / "a.zip", LISTS | {THREAD_PAGE: b.page(boxes)}))
    assert time.process_time() - begun < 8


# ------------------------------------------------------------------ names and links


def raw_zip(names: Iterable[bytes]) -> bytes:
    """Return a zip of members of one byte and of these names, whatever they are."""
    names = [*names]
    files, directory = bytearray(), bytearray()
    about = (zlib.crc32(b"0"), 1, 1)
    for name in names:
        place, sizes = len(files), (*about, len(name), 0)
        files += struct.pack("<4s5H3I2H", b"PK\x03\x04", 20, 2048, 0, 0, 33, *sizes) + name + b"0"
        directory += struct.pack(
            "<4s6H3I5H2I", b"PK\x01\x02", 20, 20, 2048, 0, 0, 33, *sizes, 0, 0, 0, 0, place
        )
        directory += name
    count, start = len(names), len(files)
    end = struct.pack(
        "<4sQ2H2I4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, len(directory), start
    )
    end += struct.pack("<4sIQI", b"PK\x06\x07", 0, start + len(directory), 1)
    last = (min(count, 0xFFFF), min(count, 0xFFFF), len(directory), start)
    return bytes(files + directory + end + struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, *last, 0))


@pytest.mark.slow
@pytest.mark.parametrize("more", [0, 1])
def test_two_million_names_are_read_and_one_more_is_not(more: int, tmp_path: Path) -> None:
    """All are looked at, so time and memory grow with their number, and with nothing else."""
    names = (f"media/{n}.jpg".encode() for n in range(NAMES_LIMIT + more - 1))
    path = tmp_path / "a.zip"
    path.write_bytes(raw_zip([b.FOLLOWERS.encode(), *names]))
    said, seconds, grown = measured(path)
    assert ("holds more than 2,000,000 names" in said) == bool(more)
    assert ("1999999" in said or "holds no list of records" in said) != bool(more)
    assert seconds < 60
    assert grown < 3 * 2**30


STRANGE = {
    "NUL": b"connections/\0zqplant.json",
    "new line": b"connections/zqplant\n.json",
    "no UTF-8": b"connections/zqplant\xff\xfe.json",
    "surrogate": b"connections/zqplant\xed\xa0\x80.json",
    "right to left": "connections/zqplant\u202enosj.json".encode(),
    "nothing": b"",
    "a slash": b"/",
    "slashes": b"connections///zqplant.json",
    "deep": b"a/" * 30_000 + b"zqplant.json",
    "long": b"zqplant" * 9_000 + b".json",
    "a pattern": b"connections/(zqplant+)+$.json",
    "a format": b"connections/{zqplant}%s%n.json",
}


@pytest.mark.parametrize("kind", STRANGE)
def test_strange_names_are_counted_or_refused(kind: str, tmp_path: Path) -> None:
    """Where the directory cannot be read the archive is refused; else it is one file more."""
    path = tmp_path / "a.zip"
    path.write_bytes(raw_zip([STRANGE[kind], *(name.encode() for name in LISTS)]))
    result = read(path)
    if isinstance(result, Export):
        result = "".join(b.skipped(result))
    assert "none of its 2 files" in result or "damaged" in result or "leads out" in result


def test_links_in_circles_end(tmp_path: Path) -> None:
    """Links to above, to each other, to themselves and to nothing are left alone and counted."""
    path = b.folder(tmp_path / "in", LISTS)
    for name, target in {"above": "..", "x": "y", "y": "x", "self": "self", "gone": "n/o"}.items():
        (path / name).symlink_to(target)
    (path / "connections" / "root").symlink_to(path)
    export = accepted(path)
    assert b.followers(export) == sorted(NAMES[:2])
    assert b.skipped(export) == {"links in an archive are not followed": 6}


def test_a_link_that_is_typed_is_followed(tmp_path: Path) -> None:
    """It is the user's own."""
    b.folder(tmp_path / "in", LISTS)
    (tmp_path / "link").symlink_to("in")
    assert b.followers(accepted(tmp_path / "link")) == sorted(NAMES[:2])
    (tmp_path / "self").symlink_to("self")
    assert "there is no such file" in refused(tmp_path / "self")


@pytest.mark.parametrize(
    "kind",
    [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE],
)
def test_in_a_tar_only_files_are_files(kind: bytes, tmp_path: Path) -> None:
    """Neither links, to themselves or out of the archive, nor devices."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for name, target in ((b.FOLLOWERS, b.FOLLOWERS), (f"{b.TIES}/x.json", "/etc/passwd")):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, target
            tar.addfile(info)
        content = b.encoded(LISTS[b.FOLLOWING])
        info = tarfile.TarInfo(b.FOLLOWING)
        info.size = len(content)
        tar.addfile(info, io.BytesIO(content))
    (tmp_path / "a.tar").write_bytes(buffer.getvalue())
    export = accepted(tmp_path / "a.tar")
    assert b.statuses(export)["followers"] == "missing"
    assert b.skipped(export) == {"links in an archive are not followed": 2}


@pytest.mark.parametrize("size", [2**31 + 1, 2**32 - 2])
def test_a_member_that_says_more_than_the_limit_is_not_opened(size: int, tmp_path: Path) -> None:
    """Two GiB and more, in a few bytes."""
    content = bytearray(b.zip_bytes(LISTS))
    at = content.find(b"PK\x01\x02")
    content[at + 24 : at + 28] = size.to_bytes(4, "little")
    (tmp_path / "a.zip").write_bytes(content)
    assert "more than the limit of 2.0 GiB" in unreadable(accepted(tmp_path / "a.zip"))


def test_a_member_that_says_two_gib_is_not_believed(tmp_path: Path) -> None:
    """Not even where it says that its bytes take two GiB, too."""
    content = bytearray(b.zip_bytes(LISTS))
    at = content.find(b"PK\x01\x02")
    content[at + 20 : at + 28] = (2**31).to_bytes(4, "little") * 2
    (tmp_path / "a.zip").write_bytes(content)
    assert "would expand" in unreadable(accepted(tmp_path / "a.zip"))


# ------------------------------------------------------------------ contents

GOOD = b.encoded(LISTS[b.FOLLOWERS])
TEXT = GOOD.decode()
ENCODINGS = {
    "UTF-8 with BOM": TEXT.encode("utf-8-sig"),
    "UTF-16": TEXT.encode("utf-16"),
    "UTF-16 without BOM": TEXT.encode("utf-16-le"),
    "UTF-32": TEXT.encode("utf-32"),
    "CRLF": TEXT.replace("\n", "\r\n").encode(),
    "CR": TEXT.replace("\n", "\r").encode(),
    "one line": TEXT.replace("\n", "").encode(),
    "space around": f"\r\n \t{TEXT}\n\n".encode(),
    "HTML called JSON": b.page([b.link_box(name) for name in NAMES[:2]]),
    "HTML with BOM": b"\xef\xbb\xbf" + b.page([b.link_box(name) for name in NAMES[:2]]),
    "HTML of UTF-16": b.page([b.link_box(name) for name in NAMES[:2]]).decode().encode("utf-16"),
    "HTML with CRLF": b.page([b.link_box(name) + "\r\n" for name in NAMES[:2]]),
    "duplicate keys": TEXT.replace('"value":', '"value": "wrong", "value":').encode(),
}


@pytest.mark.parametrize("kind", ENCODINGS)
def test_what_only_looks_different_is_read(kind: str, tmp_path: Path) -> None:
    """Encodings and ends of lines of other systems, and pages under the name of JSON."""
    export = listed(tmp_path, ENCODINGS[kind])
    assert b.followers(export) == sorted(NAMES[:2])
    assert b.skipped(export) == {}


BROKEN = {
    "nothing": (b"", "empty"),
    "spaces": (b" \r\n\t", "empty"),
    "NULs": (bytes(1000), "not whole JSON"),
    "NULs in text": (GOOD.replace(b"zqplant0", b"zq\0plant0"), "not whole JSON"),
    "NULs at the end": (GOOD + bytes(512), "not whole JSON"),
    "cp1252": (GOOD.replace(b"zqplant0", b"zqplant\xe9"), "not UTF-8"),
    "half of UTF-16": (TEXT.encode("utf-16")[:-1], "not UTF-8"),
    "twice": (GOOD + GOOD, "not whole JSON"),
    "a text": (json.dumps(TEXT).encode(), "no list of records"),
    "a number": (b"1e999", "no list of records"),
    "nothing known": (b"null", "no list of records"),
    "an object of lists": (b'{"a": [], "b": []}', "no list of records"),
    "another platform's": (b"window.YTD.follower.part0 = [ ]", "not whole JSON"),
    "gzip": (gzip.compress(GOOD), "not UTF-8"),
    "a zip": (b.zip_bytes(LISTS), "not"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(100), "not UTF-8"),
    "a comment": (b"// zqplant\n" + GOOD, "not whole JSON"),
    "single quotes": (GOOD.replace(b'"', b"'"), "not whole JSON"),
    "an expired link": (b"<html><body>Sign in</body></html>", "no page of an export"),
    "XML": (b"<?xml version='1.0'?><a/>", "cut off"),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_what_is_no_list_says_why(kind: str, tmp_path: Path) -> None:
    """One file is unreadable, with the reason; the other list is read."""
    content, reason = BROKEN[kind]
    assert reason in unreadable(listed(tmp_path, content))


RECORDS: dict[str, tuple[Any, int, str]] = {
    "a text": ("zqplant", 0, "record names no account"),
    "nothing": (None, 0, "record names no account"),
    "a number": (2**70, 0, "record names no account"),
    "a list": ([[]], 0, "record names no account"),
    "a lone surrogate": (b.classic("zqplant\ud800"), 0, "record names no account"),
    "NUL in a handle": (b.classic("zq\0plant"), 0, "record names no account"),
    "a long handle": (b.classic("zqplant" * 9_000), 0, "record names no account"),
    "a surrogate for a name": (b.labelled("zqplant9", name="\udfff"), 1, ""),
    "NaN for a time": (b.classic("zqplant9", float("nan")), 1, "time missing"),
    "infinity": (b.classic("zqplant9", float("inf")), 1, "time missing"),
    "minus infinity": (b.titled("zqplant9", -float("inf")), 1, "time missing"),
    "a huge time": (b.classic("zqplant9", 10**18), 1, "time missing"),
    "4,300 digits": (b.classic("zqplant9", 10**4299), 1, "time missing"),
    "a time before all": (b.classic("zqplant9", -(10**30)), 1, "time missing"),
    "true": (b.classic("zqplant9", True), 1, "time missing"),
    "a time of lists": (b.classic("zqplant9", [[]]), 1, "time missing"),
    "digits of elsewhere": (b.classic("zqplant9", "١٢٣"), 1, "time missing"),
    "no labels": ({"label_values": {"zqplant": 1}}, 0, "record names no account"),
    "odd labels": ({"label_values": [None, {"label": []}, 3]}, 0, "record names no account"),
    "odd entries": ({"string_list_data": {"a": 1}, "title": []}, 0, "record names no account"),
}


@pytest.mark.parametrize("kind", RECORDS)
def test_odd_records_are_counted(kind: str, tmp_path: Path) -> None:
    """Beside two good ones: what names no one is left out, what has no time is kept."""
    record, kept, reason = RECORDS[kind]
    export = listed(tmp_path, json.dumps([*LISTS[b.FOLLOWERS], record]).encode())
    assert len(b.followers(export)) == 2 + kept
    counts = b.skipped(export)
    assert sum(counts.values()) == bool(reason)
    assert all(told.startswith(reason) for told in counts)


ODD_TEXTS = {
    "NUL": f"{MARK}\0",
    "a surrogate": "&#xd800;zqplant",
    "no character": "&#99999999999;zqplant",
    "markup": "&lt;b&gt;zqplant",
    "nothing": "",
}


@pytest.mark.parametrize("kind", ODD_TEXTS)
def test_odd_texts_of_pages_are_counted(kind: str, tmp_path: Path) -> None:
    """What links to elsewhere and is called nothing that is a handle names no one."""
    boxes = [b.link_box(name) for name in NAMES[:2]]
    odd = b.link_box("", text=ODD_TEXTS[kind], link="https://example.org/")
    export = listed(tmp_path, b.page([*boxes, odd]), PAGE)
    assert b.followers(export) == sorted(NAMES[:2])
    assert b.skipped(export) == {"record names no account": 1}


def test_odd_times_of_flat_exports_are_counted(tmp_path: Path) -> None:
    """Half a character once failed in the column of texts; the other times are read."""
    times = {NAMES[0]: "2019-01-01T00:00:00+00:00", NAMES[1]: "a\udfff", NAMES[2]: [], NAMES[3]: ""}
    path = b.zipped(tmp_path / "a.zip", {"connections.json": {"followers": times}})
    export = accepted(path)
    assert b.followers(export) == sorted(NAMES)
    assert export.follows["since"].notna().sum() == 1
    assert b.skipped(export) == {"time missing or impossible; the row is kept": 3}


def test_odd_times_of_posts_are_counted(tmp_path: Path) -> None:
    """A table of texts alone would take times for text, which holds no half character."""
    posts = [{"uri": "media/1.jpg", "creation_timestamp": "a\udfff"}]
    content = LISTS | {f"{b.ACTIVITY}/media/stories.json": {"ig_stories": posts}}
    export = accepted(b.zipped(tmp_path / "a.zip", content))
    assert export.posts["post"].tolist() == ["1"]
    assert b.skipped(export) == {"time missing or impossible; the row is kept": 1}


# ------------------------------------------------------------------ cut


def test_json_cut_anywhere_is_unreadable(tmp_path: Path) -> None:
    """What is left is no shorter list."""
    whole = json.dumps(LISTS[b.FOLLOWERS]).encode()
    for cut in [*range(1, len(whole), 23), len(whole) - 2, len(whole) - 1]:
        assert "not whole JSON" in unreadable(listed(tmp_path, whole[:cut]))


def test_pages_cut_anywhere_are_unreadable(tmp_path: Path) -> None:
    """Their end tells."""
    whole = b.page([b.link_box(name) for name in NAMES[:2]])
    for cut in [*range(1, len(whole), 31), *range(len(whole) - 7, len(whole))]:
        assert "cut off" in unreadable(listed(tmp_path, whole[:cut], PAGE))


@pytest.mark.parametrize("kind", ["zip", "tar", "tar.gz", "tar.bz2", "tar.xz"])
def test_archives_cut_anywhere_are_refused(kind: str, tmp_path: Path) -> None:
    """At every byte of a compressed one, at every 64th of a tar and at the ends of blocks."""
    whole = b.zip_bytes(LISTS)
    if kind != "zip":
        whole = b.tar_bytes(LISTS, {"tar": "w", "tar.gz": "w:gz"}.get(kind, f"w:{kind[4:]}"))
    path = tmp_path / f"a.{kind}"
    # A tar ends in two blocks of zeros and more; those after the first can go.
    end = len(whole.rstrip(b"\0")) if kind == "tar" else len(whole)
    for cut in range(0, end, 64 if kind == "tar" else 1):
        path.write_bytes(whole[:cut])
        with pytest.raises(DamagedExportError):
            fn.read(path)
    path.write_bytes(whole)
    assert b.followers(accepted(path)) == sorted(NAMES[:2])


# ------------------------------------------------------------------ something else


@pytest.mark.parametrize("called", ["a.json", "a.html", "a.jpg", "a", "a.tar.gz", "a.zip"])
@pytest.mark.parametrize("pack", [b.zip_bytes, b.tar_bytes])
def test_an_archive_is_one_whatever_it_is_called(
    called: str, pack: Callable[[b.Members], bytes], tmp_path: Path
) -> None:
    """Bytes decide."""
    (tmp_path / called).write_bytes(pack(LISTS))
    assert b.followers(accepted(tmp_path / called)) == sorted(NAMES[:2])


@pytest.mark.parametrize("content", ["JSON", "HTML"])
@pytest.mark.parametrize("ending", ["json", "html"])
def test_a_file_alone_is_what_it_holds(content: str, ending: str, tmp_path: Path) -> None:
    """A page that was saved as JSON, and the other way round."""
    path = tmp_path / f"followers_1.{ending}"
    path.write_bytes(GOOD if content == "JSON" else ENCODINGS["HTML called JSON"])
    assert b.followers(accepted(path)) == sorted(NAMES[:2])


MAGIC = {
    "zip": b"PK\x03\x04", "an empty zip and more": b"PK\x05\x06" + bytes(30),
    "gzip": b"\x1f\x8b\x08", "bzip2": b"BZh9", "xz": b"\xfd7zXZ\0", "tar": bytes(257) + b"ustar\0",
    "ZIP64": b"PK\x06\x06",
}  # fmt: skip


@pytest.mark.parametrize("magic", MAGIC)
@pytest.mark.parametrize("rest", [b"", bytes(2000), GOOD, b"\xff" * 2000])
def test_the_beginning_of_an_archive_is_none(magic: str, rest: bytes, tmp_path: Path) -> None:
    """What only begins as one is damaged, whatever follows."""
    (tmp_path / "a.zip").write_bytes(MAGIC[magic] + rest)
    message = refused(tmp_path / "a.zip")
    assert "a.zip: is damaged or cut off" in message or "is empty: there is no file" in message


PLATFORMS: dict[str, b.Members] = {
    "X": {
        "data/follower.js": b"window.YTD.follower.part0 = []",
        "data/following.js": b"window.YTD.following.part0 = []",
        "Your archive.html": b"<html></html>",
    },
    "TikTok": {"user_data_tiktok.json": {"Activity": {"Follower List": {"FansList": []}}}},
    "LinkedIn": {"Connections.csv": b"First Name,Last Name\r\nzqplant,x\r\n", "Profile.csv": b"a"},
    "Mastodon": {"following_accounts.csv": b"Account address\nzqplant@x\n", "outbox.json": {}},
    "Facebook": {
        "connections/friends/your_friends.json": {"friends_v2": [{"name": "zqplant"}]},
        "connections/followers/who_you've_followed.json": {"following_v3": []},
    },
    "Google": {"Takeout/YouTube/subscriptions/subscriptions.csv": b"Channel Id\nzqplant"},
    "Telegram": {"result.json": {"chats": {"list": [{"name": "zqplant"}]}}},
    "GitHub": {"users_000001.json": [{"login": "zqplant"}]},
    "pictures": {"IMG_0001.jpg": b"\xff\xd8", "zqplant.png": b"x"},
    "a web page": {"index.html": b"<html></html>", "followers.css": b"", "followers.js": b""},
}


#: Those that no reader knows.
STRANGERS = ("Telegram", "GitHub", "pictures", "a web page")


@pytest.mark.parametrize(
    ("platform", "asked"),
    [
        *((platform, asked) for platform in PLATFORMS for asked in ("instagram", "threads")),
        *((platform, None) for platform in STRANGERS),
    ],
)
def test_exports_of_other_platforms_are_named_as_none(
    platform: str, asked: str | None, tmp_path: Path
) -> None:
    """Asked for Instagram by name or not: there is nothing that is read."""
    path = b.zipped(tmp_path / "a.zip", PLATFORMS[platform])
    with pytest.raises(UnknownFormatError, match=r"found [1-3] files"):
        fn.read(path, platform=asked)
    assert "a.zip" in refused(path, platform=asked)


def test_case_and_copies_together_are_one_file(tmp_path: Path) -> None:
    """In three spellings and twice in one, the last counts and the others are counted."""
    buffer = io.BytesIO()
    folder, _, name = b.FOLLOWERS.rpartition("/")
    with zipfile.ZipFile(buffer, "w") as archive, warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Duplicate name", UserWarning)
        for called, who in ((name.upper(), 3), (name.title(), 2), (name, 1), (name, 0)):
            archive.writestr(f"{folder}/{called}", b.encoded([b.classic(NAMES[who])]))
        archive.writestr(b.FOLLOWING, b.encoded(LISTS[b.FOLLOWING]))
    (tmp_path / "a.zip").write_bytes(buffer.getvalue())
    export = accepted(tmp_path / "a.zip")
    assert b.followers(export) == [NAMES[0]]
    assert b.skipped(export) == {"the last of each was read": 3}
