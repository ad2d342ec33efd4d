"""Days to the platform.

given a recorded day
    when it is posted: gzipped JSON that gives the record's root, signed by the meter's key; the same bytes each time
    when the platform says that it is not recorded yet, is down, or fails: tried again later
    when it refuses: parked with its sentence, the next day goes on; offered again after a start
"""

import gzip
import hashlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from eth_account import Account
from eth_account.messages import encode_defunct

from meter.outbox import Outbox
from meter.upload import Uploads, body_of
from ppa.days import DayReadings
from tests.meter.wires import free_port
from tests.meter.world import CHAIN_ID, Site, at

METER = Account.from_key(bytes([9]) * 32)


class Platform:
    """A web server that answers as it is told and keeps what it was sent."""

    def __init__(self) -> None:
        self.answers: list[int] = []
        self.refusal = b'{"status": 409, "detail": "The register differs."}'
        self.posts: list[tuple[str, dict[str, str], bytes]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.posts.append((self.path, dict(self.headers), body))
                status = outer.answers.pop(0) if outer.answers else 201
                self.send_response(status)
                self.end_headers()
                self.wfile.write(b'{"stored": true}' if status < 300 else outer.refusal)

            def log_message(self, *_: Any) -> None:
                """Silence."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def end(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def platform() -> Iterator[Platform]:
    found = Platform()
    yield found
    found.end()


class Posting:
    """A site with three closed days, and uploads with a clock of their own."""

    def __init__(self, folder: Path, url: str) -> None:
        self.site = Site.opened(folder)
        self.site.until(at("2016-07-02T00:15"), 1_000, 300)
        self.outbox, self.seconds = Outbox(self.site.store), 0.0
        self.days = [record.day for record in self.site.store.records()]
        self.uploads = Uploads(url, CHAIN_ID, METER, monotonic=lambda: self.seconds)

    def step(self) -> bool:
        return self.uploads.step(self.outbox, self.site.store, self.days[-1])

    def states(self) -> list[tuple[int, str]]:
        return self.site.store.rows("SELECT day, state FROM outbox_days ORDER BY day")

    def end(self) -> None:
        self.uploads._session.close()
        self.site.finish()


@pytest.fixture
def posting(tmp_path: Path, platform: Platform) -> Iterator[Posting]:
    found = Posting(tmp_path, platform.url)
    yield found
    found.end()


def test_a_posted_day_is_signed_by_the_meter_and_gives_its_root(posting: Posting, platform: Platform) -> None:
    while posting.step():
        pass
    assert posting.states() == [(day, "STORED") for day in posting.days]
    for record, (path, headers, body) in zip(posting.site.store.records(), platform.posts, strict=True):
        day = json.loads(gzip.decompress(body))
        assert DayReadings.from_json(day).record() == record
        assert (path, headers["X-Day"], headers["X-Meter"]) == ("/api/v1/days", str(record.day), METER.address)
        text = f"SOLPACT1\nPOST\n/api/v1/days\n{CHAIN_ID}\n{record.day}\n{hashlib.sha256(body).hexdigest()}"
        assert Account.recover_message(encode_defunct(text=text), signature=headers["X-Signature"]) == METER.address
        assert day["format"] == {"name": "solpact-day", "version": 1}
        assert day["readings_root"] == "0x" + record.readings_root.hex()


def test_a_day_is_posted_as_the_same_bytes_each_time(posting: Posting) -> None:
    day = posting.site.store.day_readings(posting.days[-1])
    assert day is not None
    assert body_of(day, 1, METER.address) == body_of(day, 1, METER.address)


@pytest.mark.parametrize("status", [425, 429, 500, 503])
def test_a_platform_that_is_not_ready_is_tried_again_later(posting: Posting, platform: Platform, status: int) -> None:
    platform.answers = [status]
    assert not posting.step()
    assert not posting.step(), "not before its time"
    assert (posting.states(), len(platform.posts)) == ([], 1)
    posting.seconds += 1
    assert posting.step()
    assert posting.states() == [(posting.days[0], "STORED")]


def test_a_platform_that_is_down_loses_nothing(tmp_path: Path) -> None:
    posting = Posting(tmp_path, f"http://127.0.0.1:{free_port()}")
    assert not posting.step()
    assert posting.states() == []
    assert not posting.uploads.settled(posting.outbox, posting.days[-1])
    posting.end()


@pytest.mark.parametrize("status", [400, 401, 409])
def test_a_refused_day_is_parked_with_its_sentence_and_the_next_goes_on(
    posting: Posting, platform: Platform, status: int
) -> None:
    platform.answers = [status]
    while posting.step():
        pass
    assert [state for _, state in posting.states()] == ["REFUSED", "STORED", "STORED"]
    answer = posting.site.store.rows("SELECT answer FROM outbox_days WHERE state = 'REFUSED'")[0][0]
    assert answer.endswith(f"({status}): The register differs.")
    posting.outbox.forget_refusals()
    assert posting.step()
    assert [state for _, state in posting.states()] == ["STORED"] * 3


def test_a_duplicate_is_as_good_as_stored(posting: Posting, platform: Platform) -> None:
    platform.answers = [200]
    assert posting.step()
    assert posting.states() == [(posting.days[0], "STORED")]


def test_days_that_are_not_recorded_are_not_posted(posting: Posting, platform: Platform) -> None:
    assert not posting.uploads.step(posting.outbox, posting.site.store, -1)
    assert platform.posts == []


@pytest.mark.parametrize("refusal", [b"No.", b'"No."', b'{"no": 1}', b"[" * 100_000, b""])
def test_a_refusal_without_a_detail_is_kept_as_it_begins(posting: Posting, platform: Platform, refusal: bytes) -> None:
    platform.answers, platform.refusal = [400], refusal
    assert posting.step()
    answer = posting.site.store.rows("SELECT answer FROM outbox_days WHERE state = 'REFUSED'")[0][0]
    assert answer.endswith(f"(400): {refusal.decode()[:300]}")
