"""A period's energy from the meter's records, as the registry counts it: registers in Wh, integers throughout."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from ppa.records import DailyRecord

_HOURS = 24


@dataclass(frozen=True)
class Counted:
    """What the meter counted up to a record; nothing where it is not `possible`: more than the plant can make."""

    generation_wh: int
    exported_wh: int
    possible: bool


def last_until(records: Sequence[DailyRecord], day: int) -> DailyRecord | None:
    """The meter's last record at or before a day."""
    place = bisect_right(records, day, key=lambda record: record.day)
    return records[place - 1] if place else None


def opening(records: Sequence[DailyRecord], base: int, until: int) -> DailyRecord | None:
    """The record with whose registers billing begins, of those up to the day `until`.

    It is the last one at or before `base`, or else the first one; None if there is none.
    """
    found = last_until(records, base) or next(iter(records), None)
    return found if found is not None and found.day <= until else None


def counted(record: DailyRecord, generation_wh: int, exported_wh: int, since: int, max_power_w: int) -> Counted:
    """What was counted from the registers of the day `since` to a record, for a plant of so many W."""
    generation, exported = record.generation_wh - generation_wh, record.exported_wh - exported_wh
    if max(generation, exported) > max_power_w * _HOURS * (record.day - since):
        return Counted(0, 0, possible=False)
    return Counted(generation, exported, possible=True)


def corrected(counted_wh: int, correction_wh: int) -> tuple[int, int]:
    """What is billed of a register, and what of the correction waits for the next statement: no bill is negative."""
    total = counted_wh + correction_wh
    return max(0, total), min(0, total)
