"""A small world of accounts of which everything is known.

People meet in communities, follow the attractive, return follows by habit and culture, drift
apart, ask private accounts, close theirs, post, react and write to each other. What one
account's export would show of it is `World.view`: the truth is there to compare with.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from follownet.errors import SchemaError
from follownet.seeds import generator
from follownet.simulation import activity, people, platforms, talk
from follownet.tables import COUNT, TEXT, Export

END = pd.Timestamp("2026-08-11", tz="UTC")
YEARS = 5


@dataclass(frozen=True, repr=False)
class World:
    """The truth about one platform, from its first day to its last.

    Attributes
    ----------
    accounts
        Index ``account`` (the handle); ``name``, ``fbid``, ``community``, ``habit``
        (probability of returning a follow), ``attractiveness`` (relative weight of being
        chosen), ``activity`` (mean number of follows begun), ``posting`` (mean number of
        posts), ``engagement`` (reactions per followed account and year), ``private``,
        ``joined`` and ``deleted`` (missing while it lives).
    follows
        ``source``, ``target``, ``since``, ``until`` (missing while it lasts).
    relations
        ``source``, ``target``, ``relation``, ``at``, ``until`` (when exports cease to show
        it; missing while they do). A request is one row, ``requested``.
    interactions
        As in `follownet.Export`, between accounts; reactions to messages have their time.
    posts
        ``post``, ``account``, ``at``, ``format``, ``text_length``, ``href``.
    threads
        ``thread``, ``account``: who takes part, in the order in which exports list them.
    """

    accounts: pd.DataFrame
    follows: pd.DataFrame
    relations: pd.DataFrame
    interactions: pd.DataFrame
    posts: pd.DataFrame
    threads: pd.DataFrame

    def view(self, owner: str, at: pd.Timestamp | str, *, platform: str = "instagram") -> Export:
        """Return what the export of `owner` shows if it is made at `at`.

        Parameters
        ----------
        owner
            A handle of `accounts`.
        at
            The moment; a text or time without zone is UTC. Exports are dated by the day, so
            midnight is what a written export can give back.
        platform
            Whose export: the same events, as that platform names people and as far as it tells of
            them.

        Returns
        -------
        Export
            The owner's own ties that exist at `at` and own actions before it, messages both
            ways. On Instagram people met in messages are ``dm:<thread>``, as the export names no
            handle.

        Raises
        ------
        SchemaError
            If `owner` is no account of this world, not yet or no more at `at`, that is no time,
            or there is no such `platform`.
        """
        try:
            time = pd.Timestamp(at)
        except ValueError:
            raise SchemaError("at: is no time; accepts such as 2026-05-11") from None
        moment = time.tz_localize("UTC") if time.tz is None else time
        return platforms.view(self, owner, moment, platform)

    def __repr__(self) -> str:
        """Return the sizes in one line."""
        sizes = (f"{len(table)} {name}" for name, table in vars(self).items())
        return f"World({', '.join(sizes)})"


def world(*, accounts: int = 400, seed: int = 0) -> World:
    """Return a world of five years that ends on 2026-08-11.

    Parameters
    ----------
    accounts
        How many accounts, at least 2. Time grows with the square: 400 take about a second.
    seed
        The same seed gives the same world in every process.

    Returns
    -------
    World
        Everything that happened. An account follows about 50 others, or half of a small world.

    Raises
    ------
    SchemaError
        For fewer than two accounts.

    Examples
    --------
    >>> small = world(accounts=30, seed=1)
    >>> bool((small.follows["source"] != small.follows["target"]).all())
    True
    >>> owner = small.accounts.index[0]
    >>> small.view(owner, "2026-05-11").owners == (owner,)
    True
    """
    if accounts < 2:
        raise SchemaError("accounts: accepts 2 and more")
    # Each part has its own stream, so that one part may change and leave the others alone.
    streams = generator(seed).spawn(7)
    end = int(END.timestamp())
    everyone = people.accounts(streams[0], accounts, end - YEARS * people.YEAR, end)
    everyone["deleted"] = people.deletions(streams[1], everyone, end)
    follows, requests = people.ties(streams[2], everyone, end)
    relations = people.relations(streams[3], everyone, follows, requests)
    posts = activity.posts(streams[4], everyone, end)
    events = activity.reactions(streams[5], everyone, follows, posts, end)
    threads, said = _conversations(streams[6], everyone, follows, end)
    events["at"] *= 1000
    handles = everyone["handle"]
    return World(
        accounts=_accounts(everyone, end),
        follows=_dated(follows[["source", "target", "since", "until"]], handles, end),
        relations=_dated(relations[relations["at"] < end], handles, end),
        interactions=_interactions(pd.concat([events, said]), handles),
        posts=_posts(posts, handles),
        threads=_threads(threads, handles),
    )


def _conversations(
    rng: np.random.Generator, everyone: pd.DataFrame, follows: pd.DataFrame, end: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    threads = talk.threads(rng, everyone, follows, end)
    said = [row for thread in threads for row in talk.messages(rng, thread)]
    members = [(thread.number, member) for thread in threads for member in thread.members]
    table = pd.DataFrame(members, columns=["thread", "account"])
    return table, pd.DataFrame(said, columns=activity.EVENT)


def _times(seconds: pd.Series[int], end: int | None = None) -> pd.Series[pd.Timestamp]:
    """Return timestamps; what happens after `end` has not happened."""
    known = seconds if end is None else seconds.where(seconds < end)
    return pd.to_datetime(known, unit="s", utc=True).dt.as_unit("us")


def _accounts(everyone: pd.DataFrame, end: int) -> pd.DataFrame:
    table = everyone.assign(
        joined=_times(everyone["joined"]), deleted=_times(everyone["deleted"], end)
    )
    texts = dict.fromkeys(("handle", "name", "fbid"), TEXT)
    return table.astype(texts).set_index("handle").rename_axis("account")


def _dated(table: pd.DataFrame, handles: pd.Series[str], end: int) -> pd.DataFrame:
    """Return pairs with handles and timestamps, in order of time."""
    start = "since" if "since" in table else "at"
    table = table.assign(
        source=handles.to_numpy()[table["source"]],
        target=handles.to_numpy()[table["target"]],
        **{start: _times(table[start]), "until": _times(table["until"], end)},
    )
    table = table.astype({"source": TEXT, "target": TEXT})
    return table.sort_values([start, "source", "target"], kind="stable", ignore_index=True)


def _interactions(events: pd.DataFrame, handles: pd.Series[str]) -> pd.DataFrame:
    table = events.assign(
        source=events["source"].map(handles),
        target=events["target"].map(handles),
        at=pd.to_datetime(events["at"].astype("int64"), unit="ms", utc=True).dt.as_unit("us"),
    )
    table = table.astype(dict.fromkeys(("source", "target", "kind", "item", "group"), TEXT))
    return table.sort_values(["at", "source", "kind"], kind="stable", ignore_index=True)


def _posts(posts: pd.DataFrame, handles: pd.Series[str]) -> pd.DataFrame:
    table = posts.assign(account=posts["account"].map(handles), at=_times(posts["at"]))
    texts = dict.fromkeys(("post", "account", "format", "href"), TEXT)
    return table.astype({**texts, "text_length": COUNT})


def _threads(threads: pd.DataFrame, handles: pd.Series[str]) -> pd.DataFrame:
    table = threads.assign(account=threads["account"].map(handles))
    return table.astype(dict.fromkeys(("thread", "account"), TEXT))
