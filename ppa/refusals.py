"""What the contracts' errors mean, for whoever meets one at a terminal: the reason, and what to do."""

from datetime import date, timedelta

MEANINGS = {
    "ActExpired": "the time in which both could bring it is over; sign it again with a later one",
    "AlreadyAnnounced": "it was announced before; sign it again with another time or reason",
    "AlreadyBrought": "a request holds once; sign another with another time",
    "AlreadyProposed": "these terms were proposed before; to propose them again, give them another salt",
    "AnnouncementPending": "something else is announced; wait until it is done, objected to or lapsed",
    "BeyondTheArbiter": "one party and the arbiter can hand over or end, and move neither energy nor money",
    "ClauseFailed": "the clause could not compute its line; nothing was closed, and it can be tried again",
    "ClauseRefused": "the clause does not accept its parameters; nothing was proposed",
    "CureNotOver": "the lender still has time to cure what is wrong",
    "DayNotAfterLast": "the ledger has a record of that day or a later one; days only go forward",
    "DayNotEnded": "that day is not over yet anywhere on Earth; try again when it is",
    "DaysAlreadyBilled": "another agreement has billed these days of the meter, and no day is billed twice",
    "GasTooLow": "every clause must be given its gas; send the transaction with a higher gas limit",
    "LongStopNotPassed": "the meter can still begin to serve; until the long-stop day is over both can end it together",
    "LongStopPassed": "the long-stop day of the terms is over; agree on new terms with a later one",
    "MeterNotDead": "one party and the arbiter can end it only when the meter has been silent for more days",
    "MeterServesAnother": "the meter serves another agreement, until that one ends",
    "MonthNotEnded": "the meter has recorded neither that month's last day nor a later one; close it once it has",
    "NoMaxPower": "the terms lack the plant's greatest power",
    "NoNoticeDays": "the terms name no days of notice, so the arbiter decides disputes only",
    "NoSilenceDays": "the terms name no days of silence after which a party may end it alone",
    "NoSuchStatement": "that period is not closed",
    "NoWords": "the terms lack the agreement in plain words, which both sign",
    "NotDarkYet": "no meter serves it, so its months are closed without energy, so many days after their end",
    "NotHandedOver": "the agreement that these terms replace was not handed over to them yet",
    "NotSilent": "the meter has been heard of more recently",
    "NotTheConsumer": "only the consumer can do this; send it from the consumer's account",
    "NotTheMeter": "only the meter can do this; send it from the meter's account",
    "NotTheProducer": "only the producer can do this; send it from the producer's account",
    "NotTheSameDeal": "one party and the arbiter can change keys, meter and arbiter, and nothing else of the deal",
    "NoticeLapsed": "it could be done for some time after the notice, and that is over; give notice again",
    "NoticeNotOver": "the days of notice are not over",
    "NoticeWithoutArbiter": "days of notice are for what a party and the arbiter do; name an arbiter, or give none",
    "PayeeHasTime": "the arbiter decides on a payment when the payee's days of notice are over",
    "RequestExpired": "the time in which it could be brought is over; sign it again with a later one",
    "TermOver": "the term is over, there is nothing to leave early",
    "WasHandedOver": "it goes on from another agreement; it ends by an act, after silence, or with its term",
    "WrongActNumber": "acts are numbered one by one; sign the act with the number that is needed",
    "WrongPaymentStatus": "the payment does not allow it (0 unknown, 1 declared, 2 denied, 3 confirmed, 4 refused)",
    "WrongStatus": "the agreement is not in the state that this needs (1 proposed, 4 signed, 5 running, 6 ended)",
}  # fmt: skip


# Which of an error's arguments are days.
DAYS = {
    "AlreadyAlarmed": ("heard",),
    "AnnouncementPending": ("day",),
    "CureNotOver": ("noticeDay", "today"),
    "DayInFuture": ("day",),
    "DayNotAfterLast": ("last", "day"),
    "DayNotEnded": ("day",),
    "DaysAlreadyBilled": ("billed", "next"),
    "LongStopNotPassed": ("longStopDay", "today"),
    "LongStopOutsideTerm": ("longStopDay", "firstDay", "lastDay"),
    "LongStopPassed": ("longStopDay", "today"),
    "MeterNotDead": ("heard", "today"),
    "MonthNotEnded": ("last", "monthEnd"),
    "NotAMonthEnd": ("day",),
    "NotDarkYet": ("lastDay", "today"),
    "NotDisputable": ("deadline", "today"),
    "NotFirstOfMonth": ("firstDay",),
    "NotSilent": ("heard", "today"),
    "NoticeLapsed": ("day", "lastDay", "today"),
    "NoticeNotOver": ("day", "today"),
    "PayeeHasTime": ("declaredOn", "today"),
    "TermDoesNotFollow": ("firstDay",),
    "TermOver": ("closedThrough",),
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
