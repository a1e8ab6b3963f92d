"""Records in each shape Instagram has written, and the containers an export arrives in."""

from __future__ import annotations

import io
import json
import tarfile
import warnings
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import follownet as fn
from follownet.errors import FollownetWarning
from follownet.tables import Export

OLD, NEW = 1_500_000_000, 1_700_000_000
SITE = "https://www.instagram.com"
TIES = "connections/followers_and_following"
ACTIVITY = "your_instagram_activity"
FOLLOWERS = f"{TIES}/followers_1.json"
FOLLOWING = f"{TIES}/following.json"
LIKES = f"{ACTIVITY}/likes/liked_posts.json"
COMMENTS = f"{ACTIVITY}/comments/post_comments_1.json"
THREAD = f"{ACTIVITY}/messages/inbox/bob_1234567/message_1.json"
PROFILE = "personal_information/personal_information/personal_information.json"

Members = dict[str, Any]


def classic(handle: Any, at: Any = NEW, **entry: Any) -> dict[str, Any]:
    """Return shape A: the handle is the value."""
    link = {"href": f"{SITE}/{handle}", "value": handle, "timestamp": at} | entry
    return {"title": "", "media_list_data": [], "string_list_data": [link]}


def titled(handle: Any, at: Any = NEW) -> dict[str, Any]:
    """Return shape B: the handle is the title."""
    link = {"href": f"{SITE}/_u/{handle}", "timestamp": at}
    return {"title": handle, "string_list_data": [link]}


def labelled(
    handle: Any,
    at: Any = NEW,
    *,
    url: Any = "",
    name: Any = "Display Name",
    labels: tuple[str, str, str] = ("URL", "Name", "Username"),
) -> dict[str, Any]:
    """Return shape C: the handle is the last of three labels."""
    return {"timestamp": at, "media": [], "label_values": person(handle, url, name, labels)}


def person(
    handle: Any,
    url: Any = "",
    name: Any = "Display Name",
    labels: tuple[str, str, str] = ("URL", "Name", "Username"),
) -> list[dict[str, Any]]:
    """Return the three labels that name a person."""
    values = (url, name, handle)
    return [{"label": k, "value": v} for k, v in zip(labels, values, strict=True)]


def seen(owner: Any, at: Any = NEW, *, link: str = f"{SITE}/p/C1/", tags: Any = ()) -> Any:
    """Return a like, save or view as of 2026, the owner nested."""
    hashtags = [{"title": "", "dict": [{"label": "Name", "value": tag} for tag in tags]}]
    owners = [] if owner is None else [{"title": "", "dict": person(owner)}]
    values = [
        {"label": "URL", "value": link, "href": link},
        {"label": "Caption", "value": "some words"},
        {"label": "Title", "value": ""},
        {"title": "Hashtags", "dict": hashtags},
        {"title": "Owner", "dict": owners},
    ]
    return {"timestamp": at, "media": [], "label_values": values, "fbid": "18000000000000001"}


def liked(owner: Any, at: Any = NEW, *, code: str = "C1") -> dict[str, Any]:
    """Return a like as of 2024; None leaves the owner out."""
    entry = {"href": f"{SITE}/p/{code}/", "value": "\u00f0\u009f\u0091\u008d", "timestamp": at}
    title = {} if owner is None else {"title": owner}
    return title | {"string_list_data": [entry]}


def comment(
    text: Any,
    owner: Any = None,
    at: Any = NEW,
    *,
    labels: tuple[str, str, str] = ("Comment", "Media Owner", "Time"),
) -> dict[str, Any]:
    """Return a comment; None leaves the owner out."""
    fields: dict[str, Any] = {labels[0]: {"value": text}}
    if owner is not None:
        fields[labels[1]] = {"value": owner}
    fields[labels[2]] = {"timestamp": at}
    return {"media_list_data": [{"uri": ""}], "string_map_data": fields}


def thread(
    names: list[str], said: list[tuple[str, Any]], *, at: Any = NEW * 1000
) -> dict[str, Any]:
    """Return a message thread; `said` has sender and content."""
    messages = [{"sender_name": name, "timestamp_ms": at, "content": text} for name, text in said]
    return {"participants": [{"name": name} for name in names], "messages": messages}


def profile(username: str, name: str = "Ann") -> dict[str, Any]:
    """Return the owner's personal information."""
    fields = {"Username": {"value": username}, "Name": {"value": name}}
    return {"profile_user": [{"title": "", "string_map_data": fields}]}


def lists(followers: Any = ("bob", "cy"), following: Any = ("bob", "dan")) -> Members:
    """Return two follow lists that nothing speaks against."""
    times = [NEW, *[OLD] * max(len(followers), len(following))]
    return {
        FOLLOWERS: [classic(name, at) for name, at in zip(followers, times, strict=False)],
        FOLLOWING: {
            "relationships_following": [
                classic(name, at) for name, at in zip(following, times, strict=False)
            ]
        },
    }


def whole() -> Members:
    """Return an export of ann with a file of every kind."""
    photo = {"media": [{"uri": "media/posts/1.jpg", "creation_timestamp": NEW, "title": "hi"}]}
    return lists() | {
        f"{TIES}/pending_follow_requests.json": [labelled("eve"), labelled("fay")],
        f"{TIES}/blocked_profiles.json": {"relationships_blocked_users": [titled("gus")]},
        LIKES: {"likes_media_likes": [liked("bob"), liked(None)]},
        COMMENTS: [comment("hello @cy", "bob")],
        f"{ACTIVITY}/story_interactions/stories_viewed.json": [seen("dan")],
        f"{ACTIVITY}/media/posts_1.json": [photo],
        THREAD: thread(["Bob", "Ann"], [("Bob", "hi"), ("Ann", "hello")]),
        PROFILE: profile("ann"),
    }


DAY = "Mar 09, 2025 9:41 am"
#: What `DAY` is in UTC.
AT = 1_741_513_260


def page(records: Iterable[str], *, main: str = "main", title: str = "Followers") -> bytes:
    """Return a page of these records, with the links that every page has outside of them."""
    head = (
        '<html><head><meta http-equiv="Content-Type" content="text/html; charset=UTF-8" />'
        '<link rel="stylesheet" href="https://www.instagram.com/style.css" />'
        f"<style>body{{margin:0}}</style><title>{title}</title></head><body><div>"
        f'<header><a href="{SITE}/meta">Meta</a><h1>{title}</h1></header>'
    )
    records = "".join(records)
    return f'{head}<{main} role="main">{records}</{main}></div></body></html>'.encode()


def box(*parts: str, heading: str = "", tag: str = "h2") -> str:
    """Return a record: a heading where there is one, then what it shows."""
    named = f'<{tag} class="_a6-h">{heading}</{tag}>' if heading else ""
    return f'<div class="pam">{named}<div class="_a6-p"><div>{"".join(parts)}</div></div></div>'


def link_box(handle: str, at: str = DAY, *, link: str = f"{SITE}/", text: str | None = None) -> str:
    """Return a follow as until September 2025: the handle is the text of the link."""
    anchor = f'<a target="_blank" href="{link}{handle}">{handle if text is None else text}</a>'
    return box(f"<div>{anchor}</div>", f"<div>{at}</div>")


def heading_box(handle: str, at: str = DAY, *, tag: str = "h2") -> str:
    """Return a follow as since October 2025: the handle is a heading, the address the text."""
    address = f"{SITE}/_u/{handle}"
    anchor = f'<a target="_blank" href="{address}">{address}</a>'
    return box(f"<div>{anchor}</div>", f"<div>{at}</div>", heading=handle, tag=tag)


def table_box(fields: dict[str, str], at: str | None = DAY, *, time: str = "Time") -> str:
    """Return a record of labels and values; the time has a cell of its own."""
    rows = [
        f'<tr><td colspan="2" class="_2pin">{label}<div><div>{value}</div></div></td></tr>'
        for label, value in fields.items()
    ]
    if at is not None:
        rows.append(f"<tr><td>{time}</td><td>{at}</td></tr>")
    return f'<div class="pam"><div class="_a6-p"><table>{"".join(rows)}</table></div></div>'


def members_box(line: str) -> str:
    """Return the first record of a thread: who takes part."""
    return f'<div class="pam"><h2>{line}</h2></div>'


def said_box(sender: str, text: str, at: str = DAY, *, reactions: Iterable[str] = ()) -> str:
    """Return a message."""
    given = "".join(f"<li><span>{reaction}</span></li>" for reaction in reactions)
    body = f'<div>{text}</div><div></div><div><ul class="_a6-q">{given}</ul></div>'
    return (
        f'<div class="pam"><h2>{sender}</h2><div class="_a6-p"><div>{body}</div></div>'
        f'<div class="_a6-o">{at}</div></div>'
    )


def encoded(content: Any) -> bytes:
    """Return bytes as they are, and all else as JSON."""
    return content if isinstance(content, bytes) else json.dumps(content, indent=1).encode()


def folder(path: Path, members: Members) -> Path:
    """Write the members below a folder."""
    for name, content in members.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(encoded(content))
    return path


def zip_bytes(members: Members) -> bytes:
    """Return a zip of the members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, encoded(content))
    return buffer.getvalue()


def zipped(path: Path, members: Members) -> Path:
    """Write a zip of the members."""
    path.write_bytes(zip_bytes(members))
    return path


def tar_bytes(members: Members, mode: str = "w:gz") -> bytes:
    """Return a tar of the members."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:  # type: ignore[call-overload]
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(encoded(content))
            archive.addfile(info, io.BytesIO(encoded(content)))
    return buffer.getvalue()


def tarred(path: Path, members: Members, mode: str = "w:gz") -> Path:
    """Write a tar of the members."""
    path.write_bytes(tar_bytes(members, mode))
    return path


def read(path: Any, **arguments: Any) -> Export:
    """Return the export whatever it warns of; other warnings stay errors."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FollownetWarning)
        return fn.read(path, **arguments)


def followers(export: Export) -> list[str]:
    """Return who follows the owner, sorted."""
    return sorted(export.follows.loc[export.follows["target"] == export.owners[0], "source"])


def following(export: Export) -> list[str]:
    """Return whom the owner follows, sorted."""
    return sorted(export.follows.loc[export.follows["source"] == export.owners[0], "target"])


def statuses(export: Export) -> dict[str, str]:
    """Return the status of each list."""
    return dict(zip(export.coverage["list"], export.coverage["status"], strict=True))


def skipped(export: Export) -> dict[str, int]:
    """Return how many records were left out for each reason."""
    assert export.report is not None
    counts = export.report.skipped.groupby("reason")["records"].sum()
    return {str(reason): int(count) for reason, count in counts.items()}
