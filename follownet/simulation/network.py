"""A whole world as two networks in public forms: who follows whom, and who wrote to whom."""

from __future__ import annotations

import bz2
import io
import tarfile
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd

from follownet.simulation import archive
from follownet.simulation.world import END, World, world

ACCOUNTS = 300
#: A seed with which the much followed return clearly less: see the tests.
SEED = 5417
SELF_FOLLOWS = 3
KINDS = ("message", "mention")
CODE = "follownet-messages"
META = """\
name: {code}
code: {code}
category: Communication
description: Account - account (simulated)
entity-names: account
relationship-names: message
timeiso: {first}/{last}
"""
README = """\
Messages and mentions of a simulated world, in the form of the KONECT project
===========================================================================

Nobody in these files exists. CC0 1.0.

    out.{code} -- one row a message or mention
        First column: ID of from node, from 1
        Second column: ID of to node
        Third column: multiplicity of edge
        Fourth column: timestamp of edges Unix time
"""


def sample() -> World:
    """Return the world whose networks are bundled."""
    return world(accounts=ACCOUNTS, seed=SEED)


def living(truth: World) -> pd.Index[str]:
    """Return the accounts that exist at the end, in the order in which both files number them."""
    return truth.accounts.index[truth.accounts["deleted"].isna()]


def follows(truth: World) -> pd.DataFrame:
    """Return the follows that exist at the end, and three accounts' follows of themselves.

    Returns
    -------
    pandas.DataFrame
        ``source`` and ``target`` as places in `living`, ``since`` in seconds since 1970; sorted.

    Notes
    -----
    People of this world do not follow themselves; on some platforms (Bluesky) they can and do,
    and readers have to cope. Who does is drawn here, each on the day of joining.
    """
    accounts = living(truth)
    last = truth.follows[truth.follows["until"].isna()]
    table = _placed(last, accounts).assign(since=_seconds(last["since"]))
    rng = np.random.default_rng(SEED)
    who = rng.choice(len(accounts), size=min(SELF_FOLLOWS, len(accounts)), replace=False)
    joined = _seconds(truth.accounts.loc[accounts, "joined"]).iloc[who]
    loops = pd.DataFrame({"source": who, "target": who, "since": joined.to_numpy()})
    whole = pd.concat([table[_existing(table)], loops])
    return whole.sort_values(["source", "target"], ignore_index=True)


def messages(truth: World) -> pd.DataFrame:
    """Return the messages to one person, and the mentions, between accounts of `living`.

    Returns
    -------
    pandas.DataFrame
        ``source`` and ``target`` as places in `living`, ``at`` in seconds since 1970; one row an
        event, in order of time.
    """
    events = truth.interactions[truth.interactions["kind"].isin(KINDS)]
    table = _placed(events, living(truth)).assign(at=_seconds(events["at"]))
    return table[_existing(table)].sort_values(["at", "source", "target"], ignore_index=True)


def numbers(table: pd.DataFrame) -> dict[str, int | float]:
    """Return what is true of the rows of `follows` or of `messages`.

    Ties are rows without repeats and loops, M of L ties are mutual pairs: r = 2M/L. Weighted, a
    tie counts as often as it occurs, a returned one as often as the rarer direction.
    """
    pairs = [(int(u), int(v)) for u, v in table[["source", "target"]].to_numpy()]
    ties = Counter(pair for pair in pairs if pair[0] != pair[1])
    returned = [min(count, ties[v, u]) for (u, v), count in ties.items()]
    mutual = sum(count > 0 for count in returned) // 2
    return {
        "rows": len(pairs),
        "self-loops": len(pairs) - ties.total(),
        "ties": len(ties),
        "mutual pairs": mutual,
        "reciprocity": round(2 * mutual / len(ties), 6),
        "weighted reciprocity": round(sum(returned) / ties.total(), 6),
    }


def save(truth: World, folder: Path) -> tuple[Path, Path]:
    """Write ``network.csv.zip`` and ``messages.tar.bz2`` into the folder; return both paths."""
    return (
        _netzschleuder(truth, folder / "network.csv.zip"),
        _konect(truth, folder / "messages.tar.bz2"),
    )


def _placed(table: pd.DataFrame, accounts: pd.Index[str]) -> pd.DataFrame:
    """Return both ends of each row as places among the accounts, -1 for any other."""
    places = {end: accounts.get_indexer(pd.Index(table[end])) for end in ("source", "target")}
    return pd.DataFrame(places, index=table.index)


def _existing(table: pd.DataFrame) -> pd.Series[bool]:
    return (table["source"] >= 0) & (table["target"] >= 0)


def _seconds(times: pd.Series[pd.Timestamp]) -> pd.Series[int]:
    return times.dt.as_unit("s").astype("int64")


def _netzschleuder(truth: World, path: Path) -> Path:
    people = truth.accounts.loc[living(truth), ["community", "private"]].astype("int64")
    people = people.rename_axis("name").reset_index().reset_index(names="index")
    members = {"edges.csv": _csv(follows(truth)), "nodes.csv": _csv(people)}
    return archive.save(members, path, END)


def _csv(table: pd.DataFrame) -> str:
    """Return Netzschleuder's CSV: a comment as header, a blank after each comma."""
    rows = [", ".join(map(str, row)) for row in table.itertuples(index=False)]
    return "\n".join([f"# {', '.join(map(str, table))}", *rows, ""])


def _konect(truth: World, path: Path) -> Path:
    table, size = messages(truth), len(living(truth))
    rows = [f"{source + 1} {target + 1} 1 {at}" for source, target, at in table.to_numpy()]
    # "positive": edges may repeat, as in KONECT's own networks of messages.
    head = ["% asym positive", f"% {len(table)} {size} {size}"]
    first, last = (pd.Timestamp(at, unit="s") for at in table["at"].iloc[[0, -1]])
    members = {
        f"meta.{CODE}": META.format(code=CODE, first=f"{first:%Y-%m-%d}", last=f"{last:%Y-%m-%d}"),
        f"out.{CODE}": "\n".join([*head, *rows, ""]),
        f"README.{CODE}": README.format(code=CODE),
    }
    path.write_bytes(bz2.compress(_tar(members), 9))
    return path


def _tar(members: dict[str, str]) -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name, text in members.items():
            # Owner, mode and date are tarfile's defaults or set here: equal files, equal bytes.
            member = tarfile.TarInfo(f"{CODE}/{name}")
            content = text.encode()
            member.size, member.mtime = len(content), int(END.timestamp())
            tar.addfile(member, io.BytesIO(content))
    return target.getvalue()
