"""`make coverage`: the lines and branches of the contracts that the tests come by, and every `require` that refuses.

The tests of `tests/contracts` run on a copy of the contracts with a trace in every statement and condition. A line
counts if all statements that begin in it ran; a condition has two branches, and so has each side of its `&&` and `||`.
Exit 1 if a line, a branch or a refusal was missed.
"""

from collections import defaultdict
from dataclasses import asdict, dataclass

import click

from tools.coverage.traced_run import laid_down, trails
from tools.coverage.traces import Trace
from tools.solidity.builds import Compiler

# Other tests come by all that the state machines do, which walk the published code.
NOT_THE_MACHINES = tuple(f"--ignore=tests/contracts/test_{name}_machine.py" for name in ("ledger", "life", "registry"))


@dataclass
class Score:
    """Seen and all, of lines, branches and refusals."""

    lines: tuple[int, int] = (0, 0)
    branches: tuple[int, int] = (0, 0)
    refusals: tuple[int, int] = (0, 0)


def score(traces: dict[int, Trace], seen: set[int]) -> Score:
    """How much of these traces was seen."""
    lines: dict[tuple[str, int], bool] = defaultdict(lambda: True)
    for number, trace in traces.items():
        if trace.outcome is None:
            lines[trace.path, trace.line] &= number in seen
    branches = [number in seen for number, trace in traces.items() if trace.outcome is not None]
    refusals = [number in seen for number, trace in traces.items() if trace.refuses]
    return Score(*((sum(part), len(part)) for part in (lines.values(), branches, refusals)))


def table(traces: list[Trace], seen: set[int]) -> list[str]:
    """A line for each file, and the sum."""
    by_path: dict[str, dict[int, Trace]] = defaultdict(dict)
    for number, trace in enumerate(traces):
        by_path[trace.path][number] = by_path["all"][number] = trace
    found = [f"{'Solidity':42} {'lines':>12} {'branches':>12} {'refusals':>12}"]
    for path in (*sorted(by_path.keys() - {"all"}), "all"):
        parts = asdict(score(by_path[path], seen)).values()
        found.append(f"{path:42} " + " ".join(f"{f'{some}/{every}':>12}" for some, every in parts))
    total = score(by_path["all"], seen)
    shares = (f"{100 * some / every:.1f} % of {name}" for name, (some, every) in asdict(total).items())
    return [*found, f"The tests see {', '.join(shares)}."]


@click.command()
def cli() -> None:
    """Lines and branches of the contracts that the tests come by."""
    folder, traces = laid_down(Compiler())
    seen = {number for trail in trails(folder, *NOT_THE_MACHINES) for number in trail.seen}
    for line in table(traces, seen):
        click.echo(line)
    missed = [str(trace) for number, trace in enumerate(traces) if number not in seen]
    for line in missed:
        click.echo(line)
    if missed:
        raise SystemExit(1)


if __name__ == "__main__":
    cli()
