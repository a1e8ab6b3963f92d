"""Communities: what a network is made of, and how sure that is.

``source -> target`` means *source follows target*. `detect` finds communities by directed
modularity, and says which of them are more than chance gives; `compare` says how far two
partitions agree, such as those of the follow layer and of the mutual one (``F.keep(F.returned)``).
`profile`, `roles` and `growth` read a partition: ties and reciprocity inside, who is central, who
bridges, since when. `layout` gives each account a place, for ``plot.network``.

**One person's export is a star**: nothing is known between the others, and clustering it says
nothing. `detect` refuses it. Of merged exports the block of owners is clustered. `projection` ties
the others of one export by what it really shows of two of them, where it shows anything.
"""

from follownet.communities._compare import Agreement, compare
from follownet.communities._detect import Communities, detect
from follownet.communities._layout import layout
from follownet.communities._projection import Projection, projection
from follownet.communities._reading import growth, profile, roles

__all__ = [
    "Agreement",
    "Communities",
    "Projection",
    "compare",
    "detect",
    "growth",
    "layout",
    "profile",
    "projection",
    "roles",
]
