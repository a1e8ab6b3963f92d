"""Run every notebook as committed, and compare what it says with what is committed.

``python tests/notebooks.py`` fails when a text output differs, a cell fails, or there is no
notebook to run. ``--write`` writes the executed notebooks back.
"""

from __future__ import annotations

import base64
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from difflib import unified_diff
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import nbformat

from follownet.datasets._tables import VARIABLE
from follownet.report import execute

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"
WORKERS = 2
#: Its first figure is that of the README.
QUICKSTART = "00-quickstart.ipynb"


def executed(path: Path) -> tuple[Any, float]:
    """Return the notebook after a run from top to bottom, and its seconds."""
    document = nbformat.read(path, as_version=4)
    for cell in document.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    start = time.monotonic()
    execute(document)
    for cell in document.cells:
        cell.metadata.pop("execution", None)
    # The version of the interpreter is no part of what a notebook says.
    document.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    return document, time.monotonic() - start


def said(document: Any) -> list[str]:
    """Return all text that the cells put out, in lines."""
    lines = []
    for number, cell in enumerate(document.cells, start=1):
        for output in cell.get("outputs", ()):
            shown = output.get("data", {}) | {"stream": output.get("text", "")}
            # Where a map puts its accounts may differ in the last digits between machines.
            if "<iframe" in shown.get("text/html", ""):
                del shown["text/html"]
            for kind in ("stream", "text/plain", "text/html"):
                lines += [f"cell {number}: {line}" for line in shown.get(kind, "").splitlines()]
    return lines


def first_figure(document: Any) -> bytes:
    """Return the first picture in a notebook as PNG."""
    outputs = [output for cell in document.cells for output in cell.get("outputs", ())]
    pictures = [
        output["data"]["image/png"] for output in outputs if "image/png" in output.get("data", {})
    ]
    return base64.b64decode(pictures[0])


def main(write: bool) -> int:
    """Run all notebooks; return the exit code."""
    paths = sorted(NOTEBOOKS.glob("*.ipynb"))
    if not paths:
        print(f"no notebook in {NOTEBOOKS.name}: nothing was tested")
        return 1
    failed = 0
    # What a machine has fetched is no part of what a notebook says.
    with (
        TemporaryDirectory() as nothing,
        ProcessPoolExecutor(
            WORKERS, initializer=os.environ.update, initargs=({VARIABLE: nothing},)
        ) as pool,
    ):
        # The last ones take longest: begun first, they leave no worker without work at the end.
        runs = {path: pool.submit(executed, path) for path in reversed(paths)}
        for path in paths:
            document, seconds = runs[path].result()
            committed = said(nbformat.read(path, as_version=4))
            changed = list(
                unified_diff(committed, said(document), "committed", "now", lineterm="", n=0)
            )
            failed += bool(changed) and not write
            print(f"{path.name}: ran in {seconds:.0f} s, {'differs' if changed else 'same output'}")
            if write:
                nbformat.write(document, path)
                if path.name == QUICKSTART:
                    path.with_suffix(".png").write_bytes(first_figure(document))
            else:
                print(*changed[:40], sep="\n", end="\n" if changed else "")
    print(f"{len(paths) - failed} passed, {failed} failed")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main("--write" in sys.argv[1:]))
