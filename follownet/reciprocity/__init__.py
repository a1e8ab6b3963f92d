"""Reciprocity: how many follows are returned, for one account and for a network.

Three numbers go by this name, and they differ on the same graph (Newman, Forrest & Balthrop
2002, doi:10.1103/PhysRevE.66.035101; Garlaschelli & Loffredo 2004,
doi:10.1103/PhysRevLett.93.268701). With M mutual and A asymmetric pairs and L = 2M + A
follows:

* ``r = 2M / L``, the share of *follows* that are returned (networkx, igraph's default);
* ``q = M / (M + A)``, the share of connected *pairs* that are mutual (igraph's ``ratio``;
  the 22.1 % of Twitter's early days is q, the 36.2 % of the same data is r);
* one account's two rates: ``given`` is the share of its followers that it follows back,
  ``received`` the share of those it follows that follow it back.

Undefined (nothing to divide by) is nan, never 0. Only observed pairs count. Self-loops are
left out. Deleted accounts cannot answer, nor be asked: rates of accounts and of groups of
follows leave out ties from and to them, so that a deleted account's own rates are nan. Counts,
and what describes the network as it stands (r, q, rho, bound, triads, weights), keep them.
Lists show ties that still exist: those who unfollowed are gone, and a re-follow resets its
date.
"""

from follownet.reciprocity._accounts import accounts
from follownet.reciprocity._census import Summary, grecip, summary
from follownet.reciprocity._exports import side_by_side
from follownet.reciprocity._groups import by_degree, by_ratio, by_status, mixing
from follownet.reciprocity._intervals import wilson
from follownet.reciprocity._invitations import invitations
from follownet.reciprocity._jackknife import jackknife
from follownet.reciprocity._person import alters, by_first, follow_back
from follownet.reciprocity._triads import TRIADS, triads
from follownet.reciprocity._weighted import Weighted, weighted

__all__ = [
    "TRIADS",
    "Summary",
    "Weighted",
    "accounts",
    "alters",
    "by_degree",
    "by_first",
    "by_ratio",
    "by_status",
    "follow_back",
    "grecip",
    "invitations",
    "jackknife",
    "mixing",
    "side_by_side",
    "summary",
    "triads",
    "weighted",
    "wilson",
]
