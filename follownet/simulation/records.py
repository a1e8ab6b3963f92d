"""The shapes of single records in Instagram's JSON, in three generations and languages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

SITE = "https://www.instagram.com"
THUMB = "👍"

Record = dict[str, Any]


def seconds(at: Any) -> int:
    """Return whole seconds since 1970; 0, as Instagram writes it, for no time."""
    return 0 if pd.isna(at) else int(pd.Timestamp(at).timestamp())


def text(value: Any) -> str:
    """Return the text, empty where it is missing."""
    return "" if pd.isna(value) else str(value)


def classic(handle: str, at: Any, *, site: str = SITE) -> Record:
    """Return a tie as it was written everywhere until 2025, and followers still are."""
    entry = {"href": f"{site}/{handle}", "value": handle, "timestamp": seconds(at)}
    return {"title": "", "media_list_data": [], "string_list_data": [entry]}


def titled(handle: str, at: Any) -> Record:
    """Return a tie as blocked profiles (August 2025) and following (October 2025) have it."""
    entry = {"href": f"{SITE}/_u/{handle}", "timestamp": seconds(at)}
    return {"title": handle, "string_list_data": [entry]}


def labelled(handle: str, at: Any, *, name: Any, fbid: Any, labels: dict[str, str]) -> Record:
    """Return a tie as most lists have it since 2026; the address is the person's own site."""
    values = _person(handle, name, labels)
    record: Record = {"timestamp": seconds(at), "media": [], "label_values": values}
    return record if pd.isna(fbid) else record | {"fbid": str(fbid)}


def liked(owner: Any, at: Any, **entry: str) -> Record:
    """Return a like or a story sticker: whose it was is the title, absent where unknown."""
    record: Record = {} if pd.isna(owner) else {"title": str(owner)}
    return record | {"string_list_data": [{**entry, "timestamp": seconds(at)}]}


def seen(
    owner: Any, at: Any, *, name: Any, href: Any, caption: str, fbid: str, labels: dict[str, str]
) -> Record:
    """Return someone's post as likes, saves and views have it since 2026, its owner nested."""
    tag = {"title": "", "dict": [{"label": labels.get("Name", "Name"), "value": "tag"}]}
    owners = [] if pd.isna(owner) else [{"title": "", "dict": _person(owner, name, labels)}]
    address = {"label": labels.get("URL", "URL"), "value": text(href), "href": text(href)}
    values = [
        address,
        {"label": labels.get("Caption", "Caption"), "value": caption},
        {"label": labels.get("Title", "Title"), "value": ""},
        {"title": labels.get("Hashtags", "Hashtags"), "dict": [tag]},
        {"title": labels.get("Owner", "Owner"), "dict": owners},
    ]
    return {"timestamp": seconds(at), "media": [], "label_values": values, "fbid": fbid}


def saved(owner: Any, at: Any, *, href: Any, labels: dict[str, str]) -> Record:
    """Return a saved post as it was written until 2025."""
    entry = {"href": text(href), "timestamp": seconds(at)}
    title = {} if pd.isna(owner) else {"title": str(owner)}
    return {**title, "string_map_data": {labels.get("Saved on", "Saved on"): entry}}


def comment(owner: Any, at: Any, *, content: str, labels: dict[str, str]) -> Record:
    """Return a comment; for some the export does not tell under whose post it is."""
    fields: Record = {labels.get("Comment", "Comment"): {"value": content}}
    if not pd.isna(owner):
        fields[labels.get("Media Owner", "Media Owner")] = {"value": str(owner)}
    fields[labels.get("Time", "Time")] = {"timestamp": seconds(at)}
    return {"media_list_data": [{"uri": ""}], "string_map_data": fields}


def fields(root: str, values: Iterable[tuple[str, Any]], **record: Any) -> Record:
    """Return a file of named fields: text as `value`, a number as `timestamp`."""
    named = {
        label: {"href": "", "value": "", "timestamp": value}
        if isinstance(value, int)
        else {"href": "", "value": value, "timestamp": 0}
        for label, value in values
    }
    return {root: [{"title": "", "media_map_data": {}, **record, "string_map_data": named}]}


def medium(uri: str, at: Any, title: str) -> Record:
    """Return a picture or film of one's own, with its caption."""
    return {
        "uri": uri,
        "creation_timestamp": seconds(at),
        "media_metadata": {"camera_metadata": {"has_camera_metadata": False}},
        "title": title,
        "cross_post_source": {"source_app": "FB"},
    }


def _person(handle: str, name: Any, labels: dict[str, str]) -> list[Record]:
    values = {"URL": "", "Name": text(name), "Username": handle}
    return [{"label": labels.get(key, key), "value": value} for key, value in values.items()]
