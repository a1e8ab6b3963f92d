"""Mutual ties as friendship, courtesy, community norm or trade, in weights under a model."""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from follownet.errors import SchemaError
from follownet.graph import FollowGraph, Graph
from follownet.seeds import whole_number
from follownet.segments._signs import SIGNS, of_export, of_network
from follownet.tables import TEXT, Export

#: How often each sign goes with each kind of tie: what the words mean here, before any data.
EXPECTED: Final = pd.DataFrame(
    {
        "friendship": (0.9, 0.7, 0.5, 0.4, 0.1),
        "courtesy": (0.1, 0.2, 0.3, 0.4, 0.1),
        "community norm": (0.3, 0.9, 0.9, 0.5, 0.1),
        "trade": (0.05, 0.1, 0.6, 0.9, 0.9),
    },
    index=list(SIGNS),
).T.rename_axis("kind")
#: The signs without which a kind cannot be told from a courtesy.
TELLING: Final = {
    "friendship": ("engaged",),
    "courtesy": (),
    "community norm": ("embedded", "returning"),
    "trade": ("quick", "campaign"),
}
_ROUNDS: Final = 500
_ENOUGH: Final = 1e-7


@dataclass(frozen=True, eq=False, repr=False)
class TieKinds:
    """What kinds of ties mutual ones are; see `ties`.

    Attributes
    ----------
    weights
        How probable each kind (column) is for each tie, under the model; nan of a kind that cannot
        be told here. Rows sum to 1.
    kind
        The most probable kind of each tie.
    signs
        What was seen of each tie: true, false, or missing where it cannot be known.
    shares
        How many ties are of each kind: ``ties``, the sum of weights, and ``share``.
    profiles
        How often each sign (column) goes with each kind: ``expected`` and ``found``.
    sensitivity
        The share of each kind if what was expected counts a quarter as much, or four times, by
        ``strength``; ``moved``: how many ties are then most probably of another kind.
    notes
        What cannot be told, and why.
    """

    weights: pd.DataFrame
    kind: pd.Series[str]
    signs: pd.DataFrame
    shares: pd.DataFrame
    profiles: pd.DataFrame
    sensitivity: pd.DataFrame
    notes: tuple[str, ...]

    def _lines(self) -> Iterator[str]:
        sure = (self.weights.max(axis=1) >= 0.9).sum()
        yield f"{len(self.weights):,} mutual ties; one kind has a weight of .9 for {sure:,} of them"
        yield "weights hold under the model: there is no true label to compare with"
        yield from (f"note: {note}" for note in self.notes)

    def __str__(self) -> str:
        """Return the shares, how sure they are, and the notes."""
        return "\n".join([self.shares.round(3).to_string(), *self._lines()])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        table = self.shares.round(3).to_html(border=0)
        return table + "".join(f"<p>{html.escape(line)}</p>" for line in self._lines())


def ties(
    source: Export | Graph | FollowGraph,
    *,
    layer: Graph | FollowGraph | None = None,
    owner: str | None = None,
    close: int = 3,
    quick: str = "2D",
    burst: int = 10,
    strength: float = 20.0,
    expected: pd.DataFrame | None = None,
) -> TieKinds:
    """Return how probable it is for each mutual tie to be a friendship, a courtesy, ...

    Parameters
    ----------
    source
        An export: the ties of `owner`; or a whole network: all ties, each once.
    layer
        Of a whole network: who engages with whom, weighted by the number of events, such as an
        engagement graph. An export has its own, of a year.
    owner
        Whose ties, of an export of several.
    close, quick, burst
        As for `accounts`; they make the signs.
    strength
        For how many ties what was expected counts beside what is found.
    expected
        Other meanings of the words than `EXPECTED`: kinds as rows, signs as columns, shares
        between 0 and 1.

    Returns
    -------
    TieKinds
        ``weights``, ``kind``, ``signs``, ``shares``, ``profiles``, ``sensitivity``, ``notes``.

    Raises
    ------
    NotObservedError
        When one of an export's two lists is not in hand.
    SchemaError
        When an argument does not fit.

    Notes
    -----
    A tie is **engaged** when there are `close` events each way that is held; **embedded** when its
    ends share more mutual ties than their numbers of them would give, by two standard deviations;
    **returning** when both ends return 80 % and more of the other follows they get (Weng, Lim,
    Jiang & He 2010, doi:10.1145/1718487.1718520); **quick** when it was returned within `quick`;
    of a **campaign** when its first follow, in an export by the owner, was one of `burst` made in
    one go.

    The model takes signs to be independent within a kind, starts from what the words mean
    (`expected`, as beta priors worth `strength` ties) and goes on to what is found, by expectation
    and maximisation to the nearest maximum. **No true labels of these kinds exist**: a weight says
    how well a tie fits the words, not what two people feel. A kind whose signs are not held is
    not used: in one person's export nothing is known of shared ties, so that a courtesy cannot
    be told from a community norm.

    Examples
    --------
    >>> from follownet.simulation import kinds
    >>> found = ties(kinds(accounts=200, seed=1).export)
    >>> found.kind.value_counts().to_dict()
    {'courtesy': 41, 'trade': 34, 'friendship': 25}
    """
    meant = _meant(EXPECTED if expected is None else expected)
    whole_number(close, "close", least=1)
    whole_number(burst, "burst", least=2)
    if not 0 < strength < np.inf:
        raise SchemaError("strength: accepts a number above 0")
    given: dict[str, Any] = {"close": close, "quick": quick, "burst": burst}
    if isinstance(source, Export):
        if layer is not None:
            raise SchemaError("layer: is of a whole network; an export has its own interactions")
        signs = of_export(source, owner, window="365D", **given)
    else:
        signs = of_network(source, layer, **given)
    held = signs.columns[signs.notna().any()]
    used = [kind for kind, by in TELLING.items() if not by or held.isin(by).any()]
    found, weights = _fitted(signs, meant.loc[used], strength)
    kind = pd.Series(np.array(used)[weights.argmax(axis=1)], signs.index, dtype=TEXT, name="kind")
    table = pd.DataFrame(weights, signs.index, used).reindex(columns=list(TELLING))
    return TieKinds(
        weights=table.rename_axis(columns="kind"),
        kind=kind,
        signs=signs,
        shares=pd.DataFrame({"ties": table.sum(min_count=1), "share": table.mean()}),
        profiles=_profiles(meant, pd.DataFrame(found, used, list(SIGNS)), held),
        sensitivity=_sensitivity(signs, meant.loc[used], strength, kind),
        notes=_notes(signs, used) + signs.attrs.get("notes", ()),
    )


def _meant(expected: Any) -> pd.DataFrame:
    """Return the meanings in their order, or say what does not fit."""
    fits = isinstance(expected, pd.DataFrame) and all(
        len(axis) == len(names) and set(axis) == set(names)
        for axis, names in ((expected.index, TELLING), (expected.columns, SIGNS))
    )
    if not fits:
        raise SchemaError(
            f"expected: accepts a table with rows {', '.join(TELLING)} and columns "
            f"{', '.join(SIGNS)}, such as follownet.segments.EXPECTED"
        )
    table: pd.DataFrame = expected.loc[list(TELLING), list(SIGNS)].astype("float64")
    if not ((table > 0) & (table < 1)).all(axis=None):
        raise SchemaError("expected: accepts shares between 0 and 1, neither of them")
    return table


def _fitted(
    signs: pd.DataFrame, meant: pd.DataFrame, strength: float
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return how often each sign goes with each kind, and the weights of each tie."""
    # Many ties have the same signs: not there, there, or not known.
    codes, powers = signs.astype("Int8").to_numpy("int64", na_value=2), 3 ** np.arange(len(SIGNS))
    place, patterns = pd.factorize(codes @ powers, sort=True)
    ties, signed = np.bincount(place), patterns[:, None] // powers % 3
    seen, there = (signed < 2).astype("float64"), (signed == 1).astype("float64")
    prior = meant.to_numpy()
    found, shares = prior, np.full(len(meant), 1 / len(meant))
    weights = np.zeros((len(patterns), len(meant)))
    for _ in range(_ROUNDS):
        log = np.log(shares) + there @ np.log(found).T + (seen - there) @ np.log1p(-found).T
        raised = np.exp(log - log.max(axis=1, keepdims=True))
        last, weights = weights, raised / raised.sum(axis=1, keepdims=True)
        mass = ties * weights.T
        found = (strength * prior + mass @ there) / (strength + mass @ seen)
        shares = (mass.sum(axis=1) + 1) / (len(signs) + len(meant))
        if np.abs(weights - last).max(initial=0) < _ENOUGH:
            break
    return found, weights[place]


def _profiles(meant: pd.DataFrame, found: pd.DataFrame, held: pd.Index[Any]) -> pd.DataFrame:
    known = found.reindex(meant.index)[held].reindex(columns=list(SIGNS))
    return pd.concat({"expected": meant, "found": known}, axis=1).swaplevel(axis=1)[list(SIGNS)]


def _sensitivity(
    signs: pd.DataFrame, meant: pd.DataFrame, strength: float, kind: pd.Series[str]
) -> pd.DataFrame:
    rows = {}
    for other in (strength / 4, strength * 4):
        _, weights = _fitted(signs, meant, other)
        shares = weights.mean(axis=0) if len(signs) else np.full(len(meant), np.nan)
        now = meant.index.to_numpy()[weights.argmax(axis=1)]
        moved = int((now != kind.to_numpy()).sum())
        rows[other] = dict(zip(meant.index, shares, strict=True)) | {"moved": moved}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("strength")


def _notes(signs: pd.DataFrame, used: list[str]) -> tuple[str, ...]:
    """Say which kinds cannot be told, for want of which signs, and which signs are rarely known."""
    known = signs.notna().sum()
    lost = [kind for kind in TELLING if kind not in used]
    texts = [
        f"no {kind} can be told from a courtesy: {' and '.join(TELLING[kind])} cannot be known here"
        for kind in lost
    ]
    told = {sign for kind in lost for sign in TELLING[kind]}
    texts += [
        f"{sign} is known of {known[sign]:,} of {len(signs):,} ties"
        for sign in SIGNS
        if known[sign] < len(signs) and sign not in told
    ]
    return tuple(texts)
