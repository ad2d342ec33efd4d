"""The demonstration's agreement: its parties, its terms in numbers and in words, and the steps both take."""

from collections.abc import Mapping
from datetime import date

from eth_account import Account
from eth_account.signers.local import LocalAccount

from ppa import wording
from ppa.calendar import day_of
from ppa.chain import Chain
from ppa.clauses import EnergyCharge, GuaranteedGeneration
from ppa.deployment import Deployment
from ppa.terms import Clause, Terms
from ppa.termsfile import TermsFile
from ppa.text import Language
from scripts._chain import MNEMONIC

POWER_W = 100_000
FIRST_DAY = date(2016, 7, 1)
MONTHS = 3
LANGUAGE: Language = "es"

Account.enable_unaudited_hdwallet_features()


def key(number: int) -> LocalAccount:
    """A well-known test account: 0 deploys, 1 is the producer, 2 the consumer, 3 a stranger who closes."""
    account: LocalAccount = Account.from_mnemonic(MNEMONIC, account_path=f"m/44'/60'/0'/0/{number}")
    return account


PRODUCER, CONSUMER, STRANGER = key(1), key(2), key(3)


def demo_terms(deployment: Deployment, meter: str, months: int = MONTHS) -> Terms:
    """Three months of a 100 kW plant: self-consumption at 9.5 ct/kWh, and 50 MWh in the three months guaranteed."""
    charge = EnergyCharge(price_micro_per_kwh=95_000, escalator_ppm=20_000, base=0)
    guarantee = GuaranteedGeneration(
        energy_wh=50_000_000, window_months=months, degradation_ppm=5_000, price_micro_per_kwh=60_000
    )
    terms = Terms(
        producer=PRODUCER.address,
        consumer=CONSUMER.address,
        meter=meter,
        first_day=day_of(FIRST_DAY),
        months=months,
        dispute_days=30,
        silence_days=180,
        max_power_w=POWER_W,
        max_claim_cents=1_000_000,
        salt=1,
        clauses=(
            Clause(deployment.address("EnergyCharge"), charge.params()),
            Clause(deployment.address("GuaranteedGeneration"), guarantee.params()),
        ),
    )
    return in_words(deployment, terms)


def in_words(deployment: Deployment, terms: Terms) -> Terms:
    """The terms with the hash of their words."""
    worded, _ = wording.worded(terms, rules(deployment), LANGUAGE)
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


def act(chain: Chain, account: LocalAccount, registry: str, name: str, terms: Terms) -> int:
    """Send `propose`, `sign` or `close` from a party's own key; the block."""
    return chain.transact(account, chain.function("PPARegistry", registry, name, terms.as_tuple())).block
