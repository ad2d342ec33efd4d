"""Link meter: it serves this agreement, and no other has billed the same days."""

from eth_utils.address import to_checksum_address

from ppa.errors import BadTerms
from ppa.storage_words import StatementFlag, StatementWord, Status
from ppa.verify import slots
from ppa.verify.agreement import must_have_served
from ppa.verify.report import Check
from ppa.verify.subject import Subject


def check_served(s: Subject) -> Check:
    """The meter itself answered that it serves this agreement."""
    name = s.say("Contador", "Meter")
    served = [event for event in s.events if event.name == "Served"]
    status = Status(s.agreement.status)
    if status == Status.SIGNED and s.predecessor is None:
        found = s.say("el contador aún no ha contestado", "the meter has not answered yet")
        return Check(name, False, found, "meter")
    meters = [to_checksum_address(event.values["meter"]) for event in served]
    if meters != [s.terms.meter] * must_have_served(s):
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
    """What is said of an agreement that its meter did not answer for: it was handed over, ended or cancelled."""
    if s.agreement.status == Status.SIGNED:
        return s.say(
            f"el contador nuevo, {s.terms.meter}, aún no ha contestado: sus meses se cierran sin energía",
            f"the new meter, {s.terms.meter}, has not answered yet: its months are closed without energy",
        )
    return s.say(f"{s.terms.meter} nunca lo sirvió", f"{s.terms.meter} never served it")


def check_no_other(s: Subject) -> Check:
    """No other agreement that the meter served has billed a day that this one billed."""
    name = s.say("Cada día, facturado una vez", "Each day billed once")
    told = _served(s)
    bound = s.chain.served_by(s.file.registry, s.terms.meter)
    if bound not in told | {s.id, bytes(32)}:
        found = s.say(
            f"el contador sirve a 0x{bound.hex()}, y el nodo calla su evento Served",
            f"the meter serves 0x{bound.hex()}, and the node keeps its Served event to itself",
        )
        return Check(name, False, found, "meter")
    last = s.chain.storage(s.file.registry, slots.billed_through(s.terms.meter))
    heard = s.agreement.boundary_day
    billed = heard >= s.terms.first_day or (heard > 0 and s.predecessor is not None)
    left = s.is_served and s.agreement.status == Status.ENDED and billed
    if left and last < heard:
        found = s.say(
            "el registro ha olvidado hasta qué día se facturó", "the registry forgot up to which day was billed"
        )
        return Check(name, False, found, "meter")
    own, others = billed_days(s), _others(s)
    for other, theirs in others:
        problem = _overlap_problem(s, own, other, theirs)
        if problem:
            return Check(name, False, problem, "meter")
    found = s.say(
        f"{len(own)} días facturados aquí; otros contratos que el contador sirvió: {len(others)}, ninguno los facturó",
        f"{len(own)} days billed here; other agreements that the meter served: {len(others)}, none billed them",
    )
    return Check(name, True, found, "meter")


def check_beside(s: Subject) -> Check | None:
    """A note of other agreements whose term has days of this one's, which they did not bill."""
    own, others = range(s.terms.first_day, s.terms.last_day + 1), _others(s)
    found = [o for o, _ in others if _meet(own, range(o.terms.first_day, o.terms.last_day + 1))]
    unread = len(_served(s) - _own_line(s)) - len(others)
    if not found and not unread:
        return None
    ids = ", ".join(f"0x{other.id.hex()}" for other in found) or "—"
    said = s.say(
        f"el contador sirvió a otros del mismo plazo, que no facturaron estos días: {ids}; ilegibles: {unread}",
        f"the meter served others of the same term, which billed none of these days: {ids}; unreadable: {unread}",
    )
    return Check(s.say("Otros contratos del contador", "Other agreements of the meter"), True, said, "meter", note=True)


def billed_days(s: Subject) -> range:
    """The days that an agreement itself billed of its meter, by its terms and storage; empty if none."""
    first = _base(s) + 1
    return range(first, max(first, s.agreement.boundary_day + 1))


def _base(s: Subject) -> int:
    """The last day before those that an agreement itself bills; dark months that were handed over are among these."""
    before = s.predecessor
    if before is None:
        return s.terms.first_day - 1
    for number in range(s.inherited, s.terms.first_month - 2, -1):
        word = StatementWord.unpack(s.chain.storage(s.file.registry, slots.statement(s.root, number)))
        if word.last_day and StatementFlag.DARK not in word.flags:
            return word.last_day
    return before.agreement.closed_through  # nothing was closed before it was handed over


def _served(s: Subject) -> set[bytes]:
    return {bytes(event.values["id"]) for event in s.served}


def _others(s: Subject) -> list[tuple[Subject, range]]:
    """The other agreements that the meter served, with the days that they billed; not those with unreadable terms."""
    found = []
    for other in sorted(_served(s) - _own_line(s)):
        try:
            beside = s.beside(other)
            found.append((beside, billed_days(beside)))
        except BadTerms:
            continue  # nobody but its makers is hurt by that: the registry lets it bill no day twice
    return found


def _own_line(s: Subject) -> set[bytes]:
    return {s.id, *(before.id for before in s.line_of_predecessors), *_successors(s)}


def _overlap_problem(s: Subject, own: range, other: Subject, theirs: range) -> str | None:
    """What is wrong with another agreement of the meter, of which only terms and storage are believed."""
    which = f"0x{other.id.hex()}"
    if not other.has_its_terms:
        return s.say(
            f"las condiciones que el nodo dice de {which} no dan esa huella",
            f"the terms that the node tells of {which} do not hash to it",
        )
    if not all(one.is_stored for one in (other, other.predecessor) if one):
        return s.say(f"{which}: la vista y el almacenamiento difieren", f"{which}: view and storage differ")
    if _meet(own, theirs):
        return s.say(
            f"el contador sirvió también a {which}, que facturó los mismos días",
            f"the meter also served {which}, which billed the same days",
        )
    return None


def _meet(a: range, b: range) -> bool:
    return max(a.start, b.start) < min(a.stop, b.stop)


def _successors(s: Subject) -> list[bytes]:
    """The ids of the agreements that go on with this one, as the node tells them."""
    found: list[bytes] = []
    after = s.handed_over_to
    while after is not None and after not in found:
        found.append(after)
        block = s.chain.agreement(s.file.registry, after).proposed_block
        events = s.chain.events(s.file.registry, after, block)
        after = next((bytes(event.values["successor"]) for event in events if event.name == "HandedOver"), None)
    return found
