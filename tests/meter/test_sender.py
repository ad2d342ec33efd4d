"""The sender, on a real Anvil.

given closed days and a chain
    when all is well: the opening record first, then serve (once both signed), then one record a day; the heads agree
    when many days wait: one recordMany of at most 31
    when the day is in the future: it waits
    when the node goes down and comes back: it waits, says so, and every day is there once
given a transaction that was stored
    when the process died before or after it was sent: the same bytes go out again, the record is there once
    when its receipt is lost: the ledger's word settles it
    when the chain forgets blocks: the same bytes again
given a ledger that knows other records of this key: nothing is sent
"""

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from meter.errors import LedgerDisagrees, SendingError
from meter.sender import Sender
from meter.status import status_of
from ppa.chain import Chain
from tests.meter.broker import Broker
from tests.meter.chains import Deployed, anvil
from tests.meter.wires import free_port
from tests.meter.world import at
from tests.tcp_proxy import tcp_proxy


def test_records_go_out_one_a_day_and_the_head_is_ours(broker: Broker) -> None:
    for _ in range(3):
        broker.days(1)
        broker.send()
    assert broker.recorded() == broker.all_days()
    assert len(broker.recorded()) == 4
    assert broker.chain.nonce(broker.account.address) == 4


def test_the_block_of_a_record_has_the_time_of_the_reading_that_closed_its_day(
    own_node: Deployed, tmp_path: Path
) -> None:
    broker = Broker(tmp_path, own_node)
    broker.days(1)
    broker.send()
    last = broker.chain.records(own_node.ledger, broker.account.address)[-1]
    closed_at = broker.site.store.rows("SELECT closed_at FROM days ORDER BY day DESC LIMIT 1")[0][0]
    assert broker.chain.block_time(last.block) == closed_at
    broker.site.finish()


def test_days_that_waited_go_out_at_most_31_together_after_the_opening_record(broker: Broker) -> None:
    broker.days(40)
    broker.send()
    sizes = broker.site.store.rows("SELECT last_day - first_day + 1 FROM outbox_tx ORDER BY nonce")
    assert [size for (size,) in sizes] == [1, 31, 9]
    assert broker.recorded() == broker.all_days()


def test_a_day_in_the_future_waits(broker: Broker) -> None:
    broker.site.config = replace(broker.site.config, replay="")
    broker.days(1)
    sender = Sender(
        broker.site.config, broker.site.store, broker.account, broker.chain, utc=lambda: 0.0, pause=lambda _: None
    )
    broker.chain.head()
    future = int(broker.chain.head()[1]) // 86_400 + 400
    broker.site.store.run("UPDATE days SET day = day + ?", future)
    with pytest.raises(SendingError, match="is not over yet anywhere on Earth"):
        sender.step()
    assert broker.outbox.next_nonce() == 0


# Killed


def test_a_sender_that_died_before_sending_sends_the_stored_bytes(
    broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(raw: bytes) -> str:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(broker.chain, "send_raw", dies)
        with pytest.raises(KeyboardInterrupt):
            broker.send()
    stored = broker.outbox.in_flight()
    assert stored is not None
    broker.died()
    broker.send()
    assert broker.recorded() == broker.all_days()
    assert broker.chain.records(broker.node.ledger, broker.account.address)[0].transaction == stored.hash


def test_a_sender_that_died_after_sending_doubles_nothing(broker: Broker, monkeypatch: pytest.MonkeyPatch) -> None:
    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(broker.outbox.__class__, "mark", dies)
        with pytest.raises(KeyboardInterrupt):
            broker.send()
    broker.mined(1)
    assert len(broker.recorded()) == 1
    broker.died()
    broker.send()
    assert len(broker.recorded()) == 1
    assert broker.chain.nonce(broker.account.address) == 1


def test_a_lost_receipt_is_settled_by_the_ledgers_word(broker: Broker, monkeypatch: pytest.MonkeyPatch) -> None:
    broker.send()
    broker.site.store.run("UPDATE outbox_tx SET state = 'SENT'")
    monkeypatch.setattr(broker.chain, "receipt", lambda _: None)
    broker.died()
    broker.send()
    assert broker.outbox.in_flight() is None
    assert len(broker.recorded()) == 1


def test_an_outbox_that_was_lost_signs_nothing_twice(broker: Broker) -> None:
    broker.days(2)
    broker.send()
    broker.site.store.run("DELETE FROM outbox_tx")
    broker.died()
    broker.days(1)
    broker.send()
    assert broker.recorded() == broker.all_days()
    assert broker.chain.nonce(broker.account.address) == 4


def test_blocks_that_are_forgotten_are_sent_again_byte_for_byte(own_node: Deployed, tmp_path: Path) -> None:
    broker = Broker(tmp_path, own_node)
    broker.send()
    snapshot = broker.chain.request("evm_snapshot")
    broker.days(1)
    broker.send()
    broker.days(1)
    broker.send()
    before = [logged.transaction for logged in broker.chain.records(own_node.ledger, broker.account.address)]
    assert broker.chain.request("evm_revert", snapshot)
    assert len(broker.recorded()) == 1
    broker.died()
    broker.send()
    after = [logged.transaction for logged in broker.chain.records(own_node.ledger, broker.account.address)]
    assert after == before
    broker.site.finish()


def test_a_nonce_spent_elsewhere_is_found_out_and_the_day_recorded_once(broker: Broker) -> None:
    broker.send()
    broker.days(1)
    broker.chain.transact(broker.account, broker.chain.creation("EnergyCharge"))
    broker.died()
    broker.send()
    assert broker.recorded() == broker.all_days()


def test_a_stored_transaction_whose_nonce_is_spent_gives_way_to_a_new_one(
    broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(broker.chain, "send_raw", lambda raw: "0x")
        patch.setattr("meter.delivery._RECEIPT_S", 0.0)
        broker.sender.step()
    broker.chain.transact(broker.account, broker.chain.creation("EnergyCharge"))
    monkeypatch.setattr("meter.delivery._RECEIPT_S", 0.0)
    with pytest.raises(SendingError, match="Nonce 0 of this meter's key was spent by another transaction"):
        broker.send()
    monkeypatch.undo()
    broker.send()
    assert broker.recorded() == broker.all_days()


def test_a_ledger_that_knows_other_records_of_this_key_stops_the_sender(broker: Broker) -> None:
    record = broker.site.store.records()[0]
    args = (record.generation_wh + 1, record.exported_wh, record.day, bytes(32))
    call = broker.chain.function("MeterLedger", broker.node.ledger, "record", *args)
    broker.chain.set_next_block_time(at("2016-07-05T12:00"))
    broker.chain.transact(broker.account, call)
    with pytest.raises(LedgerDisagrees, match="Nothing is sent"):
        broker.sender.step()
    assert broker.outbox.next_nonce() == 0


def test_a_node_that_is_down_in_the_middle_loses_and_doubles_nothing(tmp_path: Path) -> None:
    state = str(tmp_path / "chain.json")
    with ExitStack() as first, ExitStack() as second:
        node = Deployed.on(first.enter_context(anvil(free_port(), "--state", state)))
        proxied = second.enter_context(tcp_proxy(node.url))
        broker = Broker(tmp_path, replace(node, url=proxied.url))
        second.callback(broker.site.finish)
        broker.send()
        broker.days(2)
        broker.sender.step()
        proxied.close()
        first.close()
        turns = iter([False] * 4)
        assert not broker.sender.run(lambda: next(turns, True))
        (said,) = status_of(broker.site.config, broker.site.store)["problems"]
        assert said.startswith(f"The node at {proxied.url} does not answer")
        broker.days(1)
        again = second.enter_context(anvil(free_port(), "--state", state))
        assert len(Chain(again).records(node.ledger, broker.account.address)) == 2, "it went in the middle"
        proxied.open(int(again.rpartition(":")[2]))
        broker.send()
        assert broker.recorded() == broker.all_days()
        assert broker.chain.nonce(broker.account.address) == len(broker.all_days())
