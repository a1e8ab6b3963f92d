"""What is in ``data/``: an account's exports and posts, a network twice, and the truth behind."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pandas as pd

from follownet.errors import FollownetError
from follownet.simulation import analytics, network
from follownet.simulation.platforms import write
from follownet.simulation.world import World, world
from follownet.tables import LISTS, Export

ACCOUNTS = 160
SEED = 5402
FIRST = pd.Timestamp("2026-05-11", tz="UTC")
SECOND = pd.Timestamp("2026-08-11", tz="UTC")
#: What the first sample shows; the same as a real export that the readers are tested with.
FOLLOWERS, FOLLOWING, MUTUAL = 66, 63, 52
#: How the exports of other platforms are called; each is dated by it or by what is in it.
NAMES = {
    "x": "twitter-2026-05-11-{code}.zip",
    "tiktok": "TikTok_Data_1778457600.zip",
    "linkedin": "Complete_LinkedInDataExport_05-11-2026.zip",
    "facebook": "facebook-{who}-2026-05-11-{code}.zip",
    "threads": "threads-{who}-2026-05-11-{code:.8}.zip",
    "mastodon": "archive-20260511000000-{code}.tar.gz",
    "bluesky": "bluesky-{code}.zip",
    "youtube": "takeout-20260511T000000Z-001.zip",
    "medium": "medium-export-{code}.zip",
}
README = """# Sample data

Nobody in these files exists. `python -m follownet.simulation data` makes them again:
`follownet.simulation.world(accounts={accounts}, seed={seed})` is a small world over five years,
and the two zips are what Instagram (layout of 2026) would show of one of its accounts.

| file | what it is |
|---|---|
| `{first}` | the export of `{owner}` made on 2026-05-11 |
| `{second}` | the export of the same account, three months later |
| `posts-meta.csv` | a year of posts of that account, as Meta Business Suite counts them |
| `world.json` | the truth of that world: its accounts, and every follow with beginning and end |
| `network.csv.zip` | every follow at the end of another world, in Netzschleuder's form |
| `messages.tar.bz2` | who wrote to or mentioned whom there, one row an event, in KONECT's form |

True numbers of the exports:

| | 2026-05-11 | 2026-08-11 |
|---|---|---|
{numbers}

Texts are filler of the right length. In `world.json`, `accounts` is a table by columns, and
`follows` has for each account, in that order, its follows as `[target, since]` or
`[target, since, until]`: the target's place in `accounts`, and seconds since 1970. What else
happened (relations, interactions, posts, messages) is in the `World` of that seed.

The same account in the same world, as other platforms' exports of 2026-05-11 would show it (ids and
names take their forms, and what a platform does not tell is not there):

| platform | file | followers | following | relations | interactions | posts |
|---|---|---|---|---|---|---|
{platforms}

The posts are of another world, `follownet.simulation.posts({posts})`:
times are UTC, and from the middle of the year on a post has {effect} times the engagement. Hours
have a factor, too: {hours}; formats and weekdays differ anyway. True numbers
of the posts:

| | {halves} |
|---|---|---|
{engaged}

The two networks are of `world(accounts={networked}, seed={drawn})`: its {living} accounts that
live on 2026-08-11. In `network.csv.zip`, `edges.csv` has who follows (`source`), who is followed
(`target`) and since when, in seconds since 1970; the rows of `nodes.csv`, from 0, are the
accounts, with name, community ({communities} of them) and whether they are private. {loops} of
them follow themselves, as Bluesky lets people: nobody else in that world does. In
`messages.tar.bz2` the same accounts are numbered from 1: messages to one person and mentions,
with their times.

True numbers of the networks:

| | `network` | `messages` |
|---|---|---|
{networks}

Ties are rows without repeats and self-loops; reciprocity r is 2 x mutual pairs / ties. Weighted, a
tie counts as often as it occurs, and as returned as often as the rarer direction occurs.

Licence: CC0 1.0. Use them for anything.
"""


def owner(truth: World) -> str:
    """Return the first account that the sample's numbers are true of.

    Raises
    ------
    FollownetError
        If there is none: the seed does not belong to this version of the world.
    """
    follows = truth.follows
    now = follows[(follows["since"] < FIRST) & ~(follows["until"] <= FIRST)]
    back = pd.MultiIndex.from_frame(now[["target", "source"]])
    mutual = now[pd.MultiIndex.from_frame(now[["source", "target"]]).isin(back)]
    counts = pd.DataFrame(
        {
            "followers": now["target"].value_counts(),
            "following": now["source"].value_counts(),
            "mutual": mutual["source"].value_counts(),
        }
    )
    found = counts[(counts == [FOLLOWERS, FOLLOWING, MUTUAL]).all(axis=1)]
    for account in truth.accounts.index.intersection(found.index, sort=False):
        return str(account)
    raise FollownetError(f"seed {SEED}: no account has the sample's numbers; search a new seed")


def save(folder: Path) -> None:
    """Write the exports, the networks, the truth and their description into the folder."""
    truth = world(accounts=ACCOUNTS, seed=SEED)
    who = owner(truth)
    exports = [truth.view(who, at) for at in (FIRST, SECOND)]
    folder.mkdir(parents=True, exist_ok=True)
    first, second = (write(export, folder / _name(export)).name for export in exports)
    numbers = pd.DataFrame([_numbers(export) for export in exports]).T
    text = README.format(
        seed=SEED,
        accounts=len(truth.accounts),
        owner=who,
        first=first,
        second=second,
        numbers=_rows(numbers),
        platforms=_platforms(folder, truth, who),
        **_posts(folder, who),
        **_networks(folder),
    )
    (folder / "README.md").write_text(text, encoding="utf-8", newline="\n")
    content = json.dumps(_truth(truth, who), separators=(",", ":"), ensure_ascii=False)
    (folder / "world.json").write_text(content + "\n", encoding="utf-8", newline="\n")


def _platforms(folder: Path, truth: World, who: str) -> str:
    """Write the account's exports of other platforms; return what the description says of them."""
    rows = []
    for platform, name in NAMES.items():
        export = truth.view(who, FIRST, platform=platform)
        code = hashlib.sha256(f"{who} {platform}".encode()).hexdigest()[:12]
        file = write(export, folder / name.format(who=who, code=code)).name
        lists = export.coverage.set_index("list")["records"].astype("object")
        counts = [lists[one] if pd.notna(lists[one]) else "-" for one in LISTS]
        tables = (export.relations, export.interactions, export.posts)
        cells = [platform, f"`{file}`", *counts, *map(len, tables)]
        rows.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(rows)


def _posts(folder: Path, who: str) -> dict[str, Any]:
    """Write the analytics of posts; return what the description says of them."""
    made = analytics.sample()
    analytics.save(made, folder / "posts-meta.csv", account=who)
    numbers, truth = analytics.numbers(made), made.posts.attrs["truth"]
    return {
        "posts": ", ".join(f"{name}={value}" for name, value in analytics.WORLD.items()),
        "effect": truth["effect"],
        "hours": " and ".join(f"{hour} ({factor})" for hour, factor in truth["hours"].items()),
        "halves": " | ".join(map(str, numbers)),
        "engaged": _rows(numbers),
    }


def _networks(folder: Path) -> dict[str, Any]:
    """Write the two networks; return what the description says of them."""
    truth = network.sample()
    network.save(truth, folder)
    accounts = network.living(truth)
    tables = [network.follows(truth), network.messages(truth)]
    numbers = [{"accounts": len(accounts), **network.numbers(table)} for table in tables]
    return {
        "networked": network.ACCOUNTS,
        "drawn": network.SEED,
        "living": len(accounts),
        "communities": truth.accounts.loc[accounts, "community"].nunique(),
        "loops": network.SELF_FOLLOWS,
        "networks": _rows(pd.DataFrame(numbers, dtype=object).T),
    }


def _rows(numbers: pd.DataFrame) -> str:
    """Return a table of two columns in Markdown."""
    return "\n".join(f"| {label} | {a} | {b} |" for label, a, b in numbers.itertuples())


def _name(export: Export) -> str:
    who, day = export.owners[0], f"{export.exported_at:%Y-%m-%d}"
    code = hashlib.sha256(f"{who} {day}".encode()).hexdigest()[:8]
    return f"instagram-{who}-{day}-{code}.zip"


def _numbers(export: Export) -> dict[str, int]:
    follows, events, who = export.follows, export.interactions, export.owners[0]
    followers = set(follows.loc[follows["target"] == who, "source"])
    following = set(follows.loc[follows["source"] == who, "target"])
    threads = events.loc[events["kind"].str.startswith("message"), ["item", "group"]]
    return {
        "followers": len(followers),
        "following": len(following),
        "mutual": len(followers & following),
        "following, since deleted": sum(name.startswith("__deleted__") for name in following),
        **_counts(export.relations["relation"]),
        **_counts(events["kind"]),
        "posts": len(export.posts),
        "threads": threads["item"].nunique(),
        "threads of a group": threads["group"].nunique(),
    }


def _counts(values: pd.Series[str]) -> dict[str, int]:
    return {f"`{name}`": int(count) for name, count in values.value_counts().sort_index().items()}


def _truth(truth: World, who: str) -> dict[str, Any]:
    """Return the accounts as columns, and of each the follows as rows of numbers."""
    accounts = truth.accounts.reset_index()
    place = {account: number for number, account in enumerate(accounts["account"])}
    follows: list[list[list[int]]] = [[] for _ in place]
    for source, target, *times in truth.follows.itertuples(index=False, name=None):
        row = [place[target], *(_seconds(time) for time in times if not pd.isna(time))]
        follows[place[source]].append(row)
    columns = {name: _plain(accounts[name]) for name in accounts}
    return {"seed": SEED, "owner": who, "accounts": columns, "follows": follows}


def _plain(values: pd.Series[Any]) -> list[Any]:
    if isinstance(values.dtype, pd.DatetimeTZDtype):
        return [None if pd.isna(time) else _seconds(time) for time in values]
    return values.tolist()


def _seconds(time: pd.Timestamp) -> int:
    return int(time.timestamp())
