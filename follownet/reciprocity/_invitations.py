"""What became of invitations to connect, where an export has them beside the connections."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from follownet.errors import NotObservedError, SchemaError
from follownet.reciprocity._intervals import NAN, divided, wilson
from follownet.tables import Export

#: Row -> the relation, and the end of it that is not the owner.
_WAYS: Final = {"sent": ("requested", "target"), "received": ("request_received", "source")}
_CONNECTED: Final = ("connection", "friend")
_QUANTILES: Final = {"q25": 0.25, "median": 0.5, "q75": 0.75}
_MESSAGES: Final = {"all": None, "with message": True, "without message": False}


def invitations(export: Export) -> pd.DataFrame:
    """Return how many invitations to connect are connections now, and after how many days.

    ``share = connected / invitations``, of invitations in the export's ``relations``; one account
    that was invited several times counts once, at the first time.

    Parameters
    ----------
    export
        Of LinkedIn, or any whose ``relations`` have ``requested`` or ``request_received`` and
        ``connection`` or ``friend``.

    Returns
    -------
    pandas.DataFrame
        Index ``way`` (``sent`` by owners, ``received``) and ``which``: ``all`` and, where
        ``relations`` has a column ``message``, ``with message`` and ``without message``.
        ``invitations``: pairs of an owner and an account; ``accounts``: different ones among
        these; ``connected``: pairs that are connected now; ``share``, ``low``, ``high``: of the
        invitations, from 0 to 1, with the 95 % Wilson interval;
        ``before``: connections of an earlier day than the invitation, which no invitation made;
        ``dated``: the others whose days are both known; ``q25``, ``median``, ``q75``: whole days
        (UTC) from invitation to connection of these. nan of none.

    Raises
    ------
    SchemaError
        For anything but an export.
    NotObservedError
        There is no file of connections, or none of invitations.

    Notes
    -----
    An export lists invitations that still stand: those withdrawn, declined or of a removed
    account are not among them, nor are connections that were ended. In the one real export
    seen all received ones are connected: those not accepted are absent, too. Connected now is
    therefore no rate of acceptance: of all that were ever sent, ``connected`` is a lower bound.
    Connections have the day alone, so that an invitation of that day took 0 days.

    Examples
    --------
    >>> rows = [("me", "ann", "requested", "2026-05-01"), ("me", "bob", "requested", "2026-05-01")]
    >>> rows += [("me", "ann", "connection", "2026-05-04")]
    >>> ties = pd.DataFrame(rows, columns=["source", "target", "relation", "at"])
    >>> ties["at"] = pd.to_datetime(ties["at"], utc=True)
    >>> table = invitations(Export(relations=ties, owners=("me",)))
    >>> table.loc[("sent", "all"), ["invitations", "connected", "share", "median"]].tolist()
    [2.0, 1.0, 0.5, 3.0]
    """
    if not isinstance(export, Export):
        raise SchemaError("export: is no Export; follownet.read makes one")
    if not any(map(export.tells, _CONNECTED)):
        raise NotObservedError("export: has no file of connections, so that none can be looked up")
    if not any(export.tells(relation) for relation, _ in _WAYS.values()):
        raise NotObservedError("export: has no file of invitations or requests")
    related = export.relations
    connected = _connected(related, export.owners)
    which = _MESSAGES if "message" in related else {"all": None}
    rows = {}
    for way, (relation, end) in _WAYS.items():
        found = related[related["relation"] == relation]
        found = found.assign(alter=found[end])
        for name, message in which.items():
            chosen = found if message is None else found[found["message"].eq(message).fillna(False)]
            rows[way, name] = _row(chosen, connected)
    table = pd.DataFrame.from_dict(rows, orient="index")
    table.index = pd.MultiIndex.from_tuples(list(rows), names=["way", "which"])
    low, high = wilson(*(table[name].to_numpy("float64") for name in ("connected", "invitations")))
    share = divided(*(table[name].to_numpy("float64") for name in ("connected", "invitations")))
    for place, (name, values) in enumerate((("share", share), ("low", low), ("high", high))):
        table.insert(3 + place, name, values)
    return table


def _connected(related: pd.DataFrame, owners: tuple[str, ...]) -> pd.DataFrame:
    """Return the time of each connection by owner and the other, whichever the row names first."""
    ties = related.loc[related["relation"].isin(_CONNECTED), ["source", "target", "at"]]
    turned = ties.rename(columns={"source": "target", "target": "source"})
    both = pd.concat([ties, turned])
    both = both[both["source"].isin(owners)]
    return both.groupby(["source", "target"])[["at"]].min().reset_index()


def _row(found: pd.DataFrame, connected: pd.DataFrame) -> dict[str, Any]:
    owner = found["source"].where(found["alter"] == found["target"], found["target"])
    pairs = (
        found.assign(owner=owner)
        .groupby(
            ["owner", "alter"],
        )[["at"]]
        .min()
        .reset_index()
    )
    met = pairs.merge(
        connected.rename(columns={"source": "owner", "target": "alter", "at": "met"}),
        on=["owner", "alter"],
    )
    days = (met["met"].dt.floor("D") - met["at"].dt.floor("D")).dt.days
    after = days[days >= 0]
    return {
        "invitations": len(pairs),
        "accounts": pairs["alter"].nunique(),
        "connected": len(met),
        "before": int((days < 0).sum()),
        "dated": len(after),
        **{
            name: float(np.quantile(after, share)) if len(after) else NAN
            for name, share in _QUANTILES.items()
        },
    }
