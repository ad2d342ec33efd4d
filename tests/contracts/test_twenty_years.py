"""Twenty years to the Wh and the cent: what the chain logged is what the sheet says (twenty_years.py has the story)."""

import pytest

from tests.contracts.twenty_years import BUY_OUT, DARK, FIRST, LAST, Sheet, Story, made_on, period
from tests.contracts.world import ENDED


@pytest.fixture(scope="module")
def story():
    return Story().live()


def test_every_month_is_the_sheets(story):
    for logged, expected in zip(story.months, Sheet(story.paid).rows(), strict=True):
        assert logged == expected


def test_no_wh_is_lost_or_doubled(story):
    made = sum(made_on(day)[0] for day in range(FIRST, LAST + 1))
    billed = sum(month.generation for month in story.months)
    assert abs(billed - made) < 200  # rounding of the corrected half year, a day's floor each
    exported = sum(made_on(day)[1] for day in range(FIRST, LAST + 1))
    assert sum(month.exported for month in story.months) == exported


def test_it_ends_with_the_buy_out_and_everything_happened(story):
    kept = story.world.registry.agreementOf(story.id)
    assert (kept.status, kept.balance) == (ENDED, story.months[-1].balance)
    assert story.months[-1].lines[-1] == BUY_OUT
    assert len(story.happened) == 11
    dark = next(month for month in story.months if month.period == period(DARK[0]))
    assert (dark.generation, dark.exported) == (0, 0)
    assert any(month.lines[3] > 0 for month in story.months)  # what was not paid bore interest
    assert any(month.lines[2] < 0 for month in story.months)  # a year fell short of the guarantee
