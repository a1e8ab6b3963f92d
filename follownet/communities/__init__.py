"""Communities: what a network is made of, and how sure that is.

``source -> target`` means *source follows target*. `detect` finds communities by directed
modularity, and says which of them are more than chance gives; `compare` says how far two
partitions agree, such as those of the follow layer and of the mutual one.

**One person's export is a star**: nothing is known between the others, and clustering it says
nothing. `detect` refuses it. Of merged exports the block of owners is clustered.
"""

from follownet.communities._compare import Agreement, compare
from follownet.communities._detect import Communities, detect

__all__ = ["Agreement", "Communities", "compare", "detect"]
