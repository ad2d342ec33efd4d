"""A plugin of pytest: which traces (scripts/_traces.py) each test came by, and its seconds, a line of JSON a test.

SOLPACT_TRAILS is the folder; every process writes a file of its own. A chain that tests share gives each of them all
that it saw so far.
"""

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from weakref import WeakSet

import pytest

from tests.evm import Chain

FIRST, LAST = 2**32, 2**33
FOLDER = Path(os.environ["SOLPACT_TRAILS"])

_new: list[Chain] = []
_kept: WeakSet[Chain] = WeakSet()
Chain.observers.append(_new.append)


def _seen(chain: Chain) -> set[int]:
    numbers = (int(address, 16) for address in chain.evm.db_accounts)
    return {number - FIRST for number in numbers if FIRST <= number < LAST}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Runs a test and keeps its trail."""
    started = time.monotonic()
    answer = yield
    seconds = round(time.monotonic() - started, 3)
    seen: set[int] = set().union(*map(_seen, (*_new, *_kept)))
    _kept.update(_new)
    _new.clear()
    with (FOLDER / f"{os.getpid()}.jsonl").open("a") as file:
        file.write(json.dumps({"test": item.nodeid, "seconds": seconds, "seen": sorted(seen)}) + "\n")
    return answer
