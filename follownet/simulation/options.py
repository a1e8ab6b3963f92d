"""What a caller may choose of how an export is written."""

from __future__ import annotations

from collections.abc import Iterable

from follownet.errors import SchemaError


def require(name: str, value: str, known: Iterable[str], where: str = "") -> None:
    """Raise `SchemaError` unless the value of an option is among those known."""
    if value not in known:
        raise SchemaError(f"{name}: accepts only {', '.join(known)}{where}")
