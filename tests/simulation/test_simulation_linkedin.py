"""LinkedIn's files as a world fills them: read back, and shaped as the real ones."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from same import require_same, rows, written

import follownet as fn
from follownet.errors import SchemaError
from follownet.simulation import linkedin, world, write
from follownet.tables import Export

SAMPLE = Path(__file__).parents[3] / "shared" / "exports" / "linkedin-2026"
ZIP = "Complete_LinkedInDataExport_05-11-2026.zip"
AT = pd.Timestamp("2026-05-11", tz="UTC")


@pytest.fixture(scope="module")
def view() -> Export:
    small = world(accounts=60, seed=1)
    return small.view(small.accounts.index[0], AT, platform="linkedin")


@pytest.mark.parametrize("preamble", [True, False])
def test_a_simulated_account_is_read_back(view: Export, preamble: bool, tmp_path: Path) -> None:
    """All tables, with links."""
    require_same(written(view, tmp_path / ZIP, preamble=preamble), view)


@pytest.mark.parametrize("layout", linkedin.LAYOUTS)
def test_older_years_have_the_same_times(view: Export, layout: str, tmp_path: Path) -> None:
    """Accounts are names there, all else is as it was."""
    found = written(view, tmp_path / ZIP, layout=layout)
    for relation in ("connection", "requested", "request_received"):
        times = [
            one.relations.loc[one.relations["relation"] == relation, "at"].sort_values().tolist()
            for one in (found, view)
        ]
        assert times[0] == times[1]
    assert (
        rows(found, "posts")
        .drop(columns="account")
        .equals(rows(view, "posts").drop(columns="account"))
    )
    assert (
        found.interactions["kind"].value_counts().equals(view.interactions["kind"].value_counts())
    )


SLUGS = st.text(st.sampled_from("abé-9界%#"), min_size=1, max_size=6)
NAMES = st.text(st.sampled_from("aBé,\"'\n;🙂界"), min_size=1, max_size=6).filter(str.strip)
DAYS = st.one_of(st.none(), st.integers(13_000, 20_000))


@given(
    st.dictionaries(SLUGS, st.tuples(NAMES, DAYS), max_size=5),
    st.dictionaries(SLUGS, DAYS, max_size=4),
    st.dictionaries(NAMES.map(str.strip), DAYS, max_size=4),
)
@pytest.mark.filterwarnings("ignore:the follow")
def test_what_is_written_is_read_back(
    connected: dict[str, Any], invited: dict[str, Any], companies: dict[str, Any]
) -> None:
    """Any names and links, with and without times."""

    def days(values: Any) -> Any:
        return pd.to_datetime(pd.Series(list(values), dtype="Int64"), unit="D", utc=True)

    ties = pd.concat(
        [
            pd.DataFrame({"target": list(connected), "relation": "connection"}).assign(
                at=days(day for _, day in connected.values())
            ),
            pd.DataFrame({"target": list(invited), "relation": "requested"}).assign(
                at=days(invited.values())
            ),
        ],
        ignore_index=True,
    ).assign(source="owner-1")
    follows = pd.DataFrame({"target": [f"company:{name}" for name in companies]}).assign(
        source="owner-1", since=days(companies.values())
    )
    names = pd.DataFrame({"name": {one: name.strip() for one, (name, _) in connected.items()}})
    expected = Export(
        accounts=names.astype("str").rename_axis("account"),
        relations=ties[["source", "target", "relation", "at"]].astype({"target": "str"}),
        follows=follows[["source", "target", "since"]].astype({"target": "str"}),
        owners=("owner-1",),
        platform="linkedin",
        exported_at=AT,
    )
    with tempfile.TemporaryDirectory() as folder:
        path = write(expected, Path(folder, ZIP))
        found = fn.read(path, owner="owner-1")
    kept = {one: " ".join(name.split(" ")) for one, name in names["name"].items()}
    assert {one: found.accounts["name"][one] for one in kept} == kept
    for table in ("relations", "follows"):
        pd.testing.assert_frame_equal(rows(found, table), rows(expected, table))


@pytest.mark.skipif(not SAMPLE.exists(), reason="real exports are not in the repository")
@pytest.mark.parametrize("name", ["Connections.csv", "Invitations.csv", "Company Follows.csv"])
def test_headers_are_those_of_the_real_export(view: Export, name: str, tmp_path: Path) -> None:
    """With the lines before them."""
    path = write(view, tmp_path / "export")
    lines = 4 if name == "Connections.csv" else 1
    heads = [(one / name).read_text("utf-8").split("\n")[:lines] for one in (path, SAMPLE)]
    assert heads[0] == heads[1]


def test_equal_tables_give_equal_bytes(view: Export, tmp_path: Path) -> None:
    """And another layout is refused."""
    first, second = (write(view, tmp_path / f"{n}.zip").read_bytes() for n in "ab")
    assert first == second
    with pytest.raises(SchemaError, match="layout"):
        write(view, tmp_path / "c.zip", layout="1999")


@given(st.dictionaries(NAMES.map(str.strip), DAYS, max_size=5), st.sampled_from(["2018", "2021"]))
def test_names_are_accounts_without_links(connected: dict[str, Any], layout: str) -> None:
    """Those invited by name are those connected by name."""
    at = pd.to_datetime(pd.Series(list(connected.values()), dtype="Int64"), unit="D", utc=True)
    ties = pd.DataFrame({"source": "Me Own", "target": list(connected), "at": at}).astype(
        {"source": "str", "target": "str"}
    )
    both = [ties.assign(relation=relation) for relation in ("connection", "requested")]
    people = [*connected, "Me Own"]
    expected = Export(
        accounts=pd.DataFrame({"name": people}, index=people).rename_axis("account"),
        relations=pd.concat(both)[["source", "target", "relation", "at"]],
        owners=("Me Own",),
        platform="linkedin",
        exported_at=AT,
    )
    with tempfile.TemporaryDirectory() as folder:
        found = written(expected, Path(folder, ZIP), layout=layout)
    pd.testing.assert_frame_equal(rows(found, "relations"), rows(expected, "relations"))
    assert found.owners == ("Me Own",)
