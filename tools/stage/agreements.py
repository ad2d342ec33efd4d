"""The demonstration's agreements: their parties, their terms in numbers and in words, and the steps that they take."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from eth_account.signers.local import LocalAccount

from ppa import wording
from ppa.calendar import day_of
from ppa.chain import Chain
from ppa.clauses import EnergyCharge, GuaranteedGeneration
from ppa.deployment import Deployment
from ppa.records import compact_signature
from ppa.terms import Clause, Terms
from ppa.termsfile import TermsFile
from ppa.text import Language
from tools.deploying.well_known import key
from tools.stage.measured import NREL, Measured, late_term

ASIDE = ("late", "new-key")  # folders of the second agreement: as it was signed, and with the consumer's new key

PRODUCER, CONSUMER, STRANGER, ARBITER, NEW_CONSUMER = (key(number) for number in range(1, 6))


def demo_terms(deployment: Deployment, meter: str, measured: Measured = NREL) -> Terms:
    """The plant's months: self-consumption at 9.5 ct/kWh, and guaranteed what its greatest power makes in 500 hours of
    a quarter: 50 MWh of 100 kW in three months.
    """
    months = measured.months
    charge = EnergyCharge(price_micro_per_kwh=95_000, escalator_ppm=20_000, base=0)
    guarantee = GuaranteedGeneration(
        energy_wh=measured.power_w * 500 * months // 3,
        window_months=months,
        degradation_ppm=5_000,
        price_micro_per_kwh=60_000,
    )
    terms = Terms(
        producer=PRODUCER.address,
        consumer=CONSUMER.address,
        meter=meter,
        first_day=day_of(measured.first),
        months=months,
        dispute_days=30,
        silence_days=180,
        max_power_w=measured.power_w,
        time_zone=measured.zone,
        max_claim_cents=1_000_000,
        salt=1,
        clauses=(
            Clause(deployment.address("EnergyCharge"), charge.params()),
            Clause(deployment.address("GuaranteedGeneration"), guarantee.params()),
        ),
    )
    return in_words(deployment, terms, "es")


def late_terms(deployment: Deployment, meter: str, measured: Measured = NREL) -> Terms:
    """Two months of another plant, after those of the first: the same price, no guarantee; an arbiter, and days of
    notice; in English.
    """
    first, last = late_term(measured)
    plain = demo_terms(deployment, meter)
    terms = replace(
        plain,
        arbiter=ARBITER.address,
        first_day=day_of(first),
        months=2,
        long_stop_day=day_of(last),
        notice_days=15,
        salt=2,
        clauses=plain.clauses[:1],
    )
    return in_words(deployment, terms, "en")


def in_words(deployment: Deployment, terms: Terms, language: Language) -> Terms:
    """The terms with the hash of their words."""
    worded, _ = wording.worded(terms, rules(deployment), language)
    return worded


def rules(deployment: Deployment) -> Mapping[str, str]:
    """The published contract at each address."""
    return {site.address: name for name, site in deployment.contracts.items()}


def terms_file(deployment: Deployment, terms: Terms) -> TermsFile:
    """The terms as they stand in a file, with their words."""
    registry = deployment.address("PPARegistry")
    language, words = wording.regenerated(terms, rules(deployment))
    agreement = terms.digest(deployment.chain_id, registry)
    return TermsFile(deployment.chain_id, deployment.genesis, registry, agreement, terms, words, language)


def act(chain: Chain, account: LocalAccount, registry: str, name: str, terms: Terms, *arguments: Any) -> int:
    """Send a call of the registry that begins with the terms; the block."""
    return chain.transact(account, chain.function("PPARegistry", registry, name, terms.as_tuple(), *arguments)).block


def in_wallet(account: LocalAccount, message: dict[str, Any]) -> bytes:
    """What a wallet signs once it has shown an EIP-712 message: 64 bytes."""
    signed = account.sign_typed_data(full_message=message)
    return b"".join(compact_signature(signed.r, signed.s, signed.v - 27))
