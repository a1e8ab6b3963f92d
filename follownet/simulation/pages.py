"""Records as Instagram's HTML pages show them, tag for tag.

A record keeps its order: a heading (its title), then links, tables or media, then the time.
What has no text has no heading, what has no time has no date, and an empty list is an empty
page.
"""

from __future__ import annotations

import html
import zlib
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any

from follownet.simulation.records import Record

BOX = '<div class="pam _3-95 _2ph- _a6-g uiBoxWhite noborder">'
CELL = '<td colspan="2" class="_2pin _a6_q">'
TABLE = '<table style="table-layout: fixed;">'
NONCE = "f0ll0wNt"
PAGE = (
    '<html><head><meta http-equiv="Content-Type" content="text/html; charset=UTF-8" />'
    '<base href="{base}" /><style type="text/css" nonce="{nonce}">body{{margin:0}}</style>'
    '<title>{title}</title></head><body class="_5vb_ _2yq _a7o5"><div class="_li">'
    '<div class="_as_0" style="background:white"><img src="files/Instagram-Logo.png" height="28" '
    'alt="Instagram" style="position: absolute;left: 42px;top: 15px;" /></div>'
    '<div class="_a705"><header class="_as-_ _a70a" aria-labelledby="{mark}"><div class="_a70d">'
    '<h1 id="{mark}">{title}</h1>{about}</div></header><{main} class="_a706" role="main">'
    "{records}</{main}></div></div></body></html>"
)
#: What stands below the title of a page; some have nothing there.
ABOUT = {
    "following": "Accounts whose posts you see",
    "pending_follow_requests": "Your requests that nobody has answered",
    "recent_follow_requests": "Your requests that somebody has answered",
    "recently_unfollowed_accounts": "Accounts that you don't follow any more",
    "recently_unfollowed_profiles": "Profiles that you don't follow any more",
    "liked_posts": "Posts that you've liked",
    "liked_comments": "Comments that you've liked",
    "story_likes": "Stories that you've liked",
    "personal_information": "What you've told about yourself",
}

Clock = Callable[[int], str]


def members(contents: dict[str, Any], *, main: str, heading: str, clock: Clock) -> dict[str, str]:
    """Return an export's JSON files as pages, by path; text stays as it is.

    Parameters
    ----------
    contents
        Path and content of every file.
    main
        Tag around the records of a page.
    heading
        Tag of a record's heading.
    clock
        Gives seconds since 1970 in words.
    """
    found = {}
    for name, content in contents.items():
        if isinstance(content, str):
            found[name] = content
        else:
            path = PurePosixPath(name).with_suffix(".html")
            found[path.as_posix()] = _page(path, content, main, _Shapes(heading, clock))
    return found


def _page(path: PurePosixPath, content: Any, main: str, shapes: _Shapes) -> str:
    title, about = path.stem.replace("_", " ").capitalize(), ABOUT.get(path.stem)
    if isinstance(content, dict) and "messages" in content:
        title, boxes = content["title"], shapes.thread(content)
    else:
        found = next(iter(content.values())) if isinstance(content, dict) else content
        boxes = [shapes.record(record) for record in found]
    return PAGE.format(
        base="../" * (len(path.parts) - 1),
        nonce=NONCE,
        title=_escaped(title),
        mark=f"u_0_{zlib.crc32(path.as_posix().encode()):x}",
        about=f'<p class="_a70f">{_escaped(about)}</p>' if about else "",
        main=main,
        records="".join(boxes),
    )


class _Shapes:
    """Records as boxes, with the headings of a year and the dates of a place."""

    def __init__(self, heading: str, clock: Clock) -> None:
        self._tag = heading
        self._clock = clock

    def record(self, record: Record) -> str:
        """Return the box of any record but a message."""
        if "media" in record or "uri" in record:
            return self._post(record)
        listed = "".join(map(self._entry, record.get("string_list_data", ())))
        shots = [f"<div>{_medium(shot)}</div>" for shot in record.get("media_list_data", ())]
        pictures = f"<div><div>{''.join(shots)}</div></div>" if shots else ""
        mapped = record.get("media_map_data", {}).items()
        rows = [
            f"<tr>{CELL}{_escaped(label)}<div><div>{_medium(shot)}</div></div></td></tr>"
            for label, shot in mapped
        ]
        named = [self._row(*item) for item in record.get("string_map_data", {}).items()]
        body = listed + pictures + _table(rows) + _table(named)
        heading = self._heading(record.get("title", ""))
        return f'{BOX}{heading}<div class="_a6-p">{body}</div></div>'

    def thread(self, content: Record) -> list[str]:
        """Return the boxes of a thread: who takes part, and every message."""
        *others, last = (person["name"] for person in content["participants"])
        names = f"{', '.join(others)} and {last}" if others else last
        people = _escaped(f"Participants: {names}")
        first = f'{BOX}<{self._tag} class="_3-95 _2pim _a6-h">{people}</{self._tag}></div>'
        return [first, *map(self._message, content["messages"])]

    def _heading(self, title: str) -> str:
        if not title:
            return ""
        tag = self._tag
        return f'<{tag} class="_3-95 _2pim _a6-h _a6-i">{_escaped(title)}</{tag}>'

    def _date(self, seconds: int, kind: str = "") -> str:
        return f"<div{kind}>{self._clock(seconds)}</div>" if seconds > 0 else ""

    def _entry(self, entry: Record) -> str:
        """Return a link and its time; where there is no text for it, the address is shown."""
        shown = ""
        if "href" in entry:
            shown = f"<div>{_link(entry['href'], entry.get('value'))}</div>"
        elif "value" in entry:
            shown = f"<div>{_escaped(entry['value'])}</div>"
        return f"<div>{shown}{self._date(entry['timestamp'])}</div>"

    def _row(self, label: str, entry: Record) -> str:
        """Return what a field holds: an address, a text and a time have a row each."""
        shown, rows = _escaped(label), []
        if entry.get("href"):
            rows.append(f"<tr>{CELL}{shown}<div><div>{_link(entry['href'])}</div></div></td></tr>")
        if entry.get("value"):
            value = _escaped(entry["value"])
            rows.append(f"<tr>{CELL}{shown}<div><div>{value}</div></div></td></tr>")
        if entry.get("timestamp"):
            at = self._clock(entry["timestamp"])
            times = f'<td class="_2pin _2piu _a6_r">{at}</td>'
            rows.append(f'<tr><td class="_2pin _a6_q">{shown}</td>{times}</tr>')
        return "".join(rows)

    def _post(self, record: Record) -> str:
        media = record.get("media", [record])
        title = record.get("title") or media[0]["title"]
        at = record.get("creation_timestamp") or media[0]["creation_timestamp"]
        shots = "".join(f"<div>{_medium(shot)}</div>" for shot in media if shot["uri"])
        body = f'<div class="_3-95 _a6-p"><div>{shots}</div></div>'
        return BOX + self._heading(title) + body + self._foot(at) + "</div>"

    def _message(self, message: Record) -> str:
        share = message.get("share")
        photos = [_linked(shot["uri"]) for shot in message.get("photos", ())]
        given = [
            f"<li><span>{_escaped(reaction['reaction'] + reaction['actor'])}</span></li>"
            for reaction in message.get("reactions", ())
        ]
        parts = [
            "<div></div>",
            f"<div>{_escaped(message.get('content', ''))}</div>",
            f"<div>{_shared(share)}</div>" if share else "<div></div>",
            *([f"<div><div>{photo}</div></div>" for photo in photos] or ["<div></div>"]),
            f'<div><ul class="_a6-q">{"".join(given)}</ul></div>' if given else "",
        ]
        # A sender of no name is one nonetheless: without heading it would be no message.
        sender = f'class="_3-95 _2pim _a6-h _a6-i">{_escaped(message["sender_name"])}'
        heading = f"<{self._tag} {sender}</{self._tag}>"
        body = f'<div class="_3-95 _a6-p"><div>{"".join(parts)}</div></div>'
        return BOX + heading + body + self._foot(message["timestamp_ms"] // 1000) + "</div>"

    def _foot(self, seconds: int) -> str:
        return self._date(seconds, ' class="_3-94 _a6-o"')


def _escaped(text: str) -> str:
    """Return the text as Meta escapes it: apostrophes and ``@`` by number."""
    return html.escape(text).replace("&#x27;", "&#039;").replace("@", "&#064;")


def _link(address: str, text: str | None = None) -> str:
    href = _escaped(address)
    return f'<a target="_blank" href="{href}">{href if text is None else _escaped(text)}</a>'


def _linked(uri: str) -> str:
    """Return a picture, or a film, that leads to its file."""
    address = _escaped(uri)
    link = f'<a target="_blank" href="{address}">'
    if uri.endswith(".mp4"):
        film = f'<video src="{address}" controls="1" class="_a6_o _3-96">'
        return f"{film}{link}<div>Click for video:</div></a></video>"
    return f'{link}<img src="{address}" class="_a6_o _3-96" /></a>'


def _medium(shot: Record) -> str:
    return f"{_linked(shot['uri'])}<div></div>"


def _table(rows: list[str]) -> str:
    filled = "".join(rows)
    return f"{TABLE}{filled}</table>" if filled else ""


def _shared(share: Record) -> str:
    """Return what a message passes on: text, whose it is, and where."""
    parts = [share.get("share_text"), share.get("original_content_owner")]
    shown = "".join(f"<div>{_escaped(part)}</div>" for part in parts if part)
    return f"<div><div>{shown}<div>{_link(share['link'])}</div></div></div>"
