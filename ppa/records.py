"""A meter's daily records and the hash chain that they make, as MeterLedger makes it."""

from collections.abc import Iterable
from dataclasses import dataclass

from eth_utils.crypto import keccak

from ppa import eip712
from ppa.errors import BadRecord, DayNotAfterLast, ExportWentBack, GenerationWentBack, RegisterTooLarge
from ppa.storage_words import MeterWord

LARGEST_REGISTER = 2**40 - 1
EMPTY = MeterWord(0, 0, 0, 0)
_SIGNED_TYPE = "Record(uint256 last,uint64 generation,uint64 exported,uint16 day,bytes32 readingsRoot)"


@dataclass(frozen=True)
class DailyRecord:
    """What a meter says of one local day: registers in Wh at its end, and the root of its readings (32 bytes)."""

    day: int
    generation_wh: int
    exported_wh: int
    readings_root: bytes

    def as_tuple(self) -> tuple[int, int, int, bytes]:
        """In the order of the ABI's DailyRecord."""
        return self.generation_wh, self.exported_wh, self.day, self.readings_root


def next_word(word: MeterWord, record: DailyRecord) -> MeterWord:
    """The word after a record. Raises a BadRecord where the ledger refuses, its clock aside."""
    if len(record.readings_root) != 32:
        raise BadRecord(f"A readings root has 32 bytes, not {len(record.readings_root)}.")
    if not 0 <= record.day < 2**16:
        raise BadRecord(f"Day {record.day} does not fit 16 bits.")
    if not record.day > word.day:
        raise DayNotAfterLast(word.day, record.day)
    if not record.generation_wh >= word.generation_wh:
        raise GenerationWentBack(word.generation_wh, record.generation_wh)
    if not record.exported_wh >= word.exported_wh:
        raise ExportWentBack(word.exported_wh, record.exported_wh)
    for register in (record.generation_wh, record.exported_wh):
        if register > LARGEST_REGISTER:
            raise RegisterTooLarge(register)
    link = keccak(record.readings_root + word.pack().to_bytes(32))
    return MeterWord(int.from_bytes(link[:20]), record.generation_wh, record.exported_wh, record.day)


def signed_digest(chain_id: int, ledger: str, word: MeterWord, record: DailyRecord) -> bytes:
    """What a meter signs for others to bring (EIP-712): a record and the whole word that it follows.

    For `MeterLedger.recordSigned` of this ledger on this chain.
    """
    message = eip712.struct_hash(_SIGNED_TYPE, (word.pack(), *record.as_tuple()), BadRecord)
    return eip712.digest(message, chain_id, ledger)


def compact_signature(r: int, s: int, y_parity: int) -> tuple[bytes, bytes]:
    """The two words of a compact signature (EIP-2098); `s` is of the lower half."""
    return r.to_bytes(32), (s | y_parity << 255).to_bytes(32)


def replay(word: MeterWord, records: Iterable[DailyRecord]) -> MeterWord:
    """The word that records make of a word. Raises a BadRecord where the ledger refuses."""
    for record in records:
        word = next_word(word, record)
    return word
