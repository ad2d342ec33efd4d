"""A plugin of pytest: only the tests that the file SOLPACT_CHOSEN names, one a line, in its order."""

import os
from pathlib import Path

import pytest

ORDER = {name: place for place, name in enumerate(Path(os.environ["SOLPACT_CHOSEN"]).read_text().splitlines())}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keeps the chosen, and puts them in order."""
    items[:] = sorted((item for item in items if item.nodeid in ORDER), key=lambda item: ORDER[item.nodeid])
