"""`ape run bench`: gas of every operation under three sets of rules, and the speed of the test lane and the verifier.

Gas is measured on Ganache, which prices byzantium and istanbul right (Anvil does not), beside each operation's floor
(tools/gas/floors.py). Results go to `bench/results.json` (`gas.<operation>.<rules>`, `floors.<operation>.<rules>`) and
into the README's table. Exit 1 if an operation is over its limit.
"""

import json
import re
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click

from ppa.chain import Chain
from tools.gas.bounds import AMENDMENTS, MOST_CLAUSES, OPEN_MONTHS, amended, burdened
from tools.gas.floors import measured as floors
from tools.gas.lane import Lane, brought, lived, with_notice
from tools.processes import timed
from tools.stage.chain import ROOT, RULES, embedded_chain
from tools.stage.stage import EVE

RESULTS = ROOT / "bench" / "results.json"
README = ROOT / "README.md"
MARKS = ("<!-- bench -->", "<!-- /bench -->")
Limits = tuple[int, int, int] | None
MOST = (10_000_000,) * 3  # of what no fair agreement has

# operation: what it is, and the most it may cost (byzantium, istanbul, berlin)
OPERATIONS: dict[str, tuple[str, Limits]] = {
    "record": ("record a day", (33_900, 32_000, 31_200)),
    "record_first_of_month": ("the first record of a month", (54_400, 52_500, 53_800)),
    "record_first": ("a meter's first record", None),
    "record_many_per_day": ("7 days in one transaction, per day", (11_200, 9_000, 8_900)),
    "record_signed_per_meter": ("relayed by 50, per meter", (23_000, 18_000, 16_600)),
    "propose": ("propose, 2 clauses", (86_000, 75_500, 81_000)),
    "propose_document": ("propose, with arbiter and document", None),
    "sign": ("sign", (51_500, 41_500, 41_000)),
    "reject": ("reject", None),
    "withdraw": ("withdraw", None),
    "serve": ("serve", (75_000, 66_000, 66_500)),
    "close_first": ("close, the first month", None),
    "close": ("close, 2 clauses", (90_500, 80_500, 90_000)),
    "adjust_first": ("the first act, which opens the account", None),
    "adjust": ("a correction that both signed", (78_000, 64_000, 66_000)),
    "dispute": ("dispute a statement", (80_000, 68_000, 70_000)),
    "declare": ("declare a payment", None),
    "confirm": ("confirm a payment", None),
    "confirm_undeclared": ("confirm a payment that was not declared", None),
    "close_pending": ("close with an act's line", None),
}
# what happens once or never: without a floor
RARE: dict[str, tuple[str, Limits]] = {
    "agree": ("agree, both signatures brought by a stranger", None),
    "serve_brought": ("serve, by a signature that a stranger brings", None),
    "announce": ("announce a handover", None),
    "execute": ("execute a handover", None),
    "end_in_silence": ("end in silence", None),
    **{
        f"close_amended_{count}": (
            f"close, a take-or-pay clause, after {count or 'no'} amendment{'s' * (count != 1)}",
            None,
        )
        for count in (0, 1, AMENDMENTS)
    },
    "close_burning": (f"close, {MOST_CLAUSES} clauses that burn their gas", MOST),
    "close_long": (f"close, {MOST_CLAUSES} clauses that answer 480 kB", MOST),
    "end_burning": (f"end, {OPEN_MONTHS} open months, a clause that burns its gas", MOST),
    "end_long": (f"end, {OPEN_MONTHS} open months, a clause that answers 480 kB", MOST),
    "deploy_MeterLedger": ("deploy the ledger", None),
    "deploy_RegistryEnds": ("deploy the registry's module of ends", None),
    "deploy_RegistryRights": ("deploy the registry's module of rights", None),
    "deploy_PPARegistry": ("deploy the registry", None),
    "deploy_EnergyCharge": ("deploy EnergyCharge", None),
    "deploy_GuaranteedGeneration": ("deploy GuaranteedGeneration", None),
}
ALL = {**OPERATIONS, **RARE}


def measured(rules: str) -> tuple[dict[str, int], dict[str, int]]:
    """Gas of every operation under a set of rules, and of its floor."""
    with embedded_chain("ganache", EVE, rules=rules) as node:
        lane = Lane(Chain(node.url))
        cast = lived(lane)
        least = floors(lane.chain, cast)
        brought(lane, cast.terms)
        with_notice(lane, cast.terms)
        amended(lane)
        burdened(lane)
        return lane.gas, least


def property_lane() -> dict[str, float]:
    """Transactions a second of the stateful property tests, as they print it themselves."""
    _, said = timed([sys.executable, "-m", "pytest", "tests/contracts", "-k", "machine", "-s"])
    rates = [float(rate.replace(",", "")) for rate in re.findall(r"([\d,.]+) tx/s", said)]
    if not rates:
        raise click.ClickException("The property tests did not print their rate.")
    return {"property_lane_tx_per_s": min(rates)}


def demo_times() -> dict[str, float]:
    """The verifier's time on the demo's evidence, its own process and chain included."""
    if not (ROOT / "build" / "demo" / "evidence.json").exists():
        timed([str(Path(sys.executable).parent / "ape"), "run", "demo", "--once"])
    seconds, _ = timed([str(Path(sys.executable).parent / "ape"), "run", "verify"])
    return {"verify_demo_s": round(seconds, 1)}


def ten_years() -> dict[str, float]:
    """The verifier's time on ten years of an agreement."""
    _, said = timed([sys.executable, "-m", "tools.verifying", "--years", "10"])
    return {name: float(seconds) for name, seconds in re.findall(r"^(\w+_s): ([\d.]+)", said, re.MULTILINE)}


def test_time() -> dict[str, float]:
    """How long the whole test suite takes, as `make test` runs it."""
    seconds, _ = timed([sys.executable, "-m", "pytest", "-n", "3", "--dist", "worksteal", "-m", "not tool"])
    return {"test_s": round(seconds)}


TIMINGS: tuple[Callable[[], dict[str, float]], ...] = (property_lane, demo_times, ten_years, test_time)


def table(gas: dict[str, dict[str, int]], least: dict[str, dict[str, int]]) -> str:
    """The README's table: gas beside its limit and its floor, and how many times the floor it is."""
    lines = [
        "| operation | byzantium | istanbul | berlin | at most | floor | times the floor |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for operation, (name, limits) in ALL.items():
        cells = [f"{gas[operation][rules]:,}" for rules in RULES]
        cells.append(_row(f"{x:,}" for x in limits or ()))
        below = least.get(operation, {})
        cells.append(_row(f"{x:,}" for x in below.values()))
        cells.append(_row(f"{gas[operation][rules] / below[rules]:.2f}" for rules in below))
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _row(numbers: Iterable[str]) -> str:
    return " / ".join(numbers)


def over_limit(gas: dict[str, dict[str, int]]) -> list[str]:
    """What costs more than it may."""
    return [
        f"{operation} on {rules}: {gas[operation][rules]:,} of at most {most:,}"
        for operation, (_, limits) in ALL.items()
        if limits
        for rules, most in zip(RULES, limits, strict=True)
        if gas[operation][rules] > most
    ]


def write(results: dict[str, Any]) -> None:
    """Keep the results, and show them in the README."""
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(results, indent=1) + "\n")
    text = README.read_text()
    if all(mark in text for mark in MARKS):
        before, rest = text.split(MARKS[0])
        after = rest.split(MARKS[1])[1]
        README.write_text(f"{before}{MARKS[0]}\n{table(results['gas'], results['floors'])}\n{MARKS[1]}{after}")


@click.command()
@click.option("--gas-only", is_flag=True, help="Leave the timings as they are.")
def cli(gas_only: bool) -> None:
    """Measure gas and speed; write bench/results.json and the README's table."""
    known = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    by_rules = {rules: measured(rules) for rules in RULES}
    gas = {operation: {rules: by_rules[rules][0][operation] for rules in RULES} for operation in ALL}
    least = {name: {rules: by_rules[rules][1][name] for rules in RULES} for name in by_rules[RULES[0]][1]}
    times = dict(known.get("times", {}))
    for timing in () if gas_only else TIMINGS:
        times.update(timing())
    write({"gas": gas, "floors": least, "times": times})
    click.echo(table(gas, least))
    for name, value in times.items():
        click.echo(f"{name}: {value}")
    if too_much := over_limit(gas):
        raise click.ClickException("Over the limit: " + "; ".join(too_much))
