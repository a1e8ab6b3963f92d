"""The report: a notebook executed on an export, as one file."""

from __future__ import annotations

import re

import nbformat
import pytest
from conftest import star

import follownet as fn
from follownet import report
from follownet.errors import DamagedExportError, FollownetError, SchemaError
from follownet.simulation import write as write_export


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """Return the report of the sample."""
    file = tmp_path_factory.mktemp("report") / "report.html"
    assert report.write(fn.datasets.sample("instagram"), file) == file
    assert [path.name for path in file.parent.iterdir()] == ["report.html"]
    return file.read_text(encoding="utf-8")


def test_report_holds_tables_and_figures(page):
    """Four figures, the rates, and the lists with names."""
    assert len(re.findall(r"<img[^>]+data:image/png;base64,", page)) == 4
    alters = fn.reciprocity.alters(fn.load(fn.datasets.sample("instagram")))
    waiting = alters.index[alters["state"] == "following"]
    assert all(name in page for name in waiting)
    assert "received" in page


def test_report_asks_for_nothing_from_the_network(page):
    """One file, which can be read without a connection; only a click leads out of it."""
    site = r"https://www\.instagram\.com/[a-z0-9._]+"
    profile = rf'<a href="{site}" rel="noopener noreferrer" target="_blank">'
    assert len(re.findall(profile, page)) > 66
    rest = re.sub(profile, "", page)
    assert not re.findall(r"""(?:src|href)\s*=\s*["']?(?:https?:)?//[^"'> ]+""", rest)
    assert not re.findall(r"@import|url\(\s*['\"]?https?:", page)


def test_report_folds_the_code_away(page):
    """The code is there, closed."""
    folded = re.findall(r"<details class=\"follownet-code\">", page)
    assert len(folded) >= 10
    assert "<details open" not in page


def test_p30_names_with_markup_are_escaped(tmp_path):
    """P30: a display name is text, whatever it holds."""
    export = star()
    named = export.accounts.assign(handle=export.accounts.index)
    named.loc["me", "name"] = "<script>alert(1)</script>"
    evil = fn.Export(
        accounts=named,
        follows=export.follows,
        platform="instagram",
        owners=("me",),
        exported_at=export.exported_at,
        coverage=export.coverage,
    )
    source = write_export(evil, tmp_path / "evil.zip")
    file = report.write(source, tmp_path / "report.html", ignore=["bob"])
    text = file.read_text(encoding="utf-8")
    assert "<script>alert(1)" not in text
    assert "left out as asked for: 1" in text


def test_errors_of_ours_come_through_as_they_are(tmp_path):
    """The notebook adds nothing to what was wrong, and no file is left."""
    bad = tmp_path / "bad.zip"
    bad.write_bytes(b"PK\x03\x04 torn")
    with pytest.raises(DamagedExportError, match=r"bad\.zip: is damaged or cut off"):
        report.write(bad, tmp_path / "report.html")
    assert not (tmp_path / "report.html").exists()


def test_a_folder_that_is_not_there_is_an_error(tmp_path):
    """Nothing is computed before it is known where to write."""
    with pytest.raises(SchemaError, match="nothing can be written"):
        report.write("any.zip", tmp_path / "none" / "report.html")
    with pytest.raises(SchemaError, match="is a folder"):
        report.write("any.zip", tmp_path)


def test_p33_other_failures_name_cell_and_kind_alone():
    """P33: what a failing cell says could name people."""
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell("raise KeyError('Maria')")]
    )
    with pytest.raises(
        FollownetError, match=r"cell \[1\] of the notebook failed with KeyError"
    ) as e:
        report.execute(notebook)
    assert "Maria" not in str(e.value)
    assert e.value.__context__ is None


def test_paths_cannot_leave_their_quotes():
    """A path is data in the notebook, never code."""
    cell = nbformat.v4.new_code_cell("PATH = 1", metadata={"tags": ["parameters"]})
    notebook = nbformat.v4.new_notebook(cells=[cell])
    path = "a\"'\\\n); import os #\u2028"
    report._set_parameters(notebook, {"PATH": [path]})
    values: dict[str, object] = {}
    exec(cell.source, values)
    assert values["PATH"] == [path]
