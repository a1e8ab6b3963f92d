"""YouTube's files as a world fills them: read back in every layout and language."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from same import require_same, written

from follownet.errors import SchemaError
from follownet.simulation import world, write, youtube
from follownet.tables import Export

ZIP = "takeout-20260511T000000Z-001.zip"
AT = pd.Timestamp("2026-05-11", tz="UTC")


@pytest.fixture(scope="module")
def view() -> Export:
    small = world(accounts=60, seed=1)
    return small.view(small.accounts.index[0], AT, platform="youtube")


@pytest.mark.parametrize(("layout", "labels"), [("2019", "en"), ("2026", "en"), ("2026", "de")])
def test_a_simulated_account_is_read_back(
    view: Export, tmp_path: Path, layout: str, labels: str
) -> None:
    """All tables."""
    require_same(written(view, tmp_path / ZIP, layout=layout, labels=labels), view)


LETTERS = "ABCXYZabcxyz0189-_"
CHANNELS = st.text(st.sampled_from(LETTERS), min_size=22, max_size=22).map("UC{}".format)
TITLES = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1),
    CHANNELS.map("http://www.youtube.com/channel/{}".format),
)
VIDEOS = st.text(st.sampled_from(LETTERS), min_size=11, max_size=11)


#: Lists that start later are suspect.
TIMES = st.integers(1_200_000_000, 1_743_000_000)
LAYOUTS = [("2019", "en"), *(("2026", labels) for labels in youtube.LABELS)]


@given(
    st.dictionaries(CHANNELS, TITLES.map(str.strip).filter(bool), max_size=5),
    st.dictionaries(TIMES, VIDEOS, max_size=4),
    st.sampled_from(LAYOUTS),
)
def test_what_is_written_is_read_back(
    titles: dict[str, str], videos: dict[int, str], layout: tuple[str, str]
) -> None:
    """Any titles: commas, quotes, other scripts, links; dates where the layout has them."""
    owner = "UCowner_______________00"
    titles.pop(owner, None)
    dated = dict(zip(titles, videos, strict=False)) if layout[0] == "2019" else {}
    follows = pd.DataFrame({"source": owner, "target": list(titles)}).astype("str")
    follows["since"] = stamps([dated.get(one) for one in titles])
    coverage = pd.DataFrame(
        [("followers", "missing", None), ("following", "presumed", len(titles))],
        columns=["list", "status", "records"],
    ).assign(owner=owner)
    names = pd.DataFrame({"account": list(titles), "name": list(titles.values())}).astype("str")
    done = pd.DataFrame({"item": list(videos.values()), "at": stamps(videos)})
    own = done.drop_duplicates("item").rename(columns={"item": "post"})
    export = Export(
        accounts=names,
        follows=follows,
        interactions=done.assign(source=owner, kind="comment"),
        posts=own.assign(account=owner, format="video", text_length=20),
        coverage=coverage,
        owners=(owner,),
        platform="youtube",
    )
    with tempfile.TemporaryDirectory() as folder:
        found = written(export, Path(folder) / ZIP, layout=layout[0], labels=layout[1])
    require_same(found, export)


def stamps(seconds: Iterable[int | None]) -> pd.Series:
    """Return seconds as times."""
    whole = pd.Series(list(seconds), dtype="Int64")
    return pd.to_datetime(whole, unit="s", utc=True)


def test_equal_tables_are_equal_bytes(view: Export, tmp_path: Path) -> None:
    """Nothing else decides; other layouts are refused."""
    one, other = (write(view, tmp_path / name).read_bytes() for name in ("a.zip", "b.zip"))
    assert one == other
    for options in ({"layout": "2011"}, {"labels": "xx"}):
        with pytest.raises(SchemaError, match="accepts only"):
            write(view, tmp_path / "c.zip", **options)
