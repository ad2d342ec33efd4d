"""Parties with keys, what they sign together, and what one of them signs for others to bring."""

from typing import Any, NamedTuple

from eth_abi import encode
from eth_keys.datatypes import PrivateKey
from eth_utils import keccak

from tests.contracts.world import STRANGER, Terms, World, month_ends
from tests.evm import CHAIN_ID, Receipt

PRODUCER_KEY, CONSUMER_KEY, NEW_OWNER_KEY, STRANGER_KEY, ARBITER_KEY, BROKER_KEY, BANK_KEY, SPARE_KEY = (
    PrivateKey(keccak(bytes([n]))) for n in range(101, 109)
)
PRODUCER, CONSUMER, NEW_OWNER, ARBITER, BROKER, BANK, SPARE = (
    key.public_key.to_address()
    for key in (PRODUCER_KEY, CONSUMER_KEY, NEW_OWNER_KEY, ARBITER_KEY, BROKER_KEY, BANK_KEY, SPARE_KEY)
)
HEIR = NEW_OWNER
KEY_OF = {
    PRODUCER: PRODUCER_KEY,
    CONSUMER: CONSUMER_KEY,
    NEW_OWNER: NEW_OWNER_KEY,
    ARBITER: ARBITER_KEY,
    BROKER: BROKER_KEY,
    BANK: BANK_KEY,
    SPARE: SPARE_KEY,
}
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
FOREVER = 2**64 - 1
ACT_TYPE = keccak(
    text="Act(bytes32 agreement,uint32 number,uint64 until,int64 generation,int64 exported,int64 cents,"
    "uint16 settles,bytes32 successor,bytes32 reason)"
)
REQUEST_TYPE = keccak(
    text="Request(string right,bytes32 agreement,uint32 number,int64 cents,uint16 day,bytes32 reference,uint64 until)"
)
RIGHTS = """
    withdraw reject serve cancel voidAct object dispute resolve declare confirm deny accept refuse notifyLender cure
    exit endInSilence
""".split()  # noqa: SIM905 - in the order of the enum
DOMAIN_TYPE = keccak(text="EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)")
KINDS = ["bytes32", "bytes32", "uint32", "uint64", "int64", "int64", "int64", "uint16", "bytes32", "bytes32"]


class Act(NamedTuple):
    """What both parties, or one and the arbiter, sign: in the ABI's order."""

    number: int = 1
    until: int = FOREVER
    generation: int = 0
    exported: int = 0
    cents: int = 0
    settles: int = 0
    successor: bytes = bytes(32)
    reason: bytes = b"\7" * 32


class Request(NamedTuple):
    """What one signs for others to bring: in the ABI's order."""

    right: int
    number: int = 0
    cents: int = 0
    day: int = 0
    reference_: bytes = bytes(32)
    until: int = FOREVER


def request(right: str, **fields: Any) -> Request:
    """A request for the right of that name."""
    return Request(RIGHTS.index(right), **fields)


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
    return world.registry.act(*signed(world, terms, act), successor, sender=STRANGER)


def closing(world: World, terms: Terms) -> dict[str, Any]:
    """Anyone closes the next month: what its event says."""
    return next(e.args for e in world.close(terms).events if e.name == "Closed")


def announced(
    world: World, terms: Terms, act: Act, *successor: Terms, party: str = CONSUMER, **changes: Any
) -> Receipt:
    """One party and the arbiter announced it; a stranger brings it. `changes`: as of `signed`."""
    _, _, *signatures = signed(world, terms, act, **({"keys": (KEY_OF[party], ARBITER_KEY)} | changes))
    return world.registry.announce(terms, act, party, *signatures, successor, sender=STRANGER)


def request_digest(agreement: bytes, wanted: Request, separator: bytes) -> bytes:
    """What one actor signs."""
    right, *rest = wanted
    kinds = ["bytes32", "bytes32", "bytes32", "uint32", "int64", "uint16", "bytes32", "uint64"]
    values = [REQUEST_TYPE, keccak(text=RIGHTS[right]), agreement, *rest]
    return keccak(b"\x19\x01" + separator + keccak(encode(kinds, values)))


def brought(world: World, terms: Terms, wanted: Request, actor: str, **changes: Any) -> Receipt:
    """The actor signed it; a stranger brings it. `changes`: agreement, separator, key, sender."""
    agreement = changes.get("agreement", world.registry.idOf(terms))
    message = request_digest(agreement, wanted, changes.get("separator", domain(world.registry.address)))
    signature = compact(changes.get("key", KEY_OF.get(actor)), message)
    return world.registry.bring(terms, wanted, actor, signature, sender=changes.get("sender", STRANGER))


def running(world: World, **changes: Any) -> tuple[Terms, bytes]:
    """An agreement of parties with keys, with an arbiter, that runs."""
    parties = {"producer": PRODUCER, "consumer": CONSUMER, "arbiter": ARBITER, "months": 24}
    return world.running(**(parties | changes))


def successor(world: World, terms: Terms, id_: bytes, **changes: Any) -> tuple[Terms, bytes]:
    """New terms, signed by both, that supersede the old; the long-stop day is within their term."""
    new = terms._replace(**({"supersedes": id_, "salt": 99} | changes))
    if new[5:8] != terms[5:8] and "longStopDay" not in changes:
        new = new._replace(longStopDay=month_ends(new.firstDay, new.months + 1 - new.firstMonth)[-1])
    world.registry.propose(new, sender=new.producer)
    world.registry.sign(new, sender=new.consumer)
    return new, world.registry.idOf(new)


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
