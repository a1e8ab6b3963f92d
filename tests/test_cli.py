"""The command line, run as people run it."""

from __future__ import annotations

import csv
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


def run(*arguments, encoding="utf-8"):
    """Return the finished process of ``python -m follownet``, its console in this encoding."""
    return subprocess.run(
        [sys.executable, "-m", "follownet", *arguments],
        capture_output=True,
        encoding=encoding,
        env=os.environ | {"PYTHONIOENCODING": encoding},
        timeout=120,
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


def test_summary_without_dates_says_what_cannot_be_known(capsys):
    """An archive of X has none of follows: nothing about who was first, or how long it is."""
    assert cli.main(["summary", str(fn.datasets.sample("x"))]) == 0
    said = capsys.readouterr().out
    assert "no follow is known to be older than 60d" in said
    assert "who was first is not known of 52 mutual ties" in said
    assert "for 0 it is too early to tell, of 11 it is not known" in said
    assert "followed first" not in said


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


def test_connections_are_counted_and_what_became_of_asking(capsys):
    """Nothing is said of follow-back, which is no question there."""
    assert cli.main(["summary", str(fn.datasets.sample("linkedin"))]) == 0
    shown = capsys.readouterr().out
    assert "connections 52, mutual by construction" in shown
    assert "95.2%  77.3%-99.2%     of 21 accounts of invitations sent, 20 are connected" in shown
    assert "follow back" not in shown


def test_lists_are_written_counted_and_name_no_one(tmp_path, capsys):
    """The counts of the sample, a file each; what was left out is counted alone."""
    export = fn.read(SAMPLE)
    fans = list(fn.lists.of(export)["fans"].index)
    ignore = tmp_path / "brands.txt"
    ignore.write_text(f"# brands\n@{fans[0].upper()}\n{fans[1]}\nnobody_at_all\n", encoding="utf-8")
    out = tmp_path / "out"
    assert cli.main(["lists", SAMPLE, "--out", str(out), "--ignore", str(ignore)]) == 0
    shown = capsys.readouterr()
    lines = shown.out.splitlines()
    for count, meaning, file in (
        (11, "do not follow back", "not-following-back.csv"),
        (12, "follow, and are not followed", "fans.csv"),
        (52, "follow each other", "mutual.csv"),
        (1, "asked, and not answered yet", "pending.csv"),
        (2, "the owner unfollowed lately", "recently-unfollowed.csv"),
        (0, "followed too lately to tell", "too-early.csv"),
        (0, "deleted accounts", "deleted.csv"),
    ):
        assert f"{count:>6}  {meaning:<28}  {out / file}" in lines
        with (out / file).open(encoding="utf-8-sig", newline="") as stream:
            assert len(list(csv.DictReader(stream))) == count
    assert f"left out: 2 accounts, of 3 in {ignore}" in lines
    named = [*export.accounts.index, *export.accounts["name"].dropna()]
    assert not [name for name in named if name in shown.out + shown.err]


def test_lists_take_the_window_and_what_is_told(tmp_path, capsys):
    """A follow of 28 days is too early at 60 days, and told at 20."""
    (tmp_path / "followers_1.json").write_text("[]", encoding="utf-8")
    (tmp_path / "following.json").write_text(
        '[{"string_list_data": [{"value": "ann", "timestamp": 1769904000}]}]', encoding="utf-8"
    )
    told = ["--out", str(tmp_path / "out"), "--owner", "me", "--exported-at", "2026-03-01"]
    assert cli.main(["lists", str(tmp_path), *told]) == 0
    early = capsys.readouterr().out
    assert "     1  followed too lately to tell" in early
    assert cli.main(["lists", str(tmp_path), *told, "--window", "20D"]) == 0
    later = capsys.readouterr().out
    assert "     1  do not follow back" in later
    assert "pending: unknown; this export has no file of them" in later
    assert cli.main(["lists", str(tmp_path), *told, "--window", "soon"]) == 1
    assert "window: is no span of time" in capsys.readouterr().err


def test_lists_without_a_follow_list_are_those_that_can_be_known(tmp_path, capsys):
    """What needs the list is told as unknown, with the reason; no empty file is written."""
    for name in ("following", "recently_unfollowed_accounts"):
        (tmp_path / f"{name}.json").write_text(
            '[{"string_list_data": [{"value": "ann", "timestamp": 1500000000}]}]', encoding="utf-8"
        )
    out = tmp_path / "out"
    assert cli.main(["lists", str(tmp_path), "--out", str(out)]) == 0
    printed = capsys.readouterr().out
    assert "     1  the owner unfollowed lately" in printed
    assert "fans: unknown; follow-back cannot be known: the followers list" in printed
    assert [file.name for file in out.iterdir()] == ["recently-unfollowed.csv"]
    (tmp_path / "recently_unfollowed_accounts.json").unlink()
    assert cli.main(["lists", str(tmp_path), "--out", str(out)]) == 1
    assert "none of the lists can be known" in capsys.readouterr().err


def test_lists_into_a_file_are_an_error(tmp_path, capsys):
    """One line; the file stays as it is."""
    file = tmp_path / "mine.txt"
    file.write_text("mine", encoding="utf-8")
    assert cli.main(["lists", SAMPLE, "--out", str(file)]) == 1
    assert "mine.txt: is no folder" in capsys.readouterr().err
    assert file.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("encoding", [pytest.param("ascii", marks=pytest.mark.slow), "cp1252"])
def test_a_console_that_lacks_a_letter_is_no_reason_to_fail(tmp_path, encoding):
    """Windows: what cannot be shown is a question mark, in answers as in errors."""
    out = tmp_path / "listes→été"
    process = run("lists", SAMPLE, "--out", str(out), encoding=encoding)
    assert process.returncode == 0, process.stderr
    assert ("listes?été" if encoding == "cp1252" else "listes??t?") in process.stdout
    assert len(list(out.iterdir())) == 7
    process = run("summary", str(tmp_path / "none→"), encoding=encoding)
    assert process.returncode == 1
    assert "none?: " in process.stderr
    assert "Traceback" not in process.stderr


def test_owner_and_date_can_be_told(tmp_path, capsys):
    """What an export does not say, its owner knows."""
    for name in ("followers_1", "following"):
        (tmp_path / f"{name}.json").write_text(
            '[{"string_list_data": [{"value": "ann", "timestamp": 1500000000}]}]', encoding="utf-8"
        )
    told = ["--owner", "me", "--exported-at", "2026-03-01"]
    assert cli.main(["summary", str(tmp_path), *told]) == 0
    assert capsys.readouterr().out.startswith("instagram export of me, 2026-03-01")


@pytest.mark.parametrize("arguments", [[], ["summary"], ["dance"], ["lists", "export.zip"]])
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


LATER = str(fn.datasets.sample("instagram-later"))


def test_diff_says_who_came_and_went_and_why(capsys, tmp_path):
    """Q30: in any order; the numbers agree with `history.changes`, names stand under them."""
    assert cli.main(["diff", LATER, SAMPLE, "--out", str(tmp_path / "out")]) == 0
    printed = capsys.readouterr().out
    assert "what changed from 2026-05-11 to 2026-08-11" in printed
    changes = fn.history.changes(fn.read(SAMPLE), fn.read(LATER))
    for word, gone, new in (
        ("followers", "lost", "gained"),
        ("following", "unfollowed", "followed"),
        ("mutual", "no_longer_mutual", "newly_mutual"),
    ):
        counts = [int(changes[mark].sum()) for mark in (gone, new)]
        assert f"{word:<10}{counts[0]:>8}{counts[1]:>8}" in printed.splitlines()
        for mark in (gone, new):
            assert all(account in printed for account in changes.index[changes[mark]])
    assert "lunar_pebble: unfollowed unlikely, deactivated likely" in printed
    assert "2026-08-11     85.1%  74.7%-91.7%     +2.5 (-4.4 to +10.1)" in printed
    files = {path.name for path in (tmp_path / "out").iterdir()}
    assert files == {"changes.csv", "losses.csv", "rates.csv"}
    with (tmp_path / "out" / "changes.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = {row["account"]: row for row in csv.DictReader(stream)}
    assert sorted(rows) == sorted(changes.index)
    assert {name for name, row in rows.items() if row["lost"] == "True"} == set(
        changes.index[changes["lost"]]
    )


def test_diff_of_a_folder_orders_it_by_itself(capsys):
    """What else lies there, of other platforms too, is counted and warned of."""
    folder = Path(SAMPLE).parent
    assert cli.main(["diff", str(folder), "--platform", "instagram"]) == 0
    shown = capsys.readouterr()
    assert "what changed from 2026-05-11 to 2026-08-11" in shown.out
    assert "warning: " in shown.err
    assert "entries are no exports" in shown.err


def test_p28a_diff_of_undated_exports(tmp_path, capsys):
    """P28a: two are taken in the order given, with a warning; dates make it known."""
    paths = []
    for name, following in (("a", ["ann", "bob"]), ("b", ["ann"])):
        folder = tmp_path / name / "followers_and_following"
        folder.mkdir(parents=True)
        for file, people in (("followers_1", ["ann"]), ("following", following)):
            records = [
                {"string_list_data": [{"value": person, "timestamp": 1_400_000_000}]}
                for person in people
            ]
            (folder / f"{file}.json").write_text(json.dumps(records), encoding="utf-8")
        paths.append(str(tmp_path / name))
    assert cli.main(["diff", *paths]) == 0
    shown = capsys.readouterr()
    assert "from an unknown day to an unknown day" in shown.out
    assert "nothing dates the old export" in shown.err
    assert "no longer followed, whoever ended it (1): bob" in shown.out
    dates = ["--exported-at", "2026-01-01", "--exported-at", "2026-02-01"]
    assert cli.main(["diff", *paths, *dates]) == 0
    assert "from 2026-01-01 to 2026-02-01" in capsys.readouterr().out
    assert cli.main(["diff", *paths, *dates[:2]]) == 1
    assert "1 dates for 2 exports" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("paths", "message"),
    [
        ([SAMPLE], "needs two exports, or the folder"),
        ([str(Path(SAMPLE).parent / "nothing"), SAMPLE], "no such file"),
        ([SAMPLE, SAMPLE], "have the date of another"),
    ],
)
def test_diff_needs_two_exports(paths, message, capsys):
    """One, a missing one, or the same twice."""
    assert cli.main(["diff", *paths]) == 1
    assert message in capsys.readouterr().err


def test_advice_is_in_terms_of_the_command(tmp_path, capsys):
    """Errors and notes of functions name arguments; here they are flags."""
    folder = tmp_path / "connections" / "followers_and_following"
    folder.mkdir(parents=True)
    record = '[{"string_list_data": [{"value": "ann", "timestamp": 1400000000}]}]'
    for name in ("followers_1", "following"):
        (folder / f"{name}.json").write_text(record, encoding="utf-8")
    assert cli.main(["summary", str(tmp_path)]) == 0
    printed = capsys.readouterr().out
    assert "--exported-at gives the date" in printed
    assert "--owner names it" in printed
    assert "exported_at=" not in printed
    assert cli.main(["diff", str(tmp_path), str(tmp_path), SAMPLE, "--owner", "me"]) == 1
    assert "--exported-at gives the date" in capsys.readouterr().err


def test_threads_inside_an_export_are_read_on_request(tmp_path, capsys):
    """--platform chooses which of the two in one zip is meant."""
    export = fn.read(SAMPLE)
    threads = fn.Export(follows=export.follows.head(3), platform="threads", owners=export.owners)
    path = fn.simulation.write(export, tmp_path / "both.zip", threads=threads)
    assert cli.main(["summary", str(path)]) == 0
    shown = capsys.readouterr().out
    assert "instagram export of livelyshore" in shown
    assert "--platform " in shown
    assert cli.main(["summary", str(path), "--platform", "threads"]) == 0
    assert "threads export of livelyshore" in capsys.readouterr().out


def test_p28a_a_folder_takes_no_dates(capsys):
    """P28a: which export they belong to could not be told."""
    folder = str(Path(SAMPLE).parent)
    assert cli.main(["diff", folder, "--exported-at", "2026-01-01"]) == 1
    assert "give the exports themselves" in capsys.readouterr().err


@pytest.mark.parametrize("date", ["01.02.2025", "1/2/2025", "2025", "today"])
def test_dates_are_of_one_form(date, capsys):
    """The first of February in one country is the second of January in another."""
    assert cli.main(["summary", SAMPLE, "--exported-at", date]) == 1
    assert "is no time; accepts such as 2026-05-11" in capsys.readouterr().err


@pytest.mark.parametrize("window", ["60", " 60.5 ", "+60"])
def test_a_window_has_a_unit(window, capsys, tmp_path):
    """Sixty what? pandas would take nanoseconds."""
    assert cli.main(["lists", SAMPLE, "--out", str(tmp_path), "--window", window]) == 1
    assert "window: is no span of time" in capsys.readouterr().err


def test_zone_and_precision_of_times_are_told(capsys, tmp_path):
    """Those of pages are assumed unless they are given."""
    path = str(fn.simulation.write(fn.read(SAMPLE), tmp_path / "a.zip", form="html"))
    assert cli.main(["summary", path]) == 0
    assert "times of HTML files: UTC (assumed), to the minute" in capsys.readouterr().out
    assert cli.main(["summary", path, "--zone", "Asia/Kolkata"]) == 0
    assert "times of HTML files: Asia/Kolkata, to the minute" in capsys.readouterr().out
    assert cli.main(["summary", SAMPLE]) == 0
    assert "times of JSON files: UTC, to the second" in capsys.readouterr().out


def test_a_list_of_an_earlier_run_is_told(capsys, tmp_path):
    """It stays, but is no list of this export."""
    (tmp_path / "pending.csv").write_text("old", encoding="utf-8")
    export = fn.read(SAMPLE)
    only = fn.Export(follows=export.follows, owners=export.owners, platform="instagram")
    path = str(fn.simulation.write(only, tmp_path / "a.zip"))
    assert cli.main(["lists", path, "--out", str(tmp_path)]) == 0
    assert "pending.csv is of an earlier run" in capsys.readouterr().out


def test_profile_links_are_ignored_like_names(tmp_path, capsys):
    """As they stand in the lists."""
    waiting = fn.lists.of(fn.read(SAMPLE))["not_following_back"]
    ignore = tmp_path / "ignore.txt"
    ignore.write_bytes(b"\xef\xbb\xbf" + "\r\n".join(waiting["link"]).encode())
    options = ["--out", str(tmp_path / "out"), "--ignore", str(ignore)]
    assert cli.main(["lists", SAMPLE, *options]) == 0
    printed = capsys.readouterr().out
    assert "     0  do not follow back" in printed
    assert f"left out: {len(waiting)} accounts" in printed


def test_a_reader_that_stops_early_is_no_error():
    """As `| head` does."""
    process = subprocess.Popen(
        [sys.executable, "-m", "follownet", "diff", SAMPLE, LATER],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    process.stdout.close()
    error = process.stderr.read().decode()
    process.stderr.close()
    process.wait(timeout=60)
    assert "Traceback" not in error
    assert "BrokenPipe" not in error
