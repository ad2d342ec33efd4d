"""Links records and readings: the meter's whole history, none missing, none early, bound to its readings."""

from collections.abc import Sequence

from ppa import calendar, text, tree
from ppa.errors import BadRecord, PpaError
from ppa.evidence import DayProof, Evidence
from ppa.history import LoggedRecord
from ppa.readings import ReadingFlag, readings_root
from ppa.records import EMPTY, DailyRecord, next_word, replay
from ppa.verify import slots
from ppa.verify.report import Check
from ppa.verify.subject import Subject

OPENING = 0  # under which the ledger keeps a meter's first word


def check_file_records(s: Subject) -> Check | None:
    """The records of the file are those of the chain."""
    if s.evidence is None:
        return None
    name = s.say("Registros del archivo", "Records of the file")
    ours = s.evidence.records
    if len(ours) > len(s.logged):
        found = s.say(
            f"el archivo tiene {len(ours)}, la cadena solo {len(s.logged)}",
            f"the file has {len(ours)}, the chain only {len(s.logged)}",
        )
        return Check(name, False, found, "records")
    for file, chain in zip(ours, s.logged, strict=False):
        if file.record != chain.record:
            return Check(name, False, _record_difference(s, file.record, chain.record), "records")
        if place := _place_difference(s, file, chain):
            return Check(name, False, place, "records")
    newer = len(s.logged) - len(ours)
    found = s.say(f"{len(ours)} iguales; {newer} más nuevos en la cadena", f"{len(ours)} equal; {newer} newer on chain")
    return Check(name, True, found, "records")


def check_replay(s: Subject) -> Check:
    """The records replay to the meter's word, as the view and the storage give it: none is missing or changed."""
    name = s.say("Cadena de registros", "Chain of records")
    try:
        word = replay(EMPTY, [logged.record for logged in s.logged])
    except BadRecord as problem:
        return Check(name, False, str(problem), "records")
    view = s.chain.word_of(s.ledger, s.terms.meter)
    stored = s.chain.storage(s.ledger, slots.meter_word(s.terms.meter))
    if not word.pack() == view.pack() == stored:
        found = s.say(
            f"{len(s.logged)} registros dan la cabeza {word.head:040x}; la cadena guarda {stored >> 96:040x} "
            f"y la vista dice {view.head:040x}",
            f"{len(s.logged)} records give the head {word.head:040x}; stored is {stored >> 96:040x}, "
            f"the view says {view.head:040x}",
        )
        return Check(name, False, found, "records")
    found = s.say(
        f"{len(s.logged)} registros llevan a la cabeza {word.head:040x}", f"{len(s.logged)} lead to {word.head:040x}"
    )
    return Check(name, True, found, "records")


def check_month_ends(s: Subject) -> Check:
    """The word kept at the end of each month, and the first one, are those that the records give."""
    name = s.say("Fin de cada mes", "Month ends")
    word, expected = EMPTY, {}
    for logged in s.logged:
        if not word.is_empty and logged.record.day > calendar.month_end(word.day):
            expected[calendar.month_end(word.day)] = word.pack()
        first, word = word, next_word(word, logged.record)
        if first.is_empty:
            expected[OPENING] = word.pack()
    days = [day for day in expected if day != OPENING]
    views = dict(zip(days, s.chain.month_ends(s.ledger, s.terms.meter, days), strict=True))
    if OPENING in expected:
        views[OPENING] = s.chain.first_of(s.ledger, s.terms.meter)
    stored = s.chain.words(s.ledger, [slots.month_end(s.terms.meter, day) for day in expected])
    for (day, packed), kept in zip(expected.items(), stored, strict=True):
        if not packed == views[day].pack() == kept:
            which = calendar.period_of(day) if day else s.say("el primer registro", "the first record")
            return Check(name, False, s.say(f"{which} difiere", f"{which} differs"), "records")
    count = len(expected)
    found = s.say(f"{count} iguales, con el primer registro", f"{count} equal, the first record among them")
    return Check(name, True, found, "records")


def check_times(s: Subject) -> Check:
    """No record that was billed came before its local day was over, in the agreement's time zone."""
    name = s.say("Hora de los registros", "Time of the records")
    billed = [logged for logged in s.logged if s.is_billed(logged)]
    if problem := _too_early(s, billed):
        return Check(name, False, problem, "records")
    count = len(billed)
    found = s.say(
        f"{count} liquidados, todos tras la medianoche de {s.terms.time_zone}",
        f"{count} billed, all after midnight in {s.terms.time_zone}",
    )
    return Check(name, True, found, "records")


def check_later_times(s: Subject) -> Check | None:
    """A note of a record that came too early and that no closed month rests on."""
    problem = _too_early(s, [logged for logged in s.logged if not s.is_billed(logged)])
    name = s.say("Hora de los registros sin liquidar", "Time of the records not billed yet")
    return Check(name, None, problem, "records", note=True) if problem else None


def _too_early(s: Subject, logged: Sequence[LoggedRecord]) -> str | None:
    for one in logged:
        end, time = calendar.day_bounds(one.record.day, s.terms.time_zone)[1], s.blocks[one.block].timestamp
        if time < end:
            return s.say(
                f"el del {_date(one.record)} llegó {end - time} s antes de la medianoche local",
                f"that of {_date(one.record)} came {end - time} s before local midnight",
            )
    return None


def check_readings(s: Subject) -> Check | None:
    """Summaries and trees make the records' roots; each boundary day's last reading leads there and holds its V."""
    if s.evidence is None:
        return None
    name = s.say("Lecturas", "Readings")
    records = {logged.record.day: logged.record for logged in s.logged}
    proofs = {proof.day: proof for proof in s.evidence.days}
    boundaries = _boundaries(s, s.evidence)
    for proof in s.evidence.days:
        day = proof.day
        if day not in records or readings_root(proof.summary.digest(), proof.tree_root) != records[day].readings_root:
            found = s.say(f"las del {calendar.date_of(day)} no dan la raíz", f"{calendar.date_of(day)}: another root")
            return Check(name, False, found, "readings")
        if proof.last_reading is not None and (problem := _leaf_problem(s, proof, records[day])):
            return Check(name, False, problem, "readings")
    missing = sorted(day for day in boundaries if day not in proofs or proofs[day].last_reading is None)
    if missing:
        days = ", ".join(calendar.date_of(day).isoformat() for day in missing)
        return Check(name, None, s.say(f"faltan en el archivo: {days}", f"not in the file: {days}"), "readings")
    found = s.say(
        f"{len(proofs)} días dan su raíz; la última lectura de {len(boundaries)} cierres es la del registro",
        f"{len(proofs)} days make their roots; the last reading of {len(boundaries)} boundaries is the record's",
    )
    if s.evidence.unread_days:
        unread = ", ".join(calendar.date_of(day).isoformat() for day in s.evidence.unread_days)
        found += s.say(
            f"; quien hizo el archivo no pudo leer: {unread}", f"; the file's maker could not read: {unread}"
        )
    return Check(name, True, found, "readings")


def _boundaries(s: Subject, evidence: Evidence) -> set[int]:
    """The days of the last readings that the file must have: of what was closed when it was made.

    A predecessor's are in its evidence.
    """
    made = max(
        [logged.block for logged in evidence.records] + [closed.block for closed in evidence.statements], default=0
    )
    own = [s.stored[number] for number in s.stored if s.predecessor is None or number in s.numbers]
    recorded = {logged.record.day for logged in evidence.records}
    return {statement.boundary_day for statement in own if statement.closed_block <= made} & recorded


def _leaf_problem(s: Subject, proof: DayProof, record: DailyRecord) -> str | None:
    reading = proof.last_reading
    assert reading is not None
    try:
        leads = tree.verify(reading.leaf(), proof.path, proof.tree_root)
    except PpaError as problem:
        return str(problem)
    if not leads:
        return s.say(f"la lectura del {_date(record)} no lleva a su raíz", f"{_date(record)}: the path leads elsewhere")
    differ = (reading.generation_wh - record.generation_wh, reading.exported_wh - record.exported_wh)
    if differ != (0, 0):
        gap = text.energy(max(map(abs, differ)), s.language)
        return s.say(f"la lectura del {_date(record)} difiere en {gap}", f"{_date(record)}: the reading is {gap} off")
    start, end = calendar.day_bounds(record.day, s.terms.time_zone)
    opening = reading.flags & ReadingFlag.OPENING and record == s.logged[0].record
    if not start <= reading.time <= end and not opening:
        return s.say(
            f"la lectura del {_date(record)} es de otro día", f"{_date(record)}: the reading is of another day"
        )
    return None


def _place_difference(s: Subject, file: LoggedRecord, chain: LoggedRecord) -> str | None:
    for ours, theirs, spanish, english in (
        (file.block, chain.block, "el bloque", "block"),
        (file.transaction, chain.transaction, "la transacción", "transaction"),
        (file.log_index, chain.log_index, "el lugar", "place"),
    ):
        if ours != theirs:
            return s.say(
                f"día {_date(file.record)}: está en {spanish} {theirs}, no en {ours}",
                f"day {_date(file.record)}: it stands in {english} {theirs}, not in {ours}",
            )
    return None


def _record_difference(s: Subject, file: DailyRecord, chain: DailyRecord) -> str:
    where = _date(chain)
    if file.day != chain.day:
        return s.say(f"falta el {where} o sobra el {_date(file)}", f"{where} is missing or {_date(file)} too many")
    for ours, theirs, spanish, english in (
        (file.generation_wh, chain.generation_wh, "generación", "generation"),
        (file.exported_wh, chain.exported_wh, "vertido", "export"),
    ):
        if ours != theirs:
            gap, shown = text.energy(abs(ours - theirs), s.language), (f"{ours} Wh", f"{theirs} Wh")
            return s.say(
                f"{where}: el totalizador de {spanish} difiere en {gap} ({shown[0]} en vez de {shown[1]})",
                f"{where}: the {english} register differs by {gap} ({shown[0]} instead of {shown[1]})",
            )
    return s.say(
        f"{where}: la raíz de las lecturas es otra, 0x{file.readings_root.hex()}",
        f"{where}: the readings root is another, 0x{file.readings_root.hex()}",
    )


def _date(record: DailyRecord) -> str:
    return calendar.date_of(record.day).isoformat()
