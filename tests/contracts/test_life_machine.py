"""i11 to i16: agreements through everything that may happen, beside ppa's replay (tests/contracts/life.py)."""

import pytest

from tests.contracts.life import Lives

STEPS = 1_500


@pytest.mark.parametrize("seed", range(8))
def test_i11_i12_i13_i14_i15_i16_whatever_happens_the_words_are_what_the_events_make(seed):
    lives = Lives(seed)
    for _ in range(STEPS):
        lives.step()
    lives.check_all()
    assert sum(lives.done.values()) >= STEPS // 3


def test_every_kind_of_act_succeeds_and_is_refused_somewhere():
    done, refused = set(), set()
    for seed in range(100, 106):
        lives = Lives(seed)
        for _ in range(STEPS):
            lives.step()
        done |= {name for name in lives.done if lives.done[name]}
        refused |= {name for name in lives.tried if lives.tried[name] > lives.done[name]}
    acts = {
        "record",
        "relay",
        "close",
        "adjust",
        "dispute",
        "resolve",
        "declare",
        "confirm",
        "alarm",
        "notify",
        "exit",
        "end",
    }
    assert done >= acts | {"hand over"} and refused >= acts | {"hand over", "intrude"}
