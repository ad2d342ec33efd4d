"""Links signatures and records: the transactions again from their fields, and whose key signed them.

A node can invent events, storage and blocks that agree with each other; it cannot invent these signatures.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import rlp  # type: ignore[import-untyped]  # rlp ships no types
from eth_account import Account
from eth_keys.datatypes import Signature
from eth_keys.exceptions import BadSignature
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak
from eth_utils.exceptions import ValidationError

from ppa import abi
from ppa.acts import Act
from ppa.answers import hexbytes, number
from ppa.errors import BadAnswer
from ppa.history import LoggedRecord, RegistryEvent
from ppa.records import EMPTY, DailyRecord, next_word, signed_digest
from ppa.terms import Terms
from ppa.verify.report import Check
from ppa.verify.subject import Subject
from ppa.words import MeterWord

_BRINGING = ("act", "agree", "recordSigned")  # what anyone may send, with the signatures that count
_LEGACY = ("nonce", "gasPrice", "gas", "to", "value", "input")
_ACCESS = ("chainId", *_LEGACY, "accessList")
_DYNAMIC = ("chainId", "nonce", "maxPriorityFeePerGas", "maxFeePerGas", *_LEGACY[2:], "accessList")
_FIELDS = {0: (*_LEGACY, "v", "r", "s"), 1: (*_ACCESS, "v", "r", "s"), 2: (*_DYNAMIC, "v", "r", "s")}
_BYTES = ("to", "input")
_FIRST_V_WITH_CHAIN = 35
_COMPACT = 64
_Call = tuple[str, tuple[Any, ...]]
_Lacking = list[str] | None


def check_act_keys(s: Subject) -> Check:
    """Whoever an event says has acted signed the call that did it, with these very terms."""
    name = s.say("Firmas de las partes", "Signatures of the parties")
    signed = []
    for event in s.events:
        if event.name not in _CALLS:
            continue
        who, call = _actor(s.terms, event), _CALLS[event.name]
        told = partial(_signs, s.terms, call, event)
        problem = _problem(s, event, s.file.registry, who, told, partial(_unsigned, s, event))
        if problem:
            return Check(name, problem[0], f"{event.name}: {problem[1]}", "signatures")
        if who not in signed:
            signed.append(who)
    keys = ", ".join(signed)
    return Check(name, True, s.say(f"las claves de {keys}", f"the keys of {keys}"), "signatures")


# event: the function that its actor calls, and the values that the call must have after the terms
_CALLS: dict[str, tuple[str, tuple[str, ...]]] = {
    "Proposed": ("propose", ()),
    "Signed": ("sign", ()),
    "Served": ("serve", ()),
    "Acted": ("act", ()),
    "Disputed": ("dispute", ("number", "claim", "evidence")),
    "Resolved": ("resolve", ("number", "award", "reason")),
    "PaymentDeclared": ("declare", ("cents", "day", "reference_")),
    "PaymentConfirmed": ("confirm", ("cents", "day", "reference_")),
    "Notified": ("notifyLender", ("clause",)),
    "Exited": ("exit", ("clause",)),
}


def _actor(terms: Terms, event: RegistryEvent) -> str:
    """Whose act an event is. An `Acted` is brought by anyone: its two signatures count."""
    producer, consumer = terms.producer, terms.consumer
    if event.name == "Disputed":
        party = to_checksum_address(event.values["party"])
        return party if party in (producer, consumer) else producer
    if event.name in ("PaymentDeclared", "PaymentConfirmed"):
        pays = (event.values["cents"] > 0) == (event.name == "PaymentDeclared")
        return consumer if pays else producer
    actors = {"Proposed": producer, "Served": terms.meter, "Resolved": terms.arbiter, "Acted": producer}
    return actors.get(event.name, consumer)


def _unsigned(s: Subject, event: RegistryEvent, call: _Call, bringer: str) -> _Lacking:
    """The parties whose key did not sign what an act of both, or an agreement at once, needs; None if it is neither."""
    name, arguments = call
    if name == "agree" and event.name in ("Proposed", "Signed"):
        if Terms.from_tuple(arguments[0]) != s.terms or bringer not in (s.terms.producer, s.terms.consumer):
            return None
        other = s.terms.consumer if bringer == s.terms.producer else s.terms.producer
        return [] if _compact_signer(s.id, arguments[1]) == other else [other]
    if name != "act" or event.name not in ("Acted", "Served"):
        return None
    terms, act = Terms.from_tuple(arguments[0]), Act.from_tuple(tuple(arguments[1]))
    agreement = terms.digest(s.file.chain_id, s.file.registry)
    if event.name == "Served":
        told = agreement == s.terms.supersedes and act.successor == s.id
    else:
        told = agreement == s.id and act == Act.from_tuple(tuple(event.values["act"]))
    if not told:
        return None
    digest = act.digest(agreement, s.file.chain_id, s.file.registry)
    both = zip((terms.producer, terms.consumer), arguments[2:4], strict=True)
    return [party for party, signature in both if party not in (bringer, _compact_signer(digest, signature))]


def check_record_keys(s: Subject) -> Check:
    """The meter's key signed every record, registers and root included."""
    name = s.say("Firma de los registros", "Signature of the records")
    word = EMPTY
    for logged in s.logged:

        def brought(
            call: _Call, _: str, word: MeterWord = word, record: DailyRecord = logged.record
        ) -> list[str] | None:
            return [] if is_brought(s, word, record, call) else None

        problem = _problem(s, logged, s.ledger, s.terms.meter, partial(_records, logged.record.as_tuple()), brought)
        if problem:
            return Check(name, problem[0], problem[1], "records")
        word = next_word(word, logged.record)
    count = len(s.logged)
    found = s.say(f"{count} firmados por la clave de {s.terms.meter}", f"{count} by the key of {s.terms.meter}")
    return Check(name, True, found, "records")


def _signs(terms: Terms, wanted: tuple[str, tuple[str, ...]], event: RegistryEvent, call: _Call) -> bool:
    (function, values), (name, arguments) = wanted, call
    same = tuple(arguments[1 : 1 + len(values)]) == tuple(event.values[value] for value in values)
    return name == function != "act" and Terms.from_tuple(arguments[0]) == terms and same


def _records(record: tuple[Any, ...], call: _Call) -> bool:
    name, arguments = call
    return arguments == record if name == "record" else name == "recordMany" and record in map(tuple, arguments[0])


def is_brought(s: Subject, word: MeterWord, record: DailyRecord, call: _Call) -> bool:
    """Whether a call by anyone brings the record, signed by the meter on top of its word."""
    if call[0] != "recordSigned":
        return False
    digest = signed_digest(s.file.chain_id, s.ledger, word, record)
    meter = s.terms.meter
    for who, generation, exported, day, root, r, vs in call[1][0]:
        same = (generation, exported, day, root) == record.as_tuple() and to_checksum_address(who) == meter
        if same and _compact_signer(digest, r + vs) == meter:
            return True
    return False


def _compact_signer(digest: bytes, compact: bytes) -> str | None:
    """Whose key made a compact signature (EIP-2098); None if nobody can have."""
    if len(compact) != _COMPACT:
        return None
    parity, s = divmod(int.from_bytes(compact[32:]), 2**255)
    try:
        signature = Signature(vrs=(parity, int.from_bytes(compact[:32]), s))
        return signature.recover_public_key_from_msg_hash(digest).to_checksum_address()
    except (BadSignature, ValidationError):
        return None


def _problem(
    s: Subject,
    told: LoggedRecord | RegistryEvent,
    contract: str,
    who: str,
    is_right: Callable[[_Call], bool],
    brings: Callable[[_Call, str], _Lacking],
) -> tuple[bool | None, str] | None:
    """What is wrong with the transaction that an event came in: signed by `who`, or bringing what others signed.

    `brings` says whose signature lacks of those that the call should bring, or None if it brings none.
    """
    raw = s.transactions.get((told.block, told.transaction))
    short = f"{told.transaction[:18]}…"
    if raw is None:
        return None, s.say(f"el nodo no tiene la transacción {short}", f"the node lacks transaction {short}")
    signer = signer_of(raw, s.file.chain_id)
    if signer is None or raw["hash"] != told.transaction:
        return False, s.say(f"la transacción {short} no está bien firmada", f"transaction {short} is not signed right")
    if str(raw["to"]).lower() != contract.lower():
        return None, s.say(
            f"llegó por otro contrato, {raw['to']}: quién la firmó es palabra del nodo",
            f"it came through another contract, {raw['to']}: who signed is the node's word",
        )
    contract_name = "MeterLedger" if isinstance(told, LoggedRecord) else "PPARegistry"
    try:
        call = abi.decode_call(contract_name, hexbytes(raw["input"]))
    except BadAnswer:
        return _unread(s, short, abi.function_name(contract_name, hexbytes(raw["input"])), signer == who)
    unsigned = brings(call, signer)
    if unsigned is not None:
        return _not_by_key(s, short, unsigned)
    if signer != who:
        return False, s.say(f"{short} la firmó {signer}, no {who}", f"{signer} signed {short}, not {who}")
    if not is_right(call):
        return False, s.say(f"{short} firma otra cosa: {call[0]}", f"{short} signs something else: {call[0]}")
    return None


def _unread(s: Subject, short: str, function: str, by_its_actor: bool) -> tuple[bool | None, str]:
    """What is said of a call whose arguments are laid out as no program does, and as the contract still reads them."""
    readable = s.say(f"en {short} la llamada a {function} no la sabemos leer", f"we cannot read {short}: {function}")
    return None if by_its_actor or function in _BRINGING else False, readable


def _not_by_key(s: Subject, short: str, unsigned: list[str]) -> tuple[bool | None, str] | None:
    """What is wrong where these did not sign with a key: a wallet that is a contract said so, and we cannot see why."""
    for party in unsigned:
        if not s.chain.code(party):
            return False, s.say(f"en {short} falta la firma de {party}", f"{short} lacks the signature of {party}")
    if not unsigned:
        return None
    wallets = ", ".join(unsigned)
    return None, s.say(
        f"{wallets} es un contrato: que dio por suya la firma en {short} es palabra del nodo",
        f"{wallets} is a contract: that it owned to the signature in {short} is the node's word",
    )


def signer_of(raw: Mapping[str, Any], chain_id: int) -> str | None:
    """Whose key signed a transaction; None if its fields do not make its hash, or it is of another chain."""
    try:
        kind = number(raw.get("type") or "0x0")
        v = number(raw["v"])
        of = number(raw["chainId"]) if kind else (v - _FIRST_V_WITH_CHAIN) // 2
        encoded = (bytes([kind]) if kind else b"") + rlp.encode([*_fields(raw, _FIELDS[kind])])
        if "0x" + keccak(encoded).hex() != raw["hash"] or ((kind or v >= _FIRST_V_WITH_CHAIN) and of != chain_id):
            return None
        return str(Account.recover_transaction(encoded))
    except (KeyError, TypeError, ValueError, AttributeError, BadAnswer, BadSignature, ValidationError):
        return None


def _fields(raw: Mapping[str, Any], names: Sequence[str]) -> Iterator[Any]:
    for name in names:
        if name == "accessList":
            yield [[hexbytes(e["address"]), [hexbytes(k) for k in e["storageKeys"]]] for e in raw[name]]
        elif name in _BYTES:
            yield hexbytes(raw[name] or "0x")
        else:
            plain = number(raw[name])
            yield plain.to_bytes((plain.bit_length() + 7) // 8)
