"""Analytics files in the true shapes of their sources, built from a few posts."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl

Rows = Sequence[Sequence[Any]]


def text(
    rows: Rows, delimiter: str = ",", end: str = "\n", quoting: int = csv.QUOTE_MINIMAL
) -> str:
    """Return rows as CSV."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=delimiter, lineterminator=end, quoting=quoting)  # type: ignore[arg-type]
    writer.writerows(rows)
    return stream.getvalue()


def saved(folder: Path, content: str | bytes, name: str = "posts.csv") -> Path:
    """Return the path of a file with this content, text in UTF-8."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def table(folder: Path, header: str, *rows: str, name: str = "posts.csv") -> Path:
    """Return the path of a file with these lines."""
    return saved(folder, "\n".join([header, *rows, ""]), name)


def workbook(folder: Path, sheets: dict[str, Rows], name: str = "posts.xlsx") -> Path:
    """Return the path of a workbook."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    book.save(folder / name)
    return folder / name


def shared(folder: Path, rows: Rows) -> Path:
    """Return the path of a workbook as Excel writes it: texts stand in a part of their own."""
    texts = list(dict.fromkeys(cell for row in rows for cell in row if isinstance(cell, str)))
    of_rows = (
        "".join(
            f'<c t="s"><v>{texts.index(cell)}</v></c>' if cell in texts else f"<c><v>{cell}</v></c>"
            for cell in row
        )
        for row in rows
    )
    schema, office = "http://schemas.openxmlformats.org/", "officeDocument/2006/relationships"
    main = f'xmlns="{schema}spreadsheetml/2006/main" xmlns:r="{schema}{office}"'
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml."
    types = {
        "workbook": "sheet.main",
        "worksheets/sheet1": "worksheet",
        "sharedStrings": "sharedStrings",
    }
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{schema}package/2006/content-types">'
        + "".join(
            f'<Override PartName="/xl/{name}.xml" ContentType="{kind}{what}+xml"/>'
            for name, what in types.items()
        )
        + "</Types>",
        "_rels/.rels": _relations({"officeDocument": "xl/workbook.xml"}),
        "xl/workbook.xml": f'<workbook {main}><sheets><sheet name="a" sheetId="1" r:id="r1"/>'
        "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": _relations(
            {"worksheet": "worksheets/sheet1.xml", "sharedStrings": "sharedStrings.xml"}
        ),
        "xl/sharedStrings.xml": f"<sst {main}>"
        + "".join(f"<si><t>{text}</t></si>" for text in texts)
        + "</sst>",
        "xl/worksheets/sheet1.xml": f"<worksheet {main}><sheetData>"
        + "".join(f"<row>{cells}</row>" for cells in of_rows)
        + "</sheetData></worksheet>",
    }
    path = folder / "shared.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def _relations(targets: dict[str, str]) -> str:
    schema = "http://schemas.openxmlformats.org/"
    return (
        f'<Relationships xmlns="{schema}package/2006/relationships">'
        + "".join(
            f'<Relationship Id="r{number}" Target="{target}" '
            f'Type="{schema}officeDocument/2006/relationships/{kind}"/>'
            for number, (kind, target) in enumerate(targets.items(), start=1)
        )
        + "</Relationships>"
    )


def rewritten(path: Path, member: str, content: bytes) -> Path:
    """Return a copy of a workbook in which one member is another."""
    copy = path.with_name("rewritten.xlsx")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, content if name == member else old.read(name))
    return copy


INSTAGRAM = (
    "Post ID,Account ID,Account username,Account name,Description,Duration (sec),Publish time,"
    "Permalink,Post type,Data comment,Date,Views,Likes,Shares,Comments,Saves,Reach,Follows"
).split(",")
INSTAGRAM_ROWS: Rows = [
    "18000000000000001|17841400000000000|Ann.B|Ann||0|03/27/2026 06:08|https://i.test/p/a/|"
    "IG image||Lifetime|15,000|120|3|4|5|12,345|1".split("|"),
    "18000000000000002|17841400000000000|Ann.B|Ann|Two lines,\nand a comma|31|04/02/2026 18:30|"
    "https://i.test/p/b/|IG reel||Lifetime|900|10|0|1|2|800|0".split("|"),
]
GERMAN = (
    "Beitrags-ID;Account-ID;Benutzername des Kontos;Name des Kontos;Beschreibung;Dauer (Sek.);"
    "Veröffentlichungszeitpunkt;Permalink;Beitragsart;Datenkommentar;Datum;Aufrufe;"
    '"„Gefällt mir“-Angaben";Geteilte Inhalte;Kommentare;Gespeichert;Reichweite;Follows'
)
GERMAN_ROWS = (
    "18000000000000001;17841400000000000;Ann.B;Ann;Übung;0;01.10.2026 06:08;https://i.test/p/a/;"
    "IG-Bild;;Gesamt;15.000;120;3;4;5;12.345;1",
    "18000000000000002;17841400000000000;Ann.B;Ann;;31;02.10.2026 18:30;https://i.test/p/b/;"
    "IG-Reel;;Gesamt;900;10;0;1;2;800;0",
)
SPANISH = (
    "Identificador de la publicación,Identificador de la cuenta,Nombre de usuario de la cuenta,"
    "Descripción,Hora de publicación,Enlace permanente,Tipo de publicación,Visualizaciones,"
    "Alcance,Me gusta,Veces compartido,Seguimientos,Comentarios,Veces guardado"
)
SPANISH_ROWS = (
    "18000000000000001,17841400000000000,ann.b,Año,27/03/2026 06:08,https://i.test/p/a/,"
    "Imagen de Instagram,15.400,12.345,120,3,1,4,5",
    "18000000000000002,17841400000000000,ann.b,,02/04/2026 18:30,https://i.test/p/b/,"
    "Reel de IG,900,800,10,0,0,1,2",
)
X = (
    "Post id,Date,Post text,Post Link,Impressions,Likes,Engagements,Bookmarks,Shares,New follows,"
    "Replies,Reposts,Profile visits,Detail Expands,URL Clicks,Hashtag Clicks,Permalink Clicks"
)
X_ROWS = (
    '"1945012345678901234","Tue, Jul 14, 2026","Hello","https://x.test/ann/status/1945012345678901'
    '234",1500,12,40,2,1,3,4,5,6,7,8,0,1',
    '"1945012345678901235","Wed, Jul 15, 2026","","https://x.test/ann/status/1945012345678901'
    '235",90,1,2,0,0,0,0,1,0,0,0,0,0',
)
TWITTER = (
    "Tweet id,Tweet permalink,Tweet text,time,impressions,engagements,engagement rate,retweets,"
    "replies,likes,user profile clicks,url clicks,hashtag clicks,detail expands,permalink clicks,"
    "app opens,app installs,follows,email tweet,dial phone,media views,media engagements,"
    "promoted impressions"
)
TWITTER_ROWS = (
    '"1945012345678901234","https://x.test/1","Hello","2026-08-15 13:12 +0000","1500.0","40.0",'
    '"0.0267","5.0","4.0","12.0","6.0","0.0","0.0","7.0","0","0","0","3","0","0","0","0","-"',
)
TIKTOK = "Video title,Video link,Post time,Total likes,Total comments,Total shares,Total views"
TIKTOK_ROWS = (
    'A title,https://t.test/@ann/video/7300000000000000001,2026-08-02 19:05:00,1.2K,34,5,"18,400"',
    '"Another",https://t.test/@ann/video/7300000000000000002,2026-08-03 20:00:00,87,0,0,950',
)
YOUTUBE = (
    "Content,Video title,Video publish time,Duration,Views,Watch time (hours),Subscribers,"
    "Impressions,Impressions click-through rate (%)"
)
YOUTUBE_ROWS = (
    "Total,,,,1100,10.5,3,5000,4.52",
    'abcDEF-1234,Total,"Sep 14, 2026",61,1000,8.25,-2,4000,4.1',
    '_bcDEF-1235,"Two, three","Sep 2, 2026",599,100,2.25,5,1000,6.2',
)
PAGE: dict[str, Rows] = {
    "Metrics": [
        ["Aggregated engagement metrics for your organic posts"],
        ["Date", "Impressions (organic)", "Impressions", "Reactions"],
        ["07/14/2026", 10, 12, 1],
    ],
    "All posts": [
        ["Engagement metrics for individual posts"],
        "Post title,Post link,Post type,Campaign name,Posted by,Created date,Audience,Impressions,"
        "Views,Clicks,Click through rate (CTR),Likes,Comments,Reposts,Follows,"
        "Engagement rate".split(","),
        ["We are hiring", "https://l.test/a", "Organic", None, "Ann", "07/14/2026", "All followers",
         1500, None, 30, 0.02, 12, 4, 5, 1, 0.034],
        ["", "https://l.test/b", "Organic", None, "Ann", "08/02/2026", "All followers",
         90, 40, 3, 0.0333, 1, 0, 0, 0, 0.0444],
    ],
}  # fmt: skip
CREATOR: dict[str, Rows] = {
    "DISCOVERY": [["Overall Performance", "7/1/2026 - 7/31/2026"], ["Impressions", 1590]],
    "ENGAGEMENT": [["Date", "Impressions", "Engagements"], ["7/14/2026", 1500, 40]],
    "TOP POSTS": [
        ["Maximum of 50 posts available to include in this list"],
        [],
        "Post URL|Post publish date|Engagements||Post URL|Post publish date|Impressions".split("|"),
        ["https://l.test/a", "7/14/2026", 40, None, "https://l.test/b", "7/20/2026", 1600],
        ["https://l.test/b", "7/20/2026", 2, None, "https://l.test/a", "7/14/2026", 1500],
        [None, None, None, None, "https://l.test/c", "7/21/2026", 30],
    ],
    "FOLLOWERS": [["Total followers on 7/31/2026:", 1234], [], ["Date", "New followers"]],
}
