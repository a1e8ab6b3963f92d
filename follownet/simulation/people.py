"""The accounts of a simulated world and the ties between them.

Within these modules accounts are row numbers and times are whole seconds since 1970; only
`follownet.simulation.world` turns them into handles and timestamps.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from follownet.simulation import names

DAY = 86_400
YEAR = 365 * DAY
#: An end that never comes: later than any world, exact as a float.
NEVER = 2**52

DELETED_SHARE = 0.025
DELETED_BEFORE = 125 * DAY  # mean distance from the end
SAME_COMMUNITY = 2.5  # log-odds of choosing someone of the own community
BURST_SHARE = 0.5  # of the follows an account starts
UNFOLLOWED_SHOWN = YEAR  # how long exports list what is over
REQUESTED_SHOWN = 180 * DAY
#: Share of the ties (or mean per account, for strangers) that carry a mark.
MUTUAL_MARKS = {"close_friend": 0.06, "favorite": 0.04}
FOLLOWER_MARKS = {"restricted": 0.01, "story_hidden": 0.015}
STRANGER_MARKS = {"blocked": 1.5, "suggestion_removed": 12.0}


def accounts(rng: np.random.Generator, count: int, start: int, end: int) -> pd.DataFrame:
    """Return the accounts: who they are, how they behave, when they came and went."""
    groups = max(2, count // 60)
    community = rng.choice(groups, size=count, p=rng.dirichlet(np.full(groups, 4.0)))
    culture = rng.uniform(0.35, 0.9, size=groups)[community]
    attractiveness = np.exp(rng.normal(0, 1.0, size=count))
    # The much followed return less: their habit shrinks with their audience.
    habit = rng.beta(8 * culture, 8 * (1 - culture)) / (1 + attractiveness / 20)
    joined = start + rng.uniform(0, 0.5, size=count) ** 2 * (end - start)
    return pd.DataFrame(
        {
            "handle": names.handles(rng, count),
            "name": names.display_names(rng, count),
            "fbid": [f"17841{number}" for number in _distinct(rng, count)],
            "community": community,
            "habit": habit.round(4),
            "attractiveness": attractiveness.round(4),
            "activity": (np.exp(rng.normal(0, 0.5, size=count)) * 36).round(3),
            "posting": (np.exp(rng.normal(0, 0.6, size=count)) * 50).round(3),
            "engagement": (np.exp(rng.normal(0, 0.6, size=count)) * 0.7).round(3),
            "private": rng.random(count) < 0.3,
            "joined": joined.astype("int64"),
        }
    )


def deletions(rng: np.random.Generator, people: pd.DataFrame, end: int) -> np.ndarray:
    """Return when each account is deleted; most never are, and the others late."""
    lived = people["joined"] + DAY
    at = np.maximum(end - rng.exponential(DELETED_BEFORE, size=len(people)), lived)
    deleted = (rng.random(len(people)) < DELETED_SHARE) & (at < end)
    return np.where(deleted, at, NEVER).astype("int64")


def ties(
    rng: np.random.Generator, people: pd.DataFrame, end: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the follows and the follow requests of all accounts.

    Follows are chosen by attractiveness and community, half of them in bursts. The followed
    return with a probability of their habit, higher within a community, minutes to weeks
    later. Private accounts are asked first. Unreturned follows end sooner than returned ones.
    """
    first = _first_moves(rng, people, end)
    asked, requests = _requests(rng, people, first)
    follows = pd.concat([asked, _returns(rng, people, asked)], ignore_index=True)
    follows = follows.drop_duplicates(["source", "target"])
    gone = people["deleted"].to_numpy()
    born = np.minimum(gone[follows["source"]], gone[follows["target"]])
    follows = follows[follows["since"] < np.minimum(born, end)].reset_index(drop=True)
    return _ended(rng, people, follows), requests


def relations(
    rng: np.random.Generator, people: pd.DataFrame, follows: pd.DataFrame, requests: pd.DataFrame
) -> pd.DataFrame:
    """Return all other relations; `until` is when an export ceases to show them."""
    gone = people["deleted"].to_numpy()
    dropped = follows[follows["until"] < gone[follows["source"]]]
    unfollowed = dropped[["source", "target"]].assign(relation="unfollowed", at=dropped["until"])
    unfollowed["until"] = unfollowed["at"] + UNFOLLOWED_SHOWN
    history = requests.assign(relation="recently_requested")
    history["until"] = history["at"] + REQUESTED_SHOWN
    marks = [_mark(rng, follows[follows["mutual"]], *mark) for mark in MUTUAL_MARKS.items()]
    reverse = follows.rename(columns={"source": "target", "target": "source"})
    marks += [_mark(rng, reverse, *mark) for mark in FOLLOWER_MARKS.items()]
    marks += [_strangers(rng, people, follows, *mark) for mark in STRANGER_MARKS.items()]
    pending = requests.assign(relation="requested")
    found = pd.concat([pending, history, unfollowed, *marks], ignore_index=True)
    ends = np.minimum(gone[found["source"]], gone[found["target"]])
    found = found[["source", "target", "relation", "at", "until"]]
    return found.loc[found["at"].lt(ends)]


def _distinct(rng: np.random.Generator, count: int) -> list[str]:
    """Return `count` distinct numbers of twelve digits."""
    starts = rng.choice(10**6, size=count, replace=False)
    return [f"4{start:06d}{rng.integers(10**5):05d}" for start in starts]


def _first_moves(rng: np.random.Generator, people: pd.DataFrame, end: int) -> pd.DataFrame:
    count = len(people)
    community = people["community"].to_numpy()
    appeal = np.log(people["attractiveness"].to_numpy())
    sizes = rng.poisson(people["activity"]).clip(max=count - 1)
    chosen = []
    for source, size in enumerate(sizes):
        # Gumbel noise makes the largest scores a draw without replacement by weight.
        score = appeal + SAME_COMMUNITY * (community == community[source]) + rng.gumbel(size=count)
        score[source] = -np.inf
        chosen.append(np.argsort(-score, kind="stable")[:size])
    pairs = pd.DataFrame({"source": np.repeat(np.arange(count), sizes)})
    pairs["target"] = np.concatenate(chosen)
    joined = people["joined"].to_numpy()
    earliest = np.maximum(joined[pairs["source"]], joined[pairs["target"]])
    return pairs.assign(since=_moments(rng, pairs["source"].to_numpy(), earliest, end))


def _moments(
    rng: np.random.Generator, source: np.ndarray, earliest: np.ndarray, end: int
) -> np.ndarray:
    """Return when each follow happens: alone, or in one of its source's three bursts."""
    single = rng.uniform(earliest, end)
    bursts = rng.uniform(earliest.min(), end, size=(int(source.max(initial=0)) + 1, 3))
    burst = bursts[source, rng.integers(3, size=len(source))]
    burst = burst + rng.exponential(900, size=len(source))
    together = (rng.random(len(source)) < BURST_SHARE) & (burst > earliest)
    return np.where(together, burst, single).astype("int64")


def _requests(
    rng: np.random.Generator, people: pd.DataFrame, first: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the first moves as they became follows, and the requests behind some of them."""
    asked = people["private"].to_numpy()[first["target"]]
    accepted = rng.random(len(first)) < 0.85
    delay = rng.lognormal(np.log(5 * 3600), 1.5, size=len(first)).astype("int64") + 1
    patience = rng.exponential(900 * DAY, size=len(first)).astype("int64") + DAY
    requests = first.assign(at=first["since"], until=first["since"])
    requests["until"] += np.where(accepted, delay, patience)
    follows = first.assign(since=first["since"] + np.where(asked, delay, 0))
    return follows[~asked | accepted], requests.loc[asked, ["source", "target", "at", "until"]]


def _returns(rng: np.random.Generator, people: pd.DataFrame, asked: pd.DataFrame) -> pd.DataFrame:
    source, target = asked["source"].to_numpy(), asked["target"].to_numpy()
    community = people["community"].to_numpy()
    near = np.where(community[source] == community[target], 1.25, 0.8)
    chance = (people["habit"].to_numpy()[target] * near).clip(0, 0.97)
    delay = rng.lognormal(np.log(6 * 3600), 2.2, size=len(asked)).astype("int64") + 20
    back = pd.DataFrame({"source": target, "target": source, "since": asked["since"] + delay})
    returned: pd.DataFrame = back[rng.random(len(asked)) < chance]
    return returned


def _ended(rng: np.random.Generator, people: pd.DataFrame, follows: pd.DataFrame) -> pd.DataFrame:
    """Return the follows with `mutual` and `until`; a deleted account follows nobody."""
    pair = follows["source"] * len(people) + follows["target"]
    follows["mutual"] = (follows["target"] * len(people) + follows["source"]).isin(pair)
    years = np.where(follows["mutual"], 25, 7)
    lasts = (rng.exponential(years) * YEAR).astype("int64") + DAY
    gone = people["deleted"].to_numpy()[follows["source"]]
    follows["until"] = np.minimum(follows["since"] + lasts, gone)
    return follows


def _mark(
    rng: np.random.Generator, pairs: pd.DataFrame, relation: str, share: float
) -> pd.DataFrame:
    """Return some of the pairs as a relation that ends with their tie."""
    some = pairs[rng.random(len(pairs)) < share]
    latest = np.minimum(some["until"], some["since"] + YEAR)
    at = rng.uniform(some["since"], latest).astype("int64")
    return some[["source", "target", "until"]].assign(relation=relation, at=at)


def _strangers(
    rng: np.random.Generator,
    people: pd.DataFrame,
    follows: pd.DataFrame,
    relation: str,
    mean: float,
) -> pd.DataFrame:
    """Return a relation to accounts with which there never was a tie."""
    count = len(people)
    source = np.repeat(np.arange(count), rng.poisson(mean, size=count))
    target = rng.integers(count, size=len(source))
    joined = people["joined"].to_numpy()
    earliest = np.maximum(joined[source], joined[target])
    at = rng.uniform(earliest, earliest + 3 * YEAR).astype("int64")
    tied = follows["source"] * count + follows["target"]
    key, back = source * count + target, target * count + source
    known = (source == target) | np.isin(key, tied) | np.isin(back, tied)
    pairs = pd.DataFrame({"source": source, "target": target, "at": at})
    pairs = pairs.assign(relation=relation, until=NEVER)
    strangers: pd.DataFrame = pairs[~known]
    return strangers.drop_duplicates(["source", "target"])
