"""When a reading is due, and what time it is: the board's clock, or the replay clock of the simulated plant."""

import ctypes
import json
import socket
import time
from dataclasses import dataclass
from typing import Protocol

from meter.config import Config, split_address
from meter.errors import ClockError

_TIME_ERROR = 5  # adjtimex(2): the clock is not synchronised
_TIMEX_BYTES = 512  # more than any struct timex has; zeroed: read only
_ANSWER_S = 30.0


@dataclass(frozen=True)
class Moment:
    """UTC seconds; seconds of a clock that nobody sets; whether the UTC is synchronised."""

    time: int
    monotonic_s: float
    synchronised: bool = True


class Clock(Protocol):
    """Where the collector gets its time."""

    replays: bool

    def now(self) -> Moment:
        """The time. Raises ClockError."""

    def next(self, committed: int) -> Moment | None:
        """Waits until a reading is due; `committed` is the time of the last that is safe. None: no more."""

    def close(self) -> None:
        """Lets go."""


class SystemClock:
    """The board's clock; readings at whole multiples of the cadence."""

    replays = False

    def __init__(self, cadence_s: int) -> None:
        self._cadence_s = cadence_s

    def now(self) -> Moment:
        """The time, and whether the kernel says that it is synchronised."""
        return Moment(int(time.time()), time.monotonic(), _synchronised())

    def next(self, committed: int) -> Moment | None:
        """Sleeps until the next multiple of the cadence."""
        time.sleep(self._cadence_s - time.time() % self._cadence_s)
        return self.now()

    def close(self) -> None:
        """Nothing to let go."""


class ReplayClock:
    """The plant's clock: it stands still until the reading is committed. Line JSON over TCP."""

    replays = True

    def __init__(self, host: str, port: int) -> None:
        self._address = (host, port)
        self._stream: socket.socket | None = None

    def now(self) -> Moment:
        """The plant's time."""
        return self._moment(self._ask({"ask": "now"}))

    def next(self, committed: int) -> Moment | None:
        """The next quarter-hour, or again the last one if it is not committed; None after the last."""
        answer = self._ask({"ask": "next", "committed": committed})
        return None if answer.get("end") is True else self._moment(answer)

    def close(self) -> None:
        """Closes the connection; the next question opens a new one."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None

    def _ask(self, question: dict[str, object]) -> dict[str, object]:
        try:
            if self._stream is None:
                self._stream = socket.create_connection(self._address, timeout=_ANSWER_S)
                self._stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._stream.sendall(json.dumps(question).encode() + b"\n")
            answer = json.loads(self._line(self._stream))
        except (OSError, ValueError) as problem:
            self.close()
            raise ClockError(f"The replay clock at {self._place()} does not answer ({problem}).") from problem
        if not isinstance(answer, dict) or "error" in answer:
            raise ClockError(f"The replay clock at {self._place()} refused: {answer}.")
        return answer

    def _line(self, stream: socket.socket) -> bytes:
        line = b""
        while not line.endswith(b"\n"):
            part = stream.recv(4096)
            if not part:
                raise OSError("it closed the connection")
            line += part
        return line

    def _moment(self, answer: dict[str, object]) -> Moment:
        at = answer.get("time")
        if not isinstance(at, int):
            raise ClockError(f"The replay clock at {self._place()} answered {answer}, which has no time.")
        return Moment(at, float(at))

    def _place(self) -> str:
        return f"{self._address[0]}:{self._address[1]}"


def clock_of(config: Config) -> Clock:
    """The clock that the configuration names."""
    return ReplayClock(*split_address(config.replay)) if config.replay else SystemClock(config.cadence_s)


def _synchronised() -> bool:
    """What the kernel says (adjtimex); True where it cannot be asked."""
    try:
        return int(ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(_TIMEX_BYTES))) != _TIME_ERROR
    except (OSError, AttributeError):
        return True
