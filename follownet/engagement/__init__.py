"""Engagement: what interaction there is behind the follows, and what a post is worth.

``source -> target`` means *source did something towards target*. Two kinds of data hold
engagement, and they answer different questions:

* the ``interactions`` of a personal export are mostly what its owner *did*: `taxonomy`,
  `naming`, `ties`, `reciprocity`, `ghosts`, `by_dyad`, `answers`, `spells`, `rhythm`;
* the ``posts`` of an analytics file (`follownet.read_posts`) are what others did with a post,
  counted and without names: `rates`, `change`, `change_point`, `dilution`, `best_times`,
  `rhythm`.

What a source does not hold is not zero: it is missing, and said to be. Undefined (nothing to
divide by) is nan.
"""

from follownet.engagement._answers import Answers, answers
from follownet.engagement._best_times import BestTimes, best_times
from follownet.engagement._change import Change, change
from follownet.engagement._change_point import ChangePoint, change_point
from follownet.engagement._dilution import Dilution, dilution
from follownet.engagement._dyads import DyadRates, by_dyad
from follownet.engagement._ghosts import Ghosts, ghosts
from follownet.engagement._layers import LayerTies
from follownet.engagement._rates import audience, period, rates
from follownet.engagement._rhythm import rhythm
from follownet.engagement._spells import spells
from follownet.engagement._taxonomy import kinds, naming, taxonomy
from follownet.engagement._ties import reciprocity, ties

__all__ = [
    "Answers",
    "BestTimes",
    "Change",
    "ChangePoint",
    "Dilution",
    "DyadRates",
    "Ghosts",
    "LayerTies",
    "answers",
    "audience",
    "best_times",
    "by_dyad",
    "change",
    "change_point",
    "dilution",
    "ghosts",
    "kinds",
    "naming",
    "period",
    "rates",
    "reciprocity",
    "rhythm",
    "spells",
    "taxonomy",
    "ties",
]
