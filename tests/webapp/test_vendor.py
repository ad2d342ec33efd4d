"""The browser's libraries.

├── given node_modules
│   └── it copies what is new
├── given a wheel, which brings the copies along
│   └── it takes them as they are
└── given neither
    └── it says what to run
"""

from pathlib import Path

import pytest

from webapp import vendor
from webapp.errors import MissingPackage


def make_modules(folder: Path, text: str) -> Path:
    for source in vendor.FILES.values():
        (folder / source).parent.mkdir(parents=True, exist_ok=True)
        (folder / source).write_text(text)
    return folder


def test_what_is_new_is_copied(tmp_path: Path) -> None:
    vendor.copy(make_modules(tmp_path / "modules", "old"), tmp_path / "vendor")
    copied = vendor.copy(make_modules(tmp_path / "modules", "new"), tmp_path / "vendor")
    assert {path.read_text() for path in copied} == {"new"}


def test_a_wheels_copies_are_taken_as_they_are(tmp_path: Path) -> None:
    vendor.copy(make_modules(tmp_path / "modules", "packed"), tmp_path / "vendor")
    copied = vendor.copy(tmp_path / "nothing", tmp_path / "vendor")
    assert {path.read_text() for path in copied} == {"packed"}


def test_without_either_it_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(MissingPackage, match="npm ci"):
        vendor.copy(tmp_path / "nothing", tmp_path / "vendor")
