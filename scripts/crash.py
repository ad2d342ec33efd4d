"""`ape run crash`: kill the collector and the sender at random moments over a simulated month; nothing may be lost.

The same month is run twice on chains of their own, once undisturbed. Compared are the days and registers of every
record on the chain; the roots differ by right, as a restart is flagged in the readings. Exit 1 if anything differs.
"""

import random
import shutil
import signal
import sqlite3
import subprocess
import time
from contextlib import closing
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

import click

from meter.config import load_config
from ppa.records import DailyRecord, replay
from ppa.storage_words import MeterWord
from tools.stage.chain import ROOT, embedded_chain
from tools.stage.measured import NREL
from tools.stage.programs import installed, programs
from tools.stage.stage import EVE, SECRET, Stage, agree, install_meter, say, set_stage

FOLDER = ROOT / "build" / "crash"
JULY = replace(NREL, last=date(2016, 7, 31))
READINGS = 31 * 96
PARTS = ("collector", "sender")
SECONDS = 600


class Month:
    """One month on one chain: its collector and sender, which may be killed."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.config = install_meter(stage, JULY, "")
        self.terms, _ = agree(stage, self.config)
        self._database = load_config(self.config).database
        self.parts = {part: self._start(part) for part in PARTS}

    def _start(self, part: str) -> subprocess.Popen[bytes]:
        return self.stage.running.start(
            part, installed("meter"), "run", "--only", part, "--config", str(self.config), environment=SECRET
        )

    def kill(self, part: str) -> None:
        """`kill -9`, and start again."""
        process = self.parts[part]
        process.send_signal(signal.SIGKILL)
        process.wait()
        self.parts[part] = self._start(part)

    def has_readings(self, count: int) -> bool:
        """Whether so many readings are safe."""
        with closing(sqlite3.connect(f"file:{self._database}?mode=ro", uri=True)) as database:
            return int(database.execute("SELECT count(*) FROM readings").fetchone()[0]) >= count

    def last_day(self) -> int:
        """The last day on the chain."""
        return self.stage.chain.word_of(self.stage.ledger, self.terms.meter).day

    def records(self) -> list[DailyRecord]:
        """Every record on the chain, replayed to the ledger's word."""
        found = [logged.record for logged in self.stage.chain.records(self.stage.ledger, self.terms.meter)]
        word = self.stage.chain.word_of(self.stage.ledger, self.terms.meter)
        if replay(MeterWord(0, 0, 0, 0), found) != word:
            raise click.ClickException("The records in the events do not replay to the ledger's word.")
        return found


def run_month(folder: Path, kills: int, chance: random.Random) -> list[DailyRecord]:
    """A month with so many kills; its records on the chain."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with embedded_chain("anvil", EVE) as node, programs(folder / "logs") as running:
        month = Month(set_stage(node.url, folder, running))
        moments = sorted(chance.randrange(1, READINGS) for _ in range(kills))
        for moment in moments:
            running.wait(partial(month.has_readings, moment), f"reading {moment}", SECONDS)
            time.sleep(chance.random() / 20)
            month.kill(chance.choice(PARTS))
        last = month.terms.first_day + 30
        running.wait(lambda: month.last_day() == last, "record of 31 July", SECONDS)
        return month.records()


def differences(undisturbed: list[DailyRecord], disturbed: list[DailyRecord]) -> int:
    """How many records are not the same day with the same registers in the same place."""
    same = sum(_registers(ours) == _registers(theirs) for ours, theirs in zip(undisturbed, disturbed, strict=False))
    return max(len(undisturbed), len(disturbed)) - same


def _registers(record: DailyRecord) -> tuple[int, int, int]:
    return record.day, record.generation_wh, record.exported_wh


@click.command()
@click.option("--kills", default=50, show_default=True)
@click.option("--seed", default=1, show_default=True)
def cli(kills: int, seed: int) -> None:
    """Kill the meter's processes at random moments over a month, and compare with an undisturbed run."""
    say("The undisturbed month.")
    undisturbed = run_month(FOLDER / "undisturbed", 0, random.Random(seed))  # noqa: S311  (a repeatable choice)
    say(f"The month with {kills} kills.")
    disturbed = run_month(FOLDER / "disturbed", kills, random.Random(seed))  # noqa: S311
    found = differences(undisturbed, disturbed)
    click.echo(f"{kills} kills, {len(disturbed)} records, {found} differences")
    raise SystemExit(1 if found else 0)
