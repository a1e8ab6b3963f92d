"""One person's export in which the kind of every account is known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

from follownet.errors import SchemaError
from follownet.seeds import generator, whole_number
from follownet.tables import TEXT, Export

OWNER: Final = "(owner)"
DATE: Final = pd.Timestamp("2026-01-01", tz="UTC")
#: Days before the export of which events are held.
HORIZON: Final = 365.0
#: Follows of one campaign, which is over within an hour.
CAMPAIGN: Final = 25
_STATES: Final = ("mutual", "follower", "following")
_LAW: Final = (*_STATES, "given", "got", "quick", "burst")
#: The law of each kind: its states, events a year both ways, how many ties are returned within a
#: day and a half, and how many are begun in a campaign.
LAWS: Final = pd.DataFrame(
    {
        "friend": (0.98, 0.01, 0.01, 24.0, 18.0, 0.4, 0.05),
        "courtesy": (0.98, 0.01, 0.01, 0.5, 0.4, 0.4, 0.05),
        "trader": (0.98, 0.00, 0.02, 0.1, 0.1, 0.95, 0.95),
        "idol": (0.00, 0.00, 1.00, 8.0, 0.02, 0.4, 0.05),
        "fan": (0.00, 1.00, 0.00, 0.05, 10.0, 0.4, 0.05),
        "ghost": (0.00, 1.00, 0.00, 0.02, 0.0, 0.4, 0.05),
    },
    index=list(_LAW),
).T


class Kinds(NamedTuple):
    """The export, and the kind of each account."""

    export: Export
    kinds: pd.Series[str]


def kinds(
    *,
    accounts: int = 400,
    shares: Mapping[str, float] | None = None,
    overlap: float = 0.0,
    seed: int = 0,
) -> Kinds:
    """Return one person's export in which friends, courtesies, traders, idols, fans, ghosts are.

    Parameters
    ----------
    accounts
        How many are tied to the owner.
    shares
        Relative numbers by kind; by default all six alike. ``{"friend": 1}``: of a single kind.
    overlap
        From 0, where kinds behave as `LAWS` has it, to 1, where all behave alike, as the mean of
        the kinds, so that nothing tells them apart.
    seed
        The same seed gives the same export in every process.

    Returns
    -------
    Kinds
        ``export``: lists, and a year of likes both ways; whom the owner followed in a campaign
        without return and left again (as many as two in three traders) is among the relations as
        ``unfollowed``. ``kinds``: the truth, by account.

    Raises
    ------
    SchemaError
        For other kinds, shares or overlaps.

    Notes
    -----
    Events are Poisson given an account's warmth (gamma, shared by both directions) times its own
    activity in each (gamma), so that counts vary more than Poisson's, and go together.

    Examples
    --------
    >>> found = kinds(accounts=60, seed=1)
    >>> len(found.kinds), found.kinds.nunique()
    (60, 6)
    """
    whole_number(accounts, "accounts", least=1)
    rng = generator(seed)
    weights = _shares(shares)
    if not 0 <= overlap <= 1:
        raise SchemaError("overlap: accepts a share from 0 to 1")
    kind = rng.choice(len(weights), size=accounts, p=weights / weights.sum())
    law = _laws(weights.index, weights / weights.sum(), overlap).iloc[kind]
    names = pd.Index([f"a{place:05d}" for place in range(accounts)], dtype=TEXT, name="account")
    ties = _ties(rng, law, names)
    events = _events(rng, law, names, ties["age"].to_numpy())
    left = int((weights.index[kind] == "trader").sum()) * 2 // 3
    lists = {"owner": OWNER, "list": ["followers", "following"], "status": "presumed"}
    export = Export(
        follows=_follows(ties),
        relations=_unfollowed(rng, left),
        interactions=events,
        coverage=pd.DataFrame(lists),
        owners=(OWNER,),
        exported_at=DATE,
    )
    return Kinds(export, pd.Series(weights.index[kind], index=names, name="kind", dtype=TEXT))


def _shares(shares: Mapping[str, float] | None) -> pd.Series[float]:
    known = dict.fromkeys(LAWS.index, 1.0) if shares is None else dict(shares)
    weights = pd.to_numeric(pd.Series(known, dtype="object"), errors="coerce").astype("float64")
    fit = weights.index.isin(LAWS.index) & np.isfinite(weights) & (weights >= 0)
    if not fit.all() or not weights.sum() > 0:
        raise SchemaError(f"shares: accepts numbers from 0, one above, by {', '.join(LAWS.index)}")
    return weights[weights > 0].reindex([name for name in LAWS.index if weights.get(name, 0) > 0])


def _laws(names: pd.Index[Any], weights: pd.Series[float], overlap: float) -> pd.DataFrame:
    """Return the law of each kind, moved towards the mean of all by `overlap`."""
    own = LAWS.loc[names]
    mean = own.mul(weights, axis=0).sum()
    return own * (1 - overlap) + mean * overlap


def _ties(rng: np.random.Generator, law: pd.DataFrame, names: pd.Index[Any]) -> pd.DataFrame:
    """Return for each account its state, and how many days ago either followed the other."""
    size = len(law)
    draw = rng.random(size)
    state = np.sum(draw[:, None] >= law[list(_STATES)].cumsum(axis=1).to_numpy()[:, :2], axis=1)
    age = rng.uniform(60, 1_500, size)
    burst = (rng.random(size) < law["burst"].to_numpy()) & (state != 1)
    campaigns = max(round(int(burst.sum()) / CAMPAIGN), 1)
    days = rng.uniform(60, 1_500, campaigns)
    age = np.where(
        burst, days[rng.integers(campaigns, size=size)] + rng.uniform(0, 0.03, size), age
    )
    quick = rng.random(size) < law["quick"].to_numpy()
    slow = np.minimum(2.5 + rng.lognormal(np.log(20), 1, size), 0.9 * age)
    latency = np.where(quick, rng.uniform(0.01, 1.5, size), slow)
    owner_first = burst | (rng.random(size) < 0.6)
    mutual = state == 0
    later = np.where(mutual, age - latency, age)
    return pd.DataFrame(
        {
            "state": np.array(_STATES)[state],
            "age": age,
            "out": np.where(owner_first, age, later),
            "back": np.where(owner_first, later, age),
        },
        index=names,
    )


def _events(
    rng: np.random.Generator, law: pd.DataFrame, names: pd.Index[Any], age: Any
) -> pd.DataFrame:
    """Return likes both ways since the tie began, within the horizon."""
    held = np.minimum(age, HORIZON)
    warmth = rng.gamma(4, 1 / 4, len(law))
    parts = []
    for name in ("given", "got"):
        activity = warmth * rng.gamma(4, 1 / 4, len(law))
        count = rng.poisson(law[name].to_numpy() * activity * held / 365)
        other = names.repeat(count)
        at = _ago(rng.uniform(0, held.repeat(count)))
        ends = (OWNER, other) if name == "given" else (other, OWNER)
        parts.append(pd.DataFrame({"source": ends[0], "target": ends[1], "kind": "like", "at": at}))
    return pd.concat(parts, ignore_index=True)


def _follows(ties: pd.DataFrame) -> pd.DataFrame:
    out, back = ties[ties["state"] != "follower"], ties[ties["state"] != "following"]
    made = pd.DataFrame({"source": OWNER, "target": out.index, "since": _ago(out["out"])})
    got = pd.DataFrame({"source": back.index, "target": OWNER, "since": _ago(back["back"])})
    return pd.concat([made, got], ignore_index=True)


def _unfollowed(rng: np.random.Generator, count: int) -> pd.DataFrame:
    names = [f"u{place:05d}" for place in range(count)]
    at = _ago(rng.uniform(1, 1_500, count))
    rows = {"source": OWNER, "target": names, "relation": "unfollowed", "at": at}
    return pd.DataFrame(rows)


def _ago(days: Any) -> Any:
    return DATE - pd.to_timedelta(np.asarray(days, dtype="float64"), unit="D")
