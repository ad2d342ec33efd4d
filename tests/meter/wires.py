"""Real servers for the meter's tests: the simulated plant, and a wire with another will."""

import asyncio
import socket
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

from meter.plant.replay import Plant
from meter.plant.series import Interval
from meter.plant.server import PlantServer


class Loop:
    """An event loop in a thread, for servers."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    def end(self) -> None:
        async def settle() -> None:
            rest = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            for task in rest:
                task.cancel()
            await asyncio.gather(*rest, return_exceptions=True)

        self.run(settle())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()


@contextmanager
def plant_of(quarters: list[Interval], port: int = 0) -> Iterator[tuple[Plant, PlantServer, int, int, Loop]]:
    """A real Modbus server and its replay clock in this process: plant, server, Modbus port, clock port, its loop."""
    loop, plant = Loop(), Plant(quarters)
    server = PlantServer(plant, port=port)
    modbus, clock = loop.run(server.start())
    try:
        yield plant, server, modbus, clock, loop
    finally:
        loop.run(server.stop())
        loop.end()


@contextmanager
def wire_that(answers: Callable[[bytes], bytes | None]) -> Iterator[int]:
    """A TCP server that answers each Modbus frame as it is told (None: silence); its port. For wrong answers."""
    listener = socket.create_server(("127.0.0.1", 0))
    ended = threading.Event()

    def serve() -> None:
        listener.settimeout(0.05)
        while not ended.is_set():
            try:
                stream, _ = listener.accept()
            except TimeoutError:
                continue
            with stream:
                stream.settimeout(0.05)
                while not ended.is_set():
                    try:
                        frame = stream.recv(300)
                    except TimeoutError:
                        continue
                    except OSError:
                        break
                    if not frame:
                        break
                    answer = answers(frame)
                    if answer is not None:
                        stream.sendall(answer)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        ended.set()
        thread.join()
        listener.close()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port
