"""The command line, run as people run it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import follownet as fn
from follownet import cli

SAMPLE = str(fn.datasets.sample("instagram"))


def run(*arguments):
    """Return the finished process of ``python -m follownet``."""
    return subprocess.run(
        [sys.executable, "-m", "follownet", *arguments], capture_output=True, text=True, timeout=120
    )


def test_summary_prints_counts_rates_and_intervals(capsys):
    """The numbers of the sample, and no name but the owner's."""
    assert cli.main(["summary", SAMPLE]) == 0
    printed = capsys.readouterr().out
    for line in ("followers 66", "following 63", "mutual 52"):
        assert line in printed.splitlines()
    assert " 82.5%  71.4%-90.0%" in printed
    assert " 78.8%  67.5%-86.9%" in printed
    assert "of 31 ties where the owner followed first, 20 are mutual" in printed
    assert "of 46 ties where the other did, 32 are mutual" in printed
    export = fn.read(SAMPLE)
    others = set(export.accounts.index) - set(export.owners)
    assert not [name for name in others if name in printed]


def test_summary_of_a_doubtful_list_warns_on_standard_error(tmp_path, capsys):
    """P5: a list that starts years after the other is warned of, and the exit code is 0."""
    folder = tmp_path / "connections" / "followers_and_following"
    folder.mkdir(parents=True)
    record = '{"string_list_data": [{"value": "ann", "timestamp": %d}]}'
    (folder / "followers_1.json").write_text(f"[{record % 1_700_000_000}]", encoding="utf-8")
    (folder / "following.json").write_text(
        f'{{"relationships_following": [{record % 1_400_000_000}]}}', encoding="utf-8"
    )
    assert cli.main(["summary", str(tmp_path)]) == 0
    shown = capsys.readouterr()
    assert "warning: the followers list is suspect" in shown.err
    assert "followers list suspect" in shown.out


def test_errors_are_one_line_with_exit_code_1(tmp_path):
    """No traceback for what a person can mend."""
    with zipfile.ZipFile(tmp_path / "holiday.zip", "w") as archive:
        archive.writestr("Maria.jpg", b"x")
    for path, part in (
        (tmp_path / "holiday.zip", "no export"),
        (tmp_path / "none", "no such file"),
    ):
        process = run("summary", str(path))
        assert process.returncode == 1
        assert process.stdout == ""
        assert len(process.stderr.splitlines()) == 1
        assert part in process.stderr
        assert "Maria" not in process.stderr


def test_a_missing_list_says_what_is_there_and_what_is_needed(tmp_path, capsys):
    """What could be read is shown before the error."""
    file = tmp_path / "following.json"
    file.write_text('[{"string_list_data": [{"value": "ann", "timestamp": 1}]}]', encoding="utf-8")
    assert cli.main(["summary", str(file)]) == 1
    shown = capsys.readouterr()
    assert "followers list missing" in shown.out
    assert "would make it known" in shown.err


def test_owner_and_date_can_be_told(tmp_path, capsys):
    """What an export does not say, its owner knows."""
    for name in ("followers_1", "following"):
        (tmp_path / f"{name}.json").write_text(
            '[{"string_list_data": [{"value": "ann", "timestamp": 1500000000}]}]', encoding="utf-8"
        )
    told = ["--owner", "me", "--exported-at", "2026-03-01"]
    assert cli.main(["summary", str(tmp_path), *told]) == 0
    assert capsys.readouterr().out.startswith("instagram export of me, 2026-03-01")


@pytest.mark.parametrize("arguments", [[], ["summary"], ["dance"]])
def test_wrong_usage_is_exit_code_2(arguments, capsys):
    """As every command line has it."""
    with pytest.raises(SystemExit) as caught:
        cli.main(arguments)
    assert caught.value.code == 2
    capsys.readouterr()


def test_help_has_examples(capsys):
    """The first thing people try."""
    with pytest.raises(SystemExit) as caught:
        cli.main(["--help"])
    assert caught.value.code == 0
    assert "follownet report export.zip -o report.html" in capsys.readouterr().out


def test_lab_copies_notebooks_and_never_overwrites(tmp_path, monkeypatch, capsys):
    """A notebook in the folder belongs to the user; the bundled ones are copied around it."""
    commands = []
    monkeypatch.setattr(
        cli.subprocess, "call", lambda command, env: commands.append((command, env)) or 0
    )
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "00-quickstart.ipynb").write_text("my work", encoding="utf-8")
    assert cli.main(["lab", str(folder), "--no-browser", "--port", "8899"]) == 0
    assert (folder / "00-quickstart.ipynb").read_text(encoding="utf-8") == "my work"
    assert (folder / "01-who-follows-back.ipynb").is_file()
    assert "1 kept as they were" in capsys.readouterr().out
    ((command, env),) = commands
    assert command[:3] == [sys.executable, "-m", "jupyterlab"]
    assert "--no-browser" in command
    assert "--ServerApp.port=8899" in command
    assert env["JUPYTER_PREFER_ENV_PATH"] == "1"
    config = Path(env["JUPYTER_CONFIG_PATH"].split(os.pathsep)[0], "labconfig", "page_config.json")
    assert json.loads(config.read_text(encoding="utf-8"))["disabledExtensions"]
    assert os.environ.get("PATH") == env.get("PATH")


def test_ignore_file_is_read_line_by_line(tmp_path):
    """Empty lines and comments are no accounts."""
    file = tmp_path / "ignore.txt"
    file.write_bytes("\ufeff# brands\r\n@ann\r\n\r\nbob\r\n".encode())
    assert cli._names(str(file)) == ("@ann", "bob")
    with pytest.raises(fn.errors.SchemaError, match="no such file that can be read"):
        cli._names(str(tmp_path / "none"))
