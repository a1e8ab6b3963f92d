"""A notebook, executed on somebody's export, as one self-contained HTML file."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import nbformat
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError
from nbconvert import HTMLExporter
from tqdm import tqdm

from follownet import errors
from follownet.datasets import bundled
from follownet.errors import FollownetError, SchemaError
from follownet.readers.archive import Source

NOTEBOOK = "01-who-follows-back.ipynb"
#: The cell that a report replaces carries this tag.
PARAMETERS = "parameters"
#: Cells for those who run the notebook, which a report leaves out, carry this one.
RUNNER = "runner"
SECONDS = 1800
INLINE = "module://matplotlib_inline.backend_inline"

_TEMPLATES = Path(__file__).parent / "templates"


def write(
    path: Source | Iterable[Source],
    output: Source,
    *,
    ignore: Iterable[str] = (),
    progress: bool = False,
    **told: Any,
) -> Path:
    """Execute the notebook on an export and write it as HTML; return the file.

    The file holds everything it shows and asks for nothing from the network. It names the
    people in the export: share it with care.

    Parameters
    ----------
    path
        A personal export, as `follownet.read` takes it.
    output
        The file to write. It appears only when all went well.
    ignore
        Accounts to leave out of the lists (never out of the rates).
    progress
        Show a bar when it takes more than two seconds.
    **told
        ``platform``, ``owner``, ``exported_at`` and ``zone``, as `follownet.read` takes them.

    Raises
    ------
    FollownetError
        As `follownet.read` does; or when a cell fails, with its number alone, since what it
        says could name people.
    """
    target = Path(output)
    if target.is_dir() or not os.access(target.parent, os.W_OK):
        raise SchemaError(
            f"{os.fspath(output)}: is a folder, or in one that is not there or where "
            "nothing can be written"
        )
    document = nbformat.read(bundled("notebooks") / NOTEBOOK, as_version=4)
    parts = [path] if isinstance(path, str | os.PathLike) else list(path)
    shown = {"PATH": [os.fspath(part) for part in parts], "TOLD": told, "IGNORE": list(ignore)}
    _set_parameters(document, shown)
    execute(document, progress=progress)
    page = _html(_for_readers(document))
    partial = target.with_name(target.name + ".partial")
    try:
        partial.write_text(page, encoding="utf-8", newline="\n")
        partial.replace(target)
    except OSError:
        raise SchemaError(f"{os.fspath(output)}: cannot be written") from None
    finally:
        partial.unlink(missing_ok=True)
    return target


def _for_readers(document: Any) -> Any:
    """Return the notebook without what is said to those who run it."""
    document.cells = [c for c in document.cells if RUNNER not in c.metadata.get("tags", ())]
    for cell in document.cells:
        # Warnings stand beside the tables as well, without the kernel's paths.
        outputs = cell.get("outputs", [])
        outputs[:] = [output for output in outputs if output.get("name") != "stderr"]
    return document


def _set_parameters(document: Any, values: dict[str, Any]) -> None:
    cell = next(c for c in document.cells if PARAMETERS in c.metadata.get("tags", ()))
    # JSON's texts and lists are Python's as well, and leave no way out of the quotes.
    lines = [f"{name} = {json.dumps(value, default=str)}" for name, value in values.items()]
    cell.source = "\n".join(lines)


def execute(document: Any, *, progress: bool = False) -> None:
    """Execute a notebook in place with this very Python, leaving no history behind."""
    bar = tqdm(
        total=sum(cell.cell_type == "code" for cell in document.cells),
        desc="report",
        unit=" cells",
        delay=2,
        disable=None if progress else True,
    )
    failure: FollownetError | None = None
    with bar, tempfile.TemporaryDirectory() as folder:
        client = NotebookClient(
            document,
            km=_kernel(folder),
            timeout=SECONDS,
            coalesce_streams=True,  # where a kernel cuts what is printed is chance
            extra_arguments=["--HistoryManager.enabled=False"],
            on_cell_complete=lambda **_: bar.update(),
        )
        try:
            # Figures belong in the notebook, whatever the caller's own backend is; a kernel
            # made here is not ended by nbclient unless told.
            client.execute(env=os.environ | {"MPLBACKEND": INLINE}, cleanup_kc=True)
        except CellExecutionError as error:
            failure = _readable(error, document)
        except DeadKernelError:
            failure = FollownetError("the notebook's Python ended; it may have run out of memory")
    if failure is not None:
        raise failure


def _kernel(folder: str) -> AsyncKernelManager:
    """Return a kernel of this Python, and not of one the user installed under the same name."""
    manager = AsyncKernelManager(
        kernel_name="python3",
        kernel_spec_manager=KernelSpecManager(kernel_dirs=[], ensure_native_kernel=True),
    )
    if os.name == "posix":
        # Sockets that only the user can open, where an open port could be read by others.
        manager.transport, manager.ip = "ipc", f"{folder}/kernel"
    return manager


def _readable(error: CellExecutionError, document: Any) -> FollownetError:
    """Return our own error as it was raised; of any other, only its kind and its cell."""
    kind = getattr(errors, error.ename, None)
    if isinstance(kind, type) and issubclass(kind, FollownetError):
        return kind(error.evalue)
    failed = [
        number
        for number, cell in enumerate(document.cells, start=1)
        if any(out.output_type == "error" for out in cell.get("outputs", ()))
    ]
    return FollownetError(f"cell {failed} of the notebook failed with {error.ename}")


def _html(document: Any) -> str:
    exporter = HTMLExporter(
        template_name="report",
        extra_template_basedirs=[str(_TEMPLATES)],
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        # Both would be fetched from the network.
        mathjax_url="",
        require_js_url="",
    )
    page, _ = exporter.from_notebook_node(document)
    return str(page)
