"""A plugin of pytest: for each mutant its tests, with the mutant awake if it is asleep, in a process of its own.

SOLPACT_AWAKE names a file of JSON: a list of the mutants, each with `account` (whose balance wakes it, 0 for none) and
`tests` in their order, each with the seconds of a processor after which it is ended. Of each mutant one line of JSON is
written to the file SOLPACT_ANSWERS: `failed`, the first test that fails ("" if none does), and `signal`, what ended the
process. Tests are collected once; a process begins as a copy of the one that collected them.
"""

import json
import os
import signal
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pyrevm
import pytest

from tests.evm import Chain, published

PLAN: list[dict[str, Any]] = json.loads(Path(os.environ["SOLPACT_AWAKE"]).read_text())
ANSWERS = Path(os.environ["SOLPACT_ANSWERS"])

_chains: list[Chain] = []  # those that test modules made when they were imported
_failed: list[str] = []
Chain.observers.append(_chains.append)


def _wake(account: int) -> None:
    """Give the account a balance, on the chains that are there and on all that will be."""

    def give(chain: Chain) -> None:
        chain.evm.insert_account_info(f"0x{account:040x}", pyrevm.AccountInfo(balance=1))

    for chain in _chains:
        give(chain)
    Chain.observers[:] = [give]


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Keeps the name of a test that fails."""
    if report.failed:
        _failed.append(report.nodeid)


def _run(items: list[pytest.Item], seconds: dict[str, int]) -> None:
    signal.signal(signal.SIGPROF, signal.SIG_DFL)  # which ends the process, also within the machine
    for item, following in zip_longest(items, items[1:]):
        signal.setitimer(signal.ITIMER_PROF, seconds[item.nodeid])
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if _failed:
            return


def _asked(mutant: dict[str, Any], items: dict[str, pytest.Item]) -> dict[str, Any]:
    """What the tests say of a mutant, in a process that ends with them."""
    reads, writes = os.pipe()
    child = os.fork()
    if not child:
        try:
            if mutant["account"]:
                _wake(mutant["account"])
            _run([items[name] for name in mutant["tests"]], mutant["tests"])
            os.write(writes, "".join(_failed[:1]).encode())
            os._exit(0)
        finally:
            os._exit(1)
    os.close(writes)
    with os.fdopen(reads) as answer:
        failed = answer.read()
    return {"failed": failed, "signal": os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool:
    """Asks for each mutant in turn."""
    published()
    items = {item.nodeid: item for item in session.items}
    with ANSWERS.open("a", buffering=1) as file:
        for mutant in PLAN:
            missing = [name for name in mutant["tests"] if name not in items]  # its module breaks when it is imported
            answer = {"failed": missing[0], "signal": 0} if missing else _asked(mutant, items)
            file.write(json.dumps(answer) + "\n")
    return True
