"""`make help`: every task of the Makefile has its line there, and every line is a task that exists."""

import re
import subprocess
from pathlib import Path

from tests.scripts.commands import ROOT

TEXT = (ROOT / "Makefile").read_text()
TASKS = set(re.findall(r"^([a-z]+):", TEXT, re.MULTILINE))
DOCUMENTED = re.findall(r"^## ([a-z]+): (.+)\n\1:", TEXT, re.MULTILINE)
UNSAID = {"help", "chromium"}  # help itself, and a step of others


def make(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(["make", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)


def test_help_has_one_line_for_each_task_and_is_what_make_says_alone() -> None:
    lines = make("help").stdout.splitlines()
    assert [line.split()[1] for line in lines] == [name for name, _ in DOCUMENTED]
    assert all(
        line.startswith("  make ") and line.endswith(text) for line, (_, text) in zip(lines, DOCUMENTED, strict=True)
    )
    assert make().stdout.splitlines() == lines


def test_every_task_has_its_line_and_every_line_its_task() -> None:
    assert {name for name, _ in DOCUMENTED} == TASKS - UNSAID
    assert len(re.findall("^## ", TEXT, re.MULTILINE)) == len(DOCUMENTED), "a line stands right above its task"
    phony = re.search(r"^\.PHONY: (.+)$", TEXT, re.MULTILINE)
    assert phony is not None
    assert set(phony[1].split()) == TASKS


def test_every_script_that_a_task_runs_exists() -> None:
    for name in re.findall(r"ape run ([a-z]+)", TEXT):
        assert Path(ROOT, "scripts", f"{name}.py").exists()
    for path in re.findall(r"bash (scripts/\S+)", TEXT):
        assert Path(ROOT, path).exists()
