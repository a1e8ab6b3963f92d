"""Facebook's files as a world fills them: read back in every layout."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from same import require_same, written
from same import rows as table_of

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


PEOPLE = st.dictionaries(NAMES.filter(lambda name: "#" not in name), TIMES, max_size=5)
RELATIONS = ("friend", "friend_removed", "requested", "request_received")


@given(
    PEOPLE,
    st.integers(0, 3),
    st.fixed_dictionaries(dict.fromkeys(RELATIONS[1:], PEOPLE)),
    PEOPLE,
    PEOPLE,
    st.sampled_from(list(facebook.LAYOUTS)),
)
@pytest.mark.filterwarnings("ignore:the follow")
def test_what_is_written_is_read_back(
    friends: dict[str, int | None],
    again: int,
    others: dict[str, dict[str, int | None]],
    followers: dict[str, int | None],
    following: dict[str, int | None],
    layout: str,
) -> None:
    """Any names in any lists, of the friends one several times; followers lose their times."""
    owner = "The Owner"
    rows = [(owner, name, "friend", at) for name, at in friends.items()]
    # The first record of a name has no number: in the file the newest is first, undated ones last.
    for number in range(2, 2 + again if friends else 0):
        _, name, _, at = rows[0]
        rows.append((owner, f"{name}#{number}", "friend", at and at - number))
    for relation, people in others.items():
        for name, at in people.items():
            ends = (name, owner) if relation == "request_received" else (owner, name)
            rows.append((*ends, relation, at))
    ties = [(name, owner, None) for name in followers]
    ties += [(owner, name, at) for name, at in following.items()]
    events = [at for at in friends.values() if at]
    done = [(owner, kind, at) for kind in ("comment", "like") for at in events]
    posts = [(owner, f"{at}-1", at, "post", len(others)) for at in set(events)]
    export = Export(
        relations=stamped(rows, ["source", "target", "relation", "at"]),
        follows=stamped(ties, ["source", "target", "since"]),
        interactions=stamped(done, ["source", "kind", "at"]),
        posts=stamped(posts, ["account", "post", "at", "format", "text_length"]),
        owners=(owner,),
        platform="facebook",
        exported_at=AT,
    )
    with tempfile.TemporaryDirectory() as folder:
        found = written(export, Path(folder) / ZIP, layout=layout)
    for table in ("relations", "follows", "interactions", "posts"):
        pd.testing.assert_frame_equal(table_of(found, table), table_of(export, table))
    assert list(found.coverage["records"]) == [len(followers), len(following)]


def stamped(rows: list[Any], columns: list[str]) -> pd.DataFrame:
    """Return rows as a table, seconds as times."""
    frame = pd.DataFrame(rows, columns=columns)
    time = columns[-1] if columns[-1] in ("at", "since") else "at"
    frame[time] = pd.to_datetime(frame[time].astype("Int64"), unit="s", utc=True)
    text = [column for column in columns if column not in (time, "text_length")]
    return frame.astype(dict.fromkeys(text, "str"))


def test_equal_tables_are_equal_bytes(view: Export, tmp_path: Path) -> None:
    """Nothing else decides; other layouts are refused."""
    one, other = (write(view, tmp_path / name).read_bytes() for name in ("a.zip", "b.zip"))
    assert one == other
    with pytest.raises(SchemaError, match="layout: accepts only"):
        write(view, tmp_path / "c.zip", layout="2011")
