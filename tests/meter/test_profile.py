"""Profiles: golden registers of each analyzer, and what a profile may not say.

given a block of registers
    when it is whole: both counters in Wh, in the analyzer's word order and steps
    when a counter is marked invalid or negative: refused
given a name: known, or refused with the known ones
given a profile's text: refused where it writes, is too long, or points outside its block
"""

from typing import Any

import pytest

from meter.analyzer import Analyzer
from meter.config import Wiring
from meter.errors import BadConfig, InvalidRegister, UnknownProfile
from meter.profile import Energies, known_profiles, load_profile, parse_profile
from tests.meter.world import Dial

GOOD: dict[str, Any] = {
    "name": "X", "function": 3, "address": 0, "count": 4, "word_order": "big", "signed": False, "unit_wh": 1,
    "offsets": {"import": 0, "export": 2},
}  # fmt: skip


def test_the_cem_c31_counts_wh_high_word_first() -> None:
    registers = [0x0001, 0x86A0, 0x02DE, 0xDB9E, 0, 0, 0, 0, 0, 0, 0, 0]
    assert load_profile("circutor-cem-c31").decode(registers) == Energies(100_000, 48_159_646)


def test_the_em340_counts_tenths_of_a_kwh_low_word_first() -> None:
    registers = [0x86A0, 0x0001, 0, 0, 0x667D, 0x0002, 0, 0]
    assert load_profile("carlo-gavazzi-em340").decode(registers) == Energies(10_000_000, 15_730_900)


@pytest.mark.parametrize("name", known_profiles())
def test_every_profile_reads_back_what_it_shows(name: str) -> None:
    profile = load_profile(name)
    units = 2**31 - 2 if profile.signed else 2**32 - 2
    assert profile.decode(profile.encode(7, units)) == Energies(7 * profile.unit_wh, units * profile.unit_wh)


@pytest.mark.parametrize(("name", "marker"), [("circutor-cem-c31", 0xFFFFFFFF), ("carlo-gavazzi-em340", 0x7FFFFFFF)])
def test_a_counter_marked_invalid_is_refused(name: str, marker: int) -> None:
    profile = load_profile(name)
    with pytest.raises(InvalidRegister, match="marks its export counter as invalid"):
        profile.decode(profile.encode(0, marker))


def test_a_negative_counter_is_refused() -> None:
    profile = load_profile("carlo-gavazzi-em340")
    with pytest.raises(InvalidRegister, match=r"negative import counter \(-1\)"):
        profile.decode(profile.encode(2**32 - 1, 0))


def test_a_flipped_analyzer_shows_its_import_counter() -> None:
    class Both(Dial):
        def read_block(self) -> list[int]:
            return self.profile.encode(111, 222)

    wiring = Wiring("circutor-cem-c31", "127.0.0.1", 1)
    assert Analyzer(wiring, Both(wiring.profile, 0)).read_wh() == 222
    flipped = Wiring("circutor-cem-c31", "127.0.0.1", 1, flip=True)
    assert Analyzer(flipped, Both(wiring.profile, 0)).read_wh() == 111


def test_an_unknown_profile_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UnknownProfile, match="circutor-cem-c31") as refused:
        load_profile("../secrets")
    assert refused.value.known == known_profiles()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"function": 6}, "a meter only reads"),
        ({"count": 126}, "a block has 2 to 125"),
        ({"word_order": "middle"}, "word_order big or little"),
        ({"unit_wh": 0}, "unit_wh of at least 1"),
        ({"offsets": {"import": 0, "export": 3}}, "outside its block"),
        ({"offsets": {"import": 0}}, "lacks 'export'"),
    ],
)
def test_a_profile_that_cannot_be_right_is_refused(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(BadConfig, match=sentence):
        parse_profile({**GOOD, **change}, "x")
