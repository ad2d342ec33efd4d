"""The plant on the network: a real Modbus TCP server with two devices, and the replay clock beside it."""

import asyncio
import contextlib
import json
from typing import Any

from pymodbus.constants import ExcCodes
from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

from meter.plant.replay import Plant, SimulatedAnalyzer

GENERATION_DEVICE, EXPORT_DEVICE = 1, 2


class PlantServer:
    """Modbus on one port, the clock's line JSON on another: {"ask": "now"} and {"ask": "next", "committed": T}."""

    def __init__(self, plant: Plant, host: str = "127.0.0.1", port: int = 0, clock_port: int = 0) -> None:
        self._plant, self._host, self._port, self._clock_port = plant, host, port, clock_port
        self._modbus: ModbusTcpServer | None = None
        self._clock: asyncio.Server | None = None
        self._streams: set[asyncio.StreamWriter] = set()

    async def start(self) -> tuple[int, int]:
        """Listens; the Modbus port and the clock's."""
        devices = [device(GENERATION_DEVICE, self._plant.generation), device(EXPORT_DEVICE, self._plant.export)]
        self._modbus = ModbusTcpServer(devices, address=(self._host, self._port))
        await self._modbus.listen()
        self._clock = await asyncio.start_server(self._talk, self._host, self._clock_port)
        transport: Any = self._modbus.transport
        return transport.sockets[0].getsockname()[1], self._clock.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Stops both."""
        await self.stop_modbus()
        if self._clock is not None:
            self._clock.close()
            for stream in self._streams:
                stream.close()

    async def stop_modbus(self) -> None:
        """Stops the analyzers; the clock goes on."""
        if self._modbus is not None:
            await self._modbus.shutdown()  # type: ignore[no-untyped-call]
            self._modbus = None

    def answer(self, question: Any) -> dict[str, Any]:
        """The clock's answer to a question."""
        match question:
            case {"ask": "now"}:
                return {"time": self._plant.now}
            case {"ask": "next", "committed": int(committed)}:
                following = self._plant.next(committed)
                return {"end": True} if following is None else {"time": following}
        return {"error": 'ask {"ask": "now"} or {"ask": "next", "committed": UTC seconds}'}

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._streams.add(writer)
        with contextlib.suppress(ConnectionError):
            while line := await reader.readline():
                try:
                    answer = self.answer(json.loads(line))
                except ValueError:
                    answer = {"error": "not JSON"}
                writer.write(json.dumps(answer).encode() + b"\n")
                await writer.drain()
        self._streams.discard(writer)
        writer.close()


def device(number: int, analyzer: SimulatedAnalyzer) -> SimDevice:
    """A Modbus device that shows an analyzer's counters as they are when it is asked; it refuses to be written."""
    profile = analyzer.profile

    async def show(
        function: int, start: int, address: int, count: int, registers: list[int], values: Any
    ) -> ExcCodes | None:
        if values is not None or function not in (3, 4):
            return ExcCodes.ILLEGAL_FUNCTION
        registers[profile.address - start : profile.address - start + profile.count] = analyzer.registers()
        return None

    block = SimData(profile.address, values=[0] * profile.count, datatype=DataType.REGISTERS)
    return SimDevice(number, [block], action=show)
