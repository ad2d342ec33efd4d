"""What both parties do together, and what one of them and the arbiter announce."""

from .agreeing import Agreeing
from .days import DARK_DAYS, LAPSE_DAYS, Refusal
from .signing import Act, Terms, act_digest
from .state import EARLY, ENDED, HANDED_OVER, RUNNING, SIGNED
from .words import Account, Announcement, fits

ZERO = bytes(32)
SAME = [
    *("first_day", "first_month", "months", "dispute_days", "notice_days", "silence_days", "long_stop_day"),
    *("currency", "time_zone", "max_power", "max_claim", "document_hash", "clauses"),
]


class Acting(Agreeing):
    """Acts, announcements, handovers."""

    def act(
        self, actor: str, terms: Terms, act: Act, of_producer: bytes, of_consumer: bytes, successor: list[Terms]
    ) -> None:
        """What both parties signed."""
        self.together = True
        ident = self.id_of(terms)
        a = self.agreement(ident)
        if a.status not in (SIGNED, RUNNING, ENDED):
            raise Refusal("WrongStatus", ident, a.status, RUNNING)
        if self.now > act.until:
            raise Refusal("ActExpired", act.until, self.now)
        if act.number != self.account(ident).acts + 1:
            raise Refusal("WrongActNumber", act.number, self.account(ident).acts + 1)
        digest = act_digest(self.separator, ident, act)
        for party, signature in ((terms.producer, of_producer), (terms.consumer, of_consumer)):
            if actor != party:
                self.need_signature(party, digest, signature)
        moves_energy = bool(act.generation or act.exported)
        never = a.status == SIGNED and not a.closed_through
        if a.status == ENDED and act.successor != ZERO:
            raise Refusal("OnlyCentsLeft")
        if act.settles:
            self.settle(ident, terms, act.settles)
        if not fits(act.cents, -48):
            raise Refusal("CentsOutside", act.cents)
        if moves_energy and a.status == ENDED:
            raise Refusal("OnlyCentsLeft")
        if never and (moves_energy or act.successor != ident):
            raise Refusal("NeverServed", ident)
        self.put_account(ident, acts=act.number)
        if never:
            self.finish(ident, terms)
        elif act.successor == ident:
            self.close_all(ident, terms)
            if moves_energy and self.agreement(ident).status == ENDED:
                raise Refusal("OnlyCentsLeft")
        elif act.successor != ZERO:
            self.close_all(ident, terms, ends=False)
        self.add(ident, act.cents, 0)
        account = self.account(ident)
        if moves_energy:
            self.put_account(
                ident, generation=account.generation + act.generation, exported=account.exported + act.exported
            )
        if act.successor == ident and not never:
            self.end_together(ident, terms)
        elif act.successor not in (ZERO, ident):
            self.hand_over(ident, terms, act.successor, successor)

    def add(self, ident: bytes, cents: int, late: int) -> None:
        """Cents become a line of the next statement, or move the balance of what has ended."""
        a, account = self.agreement(ident), self.account(ident)
        if a.status == ENDED:
            self.put_balance(ident, a.balance + cents)
        elif cents or late:
            self.put_account(ident, cents=account.cents + cents, late=account.late + late)

    def settle(self, ident: bytes, terms: Terms, number: int) -> None:
        """An open dispute is settled."""
        claims = self.store.get("claims", self.root_of(ident), number)
        if claims.decided or not (claims.producer or claims.consumer):
            raise Refusal("NoOpenDispute", number)
        self.store.put(claims._replace(decided=1), "claims", self.root_of(ident), number)

    def void_act(self, actor: str, terms: Terms, number: int) -> None:
        """A party voids the next act's number."""
        ident = self.id_of(terms)
        self.need_party(actor, terms)
        if self.agreement(ident).status not in (SIGNED, RUNNING, ENDED):
            raise Refusal("WrongStatus", ident)
        if number != self.account(ident).acts + 1:
            raise Refusal("WrongActNumber", number, self.account(ident).acts + 1)
        self.store.put(self.account(ident)._replace(acts=number), "account", ident)

    def end_together(self, ident: bytes, terms: Terms) -> None:
        """An end that was agreed or announced."""
        self.close_all(ident, terms)
        if self.agreement(ident).status != ENDED:
            self.end_now(ident, terms)

    def find_successor(self, given: bytes, successor: list[Terms]) -> Terms:
        """The successor's terms."""
        if len(successor) != 1 or self.id_of(successor[0]) != given:
            raise Refusal("NotTheSuccessor", given)
        return successor[0]

    def hand_over(self, ident: bytes, terms: Terms, given: bytes, successor: list[Terms]) -> None:
        """Balance, account and, with the same meter, registers go over."""
        next_ = self.find_successor(given, successor)
        self.close_all(ident, terms, ends=False)
        a, account = self.agreement(ident), self.account(ident)
        self.need_status(given, SIGNED)
        if next_.supersedes != ident:
            raise Refusal("SupersedesAnother", next_.supersedes, ident)
        if next_.currency != terms.currency:
            raise Refusal("OtherCurrency")
        goes_on = (next_.first_day, next_.first_month) == (terms.first_day, terms.first_month)
        goes_on = goes_on and next_.months > a.periods
        if not goes_on and next_.first_day != a.closed_through + 1:
            raise Refusal("TermDoesNotFollow")
        if goes_on:
            self.store.put(int.from_bytes(self.root_of(ident), "big"), "root", given)
            self.put(given, periods=a.periods)
            self.store.put(a.periods, "before", given)
        else:
            number, last = next_.first_month - 1, self.last_statement(ident)
            if last.exists:
                claims = self.store.get("claims", self.root_of(ident), a.periods)
                self.store.put(last._replace(flags=last.flags & EARLY), "statement", given, number)
                self.store.put(claims, "claims", given, number)
            self.put(given, periods=number)
            self.store.put(number, "before", given)
        self.put(given, closed_through=a.closed_through)
        self.put_balance(given, a.balance)
        self.put_account(
            given, cents=account.cents, late=account.late, generation=account.generation, exported=account.exported
        )
        if next_.meter == terms.meter:
            self.put(given, boundary_day=a.boundary_day, generation=a.generation, exported=a.exported)
            if a.status == RUNNING:
                self.leave_meter(ident, terms)
                self.store.put(int.from_bytes(given, "big"), "served", terms.meter)
                self.put(given, status=RUNNING)
        else:
            self.free_meter(ident, terms)
        self.store.put(Account(acts=account.acts, alarm_day=account.alarm_day), "account", ident)
        self.put(ident, status=HANDED_OVER, balance=0, pending=0)

    # ------------------------------------------------------------------------------------------- announcements

    def heard(self, ident: bytes, terms: Terms) -> int:
        """Since the end of which day the meter is silent."""
        last = self.ledger.word_of(terms.meter).day if self.agreement(ident).status == RUNNING else 0
        return max(last, self.base_day(ident, terms))

    def need_dead(self, ident: bytes, terms: Terms) -> None:
        """The meter is dead."""
        if self.today <= self.heard(ident, terms) + DARK_DAYS:
            raise Refusal("MeterNotDead")

    def check_announced(self, ident: bytes, terms: Terms, act: Act, successor: list[Terms]) -> None:
        """A dead meter, or the same deal."""
        if act.successor == ident:
            self.need_dead(ident, terms)
            return
        next_ = self.find_successor(act.successor, successor)
        if any(getattr(next_, field) != getattr(terms, field) for field in SAME):
            raise Refusal("NotTheSameDeal")

    def announce(
        self,
        actor: str,
        terms: Terms,
        act: Act,
        party: str,
        of_party: bytes,
        of_arbiter: bytes,
        successor: list[Terms],
    ) -> None:
        """What one party and the arbiter signed."""
        ident = self.id_of(terms)
        self.need_open(ident)
        if not terms.notice_days:
            raise Refusal("NoNoticeDays")
        self.need_party(party, terms)
        if self.now > act.until:
            raise Refusal("ActExpired", act.until, self.now)
        if act.number:
            raise Refusal("WrongActNumber", act.number, 0)
        if act.generation or act.exported or act.cents or act.settles or act.successor == ZERO:
            raise Refusal("BeyondTheArbiter")
        digest = act_digest(self.separator, ident, act)
        self.check_announced(ident, terms, act, successor)
        self.need_signature(party, digest, of_party)
        self.need_signature(terms.arbiter, digest, of_arbiter)
        if self.store.get("used", digest):
            raise Refusal("AlreadyAnnounced", digest)
        pending = self.store.get("announcement", ident)
        if pending.day and not pending.ends and self.today <= pending.day + terms.notice_days + LAPSE_DAYS:
            raise Refusal("AnnouncementPending", pending.day)
        self.store.put(1, "used", digest)
        made = Announcement(int.from_bytes(digest, "big") >> 24, int(act.successor == ident), self.today)
        self.store.put(made, "announcement", ident)

    def object(self, actor: str, terms: Terms) -> None:
        """A party says no."""
        ident = self.id_of(terms)
        self.need_party(actor, terms)
        pending = self.store.get("announcement", ident)
        if not pending.day or pending.ends:
            raise Refusal("NothingToObjectTo", ident)
        self.store.put(Announcement(), "announcement", ident)

    def execute(self, actor: str, terms: Terms, act: Act, successor: list[Terms]) -> None:
        """Anyone does what was announced."""
        ident = self.id_of(terms)
        self.need_open(ident)
        digest = act_digest(self.separator, ident, act)
        pending = self.store.get("announcement", ident)
        if not pending.day or pending.digest != int.from_bytes(digest, "big") >> 24:
            raise Refusal("NotAnnounced", digest)
        due = pending.day + terms.notice_days
        if self.today < due:
            raise Refusal("NoticeNotOver")
        if self.today > due + LAPSE_DAYS:
            raise Refusal("NoticeLapsed")
        self.store.put(Announcement(), "announcement", ident)
        self.forced = True
        if act.successor == ident:
            self.need_dead(ident, terms)
            self.end_together(ident, terms)
        else:
            self.hand_over(ident, terms, act.successor, successor)
