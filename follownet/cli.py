"""The command ``follownet``: a summary, a report, or the notebooks in JupyterLab."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from follownet.errors import FollownetError, FollownetWarning, SchemaError

if TYPE_CHECKING:
    from follownet.tables import Export

EXAMPLES = """examples:
  follownet summary instagram-me-2026-08-11-AbCd1234.zip
  follownet summary part1.zip part2.zip
  follownet report export.zip -o report.html --ignore brands.txt
  follownet lab my-notebooks
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code: 0, 1 for bad input, 2 for wrong usage."""
    options = _parser().parse_args(arguments)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("always", FollownetWarning)
            warnings.showwarning = _show_warning
            return int(options.run(options))
    except FollownetError as error:
        print(f"follownet: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    from follownet import __version__

    parser = argparse.ArgumentParser(
        prog="follownet",
        description="Who follows back? Measured from the export of your own account, locally.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"follownet {__version__}")
    commands = parser.add_subparsers(required=True, metavar="command")

    summary = commands.add_parser("summary", help="print counts and rates; names no one")
    _add_export(summary)
    summary.set_defaults(run=_summary)

    report = commands.add_parser("report", help="write a report as one HTML file")
    _add_export(report)
    report.add_argument("-o", "--output", default="report.html", help="file (report.html)")
    report.add_argument(
        "--ignore", metavar="FILE", help="accounts to leave out of lists, one a line"
    )
    report.set_defaults(run=_report)

    lab = commands.add_parser("lab", help="open the notebooks in JupyterLab")
    lab.add_argument("folder", nargs="?", default="follownet-notebooks", help="for the copies")
    lab.add_argument("--no-browser", action="store_true", help="serve only")
    lab.add_argument("--port", type=int, help="port on this machine")
    lab.set_defaults(run=_lab)
    return parser


def _add_export(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "path", nargs="+", help="the zip, folder or file that the platform sent; or all its parts"
    )
    parser.add_argument("--owner", help="whose export it is, where it does not say")
    parser.add_argument("--exported-at", metavar="DATE", help="when it was made, likewise")


def _given(options: argparse.Namespace) -> dict[str, Any]:
    """Return what the user told of the export, as `follownet.read` takes it."""
    told = {"owner": options.owner, "exported_at": options.exported_at}
    return {name: value for name, value in told.items() if value is not None}


def _show_warning(message: Warning | str, *_: object, **__: object) -> None:
    print(f"warning: {message}", file=sys.stderr)


def _summary(options: argparse.Namespace) -> int:
    import follownet as fn

    export = fn.read(options.path, progress=True, **_given(options))
    print(_about(export))
    G = export.graph()
    counts = fn.reciprocity.accounts(G)
    for name in ("followers", "following", "mutual"):
        count = counts[name].iloc[0]
        print(f"{name} {'unknown' if count is pd.NA else count}")
    print(f"\n{_rates(fn.reciprocity.follow_back(G))}")
    print(f"\n{_answers(fn.reciprocity.by_first(G))}\n\n{_waiting(fn.reciprocity.alters(G))}")
    return 0


def _about(export: Export) -> str:
    """Return whose export it is, how its lists were found and what was left out."""
    date = "unknown date" if export.exported_at is None else f"{export.exported_at:%Y-%m-%d}"
    lines = [f"{export.platform} export of {', '.join(export.owners)}, {date}"]
    for row in export.coverage.to_dict("records"):
        since = "" if row["starts"] is pd.NaT else f", oldest of {row['starts']:%Y-%m-%d}"
        lines.append(f"{row['list']} list {row['status']}{since}")
    if export.report is not None:
        lines += export.report.notes
        lines += [
            f"left out: {row['records']} in {row['file']} ({row['reason']})"
            for row in export.report.skipped.to_dict("records")
        ]
    return "\n".join(lines) + "\n"


def _rates(rates: pd.DataFrame) -> str:
    """Return the follow-back rates as a small table."""
    told = {
        "received": ("accounts followed", "follow back"),
        "given": ("followers", "are followed back"),
    }
    lines = [f"{'rate':>6}  {'95 % interval':<15} {'by weeks':<15}"]
    rows = rates.reset_index().sort_values(["cohort", "direction"], ascending=[True, False])
    for row in rows.to_dict("records"):
        whom, do = told[row["direction"]]
        old = "" if row["cohort"] == "all" else f" older than {rates.attrs['window'].lower()}"
        lines.append(
            f"{_percent(row['rate']):>6}  {_interval(row['low'], row['high']):<15} "
            f"{_interval(row['clustered_low'], row['clustered_high']):<15} "
            f"of {row['follows']:.0f} {whom}{old}, {row['returned']:.0f} {do}"
        )
    lines.append(
        "intervals: if accounts decide independently; if follows of a week share their fate"
    )
    if deleted := rates.attrs["deleted"]:
        lines.append(f"{deleted} deleted accounts are in the counts and left out of the rates")
    return "\n".join(lines)


def _percent(share: float) -> str:
    return "-" if share != share else f"{share:.1%}"


def _interval(low: float, high: float) -> str:
    return "-" if low != low else f"{low:.1%}-{high:.1%}"


def _answers(begun: pd.DataFrame) -> str:
    """Return how often the first follow of a tie is answered, by whose it was."""
    told = {"owner": "the owner followed first", "alter": "the other did"}
    return "\n".join(
        f"{_percent(row['rate']):>6}  {_interval(row['low'], row['high']):<31} "
        f"of {row['follows']} ties where {told[row['first']]}, {row['returned']} are mutual"
        for row in begun.reset_index().to_dict("records")
    )


def _waiting(alters: pd.DataFrame) -> str:
    """Return how many do not follow back, and since when, without naming anyone."""
    waiting = alters[alters["state"] == "following"]
    early = int(waiting["too_early"].fillna(False).sum())
    oldest = waiting["following_since"].min()
    since = "" if oldest is pd.NaT else f", the oldest since {oldest:%Y-%m-%d}"
    return f"not followed back: {len(waiting)}{since}; for {early} it is too early to tell"


def _report(options: argparse.Namespace) -> int:
    from follownet import report

    ignore = _names(options.ignore) if options.ignore else ()
    told = _given(options)
    path = report.write(options.path, options.output, ignore=ignore, progress=True, **told)
    print(f"report: {path.resolve()}\nopen it in a browser: {path.resolve().as_uri()}")
    return 0


def _names(file: str) -> tuple[str, ...]:
    try:
        lines = Path(file).read_text(encoding="utf-8-sig").splitlines()
    except OSError:
        raise SchemaError(f"{file}: there is no such file that can be read") from None
    except UnicodeDecodeError:
        raise SchemaError(f"{file}: is no UTF-8 text, one account a line") from None
    return tuple(line.strip() for line in lines if line.strip() and not line.startswith("#"))


def _lab(options: argparse.Namespace) -> int:
    folder = Path(options.folder)
    copied, kept = _copy_notebooks(folder)
    print(f"notebooks in {folder}: {copied} copied, {kept} kept as they were")
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={folder.resolve()}"]
    if options.no_browser:
        command.append("--no-browser")
    if options.port is not None:
        command.append(f"--ServerApp.port={options.port}")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    return subprocess.call(command, env=os.environ | _jupyter_settings())


def _jupyter_settings() -> dict[str, str]:
    """Return what keeps JupyterLab at home, as environment variables."""
    # These switch off its questions to its makers for news and newer versions.
    ours = str(Path(__file__).parent / "templates" / "jupyter")
    paths = [ours, os.environ.get("JUPYTER_CONFIG_PATH", "")]
    return {
        # A kernel of the same name in the user's home would be another Python.
        "JUPYTER_PREFER_ENV_PATH": "1",
        "JUPYTER_CONFIG_PATH": os.pathsep.join(filter(None, paths)),
    }


def _copy_notebooks(folder: Path) -> tuple[int, int]:
    """Copy the bundled notebooks; those that are there already belong to the user."""
    from follownet.datasets import bundled

    folder.mkdir(parents=True, exist_ok=True)
    copied = kept = 0
    for notebook in sorted(bundled("notebooks").glob("*.ipynb")):
        if (folder / notebook.name).exists():
            kept += 1
        else:
            shutil.copy(notebook, folder)
            copied += 1
    return copied, kept


if __name__ == "__main__":
    sys.exit(main())
