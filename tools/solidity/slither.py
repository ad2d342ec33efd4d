"""Slither on the compiler's syntax trees, from which alone it reads: no code is generated for it.

What the compiler answers is laid down in the form that crytic-compile exports, which Slither takes.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from tools.solidity.builds import DoesNotCompile, asked

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
EXPORT = "build/slither_export.json"
COMMAND = (EXPORT, "--compile-force-framework", "Standard", "--filter-paths", "node_modules", "--fail-medium")
SAW = re.compile(r"analyzed \((\d+) contracts")
NO_CODE = {"bin": "", "bin-runtime": "", "srcmap": "", "srcmap-runtime": "", "libraries": {}}


def slither(paths: list[str]) -> tuple[int, bool, str]:
    """How many contracts it saw in these files, whether it found nothing of weight in them, and what it printed."""
    (ROOT / EXPORT).parent.mkdir(exist_ok=True)
    try:
        (ROOT / EXPORT).write_text(json.dumps(exported(paths)))
    except DoesNotCompile as problem:
        return 0, False, str(problem)
    path = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        [BIN / "slither", *COMMAND],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={**os.environ, "PATH": path},
        check=False,
    )
    said = done.stdout + done.stderr
    saw = SAW.search(said)
    count = int(saw.group(1)) if saw else 0
    return count, done.returncode == 0 and count > 0, said


def exported(paths: list[str]) -> dict[str, Any]:
    """The syntax trees and ABIs of these files, and of what they import, as crytic-compile exports them."""
    question = {
        "language": "Solidity",
        "sources": {path: {"content": (ROOT / path).read_text()} for path in paths},
        "settings": {"evmVersion": "byzantium", "outputSelection": {"*": {"*": ["abi"], "": ["ast"]}}},
    }
    answer = asked(question)
    names = {path: _name(path) for path in answer["sources"]}
    units = {
        path: {
            "ast": unit["ast"],
            "contracts": {
                name: {**NO_CODE, "abi": contract["abi"], "is_dependency": path not in paths, "filenames": names[path]}
                for name, contract in answer["contracts"].get(path, {}).items()
            },
        }
        for path, unit in answer["sources"].items()
    }
    compiler = {"compiler": "solc", "version": "0.8.37", "optimized": True}
    return {
        "compilation_units": {"all": {"compiler": compiler, "source_units": units, "filenames": [*names.values()]}},
        "working_dir": str(ROOT),
        "type": 1,  # what solc compiled
        "crytic_version": "0.0.2",
    }


def _name(path: str) -> dict[str, str]:
    """A file's names; packages are in node_modules."""
    where = path if (ROOT / path).exists() else f"node_modules/{path}"
    return {"absolute": str(ROOT / where), "used": path, "short": where, "relative": path}
