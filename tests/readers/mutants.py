"""Small exports bent out of shape by chance: bytes, trees, tags, names and containers.

A number makes the same mutant everywhere, so it is the recipe of a failure.
"""

from __future__ import annotations

import gzip
import html
import io
import json
import random
import re
import tarfile
import tempfile
import warnings
import zipfile
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from follownet.simulation import world, write
from follownet.tables import Export

#: In the name of everybody but the owner.
MARK = "zqplant"
OWNER = "me.owner"

Files = list[tuple[str, bytes]]
#: Layout, form and language, as the simulation writes them.
_SEEDS = (
    ("2020", "json", "en"),
    ("2022", "json", "en"),
    ("2023", "json", "fr"),
    ("2024-07", "json", "tr"),
    ("2025-08", "json", "nl"),
    ("2026", "json", "it"),
    ("2024-07", "html", "en"),
    ("2025-08", "html", "pt"),
    ("2026", "html", "ru"),
)
_LISTS = re.compile(r"(^|/)(followers(_1)?|following|connections)\.(json|html)$")


@dataclass(frozen=True)
class Mutant:
    """An archive, the contents that went into it, what was done, and how it is read."""

    content: bytes
    ending: str
    inside: tuple[bytes, ...]
    done: tuple[str, ...]
    platform: str | None


def mutant(number: int) -> Mutant:
    """Return the mutant of this number."""
    rng = random.Random(number)
    # Files beside the follow lists cost time, so a few do.
    files = [
        file
        for file in rng.choice(seeds())
        if rng.random() < (0.97 if _LISTS.search(file[0]) else 0.2)
    ]
    level, done = rng.random(), list[str]()
    if 0.3 < level < 0.85 or level > 0.95:
        for _ in range(rng.choice([1, 1, 2, 4])):
            done.append(_mutate_content(rng, files))
    inside = tuple(content for _, content in files)
    if level > 0.75:
        for _ in range(rng.choice([1, 1, 2, 4])):
            done.append(_mutate_names(rng, files))
    pack = rng.choice([_zipped, _zipped, _tarred, _compressed])
    content = pack(rng, files)
    if level < 0.3 or level > 0.95:
        for _ in range(rng.choice([1, 1, 2])):
            change = rng.choice([flipped, spliced, numbered])
            content = change(rng, content)
            done.append(f"{change.__name__} container")
        if pack is _tarred and rng.random() < 0.5:
            content = gzip.compress(content, 1, mtime=0)
    platform = rng.choice([None, None, None, None, "instagram", "threads"])
    ending = rng.choice([".zip", ".tar.gz", ".json", ".html", ".bin"])
    return Mutant(content, ending, inside, (*done, pack.__name__), platform)


# ------------------------------------------------------------------ seeds


@lru_cache(maxsize=1)
def seeds() -> tuple[Files, ...]:
    """Return the files of a small export in every form that the simulation writes."""
    export = _export()
    threads = replace(export, platform="threads", relations=export.relations.head(2))
    made = []
    with tempfile.TemporaryDirectory() as folder:
        for number, (layout, form, labels) in enumerate(_SEEDS):
            path = Path(folder, f"{number}.zip")
            beside = threads if layout >= "2024" and form == "json" else None
            write(export, path, layout=layout, labels=labels, form=form, threads=beside)
            with zipfile.ZipFile(path) as archive:
                made.append([(name, archive.read(name)) for name in archive.namelist()])
    return tuple(made)


def _export() -> Export:
    """Return an export of eight follows with something of every kind."""
    truth = world(accounts=30, seed=3)
    whole = truth.view(truth.accounts.sort_values("activity").index[-1], "2026-05-11")
    own = whole.owners[0]
    people = [name for name in whole.accounts.index if name != own and ":" not in name]
    called = {name: f"{MARK}{number:02d}" for number, name in enumerate(people)} | {own: OWNER}

    def few(table: pd.DataFrame, keys: Any, count: int = 2) -> pd.DataFrame:
        ends = {end: table[end].replace(called) for end in ("source", "target")}
        return table.assign(**ends).groupby(keys).head(count).reset_index(drop=True)

    done = whole.interactions
    threads = done.loc[done["kind"] == "message", "item"].unique()[:1]
    done = done[~done["kind"].str.startswith("message") | done["item"].isin(threads)]
    accounts = whole.accounts.rename(index=called)
    named = [f"Name {MARK}{number:02d}" for number in range(len(accounts))]
    return replace(
        whole,
        accounts=accounts.assign(handle=accounts["handle"].replace(called), name=named),
        follows=few(whole.follows, whole.follows["source"] == own, 4),
        relations=few(whole.relations, "relation"),
        interactions=few(done, "kind"),
        posts=whole.posts.groupby("format").head(1).assign(account=OWNER).reset_index(drop=True),
        owners=(OWNER,),
        coverage=whole.coverage.assign(owner=OWNER),
    )


# ------------------------------------------------------------------ bytes

_TOKENS = (
    b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\\ud800", b"\\u0000", b"\r\n", b"\r",
    b"NaN", b"-Infinity", b"1e999", b"-1", b"9" * 400, b"9" * 5000, b"null", b"true", b"{}", b"[]",
    b'"', b"\\", b"[" * 2000, b'{"":' * 2000, b"<div>" * 2000, b"<", b">", b"</div>", b"<p>", b"&",
    b"<table><tr><td>", b"<svg><style>", b"<!--", b"-->", b"<![CDATA[", b"<plaintext>", b"&#0;",
    b"&#xd800;", b"<b><i><font a=1>", b"<template>", b"<select>", b"<frameset>", b"</html>",
    b"<main>", b"</main>", b"<a href='https://www.instagram.com/_u/zqplant77'>x</a>",
)  # fmt: skip
#: Numbers at the ends of what fields of 1, 2, 4 and 8 bytes hold.
_NUMBERS = (0, 1, 127, 128, 255, 256, 32767, 65535, 2**31 - 1, 2**31, 2**32 - 1, 2**63, 2**64 - 1)


def flipped(rng: random.Random, content: bytes) -> bytes:
    """Return content with a few bytes changed."""
    changed = bytearray(content)
    for _ in range(min(len(content), rng.choice([1, 1, 2, 5, 40]))):
        place = rng.randrange(len(changed))
        changed[place] = rng.choice([changed[place] ^ 1 << rng.randrange(8), rng.randrange(256)])
    return bytes(changed)


def spliced(rng: random.Random, content: bytes) -> bytes:
    """Return content cut, with a part left out, moved, repeated, or put in."""
    a, b = sorted(rng.randint(0, len(content)) for _ in range(2))
    near = min(len(content), a + rng.choice([0, 1, 4, 16, 200]))
    head, part, tail = content[:a], content[a:near], content[near:]
    return rng.choice(
        [
            head,
            content[a:],
            head + tail,
            head + content[b:],
            content[:b] + content[a:],
            head + part * rng.choice([2, 3, 100]) + tail,
            head + rng.choice(_TOKENS) + tail,
            head + rng.randbytes(len(part)) + tail,
            content[:b] + part + content[b:],
            b"",
        ]
    )


def numbered(rng: random.Random, content: bytes) -> bytes:
    """Return content with extreme numbers where an archive has its own: heads and directory."""
    marks = [m.start() for m in re.finditer(rb"PK[\x01\x03\x05\x06][\x02\x04\x06\x07]", content)]
    marks += [m.start() - 257 for m in re.finditer(rb"ustar", content)]
    place = rng.choice(marks or [0]) + rng.randrange(rng.choice([4, 46, 512]))
    width = rng.choice([1, 2, 4, 8])
    number = (rng.choice(_NUMBERS) % 256**width).to_bytes(width, "little")
    place = max(0, min(place, len(content) - width))
    return content[:place] + number + content[place + width :]


# ------------------------------------------------------------------ contents


def _mutate_content(rng: random.Random, files: Files) -> str:
    """Change one of the files; return what was done."""
    if not files:
        return "nothing"
    place = rng.randrange(len(files))
    name, content = files[place]
    shaped = tags if name.endswith(".html") else tree
    change: Callable[[random.Random, bytes], bytes]
    change = rng.choice([flipped, spliced, shaped, shaped, shaped, recoded])
    files[place] = (name, change(rng, content))
    return f"{change.__name__} {name}"


def recoded(rng: random.Random, content: bytes) -> bytes:
    """Return a text in another encoding, with other ends of lines, or packed or quoted."""
    text = content.decode("utf-8", "surrogateescape")
    return rng.choice(
        [
            lambda: b"\xef\xbb\xbf" + content,
            lambda: text.encode("utf-16", "surrogatepass"),
            lambda: text.encode("utf-32-be", "surrogatepass"),
            lambda: text.encode("cp1252", "replace"),
            lambda: content.replace(b"\n", b"\r\n"),
            lambda: content.replace(b"\n", b""),
            lambda: content.replace(b'"', b"'"),
            lambda: content.upper(),
            lambda: content + content,
            lambda: b"window.YTD.follower.part0 = " + content,
            lambda: json.dumps(text).encode(),
            lambda: html.escape(text).encode("utf-8", "replace"),
            lambda: gzip.compress(content, 1, mtime=0),
            lambda: content.replace(b"zqplant0", b"zqplant0\0"),
        ]
    )()


_VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1.5, float("nan"), float("inf"), 2**53, 2**63, 2**64, -(2**70),
    10**30, 1_700_000_000, "1700000000", "", " ", "\0", "\ud800", "a\udfffb", "=1+1", "zqplant99",
    "@zqplant98", "https://www.instagram.com/_u/zqplant97", "http://[", "x" * 5000, "/", ".", "..",
    "media/..", "²", "K", [], [[]], {}, {"": None}, [None], [{}], {"timestamp": []}, {"value": {}},
    "\u00c3", "\u0130", "Mar 09",
)  # fmt: skip
_KEYS = (
    "string_list_data", "string_map_data", "label_values", "title", "value", "href", "timestamp",
    "label", "dict", "media", "messages", "participants", "sender_name", "reactions", "fbid", "uri",
    "creation_timestamp", "media_map_data", "relationships_following", "followers", "", "\ud800",
)  # fmt: skip


def tree(rng: random.Random, content: bytes) -> bytes:
    """Return a JSON document with a few of its nodes changed."""
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        return spliced(rng, content)
    holder: list[Any] = [document]
    for _ in range(rng.choice([1, 1, 1, 2, 3, 8])):
        _change_node(rng, holder)
    return json.dumps(holder[0], indent=rng.choice([None, 2])).encode()


def _change_node(rng: random.Random, holder: list[Any]) -> None:
    """Change one place of a tree to something else."""
    places = _places(holder)
    inside, key = rng.choice(places)
    other, other_key = rng.choice(places)
    value = inside[key]
    kind = rng.randrange(9)
    if kind == 0 and inside is not holder:
        del inside[key]
    elif kind == 1:
        inside[key] = [value]
    elif kind == 2:
        inside[key] = {rng.choice(_KEYS): value}
    elif kind == 3:
        inside[key] = deepcopy(other[other_key])
    elif kind == 4 and isinstance(inside, list) and len(places) < 1000:
        inside[key:key] = [value] * rng.choice([1, 2, 20])
    elif kind == 5 and isinstance(inside, dict):
        inside[rng.choice(_KEYS)] = inside.pop(key)
    elif kind == 6 and isinstance(value, list):
        rng.shuffle(value)
    elif kind == 7:
        inside[key] = str(value) if isinstance(value, int | float) else [*_parts(value)]
    else:
        inside[key] = deepcopy(rng.choice(_VALUES))


def _parts(value: Any) -> Any:
    return value if isinstance(value, list | dict | str) else ()


def _places(holder: list[Any]) -> list[tuple[Any, Any]]:
    """Return every place of a tree as what it is in and its key there."""
    found: list[tuple[Any, Any]] = []
    waiting: list[Any] = [holder]
    while waiting:
        node = waiting.pop()
        keys = node if isinstance(node, dict) else range(len(node))
        for key in keys:
            found.append((node, key))
            if isinstance(node[key], list | dict):
                waiting.append(node[key])
    return found


_ELEMENTS = (
    "a", "div", "p", "b", "table", "tr", "td", "h2", "h1", "main", "ul", "li", "span", "style",
    "title", "script", "body", "html", "head", "form", "svg", "math", "template", "select",
    "option", "textarea",
)  # fmt: skip


def tags(rng: random.Random, content: bytes) -> bytes:
    """Return a page with a few of its tags and texts changed."""
    parts = [part for part in re.split(r"(<[^>]*>)", content.decode("utf-8", "replace")) if part]
    for _ in range(rng.choice([1, 1, 2, 3, 10])):
        if parts:
            _change_tag(rng, parts)
    return "".join(parts).encode("utf-8", "replace")


def _change_tag(rng: random.Random, parts: list[str]) -> None:
    """Change one tag or text of a page."""
    place, other = (rng.randrange(len(parts)) for _ in range(2))
    part = parts[place]
    kind = rng.randrange(8)
    if kind == 0:
        del parts[place]
    elif kind == 1:
        parts.insert(other, part)
    elif kind == 2:
        parts[place], parts[other] = parts[other], part
    elif kind == 3:
        parts[place:place] = parts[place : place + 12] * rng.choice([1, 1, 10])
    elif kind == 4:
        parts[place] = rng.choice(_TOKENS).decode("utf-8", "replace")
    elif kind == 5:
        parts[place] = re.sub(r"^<(/?)\w+", rf"<\1{rng.choice(_ELEMENTS)}", part)
    elif kind == 6:
        value = rng.choice([value for value in _VALUES if isinstance(value, str)])
        value = value.encode("utf-8", "replace").decode()
        parts[place] = re.sub(r'(href|src|class)="[^"]*"', lambda m: f'{m[1]}="{value}"', part)
        if not part.startswith("<"):
            parts[place] = value
    else:
        del parts[place : place + rng.choice([2, 5, 30])]


# ------------------------------------------------------------------ names

_FOLDERS = (
    "", "connections/followers_and_following/", "your_instagram_activity/", "threads/", "../", "/",
    "C:\\", "your_instagram_activity/threads/", "messages/inbox/zqplant_1/", "a/" * 300, "./",
    "//", "part_2/", "instagram-zqplant-2026-05-11-AbCd1234/",
    "instagram-me.owner-2026-99-99-AbCd1234/", "__MACOSX/", "CON/", "aux./", "likes/", "comments/",
    "past_instagram_insights/", "your_instagram_activity\\media\\",
)  # fmt: skip
_NAMES = (
    "followers_1.json", "followers_9999.json", "followers_0002.json", "followers.html",
    "following.json", "following.HTML", "connections.json", "messages.json", "profile.json",
    "media.json", "likes.json", "message_1.json", "posts_1.json", "liked_posts.json",
    "personal_information.json", "CON.json", "followers_1.json.", "followers_1.json ",
    "followers_1.json:zone", "\u0660.json", "followers_\u0661.json", "blocked_profiles.json",
    "no-data.txt", "x.zip", "a.tgz", "", ".", "..", ".DS_Store", "fo\nllowing.json",
)  # fmt: skip


def _mutate_names(rng: random.Random, files: Files) -> str:
    """Change the name of one of the files, or which file has it; return what was done."""
    if not files:
        return "nothing"
    place, other = (rng.randrange(len(files)) for _ in range(2))
    name, content = files[place]
    folder, slash, last = name.rpartition("/")
    kind = rng.randrange(10)
    if kind == 0:
        files.append(files[place])
    elif kind == 1:
        files[place], files[other] = (name, files[other][1]), (files[other][0], content)
    elif kind == 2:
        del files[place]
    elif kind == 3:
        above = rng.choice(_FOLDERS)
        files[:] = [(above + called, inside) for called, inside in files]
    elif kind == 4:
        files.append((rng.choice(_FOLDERS) + last, content))
    elif kind == 5:
        packed = rng.choice([_zipped, _compressed])(rng, files[:place] or files)
        files.append((rng.choice(["x.zip", "a/b.tgz", "zqplant.tar.gz"]), packed))
        if rng.random() < 0.5:
            del files[:-1]
    else:
        changed = {
            6: rng.choice([name.upper(), name.title(), name.replace("/", "\\")]),
            7: folder + slash + rng.choice(_NAMES),
            8: rng.choice(_FOLDERS) + last,
            9: name.rpartition(".")[0]
            + rng.choice([".html", ".json", ".JSON", ".htm", ".txt", ""]),
        }
        files[place] = (changed[kind], content)
    return f"names {kind} {name}"


# ------------------------------------------------------------------ containers


def _zipped(rng: random.Random, files: Files) -> bytes:
    buffer = io.BytesIO()
    method = rng.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_DEFLATED])
    with (
        warnings.catch_warnings(),
        zipfile.ZipFile(buffer, "w", method, compresslevel=1) as archive,
    ):
        warnings.filterwarnings("ignore", "Duplicate name", UserWarning)
        for name, content in files:
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return buffer.getvalue()


def _tarred(rng: random.Random, files: Files) -> bytes:
    buffer = io.BytesIO()
    form = rng.choice([tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
    with tarfile.open(fileobj=buffer, mode="w", format=form) as archive:
        for name, content in files:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def _compressed(rng: random.Random, files: Files) -> bytes:
    return gzip.compress(_tarred(rng, files), 1, mtime=0)
