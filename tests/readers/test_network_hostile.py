"""Networks that are cut off, damaged, or made to do harm: a clear error, never another."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import warnings
import zipfile

import networkx as nx
import numpy as np
import pandas as pd
import pytest

import follownet as fn
from follownet.errors import DamagedExportError, FollownetError, UnknownFormatError
from follownet.files import read_network

ROWS = "".join(f"{one}\t{(one * 7) % 40 + 1}\t{one / 8}\n" for one in range(1, 60))
TEXT = f"# Nodes: 59 Edges: 59\n# FromNodeId\tToNodeId\tweight\n{ROWS}"


def _tar(mode: str) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode=mode) as archive:
        for name, content in (("x/out.x", f"% asym weighted\n{ROWS}"), ("x/meta.x", "name: x\n")):
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content.encode()))
    return stream.getvalue()


def _zip(members: dict[str, str]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def _graph() -> nx.DiGraph:
    graph = nx.DiGraph([("ann", "bob"), ("bob", "ann"), ("cy", "ann")])
    graph["ann"]["bob"]["weight"] = 2.5
    graph.nodes["cy"]["group"] = "x"
    return graph


def _parquet() -> bytes:
    stream = io.BytesIO()
    pd.DataFrame({"source": range(50), "target": range(1, 51)}).to_parquet(stream)
    return stream.getvalue()


def _written(writer) -> bytes:
    stream = io.BytesIO()
    writer(_graph(), stream)
    return stream.getvalue()


def _table() -> str:
    rows = [f'"Ann, {one}",bob {one % 7},2024-01-{one % 28 + 1:02}T10:00:00Z' for one in range(50)]
    return "\n".join(["source,target,since", *rows, ""])


NODES = "# index, name\n" + "".join(f"{one}, name {one}\n" for one in range(1, 60))
EDGES = "# source, target, weight\n" + ROWS.replace("\t", ", ")

FILES = {
    "snap": TEXT.encode(),
    "gz": gzip.compress(TEXT.encode(), mtime=0),
    "bz2": bz2.compress(TEXT.encode()),
    "xz": lzma.compress(TEXT.encode()),
    "konect": _tar("w:bz2"),
    "tar.gz": _tar("w:gz"),
    "netzschleuder": _zip({"edges.csv": EDGES, "nodes.csv": NODES, "gprops.csv": "a, b\n"}),
    "csv": _table().encode(),
    "utf-16": _table().encode("utf-16"),
    "parquet": _parquet(),
    "graphml": _written(nx.write_graphml_xml),
    "gexf": _written(nx.write_gexf),
    "pajek": _written(nx.write_pajek),
}
PACKED = ("gz", "bz2", "xz", "konect", "tar.gz", "netzschleuder", "parquet", "graphml", "gexf")


def outcome(file, content: bytes) -> type[Exception] | None:
    """Return what reading raises; anything but a FollownetError goes through."""
    file.write_bytes(content)
    kinds: set[type[Exception] | None] = set()
    for reading in (read_network, fn.load):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                reading(file)
                kinds.add(None)
            except FollownetError as error:
                kinds.add(type(error) if str(file) in str(error) else AssertionError)
    assert AssertionError not in kinds, "an error does not name the file"
    return None if None in kinds else kinds.pop()


@pytest.mark.parametrize("name", FILES)
def test_whole_files_are_read(tmp_path, name):
    """Otherwise the tests below would say nothing."""
    assert outcome(tmp_path / "network", FILES[name]) is None


@pytest.mark.parametrize(
    "name", [pytest.param(one, marks=[pytest.mark.slow] * (one == "utf-16")) for one in FILES]
)
def test_files_cut_anywhere(tmp_path, name):
    """At some thirty places: what is packed is never taken for whole."""
    content = FILES[name]
    step = max(10, len(content) // 30)
    for end in range(0, len(content) - 12, step):
        found = outcome(tmp_path / "network", content[:end])
        assert found is not None or name not in PACKED, end


@pytest.mark.parametrize("name", FILES)
def test_files_with_bytes_that_fell_over(tmp_path, name):
    """Random bytes at random places, three at a time."""
    rng = np.random.default_rng(7)
    content = np.frombuffer(FILES[name], dtype=np.uint8)
    for _ in range(30):
        damaged = content.copy()
        damaged[rng.integers(0, len(content), 3)] = rng.integers(0, 256, 3)
        outcome(tmp_path / "network", damaged.tobytes())


@pytest.mark.parametrize(
    ("content", "kind", "reason"),
    [
        (b"", DamagedExportError, r"empty file \(0 bytes\)"),
        (gzip.compress(b"", mtime=0), DamagedExportError, "empty file"),
        (b" \n\n\t\n", DamagedExportError, "nothing in it but empty lines"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", UnknownFormatError, "neither text nor Parquet"),
        (b'{"relationships_following": []}', UnknownFormatError, "is JSON.*follownet.read"),
        (b"<!DOCTYPE html><html></html>", UnknownFormatError, "XML or HTML.*follownet.read"),
        (
            b"It was a dark night.\nAnd so it went on, very long.\nok\n",
            UnknownFormatError,
            "line 1",
        ),
        (b"1 2\n3\n4\n1 5\n", DamagedExportError, "2 of 4 lines cannot be read.*line 2.*2 columns"),
        (b"source,target\na,b\n\xf6,b\n", DamagedExportError, "line 3 is not UTF-8"),
        (b'source,target\na,"b\nc,d\n', DamagedExportError, "line 2: a quote .* never closed"),
        (b"graph [\n directed 1\n]\n", UnknownFormatError, "is GML"),
        (b"%%MatrixMarket matrix\n2 2 1\n1 2\n", UnknownFormatError, "is Matrix Market"),
        (b"% asym dynamic\n1 2 -1\n", UnknownFormatError, "is dynamic"),
        (_zip({"a.txt": "1 2\n", "b.txt": "1 2\n"}), UnknownFormatError, "2 files"),
        (_zip({"../edges.csv": "1,2\n"}), DamagedExportError, "leads out of the archive"),
        (gzip.compress(b"1 2\n" * 10**7, mtime=0), DamagedExportError, "100 times its size"),
    ],
    ids=lambda value: "bytes" if isinstance(value, bytes) else None,
)
def test_what_is_no_network(tmp_path, content, kind, reason):
    """File, place, what was expected and what to do."""
    file = tmp_path / "network.csv"
    file.write_bytes(content)
    with pytest.raises(kind, match=f"(?s)network.csv: .*{reason}") as caught:
        read_network(file)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("place", [10, 5000])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_zero_bytes_are_refused_wherever_they_are(tmp_path, place, encoding):
    """At the beginning and far behind it, with their line."""
    text = "1 2\n" * 3000
    file = tmp_path / "network"
    file.write_bytes((text[:place] + "\0" + text[place:]).encode(encoding))
    line = place // 4 + 1
    with pytest.raises(UnknownFormatError, match=f"line {line} has a zero byte.*save it as UTF-8"):
        read_network(file)


def test_one_bad_line_of_few_says_what_to_do(tmp_path):
    """The lines to correct, and from when on bad lines are only left out."""
    file = tmp_path / "network.csv"
    file.write_text("source,target\na,b\nb\nb,a\n", encoding="utf-8")
    with pytest.raises(
        DamagedExportError,
        match=r"1 of 3 lines .* line 3: too few columns; expected 2 columns.*; correct or delete "
        "line 3: only where no more than one in 10 is bad, the rest is read$",
    ):
        read_network(file)
    file.write_text("source,target,weight\na,b,x\nb,a,1\n", encoding="utf-8")
    with pytest.raises(DamagedExportError, match=r"delete line 2: .* columns= which columns"):
        read_network(file)


def test_rows_of_parquet_are_no_lines(tmp_path):
    """They are called rows."""
    file = tmp_path / "ties.parquet"
    pd.DataFrame({"source": [None, "a"], "target": ["b", "b"]}).to_parquet(file)
    with pytest.raises(
        DamagedExportError, match=r"1 of 2 rows .* first is row 1: .* delete row 1:"
    ):
        read_network(file)


@pytest.mark.parametrize("name", ["edges.csv", "a b\x1b.csv"])
def test_a_damaged_member_is_named(tmp_path, name):
    """Unless its name could do harm in a terminal."""
    content = _zip({name: EDGES * 9})
    at = content.index(EDGES[:1].encode()) if EDGES.encode() in content else 60
    damaged = content[:at] + bytes(20) + content[at + 20 :]
    (tmp_path / "network.zip").write_bytes(damaged)
    shown = "edges.csv" if name == "edges.csv" else "the file of its ties or accounts"
    with pytest.raises(DamagedExportError, match=f"network.zip: {shown} is damaged or cut off"):
        read_network(tmp_path / "network.zip")


def test_advice_on_damaged_archives_is_of_networks(tmp_path):
    """No platform sends a network."""
    (tmp_path / "leaves.zip").write_bytes(_zip({"../edges.csv": "1,2\n"}))
    (tmp_path / "bomb.zip").write_bytes(_zip({"edges.csv": "1,2\n" * 10**7}))
    for name in ("leaves", "bomb"):
        with pytest.raises(DamagedExportError) as caught:
            read_network(tmp_path / f"{name}.zip")
        assert "as no network does" in str(caught.value)
        assert "export" not in str(caught.value)
        assert "platform" not in str(caught.value)
    assert "edges.csv would expand" in str(caught.value)


def test_many_empty_lines_take_no_time(tmp_path):
    """A pattern that tries each way to divide them would never end."""
    (tmp_path / "network").write_bytes(b"\n" * 5000 + b"1 2\n")
    assert read_network(tmp_path / "network").follows == 1


def test_paths_that_are_no_files(tmp_path):
    """A folder and nothing at all."""
    with pytest.raises(UnknownFormatError, match="is a folder"):
        read_network(tmp_path)
    with pytest.raises(UnknownFormatError, match="no such file"):
        read_network(tmp_path / "absent.csv")
    with pytest.raises(UnknownFormatError, match="no such file"):
        fn.load(tmp_path / "absent.csv")


@pytest.mark.parametrize("name", ["snap", "gz", "parquet", "konect"])
def test_the_limit_is_kept(tmp_path, name):
    """It counts what is unpacked."""
    file = tmp_path / "network"
    file.write_bytes(FILES[name])
    with pytest.raises(DamagedExportError, match="limit"):
        read_network(file, limit=64)


def test_a_table_of_one_value_is_not_unpacked_without_bound(tmp_path):
    """Run lengths make a small Parquet file of any number of rows."""
    file = tmp_path / "bomb.parquet"
    rows = np.ones(10**6, dtype="int64")
    pd.DataFrame({"source": rows, "target": rows}).to_parquet(file, compression="zstd")
    assert file.stat().st_size < 10**5
    with pytest.raises(DamagedExportError, match="unpacked, more than the limit"):
        read_network(file, limit=10**6)


def test_errors_and_warnings_name_no_account(tmp_path):
    """P33: what is said of a line is its number."""
    file = tmp_path / "network.csv"
    rows = [f"maria{one},bob\n" for one in range(20)]
    file.write_text("source,target\n" + "".join(rows) + "secretname\n", encoding="utf-8")
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        read_network(file)
    assert "line 22" in str(told[0].message)
    assert "secretname" not in str(told[0].message)
    file.write_text("source,target\n" + "secretname\n" * 20, encoding="utf-8")
    with pytest.raises(FollownetError) as caught:
        read_network(file)
    assert "secretname" not in str(caught.value)
    assert caught.value.__context__ is None
