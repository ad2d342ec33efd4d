"""Links signatures and records: whose key signed the transaction, act or request of each event and each record."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from ppa.addresses import checksummed
from ppa.answers import hexbytes
from ppa.history import LoggedRecord, RegistryEvent
from ppa.records import DailyRecord, signed_digest
from ppa.storage_words import MeterWord
from ppa.verify import authority
from ppa.verify.calldata import Call, calls_in
from ppa.verify.report import Check
from ppa.verify.subject import Subject
from ppa.verify.transactions import compact_signer, signer_of, unreadable_type
from ppa.verify.wallets import is_contract, rests_on

_RECORDING = frozenset({"record", "recordMany", "recordSigned"})
_Told = LoggedRecord | RegistryEvent
_Lacking = Callable[[Call, str | None], list[str] | None]


@dataclass(frozen=True)
class Signed:
    """Whether those who acted signed what made an event or a record.

    `found` says what is wrong, `wallets` who of them is a contract.
    """

    ok: bool | None
    found: str = ""
    wallets: tuple[str, ...] = ()


def check_act_keys(s: Subject) -> Check:
    """Whoever has acted by an event up to the last closed month signed the call that did it, with these terms."""
    name = s.say("Firmas de las partes", "Signatures of the parties")
    events = [event for event in s.events if authority.has_actors(event) and not s.is_later(event)]
    return _checked(s, name, "signatures", [(event.name, event, authority.actors(s, event)) for event in events])


def check_later_act_keys(s: Subject) -> Check | None:
    """After the last closed month a signature that does not fit is wrong, and one that nobody can see is a note."""
    later = [event for event in s.events if authority.has_actors(event) and s.is_later(event)]
    if not later:
        return None
    name = s.say("Firmas después del último mes cerrado", "Signatures after the last closed month")
    return _noted(_checked(s, name, "signatures", [(event.name, event, authority.actors(s, event)) for event in later]))


def unseen_money(s: Subject) -> list[RegistryEvent]:
    """The later events that move the balance and of which nobody can see who signed them."""
    moving = ("Acted", "Resolved", "PaymentConfirmed")
    later = [event for event in s.events if event.name in moving and s.is_later(event)]
    return [event for event in later if event_signed(s, event).ok is None]


def check_record_keys(s: Subject) -> Check:
    """The meter's key signed every record that was billed, registers and root included."""
    name = s.say("Firma de los registros", "Signature of the records")
    billed = [logged for logged in s.logged if s.is_billed(logged)]
    return _checked(s, name, "records", [("", logged, [s.terms.meter]) for logged in billed])


def check_later_record_keys(s: Subject) -> Check | None:
    """The records that no closed month rests on."""
    open_records = [logged for logged in s.logged if not s.is_billed(logged)]
    if not open_records:
        return None
    name = s.say("Firma de los registros sin liquidar", "Signature of the records not billed yet")
    return _noted(_checked(s, name, "records", [("", logged, [s.terms.meter]) for logged in open_records]))


def _noted(check: Check) -> Check:
    return Check(check.name, check.ok, check.found, check.link, note=check.ok is not False)


def _checked(s: Subject, name: str, link: str, told: Sequence[tuple[str, _Told, list[str]]]) -> Check:
    """One check of many events or records, by the worst of them."""
    keys: dict[str, None] = {}
    wallets: dict[str, None] = {}
    unseen = ""
    for what, one, who in told:
        answer = event_signed(s, one) if isinstance(one, RegistryEvent) else record_signed(s, one)
        found = f"{what}: {answer.found}" if what else answer.found
        if answer.ok is False:
            return Check(name, False, found, link)
        unseen = unseen or ("" if answer.ok else found)
        wallets |= dict.fromkeys(answer.wallets)
        keys |= dict.fromkeys(party for party in who if party not in answer.wallets)
    if unseen:
        return Check(name, None, unseen, link)
    count, listed = len(told), ", ".join(keys) or "—"
    found = s.say(f"{count}, de las claves de {listed}", f"{count}, by the keys of {listed}")
    return Check(name, True, found + rests_on(s, wallets), link)


def event_signed(s: Subject, event: RegistryEvent) -> Signed:
    """Whether those whose act an event is signed what made it."""
    if event.name == "Served" and s.is_handed_in(event):
        return Signed(True)  # the act that handed it over is an event of the predecessor
    brings = partial(authority.lacking, s, event)
    who, functions = authority.actors(s, event), authority.functions(event)
    return _signed(s, event, "PPARegistry", s.file.registry, functions, who, brings)


def record_signed(s: Subject, logged: LoggedRecord) -> Signed:
    """Whether the meter signed a record."""
    brings = partial(_record_lacking, s, s.words_before[logged.block, logged.log_index], logged.record)
    return _signed(s, logged, "MeterLedger", s.ledger, _RECORDING, [s.terms.meter], brings)


def _record_lacking(
    s: Subject, word: MeterWord, record: DailyRecord, call: Call, sender: str | None
) -> list[str] | None:
    """Whose signature of a record a call lacks; None if it is no call that brings it."""
    (name, arguments), meter = call, s.terms.meter
    if name == "recordSigned":
        return [] if is_brought(s, word, record, arguments[0]) else None
    records = [arguments] if name == "record" else arguments[0]
    if record.as_tuple() not in records or sender not in (None, meter):
        return None
    return [] if sender == meter else [meter]


def is_brought(s: Subject, word: MeterWord, record: DailyRecord, entries: Sequence[tuple[Any, ...]]) -> bool:
    """Whether one of these signed records is this one, signed by the meter on top of its word."""
    digest, meter = signed_digest(s.file.chain_id, s.ledger, word, record), s.terms.meter
    return any(
        (generation, exported, day, root) == record.as_tuple()
        and checksummed(who) == meter == compact_signer(digest, r + vs)
        for who, generation, exported, day, root, r, vs in entries
    )


def _signed(
    s: Subject,
    told: _Told,
    contract_name: str,
    contract: str,
    functions: frozenset[str],
    actors: list[str],
    lacking: _Lacking,
) -> Signed:
    """Looks at the transaction that an event came in: signed by its actor, or bringing what the actors signed."""
    raw, short = s.transactions.get((told.block, told.transaction)), f"{told.transaction[:18]}…"
    if raw is None:
        return Signed(None, s.say(f"el nodo no tiene la transacción {short}", f"the node lacks transaction {short}"))
    kind = unreadable_type(raw)
    if raw.get("hash") == told.transaction and kind is not None:
        spanish, english = "que este programa no sabe comprobar", "which this program cannot check"
        return Signed(None, s.say(f"{short} es de tipo {kind}, {spanish}", f"{short} is of type {kind}, {english}"))
    signer = signer_of(raw, s.file.chain_id)
    if signer is None or raw["hash"] != told.transaction:
        return Signed(
            False, s.say(f"la transacción {short} no está bien firmada", f"transaction {short} is not signed right")
        )
    is_direct = str(raw["to"]).lower() == contract.lower()
    sender = signer if is_direct else None
    calls = list(calls_in(contract_name, hexbytes(raw["input"]), functions, anywhere=not is_direct))
    unsigned = min((found for call in calls if (found := lacking(call, sender)) is not None), key=len, default=None)
    if unsigned is None and not is_direct:
        unsigned = actors  # what another contract called is not seen: only the actors themselves can have been let
    if unsigned is None:
        return Signed(False, _another(s, short, signer, actors, calls))
    keyless = [party for party in unsigned if not is_contract(s, party, told.block)]
    if not keyless:
        return Signed(True, "", tuple(unsigned))
    if is_direct:
        return Signed(
            False, s.say(f"en {short} falta la firma de {keyless[0]}", f"{short} lacks the signature of {keyless[0]}")
        )
    return Signed(
        None,
        s.say(
            f"{short} llegó por otro contrato, {raw['to']}: que {keyless[0]} lo firmó es palabra del nodo",
            f"{short} came through another contract, {raw['to']}: that {keyless[0]} signed is the node's word",
        ),
    )


def _another(s: Subject, short: str, signer: str, actors: list[str], calls: Sequence[Call]) -> str:
    """What is said of a transaction that does something else, or was signed by somebody else."""
    if signer not in actors:
        return s.say(f"{short} la firmó {signer}, no {actors[0]}", f"{signer} signed {short}, not {actors[0]}")
    called = calls[0][0] if calls else "?"
    return s.say(f"{short} firma otra cosa: {called}", f"{short} signs something else: {called}")
