"""Networks in files: every format in its true shape."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import tarfile
import zipfile
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import pytest

import follownet as fn
from follownet.errors import DamagedExportError, FollownetWarning, SchemaError, UnknownFormatError
from follownet.files import read_network
from follownet.graph import FollowGraph

STUDIES = Path(__file__).parents[3] / "shared" / "studies"

SNAP = (
    "# Directed graph (each unordered pair of nodes is saved once): Wiki-Vote.txt \n"
    "# Wikipedia voting on promotion to administratorship (till January 2008).\n"
    "# Nodes: 4 Edges: 5\n"
    "# FromNodeId\tToNodeId\n"
    "30\t1412\n1412\t30\n30\t3352\n3352\t3352\n30\t1412\n"
)
KONECT = "% asym posweighted\n% 3 3 3\n1 2 0.8 1082040961\n2 1 1 1082040962\n3 3 0.6 0\n"
EDGES = "# source, target, weight\n 0, 1, 3\n 1, 0, 2\n 2, 2, 1\n"
NODES = (
    "# index, name, club, _pos\n"
    ' 0, ann, 1, "array([0.1, 2.0])"\n'
    ' 1, "bob, b", 2, "array([0.1, 2.0])"\n'
    ' 2, cy, , "array([1.0, 2.0])"\n'
    ' 3, dan, 1, "array([1.0, 2.0])"\n'
)
PAJEK = '*Vertices 3\n1 "ann"\n2 "bob lee"\n3 "cy"\n'


def saved(folder: Path, content: str | bytes, name: str = "network") -> Path:
    """Return a file with this content."""
    file = folder / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


def zipped(members: dict[str, str]) -> bytes:
    """Return a zip of these members."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def tarred(members: dict[str, str], mode: str) -> bytes:
    """Return a tar of these members."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode=mode) as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content.encode())
            archive.addfile(info, io.BytesIO(content.encode()))
    return stream.getvalue()


def ties(F: FollowGraph) -> list[tuple]:
    """Return the ties by their labels, self-loops last."""
    loops = F.accounts[F.loops].tolist()
    pairs = zip(F.accounts[F.sources].tolist(), F.accounts[F.targets].tolist(), strict=True)
    return [*pairs, *zip(loops, loops, strict=True)]


def reasons(F: FollowGraph) -> dict[str, tuple[int, str]]:
    """Return the report by reason."""
    return {row.reason: (row.rows, row.lines) for row in F.report.itertuples()}


# ------------------------------------------------------------------ collections


@pytest.mark.parametrize("pack", [bytes, gzip.compress, bz2.compress, lzma.compress])
def test_snap(tmp_path, pack):
    """Comments, tabs, numbers; what is no tie of its own is told with its line."""
    F = read_network(saved(tmp_path, pack(SNAP.encode()), "wiki-Vote.txt.gz"))
    assert ties(F) == [(30, 1412), (30, 3352), (1412, 30), (3352, 3352)]
    assert F.accounts.dtype == "int64"
    assert reasons(F) == {"self-loop, kept as a flag": (1, "8"), "repeats an earlier tie": (1, "9")}
    assert F.report["rows"].sum() + F.follows == 5


def test_snap_with_ratings_and_times(tmp_path):
    """soc-sign-bitcoinotc.csv.gz: source, target, rating, seconds with a fraction; no header."""
    rows = "6,2,4,1289241911.72836\n6,5,2,1289241941.53378\n2,6,-10,1289243140.39049\n"
    F = read_network(
        saved(tmp_path, gzip.compress(rows.encode(), mtime=0), "soc-sign-bitcoinotc.csv.gz")
    )
    assert ties(F) == [(2, 6), (6, 2), (6, 5)]
    assert F.weight.tolist() == [-10, 4, 2]
    assert F.since.astype("str").tolist()[1] == "2010-11-08T18:45:11.728360"


def test_snap_with_times_third(tmp_path):
    """higgs-activity_time.txt: the third column has times alone, and the note says so."""
    rows = "223789 213163 1341100972 MT\n223789 213163 1341100900 RE\n376989 50329 1341101181 RT\n"
    F = read_network(saved(tmp_path, rows, "higgs-activity_time.txt"))
    assert F.weight is None
    assert F.since.astype("int64").tolist() == [1341100900_000000, 1341101181_000000]
    notes = [reason for reason, (rows, _) in reasons(F).items() if not rows]
    assert notes == [
        "column left out: at place 3, from 0",
        "the third column is read as times: all are Unix times of 1990 to 2100",
    ]
    chosen = read_network(tmp_path / "higgs-activity_time.txt", columns={"weight": 2})
    assert chosen.since is None
    assert chosen.weight.tolist() == [1341100972, 1341101181]


def test_a_third_column_with_one_other_number_has_weights(tmp_path):
    """All values decide, not the first."""
    F = read_network(saved(tmp_path, "1 2 1341100972\n2 1 1341100973\n1 3 5\n"))
    assert F.since is None
    assert F.weight.tolist() == [1341100972, 5, 1341100973]


@pytest.mark.parametrize("mode", ["w:bz2", "w:gz", "w"])
def test_konect(tmp_path, mode):
    """A tar with one `out.` file; a time of 0 is not known."""
    members = {
        "advogato/README.advogato": "Advogato network, part of the Koblenz Network Collection\n",
        "advogato/out.advogato": KONECT,
        "advogato/meta.advogato": "name: Advogato\n",
        "advogato/ent.advogato": "% ent\nann\n",
    }
    F = read_network(saved(tmp_path, tarred(members, mode), "download.tsv.advogato.tar.bz2"))
    assert ties(F) == [(1, 2), (2, 1), (3, 3)]
    assert F.weight.tolist() == [0.8, 1]
    assert F.since.astype("int64").tolist() == [1082040961_000000, 1082040962_000000]
    assert reasons(F)["other files in the archive, not read: 3"] == (0, "")


def test_konect_without_weights(tmp_path):
    """In unweighted networks the third column is 1 and means nothing; lines end in blanks."""
    F = read_network(saved(tmp_path, "% asym unweighted\n1 2 1 1082040961 \n1\t3 1 1082040962\n"))
    assert F.weight is None
    assert F.since is not None
    assert ties(F) == [(1, 2), (1, 3)]


def test_konect_says_how_much_there_is(tmp_path):
    """A file that was cut between two lines is noticed."""
    with pytest.warns(FollownetWarning) as told:
        read_network(saved(tmp_path, "% asym unweighted\n% 3 4 4\n1 2\n1 3\n", "out.cut"))
    texts = [str(one.message) for one in told]
    assert "its comments say 3 ties and it has 2 lines" in texts[0]
    assert "its comments say 4 accounts, ties name 3" in texts[1]
    assert told[0].filename == __file__


def test_snap_says_how_much_there_is(tmp_path):
    """As KONECT does."""
    with pytest.warns(FollownetWarning, match="say 5 ties and it has 4 lines"):
        read_network(saved(tmp_path, SNAP.rsplit("30", 1)[0]))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("% sym unweighted\n1 2\n", "no direction"),
        ("% bip unweighted\n1 2\n", "two kinds of accounts"),
        ("# Undirected graph (each unordered pair of nodes is saved once)\n1 2\n", "no direction"),
        ("Source,Target,Type\nann,bob,Directed\nann,cy,Undirected\n", "column Type"),
        (PAJEK + "*Edges\n1 2\n", r"\*Edges alone"),
    ],
)
def test_what_has_no_direction_is_refused(tmp_path, text, reason):
    """Friendships are no follows."""
    with pytest.raises(SchemaError, match=reason):
        read_network(saved(tmp_path, text))


def test_netzschleuder(tmp_path):
    """Blanks after commas, accounts in a table of their own, some without ties."""
    members = {"edges.csv": EDGES, "nodes.csv": NODES, "gprops.csv": "name, karate\n"}
    F = read_network(saved(tmp_path, zipped(members), "karate.csv.zip"))
    assert ties(F) == [(0, 1), (1, 0), (2, 2)]
    assert F.accounts.tolist() == [0, 1, 2, 3]
    assert F.weight.tolist() == [3, 2]
    assert F.marks["name"].tolist() == ["ann", "bob, b", "cy", "dan"]
    assert F.marks["club"].tolist() == [1, 2, None, 1]
    assert "attribute of accounts left out: _pos" in reasons(F)
    G = fn.load(tmp_path / "karate.csv.zip")
    assert G.nodes[3] == {"name": "dan", "club": 1}
    assert G[0][1] == {"weight": 3.0}


# ------------------------------------------------------------------ tables


@pytest.mark.parametrize(
    "header",
    [
        "source,target",
        "src,dst",
        "From,To",
        "FromNodeId,ToNodeId",
        "Follower,Followed",
        "follower,followee",
        "SOURCE_ID,Target ID",
    ],
)
def test_names_of_columns(tmp_path, header):
    """Columns that say who follows whom, in any case."""
    assert ties(read_network(saved(tmp_path, f"{header}\nann,bob\n"))) == [("ann", "bob")]
    turned = ",".join(reversed(header.split(",")))
    assert ties(read_network(saved(tmp_path, f"{turned}\nann,bob\n"))) == [("bob", "ann")]


@pytest.mark.parametrize("name", ["weight", "Rating", "COUNT"])
@pytest.mark.parametrize("time", ["since", "Time", "timestamp", "ts", "date"])
def test_names_of_weights_and_times(tmp_path, name, time):
    """The other two roles."""
    F = read_network(saved(tmp_path, f"from,to,{time},{name}\n1,2,2024-02-29,3\n"))
    assert F.weight.tolist() == [3]
    assert F.since.astype("str").tolist() == ["2024-02-29T00:00:00.000000"]


def test_columns_by_name_and_by_place(tmp_path):
    """What no name says, the caller does."""
    file = saved(tmp_path, "fan,idol,n\nann,bob,2\n")
    F = read_network(file, columns={"source": "fan", "target": "IDOL", "weight": "n"})
    assert (ties(F), F.weight.tolist()) == ([("ann", "bob")], [2])
    with pytest.raises(UnknownFormatError, match="3 columns without source and target"):
        read_network(file)
    with pytest.raises(UnknownFormatError, match="without source"):
        read_network(file, columns={"source": "no such", "target": "idol"})
    bare = saved(tmp_path, "7,1,2\n8,2,1\n", "bare.csv")
    F = read_network(bare, columns={"source": 1, "target": 2, "weight": 0})
    assert (ties(F), F.weight.tolist()) == ([(1, 2), (2, 1)], [7, 8])


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ({"from": "fan"}, "accepts the keys source, target, weight, since"),
        ({"source": 1.5}, "names of columns, or places"),
        ({"source": 0, "target": 9}, "has 2 columns"),
        ({"source": 0, "target": 0}, "are one column"),
    ],
)
def test_columns_that_cannot_be(tmp_path, columns, reason):
    """An argument that does not fit is said to be one."""
    with pytest.raises(SchemaError, match=reason):
        read_network(saved(tmp_path, "1,2\n3,4\n"), columns=columns)


def test_excel_in_german(tmp_path):
    """`sep=;`, a byte order mark, quotes, decimal commas, umlauts, time zones."""
    text = (
        '\ufeffsep=;\r\nFollower;Followed;Weight;Since\r\n"Müller; A";bob;0,5;2024-01-01\r\n'
        'bob;"Müller; A";1,5;2024-02-01T10:00:00+02:00\r\n'
    )
    for content in (text.encode(), text.removeprefix("\ufeff").encode("utf-16")):
        F = read_network(saved(tmp_path, content, "excel.csv"))
        assert ties(F) == [("Müller; A", "bob"), ("bob", "Müller; A")]
        assert F.weight.tolist() == [0.5, 1.5]
        assert F.since.astype("str").tolist()[1] == "2024-02-01T08:00:00.000000"


@pytest.mark.parametrize(
    "text",
    [
        "source;target;weight;name\nann;1,500;1.5;1,500\nbob;ann;2.25;x\n",
        "source;target;weight\nann;bob;1.5\n1,500;ann;2.25\n",
    ],
)
def test_the_decimal_sign_is_that_of_the_weights(tmp_path, text):
    """A comma in a name or in another column says nothing of it."""
    F = read_network(saved(tmp_path, text))
    assert sorted(F.weight.tolist()) == [1.5, 2.25]
    assert not any("decimal" in reason for reason in reasons(F))


@pytest.mark.parametrize("head", ["source;target;weight\n", ""])
def test_a_decimal_comma_is_noted(tmp_path, head):
    """Whoever meant thousands has to see it."""
    F = read_network(saved(tmp_path, head + "1;2;1,500\n2;1;3\n"))
    assert F.weight.tolist() == [1.5, 3]
    assert "weights are read with a decimal comma: 1,500 is one and a half" in reasons(F)


@pytest.mark.parametrize(("mostly", "rarely"), [("1.5", "1,500"), ("1,5", "1.500")])
@pytest.mark.parametrize("head", ["source;target;weight\n", ""])
def test_weights_with_both_decimal_signs(tmp_path, mostly, rarely, head):
    """The sign of most is read; what has the other is a bad line, wherever it stands."""
    lines = [f"{place};1;{mostly}" for place in range(300)]
    file = saved(tmp_path, head + "\n".join([*lines, f"7;2;{rarely}"]))
    with pytest.warns(FollownetWarning, match="1 of 301 lines .* the weight is no number"):
        F = read_network(file)
    assert set(F.weight) == {1.5}
    sign, commas, points = ("point", 1, 300) if mostly == "1.5" else ("comma", 300, 1)
    note = (
        f"weights have a decimal comma in {commas} and a decimal point in {points} lines: the "
        f"{sign} is read, the others are no numbers"
    )
    assert reasons(F)[note] == (0, "")
    with pytest.raises(
        DamagedExportError, match=r"2 of 5 lines .* no number.*delete lines \d, \d:"
    ):
        read_network(
            saved(tmp_path, head + "\n".join([*lines[:3], f"7;2;{rarely}", f"8;2;{rarely}"]))
        )


def test_thousands_in_quotes_are_no_decimals(tmp_path):
    """Where commas divide the cells, none is a decimal sign."""
    with pytest.raises(UnknownFormatError, match=r"2 of 2 lines .* the weight is no number"):
        read_network(saved(tmp_path, 'source,target,weight\n1,2,"1,500"\n2,1,"2,500"\n'))


@pytest.mark.parametrize("text", ["a,b,\nb,a,\nc,a,\n", "1;2;\n2;1;\n", "a\tb\t\nb\ta\t\n"])
def test_an_empty_third_column_is_no_weight(tmp_path, text):
    """A delimiter at the end of lines is none; the report says that the column is left out."""
    F = read_network(saved(tmp_path, text))
    assert (F.weight, F.since) == (None, None)
    assert reasons(F)["column left out: at place 2, from 0"] == (0, "")


def test_rows_without_target_are_counted(tmp_path):
    """They are accounts without ties, and the report has their lines."""
    F = read_network(saved(tmp_path, "source,target\nann,bob\ncy,\nbob,ann\ndan,\n"))
    assert F.accounts.tolist() == ["ann", "bob", "cy", "dan"]
    assert reasons(F) == {"no target, kept as an account without ties": (2, "3, 5")}
    pd.DataFrame({"source": [1, 2], "target": [2, None]}).to_parquet(tmp_path / "ties.parquet")
    F = read_network(tmp_path / "ties.parquet")
    assert reasons(F) == {"no target, kept as an account without ties": (1, "2")}


def test_a_header_that_nobody_knows_is_told(tmp_path):
    """Words over words may be a tie; who reads it decides."""
    file = saved(tmp_path, "von,nach\nann,bob\nbob,ann\n")
    with pytest.warns(FollownetWarning, match=r"line 1 is read as a tie.*columns=.*places 0 and 1"):
        F = read_network(file)
    assert ties(F) == [("ann", "bob"), ("bob", "ann"), ("von", "nach")]
    note = "line 1 is read as a tie, for it names no columns that follownet knows"
    assert reasons(F) == {note: (0, "")}
    F = read_network(file, columns={"source": "von", "target": "nach"})
    assert (ties(F), reasons(F)) == ([("ann", "bob"), ("bob", "ann")], {})
    F = read_network(file, columns={"source": 0, "target": 1})
    assert (F.follows, reasons(F)) == (3, {})


def test_a_header_over_decimal_commas_is_one(tmp_path):
    """A word over numbers is no weight, so the first line is no tie."""
    with pytest.raises(UnknownFormatError, match="3 columns without source and target"):
        read_network(saved(tmp_path, "von;nach;gewicht\nann;bob;1,5\nbob;ann;2,5\n"))


@pytest.mark.parametrize("text", ["ann,bob\ncy,ann\n", "1,2\n3,4\n", "ann,7\nbob,8\n"])
def test_a_first_line_that_is_a_tie_is_not_doubted(tmp_path, text):
    """Its accounts stand in other lines too, or are no words."""
    assert reasons(read_network(saved(tmp_path, text))) == {}


def test_gephi(tmp_path):
    """Gephi's own columns are left out, and listed."""
    text = "Source,Target,Type,Id,Label,timeset,Weight\nann,bob,Directed,0,,,1.5\n"
    F = read_network(saved(tmp_path, text))
    assert F.weight.tolist() == [1.5]
    left = [reason for reason in reasons(F) if reason.startswith("column left out")]
    assert left == [f"column left out: {name}" for name in ("Type", "Id", "Label", "timeset")]


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("3000000000 9223372036854775807\n", [3000000000, 2**63 - 1]),
        ("1 9223372036854775808\n", ["1", "9223372036854775808"]),
        ("007 2\n", ["007", "2"]),
        ("1 2\n2 007\n", ["007", "1", "2"]),
        ("1 0x1F\n", ["0x1F", "1"]),
        ("1 -0\n", ["-0", "1"]),
        ("-1 0\n", [-1, 0]),
        ("1.0 2\n", ["1.0", "2"]),
        ("1 +2\n", ["+2", "1"]),
        ("1\tann\n", ["1", "ann"]),
        ("ann ü\nann NA\n", ["NA", "ann", "ü"]),
    ],
)
def test_labels(tmp_path, text, labels):
    """Numbers are exact; one account that is none makes all of them texts, as written."""
    assert read_network(saved(tmp_path, text)).accounts.tolist() == labels


@pytest.mark.parametrize("gap", [[], [None]])
def test_numbers_too_large_for_64_bits_are_texts(tmp_path, gap):
    """In Parquet as in text; no account becomes another."""
    file = tmp_path / "ties.parquet"
    source = pd.array([1, 2**63, *[1 for _ in gap]], dtype="UInt64")
    target = pd.array([2**64 - 1, 1, *gap], dtype="UInt64")
    pd.DataFrame({"source": source, "target": target}).to_parquet(file)
    F = read_network(file)
    assert F.accounts.tolist() == ["1", "18446744073709551615", "9223372036854775808"]
    assert ties(F) == [("1", "18446744073709551615"), ("9223372036854775808", "1")]
    pd.DataFrame({"source": [1, 2], "target": pd.array([2, 3], "UInt64")}).to_parquet(file)
    assert read_network(file).accounts.tolist() == [1, 2, 3]


def test_numbers_and_texts_in_one_table_are_texts(tmp_path):
    """One account that is no number makes all of them texts, in Parquet too."""
    pd.DataFrame({"source": [1, 2], "target": ["2", "a"]}).to_parquet(tmp_path / "ties.parquet")
    assert ties(read_network(tmp_path / "ties.parquet")) == [("1", "2"), ("2", "a")]


@pytest.mark.parametrize(
    ("cell", "time"),
    [
        ("1700000000", "2023-11-14T22:13:20.000000"),
        ("1700000000.25", "2023-11-14T22:13:20.250000"),
        ("1700000000123", "2023-11-14T22:13:20.123000"),
        ("1700000000123456", "2023-11-14T22:13:20.123456"),
        ("2023-11-14T22:13:20Z", "2023-11-14T22:13:20.000000"),
        ("2023-11-14 22:13:20 UTC", "2023-11-14T22:13:20.000000"),
        ("0", "NaT"),
        ("", "NaT"),
    ],
)
def test_times(tmp_path, cell, time):
    """Units are told apart by size; 0 and nothing are not known."""
    F = read_network(saved(tmp_path, f"source,target,time\n1,2,{cell}\n"))
    assert F.since.astype("str").tolist() == [time]


def test_a_time_that_cannot_be_read_loses_no_tie(tmp_path):
    """The tie is there, whenever it began."""
    file = saved(tmp_path, "source,target,since\n1,2,yesterday\n2,1,2024-01-01\n")
    with pytest.warns(FollownetWarning, match="1 times cannot be read, the first in line 2"):
        F = read_network(file)
    assert (F.follows, np.isnat(F.since).tolist()) == (2, [True, False])
    assert reasons(F)["the time cannot be read, kept without"] == (1, "2")


def test_weights_that_are_infinite_or_missing(tmp_path):
    """They are kept as read."""
    text = "source,target,weight\n1,2,inf\n2,1,\n3,1,nan\n4,1,-2.5e3\n"
    F = read_network(saved(tmp_path, text))
    np.testing.assert_array_equal(F.weight, [np.inf, np.nan, np.nan, -2500])


def test_bad_lines_are_counted_with_their_numbers(tmp_path):
    """Comments, empty lines and a header count as lines; the rest is read."""
    good = [f"{one} {one + 1} 1.5" for one in range(30)]
    lines = ["# a", *good[:10], "5", *good[10:20], "# b", "", "7 8 x", "1 2 3 4", *good[20:]]
    with pytest.warns(FollownetWarning, match="3 of 33 lines cannot be read; the first is line 12"):
        F = read_network(saved(tmp_path, "\n".join(lines)))
    assert F.follows == 30
    assert reasons(F) == {
        "too few columns": (1, "12"),
        "too many columns": (1, "26"),
        "the weight is no number": (1, "25"),
    }


def test_only_ten_lines_are_named(tmp_path):
    """The count says how many there are."""
    F = read_network(saved(tmp_path, "1 2\n" * 30))
    assert reasons(F) == {"repeats an earlier tie": (29, "2, 3, 4, 5, 6, 7, 8, 9, 10, 11")}
    assert F.repeated == 29


def test_lines_of_cells_that_span_lines(tmp_path):
    """A quoted line break is part of a name; the row is where it begins."""
    F = read_network(saved(tmp_path, 'source,target\n"a\nb",c\nc,c\n"c",c\n'))
    assert ties(F) == [("a\nb", "c"), ("c", "c")]
    assert reasons(F) == {"self-loop, kept as a flag": (1, "4"), "repeats an earlier tie": (1, "5")}


def test_repeated_ties_add_up_where_asked(tmp_path):
    """P20: the earliest stands, or the sum."""
    file = saved(tmp_path, "source,target,weight\n1,2,3\n1,2,4\n2,1,1\n")
    assert read_network(file).weight.tolist() == [3, 1]
    assert read_network(file, repeated="sum").weight.tolist() == [7, 1]


@pytest.mark.parametrize("order", [0, 1, 2])
def test_order_and_repeats_of_lines_change_nothing(tmp_path, order):
    """A network is a set of ties."""
    rng = np.random.default_rng(order)
    rows = rng.integers(0, 40, (300, 2)).tolist()
    lines = [f"{source}\t{target}\n" for source, target in rows]
    mixed = [lines[place] for place in rng.permutation(np.repeat(np.arange(300), 2))]
    F = read_network(saved(tmp_path, "".join(lines), "one"))
    again = read_network(saved(tmp_path, "".join(mixed), "other"))
    assert (
        ties(F)
        == ties(again)
        == sorted({(one, two) for one, two in rows}, key=lambda tie: (tie[0] == tie[1], tie))
    )


@pytest.mark.parametrize(
    "text", ["1 2\r3 4\r", "1,2\r\n\r\n3,4\r\n", " 1   2\n\t3\t4 \n", "1|2\n3|4", "1, 2\n3, 4\n"]
)
def test_ends_of_lines_and_blanks(tmp_path, text):
    """Old Macs, Windows, ragged blanks, no end of the last line."""
    assert ties(read_network(saved(tmp_path, text))) == [(1, 2), (3, 4)]


@pytest.mark.parametrize(
    "text", ["# Nodes: 0 Edges: 0\n", "source,target\n", "% asym unweighted\n"]
)
def test_a_network_without_ties(tmp_path, text):
    """A header or a comment says that there could be some."""
    F = read_network(saved(tmp_path, text))
    assert (len(F), F.follows) == (0, 0)


def test_an_account_may_look_like_a_comment(tmp_path):
    """In a table that begins with its header, there are none."""
    assert ties(read_network(saved(tmp_path, "source,target\n#a,b\n"))) == [("#a", "b")]


def test_a_header_of_another_length(tmp_path):
    """A comma too many at its end does no harm; a name too many does."""
    assert ties(read_network(saved(tmp_path, "source,target,\n1,2\n3,4\n"))) == [(1, 2), (3, 4)]
    with pytest.raises(UnknownFormatError, match=r"2 of 2 lines.*line 2: too few columns.*3 col"):
        read_network(saved(tmp_path, "source,target,weight\n1,2\n3,4\n"))


def test_years_are_numbers(tmp_path):
    """In a column of numbers a number is Unix time, whatever it looks like."""
    F = read_network(saved(tmp_path, "source,target,time\n1,2,2004\n2,1,1700000000\n"))
    assert F.since.astype("int64").tolist() == [2004_000000, 1700000000_000000]


def test_what_networkx_writes_as_edge_list(tmp_path):
    """Empty attributes in braces are no weights."""
    nx.write_edgelist(nx.DiGraph([(0, 1), (1, 2)]), tmp_path / "nx.edgelist")
    F = read_network(tmp_path / "nx.edgelist")
    assert (ties(F), F.weight) == ([(0, 1), (1, 2)], None)


# ------------------------------------------------------------------ Parquet and documents


def test_parquet(tmp_path):
    """Types are kept: a text of digits is a text, numbers with a gap are exact."""
    file = tmp_path / "ties.parquet"
    pd.DataFrame({"src": ["1", "x"], "dst": ["2", "1"], "kind": [1, 2]}).to_parquet(file)
    F = read_network(file)
    assert ties(F) == [("1", "2"), ("x", "1")]
    assert reasons(F) == {"column left out: kind": (0, "")}
    target = pd.array([2**62 + 1, None], dtype="Int64")
    since = pd.to_datetime(["2024-01-01T01:00+01:00", None], utc=True)
    pd.DataFrame({"source": [1, 7], "target": target, "since": since}).to_parquet(file)
    F = read_network(file)
    assert (ties(F), F.accounts.tolist()) == ([(1, 2**62 + 1)], [1, 7, 2**62 + 1])
    assert F.since.astype("str").tolist() == ["2024-01-01T00:00:00.000000"]


@pytest.mark.parametrize("ending", ["graphml", "gexf"])
def test_documents(tmp_path, ending):
    """Attributes of accounts, accounts without ties, parallel ties."""
    graph = nx.MultiDiGraph()
    graph.add_node("d", group="x")
    graph.add_edge("a", "b", weight=2.0, since="2024-01-01T00:00:00Z")
    graph.add_edge("b", "b")
    graph.add_edge("a", "b", weight=3.0)
    (nx.write_graphml_xml if ending == "graphml" else nx.write_gexf)(graph, tmp_path / "doc")
    F = read_network(tmp_path / "doc")
    assert (ties(F), F.accounts.tolist()) == ([("a", "b"), ("b", "b")], ["a", "b", "d"])
    assert (F.weight.tolist(), F.repeated) == ([2.0], 1)
    assert F.marks.loc["d", "group"] == "x"


def test_pajek(tmp_path):
    """Arcs are ties; edges beside them are ties both ways, and a note says so."""
    F = read_network(saved(tmp_path, PAJEK + "*Arcs\n1 2 1.5\n2 1 2\n", "a.net"))
    assert ties(F) == [("ann", "bob lee"), ("bob lee", "ann")]
    assert (F.weight.tolist(), F.accounts.tolist()) == ([1.5, 2], ["ann", "bob lee", "cy"])
    F = read_network(saved(tmp_path, PAJEK + "*Arcs\n1 2 1\n*Edges\n2 3 4\n", "b.net"))
    assert ties(F) == [("ann", "bob lee"), ("bob lee", "cy"), ("cy", "bob lee")]
    assert F.weight.tolist() == [1, 4, 4]
    assert "*Edges beside *Arcs count as ties in both directions" in reasons(F)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (PAJEK + "*Arcslist\n1 2 3\n", DamagedExportError),
        ('*Vertices 2\n1 "a"\n2 "a"\n*Arcs\n1 2\n', SchemaError),
        ('*Vertices 5 2\n1 "a"\n*Arcs\n1 2\n', DamagedExportError),
        ("*Arcs\n1 2\n", DamagedExportError),
    ],
)
def test_pajek_that_cannot_be_read(tmp_path, text, kind):
    """What networkx would misread is refused."""
    with pytest.raises(kind):
        read_network(saved(tmp_path, text))


# ------------------------------------------------------------------ study graphs


EXPECTED = json.loads((STUDIES / "expected.json").read_text()) if STUDIES.is_dir() else {}


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_study_graphs_have_the_rows_they_are_known_to_have(name):
    """Rows, accounts, self-loops and distinct ties, counted elsewhere."""
    known = EXPECTED[name]
    F = read_network(STUDIES / f"{name}.tsv.gz")
    assert (len(F), int(F.loops.sum()), F.follows) == (known["nodes"], known["loops"], known["L"])
    assert F.follows + int(F.loops.sum()) == known["uniq"]
    assert F.follows + int(F.report["rows"].sum()) == known["rows"]


def test_study_graphs_are_there_or_not():
    """Without them the test above has no cases, and says so here."""
    if not EXPECTED:
        pytest.skip("the study graphs are not beside this repository")
    assert len(EXPECTED) >= 14
