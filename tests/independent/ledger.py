"""The ledger: one word a meter, month ends, the opening word."""

from typing import Any

from eth_abi import encode
from eth_hash.auto import keccak

from .days import Refusal, is_month_end, is_over, month_end, month_of
from .signing import domain, record_digest, signer_of
from .words import Meter, Store, pack


class Ledger:
    """What was measured."""

    def __init__(self, store: Store, chain_id: int, address: str) -> None:
        self.store = store
        self.separator = domain(chain_id, address)
        self.now = 0

    def word_of(self, meter: str) -> Meter:
        """The meter's word of today."""
        return self.store.get("meter", meter)

    def record(self, sender: str, generation: int, exported: int, day: int, root: bytes) -> None:
        """One record of the sender's."""
        old = self.word_of(sender)
        if day <= old.day:
            raise Refusal("DayNotAfterLast", old.day, day)
        if not is_over(day, self.now):
            raise Refusal("DayNotEnded", day, self.now)
        if generation < old.generation:
            raise Refusal("GenerationWentBack", old.generation, generation)
        if exported < old.exported:
            raise Refusal("ExportWentBack", old.exported, exported)
        for register in (generation, exported):
            if register >= 1 << 40:
                raise Refusal("RegisterTooLarge", register)
        head = int.from_bytes(keccak(encode(["bytes32", "uint256"], [root, pack(old)])), "big") >> 96
        word = Meter(head, generation, exported, day)
        if not old.day:
            self.store.put(word, "month end", sender, 0)
        elif month_of(day) > month_of(old.day):
            self.store.put(old, "month end", sender, month_end(old.day))
        self.store.put(word, "meter", sender)
        self.store.put((*self.store.get("history", sender), word), "history", sender)

    def record_many(self, sender: str, records: list[tuple[int, int, int, bytes]]) -> None:
        """Several days of the sender's."""
        if not records:
            raise Refusal("NoRecords")
        for generation, exported, day, root in records:
            self.record(sender, generation, exported, day, root)

    def record_signed(self, sender: str, records: list[tuple[Any, ...]]) -> None:
        """Records that meters signed."""
        if not records:
            raise Refusal("NoRecords")
        for index, (meter, generation, exported, day, root, r, vs) in enumerate(records):
            last = pack(self.word_of(meter))
            signer = signer_of(record_digest(self.separator, last, generation, exported, day, root), r + vs)
            if signer != meter:
                raise Refusal("NotSignedByMeter", index, meter, signer)
            self.record(meter, generation, exported, day, root)

    def at_month_end(self, meter: str, end: int) -> Meter:
        """The last word of the month; empty if nothing was recorded in it."""
        if not is_month_end(end):
            raise Refusal("NotAMonthEnd", end)
        word = self.word_of(meter)
        if word.day < end:
            raise Refusal("MonthNotEnded", word.day, end)
        kept: Meter = word if word.day == end else self.store.get("month end", meter, end)
        return kept

    def opening_word(self, meter: str, base: int) -> Meter:
        """The meter's last word at or before a day, else its first ever; empty if it never recorded."""
        history = self.store.get("history", meter)
        before = [word for word in history if word.day <= base]
        return before[-1] if before else history[0] if history else Meter()
