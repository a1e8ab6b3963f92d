"""LinkedIn's CSV files of all years: with lines before the header, without links, re-saved."""

from __future__ import annotations

import json
import random
import warnings
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from conftest import first

import follownet as fn
from follownet.errors import (
    DamagedExportError,
    FollownetError,
    NotObservedError,
    SchemaError,
    UnknownFormatError,
)
from follownet.readers.linkedin.people import slug
from follownet.tables import Export

# Lists of one day are suspect.
pytestmark = pytest.mark.filterwarnings("ignore:the follow")

SAMPLES = Path(__file__).parents[3] / "shared" / "exports"
HEADER = "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
LINK = "https://www.linkedin.com/in/"
ROWS = (
    f"Ann,Lee,{LINK}ann-lee,,,,09 May 2026\n"
    f"Bob,Ray,{LINK}b%C3%B6b/,,,,8 May 2026\n"
    ",,,,,,07 May 2026\n"
)
NOTES = 'Notes:\n"When exporting, you may ... ""notice"""\n\n'
INVITED = (
    "From,To,Sent At,Message,Direction,inviterProfileUrl,inviteeProfileUrl\n"
    f'Me Own,Bob Ray,"5/7/26, 11:35 PM",Hello,OUTGOING,{LINK}me,{LINK}böb\n'
    f'Ann Lee,Me Own,"5/9/26, 12:05\u202fAM",,INCOMING,{LINK}ann-lee,{LINK}me\n'
)


def read(tmp_path: Path, options: dict[str, Any] | None = None, **files: str | bytes) -> Export:
    """Return the export of files called by their names without the ending."""
    folder = tmp_path / "export"
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        found = content.encode() if isinstance(content, str) else content
        (folder / f"{name.replace('__', ' ')}.csv").write_bytes(found)
    return fn.read(folder, **(options or {}))


def left_out(export: Export) -> dict[str, int]:
    assert export.report is not None
    return dict(export.report.skipped.groupby("reason")["records"].sum())


@pytest.mark.skipif(not SAMPLES.exists(), reason="real exports are not in the repository")
def test_the_sample_agrees_on_every_figure() -> None:
    """Connections, invitations, companies, owner."""
    expected = json.loads((SAMPLES / "expected.json").read_text())["linkedin-2026"]
    export = fn.read(SAMPLES / "linkedin-2026")
    related = export.relations
    connected = related[related["relation"] == "connection"]
    sent = related[related["relation"] == "requested"]
    received = related[related["relation"] == "request_received"]
    assert export.report is not None
    files = export.report.files.set_index("content")
    assert files["records"]["connection"] == expected["connection_records"]
    assert len(connected) == expected["n_connections"] == connected["target"].nunique()
    (removed,) = left_out(export).values()
    assert removed == expected["empty_rows"]
    assert export.report.notes[0].startswith(f"{expected['duplicate_full_names']} connections")
    assert len(sent) == expected["invitations_outgoing"]
    assert len(received) == expected["invitations_incoming"]
    assert sent["target"].isin(connected["target"]).sum() == expected["invitees_already_connected"]
    assert related["message"].sum() == expected["invitations_with_message"]
    assert len(export.follows) == expected["company_follows"]
    assert export.owners == (expected["owner"],)
    assert export.accounts["name"][expected["owner"]] == expected["owner_name"]
    assert f"{connected['at'].min():%Y-%m-%d}" == expected["earliest_follow"]
    assert f"{connected['at'].max():%Y-%m-%d}" == expected["latest_follow"]


@pytest.mark.parametrize(
    "content",
    [
        NOTES + HEADER + ROWS,
        '\ufeff"Notes:"\n"Text"\n\n' + HEADER + ROWS,
        "\ufeffNotes:\r\n" + (HEADER + ROWS).replace("\n", "\r\n"),
        HEADER + ROWS,
        (NOTES + HEADER + ROWS).encode("utf-16"),
        ("\ufeff" + HEADER + ROWS).replace(",", "\t").encode("utf-16-le"),
        (HEADER + ROWS).replace(",", ";"),
    ],
)
def test_p9_the_header_is_found_whatever_stands_before_it(
    content: str | bytes, tmp_path: Path
) -> None:
    """Notes quoted or not, BOM, CRLF, none, UTF-16, tabs, semicolons."""
    export = read(tmp_path, Connections=content)
    assert export.relations["target"].tolist() == ["ann-lee", "böb"]
    assert export.relations["at"].dt.strftime("%Y-%m-%d").tolist() == ["2026-05-09", "2026-05-08"]
    assert left_out(export) == {"removed member: neither name nor link; no account": 1}
    assert export.follows.empty
    assert export.coverage["status"].tolist() == ["missing", "missing"]
    assert "mutual by construction" in export.coverage["note"][0]


@pytest.mark.parametrize(
    ("cell", "at"),
    [
        ('"6/3/18, 9:15 AM"', "2018-06-03 09:15"),
        ('"6/3/18, 12:15 AM"', "2018-06-03 00:15"),
        ("17 Jun 2021", "2021-06-17 00:00"),
    ],
)
def test_connections_without_links_are_named(cell: str, at: str, tmp_path: Path) -> None:
    """Those of one name are kept apart."""
    head = "First Name,Last Name,Email Address,Company,Position,Connected On\n"
    rows = f"Ann,Lee,,,,{cell}\nAnn,Lee,,,,{cell}\n"
    export = read(tmp_path, Connections=head + rows)
    assert export.relations["target"].tolist() == ["Ann Lee", "Ann Lee#2"]
    assert f"{export.relations['at'][0]:%Y-%m-%d %H:%M}" == at


def test_invitations_meet_connections_by_link(tmp_path: Path) -> None:
    """Percent-encoded in one file, plain in the other; the owner is who sent them."""
    export = read(tmp_path, Connections=NOTES + HEADER + ROWS, Invitations=INVITED)
    table = export.relations.set_index("relation")
    assert export.owners == ("me",)
    assert table["target"]["requested"] == "böb"
    assert table["source"]["request_received"] == "ann-lee"
    assert f"{table['at']['requested']:%d %H:%M}" == "07 23:35"
    assert f"{table['at']['request_received']:%d %H:%M}" == "09 00:05"
    assert table["message"].astype("object").fillna("").tolist() == ["", "", True, False]
    found = fn.reciprocity.invitations(export)
    shown = ["invitations", "connected", "before", "median"]
    assert found.loc[("sent", "all"), shown].tolist() == [1, 1, 0, 1]
    assert found.loc[("received", "without message"), shown].tolist() == [1, 1, 0, 0]
    assert found.loc[("received", "with message"), shown[:3]].tolist() == [0, 0, 0]


def test_zone_moves_clocks_and_no_days(tmp_path: Path) -> None:
    """Invitations have a clock, connections have none."""
    export = read(
        tmp_path, {"zone": "Europe/Berlin"}, Connections=HEADER + ROWS, Invitations=INVITED
    )
    table = export.relations.set_index("relation")["at"]
    assert f"{table['requested']:%H:%M}" == "21:35"
    assert f"{table['connection'].max():%d %H:%M}" == "09 00:00"


def test_invitations_by_name_alone(tmp_path: Path) -> None:
    """Until 2024 a name is taken for the one connection of that name."""
    rows = (
        'Me Own,Bob Ray,"5/7/26, 11:35 PM",,OUTGOING\nMe Own,Cy Fox,"5/7/26, 1:00 PM",,OUTGOING\n'
    )
    export = read(
        tmp_path,
        Connections=HEADER + ROWS,
        Invitations="From,To,Sent At,Message,Direction\n" + rows,
    )
    assert export.relations["target"].tolist() == ["ann-lee", "böb", "böb", "Cy Fox"]
    assert export.owners == ("Me Own",)


def test_follows_are_of_companies_and_members(tmp_path: Path) -> None:
    """A company is never a person of its name; unfollowed members are counted."""
    export = read(
        tmp_path,
        Connections=HEADER + ROWS,
        Company__Follows="Organization,Followed On\nAnn Lee,Tue Mar 03 12:00:00 UTC 2020\n",
        Member_Follows="Notes:\n\nDate,Full Name,Status\n2021-01-02 03:04:05,Ann Lee,Active\n"
        "2021-01-02 03:04:05,Di Low,Unfollowed\n",
        Hashtag_Follows="HashTag,CreatedTime,LastModifiedTime,State\nx,1,1,FOLLOWED\n",
        Contacts="never,opened\n",
    )
    assert sorted(export.follows["target"]) == ["ann-lee", "company:Ann Lee"]
    assert export.accounts["type"]["company:Ann Lee"] == "business"
    assert f"{export.follows['since'].min():%Y-%m-%d %H:%M}" == "2020-03-03 12:00"
    found = left_out(export)
    assert found["status is not Active: no follow any more"] == 1
    assert found["a hashtag is no account"] == found["not among the files that are read"] == 1


MESSAGES = (
    "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,DATE,"
    "SUBJECT,CONTENT,FOLDER,ATTACHMENTS,IS MESSAGE DRAFT\n"
    f'c1,,Me Own,{LINK}me,Ann Lee,{LINK}ann,2021-06-17 12:00:00 UTC,,"a\rb",INBOX,,No\n'
    f"c1,,Ann Lee,{LINK}ann,Me Own,{LINK}me,2021-06-17 13:00:00 UTC,,,INBOX,,No\n"
    f'c2,,Me Own,{LINK}me,"Ann Lee,Bob","{LINK}ann,{LINK}bob",2021-06-18 12:00:00 UTC,,,INBOX,,\n'
    f"c3,,LinkedIn Member,,Me Own,{LINK}me,2021-06-19 12:00:00 UTC,,,INBOX,,No\n"
    f"c1,,Me Own,{LINK}me,Ann Lee,{LINK}ann,2021-06-17 12:00:00 UTC,,,INBOX,,Yes\n"
)
PROFILE = "First Name,Last Name,Headline\nMe,Own,x\n"


def test_messages_of_two_and_of_more(tmp_path: Path) -> None:
    """Drafts are counted; who is gone is known by the conversation."""
    export = read(tmp_path, messages=MESSAGES, Profile=PROFILE)
    table = export.interactions[["source", "target", "item", "group"]]
    assert table.astype("object").fillna("").to_numpy().tolist() == [
        ["me", "ann", "c1", ""],
        ["ann", "me", "c1", ""],
        ["me", "", "c2", "c2"],
        ["dm:c3", "me", "c3", ""],
    ]
    assert left_out(export)["draft, not sent"] == 1
    assert export.accounts["type"]["dm:c3"] == "deleted"


def test_messages_of_2018_have_names_alone(tmp_path: Path) -> None:
    """Who is in it is all there is of a conversation."""
    rows = 'Me Own,Ann Lee,"6/3/18, 9:15 AM",,x,OUTGOING,INBOX\n'
    head = "From,To,Date,Subject,Content,Direction,Folder\n"
    export = read(tmp_path, Messages=head + rows, Profile=PROFILE)
    assert export.interactions[["source", "target", "item"]].to_numpy().tolist() == [
        ["Me Own", "Ann Lee", "Ann Lee"]
    ]


def test_texts_with_line_breaks(tmp_path: Path) -> None:
    """Not quoted in comments, quoted twice in shares."""
    export = read(
        tmp_path,
        Connections=HEADER + ROWS,
        Comments='Date,Link,Message\n2021-06-17 12:00:00,L1,one\nmore, of it\n"\n',
        Reactions="Date,Type,Link\n2021-06-17 12:00:00,LIKE,L2\n",
        Shares="Date,ShareLink,ShareCommentary,SharedURL,MediaURL,Visibility\n"
        '2021-06-17 12:00:00,P1,"ab""\r\n""cd",,,X\n',
    )
    assert export.interactions["item"].tolist() in (["L1", "L2"], ["L2", "L1"])
    assert set(export.interactions["kind"]) == {"like", "comment"}
    assert export.interactions["target"].isna().all()
    assert export.posts["text_length"].tolist() == [5]
    assert (
        left_out(export)["continuation of a text with line breaks; belongs to the record before it"]
        == 2
    )


def test_a_workbook_is_told(tmp_path: Path) -> None:
    """Alone an error, beside others a skip."""
    with pytest.raises(DamagedExportError, match="Excel workbook"):
        read(tmp_path, Connections=b"PK\x03\x04 and so on")
    with pytest.warns(fn.errors.FollownetWarning, match=r"Connections\.csv is an Excel"):
        read(tmp_path, Invitations=INVITED)


def test_a_header_without_rows_is_an_empty_list(tmp_path: Path) -> None:
    """Empty is not missing."""
    export = read(tmp_path, Company__Follows="Organization,Followed On\n")
    assert export.coverage["status"].tolist() == ["missing", "presumed"]
    assert export.coverage["records"].tolist()[1] == 0


def test_the_name_of_the_archive_dates_it(tmp_path: Path) -> None:
    """Month, day, year."""
    folder = tmp_path / "Complete_LinkedInDataExport_05-10-2026"
    folder.mkdir()
    (folder / "Connections.csv").write_text(HEADER + f"A,B,{LINK}a,,,,09 May 2026\n")
    assert fn.read(folder).exported_at == pd.Timestamp("2026-05-10", tz="UTC")


def test_owner_may_be_given_as_a_link(tmp_path: Path) -> None:
    """It wins; a blank one is refused without being told."""
    export = read(tmp_path, {"owner": LINK + "Else/"}, Invitations=INVITED)
    assert export.owners == ("else",)
    with pytest.raises(SchemaError, match="3 characters"):
        read(tmp_path, {"owner": "   "})


@pytest.mark.parametrize("seed", first(15, range(60)))
def test_mutilated_files_raise_nothing_else(seed: int, tmp_path: Path) -> None:
    """Cut, NULs, other encodings, unclosed quotes, huge cells; names are never told."""
    rng = random.Random(seed)
    files: dict[str, bytes] = {}
    for name, text in (
        ("Connections", NOTES + HEADER + ROWS),
        ("Invitations", INVITED),
        ("messages", MESSAGES),
        ("Profile", PROFILE),
    ):
        content = bytearray(text.encode())
        for _ in range(rng.randrange(4)):
            place = rng.randrange(len(content) + 1)
            content[place:place] = rng.choice(
                [b"\0", b'"', b"\xff\xfe", b"\xe9", b"," * 9, b"\n", b"x" * 140_000, b"\r", b"\x81"]
            )
        files[name] = bytes(
            content[: rng.randrange(len(content))] if rng.random() < 0.3 else content
        )
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        try:
            said = str(read(tmp_path, **files).report)
        except FollownetError as error:
            said = str(error)
    said += " ".join(str(one.message) for one in told)
    assert not any(name in said for name in ("Ann", "Bob", "Lee", "böb", "ann-lee"))


def test_other_tables_are_not_claimed(tmp_path: Path) -> None:
    """A name alone does not tell."""
    with pytest.raises(UnknownFormatError):
        read(tmp_path, Connections="a,b\n1,2\n", messages="from,to\nx,y\n")


def test_invitations_need_both_files(tmp_path: Path) -> None:
    """Without connections it is not known who is connected; a file without rows is known."""
    with pytest.raises(NotObservedError, match="connections"):
        fn.reciprocity.invitations(read(tmp_path, Invitations=INVITED))
    with pytest.raises(SchemaError, match="no Export"):
        fn.reciprocity.invitations(None)  # type: ignore[arg-type]
    export = read(tmp_path, Connections=HEADER, Invitations=INVITED.split("\n")[0] + "\n")
    table = fn.reciprocity.invitations(export)
    assert table["invitations"].tolist() == [0, 0]
    assert table["share"].isna().all()


def test_connections_are_a_graph(tmp_path: Path) -> None:
    """Both arcs of each."""
    graph = read(tmp_path, Connections=HEADER + ROWS, Invitations=INVITED).graph(ties="connections")
    assert sorted(graph.edges) == [
        ("ann-lee", "me"),
        ("böb", "me"),
        ("me", "ann-lee"),
        ("me", "böb"),
    ]


def test_a_slug_is_no_other_persons_name(tmp_path: Path) -> None:
    """Nor is a person whose link begins so a company; a namesake of the owner is another."""
    rows = f"böb,,,,,,1 May 2026\nBob,Ray,{LINK}b%C3%B6b,,,,2 May 2026\nX,Y,{LINK}company:z,,,,\n"
    export = read(tmp_path, Connections=HEADER + rows + "Me,Own,,,,,1 May 2026\n", Profile=PROFILE)
    assert export.owners == ("Me Own",)
    assert export.relations["target"].tolist() == ["böb", "in/böb", "in/company:z", "Me Own#2"]


@pytest.mark.parametrize(
    ("link", "account"),
    [
        (LINK + "Ann-Lee/", "ann-lee"),
        (LINK + "ann-lee/en-us?trk=x", "ann-lee"),
        ("de.linkedin.com/in/b%C3%96b", "böb"),
        ("https://www.linkedin.com/pub/ann-lee/12/345/678", "ann-lee/12/345/678"),
        ("https://example.com/in/ann", None),
        (LINK, None),
        (LINK + "/" * 100_000 + "\n", None),
    ],
)
def test_links_name_people(link: str, account: str | None) -> None:
    """Decoded, in lower case, without what follows."""
    assert slug(link) == account


def test_one_file_given_twice_counts_once(tmp_path: Path) -> None:
    """Two parts of a request may hold the same."""
    head = "First Name,Last Name,Email Address,Company,Position,Connected On\n"
    for part in ("basic", "complete"):
        (tmp_path / "export" / part).mkdir(parents=True)
        (tmp_path / "export" / part / "Connections.csv").write_text(
            head + "Ann,Lee,,,,17 Jun 2021\n"
        )
    export = fn.read(tmp_path / "export")
    assert export.relations["target"].tolist() == ["Ann Lee"]
    assert left_out(export) == {"the same as another file": 1}
