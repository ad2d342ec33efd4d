"""`meter init | run | status | prove | export`, each with --config FILE."""

import argparse
import fcntl
import json
import logging
import os
import signal
import sqlite3
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import IO, TYPE_CHECKING

from meter.config import Config, load_config
from meter.errors import AlreadyRunning, BadConfig, MeterError, NotInitialised
from meter.supervisor import CANNOT_WORK, supervise
from ppa.errors import PpaError

if TYPE_CHECKING:
    from meter.store import Store

STOPPED = 1  # exit status where another start may help


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command; 0 if it went well; with a sentence on stderr 2 if a person is needed, 1 if the machine failed."""
    given = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s: %(message)s", stream=sys.stderr)
    logging.getLogger("pymodbus").setLevel(logging.CRITICAL)
    try:
        status: int = given.command(given, load_config(given.config))
        return status
    except (MeterError, PpaError) as problem:
        print(f"meter: {problem}", file=sys.stderr)
        return CANNOT_WORK
    except ModuleNotFoundError as missing:
        if missing.name != "pymodbus":
            raise
        print("meter: pymodbus is not installed: run `pip install 'solpact[meter]'`.", file=sys.stderr)
        return CANNOT_WORK
    except BrokenPipeError:
        return 0
    except (OSError, sqlite3.Error) as problem:
        print(
            f"meter: It stopped: {problem}. What was stored is whole: put this right and start again.", file=sys.stderr
        )
        return STOPPED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="meter", description="The data broker: reads two analyzers, records one day a day."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Callable[[argparse.Namespace, Config], int], help_: str) -> argparse.ArgumentParser:
        found = commands.add_parser(name, help=help_, description=help_)
        found.add_argument("--config", required=True, type=Path, help="the TOML configuration")
        found.set_defaults(command=run)
        return found

    init = command("init", _init, "make the key and the opening record; prints the meter's address as JSON")
    run = command("run", _run, "read and send, as two processes that restart each other's absence")
    run.add_argument("--only", choices=("collector", "sender"), help="run one of the two, in this process")
    for one in (init, run):
        one.add_argument("--password-file", help="the keystore's password (else SOLPACT_METER_PASSWORD)")
    command("status", _status, "how the meter is").add_argument("--json", action="store_true", help="as JSON")
    proof = command("prove", _prove, "show that a reading is under its day's record, as JSON")
    proof.add_argument("--at", required=True, metavar="TIME", help="ISO time (local) or UTC seconds")
    export = command("export", _export, "all readings as CSV")
    export.add_argument("--csv", type=Path, help="the file to write (else standard output)")
    return parser


def _init(given: argparse.Namespace, config: Config) -> int:
    from meter.analyzer import Analyzer
    from meter.clock import clock_of
    from meter.initialise import initialise
    from meter.keystore import password_of

    generation, export, clock = Analyzer(config.generation), Analyzer(config.export), clock_of(config)
    with _lock(config, "collector"):
        opening = initialise(config, password_of(given.password_file), clock, generation, export)
    print(json.dumps(asdict(opening)))
    return 0


def _run(given: argparse.Namespace, config: Config) -> int:
    if given.only == "collector":
        return _collect(config)
    if given.only == "sender":
        return _send(given, config)
    from meter.initialise import opening_of
    from meter.keystore import open_keystore, password_of

    store = _initialised(config)
    opening_of(store, open_keystore(config.keystore, password_of(given.password_file)))
    store.check()
    store.close()
    extra = ["--password-file", given.password_file] if given.password_file else []
    return supervise(["--config", str(given.config), *extra], bool(config.replay))


def _collect(config: Config) -> int:
    from meter.analyzer import Analyzer
    from meter.clock import clock_of
    from meter.collector import Collector

    with _lock(config, "collector"):
        store = _initialised(config)
        collector = Collector(config, store, clock_of(config), Analyzer(config.generation), Analyzer(config.export))
        collector.run(_stopper())
        store.close()
    return 0


def _send(given: argparse.Namespace, config: Config) -> int:
    from meter.initialise import opening_of
    from meter.keystore import open_keystore, password_of
    from meter.preflight import check_reachable
    from meter.sender import Sender
    from meter.upload import Uploads
    from ppa.chain import Chain

    account = open_keystore(config.keystore, password_of(given.password_file))
    with _lock(config, "sender"):
        store, chain = _initialised(config), Chain(config.chain.rpc)
        opening_of(store, account)
        check_reachable(config, chain, store)
        uploads = Uploads(config.platform_url, config.chain.chain_id, account) if config.platform_url else None
        Sender(config, store, account, chain, uploads).run(_stopper())
        store.close()
    return 0


def _status(given: argparse.Namespace, config: Config) -> int:
    from meter.status import sentences, status_of

    found = status_of(config, _initialised(config))
    print(json.dumps(found) if given.json else "\n".join(sentences(found)))
    return 0


def _prove(given: argparse.Namespace, config: Config) -> int:
    from meter.proof import moment, prove

    print(json.dumps(prove(_initialised(config), moment(given.at, config.time_zone)), indent=1))
    return 0


def _export(given: argparse.Namespace, config: Config) -> int:
    from meter.proof import export_csv

    rows = _initialised(config).readings()
    if given.csv is None:
        export_csv(rows, config.time_zone, sys.stdout)
        return 0
    try:
        with given.csv.open("w", encoding="utf-8", newline="") as stream:
            count = export_csv(rows, config.time_zone, stream)
    except OSError as problem:
        raise MeterError(f"{given.csv} cannot be written ({problem.strerror}): name another with --csv.") from problem
    print(f"{count} readings written to {given.csv}.", file=sys.stderr)
    return 0


def _initialised(config: Config) -> "Store":
    from meter.store import Store

    if not config.database.exists():
        raise NotInitialised("This meter has no database yet: run `meter init --config FILE` first.")
    return Store(config.database)


def _lock(config: Config, part: str) -> IO[str]:
    """Held until the process ends, however it ends."""
    try:
        config.data_dir.mkdir(parents=True, exist_ok=True)
        handle = (config.data_dir / f"{part}.lock").open("w", encoding="utf-8")
    except OSError as problem:
        raise BadConfig(f"[meter] data_dir {config.data_dir} cannot be written to: {problem.strerror}.") from problem
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as problem:
        raise AlreadyRunning(f"Another {part} already works on {config.data_dir}: stop it first.") from problem
    return handle


def _stopper() -> Callable[[], bool]:
    """True once we are told to stop, or our supervisor is gone."""
    told: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda signum, _: told.append(signum))
    parent = os.environ.get("SOLPACT_SUPERVISOR")
    return lambda: bool(told) or (parent is not None and str(os.getppid()) != parent)
