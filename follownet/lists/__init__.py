"""The lists people come for: who does not follow back, fans, requests, and whom one left.

`of` makes them from an export, `save` writes them for a spreadsheet, `browse` shows one as a
table that can be searched and sorted. They name other people: keep them to yourself.

An account tied to the owner is in exactly one of ``not_following_back``, ``fans``, ``mutual``,
``too_early`` and ``deleted``. ``pending`` and ``recently_unfollowed`` stand beside them: an
account can be in one of those and in one of these.
"""

from follownet.lists._files import save
from follownet.lists._lists import COLUMNS, MEANING, Lists, of
from follownet.lists._page import Browser, browse

__all__ = ["COLUMNS", "MEANING", "Browser", "Lists", "browse", "of", "save"]
