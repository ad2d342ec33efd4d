"""Fixtures: a broker at a plant in a temporary folder, and one real chain for all tests of a worker."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.meter.broker import Broker
from tests.meter.chains import Deployed, anvil
from tests.meter.wires import free_port
from tests.meter.world import Site


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A broker initialised at noon of 30 June 2016."""
    found = Site.opened(tmp_path)
    yield found
    found.finish()


@pytest.fixture(scope="session")
def node() -> Iterator[Deployed]:
    """A real Anvil with our contracts; each test brings its own meter."""
    with anvil(free_port()) as url:
        yield Deployed.on(url)


@pytest.fixture
def broker(tmp_path: Path, node: Deployed) -> Iterator[Broker]:
    found = Broker(tmp_path, node)
    yield found
    found.site.finish()


@pytest.fixture
def own_node() -> Iterator[Deployed]:
    """A chain of its own, for tests that turn it back."""
    with anvil(free_port()) as url:
        yield Deployed.on(url)
