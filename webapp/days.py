"""A day of readings that a meter posts: authenticated, checked against the chain's record, kept once."""

import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from eth_account import Account
from eth_account.messages import encode_defunct
from eth_utils.address import is_address, to_checksum_address

from ppa import jsonfile
from ppa.days import DayReadings
from ppa.errors import BadReading, PpaError
from ppa.evidence import ReadingsSource
from ppa.records import DailyRecord
from webapp import queries
from webapp.config import settings
from webapp.errors import BadSignature, BadUpload, NotRecorded, NotStored, OtherRecord
from webapp.packed import unpacked
from webapp.store import database, transaction

_MOST_DAY, _DIGITS = 2**16 - 1, 5


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


def number(text: str) -> int | None:
    """A civil day in decimal digits; None for what is none."""
    found = int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else _MOST_DAY + 1
    return found if found <= _MOST_DAY else None


def accept(upload: Upload) -> bool:
    """Stores a day; False if it was there already. Raises BadUpload and its kinds.

    What is there and is not the record's readings is replaced, and what was stored is read back before it is committed.
    """
    meter, day = _authenticated(upload)
    record = _recorded(meter, day)
    _compare(_readings(upload, meter, day), record)
    with transaction(database()) as db:
        if _holds(meter, record):
            return False
        row = (meter, day, upload.body, upload.sha256, upload.signature, int(time.time()))
        db.execute("INSERT OR REPLACE INTO day VALUES (?, ?, ?, ?, ?, ?)", row)
        if not _holds(meter, record):
            raise NotStored(f"Day {day} was not read back as it was written: send it again later.")
    return True


def stored(meter: str, day: int) -> dict[str, Any] | None:
    """A day as it was posted; None if it never was. Raises BadReading for one that cannot be read."""
    row = database().execute("SELECT body FROM day WHERE meter = ? AND day = ?", (meter, day)).fetchone()
    if row is None:
        return None
    try:
        found = json.loads(unpacked(row["body"]))
    except (BadUpload, ValueError, RecursionError) as problem:
        raise BadReading(f"The stored readings of day {day} cannot be read: {problem}") from problem
    if not isinstance(found, dict):
        raise BadReading(f"The stored readings of day {day} are no JSON object.")
    return found


def source(meter: str) -> ReadingsSource:
    """A meter's stored days, as `ppa.evidence.collect` asks for them."""

    def readings(day: int) -> DayReadings | None:
        found = stored(meter, day)
        return None if found is None else DayReadings.from_json(found)

    return readings


def _holds(meter: str, record: DailyRecord) -> bool:
    """Whether the readings that are stored make the record."""
    try:
        found = source(meter)(record.day)
        return found is not None and found.record() == record
    except PpaError:
        return False


def _authenticated(upload: Upload) -> tuple[str, int]:
    day = number(upload.day)
    if not (is_address(upload.meter) and day is not None and upload.signature):
        raise BadUpload("The headers X-Meter (an address), X-Day (a day, 0 to 65535) and X-Signature are needed.")
    meter = to_checksum_address(upload.meter)
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
        body = jsonfile.parse(unpacked(upload.body).decode(), "day", "The day")
        if (int(body["chain_id"]), body["meter"], body["day"]) != (settings().deployment.chain_id, meter, day):
            raise BadUpload("Chain id, meter or day of the body are not those of the headers and of this platform.")
        return DayReadings.from_json(body)
    except (PpaError, UnicodeDecodeError) as problem:
        raise BadUpload(str(problem)) from problem


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
