"""Reading by columns gives what a parser finds record by record, or leaves the page to it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import builders as b
import pytest
from hypothesis import given
from hypothesis import strategies as st

from follownet.readers import meta, pages, regular

SAMPLE = Path(__file__).parents[3] / "shared" / "exports" / "instagram-html-2025-10"
HANDLES = st.from_regex(r"[a-z0-9._]{1,30}", fullmatch=True)
TIMES = st.sampled_from(["Mar 09, 2025 9:41 am", "Dec 31, 2019 11:59 pm", "nov 01, 2024 12:00 am"])


def by_record(content: bytes, meaning: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return what the parser alone makes of a page."""
    with monkeypatch.context() as patch:
        patch.setattr(regular, "read", lambda *_: None)
        return shaped(pages.document(content, meaning, "UTC"), meaning)


def by_column(content: bytes, meaning: str) -> Any:
    """Return what reading by columns makes of a page, None where it leaves it."""
    found = regular.read(content.decode(), meaning, "UTC")
    return None if found is None else shaped(found, meaning)


def shaped(document: Any, meaning: str) -> Any:
    """Return rows in one form, whichever way they were read."""
    if meaning == "comment":
        return meta.comments(document)[0]
    if meaning == "action":
        return [*zip(*map(list, meta.actions(document)[0]), strict=True)]
    people, stamps, names = meta.people(document, titles_are_names=True)
    return [*zip(people, map(int, stamps), strict=True)], names


@pytest.mark.parametrize(
    ("file", "meaning"),
    [
        ("connections/followers_and_following/followers_1", "list"),
        ("connections/followers_and_following/following", "list"),
        ("connections/followers_and_following/recent_follow_requests", "relation"),
        ("your_instagram_activity/likes/liked_posts", "action"),
        ("your_instagram_activity/story_interactions/story_likes", "action"),
        ("your_instagram_activity/comments/post_comments_1", "comment"),
    ],
)
def test_real_pages_are_regular_and_both_ways_agree(
    file: str, meaning: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If they were not regular, reading them would take ten times as long."""
    path = SAMPLE / f"{file}.html"
    if not path.is_file():
        pytest.skip("the real sample in HTML is not beside this repository")
    content = path.read_bytes()
    found = by_column(content, meaning)
    assert found == by_record(content, meaning, monkeypatch)
    assert found


@given(st.lists(st.tuples(HANDLES, TIMES), min_size=1, max_size=6), st.sampled_from("abc"))
def test_ties_are_what_the_parser_finds(people: list[tuple[str, str]], form: str) -> None:
    """Of every form of a follow."""
    make = {
        "a": b.link_box,
        "b": b.heading_box,
        "c": lambda name, at: b.heading_box(name, at, tag="div"),
    }[form]
    content = b.page([make(*person) for person in people], main="div" if form == "c" else "main")
    with pytest.MonkeyPatch.context() as patch:
        assert by_column(content, "list") == by_record(content, "list", patch)
    (found, _), known = by_column(content, "list"), [name for name, _ in people]
    assert [name for name, _ in found] == known


def test_entities_are_read_as_a_parser_reads_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """In texts and in addresses."""
    rows = [
        {"Comment": "a &lt;b&gt; &#064;zoe &amp;amp; &nbsp;x", "Media Owner": "ann"},
        {"Comment": "plain", "Media Owner": "bob"},
    ]
    content = b.page([b.table_box(row) for row in rows])
    assert by_column(content, "comment") == by_record(content, "comment", monkeypatch)
    assert by_column(content, "comment")[0][2].startswith("a <b> @zoe &amp;")
    link = f'<a href="{b.SITE}/p/1/?a=1&amp;b=2">x</a>'
    content = b.page([b.box(f"<div>{link}</div>", f"<div>{b.DAY}</div>", heading="ann")] * 2)
    assert by_column(content, "action") == by_record(content, "action", monkeypatch)
    assert by_column(content, "action")[0][2] == f"{b.SITE}/p/1/?a=1&b=2"


ONE, TWO = b.link_box("ann"), b.link_box("bob")


@pytest.mark.parametrize(
    "records",
    [
        [ONE, "junk", TWO],
        [ONE, "<p></p>", TWO],
        [ONE, "</div>", TWO],
        [ONE, TWO, "<div>"],
        ["junk", ONE, TWO],
        [ONE, TWO.replace("<div>", "<div >", 1)],
        [ONE, TWO.replace('class="pam"', 'class="pam x"')],
        [ONE, "<!-- ", TWO, " -->"],
        [ONE, TWO.replace(b.DAY, "some day")],
        [ONE, TWO.replace(b.DAY, "")],
        [ONE, TWO.replace(">bob<", "><b>bob</b><")],
        [ONE, TWO.replace(">bob<", ">b\0b<")],
        [ONE, TWO.replace(">bob<", ">Bob Smith<")],
        [ONE.replace("</a>", ""), TWO.replace("</a>", "")],
        [ONE.replace("</a></div>", "</div></a>"), TWO.replace("</a></div>", "</div></a>")],
        [],
    ],
)
def test_a_page_that_is_not_regular_is_left_to_the_parser(records: list[str]) -> None:
    """No record and nothing between records is passed over."""
    assert by_column(b.page(records), "list") is None


@pytest.mark.parametrize(
    "change",
    [
        lambda page: page.replace(b"<header>", b"<!-- <main> --><header>"),
        lambda page: page.replace(b"<title>", b'<title><div role="main">'),
        lambda page: page.replace(b"</main>", b"</main><main>" + ONE.encode() + b"</main>"),
        lambda page: page.replace(b"<div><header>", b"<header>"),
        lambda page: page.replace(b"</body>", b""),
        lambda page: page.replace(b"<body>", b'<body><div title="a>b">'),
        lambda page: page.replace(b"<header>", b"<table><header>"),
        lambda page: page.replace(b"<header>", b"<textarea><header>"),
    ],
)
def test_what_stands_around_the_records_cannot_mislead(
    change: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Either both ways find the same, or the parser alone decides."""
    content = change(b.page([ONE, TWO, b.link_box("cy")]))
    found = by_column(content, "list")
    if found is not None:
        assert found == by_record(content, "list", monkeypatch)


def test_a_page_that_never_ends_takes_no_time() -> None:
    """A first record without end is looked for in the beginning alone."""
    content = b.page(["<div>" * 200_000])
    assert by_column(content, "list") is None
    assert by_column(b.page(["<" * 500_000]), "list") is None
