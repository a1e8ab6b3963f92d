from __future__ import annotations

import re
import zipfile
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from conftest import first

from follownet.errors import SchemaError
from follownet.simulation import World, world, write
from follownet.tables import Export

REAL = Path(__file__).parents[3] / "shared" / "exports" / "instagram-html-2025-10"
AT = pd.Timestamp("2026-05-11", tz="UTC")
TIES = "connections/followers_and_following"
ACTIVITY = "your_instagram_activity"
BOX = '<div class="pam _3-95 _2ph- _a6-g uiBoxWhite noborder">'
#: What differs from page to page and from export to export: addresses and marks.
FREE = re.compile(r'(nonce|id|aria-labelledby|href|src)="[^"]*"')


@pytest.fixture(scope="module")
def truth() -> World:
    return world(accounts=50, seed=5)


def page(folder: Path, name: str) -> str:
    return (folder / f"{name}.html").read_text(encoding="utf-8")


def main(text: str) -> str:
    """Return what stands between the tags of the main part."""
    start = text.index(' role="main">') + len(' role="main">')
    found = re.search(r"</(main|div)></div></div></body></html>$", text)
    assert found is not None
    return text[start : found.start()]


def tags(text: str) -> str:
    """Return the tags with their classes, without text and without addresses."""
    return FREE.sub(r"\1", "".join(re.findall(r"<[^>]*>", text)))


def records(text: str) -> Counter[str]:
    """Return how often each record of a page occurs; rows of a table alike count as one."""
    boxes = main(text).split(BOX)
    assert boxes[0] == ""
    return Counter(re.sub(r"(<tr>(?:(?!</tr>).)*</tr>)\1+", r"\1", tags(box)) for box in boxes[1:])


def frame(text: str) -> str:
    """Return the tags around the records; the line below the title may be missing."""
    return tags(text.replace(main(text), "")).replace('<p class="_a70f"></p>', "")


def done(kind: str, count: int) -> list[dict[str, Any]]:
    made = {"source": "me", "kind": kind, "item": "https://www.instagram.com/p/C1/"}
    return [made | {"target": f"user{n}", "at": AT - pd.Timedelta(hours=n)} for n in range(count)]


def test_pages_have_the_skeleton_of_real_ones(tmp_path: Path) -> None:
    """As many records of each kind as the real sample: the same tags and classes as often."""
    if not REAL.is_dir():
        pytest.skip("the real sample is not beside this repository")
    real = {
        file.relative_to(REAL).with_suffix("").as_posix(): file.read_text(encoding="utf-8")
        for file in REAL.rglob("*.html")
    }
    size = {name.rpartition("/")[2]: text.count(BOX) for name, text in real.items()}
    fans = [(f"fan{n}", "me", AT) for n in range(size["followers_1"])]
    stars = [("me", f"star{n}", AT) for n in range(size["following"])]
    asked = {
        "requested": "pending_follow_requests",
        "recently_requested": "recent_follow_requests",
        "unfollowed": "recently_unfollowed_profiles",
    }
    relations = [
        ("me", f"user{n}", relation, AT)
        for relation, file in asked.items()
        for n in range(size[file])
    ]
    acted = {
        "like": "liked_posts",
        "comment_like": "liked_comments",
        "comment": "post_comments_1",
        "story_like": "story_likes",
    }
    export = Export(
        accounts=pd.DataFrame({"name": ["Ann Me"]}, index=pd.Index(["me"], name="account")),
        follows=pd.DataFrame(fans + stars, columns=["source", "target", "since"]),
        relations=pd.DataFrame(relations, columns=["source", "target", "relation", "at"]),
        interactions=pd.DataFrame(
            [row for k, file in acted.items() for row in done(k, size[file])]
        ),
        platform="instagram",
        owners=("me",),
    )
    folder = write(export, tmp_path / "out", form="html")
    assert sum(size.values()) > 4000
    for name, text in real.items():
        ours = page(folder, name)
        assert records(ours) == records(text), name
        assert frame(ours) == frame(text), name


class Open(HTMLParser):
    """Collects what is opened and not closed."""

    def __init__(self) -> None:
        super().__init__()
        self.stack: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.stack.append(tag)

    def handle_startendtag(self, tag: str, attrs: Any) -> None:
        assert tag in ("meta", "base", "img")

    def handle_endtag(self, tag: str) -> None:
        assert self.stack.pop() == tag


@pytest.mark.parametrize("layout", first(1, ["2026", "2024-07", "2025-08"]))
def test_every_page_of_an_export_is_well_formed(layout: str, truth: World, tmp_path: Path) -> None:
    """The same files as in JSON but for views, every tag closed, addresses from the root."""
    busy = truth.accounts.sort_values("activity").index[-1]
    names = {}
    for form in ("json", "html"):
        folder = write(truth.view(busy, AT), tmp_path / form, layout=layout, form=form)
        files = [file.relative_to(folder) for file in folder.rglob("*") if file.is_file()]
        names[form] = {file.with_suffix("").as_posix() for file in files}
        assert {file.suffix for file in files} <= {f".{form}", ".txt"}
    assert names["json"] - names["html"] <= {f"{ACTIVITY}/story_interactions/stories_viewed"}
    assert names["html"] <= names["json"]
    assert len(names["html"]) > 15
    for file in (tmp_path / "html").rglob("*.html"):
        text, parser = file.read_text(encoding="utf-8"), Open()
        parser.feed(text)
        assert parser.stack == []
        depth = len(file.relative_to(tmp_path / "html").parts) - 1
        assert f'<base href="{"../" * depth}" />' in text


@pytest.mark.parametrize(
    ("layout", "main_tag", "heading", "following"),
    [
        ("2024-07", "div", "div", "link"),
        ("2025-08", "div", "div", "link"),
        ("2026", "main", "h2", "heading"),
    ],
)
def test_follow_lists_have_the_form_of_their_year(
    layout: str, main_tag: str, heading: str, following: str, tmp_path: Path
) -> None:
    """Followers are ever a link and its text; following moved to a heading in October 2025."""
    times = pd.to_datetime(["2025-03-09 09:41:30", None], utc=True)
    follows = pd.DataFrame({"source": ["bob", "me"], "target": ["me", "cy.d_"], "since": times})
    liked = pd.DataFrame(done("comment_like", 1))
    export = Export(follows=follows, interactions=liked, platform="instagram", owners=("me",))
    folder = write(export, tmp_path / "out", layout=layout, form="html")
    followers = page(folder, f"{TIES}/followers_1")
    assert f'</header><{main_tag} class="_a706" role="main">' in followers
    assert main(followers) == (
        f'{BOX}<div class="_a6-p"><div><div><a target="_blank" href="https://www.instagram.com/bob">'
        "bob</a></div><div>Mar 09, 2025 9:41 am</div></div></div></div>"
    )
    link = {
        "link": '<div class="_a6-p"><div><div><a target="_blank" '
        'href="https://www.instagram.com/cy.d_">cy.d_</a></div></div></div>',
        "heading": '<h2 class="_3-95 _2pim _a6-h _a6-i">cy.d_</h2><div class="_a6-p"><div><div>'
        '<a target="_blank" href="https://www.instagram.com/_u/cy.d_">'
        "https://www.instagram.com/_u/cy.d_</a></div></div></div>",
    }
    # Without a time there is no date.
    assert main(page(folder, f"{TIES}/following")) == f"{BOX}{link[following]}</div>"
    title = f'<{heading} class="_3-95 _2pim _a6-h _a6-i">user0</{heading}>'
    assert main(page(folder, f"{ACTIVITY}/likes/liked_comments")) == (
        f'{BOX}{title}<div class="_a6-p"><div><div><a target="_blank" '
        'href="https://www.instagram.com/p/C1/">👍</a></div><div>May 11, 2026 12:00 am</div>'
        "</div></div></div>"
    )


#: Language -> 9 March 2025, 9:41; 12 August 2024, 12:05; 1 December 2023, 21:30; 2 May, 00:07.
DATES = {
    "en": "Mar 09, 2025 9:41 am|Aug 12, 2024 12:05 pm|Dec 01, 2023 9:30 pm|May 02, 2022 12:07 am",
    "it": "mar 09, 2025 9:41 am|ago 12, 2024 12:05 pm|dic 01, 2023 9:30 pm|mag 02, 2022 12:07 am",
    "pt": "mar 09, 2025 9:41 da manhã|ago 12, 2024 12:05 da tarde|dez 01, 2023 9:30 da noite|"
    "mai 02, 2022 12:07 da manhã",
    "es": "mar 09, 2025 9:41 a.\u202fm.|ago 12, 2024 12:05 p.\u202fm.|dic 01, 2023 9:30 p.\u202fm.|"
    "may 02, 2022 12:07 a.\u202fm.",
    "de": "März 09, 2025 9:41 am|Aug. 12, 2024 12:05 pm|Dez. 01, 2023 9:30 pm|"
    "Mai 02, 2022 12:07 am",
    "fr": "mars 09, 2025 9:41 am|août 12, 2024 12:05 pm|déc. 01, 2023 9:30 pm|"
    "mai 02, 2022 12:07 am",
    "nl": "mrt 09, 2025 9:41 a.m.|aug 12, 2024 12:05 p.m.|dec 01, 2023 9:30 p.m.|"
    "mei 02, 2022 12:07 a.m.",
    "id": "Mar 09, 2025 9:41 am|Agu 12, 2024 12:05 pm|Des 01, 2023 9:30 pm|Mei 02, 2022 12:07 am",
    "tr": "Mar 09, 2025 9:41 öö|Ağu 12, 2024 12:05 ös|Ara 01, 2023 9:30 ös|May 02, 2022 12:07 öö",
    "pl": "mar 09, 2025 9:41 am|sie 12, 2024 12:05 pm|gru 01, 2023 9:30 pm|maj 02, 2022 12:07 am",
    "ru": "мар. 09, 2025 9:41 am|авг. 12, 2024 12:05 pm|дек. 01, 2023 9:30 pm|"
    "мая 02, 2022 12:07 am",
}


@pytest.mark.parametrize("language", DATES)
def test_dates_are_in_the_language_of_the_labels(language: str, tmp_path: Path) -> None:
    """Month and part of the day as the language has them, everything else as in English."""
    times = ["2025-03-09 09:41:59", "2024-08-12 12:05", "2023-12-01 21:30", "2022-05-02 00:07"]
    follows = pd.DataFrame({"source": list("abcd"), "target": "me"})
    follows["since"] = pd.to_datetime(times, format="ISO8601", utc=True)
    export = Export(follows=follows, platform="instagram", owners=("me",))
    folder = write(export, tmp_path / "out", labels=language, form="html")
    text = main(page(folder, f"{TIES}/followers_1"))
    assert re.findall(r"<div>([^<]+)</div>", text) == DATES[language].split("|")


def test_dates_are_local(tmp_path: Path) -> None:
    """Summer and winter, and a day that has not begun in London when it has in Auckland."""
    times = pd.to_datetime(["2025-07-01 12:00", "2025-01-01 12:30"], utc=True)
    follows = pd.DataFrame({"source": ["a", "b"], "target": "me", "since": times})
    export = Export(follows=follows, platform="instagram", owners=("me",))
    found = {}
    for zone in ("Europe/Rome", "Pacific/Auckland", "America/New_York"):
        folder = write(export, tmp_path / zone.replace("/", "-"), form="html", zone=zone)
        text = main(page(folder, f"{TIES}/followers_1"))
        found[zone] = re.findall(r"<div>([^<]+)</div>", text)
    assert found == {
        "Europe/Rome": ["Jul 01, 2025 2:00 pm", "Jan 01, 2025 1:30 pm"],
        "Pacific/Auckland": ["Jul 02, 2025 12:00 am", "Jan 02, 2025 1:30 am"],
        "America/New_York": ["Jul 01, 2025 8:00 am", "Jan 01, 2025 7:30 am"],
    }


def test_comments_and_the_profile_are_tables(tmp_path: Path) -> None:
    """Labels in the language, text as Meta escapes it, times in a cell of their own."""
    rows = [("comment", "ann"), ("mention", "bob")]
    interactions = pd.DataFrame(rows, columns=["kind", "target"]).assign(source="me", at=AT)
    name = '<b>O\'Neil & "Q" 🙂</b>'
    export = Export(
        accounts=pd.DataFrame({"name": [name]}, index=pd.Index(["me"], name="account")),
        interactions=interactions, platform="instagram", owners=("me",),
    )  # fmt: skip
    folder = write(export, tmp_path / "out", labels="it", form="html")
    text = main(page(folder, f"{ACTIVITY}/comments/post_comments_1"))
    assert "Commento<div><div>&#064;bob " in text
    owner = "Proprietario del contenuto multimediale<div><div>ann</div></div></td></tr>"
    time = '<tr><td class="_2pin _a6_q">Ora</td><td class="_2pin _2piu _a6_r">'
    assert text.endswith(f"{owner}{time}mag 11, 2026 12:00 am</td></tr></table></div></div>")
    profile = page(folder, "personal_information/personal_information/personal_information")
    cell = '<tr><td colspan="2" class="_2pin _a6_q">'
    shown = "&lt;b&gt;O&#039;Neil &amp; &quot;Q&quot; 🙂&lt;/b&gt;"
    assert f"{cell}Nome utente<div><div>me</div></div></td></tr>" in profile
    assert f"{cell}Nome<div><div>{shown}</div></div></td></tr>" in profile


def test_a_message_has_sender_text_reactions_and_time(tmp_path: Path) -> None:
    """Newest first, after who takes part; a time that is missing is not there."""
    item = "1234567"
    said = [
        ("dm:1234567", "me", "message", "2026-01-02 10:00"),
        ("me", "dm:1234567", "message_reaction", "2026-01-02 10:01"),
        ("me", "dm:1234567", "message_system", "2026-01-02 10:02"),
    ]
    table = pd.DataFrame(said, columns=["source", "target", "kind", "at"])
    table = table.assign(item=item, at=pd.to_datetime(table["at"], utc=True))
    names = {"me": "Ann", "dm:1234567": "Bob B"}
    accounts = pd.DataFrame({"name": names}).rename_axis("account")
    export = Export(accounts=accounts, interactions=table, platform="instagram", owners=("me",))
    folder = write(export, tmp_path / "out", form="html")
    text = page(folder, f"{ACTIVITY}/messages/inbox/bobb_1234567/message_1")
    assert "<title>Bob B</title>" in text
    heading = '<h2 class="_3-95 _2pim _a6-h _a6-i">'
    people, system, message = main(text).split(BOX)[1:]
    assert people == '<h2 class="_3-95 _2pim _a6-h">Participants: Bob B and Ann</h2></div>'
    assert system == (
        f'{heading}Ann</h2><div class="_3-95 _a6-p"><div><div></div><div>Reacted ❤️ to your '
        'message </div><div></div><div></div></div></div><div class="_3-94 _a6-o">'
        "Jan 02, 2026 10:02 am</div></div>"
    )
    words = re.fullmatch(
        f'{heading}Bob B</h2><div class="_3-95 _a6-p"><div><div></div><div>([^<]+)</div>'
        r'<div></div><div></div><div><ul class="_a6-q"><li><span>❤️Ann</span></li></ul></div>'
        r'</div></div><div class="_3-94 _a6-o">Jan 02, 2026 10:00 am</div></div>',
        message,
    )
    assert words is not None


def test_posts_show_their_media_below_the_caption(tmp_path: Path) -> None:
    """A picture, a film, and several pictures; without a caption there is no heading."""
    posts = pd.DataFrame(
        {"post": ["one", "two", "three"], "account": "me", "text_length": [4, 0, 3]}
    )
    posts["format"] = ["image", "video", "carousel"]
    posts["at"] = pd.to_datetime(["2026-01-03 00:30", "2026-01-02 00:00", None], utc=True)
    export = Export(posts=posts, platform="instagram", owners=("me",))
    text = main(page(write(export, tmp_path / "out", form="html"), f"{ACTIVITY}/media/posts_1"))
    first, second, third = text.split(BOX)[1:]
    uri = "media/posts/202601/one.jpg"
    assert re.fullmatch(
        '<h2 class="_3-95 _2pim _a6-h _a6-i">[^<]{4}</h2><div class="_3-95 _a6-p"><div><div>'
        f'<a target="_blank" href="{uri}"><img src="{uri}" class="_a6_o _3-96" /></a><div></div>'
        '</div></div></div><div class="_3-94 _a6-o">Jan 03, 2026 12:30 am</div></div>',
        first,
    )
    assert second.startswith(
        '<div class="_3-95 _a6-p"><div><div><video src="media/posts/202601/two'
    )
    assert third.count("<img ") == 3
    assert "_a6-o" not in third.replace("_a6-i", "")


def test_an_empty_list_is_an_empty_page_and_a_missing_one_is_none(tmp_path: Path) -> None:
    nothing = Export(platform="instagram", owners=("me",))
    folder = write(nothing, tmp_path / "empty", form="html")
    assert main(page(folder, f"{TIES}/followers_1")) == ""
    assert main(page(folder, f"{TIES}/following")) == ""
    coverage = pd.DataFrame({"owner": ["me"], "list": ["followers"], "status": ["missing"]})
    hidden = Export(platform="instagram", owners=("me",), coverage=coverage)
    folder = write(hidden, tmp_path / "hidden", form="html")
    assert [file.name for file in (folder / TIES).iterdir()] == ["following.html"]


def test_equal_tables_are_equal_bytes(truth: World, tmp_path: Path) -> None:
    """In every run, in a zip that holds nothing but pages."""
    busy = truth.accounts.sort_values("activity").index[-1]
    paths = [tmp_path / f"{n}.zip" for n in "ab"]
    for path in paths:
        export = world(accounts=50, seed=5).view(busy, AT)
        write(export, path, form="html", labels="pt", zone="America/Sao_Paulo")
    assert paths[0].read_bytes() == paths[1].read_bytes()
    with zipfile.ZipFile(paths[0]) as archive:
        assert all(name.endswith((".html", "no-data.txt")) for name in archive.namelist())


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"form": "xml"}, "form: accepts only json, html"),
        ({"form": "html", "layout": "2020"}, "layout: accepts only 2024-07, 2025-08, 2026 in html"),
        (
            {"layout": "2019"},
            "layout: accepts only 2020, 2022, 2023, 2024-07, 2025-08, 2026 in json",
        ),
        ({"labels": "xx"}, "labels: accepts only en, tr, nl, it"),
        ({"zone": "Mars/Base"}, "zone: a text of 9 characters is no time zone"),
        ({"zone": "../../etc/passwd"}, "zone: a text of 16 characters is no time zone"),
        ({"zone": ""}, "zone: a text of 0 characters is no time zone"),
    ],
)
def test_what_cannot_be_written_says_so(given: dict[str, str], error: str, tmp_path: Path) -> None:
    """And writes nothing."""
    with pytest.raises(SchemaError, match=re.escape(error)):
        write(Export(platform="instagram", owners=("me",)), tmp_path / "out", **given)  # type: ignore[arg-type]
    assert not (tmp_path / "out").exists()
