"""What is written as pages, in the layouts before 2024 and of Threads is read back."""

from __future__ import annotations

import warnings
from pathlib import Path

import pandas as pd
import pytest

import follownet as fn
from follownet.errors import FollownetWarning
from follownet.simulation import world, write
from follownet.tables import SCHEMA, TIME, Export

TABLES = ("follows", "relations", "interactions", "posts")
LANGUAGES = ["en", "tr", "nl", "it", "pt", "es", "de", "fr", "id", "pl", "ru"]
#: What the layout of 2020 has a place for.
FLAT = {
    "relations": {
        "blocked",
        "close_friend",
        "requested",
        "recently_requested",
        "suggestion_removed",
    },
    "interactions": {"like", "comment_like", "comment", "mention"},
    "posts": {"image", "carousel", "video", "story"},
}
KEYS = {"relations": "relation", "interactions": "kind", "posts": "format"}


@pytest.fixture(scope="module")
def views() -> list[Export]:
    """What the exports of three busy accounts show."""
    truth = world(accounts=30, seed=3)
    busy = truth.accounts.sort_values("activity").index[-3:]
    return [truth.view(account, "2026-05-11") for account in busy]


def read(path: Path, **given: str) -> Export:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FollownetWarning)
        return fn.read(path, **given)


def name(export: Export) -> str:
    return f"instagram-{export.owners[0]}-2026-05-11-AbCd1234.zip"


def rows(export: Export, table: str) -> pd.DataFrame:
    """Return the rows of a table, but for views, in an order that they alone decide."""
    frame = getattr(export, table)[list(SCHEMA[table])]
    if table == "interactions":
        frame = frame[frame["kind"] != "view"]
    return ordered(frame)


def ordered(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.sort_values(list(frame.columns), kind="stable", ignore_index=True)


def to_the_minute(frame: pd.DataFrame) -> pd.DataFrame:
    times = [column for column in frame if frame[column].dtype == TIME]
    return ordered(frame.assign(**{column: frame[column].dt.floor("min") for column in times}))


@pytest.mark.parametrize(
    ("layout", "labels", "zone"),
    [
        *(
            pytest.param("2026", one, "UTC", marks=[pytest.mark.slow] * (one != "tr"))
            for one in LANGUAGES
        ),
        ("2024-07", "it", "Asia/Kolkata"),
        ("2025-08", "pt", "Etc/GMT+3"),
    ],
)
def test_pages_are_read_back_to_the_minute(
    layout: str, labels: str, zone: str, views: list[Export], tmp_path: Path
) -> None:
    """Zones without summer time: of an hour that a clock shows twice one cannot tell which."""
    for export in views:
        path = tmp_path / name(export)
        written = write(export, path, layout=layout, labels=labels, form="html", zone=zone)
        back = read(written, zone=zone)
        assert back.owners == export.owners
        for table in TABLES:
            found, expected = rows(back, table), to_the_minute(rows(export, table))
            pd.testing.assert_frame_equal(found, expected)
            assert len(expected) or table == "relations"


@pytest.mark.parametrize(
    ("layout", "labels"),
    [
        ("2022", "ru"),
        ("2023", "fr"),
        pytest.param("2022", "it", marks=pytest.mark.slow),
    ],
)
def test_layouts_of_2022_and_2023_are_read_back(
    layout: str, labels: str, views: list[Export], tmp_path: Path
) -> None:
    for export in views:
        back = read(write(export, tmp_path / name(export), layout=layout, labels=labels))
        assert back.owners == export.owners
        for table in TABLES:
            pd.testing.assert_frame_equal(rows(back, table), rows(export, table))


def test_the_layout_of_2020_is_read_back(views: list[Export], tmp_path: Path) -> None:
    """Ties, likes, comments and posts; of messages, whose threads have no number, the count."""
    for export in views:
        back = read(write(export, tmp_path / name(export), layout="2020"))
        assert back.owners == export.owners
        pd.testing.assert_frame_equal(rows(back, "follows"), rows(export, "follows"))
        for table, kept in FLAT.items():
            expected, found = rows(export, table), rows(back, table)
            expected = expected[expected[KEYS[table]].isin(kept)]
            found = found[found[KEYS[table]].isin(kept)]
            if table == "interactions":
                expected, found = expected.assign(item=None), found.assign(item=None)
            if table == "posts":
                expected = expected.replace({"format": {"carousel": "image"}})
            pd.testing.assert_frame_equal(ordered(found), ordered(expected))
        said = [
            one.interactions.loc[one.interactions["kind"].str.startswith("message"), ["kind", "at"]]
            for one in (back, export)
        ]
        found, expected = said[0], said[1][said[1]["kind"] != "message_reaction"]
        floored = [one.assign(at=one["at"].dt.floor("s")) for one in (found, expected)]
        pd.testing.assert_frame_equal(*map(ordered, floored))


@pytest.mark.parametrize("form", ["json", "html"])
def test_threads_inside_are_read_back(form: str, views: list[Export], tmp_path: Path) -> None:
    """Another account's ties stand for Threads; Instagram beside it is what it was."""
    instagram, other = views[0], views[1]
    owner, stranger = instagram.owners[0], other.owners[0]
    ends = {stranger: owner, owner: stranger}
    follows = other.follows.replace({"source": ends, "target": ends})
    relations = other.relations.replace({"source": ends, "target": ends})
    threads = Export(
        follows=follows,
        relations=relations[relations["relation"].isin(["requested", "request_received"])],
        platform="threads",
        owners=(owner,),
    )
    path = write(instagram, tmp_path / name(instagram), form=form, threads=threads)
    beside = read(path)
    inside = read(path, platform="threads")
    assert (inside.platform, inside.owners) == ("threads", (owner,))
    shape = to_the_minute if form == "html" else ordered
    for table in ("follows", "relations"):
        for back, export in ((inside, threads), (beside, instagram)):
            found, expected = rows(back, table), shape(rows(export, table))
            pd.testing.assert_frame_equal(found, expected)
    assert len(threads.follows) > 20
