"""The how-tos and CONTRIBUTING.md say what is so.

each document
├── is short, and linked from CONTRIBUTING.md
└── names commands, options and paths that exist; others are noticed
"""

import importlib
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from ape.cli import ConnectedProviderCommand

from tests.scripts.howtos import DOCUMENTS, FOLDER, ROOT, commands, named_paths

MAKEFILE = (ROOT / "Makefile").read_text()
MOST_LINES = 120
MADE_BY_COMMANDS = {"meter.toml", "terms.json", "catalan.py", "catalan.js", "deployments/plant.json"}
SPOKEN_OF = ("ppa", "webapp/static/js", "tests")
PLAIN = {"cp", "grep", "node"}  # programs of every machine


@cache
def options_of(*program: str) -> str:
    """What a program says of itself."""
    said = subprocess.run([*program, "--help"], cwd=ROOT, capture_output=True, text=True, check=False)
    return said.stdout + said.stderr


def known_options(words: list[str]) -> str | set[str]:
    """The options that a command's program has; an assertion tells what does not exist."""
    program = words[0].removeprefix(".venv/bin/")
    if program == "make":
        assert re.search(rf"^{words[1]}:", MAKEFILE, re.MULTILINE), words
        assert all(f"$({word.split('=')[0]})" in MAKEFILE for word in words[2:]), words
    elif program == "ape" and words[1] == "run":
        assert (ROOT / "scripts" / f"{words[2]}.py").is_file(), words
        cli = importlib.import_module(f"scripts.{words[2]}").cli
        connects = {"--network"} if isinstance(cli, ConnectedProviderCommand) else set()
        return connects | {name for each in cli.params for name in each.opts}
    elif program == "ape":
        assert words[2] in importlib.import_module(f"ape_{words[1]}._cli").cli.commands, words
    elif program == "python" and words[1] == "-m":
        assert importlib.util.find_spec(words[2]), words
        return options_of(sys.executable, *words[1:3]) if len(words) > 3 else ""
    elif program == "pytest":
        assert all((ROOT / word).exists() for word in words[1:] if word.startswith("tests/")), words
    elif program == "node" and words[1] != "--test":
        return options_of("node", words[1])
    elif program.startswith("bin/"):
        return options_of(program)
    else:
        assert program in PLAIN, f"an unknown program: {words}"
        return {word.split("=")[0] for word in words}
    return ""


def check(words: list[str]) -> None:
    """That a command and its options exist."""
    known = known_options(words)
    for option in (word.split("=")[0] for word in words if word.startswith("--")):
        assert option in known, f"{option} of {words}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.stem)
def test_a_document_is_short_and_what_it_names_exists(document: Path) -> None:
    assert len(document.read_text().splitlines()) <= MOST_LINES
    for words in commands(document):
        check(words)
    missing = [path for path in named_paths(document) - MADE_BY_COMMANDS if not exists(path)]
    assert not missing


def exists(path: str) -> bool:
    """Whether a path from the root is there; a name alone may be of a file in a folder that was named before it."""
    if "/" in path:
        return (ROOT / path).exists()
    return (ROOT / path).exists() or any(list((ROOT / folder).rglob(path)) for folder in SPOKEN_OF)


@pytest.mark.parametrize(
    "command",
    [
        "make nothing", "make mutate NOTHING=1", ".venv/bin/ape run nothing", ".venv/bin/ape run deploy --nothing x",
        ".venv/bin/python -m tests.nothing", ".venv/bin/python -m webapp --nothing x", "bin/anvil --nothing",
        ".venv/bin/pytest tests/nothing.py", "curl x",
    ],
)  # fmt: skip
def test_a_command_that_does_not_exist_is_noticed(command: str) -> None:
    with pytest.raises(AssertionError):
        check(command.split())


@pytest.mark.parametrize("path", ["ppa/nothing.py", "nothing.py", "docs/howto/nothing.md"])
def test_a_path_that_does_not_exist_is_noticed(path: str) -> None:
    assert not exists(path)


def test_every_how_to_is_linked_from_contributing() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text()
    assert all(f"(docs/howto/{path.name})" in text for path in FOLDER.glob("*.md"))
