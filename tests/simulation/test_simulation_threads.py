"""Threads as a world fills it: read back, alone and inside of Instagram's export."""

from __future__ import annotations

import string
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from conftest import first
from hypothesis import given
from hypothesis import strategies as st
from same import require_same, rows, written

import follownet as fn
from follownet.errors import SchemaError
from follownet.simulation import World, instagram, threads, world, write
from follownet.tables import SCHEMA, TEXT, Export

LAYOUTS = ("2024-07", "2025-08", "2026")
AT = pd.Timestamp("2026-05-11", tz="UTC")


@pytest.fixture(scope="module")
def small() -> World:
    return world(accounts=60, seed=1)


@pytest.fixture(scope="module")
def view(small: World) -> Export:
    return small.view(small.accounts.index[0], AT, platform="threads")


def name(export: Export, app: str) -> str:
    """Return what the zip is called, which names its owner."""
    return f"{app}-{export.owners[0]}-2026-05-11-AbCd1234.zip"


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("app", first(1, ["threads", "instagram"]))
def test_a_simulated_account_is_read_back(
    view: Export, layout: str, app: str, tmp_path: Path
) -> None:
    """All tables, in every layout, and without being told whose export it is."""
    assert min(len(view.relations), len(view.interactions), len(view.posts)) > 0
    assert view.accounts["name"].notna().sum() > 5
    require_same(written(view, tmp_path / name(view, app), layout=layout), view)


@pytest.mark.parametrize("layout", first(1, LAYOUTS))
def test_it_is_read_back_beside_instagram(
    small: World, view: Export, layout: str, tmp_path: Path
) -> None:
    """The same tables; Instagram tells what the owner is called."""
    beside = small.view(view.owners[0], AT)
    path = tmp_path / name(view, "instagram")
    instagram.write(beside, path, layout=layout, threads=view)
    called = view.accounts["name"].fillna({view.owners[0]: beside.accounts["name"][view.owners[0]]})
    expected = replace(view, accounts=view.accounts.assign(name=called))
    require_same(fn.read(path, platform="threads"), expected)


HANDLES = st.text(string.ascii_lowercase + string.digits + "._", min_size=1, max_size=30)
NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"]), min_size=1, max_size=12)
TIMES = st.one_of(st.none(), st.integers(1_300_000_000, 1_778_457_599))
TIES = st.dictionaries(HANDLES.filter(lambda name: name != "me"), TIMES, max_size=5)


def stamped(rows: list[dict[str, Any]], table: str, column: str) -> pd.DataFrame:
    """Return rows with the columns of the table, seconds as times."""
    frame = pd.DataFrame(rows, columns=list(SCHEMA[table]))
    frame[column] = pd.to_datetime(frame[column].astype("Int64"), unit="s", utc=True)
    return frame.astype(SCHEMA[table])


@given(TIES, TIES, st.sampled_from(threads.LISTED), TIES, NAMES, st.sampled_from(LAYOUTS))
@pytest.mark.filterwarnings("ignore:the follow")
def test_what_is_written_is_read_back(
    followers: dict[str, int | None],
    following: dict[str, int | None],
    relation: str,
    others: dict[str, int | None],
    name: str,
    layout: str,
) -> None:
    """Any handles, names and times; a name that is a handle is its account's, and nobody else's."""
    follows = [{"source": who, "target": "me", "since": at} for who, at in followers.items()]
    follows += [{"source": "me", "target": who, "since": at} for who, at in following.items()]
    ends = ("target", "source") if relation == "request_received" else ("source", "target")
    related = [{ends[0]: "me", ends[1]: who, "at": at} for who, at in others.items()]
    known = {who: name for who in followers | following | others if name.lower() != who}
    done = [
        {"source": "me", "target": who, "kind": kind, "at": at or 1_300_000_000}
        | {"item": f"https://www.threads.com/@{who}/post/C1" if kind == "like" else None}
        for kind in ("like", "view")
        for who, at in others.items()
    ]
    posts = [
        {"post": f"{form}-{at}" if form == "archived_thread" else f"thread-{at}", "account": "me"}
        | {"at": at, "format": form, "text_length": len(who)}
        for form, ties in (("thread", followers), ("archived_thread", others))
        for who, at in {at: (who, at) for who, at in ties.items() if at}.values()
    ]
    told = {row["at"] for row in posts if row["format"] == "thread"}
    replies = {at: who for who, at in following.items() if at and at not in told}
    posts += [
        {"post": f"thread-{at}", "account": "me", "at": at, "format": "reply"}
        | {"text_length": len(who)}
        for at, who in replies.items()
    ]
    export = Export(
        accounts=pd.DataFrame({"name": pd.Series(known, dtype=TEXT)}).rename_axis("account"),
        follows=stamped(follows, "follows", "since"),
        relations=stamped([row | {"relation": relation} for row in related], "relations", "at"),
        interactions=stamped(done, "interactions", "at"),
        posts=stamped(posts, "posts", "at"),
        platform="threads",
        owners=("me",),
        exported_at=AT,
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "threads-me-2026-05-11-AbCd1234.zip"
        found = written(export, path, layout=layout)
    for table in ("follows", "relations", "interactions", "posts"):
        pd.testing.assert_frame_equal(rows(found, table), rows(export, table))
    assert found.accounts["name"].dropna().to_dict() == known
    assert list(found.coverage["records"]) == [len(followers), len(following)]


def test_equal_tables_are_equal_bytes(view: Export, tmp_path: Path) -> None:
    """Nothing else decides; a year before there was Threads is refused."""
    one, other = (write(view, tmp_path / path).read_bytes() for path in ("a.zip", "b.zip"))
    assert one == other
    with pytest.raises(SchemaError, match="layout: accepts only 2024-07"):
        write(view, tmp_path / "c.zip", layout="2023")
