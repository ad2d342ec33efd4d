"""One analyzer on the wire: one block read over Modbus TCP, its length and function checked, nothing ever written."""

import logging
from typing import Protocol

from pymodbus.client import ModbusTcpClient
from pymodbus.exceptions import ModbusException

from meter.config import Wiring
from meter.errors import AnalyzerRefused, AnalyzerUnreachable, WrongAnswer
from meter.profile import Profile, load_profile

TIMEOUT_S = 1.0
_EXCEPTIONS = {1: "illegal function", 2: "illegal address", 3: "illegal value", 4: "device failure", 6: "busy"}

logging.getLogger("pymodbus").setLevel(logging.CRITICAL)


class BlockReader(Protocol):
    """What every driver gives: the registers of the profile's one block."""

    def read_block(self) -> list[int]:
        """The registers. Raises an AnalyzerError."""

    def close(self) -> None:
        """Lets the line go."""


class TcpBlockReader:
    """Modbus TCP. The connection stays open; after anything odd it is thrown away, late answers with it."""

    def __init__(self, host: str, port: int, device_id: int, profile: Profile, timeout_s: float = TIMEOUT_S) -> None:
        self._profile, self._device_id = profile, device_id
        self._name = f"{profile.name} at {host}:{port}, device {device_id}"
        self._client = ModbusTcpClient(host, port=port, timeout=timeout_s, retries=0)

    def read_block(self) -> list[int]:
        """The profile's block. Raises AnalyzerUnreachable, AnalyzerRefused or WrongAnswer."""
        try:
            return self._exchange()
        except (AnalyzerUnreachable, WrongAnswer):
            self.close()
            raise

    def close(self) -> None:
        """Closes the connection; the next read opens a new one."""
        self._client.close()  # type: ignore[no-untyped-call]

    def _exchange(self) -> list[int]:
        profile = self._profile
        read = self._client.read_holding_registers if profile.function == 3 else self._client.read_input_registers
        try:
            if not self._client.connected and not self._client.connect():  # type: ignore[no-untyped-call]
                raise AnalyzerUnreachable(self._name, "cannot be reached: check its power, cable and address")
            answer = read(profile.address, count=profile.count, device_id=self._device_id)
        except (ModbusException, OSError) as problem:
            raise AnalyzerUnreachable(self._name, f"did not answer in {TIMEOUT_S:g} s ({problem})") from problem
        if answer.isError():
            code = getattr(answer, "exception_code", 0)
            raise AnalyzerRefused(self._name, f"refused the read: {_EXCEPTIONS.get(code, 'exception')} ({code})")
        if answer.function_code != profile.function or answer.dev_id != self._device_id:
            raise WrongAnswer(
                self._name, f"answered function {answer.function_code} of device {answer.dev_id}, not what was asked"
            )
        if len(answer.registers) != profile.count:
            raise WrongAnswer(self._name, f"answered {len(answer.registers)} registers instead of {profile.count}")
        return list(answer.registers)


class Analyzer:
    """The counter that matters of one analyzer: its export direction, or its import if the wiring is flipped."""

    def __init__(self, wiring: Wiring, reader: BlockReader | None = None) -> None:
        self.profile = load_profile(wiring.profile)
        self.flip = wiring.flip
        self._reader = reader or TcpBlockReader(wiring.host, wiring.port, wiring.device_id, self.profile)

    def read_wh(self) -> int:
        """The counter, in Wh. Raises an AnalyzerError."""
        energies = self.profile.decode(self._reader.read_block())
        return energies.import_wh if self.flip else energies.export_wh

    def close(self) -> None:
        """Lets the line go."""
        self._reader.close()
