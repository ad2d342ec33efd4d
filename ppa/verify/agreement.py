"""Links terms and signatures: the right words, both parties, and where the agreement stands."""

from ppa import wording
from ppa.errors import BadTerms
from ppa.history import RegistryEvent
from ppa.storage_words import AgreementWord, Status
from ppa.verify import slots
from ppa.verify.replay import replayed
from ppa.verify.report import Check
from ppa.verify.subject import Subject

_LIFE = ("Proposed", "Signed", "Served", "Ended", "HandedOver")


def check_terms(s: Subject) -> Check:
    """The file's terms hash to its id, they are those that were proposed, and their words say just that."""
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


def check_words(s: Subject) -> Check:
    """The signed words are what our program makes of the terms, in Spanish or English; the file has no other text."""
    name = s.say("Texto del contrato", "Agreement in words")
    try:
        language, words = wording.regenerated(s.terms, s.rules)
    except BadTerms as problem:
        found = s.say(
            f"lo firmado en palabras no es lo que dicen las condiciones ({problem})",
            f"what was signed in words is not what the terms say ({problem})",
        )
        return Check(name, False, found, "terms")
    if s.file.words is not None and (s.file.words, s.file.language) != (words, language):
        found = s.say(
            "el texto del archivo no es el de las condiciones", "the text of the file is not that of the terms"
        )
        return Check(name, False, found, "terms")
    spanish, english = {"es": ("español", "Spanish"), "en": ("inglés", "English")}[language]
    count = len(words.splitlines())
    found = s.say(
        f"en {spanish}, {count} líneas: el texto firmado es el que sale de las condiciones",
        f"in {english}, {count} lines: the signed text is the one that the terms make",
    )
    return Check(name, True, found, "terms")


def check_signatures(s: Subject) -> Check:
    """Producer and consumer signed and the meter serves; events, view and storage agree on the blocks."""
    name = s.say("Contrato verificado", "Agreement verified")
    acts = [event for event in s.events if event.name in _LIFE]
    told = {event.name: event.block for event in acts}
    agreement, status = s.agreement, Status(s.agreement.status)
    if status not in (Status.SIGNED, Status.RUNNING, Status.ENDED, Status.HANDED_OVER):
        found = s.say(f"no está firmado: estado {status.name}", f"not signed: status {status.name}")
        return Check(name, False, found, "signatures")
    kept = {"Proposed": agreement.proposed_block, "Signed": agreement.signed_block}
    last = {Status.ENDED: ["Ended"], Status.HANDED_OVER: ["HandedOver"]}.get(status, [])
    wanted = [*kept, *["Served"] * must_have_served(s), *last]
    names = [event.name for event in acts]
    if names != wanted or kept != {event: told[event] for event in kept}:
        found = s.say(f"guardado {wanted} {kept}, contado {told}", f"stored {wanted} {kept}, told {told}")
        return Check(name, False, found, "signatures")
    if s.evidence and any(told.get(key.capitalize()) != block for key, block in s.evidence.blocks.items()):
        found = s.say("el archivo nombra otros bloques que la cadena", "the file names other blocks than the chain")
        return Check(name, False, found, "signatures")
    block, first = agreement.signed_block, agreement.proposed_block
    found = s.say(
        f"bloque {block} (firma del consumidor); propuesto por {s.terms.producer} en el bloque {first}",
        f"block {block} (the consumer's signature); proposed by {s.terms.producer} in block {first}",
    )
    return Check(name, True, found, "signatures")


def check_file_signature(s: Subject) -> Check | None:
    """The signature that a terms file brings is for who agrees with it; the chain has those of this agreement."""
    if s.file.signature is None:
        return None
    found = s.say(
        "no se comprueba: las firmas de este contrato son las de la cadena",
        "not checked: the signatures of this agreement are those of the chain",
    )
    return Check(s.say("Firma del archivo", "Signature of the file"), None, found, "signatures", note=True)


def must_have_served(s: Subject) -> bool:
    """Whether its meter must have answered: it did if the agreement runs, or if its months began with that."""
    if s.is_served or s.agreement.status == Status.RUNNING:
        return True
    return s.predecessor is None and bool(s.agreement.closed_through)


def check_agreement_word(s: Subject) -> Check:
    """What the view answers is what stands in storage, and it is where its events leave it; money and energy aside."""
    name = s.say("Estado guardado", "Stored state")
    a = s.agreement
    if not s.is_stored:
        return Check(
            name, False, s.say("la vista y el almacenamiento difieren", "view and storage differ"), "signatures"
        )
    head = s.chain.head()[0]
    if not a.proposed_block <= (a.signed_block or head) <= head:
        found = s.say(
            f"propuesto en el bloque {a.proposed_block}, firmado en el {a.signed_block}, y la cadena va por el {head}",
            f"proposed in block {a.proposed_block}, signed in {a.signed_block}, and the chain is at {head}",
        )
        return Check(name, False, found, "signatures")
    replay = replayed(s).replay
    pending = replay.pending and s.handed_over_to is None
    expected = AgreementWord(
        balance_cents=a.balance_cents,
        generation_wh=a.generation_wh,
        exported_wh=a.exported_wh,
        closed_through=replay.closed_through,
        boundary_day=replay.boundary_day,
        signed_block=a.signed_block,
        proposed_block=a.proposed_block,
        periods=replay.periods,
        pending=pending,
        status=_status(s, s.events, ended=replay.ended, serves=replay.serves),
    )
    if expected != a.word():
        found = s.say(
            f"guardado {a.word()}; sus eventos dan {expected}", f"stored {a.word()}; its events make {expected}"
        )
        return Check(name, False, found, "signatures")
    roots = [s.chain.storage(s.file.registry, slot(s.id)) for slot in (slots.root, slots.inherited)]
    was_handed_in = s.predecessor is not None
    numbering = [int.from_bytes(s.root) if s.goes_on else 0, s.inherited if was_handed_in else 0]
    if roots != numbering:
        found = s.say("sus liquidaciones son de otra numeración", "its statements are of another numbering")
        return Check(name, False, found, "signatures")
    closed, all_of = len(s.numbers), s.terms.months - s.terms.first_month + 1
    found = s.say(
        f"la vista y el almacenamiento coinciden: {closed} meses cerrados de {all_of}",
        f"view and storage agree: {closed} of {all_of} months closed",
    )
    return Check(name, True, found, "signatures")


def _status(s: Subject, events: list[RegistryEvent], *, ended: bool, serves: bool) -> Status:
    names = {event.name for event in events}
    if "HandedOver" in names:
        return Status.HANDED_OVER
    if ended:
        return Status.ENDED
    if serves:
        return Status.RUNNING
    return Status.SIGNED if "Signed" in names else Status.PROPOSED
