"""The report: a notebook executed on an export, as one file."""

from __future__ import annotations

import re
import zipfile

import nbformat
import pytest

import follownet as fn
from follownet import report
from follownet.errors import DamagedExportError, FollownetError, SchemaError

MARKUP = b"<script>alert(1)</script>"


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """Return the report of the sample, whose owner's name is markup, with one account left out."""
    sample = fn.datasets.sample("instagram")
    export = fn.read(sample)
    name = export.accounts.loc[export.owners[0], "name"].encode()
    folder = tmp_path_factory.mktemp("report")
    source = tmp_path_factory.mktemp("export") / sample.name
    with zipfile.ZipFile(sample) as old, zipfile.ZipFile(source, "w") as new:
        members = {one: old.read(one) for one in old.namelist()}
        assert any(name in content for content in members.values())
        for one, content in members.items():
            new.writestr(one, content.replace(name, MARKUP))
    assert fn.read(source).accounts.loc[export.owners[0], "name"] == MARKUP.decode()
    alters = fn.reciprocity.alters(export.graph())
    someone = alters.index[alters["state"] == "mutual"][0]
    file = folder / "report.html"
    assert report.write(source, file, ignore=[someone]) == file
    assert [path.name for path in folder.iterdir()] == ["report.html"]
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


def test_p30_names_with_markup_are_escaped(page):
    """P30: a display name is text, whatever it holds."""
    assert MARKUP.decode() not in page


def test_report_says_how_many_were_left_out_as_asked_for(page):
    """Of the lists alone."""
    assert "left out as asked for: 1" in page


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


def test_what_is_printed_stays_whole():
    """Where a kernel cuts it is chance, and a line might end in the next output."""
    code = "import sys\nfor one in ('a', '\\n', 'b', '\\n'):\n    print(one, end='', flush=True)"
    document = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    report.execute(document)
    [output] = document.cells[0].outputs
    assert output["text"] == "a\nb\n"
