"""What breaks on Windows alone: encodings and ends of lines left to it, names it cannot write."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import follownet as fn
from follownet.errors import DamagedExportError, FollownetWarning
from follownet.simulation import write
from follownet.tables import Export

ROOT = Path(__file__).parents[1]
SOURCES = [
    *(
        file.relative_to(ROOT).as_posix()
        for folder in ("follownet", "benchmarks")
        for file in sorted((ROOT / folder).rglob("*.py"))
    ),
    "tests/notebooks.py",
]
#: Open what is no text, or no file.
OPENERS = {"tarfile", "gzip", "bz2", "lzma", "zipfile", "os"}
LINES = {"write_text": "newline", "to_csv": "lineterminator"}
SYSTEM = {"run", "Popen", "check_output"}
FOLLOWERS = "connections/followers_and_following/followers_1.json"
FOLLOWING = "connections/followers_and_following/following.json"
#: Named by Microsoft, "Naming Files, Paths, and Namespaces".
ILLEGAL = re.compile(
    r'[<>:"|?*\\\x00-\x1f]|[. ](/|$)|(^|/)(con|prn|aux|nul|com\d|lpt\d)(\.|/|$)', re.IGNORECASE
)


def left_to_the_system(source: str) -> Iterator[str]:
    """Yield the calls that open text without an encoding, or write it without ends of lines."""
    for call in ast.walk(ast.parse(source)):
        if not isinstance(call, ast.Call):
            continue
        called = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        called = call.func.id if isinstance(call.func, ast.Name) else called
        owner = getattr(getattr(call.func, "value", None), "id", "")
        given = {keyword.arg for keyword in call.keywords}
        needed = set()
        if called == "open" and owner not in OPENERS and not _of_an_archive(call):
            place = 0 if isinstance(call.func, ast.Attribute) else 1
            given_mode = call.args[place] if len(call.args) > place else None
            mode = given_mode.value if isinstance(given_mode, ast.Constant) else "r"
            needed = set() if "b" in mode else {"encoding"}
            needed |= {"newline"} if needed and set(mode) & set("wxa") else set()
        elif ast.unparse(call.func) == "pyarrow.csv.read_csv":
            pass  # its encoding stands in the options, and is UTF-8 on every system
        elif called in ("read_text", "write_text", "to_csv", "read_csv"):
            needed = {"encoding"} | ({LINES[called]} if called in LINES else set())
        elif called in SYSTEM and given & {"text", "universal_newlines"}:
            needed = {"encoding"}
        if needed - given:
            yield f"line {call.lineno}: {called} without {', '.join(sorted(needed - given))}"


def _of_an_archive(call: ast.Call) -> bool:
    """Return whether what is opened is a member of an archive: a variable, and no mode."""
    method = isinstance(call.func, ast.Attribute)
    return method and len(call.args) == 1 and not isinstance(call.args[0], ast.Constant)


@pytest.mark.parametrize("name", SOURCES)
def test_encodings_and_ends_of_lines_are_never_left_to_the_system(name: str) -> None:
    """Also where no test comes by: there they differ from those of the others."""
    assert [*left_to_the_system((ROOT / name).read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("open('a')", "open without encoding"),
        ("path.open()", "open without encoding"),
        ("path.open('rb'); open('a', 'wb'); self._zip.open(key)", ""),
        ("path.open('w', encoding='utf-8')", "open without newline"),
        ("path.open('w', encoding='utf-8', newline='')", ""),
        ("path.read_text()", "read_text without encoding"),
        ("path.write_text(text, encoding='utf-8')", "write_text without newline"),
        ("table.to_csv(file)", "to_csv without encoding, lineterminator"),
        ("subprocess.run(command, text=True)", "run without encoding"),
        ("subprocess.run(command, encoding='utf-8'); gzip.open(path)", ""),
    ],
)
def test_the_search_finds_what_is_left_to_the_system(source: str, found: str) -> None:
    """Every form of it that Python has here."""
    assert ", ".join(left_to_the_system(source)).endswith(found)
    assert bool([*left_to_the_system(source)]) == bool(found)


OPENED = """
import json, sys, warnings
import follownet as fn
fn.read(fn.datasets.sample("instagram"))
seen = []
def hook(event, arguments):
    if event.split(".")[0] in ("open", "os", "shutil", "tempfile"):
        seen.extend(str(argument) for argument in arguments)
sys.addaudithook(hook)
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    export = fn.read(sys.argv[1])
print(json.dumps([len(export.follows), seen]))
"""


def record(name: str, at: int = 1_700_000_000) -> dict[str, object]:
    """Return a follow."""
    link = f"https://www.instagram.com/{name}"
    return {"title": "", "string_list_data": [{"href": link, "value": name, "timestamp": at}]}


def packed(path: Path, names: list[str]) -> Path:
    """Return a zip with two lists of one follow each, and files of these names."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(FOLLOWERS.replace("/", "\\"), json.dumps([record("ann")]))
        followed = {"relationships_following": [record("bob")]}
        archive.writestr(FOLLOWING.replace("/", "\\"), json.dumps(followed))
        for name in names:
            archive.writestr(zipfile.ZipInfo(name), b"[]")
    return path


ODD = [
    "CON.json", "aux/nul.html", "LPT1", "connections\\prn\\followers_2.json.", "name. ",
    "a\\..b\\c", "followers_1.json ", "connections/followers_1.json:stream",
    "xy:z.json", "a<b>|c?*.json",
]  # fmt: skip


def test_names_of_members_are_matched_and_never_opened(tmp_path: Path) -> None:
    """Not even asked for: on Windows to ask for a device may wait for it."""
    path = packed(tmp_path / "a.zip", ODD)
    command = [sys.executable, "-c", OPENED, str(path)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)
    follows, seen = json.loads(done.stdout)
    assert follows == 2
    inside = [argument for argument in seen if argument != str(path) and "\\" not in argument]
    assert str(path) in seen
    parts = ("CON", "aux", "nul", "LPT1", "prn", "stream", "followers", "following", "?*")
    assert not [argument for argument in inside for part in parts if part in Path(argument).name]


@pytest.mark.parametrize(
    "name", ["C:followers_1.json", "c:\\x.json", "\\\\server\\share\\x", "\\x.json", "a\\..\\..\\x"]
)
def test_names_of_drives_shares_and_parents_are_refused(name: str, tmp_path: Path) -> None:
    """Relative to a drive, too, which looks like a name with a stream."""
    with pytest.raises(DamagedExportError, match="leads out of the archive"):
        fn.read(packed(tmp_path / "a.zip", [name]))


def sample() -> Export:
    """Return the sample whose people are called what no file can be."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FollownetWarning)
        export = fn.read(fn.datasets.sample("instagram"))
    odd = ["CON", "a:b", "nul.", 'x"?*', "..", "a\\b/c", "\u0000"]
    names = [odd[place % len(odd)] for place in range(len(export.accounts))]
    return replace(export, accounts=export.accounts.assign(name=names))


def written(folder: Path) -> dict[str, bytes]:
    """Return all that follownet writes of the sample, by path."""
    export = sample()
    for layout in ("2020", "2022", "2023", "2024-07", "2025-08", "2026"):
        write(export, folder / layout, layout=layout)
    write(export, folder / "pages", form="html")
    fn.lists.save(fn.lists.of(export), folder / "lists")
    for ending in ("csv", "graphml", "gexf"):
        fn.write(fn.read(fn.datasets.sample("instagram")).graph(), folder / f"graph.{ending}")
    files = (file for file in folder.rglob("*") if file.is_file())
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}


def test_what_is_written_can_be_named_and_read_anywhere(tmp_path: Path) -> None:
    """Names that Windows can hold, apart in more than case; lines end as the format has it."""
    files = written(tmp_path)
    assert len(files) > 100
    assert [name for name in files if ILLEGAL.search(name)] == []
    assert len({name.lower() for name in files}) == len(files)
    assert max(map(len, files)) < 150
    for name, content in files.items():
        lines, returns = content.count(b"\n"), content.count(b"\r")
        # RFC 4180 has CRLF, which spreadsheets expect.
        assert returns == (lines if name.startswith("lists/") else 0), name


def test_the_check_of_names_knows_the_rules() -> None:
    """Devices with any ending, dots and spaces at the end of any part, signs."""
    bad = ["a/CON", "con.json", "nul.tar.gz", "a./b", "a ", "a:b", "x?", "com1/x", "a\nb", "a\\b"]
    assert [name for name in bad if not ILLEGAL.search(name)] == []
    good = ["console.json", "a.b/c", "follow_requests_you've_received.json", ".hidden", "nullo"]
    assert [name for name in good if ILLEGAL.search(name)] == []


def test_committed_files_can_be_checked_out() -> None:
    """Names of samples and notebooks."""
    folders = [ROOT / "data", ROOT / "notebooks", ROOT / "follownet", ROOT / "tests"]
    names = [
        file.relative_to(ROOT).as_posix()
        for folder in folders
        for file in folder.rglob("*")
        if "__pycache__" not in file.parts
    ]
    assert len(names) > 50
    assert [name for name in names if ILLEGAL.search(name)] == []
