"""tests/vectors.json binds three languages.

the file ── is what make_vectors makes
         ├─ holds in Python, vector by vector
         └─ has at least ten worked by hand, in every kind the page asks for
"""

import json
from typing import Any

import pytest

from tests import make_vectors
from tests.vectors import GROUPS

FOUND = json.loads(make_vectors.FILE.read_text(encoding="utf-8"))["groups"]
CASES = [(group, vector) for group, vectors in FOUND.items() for vector in vectors]


@pytest.mark.parametrize(("group", "vector"), CASES, ids=[f"{g}: {v['name']}" for g, v in CASES])
def test_python_gives_what_the_vector_says(group: str, vector: dict[str, Any]) -> None:
    assert make_vectors.shown(GROUPS[group](vector["given"])) == vector["gives"]


def test_the_file_is_what_the_script_makes() -> None:
    assert make_vectors.FILE.read_text(encoding="utf-8") == make_vectors.text()


def test_at_least_ten_vectors_were_worked_by_hand_with_their_steps() -> None:
    by_hand = [vector for _, vector in CASES if vector.get("steps")]
    assert len(by_hand) >= 10
    names = " ".join(vector["name"] for vector in by_hand)
    for kind in ("negative consumption", "half a cent", "year change", "dark month", "odd node"):
        assert kind in names


def test_every_group_has_a_vector_and_no_integer_that_browsers_cannot_hold() -> None:
    assert set(FOUND) == set(GROUPS)
    assert all(FOUND.values())
    numbers = json.loads(make_vectors.FILE.read_text(encoding="utf-8"), parse_int=int)
    assert max(_integers(numbers)) <= 2**53


def _integers(value: Any) -> list[int]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [n for part in value for n in _integers(part)]
    return [abs(value)] if isinstance(value, int) else []
