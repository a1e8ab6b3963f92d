"""Message threads in Instagram's JSON, from the rows of an export's interactions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pandas as pd

from follownet.simulation.names import filler
from follownet.simulation.records import Record, text
from follownet.tables import Export

PART = 10_000
SPOKEN = ("message", "message_system")
KINDS = (*SPOKEN, "message_reaction")
REACTED = ("Liked a message", "Reacted ❤️ to your message ")
ATTACHED = "You sent an attachment."


def files(export: Export, activity: str) -> Iterator[tuple[str, Record]]:
    """Yield path below the messages folder and content, part by part, of every thread.

    Photos lie below that folder, too, which is in the folder `activity`.
    """
    for thread, said in _threads(export):
        yield from _thread(export, thread, said, f"{activity}messages")


def flat(export: Export) -> list[Record]:
    """Return every thread as until 2020: no number, the owner by handle, text and time alone."""
    owner, threads = export.owners[0], []
    for thread, said in _threads(export):
        called = _called(export, thread, said) | {owner: owner}
        conversation = []
        for message in _messages(export, said, called, folder=""):
            at = max(message["timestamp_ms"], 0)
            stamp = pd.Timestamp(at, unit="ms", tz="UTC").isoformat(timespec="microseconds")
            line = {"text": message["content"]} if "content" in message else {}
            conversation.append({"sender": message["sender_name"], "created_at": stamp} | line)
        threads.append({"participants": list(called.values()), "conversation": conversation})
    return threads


def _threads(export: Export) -> Iterator[tuple[str, pd.DataFrame]]:
    rows = export.interactions
    rows = rows[rows["kind"].isin(KINDS)]
    yield from ((str(thread), said) for thread, said in rows.groupby("item", sort=True))


def _called(export: Export, thread: str, said: pd.DataFrame) -> dict[str, str]:
    """Return what the people of a thread are called, the owner last."""
    known = export.accounts["name"]
    people = _people(export, thread) if said["group"].notna().any() else [f"dm:{thread}"]
    return {person: text(known.get(person)) for person in (*people, export.owners[0])}


def _thread(
    export: Export, thread: str, said: pd.DataFrame, root: str
) -> Iterator[tuple[str, Record]]:
    owner, called = export.owners[0], _called(export, thread, said)
    group = bool(said["group"].notna().any())
    # What only others write into, the owner has not accepted yet.
    pending = owner not in set(said["source"])
    title = _title([name for person, name in called.items() if person != owner])
    slug = re.sub(r"[^a-z0-9]", "", title.lower()) or "instagramuser"
    folder = f"{'message_requests' if pending else 'inbox'}/{slug}_{thread}"
    messages = _messages(export, said, called, f"{root}/{folder}")
    for number, start in enumerate(range(0, len(messages), PART), 1):
        content: Record = {
            "participants": [{"name": name} for name in called.values()],
            "messages": messages[start : start + PART],
            "title": title,
            "is_still_participant": True,
            "thread_path": folder,
            "magic_words": [],
        }
        if group:
            content["joinable_mode"] = {"mode": 1, "link": ""}
        if pending:
            content["is_pending"] = True
        yield f"{folder}/message_{number}.json", content


def _people(export: Export, thread: str) -> list[str]:
    """Return the ids of a group's people by position, also of those the tables do not have."""
    start = f"dm:{thread}/"
    places = [int(name[len(start) :]) for name in export.accounts.index if name.startswith(start)]
    return [f"{start}{place}" for place in range(1, max(places, default=0) + 1)]


def _title(names: list[str]) -> str:
    if len(names) == 1:
        return names[0]
    if len(names) > 4:
        return f"{', '.join(names[:3])} and {len(names) - 3} others"
    return f"{', '.join(names[:-1])} and {names[-1]}"


def _messages(
    export: Export, said: pd.DataFrame, called: dict[str, str], folder: str
) -> list[Record]:
    spoken = said[said["kind"].isin(SPOKEN)].sort_values("at", ascending=False, kind="stable")
    rows: list[Any] = list(spoken.itertuples(index=False))
    oldest, found = len(rows) - 1, []
    handles = sorted(export.accounts["handle"].dropna()) or [export.owners[0]]
    for place, row in enumerate(rows):
        name = called[row.source]
        # Counted from the oldest, so that a later export says the same.
        age = oldest - place
        if row.kind == "message":
            carried = _carried(handles, age + int(row.item) % 29, row, folder)
        elif age == 0 and not pd.isna(row.group):
            carried = {"content": f"{name} created the group."}
        else:
            carried = {"content": REACTED[age % 2]}
        stamp = {"sender_name": name, "timestamp_ms": row.at.value // 10**6}
        found.append(stamp | carried | {"is_geoblocked_for_viewer": False})
    for index, reactions in _reactions(spoken, said).items():
        given = [{"reaction": "❤️", "actor": called[actor]} for actor in reactions]
        # The key stands where Meta has it: before the last.
        last = found[index].popitem()
        found[index] |= {"reactions": given, last[0]: last[1]}
    return found


def _carried(handles: list[str], position: int, row: Any, folder: str) -> Record:
    """Return what a message carries: mostly text, at times a photo, a reel, a profile, a story."""
    handle = handles[position % len(handles)]
    words = filler(position, 8 + position * 13 % 60)
    link = "https://www.instagram.com"
    form = position % 29
    if form == 3:
        uri = f"{folder}/photos/{row.at.value // 10**6}_n.jpg"
        return {"photos": [{"uri": uri, "creation_timestamp": row.at.value // 10**9}]}
    if form == 11:
        share = {"link": f"{link}/reel/C{position}/", "share_text": words}
        return {"content": ATTACHED, "share": share | {"original_content_owner": handle}}
    if form == 17:
        share = {"link": f"{link}/_u/{handle}", "share_text": words}
        share |= {"profile_share_username": handle, "profile_share_name": handle}
        return {"content": ATTACHED, "share": share}
    if form == 23:
        return {"content": words, "share": {"link": f"{link}/stories/{handle}/{position}"}}
    return {"content": words}


def _reactions(spoken: pd.DataFrame, said: pd.DataFrame) -> dict[int, list[str]]:
    """Return the actors by place of the message; which of a sender's it was, nobody knows."""
    places: dict[str, list[int]] = {}
    for place, (sender, kind) in enumerate(zip(spoken["source"], spoken["kind"], strict=True)):
        if kind == "message":
            places.setdefault(sender, []).append(place)
    found: dict[int, list[str]] = {}
    reactions = said[said["kind"] == "message_reaction"]
    for number, (actor, sender) in enumerate(
        zip(reactions["source"], reactions["target"], strict=True)
    ):
        if sender in places:
            place = places[sender][number % len(places[sender])]
            found.setdefault(place, []).append(actor)
    return found
