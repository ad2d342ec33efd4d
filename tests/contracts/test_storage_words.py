"""The packed words of storage, against formats.md: every field at its borders lands in its own bits and comes back.

meter word    head 160 | generation 40 | exported 40 | day 16
agreement     (free) 8 | balance 56 s | generation 40 | exported 40 | closedThrough 16 | boundaryDay 16 |
              signedBlock 32 | proposedBlock 32 | periods 12 | pending 1 | status 3
account       (free) 8 | lateCentDays 72 s | cents 48 s | generation 40 s | exported 40 s | alarmDay 16 | acts 32
statement     amount 56 s | generation 44 | exported 44 | lastDay 16 | boundaryDay 16 | closedOn 16 |
              closedBlock 32 | flags 32
claims        (free) 159 | decided 1 | producer 48 | consumer 48
payment       (free) 232 | declaredOn 16 | status 8
notice        (free) 222 | isFinal 1 | cured 1 | clause 16 | day 16
announcement  digest 232 | ends 8 | day 16
"""

import pytest
from eth_utils import keccak
from hypothesis import given
from hypothesis import strategies as st

from tests.evm import Chain

LIBRARIES = Chain().deploy("Libraries")
# name: (lowest bit, bits), in the order of the ABI's struct
LAYOUTS = {
    "Agreement": {
        "status": (0, 3),
        "periods": (4, 12),
        "proposedBlock": (16, 32),
        "signedBlock": (48, 32),
        "boundaryDay": (80, 16),
        "closedThrough": (96, 16),
        "pending": (3, 1),
        "exported": (112, 40),
        "generation": (152, 40),
        "balance": (192, 56),
    },
    "Account": {
        "acts": (0, 32),
        "alarmDay": (32, 16),
        "exported": (48, 40),
        "generation": (88, 40),
        "cents": (128, 48),
        "lateCentDays": (176, 72),
    },
    "Statement": {
        "amount": (200, 56),
        "generation": (156, 44),
        "exported": (112, 44),
        "lastDay": (96, 16),
        "boundaryDay": (80, 16),
        "closedOn": (64, 16),
        "closedBlock": (32, 32),
        "flags": (0, 32),
    },
    "Claims": {"producer": (48, 48), "consumer": (0, 48), "decided": (96, 1)},
    "Payment": {"status": (0, 8), "declaredOn": (8, 16)},
    "Notice": {"day": (0, 16), "clause": (16, 16), "cured": (32, 1), "isFinal": (33, 1)},
    "Announcement": {"digest": (24, 232), "ends": (16, 8), "day": (0, 16)},
}
SIGNED = {("Agreement", "balance"), ("Statement", "amount")}
SIGNED |= {("Account", name) for name in ("exported", "generation", "cents", "lateCentDays")}
ENUMS = {("Agreement", "status"): 7, ("Payment", "status"): 4}
# Fields whose type has fewer bits than their place in the word.
NARROW = {("Notice", "clause"): 8, ("Announcement", "ends"): 1}
EVERY = pytest.mark.parametrize("kind", LAYOUTS)


def bits_of(kind, name):
    """The bits that a field's values have."""
    return NARROW.get((kind, name), LAYOUTS[kind][name][1])


def borders(kind, name):
    """Least, most, one, and each bit alone of a field."""
    if (kind, name) in ENUMS:
        return list(range(ENUMS[kind, name] + 1))
    bits = bits_of(kind, name)
    alone = [1 << bit for bit in range(bits)]
    if (kind, name) in SIGNED:
        return [-(1 << bits - 1), -1, 0, (1 << bits - 1) - 1, *alone[:-1]]
    return [0, (1 << bits) - 1, *alone]


def word_of(kind, values):
    """The word as formats.md draws it."""
    return sum((values[name] % (1 << bits)) << at for name, (at, bits) in LAYOUTS[kind].items())


def struct(kind, values):
    """The fields as the ABI has them."""
    if kind == "Announcement":
        values = values | {"digest": (values["digest"] << 24).to_bytes(32, "big")}
    return tuple(values.values())


def checked(kind, values):
    """Packed and unpacked."""
    word = getattr(LIBRARIES, f"packed{kind}")(struct(kind, values))
    assert word == word_of(kind, values), values
    unpacked = tuple(getattr(LIBRARIES, f"unpacked{kind}")(word)[0])
    assert unpacked == struct(kind, values), values


@EVERY
def test_every_field_at_its_borders_is_packed_into_its_own_bits_and_back(kind):
    for name in LAYOUTS[kind]:
        for value in borders(kind, name):
            checked(kind, dict.fromkeys(LAYOUTS[kind], 0) | {name: value})


@EVERY
def test_full_fields_do_not_touch_their_neighbours(kind):
    full = {
        name: -1 if (kind, name) in SIGNED else ENUMS.get((kind, name), (1 << bits_of(kind, name)) - 1)
        for name in LAYOUTS[kind]
    }
    for name in LAYOUTS[kind]:
        for value in borders(kind, name)[:4]:
            checked(kind, full | {name: value})


@EVERY
@given(data=st.data())
def test_any_values_come_back_from_their_word(kind, data):
    checked(kind, {n: data.draw(st.sampled_from(borders(kind, n)) | numbers(kind, n)) for n in LAYOUTS[kind]})


def numbers(kind, name):
    """All values of a field."""
    bits = bits_of(kind, name)
    if (kind, name) in SIGNED:
        return st.integers(-(1 << bits - 1), (1 << bits - 1) - 1)
    return st.integers(0, ENUMS.get((kind, name), (1 << bits) - 1))


@EVERY
def test_what_is_beside_the_fields_is_not_read(kind):
    """The free bits at the top, and the bits of a field that has fewer values than bits."""
    used = max(at + bits for at, bits in LAYOUTS[kind].values())
    values = dict.fromkeys(LAYOUTS[kind], 1)
    for bit in range(used, 256):
        assert tuple(getattr(LIBRARIES, f"unpacked{kind}")(word_of(kind, values) | 1 << bit)[0]) == struct(kind, values)


def test_an_announcement_keeps_the_digest_but_for_its_lowest_24_bits():
    assert LIBRARIES.packedAnnouncement((b"\xff" * 32, False, 7)) == (2**232 - 1 << 24) + 7


def test_the_status_is_read_without_unpacking():
    for status in range(8):
        assert LIBRARIES.unpackedAgreement(2**256 - 8 + status)[1] == status


def test_only_the_empty_word_is_empty():
    assert LIBRARIES.unpackedStatement(0)[1] and LIBRARIES.meterWord(0) == (0, 0, 0, True)
    for bit in range(256):
        assert not LIBRARIES.unpackedStatement(1 << bit)[1] and not LIBRARIES.meterWord(1 << bit)[3]


def test_a_clauses_bit_is_the_sixteenth_and_those_after_it():
    assert [LIBRARIES.clauseFlag(n) for n in range(16)] == [1 << 16 + n for n in range(16)]


@pytest.mark.parametrize(("months", "kept"), [(0, 0), (1, 1), (2, 2), (255, 255), (256, 255), (2**32 - 1, 255)])
@pytest.mark.parametrize("others", [0, 0xFF, 0xFFFF00FF])
def test_dark_months_stand_in_bits_8_to_15(months, kept, others):
    flags = LIBRARIES.flags(others, months)[1]
    assert flags == others | kept << 8
    assert LIBRARIES.flags(flags, 0)[0] == kept


@given(
    word=st.integers(0, 2**256 - 1),
    generation=st.sampled_from([0, 1, 2**39, 2**40 - 1]),
    exported=st.integers(0, 2**40 - 1),
    day=st.sampled_from([0, 1, 2**15, 2**16 - 1]),
    root=st.binary(min_size=32, max_size=32),
)
def test_the_next_meter_word_links_the_root_and_the_whole_old_word(word, generation, exported, day, root):
    head = keccak(root + word.to_bytes(32, "big"))[:20]
    registers = generation.to_bytes(5, "big") + exported.to_bytes(5, "big")
    expected = int.from_bytes(head + registers + day.to_bytes(2, "big"), "big")
    assert LIBRARIES.nextWord(word, generation, exported, day, root) == expected
    assert LIBRARIES.meterWord(expected) == (generation, exported, day, False)
