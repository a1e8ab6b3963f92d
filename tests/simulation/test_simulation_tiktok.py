"""TikTok's file as a world fills it: read back, and shaped as the real one."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from same import require_same, written

import follownet as fn
from follownet.errors import SchemaError
from follownet.simulation import tiktok, world, write
from follownet.tables import Export

SAMPLE = Path(__file__).parents[3] / "shared" / "exports" / "tiktok-2025-06"
ZIP = "TikTok_Data_1778457600.zip"
AT = pd.Timestamp("2026-05-11", tz="UTC")


@pytest.fixture(scope="module")
def view() -> Export:
    small = world(accounts=60, seed=1)
    return small.view(small.accounts.index[0], AT, platform="tiktok")


@pytest.mark.parametrize("layout", tiktok.LAYOUTS)
def test_a_simulated_account_is_read_back(view: Export, layout: str, tmp_path: Path) -> None:
    """All tables, in every layout."""
    require_same(written(view, tmp_path / ZIP, layout=layout), view)


def test_texts_are_read_back_without_chats(view: Export, tmp_path: Path) -> None:
    """The tree has a place for all else."""
    found = written(view, tmp_path / ZIP, form="txt")
    said = view.interactions
    expected = Export(
        **{name: getattr(view, name) for name in ("follows", "relations", "posts", "coverage")},
        interactions=said[said["kind"] != "message"],
        accounts=view.accounts.loc[list(view.owners)],
        owners=view.owners,
        platform="tiktok",
    )
    require_same(found, expected)


HANDLES = st.text(st.sampled_from("abé_.9ß界"), min_size=1, max_size=6).map(str.casefold)
TIMES = st.one_of(st.none(), st.integers(1_200_000_000, 1_778_457_599))


NAMES = st.text(st.sampled_from("aé,\"'\n\\{}[]:;🙂界"), max_size=6).filter(str.strip)
WRITTEN = [*((layout, "json") for layout in tiktok.LAYOUTS), ("2026", "txt")]


def table(rows: list[Any], names: list[str], **constant: Any) -> pd.DataFrame:
    """Return rows of which the last column is a time in seconds."""
    made = pd.DataFrame(rows, columns=names).assign(**constant)
    made[names[-1]] = pd.to_datetime(made[names[-1]].astype("Int64"), unit="s", utc=True)
    return made


@given(
    *(st.dictionaries(HANDLES, TIMES, max_size=5) for _ in range(3)),
    st.lists(st.tuples(st.sampled_from(["like", "save", "view"]), TIMES), max_size=5),
    st.lists(st.tuples(HANDLES, st.booleans(), TIMES), max_size=5),
    st.lists(st.tuples(st.integers(0, 10**12), TIMES), max_size=4),
    NAMES,
    st.sampled_from(WRITTEN),
)
@pytest.mark.filterwarnings("ignore:the follow")
def test_what_is_written_is_read_back(
    followers: dict[str, Any],
    following: dict[str, Any],
    blocked: dict[str, Any],
    done: list[Any],
    said: list[Any],
    videos: list[Any],
    name: str,
    written_as: tuple[str, str],
) -> None:
    """Any handles, with and without times; empty lists stay empty. Texts have no chats."""
    layout, form = written_as
    ties = [(who, "me!", at) for who, at in followers.items()]
    ties += [("me!", who, at) for who, at in following.items()]
    link = "https://a.example/{}"
    events = [("me!", None, kind, link.format(kind), at) for kind, at in done]
    if form == "json":
        ends = [(("me!", who) if own else (who, "me!"), who, at) for who, own, at in said]
        events += [(*both, "message", who, at) for both, who, at in ends]
    posts = [(link.format(n), likes, at) for n, (likes, at) in enumerate(videos)]
    sizes = {"followers": len(followers), "following": len(following)}
    coverage = [
        {"owner": "me!", "list": listed, "status": "verified", "records": size}
        for listed, size in sizes.items()
    ]
    called = name if form == "json" else "M: n"
    blocks = [("me!", who, at) for who, at in blocked.items()]
    export = Export(
        accounts=pd.DataFrame({"name": [called]}, index=pd.Index(["me!"], name="account")),
        follows=table(ties, ["source", "target", "since"]),
        relations=table(blocks, ["source", "target", "at"], relation="blocked"),
        interactions=table(events, ["source", "target", "kind", "item", "at"]),
        posts=table(posts, ["post", "likes", "at"], account="me!", format="video", text_length=0),
        coverage=pd.DataFrame(coverage),
        owners=("me!",),
        platform="tiktok",
        exported_at=AT,
    )
    with tempfile.TemporaryDirectory() as folder:
        found = written(export, Path(folder) / ZIP, layout=layout, form=form)
    for kept in ("follows", "relations", "interactions"):
        require_same(
            Export(**{kept: getattr(found, kept)}), Export(**{kept: getattr(export, kept)})
        )
    compared = ["post", "account", "at", "likes"]
    left, right = (one.posts[compared].sort_values("post") for one in (found, export))
    pd.testing.assert_frame_equal(left.reset_index(drop=True), right.reset_index(drop=True))
    assert found.coverage["records"].tolist() == list(sizes.values())
    assert found.accounts["name"]["me!"] == called


def test_the_layout_is_that_of_the_real_export(view: Export, tmp_path: Path) -> None:
    """Sections and keys of every list that both have."""
    if not SAMPLE.is_dir():
        pytest.skip("the real exports are not beside the checkout")
    real = json.loads((SAMPLE / "user_data_tiktok.json").read_text())
    path = write(view, tmp_path / "export", layout="2025")
    made = json.loads((path / "user_data_tiktok.json").read_text())
    for keys in tiktok.LAYOUTS["2025"].sections.values():
        here, there = made, real
        for key in keys:
            here, there = here[key], there[key]
        if isinstance(here, list) and there:
            assert list(here[0]) == list(there[0]), keys


def test_equal_tables_are_equal_bytes(view: Export, tmp_path: Path) -> None:
    """Nothing else decides."""
    one, other = (write(view, tmp_path / name).read_bytes() for name in ("a.zip", "b.zip"))
    assert one == other


@pytest.mark.parametrize("options", [{"layout": "2019"}, {"form": "csv"}])
def test_other_layouts_are_refused(view: Export, tmp_path: Path, options: dict[str, str]) -> None:
    """The message lists what there is."""
    with pytest.raises(SchemaError, match="accepts only"):
        write(view, tmp_path / "a.zip", **options)
    assert fn.simulation.platforms.WRITERS["tiktok"] is tiktok.write
