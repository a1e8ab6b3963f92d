"""What is written as Mastodon writes it, comes back when it is read."""

from __future__ import annotations

import csv
import json
import tempfile
import warnings
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from conftest import first
from hypothesis import given
from hypothesis import strategies as st

import follownet as fn
from follownet.errors import FollownetWarning, SchemaError
from follownet.simulation import mastodon, world, write
from follownet.simulation.world import World
from follownet.tables import SCHEMA, TEXT, TIME, Export

DAY = pd.Timestamp("2026-05-11", tz="UTC")
STEM = "archive-20260511000000-1a2b3c"
TABLES = ("follows", "relations", "interactions", "posts")
FIRST, LAST = 1_300_000_000, 1_760_000_000


@pytest.fixture(scope="module")
def small() -> World:
    """A world that is quickly made."""
    return world(accounts=40, seed=3)


def busiest(truth: World) -> str:
    """Return the account that does most, still alive."""
    people = truth.accounts[truth.accounts["deleted"].isna()]
    return str(people.sort_values("activity").index[-1])


def read(path: Path) -> Export:
    """Return the export, whatever it warns of."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FollownetWarning)
        return fn.read(path)


def same(found: pd.DataFrame, expected: pd.DataFrame) -> None:
    """Assert that two tables have the same rows; their order aside."""
    tables = [
        table.sort_values(list(expected), kind="stable", ignore_index=True)
        for table in (found[list(expected)], expected)
    ]
    pd.testing.assert_frame_equal(*tables)


# ------------------------------------------------------------------ the view


def test_a_view_shows_what_mastodon_would(small: World) -> None:
    """No followers, no dates but of what was written, no stories, no messages of others."""
    owner = busiest(small)
    export = small.view(owner, DAY, platform="mastodon")
    me = mastodon.account(owner)
    assert export.owners == (me,)
    assert export.follows["source"].eq(me).all()
    assert export.follows["since"].isna().all()
    assert len(export.follows) > 3
    assert export.coverage["status"].tolist() == ["missing", "presumed"]
    kinds = export.interactions.groupby("kind")["at"].agg(["size", "count"])
    assert set(kinds.index) >= {"like", "reply", "message", "save"}
    assert kinds.loc[["like", "save"], "count"].eq(0).all()
    assert kinds.loc["reply", "size"] == kinds.loc["reply", "count"]
    assert export.interactions["source"].eq(me).all()
    replies = export.interactions[export.interactions["kind"].isin(["reply", "mention"])]
    assert replies["item"].isin(export.posts["post"]).all()
    gone = small.accounts.index[small.accounts["deleted"] <= DAY].map(mastodon.account)
    assert not export.follows["target"].isin(gone).any()


@pytest.mark.parametrize("ending", first(1, [".tar.gz", "", ".zip"]))
@pytest.mark.parametrize("layout", ["2018", "2023"])
def test_a_simulated_account_is_read_back(
    layout: str, ending: str, small: World, tmp_path: Path
) -> None:
    """All tables, owner, date and coverage."""
    export = small.view(busiest(small), DAY, platform="mastodon")
    back = fn.read(write(export, tmp_path / f"{STEM}{ending}", layout=layout))
    assert (back.owners, back.exported_at) == (export.owners, export.exported_at)
    for name in TABLES:
        assert len(getattr(export, name)) or name == "relations"
        same(getattr(back, name), getattr(export, name))
    pd.testing.assert_frame_equal(back.accounts, export.accounts.sort_index())
    same(back.coverage.drop(columns="note"), export.coverage.drop(columns="note"))


def test_equal_tables_give_equal_bytes(small: World, tmp_path: Path) -> None:
    """Whenever and wherever they are written."""
    export = small.view(busiest(small), DAY, platform="mastodon")
    for ending in (".zip", ".tar.gz"):
        one, other = (write(export, tmp_path / f"{n}{ending}") for n in "ab")
        assert one.read_bytes() == other.read_bytes()


# ------------------------------------------------------------------ the files


def test_the_files_have_the_form_of_true_ones(small: World, tmp_path: Path) -> None:
    """Headers of the tables, keys of the documents, addresses instead of lists."""
    owner = busiest(small)
    export = small.view(owner, DAY, platform="mastodon")
    muted = {"source": export.owners[0], "target": "x@y.example", "relation": ["muted", "blocked"]}
    relations = pd.DataFrame(muted).assign(at=pd.Series([pd.NaT] * 2, dtype=TIME))
    path = write(Export(**tables(export) | {"relations": relations}), tmp_path / "new")
    lines = {file.name: file.read_text().splitlines() for file in path.glob("*.csv")}
    header = ["Account address", "Show boosts", "Notify on new posts", "Languages"]
    assert next(csv.reader(lines["following_accounts.csv"])) == header
    assert lines["muted_accounts.csv"] == ["Account address,Hide notifications", "x@y.example,true"]
    assert lines["blocked_accounts.csv"] == ["x@y.example"]
    assert "followers.csv" not in lines
    known = {file.name: json.loads(file.read_text()) for file in path.glob("*.json")}
    assert set(known) == {"actor.json", "outbox.json", "likes.json", "bookmarks.json"}
    actor, outbox = known["actor.json"], known["outbox.json"]
    assert actor["followers"] == f"{actor['id']}/followers"
    assert actor["preferredUsername"] == owner
    assert outbox["totalItems"] == len(outbox["orderedItems"])
    assert {item["type"] for item in outbox["orderedItems"]} == {"Create"}
    note = outbox["orderedItems"][0]["object"]
    assert {"id", "inReplyTo", "published", "to", "cc", "content", "tag"} <= set(note)
    assert all(isinstance(item, str) for item in known["likes.json"]["orderedItems"])
    times = [item["published"] for item in outbox["orderedItems"]]
    assert times == sorted(times)


def tables(export: Export) -> dict[str, Any]:
    """Return what an export is made of."""
    names = ("accounts", *TABLES, "platform", "owners", "exported_at", "coverage")
    return {name: getattr(export, name) for name in names}


def test_in_2017_there_are_tables_without_header_alone(small: World, tmp_path: Path) -> None:
    """So that nothing names the owner."""
    export = small.view(busiest(small), DAY, platform="mastodon")
    path = write(export, tmp_path / "old", layout="2017")
    names = {file.name for file in path.iterdir()}
    assert names >= {"following_accounts.csv"}
    assert all(name.endswith("_accounts.csv") for name in names)
    assert not any("," in file.read_text() for file in path.iterdir())
    back = fn.read(path, owner=export.owners[0])
    same(back.follows, export.follows)
    assert back.interactions.empty
    assert fn.read(path).owners == ("(owner)",)
    with pytest.raises(SchemaError, match="layout: accepts only 2017, 2018, 2023"):
        write(export, tmp_path / "x", layout="1999")


# ------------------------------------------------------------------ anything

words = st.text(st.characters(categories=["Ll", "Nd"], max_codepoint=0x24F), min_size=1, max_size=8)
users = st.from_regex(r"[a-z0-9_][a-z0-9_.-]{0,12}", fullmatch=True)
accounts = st.builds("{}@{}.example".format, users, st.from_regex("[a-z0-9-]{1,9}", fullmatch=True))
seconds = st.integers(FIRST, LAST) | st.none()
names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)


def table(name: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Return rows with the columns and dtypes of the schema, seconds as times."""
    frame = pd.DataFrame(rows, columns=list(SCHEMA[name]))
    for column, dtype in SCHEMA[name].items():
        if dtype == TIME:
            frame[column] = pd.to_datetime(frame[column], unit="s", utc=True)
    return frame.astype(SCHEMA[name])


@st.composite
def exports(draw: st.DrawFn) -> Export:
    """Return an export of one owner in Mastodon's terms."""
    owner = draw(accounts)
    alters = draw(st.lists(accounts.filter(lambda one: one != owner), unique=True, max_size=6))
    some = st.lists(st.sampled_from(alters), unique=True) if alters else st.just([])
    anyone = st.sampled_from([*alters, None])
    follows = [{"source": owner, "target": one} for one in draw(some)]
    follows += [{"source": one, "target": owner} for one in draw(some)]
    relations = [
        {"source": owner, "target": one, "relation": relation}
        for relation in ("blocked", "muted")
        for one in draw(some)
    ]
    interactions: list[dict[str, Any]] = []
    posts = []
    for number in range(draw(st.integers(0, 4))):
        done = {"source": owner, "at": draw(seconds), "item": mastodon.address(owner, str(number))}
        form = draw(st.sampled_from(["text", "image", "video", "audio", "poll", "reply"]))
        target = draw(anyone)
        if form == "reply":
            interactions.append(done | {"kind": "reply", "target": target})
        named = [one for one in draw(some) if one != target]
        interactions += [done | {"kind": "mention", "target": one} for one in named]
        counts = {name: draw(st.none() | st.integers(0, 2**53 - 1)) for name in ("likes", "shares")}
        length = draw(st.none() | st.integers(0, 90))
        posts.append(
            {"post": done["item"], "account": owner, "at": done["at"], "format": form}
            | {"text_length": length}
            | counts
        )
    for kind in draw(st.lists(st.sampled_from(["like", "save", "repost"]), max_size=5)):
        target = draw(anyone)
        item = (
            mastodon.address(target, draw(words)) if target else f"https://x.example/{draw(words)}"
        )
        done = {"source": owner, "kind": kind, "target": target, "item": item}
        interactions.append(done | {"at": draw(seconds) if kind == "repost" else None})
    for thread in draw(st.lists(words, unique=True, max_size=3)):
        target = draw(anyone)
        done = {"source": owner, "kind": "message", "target": target, "at": draw(seconds)}
        interactions.append(done | {"item": thread, "group": None if target else thread})
    people = pd.DataFrame(
        {"name": [draw(names)], "type": draw(st.sampled_from(["person", "bot", "group"]))},
        index=pd.Index([owner], name="account", dtype=TEXT),
    )
    lists = draw(st.booleans())
    statuses = ["presumed" if lists else "missing", "presumed"]
    coverage = pd.DataFrame(
        {"owner": owner, "list": ["followers", "following"], "status": statuses}
    )
    follows = [row for row in follows if lists or row["source"] == owner]
    return Export(
        accounts=people,
        follows=table("follows", follows),
        relations=table("relations", relations),
        interactions=table("interactions", interactions),
        posts=table("posts", posts),
        platform="mastodon",
        owners=(owner,),
        exported_at=DAY,
        coverage=coverage,
    )


@given(exports(), st.sampled_from(["2018", "2023"]), st.sampled_from(["", ".zip", ".tar.gz"]))
def test_what_is_written_is_read_back(export: Export, layout: str, ending: str) -> None:
    """Every row, whoever and whenever; order aside."""
    owner = export.owners[0]
    with tempfile.TemporaryDirectory() as place:
        back = read(write(export, Path(place, f"{STEM}{ending}"), layout=layout))
    assert (back.owners, back.exported_at) == (export.owners, DAY)
    for name in TABLES:
        same(getattr(back, name), getattr(export, name))
    assert set(back.accounts.index) == set(export.accounts.index)
    columns = ["name", "type"]
    assert back.accounts.loc[owner, columns].equals(export.accounts.loc[owner, columns])
    assert back.coverage["status"].tolist() == export.coverage["status"].tolist()
    sizes = [export.follows[end].eq(owner).sum() for end in ("target", "source")]
    assert back.coverage["records"].fillna(0).tolist() == sizes
