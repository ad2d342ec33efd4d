"""Tests for a test (test_mutate.py) of what becomes of mutants 1 to 4: they fail, run without end, or break down."""

import os
import signal

from tests.evm import Chain
from tools.mutation.metamutant import FIRST

SHARED = Chain()


def is_awake(mutant: int, chain: Chain) -> bool:
    return f"0x{FIRST + mutant:040x}" in {account.lower() for account in chain.evm.db_accounts}


def test_good() -> None:
    assert not is_awake(0, SHARED)


def test_of_a_shared_chain() -> None:
    assert not is_awake(1, SHARED)


def test_of_a_new_chain() -> None:
    assert not is_awake(2, Chain())


def test_without_end() -> None:
    while is_awake(3, SHARED):
        pass


def test_that_breaks() -> None:
    if is_awake(4, SHARED):
        os.kill(os.getpid(), signal.SIGSEGV)


def test_bad() -> None:
    raise AssertionError
