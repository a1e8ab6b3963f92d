"""Bluesky's repository and pages of its API: what they hold comes out, what is damaged is told."""

from __future__ import annotations

import builtins
import json
import tempfile
import warnings
from pathlib import Path
from typing import Any

import builders as b
import pandas as pd
import pytest
from fuzz import chain
from hypothesis import given
from hypothesis import strategies as st

import follownet as fn
from follownet.errors import (
    DamagedExportError,
    FollownetError,
    FollownetWarning,
    MissingExtraError,
    SchemaError,
)
from follownet.simulation import repository
from follownet.tables import Export

ME, ANN, BOB, CY = (f"did:plc:{name}" for name in ("me", "Ann", "bob", "cy"))
DAY = "2024-03-01T10:00:00.000Z"
#: 2026-05-11.
REVISION = repository.reading(1_778_457_600_000_000)
CID = "bafyreie5cvv4h45feadgeuwhbcutmh6t2ceseocckahdoe6uat64zmz454"
FOLLOW, BLOCK = "app.bsky.graph.follow", "app.bsky.graph.block"
LIKE, REPOST, POST = (f"app.bsky.feed.{name}" for name in ("like", "repost", "post"))


def record(collection: str, **fields: Any) -> dict[str, Any]:
    """Return a record of a collection."""
    return {"$type": collection, "createdAt": DAY} | fields


def of_post(author: str, key: str = "3k") -> dict[str, str]:
    """Return a reference to a post."""
    return {"uri": f"at://{author}/{POST}/{key}", "cid": CID}


def mention(*people: str) -> dict[str, Any]:
    """Return a facet that mentions people."""
    kind = "app.bsky.richtext.facet#mention"
    return {"features": [{"$type": kind, "did": one} for one in people], "index": {}}


RECORDS = {
    f"{FOLLOW}/3a": record(FOLLOW, subject=ANN),
    f"{FOLLOW}/3b": record(FOLLOW, subject=BOB, createdAt="2020-01-01T00:00:00Z"),
    f"{BLOCK}/3a": record(BLOCK, subject=CY),
    f"{LIKE}/3a": record(LIKE, subject=of_post(ANN)),
    f"{REPOST}/3a": record(REPOST, subject=of_post(BOB)),
    f"{POST}/3a": record(POST, text="hé🙂"),
    f"{POST}/3b": record(
        POST,
        text="",
        reply={"root": of_post(CY), "parent": of_post(ANN)},
        facets=[mention(BOB, ANN), mention(BOB, ME)],
    ),
    f"{POST}/3c": record(
        POST,
        embed={
            "$type": "app.bsky.embed.recordWithMedia",
            "record": {"$type": "app.bsky.embed.record", "record": of_post(BOB)},
            "media": {"$type": "app.bsky.embed.images", "images": []},
        },
    ),
    "app.bsky.actor.profile/self": record("app.bsky.actor.profile", displayName="Me, Myself"),
    "app.bsky.graph.listitem/3a": record("app.bsky.graph.listitem", subject=BOB),
}


def car(records: dict[str, Any] | None = None, owner: str = ME, revision: str = REVISION) -> bytes:
    """Return a repository."""
    return repository.car(owner, revision, RECORDS if records is None else records)


def person(did: str, **more: Any) -> dict[str, Any]:
    """Return an account as pages show it."""
    handle = f"{did.rpartition(':')[2].lower()}.example"
    return {
        "did": did,
        "handle": handle,
        "displayName": f"Name of {handle}",
        "createdAt": DAY,
    } | more


def page(*people: Any, key: str = "followers", subject: str = ME, **more: Any) -> dict[str, Any]:
    """Return a page of a list."""
    return {"subject": person(subject), key: [*people]} | more


def saved(tmp_path: Path, **files: Any) -> list[Path]:
    """Write files, repositories as `car...`, and return their paths."""
    paths = []
    for name, content in files.items():
        ending = "car" if name.startswith("car") else "json"
        paths.append(tmp_path / f"{name}.{ending}")
        paths[-1].write_bytes(b.encoded(content))
    return paths


def rows(table: pd.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    """Return some columns as sorted rows, missing cells as None."""
    cells = table[[*columns]].astype(object)
    return sorted(cells.where(cells.notna(), None).itertuples(index=False, name=None), key=str)


def note(export: Export, name: str) -> str:
    """Return what is said of a list."""
    coverage = export.coverage.set_index("list")
    return str(coverage["note"][name])


# ------------------------------------------------------------------ repositories


def test_a_repository_holds_follows_with_dates_and_no_followers(tmp_path: Path) -> None:
    """The followers are missing, and it is said what would make them known."""
    export = b.read(saved(tmp_path, car=car()))
    assert export.platform == "bluesky"
    assert export.owners == (ME,)
    assert rows(export.follows, "source", "target", "since") == [
        (ME, ANN, pd.Timestamp(DAY)),
        (ME, BOB, pd.Timestamp("2020-01-01", tz="UTC")),
    ]
    assert b.statuses(export) == {"followers": "missing", "following": "presumed"}
    assert "getFollowers" in note(export, "followers")
    assert rows(export.relations, "source", "target", "relation", "at") == [
        (ME, CY, "blocked", pd.Timestamp(DAY))
    ]
    assert export.accounts["name"][ME] == "Me, Myself"
    assert b.skipped(export)["a list that the owner made; no table holds it"] == 1


def test_posts_and_what_is_in_them(tmp_path: Path) -> None:
    """A reply is one row, and so is each other account that is named; a quote is one, too."""
    export = b.read(saved(tmp_path, car=car()))
    mine = [f"at://{ME}/{POST}/3{key}" for key in "abc"]
    assert rows(export.posts, "post", "account", "format", "text_length") == [
        (mine[0], ME, "text", 3),
        (mine[1], ME, "reply", 0),
        (mine[2], ME, "image", None),
    ]
    assert export.posts["at"].eq(pd.Timestamp(DAY)).all()
    assert rows(export.interactions, "kind", "source", "target", "item") == [
        ("like", ME, ANN, f"at://{ANN}/{POST}/3k"),
        ("mention", ME, BOB, mine[1]),
        ("quote", ME, BOB, mine[2]),
        ("reply", ME, ANN, mine[1]),
        ("repost", ME, BOB, f"at://{BOB}/{POST}/3k"),
    ]


def test_p11_dids_are_the_identity_and_keep_their_case(tmp_path: Path) -> None:
    """An author who is named by handle stays unknown rather than becoming another account."""
    records = {
        f"{FOLLOW}/3a": record(FOLLOW, subject=ANN),
        f"{FOLLOW}/3b": record(FOLLOW, subject=ANN.lower()),
        f"{LIKE}/3a": record(LIKE, subject=of_post("ann.example")),
    }
    export = b.read(saved(tmp_path, car=car(records)))
    assert b.following(export) == [ANN, ANN.lower()]
    assert export.interactions["target"].isna().all()
    assert 1 in b.skipped(export).values()


def test_p20_a_follow_of_oneself_is_kept(tmp_path: Path) -> None:
    """Bluesky lets people do that."""
    export = b.read(saved(tmp_path, car=car({f"{FOLLOW}/3a": record(FOLLOW, subject=ME)})))
    assert rows(export.follows, "source", "target") == [(ME, ME)]


def test_times_are_what_apps_wrote(tmp_path: Path) -> None:
    """Any zone and precision; what is no time is missing and counted."""
    times = [
        "2024-01-01T00:00:00.123456789Z", "2024-01-01T02:00:00+02:00", "2024-01-01",
        "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "now", "", "2024-13-01T00:00:00Z", 5, None,
    ]  # fmt: skip
    records = {
        f"{FOLLOW}/3{n:02}": record(FOLLOW, subject=f"did:plc:n{n}", createdAt=at)
        for n, at in enumerate(times)
    }
    export = b.read(saved(tmp_path, car=car(records)))
    since = export.follows.set_index("target")["since"].sort_index()
    assert len(since) == len(times)
    assert since.iloc[:3].dt.strftime("%Y-%m-%d %H:%M").eq("2024-01-01 00:00").all()
    assert since.iloc[3:].isna().all()
    assert b.skipped(export)["time missing or impossible; the row is kept"] == 7


def test_the_export_is_dated_by_the_last_change_of_the_repository(tmp_path: Path) -> None:
    """Which is no date of the export, so that the report says that nothing dates it."""
    paths = saved(tmp_path, car=car())
    export = b.read(paths)
    assert export.exported_at == pd.Timestamp("2026-05-11", tz="UTC")
    assert export.report is not None
    assert not export.report.dated
    assert b.read(paths, exported_at="2026-06-01").exported_at == pd.Timestamp(
        "2026-06-01", tz="UTC"
    )
    for revision in ("", "no reading", "2222222222222", "z" * 13):
        later = b.read(saved(tmp_path, car=car(revision=revision)))
        assert later.exported_at == pd.Timestamp(DAY)


def test_an_empty_repository_is_an_empty_list(tmp_path: Path) -> None:
    """Empty, missing and unreadable are three different things."""
    export = b.read(saved(tmp_path, car=car({})))
    coverage = export.coverage.set_index("list")
    assert coverage["status"].to_dict() == {"followers": "missing", "following": "presumed"}
    assert coverage["records"]["following"] == 0


def test_it_is_found_in_every_container(tmp_path: Path) -> None:
    """Alone under any name, in a folder, a zip or a tar."""
    (tmp_path / "alone").write_bytes(car())
    members = {"some/where/repo.car": car(), "__MACOSX/._repo.car": b"x", "blob.jpg": b"x"}
    ways = [
        tmp_path / "alone",
        b.folder(tmp_path / "folder", members),
        b.zipped(tmp_path / "a.zip", members),
        b.tarred(tmp_path / "a.tar.gz", members),
    ]
    for path in ways:
        assert b.following(b.read(path)) == [ANN, BOB]


@pytest.mark.parametrize("size", [0, 1, 3, 40, 400])
def test_trees_of_every_height(size: int, tmp_path: Path) -> None:
    """Every record is found once, whatever layer of the tree it is in."""
    people = [f"did:plc:n{n:03}" for n in range(size)]
    records = {f"{FOLLOW}/{repository.reading(n)}": record(FOLLOW, subject=people[n])
               for n in range(size)}  # fmt: skip
    assert b.following(b.read(saved(tmp_path, car=car(records)))) == people


# ------------------------------------------------------------------ damage


def blocks(content: bytes) -> list[tuple[int, int]]:
    """Return where each section of a CAR file with short sections starts and ends."""
    places, place = [], 0
    while place < len(content):
        length = shift = 0
        while True:
            byte = content[place]
            length |= (byte & 0x7F) << shift
            shift, place = shift + 7, place + 1
            if byte < 0x80:
                break
        places.append((place, place + length))
        place += length
    return places


def damaged(content: bytes, what: bytes) -> bytes:
    """Return a repository with a flipped bit in the block that holds `what`."""
    _, end = next((start, end) for start, end in blocks(content) if what in content[start:end])
    return content[: end - 1] + bytes([content[end - 1] ^ 1]) + content[end:]


def test_a_damaged_record_is_counted_and_the_list_is_cut(tmp_path: Path) -> None:
    """The sum of a block is in its address."""
    many = {f"{FOLLOW}/3{key}": record(FOLLOW, subject=f"did:plc:{key}") for key in "abc"}
    export = b.read(saved(tmp_path, car=damaged(car(many), b"did:plc:b")))
    assert export.report is not None
    assert any("repo.car is damaged" in text for text in export.report.warnings)
    assert b.following(export) == ["did:plc:a", "did:plc:c"]
    assert b.statuses(export)["following"] == "partial"
    assert note(export, "following") == "1 of its records are damaged or not there"


def test_a_damaged_part_of_the_tree_cuts_the_list(tmp_path: Path) -> None:
    """How many records were in it is not known."""
    many = {f"{FOLLOW}/3{n}": record(FOLLOW, subject=f"did:plc:n{n}") for n in range(60)}
    content = car(many)
    nodes = [place for place in blocks(content)[1:] if b"ae\x81" in content[slice(*place)]]
    end = nodes[0][1]
    export = b.read(saved(tmp_path, car=content[: end - 1] + b"?" + content[end:]))
    assert 0 < len(export.follows) < 60
    assert b.statuses(export)["following"] == "partial"
    assert "parts of the tree" in note(export, "following")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (car()[:-1], "cut off or damaged"),
        (car() + b"\x05", "cut off or damaged"),
        (car() + b"\xff" * 12, "cut off or damaged"),
        (car() + b"\0", "cut off or damaged"),
        (car()[: blocks(car())[0][1]], "has no commit"),
        (damaged(car(), b"prev"), "has no commit"),
        (car(owner="nobody"), "does not say whose"),
        (b"\x0fno car at all..", "is no CAR file of version 1"),
    ],
)
def test_a_damaged_file_is_refused(content: bytes, reason: str, tmp_path: Path) -> None:
    """A cut repository looks like a whole one of someone who does less."""
    with pytest.raises(DamagedExportError, match=reason):
        b.read(saved(tmp_path, car=content), platform="bluesky")


def test_pages_are_read_beside_a_damaged_repository(tmp_path: Path) -> None:
    """Each file stands for itself."""
    export = b.read(saved(tmp_path, car=car()[:-9], page=page(person(ANN))))
    assert b.statuses(export) == {"followers": "presumed", "following": "unreadable"}
    more = page(person(BOB), key="follows")
    export = b.read(saved(tmp_path, car=car()[:-9], page=page(person(ANN)), more=more))
    assert b.statuses(export) == {"followers": "presumed", "following": "presumed"}


def test_nodes_that_name_each_other_and_names_that_grow_are_bounded(tmp_path: Path) -> None:
    """A file can be made to name more than it holds."""
    import libipld

    store = repository.Blocks(libipld.encode_dag_cbor)
    leaf = store.add(record(POST, text="x" * 9_000))
    entries = [{"p": 0, "k": b"app.bsky.feed.post/" + b"x" * 900, "v": leaf, "t": None}]
    entries += [{"p": 919, "k": b"", "v": leaf, "t": None}] * 3_000
    root = store.add({"l": None, "e": entries})
    commit = {"did": ME, "version": 3, "data": root, "rev": "", "prev": None, "sig": b""}
    with pytest.raises(DamagedExportError, match="as no repository has"):
        b.read(saved(tmp_path, car=store.file(store.add(commit))))


def test_a_record_that_is_named_too_often_is_read_a_few_times(tmp_path: Path) -> None:
    """Ten thousand names of one long record would make as many rows."""
    same = record(POST, text="x" * 9_000, facets=[mention(*(f"did:plc:n{n}" for n in range(99)))])
    records = {f"{POST}/{n:05}": same for n in range(500)}
    export = b.read(saved(tmp_path, car=car(records)))
    assert 1 <= len(export.posts) < 20
    assert b.skipped(export)["a record that repeats another"] == 500 - len(export.posts)


def test_two_records_that_are_the_same_are_two(tmp_path: Path) -> None:
    """An app may write a short post twice in one moment."""
    records = RECORDS | {f"{POST}/3a{n}": record(POST, text="again") for n in range(2)}
    assert len(b.read(saved(tmp_path, car=car(records))).posts) == 5


def test_without_libipld_it_is_said_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pages need nothing."""
    paths, alone = saved(tmp_path, car=car()), saved(tmp_path, page=page(person(ANN)))
    find = builtins.__import__

    def without(name: str, *rest: Any, **more: Any) -> Any:
        if name.startswith("libipld"):
            raise ImportError(name)
        return find(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingExtraError, match=r"pip install 'follownet\[bluesky\]'"):
        fn.read(paths)
    with pytest.raises(MissingExtraError, match=r"pip install 'follownet\[bluesky\]'"):
        car()
    assert b.followers(b.read(alone)) == [ANN]


# ------------------------------------------------------------------ pages


def test_pages_alone_are_an_export_of_their_subject(tmp_path: Path) -> None:
    """Without dates: `createdAt` is when the account was made."""
    export = b.read(
        saved(
            tmp_path,
            followers_1=page(person(ANN), person(BOB), cursor="x"),
            followers_2=page(person(CY)),
            follows=page(person(ANN), key="follows"),
        )
    )
    assert export.owners == (ME,)
    assert b.followers(export) == [ANN, BOB, CY]
    assert b.following(export) == [ANN]
    assert export.follows["since"].isna().all()
    assert export.accounts["handle"][ANN] == "ann.example"
    assert export.accounts["name"][ANN] == "Name of ann.example"
    assert b.statuses(export) == {"followers": "presumed", "following": "presumed"}


def test_pages_complete_a_repository(tmp_path: Path) -> None:
    """The repository has whom the owner follows, the pages the followers and their handles."""
    followers = page(person(ANN), person(CY, handle="handle.invalid"))
    export = b.read(saved(tmp_path, car=car(), page=followers))
    assert b.followers(export) == [ANN, CY]
    assert b.following(export) == [ANN, BOB]
    assert export.accounts["handle"].dropna().to_dict() == {ANN: "ann.example", ME: "me.example"}
    assert export.accounts["name"][ME] == "Me, Myself"
    assert export.graph().number_of_edges() == 4


def test_p11_a_list_whose_last_page_is_not_there_is_cut(tmp_path: Path) -> None:
    """A page with a cursor says that there are more."""
    with pytest.warns(FollownetWarning, match="followers list is partial: its last page points"):
        export = fn.read(saved(tmp_path, car=car(), page=page(person(ANN), cursor="x")))
    assert b.statuses(export)["followers"] == "partial"


@pytest.mark.parametrize(
    "failed",
    [
        {"error": "UpstreamFailure", "message": "x"},
        b'{"followers": [',
        b" ",
        {"followers": None, "subject": person(ME)},
        [],
    ],
)
def test_p11_a_page_that_failed_does_not_become_no_edge(failed: Any, tmp_path: Path) -> None:
    """Whoever is on it is not known, so that the list is cut."""
    pages = {"followers_1": page(person(ANN), cursor="x"), "followers_2": page(person(CY))}
    export = b.read(saved(tmp_path, car=car(), **pages, followers_3=failed))
    assert b.followers(export) == [ANN, CY]
    assert b.statuses(export) == {"followers": "partial", "following": "presumed"}
    export = b.read(saved(tmp_path / "..", car=car(), followers_3=failed))
    assert b.statuses(export)["followers"] == "unreadable"


def test_p11_lists_and_counts_and_repository_may_differ(tmp_path: Path) -> None:
    """The repository is the one to trust; that they differ is told."""
    shown = page(person(ANN), person(CY), key="follows")
    export = b.read(saved(tmp_path, car=car(), page=shown))
    assert b.following(export) == [ANN, BOB]
    assert export.report is not None
    assert any("has 1 follows that getFollows does not show" in t for t in export.report.notes)
    assert CY not in export.report.__str__()
    subject = person(ME, followersCount=200)
    few = page(person(ANN)) | {"subject": subject}
    assert b.statuses(b.read(saved(tmp_path, page=few)))["followers"] == "suspect"


def test_accounts_that_stand_on_two_pages_count_once(tmp_path: Path) -> None:
    """Pages shift while they are fetched."""
    pages = [page(person(ANN), person(BOB), cursor="x"), page(person(BOB), {"did": 5}, None)]
    export = b.read(saved(tmp_path, pages=pages))
    assert b.followers(export) == [ANN, BOB]
    assert b.skipped(export)["on a page before, too; kept once"] == 1
    assert b.skipped(export)["record names no account"] == 2
    assert b.statuses(export)["followers"] == "suspect"


def test_pages_of_others_are_left_out(tmp_path: Path) -> None:
    """They would be taken for the owner's."""
    other = page(person(CY), subject=BOB)
    paths = saved(tmp_path, car=car(), mine=page(person(ANN)), other=other)
    export = b.read(paths)
    assert b.followers(export) == [ANN]
    assert b.skipped(export)["on a list of another account than the owner's"] == 1
    alone = b.read(paths[1:], owner=BOB)
    assert (alone.owners, b.followers(alone)) == ((BOB,), [CY])


def test_the_owner_may_be_given(tmp_path: Path) -> None:
    """As DID, or by a handle that pages name; errors do not repeat it."""
    paths = saved(tmp_path, car=car(), page=page(person(ANN)))
    assert b.read(paths, owner=CY).owners == (CY,)
    assert b.read(paths, owner="@ME.example").owners == (ME,)
    with pytest.raises(SchemaError, match="a text of 7 characters") as error:
        b.read(paths, owner="nobody!")
    assert "nobody!" not in str(error.value)


def test_pages_under_instagrams_names_are_bluesky(tmp_path: Path) -> None:
    """And lists of Instagram are not."""
    export = b.read(saved(tmp_path, followers_1=page(person(ANN)), following=page(key="follows")))
    assert export.platform == "bluesky"
    assert b.read(b.zipped(tmp_path / "a.zip", b.lists(["ann"], ["bob"]))).platform == "instagram"


# ------------------------------------------------------------------ hostile

MARK = "zqplant"
PLANTED = {
    f"{FOLLOW}/3{MARK}": record(FOLLOW, subject=f"did:plc:{MARK}1"),
    f"{POST}/3b": record(POST, text=MARK, reply={"parent": of_post(f"did:plc:{MARK}2")}),
    f"{LIKE}/3c": record(LIKE, subject=of_post(f"did:plc:{MARK}3"), createdAt=MARK),
    "app.bsky.actor.profile/self": record("app.bsky.actor.profile", displayName=MARK),
}


def outcome(*files: tuple[str, bytes]) -> None:
    """Read files; only errors and warnings of ours may come of it, and no name in them."""
    said: list[str] = []
    with tempfile.TemporaryDirectory() as place, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        paths = [Path(place, name) for name, _ in files]
        for path, (_, content) in zip(paths, files, strict=True):
            path.write_bytes(content)
        try:
            export = fn.read(paths, platform="bluesky")
        except FollownetError as error:
            said += chain(error)
        else:
            said += [str(export.report), *export.coverage["note"].dropna()]
            assert export.graph().number_of_edges() == len(export.follows)
    assert all(issubclass(told.category, FollownetWarning) for told in caught)
    said += [str(told.message) for told in caught]
    assert MARK not in "\n".join(said).lower()


anything = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.text(max_size=3)
    | st.floats(allow_nan=False, allow_infinity=False) | st.binary(max_size=3),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)  # fmt: skip
in_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3) | st.just(MARK),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=5,
)


def changed(draw: st.DrawFn, value: Any, other: st.SearchStrategy[Any]) -> Any:
    """Return a document with some of its parts replaced."""
    if draw(st.integers(0, 7)) == 0:
        return draw(other)
    if isinstance(value, dict):
        return {key: changed(draw, inner, other) for key, inner in value.items()}
    if isinstance(value, list):
        return [changed(draw, inner, other) for inner in value]
    return value


@given(st.data())
def test_records_of_wrong_types_are_counted(data: st.DataObject) -> None:
    """Whatever an app wrote."""
    draw: Any = data.draw
    outcome(("a.car", car({name: changed(draw, one, anything) for name, one in PLANTED.items()})))


@given(st.data())
def test_pages_of_wrong_types_are_counted(data: st.DataObject) -> None:
    """Whatever a tool saved."""
    one = [page(person(f"did:plc:{MARK}", handle=MARK), cursor=""), page(key="follows")]
    documents = [changed(data.draw, document, in_json) for document in one]
    outcome(*((f"{n}.json", json.dumps(d).encode()) for n, d in enumerate(documents)))


@given(st.data())
def test_hurt_repositories_give_errors_of_ours(data: st.DataObject) -> None:
    """Cut, with flipped bits, or with a stretch of other bytes."""
    content = bytearray(car(PLANTED))
    places = st.integers(0, len(content) - 1)
    how = data.draw(st.sampled_from(["cut", "flip", "overwrite"]))
    start = data.draw(places)
    if how == "cut":
        del content[start:]
    elif how == "flip":
        content[start] ^= 1 << data.draw(st.integers(0, 7))
    else:
        content[start : start + data.draw(st.integers(1, 60))] = data.draw(st.binary(max_size=60))
    outcome(("a.car", bytes(content)), ("b.json", json.dumps(page(person(ANN))).encode()))
