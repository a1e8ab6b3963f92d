"""The wheel alone, away from the checkout and in a new home, gives all that a user was promised."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
WAIT = 60  # seconds in which JupyterLab starts on a slow machine


@dataclass(frozen=True)
class Installation:
    prefix: Path
    home: Path

    @property
    def environment(self) -> dict[str, str]:
        # Nothing else is inherited: no PYTHONPATH, no Jupyter settings, no active environment.
        return {"PATH": os.environ["PATH"], "HOME": str(self.home)}

    def command(self, *arguments: str | Path) -> list[str]:
        return [str(self.prefix / "bin" / "follownet"), *map(str, arguments)]

    def python(self, code: str) -> str:
        python = self.prefix / "bin" / "python"
        return run([str(python), "-c", code], cwd=self.home, env=self.environment)


def run(command: list[str], *, cwd: Path, env: dict[str, str] | None = None) -> str:
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """The wheel in an empty environment, which borrows its dependencies from the running one."""
    folder = tmp_path_factory.mktemp("wheel")
    prefix = folder / "environment"
    home = folder / "home"
    home.mkdir()
    run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)], cwd=ROOT)
    [wheel] = folder.glob("*.whl")
    run([sys.executable, "-m", "venv", "--without-pip", str(prefix)], cwd=folder)
    pip = [sys.executable, "-m", "pip", "--python", str(prefix / "bin" / "python")]
    run([*pip, "install", "--quiet", "--no-index", "--no-deps", str(wheel)], cwd=folder)
    # Only the directory is added: the .pth files inside it, such as the one of an editable install,
    # are not read again.
    [packages] = prefix.glob("lib/python*/site-packages")
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    for directory in ("share", "etc"):  # JupyterLab's pages and nbconvert's templates
        if (Path(sys.prefix) / directory).is_dir():
            (prefix / directory).symlink_to(Path(sys.prefix) / directory)
    return Installation(prefix, home)


@contextmanager
def started(command: list[str], *, cwd: Path, env: dict[str, str]) -> Iterator[subprocess.Popen]:
    """A running command; it and its children end with the block."""
    with (cwd / "output.txt").open("w") as output:
        process = subprocess.Popen(
            command, cwd=cwd, env=env, stdout=output, stderr=output, start_new_session=True
        )
    try:
        yield process
    finally:
        for number in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(process.pid, number)
                process.wait(timeout=10)
            except ProcessLookupError:
                break
            except subprocess.TimeoutExpired:
                continue


def answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/api")
        return connection.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_the_installed_package_is_the_wheel_with_its_samples(installed: Installation) -> None:
    code = "import follownet as fn; print(fn.__file__); print(fn.datasets.sample('instagram'))"
    module, sample = map(Path, installed.python(code).splitlines())
    assert module.is_relative_to(installed.prefix)
    assert sample.is_relative_to(installed.prefix)
    assert sample.is_file()


def test_report_of_the_bundled_sample(installed: Installation, tmp_path: Path) -> None:
    code = "import follownet as fn; print(fn.datasets.sample('instagram'))"
    sample = installed.python(code).strip()
    command = installed.command("report", sample, "-o", "out.html")
    printed = run(command, cwd=tmp_path, env=installed.environment)
    assert "out.html" in printed
    assert "data:image/png;base64," in (tmp_path / "out.html").read_text()


def test_lab_copies_the_notebooks_and_serves_them(installed: Installation, tmp_path: Path) -> None:
    port = free_port()
    command = installed.command("lab", "--no-browser", "--port", str(port))
    with started(command, cwd=tmp_path, env=installed.environment) as process:
        deadline = time.monotonic() + WAIT
        while not answers(port):
            said = (tmp_path / "output.txt").read_text()
            assert process.poll() is None, f"follownet lab ended:\n{said}"
            assert time.monotonic() < deadline, f"nothing answers:\n{said}"
            time.sleep(0.2)
        copied = {path.name for path in (tmp_path / "follownet-notebooks").glob("*.ipynb")}
    assert copied == {path.name for path in (ROOT / "notebooks").glob("*.ipynb")} != set()
