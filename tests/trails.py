"""A plugin of pytest: which traces (tools/coverage/traces.py) each test came by, its seconds: a line of JSON each.

SOLPACT_TRAILS is the folder; every process writes a file of its own. A chain that tests of a file share gives each of
them all that it saw so far; what it saw before any test, the first one. `rests` says that a test made no chain and uses
what other tests of its file have made: alone it takes longer.
"""

import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary, WeakSet

import pytest

from tests.evm import Chain

FIRST, LAST = 2**32, 2**33
FOLDER = Path(os.environ["SOLPACT_TRAILS"])

_new: list[Chain] = []
_used: set[Chain] = set()
_imported: WeakSet[Chain] = WeakSet()  # those that modules made when they were imported
_files: WeakKeyDictionary[Chain, set[Path]] = WeakKeyDictionary()  # those whose tests use a chain
_traces: WeakKeyDictionary[Chain, set[int]] = WeakKeyDictionary()  # what a chain had seen when it was used last
Chain.observers.append(_new.append)


def _noted(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same, which notes that the chain was used."""

    def noted(chain: Chain, *args: Any, **more: Any) -> Any:
        _used.add(chain)
        return function(chain, *args, **more)

    return noted


for _name in ("deploy", "send", "call"):
    setattr(Chain, _name, _noted(getattr(Chain, _name)))


def _seen(chain: Chain) -> set[int]:
    if chain in _used or chain not in _traces:
        numbers = (int(address, 16) for address in chain.evm.db_accounts)
        _traces[chain] = {number - FIRST for number in numbers if FIRST <= number < LAST}
    return _traces[chain]


def pytest_collection_finish() -> None:
    """Notes the chains that are there before any test."""
    _imported.update(_new)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Runs a test and keeps its trail."""
    _used.clear()
    started = time.monotonic()
    answer = yield
    seconds = round(time.monotonic() - started, 3)
    for chain in _used:
        _files.setdefault(chain, set()).add(item.path)
    shared = [chain for chain, files in _files.items() if item.path in files]
    seen: set[int] = set().union(*map(_seen, (*_new, *shared)))
    rests = _imported.issuperset(_new) and not _imported.issuperset(shared)
    _new.clear()
    _used.clear()
    with (FOLDER / f"{os.getpid()}.jsonl").open("a") as file:
        line = {"test": item.nodeid, "seconds": seconds, "seen": sorted(seen), "rests": rests}
        file.write(json.dumps(line) + "\n")
    return answer
