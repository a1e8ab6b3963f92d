from __future__ import annotations

import pandas as pd
import pytest
from conftest import here_and_elsewhere

from follownet.errors import SchemaError
from follownet.simulation import World, world

AT = pd.Timestamp("2026-05-11", tz="UTC")
LATER = pd.Timestamp("2100-01-01", tz="UTC")
TABLES = ("accounts", "follows", "relations", "interactions", "posts", "threads")
DIGEST = """
import hashlib
from follownet.simulation import world
truth = world(accounts=30, seed=3)
text = "".join(table.to_csv() for table in vars(truth).values())
print(hashlib.sha256(text.encode()).hexdigest())
"""


@pytest.fixture(scope="module")
def truth() -> World:
    return world(accounts=70, seed=5)


@pytest.fixture(scope="module")
def owners(truth: World) -> list[str]:
    """Those who have an account at the time, the busiest first."""
    people = truth.accounts
    alive = people[(people["joined"] < AT) & ~(people["deleted"] <= AT)]
    return list(alive.sort_values("activity", ascending=False).index)


def test_a_seed_is_a_world_in_every_process() -> None:
    """Neither hashing nor an earlier world may leave a trace."""
    world(accounts=20, seed=9)
    here, there = here_and_elsewhere(DIGEST)
    assert here == there != ""


def test_another_seed_is_another_world() -> None:
    assert not world(accounts=20, seed=1).follows.equals(world(accounts=20, seed=2).follows)


@pytest.mark.parametrize("accounts", [2, 3, 7])
def test_small_worlds_have_every_table(accounts: int) -> None:
    truth = world(accounts=accounts, seed=0)
    assert len(truth.accounts) == accounts
    assert set(vars(truth)) == set(TABLES)


def test_follows_are_pairs_that_begin_before_they_end(truth: World) -> None:
    follows = truth.follows
    assert (follows["source"] != follows["target"]).all()
    assert not follows.duplicated(["source", "target"]).any()
    assert (follows["since"] < follows["until"])[follows["until"].notna()].all()


def test_nobody_acts_before_joining_or_after_leaving(truth: World) -> None:
    people, gone = (
        truth.accounts,
        truth.accounts["deleted"].fillna(LATER),
    )
    for table, time in (("follows", "since"), ("relations", "at"), ("interactions", "at")):
        rows = getattr(truth, table)
        assert (rows[time] >= rows["source"].map(people["joined"])).all(), table
        assert (rows[time] < rows["source"].map(gone)).all(), table


def test_handles_and_names_are_what_the_platform_allows(truth: World) -> None:
    people = truth.accounts
    assert people.index.str.fullmatch(r"[a-z0-9._]{1,30}").all()
    assert people.index.is_unique
    assert people["name"].is_unique
    assert people["fbid"].str.fullmatch(r"17841\d{12}").all()


def test_likes_follow_the_post_they_are_for(truth: World) -> None:
    likes = truth.interactions[truth.interactions["kind"] == "like"]
    posts = truth.posts.set_index("href").loc[likes["item"]]
    assert (posts["account"].to_numpy() == likes["target"].to_numpy()).all()
    assert (posts["at"].to_numpy() <= likes["at"].to_numpy()).all()


def test_mutual_ties_engage_more(truth: World) -> None:
    follows = truth.follows
    back = pd.MultiIndex.from_frame(follows[["target", "source"]])
    pairs = pd.MultiIndex.from_frame(follows[["source", "target"]])
    acts = truth.interactions.groupby(["source", "target"]).size().reindex(pairs, fill_value=0)
    assert acts[pairs.isin(back)].mean() > 1.5 * acts[~pairs.isin(back)].mean()


def test_the_willing_return_more(truth: World) -> None:
    follows = truth.follows
    back = pd.MultiIndex.from_frame(follows[["target", "source"]])
    returned = pd.Series(pd.MultiIndex.from_frame(follows[["source", "target"]]).isin(back))
    willing = follows["target"].map(truth.accounts["habit"]) > truth.accounts["habit"].median()
    assert returned[willing].mean() > returned[~willing].mean()


def test_a_view_shows_the_ties_of_the_owner_that_exist(truth: World, owners: list[str]) -> None:
    """The expectation is the definition, row by row."""
    shown = {
        name: f"__deleted__{row.fbid[5:]}" if row.deleted <= AT else name
        for name, row in truth.accounts.iterrows()
    }
    for owner in owners[:8]:
        expected = {
            (shown[row.source], shown[row.target], row.since)
            for row in truth.follows.itertuples()
            if owner in (row.source, row.target) and row.since < AT and not row.until <= AT
        }
        follows = truth.view(owner, AT).follows
        assert set(follows.itertuples(index=False, name=None)) == expected


def test_a_view_shows_the_actions_of_the_owner_and_no_others(
    truth: World, owners: list[str]
) -> None:
    for owner in owners[:8]:
        rows = truth.interactions
        rows = rows[(rows["source"] == owner) & (rows["at"] < AT)]
        rows = rows[~rows["kind"].str.startswith("message")]
        view = truth.view(owner, AT)
        acts = view.interactions[~view.interactions["kind"].str.startswith("message")]
        assert acts.drop(columns="target").equals(
            rows.drop(columns="target").reset_index(drop=True)
        )
        known = acts["target"].notna().to_numpy()
        assert (acts["target"][known].to_numpy() == rows["target"][known].to_numpy()).all()
        left = truth.accounts["deleted"].reindex(rows["target"].to_numpy()[~known])
        assert (left <= AT).all()


def test_a_view_shows_messages_both_ways(truth: World, owners: list[str]) -> None:
    for owner in owners[:8]:
        mine = set(truth.threads.loc[truth.threads["account"] == owner, "thread"])
        rows = truth.interactions
        rows = rows[rows["item"].isin(mine) & (rows["at"] < AT)]
        view = truth.view(owner, AT)
        said = view.interactions[view.interactions["kind"].str.startswith("message")]
        assert said[["kind", "item", "group"]].equals(
            rows[["kind", "item", "group"]].reset_index(drop=True).set_index(said.index)
        )
        others = said.loc[said["source"] != owner, "source"]
        assert others.str.fullmatch(r"dm:\d+(/\d+)?").all()
        assert said.loc[said["kind"] == "message_reaction", "at"].isna().all()
        assert said.loc[said["kind"] != "message_reaction", "at"].notna().all()
        ungrouped = said[said["group"].isna()]
        assert ungrouped["target"].notna().all()


def test_a_request_is_seen_from_both_sides(truth: World) -> None:
    rows = truth.relations
    pending = rows[(rows["relation"] == "requested") & (rows["at"] < AT) & ~(rows["until"] <= AT)]
    gone = truth.accounts["deleted"] <= AT
    pending = pending[~pending["source"].map(gone) & ~pending["target"].map(gone)]
    assert len(pending) > 3
    for row in pending.head(5).itertuples():
        for owner, relation in ((row.source, "requested"), (row.target, "request_received")):
            seen = truth.view(owner, AT).relations
            seen = seen[seen["relation"] == relation]
            assert (row.source, row.target) in set(zip(seen["source"], seen["target"], strict=True))


def test_names_are_shown_only_where_records_have_them(truth: World, owners: list[str]) -> None:
    view = truth.view(owners[0], AT)
    named = set(view.accounts.index[view.accounts["name"].notna()])
    liked = view.interactions[view.interactions["kind"].isin(["like", "save", "view"])]
    related = set(view.relations["source"]) | set(view.relations["target"])
    people = {name for name in view.accounts.index if name.startswith("dm:")}
    assert named == {owners[0]} | set(liked["target"].dropna()) | related | people


def test_coverage_has_both_lists(truth: World, owners: list[str]) -> None:
    view = truth.view(owners[0], AT)
    assert view.coverage["list"].tolist() == ["followers", "following"]
    assert view.coverage["records"].sum() == len(view.follows)
    assert (view.coverage["status"] == "presumed").all()
    assert view.exported_at == AT


def test_a_view_needs_an_account(truth: World, owners: list[str]) -> None:
    with pytest.raises(SchemaError, match="no account of this world"):
        truth.view("nobody.here", AT)
    with pytest.raises(SchemaError, match="at that time"):
        truth.view(owners[0], "2020-01-01")


def test_what_is_no_world_and_no_time_is_refused():
    """By an error that says what is accepted."""
    with pytest.raises(SchemaError, match="accounts: accepts 2 and more"):
        world(accounts=1)
    small = world(accounts=10, seed=1)
    with pytest.raises(SchemaError, match="at: is no time"):
        small.view(small.accounts.index[0], "yesterday-ish")
