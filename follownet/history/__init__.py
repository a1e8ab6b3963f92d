"""What changed between exports of one account: ties gained and lost, and the rates in time.

An export shows the ties that exist on its day, so what happened in between is the difference of
two. An account id is only a handle: a renamed account is one lost and one gained, and so is one
that the platform renames when it is deleted. Lists show deactivated, blocked and restricted
accounts unevenly. So a tie that is gone is *lost*, and why is told as evidence with a stated
confidence, never as a bare "unfollowed you". Exports are dated by `Export.exported_at`, never by
their newest follow: two exports without a new follow in between have different dates.
"""

from follownet.history._changes import changes
from follownet.history._exports import ordered
from follownet.history._losses import CONFIDENCE, losses
from follownet.history._rates import rates

__all__ = ["CONFIDENCE", "changes", "losses", "ordered", "rates"]
