"""tests/vectors.json in Solidity: what Python and the browser make of each vector, the contracts make too.

each group that Solidity computes ── gives what the vector says
each group that it does not       ── is named here, with the reason
"""

import json
from datetime import date

import pytest
from eth_abi import encode
from eth_utils import keccak

from tests.contracts.signing import RIGHTS
from tests.contracts.test_signed_records import RECORD_TYPE, domain
from tests.contracts.vector_lives import life
from tests.contracts.world import CONSUMER, METER, PRODUCER, STRANGER, Clause, Terms, World, month_end
from tests.evm import NOBODY, ROOT, Chain
from tests.vectors import GROUPS as PYTHON_GROUPS

FOUND = json.loads((ROOT / "tests" / "vectors.json").read_text())["groups"]
CHAIN = Chain()
SOLIDITY, ENCODINGS = CHAIN.deploy("Libraries"), CHAIN.deploy("Encodings")
OFF_CHAIN = {
    "day_of": "dates are not the chain's",
    "period_of": "text is not the chain's",
    "days_of_month": "a clause takes it from two days",
    "local_day": "time zones are not the chain's",
    "day_bounds": "time zones are not the chain's",
    "earliest_record_time": "test_meter_ledger.py has the ledger's clock",
    "reading_leaf": "readings are not the chain's",
    "event_leaf": "readings are not the chain's",
    "day_summary": "readings are not the chain's",
    "readings_root": "readings are not the chain's",
    "share": "a clause's own arithmetic: in its lines",
    "sentence": "words are not the chain's",
    "words": "the chain has their hash alone",
}


def raw(value):
    """Bytes of a 0x text."""
    return bytes.fromhex(value[2:])


def word(value):
    """A word as the vectors write it."""
    return f"0x{value:064x}"


def month_end_after(g):
    days = SOLIDITY.termsOf([g["first_day"]], g["months"])
    return days[0]


def next_word(g):
    r = g["record"]
    fields = int(r["generation_wh"]), int(r["exported_wh"]), r["day"], raw(r["readings_root"])
    return word(SOLIDITY.nextWord(int(g["word"], 16), *fields))


def meter_word(g):
    packed = int(g["head"], 16) << 96 | int(g["generation_wh"]) << 56 | int(g["exported_wh"]) << 16 | g["day"]
    assert SOLIDITY.meterWord(packed)[:3] == (int(g["generation_wh"]), int(g["exported_wh"]), g["day"])
    return word(packed)


def packed(function, *names):
    """A word of the fields, whose order is that of the ABI's struct."""
    return lambda g: word(getattr(SOLIDITY, function)(tuple(int(g[name]) for name in names)))


def announcement_word(g):
    digest = (int(g["digest"]) << 24).to_bytes(32, "big")
    return word(SOLIDITY.packedAnnouncement((digest, bool(g["ends"]), g["day"])))


def act(g):
    a = g["act"]
    numbers = [int(a[name]) for name in ("number", "until", "generation_wh", "exported_wh", "cents", "settles")]
    signed = (*numbers, raw(a["successor"]), raw(a["reason"]))
    return "0x" + SOLIDITY.actDigest(signed, raw(g["agreement"]), g["chain_id"], g["registry"]).hex()


def request(g):
    r = g["request"]
    signed = (r["right"], *(int(r[name]) for name in ("number", "cents", "day")), raw(r["reference"]), int(r["until"]))
    right = RIGHTS[r["right"]].encode()
    return "0x" + SOLIDITY.requestDigest(signed, right, raw(g["agreement"]), g["chain_id"], g["registry"]).hex()


def tree(g):
    made = PYTHON_GROUPS["tree"](g)  # the proofs are Python's: OpenZeppelin must accept them
    for leaf, path in zip(g["leaves"], made["proofs"], strict=True):
        assert SOLIDITY.proved([raw(node) for node in path], raw(made["root"]), raw(leaf))
    return made


def signed_record(g):
    r = g["record"]
    numbers = int(g["word"], 16), int(r["generation_wh"]), int(r["exported_wh"]), r["day"]
    kinds = ["bytes32", "uint256", "uint64", "uint64", "uint16", "bytes32"]
    message = keccak(encode(kinds, [RECORD_TYPE, *numbers, raw(r["readings_root"])]))
    return "0x" + keccak(b"\x19\x01" + domain(g["ledger"].lower(), g["chain_id"]) + message).hex()


def terms_id(g):
    t = g["terms"]
    first, long_stop = (
        (date.fromisoformat(t[name]) - date(1970, 1, 1)).days for name in ("first_day", "long_stop_day")
    )
    terms = Terms(
        raw(t["words_hash"]),
        *(t[name].lower() for name in ("producer", "consumer", "meter", "arbiter")), first, t["first_month"],
        t["months"], t["dispute_days"], t["notice_days"], t["silence_days"], long_stop,
        t["currency"].encode(), t["time_zone"].encode().ljust(32, b"\0"), int(t["max_power_w"]),
        int(t["max_claim_cents"]),
        raw(t["document_hash"]),
        raw(t["supersedes"]), int(t["salt"]), tuple(Clause(c["rule"].lower(), raw(c["params"])) for c in t["clauses"]),
    )  # fmt: skip
    return "0x" + SOLIDITY.digest(terms, int(g["chain_id"]), g["registry"].lower()).hex()


def saved_index(chain, g):
    """A registry of the tests that has the index of a vector."""
    saved = chain.deploy("SavedStatements")
    for month, value in g["index"].items():
        saved.publish(int(month), int(value), sender=STRANGER)
    return saved


def params_of(g, index):
    """A clause's parameters, its index where the test has it."""
    params = raw(g["params"])
    if g["rule"] == "IndexedPrice":
        return params[:32] + raw(index).rjust(32, b"\0") + params[64:]
    return params


def line(g):
    """Called through a registry of the tests that has the statements before."""
    saved = saved_index(CHAIN, g)
    for number, (generation, exported, last_day, flags) in g["statements_before"].items():
        statement = (0, int(generation), int(exported), last_day, last_day, 0, 0, flags)
        saved.save(int(number), statement, sender=STRANGER)
    plain_names = [
        "number",
        "months",
        "opening",
        "dark_before",
        "first_day",
        "last_day",
        "boundary_day",
        "dark",
        "last",
        "waited",
    ]
    energies = ["generation_wh", "exported_wh", "generation_register_wh", "exported_register_wh"]
    fields = (*(g[name] for name in plain_names), *(int(g[name]) for name in energies))
    period = (bytes(32), *fields, 0, int(g["overdue_cent_days"]))
    cents, substituted = saved.assess(CHAIN.deploy(g["rule"]).address, period, params_of(g, saved.address))
    return {"cents": cents, "substituted": substituted}


def statements(g):
    """A whole story: an agreement proposed, recorded and closed."""
    world = World()
    index = saved_index(world.chain, g).address
    rules = tuple(Clause(world.chain.deploy(c["rule"]).address, params_of(c, index)) for c in g["clauses"])
    parties = {"producer": PRODUCER, "consumer": CONSUMER, "meter": METER, "arbiter": NOBODY}
    changes = {
        "firstDay": g["first_day"],
        "firstMonth": g["first_month"],
        "months": g["months"],
        "maxPower": int(g["max_power_w"]),
        "clauses": rules,
    }
    terms, id_ = world.running(**parties, **changes)
    for r in g["records"]:
        world.record(r["day"], int(r["generation_wh"]), int(r["exported_wh"]))
    last = month_end_after(g)
    if g["records"][-1]["day"] < last:
        world.record(month_end(last + 1), *(int(g["records"][-1][name]) for name in ("generation_wh", "exported_wh")))
    closes = [world.close(terms).events for _ in range(g["months"])]
    closed = [next(event.args for event in events if event.name == "Closed") for events in closes]
    found = []
    for number in range(g["months"] + 1):
        s = world.registry.statementOf(id_, number)
        lines, balance = (list(closed[number - 1]["lines"]), closed[number - 1]["balance"]) if number else ([], 0)
        found.append({
            "number": number, "generation_wh": s.generation, "exported_wh": s.exported, "last_day": s.lastDay,
            "boundary_day": s.boundaryDay, "flags": s.flags, "lines": lines, "amount_cents": s.amount,
            "balance_cents": balance,
        })  # fmt: skip
    return found


def encoding(function):
    """The struct of a vector, whose fields stand in its order, as Solidity encodes it."""

    def number(value):
        return value if str(value).startswith("0x") else int(value)

    def encoded(g):
        fields = (tuple(map(int, v)) if isinstance(v, list) else number(v) for v in g.values())
        return "0x" + getattr(ENCODINGS, function)(tuple(fields)).hex()

    return encoded


def plain(value):
    """Numbers as text, so that 1 and "1" are one."""
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    return str(value)


MADE = {
    "month_end": lambda g: SOLIDITY.months(g["day"], 1)[0][0],
    "month_end_after": month_end_after,
    "first_of_month": lambda g: bool(SOLIDITY.months(g["day"], 1)[2][0]),
    "months_before": lambda g: SOLIDITY.monthsBefore(g["first_day"], g["months"]),
    "meter_word": meter_word,
    "next_word": next_word,
    "signed_record": signed_record,
    "agreement_word": packed(
        "packedAgreement",
        *("status", "periods", "proposed_block", "signed_block", "boundary_day", "closed_through", "pending"),
        *("exported_wh", "generation_wh", "balance_cents"),
    ),
    "statement_word": packed(
        "packedStatement",
        *("amount_cents", "generation_wh", "exported_wh", "last_day", "boundary_day", "closed_on", "closed_block"),
        "flags",
    ),
    "account_word": packed(
        "packedAccount", "acts", "alarm_day", "exported_wh", "generation_wh", "cents", "late_cent_days"
    ),
    "claims_word": packed("packedClaims", "producer_cents", "consumer_cents", "decided"),
    "payment_word": packed("packedPayment", "status", "declared_on"),
    "notice_word": packed("packedNotice", "day", "clause", "cured", "is_final"),
    "announcement_word": announcement_word,
    "act": act,
    "request": request,
    "tree": tree,
    "terms_id": terms_id,
    "cents": lambda g: SOLIDITY.cents(int(g["wh"]), int(g["price"])),
    "escalated": lambda g: SOLIDITY.escalated(int(g["price"]), int(g["escalator_ppm"]), g["year"]),
    "degraded": lambda g: SOLIDITY.degraded(int(g["energy_wh"]), g["degradation_ppm"], g["year"]),
    "contract_year": lambda g: SOLIDITY.contractYear(g["number"]),
    "energy_charge_params": encoding("energyCharge"),
    "price_table_params": encoding("priceTable"),
    "indexed_price_params": encoding("indexedPrice"),
    "excess_energy_params": encoding("excessEnergy"),
    "guaranteed_generation_params": encoding("guaranteedGeneration"),
    "take_or_pay_params": encoding("takeOrPay"),
    "fixed_fee_params": encoding("fixedFee"),
    "late_interest_params": encoding("lateInterest"),
    "exit_table_params": encoding("exitTable"),
    "line": line,
    "statements": statements,
    "life": life,
}


@pytest.mark.parametrize("group", MADE)
def test_solidity_gives_what_the_vectors_say(group):
    for vector in FOUND[group]:
        assert plain(MADE[group](vector["given"])) == plain(vector["gives"]), f"{group}: {vector['name']}"


def test_every_group_of_vectors_is_tested_here_or_is_not_the_chains():
    assert set(FOUND) == set(PYTHON_GROUPS) == set(MADE) | set(OFF_CHAIN)
