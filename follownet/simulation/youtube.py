"""What one account's Takeout of YouTube shows of a world, and its files."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from follownet.simulation import archive, events, views
from follownet.simulation.names import filler
from follownet.simulation.options import require
from follownet.tables import TEXT, Export

if TYPE_CHECKING:
    from follownet.simulation.world import World

PLATFORM: Final = "youtube"
LAYOUTS: Final = ("2019", "2026")
_ROOT: Final = "Takeout/YouTube and YouTube Music"
_FORMATS: Final = ("video", "reel")
COMMENTS: Final = (
    "Comment ID,Channel ID,Comment Create Timestamp,Price,Parent Comment ID,Post ID,Video ID,"
    "Comment Text,Top-Level Comment ID"
)
VIDEOS: Final = (
    "Video ID,Approx Duration (ms),Video Audio Language,Video Category,Channel ID,"
    "Video Title (Original),Privacy,Video State,Video Create Timestamp,Video Publish Timestamp"
)
#: No time, as the export has none.
_NEVER: Any = pd.NaT
#: Folder, file and header of subscriptions by language.
LABELS: Final = {
    "en": ("subscriptions", "subscriptions.csv", ("Channel Id", "Channel Url", "Channel Title")),
    "de": ("Abos", "Abos.csv", ("Kanal-ID", "Kanal-URL", "Kanaltitel")),
}


def view(world: World, owner: str, at: pd.Timestamp) -> Export:
    """Return what Takeout shows of `owner` at `at`.

    Accounts are channels. Subscriptions without dates, comments under videos of nobody, own
    videos; no subscribers. Deleted accounts are gone.
    """
    seen, ids = views.shown(world.accounts, at), channels(world.accounts.index)
    living = seen.index[seen == seen.index]
    ties = views.follows(world, owner, at, seen)
    ties = ties[(ties["source"] == owner) & ties["target"].isin(living)]
    follows = ties.assign(
        source=ties["source"].map(ids), target=ties["target"].map(ids), since=_NEVER
    )
    done = views.actions(world, owner, at, seen)
    done = done[done["kind"] == "comment"]
    videos = done["at"].astype("str").map(_video)
    done = done.assign(source=ids[owner], target=None, item=videos).astype({"target": TEXT})
    own = world.posts
    own = own[(own["account"] == owner) & (own["at"] < at) & own["format"].isin(_FORMATS)]
    coverage = views.coverage(ids[owner], follows, at).assign(starts=_NEVER)
    missing = coverage["list"] == "followers"
    coverage["status"] = coverage["status"].mask(missing, "missing")
    coverage["records"] = coverage["records"].astype("Int64").mask(missing)
    named = pd.Index([ids[owner]], dtype=TEXT).union(follows["target"])
    names = pd.Series(world.accounts["name"].to_numpy(), index=ids[world.accounts.index])
    return Export(
        accounts=pd.DataFrame({"name": names.reindex(named), "platform": PLATFORM}, index=named)
        .rename_axis("account")
        .astype(TEXT),
        follows=follows,
        interactions=done,
        posts=own.assign(account=ids[owner], post=own["post"].map(_video), format="video").drop(
            columns="href"
        ),
        platform=PLATFORM,
        owners=(ids[owner],),
        exported_at=at.floor("s"),
        coverage=coverage,
    )


def channels(handles: Iterable[str]) -> pd.Series[Any]:
    """Return a channel id for each handle."""
    names = list(handles)
    return pd.Series([f"UC{_letters(name, 22)}" for name in names], index=names, dtype=TEXT)


def _video(name: str) -> str:
    return _letters(f"video {name}", 11)


def _letters(name: str, count: int) -> str:
    digest = hashlib.sha256(name.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode()[:count]


def write(
    export: Export, path: str | os.PathLike[str], *, layout: str = "2026", labels: str = "en"
) -> Path:
    """Write an export's tables as Takeout would, and return where.

    Text that the tables do not hold is filler. There is no place for followers, counts of videos,
    whose videos were commented on, and in 2026 dates of subscriptions; times are to the second.

    Parameters
    ----------
    export
        The export of one owner in YouTube's terms.
    path
        A zip if it ends in ``.zip``, else a new folder. Readers take the time from a name such as
        ``takeout-20260511T000000Z-001.zip``.
    layout
        ``"2019"`` (``subscriptions.json``, with dates) or ``"2026"`` (CSV).
    labels
        Language of folder, file and header of the subscriptions: ``"en"`` or ``"de"``.

    Returns
    -------
    Path
        The `path`. Equal tables give equal bytes.

    Raises
    ------
    SchemaError
        If `layout` or `labels` is none of these.
    """
    require("layout", layout, LAYOUTS)
    require("labels", labels, LABELS)
    names = export.accounts["name"]
    owner = export.owners[0]
    files = {
        "comments/comments.csv": _comments(export),
        "video metadata/videos.csv": _videos(export),
    }
    if owner != "(owner)":
        header = ("Channel ID", "Channel Title (Original)", "Channel Visibility")
        files["channels/channel.csv"] = _csv(header, [(owner, _text(names.get(owner)), "Public")])
    if (rows := events.following(export)) is not None:
        ties = [(row.target, row.since, _text(names.get(row.target))) for row in rows]
        folder, file, header = LABELS[labels]
        if layout == "2019":
            files["subscriptions/subscriptions.json"] = _json(ties)
        else:
            cells = [(one, f"http://www.youtube.com/channel/{one}", name) for one, _, name in ties]
            files[f"{folder}/{file}"] = _csv(header, cells)
    members = {f"{_ROOT}/{name}": content for name, content in files.items()}
    return archive.save(members, Path(path), export.exported_at)


def _text(value: Any) -> str:
    return "" if pd.isna(value) else str(value)


def _iso(at: Any) -> str:
    return "" if pd.isna(at) else f"{at:%Y-%m-%dT%H:%M:%S+00:00}"


def _csv(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows([header, *rows])
    return stream.getvalue()


def _json(ties: list[tuple[str, Any, str]]) -> str:
    records = [
        {
            "kind": "youtube#subscription",
            "snippet": {
                "title": name,
                "resourceId": {"kind": "youtube#channel", "channelId": channel},
                **({} if pd.isna(since) else {"publishedAt": _iso(since)}),
            },
        }
        for channel, since, name in ties
    ]
    return json.dumps(records, indent=2, ensure_ascii=False)


def _comments(export: Export) -> str:
    owner = export.owners[0]
    rows = [
        (_letters(f"{n}", 26), owner, _iso(row.at), "0", "", "", _text(row.item), _said(n), "")
        for n, row in enumerate(events.done(export, "comment"))
    ]
    return _csv(COMMENTS.split(","), rows)


def _said(number: int) -> str:
    return json.dumps({"text": filler(number, 5 + number % 40)}, ensure_ascii=False)


def _videos(export: Export) -> str:
    owner = export.owners[0]
    rows = [
        (row.post, "60000", "", "People", owner, title, "Public", "Processed", _iso(row.at), "")
        for row, title in events.posts(export)
    ]
    return _csv(VIDEOS.split(","), rows)
