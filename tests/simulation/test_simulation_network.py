"""The bundled whole networks: their files say what the world says."""

from __future__ import annotations

import io
import math
import tarfile
import zipfile
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from follownet.simulation import World, network, world

DATA = Path(__file__).parents[2] / "data"
NUMBERS = {
    "network": {
        "rows": 12475,
        "self-loops": 3,
        "ties": 12472,
        "mutual pairs": 4228,
        "reciprocity": 0.677999,
        "weighted reciprocity": 0.677999,
    },
    "messages": {
        "rows": 16553,
        "self-loops": 0,
        "ties": 3002,
        "mutual pairs": 890,
        "reciprocity": 0.592938,
        "weighted reciprocity": 0.752613,
    },
}

Rows = list[tuple[int, int, int]]


@pytest.fixture(scope="module")
def truth() -> World:
    """The world behind both files."""
    return network.sample()


@pytest.fixture(scope="module")
def nodes() -> list[list[str]]:
    """The accounts of the network, as the file has them: place, name, community, private."""
    with zipfile.ZipFile(DATA / "network.csv.zip") as archive:
        head, *lines = archive.read("nodes.csv").decode().splitlines()
    assert head == "# index, name, community, private"
    return [line.split(", ") for line in lines]


@pytest.fixture(scope="module")
def follows() -> Rows:
    """Source, target and time of each follow of the network, as the file has them."""
    with zipfile.ZipFile(DATA / "network.csv.zip") as archive:
        head, *lines = archive.read("edges.csv").decode().splitlines()
    assert head == "# source, target, since"
    return [(int(a), int(b), int(at)) for a, b, at in (line.split(", ") for line in lines)]


@pytest.fixture(scope="module")
def messages() -> Rows:
    """Source, target and time of each message, as the file has them: accounts from 1."""
    with tarfile.open(DATA / "messages.tar.bz2") as archive:
        member = archive.extractfile("follownet-messages/out.follownet-messages")
        assert member is not None
        form, sizes, *lines = member.read().decode().splitlines()
    assert form == "% asym positive"
    assert sizes == f"% {len(lines)} 295 295"
    cells = [line.split(" ") for line in lines]
    assert {weight for _, _, weight, _ in cells} == {"1"}
    return [(int(a), int(b), int(at)) for a, b, _, at in cells]


def counted(rows: Rows) -> dict[str, int | float]:
    """What `data/README.md` says of the rows, in plain Python."""
    times: dict[tuple[int, int], int] = {}
    for source, target, _ in rows:
        if source != target:
            times[source, target] = times.get((source, target), 0) + 1
    back = [pair for pair in times if pair[::-1] in times]
    both = sum(min(times[pair], times[pair[::-1]]) for pair in back)
    return {
        "rows": len(rows),
        "self-loops": sum(source == target for source, target, _ in rows),
        "ties": len(times),
        "mutual pairs": len(back) // 2,
        "reciprocity": round(len(back) / len(times), 6),
        "weighted reciprocity": round(both / sum(times.values()), 6),
    }


def test_the_numbers_are_those_of_the_files(follows: Rows, messages: Rows) -> None:
    assert counted(follows) == NUMBERS["network"]
    assert counted(messages) == NUMBERS["messages"]


def test_the_description_has_the_same_numbers() -> None:
    lines = (DATA / "README.md").read_text(encoding="utf-8").splitlines()
    assert "| accounts | 295 | 295 |" in lines
    for name, number in NUMBERS["network"].items():
        assert f"| {name} | {number} | {NUMBERS['messages'][name]} |" in lines


def test_the_network_is_what_exists_at_the_end(
    truth: World, nodes: list[list[str]], follows: Rows
) -> None:
    """Follows that last, between accounts that live; their names, communities and times."""
    accounts = [row for row in truth.accounts.itertuples() if pd.isna(row.deleted)]
    assert len(accounts) == 295
    assert nodes == [
        [str(place), row.Index, str(row.community), str(int(row.private))]
        for place, row in enumerate(accounts)
    ]
    names = [row.Index for row in accounts]
    expected = {
        (row.source, row.target, int(row.since.timestamp()))
        for row in truth.follows.itertuples()
        if pd.isna(row.until) and {row.source, row.target} <= set(names)
    }
    found = [(names[a], names[b], at) for a, b, at in follows if a != b]
    assert len(found) == len(expected) == 12472
    assert set(found) == expected
    assert follows == sorted(follows)


def test_three_accounts_follow_themselves(truth: World, follows: Rows) -> None:
    """P20: readers have to cope; nothing else of them differs."""
    accounts = network.living(truth)
    loops = [(source, at) for source, target, at in follows if source == target]
    assert len(loops) == len(set(loops)) == network.SELF_FOLLOWS
    for source, at in loops:
        assert at == int(truth.accounts.loc[accounts[source], "joined"].timestamp())


def test_the_messages_are_those_of_the_world(truth: World, messages: Rows) -> None:
    names = truth.accounts.index[truth.accounts["deleted"].isna()].tolist()
    expected = Counter(
        (row.source, row.target, int(row.at.timestamp()))
        for row in truth.interactions.itertuples()
        if row.kind in ("message", "mention") and {row.source, row.target} <= set(names)
    )
    assert Counter((names[a - 1], names[b - 1], at) for a, b, at in messages) == expected
    assert [at for *_, at in messages] == sorted(at for *_, at in messages)


def test_returning_is_no_chance_and_rarer_towards_the_much_followed(follows: Rows) -> None:
    """What notebook 04 shows: every half decade of followers returns less than the one before."""
    ties = {(a, b) for a, b, _ in follows if a != b}
    density = len(ties) / (295 * 294)
    expected = 295 * 294 / 2 * density**2
    spread = math.sqrt(expected * (1 - density**2))
    assert (4228 - expected) / spread > 50
    followers = Counter(target for _, target in ties)
    bins: dict[int, list[bool]] = {}
    for a, b in ties:
        bins.setdefault(math.floor(2 * math.log10(followers[b])), []).append((b, a) in ties)
    rates = [np.mean(bins[place]) for place in sorted(bins) if len(bins[place]) > 100]
    assert len(rates) == 3
    assert rates == sorted(rates, reverse=True)
    assert rates[0] - rates[-1] > 0.2


def test_returning_is_likelier_inside_a_community(nodes: list[list[str]], follows: Rows) -> None:
    group = [community for _, _, community, _ in nodes]
    ties = {(a, b) for a, b, _ in follows if a != b}
    assert len(set(group)) == 5
    for community in set(group):
        own = [(a, b) for a, b in ties if group[a] == community]
        inside = [(b, a) in ties for a, b in own if group[b] == community]
        outside = [(b, a) in ties for a, b in own if group[b] != community]
        assert min(len(inside), len(outside)) > 100
        assert np.mean(inside) > np.mean(outside) + 0.05


def test_messages_repeat_and_are_answered_late(messages: Rows) -> None:
    """Weighted is not binary reciprocity, and from opening to answer it takes hours to years."""
    first: dict[tuple[int, int], int] = {}
    for source, target, at in messages:
        first.setdefault((source, target), at)
    waits = [first[b, a] - at for (a, b), at in first.items() if first.get((b, a), 0) > at]
    assert len(messages) > 5 * len(first)
    assert len(waits) > 800
    assert sum(wait < 3600 for wait in waits) > 100
    assert sum(wait > 86_400 for wait in waits) > 100


def test_the_files_are_what_the_code_makes(truth: World, tmp_path: Path) -> None:
    """Contents are compared, since compression differs between versions of its libraries."""
    zipped, tarred = network.save(truth, tmp_path)
    assert contents(zipped) == contents(DATA / zipped.name)
    assert contents(tarred) == contents(DATA / tarred.name)
    assert zipped.stat().st_size + tarred.stat().st_size < 250_000


def test_equal_worlds_give_equal_bytes(tmp_path: Path) -> None:
    """No date, owner or mode of the machine gets in."""
    written = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        paths = network.save(world(accounts=20, seed=1), tmp_path / name)
        written.append([path.read_bytes() for path in paths])
    assert written[0] == written[1]
    with tarfile.open(fileobj=io.BytesIO(written[0][1])) as archive:
        for member in archive:
            assert (member.uid, member.gid, member.uname, member.mode) == (0, 0, "", 0o644)
            assert member.mtime == pd.Timestamp("2026-08-11", tz="UTC").timestamp()
    with zipfile.ZipFile(io.BytesIO(written[0][0])) as archive:
        assert {member.date_time for member in archive.infolist()} == {(2026, 8, 11, 0, 0, 0)}


@pytest.mark.parametrize(
    ("rows", "numbers"),
    [
        # 0 wrote twice to 1 and got one answer, 2 wrote to itself and once to 0.
        ([(0, 1), (0, 1), (1, 0), (2, 2), (2, 0)], (5, 1, 3, 1, 0.666667, 0.5)),
        ([(0, 1), (1, 0)], (2, 0, 2, 1, 1.0, 1.0)),
        ([(0, 1), (0, 1)], (2, 0, 1, 0, 0.0, 0.0)),
    ],
)
def test_numbers_by_hand(rows: list[tuple[int, int]], numbers: tuple[float, ...]) -> None:
    table = pd.DataFrame(rows, columns=["source", "target"])
    assert tuple(network.numbers(table).values()) == numbers


def contents(path: Path) -> dict[str, bytes]:
    """What an archive holds, in its order."""
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
    with tarfile.open(path) as tar:
        members = [(member.name, tar.extractfile(member)) for member in tar]
        return {name: member.read() for name, member in members if member is not None}
