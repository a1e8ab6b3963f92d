"""Who an account of the fediverse is: ``user@host``, in lower case, since case means nothing."""

from __future__ import annotations

import re
from typing import Any, Final

_HOST: Final = r"[\w-]{1,63}(?:\.[\w-]{1,63})+(?::\d{1,5})?"
_USER: Final = r"[\w.+~-]{1,128}"
_ADDRESS: Final = re.compile(rf"@?(?P<user>{_USER})(?:@(?P<host>{_HOST}))?")
#: Of an account, and of a post below it. Servers that show accounts of others name their host.
_URL: Final = re.compile(
    rf"https?://(?P<host>{_HOST})/(?:users/|@)(?P<user>{_USER})(?:@(?P<home>{_HOST}))?"
    r"(?:[/?#].*)?",
    re.DOTALL,
)
_SITE: Final = re.compile(rf"https?://(?P<host>{_HOST})(?:[/?#].*)?", re.DOTALL)


def address(value: Any, home: str | None = None) -> str | None:
    """Return the account that a text names, a bare local name with the host `home` if known."""
    if not isinstance(value, str):
        return None
    found = _ADDRESS.fullmatch(value.strip().lower())
    if found is None:
        return None
    host = found["host"] or home
    return f"{found['user']}@{host}" if host else found["user"]


def is_full(value: str) -> bool:
    """Return whether a text is an address with its host."""
    found = _ADDRESS.fullmatch(value.strip().lower())
    return found is not None and found["host"] is not None


def of_url(value: Any) -> str | None:
    """Return the account that the address of a profile or of a post names, or None.

    ``https://host/users/NAME/statuses/1`` and ``https://host/@NAME/1`` do; those of other software
    (``/notes/1``, ``/objects/1``) do not.
    """
    found = _URL.fullmatch(value.strip().lower()) if isinstance(value, str) else None
    return None if found is None else f"{found['user']}@{found['home'] or found['host']}"


def host_of(value: Any) -> str | None:
    """Return the host of a URL, or None."""
    found = _SITE.fullmatch(value.strip().lower()) if isinstance(value, str) else None
    return None if found is None else found["host"]
