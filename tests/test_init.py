"""Importing follownet."""

from __future__ import annotations

import subprocess
import sys

import pytest

import follownet as fn


def test_importing_follownet_loads_nothing_that_is_slow_or_optional():
    """Plotting, notebooks and engines load on first use."""
    code = "import sys, follownet; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    heavy = {"matplotlib", "seaborn", "scipy", "sklearn", "numba", "jupyterlab", "nbformat"}
    assert not heavy & set(loaded.stdout.split())


def test_public_names_are_all_there():
    """Each is found, and listed for completion."""
    for name in fn.__all__:
        assert getattr(fn, name) is not None
        assert name in dir(fn)


def test_unknown_names_are_attribute_errors():
    """A misspelt name says so."""
    with pytest.raises(AttributeError, match="no attribute 'reed'"):
        fn.reed  # noqa: B018


def test_samples_are_bundled():
    """Every sample that is named is there; others are refused."""
    for name in ("instagram", "instagram-later", "world"):
        assert fn.datasets.sample(name).is_file()
    with pytest.raises(fn.errors.SchemaError, match="name: accepts instagram"):
        fn.datasets.sample("myspace")
