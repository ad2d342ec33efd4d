"""The contracts do what a model says that was written from docs/formats.md and interfaces/ alone."""

import os

import pytest

from .lives import walk

LIVES = int(os.environ.get("INDEPENDENT_LIVES", "8"))


@pytest.mark.parametrize("seed", range(LIVES))
def test_contracts_and_independent_model_do_the_same(seed):
    life = walk(seed, 100)
    assert not life.w.orders, life.w.orders
