"""Facts about the repository that a reviewer would otherwise have to remember."""

from __future__ import annotations

import re
import subprocess
import tomllib
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

import follownet

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LOCK = (ROOT / "requirements.lock").read_text()

# Joined here, so that this file does not hold what it looks for.
ADDRESSES = ["py" + "pi.", "python" + "hosted", "ana" + "conda.", "npm" + "js."]
MACHINES = ["/" + name + "/" for name in ("home", "root", "Users", "tmp", "opt", "work")]

TOP_LEVEL = {
    ".ci", ".gitattributes", ".gitignore", "CHANGELOG.md", "CITATION.cff", "CONTRIBUTING.md",
    "LICENSE", "Makefile", "README.md", "benchmarks", "data", "follownet", "notebooks",
    "pyproject.toml", "requirements.lock", "tests",
}  # fmt: skip

# Permissive, or MPL-2.0 unmodified. Each part of an expression has to match from its beginning.
ACCEPTED = re.compile(
    r"0BSD|(the )?(new |modified )?BSD|MIT|ISC|Apache|PSF|Python Software Foundation|Zlib|CC0"
    r"|MPL-2\.0|Mozilla Public License 2\.0",
    re.IGNORECASE,
)


def tracked() -> list[Path]:
    git = ["git", "-C", str(ROOT)]
    try:
        top = subprocess.run([*git, "rev-parse", "--show-toplevel"], capture_output=True, text=True)
        names = subprocess.run([*git, "ls-files", "-z"], capture_output=True, text=True).stdout
    except FileNotFoundError:
        pytest.skip("git is not installed")
    if top.returncode or Path(top.stdout.strip()).resolve() != ROOT.resolve():
        pytest.skip("not a git checkout")
    if not names:
        pytest.skip("git tracks no file yet")
    return [Path(name) for name in names.split("\0") if name and (ROOT / name).is_file()]


def entries() -> list[str]:
    """The lock, a line a requirement with its hashes."""
    return re.sub(r"(?m)^\s*#.*\n", "", LOCK).replace("\\\n", "").splitlines()


def locked() -> list[Requirement]:
    return [Requirement(entry.partition("--hash")[0]) for entry in entries()]


def licences(found: Distribution) -> list[str]:
    """What a distribution declares: SPDX parts, or classifiers, or the first line of its text."""
    metadata = found.metadata
    if expression := metadata.get("License-Expression"):
        return re.split(r" AND | OR ", expression.replace("(", "").replace(")", ""))
    prefix = "License :: "
    classifiers = [c for c in metadata.get_all("Classifier", []) if c.startswith(prefix)]
    if names := [c.rpartition(" :: ")[2] for c in classifiers if c != "License :: OSI Approved"]:
        return names
    return re.split(r" AND | OR ", metadata.get("License", "").strip().partition("\n")[0])


def test_tracked_files_name_no_registry_and_no_machine() -> None:
    """An installation takes the address of its registry from the user's settings, never from us."""
    problems = []
    for path in tracked():
        content = (ROOT / path).read_bytes()
        if b"\0" in content:
            continue
        # Pictures in notebooks are long runs of base64, in which any short word may turn up.
        text = re.sub(r"[A-Za-z0-9+/=]{200,}", "", content.decode())
        problems += [f"{path}: {word}" for word in ADDRESSES if word in text.lower()]
        problems += [f"{path}: {word}" for word in MACHINES if re.search(rf"(?<!\w){word}", text)]
    assert not problems


def test_top_level_holds_only_what_belongs_there() -> None:
    assert {path.parts[0] for path in tracked()} <= TOP_LEVEL


def test_lock_pins_and_hashes_everything_and_holds_no_address() -> None:
    assert "://" not in LOCK
    assert all("--hash=sha256:" in entry for entry in entries())
    assert all(re.fullmatch(r"==[\w.]+", str(requirement.specifier)) for requirement in locked())


def test_lock_covers_the_declared_dependencies() -> None:
    declared = PROJECT["project"]["dependencies"]
    declared = [*declared, *PROJECT["project"]["optional-dependencies"]["dev"]]
    pins = {(pin.name, next(iter(pin.specifier)).version) for pin in locked()}
    for requirement in map(Requirement, declared):
        versions = [version for name, version in pins if name == requirement.name]
        assert versions, requirement
        assert all(requirement.specifier.contains(version) for version in versions), requirement


def test_build_backend_is_the_locked_one() -> None:
    [backend] = PROJECT["build-system"]["requires"]
    assert backend in {str(requirement) for requirement in locked()}


def test_version_is_stated_once_and_repeated_truly() -> None:
    citation = re.search(r"(?m)^version: (\S+)$", (ROOT / "CITATION.cff").read_text())
    assert citation
    assert citation[1] == PROJECT["project"]["version"] == follownet.__version__


def test_licences_of_locked_distributions_are_permissive() -> None:
    problems = {}
    for requirement in locked():
        if requirement.marker and not requirement.marker.evaluate():
            continue
        try:
            declared = licences(distribution(requirement.name))
        except PackageNotFoundError:
            continue  # an environment without the development tools
        if not all(ACCEPTED.match(licence) for licence in declared):
            problems[requirement.name] = declared
    assert not problems
