"""The process with the key: records, one transaction in flight, the same bytes until the chain has them.

A transaction is signed once and stored with its nonce before it is sent (at a gas price of zero a wrong one cannot be
replaced). What counts as done is what the ledger's word says, so a lost receipt or a killed process doubles nothing.
"""

import logging
import time
from collections.abc import Callable

from eth_account.signers.local import LocalAccount

from meter.config import Config
from meter.delivery import Delivery
from meter.errors import LedgerDisagrees, SendingError
from meter.outbox import Outbox
from meter.preflight import check_chain
from meter.serving import Serving
from meter.store import Store
from meter.upload import Uploads
from ppa.calendar import date_of, earliest_record_time
from ppa.chain import Chain
from ppa.errors import ChainError
from ppa.records import DailyRecord

log = logging.getLogger("meter.sender")

MOST_DAYS = 31  # in one recordMany, after an outage
BACKLOG_DAYS = 3  # up to so many waiting days go one by one
_AT_ONCE = 0  # a replay's block time that gives the next block the second after the newest one
_RECORD_GAS = 100_000
_EACH_GAS = 50_000
_PAUSES_S = (0.2, 0.5, 1, 2, 5, 15, 60)


class Sender:
    """Brings closed days to the ledger, answers the agreement, posts days to the platform."""

    def __init__(
        self, config: Config, store: Store, account: LocalAccount, chain: Chain,
        uploads: Uploads | None = None, utc: Callable[[], float] = time.time,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:  # fmt: skip
        self._config, self._store, self._account, self._chain = config, store, account, chain
        self._uploads, self._utc, self._pause = uploads, utc, pause
        self._outbox = Outbox(store)
        self._outbox.forget_refusals()
        self._serving = Serving(config, account, chain)
        self._delivery = Delivery(config, self._outbox, account, chain, self._confirm, pause)
        self._recorded = -1
        self._checked = False
        self._problem = store.meta("problem_chain") or ""

    def run(self, stopped: Callable[[], bool]) -> bool:
        """Sends until told to stop (False) or, at the end of a replay, nothing is left (True)."""
        fails = 0
        while not stopped():
            try:
                busy = self.step()
                fails = 0
                self._say("")
                if not busy and self._finished():
                    return True
            except (ChainError, SendingError) as problem:
                self._checked, busy = False, False
                self._say(str(problem))
                fails += 1
            if not busy:
                longest = 3 if self._config.replay else len(_PAUSES_S) - 1
                self._pause(_PAUSES_S[min(fails, longest)] if fails else self._idle_s())
        return False

    def step(self) -> bool:
        """Does the next thing; False if there was none. Raises ChainError or SendingError; nothing is lost by it."""
        if not self._checked:
            check_chain(self._config, self._chain, self._store)
            self._confirm()
            self._checked = True
        out = self._outbox.in_flight()
        if out is not None:
            self._delivery.settle(out)
            self._confirm()
            return True
        if self._recorded >= 0 and self._serve():
            return True
        waiting = self._outbox.waiting(self._recorded)
        if waiting:
            self._record(waiting[: MOST_DAYS if len(waiting) > BACKLOG_DAYS and self._recorded >= 0 else 1])
            return True
        return self._uploads is not None and self._uploads.step(self._outbox, self._store, self._recorded)

    def _confirm(self) -> int:
        """The last recorded day is what the ledger's word says, and that must be ours. Raises LedgerDisagrees."""
        ledger = self._config.chain.ledger
        word = self._chain.word_of(ledger, self._account.address)
        if word.is_empty and self._outbox.start_word().is_empty:
            recorded = -1
        elif word == self._outbox.word_at(word.day):
            recorded = word.day
        else:
            raise LedgerDisagrees(
                f"The ledger {ledger} has other records of {self._account.address} (the last of {date_of(word.day)}) "
                "than this database: the key was used elsewhere, or the database is an old copy. Nothing is sent."
            )
        if recorded < self._outbox.last_done():
            log.warning("the chain went back to day %d; sending the same bytes again", recorded)
            self._outbox.reopen(recorded)
        self._recorded = recorded
        return recorded

    def _record(self, waiting: list[tuple[DailyRecord, int]]) -> None:
        records = [record for record, _ in waiting]
        block_time = waiting[-1][1]
        now = block_time if self._config.replay else max(self._chain.head()[1], int(self._utc()))
        over = [record for record in records if earliest_record_time(record.day) <= now]
        if not over:
            raise SendingError(
                f"{date_of(records[0].day)} is not over yet anywhere on Earth by the chain's clock: "
                "its record waits. Check this board's date."
            )
        self._confirm()
        if over[0].day <= self._recorded:
            return
        ledger, chain = self._config.chain.ledger, self._chain
        if len(over) == 1:
            one = over[0]
            args = (one.generation_wh, one.exported_wh, one.day, one.readings_root)
            call, gas = chain.function("MeterLedger", ledger, "record", *args), _RECORD_GAS
        else:
            call = chain.function("MeterLedger", ledger, "recordMany", [record.as_tuple() for record in over])
            gas = _RECORD_GAS + _EACH_GAS * len(over)
        self._delivery.dispatch("record", call, gas, block_time, over[0].day, over[-1].day)
        self._confirm()

    def _serve(self) -> bool:
        call = self._serving.due()
        if call is None:
            return False
        gas = self._chain.estimate(self._account.address, call)
        self._delivery.dispatch("serve", call, gas, _AT_ONCE)
        return True

    def _finished(self) -> bool:
        return (
            self._store.meta("replay_over") == "1"
            and not self._outbox.waiting(self._recorded)
            and self._serving.settled
            and (self._uploads is None or self._uploads.settled(self._outbox, self._recorded))
        )

    def _idle_s(self) -> float:
        return 0.03 if self._config.replay else 2.0

    def _say(self, problem: str) -> None:
        problem = problem or self._serving.problem
        if problem != self._problem:
            self._problem = problem
            self._store.set_meta("problem_chain", problem)
            if problem:
                log.warning("%s", problem)
