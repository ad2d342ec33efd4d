"""Terms as they stand in files."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from ppa import calendar
from ppa.errors import BadTerms
from ppa.jsonfile import address, hexed, integer, unhexed
from ppa.terms import Clause, Terms


@dataclass(frozen=True)
class TermsFile:
    """Terms, their id, and the chain and registry that they are for.

    `signature`: one party's, of the id, for the other to bring with `agree`: compact, or as its contract accepts it.
    """

    chain_id: int
    genesis: str
    registry: str
    id: bytes
    terms: Terms
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
            unhexed(body["signature"]) if "signature" in body else None,
        )


def terms_to_json(terms: Terms) -> dict[str, Any]:
    """Terms as they stand in a file: the first day as an ISO date."""
    return {
        "producer": terms.producer,
        "consumer": terms.consumer,
        "meter": terms.meter,
        "arbiter": terms.arbiter,
        "first_day": calendar.date_of(terms.first_day).isoformat(),
        "months": terms.months,
        "dispute_days": terms.dispute_days,
        "currency": terms.currency,
        "time_zone": terms.time_zone,
        "max_power_w": integer(terms.max_power_w),
        "document_hash": hexed(terms.document_hash),
        "supersedes": hexed(terms.supersedes),
        "salt": integer(terms.salt),
        "clauses": [{"rule": clause.rule, "params": hexed(clause.params)} for clause in terms.clauses],
    }


def terms_from_json(body: Mapping[str, Any]) -> Terms:
    """Terms of a file. Raises BadTerms for a date that does not exist, BadFile for a mistyped address."""
    try:
        first = date.fromisoformat(body["first_day"])
    except ValueError as problem:
        raise BadTerms(f"{body['first_day']} is not a date.") from problem
    return Terms(
        producer=address(body["producer"], "producer"),
        consumer=address(body["consumer"], "consumer"),
        meter=address(body["meter"], "meter"),
        arbiter=address(body["arbiter"], "arbiter"),
        first_day=calendar.day_of(first),
        months=int(body["months"]),
        dispute_days=int(body["dispute_days"]),
        currency=body["currency"],
        time_zone=body["time_zone"],
        max_power_w=int(body["max_power_w"]),
        document_hash=unhexed(body["document_hash"]),
        supersedes=unhexed(body["supersedes"]),
        salt=int(body["salt"]),
        clauses=tuple(Clause(address(c["rule"], "rule"), unhexed(c["params"])) for c in body["clauses"]),
    )
