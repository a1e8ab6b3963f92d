"""Numbers in the conventions of countries and programs, decided by all cells together."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
import sheets as s
from hypothesis import example, given
from hypothesis import strategies as st

import follownet as fn
from follownet.errors import FollownetWarning, SchemaError, UnknownFormatError
from follownet.readers.analytics import counts

SHOWN = "posts.csv"
WHOLE = st.integers(min_value=0, max_value=10**14)
#: Thousands and fractions as countries divide them.
WRITTEN = {
    "English": (",", "."),
    "German": (".", ","),
    "French": ("\u202f", ","),
    "Polish": ("\u00a0", ","),
    "SI": (" ", "."),
    "Swiss": ("’", "."),
    "none": ("", "."),
}


def written(number: int, group: str) -> str:
    return f"{number:,}".replace(",", group)


def likes(*cells: str, delimiter: str | None = None) -> str | None:
    return counts.decided({"likes": cells}, delimiter, SHOWN)


@pytest.mark.parametrize("convention", WRITTEN)
@given(numbers=st.lists(WHOLE, min_size=1, max_size=6), fraction=st.integers(1, 9))
@example(numbers=[1250], fraction=5)
def test_counts_come_back_from_every_convention(
    convention: str, numbers: list[int], fraction: int
) -> None:
    """A value in thousands that is no whole number otherwise tells the sign for all."""
    group, decimal = WRITTEN[convention]
    cells = [*(written(number, group) for number in numbers), f"1{decimal}{fraction}K"]
    sign = counts.decided({"likes": cells}, None, SHOWN)
    assert sign == decimal
    assert [counts.count(cell, sign) for cell in cells] == [*numbers, 1000 + 100 * fraction]


@pytest.mark.parametrize("convention", ["English", "German"])
@given(numbers=st.lists(WHOLE, min_size=1, max_size=6))
@example(numbers=[2000])
def test_counts_are_never_read_wrongly(convention: str, numbers: list[int]) -> None:
    """Without such a value they are read rightly or asked about."""
    group, _ = WRITTEN[convention]
    cells = [written(number, group) for number in numbers]
    try:
        sign = counts.decided({"likes": cells}, None, SHOWN) or "."
    except SchemaError:
        # Every number that has a sign is of whole thousands, with one sign.
        assert all(n < 1000 or (n < 10**6 and n % 1000 == 0) for n in numbers)
        return
    assert [counts.count(cell, sign) for cell in cells] == numbers


@given(
    convention=st.sampled_from(sorted(WRITTEN)),
    number=st.decimals(min_value=-(10**9), max_value=10**9, places=3),
    percent=st.booleans(),
)
def test_fractions_come_back(convention: str, number: Decimal, percent: bool) -> None:
    """With a sign and as a percentage."""
    group, decimal = WRITTEN[convention]
    text = f"{number:,}".replace(",", "g").replace(".", decimal).replace("g", group)
    read = counts.number(text + (" %" if percent else ""), decimal)
    assert read == (number / 100 if percent else number)


@given(text=st.text(max_size=30), sign=st.sampled_from([".", ","]))
def test_no_text_crashes(text: str, sign: str) -> None:
    """Whatever stands in a cell is a number or is not."""
    value = counts.number(text, sign)
    assert value is None or abs(value) < 10**15
    assert counts.count(text, sign) in (None, value)


@pytest.mark.parametrize(
    "cell", ["100 %", "9" * 16, "1" * 50, "1.5", "0:09", "1.2E+5", True, 1e300]
)
def test_what_counts_nothing(cell: object) -> None:
    """Shares, durations, and numbers that no column can hold."""
    assert counts.count(cell, ".") is None


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["1.250", "3"], ","),
        (["1,250", "3"], "."),
        (["1.2K", "18,400"], "."),
        (["1,2 Mio.", "18.400"], ","),
        (["1,2 mil"], ","),
        (["12.0", "1250.0"], "."),
        (["12,34,567"], "."),
        (["2.000.000"], ","),
        (["3", "1 250", "-", "n/a"], None),
        (["2.000", "1.250"], ","),
        (["2.000", "1.0"], "."),
    ],
)
def test_a_column_tells_its_sign(cells: list[str], expected: str | None) -> None:
    """Under one reading alone all its cells are whole counts, or both are the same."""
    assert likes(*cells) == expected


@pytest.mark.parametrize(
    ("cell", "delimiter", "expected"),
    [("2,000", ",", "."), ("2.000", ";", ","), ("1,250K", ",", ".")],
)
def test_the_delimiter_tells_what_cells_leave_open(
    cell: str, delimiter: str, expected: str
) -> None:
    """Who divides cells by commas begins no fraction with them; semicolons are for those who do."""
    assert likes(cell, delimiter=delimiter) == expected


@pytest.mark.parametrize(
    ("cell", "delimiter"),
    [("2.000", ","), ("2,000", ";"), ("2.000", "\t"), ("2,000", None), ("1.250K", None)],
)
def test_what_stays_open_is_asked(cell: str, delimiter: str | None) -> None:
    """Two or two thousand: the question names both ways of writing, and no value."""
    with pytest.raises(
        SchemaError, match=r"write 1,250\.5 or 1\.250,5\? Say .* numbers="
    ) as caught:
        likes(cell, "7", delimiter=delimiter)
    assert cell not in str(caught.value)


def test_other_columns_tell_too() -> None:
    """A file is of one country; columns that contradict one another are asked about."""
    assert counts.decided({"likes": ["2.000"], "views": ["1.250"]}, None, SHOWN) == ","
    with pytest.raises(SchemaError, match="likes and views hold numbers that are not all whole"):
        counts.decided({"likes": ["1,250"], "views": ["1.250"]}, None, SHOWN)
    with pytest.raises(SchemaError, match="likes hold numbers that are not all whole"):
        counts.decided({"likes": ["1.250", "3.5"], "views": ["7"]}, None, SHOWN)


def test_the_answer_is_taken(tmp_path: Path) -> None:
    """It decides what was open; what does not fit it is missing, and counted."""
    path = s.table(tmp_path, "Date;Likes", "2026-08-02;2,000", "2026-08-03;7")
    with pytest.raises(SchemaError, match=r"posts\.csv: likes hold"):
        fn.read_posts(path)
    assert fn.read_posts(path, numbers="1,250.5").posts["likes"].tolist() == [2000, 7]
    assert fn.read_posts(path, numbers="1.250,5").posts["likes"].tolist() == [2, 7]
    path = s.table(tmp_path, "Date,Likes", "2026-08-02,1.250", "2026-08-03,3.5")
    with pytest.warns(FollownetWarning, match="1 of 2 values are not a whole number; .* line 3"):
        export = fn.read_posts(path, numbers="1.250,5")
    assert export.posts["likes"].fillna(-1).tolist() == [1250, -1]
    assert export.report is not None
    assert export.report.skipped["records"].tolist() == [1]
    with pytest.raises(SchemaError, match=r"numbers: accepts '1,250\.5' or '1\.250,5'"):
        fn.read_posts(path, numbers="german")  # type: ignore[arg-type]


@pytest.mark.parametrize("bad", ["zqlots", "-5", "4.5"])
def test_many_values_that_are_none_are_refused(tmp_path: Path, bad: str) -> None:
    """Texts under "Likes", fractions, and counts below 0; the message quotes none."""
    path = s.table(tmp_path, "Date,Likes", *(f"2026-08-{day},{bad}" for day in range(11, 15)))
    with pytest.raises(SchemaError, match="likes") as caught:
        fn.read_posts(path, numbers="1,250.5")
    assert "4 of 4 values are not a whole number; the first is on line 2. " in str(caught.value)
    assert 'columns={"likes": ...}' in str(caught.value)
    assert "zqlots" not in str(caught.value)


def test_rates_under_the_name_of_a_count_are_no_count(tmp_path: Path) -> None:
    """ "Engagement" may be a percentage: the column is kept as what it is."""
    path = s.table(tmp_path, "Date,Likes,Engagement", "2026-08-02,5,4.5%", "2026-08-04,6,12 %")
    posts = fn.read_posts(path).posts
    assert "engagements" not in posts
    assert posts["Engagement"].tolist() == [0.045, 0.12]
    with pytest.raises(UnknownFormatError, match="has percentages and no count"):
        fn.read_posts(s.table(tmp_path, "Date,Engagement", "2026-08-02,4.5%"))


def test_further_columns_are_numbers_only_where_that_is_certain(tmp_path: Path) -> None:
    """Fractions may be 1.125 or 1125: such a column stays text, as do codes and formulas."""
    header = "Date;Likes;Rate;CTR;Sure;Code;Long;Note"
    path = s.table(tmp_path, header, "2026-08-02;5;1.125;0.125;4,5 %;007;12345678901234567;=1+1")
    posts = fn.read_posts(path).posts
    row = posts.loc[0, ["Rate", "CTR", "Sure", "Code", "Long", "Note"]].tolist()
    assert row == ["1.125", 0.125, 0.045, "007", "12345678901234567", "=1+1"]
    path = s.table(tmp_path, "Date;Likes;Rate", "2026-08-02;1.250;1.125")
    assert fn.read_posts(path).posts["Rate"].tolist() == [1125]
