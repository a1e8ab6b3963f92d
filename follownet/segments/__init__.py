"""Segments: what kinds of accounts and of ties there are, without pretending to know.

Three ways to the same question, side by side. `accounts` goes by a table of rules whose thresholds
are arguments, and says what depends on them; `mixture` lets a model find segments in the same
`features`, how many and how stable; `ties` weighs what mutual ties are. **No true labels of these
exist**: they are words for ways of being tied, and what an export does not hold stays open.

`by_factor` says how many follows are returned by each factor that the data can measure;
`follow_for_follow` is an index with its parts, and `flags` are rules of thumb by name. None of them
is a verdict on anybody.
"""

from follownet.segments._accounts import RULES, Segments, accounts
from follownet.segments._factors import by_factor
from follownet.segments._features import features
from follownet.segments._mixture import Mixture, mixture
from follownet.segments._ties import EXPECTED, TieKinds, ties
from follownet.segments._trade import flags, follow_for_follow

__all__ = [
    "EXPECTED",
    "RULES",
    "Mixture",
    "Segments",
    "TieKinds",
    "accounts",
    "by_factor",
    "features",
    "flags",
    "follow_for_follow",
    "mixture",
    "ties",
]
