"""What a node or a file may tell falsely, and what the browser's modules say of it.

given an agreement with July and August closed, handed over to longer terms with the same meter
├── the node tells of a forged payment in the first: its successor is refused
├── the node says that a published clause failed: refused
├── the node keeps back what ended or handed over, or the act that did: refused
├── the node tells other registers, days, money or numbering, other rare words or another first record: refused
├── the node tells another module, or other code of a module or of a published clause: refused
├── the node tells another time of a closing block: refused; of every block but the first: undecided
├── and of a closing block beside a field that we do not know: undecided, unless another header is wrong
├── the node tells of an exit by a clause that is not there, or keeps back a close of the first: an answer, not a crash
└── the file changes its words, any field of a statement, a record's place or a clause's address: refused
given a clause that asks an index
├── published at or before the close: it cannot have failed
├── published later: it may have failed
└── published where nobody can tell when: undecided
given that a last reading is of another day ── refused, though it leads to the recorded root
given a clause that is not ours ── undecided
given two agreements of a meter, one after the other
├── both hold, also where the second bills what closed dark before the first ended
└── that the other billed the same days, in forged terms or words, or that the meter serves it: seen
"""

from collections.abc import Callable, Iterator
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
from ppa.storage_words import AgreementWord, StatementFlag
from ppa.terms import ZERO_ADDRESS, Clause, Terms
from ppa.verify import slots
from tests.webapp.parties import FOREVER, both, send
from tests.webapp.test_odd_histories import end, of, running, running_with_an_odd_clause, signed_successor
from tests.webapp.told import Bad, Lie, evidence_of, told
from tests.webapp.world import CONSUMER, DEPLOYER, METER, PRODUCER, STRANGER, World, anvil, day_readings

JULY, AUGUST, SEPTEMBER = (calendar.day_of(date(2016, month, 1)) for month in (7, 8, 9))


@dataclass(frozen=True)
class Story:
    """A world with an agreement and its successor."""

    world: World
    first: Terms
    successor: Terms

    def told(self, terms: Terms, folder: Path, lie: Lie | None = None, **changes: Any) -> Bad:
        """What does not hold, where a node lies or a file is changed."""
        return told(self.world, replace(evidence_of(self.world, terms), **changes), folder, lie)


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    with anvil() as rpc:
        world = World(rpc, tmp_path_factory.mktemp("lies"))
        first = running(world, date(2016, 9, 30), closes=2)
        successor = signed_successor(world, first, months=24)
        both(world, first, Act(1, FOREVER, successor=of(world, successor)), successor)
        yield Story(world, first, successor)


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
    now = replace(
        word, **{name: type(getattr(word, name))(getattr(word, name) + more) for name, more in changes.items()}
    )
    order = ["status", "periods", "proposed_block", "signed_block", "boundary_day", "closed_through", "pending"]
    order += ["exported_wh", "generation_wh", "balance_cents"]
    view = b"".join((int(getattr(now, name)) % 2**256).to_bytes(32) for name in order)
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
    assert story.told(story.successor, tmp_path) == {}


def test_a_forged_payment_in_the_first_is_seen_in_its_successor(story: Story, tmp_path: Path) -> None:
    world = story.world
    balance = world.chain.agreement(world.registry, of(world, story.successor)).balance_cents
    data = of_events(
        "PaymentConfirmed",
        cents=-100_000,
        day=AUGUST,
        reference_=bytes(32),
        byArbiter=False,
        lateCentDays=0,
        balance=balance + 100_000,
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

    lie = both_lies(forged, bent(world, story.successor, balance_cents=100_000))
    assert story.told(story.successor, tmp_path, lie)["later_act_keys"][0] is False


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
    whole = (*fields, false.closed_on, false.closed_block, int(flags))
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
        return {**log, "data": data} if int(log["blockNumber"], 16) == true.closed_block else log

    return both_lies(both_lies(lie, changed("Closed", told_so)), bent(world, terms, balance_cents=-gone))


def test_a_clause_that_does_not_fail_is_not_told_to_have_failed(world: World, tmp_path: Path) -> None:
    terms = running(world, date(2016, 7, 31), closes=1)
    lie = failing(world, terms, 1, 0)
    found = told(world, evidence_of(world, terms), tmp_path, lie)
    assert found["statements"][0] is False


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["HandedOver"], {"signatures": "signatures.events", "agreement_word": "problem"}),
        (["Acted"], {"agreement_word": "problem", "statements": "problem"}),
        (["Signed"], {"signatures": "signatures.events"}),
    ],
)
def test_what_makes_or_hands_over_an_agreement_is_not_kept_back(
    story: Story, tmp_path: Path, names: list[str], found: dict[str, str]
) -> None:
    false = story.told(story.first, tmp_path, kept_back(*names))
    assert {name: false[name] for name in found} == {name: (False, key) for name, key in found.items()}


@pytest.mark.parametrize(
    ("name", "check", "found"), [("Ended", "signatures", "signatures.events"), ("Acted", "agreement_word", "problem")]
)
def test_what_ends_an_agreement_is_not_kept_back(
    world: World, tmp_path: Path, name: str, check: str, found: str
) -> None:
    terms = running(world, date(2016, 7, 31), closes=1)
    end(world, terms, 1)
    assert told(world, evidence_of(world, terms), tmp_path, kept_back(name))[check] == (False, found)


def test_an_agreement_goes_over_to_what_both_named(story: Story, tmp_path: Path) -> None:
    named, other = story.world.id_of(story.successor)[2:], "11" * 32
    lie = changed("Acted", lambda log: {**log, "data": log["data"].replace(named, other)})
    assert story.told(story.first, tmp_path, lie)["agreement_word"] == (False, "problem")


@pytest.mark.parametrize("name", ["closed_through", "boundary_day", "pending"])
def test_the_state_is_where_the_last_statement_left_it(story: Story, tmp_path: Path, name: str) -> None:
    lie = bent(story.world, story.successor, **{name: 1})
    assert story.told(story.successor, tmp_path, lie)["agreement_word"] == (False, "word.left")


@pytest.mark.parametrize("name", ["generation_wh", "exported_wh"])
def test_the_registers_are_where_the_last_record_left_them(story: Story, tmp_path: Path, name: str) -> None:
    lie = bent(story.world, story.successor, **{name: 1})
    assert story.told(story.successor, tmp_path, lie) == {"statements": (False, "statement.registers")}


def test_the_balance_is_what_the_statements_make(story: Story, tmp_path: Path) -> None:
    lie = bent(story.world, story.successor, balance_cents=1)
    assert story.told(story.successor, tmp_path, lie) == {"balance": (False, "balance.differs")}


@pytest.mark.parametrize("slot", [slots.root, slots.inherited])
def test_the_numbering_is_that_of_the_first(story: Story, tmp_path: Path, slot: Callable[[bytes], int]) -> None:
    lie = stored(slot(of(story.world, story.successor)), 7)
    assert story.told(story.successor, tmp_path, lie) == {"agreement_word": (False, "word.numbering")}


def test_what_is_pending_is_what_the_events_make(story: Story, tmp_path: Path) -> None:
    lie = stored(slots.account(of(story.world, story.successor)), 1)
    assert story.told(story.successor, tmp_path, lie) == {"balance": (False, "balance.pending")}


def test_an_announcement_that_no_event_tells_is_seen(story: Story, tmp_path: Path) -> None:
    lie = stored(slots.announcement(of(story.world, story.successor)), 1)
    assert story.told(story.successor, tmp_path, lie) == {"rare_words": (False, "rights.announcement")}


def test_the_first_word_of_the_meter_is_compared(story: Story, tmp_path: Path) -> None:
    lie = stored(slots.month_end(METER.address, 0), 1)
    assert story.told(story.successor, tmp_path, lie) == {"month_ends": (False, "records.first_differs")}


def stored(slot: int, word: int) -> Lie:
    """A lie about one word of storage."""

    def lie(method: str, asked: list[Any], answer: Any) -> Any:
        return f"0x{word:064x}" if method == "eth_getStorageAt" and int(asked[1], 16) == slot else answer

    return lie


def test_a_module_that_the_registry_does_not_run_is_seen(story: Story, tmp_path: Path) -> None:
    asked_view = "0x" + abi.call_data("PPARegistry", "rights").hex()

    def lie(method: str, asked: list[Any], answer: Any) -> Any:
        is_asked = method == "eth_call" and asked[0]["data"] == asked_view
        return f"0x{int(story.world.deployment.address('RegistryEnds'), 16):064x}" if is_asked else answer

    found = story.told(story.successor, tmp_path, lie)
    assert found == {"registry_code": (False, "code.immutable"), "module_code": (False, "code.length")}


def test_a_modules_code_is_compared(story: Story, tmp_path: Path) -> None:
    where = story.world.deployment.address("RegistryRights")

    def lie(method: str, asked: list[Any], answer: Any) -> Any:
        return answer[:-2] + "00" if method == "eth_getCode" and asked[0].lower() == where.lower() else answer

    assert story.told(story.successor, tmp_path, lie) == {"module_code": (False, "code.differs")}


def test_a_published_clause_whose_code_was_changed_breaks_its_words(story: Story, tmp_path: Path) -> None:
    where = story.world.deployment.address("EnergyCharge")

    def lie(method: str, asked: list[Any], answer: Any) -> Any:
        return answer[:-2] + "00" if method == "eth_getCode" and asked[0].lower() == where.lower() else answer

    found = story.told(story.successor, tmp_path, lie)
    assert found["words"] == (False, "words.differ") and found["clause_code"][0] is False


@pytest.mark.parametrize("change", [{"words": "Otro texto"}, {"language": "en"}], ids=["text", "language"])
def test_a_file_with_other_words_is_refused(story: Story, tmp_path: Path, change: dict[str, Any]) -> None:
    assert story.told(story.successor, tmp_path, **change) == {"words": (False, "words.file")}


def test_a_log_that_is_told_twice_is_refused(story: Story, tmp_path: Path) -> None:
    def lie(method: str, asked: list[Any], answer: Any) -> Any:
        return [*answer, *answer[-1:]] if method == "eth_getLogs" else answer

    assert story.told(story.successor, tmp_path, lie)["agreement_word"] == (False, "problem")


def moved(*blocks: int) -> Lie:
    """The lie that blocks, or all but the first if none is named, were made an hour later."""

    def lie(method: str, asked: list[Any], answer: Any) -> Any:
        if method != "eth_getBlockByNumber" or int(answer["number"], 16) not in (blocks or range(1, 2**32)):
            return answer
        return {**answer, "timestamp": hex(int(answer["timestamp"], 16) + 3600)}

    return lie


def test_the_time_of_a_closing_block_is_in_its_hash(story: Story, tmp_path: Path) -> None:
    closed_block = story.world.chain.statement(story.world.registry, of(story.world, story.first), 2).closed_block
    assert story.told(story.first, tmp_path, moved(closed_block))["blocks"] == (False, "records.block_hash")
    assert story.told(story.successor, tmp_path, moved(closed_block))["blocks"] == (False, "records.block_hash")


def test_where_no_header_but_the_first_makes_its_hash_it_is_undecided(story: Story, tmp_path: Path) -> None:
    assert story.told(story.first, tmp_path, moved())["blocks"] == (None, "records.block_times")


def test_a_header_with_a_field_of_a_later_fork_is_undecided(story: Story, tmp_path: Path) -> None:
    closed = story.world.chain.statement(story.world.registry, of(story.world, story.first), 2).closed_block
    opened = story.world.chain.statement(story.world.registry, of(story.world, story.first), 1).closed_block

    def newer(*odd: int) -> Lie:
        def lie(method: str, asked: list[Any], answer: Any) -> Any:
            found = moved(closed, *odd)(method, asked, answer)
            is_newer = method == "eth_getBlockByNumber" and int(answer["number"], 16) == closed
            return {**found, "slotNumber": "0x7"} if is_newer else found

        return lie

    assert story.told(story.first, tmp_path, newer())["blocks"] == (None, "records.block_newer")
    assert story.told(story.first, tmp_path, newer(opened))["blocks"] == (False, "records.block_hash")


def test_a_close_of_the_first_that_is_kept_back_is_an_answer(story: Story, tmp_path: Path) -> None:
    second = story.world.chain.closed(story.world.registry, of(story.world, story.first))[1].block
    lie = changed("Closed", lambda log: None if int(log["blockNumber"], 16) == second else log)
    assert story.told(story.successor, tmp_path, lie)["statements"] == (False, "statement.kept_back")


FIELDS = [
    "amount_cents",
    "generation_wh",
    "exported_wh",
    "last_day",
    "boundary_day",
    "closed_on",
    "closed_block",
    "flags",
]


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
    assert found == {"statements": (None, "statement.undated")}


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


@dataclass(frozen=True)
class Two:
    """July billed by an agreement that ended, August by another of the same meter."""

    world: World
    first: Terms
    second: Terms

    def told(self, folder: Path, lie: Lie | None = None) -> Bad:
        """What does not hold of the second."""
        return told(self.world, evidence_of(self.world, self.second), folder, lie)


@pytest.fixture
def two(world: World) -> Two:
    first = running(world, date(2016, 7, 31), closes=1)
    end(world, first, 1)
    second = running(world, first_day=AUGUST)
    july, day = world.days[AUGUST - 1][1], calendar.month_end(AUGUST)
    world.record(METER, day_readings(day, july.generation_wh + 31_000, july.exported_wh, 31_000, 0))
    world.act(STRANGER, "close", second)
    return Two(world, first, second)


def test_a_meter_may_serve_one_agreement_after_the_other(two: Two, tmp_path: Path) -> None:
    assert two.told(tmp_path) == {}


def test_what_closed_dark_before_an_end_may_be_billed_by_the_next(world: World, tmp_path: Path) -> None:
    first = running(world, date(2016, 7, 31), closes=1)
    world.chain.set_next_block_time((calendar.month_end(AUGUST) + 62) * 86_400)
    end(world, first, 1)  # August was closed in darkness
    second = running(world, first_day=AUGUST, months=12)
    july, day = world.days[AUGUST - 1][1], calendar.day_of(date(2016, 11, 30))
    world.record(METER, day_readings(day, july.generation_wh + 31_000, july.exported_wh, 31_000, 0))
    for _ in range(4):
        world.act(STRANGER, "close", second)
    ended, goes_on = (world.chain.agreement(world.registry, of(world, terms)) for terms in (first, second))
    assert (ended.closed_through, ended.boundary_day) == (calendar.month_end(AUGUST), AUGUST - 1)
    assert goes_on.boundary_day == day
    assert Two(world, first, second).told(tmp_path) == {}


def test_another_agreement_that_billed_the_same_days_is_seen(two: Two, tmp_path: Path) -> None:
    lie = bent(two.world, two.first, boundary_day=1)
    assert two.told(tmp_path, lie) == {"no_other": (False, "meter.two")}


def test_forged_terms_hide_no_other_agreement(two: Two, tmp_path: Path) -> None:
    def later(log: dict[str, Any]) -> dict[str, Any]:
        data = log["data"].replace(f"{JULY:064x}", f"{JULY + 1096:064x}", 1)
        return {**log, "data": data} if log["topics"][1] == two.world.id_of(two.first) else log

    assert two.told(tmp_path, changed("Proposed", later)) == {"no_other": (False, "meter.forged")}


def test_a_view_that_says_other_days_than_storage_hides_no_other_agreement(two: Two, tmp_path: Path) -> None:
    lie = stored(slots.agreement(of(two.world, two.first)), 1)
    assert two.told(tmp_path, lie) == {"no_other": (False, "meter.unstored")}


def test_the_registry_must_know_until_when_a_meter_was_billed(two: Two, tmp_path: Path) -> None:
    lie = stored(slots.billed_through(METER.address), AUGUST - 2)
    found = told(two.world, evidence_of(two.world, two.first), tmp_path, lie)
    assert found == {"no_other": (False, "meter.forgotten")}


def test_an_agreement_that_the_meter_serves_is_not_kept_secret(two: Two, tmp_path: Path) -> None:
    served, other = abi.topic("PPARegistry", "Served"), two.world.id_of(two.second)

    def lie(method: str, asked: list[Any], answer: Any) -> Any:
        return [log for log in answer if log["topics"][:2] != [served, other]] if method == "eth_getLogs" else answer

    found = told(two.world, evidence_of(two.world, two.first), tmp_path, lie)
    assert found == {"no_other": (False, "meter.hidden")}
