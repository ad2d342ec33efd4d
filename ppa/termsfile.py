"""Terms as they stand in files."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from ppa import calendar
from ppa.errors import BadTerms
from ppa.jsonfile import address, hexed, integer, unhexed
from ppa.terms import Clause, Terms
from ppa.text import Language


@dataclass(frozen=True)
class TermsFile:
    """Terms, their words and id, and the chain and registry that they are for.

    `signature`: one party's, of the id, for the other to bring with `agree`: compact, or as its contract accepts it.
    """

    chain_id: int
    genesis: str
    registry: str
    id: bytes
    terms: Terms
    words: str
    language: Language
    signature: bytes | None = None

    def to_json(self) -> dict[str, Any]:
        """The file's body."""
        signed = {} if self.signature is None else {"signature": hexed(self.signature)}
        return {
            "chain_id": integer(self.chain_id),
            "genesis": self.genesis,
            "registry": self.registry,
            "id": hexed(self.id),
            **signed,
            "language": self.language,
            "words": self.words,
            "terms": terms_to_json(self.terms),
        }

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Self:
        """From a body that the schema has checked. Raises BadFile or BadTerms."""
        return cls(
            int(body["chain_id"]),
            body["genesis"],
            address(body["registry"], "registry"),
            unhexed(body["id"]),
            terms_from_json(body["terms"]),
            body["words"],
            body["language"],
            unhexed(body["signature"]) if "signature" in body else None,
        )


def terms_to_json(terms: Terms) -> dict[str, Any]:
    """Terms as they stand in a file: days as ISO dates."""
    return {
        "words_hash": hexed(terms.words_hash),
        "producer": terms.producer,
        "consumer": terms.consumer,
        "meter": terms.meter,
        "arbiter": terms.arbiter,
        "first_day": calendar.date_of(terms.first_day).isoformat(),
        "first_month": terms.first_month,
        "months": terms.months,
        "dispute_days": terms.dispute_days,
        "notice_days": terms.notice_days,
        "silence_days": terms.silence_days,
        "long_stop_day": calendar.date_of(terms.long_stop_day).isoformat(),
        "currency": terms.currency,
        "time_zone": terms.time_zone,
        "max_power_w": integer(terms.max_power_w),
        "max_claim_cents": integer(terms.max_claim_cents),
        "document_hash": hexed(terms.document_hash),
        "supersedes": hexed(terms.supersedes),
        "salt": integer(terms.salt),
        "clauses": [{"rule": clause.rule, "params": hexed(clause.params)} for clause in terms.clauses],
    }


def terms_from_json(body: Mapping[str, Any]) -> Terms:
    """Terms of a file. Raises BadTerms for a date that does not exist, BadFile for a mistyped address."""
    return Terms(
        producer=address(body["producer"], "producer"),
        consumer=address(body["consumer"], "consumer"),
        meter=address(body["meter"], "meter"),
        arbiter=address(body["arbiter"], "arbiter"),
        first_day=_day(body["first_day"]),
        first_month=int(body["first_month"]),
        months=int(body["months"]),
        dispute_days=int(body["dispute_days"]),
        notice_days=int(body["notice_days"]),
        silence_days=int(body["silence_days"]),
        long_stop_day=_day(body["long_stop_day"]),
        currency=body["currency"],
        time_zone=body["time_zone"],
        max_power_w=int(body["max_power_w"]),
        max_claim_cents=int(body["max_claim_cents"]),
        document_hash=unhexed(body["document_hash"]),
        supersedes=unhexed(body["supersedes"]),
        salt=int(body["salt"]),
        clauses=tuple(Clause(address(c["rule"], "rule"), unhexed(c["params"])) for c in body["clauses"]),
        words_hash=unhexed(body["words_hash"]),
    )


def _day(text: str) -> int:
    try:
        return calendar.day_of(date.fromisoformat(text))
    except ValueError as problem:
        raise BadTerms(f"{text} is not a date.") from problem
