"""Who is who in LinkedIn's export: by the profile's link, else by name."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Final
from urllib.parse import unquote

#: Before the name of a company, which no person's id begins with.
COMPANY: Final = "company:"
#: What a person without account is called.
REMOVED: Final = "LinkedIn Member"

_LINK: Final = re.compile(
    r"(?:https?://)?(?:[a-z]+\.)?linkedin\.com/(in|pub)/([^?#]*)(?:[?#].*)?", re.I | re.S
)


def slug(link: str) -> str | None:
    """Return what a profile's link names, decoded and in lower case, or None."""
    found = _LINK.fullmatch(link.strip())
    if found is None:
        return None
    path = found[2].strip("/ ")
    # A language may follow the name; in links of old (pub) numbers do, which belong to it.
    if found[1].lower() == "in":
        path = path.partition("/")[0]
    named = unquote(path).strip("/ ").lower()
    return person(named) if named else None


def person(name: str) -> str:
    """Return an id of a person, which is none of a company."""
    return f"in/{name}" if name.startswith(COMPANY) else name


class People:
    """The people whom the files have named so far."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self.ambiguous = 0
        self._by_name: set[str] = set()
        self._called: defaultdict[str, dict[str, None]] = defaultdict(dict)

    def add(self, link: str, name: str) -> str | None:
        """Return the account of a record, None of one that names nobody."""
        one = slug(link)
        if one is None:
            return self.named(name)
        if one in self._by_name:
            one = f"in/{one}"
        if name and name != REMOVED:
            self.names[one] = self.names.get(one) or name
            self._called[name][one] = None
        return one

    def distinct(self, name: str) -> str:
        """Return a new account of someone who is known by name alone."""
        base, number = person(name), 1
        one = base
        while one in self.names:
            number += 1
            one = f"{base}#{number}"
        self.names[one] = name
        self._by_name.add(one)
        self._called[name][one] = None
        return one

    def reserve(self, one: str) -> None:
        """Keep an account, the owner's, from being given to another of that name."""
        self.names[one] = ""

    def named(self, name: str) -> str | None:
        """Return whom a name means: the one of that name, else an account of its own."""
        if not name or name == REMOVED:
            return None
        known = self._called.get(name, {})
        if len(known) == 1:
            return next(iter(known))
        if not known:
            return self.distinct(name)
        self.ambiguous += 1
        one = f"{person(name)}#?"
        self.names[one] = name
        return one

    def knows(self, name: str) -> bool:
        """Return whether someone is called so."""
        return name in self._called
