"""i18: the events of random lives alone rebuild every word of storage (replayer.py, which knows nothing of `ppa`)."""

from pathlib import Path

import pytest

from tests.contracts.life import Lives
from tests.contracts.replayer import Replayer, mapped
from tests.evm import CHAIN_ID

STEPS = 1_000
MORE = 3  # numbers beyond the last statement: nothing stands there


def replayed(lives):
    replayer = Replayer(CHAIN_ID, lives.ledger.address, lives.registry.address)
    replayer.replay((block, time, event) for block, time, receipt in lives.trail for event in receipt.events)
    return replayer


def places(lives):
    """Every slot of the registry in which something of these lives could stand."""
    for deal in lives.deals:
        yield from (mapped(deal.id, slot) for slot in (0, 3, 4, 5, 9, 10))
        for number in range(deal.replay.periods + MORE):
            yield from (mapped(number.to_bytes(32), mapped(deal.id, slot)) for slot in (1, 8))
    for meter in lives.records:
        yield from (mapped(bytes.fromhex(meter[2:]), slot) for slot in (2, 6))


def ledger_places(lives):
    """Every slot of the ledger in which something of these lives' meters could stand."""
    for meter, records in lives.records.items():
        address = bytes.fromhex(meter[2:])
        yield mapped(address, 0)
        yield from (mapped(record.day.to_bytes(32), mapped(address, 1)) for record in records)
        yield mapped(bytes(32), mapped(address, 1))


@pytest.mark.parametrize("seed", range(200, 206))
def test_i18_events_alone_rebuild_every_word(seed):
    lives = Lives(seed, agreements=3)
    for _ in range(STEPS):
        lives.step()
    replayer, storage = replayed(lives), lives.chain.evm.storage
    expected = dict.fromkeys(places(lives), 0) | replayer.registry_words()
    for slot, word in expected.items():
        assert storage(lives.registry.address, slot) == word
    expected = dict.fromkeys(ledger_places(lives), 0) | replayer.ledger_words
    for slot, word in expected.items():
        assert storage(lives.ledger.address, slot) == word
    assert len(replayer.registry_words()) > 300


def test_the_replayer_uses_nothing_of_ppa():
    for name in ("replayer.py", "signing.py", "world.py"):
        lines = (Path(__file__).parent / name).read_text().splitlines()
        assert not [line for line in lines if line.startswith(("import ppa", "from ppa"))]
