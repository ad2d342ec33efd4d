"""What the sender must not lose: signed transactions with their nonces, and which days the platform has."""

from dataclasses import dataclass

from meter.store import Store
from ppa.records import DailyRecord, replay
from ppa.storage_words import MeterWord

SIGNED, SENT, DONE, REVERTED = "SIGNED", "SENT", "DONE", "REVERTED"


@dataclass(frozen=True)
class Outgoing:
    """A signed transaction. `kind` "record" has the days first to last; "serve" has none (0, 0)."""

    nonce: int
    kind: str
    first_day: int
    last_day: int
    hash: str
    raw: bytes
    block_time: int
    state: str = SIGNED


class Outbox:
    """The sender's tables."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._word = (-1, self.start_word())

    def keep(self, out: Outgoing) -> None:
        """Keeps a transaction before it is sent."""
        with self._store.transaction():
            self._store.run(
                "INSERT INTO outbox_tx VALUES (?,?,?,?,?,?,?,?,NULL)",
                *(out.nonce, out.kind, out.first_day, out.last_day, out.hash, out.raw, out.block_time, out.state),
            )

    def mark(self, out: Outgoing, state: str, block: int | None = None) -> None:
        """What became of a transaction."""
        with self._store.transaction():
            self._store.run("UPDATE outbox_tx SET state = ?, block = ? WHERE nonce = ?", state, block, out.nonce)

    def in_flight(self) -> Outgoing | None:
        """The oldest transaction that is not finished."""
        found = self._store.rows(
            "SELECT nonce, kind, first_day, last_day, hash, raw, block_time, state FROM outbox_tx"
            " WHERE state IN ('SIGNED', 'SENT') ORDER BY nonce LIMIT 1"
        )
        return Outgoing(*found[0]) if found else None

    def next_nonce(self) -> int:
        """One after the last that was used here."""
        return int(self._store.rows("SELECT coalesce(max(nonce), -1) + 1 FROM outbox_tx")[0][0])

    def last_done(self) -> int:
        """The last day whose record is on chain, as far as is known; -1 for none."""
        query = "SELECT coalesce(max(last_day), -1) FROM outbox_tx WHERE kind = 'record' AND state = 'DONE'"
        return int(self._store.rows(query)[0][0])

    def reopen(self, after_day: int) -> None:
        """The chain went back to `after_day`: what was done after it is sent again, the same bytes."""
        with self._store.transaction():
            self._store.run(
                "UPDATE outbox_tx SET state = 'SENT' WHERE state = 'DONE'"
                " AND nonce >= (SELECT min(nonce) FROM outbox_tx"
                " WHERE state = 'DONE' AND kind = 'record' AND last_day > ?)",
                after_day,
            )

    def served(self) -> bool:
        """Whether a `serve` succeeded."""
        return bool(self._store.rows("SELECT 1 FROM outbox_tx WHERE kind = 'serve' AND state = 'DONE'"))

    def start_word(self) -> MeterWord:
        """The meter's word before the first record of this database."""
        return MeterWord.unpack(int(self._store.meta("start_word") or 0))

    def word_at(self, day: int) -> MeterWord:
        """The word that our records up to a day make."""
        known_day, word = self._word if self._word[0] <= day else (-1, self.start_word())
        records = [record for record in self._store.records(known_day) if record.day <= day]
        word = replay(word, records)
        self._word = (records[-1].day if records else known_day, word)
        return word

    def waiting(self, after_day: int) -> list[tuple[DailyRecord, int]]:
        """Closed days after one, in order, each with the UTC seconds at which it was closed."""
        closed = dict(self._store.rows("SELECT day, closed_at FROM days WHERE day > ?", after_day))
        return [(record, closed[record.day]) for record in self._store.records(after_day)]

    def to_upload(self, up_to_day: int) -> int | None:
        """The first recorded day that the platform has not answered for."""
        found = self._store.rows(
            "SELECT min(day) FROM days WHERE day <= ? AND day NOT IN (SELECT day FROM outbox_days)", up_to_day
        )
        day: int | None = found[0][0]
        return day

    def forget_refusals(self) -> None:
        """Lets refused days be offered again: after a start, something may have been put right."""
        with self._store.transaction():
            self._store.run("DELETE FROM outbox_days WHERE state = 'REFUSED'")

    def uploaded(self, day: int, state: str, answer: str) -> None:
        """The platform's last word on a day: STORED or REFUSED."""
        with self._store.transaction():
            self._store.run("INSERT OR REPLACE INTO outbox_days VALUES (?, ?, ?)", day, state, answer)
