"""What the verifier says of agreements that both change, hand over or end; and of nodes that lie about them.

an honest history ── exit 0
 ├─ the first act closes the first month, or ends within it
 ├─ a handover that closes the term's last month
 ├─ a successor whose new meter has not served: it waits, it ends, it is handed on
 └─ a meter that serves another agreement after an early end
a call that we cannot read, a clause of a third party's under an agreement that was handed over ── exit 2
a node that lies ── exit 1
 ├─ about an agreement that was handed over, asked about its successor: a forged act, a close kept back
 ├─ a published clause is said to have failed ── unless its index was published later; exit 2 if nobody can say when
 └─ an end or a handover without an act of both that says so, an end kept back, an exit by no clause
"""

from collections.abc import Callable
from dataclasses import astuple, replace
from datetime import date
from typing import Any

import pytest
from eth_abi.abi import encode
from eth_utils.address import to_checksum_address

from ppa import abi, calendar
from ppa.chain import Call, Chain
from ppa.clauses import EnergyCharge, ExitTable, FixedFee, IndexedPrice
from ppa.deployment import Deployment
from ppa.errors import Reverted
from ppa.storage_words import AgreementWord, StatementFlag, clause_bits
from ppa.terms import ZERO_ADDRESS, Clause
from ppa.verify import Report, Subject, keys, slots
from tests.ppa.lives import Life, begun, new_meter
from tests.ppa.test_chain import Between
from tests.ppa.world import CONSUMER, FIRST, PRODUCER, worded

JULY, AUGUST, SEPTEMBER = (calendar.month_end(calendar.day_of(date(2016, month, 1))) for month in (7, 8, 9))


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
    life.end(1)
    life.both(2, cents=5)
    holds(life.report())


def test_a_first_act_that_ends_within_the_first_month_holds(life: Life) -> None:
    life.measure(FIRST + 9)
    life.end(1)
    holds(life.report())


def test_a_first_act_that_corrects_and_hands_over_before_any_close_holds(life: Life) -> None:
    life.measure(FIRST + 9)
    successor = life.successor(months=24)
    life.both(1, successor, generation_wh=7_000, exported_wh=-3_000)
    holds(life.report())
    life.measure(JULY)
    successor.close()
    holds(successor.report())


def test_an_exit_before_any_month_could_be_closed_holds(early: Chain, site: Deployment) -> None:
    table = ExitTable(ZERO_ADDRESS, 0, ZERO_ADDRESS, 1_000, (500_000,))
    life = begun(early, site, clauses=(Clause(site.address("ExitTable"), table.params()),))
    life.send(CONSUMER, "exit", 0)
    holds(life.report())
    life.both(1, cents=5)
    holds(life.report())


def test_a_handover_that_closes_a_month_and_counts_anew_holds_for_both(life: Life) -> None:
    life.measure(JULY, JULY + 5)
    successor = life.successor(first_day=JULY + 1, salt=2)
    life.both(1, successor)
    holds(life.report())
    holds(successor.report())


@pytest.fixture
def waiting(life: Life) -> Life:
    """A successor whose new meter has not answered."""
    life.measure(JULY)
    life.close()
    successor = life.successor(meter=new_meter(), months=24)
    successor.measure(JULY + 1)
    life.both(1, successor)
    return successor


def test_a_successor_that_waits_for_its_new_meter_holds_and_says_so(waiting: Life) -> None:
    assert "has not answered yet" in holds(waiting.report())


def test_a_successor_that_ended_before_its_new_meter_served_holds(waiting: Life) -> None:
    waiting.both(1, cents=500, successor=waiting.id)
    assert "never served" in holds(waiting.report())


def test_a_successor_that_was_handed_on_before_its_new_meter_served_holds(waiting: Life) -> None:
    last = waiting.successor(months=36)
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


def test_a_meter_cannot_serve_another_agreement_for_days_before_an_early_end(life: Life) -> None:
    life.measure(JULY)
    life.close()
    life.measure(JULY + 10)
    life.end(1)
    with pytest.raises(Reverted, match="DaysAlreadyBilled"):
        begun(life.chain, life.deployment, life.meter, first_day=JULY + 1)


def test_an_offer_whose_call_is_laid_out_backwards_is_read_as_the_contract_reads_it(life: Life) -> None:
    life.terms = worded(life.deployment, replace(life.terms, meter=new_meter().address))
    life.id = life.terms.digest(life.chain.chain_id(), life.registry)
    plain = abi.call_data("PPARegistry", "propose", life.terms.as_tuple())
    fields = len(life.terms.as_tuple())
    head, clauses = plain[36 : 36 + fields * 32], plain[36 + fields * 32 :]
    turned = (32 + len(clauses)).to_bytes(32) + clauses + head[:-32] + (2**256 - len(clauses)).to_bytes(32)
    life.chain.transact(PRODUCER, Call(life.registry, plain[:4] + turned))
    life.act(CONSUMER, "sign")
    check = keys.check_act_keys(Subject.of(life.chain, life.terms_file(), (), "en"))
    assert check.ok, check.found


# What nobody can check


@pytest.mark.parametrize("more", [0, 1])
def test_a_successor_of_terms_with_a_clause_of_a_third_party_is_undecided(
    early: Chain, site: Deployment, more: int
) -> None:
    odd = to_checksum_address("0x00000000000000000000000000000000000c1a05")
    early.request("anvil_setCode", odd, f"0x{early.code(site.address('FixedFee')).hex()}")
    life = begun(early, site, clauses=(Clause(odd, FixedFee(700, 0).params()),))
    early.request("anvil_setCode", odd, "0x600760005260406000f3")  # answers 7, whatever it is asked
    life.measure(JULY)
    life.close()
    charge = Clause(site.address("EnergyCharge"), EnergyCharge(85_000).params())
    successor = life.successor(months=24, clauses=(charge,))
    life.both(1, successor)
    for end in (AUGUST, SEPTEMBER)[:more]:
        life.measure(end)
        successor.close()
    report = successor.report()
    open_checks = [(check.link, check.ok, check.found) for check in report.checks if check.ok is not True]
    found = f"the lines of unknown clauses are the node's word: in 0x{life.id.hex()}, which was handed over"
    assert open_checks == [("statement", None, found)]
    assert report.exit_status == 2


# A node that lies about what came before


@pytest.fixture
def successor(life: Life) -> Life:
    """Handed over after August to other terms with the same meter, which closed September."""
    life.measure(JULY, AUGUST)
    life.close()
    life.close()
    successor = life.successor(months=24)
    life.both(1, successor)
    successor.measure(SEPTEMBER)
    successor.close()
    return successor


def told(life: Life, lie: Callable[[str, Any, Any], Any]) -> Report:
    """The report of a node whose results go through `lie`; the file is honest."""

    def change(method: str, params: Any, ask: Callable[[], Any]) -> Any:
        answer = ask()
        return {**answer, "result": lie(method, params, answer["result"])} if "result" in answer else answer

    return life.report(life.terms_file(), Chain(Between(life.chain, change)))


def with_log(old: bytes, event: str, values: list[Any]) -> Callable[[str, Any, Any], Any]:
    """A lie: an event of the agreement `old` in the place of the first one, behind all its others."""

    def lie(method: str, params: Any, logs: Any) -> Any:
        if method != "eth_getLogs" or params[0]["topics"] != [None, "0x" + old.hex()]:
            return logs
        entry = abi._entry("PPARegistry", "event", event)
        data = encode(abi._types([part for part in entry["inputs"] if not part["indexed"]]), values)
        topics = [
            abi.topic("PPARegistry", event),
            *["0x" + old.hex()] * sum(part["indexed"] for part in entry["inputs"]),
        ]
        return [*logs, {**logs[-1], "topics": topics, "data": "0x" + data.hex(), "logIndex": "0x63"}]

    return lie


def test_a_successor_and_what_it_came_from_hold(successor: Life) -> None:
    holds(successor.report())


def test_a_forged_payment_before_the_handover_is_caught_in_the_successor(successor: Life) -> None:
    lie = with_log(successor.terms.supersedes, "PaymentDeclared", [-100_000, JULY, bytes(32)])
    assert f"0x{successor.terms.supersedes.hex()}: PaymentDeclared" in wrong(told(successor, lie))


def test_a_close_before_the_handover_that_is_kept_back_is_caught_in_the_successor(successor: Life) -> None:
    topics = [abi.topic("PPARegistry", "Closed"), "0x" + successor.terms.supersedes.hex()]

    def lie(method: str, _: Any, logs: Any) -> Any:
        last = [log for log in logs if log["topics"][:2] == topics][-1:] if method == "eth_getLogs" else []
        return [log for log in logs if log not in last] if last else logs

    assert "keeps its close back" in wrong(told(successor, lie))


# A clause that gave nothing


def say_failed(life: Life, number: int) -> Callable[[str, Any, Any], Any]:
    """Changes the node's words of a statement, and gives the lie about its event: the first clause failed."""
    chain, registry = life.chain, life.registry
    (event,) = [event for event in chain.closed(registry, life.id) if event.number == number]
    stored, gone = chain.statement(registry, life.id, number), event.lines[0]
    flags = StatementFlag.CLAUSE_FAILED | clause_bits(1) | stored.flags
    statement = replace(stored, amount_cents=stored.amount_cents - gone, flags=flags)
    kept = AgreementWord.unpack(chain.storage(registry, slots.agreement(life.id)))
    less = replace(kept, balance_cents=kept.balance_cents - gone)
    for slot, word in ((slots.statement(life.id, number), statement.word()), (slots.agreement(life.id), less)):
        chain.request("anvil_setStorageAt", registry, f"0x{slot:064x}", f"0x{word.pack():064x}")
    values = [astuple(statement)[1:], less.balance_cents, (0, *event.lines[1:])]
    types = abi._types([part for part in abi._entry("PPARegistry", "event", "Closed")["inputs"] if not part["indexed"]])

    def lie(method: str, _: Any, result: Any) -> Any:
        for log in result if method == "eth_getLogs" else ():
            if (log["topics"][0], log["transactionHash"]) == (abi.topic("PPARegistry", "Closed"), event.transaction):
                log["data"] = "0x" + encode(types, values).hex()
        return result

    return lie


def test_a_published_clause_that_the_node_says_failed_is_computed_and_caught(life: Life) -> None:
    life.measure(JULY)
    life.wait_until(JULY + 1)
    life.close()
    assert "Clause 1 is said to have failed" in wrong(told(life, say_failed(life, 1)))


@pytest.fixture
def indexed(early: Chain, site: Deployment) -> Life:
    """A year and a month, dark but for the end; the second year's price follows an index that nobody published yet."""
    made = early.transact(PRODUCER, early.creation("IndexPublisher", PRODUCER.address, b"CPI".ljust(32, b"\0")))
    assert made.contract
    price = IndexedPrice(85_000, to_checksum_address(made.contract), 0, 1_000_000, 1, 200_000)
    life = begun(
        early, site, clauses=(Clause(site.address("IndexedPrice"), price.params()),), months=13, dispute_days=0
    )
    life.measure(calendar.month_end(FIRST + 365))
    early.set_next_block_time((calendar.month_end(FIRST + 365) + 2) * 86_400)
    for _ in range(12):
        life.close()
    return life


def publish(life: Life) -> str:
    """The index's values, and its address."""
    index = to_checksum_address(IndexedPrice.from_params(life.terms.clauses[0].params).index)
    for month, value in ((FIRST, 100), (FIRST + 365, 110)):
        life.chain.transact(PRODUCER, life.chain.function("IndexPublisher", index, "publish", month, value))
    return index


def test_an_index_that_was_published_after_a_close_leaves_its_clauses_failing_right(indexed: Life) -> None:
    indexed.close()
    assert indexed.chain.statement(indexed.registry, indexed.id, 13).flags & StatementFlag.CLAUSE_FAILED
    holds(indexed.report())
    publish(indexed)
    holds(indexed.report())


def test_an_index_that_was_published_before_a_close_did_not_fail(indexed: Life) -> None:
    publish(indexed)
    indexed.close()
    holds(indexed.report())
    assert "Clause 1 is said to have failed" in wrong(told(indexed, say_failed(indexed, 13)))


def test_an_index_whose_publication_cannot_be_dated_could_not_be_checked(indexed: Life) -> None:
    indexed.close()
    index = publish(indexed)

    def lie(method: str, params: Any, result: Any) -> Any:
        of_index = method == "eth_getCode" and params[0].lower() == index.lower()
        return result + "00" if of_index else result

    report = told(indexed, lie)
    assert (report.exit_status, report.broken_links) == (2, ("statement",)), report.to_text()
    assert "statement and line 13.1" in report.to_text()


# An end or a handover that nobody agreed to


@pytest.mark.parametrize(("event", "values"), [("Ended", [0]), ("HandedOver", [])])
def test_an_end_or_a_handover_after_a_mere_correction_is_caught(life: Life, event: str, values: list[int]) -> None:
    life.measure(JULY)
    life.close()
    life.both(1, cents=700)
    lie = with_log(life.id, event, values)
    assert f"{event} is told of" in wrong(told(life, lie))


def test_an_end_of_both_that_the_node_keeps_back_is_caught(life: Life) -> None:
    life.measure(JULY)
    life.end(1)
    ended = abi.topic("PPARegistry", "Ended")

    def lie(method: str, _: Any, logs: Any) -> Any:
        return [log for log in logs if log["topics"][0] != ended] if method == "eth_getLogs" else logs

    assert "the node does not tell it" in wrong(told(life, lie))


def test_an_exit_by_a_clause_that_the_agreement_does_not_have_is_caught(life: Life) -> None:
    life.measure(JULY)
    life.close()
    assert "by clause 100, which it does not have" in wrong(told(life, with_log(life.id, "Exited", [99, 0])))
