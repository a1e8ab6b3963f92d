"""What the measures of posts share: engagements, what they are set against, days and weeks."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from follownet import Export
from follownet.engagement import change_point, dilution
from follownet.engagement._posts import (
    Told,
    bases,
    engagements,
    floats,
    local_days,
    mondays,
    require_one,
    require_zone,
    usable,
    weekdays,
)
from follownet.errors import NotObservedError, SchemaError

NAN = float("nan")
NOON = "T12:00:00Z"


def posts(*at, **columns):
    """Return posts of one account, at these times; the columns are lists."""
    size = len(at) or max(map(len, columns.values()), default=0)
    table = {"post": [f"p{place}" for place in range(size)], "account": "me", **columns}
    if at:
        table["at"] = pd.to_datetime(list(at), format="ISO8601", utc=True)
    return Export(posts=pd.DataFrame(table)).posts


def use(table, **more):
    """Return the usable posts of a table."""
    options = {"base": "followers", "counts": None, "audience": None, "zone": "UTC"}
    return usable(table, **options | more)


def test_engagements_are_the_sum_of_the_counts_that_some_post_has():
    """Nobody saved: the column is empty, and is no reason to know nothing."""
    table = posts(likes=[10, 0], comments=[2, 1], shares=[0, 4])
    assert engagements(table).tolist() == [12, 5]


def test_a_post_that_lacks_one_count_has_no_engagements():
    """The second post may have had comments; 7 likes are not all of it."""
    table = posts(likes=[10, 7], comments=[2, None])
    np.testing.assert_equal(engagements(table), [12, NAN])


def test_counts_choose_the_columns():
    """Any numeric column may be chosen, and is taken alone."""
    table = posts(likes=[10, 7], comments=[2, None], clicks=[1, 3])
    assert engagements(table, ["likes"]).tolist() == [10, 7]
    assert engagements(table, iter(("likes", "clicks"))).tolist() == [11, 10]


@pytest.mark.parametrize(
    ("counts", "message"),
    [
        ("likes", "counts: is one text; give a tuple of columns"),
        ((), "counts: 0 of 0 are no numeric column of posts; accepts some of text_length, likes"),
        (("likes", "hearts"), "counts: 1 of 2 are no numeric column"),
        (("format",), "counts: 1 of 1 are no numeric column"),
    ],
)
def test_counts_that_cannot_be_added_are_refused(counts, message):
    """One text would be read letter by letter; a text column has no sum."""
    with pytest.raises(SchemaError, match=message):
        engagements(posts(likes=[1]), counts)


def test_a_count_below_0_is_refused():
    """-1 likes is how some tools write that they do not know."""
    with pytest.raises(SchemaError, match=r"posts\.likes: 1 counts are below 0"):
        engagements(posts(likes=[-1, 3, None]))


def test_posts_without_any_count_have_unknown_engagement():
    """It is not 0, by default nor where a count is asked for that no post has."""
    table = posts(likes=[1], reach=[5])
    with pytest.raises(NotObservedError, match="the posts have no saves"):
        engagements(table, ("likes", "saves"))
    with pytest.raises(NotObservedError, match="have no likes and no comments and no shares"):
        engagements(posts(reach=[5]))


def test_no_posts_have_no_engagements():
    """A table without rows is no reason for an error."""
    assert engagements(posts()).tolist() == []
    assert engagements(posts(), ("likes",)).tolist() == []


def test_a_base_of_0_or_none_is_missing():
    """Nothing can be divided by it."""
    table = posts(reach=[100, 0, None])
    np.testing.assert_equal(bases(table, "reach"), [100, NAN, NAN])
    np.testing.assert_equal(bases(table, "followers"), [NAN] * 3)
    with pytest.raises(SchemaError, match="base: accepts 'followers', 'reach', 'impressions'"):
        bases(table, "views")


def audience(**points):
    """Return followers at noon of days of May."""
    index = pd.to_datetime([f"2026-05-{day[1:]}{NOON}" for day in points], utc=True)
    return pd.Series(list(points.values()), index=index, dtype="Int64")


def test_followers_between_two_known_times_grow_by_equal_factors():
    """Half way from 100 to 400 are 200, not 250; before, after and without a time: unknown."""
    days = ("03", "01", "05", "04", "06")
    table = posts(*(f"2026-05-{day}{NOON}" for day in days), None, likes=[0] * 6)
    found = bases(table, "followers", audience(d05=400, d01=100))
    np.testing.assert_allclose(found, [200, 100, 400, 400**0.75 * 100**0.25, NAN, NAN])


def test_the_audience_takes_the_place_of_the_posts_own_followers_only():
    """Reach stays what it is, and a follower count that is missing or 0 tells nothing."""
    table = posts(f"2026-05-03{NOON}", followers=[7], reach=[9], likes=[1])
    known = audience(d01=100, d02=0, d03=None, d05=100)
    assert bases(table, "followers", known) == pytest.approx(100)
    assert bases(table, "reach", known).tolist() == [9]
    np.testing.assert_equal(bases(table, "followers", audience(d03=0)), [NAN])


@pytest.mark.parametrize(
    "strange",
    [
        pd.Series([100, 400]),
        pd.Series([100], index=pd.to_datetime(["2026-05-01"])),
        pd.Series(["100"], index=pd.to_datetime(["2026-05-01"], utc=True)),
        {"2026-05-01": 100},
    ],
)
def test_an_audience_is_numbers_at_times_in_a_zone(strange):
    """Anything else could only be guessed at."""
    with pytest.raises(SchemaError, match="audience: accepts followers"):
        bases(posts(f"2026-05-03{NOON}"), "followers", strange)


def test_the_day_is_the_one_on_local_calendars():
    """At 22:30 UTC it is tomorrow in Berlin in summer, not in winter."""
    table = posts("2026-07-01T22:30Z", "2026-01-01T22:30Z", None)
    found = local_days(table["at"], "Europe/Berlin")
    assert found.astype(str).tolist() == ["2026-07-02", "2026-01-01", "NaT"]


def test_weeks_begin_on_monday():
    """Sunday ends a week; also before 1970."""
    days = np.array(["2026-11-22", "2026-11-23", "1969-12-31"], dtype="datetime64[D]")
    assert mondays(days).astype(str).tolist() == ["2026-11-16", "2026-11-23", "1969-12-29"]
    assert weekdays(days).tolist() == [6, 0, 2]


@pytest.mark.parametrize("zone", ["Mars/Olympus", 3, None, "../etc/passwd", ""])
def test_what_is_no_zone_is_refused(zone):
    """And not repeated."""
    with pytest.raises(SchemaError, match="zone: is no time zone; accepts such as"):
        require_zone(zone)


def test_posts_of_several_accounts_are_refused_without_naming_them():
    """Their followers differ."""
    table = posts(likes=[1, 2]).assign(account=["ann", "ben"])
    with pytest.raises(SchemaError, match="are of 2 accounts") as caught:
        require_one(table)
    assert "ann" not in str(caught.value)
    with pytest.raises(SchemaError, match="are of 2 accounts"):
        change_point(Export(posts=table))
    with pytest.raises(SchemaError, match="are of 2 accounts"):
        bases(table, "followers", audience(d01=1))


def test_what_cannot_be_used_is_counted_once_by_its_first_reason():
    """Of five posts one remains."""
    table = posts(
        *(f"2026-05-0{day}{NOON}" for day in (1, 2, 3)),
        None,
        f"2026-05-05{NOON}",
        likes=[4, None, 2, None, 1],
        followers=[10, 10, None, None, 0],
    )
    found = use(table)
    assert found.left_out == {"undated": 1, "no engagements": 1, "no followers": 2}
    assert len(found) == 1
    assert found.log_rate.tolist() == [np.log(4.5 / 10)]
    assert use(table, base=None).left_out == {"undated": 1, "no engagements": 1}
    assert use(table, base=None).base.tolist() == [1, 1, 1]


@pytest.mark.parametrize(
    ("base", "source"),
    [("followers", "exports of two dates"), ("reach", "of reach"), ("impressions", "impressions")],
)
def test_a_base_that_no_post_has_names_what_would_make_it_known(base, source):
    """No posts are another matter."""
    with pytest.raises(NotObservedError, match=f"no post has its {base}.*{source}"):
        use(posts(f"2026-05-01{NOON}", likes=[1]), base=base)
    assert len(use(posts(), base=base)) == 0


def test_a_cumulated_follow_list_is_no_history():
    """Dated followers say who is left, not how many there were: followers remain unknown."""
    since = pd.to_datetime(["2020-01-01", "2021-01-01"], utc=True)
    ties = pd.DataFrame({"source": ["ann", "ben"], "target": "me", "since": since})
    table = posts(f"2026-05-01{NOON}", likes=[1])
    export = Export(posts=table, follows=ties, owners=("me",))
    with pytest.raises(NotObservedError, match="no post has its followers"):
        dilution(export)


def test_many_posts_without_engagement_are_a_doubt():
    """One of ten is still none: more than a tenth is."""
    days = [f"2026-05-{day:02}{NOON}" for day in range(1, 11)]
    one, two = [0] + [5] * 9, [0, 0] + [5] * 8
    assert use(posts(*days, likes=one), base=None).doubts() == ()
    (doubt,) = use(posts(*days, likes=two), base=None).doubts()
    assert doubt.startswith("no interval and no p: 2 of 10 posts have no engagement")


def test_missing_numbers_become_nan():
    """Of the nullable type, which numpy has not."""
    np.testing.assert_equal(floats(pd.Series([1, None], dtype="Int64")), [1, NAN])


def test_a_result_tells_numbers_what_was_left_out_and_notes():
    """As text, and as HTML in which nothing is markup by accident."""
    told = Told()
    vars(told).update(
        ratio=1.23456, at=pd.Timestamp("2026-05-01"), left_out={"undated": 2}, notes=("a < b",)
    )
    assert str(told).splitlines() == [
        "ratio                  1.235",
        "at                2026-05-01",
        "left out: 2 posts, undated",
        "note: a < b",
    ]
    assert "<td>1.235</td>" in told._repr_html_()
    assert "<p>note: a &lt; b</p>" in told._repr_html_()
