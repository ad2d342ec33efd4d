"""What a node or a file may tell falsely, and what the browser's modules say of it.

given an agreement with July and August closed, handed over to longer terms with the same meter
├── the node tells of a forged payment in the first: its successor is refused
├── the node says that a published clause failed: refused
├── the node keeps back what ended or handed over, or the act that did: refused
├── the node tells other registers or days, with view and storage alike: refused
├── the node tells another time of a closing block: refused; of every block but the first: undecided
├── the node tells of an exit by a clause that is not there, or keeps back a close of the first: an answer, not a crash
└── the file changes any field of a statement, a record's place or a clause's address: refused
given a clause that asks an index
├── published at or before the close: it cannot have failed
├── published later: it may have failed
└── published where nobody can tell when: undecided
given that a last reading is of another day ── refused, though it leads to the recorded root
given a clause that is not ours ── undecided
given two agreements of a meter for the same days ── refused, also if the node forges the terms of the other
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from eth_abi import encode
from eth_utils.address import to_checksum_address

from ppa import abi, artifacts, calendar
from ppa.acts import Act
from ppa.clauses import ExitTable, IndexedPrice
from ppa.evidence import Evidence
from ppa.terms import ZERO_ADDRESS, Clause, Terms
from ppa.verify import slots
from ppa.words import AgreementWord, StatementFlag
from tests.webapp.parties import FOREVER, both, send
from tests.webapp.test_odd_histories import end, of, running, running_with_an_odd_clause, signed_heir
from tests.webapp.told import Bad, Lie, evidence_of, told
from tests.webapp.world import CONSUMER, DEPLOYER, METER, PRODUCER, STRANGER, World, anvil, day_readings

JULY, AUGUST, SEPTEMBER = (calendar.day_of(date(2016, month, 1)) for month in (7, 8, 9))


@dataclass(frozen=True)
class Story:
    """A world with an agreement and its successor."""

    world: World
    first: Terms
    heir: Terms

    def told(self, terms: Terms, folder: Path, lie: Lie | None = None, **changes: Any) -> Bad:
        """What does not hold, where a node lies or a file is changed."""
        return told(self.world, replace(evidence_of(self.world, terms), **changes), folder, lie)


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    with anvil() as rpc:
        world = World(rpc, tmp_path_factory.mktemp("lies"))
        first = running(world, date(2016, 9, 30), closes=2)
        heir = signed_heir(world, first, months=24)
        both(world, first, Act(1, FOREVER, successor=of(world, heir)), heir)
        yield Story(world, first, heir)


def changed(event: str, change: Any) -> Lie:
    """A lie about logs: `change` gives each of an event's in another form, or None to keep it back."""
    topic = abi.topic("PPARegistry", event)

    def lie(method: str, asked: list[Any], answer: Any) -> Any:
        if method != "eth_getLogs":
            return answer
        logs = [change(log) if log["topics"][0] == topic else log for log in answer]
        return [log for log in logs if log]

    return lie


def kept_back(*names: str) -> Lie:
    topics = [abi.topic("PPARegistry", name) for name in names]

    def lie(method: str, asked: list[Any], answer: Any) -> Any:
        return [log for log in answer if log["topics"][0] not in topics] if method == "eth_getLogs" else answer

    return lie


def bent(world: World, terms: Terms, **changes: int) -> Lie:
    """A lie about an agreement's word, by view and storage alike: its fields are so much more."""
    agreement = of(world, terms)
    word = AgreementWord.unpack(world.chain.storage(world.registry, slots.agreement(agreement)))
    now = replace(word, **{name: getattr(word, name) + more for name, more in changes.items()})
    order = (
        "status periods proposed_at signed_at boundary_day closed_day pending exported_wh generation_wh balance_cents"
    )
    view = b"".join((int(getattr(now, name)) % 2**256).to_bytes(32) for name in order.split())
    asked_view = "0x" + abi.call_data("PPARegistry", "agreementOf", agreement).hex()

    def lie(method: str, asked: list[Any], answer: Any) -> Any:
        if method == "eth_getStorageAt" and int(asked[1], 16) == slots.agreement(agreement):
            return f"0x{now.pack():064x}"
        return "0x" + view.hex() if method == "eth_call" and asked[0]["data"] == asked_view else answer

    return lie


def both_lies(one: Lie, other: Lie) -> Lie:
    return lambda method, asked, answer: other(method, asked, one(method, asked, answer))


def of_events(event: str, **values: Any) -> str:
    """An event's data."""
    entry = next(e for e in artifacts.abi("PPARegistry") if e["type"] == "event" and e["name"] == event)
    plain = [given for given in entry["inputs"] if not given["indexed"]]

    def kind(given: dict[str, Any]) -> str:
        return f"({','.join(map(kind, given['components']))})" if given["type"] == "tuple" else given["type"]

    return "0x" + encode([kind(given) for given in plain], [values[given["name"]] for given in plain]).hex()


def test_what_is_told_truly_holds(story: Story, tmp_path: Path) -> None:
    assert story.told(story.first, tmp_path) == {}
    assert story.told(story.heir, tmp_path) == {}


def test_a_forged_payment_in_the_first_is_seen_in_its_successor(story: Story, tmp_path: Path) -> None:
    world = story.world
    balance = world.chain.agreement(world.registry, of(world, story.heir)).balance_cents
    data = of_events(
        "PaymentConfirmed", cents=-100_000, day=AUGUST, reference_=bytes(32), late=0, balance=balance + 100_000
    )

    def forged(method: str, asked: list[Any], answer: Any) -> Any:
        closed = (
            [log for log in answer if log["topics"][0] == abi.topic("PPARegistry", "Closed")]
            if method == "eth_getLogs"
            else []
        )
        topics = [abi.topic("PPARegistry", "PaymentConfirmed"), world.id_of(story.first)]
        return (
            [*answer, *({**log, "topics": topics, "data": data, "logIndex": "0x63"} for log in closed[-1:])]
            if closed
            else answer
        )

    lie = both_lies(forged, bent(world, story.heir, balance_cents=100_000))
    assert story.told(story.heir, tmp_path, lie)["act_keys"][0] is False


def failing(world: World, terms: Terms, number: int, clause: int) -> Lie:
    """The lie that a clause gave nothing in the last statement: event, view, storage and balance agree."""
    agreement, chain = of(world, terms), world.chain
    true, event = (
        chain.statement(world.registry, agreement, number),
        chain.closed(world.registry, agreement)[number - 1],
    )
    gone = event.lines[clause]
    flags = true.flags | StatementFlag(4 | 1 << 16 + clause)
    false = replace(true, amount_cents=true.amount_cents - gone, flags=flags)
    fields = (false.amount_cents, false.generation_wh, false.exported_wh, false.last_day, false.boundary_day)
    whole = (*fields, false.closed_on, false.closed_at, int(flags))
    lines = [0 if index == clause else line for index, line in enumerate(event.lines)]
    data = of_events("Closed", number=number, statement=whole, balance=event.balance_cents - gone, lines=lines)
    asked_view = "0x" + abi.call_data("PPARegistry", "statementOf", agreement, number).hex()

    def lie(method: str, asked: list[Any], answer: Any) -> Any:
        if method == "eth_getStorageAt" and int(asked[1], 16) == slots.statement(agreement, number):
            return f"0x{false.word().pack():064x}"
        if method == "eth_call" and asked[0]["data"] == asked_view:
            return "0x" + b"".join((value % 2**256).to_bytes(32) for value in whole).hex()
        return answer

    def told_so(log: dict[str, Any]) -> dict[str, Any]:
        return {**log, "data": data} if int(log["blockNumber"], 16) == true.closed_at else log

    return both_lies(both_lies(lie, changed("Closed", told_so)), bent(world, terms, balance_cents=-gone))


def test_a_clause_that_does_not_fail_is_not_told_to_have_failed(world: World, tmp_path: Path) -> None:
    terms = running(world, date(2016, 7, 31), closes=1)
    lie = failing(world, terms, 1, 0)
    found = told(world, evidence_of(world, terms), tmp_path, lie)
    assert found["statements"][0] is False


@pytest.mark.parametrize(
    ("names", "found"),
    [(["HandedOver"], "signatures.events"), (["Acted"], "signatures.end"), (["Signed"], "signatures.events")],
)
def test_what_makes_or_hands_over_an_agreement_is_not_kept_back(
    story: Story, tmp_path: Path, names: list[str], found: str
) -> None:
    assert story.told(story.first, tmp_path, kept_back(*names))["signatures"] == (False, found)


@pytest.mark.parametrize(("name", "found"), [("Ended", "signatures.events"), ("Acted", "signatures.end")])
def test_what_ends_an_agreement_is_not_kept_back(world: World, tmp_path: Path, name: str, found: str) -> None:
    terms = running(world, date(2016, 7, 31), closes=1)
    end(world, terms, 1)
    assert told(world, evidence_of(world, terms), tmp_path, kept_back(name))["signatures"] == (False, found)


def test_an_agreement_goes_over_to_what_both_named(story: Story, tmp_path: Path) -> None:
    named, other = story.world.id_of(story.heir)[2:], "11" * 32
    lie = changed("Acted", lambda log: {**log, "data": log["data"].replace(named, other)})
    assert story.told(story.first, tmp_path, lie)["signatures"] == (False, "signatures.end")


@pytest.mark.parametrize("name", ["generation_wh", "exported_wh", "closed_day", "boundary_day", "pending"])
def test_the_state_is_where_the_last_statement_left_it(story: Story, tmp_path: Path, name: str) -> None:
    lie = bent(story.world, story.heir, **{name: 1})
    assert story.told(story.heir, tmp_path, lie)["agreement_word"] == (False, "word.left")


def moved(*blocks: int) -> Lie:
    """The lie that blocks, or all but the first if none is named, were made an hour later."""

    def lie(method: str, asked: list[Any], answer: Any) -> Any:
        if method != "eth_getBlockByNumber" or int(answer["number"], 16) not in (blocks or range(1, 2**32)):
            return answer
        return {**answer, "timestamp": hex(int(answer["timestamp"], 16) + 3600)}

    return lie


def test_the_time_of_a_closing_block_is_in_its_hash(story: Story, tmp_path: Path) -> None:
    closed_at = story.world.chain.statement(story.world.registry, of(story.world, story.first), 2).closed_at
    assert story.told(story.first, tmp_path, moved(closed_at))["blocks"] == (False, "records.block_hash")
    assert story.told(story.heir, tmp_path, moved(closed_at))["blocks"] == (False, "records.block_hash")


def test_where_no_header_but_the_first_makes_its_hash_it_is_undecided(story: Story, tmp_path: Path) -> None:
    assert story.told(story.first, tmp_path, moved())["blocks"] == (None, "records.block_times")


def test_a_close_of_the_first_that_is_kept_back_is_an_answer(story: Story, tmp_path: Path) -> None:
    second = story.world.chain.closed(story.world.registry, of(story.world, story.first))[1].block
    lie = changed("Closed", lambda log: None if int(log["blockNumber"], 16) == second else log)
    assert story.told(story.heir, tmp_path, lie)["statements"] == (False, "statement.events")


FIELDS = ["amount_cents", "generation_wh", "exported_wh", "last_day", "boundary_day", "closed_on", "closed_at", "flags"]


def with_statement(evidence: Evidence, **changes: Any) -> dict[str, Any]:
    """The file's statements with the last changed."""
    return {"statements": (*evidence.statements[:-1], replace(evidence.statements[-1], **changes))}


@pytest.mark.parametrize("field", FIELDS)
def test_each_field_of_a_files_statement_is_compared(story: Story, tmp_path: Path, field: str) -> None:
    evidence = evidence_of(story.world, story.first)
    true = evidence.statements[-1].statement
    false = replace(true, **{field: StatementFlag(16) if field == "flags" else getattr(true, field) + 1})
    found = told(story.world, replace(evidence, **with_statement(evidence, statement=false)), tmp_path)
    assert found == {"file_statements": (False, "statement.file_differs")}


@pytest.mark.parametrize(
    "change",
    [{"balance_cents": 1}, {"transaction": "0x" + "00" * 32}, {"lines": None}],
    ids=["balance", "transaction", "line"],
)
def test_what_a_files_statement_came_with_is_compared(story: Story, tmp_path: Path, change: dict[str, Any]) -> None:
    evidence = evidence_of(story.world, story.first)
    if "lines" in change:
        change = {"lines": (*evidence.statements[-1].lines, 400_000)}
    found = told(story.world, replace(evidence, **with_statement(evidence, **change)), tmp_path)
    assert found == {"file_statements": (False, "statement.file_differs")}


def test_a_records_place_in_its_block_is_compared(story: Story, tmp_path: Path) -> None:
    first, *rest = evidence_of(story.world, story.first).records
    records = (replace(first, log_index=first.log_index + 7), *rest)
    assert story.told(story.first, tmp_path, records=records) == {"file_records": (False, "records.file_place")}


@pytest.mark.parametrize("name", ["EnergyCharge", "TakeOrPay", "SolarShare"])
def test_a_files_address_of_a_clause_is_looked_at(story: Story, tmp_path: Path, name: str) -> None:
    contracts = {**evidence_of(story.world, story.first).contracts, name: story.world.registry}
    assert story.told(story.first, tmp_path, contracts=contracts) == {"clause_code": (False, "code.misnamed")}


def test_a_last_reading_of_another_day_is_refused(world: World, tmp_path: Path) -> None:
    terms = running(world, date(2016, 7, 31), closes=1)
    august, last = calendar.month_end(AUGUST), world.days[AUGUST - 1][1]
    early = day_readings(august - 9, last.generation_wh, last.exported_wh, 0, 0)
    world.record(METER, replace(early, day=august))
    world.act(STRANGER, "close", terms)
    assert told(world, evidence_of(world, terms), tmp_path) == {"readings": (False, "readings.day")}


def test_a_clause_that_is_not_ours_is_undecided(world: World, tmp_path: Path) -> None:
    terms = running_with_an_odd_clause(world)
    assert told(world, evidence_of(world, terms), tmp_path) == {"clause_code": (None, "code.unknown_clause")}


@dataclass(frozen=True)
class Indexed:
    """Twelve months closed of an agreement whose second year's price asks an index for May, published or not."""

    world: World
    index: str
    terms: Terms

    def publish(self, year: int) -> None:
        month = calendar.day_of(date(year, 5, 1))
        self.world.chain.transact(
            PRODUCER, self.world.chain.function("IndexPublisher", self.index, "publish", month, year)
        )

    def close(self) -> None:
        """The thirteenth month, after the days of dispute."""
        self.world.chain.set_next_block_time(
            calendar.day_bounds(calendar.day_of(date(2017, 9, 15)), "Europe/Madrid")[0]
        )
        self.world.act(STRANGER, "close", self.terms)


@pytest.fixture
def indexed(world: World) -> Indexed:
    receipt = world.chain.transact(DEPLOYER, world.chain.creation("IndexPublisher", PRODUCER.address, b"CPI"))
    assert receipt.contract is not None
    index = to_checksum_address(receipt.contract)
    price = IndexedPrice(85_000, index, 2, 800_000, 0, 100_000)
    clause = Clause(world.deployment.address("IndexedPrice"), price.params())
    terms = running(world, date(2017, 7, 31), closes=12, months=13, clauses=(clause,))
    made = Indexed(world, index, terms)
    made.publish(2016)
    return made


def test_a_clause_whose_index_was_published_before_the_close_cannot_have_failed(
    indexed: Indexed, tmp_path: Path
) -> None:
    indexed.publish(2017)
    indexed.close()
    world, terms = indexed.world, indexed.terms
    found = told(world, evidence_of(world, terms), tmp_path, failing(world, terms, 13, 0))
    assert found["statements"][0] is False


def test_a_clause_whose_index_is_not_published_has_failed(indexed: Indexed, tmp_path: Path) -> None:
    indexed.close()
    assert told(indexed.world, evidence_of(indexed.world, indexed.terms), tmp_path) == {}


def test_a_clause_whose_index_was_published_later_has_failed(indexed: Indexed, tmp_path: Path) -> None:
    indexed.close()
    indexed.publish(2017)
    assert told(indexed.world, evidence_of(indexed.world, indexed.terms), tmp_path) == {}


def test_where_nobody_can_tell_when_an_index_was_published_it_is_undecided(indexed: Indexed, tmp_path: Path) -> None:
    indexed.close()
    indexed.publish(2017)

    def another(method: str, asked: list[Any], answer: Any) -> Any:
        return "0x00" if method == "eth_getCode" and asked[0].lower() == indexed.index.lower() else answer

    found = told(indexed.world, evidence_of(indexed.world, indexed.terms), tmp_path, another)
    assert found == {"statements": (None, "statement.failed")}


def test_an_exit_by_a_clause_that_is_not_there_is_an_answer(world: World, tmp_path: Path) -> None:
    table = ExitTable(ZERO_ADDRESS, 0, ZERO_ADDRESS, 1_000, (500_000,))
    usual = world.terms().clauses
    exits = Clause(world.deployment.address("ExitTable"), table.params())
    terms = running(world, date(2016, 7, 31), closes=1, clauses=(*usual, exits))
    send(world, CONSUMER, "exit", terms.as_tuple(), len(usual))
    lie = changed("Exited", lambda log: {**log, "data": of_events("Exited", clause=99, price=50_000_000)})
    found = told(world, evidence_of(world, terms), tmp_path, lie)
    assert found["act_keys"] == (False, "keys.says")
    assert found["statements"] == (False, "problem")


def test_forged_terms_hide_no_other_agreement(world: World, tmp_path: Path) -> None:
    terms = running(world, date(2016, 7, 31), closes=1)
    end(world, terms, 1)
    again = running(world, salt=1)
    assert told(world, evidence_of(world, again), tmp_path) == {"no_other": (False, "meter.two")}
    other = world.id_of(terms)

    def later(log: dict[str, Any]) -> dict[str, Any]:
        return (
            {**log, "data": log["data"].replace(f"{JULY:064x}", f"{JULY + 1096:064x}", 1)}
            if log["topics"][1] == other
            else log
        )

    found = told(world, evidence_of(world, again), tmp_path, changed("Proposed", later))
    assert found == {"no_other": (False, "meter.forged")}
