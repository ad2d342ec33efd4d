"""Days that meters post.

given a day
├── when it is signed by its meter and is the record's
│   ├── it is stored
│   └── it is a duplicate the second time
├── when a header, the gzip, the JSON or its schema is broken
│   └── it is refused with 400
├── when another key signed it
│   └── it is refused with 401
├── when its readings are not those of the record
│   └── it is refused with 409
├── when it is too large
│   └── it is refused with 413
└── when the chain has no record of it yet
    └── it is to be sent again later: 425
"""

import gzip
import json
from dataclasses import replace
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.webapp.conftest import Site
from tests.webapp.world import FIRST_DAY, METER, STRANGER, World, day_readings, day_upload, signed_headers
from webapp.app import create_app
from webapp.config import Settings
from webapp.packed import MOST_BYTES


def post(site: Site, body: bytes, headers: dict[str, str]) -> TestResponse:
    return site.client.post("/api/v1/days", data=body, headers=headers)


def good(site: Site) -> tuple[bytes, dict[str, str]]:
    return day_upload(METER, *site.world.days[FIRST_DAY])


def changed(site: Site, **changes: Any) -> tuple[bytes, dict[str, str]]:
    body = {**json.loads(gzip.decompress(good(site)[0])), **changes}
    packed = gzip.compress(json.dumps(body).encode())
    return packed, signed_headers(METER, FIRST_DAY, packed)


def test_a_day_is_stored_once_even_before_the_index_has_its_record(world: World) -> None:
    app = create_app(Settings.load(world.rpc, world.deployment_file, world.folder / "index.sqlite"))
    readings = day_readings(FIRST_DAY - 1, 1000, 200, 0, 0, opening=True)
    body, headers = day_upload(METER, readings, world.record(METER, readings))
    first, second = (app.test_client().post("/api/v1/days", data=body, headers=headers) for _ in range(2))
    assert (first.status_code, first.json) == (201, {"stored": True})
    assert (second.status_code, second.json) == (200, {"duplicate": True})


def test_a_stored_day_is_given_back_whole(site: Site) -> None:
    found = site.client.get(f"/api/v1/meters/{METER.address}/days/{FIRST_DAY}").json
    assert found is not None and len(found["leaves"]) == 96


def test_a_day_that_was_never_posted_is_404(site: Site) -> None:
    assert site.client.get(f"/api/v1/meters/{STRANGER.address}/days/{FIRST_DAY}").status_code == 404


@pytest.mark.parametrize("missing", ["X-Meter", "X-Day", "X-Signature"])
def test_a_missing_header_is_refused(site: Site, missing: str) -> None:
    body, headers = good(site)
    answer = post(site, body, {**headers, missing: ""})
    assert answer.status_code == 400 and "X-Signature" in answer.json["detail"]


def test_another_key_is_refused(site: Site) -> None:
    body, headers = good(site)
    forged = signed_headers(STRANGER, FIRST_DAY, body) | {"X-Meter": headers["X-Meter"]}
    answer = post(site, body, forged)
    assert answer.status_code == 401 and STRANGER.address in answer.json["detail"]


def test_a_signature_of_another_body_is_refused(site: Site) -> None:
    _, headers = good(site)
    assert post(site, gzip.compress(b"{}"), headers).status_code == 401


def test_a_signature_that_is_none_is_refused(site: Site) -> None:
    body, headers = good(site)
    assert post(site, body, {**headers, "X-Signature": "0x1234"}).status_code == 401


def test_a_body_that_is_not_gzip_is_refused(site: Site) -> None:
    answer = post(site, b"{}", signed_headers(METER, FIRST_DAY, b"{}"))
    assert answer.status_code == 400 and "gzip" in answer.json["detail"]


def test_a_bomb_is_refused(site: Site) -> None:
    packed = gzip.compress(bytes(MOST_BYTES + 1))
    assert post(site, packed, signed_headers(METER, FIRST_DAY, packed)).status_code == 413


@pytest.mark.parametrize(
    ("changes", "status", "word"),
    [
        ({"format": {"name": "solpact-day", "version": 2}}, 400, "version"),
        ({"chain_id": 1}, 400, "Chain id"),
        ({"day": FIRST_DAY + 1}, 400, "day"),
        ({"leaves": []}, 400, "leaves"),
        ({"leaves": [{"time": 1, "generation_wh": 2, "exported_wh": 3, "flags": 0}]}, 409, "root"),
    ],
)
def test_a_day_that_is_not_the_record_is_refused(site: Site, changes: dict[str, Any], status: int, word: str) -> None:
    answer = post(site, *changed(site, **changes))
    assert answer.status_code == status and word in answer.json["detail"]


def test_a_day_that_is_not_on_chain_yet_is_to_be_sent_later(site: Site) -> None:
    readings, record = site.world.days[FIRST_DAY]
    later = FIRST_DAY + 300
    answer = post(site, *day_upload(METER, replace(readings, day=later), replace(record, day=later)))
    assert answer.status_code == 425 and "later" in answer.json["detail"]
