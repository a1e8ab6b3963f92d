"""The lists people come for: what is in them, their files, and the tables in a notebook."""

from __future__ import annotations

import csv
import html
import html.parser
import json
import re
import shutil
import subprocess
import warnings
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pytest
from conftest import OWNER, star
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import follownet as fn
from follownet import lists
from follownet.errors import NotObservedError, SchemaError
from follownet.lists import _page

REAL = Path(__file__).parents[2] / "shared" / "exports"
TIED = ("not_following_back", "fans", "mutual", "too_early", "deleted")
#: What a display name may hold, and a spreadsheet or a page must not act upon.
EVIL = (
    "=1+1", "+1", "-1", "@x", "\tx", "\rx", "\nx", "＝1+1", "－1", "＋1", "＠x", "'quoted",
    "# tag", 'a "b", c', "line\r\nbreak", "a\nb", "<b>x</b>", "</script><script>alert(1)</script>",
    "\"&'", "مرحبا", "\u202eevil", "a,b;c\td",
)  # fmt: skip


def relations(*rows: tuple[str, str, str, str | None]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["source", "target", "relation", "at"])


def named(*names: str) -> fn.Export:
    """Return an export in which the owner follows one account for each of these names."""
    ids = [f"account{number}" for number in range(len(names))]
    return star(
        accounts=pd.DataFrame({"name": names}, index=pd.Index(ids, name="account")),
        follows=pd.DataFrame({"source": OWNER, "target": ids, "since": "2025-01-01T00:00:00Z"}),
    )


def read_back(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream, strict=True))


# ------------------------------------------------------------------ of


def test_every_list_of_a_small_star():
    """Who is in which list, counted by hand; bob was followed 28 days before the export."""
    asked = relations(
        ("me", "zed", "requested", "2026-02-02T00:00:00Z"),
        ("me", "eve", "requested", "2026-01-01T00:00:00Z"),
        ("me", "old", "unfollowed", "2025-01-01T00:00:00Z"),
        ("me", "ann", "unfollowed", "2025-02-01T00:00:00Z"),
        ("new", "me", "requested", "2026-01-01T00:00:00Z"),
        ("me", "foe", "blocked", None),
    )
    found = lists.of(star(relations=asked))
    assert {name: list(table.index) for name, table in found.items()} == {
        "not_following_back": [],
        "fans": ["eve", "dan"],
        "mutual": ["ann", "cy"],
        "pending": ["eve", "zed"],
        "recently_unfollowed": ["ann", "old"],
        "too_early": ["bob"],
        "deleted": [],
    }
    assert found["pending"]["state"].tolist() == ["follower", "none"]
    assert found["recently_unfollowed"]["state"].tolist() == ["mutual", "none"]
    assert found["mutual"]["latency_days"].tolist() == [2, 0]
    assert found["mutual"]["first"].tolist() == ["owner", "same time"]
    assert found["fans"]["link"].tolist() == [
        "https://www.instagram.com/eve", "https://www.instagram.com/dan",
    ]  # fmt: skip
    assert {name: tuple(table.columns) for name, table in found.items()} == lists.COLUMNS
    assert not found.unknown
    shorter = lists.of(star(), window="27D")
    assert list(shorter["not_following_back"].index) == ["bob"]
    assert shorter["too_early"].empty


def test_the_longest_unreturned_comes_first_and_undated_ones_last():
    """What people ask for first; a follow without date is never too early."""
    ties = pd.DataFrame(
        [
            ("me", "b", "2025-05-01T00:00:00Z"),
            ("me", "a", None),
            ("me", "c", "2019-05-01T00:00:00Z"),
            ("me", "me", "2019-05-01T00:00:00Z"),
        ],
        columns=["source", "target", "since"],
    )
    assert list(lists.of(star(follows=ties))["not_following_back"].index) == ["c", "b", "a"]


def test_deleted_accounts_have_a_list_of_their_own_and_no_link():
    """P16: they are neither fans nor unfaithful."""
    kinds = pd.DataFrame({"type": ["deleted"] * 3}, index=["bob", "eve", "gone"])
    found = lists.of(star(accounts=kinds, relations=relations(("me", "gone", "requested", None))))
    assert found["deleted"]["state"].to_dict() == {"bob": "following", "eve": "follower"}
    assert found["deleted"]["link"].isna().all()
    assert list(found["fans"].index) == ["dan"]
    assert found["too_early"].empty
    assert list(found["pending"].index) == ["gone"]


def test_ignored_accounts_are_in_no_list_and_counted():
    """As people write them: with @ and capitals."""
    asked = relations(("me", "eve", "requested", None), ("me", "zed", "requested", None))
    found = lists.of(star(relations=asked), ignore=["@Eve", "ann", "nobody"])
    assert not {"eve", "ann"} & {name for table in found.values() for name in table.index}
    assert {name: table.attrs["ignored"] for name, table in found.items() if len(table)} == {
        "fans": 1, "mutual": 1, "pending": 1, "too_early": 0,
    }  # fmt: skip
    assert found.ignored == 2
    with pytest.raises(SchemaError, match="ignore: is one text"):
        lists.of(star(), ignore="ann")


@pytest.mark.parametrize("status", ["missing", "unreadable", "partial", "hidden"])
@pytest.mark.parametrize("which", ["followers", "following"])
def test_lists_that_are_not_observed_are_absent_and_say_why(which, status):
    """Unknown is not empty; what does not need the list is still there."""
    export = star(statuses={which: status}, relations=relations(("me", "ann", "unfollowed", None)))
    found = lists.of(export)
    assert list(found) == ["recently_unfollowed"]
    assert found["recently_unfollowed"]["state"].isna().all()
    assert set(found.unknown) == {*TIED, "pending"}
    assert f"the {which} list of this account is {status}" in found.unknown["fans"]
    remedy = "download it again" if status == "unreadable" else "would make it known"
    assert remedy in found.unknown["fans"]
    assert "no file of them" in found.unknown["pending"]
    assert found.get("fans") is None
    with pytest.raises(NotObservedError, match=rf"fans: .*{which} list"):
        found["fans"]


def test_what_the_reader_says_of_a_list_is_told():
    """The reason of a cut list, and the doubt about a suspect one."""
    both = star().coverage.assign(note=["ends at 10000 records", pd.NA])
    cut = both.assign(status=["partial", "presumed"])
    doubtful = both.assign(status=["suspect", "presumed"])
    exports = [
        fn.Export(
            follows=star().follows,
            owners=(OWNER,),
            coverage=coverage,
            relations=relations(("me", "ann", "unfollowed", None)),
        )
        for coverage in (cut, doubtful)
    ]
    assert "the followers list: ends at 10000 records" in lists.of(exports[0]).unknown["mutual"]
    assert lists.of(exports[1]).notes == ("the followers list is suspect: ends at 10000 records",)


def test_nothing_at_all_is_an_error():
    """A mapping without lists would look like good news."""
    with pytest.raises(NotObservedError, match="none of the lists can be known: follow-back"):
        lists.of(star(statuses={"followers": "missing"}))


def test_without_a_date_nobody_is_too_early():
    """P28a: the newest follow is no date of an export."""
    undated = fn.Export(follows=star().follows, owners=(OWNER,), coverage=star().coverage)
    found = lists.of(undated)
    assert "too_early" not in found
    assert "nothing dates this export" in found.unknown["too_early"]
    assert list(found["not_following_back"].index) == ["bob"]
    assert pd.isna(found.exported_at)


@pytest.mark.parametrize(
    ("owners", "owner", "message"),
    [((OWNER, "ann"), None, "2 accounts"), ((OWNER,), "nobody", "no account of this graph")],
)
def test_an_owner_that_is_not_clear_is_an_error(owners, owner, message):
    """Whose lists has to be known."""
    with pytest.raises(NotObservedError, match=message):
        lists.of(fn.Export(follows=star().follows, owners=owners), owner=owner)


@given(st.data())
def test_everyone_tied_is_in_exactly_one_list(data):
    """Against a count in sets, whatever the ties, dates and kinds of accounts."""
    ids = list("abcdefgh")
    day = st.sampled_from([None, "2020-01-01T00:00:00Z", "2026-02-27T00:00:00Z"])
    out = data.draw(st.dictionaries(st.sampled_from(ids), day))
    back = data.draw(st.dictionaries(st.sampled_from(ids), day, min_size=1))
    deleted = data.draw(st.sets(st.sampled_from(ids)))
    rows = [("me", name, since) for name, since in out.items()]
    rows += [(name, "me", since) for name, since in back.items()]
    ties = pd.DataFrame(rows, columns=["source", "target", "since"]).astype({"since": "str"})
    kinds = pd.DataFrame({"type": "deleted"}, index=pd.Index(sorted(deleted), dtype="str"))
    found = lists.of(star(follows=ties, accounts=kinds))
    early = {name for name, since in out.items() if since and since > "2026"}
    expected = {
        "not_following_back": out.keys() - back.keys() - early,
        "fans": back.keys() - out.keys(),
        "mutual": out.keys() & back.keys(),
        "too_early": (out.keys() - back.keys()) & early,
    }
    assert {name: set(found[name].index) for name in expected} == {
        name: members - deleted for name, members in expected.items()
    }
    assert set(found["deleted"].index) == deleted & (out.keys() | back.keys())


def test_the_sample_adds_up():
    """66 followers, 63 followed, 52 mutual."""
    found = lists.of(fn.read(fn.datasets.sample("instagram")))
    sizes = {name: len(table) for name, table in found.items()}
    gone = found["deleted"]["state"].value_counts()
    assert sizes["mutual"] + gone.get("mutual", 0) == 52
    assert sizes["fans"] + gone.get("follower", 0) == 66 - 52
    unreturned = sizes["not_following_back"] + sizes["too_early"] + gone.get("following", 0)
    assert unreturned == 63 - 52
    assert (sizes["pending"], sizes["recently_unfollowed"]) == (1, 2)
    assert found["not_following_back"]["following_since"].is_monotonic_increasing


@pytest.mark.parametrize("name", ["instagram-json-2024-07", "instagram-json-2025-08"])
def test_real_exports_agree_with_an_independent_count(name):
    """A list without a file is unknown, not empty."""
    if not (REAL / name).is_dir():
        pytest.skip(f"the real sample {name} is not beside this repository")
    expected = json.loads((REAL / "expected.json").read_text(encoding="utf-8"))[name]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", fn.errors.FollownetWarning)
        found = lists.of(fn.read(REAL / name))
    sizes = {key: len(table) for key, table in found.items()}
    assert sizes["deleted"] == 0
    assert sizes["not_following_back"] + sizes["too_early"] == expected["n_not_following_back"]
    assert sizes["fans"] == expected["n_fans"]
    assert sizes["mutual"] == expected["n_mutual"]
    for key in ("pending", "recently_unfollowed"):
        assert sizes.get(key) == expected[key], key


@pytest.mark.parametrize(
    ("platform", "account", "link"),
    [
        ("instagram", "ann", "https://www.instagram.com/ann"),
        ("threads", "ann.b_2", "https://www.threads.com/@ann.b_2"),
        ("instagram", "a/../b", None),
        ("instagram", 'a"onclick=', None),
        ("x", "ann", None),
    ],
)
def test_links_are_built_of_plain_handles_alone(platform, account, link):
    """P30: what is no handle leads nowhere."""
    ties = pd.DataFrame({"source": [account], "target": ["me"]})
    export = fn.Export(follows=ties, platform=platform, owners=("me",), coverage=star().coverage)
    (found,) = lists.of(export)["fans"]["link"]
    assert (None if pd.isna(found) else found) == link


def test_text_and_page_of_all_lists():
    """Text names no one; the page holds each list once, and one script."""
    found = lists.of(star(), ignore=["dan"])
    assert "eve" not in repr(found)
    assert re.search(r"(?m)^ +1  fans +follow, and are not followed$", str(found))
    assert re.search(r"(?m)^ +\?  pending +this export has no file", str(found))
    assert re.search(r"(?m)^ +1  \(left out\)", str(found))
    page = found._repr_html_()
    assert page.count("<table>") == len(found) == 5
    assert page.count("<script>") == 1
    assert "left out as asked for: 1" in page


# ------------------------------------------------------------------ save


def test_p29_p29a_any_name_survives_its_file_and_no_cell_is_a_formula(tmp_path):
    """P29, P29a: signs of formulas are guarded; #, quotes and line breaks come back whole."""
    files = lists.save(lists.of(named(*EVIL)), tmp_path)
    rows = read_back(files["not_following_back"])
    assert not [
        cell for row in rows for cell in row.values() if cell[:1] in set("=+-@\t\r\n＝＋－＠")
    ]
    back = {row["account"]: row["name"] for row in rows}
    signs = tuple("=+-@\t\r\n＝＋－＠'")
    assert back == {
        f"account{number}": f"'{name}" if name.startswith(signs) else name
        for number, name in enumerate(EVIL)
    }


def test_p29_an_account_that_looks_like_a_formula_is_guarded(tmp_path):
    """P29: ids are as much a stranger's choice as names."""
    ties = pd.DataFrame({"source": ["=cmd|x", "@123"], "target": "me"})
    files = lists.save(lists.of(star(follows=ties)), tmp_path)
    assert [row["account"] for row in read_back(files["fans"])] == ["'=cmd|x", "'@123"]


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), max_size=5))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_p29a_any_text_comes_back(tmp_path, names):
    """P29a: write then read gives the same, but for the guard."""
    rows = read_back(lists.save(lists.of(named(*names)), tmp_path)["not_following_back"])
    by_account = {row["account"]: row["name"] for row in rows}
    for number, name in enumerate(names):
        assert by_account[f"account{number}"].removeprefix("'") == name.removeprefix("'")


def test_files_are_as_spreadsheets_and_rfc_4180_want_them(tmp_path):
    """BOM, CRLF, every field quoted, ISO 8601; an empty list is a file with its header."""
    files = lists.save(lists.of(star(), window="10D"), tmp_path / "new" / "folder")
    assert {name: file.name for name, file in files.items()} == {
        "not_following_back": "not-following-back.csv",
        "fans": "fans.csv",
        "mutual": "mutual.csv",
        "too_early": "too-early.csv",
        "deleted": "deleted.csv",
    }
    assert files["too_early"].read_bytes() == (
        b'\xef\xbb\xbf"account","name","state","following_since","link"\r\n'
    )
    assert files["not_following_back"].read_bytes().decode("utf-8-sig").splitlines()[1] == (
        '"bob","","following","2026-02-01T00:00:00Z","https://www.instagram.com/bob"'
    )
    assert read_back(files["fans"])[1]["follower_since"] == ""
    assert read_back(files["mutual"])[0]["latency_days"] == "2.0"
    assert sorted(file.suffix for file in (tmp_path / "new" / "folder").iterdir()) == [".csv"] * 5


def test_saving_again_replaces_the_files(tmp_path):
    """The newest lists are the ones that are there."""
    lists.save(lists.of(star()), tmp_path)
    files = lists.save(lists.of(star(), ignore=["eve"]), tmp_path)
    assert [row["account"] for row in read_back(files["fans"])] == ["dan"]


def test_a_folder_that_cannot_be_is_an_error(tmp_path):
    """A file in its place, or in that of a folder above; a folder in the place of a file."""
    found = lists.of(star())
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    for folder in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(SchemaError, match="is no folder, and none can be made") as caught:
            lists.save(found, folder)
        assert caught.value.__context__ is None
    assert (tmp_path / "file").read_text(encoding="utf-8") == "mine"
    (tmp_path / "fans.csv").mkdir()
    with pytest.raises(SchemaError, match=r"fans\.csv: cannot be written"):
        lists.save(found, tmp_path)
    assert not list(tmp_path.glob("*.partial"))


def test_a_folder_that_cannot_be_written_is_an_error(tmp_path, monkeypatch):
    """As on a full disk, or in somebody else's folder."""

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    found = lists.of(star())
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(SchemaError, match=r"not-following-back\.csv: cannot be written") as caught:
        lists.save(found, tmp_path)
    assert caught.value.__context__ is None


def test_names_that_make_no_file_are_refused(tmp_path):
    """A name is a file's name: it has to be legal everywhere, and of this folder."""
    for name in ("../fans", "con", "com1", "Fans", "", "fans_"):
        with pytest.raises(SchemaError, match="1 of 2 have a name that makes no file"):
            lists.save({"fans": pd.DataFrame(), name: pd.DataFrame()}, tmp_path)
    assert list(tmp_path.iterdir()) == []


# ------------------------------------------------------------------ browse


class Page(html.parser.HTMLParser):
    """The elements of a page, and the text of each cell."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.cells: list[str] = []
        self.inside = ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.inside = tag
        self.links += [value for name, value in attrs if name in ("href", "src")]
        if tag == "td":
            self.cells.append("")

    def handle_endtag(self, tag):
        if tag == "td":
            self.inside = ""

    def handle_data(self, data):
        if self.inside in ("td", "a"):
            self.cells[-1] += data


def test_p30_names_with_markup_are_text():
    """P30: nothing a name or a title holds becomes an element."""
    table = pd.DataFrame({"name": EVIL}, index=pd.Index(EVIL, name="</th><b>"))
    page = Page(lists.browse(table, title="<i>title</i>")._repr_html_())
    assert not {"b", "i", "img", "a"} & set(page.tags)
    assert page.tags.count("script") == 1
    # A page has one kind of line end, which this parser leaves as it is.
    assert page.cells == [name for name in EVIL for _ in range(2)]


def test_p30_only_links_of_ours_are_links():
    """P30: a column of the right name does not make an address one."""
    addresses = [
        "https://www.instagram.com/ann",
        "https://www.threads.com/@ann",
        "javascript:alert(1)",
        "https://www.instagram.com/ann\n",
        'https://www.instagram.com/"onclick="alert(1)',
        "https://example.com/https://www.instagram.com/ann",
        None,
    ]
    table = pd.DataFrame({"link": addresses}, index=pd.Index(list("abcdefg"), name="account"))
    page = Page(lists.browse(table)._repr_html_())
    assert page.links == addresses[:2]
    assert page.cells == list("abcdefg")


def test_cells_are_read_by_people_and_sorted_by_value():
    """Days and two decimals are shown; the exact value is beside them."""
    table = pd.DataFrame(
        {
            "since": pd.to_datetime(["2025-01-02T03:04:05Z", None]),
            "day": pd.to_datetime(["2025-01-02", None]),
            "rate": [1 / 3, np.nan],
            "count": pd.array([12, None], dtype="Int64"),
            "latency": pd.to_timedelta([36, None], unit="h"),
            "early": [True, False],
        }
    )
    page = lists.browse(table)._repr_html_()
    assert Page(page).cells == [
        "2025-01-02", "2025-01-02", "0.33", "12", "1.50 days", "True", "", "", "", "", "", "False",
    ]  # fmt: skip
    for value in ("2025-01-02T03:04:05Z", "0.3333333333333333", "12", "1.5"):
        assert f'data-value="{value}">' in page
    assert page.count('<th scope="col" class="number">') == 3


def test_lone_surrogates_do_not_keep_a_page_from_being_written():
    """Broken text of a phone: UTF-8 has no place for it."""
    table = pd.DataFrame({"name": pd.Series(["a\ud800"], dtype="object")})
    page = lists.browse(table)._repr_html_()
    assert "a?" in page.encode().decode()


def test_the_page_asks_for_nothing_and_is_cut_where_it_would_be_too_long(monkeypatch):
    """Own style, own script; the caption says what is left out."""
    monkeypatch.setattr(_page, "MOST", 2)
    page = lists.browse(lists.of(star())["mutual"].iloc[[0, 1, 1]], title="x")._repr_html_()
    assert "x: the first 2 of 3 rows" in page
    assert Page(page).tags.count("tr") == 1 + 2
    assert not re.findall(r"src=|@import|url\(|fetch|XMLHttp|import\(", page)


def test_browse_as_text_and_of_what_is_no_table():
    """In a terminal the table itself."""
    table = pd.DataFrame({"rate": [0.5]}, index=["ann"])
    assert str(lists.browse(table, title="rates")) == "rates\n     rate\nann   0.5"
    with pytest.raises(SchemaError, match="table: is of type Lists; give a pandas DataFrame"):
        lists.browse(lists.of(star()))


def test_a_report_keeps_table_and_script():
    """What `report` makes of a notebook holds both, and forbids no script."""
    page = lists.browse(pd.DataFrame({"name": ["<b>x</b>"]}))._repr_html_()
    cell = nbformat.v4.new_code_cell(
        "1", outputs=[nbformat.v4.new_output("display_data", data={"text/html": page})]
    )
    whole = fn.report._html(nbformat.v4.new_notebook(cells=[cell]))
    script = page.partition("<script>")[2].partition("</script>")[0]
    assert f"<script>{script}</script>" in whole
    assert Page(whole).cells == ["<b>x</b>"]
    assert "Content-Security-Policy" not in whole


DRIVER = """
<script>
const box = document.querySelector(".follownet-table"), input = box.querySelector("input");
const names = () => [...box.querySelectorAll("tbody tr")].filter(row => !row.hidden)
  .map(row => row.cells[0].textContent).slice(0, 4);
const state = () => [names(), box.querySelector("[role=status]").textContent];
const search = text => { input.value = text; input.dispatchEvent(new Event("input")); };
const click = column => {
  const header = box.querySelectorAll("th")[column];
  header.querySelector("button").click();
  return [...state(), header.getAttribute("aria-sort")];
};
const told = {first: state()};
for (const text of ["unsel", "<b>", "<\\/script>", "مرح", "2024-02 filler", "no such"]) {
  search(text);
  told[text] = state();
}
search("");
told.number = click(2);
told.number_back = click(2);
told.date = click(3);
told.text = click(0);
told.sorted = box.querySelectorAll("[aria-sort]").length;
const all = box.querySelector(".controls button");
told.offered = !all.hidden;
all.click();
told.all = [state()[1], all.hidden];
told.boxes = [...document.querySelectorAll(".follownet-table")]
  .map(other => other.querySelectorAll("input").length);
document.title = JSON.stringify(told);
</script>
"""


def test_search_and_sort_in_a_browser(tmp_path):
    """Run where there is a browser: search, sort, counts, and two tables on one page."""
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        pytest.skip("there is no browser")
    few = pd.DataFrame(
        {
            "name": ["Ünsel", "<b>x</b>", "</script><script>alert(1)</script>", "مرحبا"],
            "rate": [10.0, None, 9.5, -1.0],
            "since": ["2024-02-01", "2023-01-01", None, "2024-01-01"],
        },
        index=["user10", "user2", "a", "b"],
    )
    more = pd.DataFrame(
        {"name": "filler", "rate": 50.0, "since": "2024-02-02"},
        index=[f"z{number}" for number in range(300)],
    )
    table = pd.concat([few, more])
    table["since"] = pd.to_datetime(table["since"], utc=True)
    page = lists.browse(table)._repr_html_() * 2
    file = tmp_path / "page.html"
    file.write_text(f"<!doctype html><meta charset=utf-8>{page}{DRIVER}", encoding="utf-8")
    options = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'me'}"]
    shown = subprocess.run(
        [browser, *options, "--dump-dom", file.as_uri()], capture_output=True, timeout=120
    ).stdout.decode()
    told = json.loads(html.unescape(re.search(r"<title>(.*?)</title>", shown, re.DOTALL)[1]))
    assert told == {
        "first": [["user10", "user2", "a", "b"], "200 of 304 shown"],
        "unsel": [["user10"], "1 of 304 shown"],
        "<b>": [["user2"], "1 of 304 shown"],
        "</script>": [["a"], "1 of 304 shown"],
        "مرح": [["b"], "1 of 304 shown"],
        "2024-02 filler": [["z0", "z1", "z2", "z3"], "200 of 304 shown, 300 found"],
        "no such": [[], "0 of 304 shown"],
        "number": [["b", "a", "user10", "z0"], "200 of 304 shown", "ascending"],
        "number_back": [["z0", "z1", "z2", "z3"], "200 of 304 shown", "descending"],
        "date": [["user2", "b", "user10", "z0"], "200 of 304 shown", "ascending"],
        "text": [["a", "b", "user2", "user10"], "200 of 304 shown", "ascending"],
        "sorted": 1,
        "offered": True,
        "all": ["304 of 304 shown", True],
        "boxes": [1, 1],
    }
