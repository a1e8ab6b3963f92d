"""YouTube's part of Takeout: channels are found by their ids, in whatever language."""

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
)
from follownet.tables import Export

ME, ANN, BOB = (f"UC{letter * 22}" for letter in "mab")
ROOT = "Takeout/YouTube and YouTube Music"
TABLE = f"{ROOT}/subscriptions/subscriptions.csv"
OWNER = {
    f"{ROOT}/channels/channel.csv": "Channel ID,Channel Title (Original),Channel Visibility\n"
    f"{ME},Me,Public\n"
}


def link(channel: str) -> str:
    return f"http://www.youtube.com/channel/{channel}"


def rows(header: str = "Channel Id,Channel Url,Channel Title", *more: str) -> str:
    found = more or (f"{ANN},{link(ANN)},Ann", f"{BOB},{link(BOB)},Bob")
    return "\n".join([header, *found]) + "\n"


def read(tmp_path: Path, members: dict[str, str | bytes], *beside: Path, **options: Any) -> Export:
    path = tmp_path / "takeout-20260511T010203Z-001.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return fn.read([path, *beside] if beside else path, **options)


def names(export: Export) -> dict[str, str]:
    return dict(export.accounts.loc[export.follows["target"].tolist(), "name"])


def statuses(export: Export) -> dict[str, str]:
    return dict(zip(export.coverage["list"], export.coverage["status"], strict=True))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (TABLE, rows()),
        (TABLE, "\ufeff" + rows().replace("\n", "\r\n")),
        (f"{ROOT}/Abos/Abos.csv", rows("Kanal-ID,Kanal-URL,Kanaltitel")),
        (
            f"{ROOT}/subscriptions/subscriptions.csv",
            f"タイトル,ID,リンク\nAnn,{ANN},{link(ANN)}\nBob,{BOB},{link(BOB)}\n",
        ),
        ("list.csv", rows("標題,網址,頻道")),
    ],
    ids=["English", "Windows", "German", "another order", "a name of one's own"],
)
def test_subscriptions_are_found_by_the_ids(tmp_path: Path, name: str, content: str) -> None:
    """Header, folder, file and order of columns depend on the language."""
    export = read(tmp_path, OWNER | {name: content})
    assert export.platform == "youtube"
    assert export.owners == (ME,)
    assert names(export) == {ANN: "Ann", BOB: "Bob"}
    assert export.follows["since"].isna().all()
    assert export.exported_at == pd.Timestamp("2026-05-11 01:02:03", tz="UTC")


def test_other_tables_with_ids_of_channels_are_no_subscriptions(tmp_path: Path) -> None:
    """One's own comments under another name, or one's own channel in another language."""
    members = {
        TABLE: rows(),
        f"{ROOT}/Kanäle/Kanal.csv": "Kanal-ID,Kanaltitel (Original),Sichtbarkeit\n"
        f"{ME},Me,public\n",
        f"{ROOT}/comments/comments(1).csv": f"Comment ID,Channel ID,Text\nc1,{ME},x\n",
        f"{ROOT}/canales/canal.csv": f"ID del canal,Título,Visibilidad\n{ME},Me,x\n",
    }
    export = read(tmp_path, members)
    assert export.owners == (ME,)
    assert names(export) == {ANN: "Ann", BOB: "Bob"}
    assert export.report is not None
    assert export.report.skipped["records"].tolist() == [2]


def test_a_takeout_without_subscriptions_has_none(tmp_path: Path) -> None:
    """It is YouTube's all the same; a header in any language is an empty list."""
    export = read(tmp_path, OWNER)
    assert statuses(export) == {"followers": "missing", "following": "missing"}
    export = read(tmp_path, OWNER | {TABLE: "チャンネル ID,URL,タイトル\n"})
    assert statuses(export)["following"] == "presumed"


def test_subscriptions_of_before_2021_have_dates(tmp_path: Path) -> None:
    """And what names no channel is counted."""
    records = [
        {"snippet": {"title": "Ann", "resourceId": {"channelId": ANN}, "publishedAt": at}}
        for at in ("2019-01-02T03:04:05.000Z",)
    ]
    content = json.dumps([*records, {"snippet": {"resourceId": {"channelId": "x"}}}, 3])
    with pytest.warns(FollownetWarning, match="2 of its records name no account"):
        export = read(tmp_path, OWNER | {f"{ROOT}/subscriptions/subscriptions.json": content})
    assert export.follows["since"].tolist() == [pd.Timestamp("2019-01-02 03:04:05", tz="UTC")]


def test_empty_missing_and_unreadable_are_three_things(tmp_path: Path) -> None:
    """A header alone is an empty list."""
    export = read(tmp_path, {TABLE: rows().splitlines()[0] + "\n"})
    assert statuses(export) == {"followers": "missing", "following": "presumed"}
    assert export.owners == ("(owner)",)
    damaged = rows() + '"never closed'
    with pytest.warns(FollownetWarning, match="name no account"):
        export = read(tmp_path, {TABLE: damaged})
    assert statuses(export)["following"] == "suspect"
    with pytest.raises(DamagedExportError, match=r"subscriptions\.csv is no text"):
        read(tmp_path, {TABLE: rows().encode() + b"\x00\xff"})


def test_who_subscribed_cannot_be_known_but_from_elsewhere(tmp_path: Path) -> None:
    """The message names the file; given in the same call, it completes the export."""
    export = read(tmp_path, OWNER | {TABLE: rows()})
    with pytest.raises(NotObservedError, match=r"a followers\.csv with one channel id a line"):
        fn.reciprocity.follow_back(export.graph())
    beside = tmp_path / "followers.csv"
    beside.write_text(f"Channel Id\n{ANN}\n{link(ME)}\nnobody\n", encoding="utf-8", newline="\n")
    with pytest.warns(FollownetWarning, match="1 of its records name no account"):
        export = read(tmp_path, OWNER | {TABLE: rows()}, beside)
    assert export.coverage["records"].tolist() == [2, 2]
    assert fn.reciprocity.summary(export.graph()).mutual == 1


def test_what_the_owner_wrote_and_made(tmp_path: Path) -> None:
    """Comments name the video, not whose it is; videos have no counts."""
    written = {
        f"{ROOT}/comments/comments.csv": "Comment ID,Channel ID,Comment Create Timestamp,Video ID\n"
        f"c1,{ME},2024-01-02T03:04:05+00:00,v1\nc2\n",
        f"{ROOT}/live chats/live chats.csv": "Live Chat ID,Live Chat Create Timestamp,Video ID\n"
        "l1,2024-01-03 00:00:00 UTC,v2\n",
        f"{ROOT}/video metadata/videos.csv": "Video ID,Video Title (Original),"
        "Video Create Timestamp\nv9,four,2023-01-01T00:00:00Z\n",
        f"{ROOT}/history/watch-history.html": "<html></html>",
    }
    export = read(tmp_path, OWNER | {TABLE: rows()} | written)
    assert export.interactions[["kind", "item"]].values.tolist() == [
        ["comment", "v1"], ["comment", "v2"],
    ]  # fmt: skip
    assert export.interactions["target"].isna().all()
    assert export.interactions["at"].notna().all()
    assert export.posts[["post", "text_length"]].values.tolist() == [["v9", 4]]
    assert export.report is not None
    assert export.report.skipped.values.tolist() == [
        ["comments.csv", "row is cut", 1],
        ["other files", "not among the files that are read", 1],
    ]


def test_the_owner_may_be_given(tmp_path: Path) -> None:
    """As id or as the address of the channel."""
    assert read(tmp_path, {TABLE: rows()}, owner=link(ME)).owners == (ME,)
    with pytest.raises(SchemaError, match="of 4 characters is no channel") as caught:
        read(tmp_path, {TABLE: rows()}, owner="anna")
    assert "anna" not in str(caught.value)


@pytest.mark.parametrize("seed", first(15, range(60)))
def test_whatever_stands_there_is_read_or_refused(tmp_path: Path, seed: int) -> None:
    """Bytes that fell over, at random places."""
    chance = random.Random(seed)
    content = bytearray(rows().encode())
    for _ in range(chance.randrange(1, 9)):
        content[chance.randrange(len(content))] = chance.randrange(256)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        said = ""
        try:
            export = read(tmp_path, OWNER | {TABLE: bytes(content[: chance.randrange(9, 400)])})
        except FollownetError as error:
            said = str(error)
        else:
            assert export.follows["target"].str.fullmatch("UC.{22}").all()
    assert "Ann" not in said
