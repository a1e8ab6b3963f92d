"""Mastodon's tables and archive: what they hold comes out, what they cannot tell is said."""

from __future__ import annotations

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
    SchemaError,
    UnknownFormatError,
)
from follownet.readers.mastodon.addresses import address, of_url
from follownet.tables import Export

SITE = "https://social.example"
ME, PAGE = "ann@social.example", f"{SITE}/users/Ann"
BOB, CY, DAN = "bob@o.example", "cy@social.example", "dan@p.example"
PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
DAY = "2024-01-02T03:04:05Z"
FOLLOWING = (
    "Account address,Show boosts,Notify on new posts,Languages\n"
    'Bob@O.example,true,false,"en, th"\n'
    "cy@social.example,false,true,\n"
)
NAME = "archive-20240304050607-1a2b3c4d"


def page(account: str) -> str:
    """Return the address of the profile of an account."""
    user, _, host = account.partition("@")
    return f"https://{host}/users/{user}"


def tag(account: str, name: str | None = None) -> dict[str, str]:
    """Return the mention of an account."""
    return {"type": "Mention", "href": page(account), "name": name or f"@{account}"}


def create(number: int, **note: Any) -> dict[str, Any]:
    """Return the activity of a post."""
    post = f"{PAGE}/statuses/{number}"
    said = {"id": post, "type": "Note", "inReplyTo": None, "published": DAY, "to": [PUBLIC]}
    said |= {"cc": [f"{PAGE}/followers"], "content": "<p>Hi</p>", "tag": [], "attachment": []}
    activity = {"id": f"{post}/activity", "type": "Create", "actor": PAGE, "published": DAY}
    return activity | {"object": said | note}


def announce(what: Any, at: Any = DAY) -> dict[str, Any]:
    """Return the activity of a boost."""
    return {"id": "x", "type": "Announce", "actor": PAGE, "published": at, "object": what}


def collection(*items: Any, **more: Any) -> dict[str, Any]:
    """Return a collection as the archive writes it."""
    known = {"@context": "https://www.w3.org/ns/activitystreams", "type": "OrderedCollection"}
    return known | more | {"orderedItems": list(items)}


ACTOR = {
    "@context": ["https://www.w3.org/ns/activitystreams"],
    "id": PAGE,
    "type": "Person",
    "preferredUsername": "Ann",
    "name": "Ann, 🌿",
    "followers": f"{PAGE}/followers",
    "following": f"{PAGE}/following",
    "outbox": "outbox.json",
}
ARCHIVE: b.Members = {
    "actor.json": ACTOR,
    "outbox.json": collection(create(1), announce(f"{page(BOB)}/statuses/7"), totalItems=2),
    "likes.json": collection(f"{page(BOB)}/statuses/1", "https://p.example/@Dan/5"),
    "bookmarks.json": collection(f"{page(CY)}/statuses/1"),
    "avatar.png": b"x",
    "media_attachments/files/1/original/a.jpg": b"x",
}


def saved(tmp_path: Path, **files: Any) -> list[Path]:
    """Write tables by their names, and the archive, and return their paths."""
    paths = []
    for name, content in files.items():
        if isinstance(content, dict):
            paths.append(b.zipped(tmp_path / f"{NAME}.zip", content))
        else:
            paths.append(tmp_path / f"{name}.csv")
            paths[-1].write_text(content, encoding="utf-8", newline="")
    return paths


def archive(tmp_path: Path, *items: Any, **more: Any) -> Export:
    """Return an archive with these activities."""
    outbox = collection(*items, totalItems=len(items))
    return b.read(b.zipped(tmp_path / f"{NAME}.zip", ARCHIVE | {"outbox.json": outbox} | more))


def done(export: Export, *kinds: str) -> list[tuple[Any, ...]]:
    """Return the interactions of some kinds: kind, target, time, item, group."""
    table = export.interactions
    table = table.loc[table["kind"].isin(kinds), ["kind", "target", "at", "item", "group"]]
    cells = table.astype(object).where(table.notna(), None)
    return sorted(cells.itertuples(index=False, name=None), key=str)


def note(export: Export, name: str) -> str:
    """Return what is said of a list."""
    return str(export.coverage.set_index("list")["note"][name])


# ------------------------------------------------------------------ accounts


@pytest.mark.parametrize(
    ("text", "account"),
    [
        ("Bob@O.Example", "bob@o.example"),
        (" @bob@o.example ", "bob@o.example"),
        ("bob", "bob@home.example"),
        ("@bob", "bob@home.example"),
        ("bob@o.example:3000", "bob@o.example:3000"),
        ("bücher@bücher.example", "bücher@bücher.example"),
        ("bob@", None),
        ("bob@o", None),
        ("two words", None),
        ("", None),
        ("a" * 5_000 + "@o.example", None),
        (None, None),
    ],
)
def test_p14_accounts_are_compared_without_case(text: Any, account: str | None) -> None:
    """`user@host` in lower case; who is on the owner's host may be named without it."""
    assert address(text, "home.example") == account


@pytest.mark.parametrize(
    ("url", "account"),
    [
        ("https://O.example/users/Bob/statuses/1", "bob@o.example"),
        ("https://o.example/users/bob", "bob@o.example"),
        ("https://o.example/@bob/1", "bob@o.example"),
        ("https://o.example/@bob@p.example/1", "bob@p.example"),
        ("https://o.example/notes/9abc", None),
        ("https://o.example/objects/1", None),
        ("ftp://o.example/@bob/1", None),
        ("https://" + "a." * 50_000, None),
        (5, None),
    ],
)
def test_addresses_of_posts_name_their_authors(url: Any, account: str | None) -> None:
    """Those of Mastodon do; those of other software may not."""
    assert of_url(url) == account


# ------------------------------------------------------------------ tables


@pytest.mark.parametrize(
    "content",
    [
        FOLLOWING,
        "Account address,Show boosts\nbob@o.example,true\ncy@social.example,true\n",
        "bob@o.example\ncy@social.example\n",
        "\ufeffAccount address;Show boosts\r\n@bob@o.example;true\r\n@cy@social.example;true\r\n",
    ],
)
def test_a_table_of_every_year(content: str, tmp_path: Path) -> None:
    """In 2017 there was no header; tools write an @ before."""
    export = b.read(saved(tmp_path, following_accounts=content))
    assert export.platform == "mastodon"
    assert export.owners == ("(owner)",)
    assert b.following(export) == [BOB, CY]
    assert export.follows["since"].isna().all()
    assert b.statuses(export) == {"followers": "missing", "following": "presumed"}
    assert "followers.csv" in note(export, "followers")


def test_a_table_under_another_name_is_known_by_its_header(tmp_path: Path) -> None:
    """Only columns that one table alone has tell which it is."""
    assert b.following(b.read(saved(tmp_path, export=FOLLOWING))) == [BOB, CY]
    export = b.read(
        saved(tmp_path, mine="Account address,Hide notifications\nbob@o.example,true\n")
    )
    assert export.relations["relation"].tolist() == ["muted"]
    for content in ("Account address\nbob@o.example\n", "bob@o.example\n"):
        with pytest.raises(UnknownFormatError):
            b.read(saved(tmp_path, other=content))


@pytest.mark.parametrize(
    "content", ["bob@o.example\nnobody\n", "bob\ncy\n", "bob@o.example,x\n", "a text\n", "a;b\n"]
)
def test_a_file_without_header_is_ours_only_if_every_line_is_an_address(
    content: str, tmp_path: Path
) -> None:
    """Other platforms have a following.csv, too."""
    with pytest.raises(UnknownFormatError):
        b.read(saved(tmp_path, following=content))


def test_blocked_and_muted_accounts_are_relations(tmp_path: Path) -> None:
    """Blocks have no header, so that a file of none is empty."""
    muted = "Account address,Hide notifications\ndan@p.example,true\n"
    export = b.read(saved(tmp_path, following_accounts=FOLLOWING, muted_accounts=muted,
                          blocked_accounts="bob@o.example\n"))  # fmt: skip
    found = export.relations[["source", "target", "relation"]].to_numpy().tolist()
    assert sorted(found) == [["(owner)", BOB, "blocked"], ["(owner)", DAN, "muted"]]
    empty = b.folder(tmp_path / "f", {"following.csv": FOLLOWING.encode(), "blocks.csv": b""})
    export = b.read(empty)
    assert export.tells("blocked")
    assert export.relations.empty


def test_other_tables_are_counted(tmp_path: Path) -> None:
    """Lists, bookmarks and blocked servers are no accounts or posts of a table."""
    others = {"lists": "friends,bob@o.example\n", "blocked_domains": "bad.example\n"}
    others["bookmarks"] = f"{page(BOB)}/statuses/1\n" * 2
    paths = saved(tmp_path, following_accounts=FOLLOWING, **others)
    counts = b.skipped(b.read(paths))
    assert counts["a list that the owner made; no table holds it"] == 1
    assert counts["the archive's bookmarks are read"] == 2
    assert counts["a server, not an account"] == 1


def test_p10_local_names_get_the_owners_host(tmp_path: Path) -> None:
    """Where it is known; else they stay as they are, which is told."""
    content = "Account address\nbob@o.example\ncy\n"
    export = b.read(saved(tmp_path, following_accounts=content, archive=ARCHIVE))
    assert b.following(export) == [BOB, CY]
    alone = b.read(saved(tmp_path, following_accounts=content))
    assert b.following(alone) == [BOB, "cy"]
    assert alone.report is not None
    assert any("without their host, which is the owner's: 1" in t for t in alone.report.notes)
    known = b.read(saved(tmp_path, following_accounts=content), owner="Ann@social.example")
    assert (known.owners, b.following(known)) == ((ME,), [BOB, CY])


def test_a_list_of_followers_of_other_software_is_read(tmp_path: Path) -> None:
    """Mastodon has none."""
    followers = "Account address\nbob@o.example\ndan@p.example\n"
    export = b.read(saved(tmp_path, following_accounts=FOLLOWING, followers=followers))
    assert b.followers(export) == [BOB, DAN]
    assert b.statuses(export) == {"followers": "presumed", "following": "presumed"}
    assert export.graph().number_of_edges() == 4


@pytest.mark.parametrize(("repeated", "known"), [(3, True), (1, True), (3, False)])
def test_takahe_508_the_owner_in_every_row_is_no_list(
    repeated: int, known: bool, tmp_path: Path
) -> None:
    """Such a list is of no use, and not a list of one follower."""
    files = {"followers": "Account address\n" + f"{ME}\n" * repeated}
    files |= {"following_accounts": FOLLOWING} | ({"archive": ARCHIVE} if known else {})
    with pytest.warns(FollownetWarning) as caught:
        export = fn.read(saved(tmp_path, **files))
    assert any("names one account in every row" in str(told.message) for told in caught)
    assert b.followers(export) == []
    assert b.statuses(export)["followers"] == "unreadable"


def test_one_follower_of_an_unknown_owner_is_a_follower(tmp_path: Path) -> None:
    """And two rows of one follower are, where the owner is known."""
    export = b.read(saved(tmp_path, followers="Account address\nbob@o.example\n"))
    assert b.followers(export) == [BOB]
    twice = "Account address\nbob@o.example\nBOB@o.example\n"
    export = b.read(saved(tmp_path, followers=twice, archive=ARCHIVE))
    assert b.followers(export) == [BOB]


def test_p13_an_empty_list_is_not_a_missing_one(tmp_path: Path) -> None:
    """A header without rows is a list of nobody; no file is no list; a cut one is unreadable."""
    head = FOLLOWING.partition("\n")[0] + "\n"
    export = b.read(saved(tmp_path, following_accounts=head, archive=ARCHIVE))
    assert b.statuses(export) == {"followers": "missing", "following": "presumed"}
    members = ARCHIVE | {"following_accounts.csv": b"\xff\xfe\x00"}
    assert b.statuses(b.read(b.zipped(tmp_path / "b.zip", members)))["following"] == "unreadable"
    alone = b.read(saved(tmp_path, archive=ARCHIVE))
    assert b.statuses(alone) == {"followers": "missing", "following": "missing"}
    assert "following_accounts.csv" in note(alone, "following")


def test_rows_that_name_no_account_are_counted(tmp_path: Path) -> None:
    """And a list with such is in doubt."""
    content = FOLLOWING + '"=1+1 x",true\n\n,true\n'
    export = b.read(saved(tmp_path, following_accounts=content))
    assert b.skipped(export)["record names no account"] == 2
    assert b.statuses(export)["following"] == "suspect"


# ------------------------------------------------------------------ the archive


def test_the_archive_says_whose_it_is_and_when_it_was_made(tmp_path: Path) -> None:
    """In its profile and its name; without the profile the outbox tells the owner."""
    export = b.read(saved(tmp_path, archive=ARCHIVE))
    assert export.owners == (ME,)
    assert export.accounts.loc[ME, ["handle", "name", "type"]].tolist() == [ME, "Ann, 🌿", "person"]
    assert export.exported_at == pd.Timestamp("2024-03-04 05:06:07", tz="UTC")
    members = {name: content for name, content in ARCHIVE.items() if name != "actor.json"}
    members |= {"a/following_accounts.csv": b"Account address\ncy\n"}
    unnamed = b.read(b.tarred(tmp_path / f"{NAME}.tar.gz", members))
    assert (unnamed.owners, b.following(unnamed)) == ((ME,), [CY])
    folder = b.folder(tmp_path / NAME, {f"deep/{name}": ARCHIVE[name] for name in ARCHIVE})
    assert b.read(folder).exported_at == export.exported_at
    assert b.read(folder, owner="@Eve").owners == ("eve@social.example",)
    with pytest.raises(SchemaError, match="a text of 9 characters") as error:
        b.read(folder, owner="two words")
    assert "two words" not in str(error.value)


def test_who_moved_is_told(tmp_path: Path) -> None:
    """The followers went with the account (P10)."""
    with pytest.warns(FollownetWarning, match="has moved to another account"):
        fn.read(saved(tmp_path, archive=ARCHIVE | {"actor.json": ACTOR | {"movedTo": page(BOB)}}))


def test_posts_have_a_form_a_length_and_counts(tmp_path: Path) -> None:
    """Of a text the characters without tags; counts where newer servers write them."""
    picture = {"type": "Document", "mediaType": "image/png", "url": "x"}
    export = archive(
        tmp_path,
        create(1, content="<p>a &amp; <b>b</b><br />c</p><p>d</p>", likes={"totalItems": 4}),
        create(2, attachment=[picture, picture], content=None, shares={"totalItems": "4"}),
        create(3, type="Question", published="nonsense"),
        create(4, inReplyTo=f"{PAGE}/statuses/1"),
    )
    posts = export.posts.set_index("post")
    assert list(posts.index) == [f"{PAGE}/statuses/{n}" for n in range(1, 5)]
    assert posts["format"].tolist() == ["text", "image", "poll", "reply"]
    assert posts["text_length"].astype(object).tolist() == [10, pd.NA, 2, 2]
    assert posts["likes"].astype(object).tolist() == [4, pd.NA, pd.NA, pd.NA]
    assert posts["shares"].isna().all()
    assert posts["at"].isna().tolist() == [False, False, True, False]
    assert b.skipped(export)["time missing or impossible; the row is kept"] == 1


def test_a_reply_is_one_row_and_every_other_named_account_is_one(tmp_path: Path) -> None:
    """Whom it answers is not mentioned besides; the owner is no one else."""
    post, at = f"{PAGE}/statuses/1", pd.Timestamp(DAY)
    named = [tag(BOB), tag(CY, "@cy"), tag(BOB), tag(ME), {"type": "Hashtag", "name": "#x"}]
    export = archive(tmp_path, create(1, inReplyTo=f"{page(BOB)}/statuses/5", tag=named))
    assert done(export, "reply", "mention") == [
        ("mention", CY, at, post, None),
        ("reply", BOB, at, post, None),
    ]
    assert export.interactions["source"].eq(ME).all()


def test_the_host_of_pages_may_not_be_that_of_accounts(tmp_path: Path) -> None:
    """Whoever is mentioned once is known under all addresses."""
    web = "https://web.example/users/eve"
    mention = {"type": "Mention", "href": web, "name": "@eve@eve.example"}
    export = archive(
        tmp_path,
        announce(f"{web}/statuses/1"),
        create(1, inReplyTo=f"{web}/statuses/1", tag=[mention]),
        **{"likes.json": collection(f"{web}/statuses/3")},
    )
    found = {
        (kind, target) for kind, target, *_ in done(export, "reply", "repost", "like", "mention")
    }
    assert found == {(kind, "eve@eve.example") for kind in ("reply", "repost", "like")}


def test_authors_whom_no_address_names_are_missing(tmp_path: Path) -> None:
    """The row is kept, and counted."""
    export = archive(
        tmp_path,
        create(1, inReplyTo="https://o.example/notes/9"),
        announce("https://o.example/objects/1"),
        **{"likes.json": collection("https://o.example/notes/9")},
    )
    found = done(export, "reply", "repost", "like")
    assert [(kind, target) for kind, target, *_ in found] == [
        ("like", None), ("reply", None), ("repost", None),
    ]  # fmt: skip
    assert b.skipped(export)["the address of the post names no author; the row is kept"] == 3


def test_boosts_likes_and_bookmarks(tmp_path: Path) -> None:
    """Likes and bookmarks have no dates; of an own post for followers the boost holds the post."""
    own = {"id": f"{PAGE}/statuses/1", "type": "Note", "attributedTo": PAGE}
    export = archive(tmp_path, announce(own, at="2024-01-03T00:00:00Z"))
    assert done(export, "repost", "like", "save") == [
        ("like", BOB, None, f"{page(BOB)}/statuses/1", None),
        ("like", DAN, None, "https://p.example/@Dan/5", None),
        ("repost", ME, pd.Timestamp("2024-01-03", tz="UTC"), f"{PAGE}/statuses/1", None),
        ("save", CY, None, f"{page(CY)}/statuses/1", None),
    ]


def test_direct_posts_are_messages(tmp_path: Path) -> None:
    """To one; to several it is a group, of whom no one is the target. They are no posts."""
    at = pd.Timestamp(DAY)
    one = {"to": [page(BOB)], "cc": [], "tag": [tag(BOB)], "conversation": "tag:1"}
    two = {"to": [page(BOB), page(CY)], "cc": [], "tag": [tag(BOB), tag(CY)]}
    alone = {"to": [PAGE], "cc": [], "tag": [tag(ME)]}
    quiet = {"to": [f"{PAGE}/followers"], "cc": []}
    export = archive(
        tmp_path, create(1, **one), create(2, **two), create(3, **alone), create(4, **quiet)
    )
    group = f"{PAGE}/statuses/2"
    assert done(export, "message", "mention", "reply") == [
        ("message", BOB, at, "tag:1", None),
        ("message", None, at, group, group),
    ]
    assert export.posts["post"].tolist() == [f"{PAGE}/statuses/4"]
    assert b.skipped(export)["a direct post that names no one else"] == 1


def test_p10_a_collection_may_be_shorter_than_it_says(tmp_path: Path) -> None:
    """It is told, and is no count of followers."""
    export = archive(tmp_path, create(1), **{"outbox.json": collection(create(1), totalItems=90)})
    assert export.report is not None
    assert "outbox.json says that it has 90 items and holds 1" in export.report.notes
    assert export.coverage["declared"].isna().all()


def test_what_is_not_read_is_counted(tmp_path: Path) -> None:
    """Activities of other kinds, and what is none."""
    odd = [{"type": "Delete"}, 5, None, create(1, id=None) | {"id": None}, announce(None)]
    export = archive(tmp_path, *odd, {"type": "Create", "object": "https://o.example/1"})
    counts = b.skipped(export)
    assert counts["an activity of a kind that is not read"] == 3
    assert counts["a post without address"] == counts["a boost of nothing"] == 1
    assert counts["a post without content"] == 1
    assert counts["not among the files that are read"] == 2


def test_a_damaged_file_is_told_and_the_others_are_read(tmp_path: Path) -> None:
    """Unless there is no other."""
    with pytest.warns(FollownetWarning, match=r"outbox\.json is not whole JSON"):
        export = fn.read(saved(tmp_path, archive=ARCHIVE | {"outbox.json": b'{"type": "OrderedC'}))
    assert len(export.interactions) == 3
    broken = {"outbox.json": b'{"type": "OrderedCollection", "orderedItems": [{', "a.png": b"x"}
    with pytest.raises(DamagedExportError, match="none of its 1 files that matter can be read"):
        b.read(b.zipped(tmp_path / "b.zip", broken))
    with pytest.raises(UnknownFormatError):
        b.read(b.zipped(tmp_path / "c.zip", {"likes.json": {"media_likes": []}}))


def test_of_two_files_of_a_name_the_higher_is_read(tmp_path: Path) -> None:
    """And the other is told."""
    other = {"old/following_accounts (1).csv": b"Account address\ndan@p.example\n"}
    members = {"following_accounts.csv": FOLLOWING.encode()} | other
    export = b.read(b.zipped(tmp_path / "a.zip", members))
    assert b.following(export) == [BOB, CY]
    assert b.skipped(export)["another file of this name is read"] == 1


# ------------------------------------------------------------------ hostile

MARK = "zqplant"
PLANTED = f"{MARK}@o.example"
HOSTILE: b.Members = {
    "actor.json": ACTOR
    | {"preferredUsername": MARK, "name": MARK, "id": page(f"{MARK}@a.example")},
    "outbox.json": collection(
        create(1, content=MARK, tag=[tag(PLANTED)], inReplyTo=f"{page(PLANTED)}/statuses/1"),
        create(2, to=[page(PLANTED)], cc=[], tag=[tag(PLANTED)], likes={"totalItems": 2**70}),
        announce(f"{page(PLANTED)}/statuses/1", at=MARK),
        totalItems=3,
    ),
    "likes.json": collection(f"{page(PLANTED)}/statuses/1", 2**70, MARK),
    f"{MARK}.json": collection(MARK),
}
TABLE = f"Account address,Show boosts\n{PLANTED},true\n{MARK} x,true\n\u00fc{PLANTED},\n".encode()

in_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3) | st.just(MARK),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "type", "to", "name"]), inner, max_size=3)
    ),
    max_leaves=5,
)


def changed(draw: st.DrawFn, value: Any) -> Any:
    """Return a document with some of its parts replaced."""
    if draw(st.integers(0, 11)) == 0:
        return draw(in_json)
    if isinstance(value, dict):
        return {key: changed(draw, inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [changed(draw, inner) for inner in value]
    return value


def outcome(members: b.Members) -> None:
    """Read files; only errors and warnings of ours may come of it, and no name in them."""
    said: list[str] = []
    with tempfile.TemporaryDirectory() as place, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        path = b.folder(Path(place), members)
        try:
            export = fn.read(path, platform="mastodon")
        except FollownetError as error:
            said += chain(error)
        else:
            said += [str(export.report), *export.coverage["note"].dropna()]
            assert export.graph().number_of_edges() == len(export.follows)
            assert (export.report.files["kept"] <= export.report.files["records"]).all()
    assert all(issubclass(told.category, FollownetWarning) for told in caught)
    said += [str(told.message) for told in caught]
    assert MARK not in "\n".join(said).lower()


@given(st.data())
def test_documents_of_wrong_types_are_counted(data: st.DataObject) -> None:
    """Whatever another server wrote."""
    texts = {
        name: json.dumps(changed(data.draw, content)).encode() for name, content in HOSTILE.items()
    }
    outcome(texts | {"following_accounts.csv": TABLE})


@given(st.data())
def test_hurt_files_give_errors_of_ours(data: st.DataObject) -> None:
    """Cut, with flipped bits, with NULs, or with a stretch of other bytes."""
    members = {name: b.encoded(content) for name, content in HOSTILE.items()}
    members |= {"followers.csv": TABLE, "blocked_accounts.csv": f"{PLANTED}\n".encode()}
    for name in data.draw(st.lists(st.sampled_from(sorted(members)), min_size=1, max_size=3)):
        content = bytearray(members[name])
        start = data.draw(st.integers(0, max(len(content) - 1, 0)))
        if data.draw(st.booleans()):
            del content[start:]
        else:
            content[start : start + data.draw(st.integers(1, 9))] = data.draw(st.binary(max_size=9))
        members[name] = bytes(content)
    outcome(members)


def test_half_characters_and_duplicate_keys_are_read(tmp_path: Path) -> None:
    """JSON can write both."""
    actor = json.dumps(ACTOR).replace('"Ann, ', r'"x", "name": "\ud800\u0000')
    export = b.read(saved(tmp_path, archive=ARCHIVE | {"actor.json": actor.encode()}))
    assert export.accounts["name"][ME].startswith("\ufffd\0")


def test_long_runs_of_signs_take_no_long_time(tmp_path: Path) -> None:
    """Patterns are tried at every place of a text once."""
    texts = ["<" * 10**6, "</p> " * 10**5, "<br" * 10**5, "&" * 10**6]
    posts = [create(n, content=text) for n, text in enumerate(texts)]
    assert len(archive(tmp_path, *posts).posts) == 4
    wide = "Account address\n" + "a" * 10**5 + "@o.example\n" + "," * 10**6 + "\n"
    assert b.following(b.read(saved(tmp_path, following_accounts=wide))) == []
    with pytest.raises(DamagedExportError, match="longer than any is"):
        b.read(saved(tmp_path, following_accounts="Account address\n" + "a" * 10**6))


@pytest.mark.parametrize(
    "line", ["https://a.example/@ann", "https://a.example/users/Ann", "@ann@a.example"]
)
def test_addresses_of_profiles_are_accounts(line: str, tmp_path: Path) -> None:
    """In a list that people made; also where a browser numbered its copy."""
    following, followers = tmp_path / "following_accounts.csv", tmp_path / "followers (1).csv"
    following.write_bytes(b"Account address,Show boosts\nbob@b.example,true\n")
    followers.write_bytes(line.encode() + b"\n")
    export = fn.read([following, followers], owner="me@a.example")
    assert export.follows["source"].tolist()[:1] == ["ann@a.example"]
