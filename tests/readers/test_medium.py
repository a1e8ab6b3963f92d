"""Medium's pages: links say who is followed, whatever the words around them."""

from __future__ import annotations

import random
import warnings
import zipfile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from conftest import first

import follownet as fn
from follownet.errors import (
    DamagedExportError,
    FollownetError,
    FollownetWarning,
    NotObservedError,
    SchemaError,
)
from follownet.tables import Export

FOLLOWING = "users-following/users-following-0001.html"


def page(*entries: str) -> str:
    """Return a page as Medium writes it."""
    body = f"<section><h3>x</h3><ul>{''.join(entries)}</ul></section>"
    return f"<!DOCTYPE html><html><head><title>M</title></head><body>{body}</body></html>"


def entry(link: str, text: str = "@x") -> str:
    return f'<li class="h-entry"><a class="h-cite u-like-of" href="{link}">{text}</a></li>'


def people(*handles: str) -> str:
    return page(*(entry(f"https://medium.com/@{name}") for name in handles))


PROFILE = {
    "profile/profile.html": "<html><body><h3 class='p-name'>M E</h3>"
    "<a class='u-url' href='https://medium.com/@Me'>x</a></body></html>"
}


def read(tmp_path: Path, members: dict[str, str | bytes], *beside: Path, **options: Any) -> Export:
    path = tmp_path / "medium-export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return fn.read([path, *beside] if beside else path, **options)


def statuses(export: Export) -> dict[str, str]:
    return dict(zip(export.coverage["list"], export.coverage["status"], strict=True))


def test_pages_are_put_together_and_p14_handles_have_no_case(tmp_path: Path) -> None:
    """A page that is not there makes the list partial; suggestions are no follows."""
    members = PROFILE | {
        FOLLOWING: people("Ann", "bob"),
        "users-following/users-following-0002.html": page(entry("https://cy.medium.com/")),
        "twitter/suggested-friends-0001.html": people("stranger"),
        "ips/ips-0001.html": people("secret"),
        "topics-following/topics-following-0001.html": page(entry("https://medium.com/topic/x")),
    }
    export = read(tmp_path, members)
    assert export.platform == "medium"
    assert export.owners == ("me",)
    assert sorted(export.follows["target"]) == ["ann", "bob", "cy"]
    assert export.accounts.loc["me", ["handle", "name"]].tolist() == ["me", "M E"]
    assert export.report is not None
    assert export.report.skipped["records"].tolist() == [3]
    del members["users-following/users-following-0002.html"]
    members["users-following/users-following-0003.html"] = people("zoe")
    with pytest.warns(FollownetWarning, match="following list is partial: part 2"):
        assert statuses(read(tmp_path, members))["following"] == "partial"


def test_publications_are_followed_and_are_no_people(tmp_path: Path) -> None:
    """Whatever they are called."""
    members = PROFILE | {
        FOLLOWING: people("ann"),
        "pubs-following/pubs-following-0001.html": page(
            entry("https://medium.com/ann"), entry("https://elsewhere.example/")
        ),
    }
    export = read(tmp_path, members)
    assert sorted(export.follows["target"]) == ["ann", "pub:ann"]
    assert export.accounts.loc["pub:ann", "type"] == "business"
    assert export.report is not None
    assert export.report.skipped.values.tolist() == [
        ["pubs-following-0001.html", "record names no account", 1]
    ]


def test_empty_missing_and_unreadable_are_three_things(tmp_path: Path) -> None:
    """An empty page says so in words, in whatever language."""
    export = read(tmp_path, PROFILE | {FOLLOWING: page("<li>No users</li>")})
    assert statuses(export) == {"followers": "missing", "following": "presumed"}
    assert export.coverage["records"].fillna(-1).tolist() == [-1, 0]
    export = read(tmp_path, PROFILE | {"blocks/blocked-users-0001.html": people("zoe")})
    assert statuses(export)["following"] == "missing"
    assert export.relations["target"].tolist() == ["zoe"]
    with pytest.warns(FollownetWarning, match="not a whole page|is unreadable"):
        export = read(tmp_path, PROFILE | {FOLLOWING: people("ann")[:-9]})
    assert statuses(export)["following"] == "unreadable"
    with pytest.raises(DamagedExportError, match="none of its 1 pages") as caught:
        read(tmp_path, {FOLLOWING: people("annabel")[:-9]})
    assert "annabel" not in str(caught.value)


def test_who_follows_cannot_be_known_but_from_elsewhere(tmp_path: Path) -> None:
    """The message names the file; given in the same call, it completes the export."""
    members = PROFILE | {FOLLOWING: people("ann", "bob")}
    with pytest.raises(NotObservedError, match=r"a followers\.csv with one handle"):
        fn.reciprocity.follow_back(read(tmp_path, members).graph())
    beside = tmp_path / "followers.csv"
    text = "@Ann\nhttps://medium.com/@zoe\n"
    beside.write_text(text, encoding="utf-8", newline="\n")
    export = read(tmp_path, members, beside)
    assert fn.reciprocity.summary(export.graph()).mutual == 1
    assert export.coverage["records"].tolist() == [2, 2]


def test_claps_name_the_post_and_have_the_zone_that_is_given(tmp_path: Path) -> None:
    """Midnight and noon are twelve."""
    clocks = ["2022-01-01 1:23 pm", "2022-07-01 12:05 am", "2022-07-01 12:05 pm", "never"]
    rows = [
        f'<li class="h-entry">+3 <a href="https://medium.com/p/0123456789ab">T</a> '
        f'(<time class="dt-published">{clock}</time>)</li>'
        for clock in clocks
    ]
    export = read(tmp_path, PROFILE | {"claps/claps-0001.html": page(*rows)}, zone="Europe/Berlin")
    events = export.interactions
    assert events["kind"].eq("clap").all()
    assert events["item"].eq("0123456789ab").all()
    assert events["target"].isna().all()
    assert events["at"].dropna().dt.strftime("%m-%d %H:%M").tolist() == [
        "01-01 12:23", "06-30 22:05", "07-01 10:05",
    ]  # fmt: skip
    assert export.report is not None
    assert export.report.times.iloc[0].tolist() == ["claps", "Europe/Berlin", True, "minute"]


def test_posts_are_counted_and_drafts_left_out(tmp_path: Path) -> None:
    """The time is that of the page, else the day of the name; titles are not told."""
    written = (
        '<html><body><section data-field="body">four</section>'
        '<time class="dt-published" datetime="2021-02-03T04:05:06.000Z"></time></body></html>'
    )
    members = PROFILE | {
        "posts/2021-02-03_Secret-words-0123456789ab.html": written,
        "posts/2021-02-04_0123456789ac.html": "<html><body>x</body></html>",
        "posts/draft_Hidden-0123456789ad.html": written,
    }
    export = read(tmp_path, members)
    posts = export.posts.set_index("post")
    assert posts["at"].to_dict() == {
        "0123456789ab": pd.Timestamp("2021-02-03 04:05:06", tz="UTC"),
        "0123456789ac": pd.Timestamp("2021-02-04", tz="UTC"),
    }
    assert posts.loc["0123456789ab", "text_length"] == 4
    assert "Secret" not in str(export.report)
    assert "Hidden" not in str(export.report)


def test_the_owner_may_be_given(tmp_path: Path) -> None:
    """As handle or address."""
    members = {FOLLOWING: people("ann")}
    assert read(tmp_path, members, owner="https://medium.com/@Zoe").owners == ("zoe",)
    assert read(tmp_path, members).owners == ("(owner)",)
    with pytest.raises(SchemaError, match="of 9 characters is no handle") as caught:
        read(tmp_path, members, owner="some body")
    assert "body" not in str(caught.value)


@pytest.mark.parametrize("seed", first(15, range(60)))
def test_whatever_stands_there_is_read_or_refused(tmp_path: Path, seed: int) -> None:
    """Bytes that fell over, pages cut anywhere."""
    chance = random.Random(seed)
    content = bytearray(people("maria", "bob").encode())
    for _ in range(chance.randrange(1, 6)):
        content[chance.randrange(len(content))] = chance.randrange(256)
    if seed % 3 == 0:
        content = content[: chance.randrange(len(content))]
    said = ""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            read(tmp_path, PROFILE | {FOLLOWING: bytes(content)})
        except FollownetError as error:
            said = str(error)
    assert "maria" not in said
