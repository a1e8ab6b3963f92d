"""What is written as Bluesky writes it, comes back when it is read."""

from __future__ import annotations

import json
import tempfile
import warnings
from pathlib import Path
from typing import Any

import libipld
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import follownet as fn
from follownet.errors import FollownetWarning, SchemaError
from follownet.simulation import bluesky, repository, world, write
from follownet.simulation.world import World
from follownet.tables import SCHEMA, TEXT, TIME, Export

DAY = pd.Timestamp("2026-05-11 01:02:03.456789", tz="UTC")
TABLES = ("follows", "relations", "interactions", "posts")
FIRST, LAST = 1_300_000_000_000_000, 1_760_000_000_000_000
POST = "app.bsky.feed.post"


@pytest.fixture(scope="module")
def small() -> World:
    """A world that is quickly made."""
    return world(accounts=40, seed=3)


def busiest(truth: World) -> str:
    """Return the account that does most, still alive."""
    people = truth.accounts[truth.accounts["deleted"].isna()]
    return str(people.sort_values("activity").index[-1])


def same(found: pd.DataFrame, expected: pd.DataFrame) -> None:
    """Assert that two tables have the same rows; their order aside."""
    tables = [
        table.sort_values(list(expected), kind="stable", ignore_index=True)
        for table in (found[list(expected)], expected)
    ]
    pd.testing.assert_frame_equal(*tables)


# ------------------------------------------------------------------ the view


def test_a_view_shows_what_bluesky_would(small: World) -> None:
    """DIDs; dates of own follows alone; no stories, views, saves and messages."""
    owner = busiest(small)
    export = small.view(owner, DAY, platform="bluesky")
    me = bluesky.did(owner)
    assert export.owners == (me,)
    mine = export.follows["source"] == me
    assert export.follows.loc[mine, "since"].notna().all()
    assert export.follows.loc[~mine, "since"].isna().all()
    assert min(mine.sum(), (~mine).sum()) > 3
    assert set(export.interactions["kind"]) == {"like", "reply", "mention"}
    replies = export.interactions[export.interactions["kind"] != "like"]
    assert replies["item"].isin(export.posts["post"]).all()
    assert set(export.relations["relation"]) <= {"blocked"}
    assert export.accounts["handle"][me].endswith(".bsky.example")
    assert (export.accounts.index.str.len() == len("did:plc:") + 24).all()


@pytest.mark.parametrize("ending", ["", ".zip"])
def test_a_simulated_account_is_read_back(ending: str, small: World, tmp_path: Path) -> None:
    """All tables, owner, date and coverage."""
    export = small.view(busiest(small), DAY, platform="bluesky")
    back = fn.read(write(export, tmp_path / f"bluesky{ending}"))
    assert (back.owners, back.exported_at) == (export.owners, export.exported_at)
    for name in TABLES:
        assert len(getattr(export, name)) or name == "relations"
        same(getattr(back, name), getattr(export, name))
    pd.testing.assert_frame_equal(back.accounts, export.accounts.sort_index())
    same(back.coverage.drop(columns="note"), export.coverage.drop(columns="note"))


def test_the_repository_alone_has_no_followers(small: World, tmp_path: Path) -> None:
    """As it comes from the settings of the app."""
    export = small.view(busiest(small), DAY, platform="bluesky")
    alone = fn.read(write(export, tmp_path / "repo.car"))
    zipped = fn.read(write(export, tmp_path / "a.zip", layout="repository"))
    for back in (alone, zipped):
        assert back.coverage["status"].tolist() == ["missing", "presumed"]
        same(back.follows, export.follows[export.follows["source"] == export.owners[0]])
        same(back.interactions, export.interactions)
    with pytest.raises(SchemaError, match="layout: accepts only complete, repository"):
        write(export, tmp_path / "x", layout="all")


def test_equal_tables_give_equal_bytes(small: World, tmp_path: Path) -> None:
    """Whenever and wherever they are written."""
    export = small.view(busiest(small), DAY, platform="bluesky")
    one, other = (write(export, tmp_path / f"{name}.zip") for name in "ab")
    assert one.read_bytes() == other.read_bytes()


# ------------------------------------------------------------------ the files

KEY = "com.example.record/3jqfcqzm"
LEAF = "bafyreie5cvv4h45feadgeuwhbcutmh6t2ceseocckahdoe6uat64zmz454"


@pytest.mark.parametrize(
    ("keys", "root"),
    [
        ("", "bafyreie5737gdxlw5i64vzichcalba3z2v5n6icifvx5xytvske7mr3hpm"),
        ("3fo2j", "bafyreibj4lsc3aqnrvphp5xmrnfoorvru4wynt6lwidqbm2623a6tatzdu"),
        ("3fx2j", "bafyreih7wfei65pxzhauoibu3ls7jgmkju4bspy4t2ha2qdjnzqvoy33ai"),
        (
            "3fp2j 3fr2j 3fs2j 3ft2j 4fc2j",
            "bafyreicmahysq4n6wfuxo522m6dpiy7z7qzym3dzs756t5n7nfdgccwq7m",
        ),
    ],
)
def test_a_tree_has_the_published_root(keys: str, root: str) -> None:
    """The known maps of the protocol's interoperability tests."""
    store = repository.Blocks(libipld.encode_dag_cbor)
    digest = libipld.decode_cid(LEAF)["hash"]["digest"]
    named = [(f"{KEY}{key}".encode(), b"\x01\x71\x12\x20" + digest) for key in keys.split()]
    assert libipld.encode_cid(repository.tree(named, store)) == root


def test_a_repository_is_what_another_decoder_takes_it_for(small: World, tmp_path: Path) -> None:
    """libipld's own reader of CAR files finds the commit and every record."""
    export = small.view(busiest(small), DAY, platform="bluesky")
    content = write(export, tmp_path / "repo.car").read_bytes()
    header, blocks = libipld.decode_car(content)
    commit = blocks[header["roots"][0]]
    assert {"did", "version", "data", "rev", "prev", "sig"} == set(commit)
    assert (commit["did"], commit["version"], len(commit["rev"])) == (export.owners[0], 3, 13)
    assert {"e", "l"} == set(blocks[commit["data"]])
    kinds = pd.Series([block.get("$type") for block in blocks.values()]).value_counts()
    assert kinds["app.bsky.graph.follow"] == export.follows["source"].eq(export.owners[0]).sum()
    assert kinds[POST] == len(export.posts)
    likes = export.interactions["kind"].eq("like").sum()
    assert kinds["app.bsky.feed.like"] == likes


def test_pages_have_a_cursor_but_the_last(tmp_path: Path) -> None:
    """A hundred a page, and one page of nobody."""
    many = [f"did:plc:n{n:03}" for n in range(250)]
    sizes = {}
    for count in (0, 100, 250):
        ties = [{"source": one, "target": "did:plc:me"} for one in many[:count]]
        path = write(fresh(follows=ties), tmp_path / str(count))
        pages = [json.loads(file.read_text()) for file in sorted(path.glob("getFollowers_*.json"))]
        sizes[count] = [(len(page["followers"]), "cursor" in page) for page in pages]
        assert all(set(page) >= {"subject", "followers"} for page in pages)
    assert sizes == {
        0: [(0, False)],
        100: [(100, False)],
        250: [(100, True), (100, True), (50, False)],
    }


# ------------------------------------------------------------------ anything

plain = st.from_regex("[A-Za-z0-9._:%-]{1,24}", fullmatch=True)
dids = st.builds("did:{}:{}".format, st.sampled_from(["plc", "web"]), plain)
keys = st.from_regex("[A-Za-z0-9._~-]{1,15}", fullmatch=True)
micros = st.integers(FIRST, LAST) | st.none()
names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)


def table(name: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Return rows with the columns and dtypes of the schema, microseconds as times."""
    frame = pd.DataFrame(rows, columns=list(SCHEMA[name]))
    for column, dtype in SCHEMA[name].items():
        if dtype == TIME:
            ticks = frame[column].astype("Int64")
            frame[column] = pd.to_datetime(ticks, unit="us", utc=True)
    return frame.astype(SCHEMA[name])


def fresh(owner: str = "did:plc:me", accounts: Any = None, **rows: Any) -> Export:
    """Return an export of one owner with these rows."""
    lists = pd.DataFrame({"owner": owner, "list": ["followers", "following"], "status": "presumed"})
    more = {} if accounts is None else {"accounts": accounts}
    return Export(
        **{name: table(name, rows.get(name, [])) for name in TABLES},
        **more,
        platform="bluesky",
        owners=(owner,),
        exported_at=DAY,
        coverage=lists,
    )


@st.composite
def exports(draw: st.DrawFn) -> Export:
    """Return an export of one owner in Bluesky's terms."""
    owner = draw(dids)
    alters = draw(st.lists(dids.filter(lambda one: one != owner), unique=True, max_size=6))
    some = st.lists(st.sampled_from(alters), unique=True) if alters else st.just([])
    anyone = st.sampled_from([*alters, owner, None])
    follows = [{"source": owner, "target": one, "since": draw(micros)} for one in draw(some)]
    if draw(st.booleans()):
        follows.append({"source": owner, "target": owner, "since": draw(micros)})
    followers = draw(some)
    follows += [{"source": one, "target": owner} for one in followers]
    blocked = {"source": owner, "relation": "blocked"}
    relations = [blocked | {"target": one, "at": draw(micros)} for one in draw(some)]
    interactions: list[dict[str, Any]] = []
    posts = []
    for key in draw(st.lists(keys, unique=True, max_size=4)):
        post = f"at://{owner}/{POST}/{key}"
        done = {"source": owner, "at": draw(micros), "item": post}
        form = draw(st.sampled_from(["text", "image", "video", "link", "reply"]))
        target = draw(anyone) if form == "reply" else None
        if form == "reply":
            interactions.append(done | {"kind": "reply", "target": target})
        if draw(st.booleans()):
            interactions.append(done | {"kind": "quote", "target": draw(anyone)})
        named = [one for one in draw(some) if one != target]
        interactions += [done | {"kind": "mention", "target": one} for one in named]
        length = draw(st.none() | st.integers(0, 90))
        said = {"post": post, "account": owner, "at": done["at"], "format": form}
        posts.append(said | {"text_length": length})
    for kind in draw(st.lists(st.sampled_from(["like", "repost"]), max_size=5)):
        target = draw(anyone)
        item = f"at://{target or 'someone.example'}/{POST}/{draw(keys)}"
        done = {"source": owner, "kind": kind, "target": target, "item": item}
        interactions.append(done | {"at": draw(micros)})
    called = [owner, *followers]
    people = pd.DataFrame(
        {"handle": [draw(keys) for _ in called], "name": [draw(names) for _ in called]},
        index=pd.Index(called, name="account", dtype=TEXT),
    )
    return fresh(owner, people, follows=follows, relations=relations, interactions=interactions,
                 posts=posts)  # fmt: skip


@given(exports(), st.sampled_from(["", ".zip"]))
def test_what_is_written_is_read_back(export: Export, ending: str) -> None:
    """Every row, whoever and whenever; order aside."""
    owner = export.owners[0]
    with tempfile.TemporaryDirectory() as place, warnings.catch_warnings():
        warnings.simplefilter("ignore", FollownetWarning)
        back = fn.read(write(export, Path(place, f"bluesky{ending}")))
    assert (back.owners, back.exported_at) == (export.owners, DAY)
    for name in TABLES:
        same(getattr(back, name), getattr(export, name))
    assert set(back.accounts.index) == set(export.accounts.index)
    known = export.accounts[["handle", "name"]].sort_index()
    pd.testing.assert_frame_equal(back.accounts[["handle", "name"]].sort_index(), known)
    sizes = [export.follows[end].eq(owner).sum() for end in ("target", "source")]
    assert back.coverage["records"].tolist() == sizes
