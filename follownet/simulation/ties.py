"""One person's ties, and layers of a network, in which mutual ties carry a known engagement."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from follownet.errors import SchemaError
from follownet.graph import FollowGraph
from follownet.seeds import generator, whole_number
from follownet.tables import Export

OWNER: Final = "(owner)"
DATE: Final = pd.Timestamp("2026-01-01", tz="UTC")
#: Days before the export of which events are held, and in which engagement fades by 1/e.
HORIZON, FADES = 730.0, 90.0


def ties(
    *,
    effect: float = 1.0,
    accounts: int = 240,
    spread: float = 1.3,
    novelty: float = 2.0,
    rate: float = 0.01,
    seed: int = 0,
) -> Export:
    """Return one person's export in which mutual ties carry `effect` times the engagement.

    What the owner does towards an account is a Poisson process, at the age of `u` days of rate
    ``rate * a * (1 + novelty * exp(-u / 90))``, times `effect` where the tie is mutual; `a` is
    log-normal. Mutual ties are younger, so that their plain rate is higher even where `effect`
    is 1. The export holds two years of likes.

    Parameters
    ----------
    effect
        Of a tie being mutual on the rate, at each age; 1: none.
    accounts
        Whom the owner follows; about 45 % follow back.
    spread
        Standard deviation of the logarithm of `a`.
    novelty
        How much higher the rate is on the first day.
    rate
        Events a day and account.
    seed
        The same seed gives the same export in every process.

    Raises
    ------
    SchemaError
        For an effect or rate that is not above 0, and the like.

    Examples
    --------
    >>> export = ties(effect=2, seed=1)
    >>> export.platform, len(export.follows), set(export.interactions["kind"])
    ('', 346, {'like'})
    """
    accounts, rng = whole_number(accounts, "accounts", least=1), generator(seed)
    _require(min(effect, rate) > 0 and min(spread, novelty) >= 0)
    mutual = rng.random(accounts) < 0.45
    age = 1 + np.minimum(rng.exponential(np.where(mutual, 400.0, 900.0)), 2_500)
    activity = rate * rng.lognormal(0, spread, accounts) * np.where(mutual, effect, 1)
    seen = np.maximum(age - HORIZON, 0)
    lasting = rng.poisson(activity * (age - seen))
    fresh = FADES * (np.exp(-seen / FADES) - np.exp(-age / FADES))
    fading = rng.poisson(activity * novelty * fresh)
    towards = np.repeat(np.arange(accounts), lasting + fading)
    low, high = np.exp(-age / FADES)[towards], np.exp(-seen / FADES)[towards]
    plain = rng.uniform(seen[towards], age[towards])
    faded = -FADES * np.log(rng.uniform(low, high))
    number = np.arange(len(towards)) - np.cumsum(lasting + fading)[towards]
    then = np.where(number < -fading[towards], plain, faded)
    return _tables(rng, mutual, age, towards, then)


def _tables(rng: np.random.Generator, mutual: Any, age: Any, towards: Any, then: Any) -> Export:
    """Return the tables, given the ages of ties, whom events are towards and the age then."""
    names = np.array([f"a{place:04d}" for place in range(len(age))])
    earlier = age + rng.exponential(100, len(age))
    owner_last = rng.random(len(age)) < 0.5
    out, back = np.where(owner_last | ~mutual, age, earlier), np.where(owner_last, earlier, age)
    follows = pd.DataFrame({"source": OWNER, "target": names, "since": _ago(out)})
    returns = pd.DataFrame({"source": names, "target": OWNER, "since": _ago(back)})[mutual]
    events = {
        "source": OWNER,
        "target": names[towards],
        "kind": "like",
        "at": _ago(age[towards] - then),
    }
    lists = {"owner": OWNER, "list": ["followers", "following"], "status": "presumed"}
    return Export(
        follows=pd.concat([follows, returns], ignore_index=True),
        interactions=pd.DataFrame(events),
        coverage=pd.DataFrame(lists),
        owners=(OWNER,),
        exported_at=DATE,
    )


def _ago(days: Any) -> Any:
    return DATE - pd.to_timedelta(days, unit="D")


def layers(
    *,
    effect: float = 1.0,
    accounts: int = 250,
    spread: float = 0.8,
    risk: float = 0.06,
    seed: int = 0,
) -> tuple[FollowGraph, FollowGraph]:
    """Return follows, and interactions that are `effect` times as likely along mutual ones.

    Popular accounts are followed and talked to by all and follow back few, sources and targets
    differ in activity (log-normal), and pairs that get on do so both ways, so that interaction and
    the return of follows go together even where `effect` is 1.

    Parameters
    ----------
    effect
        Of a follow being mutual on the chance that it goes with an interaction; 1: none.
    accounts
        How many, from 20 on; the numbers from 0 on are their labels.
    spread
        Standard deviation of the logarithm of activity.
    risk
        Average chance of a follow to go with an interaction, before `effect`.
    seed
        The same seed gives the same network in every process.

    Raises
    ------
    SchemaError
        For an effect that is not above 0, and the like.

    Examples
    --------
    >>> follow, layer = layers(seed=1)
    >>> len(follow), len(layer)
    (250, 250)
    """
    accounts, rng = whole_number(accounts, "accounts", least=20), generator(seed)
    _require(min(effect, risk) > 0 and spread >= 0)
    popular, active = rng.lognormal(0, 1, accounts), rng.lognormal(0, 0.7, accounts)
    wanted = np.outer(active, popular)
    wanted *= 14 / accounts / wanted.mean()
    follows = rng.random((accounts, accounts)) < np.minimum(wanted, 0.9)
    back = rng.random((accounts, accounts)) < 0.45 / (1 + popular)
    follows |= (follows & back).T
    np.fill_diagonal(follows, False)
    between = np.triu(rng.lognormal(0, 0.7, (accounts, accounts)), 1)
    talk = rng.lognormal(0, spread, accounts)[:, None] * rng.lognormal(0, spread, accounts)
    warm = talk * popular**0.6 * (between + between.T)
    chance = np.minimum(risk * warm / warm[follows].mean(), 0.45)
    chance = np.where(follows & follows.T, effect, 1) * chance
    acts = rng.random((accounts, accounts)) < np.where(follows, chance, 0.002)
    np.fill_diagonal(acts, False)
    one, other = (
        FollowGraph.from_edges(*np.nonzero(pairs), accounts=range(accounts))
        for pairs in (follows, acts)
    )
    return one, other


def _require(fits: bool) -> None:
    if not fits:
        raise SchemaError("effect, rate and risk are above 0, spread and novelty not below")
