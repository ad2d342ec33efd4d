"""An agreement with every published clause, closed into its second contract year.

├── its pages say each clause's sentence, in Spanish and English
├── its statement has a line for each clause, that of the indexed price with the index's value
└── it is verified from its files, by ppa and by the browser's modules
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from eth_utils.address import to_checksum_address
from markupsafe import escape

from ppa import calendar, files
from ppa.artifacts import CLAUSES
from ppa.clauses import (
    ClauseKind,
    EnergyCharge,
    ExcessEnergy,
    ExitTable,
    FixedFee,
    GuaranteedGeneration,
    IndexedPrice,
    LateInterest,
    PriceTable,
    TakeOrPay,
)
from ppa.terms import ZERO_ADDRESS, Clause
from ppa.text import Language
from tests.webapp.verifying import by_ppa, in_the_browser
from tests.webapp.world import CONSUMER, DEPLOYER, METER, PRODUCER, STRANGER, World, anvil, day_upload
from webapp import indexer
from webapp.app import create_app
from webapp.config import Settings

MONTHS = 13
JULY_2017 = "statements/2017-07"


@dataclass(frozen=True)
class Story:
    """A world, an application on it, the agreement's id and its clauses."""

    world: World
    settings: Settings
    id: str
    clauses: tuple[ClauseKind, ...]

    def get(self, path: str, language: Language = "es") -> bytes:
        """What a page or file of the agreement says."""
        client = create_app(self.settings).test_client()
        answer = client.get(f"/agreements/{self.id}{path}", query_string={"lang": language})
        assert answer.status_code == 200, path
        return bytes(answer.data)


def published_index(world: World) -> str:
    """An index of the producer's that rose by 5 % from May to May."""
    receipt = world.chain.transact(DEPLOYER, world.chain.creation("IndexPublisher", PRODUCER.address, b"CPI"))
    assert receipt.contract is not None
    index = to_checksum_address(receipt.contract)
    for year, value in ((2016, 100), (2017, 105)):
        month = calendar.day_of(date(year, 5, 1))
        world.chain.transact(PRODUCER, world.chain.function("IndexPublisher", index, "publish", month, value))
    return index


def every_clause(index: str) -> tuple[ClauseKind, ...]:
    """One of each, in the published order."""
    clauses: tuple[ClauseKind, ...] = (
        EnergyCharge(85_000, 20_000, 0),
        PriceTable(0, (85_000, 91_333)),
        IndexedPrice(85_000, index, 2, 800_000, 0, 100_000),
        ExcessEnergy(85_000, 20_000, 40_000, 1_100_000, 5_000, 1, (3_000_000,) * 12),
        GuaranteedGeneration(30_000_000, 6, 5_000, 40_000),
        TakeOrPay(5_000_000, 1, 3, 85_000, 20_000),
        FixedFee(-12_345, 20_000),
        LateInterest(80_000),
        ExitTable(ZERO_ADDRESS, 0, ZERO_ADDRESS, 100_000, (525_000, 500_000)),
    )
    assert tuple(type(clause).__name__ for clause in clauses) == CLAUSES
    return clauses


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """Thirteen months from July 2016, closed."""
    folder = tmp_path_factory.mktemp("clauses")
    with anvil() as rpc:
        world = World(rpc, folder)
        clauses = every_clause(published_index(world))
        named = tuple(Clause(world.deployment.address(type(c).__name__), c.params()) for c in clauses)
        terms = world.propose(months=MONTHS, clauses=named)
        world.act(CONSUMER, "sign", terms)
        world.act(METER, "serve", terms)
        world.run_meter(METER, date(2017, 7, 31), every=31)
        for _ in range(MONTHS):
            world.act(STRANGER, "close", terms)
        settings = Settings.load(rpc, world.deployment_file, folder / "index.sqlite", poll_s=0.1)
        client = create_app(settings).test_client()
        indexer.Indexer(settings).step()
        for readings, record in world.days.values():
            body, headers = day_upload(METER, readings, record)
            assert client.post("/api/v1/days", data=body, headers=headers).status_code == 201
        yield Story(world, settings, world.id_of(terms), clauses)


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("page", ["", "/sign", f"/{JULY_2017}", f"/{JULY_2017}/print"])
def test_each_page_says_each_clauses_sentence(story: Story, page: str, language: Language) -> None:
    text = story.get(page, language).decode()
    for clause in story.clauses:
        sentence = clause.sentence(language)
        in_script = json.dumps(sentence)[1:-1]
        assert str(escape(sentence)) in text or in_script in text


def test_the_statement_has_a_line_for_each_clause(story: Story, tmp_path: Path) -> None:
    (tmp_path / "invoice").write_bytes(story.get(f"/{JULY_2017}/invoice.json"))
    invoice = files.read_invoice(tmp_path / "invoice")
    charge, table, indexed, *_, fee, interest, left = (line.cents for line in invoice.lines)
    consumed = invoice.generation_wh - invoice.exported_wh
    assert len(invoice.lines) == len(CLAUSES) and (fee, left) == (-12_592, 0) and interest > 0
    prices = (86_700, 91_333, 88_400)  # 0.085 x 1.02; as the table says; 0.085 x (1 + 0.8 x 5 %)
    assert (charge, table, indexed) == tuple((consumed * price + 5 * 10**6) // 10**7 for price in prices)


def test_ppa_verifies_it_from_its_files(story: Story, tmp_path: Path) -> None:
    client = create_app(story.settings).test_client()
    report = by_ppa(client, story.world.rpc, story.id, "2017-07", tmp_path)
    assert report.exit_status == 0, report.to_text()


def test_the_browsers_modules_verify_it(story: Story) -> None:
    client = create_app(story.settings).test_client()
    checks = in_the_browser(client, story.world.rpc, story.id, "2017-07")
    assert {"clause_code", "statements", "invoice"} <= {check["name"] for check in checks}
    assert [check for check in checks if not check["ok"]] == []
