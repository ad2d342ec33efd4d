"""One chain with a running agreement for all tests that only read; a chain of its own for each that writes."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.webapp.world import METER, World, anvil, day_upload, running_agreement
from webapp import indexer
from webapp.app import create_app
from webapp.config import Settings


@dataclass(frozen=True)
class Site:
    """A world, the web application on it, and its running agreement."""

    world: World
    app: Flask
    settings: Settings
    agreement: str

    @property
    def client(self) -> FlaskClient:
        """A browser without cookies."""
        return self.app.test_client()

    def step(self) -> None:
        """Lets the indexer read what is new."""
        indexer.Indexer(self.settings).step()


def make_site(world: World, folder: Path, **options: bool) -> Site:
    """An application on a world, its index filled, the meter's days posted."""
    settings = Settings.load(world.rpc, world.deployment_file, folder / "index.sqlite", poll_s=0.1, **options)
    app = create_app(settings)
    terms = running_agreement(world, closes=2)
    site = Site(world, app, settings, world.id_of(terms))
    site.step()
    for readings, record in world.days.values():
        body, headers = day_upload(METER, readings, record)
        assert site.client.post("/api/v1/days", data=body, headers=headers).status_code == 201
    return site


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """For tests that only read."""
    folder = tmp_path_factory.mktemp("site")
    with anvil() as rpc:
        yield make_site(World(rpc, folder), folder)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A fresh chain with our contracts, for tests that write."""
    with anvil() as rpc:
        yield World(rpc, tmp_path)
