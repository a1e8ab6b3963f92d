"""What the accounts of a simulated world say to each other: threads and messages.

Accounts are row numbers and times whole milliseconds since 1970.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

PAIR_SHARE = 0.18  # of the mutual ties that ever talk
ACCOUNTS_PER_GROUP = 4
SYSTEM_SHARE = 0.04
LIKED_SHARE = 0.08
MINUTE = 60_000

#: source, target, kind, at, item, group: a row of the interactions.
Row = tuple[int, int | None, str, int, str, str | None]


class Thread(NamedTuple):
    """A conversation: who takes part, within which milliseconds, whether anyone answers."""

    number: str
    members: tuple[int, ...]
    start: int
    end: int
    answered: bool


def threads(
    rng: np.random.Generator, people: pd.DataFrame, follows: pd.DataFrame, end: int
) -> list[Thread]:
    """Return who talks with whom: some mutual pairs, a few groups, a few strangers."""
    joined = people["joined"].to_numpy()
    gone = np.minimum(people["deleted"].to_numpy(), end)
    friends = _friends(rng, follows)
    circles = [*friends, *_groups(rng, people)]
    found = [(members, True) for members in circles]
    found += [(members, False) for members in _strangers(rng, people, follows)]
    numbers = rng.integers(10**14, 10**16, size=len(found)).tolist()
    talks = []
    for number, (members, answered) in zip(numbers, found, strict=True):
        start, stop = int(joined[list(members)].max()), int(gone[list(members)].min())
        if start < stop:
            talks.append(Thread(str(number), members, start * 1000, stop * 1000, answered))
    return talks


def messages(rng: np.random.Generator, thread: Thread) -> Iterator[Row]:
    """Yield what is said in a thread; strangers write once or twice and get no answer."""
    number, members = thread.number, thread.members
    group = number if len(members) > 2 else None
    times = _sessions(rng, thread) if thread.answered else _sessions(rng, thread)[:2]
    for place, at in enumerate(times):
        who = int(rng.integers(len(members))) if thread.answered else 0
        target = None if group else members[1 - who]
        # A group begins with the line that says so, any other thread with a message.
        opening = place == 0
        system = bool(group) if opening else rng.random() < SYSTEM_SHARE
        kind = "message_system" if system else "message"
        yield members[who], target, kind, at, number, group
        liked = rng.random() < LIKED_SHARE and thread.answered and not system
        if liked and at + MINUTE < thread.end:
            other = (who + int(rng.integers(1, len(members)))) % len(members)
            yield members[other], members[who], "message_reaction", at + MINUTE, number, group


def _friends(rng: np.random.Generator, follows: pd.DataFrame) -> list[tuple[int, ...]]:
    once = follows["mutual"] & (follows["source"] < follows["target"])
    pairs = follows.loc[once, ["source", "target"]].to_numpy()
    return [tuple(pair) for pair in pairs[rng.random(len(pairs)) < PAIR_SHARE].tolist()]


def _groups(rng: np.random.Generator, people: pd.DataFrame) -> Iterator[tuple[int, ...]]:
    community = people["community"].to_numpy()
    for _ in range(len(people) // ACCOUNTS_PER_GROUP):
        nearby = np.flatnonzero(community == community[rng.integers(len(people))])
        size = min(int(rng.integers(3, 11)), len(nearby))
        if size > 2:
            yield tuple(rng.choice(nearby, size=size, replace=False).tolist())


def _strangers(
    rng: np.random.Generator, people: pd.DataFrame, follows: pd.DataFrame
) -> Iterator[tuple[int, int]]:
    """Yield who writes to whom without a tie, once a pair."""
    pairs = follows[["source", "target"]].to_numpy().tolist()
    known = {frozenset(pair) for pair in pairs}
    for a, b in rng.integers(len(people), size=(len(people) // 2, 2)).tolist():
        if a != b and frozenset((a, b)) not in known:
            known.add(frozenset((a, b)))
            yield a, b


def _sessions(rng: np.random.Generator, thread: Thread) -> list[int]:
    """Return the times of a few sessions of messages, all different, in order."""
    starts = rng.uniform(thread.start, thread.end, size=1 + rng.poisson(2.0)).tolist()
    times = []
    for start in starts:
        gaps = rng.lognormal(np.log(MINUTE), 1.2, size=1 + rng.geometric(0.2))
        times += (start + np.cumsum(gaps)).astype("int64").tolist()
    return sorted({at for at in times if at < thread.end})
