"""Bad input from the wire, from a real socket to the database: its sentence in `meter status`, and nothing is lost.

given a broker whose two analyzers answer on real sockets
    when one is unreachable: what to check; all that it counted meanwhile is booked once it is back
    when it answers short, long, another function, or not at all: no reading; booked once it answers as it should
    when a register goes back, or jumps absurdly: not believed, both values told; booked once it is right again
    when export is above generation: flagged and kept, never refused
"""

import struct
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from meter.analyzer import Analyzer
from meter.collector import Collector
from meter.initialise import initialise
from meter.plant.series import Interval
from meter.profile import load_profile
from meter.status import sentences, status_of
from meter.store import Store
from ppa.readings import ReadingFlag
from tests.meter.wires import plant_of, wire_that
from tests.meter.world import NOON_30_JUNE, PASSWORD, Hands, config_in

Answer = Callable[[bytes, bytes], bytes | None]
GENERATION, EXPORT = 48_000_000, 15_000_000


def framed(request: bytes, function: int, payload: bytes) -> bytes:
    return request[:4] + struct.pack(">HBB", 2 + len(payload), request[6], function) + payload


def right(request: bytes, block: bytes) -> bytes:
    return framed(request, request[7], bytes([len(block)]) + block)


@dataclass
class Wire:
    """An analyzer on a socket: its counter, and what it does with a request."""

    profile: str
    wh: int
    answer: Answer = right

    def __call__(self, request: bytes) -> bytes | None:
        profile = load_profile(self.profile)
        registers = profile.encode(0, self.wh // profile.unit_wh)
        return self.answer(request, struct.pack(f">{len(registers)}H", *registers))


@dataclass
class Broker:
    """A broker that reads two wires."""

    folder: Path
    stack: ExitStack
    generation: Wire = field(default_factory=lambda: Wire("circutor-cem-c31", GENERATION))
    export: Wire = field(default_factory=lambda: Wire("carlo-gavazzi-em340", EXPORT))

    def __post_init__(self) -> None:
        ports = [self.stack.enter_context(wire_that(wire)) for wire in (self.generation, self.export)]
        base = config_in(self.folder)
        self.config = replace(
            base, generation=replace(base.generation, port=ports[0]), export=replace(base.export, port=ports[1])
        )
        analyzers = [Analyzer(self.config.generation), Analyzer(self.config.export)]
        for analyzer in analyzers:
            self.stack.callback(analyzer.close)
        self.clock = Hands(NOON_30_JUNE)
        initialise(self.config, PASSWORD, self.clock, *analyzers)
        self.store = Store(self.config.database)
        self.stack.callback(self.store.close)
        self.collector = Collector(self.config, self.store, self.clock, *analyzers, pause=lambda _: None)

    def read(self, generation: int = 0, export: int = 0) -> None:
        """A quarter-hour later, after so much energy in Wh."""
        self.clock.time += 900
        self.generation.wh += generation
        self.export.wh += export
        self.collector.step()

    @property
    def grown(self) -> tuple[int, int]:
        """Wh that the registers grew since `meter init`."""
        last = self.store.last()
        assert last is not None
        return last.generation.register_wh - GENERATION, last.export.register_wh - EXPORT

    @property
    def said(self) -> list[str]:
        """The problems that `meter status` shows."""
        lines = sentences(status_of(self.config, self.store))
        return [line.removeprefix("Problem: ") for line in lines if line.startswith("Problem: ")]


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    with ExitStack() as stack:
        yield Broker(tmp_path, stack)


def test_an_unreachable_analyzer_is_told_and_what_it_counts_meanwhile_is_not_lost(tmp_path: Path) -> None:
    quarters = [Interval(1_467_324_000 + 900 * n, 5_000_000, 2_300_000) for n in range(3)]
    clock, config = Hands(NOON_30_JUNE), config_in(tmp_path)
    with plant_of(quarters) as (_, _, port, _, _):
        config = replace(
            config, generation=replace(config.generation, port=port), export=replace(config.export, port=port)
        )
        analyzers = [Analyzer(config.generation), Analyzer(config.export)]
        opening = initialise(config, PASSWORD, clock, *analyzers)
        store = Store(config.database)
        collector = Collector(config, store, clock, *analyzers, pause=lambda _: None)
    for analyzer in analyzers:
        analyzer.close()
    clock.time += 900
    collector.step()
    problems = status_of(config, store)["problems"]
    assert problems == [
        f"The {name} at 127.0.0.1:{port}, device {number} cannot be reached: check its power, cable and address."
        for number, name in ((1, "Circutor CEM-C31"), (2, "Carlo Gavazzi EM340"))
    ]
    assert len(store.readings()) == 1, "nothing is made up"
    with plant_of(quarters, port) as (plant, *_):
        for _ in quarters:
            plant.advance()
        clock.time += 900
        collector.step()
        for analyzer in analyzers:
            analyzer.close()
    last = store.last()
    assert last is not None
    grown = last.generation.register_wh - opening.generation_wh, last.export.register_wh - opening.exported_wh
    assert grown == (15_000, 6_900)
    assert status_of(config, store)["problems"] == []
    store.close()


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (lambda request, block: right(request, block[:-2]), "answered 11 registers instead of 12."),
        (lambda request, block: right(request, block + b"\0\0"), "answered 13 registers instead of 12."),
        (
            lambda request, block: framed(request, 4, bytes([len(block)]) + block),
            "answered function 4 of device 1, not what was asked.",
        ),
        (lambda request, block: framed(request, 0x83, b"\x06"), "refused the read: busy (6)."),
        (lambda request, block: right(request, block)[:-5], "did not answer in 1 s"),
        (lambda request, block: None, "did not answer in 1 s"),
    ],
    ids=["short", "long", "function", "busy", "cut", "silence"],
)
def test_a_short_or_wrong_modbus_answer_is_told_and_loses_nothing(
    broker: Broker, answer: Answer, sentence: str
) -> None:
    broker.generation.answer = answer
    broker.read(5_000, 2_000)
    assert broker.grown == (0, 2_000), "the other analyzer is read all the same"
    assert len(broker.said) == 1
    assert broker.said[0].startswith("The Circutor CEM-C31 at 127.0.0.1:")
    assert sentence in broker.said[0]
    broker.generation.answer = right
    broker.read(6_000, 1_000)
    assert (broker.grown, broker.said) == ((11_000, 3_000), [])


def test_a_register_that_goes_back_is_told_and_loses_nothing(broker: Broker) -> None:
    broker.read(5_000)
    broker.read(-4_000)
    assert broker.grown == (5_000, 0)
    assert broker.said == [
        "The generation counter went back from 48005000 to 48001000 Wh: "
        "nothing is booked of it, and it is read on. Check the analyzer."
    ]
    broker.read(4_000 + 7_000)
    assert (broker.grown, broker.said) == ((12_000, 0), [])


def test_an_absurd_jump_is_told_and_loses_nothing(broker: Broker) -> None:
    broker.read(5_000, 5_000)
    broker.read(1_000, 53_700_000)
    assert broker.grown == (6_000, 5_000)
    assert broker.said == [
        "The export counter rose from 15005000 to 68705000 Wh in 900 s, where the plant can make 30200 Wh: "
        "nothing is booked of it, and it is read on. Check the analyzer."
    ]
    broker.read(1_000, 1_000 - 53_700_000)
    assert (broker.grown, broker.said) == ((7_000, 6_000), [])


def test_a_doubt_outlives_an_analyzer_that_is_silent_for_a_while(broker: Broker) -> None:
    broker.read(-4_000)
    doubt = broker.said
    broker.generation.answer = lambda request, block: framed(request, 0x83, b"\x06")
    broker.read()
    assert "busy" in broker.said[0]
    broker.generation.answer = right
    broker.read()
    assert broker.said == doubt


def test_export_above_generation_is_told_flagged_and_never_refused(broker: Broker) -> None:
    broker.read(1_000, 9_000)
    row = broker.store.last()
    assert row is not None
    assert (row.generation.accepted, row.export.accepted) == (True, True)
    assert row.flags & ReadingFlag.NEG_CONS
    assert broker.grown == (1_000, 9_000)
    assert broker.said == [
        "More was exported than generated before the last reading: it is flagged, recorded and priced as it is. "
        "Check the analyzers' wiring."
    ]
