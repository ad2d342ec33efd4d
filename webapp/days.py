"""A day of readings that a meter posts: authenticated, checked against the chain's record, kept once."""

import gzip
import hashlib
import json
import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from eth_account import Account
from eth_account.messages import encode_defunct
from eth_utils.address import is_address, to_checksum_address

from ppa import jsonfile
from ppa.days import DayReadings
from ppa.errors import PpaError
from ppa.evidence import ReadingsSource
from ppa.records import DailyRecord
from webapp import queries
from webapp.config import settings
from webapp.errors import BadSignature, BadUpload, NotRecorded, OtherRecord, TooLarge
from webapp.store import database

MOST_PACKED_BYTES = 1024 * 1024
MOST_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True)
class Upload:
    """What came: the compressed body and the three headers."""

    body: bytes
    meter: str
    day: str
    signature: str

    @property
    def sha256(self) -> str:
        """Of the compressed body."""
        return hashlib.sha256(self.body).hexdigest()


def message(chain_id: int, day: int, sha256: str) -> str:
    """What a meter signs (personal_sign)."""
    return f"SOLPACT1\nPOST\n/api/v1/days\n{chain_id}\n{day}\n{sha256}"


def accept(upload: Upload) -> bool:
    """Stores a day; False if it was there already. Raises BadUpload and its kinds."""
    meter, day = _authenticated(upload)
    readings = _readings(upload, meter, day)
    _compare(readings, _recorded(meter, day))
    row = (meter, day, upload.body, upload.sha256, upload.signature, int(time.time()))
    return database().execute("INSERT OR IGNORE INTO day VALUES (?, ?, ?, ?, ?, ?)", row).rowcount == 1


def stored(meter: str, day: int) -> dict[str, Any] | None:
    """A day as it was posted; None if it never was."""
    row = database().execute("SELECT body FROM day WHERE meter = ? AND day = ?", (meter, day)).fetchone()
    found: dict[str, Any] | None = json.loads(gzip.decompress(row["body"])) if row else None
    return found


def source(meter: str) -> ReadingsSource:
    """A meter's stored days, as `ppa.evidence.collect` asks for them."""

    def readings(day: int) -> DayReadings | None:
        found = stored(meter, day)
        return DayReadings.from_json(found) if found else None

    return readings


def _authenticated(upload: Upload) -> tuple[str, int]:
    if not (is_address(upload.meter) and upload.day.isascii() and upload.day.isdigit() and upload.signature):
        raise BadUpload("The headers X-Meter (an address), X-Day (a number) and X-Signature are needed.")
    if len(upload.body) > MOST_PACKED_BYTES:
        raise TooLarge(f"A day has at most {MOST_PACKED_BYTES} bytes, compressed; this has {len(upload.body)}.")
    meter, day = to_checksum_address(upload.meter), int(upload.day)
    signable = encode_defunct(text=message(settings().deployment.chain_id, day, upload.sha256))
    try:
        signer = Account.recover_message(signable, signature=upload.signature)
    except Exception as problem:  # eth-keys raises many kinds for bytes that are no signature
        raise BadSignature(f"X-Signature is not a signature: {problem}.") from problem
    if signer != meter:
        raise BadSignature(f"The day is signed by {signer}, not by the meter {meter} that X-Meter names.")
    return meter, day


def _readings(upload: Upload, meter: str, day: int) -> DayReadings:
    try:
        body = jsonfile.parse(_unpacked(upload.body).decode(), "day", "The day")
        if (int(body["chain_id"]), body["meter"], body["day"]) != (settings().deployment.chain_id, meter, day):
            raise BadUpload("Chain id, meter or day of the body are not those of the headers and of this platform.")
        return DayReadings.from_json(body)
    except (PpaError, UnicodeDecodeError) as problem:
        raise BadUpload(str(problem)) from problem


def _unpacked(body: bytes) -> bytes:
    unpacker = zlib.decompressobj(wbits=31)
    try:
        found = unpacker.decompress(body, MOST_BYTES)
    except zlib.error as problem:
        raise BadUpload(f"The body is not gzip: {problem}.") from problem
    if unpacker.unconsumed_tail or not unpacker.eof:
        raise TooLarge(f"The day has more than {MOST_BYTES} bytes, or its end is missing.")
    return found


def _recorded(meter: str, day: int) -> DailyRecord:
    row: Mapping[str, Any] | None = queries.record(meter, day)
    if row:
        root = jsonfile.unhexed(row["readings_root"])
        return DailyRecord(day, row["generation_wh"], row["exported_wh"], root)
    deployment = settings().deployment
    chain = settings().chain()
    first, last = max(queries.indexed_block() + 1, deployment.site("MeterLedger").block), chain.head()[0]
    news = chain.records(deployment.address("MeterLedger"), meter, first, last) if first <= last else []
    for logged in news:
        if logged.record.day == day:
            return logged.record
    raise NotRecorded(f"The meter has no record of day {day} on chain yet: send the day again later.")


def _compare(readings: DayReadings, record: DailyRecord) -> None:
    try:
        made = readings.record()
    except PpaError as problem:
        raise BadUpload(str(problem)) from problem
    if made != record:
        raise OtherRecord(
            f"The readings of day {record.day} make the root 0x{made.readings_root.hex()} and registers of "
            f"{made.generation_wh} and {made.exported_wh} Wh; the chain has 0x{record.readings_root.hex()}, "
            f"{record.generation_wh} and {record.exported_wh} Wh."
        )
