"""A broker at a plant with a sender on a real chain; the test lets days pass and processes die."""

import time
from dataclasses import replace
from pathlib import Path

from meter.keystore import open_keystore
from meter.outbox import Outbox
from meter.sender import Sender
from ppa.chain import Chain
from ppa.records import EMPTY, replay
from tests.meter.chains import Deployed
from tests.meter.world import PASSWORD, Site


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

    def mined(self, transactions: int) -> None:
        """Waits until the chain has so many of the meter's transactions: a node answers a sender before its block."""
        for _ in range(500):
            if self.chain.nonce(self.account.address, "latest") == transactions:
                return
            time.sleep(0.01)
        raise AssertionError(f"{transactions} transactions were not mined")

    def recorded(self) -> list[int]:
        """The days on chain; checked against the database, head included."""
        found = self.chain.records(self.node.ledger, self.account.address)
        records = [logged.record for logged in found]
        assert records == self.site.store.records()[: len(records)]
        assert self.chain.word_of(self.node.ledger, self.account.address) == replay(EMPTY, records)
        return [record.day for record in records]

    def all_days(self) -> list[int]:
        return [record.day for record in self.site.store.records()]
