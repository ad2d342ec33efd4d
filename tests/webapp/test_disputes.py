"""What is special about a statement, as the index keeps it and the pages say it.

a dispute ── its statement says so; resolved by the arbiter or settled by both, that it is resolved
        ├─ of both parties: the size of the greater claim, as the chain keeps it
        ├─ of a statement that the successor inherited: said where the month was closed, with the chain's flags
        ├─ of the last statement before terms that count anew: the same
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
from ppa.terms import Terms
from ppa.text import Language
from ppa.words import StatementFlag
from tests.webapp.conftest import Site
from tests.webapp.parties import ARBITER, FOREVER, both, send
from tests.webapp.world import CONSUMER, METER, PRODUCER, STRANGER, World, day_readings
from webapp import disputes, indexer, store
from webapp.app import create_app
from webapp.config import Settings
from webapp.flags import in_words

PRODUCER_CLAIMS, CONSUMER_CLAIMS = StatementFlag.PRODUCER_CLAIMS, StatementFlag.CONSUMER_CLAIMS
RESOLVED = StatementFlag.RESOLVED
DARK, EARLY, FAILED = StatementFlag.DARK, StatementFlag.EARLY_BOUNDARY, StatementFlag.CLAUSE_FAILED
EVIDENCE, REASON = bytes([2]) * 32, bytes([3]) * 32


@dataclass(frozen=True)
class Trial:
    """A world with an index of it, and a running agreement of which three months are closed."""

    world: World
    settings: Settings
    terms: Terms

    def flags(self, terms: Terms) -> dict[int, StatementFlag]:
        """What the index says of disputes."""
        indexer.Indexer(self.settings).step()
        with closing(store.connect(self.settings.database)) as db:
            return disputes.flags_of(db, self.world.id_of(terms))

    def on_chain(self, terms: Terms, number: int) -> StatementFlag:
        """A statement's flags, as the chain has them."""
        agreement = bytes.fromhex(self.world.id_of(terms)[2:])
        return self.world.chain.statement(self.world.registry, agreement, number).flags

    def hand_over(self, **changes: object) -> Terms:
        """Both put other terms in place of these; the same meter serves on."""
        old = bytes.fromhex(self.world.id_of(self.terms)[2:])
        heir = replace(self.terms, supersedes=old, **changes)
        self.world.act(PRODUCER, "propose", heir)
        self.world.act(CONSUMER, "sign", heir)
        both(self.world, self.terms, Act(1, FOREVER, successor=bytes.fromhex(self.world.id_of(heir)[2:])), heir)
        return heir

    def page(self, path: str, language: Language = "es") -> str:
        """What a page of the first agreement shows; its head has every text, for scripts."""
        client = create_app(self.settings).test_client()
        answer = client.get(f"/agreements/{self.world.id_of(self.terms)}{path}", query_string={"lang": language})
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


def test_a_disputed_month_says_so_until_it_is_resolved(trial: Trial) -> None:
    send(trial.world, CONSUMER, "dispute", trial.terms.as_tuple(), 1, -5_000, EVIDENCE)
    assert trial.flags(trial.terms) == {1: CONSUMER_CLAIMS | 13 << 8}
    for path in ("", "/statements/2016-07", "/statements/2016-07/print"):
        assert "Disputada por una parte, sin resolver" in trial.page(path)
        assert "Disputed by a party, not resolved" in trial.page(path, "en")
        assert "Mes sin registros" not in trial.page(path)
    send(trial.world, ARBITER, "resolve", trial.terms.as_tuple(), 1, -700, REASON)
    assert trial.flags(trial.terms) == {1: trial.on_chain(trial.terms, 1)}
    assert "Disputada y ya resuelta" in trial.page("") and "sin resolver" not in trial.page("")


def test_of_two_claims_the_size_of_the_greater_is_kept(trial: Trial) -> None:
    send(trial.world, CONSUMER, "dispute", trial.terms.as_tuple(), 1, -5_000, EVIDENCE)
    send(trial.world, PRODUCER, "dispute", trial.terms.as_tuple(), 1, 2, EVIDENCE)
    assert (
        trial.flags(trial.terms)
        == {1: trial.on_chain(trial.terms, 1)}
        == {1: PRODUCER_CLAIMS | CONSUMER_CLAIMS | 13 << 8}
    )
    send(trial.world, PRODUCER, "dispute", trial.terms.as_tuple(), 2, 1, EVIDENCE)
    send(trial.world, CONSUMER, "dispute", trial.terms.as_tuple(), 2, -2, EVIDENCE)
    assert trial.flags(trial.terms)[2] == trial.on_chain(trial.terms, 2) == PRODUCER_CLAIMS | CONSUMER_CLAIMS | 2 << 8


def test_another_month_says_nothing(trial: Trial) -> None:
    send(trial.world, CONSUMER, "dispute", trial.terms.as_tuple(), 1, -5_000, EVIDENCE)
    trial.flags(trial.terms)
    assert "Disputada" not in trial.page("/statements/2016-08")


def test_a_settlement_of_both_resolves_and_an_act_that_settles_nothing_does_not(trial: Trial) -> None:
    send(trial.world, PRODUCER, "dispute", trial.terms.as_tuple(), 2, 1, EVIDENCE)
    both(trial.world, trial.terms, Act(1, FOREVER, cents=7))
    assert trial.flags(trial.terms) == {2: PRODUCER_CLAIMS | 1 << 8}
    both(trial.world, trial.terms, Act(2, FOREVER, settles=2))
    assert trial.flags(trial.terms) == {2: trial.on_chain(trial.terms, 2)} == {2: PRODUCER_CLAIMS | RESOLVED | 1 << 8}


def test_inherited_months_are_marked_where_they_were_closed(trial: Trial) -> None:
    send(trial.world, CONSUMER, "dispute", trial.terms.as_tuple(), 1, -5_000, EVIDENCE)
    heir = trial.hand_over(months=24)
    send(trial.world, ARBITER, "resolve", heir.as_tuple(), 1, 0, REASON)
    send(trial.world, CONSUMER, "dispute", heir.as_tuple(), 2, -1, EVIDENCE)
    both(trial.world, heir, Act(1, FOREVER, settles=2))
    send(trial.world, PRODUCER, "dispute", heir.as_tuple(), 3, 300, EVIDENCE)
    assert trial.flags(trial.terms) == {number: trial.on_chain(heir, number) for number in (1, 2, 3)}
    assert trial.flags(heir) == {}
    assert "Disputada por una parte, sin resolver" in trial.page("/statements/2016-09")


def test_the_last_month_before_terms_that_count_anew_is_marked_where_it_was_closed(trial: Trial) -> None:
    heir = trial.hand_over(first_day=calendar.day_of(date(2016, 10, 1)))
    send(trial.world, CONSUMER, "dispute", heir.as_tuple(), 0, -20, EVIDENCE)
    assert trial.flags(trial.terms) == {3: trial.on_chain(heir, 0)} == {3: CONSUMER_CLAIMS | 5 << 8}


def test_the_successor_marks_its_own_months(trial: Trial) -> None:
    heir = trial.hand_over(months=24)
    day = calendar.day_of(date(2016, 10, 31))
    last = max(record.generation_wh for _, record in trial.world.days.values())
    sent = max(record.exported_wh for _, record in trial.world.days.values())
    trial.world.record(METER, day_readings(day, last + 1_000_000, sent, 1_000_000, 0))
    trial.world.act(STRANGER, "close", heir)
    send(trial.world, CONSUMER, "dispute", heir.as_tuple(), 4, -20, EVIDENCE)
    assert trial.flags(heir) == {4: CONSUMER_CLAIMS | 5 << 8}
    assert trial.flags(trial.terms) == {}


def test_a_dispute_that_the_chain_forgot_is_forgotten(trial: Trial) -> None:
    snapshot = trial.world.chain.request("evm_snapshot")
    send(trial.world, CONSUMER, "dispute", trial.terms.as_tuple(), 1, -5_000, EVIDENCE)
    assert trial.flags(trial.terms)
    trial.world.chain.request("evm_revert", snapshot)
    assert trial.flags(trial.terms) == {}


CLAUSES = ["EnergyCharge", "LateInterest", None]


@pytest.mark.parametrize(
    ("flags", "spanish", "english"),
    [
        (StatementFlag(0), [], []),
        (EARLY, ["Medido antes del último día."], ["Measured before the last day."]),
        (
            DARK | EARLY,
            ["Mes sin registros: su energía pasa al siguiente."],
            ["No record in the month: its energy goes to the next."],
        ),
        (
            FAILED | 1 << 17 | 1 << 18,
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
            DARK | EARLY | CONSUMER_CLAIMS | 63 << 8,
            ["Mes sin registros: su energía pasa al siguiente.", "Disputada por una parte, sin resolver."],
            ["No record in the month: its energy goes to the next.", "Disputed by a party, not resolved."],
        ),
        (PRODUCER_CLAIMS | RESOLVED | 1 << 8, ["Disputada y ya resuelta."], ["Disputed, and resolved."]),
    ],
)
def test_a_month_says_each_thing_in_both_languages(
    site: Site, flags: StatementFlag, spanish: list[str], english: list[str]
) -> None:
    for language, words in (("es", spanish), ("en", english)):
        with site.app.test_request_context(query_string={"lang": language}):
            assert in_words(flags, CLAUSES) == words
