"""The accept rule.

given a believed counter
    when the next value has grown by at most 1.2 times the plant's power and two steps: it is accepted
    when it steps back by at most two steps: nothing is added, and what follows is not counted twice
    when it wraps and the profile knows where: the difference over the wrap is added
    when it wraps and the profile does not know: quarantined
    when it grew by more, or fell by more: quarantined
given quarantined values
    when the counter comes back: accepted, the difference since the last belief is added
    when five agree and a sixth comes: a new epoch, nothing made up for the gap
    when they do not agree: they never open an epoch
"""

import pytest

from meter.accept import Limits, Track, Verdict, consistent, judge

PLANT = Limits(max_power_w=100_000, quantum_wh=100)
AN_HOUR_WH = 120_000 + 200


def told(track: Track, *values: int, limits: Limits = PLANT, seconds: int = 900) -> tuple[Track, list[Verdict]]:
    verdicts = []
    for value in values:
        track, verdict = judge(track.waited(seconds), value, limits)
        verdicts.append(verdict)
    return track, verdicts


def test_growth_within_the_plants_power_is_accepted() -> None:
    track, verdicts = told(Track(1_000, 500), 1_000 + AN_HOUR_WH, seconds=3600)
    assert (track.register_wh, verdicts) == (500 + AN_HOUR_WH, [Verdict.ACCEPTED])


def test_growth_beyond_the_plants_power_is_quarantined() -> None:
    track, verdicts = told(Track(1_000, 500), 1_000 + AN_HOUR_WH + 1, seconds=3600)
    assert (track.register_wh, verdicts) == (500, [Verdict.QUARANTINED])


def test_two_steps_back_add_nothing_and_are_not_counted_again() -> None:
    track, verdicts = told(Track(10_000, 0), 9_800, 10_000, 10_100)
    assert (track.register_wh, set(verdicts)) == (100, {Verdict.ACCEPTED})


def test_more_than_two_steps_back_are_quarantined() -> None:
    assert told(Track(10_000, 0), 9_799)[1] == [Verdict.QUARANTINED]


def test_a_known_wrap_is_counted_over() -> None:
    limits = Limits(100_000, 1, modulus_wh=2**32)
    track, verdicts = told(Track(2**32 - 300, 7), 500, limits=limits)
    assert (track.register_wh, verdicts) == (807, [Verdict.ROLLOVER])


def test_an_unknown_wrap_is_quarantined_and_nothing_is_made_of_it() -> None:
    track, verdicts = told(Track(2**32 - 300, 7), 500, limits=Limits(100_000, 1))
    assert (track.register_wh, verdicts) == (7, [Verdict.QUARANTINED])


def test_a_reset_is_not_taken_for_a_wrap() -> None:
    limits = Limits(100_000, 1, modulus_wh=2**32)
    assert told(Track(5_000_000, 0), 0, limits=limits)[1] == [Verdict.QUARANTINED]


def test_a_counter_that_comes_back_is_accepted_with_all_that_it_counted() -> None:
    track, verdicts = told(Track(50_000, 0), 0, 0, 52_000)
    assert (track.register_wh, verdicts[-1], track.suspect) == (2_000, Verdict.ACCEPTED, None)


@pytest.mark.parametrize("wrong", [0, 40_000, 32_767_000_000], ids=["zeros", "stale", "absurd"])
def test_five_wrong_values_add_nothing(wrong: int) -> None:
    track, verdicts = told(Track(5_000_000, 9), *[wrong] * 5, 5_001_000)
    assert track.register_wh == 1_009
    assert verdicts == [Verdict.QUARANTINED] * 5 + [Verdict.ACCEPTED]


def test_a_replaced_analyzer_opens_an_epoch_with_only_what_it_counted_itself() -> None:
    track, verdicts = told(Track(59_000_000, 100), 300, 400, 500, 600, 700, 900)
    assert verdicts == [Verdict.QUARANTINED] * 5 + [Verdict.EPOCH]
    assert track == Track(900, 100 + 600)


def test_values_that_do_not_agree_never_open_an_epoch() -> None:
    wild = [9_000_000_000, 0] * 10
    track, verdicts = told(Track(5_000_000, 9), *wild)
    assert (track.register_wh, set(verdicts)) == (9, {Verdict.QUARANTINED})


def test_a_long_silence_allows_what_the_plant_could_make_in_it() -> None:
    track = Track(0, 0).waited(86_400)
    assert judge(track, 2_400_000, PLANT)[1] is Verdict.ACCEPTED
    assert judge(track, 2_900_000, PLANT)[1] is Verdict.QUARANTINED


def test_two_reads_confirm_each_other_only_if_both_can_be_true() -> None:
    assert consistent(5_000, 5_100, 1, PLANT)
    assert not consistent(0, 5_000_000, 1, PLANT)
    assert not consistent(5_000_000, 0, 1, PLANT)
