"""Each source of post analytics in its true shape, from file to table."""

from __future__ import annotations

import codecs
import csv
import zipfile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import sheets as s

import follownet as fn
from follownet.errors import FollownetWarning, SchemaError, UnknownFormatError
from follownet.tables import SCHEMA

COUNTS = ["likes", "comments", "shares", "saves", "reach", "impressions", "views", "new_follows"]


def counts(export: fn.Export) -> list[list[Any]]:
    """Return the counts of each post, None where not known."""
    table = export.posts[COUNTS].astype(object)
    return table.where(table.notna(), None).to_numpy().tolist()


def at(export: fn.Export) -> list[str]:
    return [f"{time:%Y-%m-%d %H:%M}" for time in export.posts["at"]]


def skipped(export: fn.Export) -> dict[str, int]:
    assert export.report is not None
    return dict(zip(export.report.skipped["reason"], export.report.skipped["records"], strict=True))


def noted(export: fn.Export, part: str) -> str:
    """Return the one note that has a part."""
    assert export.report is not None
    [note] = [note for note in export.report.notes if part in note]
    return note


def test_meta_business_suite_in_english(tmp_path: Path) -> None:
    """Dates begin with the month; the id is text; nothing is lost of columns nobody asked for."""
    export = fn.read_posts(s.saved(tmp_path, s.text([s.INSTAGRAM, *s.INSTAGRAM_ROWS], end="\r\n")))
    assert list(export.posts.columns[:13]) == list(SCHEMA["posts"])
    assert export.posts.dtypes.astype(str)[:13].to_dict() == SCHEMA["posts"]
    assert export.posts["post"].tolist() == ["18000000000000001", "18000000000000002"]
    assert at(export) == ["2026-03-27 06:08", "2026-04-02 18:30"]
    assert counts(export) == [
        [120, 4, 3, 5, 12345, None, 15000, 1],
        [10, 1, 0, 2, 800, None, 900, 0],
    ]
    assert export.posts["format"].tolist() == ["image", "reel"]
    assert export.posts["text_length"].tolist() == [0, 22]
    assert (export.platform, export.owners) == ("instagram", ("ann.b",))
    assert set(export.coverage["status"]) == {"missing"}
    further = ["Account ID", "Account name", "Duration (sec)", "Permalink", "Data comment", "Date"]
    assert list(export.posts.columns[13:]) == further
    assert export.posts["Account ID"].tolist() == ["17841400000000000"] * 2
    assert export.posts["Duration (sec)"].tolist() == [0, 31]
    assert noted(export, "other columns").count("'") == 2 * len(further)
    assert "likes from 'Likes'" in noted(export, "columns: ")
    assert "Meta Business Suite (Instagram), language en" in noted(export, "read as: ")


def test_meta_business_suite_in_german(tmp_path: Path) -> None:
    """Semicolons, points between thousands and in dates, quotes in a header; clocks of Berlin."""
    export = fn.read_posts(s.table(tmp_path, s.GERMAN, *s.GERMAN_ROWS), zone="Europe/Berlin")
    assert at(export) == ["2026-10-01 04:08", "2026-10-02 16:30"]
    assert counts(export) == [
        [120, 4, 3, 5, 12345, None, 15000, 1],
        [10, 1, 0, 2, 800, None, 900, 0],
    ]
    assert export.posts["format"].tolist() == ["image", "reel"]
    assert export.posts["text_length"].tolist() == [5, 0]
    assert export.owners == ("ann.b",)
    assert "1.250,5" in noted(export, "numbers are")
    assert not skipped(export)  # "Gesamt" under "Datum" beside a time is no row of sums


def test_meta_business_suite_in_spanish(tmp_path: Path) -> None:
    """A point between thousands in a file with commas: counts are whole, so it can be no other."""
    export = fn.read_posts(s.table(tmp_path, s.SPANISH, *s.SPANISH_ROWS))
    assert at(export) == ["2026-03-27 06:08", "2026-04-02 18:30"]
    assert counts(export) == [
        [120, 4, 3, 5, 12345, None, 15400, 1],
        [10, 1, 0, 2, 800, None, 900, 0],
    ]
    assert export.posts["format"].tolist() == ["image", "reel"]


def test_meta_business_suite_for_a_page(tmp_path: Path) -> None:
    """Facebook has reactions; a title beside the description stays under its own header."""
    header = (
        "Post ID,Page ID,Page name,Title,Description,Duration (sec),Publish time,Permalink,"
        "Post type,Reach,Reactions,Comments,Shares"
    )
    row = "1200000000000001_1,99,Ann's page,Hi,Hello,0,03/27/2026 06:08,https://f.test/1,Photos,9,3,2,1"
    export = fn.read_posts(s.table(tmp_path, header, row))
    assert (export.platform, export.owners) == ("facebook", ("Ann's page",))
    assert counts(export) == [[3, 2, 1, None, 9, None, None, None]]
    assert export.posts.loc[0, ["text_length", "Title", "format"]].tolist() == [5, "Hi", "image"]


def test_x_content(tmp_path: Path) -> None:
    """Ids beyond 2**53 stay whole; reposts are its shares, and its own "Shares" is kept."""
    export = fn.read_posts(s.table(tmp_path, s.X, *s.X_ROWS))
    assert export.posts["post"].tolist() == ["1945012345678901234", "1945012345678901235"]
    assert at(export) == ["2026-07-14 00:00", "2026-07-15 00:00"]
    assert counts(export) == [
        [12, 4, 5, 2, None, 1500, None, 3],
        [1, 0, 1, 0, None, 90, None, 0],
    ]
    assert export.posts["engagements"].tolist() == [40, 2]
    assert export.posts["Shares"].tolist() == [1, 0]
    assert export.platform == "x"
    assert export.report is not None
    assert export.report.times["precision"].tolist() == ["day"]


def test_twitter_content(tmp_path: Path) -> None:
    """Until 2024: times say their zone, counts are written as fractions, "-" is nothing."""
    export = fn.read_posts(s.table(tmp_path, s.TWITTER, *s.TWITTER_ROWS), zone="Asia/Tokyo")
    assert at(export) == ["2026-08-15 13:12"]
    assert counts(export) == [[12, 4, 5, None, None, 1500, None, 3]]
    assert export.posts["engagement rate"].tolist() == [0.0267]
    assert export.posts["promoted impressions"].isna().all()
    assert export.report is not None
    assert export.report.times[["zone", "known"]].to_numpy().tolist() == [["UTC", True]]


def test_x_overview_is_of_an_account(tmp_path: Path) -> None:
    """It has a row for each day, which is no post."""
    header = "Date,Impressions,Likes,Engagements,Bookmarks,Shares,New follows,Unfollows,Replies"
    path = s.table(tmp_path, header, '"Fri, Apr 26, 2024",1,1,1,1,1,1,1,1')
    with pytest.raises(UnknownFormatError, match="row for each day of the account"):
        fn.read_posts(path)


def test_tiktok_studio(tmp_path: Path) -> None:
    """1.2K beside "18,400"; the link is the post; what is rounded is said."""
    export = fn.read_posts(s.table(tmp_path, s.TIKTOK, *s.TIKTOK_ROWS))
    assert counts(export) == [
        [1200, 34, 5, None, None, None, 18400, None],
        [87, 0, 0, None, None, None, 950, None],
    ]
    assert at(export) == ["2026-08-02 19:05", "2026-08-03 20:00"]
    assert export.posts["post"][0].endswith("/7300000000000000001")
    assert "likes: 1 values are rounded" in noted(export, "rounded")


def test_tiktok_studio_in_american_dates(tmp_path: Path) -> None:
    """The other form of its times."""
    rows = [row.replace("2026-08-02 19:05:00", "08/16/2026 15:00") for row in s.TIKTOK_ROWS]
    rows = [row.replace("2026-08-03 20:00:00", "08/02/2026 15:00") for row in rows]
    export = fn.read_posts(s.table(tmp_path, s.TIKTOK, *rows))
    assert at(export) == ["2026-08-16 15:00", "2026-08-02 15:00"]


def test_youtube_studio(tmp_path: Path) -> None:
    """Its first row has sums; a video may be called "Total", and lose subscribers."""
    export = fn.read_posts(s.table(tmp_path, s.YOUTUBE, *s.YOUTUBE_ROWS))
    assert export.posts["post"].tolist() == ["abcDEF-1234", "_bcDEF-1235"]
    assert counts(export) == [
        [None] * 5 + [4000, 1000, -2],
        [None] * 5 + [1000, 100, 5],
    ]
    assert export.posts["text_length"].tolist() == [5, 10]
    assert export.posts["Watch time (hours)"].tolist() == [8.25, 2.25]
    assert skipped(export) == {"row of totals": 1}


def test_youtube_studio_in_german_and_spanish(tmp_path: Path) -> None:
    """Headers and the word for sums are of the account's language."""
    german = (
        "Videos,Videotitel,Veröffentlichungszeitpunkt des Videos,Dauer,Aufrufe,"
        "Wiedergabezeit (Stunden),Abonnenten,Impressionen,Klickrate der Impressionen (%)"
    )
    spanish = (
        "Contenido,Título del vídeo,Hora de publicación del vídeo,Duración,Visualizaciones,"
        "Tiempo de visualización (horas),Suscriptores,Impresiones,Porcentaje de clics (%)"
    )
    for header, total in ((german, "Gesamt"), (spanish, "Totales")):
        rows = [row.replace("Total,,", f"{total},,") for row in s.YOUTUBE_ROWS]
        export = fn.read_posts(s.table(tmp_path, header, *rows))
        assert export.platform == "youtube"
        assert counts(export)[0] == [None] * 5 + [4000, 1000, -2]
        assert skipped(export) == {"row of totals": 1}


def test_youtube_studio_as_downloaded(tmp_path: Path) -> None:
    """Of the tables in its zip that with a row for each video is read."""
    path = tmp_path / "Content 2026-09-01_2026-09-30 Ann.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("Table data.csv", "\n".join([s.YOUTUBE, *s.YOUTUBE_ROWS, ""]))
        archive.writestr("Totals.csv", "Date,Views\n2026-09-14,3\n2026-09-15,4\n")
        days = [f'2026-09-{day},abcDEF-1234,T,"Sep 14, 2026",61,{day}' for day in (14, 15)]
        header = "Date,Content,Video title,Video publish time,Duration,Views"
        archive.writestr("Chart data.csv", "\n".join([header, *days, ""]))
    for export in (fn.read_posts(path), fn.read(path)):
        assert counts(export)[0] == [None] * 5 + [4000, 1000, -2]
        assert skipped(export)["other table with a time and a count"] == 2


def test_linkedin_page(tmp_path: Path) -> None:
    """The sheet with a row for each post, whose header is on the second line."""
    export = fn.read_posts(s.workbook(tmp_path, s.PAGE))
    assert export.platform == "linkedin"
    assert export.posts["post"].tolist() == ["https://l.test/a", "https://l.test/b"]
    assert at(export) == ["2026-07-14 00:00", "2026-08-02 00:00"]
    assert counts(export) == [
        [12, 4, 5, None, None, 1500, None, 1],
        [1, 0, 0, None, None, 90, 40, 0],
    ]
    assert export.posts["Click through rate (CTR)"].tolist() == [0.02, 0.0333]
    assert skipped(export)["line before the header"] == 1


def test_linkedin_creator(tmp_path: Path) -> None:
    """Two tables side by side, in other orders and of other lengths, are one."""
    export = fn.read_posts(s.workbook(tmp_path, s.CREATOR))
    posts = export.posts.set_index("post")
    assert list(posts.index) == [f"https://l.test/{x}" for x in "abc"]
    assert posts["impressions"].tolist() == [1500, 1600, 30]
    assert posts["engagements"].fillna(-1).tolist() == [40, 2, -1]
    assert at(export) == ["2026-07-14 00:00", "2026-07-20 00:00", "2026-07-21 00:00"]
    assert (export.platform, set(export.posts)) == (
        "linkedin",
        {*SCHEMA["posts"], "engagements"},
    )


@pytest.mark.parametrize(
    ("header", "row", "expected"),
    [
        ("Date,Time,Profile,Post,Likes,Comments,Clicks", "2026-08-02,7:05 PM,ann,Hi,5,1,2", 5),
        ("Update Link,Sent at,Favorites", "https://b.test/1,2026-08-02 19:05,5", 5),
        ("Date (GMT);Post Message;Post Permalink;Reactions", "2026-08-02 19:05;Hi;u;5", 5),
        ("Published,Followers,Engagement rate,Likes", '"Aug 2, 2026 7:05 PM",900,4.5%,5', 5),
        ("Caption\tPosted\tMedia Type\tLike Count", "Hi\t2026-08-02T19:05:00Z\tVIDEO\t5", 5),
        ("Datum;Uhrzeit;Gefällt mir", "02.08.2026;19:05;5", 5),
        ("Fecha,Hora,Me gusta", "2026-08-02,19:05,5", 5),
    ],
    ids=["buffer", "buffer-link", "hootsuite", "later", "later-tabs", "german", "spanish"],
)
def test_any_selection_of_columns(tmp_path: Path, header: str, row: str, expected: int) -> None:
    """Buffer, Hootsuite and Later: a time (of one column or two) and one count are enough."""
    export = fn.read_posts(s.table(tmp_path, header, row), owner="me")
    assert at(export) == ["2026-08-02 19:05"]
    assert export.posts["likes"].tolist() == [expected]
    assert export.platform == ""
    assert "columns of a user's choice" in noted(export, "read as: ")


def test_a_header_that_says_utc_wins(tmp_path: Path) -> None:
    """Its times are known; others are as the zone that is given says."""
    for header, expected in (("Date (GMT)", "2026-08-02 19:05"), ("Date", "2026-08-02 10:05")):
        path = s.table(tmp_path, f"{header},Likes", "2026-08-02 19:05,5")
        assert at(fn.read_posts(path, zone="Asia/Tokyo")) == [expected]


def test_followers_at_that_time(tmp_path: Path) -> None:
    """What the source knows beside the post becomes a column of its own."""
    path = s.table(tmp_path, "Date,Followers,Likes,Engagements", "2026-08-02,900,5,8")
    export = fn.read_posts(path)
    assert export.posts[["followers", "engagements"]].to_numpy().tolist() == [[900, 8]]
    assert str(export.posts["followers"].dtype) == "Int64"
    assert fn.engagement.audience([export]).tolist() == [900]


def test_a_mapping_of_ones_own(tmp_path: Path) -> None:
    """It wins over what follownet knows, and what it displaces is kept."""
    path = s.table(tmp_path, "Wann,Herzen,Likes", "2026-08-02,7,5")
    export = fn.read_posts(path, columns={"at": "wann", "likes": "Herzen"})
    assert export.posts["likes"].tolist() == [7]
    assert export.posts["Likes"].tolist() == [5]
    path = s.table(tmp_path, "Wann,Herzen,likes", "2026-08-02,7,5")
    export = fn.read_posts(path, columns={"at": "Wann", "likes": "Herzen"})
    assert export.posts[["likes", "likes (2)"]].to_numpy().tolist() == [[7, 5]]
    path = s.table(tmp_path, "Date,Views,My id", "2026-08-02,7,one of mine")
    export = fn.read_posts(path, columns={"likes": "Views", "post": "My id"})
    assert export.posts[["post", "likes"]].to_numpy().tolist() == [["one of mine", 7]]
    assert export.posts["views"].isna().all()
    path = s.table(tmp_path, "Date,Likes,Rate", "2026-08-02,7,4%", "2026-08-04,7,5%")
    posts = fn.read_posts(path, columns={"views": "Likes"}).posts
    assert posts["views"].tolist() == [7, 7]
    assert posts["likes"].isna().all()
    with pytest.raises(SchemaError, match="saves: 2 of 2 values are not a whole number"):
        fn.read_posts(path, columns={"saves": "Rate"})


def test_fn_read_takes_analytics(tmp_path: Path) -> None:
    """As it takes exports; the date and the owner are what the caller says."""
    path = s.table(tmp_path, s.TIKTOK, *s.TIKTOK_ROWS)
    export = fn.read(path, owner="ann", exported_at="2026-09-01")
    assert export.owners == ("ann",)
    assert f"{export.exported_at:%Y-%m-%d}" == "2026-09-01"
    assert set(export.posts["account"]) == {"ann"}
    assert fn.read(path, platform="analytics").posts.equals(fn.read_posts(path).posts)
    assert fn.read(s.workbook(tmp_path, s.PAGE)).platform == "linkedin"


@pytest.mark.parametrize(
    ("encoding", "bom"),
    [
        ("utf-8", b""),
        ("utf-8", codecs.BOM_UTF8),
        ("utf-16-le", codecs.BOM_UTF16_LE),
        ("utf-16-be", codecs.BOM_UTF16_BE),
        ("utf-16-le", b""),
        ("utf-16-be", b""),
        ("cp1252", b""),
    ],
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encodings_and_delimiters(
    tmp_path: Path, encoding: str, bom: bytes, delimiter: str
) -> None:
    """They change nothing, wherever semicolons and commas stand in texts."""
    rows = [["Beschreibung", "Datum", "Gefällt mir"], ["Grüße; a, b\tc|d", "1.10.2026", "1.250"]]
    text = s.text(rows, delimiter, "\r\n", csv.QUOTE_ALL)
    export = fn.read_posts(s.saved(tmp_path, bom + text.encode(encoding)))
    assert export.posts[["text_length", "likes"]].to_numpy().tolist() == [[15, 1250]]


def test_a_delimiter_that_is_declared(tmp_path: Path) -> None:
    """Excel writes it into the first line."""
    export = fn.read_posts(s.saved(tmp_path, "sep=;\nDate;Likes\n2026-08-02;5\n2026-08-03;6\n"))
    assert export.posts["likes"].tolist() == [5, 6]


def test_typed_cells_of_a_workbook(tmp_path: Path) -> None:
    """Dates, numbers and truth values are what they are, whatever the country."""
    day = pd.Timestamp("2026-04-03 19:05").to_pydatetime()
    rows = [["Date", "Likes", "Rate", "Pinned", "ID"], [day, 1250, 1.125, True, 123456789012.0]]
    export = fn.read_posts(s.workbook(tmp_path, {"a": rows}))
    assert at(export) == ["2026-04-03 19:05"]
    assert export.posts.loc[0, ["likes", "Rate", "Pinned", "post"]].tolist() == [
        1250,
        1.125,
        "True",
        "123456789012",
    ]


def test_a_workbook_as_excel_writes_it(tmp_path: Path) -> None:
    """Its texts are in a part of their own."""
    rows = [["Date", "Likes", "Note"], ["2026-08-02", 5, "Hi"], ["2026-08-04", 6, "Hi"]]
    posts = fn.read_posts(s.shared(tmp_path, rows)).posts
    assert posts[["likes", "Note"]].to_numpy().tolist() == [[5, "Hi"], [6, "Hi"]]


def test_an_empty_table_has_no_posts(tmp_path: Path) -> None:
    """Its header is there and no row: that is not a missing or a broken file."""
    export = fn.read_posts(s.table(tmp_path, s.TIKTOK), owner="me")
    assert len(export.posts) == 0
    assert export.posts.dtypes.astype(str)[:13].to_dict() == SCHEMA["posts"]
    assert export.owners == ("me",)
    assert export.report is not None
    assert export.report.files[["content", "records"]].to_numpy().tolist() == [["posts", 0]]


def test_posts_serve_the_measures(tmp_path: Path) -> None:
    """What is read is what rates are made of."""
    export = fn.read_posts(s.saved(tmp_path, s.text([s.INSTAGRAM, *s.INSTAGRAM_ROWS])))
    rates = fn.engagement.rates(export)
    assert set(rates["engagements"].dropna()) == {120 + 3 + 4 + 5, 10 + 0 + 1 + 2}


def test_real_samples_are_no_analytics() -> None:
    """The tables of LinkedIn's personal export have dates and no counts."""
    folder = Path(__file__).parents[4] / "shared/exports/linkedin-2026"
    if not folder.is_dir():
        pytest.skip("there are no real samples here")
    for path in sorted(folder.glob("*.csv")):
        with pytest.raises(UnknownFormatError, match="no table of posts"):
            fn.read_posts(path)


def test_days_that_may_be_no_posts_are_doubted(tmp_path: Path) -> None:
    """A row for each day and nothing that names a post; with a gap it is believed."""
    days = [f"2026-08-{day:02d},5" for day in range(1, 15)]
    with pytest.warns(FollownetWarning, match="may be days of the account"):
        fn.read_posts(s.table(tmp_path, "Date,Likes", *days))
    assert len(fn.read_posts(s.table(tmp_path, "Date,Likes", *days[:6], *days[7:])).posts) == 13


def test_the_report_does_not_repeat_the_path(tmp_path):
    """It is kept and shown, and a path names people and machines."""
    file = tmp_path / "jane.csv"
    file.write_text("Date,Likes\n2026-01-05,3\nTotal,3\n2026-01-06,4\n2026-01-0", encoding="utf-8")
    with pytest.warns(FollownetWarning, match=r"jane\.csv: its last line is cut off"):
        report = fn.read_posts(file).report
    assert "jane" not in str(report) + report._repr_html_()
    assert report.files["file"].tolist() == report.times["source"].tolist() == ["the file"]
    assert report.warnings[0].startswith("the file: its last line is cut off")
