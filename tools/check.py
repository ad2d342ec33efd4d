"""`make check`: formatters, linters, types and static analysis, each named, the first failure shown whole."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tools.solidity.slither import slither

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
CONTRACTS = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "contracts").rglob("*.sol"))
INTERFACES = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "interfaces").rglob("*.sol"))
PYTHON = ("ppa", "meter", "webapp", "scripts", "tools", "tests", "setup.py")


@dataclass(frozen=True)
class Check:
    """A command that must end with 0; `cure` says what usually helps."""

    name: str
    command: tuple[str, ...]
    cure: str = ""


CHECKS = (
    Check("forge fmt", (str(ROOT / "bin/forge"), "fmt", "--check", *CONTRACTS, *INTERFACES), "bin/forge fmt"),
    Check("solhint", ("node_modules/.bin/solhint", "--noPoster", "--max-warnings", "0", *CONTRACTS, *INTERFACES)),
    Check("ruff format", (str(BIN / "ruff"), "format", "--check", *PYTHON), ".venv/bin/ruff format ."),
    Check("ruff", (str(BIN / "ruff"), "check", *PYTHON), ".venv/bin/ruff check --fix ."),
    Check("mypy", (str(BIN / "mypy"),)),
)


def run(check: Check) -> tuple[str, bool, float, str]:
    """Name, whether it held, seconds, what it printed."""
    started = time.monotonic()
    environment = {**os.environ, "FOUNDRY_DISABLE_NIGHTLY_WARNING": "1"}
    done = subprocess.run(
        check.command, cwd=ROOT, capture_output=True, text=True, env=environment, stdin=subprocess.DEVNULL, check=False
    )
    said = done.stdout + done.stderr + (f"\nUsually helps: {check.cure}" if check.cure and done.returncode else "")
    return check.name, done.returncode == 0, time.monotonic() - started, said


def analysis() -> tuple[str, bool, float, str]:
    """Slither; it must really have seen our contracts."""
    started = time.monotonic()
    count, held, said = slither([*CONTRACTS, *INTERFACES])
    return f"slither ({count} contracts)", held, time.monotonic() - started, said


def main() -> int:
    """Run all, two at a time; 0 if all held."""
    with ThreadPoolExecutor(2) as pool:
        running = [pool.submit(analysis), *(pool.submit(run, check) for check in CHECKS)]
        answers = [future.result() for future in running]
    for name, held, seconds, said in answers:
        print(f"{'·' if held else '✗'} {name}: {'ok' if held else 'failed'} ({seconds:.1f} s)")
        if not held:
            print(said)
    return 0 if all(held for _, held, _, _ in answers) else 1


if __name__ == "__main__":
    sys.exit(main())
