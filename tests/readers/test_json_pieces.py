"""Long arrays of JSON in pieces: the same records as at once, wherever they are cut."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from follownet.errors import DamagedExportError
from follownet.readers import json_pieces

#: Texts that look like places to cut at, and values that hold records themselves.
TEXTS = st.sampled_from(["}, {", '"},{"', "é🙂", 'a"b\\', "x", "]}"])
VALUES = st.recursive(
    st.one_of(st.none(), st.integers(), TEXTS),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from("abc"), inner, max_size=2)
    ),
    max_leaves=8,
)
RECORDS = st.lists(st.dictionaries(st.sampled_from("abcd"), VALUES, max_size=3), max_size=12)


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pieces of 30 bytes, so that small files have many."""
    monkeypatch.setattr(json_pieces, "_SIZE", 30)


def cut(content: bytes, begin: int) -> tuple[list[Any], int]:
    found: list[Any] = []
    after = begin
    for records, end in json_pieces.records(content, begin):
        found += records
        after = end
    return found, after


@given(RECORDS, st.booleans(), st.sampled_from([None, 1]))
def test_pieces_are_the_records(records: list[Any], escaped: bool, indent: int | None) -> None:
    """And what follows the array is left."""
    before, after = '{"List": [', ', "App": [{"a": 1}, {"b": 2}]}'
    body = json.dumps(records, ensure_ascii=escaped, indent=indent)
    content = f"{before}{body[1:]}{after}".encode()
    found, end = cut(content, len(before))
    assert found == records
    assert content[end:].decode() == after


@pytest.mark.parametrize(
    "content",
    [b"", b'{"a": 1}', b'{"a": 1}, {"b": 2', b'{"a": "\xff"}]', b'{"a": 1},, {"b": 2}]'],
)
def test_what_is_not_whole_is_refused(content: bytes) -> None:
    """Cut off, no UTF-8, or a comma too many: the reason holds nothing of the file."""
    with pytest.raises(DamagedExportError, match="is not whole JSON"):
        cut(content * 3, 0)
