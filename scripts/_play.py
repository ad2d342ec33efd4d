"""The demonstration, step by step; `play` is the whole of it."""

import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from meter.config import load_config
from meter.status import status_of
from meter.store import Store
from ppa import files
from ppa.calendar import last_period_day
from ppa.evidence import Evidence, collect
from ppa.invoice import Invoice, invoice_of
from ppa.terms import Terms
from ppa.verify import Subject, run
from scripts._agreement import STRANGER, act
from scripts._programs import installed, start_platform
from scripts._stage import SECRET, Stage, agree, install_meter, say

METER_SECONDS = 240


def measure(stage: Stage, config: Path, terms: Terms) -> None:
    """Run the meter until the last day of the term is on the chain and the platform has every day."""
    last = last_period_day(terms.first_day, terms.months)
    stage.running.start("meter", installed("meter"), "run", "--config", str(config), environment=SECRET)
    bar: Any
    with click.progressbar(
        length=last - terms.first_day + 1, label="· Daily records", file=click.get_text_stream("stderr")
    ) as bar:

        def all_recorded() -> bool:
            day = stage.chain.word_of(stage.ledger, terms.meter).day
            bar.update(max(day - terms.first_day + 1, 0) - bar.pos)
            return day == last

        stage.running.wait(all_recorded, "record of the last day", METER_SECONDS)
    store = Store(load_config(config).database)
    stage.running.wait(lambda: _delivered(config, store), "delivery of the readings to the platform", 60)
    store.close()
    stage.running.stop("meter")


def _delivered(config: Path, store: Store) -> bool:
    status = status_of(load_config(config), store)
    if status["uploads"].get("REFUSED"):
        raise click.ClickException("The meter says: " + " ".join(status["problems"]))
    return bool(status["uploads"].get("STORED", 0) == status["days"])


def close_all(stage: Stage, terms: Terms) -> None:
    """Close each month, from a stranger's account: anyone may."""
    for _ in range(terms.months):
        stage.chain.set_next_block_time(stage.chain.head()[1] + 60)
        block = act(stage.chain, STRANGER, stage.registry, "close", terms)
        say(f"Month closed in block {block}.")


def keep(stage: Stage, agreement: bytes, config: Path) -> tuple[Evidence, list[Invoice]]:
    """Take the evidence and write one invoice a month."""
    evidence = collect(stage.chain, stage.deployment, agreement, Store(load_config(config).database).day_readings)
    files.write_evidence(stage.folder / "evidence.json", evidence)
    previous = stage.chain.statement(stage.registry, agreement, evidence.terms.first_month - 1)
    invoices = []
    for closed in evidence.statements:
        invoice = invoice_of(
            closed.statement, previous, closed.lines, terms=evidence.terms, chain_id=evidence.chain_id,
            registry=stage.registry, agreement=agreement,
        )  # fmt: skip
        files.write_invoice(stage.folder / "invoices" / f"{invoice.period}.json", invoice)
        invoices.append(invoice)
        previous = closed.statement
    return evidence, invoices


def verified(stage: Stage, evidence: Evidence, invoices: list[Invoice]) -> bool:
    """Every check of `make verify`, with every invoice."""
    report = run(Subject.of(stage.chain, evidence, invoices, "es"))
    click.echo(report.to_text(), err=True)
    return report.exit_status == 0


def result(invoices: list[Invoice], evidence: Evidence, holds: bool, seconds: float, folder: Path) -> str:
    """The one JSON line that scripts rely on."""
    statements = [
        {
            "period": invoice.period,
            "generation_wh": invoice.generation_wh,
            "export_wh": invoice.exported_wh,
            "consumption_wh": invoice.consumption_wh,
            "lines_cents": [line.cents for line in invoice.lines],
            "amount_cents": invoice.amount_cents,
            "block": invoice.block,
            "invoice": os.path.relpath(folder / "invoices" / f"{invoice.period}.json"),
        }
        for invoice in invoices
    ]
    return json.dumps({
        "verified": holds,
        "seconds": round(seconds, 1),
        "chain_id": evidence.chain_id,
        "agreement": "0x" + evidence.agreement.hex(),
        "meter": evidence.terms.meter,
        "statements": statements,
    })  # fmt: skip


def play(stage: Stage, source: str, started: float, after: Callable[[str, bytes], None] | None) -> bool:
    """The whole demonstration; `after` is given the platform's address and the agreement while all still runs."""
    folder = stage.folder
    deployment = folder / "deployments" / "local.json"
    platform = start_platform(stage.running, deployment, stage.chain.url, folder / "platform.sqlite")
    config = install_meter(stage, source, "2016-09-30", platform)
    terms, agreement = agree(stage, config)
    measure(stage, config, terms)
    close_all(stage, terms)
    evidence, invoices = keep(stage, agreement, config)
    holds = verified(stage, evidence, invoices)
    click.echo(result(invoices, evidence, holds, time.monotonic() - started, folder))
    if after:
        after(platform, agreement)
    return holds
