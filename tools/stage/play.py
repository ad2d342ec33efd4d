"""The demonstration, step by step; `play` is the whole of it."""

import json
import os
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import click

from meter.config import load_config
from meter.status import status_of
from meter.store import Store
from ppa import files, text
from ppa.acts import ANNOUNCED, Act
from ppa.calendar import date_of, last_period_day
from ppa.evidence import Evidence, collect
from ppa.invoice import Invoice, invoice_of
from ppa.terms import Terms
from ppa.verify import Subject, run
from ppa.verify.closes import DARK_DAYS
from tools.stage.agreements import (
    ARBITER,
    ASIDE,
    NEW_CONSUMER,
    PRODUCER,
    STRANGER,
    act,
    demo_terms,
    in_wallet,
    in_words,
    late_terms,
)
from tools.stage.measured import Measured, late, late_term
from tools.stage.programs import installed, programs, start_platform
from tools.stage.stage import SECRET, Stage, agree, both_sign, install_meter, say, show_words

METER_SECONDS, DAYS = 240, 92  # what so many days may take
DAY_S = 86_400


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

        patience = METER_SECONDS * max((last - terms.first_day + 1) / DAYS, 1)
        stage.running.wait(all_recorded, "record of the last day", patience)
    store = Store(load_config(config).database)
    stage.running.wait(lambda: _delivered(config, store), "delivery of the readings to the platform", 60)
    store.close()
    stage.running.stop("meter")


def _delivered(config: Path, store: Store) -> bool:
    status = status_of(load_config(config), store)
    if status["uploads"].get("REFUSED"):
        raise click.ClickException("The meter says: " + " ".join(status["problems"]))
    return bool(status["uploads"].get("STORED", 0) == status["days"])


def close(stage: Stage, terms: Terms, at: int = 0) -> None:
    """Close the next month from a stranger's account, as anyone may, not before a time (UTC seconds)."""
    stage.chain.set_next_block_time(max(at, stage.chain.head()[1] + 60))
    block = act(stage.chain, STRANGER, stage.registry, "close", terms)
    say(f"Month closed in block {block}.")


def keep(stage: Stage, agreement: bytes, config: Path) -> tuple[Evidence, list[Invoice]]:
    """Take the evidence and write one invoice a month."""
    evidence = collect(stage.chain, stage.deployment, agreement, Store(load_config(config).database).day_readings)
    files.write_evidence(stage.folder / "evidence.json", evidence)
    invoices = []
    for closed in evidence.statements:
        previous = stage.chain.statement(stage.registry, agreement, closed.number - 1)
        invoice = invoice_of(
            closed.statement, previous, closed.lines, terms=evidence.terms, chain_id=evidence.chain_id,
            registry=stage.registry, agreement=agreement,
        )  # fmt: skip
        files.write_invoice(stage.folder / "invoices" / f"{invoice.period}.json", invoice)
        invoices.append(invoice)
    return evidence, invoices


def verified(stage: Stage, evidence: Evidence, invoices: list[Invoice], *, whole: bool = True) -> bool:
    """Every check of `make verify`, with every invoice; where all hold, said in one sentence unless `whole`."""
    report = run(Subject.of(stage.chain, evidence, invoices, evidence.language))
    brief = f"· Agreement 0x{evidence.agreement.hex()[:8]}… {report.verdict()}"
    click.echo(report.to_text() if whole or report.exit_status else brief, err=True)
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


def play_aside(stage: Stage, measured: Measured, platform: str) -> bool:
    """A second agreement, in English: its plant starts late, its consumer loses the key, then its meter is silent.

    Whether all of it verifies.
    """
    click.echo("\nA second agreement meets what the first one did not.", err=True)
    starts_late, new_key = (replace(stage, folder=stage.folder / name) for name in ASIDE)
    with programs(starts_late.folder / "logs") as running:
        starts_late.running = running
        plant = late(late_term(measured)[0], starts_late.folder / "source.csv")
        config = install_meter(starts_late, plant, platform)
        terms, agreement = agree(starts_late, config, partial(late_terms, measured=measured))
        show_words(starts_late)
        measure(starts_late, config, replace(terms, months=1))
    close(starts_late, terms)
    evidence, invoices = keep(starts_late, agreement, config)
    began = date_of(terms.first_day)
    say(f"A late start: the term began on {began}, the plant only on {plant.first}. {_told(invoices[0])}")
    renewed, successor = replace_key(new_key, terms, agreement)
    close(new_key, renewed, (renewed.last_day + DARK_DAYS + 1) * DAY_S)
    last_evidence, last_invoices = keep(new_key, successor, config)
    say(f"A silence: no record for {DARK_DAYS} days after the month, so anyone closed it. {_told(last_invoices[0])}")
    return all([
        verified(stage, evidence, invoices, whole=False),
        verified(stage, last_evidence, last_invoices, whole=False),
    ])  # fmt: skip


def _told(invoice: Invoice) -> str:
    energy, money = text.energy(invoice.generation_wh, "en"), text.money(invoice.amount_cents, "en", invoice.currency)
    return f"{invoice.period}: {energy} generated, {money}."


def replace_key(stage: Stage, terms: Terms, agreement: bytes) -> tuple[Terms, bytes]:
    """Producer and arbiter announce the same terms with another key of the consumer's, and hand over to them once the
    days of notice are over. The new terms and their id.
    """
    new = replace(terms, consumer=NEW_CONSUMER.address, supersedes=agreement)
    new = in_words(stage.deployment, new, "en")
    successor = both_sign(stage, new, NEW_CONSUMER)
    announced = stage.chain.head()[1] + 60
    handover = Act(ANNOUNCED, announced + DAY_S, successor=successor)
    message = handover.typed_data(agreement, stage.deployment.chain_id, stage.registry)
    signatures = [in_wallet(account, message) for account in (PRODUCER, ARBITER)]
    signed, next_terms = handover.as_tuple(), [new.as_tuple()]
    stage.chain.set_next_block_time(announced)
    act(stage.chain, STRANGER, stage.registry, "announce", terms, signed, PRODUCER.address, *signatures, next_terms)
    stage.chain.set_next_block_time(announced + terms.notice_days * DAY_S)
    act(stage.chain, STRANGER, stage.registry, "execute", terms, signed, next_terms)
    say(
        "A lost key, the consumer's: producer and arbiter announced the same terms with another, nobody objected, and "
        f"{terms.notice_days} days later the agreement was handed over to them."
    )
    return new, successor


def play(stage: Stage, measured: Measured, started: float, after: Callable[[str, bytes], None] | None) -> bool:
    """The whole demonstration; `after` is given the platform's address and the agreement while all still runs."""
    folder = stage.folder
    deployment = folder / "deployments" / "local.json"
    platform = start_platform(stage.running, deployment, stage.chain.url, folder / "platform.sqlite")
    config = install_meter(stage, measured, platform)
    terms, agreement = agree(stage, config, partial(demo_terms, measured=measured))
    show_words(stage)
    measure(stage, config, terms)
    for _ in range(terms.months):
        close(stage, terms)
    evidence, invoices = keep(stage, agreement, config)
    holds = verified(stage, evidence, invoices)
    holds = play_aside(stage, measured, platform) and holds
    click.echo(result(invoices, evidence, holds, time.monotonic() - started, folder))
    if after:
        after(platform, agreement)
    return holds
