"""Files that are damaged, made to do harm, or something else: errors say it and name no one."""

from __future__ import annotations

import builtins
import random
import traceback
import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sheets as s

import follownet as fn
from follownet.errors import (
    DamagedExportError,
    FollownetError,
    FollownetWarning,
    MissingExtraError,
    SchemaError,
    UnknownFormatError,
)

NAME = "zqplant"
GOOD = "ID,Date,Likes\n" + "".join(f"{day},2026-08-{day},5\n" for day in range(10, 30))


@pytest.mark.parametrize(
    ("content", "kind", "message"),
    [
        (b"", DamagedExportError, r"empty file \(0 bytes\)"),
        (b"\xef\xbb\xbf\r\n \r\n", DamagedExportError, "nothing in it but empty lines"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512),
            UnknownFormatError,
            r"save it as \.xlsx",
        ),
        (bytes(range(256)) * 4, UnknownFormatError, "is no text in UTF-8, UTF-16 or Windows-1252"),
        (b"\xff\xfe\x00", UnknownFormatError, "is no text"),
        (b'{"likes": [1, 2]}', UnknownFormatError, "no table of posts"),
        (b"source,target,since\na,b,2026-01-01\n", UnknownFormatError, "no table of posts"),
        (b"\x89PNG\r\n\x1a\n" + bytes(64), UnknownFormatError, "is no text"),
        (GOOD.encode() + b'30,"2026', DamagedExportError, "line 22: a quote in it is never closed"),
        (b"ID,Date,Likes\n1,2026-08-01\n2,2026\n", DamagedExportError, "2 of 2 rows .* line 2"),
    ],
)
def test_what_is_no_table_is_refused(
    tmp_path: Path, content: bytes, kind: type[Exception], message: str
) -> None:
    """Empty, unreadable and unknown are told apart, with the file and what to do."""
    path = s.saved(tmp_path, content)
    with pytest.raises(kind, match=message) as caught:
        fn.read_posts(path)
    assert str(caught.value).startswith(str(path))


def test_missing_files_and_folders(tmp_path: Path) -> None:
    """They are no empty ones."""
    with pytest.raises(UnknownFormatError, match="there is no such file"):
        fn.read_posts(tmp_path / "none.csv")
    with pytest.raises(DamagedExportError, match="there is no file in it"):
        fn.read_posts(tmp_path)


def test_a_last_line_that_is_cut(tmp_path: Path) -> None:
    """It is left out with a warning; a whole one without a line end is kept."""
    with pytest.warns(FollownetWarning, match="its last line is cut off"):
        export = fn.read_posts(s.saved(tmp_path, GOOD + "30,2026-08-30"))
    assert len(export.posts) == 20
    assert len(fn.read_posts(s.saved(tmp_path, GOOD + "30,2026-08-30,5")).posts) == 21


def test_a_few_rows_of_another_width(tmp_path: Path) -> None:
    """One in ten may be lost, with its line; empty cells at the end are none."""
    with pytest.warns(FollownetWarning, match="1 rows are wider or narrower .* line 22"):
        export = fn.read_posts(s.saved(tmp_path, GOOD + "30,2026-08-30,1,234\n31,2026-08-31,5,,\n"))
    assert len(export.posts) == 21


def test_the_limit_is_kept(tmp_path: Path) -> None:
    """Of texts and of workbooks, by what they become."""
    path = s.saved(tmp_path, GOOD)
    with pytest.raises(DamagedExportError, match="raise it with limit="):
        fn.read_posts(path, limit=100)
    with pytest.raises(DamagedExportError, match="raise it with limit="):
        fn.read_posts(s.workbook(tmp_path, s.PAGE), limit=100)


def test_names_that_lead_out_of_a_zip(tmp_path: Path) -> None:
    """Nothing is written anywhere, and it is refused."""
    path = tmp_path / "out.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../Table data.csv", GOOD)
    with pytest.raises(DamagedExportError, match="leads out of the archive"):
        fn.read_posts(path)


def test_a_workbook_that_is_a_bomb(tmp_path: Path) -> None:
    """A sheet that becomes a thousand times as large is not unpacked."""
    path = s.workbook(tmp_path, s.PAGE)
    bomb = s.rewritten(path, "xl/worksheets/sheet2.xml", b" " * 2**26)
    with pytest.raises(DamagedExportError, match="expand to more than 100 times"):
        fn.read_posts(bomb)


def test_a_workbook_with_entities(tmp_path: Path) -> None:
    """XML that refers to itself or to files is not followed."""
    path = s.shared(tmp_path, [["Date", "Likes"], ["2026-08-02", 5]])
    for entity in ('"ha"', 'SYSTEM "file:///etc/hostname"'):
        document = f"<!DOCTYPE a [<!ENTITY x {entity}>]><worksheet>&x;</worksheet>"
        for part in ("xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/sharedStrings.xml"):
            for encoding in ("utf-8", "utf-16"):
                with pytest.raises(DamagedExportError, match="holds XML with definitions"):
                    fn.read_posts(s.rewritten(path, part, document.encode(encoding)))


def test_a_workbook_whose_parts_are_damaged(tmp_path: Path) -> None:
    """What the parser says of them hangs on no error, for it may quote them."""
    path = s.workbook(tmp_path, s.PAGE)
    for part in ("xl/worksheets/sheet2.xml", "xl/workbook.xml", "[Content_Types].xml"):
        with pytest.raises(DamagedExportError, match="workbook that cannot be read") as caught:
            fn.read_posts(s.rewritten(path, part, b"<zqplant"))
        assert caught.value.__context__ is None


def test_a_workbook_with_a_cell_far_away(tmp_path: Path) -> None:
    """It neither takes long nor hides the table; what a sheet says of its size is no matter."""
    path = s.workbook(tmp_path, {"a": [["Date", "Likes"], ["2026-08-02", 5]]})
    with zipfile.ZipFile(path) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    far = b'<row r="900000"><c r="XFD900000"><v>1</v></c></row></sheetData>'
    sheet = sheet.replace(b"</sheetData>", far).replace(b'ref="A1:B2"', b'ref="A1:A1"')
    assert b'ref="A1:A1"' in sheet
    export = fn.read_posts(s.rewritten(path, "xl/worksheets/sheet1.xml", sheet))
    assert export.posts["likes"].tolist() == [5]


def test_formulas_are_values_or_texts(tmp_path: Path) -> None:
    """None is computed: of workbooks the last value is read, in CSV it is a text."""
    rows = [["Date", "Likes", "Note"], ["2026-08-02", 5, "=1+1"], ["2026-08-03", "=2+3", "x"]]
    path = s.workbook(tmp_path, {"a": rows})
    posts = fn.read_posts(path).posts
    assert posts["likes"].fillna(-1).tolist() == [5, -1]  # openpyxl saved no value beside it
    assert posts["Note"].fillna("").tolist() == ["", "x"]
    line = '2026-08-02,5,"=HYPERLINK(""http://x.test"",""a"")"'
    posts = fn.read_posts(s.table(tmp_path, "Date,Likes,Note", line)).posts
    assert posts["Note"].tolist() == ['=HYPERLINK("http://x.test","a")']


def test_without_openpyxl_it_is_said_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of workbooks alone: CSV needs nothing."""
    book, table = s.workbook(tmp_path, s.PAGE), s.saved(tmp_path, GOOD)
    find = builtins.__import__

    def without(name: str, *rest: Any, **more: Any) -> Any:
        if name == "openpyxl":
            raise ImportError(name)
        return find(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    for read in (fn.read_posts, fn.read):
        with pytest.raises(MissingExtraError, match=r"pip install 'follownet\[analytics\]'"):
            read(book)
    assert len(fn.read_posts(table).posts) == 20


def test_importing_and_reading_csv_loads_no_openpyxl(tmp_path: Path) -> None:
    """It is loaded for workbooks alone."""
    import subprocess
    import sys

    code = f"import sys, follownet; follownet.read_posts({str(s.saved(tmp_path, GOOD))!r})"
    code += "; print('openpyxl' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


# ------------------------------------------------------------------ names


def spoilt() -> Iterator[str]:
    """Yield tables that cannot be read, or not whole, with a name wherever one may stand."""
    head = f"{NAME},ID,Date,Likes,Description,Username\n"
    row = "{0}x,{1},{2},{3},{0} wrote,{0}\n"
    good = "".join(row.format(NAME, day, f"2026-08-{day}", 5) for day in range(10, 30))
    yield f"{NAME};{NAME}\n{NAME};1\n"
    yield head + row.format(NAME, NAME, NAME, NAME) * 3
    yield head + good + row.format(NAME, 1, NAME, NAME)
    yield head + good + f"{NAME},1\n"
    yield head + good + f'"{NAME}'
    yield head + good + f"{NAME},{NAME}"
    yield head + good + good.replace(",5,", ",6,").replace(f"{NAME}x", NAME, 1)
    yield head + row.format(NAME, "1.2E+18", "2026-08-10", 5)
    yield head + row.format(NAME, 1, "03/04/2026", "2.000")
    yield head + row.format(NAME, 1, "2026-08-10", "2.000")
    yield head.replace("Likes", "Unfollows,Likes").replace("ID,", "") + good
    yield f"{NAME} {head}" * 40


@pytest.mark.parametrize("content", list(spoilt()))
def test_no_error_and_no_warning_names_anyone(tmp_path: Path, content: str) -> None:
    """Nor does a traceback, or what hangs on the error."""
    path = s.saved(tmp_path, content)
    said = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            export = fn.read_posts(path)
        except FollownetError as error:
            said += [repr(error), repr(error.__context__)]
            said += traceback.TracebackException.from_exception(error).format()
        else:
            assert export.report is not None
            said += [str(export.report.warnings), export.report.skipped.to_string()]
    said += [str(warning.message) for warning in caught]
    assert any(said)
    assert not any(NAME in text for text in said)


# ------------------------------------------------------------------ chance


def originals(folder: Path) -> list[tuple[str, bytes]]:
    texts = [
        s.text([s.INSTAGRAM, *s.INSTAGRAM_ROWS]),
        *("\n".join([head, *rows, ""]) for head, rows in (
            (s.GERMAN, s.GERMAN_ROWS), (s.X, s.X_ROWS), (s.TIKTOK, s.TIKTOK_ROWS),
            (s.YOUTUBE, s.YOUTUBE_ROWS),
        )),
    ]  # fmt: skip
    books = [s.workbook(folder, sheets).read_bytes() for sheets in (s.PAGE, s.CREATOR)]
    return [("posts.csv", text.encode()) for text in texts] + [("p.xlsx", book) for book in books]


def changed(content: bytes, chance: random.Random) -> bytes:
    """Return content that is cut, doubled, or other in a few bytes."""
    kind = chance.randrange(4)
    place = chance.randrange(len(content))
    if kind == 0:
        return content[:place]
    if kind == 1:
        return content[:place] + content[place // 2 :]
    spoilt = bytearray(content)
    for _ in range(chance.choice([1, 3, 20])):
        signs = b'",;\n\r\t\x00\xff.E0-' if kind == 2 else bytes(range(256))
        spoilt[chance.randrange(len(spoilt))] = chance.choice(signs)
    return bytes(spoilt)


def test_whatever_is_changed_there_is_an_answer_or_an_error_of_ours(tmp_path: Path) -> None:
    """Cut, doubled and overwritten, 60 times each."""
    chance = random.Random(5)
    for name, content in originals(tmp_path):
        for _ in range(60):
            path = s.saved(tmp_path, changed(content, chance), name)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", FollownetWarning)
                try:
                    posts = fn.read_posts(path).posts
                except (DamagedExportError, UnknownFormatError, SchemaError):
                    continue
            assert posts["post"].notna().all()
            assert (posts["likes"].dropna() >= 0).all()


def test_an_export_of_an_account_is_no_table():
    """The message says what reads it."""
    with pytest.raises(UnknownFormatError, match=r"holds no table, .* read by follownet\.read"):
        fn.read_posts(fn.datasets.sample("instagram"))
