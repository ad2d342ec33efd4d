"""Payments, a lender's notice, what is announced: what each event leaves.

Raises BadAnswer where the registry would not have let it happen.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ppa import calendar
from ppa.acts import Act
from ppa.clauses import ExitTable
from ppa.errors import BadAnswer
from ppa.history import RegistryEvent
from ppa.storage_words import PaymentStatus
from ppa.terms import ZERO_ADDRESS
from ppa.verify.recompute import NO_ANNOUNCEMENT, NO_PAYMENT, NOTICE_LASTS_DAYS, Replay

_DECLARED = (PaymentStatus.DECLARED, PaymentStatus.DENIED)
_CUT_BITS = 24  # of an act's digest, that its announcement does not keep


@dataclass
class Rare:
    """The rare rights of an agreement. `exit_table(clause)` is the exit clause of an index from 0, None for one that we
    do not know; `used` has the digests of what was announced or brought.
    """

    replay: Replay
    exit_table: Callable[[int], ExitTable | None]
    digest: Callable[[Act], bytes]
    used: list[bytes] = field(default_factory=list)

    def apply(self, event: RegistryEvent, today: int) -> None:
        """An event, on a day of Greenwich; money is moved elsewhere."""
        step = _STEPS.get(event.name)
        if step:
            step(self, event.values, today)

    def declare(self, values: dict[str, Any], today: int) -> None:
        """The payer says that it paid."""
        self._payment(values, PaymentStatus.UNKNOWN)
        self.replay.declare(*_transfer(values), today)

    def deny(self, values: dict[str, Any], today: int) -> None:
        """The payee says that it did not come."""
        self._payment(values, PaymentStatus.DECLARED)
        self.replay.decline(*_transfer(values), PaymentStatus.DENIED)

    def refuse(self, values: dict[str, Any], today: int) -> None:
        """The arbiter says that it did not come."""
        self._require_notice(self._payment(values, *_DECLARED), today)
        self.replay.decline(*_transfer(values), PaymentStatus.REFUSED)

    def confirm(self, values: dict[str, Any], today: int) -> None:
        """The payee says that it came, declared or not; the arbiter says so of what was declared only."""
        if values["byArbiter"]:
            self._require_notice(self._payment(values, *_DECLARED), today)
        else:
            self._payment(values, PaymentStatus.UNKNOWN, *_DECLARED)

    def notify(self, values: dict[str, Any], today: int) -> None:
        """The lender is notified."""
        clause, is_final = values["clause"], values["isFinal"]
        table = self._lender_of(clause, values["lender"])
        if values["day"] != today:
            raise BadAnswer(f"A notice of day {values['day']} is told in a block of day {today}.")
        due = self.replay.would_be_final(today, clause, table.cure_days if table else calendar.LAST_DAY)
        if is_final != due and (is_final or table):  # the notice of a clause that we do not know may have lapsed
            raise BadAnswer("A notice is reported as final, or not, against what the lender did before.")
        self.replay.notify(today, clause, is_final=is_final)

    def cure(self, values: dict[str, Any], today: int) -> None:
        """The lender says that it cured what was wrong."""
        notice = self.replay.notice
        table = self._lender_of(notice.clause, values["lender"])
        late = table is not None and today > notice.day + table.cure_days
        if not notice.day or notice.cured or notice.is_final or late:
            raise BadAnswer("A lender is told to have cured what it had no notice of, or no time to cure.")
        self.replay.cure()

    def exit(self, values: dict[str, Any], today: int) -> None:
        """The consumer ends the agreement alone: a lender had notice, and the time to cure."""
        table, notice = self.exit_table(values["clause"]), self.replay.notice
        if table is None or table.lender == ZERO_ADDRESS:
            return
        first = notice.day + table.cure_days
        noticed = notice.day and notice.clause == values["clause"] and not notice.cured
        if not noticed or not first <= today <= first + NOTICE_LASTS_DAYS:
            raise BadAnswer(f"The agreement is told to have ended by an exit without notice to {table.lender}.")

    def announce(self, values: dict[str, Any], today: int) -> None:
        """One party and the arbiter signed an end or a handover."""
        act, terms, before = Act.from_tuple(tuple(values["act"])), self.replay.terms, self.replay.announcement
        if act != Act(0, act.until, successor=act.successor, reason=act.reason) or not terms.notice_days:
            raise BadAnswer("What is announced is beyond what a party and the arbiter can do.")
        if before.day and not before.ends and today <= before.day + terms.notice_days + NOTICE_LASTS_DAYS:
            raise BadAnswer("Something is announced while something else is.")
        self.replay.announce(self.digest(act), ends=act.successor == self.replay.agreement, today=today)
        self.used.append(self.digest(act))

    def object(self, values: dict[str, Any], today: int) -> None:
        """A party says no to what is announced."""
        if not self.replay.announcement.day or self.replay.announcement.ends:
            raise BadAnswer("An objection is told where nothing is announced that it could stop.")
        self.replay.forget_announced()

    def execute(self, values: dict[str, Any], today: int) -> None:
        """What is announced is done."""
        announced, digest = self.replay.announcement, self.digest(Act.from_tuple(tuple(values["act"])))
        if announced == NO_ANNOUNCEMENT or announced.digest != int.from_bytes(digest) >> _CUT_BITS:
            raise BadAnswer("What was executed is not what was announced.")
        self._require_notice(announced.day, today)
        if today > announced.day + self.replay.terms.notice_days + NOTICE_LASTS_DAYS:
            raise BadAnswer("What was executed had lapsed.")
        self.replay.forget_announced()

    def bring(self, values: dict[str, Any], today: int) -> None:
        """Somebody brought what an actor had signed: once."""
        digest = bytes(values["digest"])
        if digest in self.used:
            raise BadAnswer(f"The request 0x{digest.hex()} is told to have been brought twice.")
        self.used.append(digest)

    def _payment(self, values: dict[str, Any], *needed: PaymentStatus) -> int:
        """The day on which a payment was declared, which has one of these statuses."""
        word = self.replay.payments.get(_transfer(values), NO_PAYMENT)
        if word.status not in needed:
            raise BadAnswer(f"A payment of {values['cents']} cents is told of that was {word.status.name.lower()}.")
        return word.declared_on

    def _require_notice(self, since: int, today: int) -> None:
        days = self.replay.terms.notice_days
        if not days or today < since + days:
            raise BadAnswer(f"What the arbiter has a part in is told before the {days} days of notice were over.")

    def _lender_of(self, clause: int, lender: str) -> ExitTable | None:
        if clause >= len(self.replay.terms.clauses):
            raise BadAnswer(f"A notice is of clause {clause + 1}, which the agreement does not have.")
        table = self.exit_table(clause)
        if table is not None and table.lender.lower() != lender.lower():
            raise BadAnswer(f"The lender of clause {clause + 1} is {table.lender}, not {lender}.")
        return table


def _transfer(values: dict[str, Any]) -> tuple[int, int, bytes]:
    return values["cents"], values["day"], bytes(values["reference_"])


_STEPS: dict[str, Callable[[Rare, dict[str, Any], int], None]] = {
    "PaymentDeclared": Rare.declare,
    "PaymentDenied": Rare.deny,
    "PaymentRefused": Rare.refuse,
    "PaymentConfirmed": Rare.confirm,
    "Notified": Rare.notify,
    "Cured": Rare.cure,
    "Exited": Rare.exit,
    "Announced": Rare.announce,
    "Objected": Rare.object,
    "Executed": Rare.execute,
    "Brought": Rare.bring,
}
