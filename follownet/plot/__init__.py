"""Pictures of follow-back: of one account, its history and engagement; of networks and chance.

Each function takes what one of `follownet.reciprocity`, `follownet.history`, `follownet.nulls`,
`follownet.communities` or `follownet.engagement` returns, draws it on `ax` (or a figure of its own)
and returns the axes; `network` takes a graph, `explore` makes a page of one. Nothing is shown or
saved; no setting is changed. Figures made here are transparent, and all colours have a contrast of
at least 3.9 to a white page and to a dark one (#111), the eight of communities in `network` one of
3, except for the cells of `mixing`, `naming` and `rhythm`, which are framed. Names are drawn as
they are, never as formulas. A person's lists hold ties that still exist: the caption says on which
day.
"""

from follownet.plot._acts import ghosts, ties
from follownet.plot._answers import answers
from follownet.plot._communities import communities
from follownet.plot._dyads import by_dyad
from follownet.plot._ego import ego
from follownet.plot._explore import Explorer, explore
from follownet.plot._history import changes, losses, rates
from follownet.plot._kinds import naming, taxonomy
from follownet.plot._map import network
from follownet.plot._mixing import mixing
from follownet.plot._network import census, given_received
from follownet.plot._nulls import ladder, triads
from follownet.plot._posts import change, dilution, engagement_rates
from follownet.plot._rates import groups
from follownet.plot._rhythm import best_times, rhythm
from follownet.plot._segment_map import segment_map
from follownet.plot._segments import SEGMENTS, factors, segments, ties_by_kind
from follownet.plot._side_by_side import side_by_side
from follownet.plot._sizes import by_degree, by_ratio, by_status
from follownet.plot._style import GREY, STATES
from follownet.plot._time import return_times, timeline

__all__ = [
    "GREY",
    "SEGMENTS",
    "STATES",
    "Explorer",
    "answers",
    "best_times",
    "by_degree",
    "by_dyad",
    "by_ratio",
    "by_status",
    "census",
    "change",
    "changes",
    "communities",
    "dilution",
    "ego",
    "engagement_rates",
    "explore",
    "factors",
    "ghosts",
    "given_received",
    "groups",
    "ladder",
    "losses",
    "mixing",
    "naming",
    "network",
    "rates",
    "return_times",
    "rhythm",
    "segment_map",
    "segments",
    "side_by_side",
    "taxonomy",
    "ties",
    "ties_by_kind",
    "timeline",
    "triads",
]
