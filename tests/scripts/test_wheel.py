"""What pip installs: programs that start outside the repository, with the dependencies that the wheel declares.

the wheel ── has every module and every data file, nothing else
given solpact alone
├── solpact-verify: help; an agreement on a chain is verified; a node that does not answer is named
└── meter, solpact-web: what to install for what they need
given solpact[meter] ── meter: help; init, status and export at a simulated plant
given solpact[web] ── solpact-web: help; pages, texts and libraries of an agreement on a chain; no chain: a sentence
"""

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import requests

from meter.plant.series import Interval, write_series
from ppa import calendar
from ppa.chain import Chain
from ppa.files import write_deployment, write_terms
from ppa.jsonfile import hexed
from tests.meter.chains import Deployed
from tests.meter.commands import CONFIG
from tests.ppa.lives import Life, begun
from tests.ppa.world import deploy
from tests.scripts.installing import Installed, built
from tools.stage.chain import embedded_chain, free_port
from tools.stage.programs import Programs, answers
from tools.stage.stage import EVE

JULY_1 = calendar.day_bounds(calendar.day_of(date(2016, 7, 1)), "Europe/Madrid")
NOBODY = "http://127.0.0.1:1"
PUBLISHED = ("build.json", "abi/*.json", "schemas/*.json")


@pytest.fixture(scope="module")
def distribution(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The sources, and the wheel made of them."""
    return built(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def life() -> Iterator[Life]:
    """An agreement that runs."""
    with embedded_chain("anvil", EVE) as node:
        yield begun(Chain(node.url), deploy(Chain(node.url)))


@pytest.fixture
def alone(distribution: tuple[Path, Path], tmp_path: Path) -> Installed:
    return Installed.of(distribution[1], tmp_path)


def test_the_wheel_has_every_module_and_every_data_file(distribution: tuple[Path, Path]) -> None:
    source, wheel = distribution
    files = [path for name in ("meter", "ppa", "webapp") for path in (source / name).rglob("*") if path.is_file()]
    expected = {str(path.relative_to(source)) for path in files}
    published = [path for pattern in PUBLISHED for path in (source / "interfaces").glob(pattern)]
    expected |= {f"ppa/{path.relative_to(source)}" for path in published}
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert names == expected
    assert {"ppa/clauses/__init__.py", "ppa/interfaces/abi/PPARegistry.json", "webapp/i18n/es.json"} < names


def test_the_verifier_verifies_with_solpact_alone(alone: Installed, life: Life) -> None:
    terms = alone.work / "terms.json"
    write_terms(terms, life.terms_file())
    assert "usage: solpact-verify" in alone.run("solpact-verify", "--help").stdout
    done = alone.run("solpact-verify", "--rpc", life.chain.url, "--terms", terms, "--language", "en")
    assert done.returncode == 0, done.stdout + done.stderr
    assert hexed(life.id) in done.stdout
    done = alone.run("solpact-verify", "--rpc", NOBODY, "--terms", terms, "--language", "en")
    assert (done.returncode, done.stderr) == (2, "")
    assert f"The node at {NOBODY} does not answer" in done.stdout


def test_programs_of_an_extra_that_is_not_installed_say_what_to_install(alone: Installed) -> None:
    (alone.work / "meter.toml").write_text(config(1, 1))
    programs = {"meter": ("meter", "init", "--config", "meter.toml"), "web": ("solpact-web", "--help")}
    for extra, command in programs.items():
        done = alone.run(*command)
        assert done.returncode != 0
        assert done.stderr.endswith(f"is not installed: run `pip install 'solpact[{extra}]'`.\n")
        assert "Traceback" not in done.stderr


def config(modbus: int, clock: int) -> str:
    nowhere = "0x" + "11" * 20
    node = Deployed(NOBODY, Chain(NOBODY), nowhere, nowhere, nowhere)
    return CONFIG.format(modbus=modbus, clock=clock, node=node)


def test_the_meter_reads_a_plant(distribution: tuple[Path, Path], tmp_path: Path) -> None:
    here = Installed.of(distribution[1], tmp_path, "meter")
    assert "usage: meter" in here.run("meter", "--help").stdout
    write_series(here.work / "plant.csv", (Interval(start, 2_000, 500) for start in range(*JULY_1, 900)))
    day = ("--csv", "plant.csv", "--from", "2016-07-01", "--to", "2016-07-01")
    with here.started("python", "-m", "meter.plant", *day) as plant:
        assert plant.stdout is not None
        ports = json.loads(plant.stdout.readline())
        (here.work / "meter.toml").write_text(config(ports["modbus"], ports["clock"]))
        (here.work / "password").write_text("correct horse")
        settings = ("--config", "meter.toml")
        done = here.run("meter", "init", *settings, "--password-file", "password")
        assert done.returncode == 0, done.stderr
        opening = json.loads(done.stdout)
    done = here.run("meter", "status", *settings, "--json")
    assert json.loads(done.stdout)["meter"] == opening["meter"], done.stderr
    rows = list(csv.reader(io.StringIO(here.run("meter", "export", *settings).stdout)))
    assert len(rows) == 2, "a header and the opening reading"


def test_the_web_server_serves_an_agreement(distribution: tuple[Path, Path], life: Life, tmp_path: Path) -> None:
    here = Installed.of(distribution[1], tmp_path, "web")
    assert "usage: solpact-web" in here.run("solpact-web", "--help").stdout
    write_deployment(here.work / "local.json", life.deployment)
    given = ("--deployment", "local.json", "--database", "index.sqlite")
    done = here.run("solpact-web", *given, "--rpc", NOBODY)
    assert done.returncode == 1
    assert NOBODY in done.stderr and "Traceback" not in done.stderr
    url = f"http://127.0.0.1:{(port := free_port())}"
    with here.started("solpact-web", *given, "--rpc", life.chain.url, "--port", str(port)) as server:
        assert server.stdout is not None
        assert server.stdout.readline() == f"{url}/\n"
        page = f"{url}/agreements/{hexed(life.id)}"
        Programs(tmp_path).wait(lambda: server.poll() is not None or answers(page), "page of the agreement", 30)
        assert "De julio de 2016 a junio de 2017" in requests.get(page, timeout=30).text
        assert "From July 2016 to June 2017" in requests.get(page, params={"lang": "en"}, timeout=30).text
        for file in ("vendor/ethers.min.js", "js/pages/agreement.js", "css/app.css"):
            assert requests.get(f"{url}/static/{file}", timeout=30).ok, file
