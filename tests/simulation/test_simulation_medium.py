"""Medium's pages as a world fills them: read back, over several pages, too."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from same import require_same, written

from follownet.simulation import medium, world, write
from follownet.tables import Export


@pytest.fixture(scope="module")
def view() -> Export:
    small = world(accounts=60, seed=1)
    return small.view(small.accounts.index[0], "2026-05-11", platform="medium")


@pytest.mark.parametrize("size", [1_000, 7])
def test_a_simulated_account_is_read_back(
    view: Export, tmp_path: Path, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All tables."""
    monkeypatch.setattr(medium, "PAGE", size)
    require_same(written(view, tmp_path / "a.zip"), view)


NAMES = st.text(st.sampled_from("abé_.9界"), min_size=1, max_size=8)


@given(st.lists(NAMES, max_size=5, unique=True), st.lists(NAMES, max_size=3, unique=True))
def test_what_is_written_is_read_back(people: list[str], publications: list[str]) -> None:
    """People and publications of any names, the same ones among them."""
    targets = [*people, *(f"pub:{name}" for name in publications)]
    coverage = pd.DataFrame(
        [("followers", "missing", None), ("following", "presumed", len(targets))],
        columns=["list", "status", "records"],
    ).assign(owner="me!")
    types = pd.DataFrame({"account": targets, "type": None}).astype("str")
    types["type"] = types["type"].mask(types["account"].str.startswith("pub:"), "business")
    export = Export(
        accounts=types,
        follows=pd.DataFrame({"source": "me!", "target": targets}).astype("str"),
        coverage=coverage,
        owners=("me!",),
        platform="medium",
    )
    with tempfile.TemporaryDirectory() as folder:
        found = written(export, Path(folder) / "a.zip")
    require_same(found, export)


def test_equal_tables_are_equal_bytes(view: Export, tmp_path: Path) -> None:
    """Nothing else decides."""
    one, other = (write(view, tmp_path / name).read_bytes() for name in ("a.zip", "b.zip"))
    assert one == other
