"""The how-tos as tests read them: fenced blocks, commands, and the paths that they name.

A block's first line may name files beside its language: the block is a new file or goes into one. A `diff` block
replaces its lines with `-` by those with `+`, in each file that it names. `sh` blocks have one command a line.
"""

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "howto"
DOCUMENTS = [ROOT / "CONTRIBUTING.md", *sorted(FOLDER.glob("*.md"))]
_FENCE = re.compile(r"^```([^\n]+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_CHANGE = re.compile(r"((?:^-.*\n)+)((?:^\+.*\n)*)", re.MULTILINE)
_QUOTED = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\]\(([^)#:]+)\)")
_PATH = re.compile(r"[\w.-]+(?:/[\w.-]+)+/?|[\w-]+\.(?:md|toml|yaml|json|py|js)")


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, the files it goes into, its text."""

    language: str
    files: tuple[str, ...]
    text: str


def blocks(document: Path) -> list[Block]:
    """All blocks of a document."""
    found = _FENCE.findall(document.read_text(encoding="utf-8"))
    return [Block(info.split()[0], tuple(info.split()[1:]), text) for info, text in found]


def block(document: str, file: str) -> str:
    """The text of a how-to's block for a file."""
    (found,) = [each.text for each in blocks(FOLDER / document) if file in each.files]
    return found


def commands(document: Path) -> Iterator[list[str]]:
    """Each command of a document, as words."""
    for each in blocks(document):
        if each.language == "sh":
            yield from filter(None, (shlex.split(line, comments=True) for line in each.text.splitlines()))


def named_paths(document: Path) -> set[str]:
    """The paths between backquotes and in links, from the root; not those that the document makes."""
    text = _FENCE.sub("", document.read_text(encoding="utf-8"))
    quoted = {path for path in _QUOTED.findall(text) if _PATH.fullmatch(path)}
    linked = {str((document.parent / path).resolve().relative_to(ROOT)) for path in _LINK.findall(text)}
    return (quoted | linked) - made_paths(document)


def made_paths(document: Path) -> set[str]:
    """The files that a document's blocks make."""
    copies = {words[-1] for words in commands(document) if words[0] == "cp"}
    return copies | {file for each in blocks(document) for file in each.files}


def follow(document: Path, tree: Path) -> None:
    """Does in a tree what a document's blocks say: copies, changed lines, new files, Python."""
    for each in blocks(document):
        if each.language == "sh":
            for words in map(str.split, each.text.splitlines()):
                if words[0] == "cp":
                    shutil.copy(tree / words[1], tree / words[2])
        elif each.language == "diff":
            for file in each.files:
                _change(tree / file, each.text)
        elif each.language == "python" and not each.files:
            subprocess.run([sys.executable, "-c", each.text], cwd=tree, check=True)


def _change(file: Path, diff: str) -> None:
    text = file.read_text(encoding="utf-8")
    for old, new in _CHANGE.findall(diff):
        before, after = (re.sub("^.", "", lines, flags=re.MULTILINE) for lines in (old, new))
        assert text.count(before) == 1, f"{file.name} has not once:\n{before}"
        text = text.replace(before, after)
    file.write_text(text, encoding="utf-8")
