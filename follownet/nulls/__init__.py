"""What chance would give: null models of a follow graph, and how far it is from them.

``source -> target`` means *source follows target*. Each model keeps something of a graph and
leaves the rest to chance; `ladder` sets the number M of mutual pairs against all of them, `test`
one number against one, `triads` the triad census; `fit` gives the model itself.

**Which number to read.** z = (M - expected)/sd answers *could this be chance?*, and in networks
of thousands of accounts the answer is no: z grows with their size, so that it ranks nothing.
*How much more than chance* is ``excess = observed/expected - 1`` within one network; it grows with
the number of accounts too, since a large sparse network expects hardly any mutual pairs. Compare
networks by ``rho = (r - r0)/(1 - r0)``, 0 as chance has it and 1 if all ties are returned.

**Expected or exact degrees.** ``"degree"`` keeps both degrees of each account on average
(canonical), ``"switching"`` exactly (microcanonical). They expect nearly the same M, but the
first one's degrees vary from draw to draw, and M with them: its sd is larger, by 5 to 25 % in the
networks measured, and its z smaller. Neither is wrong; they ask whether M could be chance if
degrees might have been a little different, or if they are what they are (Squartini, de Mol, den
Hollander & Garlaschelli 2015, doi:10.1103/PhysRevLett.115.268701).

**What is not offered.** The Chung-Lu shortcut ``p_ij = k_i k_j / L``: where two hubs meet it
exceeds 1, and its expected M was up to 89 % above the exact one. The erased configuration model:
random stubs without the loops and repeats that arise lose ties (5,020 of 5,454 were left in a
test), first of all the hubs', which biases r. Counting only the switches that succeed, for the
same reason: see `fit` and its ``"switching"``.

**Undefined.** Where the model allows one value only (no ties, all ties, a star) sd is 0, z nan and
p 1. One person's ties are a star of which the rest is unknown: that raises `NotObservedError`.
"""

from follownet.nulls._chain import Mixing
from follownet.nulls._comparison import Test, test
from follownet.nulls._models import Model, fit
from follownet.nulls._tables import ladder, triads

__all__ = ["Mixing", "Model", "Test", "fit", "ladder", "test", "triads"]
