"""Facebook's files as a world fills them: read back in every layout."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from same import require_same, written

from follownet.errors import SchemaError
from follownet.simulation import facebook, world, write
from follownet.tables import Export

ZIP = "facebook-someone-2026-05-11-aBc123.zip"
AT = pd.Timestamp("2026-05-11", tz="UTC")


@pytest.fixture(scope="module")
def view() -> Export:
    small = world(accounts=60, seed=1)
    return small.view(small.accounts.index[0], AT, platform="facebook")


@pytest.mark.parametrize("layout", facebook.LAYOUTS)
def test_a_simulated_account_is_read_back(view: Export, layout: str, tmp_path: Path) -> None:
    """All tables, in every layout."""
    require_same(written(view, tmp_path / ZIP, layout=layout), view)


NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Zs"]), min_size=1)
TIMES = st.one_of(st.none(), st.integers(1_200_000_000, 1_778_457_599))


@settings(max_examples=25, deadline=None)
@given(
    st.dictionaries(NAMES.filter(lambda name: "#" not in name), TIMES, max_size=5),
    st.integers(0, 3),
    st.sampled_from(list(facebook.LAYOUTS)),
)
@pytest.mark.filterwarnings("ignore:the follow")
def test_what_is_written_is_read_back(friends: dict[str, Any], again: int, layout: str) -> None:
    """Any names, the first of them several times."""
    owner = "The Owner"
    friends.pop(owner, None)
    accounts = dict.fromkeys(friends, "")
    rows = list(friends.items())
    for number in range(2, 2 + again if friends else 0):
        rows.append((f"{rows[0][0]}#{number}", 1_300_000_000 - number))
    rows.sort(key=lambda row: -(row[1] or 0))
    # The first record of a name has no number.
    ordered = sorted({row[0].partition("#")[0] for row in rows})
    assert set(ordered) == set(accounts)
    relations = pd.DataFrame(rows, columns=["target", "at"]).assign(source=owner, relation="friend")
    relations["at"] = pd.to_datetime(relations["at"].astype("Int64"), unit="s", utc=True)
    known = relations["at"].dropna()
    coverage = pd.DataFrame(
        [{"owner": owner, "list": one, "status": "presumed", "records": 0}
         for one in ("followers", "following")]
    )  # fmt: skip
    export = Export(
        relations=relations.astype({"target": "str"}),
        coverage=coverage,
        owners=(owner,),
        platform="facebook",
        exported_at=AT,
    )
    with tempfile.TemporaryDirectory() as folder:
        found = written(export, Path(folder) / ZIP, layout=layout)
    assert len(found.relations) == len(rows)
    assert sorted(found.relations["at"].dropna()) == sorted(known)
    names = {account.partition("#")[0] for account in found.relations["target"]}
    assert names == set(accounts)


def test_equal_tables_are_equal_bytes(view: Export, tmp_path: Path) -> None:
    """Nothing else decides; other layouts are refused."""
    one, other = (write(view, tmp_path / name).read_bytes() for name in ("a.zip", "b.zip"))
    assert one == other
    with pytest.raises(SchemaError, match="layout: accepts only"):
        write(view, tmp_path / "c.zip", layout="2011")
