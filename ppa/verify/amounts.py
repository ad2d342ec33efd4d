"""Links statement and invoice: money again from records and clauses, and the document against it."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from ppa import calendar, text
from ppa.errors import BadAnswer
from ppa.invoice import Invoice, differences, invoice_of
from ppa.statements import Statement
from ppa.verify import slots
from ppa.verify.recompute import Replay
from ppa.verify.replay import replayed
from ppa.verify.report import Check
from ppa.verify.subject import Subject
from ppa.words import CLOSING_FLAGS, AccountWord, StatementFlag


def check_statements(s: Subject) -> Check:
    """Every statement, recomputed, is the stored word and the one told; and so are its lines and the balance."""
    name = s.say("Liquidaciones", "Statements")
    numbers = list(range(s.inherited + 1, s.agreement.periods + 1))
    if [closed.number for closed in s.closed] != numbers:
        found = s.say(
            f"contadas {[c.number for c in s.closed]}, guardadas {numbers}",
            f"told {[c.number for c in s.closed]}, stored {numbers}",
        )
        return Check(name, False, found, "statement")
    opened = (*s.line_of_predecessors, s) if s.agreement.closed_day else ()
    problems = [problem for one in opened for problem in _problems(one, replayed(one))]
    if problems:
        return Check(name, False, "; ".join(problems), "statement")
    unsure = _unsure(s, opened)
    if unsure:
        return Check(name, None, unsure, "statement")
    if not numbers:
        return Check(name, True, s.say("ningún mes está cerrado todavía", "no month is closed yet"), "statement")
    total = text.money(sum(c.statement.amount_cents for c in s.closed), s.language, s.terms.currency)
    found = s.say(f"{len(numbers)} recalculadas, en total {total}", f"{len(numbers)} recomputed, {total} in total")
    return Check(name, True, found, "statement")


def _unsure(s: Subject, opened: Sequence[Subject]) -> str:
    """What of the money is the node's word alone, in a sentence; empty if nothing. Own clauses are told before."""
    undated = sorted(found for one in opened for found in one.undated)
    if undated:
        which = ", ".join(f"{number}.{index}" for number, index in undated)
        return s.say(
            f"que una cláusula que pide un índice fallara es palabra del nodo: liquidación y línea {which}",
            f"that a clause which asks an index failed is the node's word: statement and line {which}",
        )
    unknown = ", ".join(f"0x{before.id.hex()}" for before in opened[:-1] if None in before.rules.values())
    if unknown:
        return s.say(
            f"las líneas de cláusulas desconocidas son palabra del nodo: en {unknown}, que se traspasó",
            f"the lines of unknown clauses are the node's word: in {unknown}, which was handed over",
        )
    return ""


def check_balance(s: Subject) -> Check:
    """The balance is the sum of the statements, less what was paid; what is pending stands beside it."""
    name = s.say("Saldo", "Balance")
    kept = s.agreement.balance_cents
    shown = text.money(kept, s.language, s.terms.currency)
    if s.handed_over_to is not None:
        found = s.say(f"pasó al contrato 0x{s.handed_over_to.hex()}", f"went over to 0x{s.handed_over_to.hex()}")
        return Check(name, kept == 0, found, "statement")
    replay = replayed(s)
    total = replay.balance_cents
    if total != kept:
        gap = text.money(abs(total - kept), s.language, s.terms.currency)
        return Check(name, False, s.say(f"difiere en {gap}: {shown}", f"differs by {gap}: {shown}"), "statement")
    word = s.chain.storage(s.file.registry, slots.account(s.id))
    account = replay.account()
    if word != account.pack():
        found = s.say(
            f"lo pendiente difiere: guardado {AccountWord.unpack(word)}, contado {account}",
            f"what is pending differs: stored {AccountWord.unpack(word)}, told {account}",
        )
        return Check(name, False, found, "statement")
    paid = sum(event.values["cents"] for event in s.events if event.name == "PaymentConfirmed")
    if not paid and not account.cents:
        return Check(name, True, s.say(f"{shown}, la suma", f"{shown}, the sum"), "statement")
    less, more = (text.money(cents, s.language, s.terms.currency) for cents in (paid, account.cents))
    found = s.say(
        f"{shown}: lo liquidado menos {less} pagados; {more} pendientes para la próxima liquidación",
        f"{shown}: the statements less {less} paid; {more} pending for the next statement",
    )
    return Check(name, True, found, "statement")


def check_file_statements(s: Subject) -> Check | None:
    """The statements of the file are those of the chain."""
    if s.evidence is None:
        return None
    name = s.say("Liquidaciones del archivo", "Statements of the file")
    told = {closed.number: closed for closed in s.closed}
    for ours in s.evidence.statements:
        if ours.number not in told:
            found = s.say(f"la {ours.number} no está en la cadena", f"{ours.number} is not on the chain")
            return Check(name, False, found, "statement")
        theirs = told[ours.number]
        lines = [pair for pair in enumerate(zip(ours.lines, theirs.lines, strict=False), 1) if pair[1][0] != pair[1][1]]
        if lines:
            index, (found_cents, expected) = lines[0]
            gap = text.money(abs(found_cents - expected), s.language, s.terms.currency)
            found = s.say(
                f"liquidación {ours.number}: difiere en {gap}: línea {index}",
                f"statement {ours.number} differs by {gap}: line {index}",
            )
            return Check(name, False, found, "statement")
        if replace(ours, block=theirs.block, log_index=theirs.log_index) != theirs or ours.block != theirs.block:
            found = s.say(f"la {ours.number} difiere", f"{ours.number} differs")
            return Check(name, False, found, "statement")
    count = len(s.evidence.statements)
    return Check(name, True, s.say(f"{count} iguales", f"{count} equal"), "statement")


def check_invoice(given: Invoice, s: Subject) -> Check:
    """An invoice equals its statement, to the cent and the Wh."""
    name = s.say("Factura", "Invoice")
    if (given.chain_id, given.registry, given.agreement) != (s.file.chain_id, s.file.registry, s.id):
        found = s.say("es la factura de otro contrato", "it is the invoice of another agreement")
        return Check(name, False, f"{found}: 0x{given.agreement.hex()}", "invoice")
    if not 1 <= given.number <= s.agreement.periods:
        found = s.say(f"el mes {given.number} no está cerrado", f"month {given.number} is not closed")
        return Check(name, False, found, "invoice")
    lines = next((closed.lines for closed in s.closed if closed.number == given.number), None)
    if lines is None or len(lines) - len(s.terms.clauses) not in (0, 1):
        raise BadAnswer(f"The chain does not tell the lines of statement {given.number}.")
    expected = invoice_of(
        s.stored[given.number],
        s.stored[given.number - 1],
        lines,
        terms=s.terms,
        chain_id=s.file.chain_id,
        registry=s.file.registry,
        agreement=s.id,
    )
    found_differences = differences(given, expected)
    if found_differences:
        sentences = [difference.sentence(s.language, s.terms.currency) for difference in found_differences]
        return Check(name, False, "; ".join(sentences), "invoice")
    amount = text.money(given.amount_cents, s.language, given.currency)
    found = s.say(
        f"{given.period}: {amount}, igual que la liquidación del bloque {given.block}",
        f"{given.period}: {amount}, equal to the statement of block {given.block}",
    )
    return Check(name, True, found, "invoice")


def _problems(s: Subject, replay: Replay) -> list[str]:
    problems = []
    first = s.inherited if s.predecessor else 0
    told = {first: None, **{closed.number: closed for closed in s.closed}}
    numbers = range(first, s.agreement.periods + 1)
    flags = _flags(s, replay)
    lacking = [number for number in numbers if number not in replay.done or number not in flags]
    if lacking:
        return [
            s.say(f"{number}: el nodo calla su cierre", f"{number}: the node keeps its close back")
            for number in lacking
        ]
    for number in numbers:
        ours, stored = replay.done[number], s.stored[number]
        event = told.get(number)
        if s.predecessor and number == first:
            today = s.predecessor.stored[s.predecessor.agreement.periods].closed_on
        else:
            today = calendar.utc_day(s.blocks[_closed_in(s, max(0, number - first - 1))].timestamp)
        expected = replace(ours.statement, closed_at=stored.closed_at, closed_on=today, flags=flags[number])
        word = s.chain.storage(s.file.registry, slots.statement(s.id, number))
        closing = replace(stored, flags=stored.flags & CLOSING_FLAGS)
        if word != stored.word().pack():
            problems.append(s.say(f"{number}: almacenamiento y vista difieren", f"{number}: storage and view differ"))
        elif expected != stored:
            problems.append(_difference(s, expected, stored))
        elif event and (event.statement, event.lines, event.balance_cents, event.block) != (
            closing, ours.lines, ours.balance_cents, stored.closed_at,
        ):  # fmt: skip
            problems.append(s.say(f"{number}: el evento dice otra cosa", f"{number}: the event says otherwise"))
    blocks = [s.stored[number].closed_at for number in numbers]
    if s.predecessor is None and len(blocks) > 1 and blocks[0] != blocks[1]:
        problems.append(s.say("la apertura no es del primer cierre", "the opening is not of the first close"))
    if any(later < earlier for earlier, later in pairwise(blocks)):
        problems.append(s.say("bloques desordenados", "blocks out of order"))
    return problems


def _closed_in(s: Subject, place: int) -> int:
    """The block of a close, by its place; of an opening without any, that of the handover or the end."""
    blocks = [event.block for event in s.events if event.name in ("Closed", "HandedOver", "Ended")]
    if place >= len(blocks):
        raise BadAnswer(f"The node tells {len(blocks)} closes of 0x{s.id.hex()}, and there must be more.")
    return blocks[place]


def _flags(s: Subject, replay: Replay) -> dict[int, StatementFlag]:
    """The flags of each statement: under an heir that goes on, older ones are disputed where they stand.

    The last one is disputed in the heir's copy.
    """
    own = {number: done.statement.flags for number, done in replay.done.items()}
    if s.heir is None:
        return own
    later = _flags(s.heir, replayed(s.heir))
    return {
        number: flags if number == s.agreement.periods else later.get(number, flags) for number, flags in own.items()
    }


def _difference(s: Subject, expected: Statement, stored: Statement) -> str:
    when = calendar.period_of(stored.last_day)
    euros = text.money(abs(expected.amount_cents - stored.amount_cents), s.language, s.terms.currency)
    generation = text.energy(abs(expected.generation_wh - stored.generation_wh), s.language)
    exported = text.energy(abs(expected.exported_wh - stored.exported_wh), s.language)
    return s.say(
        f"{when}: lo recalculado difiere en {euros}; totalizadores: generación {generation}, vertido {exported}",
        f"{when}: recomputed it differs by {euros}; registers: generation {generation}, export {exported}",
    )
