"""Links chain, code, terms, signatures: the right contracts, the right words, both parties."""

from ppa import artifacts
from ppa.errors import NoCode, WrongCode
from ppa.terms import domain_separator
from ppa.verify.replay import LIFE, replayed
from ppa.verify.report import Check
from ppa.verify.subject import Subject
from ppa.words import Status


def check_chain(s: Subject) -> Check:
    """The node is of the chain that the file names: id and genesis."""
    chain_id, genesis = s.chain.chain_id(), s.chain.genesis_hash()
    name = s.say("Cadena", "Chain")
    if (chain_id, genesis) != (s.file.chain_id, s.file.genesis):
        found = s.say(
            f"el nodo es de la cadena {chain_id} con génesis {genesis}; el archivo, de la {s.file.chain_id} con "
            f"génesis {s.file.genesis}",
            f"the node is of chain {chain_id} with genesis {genesis}; the file, of {s.file.chain_id} with genesis "
            f"{s.file.genesis}",
        )
        return Check(name, False, found, "chain")
    return Check(name, True, s.say(f"{chain_id}, génesis {genesis}", f"{chain_id}, genesis {genesis}"), "chain")


def _own(s: Subject, address: str) -> dict[str, bytes]:
    """The immutables that a contract must have on this chain at this address."""
    chain_id = s.file.chain_id
    return {"chainId": chain_id.to_bytes(32), "domainSeparator": domain_separator(chain_id, address)}


def check_registry_code(s: Subject) -> Check:
    """The registry is the published build, and its immutables are this chain, its ledger and its own domain."""
    name = s.say("Código del registro", "Registry's code")
    if not s.registry_code:
        raise NoCode(s.file.registry, "PPARegistry")
    found = artifacts.code_matches("PPARegistry", s.registry_code)
    expected = {**_own(s, s.file.registry), "ledger": bytes.fromhex(s.ledger[2:]).rjust(32, b"\0")}
    wrong = [key for key, value in found.items() if expected.get(key) != value]
    if wrong:
        raise WrongCode(f"The registry's code has another {' and '.join(wrong)} than this chain and address want.")
    where = f"{s.file.registry}"
    return Check(name, True, s.say(f"compilación publicada, en {where}", f"published build, at {where}"), "code")


def check_ledger_code(s: Subject) -> Check:
    """The ledger that the registry reads is the published build, and the one that the evidence names."""
    name = s.say("Código del libro de medidas", "Ledger's code")
    code = s.chain.code(s.ledger)
    if not code:
        raise NoCode(s.ledger, "MeterLedger")
    found = artifacts.code_matches("MeterLedger", code)
    if found != _own(s, s.ledger):
        raise WrongCode("The ledger's code has another chain id or domain than this chain and address want.")
    if s.evidence and s.evidence.contracts["MeterLedger"] != s.ledger:
        raise WrongCode(f"The registry reads the ledger {s.ledger}; the file names another.")
    return Check(name, True, s.say(f"compilación publicada, en {s.ledger}", f"published build, at {s.ledger}"), "code")


def check_clause_code(s: Subject) -> Check:
    """Which published clause each rule is. An unknown one is asked for its line, but cannot be checked."""
    name = s.say("Código de las cláusulas", "Clauses' code")
    parts, known_all = [], True
    _check_named_clauses(s)
    for rule, known in s.rules.items():
        if known is None and not s.chain.code(rule):
            raise NoCode(rule, "clause")
        unknown = s.say(
            "no es ninguna publicada por nosotros: su línea es lo que el nodo contesta por ella",
            "is none that we published: its line is what the node answers for it",
        )
        parts.append(f"{rule} {known or unknown}")
        known_all &= known is not None
    return Check(name, known_all or None, "; ".join(parts), "code")


def _check_named_clauses(s: Subject) -> None:
    """Each clause that the file names is the published one of that name. Raises WrongCode, as for a name of nothing."""
    for name, where in s.evidence.contracts.items() if s.evidence else ():
        if name in ("PPARegistry", "MeterLedger"):
            continue  # compared with its immutables by the checks before
        if name not in artifacts.CLAUSES or artifacts.identify(s.chain.code(where)) != name:
            raise WrongCode(f"The code at {where} is not the published {name}, which the file says it is.")


def check_terms(s: Subject) -> Check:
    """The file's terms hash to its id, and they are those that were proposed."""
    name = s.say("Condiciones", "Terms")
    digest = s.terms.digest(s.file.chain_id, s.file.registry)
    if digest != s.id:
        found = s.say(
            f"las condiciones dan 0x{digest.hex()}, no 0x{s.id.hex()}: alguna ha cambiado",
            f"the terms hash to 0x{digest.hex()}, not to 0x{s.id.hex()}: one of them was changed",
        )
        return Check(name, False, found, "terms")
    proposed, block = s.chain.proposed(s.file.registry, s.id)
    if proposed != s.terms:
        found = s.say("el evento Proposed dice otras condiciones", "the Proposed event says other terms")
        return Check(name, False, found, "terms")
    s.terms.check()
    found = s.say(
        f"su huella es 0x{s.id.hex()}, propuestas en el bloque {block}", f"hash 0x{s.id.hex()}, block {block}"
    )
    return Check(name, True, found, "terms")


def check_signatures(s: Subject) -> Check:
    """Producer and consumer signed and the meter serves; events, view and storage agree on the blocks."""
    name = s.say("Contrato verificado", "Agreement verified")
    acts = [event for event in s.events if event.name in LIFE]
    told = {event.name: event.block for event in acts}
    agreement, status = s.agreement, Status(s.agreement.status)
    if status not in (Status.SIGNED, Status.RUNNING, Status.ENDED, Status.HANDED_OVER):
        found = s.say(f"no está firmado: estado {status.name}", f"not signed: status {status.name}")
        return Check(name, False, found, "signatures")
    kept = {"Proposed": agreement.proposed_at, "Signed": agreement.signed_at}
    last = {Status.ENDED: ["Ended"], Status.HANDED_OVER: ["HandedOver"]}.get(status, [])
    served = s.is_served or (s.needs_served and status != Status.SIGNED)
    wanted = [*kept, *["Served"] * served, *last]
    names = [event.name for event in acts]
    if names != wanted or kept != {event: told[event] for event in kept}:
        found = s.say(f"guardado {wanted} {kept}, contado {told}", f"stored {wanted} {kept}, told {told}")
        return Check(name, False, found, "signatures")
    if s.evidence and any(told.get(key.capitalize()) != block for key, block in s.evidence.blocks.items()):
        found = s.say("el archivo nombra otros bloques que la cadena", "the file names other blocks than the chain")
        return Check(name, False, found, "signatures")
    block = agreement.signed_at
    found = s.say(
        f"bloque {block} (firma del consumidor); propuesto por {s.terms.producer} en el bloque {agreement.proposed_at}",
        f"block {block} (the consumer's signature); proposed by {s.terms.producer} in block {agreement.proposed_at}",
    )
    return Check(name, True, found, "signatures")


def check_agreement_word(s: Subject) -> Check:
    """What the view answers is what stands in storage, and it is where the last statement left it."""
    name = s.say("Estado guardado", "Stored state")
    a = s.agreement
    if not s.is_stored:
        return Check(
            name, False, s.say("la vista y el almacenamiento difieren", "view and storage differ"), "signatures"
        )
    head = s.chain.head()[0]
    if not a.proposed_at <= (a.signed_at or head) <= head:
        found = s.say(
            f"propuesto en el bloque {a.proposed_at}, firmado en el {a.signed_at}, y la cadena va por el {head}",
            f"proposed in block {a.proposed_at}, signed in {a.signed_at}, and the chain is at {head}",
        )
        return Check(name, False, found, "signatures")
    early = any(event.name in ("Exited", "Acted") for event in s.events)
    full = a.periods == s.terms.months
    if (
        a.periods > s.terms.months
        or (full and a.status not in (Status.ENDED, Status.HANDED_OVER))
        or (a.status == Status.ENDED) > (full or early)
    ):
        found = s.say(
            f"estado {Status(a.status).name} tras {a.periods} meses de {s.terms.months}: no puede ser",
            f"status {Status(a.status).name} after {a.periods} of {s.terms.months} months: it cannot be",
        )
        return Check(name, False, found, "signatures")
    kept = (a.generation_wh, a.exported_wh, a.closed_day, a.boundary_day, a.pending)
    if kept != _left(s):
        found = s.say(
            f"sus totalizadores y días no son los de la liquidación {a.periods}",
            f"its registers and days are not those of statement {a.periods}",
        )
        return Check(name, False, found, "signatures")
    found = s.say(
        f"la vista y el almacenamiento coinciden: {a.periods} meses cerrados de {s.terms.months}",
        f"view and storage agree: {a.periods} of {s.terms.months} months closed",
    )
    return Check(name, True, found, "signatures")


def _left(s: Subject) -> tuple[int, int, int, int, bool]:
    """Registers, days and whether something is pending: where the last statement left them, and what was done since."""
    if s.predecessor is None and all(event.name in ("Closed", *LIFE) for event in s.events):
        last = s.stored.get(s.agreement.periods)
        if last is None:
            return 0, 0, 0, 0, False
        return last.generation_wh, last.exported_wh, last.last_day, last.boundary_day, False
    replay = replayed(s)
    pending = replay.pending and s.handed_over_to is None
    return replay.generation_wh, replay.exported_wh, replay.closed_day, replay.boundary_day, pending
