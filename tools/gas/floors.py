"""The least gas that an operation's state changes can cost: Yul by hand in `bench/floors`, beside the contracts.

A floor takes packed calldata, asks no other contract and leaves out what its head says; it reads and writes as many
slots as the operation, and keeps the same words. Its storage begins as the operation finds it: the words are laid down
by what creates it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from eth_account import Account
from eth_account.signers.local import LocalAccount
from eth_typing import Hash32
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from ppa.chain import Call, Chain
from ppa.records import DailyRecord, compact_signature
from ppa.storage_words import (
    AccountWord,
    AgreementWord,
    MeterWord,
    PaymentStatus,
    PaymentWord,
    StatementFlag,
    StatementWord,
    Status,
)
from ppa.terms import Terms
from tools.solidity.builds import ROOT, asked

FOLDER = ROOT / "bench" / "floors"
DOMAIN = bytes.fromhex("5f01ac7a11f1002c0de5019ac75f01ac7a11f1002c0de5019ac75f01ac7a11f1")
FOREVER = 2**63
GAS = 8_000_000
OBJECT = """object "Floor" {{
    code {{
        let size := datasize("Floor")
        codecopy(0, size, sub(codesize(), size))
        for {{ let at := 0 }} lt(at, sub(codesize(), size)) {{ at := add(at, 64) }} {{
            sstore(mload(at), mload(add(at, 32)))
        }}
        datacopy(0, dataoffset("runtime"), datasize("runtime"))
        return(0, datasize("runtime"))
    }}
    object "runtime" {{
        code {code}
    }}
}}"""


@cache
def creation(name: str) -> bytes:
    """What creates a floor, without the words that follow it: slot and word, 32 bytes each."""
    return compiled((FOLDER / f"{name}.yul").read_text())


def compiled(code: str) -> bytes:
    """What creates a contract of this Yul, with the words that follow it in its storage."""
    question = {
        "language": "Yul",
        "sources": {"yul": {"content": OBJECT.format(code=code)}},
        "settings": {
            "evmVersion": "byzantium",
            # Not `constantOptimizer`: it computes large constants anew, with a dear EXP, to make code smaller.
            "optimizer": {"enabled": True, "details": {"yul": True, "constantOptimizer": False}},
            "outputSelection": {"*": {"*": ["evm.bytecode.object"]}},
        },
    }
    return bytes.fromhex(asked(question)["contracts"]["yul"]["Floor"]["evm"]["bytecode"]["object"])


@dataclass(frozen=True)
class Step:
    """An operation's floor: who sends what to which code, and the words that it finds."""

    operation: str
    floor: str
    sender: LocalAccount
    data: bytes
    words: dict[int, int] = field(default_factory=dict)
    shares: int = 1

    @property
    def created(self) -> bytes:
        """What creates it with its words."""
        return creation(self.floor) + b"".join(_word(slot) + _word(word) for slot, word in self.words.items())


@dataclass(frozen=True)
class Cast:
    """Who acts, under which terms, when: `now` is the second of the blocks that follow, `block` about their number."""

    terms: Terms
    producer: LocalAccount
    consumer: LocalAccount
    meter: LocalAccount
    now: int
    block: int

    @property
    def packed(self) -> bytes:
        """The terms in 217 bytes: those of an energy charge and a guarantee."""
        terms = self.terms
        people = b"".join(bytes.fromhex(a[2:]) for a in (terms.producer, terms.consumer, terms.meter))
        numbers = ((terms.first_day, 2), (terms.months, 2), (terms.dispute_days, 2))
        text = f"{terms.currency}{terms.time_zone}".encode().ljust(16)
        parts = [people, *(n.to_bytes(size) for n, size in numbers), text, terms.max_power_w.to_bytes(8)]
        parts.append(terms.salt.to_bytes(4))
        for clause, sizes in zip(terms.clauses, ((8, 4, 1), (8, 2, 4, 8)), strict=True):
            values = (clause.params[i : i + 32] for i in range(0, len(clause.params), 32))
            parts += [bytes.fromhex(clause.rule[2:]), *(v[-size:] for v, size in zip(values, sizes, strict=True))]
        days = (terms.first_month, terms.notice_days, terms.silence_days, terms.long_stop_day)
        parts += [terms.words_hash, *(n.to_bytes(2) for n in days), terms.max_claim_cents.to_bytes(8)]
        return b"".join(parts)

    @property
    def id(self) -> int:
        """The agreement's slot."""
        return int.from_bytes(keccak(self.packed))


def steps(cast: Cast) -> Iterator[Step]:
    """Every operation's floor, in its order."""
    yield from _records(cast)
    yield from _signing(cast)
    yield from _closing(cast)
    yield from _rest(cast)


GENERATION, EXPORTED = 1_234_567_000, 456_700_000
READINGS = bytes(range(1, 33))
BEFORE = MeterWord(int.from_bytes(READINGS[:20]), GENERATION, EXPORTED, 0)


def record_data(record: DailyRecord) -> bytes:
    """A record in 44 bytes."""
    return (
        record.generation_wh.to_bytes(5)
        + record.exported_wh.to_bytes(5)
        + record.day.to_bytes(2)
        + record.readings_root
    )


def record_of(day: int, later: int) -> DailyRecord:
    """A day's record, `later` days after GENERATION and EXPORTED."""
    return DailyRecord(day, GENERATION + 377_777 * later, EXPORTED + 98_700 * later, READINGS)


def at(word: MeterWord, day: int) -> int:
    """The word of that day."""
    return MeterWord(word.head, word.generation_wh, word.exported_wh, day).pack()


def _records(cast: Cast) -> Iterator[Step]:
    meter, day = int(cast.meter.address, 16), cast.terms.first_day
    today = record_data(record_of(day, 1))
    before = {meter: at(BEFORE, day - 1)}
    yield Step("record", "record", cast.meter, today, before)
    yield Step("record_first_of_month", "record_first_of_month", cast.meter, today, before)
    yield Step("record_first", "record", cast.meter, today)
    week = b"".join(record_data(record_of(day + i, 1 + i)) for i in range(7))
    yield Step("record_many_per_day", "record_many", cast.meter, week, before, 7)
    meters = [Account.from_key(number.to_bytes(32)) for number in range(1, 51)]
    digest = keccak(DOMAIN + today)
    signed = b"".join(today + signature(meter, digest) for meter in meters)
    words = {int(meter.address, 16): at(BEFORE, day - 1) for meter in meters}
    yield Step("record_signed_per_meter", "record_signed", cast.producer, signed, words, 50)


def signature(who: LocalAccount, digest: bytes) -> bytes:
    """A compact signature (EIP-2098), 64 bytes."""
    signed = who.unsafe_sign_hash(Hash32(digest))
    return b"".join(compact_signature(signed.r, signed.s, signed.v - 27))


def agreement(cast: Cast, status: Status, periods: int = 0, *, pending: bool = False) -> AgreementWord:
    """An agreement's word after so many months of 12, 12 and 9 MWh, as the operation finds it."""
    signed = cast.block + 1 if status >= Status.SIGNED else 0
    if status < Status.RUNNING:
        return AgreementWord(0, 0, 0, 0, 0, signed, cast.block, 0, pending, status)
    end = month_ends(cast)[periods]
    registers, boundary = (MONTHS[periods], end) if periods else ((0, 0), 0)
    balance = sum(AMOUNTS[: periods + 1])
    return AgreementWord(balance, *registers, end, boundary, signed, cast.block, periods, pending, status)


MONTHS = [(GENERATION + m * 10**6, EXPORTED + m * 3 * 10**5) for m in (0, 12, 24, 33)]
AMOUNTS = (0, 79_800, 79_800, 59_850)


def month_ends(cast: Cast) -> list[int]:
    """The day before the first, and the last days of the quarter after it."""
    return [cast.terms.first_day + days for days in (-1, 30, 61, 91)]


def statement(cast: Cast, number: int) -> StatementWord:
    """A statement's word, closed a while ago."""
    end = month_ends(cast)[number]
    return StatementWord(
        AMOUNTS[number], *MONTHS[number], end, end, cast.now // 86_400 - 1, cast.block, StatementFlag(0)
    )


def _signing(cast: Cast) -> Iterator[Step]:
    yield Step("propose", "propose", cast.producer, cast.packed)
    document = bytes.fromhex(cast.meter.address[2:]) + b"\x17" * 32
    yield Step("propose_document", "propose", cast.producer, cast.packed + document)
    proposed = {cast.id: agreement(cast, Status.PROPOSED).pack()}
    for operation, sender, status in (
        ("sign", cast.consumer, Status.SIGNED),
        ("reject", cast.consumer, Status.REJECTED),
        ("withdraw", cast.producer, Status.WITHDRAWN),
    ):
        yield Step(operation, "answer", sender, cast.packed + bytes([status]), proposed)
    yield Step("serve", "serve", cast.meter, cast.packed, {cast.id: agreement(cast, Status.SIGNED).pack()})


def account(acts: int, generation_wh: int = 0, cents: int = 0) -> AccountWord:
    """An account after so many acts, with what waits for the next statement."""
    return AccountWord(0, cents, generation_wh, 0, 0, acts)


def running(cast: Cast, periods: int, waits: AccountWord | None = None) -> dict[int, int]:
    """The words of an agreement that runs, and its meter's at the ends of months; `waits`: its account."""
    meter = int(cast.meter.address, 16) << 16
    ends = zip(month_ends(cast), MONTHS, strict=True)
    words = {meter | day: MeterWord(BEFORE.head, *registers, day).pack() for day, registers in ends}
    pending = waits is not None and waits.cents != 0
    words[cast.id] = agreement(cast, Status.RUNNING, periods, pending=pending).pack()
    if periods:
        words |= {cast.id + 1 + n: statement(cast, n).pack() for n in range(periods + 1)}
    if waits is not None:
        words[account_slot(cast)] = waits.pack()
    return words


def account_slot(cast: Cast) -> int:
    """Where a floor keeps the account."""
    return 2**256 - 1 - cast.id


CORRECTED_WH, CREDITED = 123_456, 250


def _closing(cast: Cast) -> Iterator[Step]:
    waits = account(1, CORRECTED_WH, CREDITED)
    for operation, periods, found in (("close_first", 0, None), ("close", 1, None), ("close_pending", 2, waits)):
        data = cast.packed + month_ends(cast)[periods + 1].to_bytes(2)
        yield Step(operation, "close", cast.consumer, data, running(cast, periods, found))


def act_data(cast: Cast, number: int) -> bytes:
    """An act in 64 bytes and the consumer's signature."""
    fields = ((number, 4), (FOREVER, 8), (CORRECTED_WH, 6), (0, 6), (CREDITED, 7))
    act = b"".join(n.to_bytes(size) for n, size in fields) + READINGS
    digest = keccak(b"\x19\x01" + DOMAIN + keccak(cast.id.to_bytes(32) + act))
    return act + signature(cast.consumer, digest)


def _rest(cast: Cast) -> Iterator[Step]:
    yield Step("adjust_first", "act", cast.producer, cast.packed + act_data(cast, 1), running(cast, 2))
    words = running(cast, 3, account(1))
    yield Step("adjust", "act", cast.producer, cast.packed + act_data(cast, 2), words)
    claim = (3).to_bytes(2) + (-12_345).to_bytes(7, signed=True) + READINGS
    yield Step("dispute", "dispute", cast.consumer, cast.packed + claim, words)
    payment = (25_000).to_bytes(7) + (cast.terms.first_day + 92).to_bytes(2) + READINGS
    yield Step("declare", "declare", cast.consumer, cast.packed + payment, words)
    declared = {payment_slot(cast, payment): PaymentWord(cast.now // 86_400, PaymentStatus.DECLARED).pack()}
    yield Step("confirm", "confirm", cast.producer, cast.packed + payment, words | declared)
    yield Step("confirm_undeclared", "confirm", cast.producer, cast.packed + payment, words)


def payment_slot(cast: Cast, payment: bytes) -> int:
    """Where a floor keeps a payment."""
    return int.from_bytes(keccak(cast.id.to_bytes(32) + payment))


def measured(chain: Chain, cast: Cast) -> dict[str, int]:
    """Gas of every operation's floor on a chain."""
    return {step.operation: round(_gas(chain, step) / step.shares) for step in steps(cast)}


def _gas(chain: Chain, step: Step) -> int:
    created = chain.transact(step.sender, Call(None, step.created), gas=GAS)
    return chain.transact(step.sender, Call(to_checksum_address(str(created.contract)), step.data), gas=GAS).gas_used


def _word(value: int) -> bytes:
    return value.to_bytes(32)
