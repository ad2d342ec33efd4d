"""`meter run`: collector and sender as two processes; one that dies is started again, the other never notices."""

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from meter.keystore import PASSWORD_VARIABLE

log = logging.getLogger("meter.supervisor")

CANNOT_WORK = 2  # exit status of a child whose sentence asks for a person
_PARTS = ("collector", "sender")
_LONGEST_PAUSE_S = 60.0
_HEALTHY_S = 10.0
_LOOK_S = 0.05


@dataclass
class _Child:
    """One part: its process, when it was started, when it may be started again, its last exit status."""

    part: str
    process: "subprocess.Popen[bytes] | None" = None
    started: float = 0.0
    not_before: float = 0.0
    pause: float = 0.0
    status: int | None = None

    @property
    def finished(self) -> bool:
        return self.status == 0


def supervise(arguments: Sequence[str], replays: bool) -> int:
    """Runs both parts until they finish (at the end of a replay) or we are told to stop; an exit status.

    `arguments` go to each part. In a replay, a sender that cannot work ends the run once the collector is done.
    """
    children = [_Child(part) for part in _PARTS]
    told: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda signum, _: told.append(signum))
    while not told:
        for child in children:
            _tend(child, arguments)
        if all(child.finished for child in children):
            return 0
        if replays and children[0].finished and children[1].process is None and children[1].status == CANNOT_WORK:
            return CANNOT_WORK
        if replays and children[0].status == CANNOT_WORK:
            _stop(children)
            return CANNOT_WORK
        time.sleep(_LOOK_S)
    _stop(children)
    return 0


def _tend(child: _Child, arguments: Sequence[str]) -> None:
    """Starts the child if it should run and does not."""
    now = time.monotonic()
    if child.process is not None:
        status = child.process.poll()
        if status is None:
            return
        child.process, child.status = None, status
        if child.finished:
            return
        healthy = now - child.started > _HEALTHY_S or status < 0
        child.pause = 0.0 if healthy else min(_LONGEST_PAUSE_S, 2 * child.pause + 0.5)
        child.not_before = now + child.pause
        log.warning("the %s ended with status %d; starting it again in %.1f s", child.part, status, child.pause)
    if not child.finished and now >= child.not_before:
        command = [sys.executable, "-m", "meter", "run", "--only", child.part, *arguments]
        child.process = subprocess.Popen(command, env=environment(child.part, os.environ), stdin=subprocess.DEVNULL)
        child.started = now


def environment(part: str, given: Mapping[str, str]) -> dict[str, str]:
    """The environment of a part: the collector is not told the password."""
    found = {name: value for name, value in given.items() if part == "sender" or name != PASSWORD_VARIABLE}
    return {**found, "SOLPACT_SUPERVISOR": str(os.getpid())}


def _stop(children: Sequence[_Child]) -> None:
    running = [child.process for child in children if child.process is not None]
    for process in running:
        process.terminate()
    for process in running:
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
