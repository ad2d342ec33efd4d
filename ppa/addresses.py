"""Addresses in checksum form (EIP-55). A verification meets the same few thousands of times, and each takes a hash."""

from functools import lru_cache

from eth_utils.address import to_checksum_address

checksummed = lru_cache(maxsize=1024)(to_checksum_address)
