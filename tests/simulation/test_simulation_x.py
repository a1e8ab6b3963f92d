"""X's files as a world fills them: read back, and shaped as the real ones."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from same import require_same, written

import follownet as fn
from follownet.errors import SchemaError
from follownet.simulation import world, write, x
from follownet.tables import Export

SAMPLE = Path(__file__).parents[3] / "shared" / "exports" / "x-2026-03" / "data"
AT = pd.Timestamp("2026-05-11", tz="UTC")


@pytest.fixture(scope="module")
def view() -> Export:
    small = world(accounts=60, seed=1)
    return small.view(small.accounts.index[0], AT, platform="x")


@pytest.mark.parametrize("layout", ["2022", "2026"])
def test_a_simulated_account_is_read_back(view: Export, layout: str, tmp_path: Path) -> None:
    """All tables, in every layout."""
    require_same(written(view, tmp_path / "a.zip", layout=layout), view)


def test_the_layout_of_2018_has_no_manifest(view: Export, tmp_path: Path) -> None:
    """Nothing verifies its lists; all else is read back."""
    coverage = view.coverage.assign(status="presumed")
    expected = Export(
        **{table: getattr(view, table) for table in ("accounts", "follows", "relations", "posts")},
        interactions=view.interactions,
        coverage=coverage,
        owners=view.owners,
        platform="x",
    )
    name = "twitter-2026-05-11-0a1b2c.zip"
    require_same(written(view, tmp_path / name, layout="2018"), expected)


def test_many_tweets_come_in_parts(
    view: Export, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And lists, too: read back whole, and partial without the last."""
    monkeypatch.setattr(x, "PART", 10)
    folder = write(view, tmp_path / "parts")
    require_same(written(view, tmp_path / "a.zip"), view)
    last = sorted((folder / "data").glob("follower-part*.js"))[-1]
    last.unlink()
    with pytest.warns(UserWarning, match="followers list is partial"):
        found = fn.read(folder)
    assert found.coverage["status"].tolist() == ["partial", "verified"]


IDS = st.integers(1, 2**63).map(str)
NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1)
TIMES = st.integers(1_300_000_000, 1_778_457_599)


@given(
    st.lists(IDS, max_size=5, unique=True),
    st.lists(IDS, max_size=5, unique=True),
    st.dictionaries(IDS, st.tuples(st.from_regex(r"[A-Za-z0-9_]{1,15}", fullmatch=True), NAMES)),
    st.lists(TIMES, max_size=6, unique=True),
    st.sampled_from(["2022", "2026"]),
)
def test_what_is_written_is_read_back(
    followers: list[str], following: list[str], named: dict[str, Any], times: list[int], layout: str
) -> None:
    """Any ids, any names of those who are answered, mentioned and repeated."""
    owner = "7"
    ties = [(one, owner) for one in followers] + [(owner, one) for one in following]
    kinds = ["reply", "repost", "mention"]
    rows, posts = [], []
    for place, (at, account) in enumerate(zip(times, named, strict=False)):
        kind, number = kinds[place % 3], str(10**18 + place)
        rows.append((account, kind, at, str(place + 1) if kind == "reply" else number))
        if kind != "repost":
            posts.append((number, at, "reply" if kind == "reply" else "post", place))
    events = pd.DataFrame(rows, columns=["target", "kind", "at", "item"]).assign(source=owner)
    made = pd.DataFrame(posts, columns=["post", "at", "format", "text_length"])
    for table in (events, made):
        table["at"] = pd.to_datetime(table["at"].astype("Int64"), unit="s", utc=True)
    people = {one: named[one] for one in events["target"]} | {owner: ("me", "Me")}
    export = Export(
        accounts=pd.DataFrame(people.values(), columns=["handle", "name"], index=list(people)),
        follows=pd.DataFrame(list(dict.fromkeys(ties)), columns=["source", "target"], dtype="str"),
        interactions=events.astype({"target": "str"}),
        posts=made.assign(account=owner, likes=3, shares=0),
        coverage=pd.DataFrame(
            [
                {"owner": owner, "list": name, "status": "verified", "records": len(rows)}
                for name, rows in (("followers", followers), ("following", following))
            ]
        ),
        owners=(owner,),
        platform="x",
        exported_at=AT,
    )
    with tempfile.TemporaryDirectory() as folder:
        found = written(export, Path(folder) / "a.zip", layout=layout)
    require_same(found, export)


def keys(value: Any, where: str = "") -> set[str]:
    """Return the places of a document's keys."""
    if isinstance(value, list):
        return {key for inner in value for key in keys(inner, f"{where}[]")}
    if not isinstance(value, dict):
        return set()
    found = {f"{where}.{key}" for key in value}
    return found | {place for key in value for place in keys(value[key], f"{where}.{key}")}


@pytest.mark.parametrize(
    "file",
    ["account", "follower", "following", "block", "mute", "like", "tweets", "direct-messages"],
)
def test_the_files_are_shaped_as_the_real_ones(view: Export, tmp_path: Path, file: str) -> None:
    """No key that the real file has not, and the same assignment."""
    if not SAMPLE.is_dir():
        pytest.skip("the real exports are not beside the checkout")
    made = (write(view, tmp_path / "a") / "data" / f"{file}.js").read_text(encoding="utf-8")
    real = (SAMPLE / f"{file}.js").read_text(encoding="utf-8")
    (before, _, here), (assigned, _, there) = made.partition(" = "), real.partition(" = ")
    assert before == assigned.strip()
    extra = keys(json.loads(here)) - keys(json.loads(there))
    assert not extra


def test_equal_tables_are_equal_bytes(view: Export, tmp_path: Path) -> None:
    """Nothing else decides."""
    one, other = (write(view, tmp_path / name).read_bytes() for name in ("a.zip", "b.zip"))
    assert one == other
    with pytest.raises(SchemaError, match="layout: accepts only"):
        write(view, tmp_path / "c.zip", layout="2011")
