"""Records in every shape, text and times: what Meta's platforms share."""

from __future__ import annotations

import json
from typing import Any

import builders as b
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from follownet.errors import DamagedExportError
from follownet.readers import meta
from follownet.readers.archive import parse_json
from follownet.tables import TIME


@pytest.mark.parametrize(
    ("found", "repaired"),
    [
        ("plain", "plain"),
        ("\u00c4\u00b0nternet Adresi (URL)", "İnternet Adresi (URL)"),
        ("Kullan\u00c4\u00b1c\u00c4\u00b1 ad\u00c4\u00b1", "Kullanıcı adı"),
        ("\u00f0\u009f\u0091\u008d", "👍"),
        ("İstanbul", "İstanbul"),
        ("café", "café"),
        ("“already right” é", "“already right” é"),
        ("\u00c3", "\u00c3"),
        ("", ""),
        ("half \ud83d", "half \ufffd"),
        ("whole \ud83d\udc4d", "whole 👍"),
        (None, None),
        (7, None),
        (["x"], None),
    ],
)
def test_p6_mojibake_is_repaired_only_where_it_round_trips(found: Any, repaired: Any) -> None:
    """P6: text that is right already stays as it is; half characters become U+FFFD."""
    assert meta.text(found) == repaired


@given(st.text())
def test_p6_repair_undoes_what_meta_does(written: str) -> None:
    """P6: any text, its UTF-8 read as Latin-1, comes back; and any result fits a column."""
    assert meta.text(written.encode().decode("latin-1")) == written
    assert meta.text(written) is not None


@given(st.text(st.characters(codec=None, categories=None)))
def test_any_text_can_be_put_in_a_column(written: str) -> None:
    """Lone surrogates cannot be stored as UTF-8, which the columns are."""
    meta.texts([meta.text(written)])


@pytest.mark.parametrize(
    ("found", "handle"),
    [
        ("ann", "ann"),
        (" @Ann.B_1 ", "ann.b_1"),
        ("__deleted__12345678901234567890123456789", "__deleted__12345678901234567890123456789"),
        ("a" * 30, "a" * 30),
        ("a" * 31, None),
        ("two words", None),
        ("http://ann.example", None),
        ("zoë", None),
        ("", None),
        ("@", None),
        (None, None),
        (5, None),
    ],
)
def test_p14_handles_are_compared_in_lower_case(found: Any, handle: str | None) -> None:
    """P14: letters, digits, dot and underscore, as the platform compares them."""
    assert meta.handle(found) == handle


@pytest.mark.parametrize(
    ("link", "handle"),
    [
        ("https://www.instagram.com/ann", "ann"),
        ("https://www.instagram.com/_u/ann", "ann"),
        ("https://www.instagram.com/_u/Ann/?hl=en#top", "ann"),
        ("https://instagram.com/ann/", "ann"),
        ("http://m.instagram.com/ann?igsh=x/y", "ann"),
        ("www.instagram.com/ann", "ann"),
        ("https://www.threads.net/@ann", "ann"),
        ("https://www.threads.com/ann", "ann"),
        ("https://www.instagram.com/", None),
        ("https://www.instagram.com/_u/", None),
        ("https://www.instagram.com/p/Cabc/", None),
        ("https://ann.example/bob", None),
        ("https://notinstagram.com/bob", None),
        ("https://evil.example/www.instagram.com/bob", None),
        ("https://[bad", None),
        ("ann", None),
        (None, None),
    ],
)
def test_links_name_a_handle_only_on_the_platform(link: Any, handle: str | None) -> None:
    """Other links are people's own web sites; `_u/` of October 2025 is no part of the name."""
    assert meta.handle_of_link(link) == handle


@pytest.mark.parametrize(
    ("record", "handle"),
    [
        (b.classic("ann"), "ann"),
        (b.classic("ANN"), "ann"),
        (b.classic("@ann "), "ann"),
        (b.classic("ann") | {"title": "Takipçi"}, "ann"),
        (b.classic("ann") | {"title": "bob"}, "ann"),
        (b.titled("ann"), "ann"),
        (b.titled("Ann"), "ann"),
        (b.titled("ann") | {"title": ""}, "ann"),
        (b.classic(None, href="https://www.instagram.com/_u/ann/?x=1"), "ann"),
        (b.classic(None, href="https://bob.example/ann"), None),
        (b.labelled("ann"), "ann"),
        (b.labelled("ann", url="https://bob.example/carl"), "ann"),
        (b.labelled("Ann", labels=("\u00c4\u00b0nternet Adresi (URL)", "Ad", "x")), "ann"),
        (b.labelled("ann", labels=("URL", "Naam", "Gebruikersnaam")), "ann"),
        (b.labelled("two words"), None),
        (b.labelled("https://ann.example"), None),
        ({"label_values": [{"label": "Username", "value": "ann"}]}, "ann"),
        ({"label_values": [{"label": "URL", "value": "ann.example"}]}, None),
        ({"label_values": []}, None),
        ({"label_values": None}, None),
        ({"label_values": [None, 5, {"value": "ann"}]}, None),
        ({"title": "ann"}, "ann"),
        ({"title": "ann", "string_list_data": []}, "ann"),
        ({"title": None, "string_list_data": None}, None),
        ({"string_list_data": [None]}, None),
        ({"string_list_data": {"value": "ann"}}, None),
        ({}, None),
        (None, None),
        ("ann", None),
        ([["ann"]], None),
    ],
)
def test_p2_the_handle_is_found_in_every_shape(record: Any, handle: str | None) -> None:
    """P2: value, else link, else title, else the last label; never another site's address."""
    handles, _, _ = meta.people([record])
    assert handles == [handle]
    assert meta.alter(record)[0] == handle


def test_names_and_numbers_of_people_are_kept_where_records_hold_them() -> None:
    """The fbid may outlive a rename; a site's address is no name."""
    record = b.labelled("ann", name="Zo\u00c3\u00ab") | {"fbid": 17841400000000000}
    assert meta.alter(record)[2] == {"name": "Zoë", "fbid": "17841400000000000"}
    nameless = {"label_values": b.person("ann", "http://x.example")[::2]}
    assert meta.alter(nameless)[2] == {}
    for number in (True, -5, 1.5, "12a", [], None):
        assert "fbid" not in meta.alter(record | {"fbid": number})[2]


@pytest.mark.parametrize(
    ("content", "count"),
    [
        ([], 0),
        ([{}, {}], 2),
        ({"relationships_following": [{}]}, 1),
        ({"relationships_following": []}, 0),
        (b.labelled("ann"), 1),
        (b.classic("ann"), 1),
        ({"string_map_data": {}}, 1),
    ],
)
def test_records_are_a_list_bare_under_a_key_or_one_alone(content: Any, count: int) -> None:
    """Of a single record, the file is the record."""
    assert len(meta.records(content)) == count


@pytest.mark.parametrize("content", [{}, {"a": None}, {"a": [], "b": []}, "x", 5, None, True])
def test_what_holds_no_records_is_refused_and_not_empty(content: Any) -> None:
    """Nothing is made up: null is no empty list."""
    with pytest.raises(DamagedExportError, match="holds no list of records"):
        meta.records(content)


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (b.liked("Bob", 5), ("bob", 5, f"{b.SITE}/p/C1/")),
        (b.liked(None, 5), (None, 5, f"{b.SITE}/p/C1/")),
        (b.seen("Bob", 5), ("bob", 5, f"{b.SITE}/p/C1/")),
        (b.seen("bob", 5, tags=["x", "y"]), ("bob", 5, f"{b.SITE}/p/C1/")),
        (b.seen(None, 5, tags=["x", "y", "z"]), (None, 5, f"{b.SITE}/p/C1/")),
        (b.seen("bob", 5, link=""), ("bob", 5, None)),
        ({"title": "bob", "string_list_data": [{"timestamp": 5}]}, ("bob", 5, None)),
        (
            {"title": "bob", "string_map_data": {"Opgeslagen op": {"href": "h", "timestamp": 5}}},
            ("bob", 5, "h"),
        ),
        ({"label_values": None}, (None, None, None)),
        ({"title": None}, (None, None, None)),
        (None, (None, None, None)),
        ([], (None, None, None)),
    ],
)
def test_actions_have_target_time_and_item(record: Any, expected: Any) -> None:
    """Hashtags are no owners, however many; a post whose owner is gone has none."""
    assert meta.action(record)[:3] == expected


def test_the_owner_of_a_post_is_named_where_the_record_does() -> None:
    """Since 2026, with the display name beside the handle."""
    assert meta.action(b.seen("bob"))[3] == "Display Name"
    assert meta.action(b.liked("bob"))[3] is None


def test_a_caption_that_begins_with_a_link_is_no_item() -> None:
    """Texts that people wrote are in no table."""
    record = b.seen("bob", link="")
    record["label_values"][1]["value"] = "http://x.example look at this"
    assert meta.action(record)[2] is None


@pytest.mark.parametrize(
    ("value", "time"),
    [
        (1_700_000_000, "2023-11-14T22:13:20Z"),
        ("1700000000", "2023-11-14T22:13:20Z"),
        (1_700_000_000.0, "2023-11-14T22:13:20Z"),
        (0, None),
        (-1_700_000_000, None),
        (1_700_000_000_000, None),
        (10**30, None),
        (-(2**63), None),
        (1e300, None),
        (1.5, None),
        (float("nan"), None),
        (float("inf"), None),
        (True, None),
        (False, None),
        (None, None),
        ("", None),
        ("²", None),
        ("1" * 5000, None),
        ("2023-11-14", None),
        ([1_700_000_000], None),
        ({}, None),
    ],
)
def test_times_are_unix_seconds_and_anything_else_is_missing(value: Any, time: Any) -> None:
    """Huge, negative, fractional, boolean or no number at all: never an exception."""
    found = meta.times([value])
    assert str(found.dtype) == TIME
    assert found.isna().all() if time is None else found[0] == pd.Timestamp(time)


def test_times_of_messages_are_milliseconds() -> None:
    """And their fraction of a second is kept."""
    assert meta.times([1_700_000_000_123], 1000)[0] == pd.Timestamp("2023-11-14T22:13:20.123Z")
    assert str(meta.times([]).dtype) == TIME


@pytest.mark.parametrize(
    "content",
    [
        b'[{"a": "\xc3\xa9"}]',
        b'\xef\xbb\xbf[{"a": "\xc3\xa9"}]',
        '[{"a": "é"}]'.encode("utf-16"),
        '[{"a": "é"}]'.encode("utf-16-le"),
        b'[\r\n{"a":\r\n"\\u00e9"}]\r\n',
    ],
)
def test_p6_json_is_read_whatever_its_encoding(content: bytes) -> None:
    """P6: UTF-8 with and without its mark, UTF-16, and the line ends of Windows."""
    assert parse_json(content) == [{"a": "é"}]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty file"),
        (b" \r\n ", "empty file"),
        (b"<!DOCTYPE html>", r"not whole JSON \(line 1\)"),
        (b"\xef\xbb\xbf \n<html>", r"not whole JSON \(line 2\)"),
        (b'[{"a": 1}', r"not whole JSON \(line 1\)"),
        (b'[\n{"a": \n', r"not whole JSON \(line 3\)"),
        (b'["\xff"]', "not UTF-8"),
        (bytes(64), "JSON"),
        (b"[" * 100_000, "nested or written as no export is"),
        (b"[" * 100_000 + b"]" * 100_000, "nested or written as no export is"),
        (b'{"a":' * 100_000, "nested or written as no export is"),
        (b"[" + b"1" * 5000 + b"]", "nested or written as no export is"),
    ],
)
def test_json_that_cannot_be_read_says_why_and_holds_nothing(content: bytes, reason: str) -> None:
    """The decoder's own exception carries the document, so it is not chained."""
    with pytest.raises(DamagedExportError, match=reason) as caught:
        parse_json(content)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


KEYS = st.sampled_from(
    "label_values string_list_data string_map_data title value href timestamp label dict "
    "media fbid x".split()
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@given(st.lists(JSON, max_size=5))
def test_no_record_whatever_its_shape_raises(found: list[Any]) -> None:
    """Any JSON at all stands for a person, an action and a time, or for nothing."""
    found = json.loads(json.dumps(found))
    handles, stamps, _ = meta.people(found)
    assert len(handles) == len(stamps) == len(found)
    meta.texts(handles)
    meta.times(stamps)
    for record in found:
        target, at, item, name = meta.action(record)
        meta.texts([target, item, name])
        meta.times([at])
        meta.fields(record)
