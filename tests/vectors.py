"""Each group of tests/vectors.json as a function of ppa: what is given to what it gives."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from ppa import calendar, money, readings, tree
from ppa.acts import Act
from ppa.clauses import KNOWN, Told, read
from ppa.clauses.kind import Line
from ppa.days import leaf_from_json, summary_from_json
from ppa.errors import NoIndexValue, NoSuchStatement
from ppa.records import DailyRecord, next_word, signed_digest
from ppa.requests import Request, Right
from ppa.statements import Period, Statement
from ppa.storage_words import (
    AccountWord,
    AgreementWord,
    AnnouncementWord,
    ClaimsWord,
    MeterWord,
    NoticeWord,
    PaymentWord,
    StatementFlag,
    StatementWord,
    Word,
)
from ppa.terms import Clause, Terms
from ppa.termsfile import terms_from_json
from ppa.verify.recompute import recompute
from tests import wordings
from tests.vector_lives import life


def _hex(value: bytes | int) -> str:
    return "0x" + (value if isinstance(value, bytes) else value.to_bytes(32)).hex()


def _bytes(value: str) -> bytes:
    return bytes.fromhex(value[2:])


def _bounds(g: Mapping[str, Any]) -> dict[str, int]:
    start, end = calendar.day_bounds(g["day"], g["time_zone"])
    return {"start": start, "end": end}


def _tree(g: Mapping[str, Any]) -> dict[str, Any]:
    leaves = [_bytes(leaf) for leaf in g["leaves"]]
    proofs = [[_hex(node) for node in tree.proof(leaves, i)] for i in range(len(leaves))]
    return {"root": _hex(tree.root(leaves)), "proofs": proofs}


def _meter_word(g: Mapping[str, Any]) -> str:
    return _hex(MeterWord(int(g["head"], 16), int(g["generation_wh"]), int(g["exported_wh"]), g["day"]).pack())


def _next_word(g: Mapping[str, Any]) -> str:
    r = g["record"]
    record = DailyRecord(r["day"], int(r["generation_wh"]), int(r["exported_wh"]), _bytes(r["readings_root"]))
    return _hex(next_word(MeterWord.unpack(int(g["word"], 16)), record).pack())


def _signed_record(g: Mapping[str, Any]) -> str:
    r = g["record"]
    record = DailyRecord(r["day"], int(r["generation_wh"]), int(r["exported_wh"]), _bytes(r["readings_root"]))
    return _hex(signed_digest(int(g["chain_id"]), g["ledger"], MeterWord.unpack(int(g["word"], 16)), record))


def _numbers(g: Mapping[str, Any]) -> dict[str, int]:
    return {key: int(value) for key, value in g.items()}


def _word(kind: type[Word]) -> Callable[[Mapping[str, Any]], str]:
    def packed(g: Mapping[str, Any]) -> str:
        """The word of the fields in the vector, checked to give them back."""
        word = kind(**_numbers(g)).pack()
        assert kind.unpack(word).pack() == word
        return _hex(word)

    return packed


def _signed(message: type[Act] | type[Request], name: str) -> Callable[[Mapping[str, Any]], str]:
    def digest(g: Mapping[str, Any]) -> str:
        given = {key: _bytes(value) if key in _HASHES else int(value) for key, value in g[name].items()}
        if message is Request:
            given["right"] = Right(given["right"])
        return _hex(message(**given).digest(_bytes(g["agreement"]), int(g["chain_id"]), g["registry"]))

    return digest


_HASHES = ("successor", "reason", "reference")


def _terms_id(g: Mapping[str, Any]) -> str:
    return _hex(terms_from_json(g["terms"]).digest(int(g["chain_id"]), g["registry"]))


def _params(rule: str) -> Callable[[Mapping[str, Any]], str]:
    def given(value: Any) -> Any:
        if isinstance(value, list):
            return tuple(map(int, value))
        return value if str(value).startswith("0x") else int(value)

    return lambda g: _hex(KNOWN[rule](**{name: given(value) for name, value in g.items()}).params())


def _index(g: Mapping[str, Any]) -> Callable[[str, int], int]:
    def published(index: str, month: int) -> int:
        if str(month) not in g["index"]:
            raise NoIndexValue(index, month)
        return int(g["index"][str(month)])

    return published


def _line(g: Mapping[str, Any]) -> dict[str, Any]:
    energies = ("generation_wh", "exported_wh", "generation_register_wh", "exported_register_wh", "overdue_cent_days")
    plain = ("number", "months", "opening", "dark_before", "first_day", "last_day", "boundary_day")
    given = {name: int(g[name]) for name in (*plain, *energies)}
    given |= {name: bool(g[name]) for name in ("dark", "last", "waited")}
    period = Period(agreement=bytes(32), balance_cents=0, **given)

    def statements(number: int) -> Statement:
        if str(number) not in g["statements_before"]:
            raise NoSuchStatement(number)
        generation, exported, last_day, flags = map(int, g["statements_before"][str(number)])
        return Statement(number, 0, generation, exported, last_day, last_day, 0, 0, StatementFlag(flags))

    line = read(g["rule"], _bytes(g["params"])).line(period, Told(statements, _index(g)))
    return {"cents": line.cents, "substituted": line.substituted}


def _sentence(g: Mapping[str, Any]) -> dict[str, str]:
    clause = read(g["rule"], _bytes(g["params"]))
    return {"es": clause.sentence("es"), "en": clause.sentence("en")}


def _statements(g: Mapping[str, Any]) -> list[dict[str, Any]]:
    clauses = [read(clause["rule"], _bytes(clause["params"])) for clause in g["clauses"]]
    parties = ["0x" + f"{n:040x}" for n in (1, 2, 3)]
    rules = tuple(Clause(parties[0], clause.params()) for clause in clauses)
    term = g["first_day"], g["months"], int(g["max_power_w"])
    terms = Terms(*parties, *term, rules, first_month=g["first_month"])
    records = [DailyRecord(r["day"], int(r["generation_wh"]), int(r["exported_wh"]), bytes(32)) for r in g["records"]]

    def line(i: int, period: Period, earlier: Callable[[int], Statement]) -> Line:
        return clauses[i].line(period, Told(earlier, _index(g)))

    done = recompute(terms, bytes(32), records, line)
    return [
        {
            "number": d.statement.number,
            "generation_wh": d.statement.generation_wh,
            "exported_wh": d.statement.exported_wh,
            "last_day": d.statement.last_day,
            "boundary_day": d.statement.boundary_day,
            "flags": int(d.statement.flags),
            "lines": list(d.lines),
            "amount_cents": d.statement.amount_cents,
            "balance_cents": d.balance_cents,
        }
        for d in done
    ]


GROUPS: dict[str, Callable[[Mapping[str, Any]], Any]] = {
    "day_of": lambda g: calendar.day_of(date.fromisoformat(g["date"])),
    "month_end": lambda g: calendar.month_end(g["day"]),
    "month_end_after": lambda g: calendar.month_end_after(g["first_day"], g["months"]),
    "months_before": lambda g: calendar.months_before(g["first_day"], g["months"]),
    "days_of_month": lambda g: calendar.days_of_month(g["day"]),
    "first_of_month": lambda g: calendar.is_first_of_month(g["day"]),
    "period_of": lambda g: calendar.period_of(g["day"]),
    "local_day": lambda g: calendar.local_day(g["time"], g["time_zone"]),
    "day_bounds": _bounds,
    "earliest_record_time": lambda g: calendar.earliest_record_time(g["day"]),
    "meter_word": _meter_word,
    "next_word": _next_word,
    "signed_record": _signed_record,
    "agreement_word": _word(AgreementWord),
    "statement_word": _word(StatementWord),
    "account_word": _word(AccountWord),
    "claims_word": _word(ClaimsWord),
    "payment_word": _word(PaymentWord),
    "notice_word": _word(NoticeWord),
    "announcement_word": _word(AnnouncementWord),
    "act": _signed(Act, "act"),
    "request": _signed(Request, "request"),
    "reading_leaf": lambda g: _hex(leaf_from_json(g).leaf()),
    "event_leaf": lambda g: _hex(leaf_from_json(g).leaf()),
    "tree": _tree,
    "day_summary": lambda g: _hex(summary_from_json(g).digest()),
    "readings_root": lambda g: _hex(readings.readings_root(_bytes(g["summary"]), _bytes(g["tree_root"]))),
    "terms_id": _terms_id,
    "cents": lambda g: money.cents(int(g["wh"]), int(g["price"])),
    "escalated": lambda g: money.escalated(int(g["price"]), g["escalator_ppm"], g["year"]),
    "degraded": lambda g: money.degraded(int(g["energy_wh"]), g["degradation_ppm"], g["year"]),
    "share": lambda g: money.share(int(g["amount"]), int(g["part"]), int(g["whole"])),
    "contract_year": lambda g: money.contract_year(g["number"]),
    "energy_charge_params": _params("EnergyCharge"),
    "price_table_params": _params("PriceTable"),
    "indexed_price_params": _params("IndexedPrice"),
    "excess_energy_params": _params("ExcessEnergy"),
    "guaranteed_generation_params": _params("GuaranteedGeneration"),
    "take_or_pay_params": _params("TakeOrPay"),
    "fixed_fee_params": _params("FixedFee"),
    "late_interest_params": _params("LateInterest"),
    "exit_table_params": _params("ExitTable"),
    "line": _line,
    "sentence": _sentence,
    "words": wordings.words,
    "statements": _statements,
    "life": life,
}
