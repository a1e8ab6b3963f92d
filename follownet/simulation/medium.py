"""What one account's Medium export shows of a world, and its pages."""

from __future__ import annotations

import hashlib
import html
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from follownet.simulation import archive, events, views
from follownet.simulation.names import filler
from follownet.tables import TEXT, Export

if TYPE_CHECKING:
    from follownet.simulation.world import World

PLATFORM: Final = "medium"
#: Entries on one page.
PAGE: Final = 1_000
#: No time, as the export has none.
_NEVER: Any = pd.NaT


def view(world: World, owner: str, at: pd.Timestamp) -> Export:
    """Return what Medium's export shows of `owner` at `at`.

    Whom the owner follows, without dates, blocks, claps for posts of nobody to the minute, own
    posts; no followers. Deleted accounts are gone.
    """
    seen = views.shown(world.accounts, at)
    living = seen.index[seen == seen.index]
    ties = views.follows(world, owner, at, seen)
    follows = ties[(ties["source"] == owner) & ties["target"].isin(living)].assign(since=_NEVER)
    relations = views.relations(world, owner, at, seen)
    relations = relations[relations["relation"] == "blocked"].assign(at=_NEVER)
    done = views.actions(world, owner, at, seen)
    done = done[done["kind"] == "like"]
    claps = done.assign(
        kind="clap", target=None, item=done["item"].astype("str").map(_number), at=_minute(done)
    )
    own = world.posts
    own = own[(own["account"] == owner) & (own["at"] < at)].drop(columns="href")
    posts = own.assign(post=own["post"].map(_number), format="post")
    coverage = views.coverage(owner, follows, at).assign(starts=_NEVER)
    missing = coverage["list"] == "followers"
    coverage["status"] = coverage["status"].mask(missing, "missing")
    coverage["records"] = coverage["records"].astype("Int64").mask(missing)
    return Export(
        accounts=pd.DataFrame({"name": [world.accounts["name"][owner]]}, index=[owner])
        .rename_axis("account")
        .astype(TEXT),
        follows=follows,
        relations=relations,
        interactions=claps.astype({"target": TEXT}),
        posts=posts.assign(text_length=posts["text_length"].fillna(0)),
        platform=PLATFORM,
        owners=(owner,),
        exported_at=at.floor("s"),
        coverage=coverage,
    )


def _minute(table: pd.DataFrame) -> pd.Series[Any]:
    found: pd.Series[Any] = table["at"].dt.floor("min")
    return found


def _number(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:12]


def write(export: Export, path: str | os.PathLike[str]) -> Path:
    """Write an export's tables as Medium would, and return where.

    Texts are filler. There is no place for followers, dates of follows and blocks, display names
    of others, seconds of claps and counts of posts; nothing dates the export.

    Parameters
    ----------
    export
        The export of one owner in Medium's terms; publications are ``pub:<name>``.
    path
        A zip if it ends in ``.zip``, else a new folder.

    Returns
    -------
    Path
        The `path`. Equal tables give equal bytes.
    """
    owner = export.owners[0]
    members = {"README.html": _page("Medium archive", "<p>Your data.</p>")}
    if owner != "(owner)":
        name = html.escape(_text(export.accounts["name"].get(owner)))
        link = f'<a class="u-url" href="https://medium.com/@{html.escape(owner)}">@</a>'
        body = f'<section class="h-card"><h3 class="p-name">{name}</h3>{link}</section>'
        members["profile/profile.html"] = _page("Profile", body)
    if (rows := events.following(export)) is not None:
        targets = [row.target for row in rows]
        people = [one for one in targets if not one.startswith("pub:")]
        members |= dict(_pages("users-following", "users-following", _people(people)))
        publications = [one.removeprefix("pub:") for one in targets if one not in set(people)]
        entries = [_entry(f"https://medium.com/{name}", name) for name in publications]
        members |= dict(_pages("pubs-following", "pubs-following", entries))
    blocked = export.relations.loc[export.relations["relation"] == "blocked", "target"]
    members |= dict(_pages("blocks", "blocked-users", _people(blocked)))
    members |= dict(_pages("claps", "claps", map(_clap, events.done(export, "clap"))))
    for row, text in events.posts(export):
        day = "1970-01-01" if pd.isna(row.at) else f"{row.at:%Y-%m-%d}"
        members[f"posts/{day}_some-words-{row.post}.html"] = _post(row, text)
    return archive.save(members, Path(path), export.exported_at)


def _text(value: Any) -> str:
    return "" if pd.isna(value) else str(value)


def _page(title: str, body: str) -> str:
    head = f'<head><meta charset="utf-8"><title>{title}</title></head>'
    return f"<!DOCTYPE html><html>{head}<body>{body}</body></html>"


def _pages(folder: str, name: str, entries: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield pages of a list; an empty one says that there is nothing."""
    rows = list(entries)
    for number, start in enumerate(range(0, max(len(rows), 1), PAGE), start=1):
        listed = "\n".join(rows[start : start + PAGE]) or f"<li>No {folder}</li>"
        body = f"<section><h3>{name}</h3><ul>\n{listed}</ul></section>"
        yield f"{folder}/{name}-{number:04}.html", _page(f"{name}, page {number}", body)


def _entry(link: str, text: str) -> str:
    shown = html.escape(text)
    href = html.escape(link)
    return f'<li class="h-entry"><a class="h-cite u-like-of" href="{href}">{shown}</a></li>'


def _people(accounts: Iterable[str]) -> list[str]:
    return [_entry(f"https://medium.com/@{account}", f"@{account}") for account in accounts]


def _clap(row: Any) -> str:
    hour = "" if pd.isna(row.at) else f"{row.at:%Y-%m-%d} {row.at.hour % 12 or 12}:{row.at:%M}"
    half = "" if pd.isna(row.at) else "pm" if row.at.hour >= 12 else "am"
    time = f'<time class="dt-published">{hour} {half}</time>'
    link = f'<a class="h-cite u-like-of" href="https://medium.com/p/{row.item}">Some words</a>'
    return f'<li class="h-entry">+3 &mdash; {link} ({time})</li>'


def _post(row: Any, text: str) -> str:
    stamp = "" if pd.isna(row.at) else f"{row.at:%Y-%m-%dT%H:%M:%S}.000Z"
    words = html.escape(filler(1, len(text)))
    body = f'<section data-field="body" class="e-content"><p>{words}</p></section>'
    footer = f'<footer><time class="dt-published" datetime="{stamp}">{stamp[:10]}</time></footer>'
    return _page("Some words", f'<article class="h-entry">{body}{footer}</article>')
