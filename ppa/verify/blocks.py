"""The blocks of records and events: what their logs say of them, and whether their headers make their hashes."""

from ppa.history import LoggedRecord, RegistryEvent
from ppa.verify.header import unknown_fields
from ppa.verify.report import Check
from ppa.verify.subject import Subject


def check_blocks(s: Subject) -> Check:
    """The block of each record and event is the one its log names, has its transaction, and its header makes its hash.

    Block 0's hash stands in the file: if its header makes it, the rule is known, and then it must hold for all. One
    that does not, and has fields that we do not know, leaves it undecided.
    """
    name = s.say("Bloques", "Blocks")
    places: list[LoggedRecord | RegistryEvent] = [*s.logged, *s.events]
    for logged in places:
        block = s.blocks[logged.block]
        if block.hash != logged.block_hash or logged.transaction not in block.raw.get("transactions", ()):
            found = s.say(f"el bloque {logged.block} no es el del evento", f"block {logged.block} is not the log's")
            return Check(name, False, found, "records")
    odd, newer = ([n for n, holds in s.headers.items() if n != 0 and holds is kind] for kind in (False, None))
    if not odd and not newer:
        count = len(s.blocks)
        return Check(name, True, s.say(f"{count} cabeceras dan su hash", f"{count} headers make their hash"), "records")
    if odd and len(odd) + len(newer) < len(s.blocks) - 1:
        found = s.say(
            f"la cabecera del bloque {odd[0]} no da su hash", f"block {odd[0]}'s header does not make its hash"
        )
        return Check(name, False, found, "records")
    if newer:
        return Check(name, None, _newer(s, newer[0]), "records")
    known = s.headers[0] is True
    found = s.say(
        "regla de hash desconocida en esta red: las fechas de los bloques son palabra del nodo",
        "unknown hash rule on this network: block times are the node's word",
    )
    if known:
        found = s.say(
            "la cabecera del bloque 0 da su hash y ninguna otra: las fechas de los bloques no se pueden comprobar",
            "block 0's header makes its hash and no other does: block times cannot be checked",
        )
    return Check(name, None if known else True, found, "records")


def _newer(s: Subject, number: int) -> str:
    fields = ", ".join(unknown_fields(s.blocks[number].raw))
    return s.say(
        f"la cabecera del bloque {number} tiene campos que este programa no conoce ({fields}): el programa es anterior "
        "al último cambio de reglas (fork) de la red; use uno más nuevo",
        f"block {number}'s header has fields that this program does not know ({fields}): the program is older than the "
        "network's last fork; use a newer one",
    )
