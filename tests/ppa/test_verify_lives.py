"""What the verifier says of agreements that both change, hand over or end; and of nodes that lie about them.

an honest history ── exit 0
 ├─ the first act closes the first month, or ends within it
 ├─ a handover that closes the term's last month
 ├─ an heir whose new meter has not served: it waits, it ends, it is handed on
 └─ a meter that serves another agreement after an early end
"""

from datetime import date

import pytest

from ppa import calendar
from ppa.chain import Chain
from ppa.deployment import Deployment
from ppa.verify import Report
from tests.ppa.lives import Life, begun, new_meter
from tests.ppa.world import FIRST, deploy

JULY, AUGUST, SEPTEMBER = (calendar.month_end(calendar.day_of(date(2016, month, 1))) for month in (7, 8, 9))


@pytest.fixture(scope="module")
def site(chain: Chain) -> Deployment:
    """Our contracts, for all lives of this file."""
    return deploy(chain)


@pytest.fixture
def life(chain: Chain, site: Deployment) -> Life:
    """A new agreement that runs, with its opening record."""
    return begun(chain, site)


def holds(report: Report) -> str:
    """The text of a report that must hold."""
    assert report.exit_status == 0, report.to_text()
    return report.to_text()


def wrong(report: Report) -> str:
    """The text of what is wrong in a report that must not hold."""
    assert report.exit_status == 1, report.to_text()
    return "\n".join(check.found for check in report.checks if check.ok is False)


# Honest histories


def test_a_first_act_that_closes_the_first_month_itself_holds(life: Life) -> None:
    life.measure(JULY, JULY + 10)
    life.end(0)
    life.both(1, cents=5)
    holds(life.report())


def test_a_first_act_that_ends_within_the_first_month_holds(life: Life) -> None:
    life.measure(FIRST + 9)
    life.end(0)
    holds(life.report())


def test_a_first_act_that_corrects_and_hands_over_before_any_close_holds(life: Life) -> None:
    life.measure(FIRST + 9)
    heir = life.heir(months=24)
    life.both(0, heir, generation_wh=7_000, exported_wh=-3_000)
    holds(life.report())
    life.measure(JULY)
    heir.close()
    holds(heir.report())


def test_a_handover_that_closes_the_terms_last_month_holds_for_both(chain: Chain, site: Deployment) -> None:
    life = begun(chain, site, months=1)
    life.measure(JULY)
    heir = life.heir(first_day=JULY + 1, salt=2)
    life.both(0, heir)
    holds(life.report())
    holds(heir.report())


@pytest.fixture
def waiting(life: Life) -> Life:
    """An heir whose new meter has not answered."""
    life.measure(JULY)
    life.close()
    heir = life.heir(meter=new_meter(), months=24)
    heir.measure(JULY + 1)
    life.both(1, heir)
    return heir


def test_an_heir_that_waits_for_its_new_meter_holds_and_says_so(waiting: Life) -> None:
    assert "has not answered yet" in holds(waiting.report())


def test_an_heir_that_ended_before_its_new_meter_served_holds(waiting: Life) -> None:
    waiting.both(1, cents=500, successor=waiting.id)
    assert "never served" in holds(waiting.report())


def test_an_heir_that_was_handed_on_before_its_new_meter_served_holds(waiting: Life) -> None:
    last = waiting.heir(months=36)
    waiting.both(1, last)
    last.send(last.meter, "serve")
    last.measure(AUGUST)
    last.close()
    assert "never served" in holds(waiting.report())
    holds(last.report())


def test_a_meter_that_serves_another_agreement_after_an_early_end_holds_for_both(life: Life) -> None:
    life.measure(JULY)
    life.close()
    life.end(1)
    later = begun(life.chain, life.deployment, life.meter, first_day=AUGUST + 1)
    later.days = life.days
    later.measure(AUGUST, SEPTEMBER)
    later.close()
    holds(life.report())
    holds(later.report())


def test_a_meter_that_serves_another_agreement_for_days_before_an_early_end_is_caught(life: Life) -> None:
    life.measure(JULY)
    life.close()
    life.measure(JULY + 10)
    life.end(1)
    later = begun(life.chain, life.deployment, life.meter, first_day=JULY + 1)
    assert "for the same months" in wrong(life.report(life.terms_file()))
    assert "for the same months" in wrong(later.report(later.terms_file()))
