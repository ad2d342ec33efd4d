"""Link meter: it serves this agreement, and no other for the same days."""

from eth_utils.address import to_checksum_address

from ppa.verify import slots
from ppa.verify.report import Check
from ppa.verify.subject import Subject
from ppa.words import Status


def check_served(s: Subject) -> Check:
    """The meter itself answered that it serves this agreement."""
    name = s.say("Contador", "Meter")
    served = [event for event in s.events if event.name == "Served"]
    status = Status(s.agreement.status)
    if status == Status.SIGNED and s.predecessor is None:
        found = s.say("el contador aún no ha contestado", "the meter has not answered yet")
        return Check(name, False, found, "meter")
    meters = [to_checksum_address(event.values["meter"]) for event in served]
    if meters != [s.terms.meter] * (s.is_served or s.needs_served):
        found = s.say("el evento Served falta o es de otro", "the Served event is missing or of another meter")
        return Check(name, False, found, "meter")
    bound = s.chain.served_by(s.file.registry, s.terms.meter)
    stored = s.chain.storage(s.file.registry, slots.served_by(s.terms.meter)).to_bytes(32)
    if bound != stored or (status == Status.RUNNING) != (bound == s.id):
        found = s.say(f"sirve a 0x{stored.hex()}", f"it serves 0x{stored.hex()}")
        return Check(name, False, found, "meter")
    if not served:
        return Check(name, True, _unserved(s), "meter")
    block = served[0].block
    found = s.say(f"{s.terms.meter} sirve este contrato desde el bloque {block}", f"{s.terms.meter}, block {block}")
    return Check(name, True, found, "meter")


def _unserved(s: Subject) -> str:
    """What is said of an agreement that was handed over and whose new meter did not answer."""
    if s.agreement.status == Status.SIGNED:
        return s.say(
            f"el contador nuevo, {s.terms.meter}, aún no ha contestado: nada se cierra hasta entonces",
            f"the new meter, {s.terms.meter}, has not answered yet: nothing is closed until then",
        )
    return s.say(f"{s.terms.meter} nunca lo sirvió", f"{s.terms.meter} never served it")


def check_no_other(s: Subject) -> Check:
    """No other agreement is served by this meter for the same months."""
    name = s.say("Un solo contrato por mes", "One agreement a month")
    told = {event.values["id"] for event in s.chain.served(s.file.registry, s.terms.meter)}
    others = told - {s.id, *(before.id for before in s.line_of_predecessors), *_successors(s)}
    bound = s.chain.served_by(s.file.registry, s.terms.meter)
    if bound not in told | {s.id, bytes(32)}:
        found = s.say(
            f"el contador sirve a 0x{bound.hex()}, y el nodo calla su evento Served",
            f"the meter serves 0x{bound.hex()}, and the node keeps its Served event to itself",
        )
        return Check(name, False, found, "meter")
    own = s.served_days if s.is_served else range(0)
    for other in map(s.beside, sorted(others)):
        problem = _overlap_problem(s, own, other)
        if problem:
            return Check(name, False, problem, "meter")
    count = len(others)
    found = s.say(f"otros contratos del contador: {count}, ninguno en estos meses", f"{count} others, none overlaps")
    return Check(name, True, found, "meter")


def _overlap_problem(s: Subject, own: range, other: Subject) -> str | None:
    """What is wrong with another agreement of the meter, of which only terms and storage are believed."""
    which = f"0x{other.id.hex()}"
    if not other.has_its_terms:
        return s.say(
            f"las condiciones que el nodo dice de {which} no dan esa huella",
            f"the terms that the node tells of {which} do not hash to it",
        )
    if not all(one.is_stored for one in (other, *other.line_of_predecessors[-1:])):
        return s.say(f"{which}: la vista y el almacenamiento difieren", f"{which}: view and storage differ")
    theirs = other.served_days
    if max(own.start, theirs.start) < min(own.stop, theirs.stop):
        return s.say(
            f"el contador sirve también a {which} en los mismos meses",
            f"the meter also serves {which} for the same months",
        )
    return None


def _successors(s: Subject) -> list[bytes]:
    """The ids of the agreements that go on with this one, as the node tells them."""
    found: list[bytes] = []
    heir = s.handed_over_to
    while heir is not None and heir not in found:
        found.append(heir)
        block = s.chain.agreement(s.file.registry, heir).proposed_at
        events = s.chain.events(s.file.registry, heir, block)
        heir = next((bytes(event.values["successor"]) for event in events if event.name == "HandedOver"), None)
    return found
