"""Exports without names, and names that are left in what is to be shared."""

from __future__ import annotations

import base64
import dataclasses
import json
import re
import struct
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from conftest import first
from hypothesis import given
from hypothesis import strategies as st

import follownet as fn
from follownet.errors import DamagedExportError, SchemaError, UnknownFormatError
from follownet.privacy import names_left, pseudonymise
from follownet.tables import Export, Report

SAMPLE = fn.read(fn.datasets.sample("instagram"))
PSEUDONYM = re.compile(r"(dm:)?user_[a-z2-7]{10}|\(owner\)")
ITEM = re.compile(r"item_[a-z2-7]{10}")


def texts(export: Export) -> str:
    """Return all that an export says, tables and report."""
    tables = [
        getattr(export, name).reset_index().to_csv()
        for name in ("accounts", "follows", "relations", "interactions", "posts", "coverage")
    ]
    return "\n".join([*tables, repr(export), str(export.report), export._repr_html_()])


@pytest.mark.parametrize(
    "name", first(3, ["instagram", "linkedin", "mastodon", "x", "tiktok", "medium"])
)
def test_no_name_is_left_and_figures_are_the_same(name: str) -> None:
    """Of any platform's sample; times are days, and the report says so."""
    export = fn.read(fn.datasets.sample(name))
    hidden = pseudonymise(export, key="k")
    said = pd.DataFrame({"text": texts(hidden).splitlines()})
    assert names_left(export, said).empty
    assert hidden.accounts.index.map(lambda one: bool(PSEUDONYM.fullmatch(one))).all()
    for table, column in (("interactions", "item"), ("interactions", "group"), ("posts", "post")):
        assert getattr(hidden, table)[column].dropna().str.fullmatch(ITEM.pattern).all()
    for table in ("follows", "relations", "interactions", "posts"):
        assert len(getattr(hidden, table)) == len(getattr(export, table))
    ties = "connections" if name == "linkedin" else "follows"
    one, other = export.graph(ties=ties), hidden.graph(ties=ties)
    left, right = fn.reciprocity.summary(one), fn.reciprocity.summary(other)
    for field in dataclasses.fields(left):
        if field.name != "notes":
            assert getattr(left, field.name) == pytest.approx(
                getattr(right, field.name), nan_ok=True
            )
    kinds = [one.interactions["kind"].value_counts().to_dict() for one in (export, hidden)]
    assert kinds[0] == kinds[1]
    for table, time in (("follows", "since"), ("interactions", "at")):
        times = getattr(hidden, table)[time].dropna()
        assert (times == times.dt.floor("D")).all()
    assert hidden.report is not None
    assert set(hidden.report.times["precision"]) <= {"day"}
    assert hidden.report.dated == (export.report is None or export.report.dated)


def test_rates_are_those_of_the_export() -> None:
    """Counts, rates and intervals; deleted accounts stay deleted."""
    later = fn.read(fn.datasets.sample("instagram-later"))
    rates = [
        fn.reciprocity.follow_back(one.graph())[["follows", "returned", "rate", "low"]]
        for one in (later, pseudonymise(later))
    ]
    pd.testing.assert_frame_equal(*rates)


def test_exact_times_are_kept_on_request() -> None:
    """The note says what that means."""
    hidden = pseudonymise(SAMPLE, times="exact")
    assert hidden.exported_at == SAMPLE.exported_at
    assert sorted(hidden.follows["since"]) == sorted(SAMPLE.follows["since"])
    assert hidden.report is not None
    assert "fingerprint" in hidden.report.notes[0]
    with pytest.raises(SchemaError, match="times: accepts"):
        pseudonymise(SAMPLE, times="hour")  # type: ignore[arg-type]


def test_one_key_gives_one_pseudonym_in_all_exports_and_processes() -> None:
    """Another key, or none, gives others; another platform, too."""
    later = fn.read(fn.datasets.sample("instagram-later"))
    one, two = pseudonymise(SAMPLE, "k"), pseudonymise(later, b"k")
    assert one.owners == two.owners
    both = set(SAMPLE.accounts.index) & set(later.accounts.index)
    assert len(set(one.accounts.index) & set(two.accounts.index)) == len(both)
    others = {pseudonymise(SAMPLE).owners for _ in range(2)} | {pseudonymise(SAMPLE, "l").owners}
    tiktok = fn.read(fn.datasets.sample("tiktok"))
    assert len(others | {pseudonymise(tiktok, "k").owners, one.owners}) == 5
    code = (
        "import follownet as fn; export = fn.read(fn.datasets.sample('instagram'));"
        "print(fn.privacy.pseudonymise(export, 'k').owners[0])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True
    )
    assert done.stdout.strip() == one.owners[0]


@pytest.mark.parametrize("key", ["", b"", 3])
def test_a_key_that_hides_nothing_is_refused(key: Any) -> None:
    """It would be anybody's."""
    with pytest.raises(SchemaError, match="key: is empty or no text"):
        pseudonymise(SAMPLE, key)


@given(st.lists(st.text(min_size=1), min_size=2, max_size=6, unique=True))
def test_any_names_are_hidden_and_merging_commutes(names: list[str]) -> None:
    """Markup, line breaks, other scripts: of two people's exports, before or after they merge."""
    clean = [name.encode("utf-8", "ignore").decode() or "x" for name in names]
    a, b, *rest = list(dict.fromkeys([*clean, "one", "two"]))
    exports = []
    for owner in (a, b):
        follows = pd.DataFrame({"source": owner, "target": [*rest, a, b]}).astype("str")
        coverage = pd.DataFrame(
            [{"owner": owner, "list": one, "status": "presumed"} for one in fn.tables.LISTS]
        )
        exports.append(
            Export(
                follows=follows[follows["target"] != owner],
                coverage=coverage,
                owners=(owner,),
                platform="instagram",
            )
        )
    if "(owner)" in (a, b):
        return
    before = fn.merge(pseudonymise(one, "k") for one in exports)
    after = pseudonymise(fn.merge(exports), "k")
    ties = [
        set(zip(one.follows["source"], one.follows["target"], strict=True))
        for one in (before, after)
    ]
    assert ties[0] == ties[1]
    assert before.owners == after.owners


def test_columns_that_are_not_known_and_notes_are_dropped() -> None:
    """They may hold anything; counts of posts stay."""
    report = Report(
        pd.DataFrame(
            [("ann.json", "followers", 1, 1)], columns=["file", "content", "records", "kept"]
        ),
        pd.DataFrame([("ann.json", "why", 1)], columns=["file", "reason", "records"]),
        pd.DataFrame(columns=["source", "zone", "known", "precision"]),
        notes=("about ann",),
        warnings=("ann!",),
    )
    export = Export(
        accounts=pd.DataFrame({"account": ["ann"], "name": ["Ann"], "city": ["Berlin"]}),
        posts=pd.DataFrame({"post": ["p"], "account": ["me"], "title": ["Ann"], "followers": [3]}),
        coverage=pd.DataFrame(
            {"owner": ["me"], "list": ["followers"], "status": ["partial"], "note": ["not ann"]}
        ),
        owners=("me",),
        report=report,
    )
    hidden = pseudonymise(export)
    assert "city" not in hidden.accounts
    assert "title" not in hidden.posts
    assert hidden.posts["followers"].tolist() == [3]
    assert "ann" not in texts(hidden).casefold()
    assert hidden.tells("followers") == export.tells("followers")


WORLD = Export(
    accounts=pd.DataFrame({"account": ["ann.smith", "bo"], "name": ["Änn O'Brien", None]}),
    owners=("zoe_77",),
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("with ann.smith here", 1),
        ("WITH ANN.SMITH and ANN.SMITH", 2),
        ("ann smith", 1),
        ("a note to A\u0308nn O&#x27;Brien", 1),
        ("zoe_77, zoe_778", 1),
        ("ann.smithers, joann.smith", 0),
        ("bo", 0),
    ],
)
def test_names_are_found_as_whole_words(tmp_path: Path, text: str, found: int) -> None:
    """Whatever their case and spelling in Unicode; those that are too short are counted."""
    (tmp_path / "a.html").write_text(f"first\n{text}\n", encoding="utf-8", newline="\n")
    table = names_left(WORLD, tmp_path / "a.html")
    assert table["times"].sum() == found
    assert table["place"].tolist() == ["line 2"] * bool(found)
    assert table.attrs == {"searched": 3, "too_short": 1}


def png(*chunks: tuple[bytes, bytes]) -> bytes:
    ended = (*chunks, (b"IEND", b""))
    body = b"".join(struct.pack(">I4s", len(data), kind) + data + bytes(4) for kind, data in ended)
    return b"\x89PNG\r\n\x1a\n" + body


TEXT = b"ann.smith"
PICTURES = {
    "tEXt": png((b"IHDR", bytes(13)), (b"tEXt", b"Title\0" + TEXT)),
    "zTXt": png((b"zTXt", b"Title\0\0" + zlib.compress(TEXT))),
    "iTXt": png((b"iTXt", b"Title\0\x01\0en\0Titel\0" + zlib.compress(TEXT))),
}


@pytest.mark.parametrize("kind", PICTURES)
def test_texts_of_pictures_are_searched(tmp_path: Path, kind: str) -> None:
    """In files, and in notebooks that hold them."""
    (tmp_path / "a.png").write_bytes(PICTURES[kind])
    assert names_left(WORLD, tmp_path / "a.png")["place"].tolist() == ["text in the picture"]
    cell = {
        "source": ["x\n", "y"],
        "outputs": [{"data": {"image/png": base64.b64encode(PICTURES[kind]).decode()}}],
    }
    (tmp_path / "a.ipynb").write_text(json.dumps({"cells": [cell]}), encoding="utf-8", newline="\n")
    assert names_left(WORLD, tmp_path / "a.ipynb")["place"].tolist() == ["cell 1, output image/png"]


def test_notebooks_are_searched_cell_by_cell(tmp_path: Path) -> None:
    """Sources, printed text, tables, drawings and tracebacks."""
    outputs = [
        {"text": ["ann.", "smith"]},
        {"data": {"text/html": "<td>ann.smith</td>", "image/svg+xml": "<text>zoe_77</text>"}},
        {"traceback": ["KeyError: 'zoe_77'"]},
        {"data": {"application/json": {"name": "ann.smith"}}},
    ]
    cells = [{"source": "1"}, {"source": "'zoe_77'", "outputs": outputs}]
    (tmp_path / "a.ipynb").write_text(json.dumps({"cells": cells}), encoding="utf-8", newline="\n")
    table = names_left(WORLD, tmp_path / "a.ipynb")
    assert table["place"].tolist() == [
        "cell 2",
        "cell 2, output text",
        "cell 2, output text/html",
        "cell 2, output image/svg+xml",
        "cell 2, output traceback",
        "cell 2, output application/json",
    ]
    assert "ann" not in table.to_string()


def test_tables_are_searched_by_column(tmp_path: Path) -> None:
    """Of which a name may be that of a person."""
    table = pd.DataFrame({"who": ["ann.smith", None], "Ann Smith": [1, 2], "n": [3, 4]})
    places = ["column who", "column 3"]
    assert names_left(WORLD, table)["place"].tolist() == places
    table.to_parquet(tmp_path / "a.parquet")
    assert names_left(WORLD, tmp_path / "a.parquet")["place"].tolist() == places


@pytest.mark.parametrize(
    ("name", "content", "kind", "message"),
    [
        ("a.ipynb", b"{", DamagedExportError, "is no notebook"),
        ("a.png", PICTURES["tEXt"][:-20], DamagedExportError, "cut off"),
        ("a.parquet", b"PAR1xxxx", DamagedExportError, "Parquet file that cannot be read"),
        ("a.bin", bytes(10), UnknownFormatError, "is no text; accepts"),
    ],
)
def test_what_cannot_be_searched_says_why(
    tmp_path: Path, name: str, content: bytes, kind: type[Exception], message: str
) -> None:
    """Nothing found would be the wrong answer."""
    (tmp_path / name).write_bytes(content)
    with pytest.raises(kind, match=message):
        names_left(WORLD, tmp_path / name)
    with pytest.raises(UnknownFormatError, match="no such file"):
        names_left(WORLD, tmp_path / "nothing")


def test_committed_notebooks_name_the_sample_and_reports_of_pseudonyms_do_not(
    tmp_path: Path,
) -> None:
    """The bundled notebooks show the synthetic account; one run on its pseudonyms would not."""
    notebook = fn.datasets.bundled("notebooks") / "01-who-follows-back.ipynb"
    assert names_left(SAMPLE, notebook)["names"].sum() > 10
    lists = fn.reciprocity.alters(pseudonymise(SAMPLE).graph())
    (tmp_path / "a.html").write_text(lists.to_html(), encoding="utf-8", newline="\n")
    assert names_left(SAMPLE, tmp_path / "a.html").empty


def test_what_is_no_export_and_no_source_is_refused(tmp_path: Path) -> None:
    """As where the arguments were exchanged; with the type, and nothing of what is in it."""
    export = fn.read(fn.datasets.sample("youtube"))
    wrong: Any = tmp_path
    for call in (
        lambda: fn.privacy.pseudonymise(wrong),
        lambda: fn.privacy.names_left(wrong, wrong),
        lambda: fn.privacy.names_left(export, export.follows["target"]),  # type: ignore[arg-type]
    ):
        with pytest.raises(SchemaError, match=r"is no Export|is a Series"):
            call()
    with pytest.raises(UnknownFormatError, match="is a folder"):
        fn.privacy.names_left(export, tmp_path)
