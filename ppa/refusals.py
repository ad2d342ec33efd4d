"""What the contracts' errors mean, for whoever meets one at a terminal: the reason, and what to do."""

from datetime import date, timedelta

MEANINGS = {
    "AlreadyProposed": "these terms were proposed before; to propose them again, give them another salt",
    "ClauseFailed": "the clause could not compute its line; nothing was closed, and it can be tried again",
    "ClauseRefused": "the clause does not accept its parameters; nothing was proposed",
    "DayNotAfterLast": "the ledger has a record of that day or a later one; days only go forward",
    "DayNotEnded": "that day is not over yet anywhere on Earth; try again when it is",
    "EnergyImpossible": "there is more energy than the plant's power can make; check the meter before it is closed",
    "GasTooLow": "every clause must be given its gas; send the transaction with a higher gas limit",
    "MeterServesAnother": "the meter serves another agreement, until that one ends",
    "MonthNotEnded": "the meter has recorded neither that month's last day nor a later one; close it once it has",
    "NoOpeningRecord": "the meter has no record in the 12 months before the first day, so nothing can be subtracted",
    "NoSuchStatement": "that period is not closed",
    "NotTheConsumer": "only the consumer can do this; send it from the consumer's account",
    "NotTheMeter": "only the meter can do this; send it from the meter's account",
    "NotTheProducer": "only the producer can do this; send it from the producer's account",
    "WrongStatus": "the agreement is not in the state that this needs (1 proposed, 4 signed, 5 running, 6 ended)",
}


# Which of an error's arguments are days.
DAYS = {
    "DayNotAfterLast": ("last", "day"),
    "DayNotEnded": ("day",),
    "MonthNotEnded": ("last", "monthEnd"),
    "NoOpeningRecord": ("firstDay",),
    "NotAMonthEnd": ("day",),
    "NotFirstOfMonth": ("firstDay",),
    "TermTooLong": ("firstDay",),
}


def shown(name: str, argument: str, value: object) -> str:
    """An argument of an error as people read it: a day has its date beside it."""
    if isinstance(value, int) and argument in DAYS.get(name, ()):
        return f"{value} ({date(1970, 1, 1) + timedelta(days=value)})"
    return "0x" + value.hex() if isinstance(value, bytes) else str(value)


def meaning(name: str) -> str:
    """What follows the error in a sentence; empty where the name says it all."""
    return f": {MEANINGS[name]}" if name in MEANINGS else ""
