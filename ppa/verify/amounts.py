"""Links statement and invoice: money again from records and clauses, and the document against it."""

from dataclasses import replace

from ppa import calendar, text
from ppa.errors import BadAnswer
from ppa.history import ClosedEvent, as_opened
from ppa.invoice import Invoice, differences, invoice_of
from ppa.statements import Statement
from ppa.storage_words import AccountWord
from ppa.verify import keys, slots
from ppa.verify.closing import NO_ACCOUNT, Recomputed
from ppa.verify.replay import State, begun, replayed
from ppa.verify.report import Check
from ppa.verify.subject import Subject


def check_statements(s: Subject) -> Check:
    """Every statement, recomputed, is the stored word and the one told; and so are its lines and the balance."""
    name = s.say("Liquidaciones", "Statements")
    numbers = list(s.numbers)
    if [closed.number for closed in s.closed] != numbers:
        found = s.say(
            f"contadas {[c.number for c in s.closed]}, guardadas {numbers}",
            f"told {[c.number for c in s.closed]}, stored {numbers}",
        )
        return Check(name, False, found, "statement")
    problems = [problem for one in s.line for problem in _problems(one, replayed(one))]
    if problems:
        return Check(name, False, "; ".join(problems), "statement")
    unsure = _unsure(s)
    if unsure:
        return Check(name, None, unsure, "statement")
    if not numbers:
        return Check(name, True, s.say("ningún mes está cerrado todavía", "no month is closed yet"), "statement")
    total = text.money(sum(c.statement.amount_cents for c in s.closed), s.language, s.terms.currency)
    found = s.say(f"{len(numbers)} recalculadas, en total {total}", f"{len(numbers)} recomputed, {total} in total")
    return Check(name, True, found, "statement")


def _unsure(s: Subject) -> str:
    """What of the money is the node's word alone, in a sentence; empty if nothing. Own clauses are told before."""
    undated = sorted(found for one in s.line for found in one.undated)
    if undated:
        which = ", ".join(f"{number}.{index}" for number, index in undated)
        return s.say(
            f"lo que entonces decía un índice ajeno es palabra del nodo: liquidación y línea {which}",
            f"what an index that is not ours said then is the node's word: statement and line {which}",
        )
    unknown = ", ".join(f"0x{one.id.hex()}" for one in s.line_of_predecessors if None in one.rules.values())
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
    replay = replayed(s).replay
    total, account = replay.balance_cents, replay.account
    if s.handed_over_to is not None:  # all of it went over
        total, account = 0, replace(NO_ACCOUNT, acts=account.acts, alarm_day=account.alarm_day)
    if total != kept:
        gap = text.money(abs(total - kept), s.language, s.terms.currency)
        return Check(name, False, s.say(f"difiere en {gap}: {shown}", f"differs by {gap}: {shown}"), "statement")
    word = s.chain.storage(s.file.registry, slots.account(s.id))
    if word != account.pack():
        found = s.say(
            f"lo pendiente difiere: guardado {AccountWord.unpack(word)}, contado {account}",
            f"what is pending differs: stored {AccountWord.unpack(word)}, told {account}",
        )
        return Check(name, False, found, "statement")
    if s.handed_over_to is not None:
        found = s.say(f"pasó al contrato 0x{s.handed_over_to.hex()}", f"went over to 0x{s.handed_over_to.hex()}")
        return Check(name, True, found, "statement")
    unseen = [event for one in s.line for event in keys.unseen_money(one)]
    if unseen:
        names = ", ".join(event.name for event in unseen)
        found = s.say(
            f"{shown}: quién firmó {names} tras el último mes cerrado es palabra del nodo",
            f"{shown}: who signed {names} after the last closed month is the node's word",
        )
        return Check(name, None, found, "statement")
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
    if given.number not in s.numbers:
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


def _problems(s: Subject, state: State) -> list[str]:
    """What is wrong with the statements that an agreement closed itself, and with its opening statement."""
    replay, problems = state.replay, []
    told = {closed.number: closed for closed in s.closed}
    blocks = {number: closed.block for number, closed in told.items()}
    if state.opened is not None:
        blocks[replay.opening] = state.opened.block
    lacking = [number for number in s.numbers if number not in told or number not in replay.done]
    if lacking:
        return [
            s.say(f"{number}: el nodo calla su cierre", f"{number}: the node keeps its close back")
            for number in lacking
        ]
    is_first = bool(told) and (s.predecessor is None or replay.opening not in begun(s).done)
    if is_first != (state.opened is not None):
        return [s.say("la apertura falta o sobra", "the opening statement is missing or one too many")]
    words = s.chain.words(s.file.registry, [slots.statement(s.root, number) for number in sorted(blocks)])
    for (number, block), word in zip(sorted(blocks.items()), words, strict=True):
        stored, done = s.stored[number], replay.done[number]
        today = calendar.utc_day(s.blocks[block].timestamp)
        expected = replace(done.statement, closed_block=block, closed_on=today)
        event = told.get(number)
        if word != stored.word().pack():
            problems.append(s.say(f"{number}: almacenamiento y vista difieren", f"{number}: storage and view differ"))
        elif expected != stored:
            problems.append(_difference(s, expected, stored))
        elif not _is_told(state, done, stored, event):
            problems.append(s.say(f"{number}: el evento dice otra cosa", f"{number}: the event says otherwise"))
    if (replay.generation_wh, replay.exported_wh) != (s.agreement.generation_wh, s.agreement.exported_wh):
        problems.append(s.say("los totalizadores guardados son otros", "the stored registers are others"))
    return [*problems, *_copied(s, state), *state.problems]


def _is_told(state: State, done: Recomputed, stored: Statement, event: ClosedEvent | None) -> bool:
    """Whether the event of a statement says what is stored; without one it is the opening statement."""
    if event is None:
        return state.opened is not None and as_opened(state.opened) == stored
    return (event.statement, event.lines, event.balance_cents) == (stored, done.lines, done.balance_cents)


def _copied(s: Subject, state: State) -> list[str]:
    """What is wrong with the opening of a numbering that begins with a copy of a predecessor's last statement."""
    before, number = s.predecessor, state.replay.opening
    if before is None or s.goes_on or state.opened is not None or number not in state.replay.done:
        return []
    last = before.stored[before.agreement.periods]
    flags = state.replay.done[number].statement.flags
    copy = replace(last, number=number, flags=flags)
    word = s.chain.storage(s.file.registry, slots.statement(s.root, number))
    same = s.stored[number] == copy and word == copy.word().pack()
    return [] if same else [s.say("la apertura no es la última traspasada", "the opening is not the last handed over")]


def _difference(s: Subject, expected: Statement, stored: Statement) -> str:
    when = calendar.period_of(stored.last_day)
    euros = text.money(abs(expected.amount_cents - stored.amount_cents), s.language, s.terms.currency)
    generation = text.energy(abs(expected.generation_wh - stored.generation_wh), s.language)
    exported = text.energy(abs(expected.exported_wh - stored.exported_wh), s.language)
    return s.say(
        f"{when}: lo recalculado difiere en {euros}; totalizadores: generación {generation}, vertido {exported}",
        f"{when}: recomputed it differs by {euros}; registers: generation {generation}, export {exported}",
    )
