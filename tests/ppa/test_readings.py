"""Leaves, trees and roots.

a tree ── every leaf's path leads to the root, no other leaf does
       └─ without leaves: refused
a leaf ── whose fields do not fit: refused
a day ── survives its file form; its record has the last reading's registers
"""

import pytest
from eth_utils.crypto import keccak
from hypothesis import given
from hypothesis import strategies as st

from ppa import tree
from ppa.days import DayReadings
from ppa.errors import BadProof, BadReading
from ppa.readings import DaySummary, Event, Reading, readings_root

HASHES = st.binary(min_size=32, max_size=32)
SUMMARY = DaySummary(1, 1, 0, 0, 0, bytes(32))


@given(st.lists(HASHES, min_size=1, max_size=40, unique=True), st.data())
def test_every_leaf_leads_to_the_root_and_another_does_not(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    root, path = tree.root(leaves), tree.proof(leaves, index)
    assert tree.verify(leaves[index], path, root)
    assert not tree.verify(keccak(leaves[index]), path, root)


@given(st.lists(HASHES, min_size=2, max_size=40, unique=True), st.data())
def test_a_changed_leaf_changes_the_root(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    changed = [*leaves[:index], keccak(leaves[index]), *leaves[index + 1 :]]
    assert tree.root(changed) != tree.root(leaves)


def test_a_tree_of_one_leaf_is_the_leaf_with_an_empty_path() -> None:
    assert tree.root([b"x" * 32]) == b"x" * 32
    assert tree.proof([b"x" * 32], 0) == []


def test_a_tree_without_leaves_is_refused() -> None:
    with pytest.raises(BadProof, match="without leaves"):
        tree.root([])


@pytest.mark.parametrize("index", [-1, 2])
def test_a_path_of_no_leaf_is_refused(index: int) -> None:
    with pytest.raises(BadProof, match="no leaf"):
        tree.proof([bytes(32), bytes(32)], index)


@pytest.mark.parametrize(
    "leaf",
    [Reading(-1, 0, 0), Reading(0, 2**256, 0), Event(0, "", bytes(32)), Event(0, "ñ", bytes(32)), Event(0, "x", b"")],
)
def test_a_leaf_that_makes_no_sense_is_refused(leaf: Reading | Event) -> None:
    with pytest.raises(BadReading):
        leaf.leaf()


def test_a_root_wants_two_hashes_of_32_bytes() -> None:
    with pytest.raises(BadReading, match="32 bytes"):
        readings_root(b"", bytes(32))


def test_a_day_makes_the_record_of_its_last_reading_even_with_an_event_after_it() -> None:
    day = DayReadings(5, SUMMARY, (Reading(1, 10, 1), Reading(2, 20, 2), Event(3, "clock-step", bytes(32))))
    record = day.record()
    assert (record.day, record.generation_wh, record.exported_wh) == (5, 20, 2)
    assert tree.verify(day.last_reading().leaf(), tree.proof(day.hashes(), day.last_index()), day.tree_root())


def test_a_day_without_a_reading_makes_no_record() -> None:
    with pytest.raises(BadReading, match="no reading"):
        DayReadings(5, SUMMARY, (Event(3, "clock-step", bytes(32)),)).record()


@given(st.lists(st.tuples(st.integers(0, 2**40), st.integers(0, 2**60), st.integers(0, 2**60)), min_size=1, max_size=5))
def test_a_day_survives_its_file_form(rows: list[tuple[int, int, int]]) -> None:
    leaves = (*(Reading(*row) for row in rows), Event(1, "ct-change", b"\1" * 32))
    day = DayReadings(7, SUMMARY, leaves)
    assert DayReadings.from_json(day.to_json()) == day


@pytest.mark.parametrize("body", [{}, {"day": 1, "summary": None, "leaves": []}, {"day": "x"}])
def test_a_day_that_is_not_whole_is_refused(body: dict[str, object]) -> None:
    with pytest.raises(BadReading, match="not whole"):
        DayReadings.from_json(body)
