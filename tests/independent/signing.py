"""EIP-712 digests of terms, acts, requests and records, and compact signatures."""

from functools import cache
from typing import Any, NamedTuple

from eth_abi import encode
from eth_hash.auto import keccak
from eth_keys import keys

TERMS = (
    "Terms(string words,address producer,address consumer,address meter,address arbiter,uint16 firstDay,"
    "uint16 firstMonth,uint16 months,uint16 disputeDays,uint16 noticeDays,uint16 silenceDays,uint16 longStopDay,"
    "bytes3 currency,bytes32 timeZone,uint64 maxPower,uint64 maxClaim,bytes32 documentHash,bytes32 supersedes,"
    "uint256 salt,Clause[] clauses)"
)
CLAUSE = "Clause(address rule,bytes params)"
ACT = (
    "Act(bytes32 agreement,uint32 number,uint64 until,int64 generation,int64 exported,int64 cents,uint16 settles,"
    "bytes32 successor,bytes32 reason)"
)
REQUEST = "Request(string right,bytes32 agreement,uint32 number,int64 cents,uint16 day,bytes32 reference,uint64 until)"
RECORD = "Record(uint256 last,uint64 generation,uint64 exported,uint16 day,bytes32 readingsRoot)"
DOMAIN = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
RIGHTS = [
    "withdraw",
    "reject",
    "serve",
    "cancel",
    "voidAct",
    "object",
    "dispute",
    "resolve",
    "declare",
    "confirm",
    "deny",
    "accept",
    "refuse",
    "notifyLender",
    "cure",
    "exit",
    "endInSilence",
]
TERMS_TYPES = [
    "bytes32",
    "address",
    "address",
    "address",
    "address",
    "uint16",
    "uint16",
    "uint16",
    "uint16",
    "uint16",
    "uint16",
    "uint16",
    "bytes3",
    "bytes32",
    "uint64",
    "uint64",
    "bytes32",
    "bytes32",
    "uint256",
]
HALF_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141 // 2


class Terms(NamedTuple):
    """All that the parties agree to, in the order of the struct."""

    words_hash: bytes
    producer: str
    consumer: str
    meter: str
    arbiter: str
    first_day: int
    first_month: int
    months: int
    dispute_days: int
    notice_days: int
    silence_days: int
    long_stop_day: int
    currency: bytes
    time_zone: bytes
    max_power: int
    max_claim: int
    document_hash: bytes
    supersedes: bytes
    salt: int
    clauses: tuple[tuple[str, bytes], ...]


class Act(NamedTuple):
    """What is done together."""

    number: int = 0
    until: int = 2**64 - 1
    generation: int = 0
    exported: int = 0
    cents: int = 0
    settles: int = 0
    successor: bytes = bytes(32)
    reason: bytes = bytes(32)


class Request(NamedTuple):
    """A right and what it is used for."""

    right: int
    number: int = 0
    cents: int = 0
    day: int = 0
    reference: bytes = bytes(32)
    until: int = 2**64 - 1


@cache
def domain(chain_id: int, contract: str) -> bytes:
    """The separator of a contract's domain."""
    types = ["bytes32", "bytes32", "bytes32", "uint256", "address"]
    return keccak(encode(types, [keccak(DOMAIN.encode()), keccak(b"Solpact"), keccak(b"1"), chain_id, contract]))


def digest(separator: bytes, type_string: str, types: list[str], values: list[Any]) -> bytes:
    """The digest of a struct whose strings are hashed already."""
    inner = keccak(encode(["bytes32", *types], [keccak(type_string.encode()), *values]))
    return keccak(b"\x19\x01" + separator + inner)


@cache
def terms_digest(separator: bytes, terms: Terms) -> bytes:
    """The agreement's id."""
    each = [
        keccak(encode(["bytes32", "address", "bytes32"], [keccak(CLAUSE.encode()), rule, keccak(params)]))
        for rule, params in terms.clauses
    ]
    values = [*terms[:-1], keccak(b"".join(each))]
    return digest(separator, TERMS + CLAUSE, [*TERMS_TYPES, "bytes32"], values)


def act_digest(separator: bytes, agreement: bytes, act: Act) -> bytes:
    """The digest of an act."""
    types = ["bytes32", "uint32", "uint64", "int64", "int64", "int64", "uint16", "bytes32", "bytes32"]
    return digest(separator, ACT, types, [agreement, *act])


def request_digest(separator: bytes, agreement: bytes, request: Request) -> bytes:
    """The digest of a request."""
    types = ["bytes32", "bytes32", "uint32", "int64", "uint16", "bytes32", "uint64"]
    right = keccak(RIGHTS[request.right].encode())
    return digest(separator, REQUEST, types, [right, agreement, *request[1:]])


def record_digest(separator: bytes, last: int, generation: int, exported: int, day: int, root: bytes) -> bytes:
    """The digest of a record on top of the word `last`."""
    types = ["uint256", "uint64", "uint64", "uint16", "bytes32"]
    return digest(separator, RECORD, types, [last, generation, exported, day, root])


@cache
def key_of(name: str) -> keys.PrivateKey:
    """A private key for tests, made of a name."""
    return keys.PrivateKey(keccak(name.encode()))


@cache
def address_of(name: str) -> str:
    """Its address."""
    return key_of(name).public_key.to_address()


def sign(name: str, digest_: bytes) -> bytes:
    """A compact signature."""
    made = key_of(name).sign_msg_hash(digest_)
    return made.r.to_bytes(32, "big") + (made.s | made.v << 255).to_bytes(32, "big")


@cache
def signer_of(digest_: bytes, signature: bytes) -> str:
    """Who signed; the empty text if nobody can have."""
    if len(signature) != 64:
        return ""
    r = int.from_bytes(signature[:32], "big")
    packed = int.from_bytes(signature[32:], "big")
    s, v = packed & (1 << 255) - 1, packed >> 255
    if s > HALF_ORDER:
        return ""
    try:
        return keys.Signature(vrs=(v, r, s)).recover_public_key_from_msg_hash(digest_).to_address()
    except Exception:  # whatever the library says of numbers that are no signature
        return ""
