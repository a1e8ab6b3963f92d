"""What is committed of the notebooks, and the command that runs them."""

from __future__ import annotations

import html
import json
import re

import nbformat
import pytest

import follownet as fn
import notebooks
from follownet.errors import FollownetError

COMMITTED = sorted(notebooks.NOTEBOOKS.glob("*.ipynb"))


def write(folder, name, source, output=""):
    """Write a notebook of one cell that claims to have printed `output`."""
    cell = nbformat.v4.new_code_cell(source)
    cell.outputs = [nbformat.v4.new_output("stream", text=output)] if output else []
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), folder / name)


@pytest.mark.parametrize("path", COMMITTED, ids=lambda path: path.stem)
def test_p32_committed_outputs_name_only_accounts_of_the_synthetic_world(path):
    """P32: a notebook run on somebody's own export must not be committed."""
    document = nbformat.read(path, as_version=4)
    world = json.loads(fn.datasets.sample("world").read_text(encoding="utf-8"))
    known = set(world["accounts"]["account"])
    shown = "\n".join(notebooks.said(document))
    rows = re.findall(r"<th>([a-z0-9._]+)</th>", shown)
    rows += re.findall(r'<tr><td dir="auto">(?:<a [^>]*>)?([^<]+)', shown)
    rows += on_maps(document)
    # What a cell's own code says, numbers and triads are no accounts of somebody's export.
    words = WORDS | set(re.findall(r"[a-z0-9._]+", shown_by(document)))
    listed = {name for name in rows if name not in words and not name.startswith("__deleted__")}
    listed -= {name for name in listed if re.fullmatch(r"[\d.]+[dutc]?", name)}
    assert listed <= known
    # A notebook on an export lists accounts, so that there is something to look at.
    assert listed or "fn.read_network" in shown_by(document)
    paths = [
        cell.source for cell in document.cells if "parameters" in cell.metadata.get("tags", ())
    ]
    assert all(re.search(r"fn\.datasets\.sample|FOLDER = None", source) for source in paths)


@pytest.mark.parametrize("path", COMMITTED, ids=lambda path: path.stem)
def test_no_committed_cell_failed_or_was_warned(path):
    """What goes to the error stream belongs to the machine that ran it, not to the notebook."""
    document = nbformat.read(path, as_version=4)
    outputs = [output for cell in document.cells for output in cell.get("outputs", ())]
    assert outputs
    assert not [one for one in outputs if one.output_type == "error" or one.get("name") == "stderr"]


def on_maps(document):
    """The accounts of the pages that `plot.explore` put into a notebook."""
    outputs = [one for cell in document.cells for one in cell.get("outputs", ())]
    pages = [html.unescape(one.get("data", {}).get("text/html", "")) for one in outputs]
    held = re.findall(r'<script id="held" type="application/json">(.*)</script>', "\n".join(pages))
    return [account for page in held for account in json.loads(page)["accounts"]]


def test_p32_the_accounts_of_a_map_are_seen():
    """They stand in a page of its own, within an attribute."""
    document = nbformat.read(notebooks.NOTEBOOKS / "01-who-follows-back.ipynb", as_version=4)
    assert len(on_maps(document)) == 78


def shown_by(document):
    """All code of a notebook."""
    return "\n".join(cell.source for cell in document.cells if cell.cell_type == "code")


#: Row labels of tables that are no accounts.
WORDS = {
    *("accounts follows mutual asymmetric null r q rho bound given received self_loops").split(),
    *("unobserved deleted all mature account direction cohort first owner alter count").split(),
    *("0 1 2 3 4 table rows source target since value state too_early rate low high").split(),
    *("ties share following_since follower_since returned clustered_low clustered_high").split(),
    *("list status records starts content files kept reason file zone known precision").split(),
    *("gained lost followed unfollowed newly_mutual no_longer_mutual still_pending").split(),
    *("deactivated blocked renamed evidence renamed_to change change_low change_high").split(),
    *(
        "density density_fixed out_degree degree switching reciprocal observed expected model"
    ).split(),
    *("dyadic correlation count mean std min max se sd z p excess expected_r followers").split(),
    *(
        "dyadic.nonnull edgewise edgewise.lrr log10_p draws triad lines following ratio statistic"
    ).split(),
    *(
        "mode verbal scope weight events named got to_groups by_owner by_others kinds balance"
    ).split(),
    *("recency strength_given kind weighted note days compared tie risk interacting pair").split(),
    *("weight_share turns answered median_hours owner others pooled median without base").split(),
    *("streak streak_from silence silence_from quiet weeks level slope p_below plain").split(),
    *("followers_low followers_high weighted_r posts engagements by group individual").split(),
    *(f"within_{time}{end}" for time in ("1h", "1d", "7d") for end in ("", "_low", "_high")),
    *("platform way which invitations connected before dated q25 q75 outcome sent ended").split(),
    *("unknown times mastodon linkedin instagram tiktok x bluesky facebook threads").split(),
    *("youtube medium draw method resolution run runs stability start clear faint none").split(),
    *("out into pairs core pagerank at").split(),
    *("rule segment threshold strength moved burst quick latency overlap rules segments").split(),
    *("bic icl entropy parameters resamples log_likelihood campaign_share return_rate").split(),
    *("quick_share left_share index why follower friendship trade new traders silent").split(),
    *fn.segments.RULES,
    *fn.simulation.LAWS.index,
    *fn.engagement.kinds().index,
    *fn.simulation.posts().posts["format"],
    *fn.engagement.Change.__dataclass_fields__,
    *fn.datasets.studies().index,
    *fn.datasets.published(),
    "exported_at",
}


def test_p32_a_run_without_notebooks_fails(tmp_path, monkeypatch, capsys):
    """P32: a job that collects nothing must not pass."""
    monkeypatch.setattr(notebooks, "NOTEBOOKS", tmp_path)
    assert notebooks.main(write=False) == 1
    assert "nothing was tested" in capsys.readouterr().out


def test_a_notebook_that_says_something_else_fails_until_written(tmp_path, monkeypatch, capsys):
    """Committed text has to be what the code prints; writing it makes it so."""
    monkeypatch.setattr(notebooks, "NOTEBOOKS", tmp_path)
    write(tmp_path, "a.ipynb", "print(1 + 1)", "3\n")
    assert notebooks.main(write=False) == 1
    assert "a.ipynb: ran" in capsys.readouterr().out
    assert notebooks.main(write=True) == 0
    assert notebooks.main(write=False) == 0
    assert nbformat.read(tmp_path / "a.ipynb", as_version=4).cells[0].outputs[0].text == "2\n"


def test_a_failing_cell_fails_the_run(tmp_path, monkeypatch):
    """With the number of the cell."""
    monkeypatch.setattr(notebooks, "NOTEBOOKS", tmp_path)
    write(tmp_path, "a.ipynb", "1 / 0")
    with pytest.raises(FollownetError, match="ZeroDivisionError"):
        notebooks.main(write=False)
