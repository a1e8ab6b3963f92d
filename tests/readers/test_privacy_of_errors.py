"""Exports hold other people's names: no error, warning, log or report of a failure does."""

from __future__ import annotations

import json
import traceback
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import builders as b
import pytest

import follownet as fn
from follownet.errors import FollownetError

#: In every name that is planted, and in no line of code that a traceback could show.
MARK = "".join(["zq", "plant"])
COUNT = 50


@pytest.fixture
def names() -> Iterator[str]:
    """Fifty unique names."""
    return iter([f"{MARK}{number:02d}" for number in range(COUNT)])


def planted(names: Iterator[str]) -> b.Members:
    """Return an export with a name wherever a person may stand in one: fifty in all."""
    name = names.__next__
    talk = b.thread([name(), name()], [(name(), name()), (name(), f"{name()} left the group")])
    talk["messages"][0] |= {
        "reactions": [{"reaction": "x", "actor": name()}],
        "share": {"original_content_owner": name(), "share_text": name()},
    }
    talk["title"] = name()
    post = {"media": [{"uri": f"media/{name()}.jpg", "title": name(), "creation_timestamp": 5}]}
    fields = {key: {"value": name()} for key in ("Username", "Name", "Bio", name())}
    ties = {kind: [b.labelled(name(), url=name(), name=name())] for kind in (name(), name())}
    return {
        b.FOLLOWERS: [
            b.classic(name()),
            b.titled(name()),
            b.classic(f"not {name()} valid"),
            name(),
        ],
        b.FOLLOWING: {f"relationships_{name()}": [b.titled(name()), {name(): name()}]},
        f"{b.TIES}/close_friends.json": ties,
        f"{b.TIES}/blocked_profiles.json": b.labelled(name(), name=name(), url=name()),
        b.LIKES: {"likes_media_likes": [b.liked(name(), code=name()), b.liked(f"a {name()}")]},
        f"{b.ACTIVITY}/saved/saved_posts.json": [b.seen(name(), tags=[name()])],
        b.COMMENTS: [b.comment(f"hello @{name()}", name()), b.comment(name())],
        f"{b.ACTIVITY}/media/posts_1.json": [post],
        f"{b.ACTIVITY}/messages/inbox/{name()}_1234567/message_1.json": talk,
        f"{b.ACTIVITY}/messages/inbox/{name()}/message_1.json": talk,
        f"{b.ACTIVITY}/threads/{name()}.json": [b.classic(name())],
        b.PROFILE: {"profile_user": [{"string_map_data": fields}]},
        f"{name()}/letter.{name()}": b"x",
    }


def exception_texts(error: BaseException | None) -> Iterator[str]:
    """Yield all that an exception and those behind it would show, suppressed or not."""
    while error is not None:
        yield from (str(error), repr(error), repr(error.args), repr(error.__dict__))
        yield from traceback.TracebackException.from_exception(error, capture_locals=False).format()
        yield from exception_texts(error.__cause__)
        error = error.__context__


def shown(path: Any, **arguments: Any) -> str:
    """Return all that reading shows: errors, warnings, and the report of what was left out."""
    texts: list[str] = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            export = fn.read(path, **arguments)
        except FollownetError as error:
            texts += exception_texts(error)
        else:
            assert export.report is not None
            texts += [str(export.report), export.report._repr_html_()]
            texts += [export.report.files.to_csv(), export.report.skipped.to_csv()]
            texts += export.coverage["note"].dropna().tolist()
    texts += [str(warning.message) for warning in caught]
    return "\n".join(texts)


def wrong_types(content: bytes) -> bytes:
    """Put every text of a document where a record or a number is expected."""

    def twisted(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: [twisted(inner)] for key, inner in value.items()}
        if isinstance(value, list):
            return {str(place): twisted(inner) for place, inner in enumerate(value)}
        return {str(value): value} if isinstance(value, str) else str(value)

    return json.dumps(twisted(json.loads(content))).encode()


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "cut in the middle": lambda content: content[: len(content) // 2],
    "cut at the end": lambda content: content[:-2],
    "not UTF-8": lambda content: content.replace(MARK.encode(), MARK.encode() + b"\xff\xfe"),
    "wrong types": wrong_types,
    "a list of texts": lambda content: json.dumps([content.decode()]).encode(),
    "a text": lambda content: json.dumps(content.decode()).encode(),
    "HTML": lambda content: b"<html><body>" + content,
    "deep nesting": lambda content: b'{"a":' * 100_000 + content,
    "extra data": lambda content: content + content,
    "a huge number": lambda content: content.replace(b": 1700000000", b": 17" + b"0" * 5000),
    "NULs": lambda content: content.replace(MARK.encode(), MARK.encode() + b"\0"),
    "UTF-16": lambda content: content.decode().encode("utf-16")[:-1],
}


#: Variants of the others.
SLOW_DAMAGE = ("cut at the end", "a list of texts", "a text", "HTML", "extra data", "NULs")


@pytest.mark.parametrize(
    "damage", [pytest.param(one, marks=[pytest.mark.slow] * (one in SLOW_DAMAGE)) for one in DAMAGE]
)
def test_p33_damaged_files_show_no_name(
    damage: str, names: Iterator[str], tmp_path: Path, capsys: Any, caplog: Any
) -> None:
    """P33: every JSON of an export damaged at once, and each alone among whole ones."""
    members = planted(names)
    assert next(names, None) is None
    broken = {
        name: DAMAGE[damage](b.encoded(content)) if name.endswith(".json") else content
        for name, content in members.items()
    }
    texts = [shown(b.zipped(tmp_path / "all.zip", broken))]
    texts += [
        shown(b.zipped(tmp_path / "one.zip", members | {name: broken[name]}))
        for name in (b.FOLLOWERS, b.LIKES, b.COMMENTS, b.PROFILE)
    ]
    out = capsys.readouterr()
    everything = "\n".join([*texts, caplog.text, out.out, out.err])
    assert MARK not in everything.lower()
    assert ".json" in everything


def test_p33_damaged_containers_show_no_name(
    names: Iterator[str], tmp_path: Path, capsys: Any, caplog: Any
) -> None:
    """P33: wrong sums, cut directories, names that lead out, archives within, two exports."""
    members = planted(names)
    content = b.zip_bytes(members)
    flipped = bytearray(content)
    for at in range(100, len(content) // 2, 97):
        flipped[at] ^= 1
    request = f"instagram-{MARK}-2026-05-11-AbCd1234"
    other = f"instagram-{MARK}2-2026-05-12-AbCd1234"
    cases: dict[str, bytes] = {
        "sums": bytes(flipped),
        "cut": content[:-40],
        "cut early": content[:500],
        "tar": b.tar_bytes(members)[:-9],
        "leads out": b.zip_bytes(members | {f"../{MARK}": b""}),
        "inside": b.zip_bytes({f"{MARK}.zip": content[:-40]}),
        "too deep": b.zip_bytes({f"{MARK}.zip": b.zip_bytes({f"{MARK}.zip": content})}),
        "two": b.zip_bytes({f"{n}/{k}": v for n in (request, other) for k, v in members.items()}),
        "unknown": b.zip_bytes({f"{MARK}.{MARK}": b"", f"{MARK}/.{MARK}": b""}),
        "html": b.zip_bytes({f"{b.ACTIVITY}/messages/inbox/{MARK}_1/message_1.html": b""}),
    }
    texts = []
    for name, damaged in cases.items():
        (tmp_path / name).write_bytes(damaged)
        texts.append(shown(tmp_path / name))
        assert name in texts[-1] or name == "sums", name
    texts.append(shown(b.zipped(tmp_path / "small", members), limit=100))
    out = capsys.readouterr()
    assert MARK not in "\n".join([*texts, caplog.text, out.out, out.err]).lower()


def test_p33_whole_exports_show_no_name_in_the_report(names: Iterator[str], tmp_path: Path) -> None:
    """P33: what was left out is counted, not quoted."""
    path = b.folder(tmp_path / "in", planted(names))
    assert MARK not in shown(path).lower()


def test_p33_a_handle_that_is_none_is_told_by_its_length(tmp_path: Path) -> None:
    """P33: `owner=` is typed by hand; a mistyped one is still a name."""
    path = b.folder(tmp_path / "in", b.lists())
    text = shown(path, owner=f"{MARK} with spaces")
    assert "a text of 19 characters" in text
    assert MARK not in text


def test_the_search_for_names_finds_them() -> None:
    """What is searched holds suppressed causes, too."""

    def failing() -> None:
        try:
            raise ValueError(MARK)
        except ValueError:
            raise FollownetError("nothing here") from None

    with pytest.raises(FollownetError) as caught:
        failing()
    assert MARK not in str(caught.value)
    assert MARK in "".join(exception_texts(caught.value))
