"""The record chain.

a record ── after the last day, registers not lower: the next word commits to it
         └─ else refused, each with its own exception, as the ledger does
a history ── changed, dropped, doubled or reordered: another head, or refused
"""

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ppa.errors import (
    BadRecord,
    DayNotAfterLast,
    ExportWentBack,
    GenerationWentBack,
    RegisterTooLarge,
)
from ppa.records import EMPTY, LARGEST_REGISTER, DailyRecord, next_word, replay

FIRST = DailyRecord(16_983, 1000, 200, bytes(32))


@st.composite
def histories(draw: st.DrawFn) -> list[DailyRecord]:
    steps = draw(st.lists(st.tuples(st.integers(1, 5), st.integers(0, 9), st.integers(0, 9)), min_size=2, max_size=8))
    day = generation = exported = 0
    made = []
    for days, more, out in steps:
        day, generation, exported = day + days, generation + more, exported + out
        made.append(DailyRecord(day, generation, exported, draw(st.binary(min_size=32, max_size=32))))
    return made


def test_the_next_word_has_the_records_registers_and_day() -> None:
    word = next_word(EMPTY, FIRST)
    assert (word.generation_wh, word.exported_wh, word.day) == (1000, 200, 16_983)


@pytest.mark.parametrize(
    ("record", "refusal"),
    [
        (replace(FIRST), DayNotAfterLast),
        (replace(FIRST, day=1), DayNotAfterLast),
        (replace(FIRST, day=16_984, generation_wh=999), GenerationWentBack),
        (replace(FIRST, day=16_984, exported_wh=199), ExportWentBack),
        (replace(FIRST, day=16_984, generation_wh=LARGEST_REGISTER + 1), RegisterTooLarge),
        (replace(FIRST, day=16_984, exported_wh=LARGEST_REGISTER + 1), RegisterTooLarge),
        (replace(FIRST, day=65_536), BadRecord),
        (replace(FIRST, day=16_984, readings_root=b""), BadRecord),
    ],
)
def test_a_record_that_cannot_follow_is_refused(record: DailyRecord, refusal: type[BadRecord]) -> None:
    with pytest.raises(refusal):
        next_word(next_word(EMPTY, FIRST), record)


def test_a_day_of_zero_production_is_valid() -> None:
    assert next_word(next_word(EMPTY, FIRST), replace(FIRST, day=16_984)).generation_wh == 1000


@given(histories(), st.data())
def test_a_history_with_one_record_dropped_never_gives_the_same_head(
    made: list[DailyRecord], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(made) - 1))
    assert replay(EMPTY, made[:place] + made[place + 1 :]) != replay(EMPTY, made)


@given(histories(), st.data())
def test_a_history_with_one_thing_changed_never_gives_the_same_head(
    made: list[DailyRecord], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(made) - 1))
    other = data.draw(st.binary(min_size=32, max_size=32))
    assume(other != made[place].readings_root)
    changed = [*made[:place], replace(made[place], readings_root=other), *made[place + 1 :]]
    assert replay(EMPTY, changed) != replay(EMPTY, made)


@given(histories(), st.data())
def test_a_doubled_record_is_refused(made: list[DailyRecord], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(made) - 1))
    with pytest.raises(DayNotAfterLast):
        replay(EMPTY, [*made[: place + 1], *made[place:]])


@given(histories(), st.data())
def test_a_history_replays_in_any_two_parts(made: list[DailyRecord], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(made)))
    assert replay(replay(EMPTY, made[:place]), made[place:]) == replay(EMPTY, made)
