"""Message threads: who wrote when, never what; people are known by display name alone."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import builders as b
import pandas as pd
import pytest

import follownet as fn
from follownet.errors import DamagedExportError, FollownetWarning
from follownet.readers import messages
from follownet.tables import SCHEMA, Export

AT = b.NEW * 1000
BOX = f"{b.ACTIVITY}/messages/inbox"


def talk(tmp_path: Path, *threads: Any, name: str | None = "Ann") -> Export:
    """Return the export of ann with these threads, numbered from 1."""
    found = {f"{BOX}/x_{n}/message_1.json": thread for n, thread in enumerate(threads, 1)}
    known = {b.PROFILE: b.profile("ann", name)} if name else {}
    return fn.read(b.folder(tmp_path, b.lists() | known | found), owner="ann")


def rows(export: Export, *columns: str) -> list[tuple[Any, ...]]:
    """Return rows of the interactions, missing as None."""
    table = export.interactions[list(columns)].astype(object)
    return list(table.where(table.notna(), None).itertuples(index=False, name=None))


def test_a_thread_of_two_goes_both_ways(tmp_path: Path) -> None:
    """The other is `dm:<thread>`, never a handle, though the folder and the name suggest one."""
    export = talk(tmp_path, b.thread(["Bob", "Ann"], [("Bob", "hi"), ("Ann", "hello")]))
    expected = [("dm:1", "ann", "message", "1", None), ("ann", "dm:1", "message", "1", None)]
    assert rows(export, "source", "target", "kind", "item", "group") == expected
    assert export.accounts.loc["dm:1", "name"] == "Bob"
    assert pd.isna(export.accounts.loc["dm:1", "handle"])
    assert export.accounts.loc["ann", "name"] == "Ann"
    assert export.interactions["at"].iloc[0] == pd.Timestamp(b.NEW, unit="s", tz="UTC")


def test_a_group_has_no_target_and_counts_people_not_names(tmp_path: Path) -> None:
    """Two of three are called "Instagram User": a group all the same."""
    names = ["Instagram User", "Instagram User", "Ann"]
    said = [("Instagram User", "hi"), ("Ann", "hello")]
    export = talk(tmp_path, b.thread(names, said))
    assert rows(export, "source", "target", "group") == [("dm:1/1", None, "1"), ("ann", None, "1")]


def test_members_of_a_group_are_numbered_without_the_owner(tmp_path: Path) -> None:
    """Whoever speaks and is no participant any more comes after them."""
    said = [("Cy", "a"), ("Ann", "b"), ("Bob", "c"), ("Gone", "d")]
    export = talk(tmp_path, b.thread(["Bob", "Ann", "Cy"], said))
    assert [source for (source,) in rows(export, "source")] == ["dm:1/2", "ann", "dm:1/1", "dm:1/3"]


@pytest.mark.parametrize("names", [["Ann"], ["", "Ann"], ["Instagram User", "Ann"], []])
def test_a_deleted_other_side_is_one_account(names: list[str], tmp_path: Path) -> None:
    """It may be absent from the participants, or have no name, or two in one thread."""
    said = [("Bob", "hi"), ("Ann", "hello"), ("Instagram User", "hi"), ("", "hi")]
    export = talk(tmp_path, b.thread(names, said))
    expected = [("dm:1", "ann"), ("ann", "dm:1"), ("dm:1", "ann"), ("dm:1", "ann")]
    assert rows(export, "source", "target") == expected


def test_parts_of_a_thread_are_joined(tmp_path: Path) -> None:
    """`message_10` and `message_2` are one conversation, and one side of it."""
    members = {
        f"{BOX}/bob_77/message_{n}.json": b.thread(["Bob", "Ann"], [("Bob", "x")] * n)
        for n in (1, 2, 10)
    }
    export = fn.read(b.folder(tmp_path, b.lists() | members | {b.PROFILE: b.profile("ann")}))
    assert export.interactions["item"].tolist() == ["77"] * 13
    assert set(export.interactions["source"]) == {"dm:77"}


def test_reactions_go_to_who_wrote_the_message(tmp_path: Path) -> None:
    """Their time is given in newer exports only."""
    thread = b.thread(["Bob", "Cy", "Ann"], [("Bob", "hi")])
    thread["messages"][0]["reactions"] = [
        {"reaction": "\u00e2\u009d\u00a4", "actor": "Ann", "timestamp": b.NEW},
        {"reaction": "\u00e2\u009d\u00a4", "actor": "Cy"},
        None,
        "x",
    ]
    export = talk(tmp_path, thread)
    expected = [("dm:1/1", None, "message"), ("ann", "dm:1/1", "message_reaction")]
    expected.append(("dm:1/2", "dm:1/1", "message_reaction"))
    assert rows(export, "source", "target", "kind") == expected
    assert export.interactions["at"].isna().tolist() == [False, False, True]


@pytest.mark.parametrize(
    "line",
    [
        "Liked a message",
        "Reacted \u00e2\u009d\u00a4\u00ef\u00b8\u008f to your message ",
        "Ann created the group.",
        "Ann named the group Friends of the sea.",
        "Bob left the group.",
        "Ann added Bob to the group.",
        "Ann removed Zo\u00c3\u00ab from the group.",
        "Ann changed the theme to Love.",
        "Ann started a video chat",
    ],
)
def test_lines_that_the_platform_writes_are_no_messages(line: str, tmp_path: Path) -> None:
    """They are kept under a kind of their own."""
    export = talk(tmp_path, b.thread(["Bob", "Ann"], [("Bob", line)]))
    assert rows(export, "kind") == [("message_system",)]


@pytest.mark.parametrize(
    "line", ["He left the group because of you", "I liked a message", "", "ok"]
)
def test_what_people_write_is_a_message(line: str, tmp_path: Path) -> None:
    """Also where it begins or ends as a line of the platform does."""
    export = talk(tmp_path, b.thread(["Bob", "Ann"], [("Bob", line)]))
    assert rows(export, "kind") == [("message",)]


def test_what_people_write_is_not_searched_for_ever() -> None:
    """A pattern with two open ends takes the square of the length."""
    thread = messages.Thread()
    line = "a added b " * 20_000
    start = time.process_time()
    thread.add(b.thread(["Bob", "Ann"], [("Bob", line)]))
    assert time.process_time() - start < 1
    assert thread.system == [False]


@pytest.mark.parametrize(
    ("content", "kept"),
    [
        ({"participants": [], "messages": []}, (0, 0)),
        ({"participants": [None, 5], "messages": [None, 5, {}]}, (3, 1)),
        (b.thread(["Bob"], [("Bob", None)], at=None), (1, 1)),
        ({"participants": [], "messages": [{"sender_name": 5, "content": [], "type": []}]}, (1, 1)),
        ({"participants": [], "messages": [{"reactions": 5}, {"reactions": None}]}, (2, 2)),
    ],
)
def test_odd_messages_are_counted(content: Any, kept: tuple[int, int]) -> None:
    """Found and kept, whatever stands in a field."""
    thread = messages.Thread()
    assert thread.add(content) == kept
    table, _ = messages.interactions({"1": thread}, "ann", None)
    assert len(table) == kept[1]


@pytest.mark.parametrize("content", [None, [], {}, {"messages": []}, {"participants": []}, "x"])
def test_what_is_no_thread_is_refused(content: Any) -> None:
    """With the reason alone."""
    with pytest.raises(DamagedExportError, match="holds no messages"):
        messages.Thread().add(content)


def threads(*names: list[str]) -> list[messages.Thread]:
    """Return threads with these participants."""
    found = [messages.Thread() for _ in names]
    for thread, people in zip(found, names, strict=True):
        thread.add(b.thread(people, []))
    return found


@pytest.mark.parametrize(
    ("names", "known", "expected"),
    [
        ([["Bob", "Ann"], ["Cy", "Ann"]], "Ann", "Ann"),
        ([["Bob", "Ann"], ["Cy", "Ann"]], None, "Ann"),
        ([["Bob", "Ann"], ["Cy", "Ann"]], "Old Name", "Ann"),
        ([["Zed", "Ann"]], None, "Ann"),
        ([["Zed", "Ann"], ["Zed", "Cy", "Ann"]], None, "Ann"),
        ([["Instagram User", "Ann"], ["Instagram User", "Ann"], ["", "Ann"]], None, "Ann"),
        ([["Bob", "Ann"], ["Cy", "Ann"], ["Dan", "Other"]], None, "Ann"),
        ([], "Ann", "Ann"),
        ([], None, None),
        ([["Bob", "Cy", "Ann"]], None, None),
    ],
)
def test_the_owners_name_is_the_one_that_threads_share(
    names: list[list[str]], known: str | None, expected: str | None
) -> None:
    """People rename themselves, so the profile's name holds only where threads have it."""
    found = messages.display_name(threads(*names), known)
    if expected is None and names:
        assert found is None or found in names[0]
    else:
        assert found == expected


def test_a_name_that_is_not_in_the_profile_is_still_the_owner(tmp_path: Path) -> None:
    """Messages carry the name of today, the profile may have another."""
    said = [("Ann the Great", "x")]
    found = [b.thread([other, "Ann the Great"], said) for other in ("Bob", "Cy")]
    export = talk(tmp_path, *found)
    assert rows(export, "source", "target") == [("ann", "dm:1"), ("ann", "dm:2")]


def test_where_the_owner_cannot_be_told_it_is_warned_of(tmp_path: Path) -> None:
    """One thread whose people have no names: all is from the other side."""
    thread = b.thread([""], [("", "hi")])
    with pytest.warns(FollownetWarning, match="who of the people in the messages is the owner"):
        export = talk(tmp_path, thread, name=None)
    assert rows(export, "source") == [("dm:1",)]


def test_an_unreadable_thread_leaves_no_trace_in_the_others(tmp_path: Path) -> None:
    """Its file is counted, warned of under a masked name, and nothing else changes."""
    bad = f"{BOX}/secret_99912345/message_1.json"
    members = {bad: b'{"participants"', f"{BOX}/bob_7/message_1.json": b.thread(["Bob", "Ann"], [])}
    path = b.folder(tmp_path, b.lists() | members)
    with pytest.warns(FollownetWarning, match=r"inbox/\*_2345/message_1.json is not whole"):
        export = fn.read(path)
    assert export.interactions.empty
    assert export.interactions.dtypes.astype(str).to_dict() == SCHEMA["interactions"]


def test_texts_of_messages_are_in_no_table(tmp_path: Path) -> None:
    """Nor in the report."""
    export = talk(tmp_path, b.thread(["Bob", "Ann"], [("Bob", "unlikely words")]))
    tables = [export.accounts, export.follows, export.relations, export.interactions, export.posts]
    assert "unlikely" not in "".join(table.to_csv() for table in tables) + str(export.report)
