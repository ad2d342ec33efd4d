"""`meter init`: a key, and the opening reading of both counters. Safe to run again: what is there stays."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from eth_account.signers.local import LocalAccount

from meter.accept import Limits, consistent
from meter.analyzer import Analyzer
from meter.clock import Clock
from meter.config import Config
from meter.days import close_opening, day_of_reading
from meter.errors import NotInitialised, WrongAnswer
from meter.keystore import make_keystore, open_keystore
from meter.store import Row, Side, Store
from ppa.chain import Chain
from ppa.errors import ChainError
from ppa.readings import ReadingFlag
from ppa.storage_words import MeterWord

_TRIES = 5
_EMPTY = MeterWord(0, 0, 0, 0)


@dataclass(frozen=True)
class Opening:
    """Who the meter is, and where its registers start (Wh), at UTC seconds, recorded under `day`."""

    meter: str
    time: int
    day: int
    generation_wh: int
    exported_wh: int


def initialise(
    config: Config, password: str, clock: Clock, generation: Analyzer, export: Analyzer,
    chain: Callable[[], Chain] | None = None,
) -> Opening:  # fmt: skip
    """Makes the key and the opening record, or says what was made before.

    A key that has recorded on chain, found with an empty database, goes on from its last word.
    Raises WrongPassword, AnalyzerError, ClockError.
    """
    known = config.keystore.exists()
    account = open_keystore(config.keystore, password) if known else make_keystore(config.keystore, password)
    store = Store(config.database)
    try:
        store.check()
        if store.last() is None:
            word = _last_word(config, account, chain or (lambda: Chain(config.chain.rpc))) if known else _EMPTY
            _open(config, store, account, word, clock, generation, export)
        return opening_of(store, account)
    finally:
        store.close()


def opening_of(store: Store, account: LocalAccount) -> Opening:
    """The opening of a database. Raises NotInitialised if it has none, or is another key's."""
    first = store.rows("SELECT time FROM readings ORDER BY time LIMIT 1")
    if not first or store.meta("meter") != account.address:
        raise NotInitialised(
            f"The database is of the meter {store.meta('meter')}, the keystore of {account.address}: "
            "they do not belong together. Check data_dir and keystore."
        )
    row = store.readings(limit=1)[0]
    return Opening(account.address, row.time, row.day, row.generation.register_wh, row.export.register_wh)


def _open(
    config: Config,
    store: Store,
    account: LocalAccount,
    word: MeterWord,
    clock: Clock,
    generation: Analyzer,
    export: Analyzer,
) -> None:
    counters = [confirmed(a, config.max_power_w) for a in (generation, export)]
    registers = counters if word.is_empty else [word.generation_wh, word.exported_wh]
    at = clock.now().time
    sides = [Side(raw, raw, register, True) for raw, register in zip(counters, registers, strict=True)]
    day = day_of_reading(at, config.time_zone) - (1 if word.is_empty else 0)
    flags = ReadingFlag.OPENING if word.is_empty else ReadingFlag.EPOCH
    row = Row(at, day, sides[0], sides[1], int(flags))
    with store.transaction():
        store.add(row)
        if word.is_empty:
            close_opening(store, row, config.digest())
        store.set_meta("start_word", str(word.pack()))
        store.set_meta("meter", account.address)
        store.set_meta("configuration_hash", config.digest().hex())


def confirmed(analyzer: Analyzer, max_power_w: int) -> int:
    """A counter with nothing to compare it with: two reads in a row must agree. Raises an AnalyzerError."""
    limits = Limits(max_power_w, analyzer.profile.unit_wh)
    before, at = analyzer.read_wh(), time.monotonic()
    for _ in range(_TRIES):
        value, now = analyzer.read_wh(), time.monotonic()
        if consistent(before, value, math.ceil(now - at), limits):
            return value
        before, at = value, now
    raise WrongAnswer(analyzer.profile.name, f"gave {_TRIES + 1} values of which no two in a row agree")


def _last_word(config: Config, account: LocalAccount, chain: Callable[[], Chain]) -> MeterWord:
    try:
        return chain().word_of(config.chain.ledger, account.address)
    except ChainError as problem:
        raise NotInitialised(
            f"The keystore was used before, but the database is empty; whether {account.address} has recorded must be "
            f"asked from the chain, and that failed: {problem}"
        ) from problem
