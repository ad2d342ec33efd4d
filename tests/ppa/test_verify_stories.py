"""Odd lives on a real chain, and what the verifier says of them.

old terms ── old signed terms are not served late: a day is billed once
a sham ── whoever holds the meter's key serves sham terms after the end: a note, whatever they say
a lost key ── a lost key is replaced by one party and the arbiter; a payee's receipt and the arbiter record payments
silence ── months are closed in silence, what comes late is billed next, a party leaves
an impossible record ── an impossible record is passed over
contracts ── a party that is a contract; signatures brought by other contracts
after the last closed month
├── a record too early, or brought by a contract that hides it ── a note
├── a request that a contract hides ── a note; where it moves money the balance could not be checked
└── a node that tells another act ── exit 1
"""

from dataclasses import replace
from typing import Any

import pytest
from eth_account import Account
from eth_account.signers.local import LocalAccount

from ppa import abi, calendar
from ppa.acts import Act
from ppa.chain import Call, Chain
from ppa.clauses import ExitTable
from ppa.deployment import Deployment
from ppa.errors import Reverted
from ppa.records import signed_digest
from ppa.requests import Request, Right
from ppa.storage_words import StatementFlag
from ppa.terms import ZERO_HASH, Clause
from ppa.verify import Report
from tests.ppa.lives import ARBITER, UNTIL, Life, begun, compact, new_meter, signed_life
from tests.ppa.test_verify_lives import AUGUST, JULY, SEPTEMBER, holds, told, with_log, wrong
from tests.ppa.world import CONSUMER, FIRST, PRODUCER, STRANGER, readings_of, terms_at, worded

OCTOBER = calendar.month_end(SEPTEMBER + 1)
NEW_CONSUMER: LocalAccount = Account.from_key(b"\7" * 32)
OTHERS: tuple[LocalAccount, LocalAccount] = (Account.from_key(b"\x08" * 32), Account.from_key(b"\x09" * 32))
RELAY = "0x00000000000000000000000000000000000e1A11"


def notes(report: Report) -> str:
    """The text of a report's notes."""
    return "\n".join(check.found for check in report.checks if check.note)


# Old terms


def test_old_signed_terms_are_not_served_after_their_days_were_billed(early: Chain, site: Deployment) -> None:
    meter, plain = new_meter(), replace(terms_at(site), months=1, clauses=terms_at(site).clauses[:1])
    plain = replace(plain, meter=meter.address, long_stop_day=JULY)
    old = signed_life(early, site, replace(plain, salt=31), meter)
    life = begun(early, site, meter, months=1, long_stop_day=FIRST)
    life.measure(JULY)
    life.close()
    with pytest.raises(Reverted, match="DaysAlreadyBilled"):
        old.send(meter, "serve")
    life.wait_until(JULY + 1)
    with pytest.raises(Reverted, match="LongStopPassed"):
        old.send(meter, "serve")
    assert "31 days billed here" in holds(life.report())


# A sham


def sham(life: Life, **changes: Any) -> Life:
    """Terms of two others that name the meter, signed and served by whoever holds its key."""
    producer, consumer = OTHERS
    terms = replace(life.terms, producer=producer.address, consumer=consumer.address, first_day=JULY + 1, salt=33)
    terms = replace(terms, long_stop_day=terms.last_day, **changes)
    found = Life(life.chain, life.deployment, terms, terms.digest(life.chain.chain_id(), life.registry))
    found.act(producer, "propose")
    found.act(consumer, "sign")
    found.send(life.meter, "serve")
    return found


def test_sham_terms_that_the_meter_serves_after_an_end_are_told_in_a_note(life: Life) -> None:
    life.measure(JULY)
    life.close()
    life.end(1)
    other = sham(life)
    report = life.report()
    holds(report)
    assert f"0x{other.id.hex()}; unreadable: 0" in notes(report)
    life.measure(AUGUST)
    other.close()
    holds(life.report())


def test_sham_terms_that_no_program_can_read_are_told_in_a_note(life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    life.measure(JULY)
    life.close()
    life.end(1)
    producer, consumer = OTHERS
    values = list(replace(life.terms, producer=producer.address, consumer=consumer.address).as_tuple())
    zone = next(place for place, value in enumerate(values) if value == b"Europe/Madrid".ljust(32, b"\0"))
    first = next(place for place, value in enumerate(values) if value == FIRST)
    values[zone], values[first] = b"\xff" * 32, JULY + 1
    for who, name in ((producer, "propose"), (consumer, "sign"), (life.meter, "serve")):
        life.chain.transact(who, life.chain.function("PPARegistry", life.registry, name, tuple(values)))
    report = life.report()
    holds(report)
    assert "unreadable: 1" in notes(report)


# A lost key


def with_arbiter(early: Chain, site: Deployment, **changes: Any) -> Life:
    """An agreement with an arbiter, 30 days of notice and 20 of disputes."""
    given = {"arbiter": ARBITER.address, "notice_days": 30, "dispute_days": 20, **changes}
    return begun(early, site, **given)


def test_a_lost_key_is_replaced_after_the_days_of_notice(early: Chain, site: Deployment) -> None:
    life = with_arbiter(early, site)
    life.measure(JULY)
    life.close()
    successor = life.successor(NEW_CONSUMER)
    act = Act(0, UNTIL, successor=successor.id)
    life.announce(PRODUCER, act, successor)
    holds(life.report())
    with pytest.raises(Reverted, match="NoticeNotOver"):
        life.execute(act, successor)
    life.wait_until(JULY + 31)
    life.execute(act, successor)
    life.measure(AUGUST)
    successor.close()
    holds(life.report())
    holds(successor.report())


def test_an_objection_is_told_and_what_was_announced_is_not_done(early: Chain, site: Deployment) -> None:
    life = with_arbiter(early, site)
    successor = life.successor(NEW_CONSUMER)
    act = Act(0, UNTIL, successor=successor.id)
    life.announce(PRODUCER, act, successor)
    life.bring(CONSUMER, Right.OBJECT)
    holds(life.report())
    lie = with_log(life.id, "Executed", [act.as_tuple()])
    assert "What was executed is not what was announced" in wrong(told(life, lie))


def test_payments_are_recorded_without_the_payer_and_by_the_arbiter(early: Chain, site: Deployment) -> None:
    life = with_arbiter(early, site)
    life.measure(JULY)
    life.close()
    life.bring(PRODUCER, Right.CONFIRM, cents=100, day=JULY, reference=b"\1" * 32)
    life.send(CONSUMER, "declare", 50, JULY, b"\2" * 32)
    life.send(CONSUMER, "declare", 60, JULY, b"\3" * 32)
    life.send(PRODUCER, "deny", 60, JULY, b"\3" * 32)
    life.wait_until(JULY + 33)
    life.send(ARBITER, "accept", 50, JULY, b"\2" * 32)
    life.bring(ARBITER, Right.REFUSE, cents=60, day=JULY, reference=b"\3" * 32)
    report = life.report()
    holds(report)
    assert "5 as the events say" in report.to_text(), "three payments, and the two requests that were brought"
    life.measure(AUGUST)
    life.close()
    holds(life.report())


def test_a_dispute_and_its_award_hold(early: Chain, site: Deployment) -> None:
    life = with_arbiter(early, site)
    life.measure(JULY)
    life.close()
    life.bring(CONSUMER, Right.DISPUTE, number=1, cents=-300, reference=b"\4" * 32)
    life.send(PRODUCER, "dispute", 1, 200, ZERO_HASH)
    life.bring(ARBITER, Right.RESOLVE, number=1, cents=-299, reference=b"\5" * 32)
    holds(life.report())
    life.measure(AUGUST)
    life.close()
    holds(life.report())


# Silence


def test_months_that_were_closed_in_silence_hold_and_what_came_late_is_billed_next(life: Life) -> None:
    life.measure(FIRST + 5)
    life.wait_until(AUGUST + 61)
    life.close()
    life.close()
    flags = [life.chain.statement(life.registry, life.id, number).flags for number in (1, 2)]
    assert all(StatementFlag.SILENT in one for one in flags)
    holds(life.report())
    late = readings_of(AUGUST).record()
    call = life.chain.function("MeterLedger", life.ledger, "record", *late.as_tuple())
    life.chain.transact(life.meter, call)
    life.days[AUGUST] = readings_of(AUGUST)
    holds(life.report())
    life.measure(OCTOBER)
    life.close()
    holds(life.report())


def test_a_silence_that_the_node_invents_is_caught(life: Life) -> None:
    life.measure(JULY)
    life.wait_until(JULY + 61)
    life.close()
    topic = abi.topic("MeterLedger", "Recorded")

    def lie(method: str, _: Any, logs: Any) -> Any:
        return [log for log in logs if log["topics"][0] != topic] if method == "eth_getLogs" else logs

    assert told(life, lie).exit_status == 1


def test_a_party_that_leaves_after_the_meters_silence_holds(early: Chain, site: Deployment) -> None:
    life = begun(early, site, silence_days=90)
    life.measure(JULY)
    life.close()
    life.wait_until(JULY + 8)
    life.send(STRANGER, "alarm")
    holds(life.report())
    life.wait_until(JULY + 91)
    life.bring(PRODUCER, Right.END_IN_SILENCE)
    holds(life.report())


def test_what_no_meter_served_in_time_is_cancelled(early: Chain, site: Deployment) -> None:
    meter = new_meter()
    terms = replace(terms_at(site, 41, 12), meter=meter.address, long_stop_day=JULY)
    life = signed_life(early, site, terms, meter)
    life.wait_until(JULY + 1)
    life.bring(CONSUMER, Right.CANCEL)
    assert "never served" in holds(life.report())


def test_a_plant_that_starts_late_holds(early: Chain, site: Deployment) -> None:
    meter = new_meter()
    terms = replace(terms_at(site, 42, 12), meter=meter.address, first_month=5, long_stop_day=JULY)
    life = signed_life(early, site, terms, meter)
    life.send(meter, "serve")
    life.measure(AUGUST - 5, SEPTEMBER)
    for _ in range(3):
        life.close()
    assert life.chain.statement(life.registry, life.id, 5).flags & StatementFlag.DARK
    holds(life.report())
    holds(life.report(life.terms_file()))


# An impossible record


def test_an_impossible_record_is_passed_over_and_holds(early: Chain, site: Deployment) -> None:
    life = begun(early, site, max_power_w=10)
    life.measure(JULY)
    life.close()
    assert life.chain.statement(life.registry, life.id, 1).flags & StatementFlag.IMPOSSIBLE
    holds(life.report())
    life.both(1, generation_wh=3_000, exported_wh=1_000, successor=life.id)
    holds(life.report())


# An exit with a lender


def test_an_exit_after_a_notice_and_a_cure_that_came_before_holds(early: Chain, site: Deployment) -> None:
    table = ExitTable(STRANGER.address, 20, "0x" + "00" * 20, 1_000, (500_000,))
    life = begun(early, site, clauses=(Clause(site.address("ExitTable"), table.params()),))
    life.measure(JULY)
    life.bring(CONSUMER, Right.NOTIFY_LENDER, number=0)
    life.bring(STRANGER, Right.CURE)
    holds(life.report())
    life.send(CONSUMER, "notifyLender", 0)
    life.wait_until(JULY + 21)
    life.bring(CONSUMER, Right.EXIT, number=0)
    holds(life.report())


# Contracts


def installed(chain: Chain, code: str, where: str = RELAY) -> str:
    """A contract's code at an address."""
    chain.request("anvil_setCode", where, code)
    return where


def relay_to(to: str, first: str = "", at: int = 0) -> str:
    """Code, at a place, that calls `to` with its own calldata; `first`, if given, takes the first byte's place."""
    replaced = f"60{first}600053" if first else ""
    called = "3660006000" + "37" + replaced + "6000600036600060007" + "3" + to[2:].lower() + "5af1"
    return called + f"60{at + len(called) // 2 + 8:02x}5760006000fd5b00"


def wallet_of(registry: str) -> str:
    """Code of a wallet: it says yes to every signature that the registry asks about, and relays others' calls to it."""
    head = "3373" + registry[2:].lower() + "14"
    relay = relay_to(registry, at=len(head) // 2 + 3)
    yes = "5b7f1626ba7e" + "00" * 28 + "60005260206000f3"
    return "0x" + head + f"60{len(head) // 2 + 3 + len(relay) // 2:02x}57" + relay + yes


def through(life: Life, where: str, function: str, *args: Any) -> None:
    """A call of the registry that a stranger sends to another contract."""
    data = abi.call_data("PPARegistry", function, life.terms.as_tuple(), *args)
    life.chain.transact(STRANGER, Call(where, data))


def hidden(life: Life, function: str, *args: Any) -> None:
    """The same through a contract that puts the selector's first byte there itself."""
    data = abi.call_data("PPARegistry", function, life.terms.as_tuple(), *args)
    installed(life.chain, "0x" + relay_to(life.registry, f"{data[0]:02x}"))
    life.chain.transact(STRANGER, Call(RELAY, bytes([data[0] ^ 0xFF]) + data[1:]))


def wallet_life(early: Chain, site: Deployment) -> Life:
    """An agreement whose consumer is a contract: it signed by agreeing to the digest, and acts through itself."""
    meter, wallet = new_meter(), "0x1271000000000000000000000000000000001271"
    installed(early, wallet_of(site.address("PPARegistry")), wallet)
    plain = terms_at(site, 51, 12)
    terms = worded(site, replace(plain, meter=meter.address, consumer=wallet, clauses=plain.clauses[:1]))
    found = Life(early, site, terms, terms.digest(early.chain_id(), site.address("PPARegistry")), meter=meter)
    found.send(PRODUCER, "agree", b"", b"whatever the wallet takes")
    found.send(meter, "serve")
    found.measure(FIRST - 1, JULY)
    found.close()
    return found


def test_a_party_that_is_a_contract_verifies_green_and_the_report_says_on_what_that_rests(
    early: Chain, site: Deployment
) -> None:
    life = wallet_life(early, site)
    act = Act(1, UNTIL, cents=-123)
    life.send(STRANGER, "act", act.as_tuple(), life.signed(PRODUCER, act), b"this too", [])
    through(life, life.terms.consumer, "declare", 500, JULY, ZERO_HASH)
    assert f"{life.terms.consumer} is a contract: that it was the one rests on" in holds(life.report())


def test_a_party_that_is_a_contract_does_not_sign_for_the_other(early: Chain, site: Deployment) -> None:
    life = wallet_life(early, site)
    act = Act(1, UNTIL, cents=-123)
    lie = with_log(life.id, "Acted", [act.as_tuple(), 0])
    assert told(life, lie).exit_status == 1


def test_signatures_that_another_contract_brings_are_found_in_its_calldata(early: Chain, site: Deployment) -> None:
    life = with_arbiter(early, site)
    life.measure(JULY)
    life.close()
    installed(early, "0x" + relay_to(life.registry))
    act, request = Act(1, UNTIL, cents=-50), Request(Right.DISPUTE, 1, -300, until=UNTIL)
    through(life, RELAY, "act", act.as_tuple(), *[life.signed(who, act) for who in (PRODUCER, CONSUMER)], [])
    through(life, RELAY, "bring", request.as_tuple(), CONSUMER.address, life.signed(CONSUMER, request))
    life.measure(AUGUST)
    life.close()
    holds(life.report())


# After the last closed month


@pytest.fixture
def closed(early: Chain, site: Deployment) -> Life:
    """July is closed, with an arbiter."""
    life = with_arbiter(early, site)
    life.measure(JULY)
    life.close()
    return life


def test_a_record_before_local_midnight_after_the_last_closed_month_is_a_note(closed: Life) -> None:
    closed.chain.set_next_block_time(calendar.earliest_record_time(JULY + 1) + 1)
    call = closed.chain.function("MeterLedger", closed.ledger, "record", *readings_of(JULY + 1).record().as_tuple())
    closed.chain.transact(closed.meter, call)
    closed.days[JULY + 1] = readings_of(JULY + 1)
    report = closed.report()
    holds(report)
    assert "before local midnight" in notes(report)


def test_a_record_that_a_contract_hides_after_the_last_closed_month_is_a_note(closed: Life) -> None:
    record, word = readings_of(JULY + 1).record(), closed.chain.word_of(closed.ledger, closed.meter.address)
    signature = compact(closed.meter, signed_digest(closed.chain.chain_id(), closed.ledger, word, record))
    entry = (closed.meter.address, *record.as_tuple(), signature[:32], signature[32:])
    data = abi.call_data("MeterLedger", "recordSigned", [entry])
    installed(closed.chain, "0x" + relay_to(closed.ledger, f"{data[0]:02x}"))
    closed.chain.set_next_block_time(calendar.day_bounds(JULY + 1, "Europe/Madrid")[1] + 60)
    closed.chain.transact(STRANGER, Call(RELAY, bytes([data[0] ^ 0xFF]) + data[1:]))
    closed.days[JULY + 1] = readings_of(JULY + 1)
    report = closed.report()
    holds(report)
    assert "came through another contract" in notes(report)


def test_a_dispute_that_a_contract_hides_after_the_last_closed_month_is_a_note(closed: Life) -> None:
    request = Request(Right.DISPUTE, 1, -300, until=UNTIL)
    hidden(closed, "bring", request.as_tuple(), CONSUMER.address, closed.signed(CONSUMER, request))
    report = closed.report()
    holds(report)
    assert "Disputed: " in notes(report)


def test_a_payment_that_a_contract_hides_leaves_the_balance_unchecked_and_the_months_green(closed: Life) -> None:
    request = Request(Right.CONFIRM, 0, 100, JULY, until=UNTIL)
    hidden(closed, "bring", request.as_tuple(), PRODUCER.address, closed.signed(PRODUCER, request))
    report = closed.report()
    assert [check.name for check in report.checks if check.ok is not True and not check.note] == ["Balance"]
    assert report.exit_status == 2


@pytest.mark.parametrize(
    ("event", "values"),
    [
        ("Acted", [Act(1, UNTIL, cents=-1).as_tuple(), 3953]),
        ("PaymentDeclared", [100, JULY, ZERO_HASH]),
        ("ActVoided", [1, PRODUCER.address]),
        ("Silent", [JULY]),
        ("Announced", [Act(0, UNTIL, successor=b"" * 32).as_tuple(), PRODUCER.address]),
        ("Objected", [PRODUCER.address]),
        ("EndedInSilence", [PRODUCER.address, JULY]),
        ("Cancelled", [CONSUMER.address]),
        ("Exited", [0, 0]),
    ],
)
def test_an_event_that_the_node_invents_after_the_last_closed_month_is_caught(
    closed: Life, event: str, values: list[Any]
) -> None:
    wrong(told(closed, with_log(closed.id, event, values)))


def test_a_wallet_that_destroyed_itself_later_was_there_when_it_acted(early: Chain, site: Deployment) -> None:
    life = wallet_life(early, site)
    early.request("anvil_mine", "0x1")
    installed(early, "0x", life.terms.consumer)
    holds(life.report())
