"""All checks in order; what a check raises becomes its answer."""

from collections.abc import Callable

from ppa.errors import ChainUnreachable, PpaError, Refused
from ppa.verify import agreement, amounts, measures
from ppa.verify.report import Check, Report
from ppa.verify.subject import Subject

_CHECKS: tuple[tuple[str, Callable[[Subject], Check | None]], ...] = (
    ("chain", agreement.check_chain),
    ("code", agreement.check_registry_code),
    ("code", agreement.check_ledger_code),
    ("code", agreement.check_clause_code),
    ("terms", agreement.check_terms),
    ("signatures", agreement.check_signatures),
    ("signatures", agreement.check_agreement_word),
    ("meter", agreement.check_served),
    ("meter", agreement.check_no_other),
    ("records", measures.check_file_records),
    ("records", measures.check_replay),
    ("records", measures.check_month_ends),
    ("records", measures.check_blocks),
    ("records", measures.check_times),
    ("readings", measures.check_readings),
    ("statement", amounts.check_statements),
    ("statement", amounts.check_balance),
    ("statement", amounts.check_file_statements),
    ("invoice", amounts.check_invoice),
)


def run(subject: Subject) -> Report:
    """Every check that what was given allows. On another chain, or without a node, the rest is not asked."""
    found: list[Check] = []
    for link, check in _CHECKS:
        name = check.__name__.removeprefix("check_").replace("_", " ")
        try:
            answer = check(subject)
        except ChainUnreachable as problem:
            found.append(Check(name, None, str(problem), link))
            break
        except Refused as problem:
            answer = Check(name, None, str(problem), link)
        except PpaError as problem:
            answer = Check(name, False, str(problem), link)
        if answer is not None:
            found.append(answer)
        if link == "chain" and answer is not None and not answer.ok:
            break
    return Report(tuple(found), not_proved(subject), subject.language)


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
            f"Que el nodo {s.chain.url} diga la verdad: si miente de forma coherente no se ve; repítalo con otro nodo.",
            f"That the node {s.chain.url} tells the truth: a consistent lie is not seen; repeat it with another node.",
        ),
        s.say(
            "Que el contador no sirva a otro contrato en otro registro.",
            "That the meter serves no other agreement in another registry.",
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
                "Lo que hace una cláusula desconocida: su línea es la que ella contesta.",
                "What an unknown clause does: its line is what it answers.",
            )
        )
    return tuple(sentences)
