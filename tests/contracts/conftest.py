"""A new world for each test."""

import pytest

from tests.contracts.world import World


@pytest.fixture
def world() -> World:
    """A chain with everything deployed, on 30 June 2016."""
    return World()
