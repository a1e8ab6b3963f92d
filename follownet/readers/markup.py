"""Whether the tags of a page can be parsed in bounded time and memory.

A parser follows the HTML standard, which takes time by the square of how deep elements nest
and of how many attributes a tag has, and repeats every open element of style in each new
paragraph. Pages of exports nest 13 deep in every sample; their tags are plain and all closed.
"""

from __future__ import annotations

import re

#: Parsing a page this short takes a moment, whatever it holds, so it may be damaged.
_SHORT = 2**12
#: Up to here depth costs no more than length does in other ways.
_DEEPEST = 2_500
#: Elements of style that are open at once, or were not closed where they should.
_STYLED = 8

_NAME = r"[A-Za-z][\w:.-]*+"
_VALUE = r"""\s*+=\s*+(?:"[^"<]*+"|'[^'<]*+'|[^\s"'<>=`]++)"""
#: A tag, a declaration or comment, or a sign in a text; none has another sign inside.
_PLAIN = re.compile(
    rf"<(?:(/?)({_NAME})(?:\s++{_NAME}(?:{_VALUE})?+){{0,40}}+\s*+/?>|[!?][^<>]*+>|(?![A-Za-z/!?]))"
)
_VOID = frozenset("area base br col hr img input link meta source wbr".split())
_STYLES = frozenset("a b big code em font i nobr s small strike strong tt u".split())
#: Inside these an element without content is one with content.
_FOREIGN = re.compile(r"<(?:svg|math)\b", re.IGNORECASE)


def is_plain(page: str) -> bool:
    """Return whether a page is short, or has plain tags alone and few elements open at once.

    A tag closes the element that was opened last, or counts as none: whether it closes another
    one is not as easily told.
    """
    if len(page) <= _SHORT:
        return True
    tags = _PLAIN.findall(page)
    if len(tags) != page.count("<"):
        return False
    void = frozenset[str]() if _FOREIGN.search(page) else _VOID
    open_now: list[str] = []
    styles = 0
    for closes, name in tags:
        if not closes and name and name not in void:
            open_now.append(name)
            styles += name.lower() in _STYLES
            if len(open_now) > _DEEPEST or styles > _STYLED:
                return False
        elif closes and open_now and open_now[-1] == name:
            open_now.pop()
            styles -= name.lower() in _STYLES
    return True
