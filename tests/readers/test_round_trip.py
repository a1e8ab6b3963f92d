"""What is written comes back; what is damaged gives an error of ours or a counted rest."""

from __future__ import annotations

import string
import tempfile
import warnings
from pathlib import Path
from typing import Any

import builders as b
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import follownet as fn
from follownet.errors import FollownetError, FollownetWarning
from follownet.simulation import world, write
from follownet.tables import SCHEMA, TEXT, TIME, Export

LAYOUTS = ["2024-07", "2025-08", "2026"]
LABELS = ["en", "tr", "nl"]
TABLES = ("accounts", "follows", "relations", "interactions", "posts", "coverage")

FIRST, LAST = 1_300_000_000, 1_760_000_000
EXPORTED = pd.Timestamp(LAST + 86_400, unit="s", tz="UTC")
#: What a layout of before 2026 has no place for.
ONLY_2026 = ("view",)

few = settings(suppress_health_check=[HealthCheck.too_slow])
handles = st.text(string.ascii_lowercase + string.digits + "._", min_size=1, max_size=30)
seconds = st.integers(FIRST, LAST)
names = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)
links = st.integers(0, 10**9).map(lambda n: f"https://www.instagram.com/p/C{n}/")
KINDS = ["like", "comment_like", "story_like", "story_poll", "story_quiz", "save", "view"]
RELATIONS = [
    "requested", "recently_requested", "request_received", "unfollowed", "blocked", "restricted",
    "close_friend", "story_hidden", "favorite", "suggestion_removed",
]  # fmt: skip


def table(name: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Return rows with the columns and dtypes of the schema, seconds as times."""
    frame = pd.DataFrame(rows, columns=list(SCHEMA[name]))
    for column, dtype in SCHEMA[name].items():
        if dtype == TIME:
            frame[column] = pd.to_datetime(frame[column], unit="s", utc=True)
    return frame.astype(SCHEMA[name])


@st.composite
def exports(draw: st.DrawFn) -> Export:
    """Return an export of one owner in Instagram's terms."""
    owner = draw(handles)
    alters = draw(st.lists(handles.filter(lambda name: name != owner), unique=True, max_size=8))
    some = st.lists(st.sampled_from(alters), unique=True) if alters else st.just([])
    anyone = st.sampled_from([*alters, None])
    follows = [{"source": a, "target": owner, "since": draw(seconds)} for a in draw(some)]
    follows += [{"source": owner, "target": a, "since": draw(seconds)} for a in draw(some)]
    relations = []
    for relation in draw(st.lists(st.sampled_from(RELATIONS), unique=True)):
        for alter in draw(some):
            ends = {"source": owner, "target": alter}
            if relation == "request_received":
                ends = {"source": alter, "target": owner}
            relations.append(ends | {"relation": relation, "at": draw(seconds)})
    interactions = []
    for kind in draw(st.lists(st.sampled_from(KINDS), max_size=8)):
        item = None if kind.startswith("story") else draw(links)
        done = {"source": owner, "target": draw(anyone), "kind": kind, "at": draw(seconds)}
        interactions.append(done | {"item": item})
    for at in draw(st.lists(seconds, unique=True, max_size=4)):
        target = draw(anyone)
        done = {"source": owner, "kind": "comment", "at": at}
        interactions.append(done | {"target": target})
        mentioned = [name for name in draw(some) if name != target and not name.endswith(".")]
        interactions += [done | {"kind": "mention", "target": name} for name in mentioned]
    people = {}
    for thread in draw(st.lists(st.integers(10**6, 10**9).map(str), unique=True, max_size=3)):
        said, called = draw(conversations(owner, thread))
        interactions += said
        people |= called
    posts = [
        {"post": str(n), "account": owner, "at": draw(seconds), "format": draw(formats)}
        | {"text_length": draw(st.integers(0, 80))}
        for n in range(draw(st.integers(0, 4)))
    ]
    accounts = pd.DataFrame({"name": pd.Series(people | {owner: "Ann Owner"}, dtype=TEXT)})
    return Export(
        accounts=accounts.rename_axis("account").assign(platform="instagram"),
        follows=table("follows", follows),
        relations=table("relations", relations),
        interactions=table("interactions", interactions),
        posts=table("posts", posts),
        platform="instagram",
        owners=(owner,),
        exported_at=EXPORTED,
    )


formats = st.sampled_from(["image", "video", "carousel", "reel", "story"])


@st.composite
def conversations(
    draw: st.DrawFn, owner: str, thread: str
) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """Return the messages of a thread of two or more, and what its people are called."""
    size = draw(st.integers(1, 3))
    group = thread if size > 1 else None
    others = [f"dm:{thread}/{n}" for n in range(1, size + 1)] if group else [f"dm:{thread}"]
    said = []
    for sender in draw(st.lists(st.sampled_from([*others, owner]), min_size=1, max_size=5)):
        target = None if group else (others[0] if sender == owner else owner)
        sent = {"source": sender, "target": target, "kind": "message", "at": draw(seconds)}
        said.append(sent | {"item": thread, "group": group})
    called = dict(zip(others, (f"{person} of {thread}" for person in "BCD"), strict=False))
    return said, called


def sorted_rows(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the table in an order that its rows alone decide."""
    return frame.sort_values(list(frame.columns), kind="stable", ignore_index=True)


def expected_rows(export: Export, name: str, layout: str) -> pd.DataFrame:
    """Return the rows of a table that the layout can hold."""
    frame = getattr(export, name)
    if name == "interactions" and layout != "2026":
        frame = frame[~frame["kind"].isin(ONLY_2026)]
    return sorted_rows(frame)


@few
@given(exports(), st.sampled_from(LAYOUTS), st.sampled_from(LABELS), st.booleans())
def test_what_is_written_is_read_back(
    export: Export, layout: str, labels: str, packed: bool
) -> None:
    """The same rows, dtypes, owner and lists; row order aside."""
    date = f"{EXPORTED:%Y-%m-%d}"
    with tempfile.TemporaryDirectory() as place:
        path = Path(place, f"instagram-{export.owners[0]}-{date}-AbCd1234" + ".zip" * packed)
        back = b.read(write(export, path, layout=layout, labels=labels))
    assert back.owners == export.owners
    assert f"{back.exported_at:%Y-%m-%d}" == date
    for name in ("follows", "relations", "interactions", "posts"):
        found = sorted_rows(getattr(back, name))
        pd.testing.assert_frame_equal(found, expected_rows(export, name, layout))
    sizes = [
        (export.follows["target"] == export.owners[0]).sum(),
        (export.follows["source"] == export.owners[0]).sum(),
    ]
    assert back.coverage["records"].tolist() == sizes
    spoken = export.interactions["kind"].eq("message").any()
    said = back.accounts[back.accounts.index.str.startswith("dm:")]
    assert (said["name"] == export.accounts["name"].reindex(said.index)).all() or not spoken


@pytest.mark.parametrize(
    ("layout", "labels"),
    [
        pytest.param(layout, labels, marks=[pytest.mark.slow] * (place != other))
        for place, layout in enumerate(LAYOUTS)
        for other, labels in enumerate(LABELS)
    ],
)
def test_a_simulated_account_is_read_back(layout: str, labels: str, tmp_path: Path) -> None:
    """A busy account of a small world, in every layout and language."""
    truth = world(accounts=30, seed=3)
    busy = truth.accounts.sort_values("activity").index[-1]
    export = truth.view(busy, "2026-05-11")
    path = write(export, tmp_path / f"instagram-{busy}-2026-05-11-AbCd1234.zip", layout=layout,
                 labels=labels)  # fmt: skip
    back = b.read(path)
    for name in ("follows", "relations", "interactions", "posts"):
        expected = expected_rows(export, name, layout)
        assert len(expected) or name == "relations"
        found = sorted_rows(getattr(back, name)[list(SCHEMA[name])])
        pd.testing.assert_frame_equal(found, sorted_rows(expected[list(SCHEMA[name])]))
    if layout == "2026":
        found = back.accounts.sort_index()[export.accounts.columns]
        pd.testing.assert_frame_equal(found, export.accounts.sort_index())
        assert found["name"].count() > 5


def hurt(draw: st.DrawFn, content: bytes) -> bytes:
    """Return the bytes cut, with bits flipped, or with a stretch overwritten."""
    how = draw(st.sampled_from(["cut", "flip", "overwrite", "remove"]))
    places = st.integers(0, len(content) - 1)
    changed = bytearray(content)
    if how == "cut":
        return content[: draw(places)]
    if how == "flip":
        for place in draw(st.lists(places, min_size=1, max_size=8)):
            changed[place] ^= 1 << draw(st.integers(0, 7))
    else:
        start = draw(places)
        stretch = slice(start, start + draw(st.integers(1, 60)))
        new = draw(st.binary(max_size=60)) if how == "overwrite" else b""
        changed[stretch] = new
    return bytes(changed)


SMALL = b.lists(["bob"], ["bob", "dan"]) | {
    b.LIKES: [b.seen("bob")],
    b.COMMENTS: [b.comment("hi @cy", "bob")],
    b.THREAD: b.thread(["Bob", "Ann"], [("Bob", "hi")]),
    b.PROFILE: b.profile("ann"),
}
CONTAINERS = {
    "zip": b.zip_bytes(SMALL),
    "tar.gz": b.tar_bytes(SMALL),
    "tar": b.tar_bytes(SMALL, "w"),
    "zip in zip": b.zip_bytes({"a.zip": b.zip_bytes(SMALL)}),
}


def survives(path: Path) -> None:
    """Read; an error of ours is an answer, and so is an export whose lists are accounted for."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FollownetWarning)
        try:
            export = fn.read(path)
        except FollownetError:
            return
    assert export.report is not None
    files = export.report.files
    assert (files["kept"] <= files["records"]).all()
    assert len(export.follows) <= files["kept"].sum()
    assert set(export.coverage["list"]) == {"followers", "following"}
    for name in TABLES:
        getattr(export, name).to_csv().encode()
    whole = export.coverage["status"].isin(["presumed", "suspect"])
    assert export.coverage.loc[whole, "records"].notna().all()


@st.composite
def damaged_containers(draw: st.DrawFn) -> bytes:
    """Return an archive that was hurt as a whole."""
    return hurt(draw, CONTAINERS[draw(st.sampled_from(sorted(CONTAINERS)))])


@st.composite
def damaged_members(draw: st.DrawFn) -> tuple[str, bytes]:
    """Return one member that was hurt on its own, so that every container is whole."""
    name = draw(st.sampled_from(sorted(SMALL)))
    return name, hurt(draw, b.encoded(SMALL[name]))


@settings(few, max_examples=60)
@given(damaged_containers())
def test_p12_a_damaged_archive_never_raises_anything_else(content: bytes) -> None:
    """P12: cut, flipped, overwritten: zip, tar, and one in another."""
    with tempfile.TemporaryDirectory() as place:
        path = Path(place, "download")
        path.write_bytes(content)
        survives(path)


@few
@given(damaged_members())
def test_a_damaged_file_in_a_folder_never_raises_anything_else(member: tuple[str, bytes]) -> None:
    """The others are read, and its own list is never taken as whole unless it still is."""
    name, content = member
    with tempfile.TemporaryDirectory() as place:
        path = b.folder(Path(place), SMALL | {name: content})
        survives(path)


@pytest.mark.slow
@settings(few, max_examples=2000, derandomize=False)
@given(damaged_containers())
def test_p12_thousands_of_damaged_archives(content: bytes) -> None:
    """P12: the same, at length."""
    with tempfile.TemporaryDirectory() as place:
        path = Path(place, "download")
        path.write_bytes(content)
        survives(path)


@pytest.mark.slow
@settings(few, max_examples=800, derandomize=False)
@given(damaged_members())
def test_thousands_of_damaged_files(member: tuple[str, bytes]) -> None:
    """The same in a folder, at length."""
    with tempfile.TemporaryDirectory() as place:
        survives(b.folder(Path(place), SMALL | {member[0]: member[1]}))


@pytest.mark.slow
@settings(few, max_examples=400, derandomize=False)
@given(exports(), st.sampled_from(LAYOUTS), st.sampled_from(LABELS), st.booleans())
def test_many_exports_are_read_back(export: Export, layout: str, labels: str, packed: bool) -> None:
    """The round trip, at length."""
    test_what_is_written_is_read_back.hypothesis.inner_test(export, layout, labels, packed)


def test_every_cut_of_a_zip_and_a_tar_is_noticed(tmp_path: Path) -> None:
    """Wherever the download stopped: an error, or an unreadable list, never a smaller export."""
    full = b.read(b.zipped(tmp_path / "whole.zip", SMALL))
    path = tmp_path / "cut"
    for kind in ("zip", "tar.gz"):
        content = CONTAINERS[kind]
        for at in [*range(0, len(content), 31), len(content) - 1]:
            path.write_bytes(content[:at])
            with pytest.raises(FollownetError):
                fn.read(path)
    path.write_bytes(CONTAINERS["tar.gz"])
    pd.testing.assert_frame_equal(b.read(path).follows, full.follows)
