"""What one account's Instagram export shows of a world."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from follownet.errors import SchemaError
from follownet.tables import TEXT, Export

if TYPE_CHECKING:
    from follownet.simulation.world import World

#: The kinds of which an export of 2026 names the display name of whom it was done to.
NAMED_KINDS = ("like", "save", "view")
NOBODY = "Instagram User"  # what conversations show of a deleted account


def export(world: World, owner: str, at: pd.Timestamp) -> Export:
    """Return what the export of `owner` shows at `at`; see `World.view`."""
    people = world.accounts
    seen = shown(people, at)
    ties = follows(world, owner, at, seen)
    related = relations(world, owner, at, seen)
    done = actions(world, owner, at, seen)
    members = _members(world, owner, seen)
    said = _said(world, owner, at, members)
    members = members[members["thread"].isin(said["item"])]
    posts = world.posts[(world.posts["account"] == owner) & (world.posts["at"] < at)]
    return Export(
        accounts=_accounts(people, owner, ties, related, done, members),
        follows=ties,
        relations=related,
        interactions=pd.concat([done, said], ignore_index=True),
        posts=posts.drop(columns="href"),
        platform="instagram",
        owners=(owner,),
        exported_at=at,
        coverage=coverage(owner, ties, at),
    )


def require_owner(people: pd.DataFrame, owner: str, at: pd.Timestamp) -> None:
    """Raise `SchemaError` for who has no account at that time."""
    if owner not in people.index:
        raise SchemaError("owner: is no account of this world; see the index of accounts")
    if at <= people["joined"][owner] or people["deleted"][owner] <= at:
        raise SchemaError("owner: has no account at that time; see joined and deleted")


def shown(people: pd.DataFrame, at: pd.Timestamp) -> pd.Series[str]:
    """Return the handle by which each account is shown: the deleted lose theirs."""
    handles = people.index.to_series()
    return handles.mask(people["deleted"] <= at, "__deleted__" + people["fbid"].str[5:])


def follows(world: World, owner: str, at: pd.Timestamp, seen: pd.Series[str]) -> pd.DataFrame:
    """Return the owner's ties that exist at a time."""
    table = world.follows
    own = (table["source"] == owner) | (table["target"] == owner)
    table = table[own & (table["since"] < at) & ~(table["until"] <= at)]
    named = table.assign(source=table["source"].map(seen), target=table["target"].map(seen))
    return named.drop(columns="until").reset_index(drop=True)


def relations(world: World, owner: str, at: pd.Timestamp, seen: pd.Series[str]) -> pd.DataFrame:
    """Return what the owner asked, blocked, ... and who asked it, at a time."""
    table = world.relations
    table = table[(table["at"] < at) & ~(table["until"] <= at)]
    received = (table["target"] == owner) & (table["relation"] == "requested")
    table = table.assign(relation=table["relation"].mask(received, "request_received"))
    table = table[(table["source"] == owner) | received].drop(columns="until")
    alive = (table["source"].map(seen) == table["source"]) & (
        table["target"].map(seen) == table["target"]
    )
    return table[alive].reset_index(drop=True)


def actions(world: World, owner: str, at: pd.Timestamp, seen: pd.Series[str]) -> pd.DataFrame:
    """Return the owner's own actions; of a deleted account's posts no owner is named."""
    table = world.interactions
    own = (table["source"] == owner) & (table["at"] < at)
    table = table[own & ~table["kind"].str.startswith("message")]
    # A mention is part of the comment's text, which deleting an account does not change.
    named = (table["target"].map(seen) == table["target"]) | (table["kind"] == "mention")
    return table.assign(target=table["target"].where(named))


def _members(world: World, owner: str, seen: pd.Series[str]) -> pd.DataFrame:
    """Return everyone in the owner's threads: true account, id and name in the export."""
    table = world.threads
    mine = table.loc[table["account"] == owner, "thread"]
    table = table[table["thread"].isin(mine) & (table["account"] != owner)]
    number = table.groupby("thread").cumcount().add(1).astype(str)
    alone = table.groupby("thread")["account"].transform("size") == 1
    person = ("dm:" + table["thread"] + "/" + number).mask(alone, "dm:" + table["thread"])
    names = world.accounts["name"].mask(seen != seen.index, NOBODY)
    table = table.assign(person=person, name=table["account"].map(names))
    # Senders are known by name: of two with one name, all is said by the first.
    first = table.groupby(["thread", "name"])["person"].transform("first")
    return table.assign(speaker=first)


def _said(world: World, owner: str, at: pd.Timestamp, members: pd.DataFrame) -> pd.DataFrame:
    table = world.interactions
    table = table[table["item"].isin(members["thread"]) & (table["at"] < at)]
    known = members.set_index(["thread", "account"])["speaker"]
    named = table.assign(
        source=_speaker(table["item"], table["source"], owner, known),
        target=_speaker(table["item"], table["target"], owner, known),
        # A reaction to a message has no time of its own in the export.
        at=table["at"].mask(table["kind"] == "message_reaction"),
    )
    return named.reset_index(drop=True)


def _speaker(
    thread: pd.Series[str], account: pd.Series[str], owner: str, known: pd.Series[str]
) -> pd.Series[str]:
    people = known.reindex(pd.MultiIndex.from_arrays([thread, account])).set_axis(thread.index)
    return people.mask(account == owner, owner).astype("str")


def _accounts(
    people: pd.DataFrame,
    owner: str,
    follows: pd.DataFrame,
    relations: pd.DataFrame,
    actions: pd.DataFrame,
    members: pd.DataFrame,
) -> pd.DataFrame:
    """Return the accounts with what the export's records say of them, and no more."""
    detailed = pd.Index(pd.unique(relations[["source", "target"]].to_numpy().ravel()))
    detailed = detailed.drop(owner, errors="ignore")
    touched = actions.loc[actions["kind"].isin(NAMED_KINDS), "target"].dropna()
    ids = pd.concat(
        [table[end] for table in (follows, actions) for end in ("source", "target")]
    ).dropna()
    index = pd.Index([owner], dtype=TEXT).union(ids.unique()).union(detailed)
    named = index.isin([owner]) | index.isin(touched) | index.isin(detailed)
    known = people.reindex(index)
    table = pd.DataFrame(
        {
            "handle": index,
            "name": known["name"].where(named),
            "type": pd.Series("deleted", index=index).where(index.str.startswith("__deleted__")),
            "fbid": known["fbid"].where(index.isin(detailed)),
        },
        index=index,
    )
    spoken = members.set_index("person")[["name"]].reindex(columns=table.columns)
    return pd.concat([table, spoken]).astype("str").assign(platform="instagram")


def coverage(owner: str, follows: pd.DataFrame, at: pd.Timestamp) -> pd.DataFrame:
    """Return a row for each of the two lists, both whole as far as one can see."""
    lists = {
        "followers": follows[follows["target"] == owner],
        "following": follows[follows["source"] == owner],
    }
    rows = [
        {"owner": owner, "list": name, "status": "presumed", "records": len(ties)}
        | {"starts": ties["since"].min(), "exported_at": at}
        for name, ties in lists.items()
    ]
    return pd.DataFrame(rows)
