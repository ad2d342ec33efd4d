"""Days as they are kept.

given a body that is not one whole gzip member of bounded size
├── when its meter posts it
│   └── it is refused, and nothing is stored
└── when it is stored all the same, from before
    ├── the day is not given: 409 in words
    ├── the evidence has every other day and names this one; both verifiers still find everything right
    └── a good repetition replaces it
given readings that are whole and not the record's ── the same
given a boundary day that cannot be read ── both verifiers leave the readings undecided
given a disk that keeps other bytes than it was given ── nothing is stored, and the meter is to send it again
"""

import gzip
import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace

import pytest
from werkzeug.test import TestResponse

from ppa import files
from ppa.chain import Chain
from ppa.verify import Subject
from tests import both_verifiers
from tests.webapp.conftest import Site, make_site
from tests.webapp.world import FIRST_DAY, METER, World, anvil, day_upload, signed_headers
from webapp.packed import MOST_BYTES, MOST_PACKED_BYTES, unpacked

INNER = FIRST_DAY + 10
BOUNDARY = FIRST_DAY + 30
EMPTY = gzip.compress(b"", mtime=0)
Spoil = Callable[[bytes], bytes]

BAD: dict[str, tuple[Spoil, int, str]] = {
    "trailing zeros": (lambda body: body + bytes(8), 400, "8 bytes follow"),
    "trailing garbage": (lambda body: body + b"garbage", 400, "7 bytes follow"),
    "a second member": (lambda body: body + gzip.compress(b"more", mtime=0), 400, "one member"),
    "a second member that is empty": (lambda body: body + EMPTY, 400, "one member"),
    "an empty member before": (lambda body: EMPTY + body, 400, "one member"),
    "an empty member alone": (lambda body: EMPTY, 400, "JSON"),
    "nothing": (lambda body: b"", 400, "truncated"),
    "without its last byte": (lambda body: body[:-1], 400, "truncated"),
    "cut in half": (lambda body: body[: len(body) // 2], 400, "truncated"),
    "a wrong checksum": (lambda body: body[:-8] + bytes([body[-8] ^ 1]) + body[-7:], 400, "incorrect data check"),
    "a wrong length": (lambda body: body[:-1] + bytes([body[-1] ^ 1]), 400, "incorrect length check"),
    "a bomb": (lambda body: gzip.compress(bytes(MOST_BYTES + 1), mtime=0), 413, "once it is unpacked"),
    "a bomb of members": (lambda body: gzip.compress(bytes(MOST_BYTES // 2), mtime=0) * 4, 400, "one member"),
    "too many packed bytes": (lambda body: bytes(MOST_PACKED_BYTES + 1), 413, "compressed"),
    "nested too deep": (lambda body: gzip.compress(b"[" * 100_000, mtime=0), 400, "JSON"),
}


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("stored")
    with anvil() as rpc:
        yield make_site(World(rpc, folder), folder)


def good(site: Site, day: int) -> bytes:
    return day_upload(METER, *site.world.days[day])[0]


def post(site: Site, day: int, body: bytes) -> TestResponse:
    return site.client.post("/api/v1/days", data=body, headers=signed_headers(METER, day, body))


def get(site: Site, day: int) -> TestResponse:
    return site.client.get(f"/api/v1/meters/{METER.address}/days/{day}")


def keep(site: Site, day: int, body: bytes | None) -> None:
    """What a row has, whatever it is; None: no row."""
    with closing(sqlite3.connect(site.settings.database, isolation_level=None)) as db:
        if body is None:
            db.execute("DELETE FROM day WHERE day = ?", (day,))
        else:
            db.execute("INSERT OR REPLACE INTO day VALUES (?, ?, ?, '', '', 0)", (METER.address, day, body))


def verified(site: Site) -> tuple[files.Evidence, dict[str, tuple[bool | None, str]]]:
    """The evidence, and what the two verifiers agree on of it."""
    path = site.world.folder / "evidence.json"
    answer = site.client.get(f"/agreements/{site.agreement}/evidence.json")
    assert answer.status_code == 200, answer.text
    path.write_bytes(answer.data)
    evidence = files.read_evidence(path)
    report = both_verifiers.run(Subject.of(Chain(site.world.rpc), evidence, language="en"))
    return evidence, {check.name: (check.ok, check.found) for check in report.checks}


@pytest.mark.parametrize("which", BAD)
def test_what_is_not_one_whole_member_is_refused_and_not_stored(own: Site, which: str) -> None:
    spoil, status, word = BAD[which]
    keep(own, INNER, None)
    answer = post(own, INNER, spoil(good(own, INNER)))
    assert (answer.status_code, word in answer.text) == (status, True), answer.text
    assert get(own, INNER).status_code == 404
    assert post(own, INNER, good(own, INNER)).status_code == 201


@pytest.mark.parametrize("which", BAD)
def test_a_day_that_is_stored_badly_is_named_until_a_good_repetition_replaces_it(own: Site, which: str) -> None:
    body = good(own, INNER)
    keep(own, INNER, BAD[which][0](body))
    answer = get(own, INNER)
    assert answer.status_code == 409 and "cannot be read" in answer.text
    found = own.client.get(f"/agreements/{own.agreement}/evidence.json").json
    assert found["unread_days"] == [INNER]
    assert [one["day"] for one in found["days"]] == [day for day in own.world.days if day != INNER]

    assert post(own, INNER, body).json == {"stored": True}
    assert post(own, INNER, body).json == {"duplicate": True}
    assert get(own, INNER).json == json.loads(unpacked(body))
    found = own.client.get(f"/agreements/{own.agreement}/evidence.json").json
    assert "unread_days" not in found and len(found["days"]) == len(own.world.days)


def test_readings_of_another_record_are_named_and_replaced(own: Site) -> None:
    readings, record = own.world.days[INNER]
    keep(own, INNER, day_upload(METER, replace(readings, leaves=readings.leaves[1:]), record)[0])
    assert verified(own)[0].unread_days == (INNER,)
    assert post(own, INNER, good(own, INNER)).json == {"stored": True}
    assert verified(own)[0].unread_days == ()


@pytest.mark.parametrize("body", [b"[]", b"{}", b'{"day": 1, "summary": 3, "leaves": 4}', b"\xff"])
def test_a_member_that_holds_no_day_is_named(own: Site, body: bytes) -> None:
    keep(own, INNER, gzip.compress(body, mtime=0))
    assert verified(own)[0].unread_days == (INNER,)
    assert post(own, INNER, good(own, INNER)).json == {"stored": True}


def test_both_verifiers_name_a_day_that_was_not_read_and_pass_the_others(own: Site) -> None:
    keep(own, INNER, good(own, INNER) + b"garbage")
    evidence, checks = verified(own)
    assert evidence.unread_days == (INNER,)
    ok, found = checks["Readings"]
    assert ok and "could not read: 2016-07-11" in found
    assert post(own, INNER, good(own, INNER)).json == {"stored": True}


def test_both_verifiers_leave_the_readings_undecided_where_a_boundary_was_not_read(own: Site) -> None:
    keep(own, BOUNDARY, good(own, BOUNDARY) + b"garbage")
    evidence, checks = verified(own)
    assert evidence.unread_days == (BOUNDARY,)
    assert checks["Readings"] == (None, "not in the file: 2016-07-31")
    assert post(own, BOUNDARY, good(own, BOUNDARY)).json == {"stored": True}
    assert verified(own)[1]["Readings"][0]


def test_what_is_read_back_as_other_bytes_is_not_stored(own: Site) -> None:
    spoils = """CREATE TRIGGER spoils AFTER INSERT ON day
                BEGIN UPDATE day SET body = x'00' WHERE meter = NEW.meter AND day = NEW.day; END"""
    keep(own, INNER, None)
    with closing(sqlite3.connect(own.settings.database, isolation_level=None)) as db:
        db.execute(spoils)
        answer = post(own, INNER, good(own, INNER))
        db.execute("DROP TRIGGER spoils")
    assert answer.status_code == 503 and "send it again" in answer.text
    assert get(own, INNER).status_code == 404
    assert post(own, INNER, good(own, INNER)).json == {"stored": True}
