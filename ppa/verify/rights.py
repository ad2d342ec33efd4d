"""Links signatures and statement: what disputes, payments, notices and announcements left, word by word."""

from collections.abc import Iterator

from ppa.verify import slots
from ppa.verify.replay import replayed
from ppa.verify.report import Check
from ppa.verify.subject import Subject


def check_rare_words(s: Subject) -> Check:
    """Claims, payments, the lender's notice and what is announced: storage is what the events make."""
    name = s.say("Disputas, pagos y avisos", "Disputes, payments and notices")
    count, words = 0, list(_words(s))
    stored = s.chain.words(s.file.registry, [slot for slot, *_ in words])
    for (_, expected, spanish, english), word in zip(words, stored, strict=True):
        if word != expected:
            return Check(name, False, s.say(f"difiere {spanish}", f"{english} differs"), "statement")
        count += expected != 0
    return Check(name, True, s.say(f"{count} como los eventos", f"{count} as the events say"), "statement")


def _words(s: Subject) -> Iterator[tuple[int, int, str, str]]:
    """Slots, the words that must stand there, and what they are."""
    state = replayed(s)
    replay, rare = state.replay, state.rare
    for number in s.stored if s.handed_over_to is None else ():
        claims = replay.claims.get(number)
        yield (
            slots.claims(s.root, number),
            claims.pack() if claims else 0,
            f"la reclamación {number}",
            f"claim {number}",
        )
    for (cents, day, reference), word in replay.payments.items():
        slot = slots.payment(s.id, cents, day, reference)
        yield slot, word.pack(), f"el pago de {cents} céntimos", f"the payment of {cents} cents"
    yield slots.notice(s.id), replay.notice.pack(), "el aviso", "the notice"
    yield slots.announcement(s.id), replay.announcement.pack(), "lo anunciado", "the announcement"
    for digest in rare.used:
        yield slots.used(digest), 1, "lo firmado y usado", "what was signed and used"
