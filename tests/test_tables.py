"""The schema, its validation and Export."""

from __future__ import annotations

import pandas as pd
import pytest
from conftest import star

from follownet import Export
from follownet.errors import SchemaError
from follownet.tables import SCHEMA, Report, conform, empty


def test_every_table_of_an_empty_export_has_its_columns_and_dtypes():
    """An export of nothing still has the whole schema."""
    export = Export()
    for name, columns in SCHEMA.items():
        table = getattr(export, name)
        assert {column: str(dtype) for column, dtype in table.dtypes.items()} == columns
        assert table.empty


def test_absent_columns_are_added_and_further_ones_kept_last():
    """One's own table may have fewer columns, and more."""
    ties = pd.DataFrame({"target": ["b"], "source": ["a"], "place": ["x"]})
    follows = Export(follows=ties).follows
    assert list(follows.columns) == ["source", "target", "since", "place"]
    assert follows["since"].isna().all()


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (["2024-05-01T00:00:00Z"], "2024-05-01T00:00:00Z"),
        (pd.to_datetime(["2024-05-01T02:00:00+02:00"]), "2024-05-01T00:00:00Z"),
        (pd.to_datetime(["2024-05-01"]).tz_localize("UTC").as_unit("ns"), "2024-05-01T00:00:00Z"),
    ],
)
def test_times_are_brought_to_utc_microseconds(given, wanted):
    """Whatever names an instant is one."""
    ties = pd.DataFrame({"source": ["a"], "target": ["b"], "since": given})
    since = Export(follows=ties).follows["since"]
    assert str(since.dtype) == "datetime64[us, UTC]"
    assert since[0] == pd.Timestamp(wanted)


def test_integer_ids_become_text_and_whole_floats_become_counts():
    """Nothing is lost, so dtypes are brought into line."""
    ties = pd.DataFrame({"source": [2**60], "target": [1]})
    posts = pd.DataFrame({"post": ["p"], "account": ["a"], "likes": [3.0]})
    export = Export(follows=ties, posts=posts)
    assert export.follows["source"][0] == "1152921504606846976"
    assert export.posts["likes"][0] == 3


def test_all_problems_come_in_one_error_without_quoting_a_value():
    """Each problem names table and column, none a cell."""
    bad = pd.DataFrame(
        {"source": ["Maria Secret", None], "target": [1.5, 2.5], "since": ["yesterday", "2024"]}
    )
    posts = pd.DataFrame({"post": ["p"], "account": ["a"], "likes": ["many"]})
    with pytest.raises(SchemaError) as caught:
        Export(follows=bad, posts=posts, relations=[], exported_at=pd.Timestamp("2024-01-01"))
    message = str(caught.value)
    for part in (
        "follows.source: is missing in 1 of 2 rows",
        "follows.target: holds floats",
        "follows.since: 1 values are no ISO 8601 times",
        "posts.likes: 1 values are no whole numbers",
        "relations: is a list, not a pandas DataFrame",
        "exported_at: is no pandas.Timestamp with a time zone",
    ):
        assert part in message
    assert "Maria" not in message
    assert "yesterday" not in message
    assert "many" not in message


def test_epoch_numbers_are_refused_since_their_unit_is_unknown():
    """1700000000 may be seconds or milliseconds: the caller has to say."""
    ties = pd.DataFrame({"source": ["a"], "target": ["b"], "since": [1_700_000_000]})
    with pytest.raises(SchemaError, match="holds numbers"):
        Export(follows=ties)


def test_naive_times_are_refused():
    """A time without zone is not an instant."""
    ties = pd.DataFrame({"source": ["a"], "target": ["b"], "since": pd.to_datetime(["2024-01-01"])})
    with pytest.raises(SchemaError, match="no time zone"):
        Export(follows=ties)


def test_coverage_accepts_only_its_words_and_one_row_a_list():
    """A misspelt status would silently count as not observed."""
    rows = {"owner": ["a", "a"], "list": ["followers"] * 2, "status": ["presumed", "complete"]}
    with pytest.raises(SchemaError) as caught:
        Export(coverage=pd.DataFrame(rows), owners=("a",))
    assert "coverage.status" in str(caught.value)
    assert "two rows for one owner and list" in str(caught.value)


def test_owners_have_to_be_a_tuple_and_coverage_about_them():
    """One text would be taken letter by letter; a stranger's list observes nothing here."""
    rows = pd.DataFrame({"owner": ["x"], "list": ["followers"], "status": ["presumed"]})
    with pytest.raises(SchemaError) as caught:
        Export(owners="abc", coverage=rows)
    assert "owners: is one text" in str(caught.value)
    assert "coverage.owner: 1 rows are about someone who is no owner" in str(caught.value)


def test_repeated_account_ids_are_refused():
    """An account has one row."""
    with pytest.raises(SchemaError, match=r"accounts\.account: has missing or repeated ids"):
        Export(accounts=pd.DataFrame({"account": ["a", "a"]}))


def test_everyone_named_anywhere_has_a_row_in_accounts():
    """Ids in any table are accounts, and known attributes stay."""
    known = pd.DataFrame({"account": ["a"], "name": ["Ada"]})
    ties = pd.DataFrame({"source": ["a"], "target": ["b"]})
    events = pd.DataFrame({"source": ["c"], "target": [None], "kind": ["like"]})
    export = Export(accounts=known, follows=ties, interactions=events, owners=("o",), platform="x")
    assert sorted(export.accounts.index) == ["a", "b", "c", "o"]
    assert export.accounts.loc["a", "name"] == "Ada"
    assert export.accounts.loc["c", "platform"] == "x"


def test_rows_whose_labels_repeat_are_not_multiplied():
    """Tables put together by `pandas.concat` have labels twice, and further columns."""
    row = pd.DataFrame({"source": ["a"], "target": ["b"], "kind": ["like"], "note": ["kept"]})
    export = Export(interactions=pd.concat([row, row.assign(target="c", note="too")]))
    assert export.interactions["target"].tolist() == ["b", "c"]
    assert export.interactions["note"].tolist() == ["kept", "too"]


def test_export_does_not_change_its_arguments():
    """Tables given stay as they were."""
    ties = pd.DataFrame({"source": [1], "target": [2]})
    Export(follows=ties)
    assert list(ties.columns) == ["source", "target"]
    assert ties["source"].dtype == "int64"


def test_conform_reports_instead_of_raising():
    """The caller gathers problems of all tables."""
    problems: list[str] = []
    table = conform("follows", None, problems)
    assert problems == ["follows: is a NoneType, not a pandas DataFrame"]
    assert table.equals(empty("follows"))


def test_export_shows_itself_in_terminal_and_notebook():
    """Both views tell platform, owner, date, sizes and what the lists are worth."""
    export = star(statuses={"followers": "suspect"})
    for view in (str(export), export._repr_html_()):
        for part in ("instagram export of me, 2026-03-01", "suspect", "interactions"):
            assert part in view


def test_p30_names_are_escaped_in_html():
    """P30: an owner called like a tag stays text."""
    export = Export(owners=("<img src=x>",), platform="<b>")
    assert "<img" not in export._repr_html_()
    assert "&lt;img" in export._repr_html_()


def test_report_tells_what_was_read_left_out_and_doubted():
    """Text and HTML hold files with counts, skipped records with reason, notes, warnings."""
    report = Report(
        files=pd.DataFrame({"file": ["f"], "content": ["likes"], "records": [5], "kept": [4]}),
        skipped=pd.DataFrame({"file": ["f"], "reason": ["<torn>"], "records": [1]}),
        times=pd.DataFrame(
            {"source": ["all"], "zone": ["UTC"], "known": [True], "precision": ["second"]}
        ),
        notes=("a choice",),
        warnings=("a doubt",),
    )
    for part in ("likes", "5", "4", "<torn>", "a choice", "warning: a doubt", "UTC"):
        assert part in str(report)
    assert "&lt;torn&gt;" in report._repr_html_()
    assert "<torn>" not in report._repr_html_()


def test_engagement_graph_counts_events_that_name_someone():
    """Weights are numbers of events; events without target are counted apart."""
    events = pd.DataFrame(
        [
            ("me", "ann", "like"),
            ("me", "ann", "like"),
            ("zoe", "me", "message"),
            ("me", None, "like"),
        ],
        columns=["source", "target", "kind"],
    )
    export = star(interactions=events)
    G = export.engagement_graph()
    assert G["me"]["ann"]["weight"] == 2
    assert G["zoe"]["me"]["weight"] == 1
    assert G.graph["without_target"] == 1
    assert "eve" in G
    assert list(export.engagement_graph(["message"]).edges) == [("zoe", "me")]
    with pytest.raises(SchemaError, match="kinds: 1 of 1 are not in this export"):
        export.engagement_graph(["wave"])
