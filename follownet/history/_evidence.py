"""What two exports show of followers who are gone: one set of accounts for each finding."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

import pandas as pd

from follownet.history._exports import Pair, Star, among
from follownet.tables import LISTS

#: A date that this many ties of one list share says nothing of who is who.
CROWD: Final = 20
#: A name in the text of a mention says nothing of whether the account is there.
SAID: Final = "mention"

Candidates = dict[str, set[str]]


def findings(pair: Pair, lost: pd.Index[Any]) -> tuple[dict[str, Collection[str]], Candidates]:
    """Return for each finding the lost accounts of whom it is true, and who they may be now.

    The names of findings are those of the rules of `losses`.
    """
    kept = _kept(pair)
    found: dict[str, Collection[str]] = {
        "still followed": kept,
        "followed anew": set(pair.new.ties["following"].index) - kept,
        "blocked": set(pair.new.related("blocked")["account"]),
        "asks again": _fresh(pair, "request_received"),
        "ended by both": _fresh(pair, "unfollowed"),
        "gone both ways": _gone_both_ways(pair),
        "named later": _named_later(pair),
    }
    items, renamed_items = _items(pair, lost)
    ids, renamed_ids = _ids(pair, lost)
    shown = {one: renamed_ids.get(one, set()) | renamed_items.get(one, set()) for one in lost}
    followers = set(pair.new.ties["followers"].index)
    # Two sources that name two handles leave open which of them it is.
    follows_on = {one for one, names in shown.items() if len(names) == 1 and names <= followers}
    dates, likely = _dates(pair)
    found |= items | ids | dates | {"follows on": follows_on}
    return found, {one: shown[one] or likely.get(one, set()) for one in lost}


def _kept(pair: Pair) -> set[str]:
    """Return whom the owner follows in both exports since the same time."""
    old, new = (_floored(side.ties["following"], pair) for side in (pair.old, pair.new))
    both = old.index.intersection(new.index)
    old, new = old[both], new[both]
    return set(both[(old == new) | old.isna() | new.isna()])


def _floored(since: pd.Series[Any], pair: Pair) -> pd.Series[Any]:
    """Return times as exact as the less exact export has them."""
    floored: pd.Series[Any] = since.dt.floor(pair.precision)
    return floored


def _fresh(pair: Pair, kind: str) -> set[str]:
    """Return whom a relation of the new export names that began after the old one."""
    rows = pair.new.related(kind)
    later = rows["at"] > pair.dates[0]
    undated = rows["at"].isna() | pd.isna(pair.dates[0])
    unseen = ~rows["account"].isin(pair.old.related(kind)["account"])
    return set(rows.loc[later | (undated & unseen), "account"])


def _gone_both_ways(pair: Pair) -> set[str]:
    """Return who was mutual, is in neither list, and was not unfollowed by the owner."""
    whole = pair.observed("following") and pair.observed("followers")
    if not (whole and pair.new.export.tells("unfollowed")):
        return set()
    before = [set(pair.old.ties[name].index) for name in LISTS]
    after = [set(pair.new.ties[name].index) for name in LISTS]
    ended = set(pair.new.related("unfollowed")["account"])
    return (before[0] & before[1]) - after[0] - after[1] - ended


def _named_later(pair: Pair) -> set[str]:
    """Return whom the new export's records name at a time after the old export."""
    events = pair.new.export.interactions
    events = events[(events["kind"] != SAID) & (events["at"] > pair.dates[0])]
    own = {"blocked", "unfollowed", "request_received"}  # they are findings of their own
    kinds = set(pair.new.export.relations["relation"]) - own
    relations = pair.new.related(*kinds)
    dated = relations.loc[relations["at"] > pair.dates[0], "account"]
    return {*events["source"], *events["target"].dropna(), *dated} - {pair.owner}


def _new_names(pair: Pair) -> pd.Index[Any]:
    """Return the accounts that the old export names nowhere.

    Whoever it names was there beside the lost account, and is not it.
    """
    names = pair.new.export.accounts.index
    fresh: pd.Index[Any] = names[~among(names, pair.old.export.accounts.index)]
    return fresh


def _deleted(pair: Pair) -> set[str]:
    accounts = pair.new.export.accounts
    marked = accounts.index.str.startswith("__deleted__") | (accounts["type"] == "deleted")
    return set(accounts.index[marked])


def _items(pair: Pair, lost: pd.Index[Any]) -> tuple[dict[str, set[str]], Candidates]:
    """Return whom the things that a lost account once made name today."""
    old, new = (_acts(side, pair) for side in (pair.old, pair.new))
    both = old[among(old["target"], lost)].merge(new, on=["kind", "item", "at"])
    same = both["target_x"] == both["target_y"]
    here = set(both.loc[same, "target_x"])
    rest = both[~both["target_x"].isin(here)]
    moved = rest[rest["target_y"].isin(set(_new_names(pair)) - _deleted(pair))]
    names = {str(one): set(rows) for one, rows in moved.groupby("target_x")["target_y"]}
    nameless = set(rest["target_x"]) - set(rest.loc[rest["target_y"].notna(), "target_x"])
    found = {"item here": here, "item elsewhere": set(names), "item nameless": nameless}
    return found, names


def _acts(side: Star, pair: Pair) -> pd.DataFrame:
    """Return what the owner did to something that has an address, if once at a time."""
    table = side.export.interactions
    table = table[(table["source"] == side.owner) & table["item"].notna() & table["at"].notna()]
    # Of a thread nothing is owned: it names who takes part.
    table = table[~table["kind"].str.startswith("message")]
    table = table.assign(at=_floored(table["at"], pair))
    return table[["kind", "item", "at", "target"]].drop_duplicates(
        ["kind", "item", "at"], keep=False
    )


def _ids(pair: Pair, lost: pd.Index[Any]) -> tuple[dict[str, set[str]], Candidates]:
    """Return which lost accounts have a number that the new export gives to a handle."""
    old, new = (_numbers(side) for side in (pair.old, pair.new))
    holder = pd.Series(new.index, index=new.to_numpy(), dtype="str")
    now = old[among(old.index, lost)].map(holder).dropna()
    here = set(now.index[now == now.index])
    over = set(now.index[now.isin(_deleted(pair))]) - here
    moved = {str(one): {str(name)} for one, name in now.items() if one not in here | over}
    return {"id here": here, "id deleted": over, "id elsewhere": set(moved)}, moved


def _numbers(side: Star) -> pd.Series[Any]:
    """Return the platform's number of each account of which the export tells it."""
    accounts = side.export.accounts
    if "fbid" not in accounts:
        return pd.Series(dtype="str")
    return accounts["fbid"].dropna().astype("str").drop_duplicates(keep=False)


def _dates(pair: Pair) -> tuple[dict[str, set[str]], Candidates]:
    """Return which vanished ties have the dates of ties of accounts that are new.

    A new tie begins after the old export. One that began before it and is not in it belongs to
    an account that had another handle then, or was not there.
    """
    matches = _matches(pair)
    matches = matches[matches["matched"] == matches.groupby("was")["matched"].transform("max")]
    matches = matches[matches["matched"] == matches.groupby("now")["matched"].transform("max")]
    alone = ~matches["was"].duplicated(keep=False) & ~matches["now"].duplicated(keep=False)
    over = matches["now"].isin(_deleted(pair))
    follows = matches["now"].isin(pair.new.ties["followers"].index)
    whole = (matches["matched"] == matches["dated"]) & (pair.precision == "1s")
    kinds = {
        "dates deleted, all": alone & over & whole,
        "dates deleted, some": alone & over & ~whole,
        "dates deleted, several": ~alone & over,
        "deleted, listed": alone & over & follows,
        "dates elsewhere": alone & ~over & follows,
        "dates elsewhere, not following": alone & ~over & ~follows,
        "dates elsewhere, several": ~alone & ~over,
    }
    names = matches[~over].groupby("was")["now"]
    return (
        {kind: set(matches.loc[chosen, "was"]) for kind, chosen in kinds.items()},
        {str(one): set(rows) for one, rows in names},
    )


def _matches(pair: Pair) -> pd.DataFrame:
    """Return pairs of a vanished and a new account whose ties have equal dates.

    ``matched`` of the two directions have equal dates, of the ``dated`` that were there.
    """
    fresh = _new_names(pair)
    parts, dated = [], pd.Series(dtype="int64")
    for name in LISTS:
        old, new = pair.old.ties[name], pair.new.ties[name]
        was = _keyed(old[~among(old.index, new.index)], pair, "was")
        now = _keyed(new[among(new.index, fresh)], pair, "now")
        parts.append(_uncrowded(was).merge(_uncrowded(now), on="at"))
        dated = dated.add(old.dropna().groupby(level=0).size(), fill_value=0)
    matches = pd.concat(parts).groupby(["was", "now"]).size().reset_index(name="matched")
    return matches.assign(dated=matches["was"].map(dated))


def _keyed(ties: pd.Series[Any], pair: Pair, name: str) -> pd.DataFrame:
    ties = _floored(ties.dropna(), pair)
    return pd.DataFrame({name: ties.index.astype("str"), "at": ties.to_numpy()})


def _uncrowded(ties: pd.DataFrame) -> pd.DataFrame:
    return ties[ties.groupby("at")["at"].transform("size") <= CROWD]
