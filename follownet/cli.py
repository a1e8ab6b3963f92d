"""The command ``follownet``: a summary, lists, what changed, a report, or the notebooks."""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import textwrap
import warnings
from collections.abc import Sequence
from contextlib import suppress
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from follownet.errors import FollownetError, FollownetWarning, NotObservedError, SchemaError
from follownet.readers.meta import handle_of_link
from follownet.tables import EXPORT_DATE

if TYPE_CHECKING:
    from follownet.tables import Export

EXAMPLES = """examples:
  follownet summary instagram-me-2026-08-11-AbCd1234.zip
  follownet summary part1.zip part2.zip
  follownet lists export.zip --out lists --ignore brands.txt
  follownet diff older.zip newer.zip
  follownet diff folder-of-exports --out changes
  follownet report export.zip -o report.html --ignore brands.txt
  follownet lab my-notebooks
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code: 0, 1 for bad input, 2 for wrong usage."""
    for stream in (sys.stdout, sys.stderr):
        # A Windows console may lack a letter of a path or a sign; that is no reason to fail.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    options = _parser().parse_args(arguments)
    told: set[str] = set()

    def show(message: Warning | str, *_: object, **__: object) -> None:
        text = _as_flags(str(message))
        if text not in told:
            print(f"warning: {text}", file=sys.stderr)
        told.add(text)

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("always", FollownetWarning)
            warnings.showwarning = show
            code = int(options.run(options))
            sys.stdout.flush()
            return code
    except BrokenPipeError:
        # Whoever read on has what they wanted, as with `| head`.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except FollownetError as error:
        print(f"follownet: {_as_flags(str(error))}", file=sys.stderr)
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

    lists = commands.add_parser("lists", help="write who does not follow back, and more, as CSV")
    _add_export(lists)
    lists.add_argument("--out", required=True, metavar="DIR", help="folder for the files")
    _add_ignore(lists)
    lists.add_argument(
        "--window", default="60D", help="too early to tell for follows younger than this (60D)"
    )
    lists.set_defaults(run=_lists)

    diff = commands.add_parser("diff", help="print what changed between exports; names accounts")
    diff.add_argument("path", nargs="+", help="two exports or more, or the folder that they lie in")
    diff.add_argument("--out", metavar="DIR", help="folder for the tables as CSV")
    diff.add_argument("--owner", help="whose exports they are, where they do not say")
    diff.add_argument(
        "--exported-at",
        metavar="DATE",
        action="append",
        help="when an export was made, where it does not say; once for each path, in their order",
    )
    _add_reading(diff)
    diff.set_defaults(run=_diff)

    report = commands.add_parser("report", help="write a report as one HTML file")
    _add_export(report)
    report.add_argument("-o", "--output", default="report.html", help="file (report.html)")
    _add_ignore(report)
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
    _add_reading(parser)


def _add_reading(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--platform", help="which of several that are in it, such as threads")
    parser.add_argument("--zone", help='of the times in HTML, such as "Europe/Berlin" (UTC)')


def _add_ignore(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--ignore", metavar="FILE", help="accounts to leave out of lists, one a line"
    )


def _given(options: argparse.Namespace) -> dict[str, Any]:
    """Return what the user told of the export, as `follownet.read` takes it."""
    names = ("platform", "owner", "exported_at", "zone")
    told = {name: getattr(options, name) for name in names}
    return {name: value for name, value in told.items() if value is not None}


def _as_flags(text: str) -> str:
    """Return advice on arguments of functions as advice on those of the command."""
    said = re.sub(
        r"\b(platform|owner|zone|exported_at)=(?:\.\.\.)?",
        lambda found: f"--{found[1].replace('_', '-')} ",
        text.replace("follownet.read(..., exported_at=...)", "exported_at="),
    )
    return said.replace("  ", " ")


def _summary(options: argparse.Namespace) -> int:
    import follownet as fn

    export = fn.read(options.path, progress=True, **_given(options))
    print(_about(export))
    if export.platform in fn.graph.CONNECTIONS:
        return _connections(export)
    G = export.graph()
    counts = fn.reciprocity.accounts(G)
    for name in ("followers", "following", "mutual"):
        count = counts[name].iloc[0]
        print(f"{name} {'unknown' if count is pd.NA else count}")
    print(f"\n{_rates(fn.reciprocity.follow_back(G))}")
    print(f"\n{_answers(fn.reciprocity.by_first(G))}\n\n{_waiting(fn.reciprocity.alters(G))}")
    return 0


def _connections(export: Export) -> int:
    """Print how many connections there are, and what became of asking."""
    import follownet as fn

    G = export.graph(ties="connections")
    print(f"{fn.graph.CONNECTIONS[export.platform]}s {len(G) - 1}, mutual by construction")
    with suppress(NotObservedError):
        for way, row in fn.reciprocity.invitations(export).xs("all", level="which").iterrows():
            print(
                f"{_percent(row['share']):>6}  {_interval(row['low'], row['high']):<15} "
                f"of {row['accounts']:.0f} accounts of invitations {way}, {row['connected']:.0f} "
                "are connected now"
            )
    return 0


def _about(export: Export) -> str:
    """Return whose export it is, how its lists were found and what was left out."""
    date = "unknown date" if export.exported_at is None else f"{export.exported_at:%Y-%m-%d}"
    lines = [f"{export.platform} export of {', '.join(export.owners)}, {date}"]
    for row in export.coverage.to_dict("records"):
        since = "" if row["starts"] is pd.NaT else f", oldest of {row['starts']:%Y-%m-%d}"
        lines.append(f"{row['list']} list {row['status']}{since}")
    if export.report is not None:
        lines += [
            f"times of {row['source']}: {row['zone']}{'' if row['known'] else ' (assumed)'}, "
            f"to the {row['precision']}"
            for row in export.report.times.to_dict("records")
            if row["source"] != EXPORT_DATE
        ]
        lines += map(_as_flags, export.report.notes)
        lines += [
            f"left out: {row['records']} in {row['file']} ({_as_flags(row['reason'])})"
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
    if not rates.xs("mature", level="cohort")["follows"].any():
        rows = rows[rows["cohort"] == "all"]
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
    if "mature" not in set(rows["cohort"]):
        lines.append(f"no follow is known to be older than {rates.attrs['window'].lower()}")
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
    lines = [
        f"{_percent(row['rate']):>6}  {_interval(row['low'], row['high']):<31} "
        f"of {row['follows']} ties where {told[row['first']]}, {row['returned']} are mutual"
        for row in begun[begun["rate"].notna()].reset_index().to_dict("records")
    ]
    if unclear := begun.attrs["same_time"] + begun.attrs["undated"]:
        lines.append(f"who was first is not known of {unclear} mutual ties")
    return "\n".join(lines)


def _waiting(alters: pd.DataFrame) -> str:
    """Return how many do not follow back, and since when, without naming anyone."""
    waiting = alters[alters["state"] == "following"]
    early = int(waiting["too_early"].fillna(False).sum())
    oldest = waiting["following_since"].min()
    since = "" if oldest is pd.NaT else f", the oldest since {oldest:%Y-%m-%d}"
    told = f"not followed back: {len(waiting)}{since}; for {early} it is too early to tell"
    undated = int(waiting["too_early"].isna().sum())
    return f"{told}, of {undated} it is not known" if undated else told


def _lists(options: argparse.Namespace) -> int:
    import follownet as fn

    ignore = _ignored(options)
    export = fn.read(options.path, progress=True, **_given(options))
    lists = fn.lists.of(export, ignore=ignore, window=options.window)
    files = fn.lists.save(lists, options.out)
    for name, file in files.items():
        print(f"{len(lists[name]):>6}  {fn.lists.MEANING[name]:<28}  {file}")
    if options.ignore:
        print(f"left out: {lists.ignored} accounts, of {len(set(ignore))} in {options.ignore}")
    for name, reason in lists.unknown.items():
        print(f"{name.replace('_', ' ')}: unknown; {_as_flags(reason)}")
        if (old := Path(options.out, f"{name.replace('_', '-')}.csv")).exists():
            print(f"  {old} is of an earlier run")
    for note in export.report.notes if export.report is not None else ():
        print(_as_flags(note))
    return 0


def _diff(options: argparse.Namespace) -> int:
    import follownet as fn

    exports = _exports(options)
    old, new = exports[-2:]
    tables = {"changes": fn.history.changes(old, new)}
    print(_changed(tables["changes"]))
    # Where one of these cannot be known, what came and went is told all the same.
    try:
        tables["losses"] = fn.history.losses(old, new)
        print(f"\n{_lost(tables['losses'])}")
    except FollownetError as error:
        print(f"\nwhy followers are gone: unknown; {_as_flags(str(error))}")
    try:
        tables["rates"] = fn.history.rates(exports)
        print(f"\n{_moved(tables['rates'])}")
    except FollownetError as error:
        print(f"\nrates: unknown; {_as_flags(str(error))}")
    if options.out is not None:
        for file in fn.lists.save(tables, options.out).values():
            print(f"written: {file}")
    return 0


def _exports(options: argparse.Namespace) -> list[Export]:
    """Return the exports to compare, oldest first."""
    import follownet as fn

    told = _given(options)
    dates = told.pop("exported_at", [None] * len(options.path))
    if len(options.path) == 1 and any(dates):
        raise SchemaError("--exported-at: give the exports themselves, with a date for each")
    if len(options.path) == 1 and Path(options.path[0]).is_dir():
        exports = list(fn.read_all(options.path[0], **told))
    elif len(options.path) == 1:
        raise SchemaError("what changed needs two exports, or the folder that they lie in")
    elif len(dates) == len(options.path):
        exports = [
            fn.read(path, progress=True, exported_at=date, **told)
            for path, date in zip(options.path, dates, strict=True)
        ]
    else:
        raise SchemaError(
            f"--exported-at: there are {len(dates)} dates for {len(options.path)} exports; give "
            "one for each, in their order"
        )
    if len(exports) < 2:
        raise SchemaError("what changed needs two exports; there is one in the folder")
    # Of two that nothing dates, the order in which they were given is all there is.
    undated = any(export.report is not None and not export.report.dated for export in exports)
    given = undated and len(options.path) == 2
    return exports if given else list(fn.history.ordered(exports))


_MARKS = {
    "gained": "new followers",
    "lost": "followers who are gone",
    "followed": "newly followed",
    "unfollowed": "no longer followed, whoever ended it",
    "newly_mutual": "newly mutual",
    "no_longer_mutual": "no longer mutual",
    "still_pending": "still pending",
}
_WHOM = {"received": "followed", "given": "that follow"}


def _changed(changes: pd.DataFrame) -> str:
    """Return what came and went, in numbers and by name."""
    told = (
        ("followers", "lost", "gained"),
        ("following", "unfollowed", "followed"),
        ("mutual", "no_longer_mutual", "newly_mutual"),
    )
    first, last = (
        "an unknown day" if pd.isna(day) else f"{day:%Y-%m-%d}"
        for day in (changes.attrs["from"], changes.attrs["until"])
    )
    lines = [
        f"{changes.attrs['owner']}: what changed from {first} to {last}",
        *map(_as_flags, changes.attrs["notes"]),
        f"\n{'':<10}{'gone':>8}{'new':>8}",
    ]
    for what, gone, come in told:
        known = [changes[mark].notna().any() or changes.empty for mark in (gone, come)]
        counts = [
            str(changes.attrs["counts"][mark]) if there else "unknown"
            for mark, there in zip((gone, come), known, strict=True)
        ]
        lines.append(f"{what:<10}{counts[0]:>8}{counts[1]:>8}")
    for mark, count in changes.attrs["counts"].items():
        if count:
            names = ", ".join(changes.index[changes[mark].fillna(False)])
            lines += ["", *textwrap.wrap(f"{_MARKS[mark]} ({count}): {names}", 100)]
    return "\n".join(lines)


def _lost(losses: pd.DataFrame) -> str:
    """Return for each lost follower how sure one can be of each explanation, and why."""
    if losses.empty:
        return "no follower is known to be lost"
    lines = ["why followers are gone, as far as the exports tell:"]
    for account, row in losses.iterrows():
        words = ", ".join(f"{name} {row[name]}" for name in losses.columns[:4])
        renamed = "" if pd.isna(row["renamed_to"]) else f", perhaps to {row['renamed_to']}"
        evidence = textwrap.indent(textwrap.fill(row["evidence"], 96), "    ")
        lines += [f"  {account}: {words}{renamed}", evidence]
    return "\n".join(lines)


def _moved(rates: pd.DataFrame) -> str:
    """Return the rates at each export and their changes in percentage points."""
    lines = [f"{'date':<12}{'rate':>8}  {'95 % interval':<15} change in points"]
    for direction, meaning in (("received", "follow back"), ("given", "are followed back")):
        lines.append(f"{direction}: of accounts {_WHOM[direction]}, how many {meaning}")
        for row in rates.loc[direction].reset_index().to_dict("records"):
            points = [100 * row[name] for name in ("change", "change_low", "change_high")]
            change = "" if row["change"] != row["change"] else "{:+.1f} ({:+.1f} to {:+.1f})"
            lines.append(
                f"{row['exported_at']:%Y-%m-%d}  {_percent(row['rate']):>8}  "
                f"{_interval(row['low'], row['high']):<15} {change.format(*points)}".rstrip()
            )
    return "\n".join([*lines, *rates.attrs["notes"]])


def _report(options: argparse.Namespace) -> int:
    from follownet import report

    ignore = _ignored(options)
    told = _given(options)
    path = report.write(options.path, options.output, ignore=ignore, progress=True, **told)
    print(f"report: {path.resolve()}\nopen it in a browser: {path.resolve().as_uri()}")
    return 0


def _ignored(options: argparse.Namespace) -> tuple[str, ...]:
    return _names(options.ignore) if options.ignore else ()


def _names(file: str) -> tuple[str, ...]:
    try:
        lines = Path(file).read_text(encoding="utf-8-sig").splitlines()
    except OSError:
        raise SchemaError(f"{file}: there is no such file that can be read") from None
    except UnicodeDecodeError:
        raise SchemaError(f"{file}: is no UTF-8 text, one account a line") from None
    names = (line.strip() for line in lines if not line.startswith("#"))
    # People copy the address of a profile as often as its name.
    return tuple(handle_of_link(name) or name for name in names if name)


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
