"""The sender, on a real Anvil.

given closed days and a chain
    when all is well: the opening record first, then serve (once both signed), then one record a day; the heads agree
    when the node, its id, its genesis, its clock or the code at an address is wrong: nothing is signed, and it says why
    when many days wait: one recordMany of at most 31
    when the day is in the future: it waits
given a transaction that was stored
    when the process died before or after it was sent: the same bytes go out again, the record is there once
    when its receipt is lost: the ledger's word settles it
    when the chain forgets blocks: the same bytes again
given a ledger that knows other records of this key: nothing is sent
given an agreement that is not ours, in another time zone, unsigned, withdrawn: not served, records go on
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from meter.errors import CannotServe, LedgerDisagrees, NotEmbedded, SendingError
from meter.keystore import open_keystore
from meter.outbox import DONE, SENT, Outbox
from meter.preflight import check_chain
from meter.sender import Sender
from meter.serving import Serving
from ppa.chain import Chain
from ppa.errors import ChainUnreachable, NoCode, WrongChain
from ppa.records import EMPTY, replay
from tests.meter.world import PASSWORD, STRANGER, Deployed, Site, anvil, at, free_port

FAR_FUTURE = 4_102_444_800.0


class Broker:
    """A site with a sender; `died` makes the sender start anew."""

    def __init__(self, folder: Path, node: Deployed, **changes: object) -> None:
        self.node = node
        self.site = Site.opened(folder, chain=node.config(), replay="127.0.0.1:1", **changes)
        self.account = open_keystore(self.site.config.keystore, PASSWORD)
        self.chain = Chain(node.url)
        self.died()

    def died(self) -> None:
        self.sender = Sender(self.site.config, self.site.store, self.account, self.chain, pause=lambda _: None)
        self.outbox = Outbox(self.site.store)

    def configure(self, agreement: str, **changes: object) -> None:
        self.site.config = replace(
            self.site.config, chain=replace(self.site.config.chain, agreement=agreement), **changes
        )
        self.died()

    def days(self, number: int) -> None:
        """So many more days at the plant."""
        for _ in range(number):
            self.site.read(12 * 3600, 100_000, 30_000)
            self.site.read(12 * 3600 + 60, 100_000, 30_000)

    def send(self) -> None:
        for _ in range(400):
            if not self.sender.step():
                return
        raise AssertionError("the sender is never done")

    def recorded(self) -> list[int]:
        """The days on chain; checked against the database, head included."""
        found = self.chain.records(self.node.ledger, self.account.address)
        records = [logged.record for logged in found]
        assert records == self.site.store.records()[: len(records)]
        assert self.chain.word_of(self.node.ledger, self.account.address) == replay(EMPTY, records)
        return [record.day for record in records]

    def all_days(self) -> list[int]:
        return [record.day for record in self.site.store.records()]


@pytest.fixture
def broker(tmp_path: Path, node: Deployed) -> Iterator[Broker]:
    found = Broker(tmp_path, node)
    yield found
    found.site.finish()


@pytest.fixture
def own_node() -> Iterator[Deployed]:
    """A chain of its own, for tests that turn it back."""
    with anvil(free_port()) as url:
        yield Deployed.on(url)


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


# The wrong chain


def test_a_wrong_chain_id_is_refused_before_anything_is_signed(broker: Broker) -> None:
    broker.site.config = replace(broker.site.config, chain=broker.node.config(chain_id=1))
    broker.died()
    with pytest.raises(WrongChain, match="chain id is 31337, but 1 is expected"):
        broker.sender.step()
    assert broker.outbox.next_nonce() == 0


@pytest.mark.parametrize("which", ["ledger", "registry"])
def test_an_address_without_code_is_refused(broker: Broker, which: str) -> None:
    broker.site.config = replace(broker.site.config, chain=broker.node.config(**{which: STRANGER.address}))
    broker.died()
    with pytest.raises(NoCode, match=STRANGER.address):
        broker.sender.step()


def test_a_registry_of_another_ledger_is_refused(broker: Broker) -> None:
    other = Deployed.on(broker.node.url)
    broker.site.config = replace(broker.site.config, chain=broker.node.config(ledger=other.ledger))
    broker.died()
    with pytest.raises(SendingError, match="reads the ledger"):
        broker.sender.step()


def test_another_genesis_than_at_first_is_refused(broker: Broker) -> None:
    broker.site.store.set_meta("genesis", "0x" + "ab" * 32)
    with pytest.raises(WrongChain, match="genesis block"):
        broker.sender.step()


def test_a_replay_clock_is_refused_on_a_real_chain(broker: Broker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broker.chain, "client_version", lambda: "Geth/v1.13.14-stable/linux")
    with pytest.raises(NotEmbedded, match="nobody sets the clock of a real chain"):
        check_chain(broker.site.config, broker.chain, broker.site.store)


def test_a_node_that_is_down_in_the_middle_loses_nothing(broker: Broker, monkeypatch: pytest.MonkeyPatch) -> None:
    broker.send()
    broker.days(2)
    with monkeypatch.context() as patch:
        patch.setattr(broker.chain, "_provider", Chain("http://127.0.0.1:1")._provider)
        for _ in range(3):
            with pytest.raises(ChainUnreachable, match="does not answer"):
                broker.sender.step()
        broker.days(1)
    broker.send()
    assert broker.recorded() == broker.all_days()


# The agreement


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


def test_an_agreement_that_nobody_proposed_is_waited_for(broker: Broker) -> None:
    broker.configure("0x" + "77" * 32)
    broker.send()
    serving = Serving(broker.site.config, broker.account, broker.chain)
    assert serving.due() is None
    assert "was not proposed yet" in serving.problem
    assert not serving.settled


def _terms(broker: Broker) -> None:
    Serving(broker.site.config, broker.account, broker.chain)._terms()
