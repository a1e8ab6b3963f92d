"""Where chance comes from: a seed, and nothing else."""

from __future__ import annotations

import operator

import numpy as np

from follownet.errors import SchemaError


def generator(seed: int) -> np.random.Generator:
    """Return a source of random numbers; equal seeds give equal ones in every process.

    Raises
    ------
    SchemaError
        For a seed that is no whole number, or below 0.

    Examples
    --------
    >>> int(generator(7).integers(100)) == int(generator(7).integers(100))
    True
    """
    return np.random.default_rng(whole_number(seed, "seed", least=0))


def whole_number(value: int, name: str, least: int) -> int:
    """Return a whole number of at least `least`; raise `SchemaError` for anything else."""
    try:
        number = operator.index(value)
    except TypeError:
        raise SchemaError(
            f"{name}: give a whole number, at least {least}; got a {type(value).__name__}"
        ) from None
    if number < least:
        raise SchemaError(f"{name}: give at least {least}, got {number}")
    return number
