"""Twenty years to the Wh and the cent: what the chain logged is what the sheet says (twenty_years.py has the story)."""

import pytest
from eth_utils import keccak

from tests.contracts.signing import SPARE
from tests.contracts.twenty_years import BUY_OUT, DARK, FIRST, LAST, START, Sheet, Story, made_on, period
from tests.contracts.world import DARK as WITHOUT_ENERGY
from tests.contracts.world import ENDED, HANDED_OVER, SILENT, Terms, day_of


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
    assert len(story.happened) == 16
    assert any(month.lines[3] > 0 for month in story.months)  # what was not paid bore interest
    assert any(month.lines[2] < 0 for month in story.months)  # a year fell short of the guarantee


def statement_of(story, when):
    number = next(number for number, month in enumerate(story.months, 1) if month.period == period(when))
    return story.world.registry.statementOf(story.id, number)


def test_a_plant_that_starts_late_has_months_without_energy_and_a_promise_by_days(story):
    before, first = story.months[:2], story.months[2]
    assert [(month.generation, month.lines[0]) for month in before] == [(0, 0)] * 2
    assert first.generation == sum(made_on(day)[0] for day in range(START, day_of(2016, 10, 1)))
    assert statement_of(story, FIRST).flags & (WITHOUT_ENERGY | SILENT) == WITHOUT_ENERGY


def test_a_month_is_closed_in_silence_and_its_energy_comes_with_the_next_record(story):
    assert statement_of(story, DARK[0]).flags & (WITHOUT_ENERGY | SILENT) == WITHOUT_ENERGY | SILENT
    dark = [month.generation for month in story.months if period(DARK[0]) <= month.period < period(DARK[1])]
    assert dark == [0, 0, 0]
    heard = next(month for month in story.months if month.period == period(DARK[1]))
    assert heard.generation == sum(made_on(day)[0] for day in range(DARK[0], day_of(2019, 3, 1)))


def test_a_lost_key_is_replaced_and_nothing_else(story):
    place = [terms.consumer for terms in story.line].index(SPARE)
    old, new = story.line[place - 1 : place + 1]
    differing = {name for name, was, now in zip(Terms._fields, old, new, strict=True) if was != now}
    assert differing == {"wordsHash", "consumer", "supersedes"}
    registry = story.world.registry
    assert [registry.agreementOf(registry.idOf(terms)).status for terms in (old, new)] == [HANDED_OVER] * 2
    assert registry.agreementOf(story.id).status == ENDED


def test_the_wallets_showed_the_agreement_in_both_languages(story):
    assert [words.splitlines()[0] for words in story.words.values()] == [
        "Contrato de energía solar entre un productor y un consumidor.",
        "Solar energy agreement between a producer and a consumer.",
    ]
    assert keccak(text=story.words["es"]) == story.line[0].wordsHash
