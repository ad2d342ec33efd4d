"""`ape run bench`: gas of every operation under three sets of rules, and the speed of the test lane and the verifier.

Gas is measured on Ganache, which prices byzantium and istanbul right (Anvil does not), beside each operation's floor
(scripts/_floors.py). Results go to `bench/results.json` (`gas.<operation>.<rules>`, `floors.<operation>.<rules>`) and
into the README's table. Exit 1 if an operation is over its limit.
"""

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from eth_account import Account
from eth_account.signers.local import LocalAccount
from eth_utils.address import to_checksum_address

from ppa.acts import Act
from ppa.artifacts import DEPLOYED
from ppa.calendar import earliest_record_time
from ppa.chain import Call, Chain
from ppa.deployment import Deployment, Site, constructor_arguments
from ppa.records import EMPTY, DailyRecord, compact_signature, next_word, signed_digest
from ppa.terms import Clause, Terms
from scripts._agreement import CONSUMER, PRODUCER, STRANGER, demo_terms, key
from scripts._chain import CHAIN_ID, ROOT, RULES, embedded_chain
from scripts._floors import EXPORTED, GENERATION, READINGS, Cast, signature
from scripts._floors import measured as floors
from scripts._stage import EVE

RESULTS = ROOT / "bench" / "results.json"
README = ROOT / "README.md"
MARKS = ("<!-- bench -->", "<!-- /bench -->")
GAS = 8_000_000
FIFTY = 50
FOREVER = 2**63

# operation: what it is, and the most it may cost (byzantium, istanbul, berlin)
OPERATIONS: dict[str, tuple[str, tuple[int, int, int] | None]] = {
    "record": ("record a day", (33_900, 32_000, 31_200)),
    "record_first_of_month": ("the first record of a month", (54_400, 52_500, 53_800)),
    "record_first": ("a meter's first record", None),
    "record_many_per_day": ("7 days in one transaction, per day", (11_200, 9_000, 8_900)),
    "record_signed_per_meter": ("relayed by 50, per meter", (23_000, 18_000, 16_600)),
    "propose": ("propose, 2 clauses", (84_000, 74_000, 79_500)),
    "propose_document": ("propose, with arbiter and document", None),
    "sign": ("sign", (51_500, 41_700, 41_000)),
    "reject": ("reject", None),
    "withdraw": ("withdraw", None),
    "serve": ("serve", (72_500, 64_000, 64_000)),
    "close_first": ("close, the first month", None),
    "close": ("close, 2 clauses", (88_000, 79_000, 88_500)),
    "adjust": ("a correction that both signed", (75_000, 60_000, 62_000)),
    "dispute": ("dispute a statement", (60_000, 50_000, 51_000)),
    "declare": ("declare a payment", None),
    "confirm": ("confirm a payment", None),
    "close_pending": ("close with an act's line", None),
    "deploy_MeterLedger": ("deploy the ledger", None),
    "deploy_PPARegistry": ("deploy the registry", None),
    "deploy_EnergyCharge": ("deploy EnergyCharge", None),
    "deploy_GuaranteedGeneration": ("deploy GuaranteedGeneration", None),
}


class Lane:
    """A chain with our contracts on which each step's gas is noted."""

    def __init__(self, chain: Chain) -> None:
        self.chain = chain
        self.gas: dict[str, int] = {}
        self.sites: dict[str, Site] = {}
        for name in DEPLOYED:
            arguments = constructor_arguments(name, CHAIN_ID, self.sites)
            receipt = chain.transact(key(0), chain.creation(name, *arguments), gas=GAS)
            self.gas[f"deploy_{name}"] = receipt.gas_used
            self.sites[name] = Site(to_checksum_address(str(receipt.contract)), receipt.block, arguments)

    def send(self, operation: str, sender: LocalAccount, contract: str, function: str, *arguments: Any) -> None:
        """Send a call and note its gas."""
        call: Call = self.chain.function(contract, self.sites[contract].address, function, *arguments)
        self.gas[operation] = self.chain.transact(sender, call, gas=GAS).gas_used

    def record(self, operation: str, day: int, generation: int, exported: int) -> None:
        """One record of the meter, at the earliest time."""
        self.chain.set_next_block_time(earliest_record_time(day))
        self.send(operation, METER, "MeterLedger", "record", generation, exported, day, READINGS)


METER = key(4)


def measured(rules: str) -> tuple[dict[str, int], dict[str, int]]:
    """Gas of every operation under a set of rules, and of its floor."""
    with embedded_chain("ganache", EVE, rules=rules) as node:
        lane = Lane(Chain(node.url))
        deployment = Deployment(CHAIN_ID, "", "bench", "", lane.sites)
        terms = twenty_years(demo_terms(deployment, METER.address))
        lane.record("record_first", terms.first_day - 1, GENERATION, EXPORTED)
        agree(lane, terms)
        a_quarter(lane, terms)
        what_fair_months_do_not_know(lane, terms)
        fifty_meters(lane, terms.first_day + 92)
        number, now = lane.chain.head()
        cast = Cast(terms, PRODUCER, CONSUMER, METER, now, number)
        return lane.gas, floors(lane.chain, cast)


def fifty_meters(lane: Lane, first: int) -> None:
    """Records that fifty meters signed, one transaction a day; each has recorded before."""
    meters = [Account.from_key(number.to_bytes(32, "big")) for number in range(1, FIFTY + 1)]
    words = dict.fromkeys((meter.address for meter in meters), EMPTY)
    ledger = lane.sites["MeterLedger"].address
    for day in (first, first + 1):
        record = DailyRecord(day, GENERATION + 377_777 * (day - first), EXPORTED + 98_700 * (day - first), READINGS)
        brought = []
        for meter in meters:
            word = words[meter.address]
            signature = meter.unsafe_sign_hash(signed_digest(CHAIN_ID, ledger, word, record))
            vrs = compact_signature(signature.r, signature.s, signature.v - 27)
            brought.append((meter.address, *record.as_tuple(), *vrs))
            words[meter.address] = next_word(word, record)
        lane.chain.set_next_block_time(earliest_record_time(day))
        lane.send("record_signed_per_meter", STRANGER, "MeterLedger", "recordSigned", brought)
    lane.gas["record_signed_per_meter"] = round(lane.gas["record_signed_per_meter"] / FIFTY)


def twenty_years(terms: Terms) -> Terms:
    """The demo's terms over 20 years, the guarantee over windows of a year."""
    guarantee = terms.clauses[1]
    window = (12).to_bytes(32, "big")
    yearly = Clause(guarantee.rule, guarantee.params[:32] + window + guarantee.params[64:])
    return replace(terms, months=240, salt=0x33333333, clauses=(terms.clauses[0], yearly))


def agree(lane: Lane, terms: Terms) -> None:
    """Every step from offer to service."""
    full = replace(terms, arbiter=STRANGER.address, document_hash=b"\x17" * 32)
    lane.send("propose_document", PRODUCER, "PPARegistry", "propose", full.as_tuple())
    lane.send("withdraw", PRODUCER, "PPARegistry", "withdraw", full.as_tuple())
    other = replace(terms, salt=0x44444444)
    lane.send("propose", PRODUCER, "PPARegistry", "propose", other.as_tuple())
    lane.send("reject", CONSUMER, "PPARegistry", "reject", other.as_tuple())
    lane.send("propose", PRODUCER, "PPARegistry", "propose", terms.as_tuple())
    lane.send("sign", CONSUMER, "PPARegistry", "sign", terms.as_tuple())
    lane.send("serve", METER, "PPARegistry", "serve", terms.as_tuple())


def a_quarter(lane: Lane, terms: Terms) -> None:
    """Records of three months and their closing."""
    first = terms.first_day
    lane.record("record_first_of_month", first, GENERATION + 400_000, EXPORTED + 100_000)
    lane.record("record", first + 1, GENERATION + 912_345, EXPORTED + 212_300)
    week = [
        (GENERATION + 912_345 + i * 377_777, EXPORTED + 212_300 + i * 98_700, first + 1 + i, READINGS)
        for i in range(1, 8)
    ]
    lane.chain.set_next_block_time(earliest_record_time(first + 8))
    lane.send("record_many", METER, "MeterLedger", "recordMany", week)
    lane.gas["record_many_per_day"] = round(lane.gas.pop("record_many") / 7)
    for operation, day, megawatthours in (("", 30, 12), ("", 61, 24), ("", 91, 33)):
        lane.record(operation, first + day, GENERATION + megawatthours * 10**6, EXPORTED + megawatthours * 3 * 10**5)
    lane.send("close_first", STRANGER, "PPARegistry", "close", terms.as_tuple())
    lane.send("close", STRANGER, "PPARegistry", "close", terms.as_tuple())
    del lane.gas[""]


def what_fair_months_do_not_know(lane: Lane, terms: Terms) -> None:
    """A correction, a dispute, a payment: each of what costs least, an agreement in its second month."""
    told = terms.as_tuple()
    registry = lane.sites["PPARegistry"].address
    agreement = terms.digest(CHAIN_ID, registry)
    act = Act(1, FOREVER, generation_wh=123_456, cents=250, reason=READINGS)
    signed = signature(CONSUMER, act.digest(agreement, CHAIN_ID, registry))
    lane.send("adjust", PRODUCER, "PPARegistry", "act", told, act.as_tuple(), b"", signed, [])
    lane.send("dispute", CONSUMER, "PPARegistry", "dispute", told, 2, -12_345, READINGS)
    payment = (25_000, terms.first_day + 80, READINGS)
    lane.send("declare", CONSUMER, "PPARegistry", "declare", told, *payment)
    lane.send("confirm", PRODUCER, "PPARegistry", "confirm", told, *payment)
    lane.send("close_pending", STRANGER, "PPARegistry", "close", told)


def timed(command: list[str]) -> tuple[float, str]:
    """Seconds of a command that must succeed, and what it printed."""
    started = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise click.ClickException(f"{' '.join(command)} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return time.monotonic() - started, done.stdout + done.stderr


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


def test_time() -> dict[str, float]:
    """How long the whole test suite takes, as `make test` runs it."""
    seconds, _ = timed([sys.executable, "-m", "pytest", "-n", "2", "--dist", "worksteal"])
    return {"test_s": round(seconds)}


def table(gas: dict[str, dict[str, int]], least: dict[str, dict[str, int]]) -> str:
    """The README's table: gas beside its limit and its floor, and how many times the floor it is."""
    lines = [
        "| operation | byzantium | istanbul | berlin | at most | floor | times the floor |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for operation, (name, limits) in OPERATIONS.items():
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
        for operation, (_, limits) in OPERATIONS.items()
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
    gas = {operation: {rules: by_rules[rules][0][operation] for rules in RULES} for operation in OPERATIONS}
    least = {name: {rules: by_rules[rules][1][name] for rules in RULES} for name in by_rules[RULES[0]][1]}
    steps: tuple[Callable[[], dict[str, float]], ...] = () if gas_only else (property_lane, demo_times, test_time)
    times = dict(known.get("times", {}))
    for step in steps:
        times.update(step())
    write({"gas": gas, "floors": least, "times": times})
    click.echo(table(gas, least))
    for name, value in times.items():
        click.echo(f"{name}: {value}")
    if too_much := over_limit(gas):
        raise click.ClickException("Over the limit: " + "; ".join(too_much))
