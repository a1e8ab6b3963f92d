"""HTML pages hold what JSON holds; style sheets, headers and other sites are no people."""

from __future__ import annotations

import html
import re
import xml.etree.ElementTree as ET
from contextlib import suppress
from pathlib import Path
from typing import Any

import builders as b
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import follownet as fn
from follownet.errors import DamagedExportError, UnknownFormatError
from follownet.readers import meta, pages

FOLLOWERS = f"{b.TIES}/followers_1.html"
FOLLOWING = f"{b.TIES}/following.html"
LIKES = f"{b.ACTIVITY}/likes/liked_posts.html"
COMMENTS = f"{b.ACTIVITY}/comments/post_comments_1.html"
THREAD = f"{b.ACTIVITY}/messages/inbox/bob_1234567/message_1.html"
POST = f"{b.SITE}/p/C1/"
THUMB = f'<div><a target="_blank" href="{POST}">👍</a></div>'
TIME = f"<div>{b.DAY}</div>"


def people(*records: str, **arguments: Any) -> list[tuple[str | None, int]]:
    """Return handle and time of each account of a page of these records."""
    document = pages.document(b.page(records, **arguments), "list", "UTC")
    handles, stamps, _ = meta.people(document)
    return list(zip(handles, stamps, strict=True))


def lists(followers: list[str], following: list[str]) -> b.Members:
    """Return both follow lists as pages."""
    return {FOLLOWERS: b.page(followers), FOLLOWING: b.page(following)}


@pytest.mark.parametrize("main", ["main", "div"])
@pytest.mark.parametrize(
    "shown",
    [
        b.link_box,
        b.heading_box,
        lambda handle: b.heading_box(handle, tag="div"),
        lambda handle: b.heading_box(handle, tag="h3"),
        lambda handle: b.link_box(handle, link=f"{b.SITE}/_u/"),
        lambda handle: b.link_box(handle, text=f"{b.SITE}/{handle}"),
        lambda handle: b.link_box(handle, text=f"{b.SITE}/_u/{handle}/?hl=en"),
        lambda handle: b.link_box(handle, text="Display Name", link=f"{b.SITE}/_u/"),
        lambda handle: b.box(f"<div>{handle}</div>", TIME),
    ],
)
def test_p4_the_handle_is_found_in_every_form(shown: Any, main: str) -> None:
    """P4: text of a link, its address with and without `_u/`, and headings of any tag."""
    expected = [("zoe_1", b.AT), ("bob.b", b.AT)]
    assert people(shown("Zoe_1"), shown("bob.b"), main=main) == expected


def test_p4_both_forms_stand_in_one_export(tmp_path: Path) -> None:
    """P4: with `_u/` taken for a part of the name, nobody would follow back."""
    members = lists([b.link_box("bob"), b.link_box("cy")], [b.heading_box("bob")])
    export = b.read(b.zipped(tmp_path / "a.zip", members))
    assert (b.followers(export), b.following(export)) == (["bob", "cy"], ["bob"])


def test_p4_style_sheets_headers_and_other_sites_are_no_people(tmp_path: Path) -> None:
    """P4: links count only inside of records, and only where they lead to the platform."""
    outside = b.page([b.link_box("bob")]).replace(
        b"</body>", b'<a href="https://www.instagram.com/footer">x y</a></body>'
    )
    inside = b.box(
        '<link rel="stylesheet" href="https://www.instagram.com/style.css" />',
        '<div><a href="https://ann.example/cy">cy on the web</a></div>',
        TIME,
    )
    members = {FOLLOWERS: outside, FOLLOWING: b.page([b.link_box("bob"), inside])}
    export = b.read(b.folder(tmp_path, members))
    assert set(export.accounts.index) == {"(owner)", "bob"}
    assert b.skipped(export)["record names no account"] == 1


TIES = {
    "link": b.link_box,
    "heading": b.heading_box,
    "older heading": lambda handle: b.heading_box(handle, tag="div"),
    "upper case": lambda handle: b.link_box(handle.upper()),
    "undated": lambda handle: b.link_box(handle, "no day"),
    "no time": lambda handle: b.box(f'<div><a href="{b.SITE}/{handle}">{handle}</a></div>'),
    "name": lambda handle: b.link_box(handle, text="Zoë &amp; Ån, &#064;home"),
    "no account": lambda _: b.box("<div>A word and another</div>", TIME),
    "time alone": lambda _: b.box(TIME),
    "picture": lambda handle: b.box(
        f'<div><a href="{b.SITE}/_u/{handle}"><img src="x.jpg" /></a></div>', TIME
    ),
    "own site": lambda handle: b.link_box(handle, link="https://x.example/", text="x.example"),
    "title": lambda handle: b.box(
        f'<div><a href="{b.SITE}/{handle}">{handle}</a></div>', TIME, heading="Display Name"
    ),
}


def one_by_one(box: str) -> tuple[str | None, int]:
    """Return handle and time of one record, by the standard library's parser."""
    root = ET.fromstring(box)
    texts = [text for text in root.itertext() if text]
    found = list(root.iter("a"))
    named = re.fullmatch(rf"{b.SITE}/(?:_u/)?([\w.]+)", found[0].get("href", "") if found else "")
    heading = texts[0] if root.find("h2") is not None or len(root) > 1 else ""
    choices = [named[1] if named else ""] if found else [texts[0], heading]
    handles = [text.lower() for text in choices if re.fullmatch(r"[\w.]{1,30}", text.lower())]
    stamp = pd.to_datetime(texts[-1], format="%b %d, %Y %I:%M %p", errors="coerce")
    return handles[0] if handles else None, 0 if pd.isna(stamp) else int(stamp.timestamp())


@given(st.lists(st.tuples(st.sampled_from(sorted(TIES)), st.integers(0, 9)), max_size=6))
def test_an_odd_record_changes_no_other(chosen: list[tuple[str, int]]) -> None:
    """Pages of one form are read by columns, all others by records: the result is the same."""
    boxes = [TIES[form](f"user_{number}") for form, number in chosen]
    if {form for form, _ in chosen} == {"no time"}:
        with pytest.raises(DamagedExportError, match="no record has a time"):
            people(*boxes)
        return
    assert people(*boxes) == [one_by_one(box) for box in boxes]


@pytest.mark.parametrize("odd", TIES)
def test_one_odd_record_among_many(odd: str) -> None:
    """At either end and in the middle."""
    plain = [b.link_box(f"user_{number}") for number in range(20)]
    for place in (0, 10, 20):
        boxes = [*plain[:place], TIES[odd]("strange"), *plain[place:]]
        assert people(*boxes) == [one_by_one(box) for box in boxes]


@pytest.mark.parametrize("rest", [[], [TIES["no account"]("")]])
def test_headings_are_names_on_threads_alone(rest: list[str]) -> None:
    """As in JSON; however regular the page is."""
    records = [TIES["title"]("zoe"), b.box(*[""], TIME, heading="bob")][:1] + rest
    document = pages.document(b.page(records), "list", "UTC")
    assert meta.people(document).attributes == {}
    found = meta.people(document, titles_are_names=True)
    assert found.attributes == {"zoe": {"name": "Display Name"}}


def test_names_with_entities_are_read_as_they_are_shown() -> None:
    """Numbers and names of characters, and text that would be markup."""
    heading = html.escape("<b>Zoë & 'Ån'</b>").replace("&#x27;", "&#039;")
    link = f'<div><a href="{b.SITE}/zoe">zoe</a></div>'
    document = pages.document(b.page([b.box(link, TIME, heading=heading)]), "list", "UTC")
    found = meta.people(document, titles_are_names=True)
    assert found.attributes == {"zoe": {"name": "<b>Zoë & 'Ån'</b>"}}


def pretty(page: bytes) -> bytes:
    """Return a page with every tag on a line of its own, as editors save it."""
    return re.sub(rb"(?=<)|(?<=>)", b"\r\n    ", page)


@pytest.mark.parametrize(
    "change",
    [
        pretty,
        lambda page: b"\xef\xbb\xbf" + page,
        lambda page: b"\r\n <!DOCTYPE html>\r\n" + page + b"\r\n",
        lambda page: page.replace(b"<div", b"<DIV").replace(b"</html>", b"</HTML>"),
        lambda page: page.replace(b"class=", b"data-x='y' class="),
        lambda page: page.replace(b"</main>", b"<!-- end --></main>"),
    ],
)
def test_a_page_saved_anew_is_the_same_page(change: Any, tmp_path: Path) -> None:
    """Printed over lines, with BOM, CRLF, other case, other attributes, comments."""
    members = {
        FOLLOWERS: b.page(map(b.link_box, ("bob", "cy"))),
        FOLLOWING: b.page(map(b.heading_box, ("bob", "dan"))),
        LIKES: b.page([b.box(THUMB, TIME, heading=name) for name in ("bob", "zoe")]),
        COMMENTS: b.page([b.table_box({"Comment": "hi @cy", "Media Owner": "bob"})] * 2),
        THREAD: b.page([b.members_box("Participants: Bob and Ann"), b.said_box("Bob", "hi")]),
        b.PROFILE.replace("json", "html"): b.page([b.table_box({"Username": "ann"}, None)]),
    }
    expected = fn.read(b.zipped(tmp_path / "a.zip", members), exported_at="2027-01-01")
    changed = {name: change(page) for name, page in members.items()}
    assert changed != members
    found = fn.read(b.zipped(tmp_path / "b.zip", changed), exported_at="2027-01-01")
    for table in ("accounts", "follows", "interactions", "coverage"):
        pd.testing.assert_frame_equal(getattr(found, table), getattr(expected, table))
    assert expected.owners == ("ann",)
    assert len(expected.interactions) == 7


def test_p13_an_empty_page_is_an_empty_list(tmp_path: Path) -> None:
    """P13: nobody follows; that is an answer."""
    export = fn.read(b.folder(tmp_path, lists([], [b.link_box("bob")])), exported_at="2027-01-01")
    assert export.coverage["records"].tolist() == [0, 1]
    assert b.statuses(export)["followers"] == "presumed"


WHOLE = b.page([b.link_box("bob")])


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (WHOLE[:-60], "is HTML that is cut off"),
        (WHOLE[: len(WHOLE) // 2], "is HTML that is cut off"),
        (WHOLE.replace(b"bob", "zoë".encode("latin-1")), "is not UTF-8 text"),
        (WHOLE.decode().encode("utf-16")[:-1], "is not UTF-8 text"),
        (b"<html><body><form>Log in</form></body></html>", "is HTML, but no page of an export"),
        (b'<html><body><div role="banner">x</div></body></html>', "is HTML, but no page"),
        (b"", "is an empty file"),
        (b"Not found", "is not whole JSON"),
    ],
)
def test_p13_what_is_no_page_is_unreadable_with_its_reason(
    content: bytes, reason: str, tmp_path: Path
) -> None:
    """P13: cut, of another encoding, a page of log-in, a message of a server."""
    path = b.folder(tmp_path, lists([], [b.link_box("bob")]) | {FOLLOWERS: content})
    export = b.read(path)
    assert export.report.warnings[0].startswith(f"{FOLLOWERS} {reason}")
    assert b.statuses(export)["followers"] == "unreadable"
    assert pd.isna(export.coverage["records"][0])
    assert "is JSON and was read as such" not in str(export.report)


def test_a_log_in_page_with_a_main_part_names_no_one(tmp_path: Path) -> None:
    """Its links lead to the platform, too."""
    login = f'<div><form><a href="{b.SITE}/accounts/password/reset/">Forgot?</a></form></div>'
    path = b.folder(tmp_path, lists([], [b.link_box("bob")]) | {FOLLOWERS: b.page([login])})
    export = b.read(path)
    assert b.statuses(export)["followers"] == "unreadable"
    assert b.followers(export) == []


def test_p13_records_in_a_wrapper_are_not_lost_without_a_word(tmp_path: Path) -> None:
    """P13: of three accounts in what looks like one record, the first is not the list."""
    wrapped = f"<div>{''.join(map(b.link_box, ('bob', 'cy', 'dan')))}</div>"
    path = b.folder(tmp_path, lists([], [b.link_box("bob")]) | {FOLLOWERS: b.page([wrapped])})
    export = b.read(path)
    assert b.statuses(export)["followers"] == "unreadable"
    assert "several accounts in a record" in export.report.warnings[0]


def test_where_no_page_can_be_read_the_export_is_damaged(tmp_path: Path) -> None:
    """And says of the first file why."""
    path = b.zipped(tmp_path / "a.zip", {FOLLOWERS: WHOLE[:-9], FOLLOWING: WHOLE[:-9]})
    with pytest.raises(DamagedExportError, match=r"followers_1\.html is HTML that is cut off"):
        fn.read(path)
    with pytest.raises(UnknownFormatError, match=r"found 1 files \(by ending: \.html 1\)"):
        fn.read(b.zipped(tmp_path / "b.zip", {"index.html": WHOLE}))


def test_labelled_values_stand_in_tables(tmp_path: Path) -> None:
    """Since 2026; the URL is the person's own site, the labels are of any language."""
    labels = ("İnternet Adresi (URL)", "Ad", "Kullanıcı adı")
    fields = dict(zip(labels, ("https://www.instagram.com/other", "Zoë", "zoe_1"), strict=True))
    empty = dict(zip(labels, ("", "", "eve"), strict=True))
    requests = b.page([b.table_box(fields, time="Zaman"), b.table_box(empty, time="Zaman")])
    members = {f"{b.TIES}/pending_follow_requests.html": requests}
    export = b.read(b.folder(tmp_path, lists([], []) | members))
    assert export.relations["target"].tolist() == ["zoe_1", "eve"]
    assert export.relations["at"].tolist() == [pd.Timestamp(b.AT, unit="s", tz="UTC")] * 2
    assert export.accounts["name"].dropna().to_dict() == {"zoe_1": "Zoë"}


SEEN = {"URL": f'<a href="{POST}">{POST}</a>', "Caption": "some words", "Title": "title"}
OWNER = {"Web (URL)": "", "Name": "Zoë", "Username": "zoe"}


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (b.box(THUMB, TIME, heading="Zoe"), ("zoe", POST)),
        (b.box(THUMB, TIME, heading="Zoe", tag="div"), ("zoe", POST)),
        (b.box(THUMB, TIME), (None, POST)),
        (b.box(THUMB, TIME, heading="Instagram User"), (None, POST)),
        (b.box(TIME, heading="zoe"), ("zoe", None)),
        (b.box("<div>Yes</div>", TIME, heading="zoe"), ("zoe", None)),
        (b.box('<div><a href="">👍</a></div>', TIME, heading="zoe"), ("zoe", None)),
        (b.table_box(SEEN | OWNER), ("zoe", POST)),
        (b.table_box(SEEN), (None, POST)),
        (b.table_box({"Author": "zoe"}), ("zoe", None)),
    ],
)
def test_actions_have_target_time_and_item(record: str, expected: tuple[Any, Any]) -> None:
    """Alone, repeated, and beside a record of another form."""
    other = b.box("<div>one</div>", "<div>two</div>", "<div>three</div>", TIME, heading="bob")
    for records in ([record], [record, record], [record, other], [other, record]):
        found, count = meta.actions(pages.document(b.page(records), "action", "UTC"))
        rows = list(zip(found.targets, found.items, found.stamps, strict=True))
        wanted = {record: (*expected, b.AT), other: ("bob", None, b.AT)}
        assert rows == [wanted[one] for one in records]
        assert count == len(records)


def comments(*records: str) -> list[meta.Comment]:
    return meta.comments(pages.document(b.page(records), "comment", "UTC"))[0]


@pytest.mark.parametrize(
    ("fields", "owner", "text"),
    [
        ({"Comment": "lovely", "Media Owner": "Zoe"}, "zoe", "lovely"),
        ({"Opmerking": "lovely", "Media-eigenaar": "zoe"}, "zoe", "lovely"),
        ({"Комментарий": "lovely", "Владелец медиафайла": "zoe"}, "zoe", "lovely"),
        ({"Comment": "a\nb\n\nc", "Media Owner": "zoe"}, "zoe", "a\nb\n\nc"),
        ({"Comment": "a<br />b", "Media Owner": "zoe"}, "zoe", "a\nb"),
        ({"Comment": "&#064;cy &lt;3 &amp; co", "Media Owner": "zoe"}, "zoe", "@cy <3 & co"),
        ({"Comment": "lovely"}, None, "lovely"),
        ({"Comment": "", "Media Owner": "zoe"}, "zoe", ""),
        ({"Media Owner": "zoe"}, "zoe", ""),
        ({"Comment": "lovely", "Media Owner": "two words"}, None, "lovely"),
    ],
)
def test_comments_are_read_alone_and_among_others(
    fields: dict[str, str], owner: str | None, text: str
) -> None:
    """Text over lines, without owner, in any language; none changes its neighbours."""
    plain, record = b.table_box({"Comment": "hi", "Media Owner": "bob"}), b.table_box(fields)
    expected, other = (owner, b.AT, text), ("bob", b.AT, "hi")
    assert comments(record) == [expected]
    assert comments(record, record) == [expected, expected]
    assert comments(plain, record, plain) == [other, expected, other]


def test_comments_without_time_are_kept_and_counted(tmp_path: Path) -> None:
    """As in JSON."""
    fields = {"Comment": "lovely @cy", "Media Owner": "zoe"}
    members = {COMMENTS: b.page([b.table_box(fields, None), b.table_box(fields)])}
    export = b.read(b.folder(tmp_path, lists([], []) | members))
    table = export.interactions
    assert table["kind"].value_counts().to_dict() == {"comment": 2, "mention": 2}
    assert table["at"].isna().sum() == 2
    assert b.skipped(export) == {"time missing or impossible; the row is kept": 1}


def talk(*records: str, title: str = "Bob") -> dict[str, Any]:
    """Return the thread of a page."""
    content: dict[str, Any] = pages.document(b.page(records, title=title), "message", "UTC")
    return content


def names(content: dict[str, Any]) -> list[str]:
    return [person["name"] for person in content["participants"]]


def test_messages_have_sender_text_and_time() -> None:
    """Of the text only whether the platform wrote it is kept in the end."""
    content = talk(
        b.members_box("Participants: Bob and Ann"),
        b.said_box("Bob", "hi<br />there", reactions=["❤Ann"]),
        b.said_box("Ann", "", at="no day"),
    )
    found = [(m["sender_name"], m["content"], m["timestamp_ms"]) for m in content["messages"]]
    assert found == [("Bob", "hi\nthere", b.AT * 1000), ("Ann", "", 0)]
    assert names(content) == ["Bob", "Ann"]


@pytest.mark.parametrize(
    ("shown", "actor", "at"),
    [
        ("❤Ann", "Ann", 0),
        ("❤️ Ann", "Ann", 0),
        ("👍🏽Ann (Mar 09, 2025 9:41 am)", "Ann", b.AT),
        ("1️⃣Ann", "Ann", 0),
        ("❤✨ Zoë", "✨ Zoë", 0),
        ("❤(Bob)", "(Bob)", 0),
        ("❤Mary Ann", "Mary Ann", 0),
        ("❤Dan (work)", "Dan (work)", 0),
        ("❤Dan (no day 9:99)", "Dan", 0),
        ("❤Mary", "Mary", 0),
        ("❤", "", 0),
        ("", "", 0),
    ],
)
def test_reactions_have_actor_and_sometimes_a_time(shown: str, actor: str, at: int) -> None:
    """Names may begin with signs, or end as another name does."""
    said = [b.said_box(name, "x") for name in ("Ann", "✨ Zoë", "(Bob)")]
    content = talk(*said, b.said_box("Ann", "x", reactions=[shown]))
    [reaction] = content["messages"][-1]["reactions"]
    assert (reaction["actor"], reaction["timestamp"]) == (actor, at)


@pytest.mark.parametrize(
    ("line", "senders", "expected"),
    [
        ("Participants: Bob and Ann", [], ["Bob", "Ann"]),
        ("Participants: Bob, Cy and Ann", [], ["Bob", "Cy", "Ann"]),
        ("Participants: Bob, Cy, and Ann", [], ["Bob", "Cy", "Ann"]),
        ("Partecipanti: Bob, Cy e Ann", [], ["Bob", "Cy", "Ann"]),
        ("Участники: Bob, Cy и Ann", [], ["Bob", "Cy", "Ann"]),
        ("Bob and Ann", [], ["Bob", "Ann"]),
        ("Participants: Maria e Silva e Ann", [], ["Maria e Silva", "Ann"]),
        ("Participants: Maria e Silva, Bob e Ann", [], ["Maria e Silva", "Bob", "Ann"]),
        ("Participants: Bob, PhD, Cy and Ann", ["Bob, PhD"], ["Bob, PhD", "Cy", "Ann"]),
        ("Participants: Tom and Jerry and Ann", ["Tom and Jerry"], ["Tom and Jerry", "Ann"]),
        ("Participants: Anna, An and Ann", ["An"], ["Anna", "An", "Ann"]),
        ("Participants: Anna and An", ["An", "Anna"], ["Anna", "An"]),
        ("Participants: 0, Bob and 1", ["Bob", "0", "1"], ["0", "Bob", "1"]),
        ("Participants: ✨, .* and Ann", ["✨", ".*"], ["✨", ".*", "Ann"]),
        ("Participants: ✨ and Ann", [], ["✨", "Ann"]),
        ("Participants: Instagram User and Ann", [], ["Instagram User", "Ann"]),
        ("Participants: Ann", ["Ann"], ["Ann"]),
    ],
)
def test_who_takes_part_is_read_from_a_line(
    line: str, senders: list[str], expected: list[str]
) -> None:
    """Who wrote is found whole, whatever the name holds; the others between commas."""
    records = [b.members_box(line), *(b.said_box(name, "x") for name in senders)]
    assert names(talk(*records)) == expected


@pytest.mark.parametrize(
    "shown",
    [
        "<h2>Participants: Bob and Ann</h2>",
        "<h2>Participants: Bob and Ann</h2><div></div>",
        "<div>Participants: Bob and Ann</div>",
        "<div><div>Participants: Bob and Ann</div></div>",
    ],
)
def test_the_first_record_is_no_message(shown: str) -> None:
    """Whatever tags are around the names."""
    content = talk(f'<div class="pam">{shown}</div>', b.said_box("Ann", "x"))
    assert names(content) == ["Bob", "Ann"]
    assert len(content["messages"]) == 1


def test_messages_of_no_one_and_of_nothing_count() -> None:
    """A deleted sender, a picture alone, both."""
    records = [b.said_box("", "x"), b.said_box("Ann", ""), b.said_box("", "")]
    assert [m["sender_name"] for m in talk(*records)["messages"]] == ["", "Ann", ""]


def test_where_nothing_says_who_takes_part_the_title_does() -> None:
    """It is the name of the other one; not where more than one wrote."""
    assert names(talk(b.said_box("Ann", "x"), title="Bob")) == ["Bob", "Ann"]
    assert names(talk(b.said_box("Ann", "x"), b.said_box("Cy", "x"))) == ["Ann", "Cy"]


def test_threads_in_pages_are_those_of_json(tmp_path: Path) -> None:
    """Groups, deleted people, reactions, lines of the platform."""
    inbox = f"{b.ACTIVITY}/messages/inbox"
    profile = b.page([b.table_box({"Username": "ann", "Name": "Ann"}, None)])
    pair = [
        b.members_box("Participants: Instagram User and Ann"),
        b.said_box("Ann", "Liked a message", reactions=["❤Instagram User"]),
        b.said_box("Instagram User", "hi"),
    ]
    group = [b.members_box("Participants: Bob, PhD, Cy and Ann"), b.said_box("Bob, PhD", "hi")]
    members = lists([], []) | {
        f"{inbox}/x_1/message_1.html": b.page(pair, title="Instagram User"),
        f"{inbox}/x_2/message_1.html": b.page(group, title="Bob, PhD, Cy"),
        b.PROFILE.replace("json", "html"): profile,
    }
    export = b.read(b.folder(tmp_path, members))
    columns = ["source", "target", "kind", "item", "group"]
    table = export.interactions[columns].astype(object)
    assert list(table.where(table.notna(), None).itertuples(index=False, name=None)) == [
        ("ann", "dm:1", "message_system", "1", None),
        ("dm:1", "ann", "message", "1", None),
        ("dm:2/1", None, "message", "2", "2"),
        ("dm:1", "ann", "message_reaction", "1", None),
    ]
    assert export.accounts["name"].dropna().to_dict() == {
        "ann": "Ann", "dm:1": "Instagram User", "dm:2/1": "Bob, PhD", "dm:2/2": "Cy",
    }  # fmt: skip


def test_posts_have_id_format_and_length_of_the_caption(tmp_path: Path) -> None:
    """One medium, several, a film; what shows none is counted."""

    def post(*names: str, caption: str = "") -> str:
        shown = "".join(
            f'<div><a href="media/posts/{name}"><img src="media/posts/{name}" /></a></div>'
            for name in names
        )
        return b.box(f"<div>{shown}</div>", TIME, heading=caption)

    film = '<div><video src="media/posts/3.mp4"><a href="media/posts/3.mp4">x</a></video></div>'
    link = f'<div><a href="{POST}">no medium of one\'s own</a></div>'
    records = [post("1.jpg", caption="café"), post("2.jpg", "2b.jpg"), b.box(film, TIME)]
    members = {f"{b.ACTIVITY}/media/posts_1.html": b.page([*records, b.box(link, TIME)])}
    export = b.read(b.folder(tmp_path, lists([], []) | members))
    assert export.posts[["post", "format", "text_length"]].to_numpy().tolist() == [
        ["1", "image", 4],
        ["2", "carousel", 0],
        ["3", "video", 0],
    ]
    assert (export.posts["at"] == pd.Timestamp(b.AT, unit="s", tz="UTC")).all()
    assert b.skipped(export) == {"record holds no medium": 1}


def test_insights_are_tables_too(tmp_path: Path) -> None:
    """The number of followers, and the counts of a post beside the post itself."""
    shot = '<a href="media/posts/1.jpg"><img src="media/posts/1.jpg" /></a>'
    insights = "logged_information/past_instagram_insights"
    members = {
        f"{insights}/audience_insights.html": b.page([b.table_box({"Followers": "1"}, None)]),
        f"{insights}/posts.html": b.page([b.table_box({"Media": shot, "Likes": "1,234"}, None)]),
        f"{b.ACTIVITY}/media/posts_1.html": b.page([b.box(f"<div>{shot}</div>", TIME)]),
    }
    export = b.read(
        b.folder(tmp_path, lists([b.link_box("bob", "Mar 9, 2019 9:41")], []) | members)
    )
    assert export.posts[["post", "format", "likes"]].to_numpy().tolist() == [["1", "image", 1234]]
    assert b.statuses(export)["followers"] == "verified"


@pytest.mark.parametrize("called", ["html", "htm", "json"])
def test_content_decides_whatever_a_file_is_called(called: str, tmp_path: Path) -> None:
    """HTML called JSON and JSON called HTML are read, with a note; what is right has none."""
    page, json = b.page([b.link_box("bob")]), b.encoded([b.classic("bob", b.AT)])
    for name, content in (("HTML", page), ("JSON", json)):
        members = {f"{b.TIES}/followers_1.{called}": content, FOLLOWING: b.page([])}
        export = b.read(b.zipped(tmp_path / f"{name}.zip", members))
        assert b.followers(export) == ["bob"]
        assert export.follows["since"].tolist() == [pd.Timestamp(b.AT, unit="s", tz="UTC")]
        wrong = (name == "JSON") != (called == "json")
        note = f"{b.TIES}/followers_1.{called} is {name} and was read as such"
        assert (note in export.report.notes) == wrong


@pytest.mark.parametrize("turned", [False, True])
def test_of_json_and_html_of_one_file_json_is_taken(turned: bool, tmp_path: Path) -> None:
    """Its times are exact; the page is counted as left out."""
    members = b.lists() | lists([b.link_box("old")], [b.link_box("older")])
    path = b.zipped(tmp_path / "a.zip", dict(reversed(members.items())) if turned else members)
    export = b.read(path)
    assert (b.followers(export), b.following(export)) == (["bob", "cy"], ["bob", "dan"])
    assert b.skipped(export) == {"the same file in JSON was read": 2}
    assert "HTML files" not in export.report.times["source"].tolist()


HOSTILE = [
    "<table><tr></tr></table>",
    "<table><tr><td></td></tr></table>",
    "<a>x</a>",
    '<a href>x</a><a href="">y</a>',
    "<ul><li></li></ul>",
    "<h2></h2>",
    "<h2>x</h2><div></div>",
    "<img /><video /><source />",
    "\x1f",
    "\x00",
    "<div>" * 200,
    f"<li>{'(1:11 ' * 50}</li>",
]
MEANINGS = ["list", "relation", "action", "comment", "profile", "post", "post insight", "insight"]


@pytest.mark.parametrize("meaning", [*MEANINGS, "message"])
@given(found=st.lists(st.sampled_from([*HOSTILE, b.DAY, "zoe"]), max_size=5))
def test_no_page_whatever_its_records_raises(meaning: str, found: list[str]) -> None:
    """Cells without rows, links without address, times without records: nothing foreign."""
    with suppress(DamagedExportError):
        pages.document(b.page([f"<div>{''.join(found)}</div>", *found]), meaning, "UTC")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_a_page_saved_anew_in_another_encoding_is_read(encoding: str, tmp_path: Path) -> None:
    """With the mark of its byte order, by an editor."""
    content = b.page([b.link_box("bob")]).decode().encode(encoding)
    export = b.read(b.folder(tmp_path, {FOLLOWERS: content, FOLLOWING: b.page([])}))
    assert b.followers(export) == ["bob"]


LOGIN = [
    "<form><input /><button>Log in</button></form>",
    *(
        f'<div><a href="{address}">{text}</a></div>'
        for address, text in (
            ("https://about.meta.com/", "Meta"),
            (f"{b.SITE}/about", "About"),
            (f"{b.SITE}/explore/", "explore"),
            (f"{b.SITE}/legal/privacy/", "Privacy"),
            ("/reels/", "reels"),
        )
    ),
]


@pytest.mark.parametrize("records", [LOGIN, LOGIN[1:2], LOGIN[2:], [LOGIN[1], LOGIN[4]]])
def test_p4_a_page_that_is_no_list_makes_no_followers(records: list[str], tmp_path: Path) -> None:
    """P4: a page of log-in or a profile, saved under the name of a list, has links, too."""
    members = {FOLLOWERS: b.page(records), FOLLOWING: b.page([b.link_box("bob")])}
    export = b.read(b.folder(tmp_path, members))
    assert b.statuses(export)["followers"] == "unreadable"
    assert b.followers(export) == []
    dated = [record.replace("</div>", f"</div><div>{b.DAY}</div>") for record in records]
    members[FOLLOWERS] = b.page([f"<div>{record}</div>" for record in dated])
    export = b.read(b.folder(tmp_path / "dated", members))
    assert b.followers(export) == []


def test_flat_exports_were_never_pages() -> None:
    """A page of that meaning is refused, not taken for anything."""
    with pytest.raises(DamagedExportError, match="where only JSON is known"):
        pages.document(WHOLE, "flat", "UTC")


def test_a_stray_page_of_a_flat_name_changes_nothing(tmp_path: Path) -> None:
    """`connections.html` is no file of any export."""
    export = b.read(b.folder(tmp_path, b.lists() | {"connections.html": WHOLE}))
    assert b.statuses(export) == {"followers": "presumed", "following": "presumed"}
    assert b.skipped(export) == {"not among the files that are read": 1}
