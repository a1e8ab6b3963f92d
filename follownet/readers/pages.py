"""Meta's HTML pages as the records that its JSON files hold.

Every record of a page is an element of ``<main>`` (or of what has that role): a heading, if
it has one, and what stands below. Tags decide, never classes, which Meta generates anew, nor
words, which are localised. A link counts only inside a record: pages link style sheets, too.

==================  ===============================  =====================================
page                what a record shows              becomes
==================  ===============================  =====================================
follows, relations  link to a profile, time          ``title``, ``string_list_data``
likes, stories      heading (owner), link, time      ``title``, ``string_list_data``
comments, profile   tables of label and value        ``string_map_data``
posts               heading (caption), medium, time  ``media``, ``creation_timestamp``
messages            heading (sender), text, time     ``participants``, ``messages``
==================  ===============================  =====================================
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from follownet.errors import DamagedExportError
from follownet.readers import dates, markup, meta, regular
from follownet.readers.regular import heading

#: Between the texts of one record; what an export writes holds no such character.
_MARK = "\x1f"
_END = re.compile(r"</html>\s*\Z", re.IGNORECASE)
_MEDIUM = re.compile(r"(?:[\w.-]+/)*media/[^\s?#]+", re.IGNORECASE)
#: What stands between names in the languages of `dates`.
_AND = "and|e|y|und|et|en|dan|ve|i|и"
_LAST = re.compile(rf"(.*)(?<!\S)(?:{_AND})(?!\S)(.*)", re.DOTALL)
_REACTION = re.compile(r"(?P<actor>.*?)(?:\s*\((?P<at>[^()]*\d:\d\d[^()]*)\))?", re.DOTALL)
_SIGN = re.compile(r"\W*")
_LETTER = re.compile(r"[^\W\d_]")
#: No reaction with its name and time is longer; nor has any group so many people.
_REACTION_LENGTH, _GROUP = 300, 1_000
#: Of a person there are URL, name and handle.
_PERSON = 3

_Record = dict[str, Any]


def is_page(content: bytes) -> bool:
    """Return whether a file is HTML, whatever it is called."""
    # Of UTF-16 every other byte of such a sign is zero.
    return content[:200].lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n").startswith(b"<")


def document(content: bytes, meaning: str, zone: str) -> Any:
    """Return what the JSON file of the same content would hold, or its columns.

    Parameters
    ----------
    meaning
        What its records mean, as `Content` names it.
    zone
        Of its times, which are local.

    Returns
    -------
    Any
        Records as in JSON; of ties, actions and comments what `meta` makes of records.

    Raises
    ------
    DamagedExportError
        With the reason alone: it is cut off, is not UTF-8, or is no page of an export.
    """
    page = _text(content)
    if not _END.search(page[-100:]):
        raise DamagedExportError("is HTML that is cut off: its end is missing")
    if meaning not in {*_SHAPES, "message"}:
        raise DamagedExportError("is HTML, where only JSON is known")
    if (columns := regular.read(page, meaning, zone)) is not None:
        return columns
    if not markup.is_plain(page):
        raise DamagedExportError("is HTML nested or written as no export is")
    tree = LexborHTMLParser(page)
    main = tree.css_first(regular.MAIN)
    if main is None:
        raise DamagedExportError("is HTML, but no page of an export")
    found = [element for element in main.iter() if element.child is not None]
    if meaning == "message":
        return _conversation(tree, found, zone)
    if meaning in ("list", "relation") and found and not any(map(_has_time, found)):
        raise DamagedExportError("is HTML, but no list of an export: no record has a time")
    records = [_SHAPES[meaning](node) for node in found]
    stamps = dates.seconds([_texts(node)[-1] for node in found], zone)
    for record, at in zip(records, stamps, strict=True):
        _stamp(record, at)
    return records


def _text(content: bytes) -> str:
    try:
        # The parser itself would replace what is not UTF-8 without a word.
        utf_16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
        return content.decode("utf-16" if utf_16 else "utf-8-sig")
    except UnicodeDecodeError:
        pass
    raise DamagedExportError("is not UTF-8 text")


def _stamp(record: _Record, at: int) -> None:
    """Put the time where records of this shape have it."""
    if "string_list_data" in record:
        record["string_list_data"][0]["timestamp"] = at
    elif "string_map_data" in record:
        record["string_map_data"][_MARK] = {"timestamp": at}
    else:
        record["timestamp"] = record["creation_timestamp"] = at


def _has_time(node: LexborNode) -> bool:
    """Return whether a record shows something after its heading and links."""
    shown = {heading(node), *(link.text(strip=True) for link in node.css("a"))}
    return _texts(node)[-1] not in shown


def _tie(node: LexborNode) -> _Record:
    """Return the account that the link of a record names, by its text or address.

    Raises
    ------
    DamagedExportError
        With the reason alone, where it names several: records would be lost without a word.
    """
    if rows := list(_rows(node)):
        return _labels(rows)
    links = [meta.handle_of_link(link.attrs.get("href")) for link in node.css("a")]
    people = {person for person in links if person is not None}
    if len(people) > 1:
        raise DamagedExportError("is HTML with several accounts in a record, as no export is")
    # Of other links, to help or to oneself, none is an account; without any the text is it.
    value = people.pop() if people else None if links else _texts(node)[0]
    title = heading(node) if value else None
    return {"title": title, "string_list_data": [{"value": value}]}


def _action(node: LexborNode) -> _Record:
    """Return what the owner did, to whose post, under which link."""
    owner = heading(node)
    if owner or not (rows := list(_rows(node))):
        return {"title": owner, "string_list_data": [{"href": _link(node)}]}
    if len(rows) < _PERSON:
        return _fields(node)
    # What comes before the owner begins with a URL, too: that of the post.
    owned = sum("URL" in label for label, _ in rows) > 1
    post, person = (_labels(part)["label_values"] for part in (rows[:-_PERSON], rows[-_PERSON:]))
    nested = {"dict": [{"dict": person}]}
    return {"label_values": [*post, nested] if owned else _labels(rows)["label_values"]}


def _labels(rows: list[tuple[str, str]]) -> _Record:
    """Return rows as shape C."""
    return {"label_values": [{"label": label, "value": value} for label, value in rows]}


def _fields(node: LexborNode) -> _Record:
    """Return the rows of the tables as shape D."""
    return {"string_map_data": {label: {"value": value} for label, value in _rows(node)}}


def _rows(node: LexborNode) -> Iterator[tuple[str, str]]:
    """Yield label and value of every row; only the time has a cell of its own."""
    for row in node.css("tr"):
        cells = list(row.iter())
        if len(cells) == 1:
            label, *lines = _texts(cells[0])
            yield label, "\n".join(lines)


def _post(node: LexborNode) -> _Record:
    """Return the media and the caption of a post."""
    # No caption and an empty one look alike; JSON has an empty one.
    caption = heading(node) or ""
    return {"media": [{"uri": uri, "title": caption} for uri in _media(node)]}


def _insight(node: LexborNode) -> _Record:
    """Return the counts of a post as shape D, with its first medium."""
    media = [{"uri": uri} for uri in _media(node)]
    return _fields(node) | {"media_map_data": {_MARK: media[0]} if media else {}}


def _media(node: LexborNode) -> list[str]:
    """Return the files of media that a record shows or links."""
    links = [link.attributes.get("href") for link in node.css("a")]
    links += [medium.attributes.get("src") for medium in node.css("img, video, source")]
    return [*dict.fromkeys(link for link in links if link and _MEDIUM.fullmatch(link))]


_SHAPES: dict[str, Callable[[LexborNode], _Record]] = {
    "list": _tie,
    "relation": _tie,
    "action": _action,
    "comment": _fields,
    "profile": _fields,
    "post": _post,
    "post insight": _insight,
    "insight": _fields,
}


def _texts(node: LexborNode) -> list[str]:
    """Return the texts in an element, in order; one of nothing where there are none."""
    texts = node.text(separator=_MARK, strip=True).split(_MARK)
    return [text for text in texts if text] or [""] if "" in texts else texts


def _link(node: LexborNode) -> str | None:
    """Return the first address that a record links."""
    found = node.css_first("a")
    return None if found is None else found.attributes.get("href")


def _conversation(tree: LexborHTMLParser, found: list[LexborNode], zone: str) -> _Record:
    """Return a thread: messages have sender, body and time, who takes part has no time."""
    said = [_message(node) if _is_message(node) else None for node in found]
    messages = [message for message in said if message is not None]
    stamps = dates.seconds([message["at"] for message in messages], zone)
    for message, at in zip(messages, stamps, strict=True):
        message["timestamp_ms"] = at * 1000
        times = dates.seconds([reaction["at"] for reaction in message["reactions"]], zone)
        for reaction, then in zip(message["reactions"], times, strict=True):
            reaction["timestamp"] = then
    boxes = [node for node, message in zip(found, said, strict=True) if message is None]
    senders = dict.fromkeys(message["sender_name"] for message in messages)
    names = [name for node in boxes[:1] for name in _participants(node, [*senders])]
    title = tree.css_first("header h1")
    if not names and len(senders) < 2 and title is not None:
        # Of two people the thread has the name of the other one.
        names = [title.text(strip=True)]
    people = dict.fromkeys([*names, *senders])
    known = [*people][:_GROUP]
    for message in messages:
        for reaction in message["reactions"]:
            reaction["actor"] = _actor(reaction["actor"], known)
    return {"participants": [{"name": name} for name in people], "messages": messages}


def _participants(node: LexborNode, known: list[str]) -> list[str]:
    """Return the names in a line such as ``Participants: A, B and C``, in their order.

    Those who wrote are found whole, whatever their names hold; the others between commas.
    """
    line = " ".join(_texts(node))
    line = line.partition(":")[2].strip() or line
    names = sorted(filter(None, known[:_GROUP]), key=len, reverse=True)
    whole = re.compile(rf"(?<![^\s,])(?:{'|'.join(map(re.escape, names))})(?![^\s,])")
    found, end = [], 0
    for match in whole.finditer(line) if names else ():
        found += [*_between(line[end : match.start()]), match[0]]
        end = match.end()
    return [*found, *_between(line[end:])]


def _between(text: str) -> list[str]:
    """Return the names in a part of a list of names; "and" stands before the last one alone."""
    *names, last = text.split(",")
    joined = _LAST.fullmatch(last)
    names += joined.groups() if joined else (last,)
    return [name.strip() for name in names if name.strip()]


def _is_message(node: LexborNode) -> bool:
    """Return whether a record shows more than one thing, as a list of names does not."""
    parts = list(node.iter())
    return len(parts) > 2 or sum(part.text(strip=True) != "" for part in parts) > 1


def _message(node: LexborNode) -> _Record:
    """Return a message whose time, and those of its reactions, are texts still."""
    sender, *body, last = node.iter()
    reactions = [_reaction(item) for item in node.css("ul li")]
    for given in node.css("ul"):
        given.decompose()
    lines = [line for part in body for line in _texts(part)]
    return {
        "sender_name": sender.text(strip=True),
        "content": "\n".join(lines).strip(),
        "reactions": reactions,
        "at": last.text(strip=True),
    }


def _reaction(item: LexborNode) -> _Record:
    """Return sign and name of who reacted, and when where that is told."""
    found = _REACTION.fullmatch(" ".join(_texts(item))[-_REACTION_LENGTH:])
    return {"actor": found["actor"] if found else "", "at": (found and found["at"]) or ""}


def _actor(shown: str, known: list[str]) -> str:
    """Return the name without the sign before it; names may begin with signs themselves."""
    whole = [name for name in filter(None, known) if shown.endswith(name)]
    signed = [name for name in whole if not _LETTER.search(shown.removesuffix(name))]
    return max(signed, key=len, default=_SIGN.sub("", shown, count=1))
