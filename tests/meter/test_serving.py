"""The agreement in the configuration, on a real Anvil.

given an agreement that both parties signed: served once, after the opening record
    when it is signed later: served then
    when its long-stop day has passed: not served, records go on
    when a replay ran ahead of the sender: served by the chain's clock
given an agreement that is not ours, in another time zone, withdrawn, rejected or unknown: not served, records go on
given more export than generation: recorded, flagged, and closed as a credit
"""

import pytest

from meter.errors import CannotServe
from meter.outbox import DONE, SENT
from meter.serving import Serving
from ppa import calendar
from ppa.readings import ReadingFlag
from tests.meter.broker import Broker
from tests.meter.chains import STRANGER
from tests.meter.world import day


def test_a_signed_agreement_is_served_after_the_opening_record(broker: Broker) -> None:
    terms = broker.node.terms(broker.account.address)
    broker.configure(broker.node.agree(terms, "propose", "sign"))
    broker.days(1)
    broker.send()
    kinds = broker.site.store.rows("SELECT kind, state FROM outbox_tx ORDER BY nonce")
    assert kinds == [("record", DONE), ("serve", DONE), ("record", DONE)]
    served = broker.chain.served_by(broker.node.registry, broker.account.address)
    assert "0x" + served.hex() == broker.site.config.chain.agreement


def test_a_serve_that_was_sent_before_the_process_died_is_not_sent_twice(broker: Broker) -> None:
    terms = broker.node.terms(broker.account.address)
    broker.configure(broker.node.agree(terms, "propose", "sign"))
    broker.send()
    broker.site.store.run("UPDATE outbox_tx SET state = ? WHERE kind = 'serve'", SENT)
    broker.died()
    broker.send()
    assert broker.chain.nonce(broker.account.address) == 2
    assert broker.outbox.in_flight() is None


def test_an_agreement_that_is_signed_later_is_served_then(broker: Broker) -> None:
    terms = broker.node.terms(broker.account.address, salt=2)
    broker.configure(broker.node.agree(terms, "propose"))
    broker.days(1)
    broker.send()
    assert broker.recorded() == broker.all_days()
    assert broker.chain.served_by(broker.node.registry, broker.account.address) == bytes(32)
    broker.node.agree(terms, "sign")
    broker.send()
    assert broker.chain.served_by(broker.node.registry, broker.account.address) != bytes(32)


def test_an_agreement_that_does_not_name_this_meter_is_not_served_and_records_go_on(broker: Broker) -> None:
    terms = broker.node.terms(STRANGER.address, salt=3)
    broker.configure(broker.node.agree(terms, "propose", "sign"))
    broker.days(1)
    broker.send()
    assert broker.recorded() == broker.all_days()
    with pytest.raises(CannotServe, match=f"names the meter {STRANGER.address}, not this one"):
        _terms(broker)
    assert broker.chain.served_by(broker.node.registry, broker.account.address) == bytes(32)


def test_an_agreement_in_another_time_zone_is_not_served(broker: Broker) -> None:
    terms = broker.node.terms(broker.account.address, salt=4, time_zone="Atlantic/Canary")
    broker.configure(broker.node.agree(terms, "propose", "sign"))
    broker.send()
    with pytest.raises(CannotServe, match="counts its days in Atlantic/Canary"):
        _terms(broker)


@pytest.mark.parametrize(("act", "word"), [("withdraw", "withdrawn"), ("reject", "rejected")])
def test_an_agreement_that_is_over_is_not_served(broker: Broker, act: str, word: str) -> None:
    terms = broker.node.terms(broker.account.address, salt=5)
    broker.configure(broker.node.agree(terms, "propose", act))
    broker.send()
    with pytest.raises(CannotServe, match=f"was {word}"):
        _terms(broker)


def test_an_agreement_whose_long_stop_day_has_passed_is_not_served_and_records_go_on(broker: Broker) -> None:
    terms = broker.node.terms(broker.account.address, salt=7, long_stop_day=day("2016-07-02"))
    broker.configure(broker.node.agree(terms, "propose", "sign"))
    broker.days(4)
    broker.chain.set_next_block_time((terms.long_stop_day + 1) * 86_400)
    broker.node.agree(broker.node.terms(STRANGER.address, salt=8), "propose")
    with pytest.raises(CannotServe, match="had to be served by 2016-07-02, its long-stop day"):
        _terms(broker)
    broker.send()
    assert broker.recorded() == broker.all_days()


def test_a_replay_that_ran_ahead_of_the_sender_does_not_make_it_serve_too_late(broker: Broker) -> None:
    today = max(calendar.utc_day(broker.chain.head()[1]), day("2016-07-02"))
    broker.configure(
        broker.node.agree(broker.node.terms(broker.account.address, salt=9, long_stop_day=today), "propose", "sign")
    )
    broker.days(today - day("2016-06-30") + 2)
    broker.send()
    assert "0x" + broker.chain.served_by(broker.node.registry, broker.account.address).hex() == (
        broker.site.config.chain.agreement
    )


def test_an_agreement_that_nobody_proposed_is_waited_for(broker: Broker) -> None:
    broker.configure("0x" + "77" * 32)
    broker.send()
    serving = Serving(broker.site.config, broker.account, broker.chain)
    assert serving.due() is None
    assert "was not proposed yet" in serving.problem
    assert not serving.settled


def _terms(broker: Broker) -> None:
    Serving(broker.site.config, broker.account, broker.chain)._terms()


def test_export_above_generation_is_flagged_and_priced_never_refused(broker: Broker) -> None:
    terms = broker.node.terms(broker.account.address, salt=6)
    agreement = broker.node.agree(terms, "propose", "sign")
    broker.configure(agreement)
    broker.send()
    for _ in range(33):
        broker.site.read(12 * 3600, 100_000, 300_000)
        broker.site.read(12 * 3600 + 60, 0, 100_000)
    broker.send()
    assert broker.recorded() == broker.all_days()
    flags = broker.site.store.rows("SELECT flags FROM days WHERE day > ?", terms.first_day)
    assert all(flag & ReadingFlag.NEG_CONS for (flag,) in flags)
    broker.chain.transact(
        STRANGER, broker.chain.function("PPARegistry", broker.node.registry, "close", terms.as_tuple())
    )
    opening, july = (broker.chain.statement(broker.node.registry, bytes.fromhex(agreement[2:]), n) for n in (0, 1))
    made, sent = july.generation_wh - opening.generation_wh, july.exported_wh - opening.exported_wh
    assert sent > made
    assert july.amount_cents * 1000 == (made - sent) * 8, "a credit of 8 ct a kWh"
