"""A day's body as a meter posts it and as it is kept: one gzip member and nothing after it."""

import zlib

from webapp.errors import BadUpload, TooLarge

MOST_PACKED_BYTES = 1024 * 1024
MOST_BYTES = 16 * 1024 * 1024


def unpacked(body: bytes) -> bytes:
    """What a gzip body holds. Raises TooLarge, or BadUpload where it is not exactly one whole member."""
    if len(body) > MOST_PACKED_BYTES:
        raise TooLarge(f"A day has at most {MOST_PACKED_BYTES} bytes, compressed; this has {len(body)}.")
    unpacker = zlib.decompressobj(wbits=31)
    try:
        found = unpacker.decompress(body, MOST_BYTES + 1)
    except zlib.error as problem:
        raise BadUpload(f"The body is not gzip: {problem}.") from problem
    if len(found) > MOST_BYTES:
        raise TooLarge(f"A day has at most {MOST_BYTES} bytes; this has more once it is unpacked.")
    if not unpacker.eof:
        raise BadUpload("The body's gzip data is truncated: its end is missing.")
    if unpacker.unused_data:
        raise BadUpload(f"{len(unpacker.unused_data)} bytes follow the end of the body's gzip data; send one member.")
    return found
