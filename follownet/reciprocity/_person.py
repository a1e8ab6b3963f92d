"""One account and everyone tied to it: the list, and the two follow-back rates."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import suppress
from typing import Any

import numpy as np
import pandas as pd

from follownet.errors import SchemaError
from follownet.graph import FollowGraph, Graph, star
from follownet.reciprocity._intervals import clustered, divided, ratio, wilson
from follownet.seeds import generator
from follownet.tables import TEXT, TIME


def alters(
    G: Graph | FollowGraph, *, owner: Any = None, ignore: Collection[Any] = (), window: str = "60D"
) -> pd.DataFrame:
    """Return everyone tied to one account: who follows back, who was first, how long it took.

    Parameters
    ----------
    owner
        Whose ties; may be left out when there is one owner.
    ignore
        Accounts (brands, celebrities, friends) to leave out of this list. They stay in every
        rate; their number is in ``table.attrs["ignored"]``.
    window
        An unreturned follow younger than this at the export's date is ``too_early``: it may
        still be returned.

    Returns
    -------
    pandas.DataFrame
        Indexed by account. ``state``: ``mutual``, ``follower`` (follows the owner, is not
        followed) or ``following`` (the reverse). ``following_since`` and ``follower_since``:
        when the owner followed it, and it the owner. ``first``: whose follow came first,
        ``owner``, ``alter`` or ``same time`` (closer than the precision of the times); missing
        for a mutual tie of which a time is.
        ``latency``: from the first follow to its return, mutual ties only. ``too_early``:
        missing where the tie or the export has no date. The unreturned come first, oldest
        first; then followers, then mutual ties. ``attrs`` hold owner, exported_at, window,
        ignored and deleted.

    Raises
    ------
    NotObservedError
        When one of the two lists is not in hand.
    """
    G, owner = star(G, owner)
    table = _ties(G, owner)
    exported_at = _exported_at(G, owner)
    out, back = table["following_since"], table["follower_since"]
    table["first"] = _first(table, pd.Timedelta(seconds=G.nodes[owner].get("precision", 1)))
    table["latency"] = (out - back).abs()
    age = exported_at - out.fillna(back)
    early = (age < _span(window)).astype("boolean").mask(age.isna())
    table["too_early"] = early.mask(table["state"] == "mutual", False)
    table = _oldest_unreturned_first(table)
    ignored = table.index.isin(spelled(ignore))
    listed = table[~ignored].drop(columns="deleted")
    listed.attrs = {
        "owner": owner,
        "exported_at": exported_at,
        "window": window,
        "ignored": int(ignored.sum()),
        "deleted": int(table["deleted"].sum()),
    }
    return listed


def _first(ties: pd.DataFrame, precision: pd.Timedelta) -> pd.Series[str]:
    """Return whose follow came first; times closer than their precision are no order."""
    out, back = ties["following_since"], ties["follower_since"]
    mutual = ties["state"] == "mutual"
    first = pd.Series(pd.NA, index=ties.index, dtype=TEXT)
    first[(ties["state"] == "following") | (mutual & (out < back))] = "owner"
    first[(ties["state"] == "follower") | (mutual & (back < out))] = "alter"
    first[mutual & ((out - back).abs() < precision)] = "same time"
    return first


def by_first(G: Graph | FollowGraph, *, owner: Any = None) -> pd.DataFrame:
    """Return how often the first follow of a tie was answered, by whose it was.

    Parameters
    ----------
    owner
        Whose ties; may be left out when there is one owner.

    Returns
    -------
    pandas.DataFrame
        Rows ``owner`` (the owner followed first: do the others answer?) and ``alter`` (the
        others did: does the owner answer?). ``follows``: such ties that still exist;
        ``returned``: those that are mutual; ``rate``, with its 95 % Wilson interval ``low``,
        ``high``; nan of no ties, and where every mutual tie lacks a date, as in exports without
        any (X): the unreturned alone are known then. Recent ties count like old ones. ``attrs``
        hold what is left out: ``same_time``, ``undated`` (mutual, a date missing) and
        ``deleted``.

    Raises
    ------
    NotObservedError
        When one of the two lists is not in hand.

    Examples
    --------
    >>> import networkx as nx
    >>> G = nx.DiGraph([("me", "ann"), ("bob", "me")])
    >>> G.add_edge("me", "cy", since="2024-01-01T00:00:00Z")
    >>> G.add_edge("cy", "me", since="2024-01-02T00:00:00Z")
    >>> by_first(G, owner="me")["rate"].tolist()
    [0.5, 0.0]
    """
    G, owner = star(G, owner)
    ties = _ties(G, owner)
    first = _first(ties, pd.Timedelta(seconds=G.nodes[owner].get("precision", 1)))
    first = first[~ties["deleted"]]
    returned = ties["state"].eq("mutual").groupby(first).agg(["size", "sum"])
    table = returned.reindex(["owner", "alter"], fill_value=0).astype("int64")
    table = table.set_axis(["follows", "returned"], axis=1).rename_axis("first")
    back, begun = table["returned"].to_numpy(float), table["follows"].to_numpy(float)
    mutual = ties["state"][first.index].eq("mutual")
    if mutual.any() and first[mutual].isna().all():
        begun[:] = 0
    table["rate"] = divided(back, begun)
    table["low"], table["high"] = wilson(back, begun)
    table.attrs = {
        "same_time": int((first == "same time").sum()),
        "undated": int(first.isna().sum()),
        "deleted": int(ties["deleted"].sum()),
    }
    return table


def spelled(ignore: Collection[Any]) -> set[Any]:
    """Return names as people write them (``@Name``) beside the names as given."""
    if isinstance(ignore, str):
        raise SchemaError("ignore: is one text; give a list of accounts")
    return {
        *ignore,
        *(name.strip().removeprefix("@").lower() for name in ignore if isinstance(name, str)),
    }


def _ties(G: Graph, owner: Any) -> pd.DataFrame:
    """Return state and dates of everyone tied to the owner."""
    others = sorted((G.pred[owner].keys() | G.succ[owner].keys()) - {owner}, key=str)
    follows = np.array([G.has_edge(owner, other) for other in others], dtype=bool)
    followed = np.array([G.has_edge(other, owner) for other in others], dtype=bool)
    state = np.where(follows & followed, "mutual", np.where(follows, "following", "follower"))
    deleted = np.array([_is_deleted(G, other) for other in others], dtype=bool)
    return pd.DataFrame(
        {
            "state": pd.Series(state, dtype="str").to_numpy(),
            "following_since": _dates(G.get_edge_data(owner, other) for other in others),
            "follower_since": _dates(G.get_edge_data(other, owner) for other in others),
            # A deleted owner answers no one.
            "deleted": deleted | _is_deleted(G, owner),
        },
        index=pd.Index(others, name="account"),
    )


def _is_deleted(G: Graph, account: Any) -> bool:
    return bool(G.nodes[account].get("type") == "deleted")


def _dates(ties: Iterable[dict[str, Any] | None]) -> Any:
    """Return the ``since`` of ties as UTC times; missing for no tie and for one without."""
    values = [tie.get("since") if tie else None for tie in ties]
    times = pd.to_datetime(
        pd.Series(values, dtype="object"), utc=True, format="ISO8601", errors="coerce"
    )
    if lost := int(times.isna().sum()) - values.count(None):
        raise SchemaError(f"since: {lost} ties have a value that is no ISO 8601 time")
    return times.astype(TIME).array


def _oldest_unreturned_first(table: pd.DataFrame) -> pd.DataFrame:
    order = table["state"].map({"following": 0, "follower": 1, "mutual": 2})
    began = table[["following_since", "follower_since"]].min(axis=1)
    # Accounts are in order already, and the sort keeps the order of equals.
    return table.loc[
        pd.DataFrame({"order": order, "began": began})
        .sort_values(["order", "began"], kind="stable")
        .index
    ]


def _exported_at(G: Graph, owner: Any) -> Any:
    """Return the date of the owner's export, NaT where nothing tells it."""
    date: Any = G.nodes[owner].get("exported_at")
    return pd.Timestamp(date)


def follow_back(
    G: Graph | FollowGraph, *, owner: Any = None, window: str = "60D", seed: int = 0
) -> pd.DataFrame:
    """Return one account's two follow-back rates, over all follows and over mature ones.

    Parameters
    ----------
    owner
        Whose rates; may be left out when there is one owner.
    window
        The mature cohort is every follow older than this at the export's date, *returned or
        not*. Recent follows have had less time to be returned; leaving out only the unreturned
        among them would flatter the rate.
    seed
        Of the bootstrap.

    Returns
    -------
    pandas.DataFrame
        Rows ``(given, received) x (all, mature)``: ``given`` is about the owner's followers
        (how many it follows), ``received`` about those it follows (how many follow it).
        ``follows``, ``returned`` (those that are mutual, whoever was first), ``rate``;
        ``low``, ``high``: 95 % Wilson interval of the propensity behind the rate, if accounts
        decide independently (the list itself is a census); ``clustered_low``,
        ``clustered_high``: the same where follows of one week share their fate. An undated
        follow is a week of its own, and never mature; with fewer than five weeks, and where no
        follow has a date, the clustered interval is nan, as is everything about no follows.
        Without an export date there is no mature cohort. Ties with deleted accounts are left out
        (all ties of a deleted owner); ``attrs["deleted"]`` says how many.

    Raises
    ------
    NotObservedError
        When one of the two lists is not in hand.
    SchemaError
        For a window that is no positive span of time.

    Notes
    -----
    Both rates share their numerator, so their ratio is that of followers to following: they
    do not tell who answers whom. `by_first` does.

    The clustered interval is Wilson's with an effective number of follows, ``n / d``: the
    design effect ``d`` is the variance of the rate over bootstrap draws of whole weeks over
    its binomial variance, at least 1, times ``(t / z)**2`` for the number of weeks (Korn &
    Graubard 1998, Survey Methodology 24, 193-201). Where all outcomes are equal the weeks
    themselves are counted. The plain percentile bootstrap covers far too little there, and
    with few weeks.

    Examples
    --------
    >>> import networkx as nx
    >>> G = nx.DiGraph([("me", "ann"), ("ann", "me"), ("me", "bob")])
    >>> rates = follow_back(G, owner="me")
    >>> rates.loc[("received", "all"), ["follows", "returned", "rate"]].tolist()
    [2.0, 1.0, 0.5]
    """
    G, owner = star(G, owner)
    ties = _ties(G, owner)
    living = ties[~ties["deleted"]]
    exported_at = _exported_at(G, owner)
    span = _span(window)
    rng = generator(seed)
    rows = {}
    for direction, state, column in (
        ("given", "follower", "follower_since"),
        ("received", "following", "following_since"),
    ):
        made = living[living["state"].isin(["mutual", state])]
        since = made[column]
        old = since <= exported_at - span
        for cohort, chosen in (("all", made), ("mature", made[old])):
            returned = (chosen["state"] == "mutual").to_numpy()
            rows[direction, cohort] = _rate(returned, chosen[column], rng)
    columns = ["follows", "returned", "rate", "low", "high", "clustered_low", "clustered_high"]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
    table.index = pd.MultiIndex.from_tuples(rows, names=["direction", "cohort"])
    table.attrs = {
        "owner": owner,
        "exported_at": exported_at,
        "window": window,
        "deleted": int(ties["deleted"].sum()),
    }
    return table


def _span(window: object) -> pd.Timedelta:
    """Return the window as a span; a bare number would be nanoseconds."""
    span = None
    # Without its unit it would be nanoseconds.
    if isinstance(window, str) and not window.strip().lstrip("+-").replace(".", "").isdigit():
        with suppress(ValueError):
            span = pd.Timedelta(window)
    if span is None or not span > pd.Timedelta(0):
        raise SchemaError('window: is no span of time; accepts such as "60D" or "2W"')
    return span


def _rate(returned: Any, since: pd.Series[Any], rng: np.random.Generator) -> list[float]:
    follows, back = len(returned), int(returned.sum())
    low, high = wilson(np.array([back], float), np.array([follows], float))
    bounds = clustered(returned, since, rng)
    return [follows, back, ratio(back, follows), low[0], high[0], *bounds]
