"""Days to the platform: leaves and summary, gzipped, signed by the meter's key. A day may be posted twice."""

import gzip
import hashlib
import json
import logging
import time
from collections.abc import Callable

import requests
from eth_account.messages import encode_defunct
from eth_account.signers.local import LocalAccount

from meter.errors import UploadRefused
from meter.outbox import Outbox
from meter.store import Store
from ppa.days import DayReadings

log = logging.getLogger("meter.upload")

PATH = "/api/v1/days"
_TIMEOUT_S = 10
_AGAIN = (408, 425, 429)
_PAUSES_S = (0.5, 1, 2, 5, 30, 300, 900)


def body_of(day: DayReadings, chain_id: int, meter: str) -> bytes:
    """What is posted: the day's JSON, gzipped; the same bytes each time."""
    last = day.last_reading()
    whole = {
        "format": {"name": "solpact-day", "version": 1},
        "chain_id": chain_id,
        "meter": meter,
        "generation_wh": last.generation_wh,
        "exported_wh": last.exported_wh,
        "readings_root": "0x" + day.root().hex(),
        **day.to_json(),
    }
    return gzip.compress(json.dumps(whole, separators=(",", ":")).encode(), mtime=0)


def signed_text(chain_id: int, day: int, body: bytes) -> str:
    """What the meter signs (EIP-191) of a post."""
    return f"SOLPACT1\nPOST\n{PATH}\n{chain_id}\n{day}\n{hashlib.sha256(body).hexdigest()}"


class Uploads:
    """Posts recorded days, oldest first. A day that is refused is parked; the others go on."""

    def __init__(
        self, url: str, chain_id: int, account: LocalAccount, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._url, self._chain_id, self._account, self._monotonic = url + PATH, chain_id, account, monotonic
        self._session = requests.Session()
        self._not_before, self._fails = 0.0, 0

    def step(self, outbox: Outbox, store: Store, recorded: int) -> bool:
        """Posts the next recorded day; False if there is none, or it is not time to try again."""
        if self._monotonic() < self._not_before or (day := outbox.to_upload(recorded)) is None:
            return False
        readings = store.day_readings(day)
        assert readings is not None, "only closed days are uploaded"
        try:
            answer = self.post(readings)
        except UploadRefused as problem:
            if not problem.again:
                log.warning("%s", problem)
                outbox.uploaded(day, "REFUSED", str(problem))
                return True
            self._not_before = self._monotonic() + _PAUSES_S[min(self._fails, len(_PAUSES_S) - 1)]
            if self._fails == 0:
                log.warning("%s Trying again.", problem)
            self._fails += 1
            return False
        self._fails = 0
        outbox.uploaded(day, "STORED", answer)
        return True

    def settled(self, outbox: Outbox, recorded: int) -> bool:
        """Whether the platform has answered for every recorded day."""
        return outbox.to_upload(recorded) is None

    def post(self, day: DayReadings) -> str:
        """Posts one day; what the platform answered. Raises UploadRefused."""
        body = body_of(day, self._chain_id, self._account.address)
        signature = self._account.sign_message(encode_defunct(text=signed_text(self._chain_id, day.day, body)))
        headers = {
            "Content-Type": "application/json",
            "Content-Encoding": "gzip",
            "X-Meter": self._account.address,
            "X-Day": str(day.day),
            "X-Signature": "0x" + bytes(signature.signature).hex(),
        }
        try:
            answer = self._session.post(self._url, data=body, headers=headers, timeout=_TIMEOUT_S)
        except requests.RequestException as problem:
            raise UploadRefused(day.day, 0, f"{self._url} does not answer.", again=True) from problem
        if answer.status_code not in (200, 201):
            again = answer.status_code in _AGAIN or answer.status_code >= 500
            raise UploadRefused(day.day, answer.status_code, _detail(answer), again=again)
        return answer.text[:300]


def _detail(answer: requests.Response) -> str:
    """The sentence of a problem (RFC 9457), or the beginning of another answer."""
    try:
        found = answer.json()
    except (ValueError, RecursionError):
        found = None
    detail = found.get("detail") if isinstance(found, dict) else None
    return str(detail or answer.text)[:300]
