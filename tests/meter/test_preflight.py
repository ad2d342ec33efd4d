"""The wrong chain, on a real Anvil: nothing is signed, and it says why.

given a chain
    when its id, or its genesis, is another: refused
    when there is no code at an address, or the registry reads another ledger: refused
    when a replay clock is configured and it is not an embedded one: refused
"""

from dataclasses import replace

import pytest

from meter.errors import NotEmbedded, SendingError
from meter.preflight import check_chain
from ppa.errors import NoCode, WrongChain
from tests.meter.broker import Broker
from tests.meter.chains import STRANGER, Deployed


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
    name = "MeterLedger" if which == "ledger" else "PPARegistry"
    sentence = f"There is no {name} at {STRANGER.address} on this chain: check the address and the network."
    with pytest.raises(NoCode, match=sentence):
        broker.sender.step()
    assert broker.outbox.next_nonce() == 0


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
