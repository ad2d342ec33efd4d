"""Parties with keys, and what they sign together."""

from typing import Any, NamedTuple

from eth_abi import encode
from eth_keys.datatypes import PrivateKey
from eth_utils import keccak

from tests.contracts.world import Terms, World
from tests.evm import CHAIN_ID, Receipt

PRODUCER_KEY, CONSUMER_KEY, HEIR_KEY, STRANGER_KEY = (PrivateKey(keccak(bytes([n]))) for n in (101, 102, 103, 104))
PRODUCER, CONSUMER, HEIR = (key.public_key.to_address() for key in (PRODUCER_KEY, CONSUMER_KEY, HEIR_KEY))
ARBITER = "0x" + "ab" * 20
KEY_OF = {PRODUCER: PRODUCER_KEY, CONSUMER: CONSUMER_KEY, HEIR: HEIR_KEY}
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
FOREVER = 2**64 - 1
ACT_TYPE = keccak(
    text="Act(bytes32 agreement,uint16 number,uint64 until,int64 generation,int64 exported,int64 cents,"
    "uint16 settles,bytes32 successor,bytes32 reason)"
)
DOMAIN_TYPE = keccak(text="EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)")
KINDS = ["bytes32", "bytes32", "uint16", "uint64", "int64", "int64", "int64", "uint16", "bytes32", "bytes32"]


class Act(NamedTuple):
    """A mutual act, in the ABI's order."""

    number: int = 1
    until: int = FOREVER
    generation: int = 0
    exported: int = 0
    cents: int = 0
    settles: int = 0
    successor: bytes = bytes(32)
    reason: bytes = b"\7" * 32


def domain(registry: str, chain_id: int = CHAIN_ID) -> bytes:
    """The EIP-712 domain, written out."""
    values = [DOMAIN_TYPE, keccak(text="Solpact"), keccak(text="1"), chain_id, registry]
    return keccak(encode(["bytes32", "bytes32", "bytes32", "uint256", "address"], values))


def digest(agreement: bytes, act: Act, separator: bytes) -> bytes:
    """What both parties sign."""
    return keccak(b"\x19\x01" + separator + keccak(encode(KINDS, [ACT_TYPE, agreement, *act])))


def compact(key: PrivateKey, message: bytes, *, other: bool = False) -> bytes:
    """A compact signature (EIP-2098); `other`: the second signature of the same message."""
    signature = key.sign_msg_hash(message)
    s, v = (ORDER - signature.s, 1 - signature.v) if other else (signature.s, signature.v)
    return signature.r.to_bytes(32, "big") + (s | v << 255).to_bytes(32, "big")


def signed(world: World, terms: Terms, act: Act, **changes: Any) -> tuple[Any, ...]:
    """The arguments of `act`, signed by both parties of the terms; `changes`: agreement, separator, keys."""
    agreement = changes.get("agreement", world.registry.idOf(terms))
    message = digest(agreement, act, changes.get("separator", domain(world.registry.address)))
    keys = changes.get("keys", (KEY_OF[terms.producer], KEY_OF[terms.consumer]))
    return terms, act, *(compact(key, message) for key in keys)


def acted(world: World, terms: Terms, act: Act, *successor: Terms) -> Receipt:
    """Both did it together; a stranger brings it."""
    return world.registry.act(*signed(world, terms, act), successor, sender="0x" + "5a" * 20)


def running(world: World, **changes: Any) -> tuple[Terms, bytes]:
    """An agreement of parties with keys, with an arbiter, that runs."""
    parties = {"producer": PRODUCER, "consumer": CONSUMER, "arbiter": ARBITER, "months": 24}
    return world.running(**(parties | changes))


def late_interest(rate: int = 80_000, day_count: int = 365) -> bytes:
    """Parameters: ppm a year, days of a year."""
    return encode(["uint32", "uint16"], [rate, day_count])


def exit_table(
    prices: tuple[int, ...] = (525_000, 500_000),
    lender: str = "0x" + "00" * 20,
    cure: int = 0,
    appraiser: str = "0x" + "00" * 20,
    size: int = 100_000,
) -> bytes:
    """Parameters: 1e-6 EUR a W of each contract year, lender, days to cure, appraiser, W."""
    return encode(["(address,uint16,address,uint64,uint64[])"], [(lender, cure, appraiser, size, prices)])
