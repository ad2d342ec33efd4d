"""Floors: hand-written Yul that changes the state as an operation does, for the least gas.

every operation of the bench has a floor but those that happen once or never, and every file of bench/floors is one
a floor
├── leaves the words that the operation leaves, as ppa packs them
├── told where the reference's floor changes the same state, within 1 % of what was measured of it
└── refuses: a day that does not come after, a register that goes back, a stranger, what another signed, a second time
"""

from dataclasses import replace

import pytest
from eth_account import Account
from eth_utils import keccak

from ppa.deployment import Deployment, Site
from ppa.records import next_word
from ppa.storage_words import (
    AccountWord,
    AgreementWord,
    ClaimsWord,
    MeterWord,
    PaymentStatus,
    PaymentWord,
    StatementFlag,
    StatementWord,
    Status,
)
from scripts.bench import OPERATIONS
from tests.evm import Chain, Stopped
from tools.gas import floors
from tools.gas.lane import METER, twenty_years
from tools.stage.agreements import CONSUMER, PRODUCER, STRANGER, demo_terms

SITES = {
    name: Site("0x" + f"{n:02x}" * 20, 1, ()) for n, name in enumerate(("EnergyCharge", "GuaranteedGeneration"), 17)
}
TERMS = twenty_years(demo_terms(Deployment(1337, "", "test", "", SITES), METER.address))
NOW, BLOCK = (TERMS.first_day + 100) * 86_400, 77
CAST = floors.Cast(TERMS, PRODUCER, CONSUMER, METER, NOW, BLOCK)
STEPS = {step.operation: step for step in floors.steps(CAST)}
ID, TODAY = CAST.id, NOW // 86_400


class Run:
    """A floor on a chain of its own."""

    def __init__(self, step: floors.Step) -> None:
        self.step = step
        self.chain = Chain(time=NOW, block=BLOCK)
        self.address = self.chain.evm.deploy(step.sender.address, step.created)

    def send(self, data: bytes | None = None, sender: str = "") -> int:
        """Gas of its transaction, for each share."""
        receipt = self.chain.send(sender or self.step.sender.address, self.address, data or self.step.data)
        return round(receipt.gas_used / self.step.shares)

    def word(self, slot: int) -> int:
        """What the slot holds."""
        return int(self.chain.evm.storage(self.address, slot) or 0)


def after(operation: str) -> Run:
    run = Run(STEPS[operation])
    run.send()
    return run


def test_every_operation_has_a_floor_and_every_file_is_one() -> None:
    assert set(STEPS) == set(OPERATIONS)
    assert {step.floor for step in STEPS.values()} == {file.stem for file in floors.FOLDER.iterdir()}


# ------------------------------------------------------------------------------------------------------------ records


@pytest.mark.parametrize("operation", ["record", "record_first", "record_first_of_month", "record_many_per_day"])
def test_records_make_the_ledgers_word(operation) -> None:
    run = after(operation)
    meter, first = int(METER.address, 16), TERMS.first_day
    word = MeterWord.unpack(STEPS[operation].words.get(meter, 0))
    for day in range(7 if operation == "record_many_per_day" else 1):
        word = next_word(word, floors.record_of(first + day, 1 + day))
    assert run.word(meter) == word.pack()
    if operation == "record_first_of_month":
        assert run.word(meter << 16 | first - 1) == STEPS[operation].words[meter]


def test_signed_records_make_each_signers_word() -> None:
    run = after("record_signed_per_meter")
    for number in (1, 50):
        meter = int(Account.from_key(number.to_bytes(32)).address, 16)
        before = MeterWord.unpack(run.step.words[meter])
        assert run.word(meter) == next_word(before, floors.record_of(TERMS.first_day, 1)).pack()


@pytest.mark.parametrize("days, generation, exported", [(0, 0, 0), (1, -1, 0), (1, 0, -1), (101, 0, 0)])
def test_a_record_that_does_not_follow_is_refused(days, generation, exported) -> None:
    for operation in ("record", "record_first_of_month", "record_many_per_day", "record_signed_per_meter"):
        run = Run(STEPS[operation])
        good = floors.record_of(TERMS.first_day - 1 + days, 0)
        bad = replace(good, generation_wh=good.generation_wh + generation, exported_wh=good.exported_wh + exported)
        data = floors.record_data(bad)
        if operation == "record_signed_per_meter":
            signer = Account.from_key((1).to_bytes(32))
            data += floors.signature(signer, keccak(floors.DOMAIN + data))
        with pytest.raises(Stopped):
            run.send(data)


# ---------------------------------------------------------------------------------------------------------- agreement


def words(run: Run) -> tuple[AgreementWord, AccountWord]:
    return AgreementWord.unpack(run.word(ID)), AccountWord.unpack(run.word(2**256 - 1 - ID))


def test_a_proposal_and_its_answers_make_the_registrys_word() -> None:
    proposed = AgreementWord(0, 0, 0, 0, 0, 0, BLOCK, 0, False, Status.PROPOSED)
    assert words(after("propose"))[0] == proposed
    assert words(after("sign"))[0] == replace(proposed, status=Status.SIGNED, signed_block=BLOCK)
    assert words(after("reject"))[0] == replace(proposed, status=Status.REJECTED)
    assert words(after("withdraw"))[0] == replace(proposed, status=Status.WITHDRAWN)
    served = after("serve")
    signed = replace(proposed, status=Status.RUNNING, signed_block=BLOCK + 1)
    assert words(served)[0] == replace(signed, closed_through=TERMS.first_day - 1)
    assert served.word(int(METER.address, 16)) == ID


@pytest.mark.parametrize("operation, closed", [("close_first", 1), ("close", 2), ("close_pending", 3)])
def test_a_close_makes_the_registrys_words(operation, closed) -> None:
    """8,400 kWh of self-consumption at 0.095 EUR: 798.00; with an act 6,423.456 kWh: 610.23, and 2.50 EUR."""
    run = after(operation)
    pending = operation == "close_pending"
    generation, exported = floors.MONTHS[closed]
    amount = 61_023 + 250 if pending else 79_800
    end = floors.month_ends(CAST)[closed]
    kept, account = words(run)
    before = sum(floors.AMOUNTS[:closed])
    signed = AgreementWord(before, generation, exported, end, end, BLOCK + 1, BLOCK, closed, False, Status.RUNNING)
    assert kept == replace(signed, balance_cents=before + amount)
    billed = generation + (123_456 if pending else 0)
    told = StatementWord(amount, billed, exported, end, end, TODAY, BLOCK, StatementFlag(0))
    assert StatementWord.unpack(run.word(ID + 1 + closed)) == told
    assert account == AccountWord(0, 0, 0, 0, 0, 1 if pending else 0)
    if operation == "close_first":
        opening = TERMS.first_day - 1
        first = StatementWord(0, *floors.MONTHS[0], opening, opening, TODAY, BLOCK, StatementFlag(0))
        assert StatementWord.unpack(run.word(ID + 1)) == first


@pytest.mark.parametrize("operation, acts", [("adjust_first", 1), ("adjust", 2)])
def test_a_correction_waits_in_the_account(operation, acts) -> None:
    before, _ = words(Run(STEPS[operation]))
    kept, account = words(after(operation))
    assert kept == replace(before, pending=True)
    assert account == AccountWord(0, 250, 123_456, 0, 0, acts)


def test_a_dispute_keeps_the_claim_to_the_cent() -> None:
    run = after("dispute")
    assert run.word(ID + 4) == run.step.words[ID + 4]
    assert ClaimsWord.unpack(run.word(2**256 - 1 - ID - 4)) == ClaimsWord(False, 0, 12_345)


def test_a_payment_moves_balance_and_cent_days() -> None:
    run = after("declare")
    (slot,) = set(STEPS["confirm"].words) - set(STEPS["declare"].words)
    assert PaymentWord.unpack(run.word(slot)) == PaymentWord(TODAY, PaymentStatus.DECLARED)
    before, _ = words(run)
    for operation, declared in (("confirm", TODAY), ("confirm_undeclared", 0)):
        paid = after(operation)
        assert PaymentWord.unpack(paid.word(slot)) == PaymentWord(declared, PaymentStatus.CONFIRMED)
        kept, account = words(paid)
        assert kept == replace(before, balance_cents=before.balance_cents - 25_000, pending=True)
        assert account == AccountWord(25_000 * (TERMS.first_day + 92 - before.closed_through), 0, 0, 0, 0, 1)


@pytest.mark.parametrize("operation", [name for name in STEPS if "record" not in name and "close" not in name])
def test_a_stranger_is_refused(operation) -> None:
    with pytest.raises(Stopped):
        Run(STEPS[operation]).send(sender=STRANGER.address)


@pytest.mark.parametrize(
    "operation",
    [
        "propose",
        "sign",
        "serve",
        "close",
        "adjust_first",
        "adjust",
        "dispute",
        "declare",
        "confirm",
        "confirm_undeclared",
    ],
)
def test_nothing_is_done_twice(operation) -> None:
    run = after(operation)
    with pytest.raises(Stopped):
        run.send()


def test_an_act_that_the_consumer_did_not_sign_is_refused() -> None:
    run = Run(STEPS["adjust"])
    with pytest.raises(Stopped):
        run.send(run.step.data[:230] + b"\x01" + run.step.data[231:])


# ---------------------------------------------------------------------------------------------------------- reference

MEASURED = {
    "record": 30_509,
    "record_many_per_day": 7_421,
    "record_signed_per_meter": 18_028,
    "propose": 50_453,
}


@pytest.mark.parametrize("operation", MEASURED)
def test_where_the_state_is_the_references_the_gas_is_within_1_percent(operation) -> None:
    """Byzantium. The reference's terms have 114 bytes."""
    step = STEPS[operation]
    if operation == "propose":
        terms = CAST.packed[:114]
        words_ = {int.from_bytes(keccak(terms)): word for slot, word in step.words.items() if slot == ID}
        step = replace(step, data=terms, words=words_)
    gas = Run(step).send()
    assert abs(gas - MEASURED[operation]) <= MEASURED[operation] / 100, (gas, MEASURED[operation])
