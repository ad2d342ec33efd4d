"""The way to the chain, against a real Anvil.

a view ── answers what happened; where no contract is: NoCode
an event ── in order, with its place
an act ── mined; refused by the contract: Reverted, with the error's name and arguments
many questions ── a hundred on the way at once; one by one where the node takes no batches, or confuses them
a node ── that is down, or no node: ChainUnreachable; the clock of a real one cannot be set
"""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from web3.providers.base import BaseProvider
from web3.types import RPCEndpoint, RPCResponse

from ppa import abi, calendar, rpc
from ppa.abi import selector
from ppa.chain import Chain
from ppa.clauses import EnergyCharge, GuaranteedGeneration
from ppa.errors import BadAnswer, BadClause, ChainError, ChainUnreachable, NoCode, NotFound, Refused, Reverted
from ppa.records import EMPTY, replay
from ppa.rpc import hexbytes, number
from ppa.statements import Period
from ppa.storage_words import PaymentStatus, Status
from tests.ppa.conftest import free_port
from tests.ppa.lying_proxy import Batch, Refuses, proxy
from tests.ppa.world import (
    CHARGE,
    CONSUMER,
    FIRST,
    LAST,
    METER,
    PRODUCER,
    STRANGER,
    World,
    deploy,
    readings_of,
    signed_world,
    terms_at,
)


class Between(BaseProvider):
    """A provider that hands every call to a function in between."""

    def __init__(self, chain: Chain, change: Callable[[str, Any, Any], Any]) -> None:
        super().__init__()
        self.chain, self.change, self.asked = chain, change, []

    def make_request(self, method: RPCEndpoint, params: Any) -> RPCResponse:
        self.asked.append((str(method), params))
        return self.change(method, params, lambda: self.chain._provider.make_request(method, params))


def test_the_words_and_records_of_the_chain_are_those_that_were_sent(world: World) -> None:
    records = world.chain.records(world.ledger, METER.address)
    assert [logged.record for logged in records] == [world.days[day].record() for day in sorted(world.days)]
    assert replay(EMPTY, [logged.record for logged in records]) == world.chain.word_of(world.ledger, METER.address)
    end = calendar.month_end(FIRST)
    (word,) = world.chain.month_ends(world.ledger, METER.address, [end])
    assert word.generation_wh == readings_of(end).record().generation_wh


def test_records_can_be_asked_from_a_block_on(world: World) -> None:
    records = world.chain.records(world.ledger, METER.address)
    assert world.chain.records(world.ledger, METER.address, records[-2].block) == records[-2:]


def test_the_proposed_terms_are_those_that_hash_to_the_id(world: World) -> None:
    terms, block = world.chain.proposed(world.registry, world.id)
    assert terms == world.terms
    assert terms.digest(world.chain.chain_id(), world.registry) == world.id
    assert world.chain.agreement(world.registry, world.id).proposed_block == block


def test_the_contract_makes_the_same_id(world: World) -> None:
    made = world.chain.view("PPARegistry", world.registry, "idOf", world.terms.as_tuple())
    assert made == world.id


def test_every_event_comes_in_order(world: World) -> None:
    names = [event.name for event in world.chain.events(world.registry, world.id)]
    assert names == ["Proposed", "Signed", "Served", "Opened", "Closed", "Closed", "Closed", "Ended"]


def test_closed_periods_have_events_as_they_are_stored(world: World) -> None:
    closed = world.chain.closed(world.registry, world.id)
    assert [c.number for c in closed] == [1, 2, 3]
    for one in closed:
        assert world.chain.statement(world.registry, world.id, one.number) == one.statement
        assert sum(one.lines) == one.statement.amount_cents
    agreement = world.chain.agreement(world.registry, world.id)
    assert agreement.balance_cents == closed[-1].balance_cents == sum(c.statement.amount_cents for c in closed)
    assert (Status(agreement.status), agreement.periods, agreement.closed_through) == (Status.ENDED, 3, LAST)


def test_a_clause_answers_the_line_that_we_compute(world: World) -> None:
    period = Period(
        world.id, 13, 24, 0, 0, FIRST, FIRST + 30, FIRST + 30, False, False, False,
        1_000_000, 250_000, 9_000_000, 900_000, -5, 0,
    )  # fmt: skip
    rule = world.deployment.address("EnergyCharge")

    def none(_: int) -> Any:
        raise AssertionError

    answer = world.chain.call_clause(rule, period, CHARGE.params(), world.registry)
    assert answer == CHARGE.line(period, none) == (6503, False)


@pytest.mark.parametrize(
    "clause",
    [
        EnergyCharge(10**10, 20_000_000, 1),
        EnergyCharge(10**10 + 1),
        EnergyCharge(1, 20_000_001),
        EnergyCharge(0),
        EnergyCharge(1, 0, 2),
        GuaranteedGeneration(1, 24, 999_999, 1),
        GuaranteedGeneration(1, 25, 0, 1),
        GuaranteedGeneration(1, 0, 0, 1),
        GuaranteedGeneration(0, 1, 0, 1),
        GuaranteedGeneration(1, 1, 0, 0),
        GuaranteedGeneration(1, 1, 10**6, 1),
        GuaranteedGeneration(2**47 - 1, 1, 0, 10**7),
        GuaranteedGeneration(2**47, 1, 0, 10**7),
    ],
    ids=repr,
)
def test_our_check_of_parameters_refuses_what_the_contract_refuses(
    world: World, clause: EnergyCharge | GuaranteedGeneration
) -> None:
    name = type(clause).__name__
    try:
        world.chain.view(name, world.deployment.address(name), "check", FIRST, 24, clause.params())
    except Reverted:
        with pytest.raises(BadClause):
            clause.check(FIRST, 24)
    else:
        clause.check(FIRST, 24)


def test_what_never_happened_is_empty(world: World) -> None:
    chain, registry, none = world.chain, world.registry, bytes(32)
    assert chain.account(registry, world.id).word().pack() == 0
    assert chain.claims(registry, world.id, 1).word().pack() == 0
    assert chain.notice(registry, world.id).word().pack() == 0
    assert chain.announcement(registry, world.id).word().pack() == 0
    payment = chain.payment(registry, world.id, 1, FIRST, none)
    assert (payment.status, payment.word().pack()) == (PaymentStatus.UNKNOWN, 0)
    assert not chain.is_used(registry, none)


def test_a_registry_says_what_stands_around_an_agreement(world: World) -> None:
    chain, registry = world.chain, world.registry
    assert chain.root_of(registry, world.id) == world.id
    assert chain.billed_through(registry, METER.address) == LAST
    assert chain.statement(registry, world.id, 0).last_day == FIRST - 1
    modules = {name: world.deployment.address(name) for name in ("RegistryEnds", "RegistryRights")}
    assert chain.modules_of(registry) == modules


def test_a_ledger_says_with_what_an_agreement_opens(world: World) -> None:
    first = world.chain.first_of(world.ledger, METER.address)
    assert first.day == min(world.days)
    assert world.chain.opening_at(world.ledger, METER.address, FIRST - 1).day == FIRST - 1
    assert world.chain.opening_at(world.ledger, METER.address, calendar.month_end(FIRST - 1 - 31)) == first
    assert world.chain.opening_at(world.ledger, STRANGER.address, FIRST - 1).is_empty


def test_a_payment_of_no_known_status_is_a_bad_answer(world: World) -> None:
    def lie(method: str, params: Any, result: Any) -> Any:
        asks = method == "eth_call" and params[0]["data"].startswith("0x" + selector("PPARegistry", "paymentOf").hex())
        return "0x" + (9).to_bytes(32).hex() + bytes(32).hex() if asks else result

    with proxy(world.chain.url, lie) as url, pytest.raises(BadAnswer, match=r"a payment of .* has status 9"):
        Chain(url).payment(world.registry, world.id, 1, FIRST, bytes(32))


def test_an_agreement_that_was_not_proposed_is_not_found(world: World) -> None:
    with pytest.raises(NotFound, match="was not proposed"):
        world.chain.proposed(world.registry, bytes(32))


def test_a_statement_that_is_not_there_is_reverted_with_its_arguments(world: World) -> None:
    with pytest.raises(Reverted) as caught:
        world.chain.statement(world.registry, world.id, 9)
    assert (caught.value.name, caught.value.arguments) == ("NoSuchStatement", {"id": world.id, "number": 9})


def test_a_view_where_no_contract_is_says_so(world: World) -> None:
    with pytest.raises(NoCode, match="no PPARegistry at"):
        world.chain.agreement(STRANGER.address, world.id)
    with pytest.raises(NoCode, match="no clause"):
        period = Period(world.id, 1, 1, 0, 0, 0, 0, 0, False, False, False, 0, 0, 0, 0, 0, 0)
        world.chain.call_clause(STRANGER.address, period, b"", world.registry)


def test_a_strangers_act_is_refused_by_name(world: World) -> None:
    terms = terms_at(world.deployment, salt=77)
    with pytest.raises(Reverted) as caught:
        world.act(STRANGER, "propose", terms)
    assert caught.value.name == "NotTheProducer"
    assert caught.value.arguments == {"actor": STRANGER.address, "producer": PRODUCER.address}


def test_a_clause_that_refuses_is_named_with_its_reason(world: World) -> None:
    terms = replace(terms_at(world.deployment, salt=78), months=1, long_stop_day=FIRST)
    with pytest.raises(Reverted, match="WindowOutsideTerm\\(window=3, months=1\\)") as caught:
        world.act(PRODUCER, "propose", terms)
    assert caught.value.name == "ClauseRefused"
    assert caught.value.arguments["index"] == 1


def test_what_reverts_when_mined_is_told_with_its_reason(world: World) -> None:
    call = world.chain.function("PPARegistry", world.registry, "sign", world.terms.as_tuple())
    with pytest.raises(Reverted, match="WrongStatus"):
        world.chain.transact(CONSUMER, call, gas=300_000)


def test_a_month_that_has_not_ended_cannot_be_closed(chain: Chain) -> None:
    deployment = deploy(chain)
    first = calendar.month_end(calendar.utc_day(chain.head()[1])) + 1
    fresh = signed_world(chain, deployment, replace(terms_at(deployment), first_day=first, long_stop_day=first))
    with pytest.raises(Reverted, match="MonthNotEnded"):
        fresh.act(STRANGER, "close")


def test_a_day_in_the_future_is_refused(world: World) -> None:
    far = readings_of(LAST + 400).record()
    args = (far.generation_wh, far.exported_wh, far.day, far.readings_root)
    with pytest.raises(Reverted, match="DayNotEnded"):
        world.chain.transact(METER, world.chain.function("MeterLedger", world.ledger, "record", *args))


def test_signed_bytes_are_a_legacy_transaction_of_this_chain_at_price_zero(world: World) -> None:
    call = world.chain.function("MeterLedger", world.ledger, "wordOf", METER.address)
    hashed, raw = world.chain.sign(STRANGER, call)
    assert raw[0] >= 0xC0  # a list, not a type byte
    assert world.chain.send_raw(raw) == hashed
    assert world.chain.wait(hashed).succeeded
    with pytest.raises(Refused, match="eth_sendRawTransaction"):
        world.chain.send_raw(raw)


def test_a_node_that_is_down_is_unreachable() -> None:
    with pytest.raises(ChainUnreachable, match="is it running"):
        Chain(f"http://127.0.0.1:{free_port()}").chain_id()


def test_what_is_not_a_node_is_unreachable(chain: Chain) -> None:
    with pytest.raises(ChainUnreachable, match="not a node"):
        Chain(Between(chain, lambda *_: {"hello": 1})).chain_id()


def test_logs_are_asked_in_pages_where_the_node_refuses_more(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rpc, "LOG_PAGE_BLOCKS", 10)

    def at_most_10(method: str, params: Any, ask: Callable[[], Any]) -> Any:
        if method == "eth_getLogs" and number(params[0]["toBlock"]) - number(params[0]["fromBlock"]) >= 10:
            return {"error": {"code": -32005, "message": "requested range exceeds the limit"}}
        return ask()

    chain = Chain(Between(world.chain, at_most_10))
    all_at_once = world.chain.records(world.ledger, METER.address)
    assert chain.records(world.ledger, METER.address) == all_at_once


class Posts:
    """What came to a proxy: how many questions each batch had, and how many questions there were in all."""

    def __init__(self, change: Callable[[list[Any]], Any] = lambda answers: answers) -> None:
        self.batches, self.questions, self._change = list[int](), 0, change

    def lie(self, _method: str, _params: Any, result: Any) -> Any:
        self.questions += 1
        return result

    def batch(self, answers: list[Any]) -> Any:
        self.batches.append(len(answers))
        return self._change(answers)


def test_many_blocks_are_asked_for_a_hundred_at_once(world: World) -> None:
    wanted = range(world.chain.head()[0] + 1)
    posts = Posts()
    with proxy(world.chain.url, posts.lie, posts.batch) as url:
        found = Chain(url).blocks(wanted)
    assert found == {one: world.chain.block(one) for one in wanted}
    full, rest = divmod(len(wanted), rpc.BATCH)
    assert posts.batches == [rpc.BATCH] * full + [rest] * (rest > 1)
    assert full > 0


def test_a_single_question_is_no_batch(world: World) -> None:
    posts = Posts()
    with proxy(world.chain.url, posts.lie, posts.batch) as url:
        assert Chain(url).blocks([3]) == {3: world.chain.block(3)}
        assert Chain(url).blocks([]) == {}
    assert (posts.batches, posts.questions) == ([], 1)


@pytest.mark.parametrize(
    "change",
    [
        lambda _: {"jsonrpc": "2.0", "id": None, "error": {"code": -32600, "message": "batches are not allowed"}},
        lambda _: {"jsonrpc": "2.0", "id": None, "result": "0x1"},
        lambda _: "no",
        lambda _: None,
        lambda answers: answers[1:],
        lambda answers: [*answers, answers[0]],
        lambda answers: [answers[0], *answers[:-1]],
        lambda answers: [{**answer, "id": None} for answer in answers],
        lambda answers: [{**answers[0], "id": "x"}, *answers[1:]],
        lambda answers: [{**answers[0], "id": {}}, *answers[1:]],
        lambda answers: ["0x1", *answers[1:]],
        lambda answers: [{"result": answers[0]["result"]}, *answers[1:]],
    ],
)
def test_where_a_node_takes_no_batches_or_confuses_them_it_is_asked_one_by_one(world: World, change: Batch) -> None:
    posts = Posts(change)
    with proxy(world.chain.url, posts.lie, posts.batch) as url:
        assert Chain(url).blocks(range(5)) == {one: world.chain.block(one) for one in range(5)}
    assert (posts.batches, posts.questions) == ([5], 10)


def test_answers_in_another_order_are_put_in_order(world: World) -> None:
    posts = Posts(lambda answers: answers[::-1])
    with proxy(world.chain.url, posts.lie, posts.batch) as url:
        assert Chain(url).blocks(range(5)) == {one: world.chain.block(one) for one in range(5)}
    assert posts.questions == 5


def test_an_error_among_many_answers_is_that_questions_error(world: World) -> None:
    def lie(_method: str, params: Any, result: Any) -> Any:
        if params[0] == hex(3):
            raise Refuses("block 3 is pruned")
        return result

    with proxy(world.chain.url, lie) as url, pytest.raises(Refused, match="block 3 is pruned"):
        Chain(url).blocks(range(5))


def test_each_of_several_questions_has_its_result_or_its_error(world: World) -> None:
    refused = abi.call_data("PPARegistry", "statementOf", bytes(32), 1)
    questions: list[tuple[str, list[Any]]] = [
        ("eth_chainId", []),
        ("eth_call", [{"to": world.registry, "data": "0x" + refused.hex()}, "latest"]),
        ("eth_nothing", []),
        ("eth_blockNumber", []),
    ]
    posts = Posts()
    with proxy(world.chain.url, posts.lie, posts.batch) as url:
        found = Chain(url).request_each(questions, 5)
    assert posts.batches == [4]
    assert (number(found[0]), number(found[3])) == (world.chain.chain_id(), world.chain.head()[0])
    assert [type(one) for one in found[1:3]] == [Reverted, Refused]
    assert Chain(world.chain.url).request_each([], 5) == []


def test_of_several_questions_none_is_sent_after_its_time(world: World) -> None:
    posts = Posts(lambda _: "no batches")
    with proxy(world.chain.url, posts.lie, posts.batch) as url:
        found = Chain(url).request_each([("eth_chainId", [])] * 3, 0)
    assert [type(one) for one in found] == [ChainUnreachable] * 3
    assert posts.questions == 3, "those of the batch alone"


def test_a_block_in_anothers_place_and_one_that_is_not_there_are_told(world: World) -> None:
    with pytest.raises(NotFound, match="no block 1000000"):
        world.chain.blocks([1, 1000000])

    def lie(_method: str, params: Any, result: Any) -> Any:
        return {**result, "number": hex(2)} if params[0] == hex(3) else result

    with proxy(world.chain.url, lie) as url, pytest.raises(BadAnswer, match="gives block 2 where block 3"):
        Chain(url).blocks(range(5))


def test_revert_bytes_that_come_as_a_result_are_an_error(world: World) -> None:
    def as_alastria(method: str, _: Any, ask: Callable[[], Any]) -> Any:
        answer = ask()
        if method == "eth_call" and "error" in answer:
            return {"result": answer["error"]["data"]}
        return answer

    with pytest.raises(Reverted, match="NoSuchStatement"):
        Chain(Between(world.chain, as_alastria)).statement(world.registry, world.id, 9)


def test_views_send_data_and_never_input(world: World) -> None:
    between = Between(world.chain, lambda _method, _params, ask: ask())
    Chain(between).word_of(world.ledger, METER.address)
    ((_, params),) = between.asked
    assert set(params[0]) == {"to", "data"}


@pytest.mark.parametrize(("given", "read"), [("0xzz", number), (None, number), (None, hexbytes), ("0x1", hexbytes)])
def test_an_answer_of_another_form_is_a_bad_answer(given: Any, read: Callable[[Any], Any]) -> None:
    with pytest.raises(BadAnswer, match=json.dumps(given).strip('"') if given else "None"):
        read(given)


def test_the_clock_of_an_embedded_chain_can_be_set_and_only_forward(chain: Chain) -> None:
    assert chain.is_embedded()
    before = chain.head()[1]
    assert chain.set_next_block_time(0) == before + 1


def test_the_clock_of_a_real_chain_cannot_be_set(chain: Chain) -> None:
    def geth(method: str, _: Any, ask: Callable[[], Any]) -> Any:
        return {"result": "Geth/v1.9.7/linux"} if method == "web3_clientVersion" else ask()

    with pytest.raises(ChainError, match="cannot be set"):
        Chain(Between(chain, geth)).set_next_block_time(2_000_000_000)
