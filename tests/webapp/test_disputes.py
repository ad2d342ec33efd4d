"""What is special about a statement, as the index keeps it and the pages say it.

a claim ── its statement says whose it is and how much, until it is decided by the arbiter or settled by both
        ├─ of both parties: both
        ├─ of a statement that the successor inherited: said where the month was closed
        ├─ of the last statement before terms that number their months anew: the same
        └─ that the chain forgot: forgotten
a month ── says each thing that is special about it, in both languages; a dark one not also that it was measured early
"""

from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest

from ppa import calendar
from ppa.acts import Act
from ppa.statements import Claims
from ppa.storage_words import StatementFlag, clause_bits, dark_run
from ppa.terms import Terms
from ppa.text import Language
from tests.webapp.conftest import Site
from tests.webapp.parties import ARBITER, FOREVER, both, send
from tests.webapp.world import CONSUMER, METER, PRODUCER, STRANGER, World, day_readings
from webapp import disputes, handovers, indexer, store
from webapp.app import create_app
from webapp.config import Settings
from webapp.flags import claims_in_words, in_words

EVIDENCE, REASON = bytes([2]) * 32, bytes([3]) * 32
DARK, EARLY, SILENT, LAST = (
    StatementFlag.DARK,
    StatementFlag.EARLY_BOUNDARY,
    StatementFlag.SILENT,
    StatementFlag.LAST,
)
FAILED, SUBSTITUTED, IMPOSSIBLE = StatementFlag.CLAUSE_FAILED, StatementFlag.SUBSTITUTED, StatementFlag.IMPOSSIBLE


def claims(producer: int = 0, consumer: int = 0, *, decided: bool = False) -> Claims:
    return Claims(producer, consumer, decided=decided)


@dataclass(frozen=True)
class Trial:
    """A world with an index of it, and a running agreement of which three months are closed."""

    world: World
    settings: Settings
    terms: Terms

    def claims(self, terms: Terms) -> dict[int, Claims]:
        """What the index says of claims against the statements of an agreement's numbering."""
        indexer.Indexer(self.settings).step()
        with closing(store.connect(self.settings.database)) as db:
            return disputes.claims_of(db, handovers.root_of(db, self.world.id_of(terms)))

    def on_chain(self, terms: Terms, number: int) -> Claims:
        """The claims against a statement, as the chain has them."""
        agreement = bytes.fromhex(self.world.id_of(terms)[2:])
        return self.world.chain.claims(self.world.registry, agreement, number)

    def hand_over(self, **changes: object) -> Terms:
        """Both put other terms in place of these; the same meter serves on."""
        old = bytes.fromhex(self.world.id_of(self.terms)[2:])
        usual = {"supersedes": old, "long_stop_day": -1}
        successor = self.world.worded(replace(self.terms, **{**usual, **changes}))
        self.world.act(PRODUCER, "propose", successor)
        self.world.act(CONSUMER, "sign", successor)
        named = bytes.fromhex(self.world.id_of(successor)[2:])
        both(self.world, self.terms, Act(1, FOREVER, successor=named), successor)
        return successor

    def page(self, path: str, language: Language = "es", terms: Terms | None = None) -> str:
        """What a page of an agreement, the first if none is given, shows; its head has every text, for scripts."""
        client, agreement = create_app(self.settings).test_client(), self.world.id_of(terms or self.terms)
        answer = client.get(f"/agreements/{agreement}{path}", query_string={"lang": language})
        return answer.text.split("<body>")[1]


@pytest.fixture
def trial(world: World, tmp_path: Path) -> Trial:
    terms = world.propose(months=12, arbiter=ARBITER.address)
    world.act(CONSUMER, "sign", terms)
    world.act(METER, "serve", terms)
    world.run_meter(METER, date(2016, 9, 30), every=30)
    for _ in range(3):
        world.act(STRANGER, "close", terms)
    settings = Settings.load(world.rpc, world.deployment_file, tmp_path / "index.sqlite", poll_s=0.1)
    store.prepare(settings.database, settings.deployment)
    return Trial(world, settings, terms)


def test_a_claim_is_said_until_it_is_decided(trial: Trial) -> None:
    send(trial.world, CONSUMER, "dispute", trial.terms.as_tuple(), 1, -5_000, EVIDENCE)
    assert trial.claims(trial.terms) == {1: trial.on_chain(trial.terms, 1)} == {1: claims(consumer=5_000)}
    for path in ("", "/statements/2016-07", "/statements/2016-07/print"):
        assert "El consumidor reclama 50,00 € menos." in trial.page(path)
        assert "Claim not decided." in trial.page(path, "en")
    send(trial.world, ARBITER, "resolve", trial.terms.as_tuple(), 1, -700, REASON)
    assert trial.claims(trial.terms) == {1: trial.on_chain(trial.terms, 1)}
    assert "Reclamada y ya resuelta" in trial.page("") and "sin resolver" not in trial.page("")


def test_the_claims_of_both_parties_stand_beside_each_other(trial: Trial) -> None:
    send(trial.world, CONSUMER, "dispute", trial.terms.as_tuple(), 1, -5_000, EVIDENCE)
    send(trial.world, PRODUCER, "dispute", trial.terms.as_tuple(), 1, 2, EVIDENCE)
    assert trial.claims(trial.terms) == {1: trial.on_chain(trial.terms, 1)} == {1: claims(2, 5_000)}
    assert "El productor reclama 0,02 € más." in trial.page("")


def test_another_month_says_nothing(trial: Trial) -> None:
    send(trial.world, CONSUMER, "dispute", trial.terms.as_tuple(), 1, -5_000, EVIDENCE)
    trial.claims(trial.terms)
    assert "reclama 50,00" not in trial.page("/statements/2016-08")


def test_a_settlement_of_both_decides_and_an_act_that_settles_nothing_does_not(trial: Trial) -> None:
    send(trial.world, PRODUCER, "dispute", trial.terms.as_tuple(), 2, 1, EVIDENCE)
    both(trial.world, trial.terms, Act(1, FOREVER, cents=7))
    assert trial.claims(trial.terms) == {2: claims(1)}
    both(trial.world, trial.terms, Act(2, FOREVER, settles=2))
    assert trial.claims(trial.terms) == {2: trial.on_chain(trial.terms, 2)} == {2: claims(1, decided=True)}


def test_inherited_months_are_marked_where_they_were_closed(trial: Trial) -> None:
    send(trial.world, CONSUMER, "dispute", trial.terms.as_tuple(), 1, -5_000, EVIDENCE)
    successor = trial.hand_over(months=24)
    send(trial.world, ARBITER, "resolve", successor.as_tuple(), 1, 0, REASON)
    send(trial.world, CONSUMER, "dispute", successor.as_tuple(), 2, -1, EVIDENCE)
    both(trial.world, successor, Act(1, FOREVER, settles=2))
    send(trial.world, PRODUCER, "dispute", successor.as_tuple(), 3, 300, EVIDENCE)
    found = trial.claims(trial.terms)
    assert found == trial.claims(successor) == {number: trial.on_chain(successor, number) for number in (1, 2, 3)}
    assert "El productor reclama 3,00 € más." in trial.page("/statements/2016-09")


def test_the_last_month_before_terms_that_number_anew_is_marked_where_it_was_closed(trial: Trial) -> None:
    successor = trial.hand_over(first_day=calendar.day_of(date(2016, 10, 1)))
    send(trial.world, CONSUMER, "dispute", successor.as_tuple(), 0, -20, EVIDENCE)
    assert trial.claims(trial.terms) == {3: trial.on_chain(successor, 0)} == {3: claims(consumer=20)}
    assert trial.claims(successor) == {}


@pytest.mark.parametrize(
    ("changes", "number"), [({"months": 24}, 4), ({"first_day": calendar.day_of(date(2016, 10, 1))}, 1)]
)
def test_the_successor_has_its_own_months_with_the_energy_since_the_handover(
    trial: Trial, changes: dict[str, int], number: int
) -> None:
    successor = trial.hand_over(**changes)
    day = calendar.day_of(date(2016, 10, 31))
    last = max(record.generation_wh for _, record in trial.world.days.values())
    sent = max(record.exported_wh for _, record in trial.world.days.values())
    trial.world.record(METER, day_readings(day, last + 1_000_000, sent, 1_000_000, 0))
    trial.world.act(STRANGER, "close", successor)
    send(trial.world, CONSUMER, "dispute", successor.as_tuple(), number, -20, EVIDENCE)
    assert trial.claims(successor)[number] == trial.on_chain(successor, number) == claims(consumer=20)
    assert "1.000 kWh" in trial.page("/statements/2016-10/print", terms=successor)
    assert "reclama 0,20" in trial.page("", terms=successor) and "reclama" not in trial.page("")


def test_a_claim_that_the_chain_forgot_is_forgotten(trial: Trial) -> None:
    snapshot = trial.world.chain.request("evm_snapshot")
    send(trial.world, CONSUMER, "dispute", trial.terms.as_tuple(), 1, -5_000, EVIDENCE)
    assert trial.claims(trial.terms)
    trial.world.chain.request("evm_revert", snapshot)
    assert trial.claims(trial.terms) == {}


def test_a_handover_that_the_chain_forgot_is_forgotten(trial: Trial) -> None:
    trial.claims(trial.terms)
    snapshot = trial.world.chain.request("evm_snapshot")
    trial.hand_over(months=24)
    trial.claims(trial.terms)
    assert "Sigue en el contrato" in trial.page("") and "Sustituido" in trial.page("")
    trial.world.chain.request("evm_revert", snapshot)
    trial.claims(trial.terms)
    assert "Sigue en el contrato" not in trial.page("") and "En curso" in trial.page("")


CLAUSES = ["EnergyCharge", "LateInterest", None]
LATER_ES = "la energía que el contador registre después pasa a la liquidación siguiente."
LATER_EN = "energy that the meter records later goes into the next statement."


@pytest.mark.parametrize(
    ("flags", "spanish", "english"),
    [
        (StatementFlag(0), [], []),
        (EARLY, ["Medido antes del último día."], ["Measured before the last day."]),
        (DARK | EARLY | dark_run(2), [f"Sin registros: {LATER_ES}"], [f"No record: {LATER_EN}"]),
        (
            DARK | EARLY | SILENT | dark_run(1),
            ["El contador no había dicho nada del final del mes"],
            ["The meter had said nothing of the month's end"],
        ),
        (
            IMPOSSIBLE,
            ["Un registro con más energía de la que la planta puede dar no se facturó."],
            ["A record with more energy than the plant can make was not billed."],
        ),
        (
            LAST | EARLY,
            ["Última liquidación: con ella termina el contrato.", "Medido antes del último día."],
            ["Last statement: the agreement ends with it.", "Measured before the last day."],
        ),
        (
            FAILED | clause_bits(6),
            [
                "La cláusula 2 (Interés de demora) falló: no da nada este mes.",
                "La cláusula 3 falló: no da nada este mes.",
            ],
            [
                "Clause 2 (Late interest) failed: it gives nothing this month.",
                "Clause 3 failed: it gives nothing this month.",
            ],
        ),
        (
            SUBSTITUTED | clause_bits(1),
            ["La cláusula 1 (Precio de la energía) usa un valor anterior: el suyo no se publicó."],
            ["Clause 1 (Price of the energy) uses an earlier value: its own was not published."],
        ),
        (
            FAILED | SUBSTITUTED | clause_bits(4),
            ["La cláusula 3 no da nada este mes o usa un valor anterior."],
            ["Clause 3 gives nothing this month, or uses an earlier value."],
        ),
    ],
)
def test_a_month_says_each_thing_in_both_languages(
    site: Site, flags: StatementFlag, spanish: list[str], english: list[str]
) -> None:
    for language, words in (("es", spanish), ("en", english)):
        with site.app.test_request_context(query_string={"lang": language}):
            found = in_words(flags, CLAUSES)
        assert len(found) == len(words)
        assert all(text.startswith(expected) for text, expected in zip(found, words, strict=True))


def test_what_nobody_claimed_says_nothing(site: Site) -> None:
    with site.app.test_request_context():
        assert claims_in_words(claims(), "EUR") == []
