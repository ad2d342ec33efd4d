"""The four packed words, against formats.md: every field at its borders lands in its own bits and comes back.

meter word      head 160 | generation 40 | exported 40 | day 16
agreement word  balance 56 | generation 44 | exported 44 | closedDay 16 | boundaryDay 16 | signedAt 32 |
                proposedAt 32 | periods 12 | pending 1 | status 3
statement word  amount 56 | generation 44 | exported 44 | lastDay 16 | boundaryDay 16 | closedOn 16 | closedAt 32 |
                flags 32
account word    late 80 | cents 56 | free 64 | noticeClause 8 | noticeDay 16 | alarmDay 16 | nextAct 16
"""

import pytest
from eth_utils import keccak
from hypothesis import given
from hypothesis import strategies as st

from tests.evm import Chain

LIBRARIES = Chain().deploy("Libraries")
# name: (lowest bit, bits, signed), in the order of the ABI's struct
AGREEMENT = {
    "status": (0, 3),
    "periods": (4, 12),
    "proposedAt": (16, 32),
    "signedAt": (48, 32),
    "boundaryDay": (80, 16),
    "closedDay": (96, 16),
    "pending": (3, 1),
    "exported": (112, 44),
    "generation": (156, 44),
    "balance": (200, 56),
}
STATEMENT = {
    "amount": (200, 56),
    "generation": (156, 44),
    "exported": (112, 44),
    "lastDay": (96, 16),
    "boundaryDay": (80, 16),
    "closedOn": (64, 16),
    "closedAt": (32, 32),
    "flags": (0, 32),
}
ACCOUNT = {
    "nextAct": (0, 16),
    "alarmDay": (16, 16),
    "noticeDay": (32, 16),
    "noticeClause": (48, 8),
    "cents": (120, 56),
    "late": (176, 80),
}
LAYOUTS = {"agreement": AGREEMENT, "statement": STATEMENT, "account": ACCOUNT}
# Registers up to which energy was billed are signed, those of a statement are not.
SIGNED = [(AGREEMENT, "balance"), (AGREEMENT, "generation"), (AGREEMENT, "exported"), (STATEMENT, "amount")]
SIGNED += [(ACCOUNT, "cents"), (ACCOUNT, "late")]
HANDED_OVER = 7


def borders(layout: dict[str, tuple[int, int]], name: str, bits: int) -> list[int]:
    """Least, most, one, and each bit alone of a field."""
    if name == "status":
        return list(range(HANDED_OVER + 1))
    alone = [1 << bit for bit in range(bits)]
    if (layout, name) in SIGNED:
        return [-(1 << bits - 1), -1, 0, (1 << bits - 1) - 1, *alone[:-1]]
    return [0, (1 << bits) - 1, *alone]


def word_of(layout: dict[str, tuple[int, int]], values: dict[str, int]) -> int:
    """The word as formats.md draws it."""
    return sum((values[name] % (1 << bits)) << at for name, (at, bits) in layout.items())


CASES = [
    (layout, name, value)
    for layout in LAYOUTS.values()
    for name, (_, bits) in layout.items()
    for value in borders(layout, name, bits)
]


def ways(layout):
    """The pair of library functions of a word."""
    if layout is AGREEMENT:
        return LIBRARIES.packedAgreement, LIBRARIES.unpackedAgreement
    if layout is ACCOUNT:
        return LIBRARIES.packedAccount, LIBRARIES.unpackedAccount
    return LIBRARIES.packedStatement, LIBRARIES.unpackedStatement


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_every_field_at_its_borders_is_packed_into_its_own_bits_and_back(layout):
    pack, unpack = ways(layout)
    for _, name, value in [case for case in CASES if case[0] is layout]:
        values = dict.fromkeys(layout, 0) | {name: value}
        word = pack(tuple(values.values()))
        assert word == word_of(layout, values), (name, value)
        assert tuple(unpack(word)[0]) == tuple(values.values())


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_full_fields_do_not_touch_their_neighbours(layout):
    pack, unpack = ways(layout)
    for name, (_, bits) in layout.items():
        most = {n: (1 << b) - 1 for n, (_, b) in layout.items()} | {n: -1 for owner, n in SIGNED if owner is layout}
        full = {n: most[n] for n in layout}
        for value in borders(layout, name, bits)[:4]:
            values = full | {name: value}
            assert pack(tuple(values.values())) == word_of(layout, values)
            assert tuple(unpack(word_of(layout, values))[0]) == tuple(values.values())


@given(st.data())
def test_any_agreement_and_statement_comes_back_from_its_word(data):
    for layout in LAYOUTS.values():
        pack, unpack = ways(layout)
        values = {
            n: data.draw(st.sampled_from(borders(layout, n, b)) | _numbers(layout, n, b))
            for n, (_, b) in layout.items()
        }
        word = pack(tuple(values.values()))
        assert word == word_of(layout, values)
        assert tuple(unpack(word)[0]) == tuple(values.values())


def _numbers(layout, name, bits):
    if name == "status":
        return st.integers(0, HANDED_OVER)
    return (
        st.integers(-(1 << bits - 1), (1 << bits - 1) - 1)
        if (layout, name) in SIGNED
        else st.integers(0, (1 << bits) - 1)
    )


def test_the_status_is_read_without_unpacking():
    for status in range(HANDED_OVER + 1):
        assert LIBRARIES.unpackedAgreement(2**256 - 8 + status)[1] == status


def test_only_the_empty_word_is_empty():
    assert LIBRARIES.unpackedStatement(0)[1] and LIBRARIES.meterWord(0) == (0, 0, 0, True)
    for bit in range(256):
        assert not LIBRARIES.unpackedStatement(1 << bit)[1] and not LIBRARIES.meterWord(1 << bit)[3]


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
