"""The clauses that we know: parameters, lines, and a sentence in plain words.

energy   EnergyCharge, PriceTable, IndexedPrice, ExcessEnergy
promises GuaranteedGeneration, TakeOrPay, over windows of months
fees     FixedFee, LateInterest
exits    ExitTable
"""

from ppa.clauses.energy import EnergyCharge, ExcessEnergy, IndexedPrice, PriceTable
from ppa.clauses.exits import ExitTable
from ppa.clauses.fees import FixedFee, LateInterest
from ppa.clauses.kind import ClauseKind, Line, Told
from ppa.clauses.promises import GuaranteedGeneration, TakeOrPay
from ppa.text import Language

__all__ = [
    "KNOWN",
    "ClauseKind",
    "EnergyCharge",
    "ExcessEnergy",
    "ExitTable",
    "FixedFee",
    "GuaranteedGeneration",
    "IndexedPrice",
    "LateInterest",
    "Line",
    "PriceTable",
    "TakeOrPay",
    "Told",
    "read",
    "sentence",
]

Known = (
    EnergyCharge
    | PriceTable
    | IndexedPrice
    | ExcessEnergy
    | GuaranteedGeneration
    | TakeOrPay
    | FixedFee
    | LateInterest
    | ExitTable
)

KNOWN: dict[str, type[Known]] = {
    "EnergyCharge": EnergyCharge,
    "PriceTable": PriceTable,
    "IndexedPrice": IndexedPrice,
    "ExcessEnergy": ExcessEnergy,
    "GuaranteedGeneration": GuaranteedGeneration,
    "TakeOrPay": TakeOrPay,
    "FixedFee": FixedFee,
    "LateInterest": LateInterest,
    "ExitTable": ExitTable,
}


def read(rule: str, params: bytes) -> ClauseKind:
    """The clause of a published rule. Raises BadClause if its parameters are not exactly that rule's."""
    return KNOWN[rule].from_params(params)


def sentence(clause: ClauseKind, language: Language, currency: str = "EUR") -> str:
    """A clause in plain words, Spanish or English."""
    return clause.sentence(language, currency)
