"""The wheel, and environments that have it with its declared dependencies alone, as pip would install them.

Nothing is downloaded: the dependencies are links to what this environment has.
"""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.scripts.commands import ROOT

SOURCES = ("interfaces", "meter", "ppa", "webapp")
UV = Path(sys.executable).parent / "uv"
OFFLINE = ("--offline", "--quiet", "--python")


def built(folder: Path) -> tuple[Path, Path]:
    """A copy of the sources, and the wheel that `make wheel` makes of them, by way of the source distribution."""
    source, wheels = folder / "source", folder / "dist"
    for name in SOURCES:
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    for name in ("pyproject.toml", "setup.py", "README.md"):
        shutil.copy(ROOT / name, source)
    _run(UV, "build", *OFFLINE, sys.executable, "--no-build-isolation", "--out-dir", wheels, source)
    (wheel,) = wheels.glob("*.whl")
    return source, wheel


@dataclass(frozen=True)
class Installed:
    """A virtual environment, used from a folder and in an environment that know nothing of the repository."""

    folder: Path

    @classmethod
    def of(cls, wheel: Path, folder: Path, *extras: str) -> "Installed":
        """A new environment with the wheel and what it asks for, with these extras, and no more."""
        _run(sys.executable, "-m", "venv", "--without-pip", folder / "venv")
        found = cls(folder)
        _run(UV, "pip", "install", *OFFLINE, found.program("python"), "--no-deps", wheel)
        (site,) = folder.glob("venv/lib/python*/site-packages")
        (information,) = site.glob("solpact-*.dist-info")
        for needed in _needed(Distribution.at(information), extras):
            _link(needed, site)
        (folder / "work").mkdir()
        return found

    def program(self, name: str) -> str:
        """A program's path."""
        return str(self.folder / "venv" / "bin" / name)

    @property
    def work(self) -> Path:
        """The folder that the programs run in."""
        return self.folder / "work"

    def run(self, name: str, *arguments: str | Path) -> "subprocess.CompletedProcess[str]":
        """Runs a program to its end."""
        return subprocess.run(
            [self.program(name), *arguments],
            cwd=self.work, env=self._environment(), capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip

    @contextmanager
    def started(self, name: str, *arguments: str | Path) -> Iterator["subprocess.Popen[str]"]:
        """A program that runs until the block ends."""
        process = subprocess.Popen(
            [self.program(name), *arguments], cwd=self.work, env=self._environment(), stdout=subprocess.PIPE, text=True
        )
        try:
            yield process
        finally:
            process.terminate()
            process.communicate(timeout=30)

    def _environment(self) -> dict[str, str]:
        return {"HOME": str(self.folder), "COLUMNS": "120", "no_proxy": "127.0.0.1"}


def _needed(root: Distribution, extras: tuple[str, ...]) -> list[Distribution]:
    """What a distribution asks for with some extras, and what that asks for in turn."""
    found: dict[str, Distribution] = {}
    seen: set[tuple[str, str]] = set()
    waiting = [(root, extra) for extra in ("", *extras)]
    while waiting:
        one, extra = waiting.pop()
        for text in one.requires or ():
            asked = Requirement(text)
            if asked.marker is None or asked.marker.evaluate({"extra": extra}):
                name = canonicalize_name(asked.name)
                found[name] = distribution(name)
                fresh = {(name, of) for of in ("", *asked.extras)} - seen
                seen |= fresh
                waiting += [(found[name], of) for _, of in fresh]
    return list(found.values())


def _link(needed: Distribution, site: Path) -> None:
    for top in {file.parts[0] for file in needed.files or ()} - {"..", "__pycache__"}:
        if not (site / top).exists():
            (site / top).symlink_to(Path(str(needed.locate_file(top))))


def _run(*command: str | Path) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
