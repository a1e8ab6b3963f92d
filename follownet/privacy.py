"""An export without the names in it, and what names are left in what one wants to share.

Pseudonyms are not anonymity. The structure of ties is a fingerprint: who holds another export of
the same people can find them by whom they are tied to (Backstrom, Dwork & Kleinberg 2007,
doi:10.1145/1242572.1242598; Narayanan & Shmatikov 2009, doi:10.1109/SP.2009.22), and exact times
are one by themselves. Share with people whom you trust with that.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import os
import re
import secrets
import struct
import unicodedata
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final, Literal

import pandas as pd

from follownet.errors import DamagedExportError, SchemaError, UnknownFormatError
from follownet.tables import ACCOUNT_COLUMNS, SCHEMA, TEXT, TIME, Export, Report

_UNNAMED: Final = "(owner)"
_DM: Final = "dm:"
#: What is kept besides the columns that every table has: counts and marks, no words.
_HARMLESS: Final = {
    "accounts": ("verified", "private"),
    "relations": ("message",),
    "posts": ("followers", "engagements"),
}
_KEY: Final = 64
_LETTERS: Final = 10
#: Shorter names are words, too, and would be found everywhere.
_SHORTEST: Final = 4
_PNG: Final = b"\x89PNG\r\n\x1a\n"
#: No chunk of text in a picture is larger.
_LARGEST: Final = 2**24


def pseudonymise(
    export: Export, key: str | bytes | None = None, *, times: Literal["day", "exact"] = "day"
) -> Export:
    """Return the export with pseudonyms for accounts, and without words.

    Parameters
    ----------
    export
        Of one owner or several.
    key
        With the same key the same account of the same platform has the same pseudonym in every
        export; whoever has the key can find out which account a pseudonym is. By default one is
        drawn and not kept.
    times
        ``"day"``: all times are rounded down to days (UTC); ``"exact"`` keeps them.

    Returns
    -------
    Export
        Accounts are ``user_`` and ten letters or digits, people known from conversations alone
        ``dm:`` before it, an owner whom nothing names stays ``(owner)``. Threads, posts and links
        are ``item_`` and ten. Display names, handles, notes, warnings, names of files, and columns
        that follownet does not know are dropped; types, kinds, formats, numbers and what the lists
        are worth stay. The order of rows is that of the pseudonyms. Counts and rates are those of
        the export.

    Raises
    ------
    SchemaError
        When `key` is empty or no text, or `times` is neither of the two.

    Notes
    -----
    A pseudonym is the first 50 bits of a keyed BLAKE2b hash: among a million accounts, two share
    one with a probability of 1 in 2,000. Each platform is hashed apart, so that equal handles on
    two platforms are not seen to be equal.

    Examples
    --------
    >>> import follownet as fn
    >>> export = fn.read(fn.datasets.sample("instagram"))
    >>> hidden = pseudonymise(export, key="never tell")
    >>> fn.reciprocity.summary(hidden.graph()).mutual
    52
    >>> hidden.accounts["name"].notna().any() or "livelyshore" in str(hidden)
    False
    """
    if times not in ("day", "exact"):
        raise SchemaError("times: accepts 'day' or 'exact'")
    _require_export(export)
    secret = _secret(key)
    names = {one: _pseudonym(one, export.platform, secret) for one in export.accounts.index}
    tables: dict[str, Any] = {name: _hidden(name, export, names, secret) for name in SCHEMA}
    exported_at = export.exported_at
    if times == "day":
        tables = {name: _of_days(table) for name, table in tables.items()}
        exported_at = None if exported_at is None else exported_at.floor("D")
    return Export(
        **{name: _sorted(table) if name != "coverage" else table for name, table in tables.items()},
        platform=export.platform,
        owners=tuple(names[owner] for owner in export.owners),
        exported_at=exported_at,
        report=_report(export.report, times),
    )


def _secret(key: str | bytes | None) -> bytes:
    if key is None:
        return secrets.token_bytes(_KEY)
    found: Any = key.encode("utf-8", "surrogatepass") if isinstance(key, str) else key
    if not isinstance(found, bytes) or not found:
        raise SchemaError("key: is empty or no text; leave it out for one that is drawn")
    return found if len(found) <= _KEY else hashlib.blake2b(found).digest()


def _hash(kind: str, value: str, secret: bytes) -> str:
    content = f"{kind}\0{value}".encode("utf-8", "surrogatepass")
    digest = hashlib.blake2b(content, key=secret, digest_size=10).digest()
    return base64.b32encode(digest).decode().lower()[:_LETTERS]


def _pseudonym(account: str, platform: str, secret: bytes) -> str:
    if account == _UNNAMED:
        return account
    prefix = f"{_DM}user_" if account.startswith(_DM) else "user_"
    return prefix + _hash(f"account {platform}", account, secret)


def _hidden(name: str, export: Export, names: dict[str, str], secret: bytes) -> pd.DataFrame:
    """Return a table with pseudonyms, and no column but those that are known to be harmless."""
    table: pd.DataFrame = getattr(export, name)
    kept = [*SCHEMA[name], *(one for one in _HARMLESS.get(name, ()) if one in table)]
    table = table[kept].copy()
    if name == "accounts":
        table = table.set_axis([names[one] for one in table.index]).rename_axis("account")
        return table.assign(handle=None, name=None).astype({"handle": TEXT, "name": TEXT})
    for column in ("owner",) if name == "coverage" else ACCOUNT_COLUMNS[name]:
        table[column] = table[column].map(names).astype(TEXT)
    for column in {"interactions": ("item", "group"), "posts": ("post",)}.get(name, ()):
        found = table[column].dropna().unique()
        items = {one: f"item_{_hash(f'item {export.platform}', one, secret)}" for one in found}
        table[column] = table[column].map(items).astype(TEXT)
    if name == "coverage":
        table["note"] = pd.Series(pd.NA, index=table.index, dtype=TEXT)
    return table


def _of_days(table: pd.DataFrame) -> pd.DataFrame:
    moments = [str(name) for name, dtype in table.dtypes.items() if str(dtype) == TIME]
    return table.assign(**{name: table[name].dt.floor("D") for name in moments})


def _sorted(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows in an order that tells nothing of the one they had."""
    if table.index.name == "account":
        return table.sort_index()
    found: pd.DataFrame = table.sort_values(list(map(str, table)), ignore_index=True)
    return found


def _report(report: Report | None, times: str) -> Report:
    """Return what the report counts, without names of files and without words."""
    note = "pseudonymised: names, texts and names of files are gone"
    note += "; times are days" if times == "day" else "; times are exact, which is a fingerprint"
    if report is None:
        return Report(
            files=pd.DataFrame(columns=["file", "content", "records", "kept"]),
            skipped=pd.DataFrame(columns=["file", "reason", "records"]),
            times=pd.DataFrame(columns=["source", "zone", "known", "precision"]),
            notes=(note,),
        )
    precision = {"precision": "day"} if times == "day" else {}
    return Report(
        files=report.files.assign(file="*"),
        skipped=report.skipped.assign(file="*"),
        times=report.times.assign(**precision),
        notes=(note,),
    )


def names_left(export: Export, source: str | os.PathLike[str] | pd.DataFrame) -> pd.DataFrame:
    """Return where names of an export stand in what one wants to share.

    Parameters
    ----------
    export
        With the true names: accounts, handles and display names are looked for.
    source
        The path of a notebook, a picture (SVG or PNG), a table (CSV, Parquet) or any other text,
        HTML among them; or a table.

    Returns
    -------
    pandas.DataFrame
        A row for each place that holds some: ``place`` (cell and part of a notebook, column of a
        DataFrame or of Parquet, line of any other text, CSV among them), ``names`` (how many
        different ones) and ``times``. Never the names themselves. ``attrs``: ``searched`` and
        ``too_short``, how many names were looked for, and how many were not, having less than
        four letters. Empty where nothing was found.

    Raises
    ------
    SchemaError
        The export is none, or the source is neither a path nor a table.
    UnknownFormatError
        There is no such file, or it is neither text nor one of these.
    DamagedExportError
        It is a notebook, a picture or a table that cannot be read.

    Notes
    -----
    Names are found as whole words, whatever their case. What is written in the pixels of a picture,
    names that were cut or spelt otherwise, and short ones are not found; a name that is a common
    word is found where the word is.

    Examples
    --------
    >>> import follownet as fn
    >>> export = fn.read(fn.datasets.sample("instagram"))
    >>> table = fn.reciprocity.alters(export.graph()).reset_index()
    >>> names_left(export, table)[["place", "names"]].values.tolist()
    [['column account', 77]]
    >>> names_left(fn.read(fn.datasets.sample("instagram")), table[["state"]]).empty
    True
    """
    _require_export(export)
    wanted, short = _wanted(export)
    rows = []
    for place, text in _texts(source):
        found = list(_found(text, wanted))
        if found:
            rows.append((place, len(set(found)), len(found)))
    table = pd.DataFrame(rows, columns=["place", "names", "times"])
    table.attrs = {"searched": sum(map(len, wanted.values())), "too_short": short}
    return table


def _require_export(export: object) -> None:
    if not isinstance(export, Export):
        raise SchemaError("export: is no Export; follownet.read makes one")


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold())


def _wanted(export: Export) -> tuple[dict[str, set[tuple[str, ...]]], int]:
    """Return the names as words, by their first word, and how many are too short."""
    accounts = export.accounts
    names = {*accounts.index, *accounts["handle"].dropna(), *accounts["name"].dropna()}
    wanted: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    short = 0
    for name in names - {_UNNAMED}:
        words = tuple(_words(name.removeprefix(_DM)))
        if sum(map(len, words)) < _SHORTEST:
            short += 1
        else:
            wanted[words[0]].add(words)
    return wanted, short


def _found(text: str, wanted: dict[str, set[tuple[str, ...]]]) -> Iterator[tuple[str, ...]]:
    words = _words(text)
    for place, word in enumerate(words):
        for name in wanted.get(word, ()):
            if tuple(words[place : place + len(name)]) == name:
                yield name


def _texts(source: str | os.PathLike[str] | pd.DataFrame) -> Iterator[tuple[str, str]]:
    """Yield the texts of a source with their places."""
    if isinstance(source, pd.DataFrame):
        yield from _of_table(source)
        return
    if not isinstance(source, str | os.PathLike):
        raise SchemaError(f"source: is a {type(source).__name__}; accepts a path or a DataFrame")
    path = Path(source)
    if path.is_dir():
        raise UnknownFormatError(f"{os.fspath(source)}: is a folder; accepts a file in it")
    if not path.is_file():
        raise UnknownFormatError(f"{os.fspath(source)}: there is no such file")
    content = path.read_bytes()
    shown = os.fspath(source)
    if content.startswith(_PNG):
        yield from (("text in the picture", text) for text in _of_png(content, shown))
    elif content.startswith(b"PAR1"):
        yield from _of_table(_parquet(path, shown))
    elif b"\0" in content[:4096]:
        raise UnknownFormatError(
            f"{shown}: is no text; accepts notebooks, SVG, PNG, CSV, Parquet, HTML and other texts"
        )
    elif path.suffix.lower() == ".ipynb":
        yield from _of_notebook(content, shown)
    else:
        lines = content.decode("utf-8", "replace").splitlines()
        yield from ((f"line {n}", html.unescape(line)) for n, line in enumerate(lines, start=1))


def _of_table(table: pd.DataFrame) -> Iterator[tuple[str, str]]:
    for number, (name, values) in enumerate(table.reset_index().items(), start=1):
        # The name of a column may be a person's, as in a table of who follows whom.
        known = re.fullmatch(r"[a-z_]{1,30}", str(name))
        place = f"column {name if known else number}"
        yield place, "\n".join(map(str, [name, *values.dropna().unique().tolist()]))


def _parquet(path: Path, shown: str) -> pd.DataFrame:
    try:
        return pd.read_parquet(path)
    except (OSError, ValueError):
        pass
    raise DamagedExportError(f"{shown}: is a Parquet file that cannot be read")


def _of_notebook(content: bytes, shown: str) -> Iterator[tuple[str, str]]:
    try:
        document = json.loads(content)
        cells = list(document["cells"])
    except (ValueError, KeyError, TypeError, RecursionError):
        cells = None
    if cells is None:
        raise DamagedExportError(f"{shown}: is no notebook: it is not whole JSON, or has no cells")
    for number, cell in enumerate(cells, start=1):
        if not isinstance(cell, dict):
            continue
        yield f"cell {number}", _joined(cell.get("source"))
        for output in cell.get("outputs") or ():
            for kind, text in _of_output(output, shown):
                yield f"cell {number}, output {kind}", text


def _of_output(output: Any, shown: str) -> Iterator[tuple[str, str]]:
    if not isinstance(output, dict):
        return
    data = output.get("data")
    parts = dict(data) if isinstance(data, dict) else {}
    parts |= {name: output[name] for name in ("text", "traceback", "evalue") if name in output}
    for kind, value in parts.items():
        text = value if isinstance(value, dict) else _joined(value)
        if kind == "image/png":
            try:
                picture = base64.b64decode(_joined(value))
            except ValueError:
                picture = b""
            yield kind, "\n".join(_of_png(picture, shown) if picture.startswith(_PNG) else ())
        else:
            yield kind, html.unescape(text if isinstance(text, str) else json.dumps(text))


def _joined(value: Any) -> str:
    lines = value if isinstance(value, list) else [value]
    return "".join(line for line in lines if isinstance(line, str))


def _of_png(content: bytes, shown: str) -> Iterable[str]:
    """Return the texts that a picture carries beside its pixels."""
    found, place, kind = [], len(_PNG), b""
    while kind != b"IEND":
        head = content[place : place + 8]
        length, kind = struct.unpack(">I4s", head) if len(head) == 8 else (1, b"")
        data = content[place + 8 : place + 8 + length]
        if len(data) < length:
            raise DamagedExportError(f"{shown}: is a picture that is cut off")
        if kind in (b"tEXt", b"zTXt", b"iTXt"):
            found.append(_chunk(kind, data))
        place += length + 12
    return found


def _chunk(kind: bytes, data: bytes) -> str:
    name, _, rest = data.partition(b"\0")
    packed = (kind == b"zTXt") or (kind == b"iTXt" and rest[:1] == b"\x01")
    if kind == b"iTXt":
        language, _, translated = rest[2:].partition(b"\0")
        keyword, _, rest = translated.partition(b"\0")
        name += b" " + language + b" " + keyword
    elif kind == b"zTXt":
        rest = rest[1:]
    if packed:
        try:
            rest = zlib.decompressobj().decompress(rest, _LARGEST)
        except zlib.error:
            rest = b""
    return (name + b" " + rest).decode("utf-8", "replace")
