"""Follow-for-follow as an index whose parts are shown, and ratio rules as weak flags."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from follownet.engagement._acts import as_span
from follownet.errors import NotObservedError, SchemaError
from follownet.graph import FollowGraph, Graph, whole
from follownet.history._exports import Star, star
from follownet.reciprocity import alters
from follownet.reciprocity._bursts import burst_sizes
from follownet.reciprocity._intervals import divided, wilson
from follownet.seeds import whole_number
from follownet.segments._features import utc
from follownet.segments._signs import with_values
from follownet.tables import COUNT, Export

_COLUMNS: Final = ("follows", "campaign", "returned", "at_once", "left")
_UNDATED: Final = (
    "these follows have no dates, so that neither campaigns nor quick returns can be known; an "
    "export of an account's own lists has them on most platforms"
)


def follow_for_follow(
    source: Export | Graph | FollowGraph, *, quick: str = "2D", burst: int = 10
) -> pd.DataFrame:
    """Return how much of what an account follows went as in a trade, and the parts of that.

    Parameters
    ----------
    source
        An export, for its owners; or a whole network with the dates of its follows, for all.
    quick
        Within which a follow is returned at once.
    burst
        Follows made in one go, each at most an hour after the one before, that are a campaign.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``account``. ``follows`` it made that have a date, and of these ``campaign``:
        those made in one; ``returned``, those of a campaign that are returned; ``at_once``, those
        returned by the other within `quick` after; ``left``: accounts that it is known to have
        followed and left again, and that do not follow it, missing where nothing tells.
        Parts, each nan of nothing: ``campaign_share`` of follows; ``return_rate`` of campaigns;
        ``quick_share`` of those returned; ``left_share`` of all follows and those left.
        ``index = (at_once + left) / (follows + left)``, from 0 to 1, with its 95 % Wilson interval
        ``low``, ``high``; where ``left`` is missing it counts as none, so that the index is a
        lower bound. ``attrs``: ``undated`` follows, ``quick``, ``burst``.

    Raises
    ------
    NotObservedError
        Where follows have no dates, or one of an owner's lists is not in hand.
    SchemaError
        When an argument does not fit.

    Notes
    -----
    The index is a share of follows and no verdict: whoever joins and finds all friends within an
    hour has campaigns and quick returns, too. How ties are dissolved is one signal of follower
    markets (Stringhini et al. 2013, doi:10.1145/2504730.2504731); accounts that follow back whoever
    follows them are what spammers farm (Ghosh et al. 2012, doi:10.1145/2187836.2187846). A list
    shows the follows that still exist; those of deleted accounts count among them.

    Examples
    --------
    >>> from follownet.simulation import kinds
    >>> parts = ["campaign_share", "return_rate", "quick_share", "left_share", "index"]
    >>> for kind in ("trader", "friend"):
    ...     table = follow_for_follow(kinds(accounts=100, shares={kind: 1}, seed=1).export)
    ...     print(table[parts].round(2).iloc[0].tolist())
    [0.95, 0.97, 0.95, 0.4, 0.92]
    [0.0, nan, nan, nan, 0.0]
    """
    span = as_span("quick", quick).to_timedelta64()
    whole_number(burst, "burst", least=2)
    if isinstance(source, Export):
        rows = [_of_owner(star(source, owner), span, burst) for owner in source.owners]
        if not rows:
            raise NotObservedError("the export has no owner: Export(..., owners=...) names it")
        table = pd.concat(rows)
    else:
        table = _of_network(with_values(source), span, burst)
    if len(table) and not table["follows"].any() and table["undated"].any():
        raise NotObservedError(_UNDATED)
    undated = int(table.pop("undated").sum())
    table = _parts(table)
    table.attrs = {"undated": undated, "quick": quick, "burst": burst}
    return table


def _of_owner(seen: Star, quick: Any, burst: int) -> pd.DataFrame:
    ties = alters(seen.export.graph(), owner=seen.owner)
    made = ties[ties["state"] != "follower"]
    out, back = (utc(made[name]) for name in ("following_since", "follower_since"))
    counts = _counted(np.zeros(len(made), int), out, back, made["state"].eq("mutual"), quick, burst)
    left: Any = pd.NA
    if seen.export.tells("unfollowed"):
        gone = seen.export.relations
        gone = gone[(gone["source"] == seen.owner) & (gone["relation"] == "unfollowed")]
        left = len(set(gone["target"]) - set(ties.index))
    table = counts.reindex([0], fill_value=0).set_axis(pd.Index([seen.owner], name="account"))
    return table.assign(left=pd.array([left], dtype=COUNT))


def _of_network(F: FollowGraph, quick: Any, burst: int) -> pd.DataFrame:
    F = whole(F, "follow-for-follow")
    undated = np.full(F.follows, "NaT", dtype="datetime64[us]")
    since = undated if F.since is None else np.asarray(F.since, dtype="datetime64[us]")
    back = np.where(F.returned, since[F.reverse], np.datetime64("NaT"))
    counts = _counted(F.sources, since, back, F.returned, quick, burst)
    table = counts.reindex(range(len(F)), fill_value=0)
    table.index = F.accounts.rename("account")
    return table.assign(left=pd.array([pd.NA] * len(F), dtype=COUNT))


def _counted(
    source: Any, out: Any, back: Any, returned: Any, quick: Any, burst: int
) -> pd.DataFrame:
    """Return by source how many of its follows have a date, are of a campaign, are returned, ..."""
    dated = ~np.isnat(out)
    campaign = burst_sizes(out, by=source) >= burst
    returned = campaign & np.asarray(returned)
    after = back - out
    marks = {
        "follows": dated,
        "campaign": campaign,
        "returned": returned,
        "at_once": returned & (after >= np.timedelta64(0)) & (after <= quick),
        "undated": ~dated,
    }
    return pd.DataFrame(marks).astype("int64").groupby(np.asarray(source)).sum()


def _parts(table: pd.DataFrame) -> pd.DataFrame:
    counts = {name: table[name].to_numpy("float64", na_value=0) for name in _COLUMNS}
    follows, campaign, returned, at_once, left = counts.values()
    known = table["left"].notna().to_numpy()
    every = follows + left
    table["campaign_share"] = divided(campaign, follows)
    table["return_rate"] = divided(returned, campaign)
    table["quick_share"] = divided(at_once, returned)
    table["left_share"] = np.where(known, divided(left, every), np.nan)
    table["index"] = divided(at_once + left, every)
    table["low"], table["high"] = wilson(at_once + left, every)
    return table[[*_COLUMNS, *[name for name in table if name not in _COLUMNS]]]


def flags(accounts: pd.DataFrame) -> pd.DataFrame:
    """Return which rules of thumb about follower counts each account meets, by the rule's name.

    Parameters
    ----------
    accounts
        Indexed by account, with whole numbers ``followers`` and ``following``, such as
        `follownet.reciprocity.accounts` returns of a whole network, or counts from elsewhere.

    Returns
    -------
    pandas.DataFrame
        Nullable booleans, missing where a count is. ``following 50 per follower`` (Socialbakers),
        ``following 100 per follower`` (StateOfSearch), ``more than 2 following per follower`` and
        ``fewer than 30 followers`` (Camisani-Calzolari), ``at the cap of 2,000`` (1,900 to 2,001
        followed: where Twitter held accounts with fewer followers than that until 2015; since
        then it is 5,000). No follower counts as one.

    Raises
    ------
    SchemaError
        For a table without these columns, or counts below 0.

    Notes
    -----
    **Weak flags, and no verdict: nobody is a bot by them.** Of such rules most did poorly against
    accounts known to be fake (Cresci, Di Pietro, Petrocchi, Spognardi & Tesconi 2015,
    doi:10.1016/j.dss.2015.09.003): newcomers and readers meet them as well. There is no sum of
    flags here for that reason.

    Examples
    --------
    >>> counts = pd.DataFrame({"followers": [2, 400], "following": [120, 380]}, index=["a", "b"])
    >>> flags(counts).loc["a"].tolist()
    [True, False, True, True, False]
    """
    missing = [name for name in ("followers", "following") if name not in accounts]
    if missing:
        raise SchemaError(
            f"accounts: has no {' and no '.join(missing)}; accepts counts of whole networks, such "
            "as follownet.reciprocity.accounts returns"
        )
    try:
        followers, following = (accounts[name].astype(COUNT) for name in ("followers", "following"))
    except (TypeError, ValueError, OverflowError):
        raise SchemaError("accounts: followers and following are no whole numbers") from None
    if followers.lt(0).any() or following.lt(0).any():
        raise SchemaError("accounts: has counts below 0")
    least = followers.clip(lower=1)
    rules = {
        "following 50 per follower": following >= 50 * least,
        "following 100 per follower": following >= 100 * least,
        "more than 2 following per follower": following > 2 * least,
        "fewer than 30 followers": followers < 30,
        "at the cap of 2,000": following.between(1_900, 2_001) & (followers < following),
    }
    return pd.DataFrame(rules, index=accounts.index).astype("boolean")
