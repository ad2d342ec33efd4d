"""An agreement's state again, from records, terms and what happened: the registry's arithmetic in other words."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ppa.acts import Act
from ppa.records import DailyRecord
from ppa.storage_words import AnnouncementWord, ClaimsWord, NoticeWord, PaymentStatus, PaymentWord, StatementFlag
from ppa.terms import Terms
from ppa.verify import arrears
from ppa.verify.closing import Closing, LineOf, Recomputed

__all__ = ["LineOf", "Recomputed", "Replay", "recompute"]

NO_CLAIMS = ClaimsWord(decided=False, producer_cents=0, consumer_cents=0)
NO_PAYMENT = PaymentWord(0, PaymentStatus.UNKNOWN)
NO_NOTICE = NoticeWord(is_final=False, cured=False, clause=0, day=0)
NO_ANNOUNCEMENT = AnnouncementWord(0, ends=False, day=0)
NOTICE_LASTS_DAYS = 180
_CUT_BITS = 24

Transfer = tuple[int, int, bytes]


@dataclass
class Replay(Closing):
    """An agreement's state as its events make it, one method an event. Words stand as they are stored.

    Payments stand by cents, civil day and reference; claims by the number of the statement.
    """

    claims: dict[int, ClaimsWord] = field(default_factory=dict)
    payments: dict[Transfer, PaymentWord] = field(default_factory=dict)
    notice: NoticeWord = NO_NOTICE
    announcement: AnnouncementWord = NO_ANNOUNCEMENT

    # Acts and ends

    def act(self, act: Act) -> None:
        """What both parties did together; an end or a handover comes as an event of its own."""
        self.account = replace(
            self.account,
            acts=act.number,
            generation_wh=self.account.generation_wh + act.generation_wh,
            exported_wh=self.account.exported_wh + act.exported_wh,
        )
        if act.settles:
            self._decide(act.settles)
        self.credit(act.cents)

    def void_act(self, number: int) -> None:
        """A party voided the next act's number."""
        self.account = replace(self.account, acts=number)

    def credit(self, cents: int) -> None:
        """Cents of an act, an award or an exit: a line of the next statement, or at once a part of the last balance."""
        if self.ended:
            self.balance_cents += cents
        else:
            self.account = replace(self.account, cents=self.account.cents + cents)

    def end_unserved(self) -> None:
        """An end of what no meter ever served, without a statement: what waits goes into the balance."""
        self.ended = True
        self.credit(self.account.cents)
        self.account = replace(self.account, cents=0)

    def announce(self, digest: bytes, *, ends: bool, today: int) -> None:
        """One party and the arbiter announced the act of a digest, on a day of Greenwich."""
        self.announcement = AnnouncementWord(int.from_bytes(digest) >> _CUT_BITS, ends, today)

    def forget_announced(self) -> None:
        """What was announced was done, or a party objected."""
        self.announcement = NO_ANNOUNCEMENT

    def successor(self, terms: Terms, agreement: bytes, records: Sequence[DailyRecord], line: LineOf) -> "Replay":
        """What the agreement is handed over to: it goes on in the same numbering, or begins one of its own.

        A numbering of its own begins with a copy of the last statement and of its claims. Another meter has yet to
        serve.
        """
        same = (terms.first_day, terms.first_month) == (self.terms.first_day, self.terms.first_month)
        goes_on = same and terms.months > self.periods
        number = self.periods if goes_on else terms.first_month - 1
        done, claims = dict(self.done), dict(self.claims)
        if not goes_on:
            done = {number: _copied(self.done[self.periods], number)} if self.periods in self.done else {}
            claims = {number: self.claims[self.periods]} if self.periods in self.claims else {}
        after = Replay(terms, agreement, records, line, self.root if goes_on else agreement, number)
        after.balance_cents, after.closed_through, after.periods = self.balance_cents, self.closed_through, number
        after.account, after.done, after.claims = replace(self.account, acts=0, alarm_day=0), done, claims
        if terms.meter == self.terms.meter:
            after.serves, after.boundary_day = self.serves, self.boundary_day
            after.generation_wh, after.exported_wh = self.generation_wh, self.exported_wh
        return after

    # Disputes and payments

    def dispute(self, number: int, claim_cents: int) -> None:
        """A party claims that a statement should have been higher by so many cents, or lower (negative)."""
        self.statement(number)
        claims = self.claims.get(number, NO_CLAIMS)
        if claim_cents > 0:
            self.claims[number] = replace(claims, producer_cents=claim_cents)
        else:
            self.claims[number] = replace(claims, consumer_cents=-claim_cents)

    def resolve(self, number: int, award_cents: int) -> int:
        """The arbiter's award; the cent-days for which it was in arrears."""
        self._decide(number)
        self.credit(award_cents)
        if self.ended:
            return 0
        return self._late(arrears.of_award(award_cents, self.closed_through, self.statement(number).last_day))

    def declare(self, cents: int, day: int, reference: bytes, today: int) -> None:
        """The payer declared a payment on a day of Greenwich."""
        self.payments[cents, day, reference] = PaymentWord(today, PaymentStatus.DECLARED)

    def decline(self, cents: int, day: int, reference: bytes, status: PaymentStatus) -> None:
        """The payee denied a payment that was declared, or the arbiter refused it."""
        self.payments[cents, day, reference] = replace(self.payments[cents, day, reference], status=status)

    def confirm(self, cents: int, day: int, reference: bytes) -> int:
        """A payment, positive from the consumer, on a civil day; the cent-days of arrears that it changes."""
        payment = self.payments.get((cents, day, reference), NO_PAYMENT)
        self.payments[cents, day, reference] = replace(payment, status=PaymentStatus.CONFIRMED)
        late = 0
        if cents > 0 and not self.ended and self.periods in self.done:
            closed = [self.statement(number) for number in range(self.opening, self.periods + 1)]
            late = self._late(arrears.of_payment(cents, day, self.balance_cents, closed, self.closed_through))
        self.balance_cents -= cents
        return late

    # The lender and the meter

    def would_be_final(self, day: int, clause: int, cure_days: int) -> bool:
        """Whether a notice on a day of Greenwich is final: the one before was cured or final, and has not lapsed."""
        before = self.notice
        again = before.clause == clause and (before.cured or before.is_final)
        return again and day <= before.day + cure_days + NOTICE_LASTS_DAYS

    def notify(self, day: int, clause: int, *, is_final: bool) -> None:
        """A lender was notified on a day of Greenwich; where that is final it cannot say any more that it cured."""
        self.notice = NoticeWord(is_final=is_final, cured=False, clause=clause, day=day)

    def cure(self) -> None:
        """The lender cured what was wrong."""
        self.notice = replace(self.notice, cured=True)

    def alarm(self, heard: int) -> None:
        """Somebody recorded that the meter has been silent since the end of the day `heard`."""
        self.account = replace(self.account, alarm_day=heard + 1)

    def _decide(self, number: int) -> None:
        self.statement(number)
        self.claims[number] = replace(self.claims.get(number, NO_CLAIMS), decided=True)

    def _late(self, cent_days: int) -> int:
        self.account = replace(self.account, late_cent_days=self.account.late_cent_days + cent_days)
        return cent_days


def _copied(last: Recomputed, number: int) -> Recomputed:
    """The last statement as the opening of a new numbering; its other flags say nothing of the new terms."""
    flags = last.statement.flags & StatementFlag.EARLY_BOUNDARY
    return replace(last, statement=replace(last.statement, number=number, flags=flags))


def recompute(terms: Terms, agreement: bytes, records: Sequence[DailyRecord], line: LineOf) -> list[Recomputed]:
    """The opening and all statements of an agreement to which nothing else happened."""
    replay = Replay(terms, agreement, records, line)
    replay.serve()
    for _ in range(terms.first_month, terms.months + 1):
        replay.close()
    return [replay.done[number] for number in sorted(replay.done)]
