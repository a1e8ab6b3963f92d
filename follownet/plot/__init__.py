"""Pictures of follow-back: groups and rates, ties over time, time to return, ego network, history.

Each function takes a table of `follownet.reciprocity` or `follownet.history`, draws it on `ax`
(or a figure of its own) and returns the axes. Nothing is shown or saved; no setting is changed.
Figures made here are transparent, and all colours have a contrast of at least 3.9 to a white
page and to a dark one (#111). Texts from exports are drawn as they are, never as formulas. Lists
hold ties that still exist: the caption says on which day.
"""

from follownet.plot._ego import ego
from follownet.plot._history import changes, losses, rates
from follownet.plot._rates import groups
from follownet.plot._style import GREY, STATES
from follownet.plot._time import return_times, timeline

__all__ = [
    "GREY",
    "STATES",
    "changes",
    "ego",
    "groups",
    "losses",
    "rates",
    "return_times",
    "timeline",
]
