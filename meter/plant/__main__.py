"""`python -m meter.plant`: serves until it is told to stop; the first line on stdout names its two ports as JSON."""

import argparse
import asyncio
import json
import logging
import signal
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from meter.errors import MeterError
from meter.plant.curve import ZONES
from meter.plant.replay import Plant
from meter.plant.series import read_series, write_series
from meter.plant.server import PlantServer


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the plant; 0, or 2 with a sentence on stderr."""
    given = _parser().parse_args(arguments)
    logging.getLogger("pymodbus").setLevel(logging.CRITICAL)
    try:
        intervals = read_series(given.csv, given.from_day, given.to_day, given.power_kw, given.load_kwh, given.zone)
        if given.input_csv:
            write_series(given.input_csv, intervals, given.zone)
        return asyncio.run(_serve(given, Plant(intervals)))
    except MeterError as problem:
        print(f"meter.plant: {problem}", file=sys.stderr)
        return 2


async def _serve(given: argparse.Namespace, plant: Plant) -> int:
    server = PlantServer(plant, given.host, given.port, given.clock_port)
    ports = await server.start()
    print(json.dumps({"modbus": ports[0], "clock": ports[1], "start": plant.now}), flush=True)
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    await stopped.wait()
    await server.stop()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m meter.plant", description="A simulated plant with real Modbus.")
    parser.add_argument("--csv", default="nrel", help='"nrel", or a load curve: interval_start,generation_wh,export_wh')
    parser.add_argument(
        "--power-kw", type=float, default=100.0, help="the plant's greatest power (NREL data is scaled to it)"
    )
    parser.add_argument("--load-kwh", type=int, default=120_000, help="what the consumer uses in a year (BDEW G1)")
    parser.add_argument("--from", dest="from_day", type=date.fromisoformat, default=date(2016, 7, 1))
    parser.add_argument("--to", dest="to_day", type=date.fromisoformat, default=date(2016, 9, 30))
    parser.add_argument("--zone", default="Europe/Madrid", choices=ZONES, help="whose days; a curve's wall clock")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="Modbus TCP; 0: a free one")
    parser.add_argument("--clock-port", type=int, default=0, help="the replay clock; 0: a free one")
    parser.add_argument("--input-csv", type=Path, help="where to write what is delivered to the analyzers")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
