"""One analyzer on a real wire.

given a real Modbus TCP server: its counter is read, over and over, on one connection
    when it is stopped: a clear error; when it is back: read again
    when its address is not there: the Modbus exception, in words
given a wire with another will (raw frames)
    when it is silent, answers less, another function, another device, nonsense: a clear error, and a new connection
    when an answer comes late: it is not taken for the next one's
"""

import struct
from collections.abc import Callable
from dataclasses import replace

import pytest

from meter.analyzer import Analyzer, TcpBlockReader
from meter.config import Wiring
from meter.errors import AnalyzerError, AnalyzerRefused, AnalyzerUnreachable, WrongAnswer
from meter.plant.series import Interval
from meter.profile import load_profile
from tests.meter.wires import free_port, plant_of, wire_that

QUARTERS = [Interval(1467324000, 5_000_000, 2_300_000)]
CEM = load_profile("circutor-cem-c31")


def frame(request: bytes, function: int, payload: bytes, *, device: int = 1) -> bytes:
    """A Modbus TCP answer to a request."""
    return request[:4] + struct.pack(">HBB", 2 + len(payload), device, function) + payload


def reads(count: int) -> bytes:
    return bytes([2 * count]) + bytes(2 * count)


def reader(port: int, timeout_s: float = 0.3) -> TcpBlockReader:
    return TcpBlockReader("127.0.0.1", port, 1, CEM, timeout_s)


def test_both_analyzers_of_a_real_server_are_read() -> None:
    with plant_of(QUARTERS) as (plant, _, port, _, _):
        generation = Analyzer(Wiring("circutor-cem-c31", "127.0.0.1", port, 1))
        export = Analyzer(Wiring("carlo-gavazzi-em340", "127.0.0.1", port, 2))
        assert (generation.read_wh(), export.read_wh()) == (48_159_262, 15_730_900)
        plant.advance()
        assert (generation.read_wh(), export.read_wh()) == (48_164_262, 15_733_200)
        generation.close()
        export.close()


def test_an_unreachable_analyzer_says_what_to_check() -> None:
    with pytest.raises(AnalyzerUnreachable, match="cannot be reached: check its power, cable and address"):
        reader(free_port()).read_block()


def test_an_analyzer_that_comes_back_is_read_again() -> None:
    with plant_of(QUARTERS) as (_, server, port, _, loop):
        one = reader(port)
        one.read_block()
        loop.run(server.stop_modbus())
        with pytest.raises(AnalyzerUnreachable):
            one.read_block()
    with plant_of(QUARTERS, port):
        assert one.read_block()[2:4] == [48_159_262 >> 16, 48_159_262 & 0xFFFF]
        one.close()


def test_an_address_that_is_not_there_is_refused_in_words() -> None:
    with plant_of(QUARTERS) as (_, _, port, _, _):
        wrong = TcpBlockReader("127.0.0.1", port, 1, replace(CEM, address=700))
        with pytest.raises(AnalyzerRefused, match=r"illegal address \(2\)"):
            wrong.read_block()
        wrong.close()


@pytest.mark.parametrize(
    ("answer", "error", "sentence"),
    [
        (lambda request: None, AnalyzerUnreachable, "did not answer"),
        (lambda request: frame(request, 3, reads(11)), WrongAnswer, "answered 11 registers instead of 12"),
        (lambda request: frame(request, 3, reads(13)), WrongAnswer, "answered 13 registers instead of 12"),
        (lambda request: frame(request, 4, reads(12)), WrongAnswer, "function 4"),
        (lambda request: frame(request, 3, reads(12), device=2), AnalyzerError, "."),
        (lambda request: b"HTTP/1.0 400 Bad\r\n\r\n", AnalyzerError, "."),
        (lambda request: frame(request, 3, reads(12))[:-5], AnalyzerUnreachable, "did not answer"),
        (lambda request: frame(request, 0x83, b"\x06"), AnalyzerRefused, r"busy \(6\)"),
    ],
    ids=["silence", "short", "long", "function", "device", "nonsense", "cut", "busy"],
)
def test_a_short_or_wrong_answer_is_never_a_reading(
    answer: Callable[[bytes], bytes | None], error: type[Exception], sentence: str
) -> None:
    with wire_that(answer) as port:
        one = reader(port)
        with pytest.raises(error, match=sentence):
            one.read_block()
        one.close()


def test_a_late_answer_is_not_taken_for_the_next_one() -> None:
    asked: list[bytes] = []

    def late(request: bytes) -> bytes | None:
        asked.append(request)
        if len(asked) == 1:
            return None
        stale = frame(asked[0], 3, bytes([24]) + b"\xee" * 24) if len(asked) == 2 else b""
        return stale + frame(request, 3, reads(12))

    with wire_that(late) as port:
        one = reader(port)
        with pytest.raises(AnalyzerUnreachable):
            one.read_block()
        assert one.read_block() == [0] * 12
        one.close()


def test_only_reading_functions_go_over_the_wire() -> None:
    functions = []

    def note(request: bytes) -> bytes:
        functions.append(request[7])
        return frame(request, request[7], reads(request[11]))

    with wire_that(note) as port:
        for name in ("circutor-cem-c31", "carlo-gavazzi-em340"):
            one = Analyzer(Wiring(name, "127.0.0.1", port, 1))
            one.read_wh()
            one.close()
    assert functions == [3, 4]
