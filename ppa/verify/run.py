"""All checks in order; what a check raises becomes its answer."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from ppa.errors import BadAnswer, ChainUnreachable, NotFound, PpaError, Refused
from ppa.text import Language
from ppa.verify import agreement, amounts, blocks, code, keys, measures, meter, rights
from ppa.verify.report import Check, Report
from ppa.verify.subject import Subject

_Link = tuple[str, Callable[[Subject], Check | None], str, str]
_NO_NODE = (BadAnswer, NotFound)  # of the first question: what answers is no node, and nothing was compared


def _throughout(check: Callable[[Subject], Check | None], s: Subject) -> Check | None:
    """The check of the agreement and of all that was handed over to it: what is wrong there is wrong here."""
    answer = check(s)
    for before in s.line_of_predecessors:
        found = check(before)
        if found is not None and (answer is None or _is_worse(found, answer)):
            answer = replace(found, found=f"0x{before.id.hex()}: {found.found}")
    return answer


def _is_worse(found: Check, answer: Check) -> bool:
    return answer.ok is not False and found.ok is not True and found.ok is not answer.ok


_CHECKS: tuple[_Link, ...] = (
    ("chain", code.check_chain, "Cadena", "Chain"),
    ("code", code.check_registry_code, "Código del registro", "Registry's code"),
    ("code", code.check_module_code, "Código de los módulos", "Modules' code"),
    ("code", code.check_ledger_code, "Código del libro de medidas", "Ledger's code"),
    ("code", code.check_clause_code, "Código de las cláusulas", "Clauses' code"),
    ("terms", agreement.check_terms, "Condiciones", "Terms"),
    ("terms", agreement.check_words, "Texto del contrato", "Agreement in words"),
    ("signatures", partial(_throughout, agreement.check_signatures), "Contrato verificado", "Agreement verified"),
    ("signatures", partial(_throughout, agreement.check_agreement_word), "Estado guardado", "Stored state"),
    ("signatures", partial(_throughout, keys.check_act_keys), "Firmas de las partes", "Signatures of the parties"),
    (
        "signatures",
        partial(_throughout, keys.check_later_act_keys),
        "Firmas después del último mes cerrado",
        "Signatures after the last closed month",
    ),
    ("signatures", agreement.check_file_signature, "Firma del archivo", "Signature of the file"),
    ("meter", meter.check_served, "Contador", "Meter"),
    ("meter", meter.check_no_other, "Cada día, facturado una vez", "Each day billed once"),
    ("meter", meter.check_beside, "Otros contratos del contador", "Other agreements of the meter"),
    ("records", measures.check_file_records, "Registros del archivo", "Records of the file"),
    ("records", partial(_throughout, measures.check_replay), "Cadena de registros", "Chain of records"),
    ("records", partial(_throughout, measures.check_month_ends), "Fin de cada mes", "Month ends"),
    ("records", partial(_throughout, blocks.check_blocks), "Bloques", "Blocks"),
    ("records", partial(_throughout, keys.check_record_keys), "Firma de los registros", "Signature of the records"),
    (
        "records",
        partial(_throughout, keys.check_later_record_keys),
        "Firma de los registros sin liquidar",
        "Signature of the records not billed yet",
    ),
    ("records", partial(_throughout, measures.check_times), "Hora de los registros", "Time of the records"),
    (
        "records",
        partial(_throughout, measures.check_later_times),
        "Hora de los registros sin liquidar",
        "Time of the records not billed yet",
    ),
    ("readings", measures.check_readings, "Lecturas", "Readings"),
    ("statement", amounts.check_statements, "Liquidaciones", "Statements"),
    ("statement", amounts.check_balance, "Saldo", "Balance"),
    (
        "statement",
        partial(_throughout, rights.check_rare_words),
        "Disputas, pagos y avisos",
        "Disputes, payments and notices",
    ),
    ("statement", amounts.check_file_statements, "Liquidaciones del archivo", "Statements of the file"),
)


def run(subject: Subject) -> Report:
    """Every check that what was given allows. On another chain, or without a node, the rest is not asked."""
    found: list[Check] = []
    invoices: list[_Link] = [
        ("invoice", partial(amounts.check_invoice, given), "Factura", "Invoice") for given in subject.invoices
    ]
    for link, check, spanish, english in [*_CHECKS, *invoices]:
        name = subject.say(spanish, english)
        try:
            answer = check(subject)
        except ChainUnreachable as problem:
            found.append(Check(name, None, problem.told(subject.language), link))
            break
        except PpaError as problem:
            unasked = isinstance(problem, Refused) or (link == "chain" and isinstance(problem, _NO_NODE))
            answer = Check(name, None if unasked else False, problem.told(subject.language), link)
        if answer is not None:
            found.append(answer)
        if link == "chain" and answer is not None and not answer.ok:
            break
    return Report(tuple(found), not_proved(subject), subject.language)


def refusal(problem: PpaError, language: Language) -> Report:
    """The report where a file is not one that we read: nothing of it was compared."""
    name = "Archivo" if language == "es" else "File"
    return Report((Check(name, None, problem.told(language), "file"),), (), language)


def not_proved(s: Subject) -> tuple[str, ...]:
    """What stays open however many checks hold."""
    sentences = [
        s.say(
            "Que los analizadores de red estén calibrados y bien conectados.",
            "That the analyzers are calibrated and wired right.",
        ),
        s.say(
            "Quién tiene las claves de productor, consumidor y contador.",
            "Who holds the keys of producer, consumer and meter.",
        ),
        s.say(
            f"Que el nodo {s.chain.url} diga la verdad: todo esto se apoya en sus eventos, su almacenamiento y sus "
            "bloques, comparados entre sí; si miente de forma coherente no se ve; repítalo con otro nodo.",
            f"That the node {s.chain.url} tells the truth: all this rests on its events, its storage and its blocks, "
            "compared with each other; a consistent lie is not seen; repeat it with another node.",
        ),
        s.say(
            "Que el contador no sirva a otro contrato en otro registro, o a uno terminado cuyo evento el nodo calle.",
            "That the meter serves no other agreement in another registry, nor an ended one that the node hides.",
        ),
        s.say("Impuestos y pagos: la liquidación no los tiene.", "Taxes and payments: a statement has none."),
    ]
    if s.evidence is None:
        sentences.append(
            s.say(
                "Las lecturas: sin archivo de pruebas solo se ve su raíz.", "The readings: without evidence, no leaves."
            )
        )
    if any(name is None for name in s.__dict__.get("rules", {}).values()):
        sentences.append(
            s.say(
                "Lo que hace una cláusula desconocida: su línea es palabra del nodo.",
                "What an unknown clause does: its line is the node's word.",
            )
        )
    if not all(s.__dict__.get("headers", {}).values()):
        sentences.append(
            s.say(
                "Cuándo llegó cada registro: en esta red no sabemos comprobar la cabecera de un bloque, y su hora es "
                "palabra del nodo.",
                "When each record came: we cannot check a block's header on this network, so its time is the node's "
                "word.",
            )
        )
    return tuple(sentences)
