from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from follownet.errors import FollownetError
from follownet.simulation import sample, world

DATA = Path(__file__).parents[2] / "data"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    sample.save(folder)
    return folder


def contents(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_samples_are_what_the_code_makes(made: Path) -> None:
    """Contents are compared, since compression differs between versions of zlib."""
    assert {path.name for path in made.iterdir()} == {path.name for path in DATA.iterdir()}
    zips = sorted(path.name for path in made.glob("instagram-*.zip"))
    assert zips == sorted(path.name for path in DATA.glob("instagram-*.zip"))
    for name in zips:
        assert contents(made / name) == contents(DATA / name)
    for name in ("README.md", "world.json"):
        assert (made / name).read_bytes() == (DATA / name).read_bytes()


def test_the_samples_are_small(made: Path) -> None:
    assert sum(path.stat().st_size for path in made.iterdir()) < 1_000_000


def test_the_first_sample_is_fit_to_learn_from() -> None:
    """What the notebooks and their sentences rely on."""
    truth = world(accounts=sample.ACCOUNTS, seed=sample.SEED)
    owner = sample.owner(truth)
    first, second = (truth.view(owner, at) for at in (sample.FIRST, sample.SECOND))
    follows = first.follows
    followers = follows[follows["target"] == owner].set_index("source")["since"]
    following = follows[follows["source"] == owner].set_index("target")["since"]
    both = followers.index.intersection(following.index)
    assert (len(followers), len(following), len(both)) == (66, 63, 52)
    assert abs(followers.min() - following.min()) < pd.Timedelta(days=365)
    assert max(followers.min(), following.min()) < sample.FIRST - pd.Timedelta(days=400)
    assert (following > sample.FIRST - pd.Timedelta(days=60)).sum() > 1
    first_was_me = following[both] < followers[both]
    assert 5 < first_was_me.sum() < len(both) - 5
    assert first.accounts["type"].isna().all()
    threads = first.interactions[first.interactions["kind"].str.startswith("message")]
    assert (threads["item"].nunique(), threads["group"].nunique()) == (11, 2)
    assert first.accounts["name"].str.startswith("<b>").any()
    assert (second.accounts["type"] == "deleted").sum() == 1
    later = set(second.follows.loc[second.follows["target"] == owner, "source"])
    assert later - set(followers.index)
    assert set(followers.index) - later
    assert (set(following.index) - set(followers.index)) & later


def test_the_truth_holds_every_follow() -> None:
    """The columns and rows of numbers give back the table."""
    truth = world(accounts=sample.ACCOUNTS, seed=sample.SEED)
    content = json.loads((DATA / "world.json").read_text(encoding="utf-8"))
    names = content["accounts"]["account"]
    rows = [
        (names[source], names[target], *times, *[None][: 2 - len(times)])
        for source, follows in enumerate(content["follows"])
        for target, *times in follows
    ]
    expected = [
        (row.source, row.target, row.since.timestamp())
        + ((None,) if pd.isna(row.until) else (row.until.timestamp(),))
        for row in truth.follows.itertuples()
    ]
    assert sorted(rows, key=str) == sorted(
        [(a, b, int(c), d if d is None else int(d)) for a, b, c, d in expected], key=str
    )


def test_a_seed_without_such_an_account_says_so() -> None:
    with pytest.raises(FollownetError, match="search a new seed"):
        sample.owner(world(accounts=5, seed=0))
