"""Disputes and payments."""

from eth_abi import encode
from eth_hash.auto import keccak

from .acting import Acting
from .days import SECONDS, Refusal, due_day, month_end
from .signing import Terms
from .state import ENDED, RUNNING, SIGNED
from .words import Claims, Payment, fits

UNKNOWN, DECLARED, DENIED, CONFIRMED, REFUSED = range(5)


class Paying(Acting):
    """Claims, awards, declared and confirmed payments."""

    def need_live(self, ident: bytes) -> None:
        """It was signed, and not handed over to another."""
        a = self.agreement(ident)
        if a.status not in (RUNNING, ENDED) and not (a.status == SIGNED and a.closed_through):
            raise Refusal("WrongStatus", ident, a.status, RUNNING)

    def dispute(self, actor: str, terms: Terms, number: int, claim: int, evidence: bytes) -> None:
        """A party says that a statement is wrong."""
        ident = self.id_of(terms)
        self.need_party(actor, terms)
        of_producer = actor == terms.producer
        if (claim <= 0 if of_producer else claim >= 0) or abs(claim) > terms.max_claim:
            raise Refusal("ClaimOutside", claim, terms.max_claim)
        self.need_live(ident)
        statement = self.statement(ident, number)
        if not statement.exists:
            raise Refusal("NoSuchStatement", ident, number)
        if self.today > statement.closed_on + terms.dispute_days:
            raise Refusal("NotDisputable", number)
        claims = self.store.get("claims", self.root_of(ident), number)
        if claims.decided or (claims.producer if of_producer else claims.consumer):
            raise Refusal("AlreadyDisputed", number)
        made = claims._replace(producer=claim) if of_producer else claims._replace(consumer=-claim)
        self.store.put(made, "claims", self.root_of(ident), number)

    def open_dispute(self, ident: bytes, terms: Terms, number: int) -> Claims:
        """The claims of an open dispute."""
        statement = self.statement(ident, number)
        if not statement.exists:
            raise Refusal("NoSuchStatement", ident, number)
        claims: Claims = self.store.get("claims", self.root_of(ident), number)
        if claims.decided or not (claims.producer or claims.consumer):
            raise Refusal("NoOpenDispute", number)
        if self.today > statement.closed_on + 2 * terms.dispute_days:
            raise Refusal("NotDisputable", number)
        return claims

    def resolve(self, actor: str, terms: Terms, number: int, award: int, reason: bytes) -> None:
        """The arbiter decides."""
        ident = self.id_of(terms)
        self.need_arbiter(actor, terms)
        self.need_live(ident)
        claims = self.open_dispute(ident, terms, number)
        if award > claims.producer or -award > claims.consumer:
            raise Refusal("AwardBeyondClaim", award)
        a, late = self.agreement(ident), 0
        if a.status != ENDED:
            next_ = month_end(a.closed_through + 1)
            late = award * (due_day(next_) - due_day(self.statement(ident, number).last_day))
        self.store.put(claims._replace(decided=1), "claims", self.root_of(ident), number)
        self.add(ident, award, late)

    # ------------------------------------------------------------------------------------------------ payments

    def payment_key(self, ident: bytes, cents: int, day: int, reference: bytes) -> bytes:
        """Under what a payment is kept."""
        return keccak(encode(["bytes32", "int64", "uint16", "bytes32"], [ident, cents, day, reference]))

    def payment(
        self, ident: bytes, cents: int, day: int, reference: bytes, statuses: tuple[int, ...]
    ) -> tuple[bytes, Payment]:
        """A payment whose status is one of these."""
        key = self.payment_key(ident, cents, day, reference)
        found: Payment = self.store.get("payment", key)
        if found.status not in statuses:
            raise Refusal("WrongPaymentStatus", key, found.status)
        return key, found

    def need_payment(self, ident: bytes, cents: int, day: int) -> None:
        """The amount is one, and the agreement can have payments."""
        if not cents or not fits(cents, -48):
            raise Refusal("CentsOutside", cents)
        if day * SECONDS > self.now + 14 * 3600:
            raise Refusal("DayInFuture", day)
        self.need_live(ident)

    def need_role(self, actor: str, terms: Terms, consumer: bool) -> None:
        """The payer or the payee."""
        (self.need_consumer if consumer else self.need_producer)(actor, terms)

    def declare(self, actor: str, terms: Terms, cents: int, day: int, reference: bytes) -> None:
        """The payer says that it paid."""
        ident = self.id_of(terms)
        self.need_role(actor, terms, cents > 0)
        self.need_payment(ident, cents, day)
        key, _ = self.payment(ident, cents, day, reference, (UNKNOWN,))
        self.store.put(Payment(self.today, DECLARED), "payment", key)

    def confirm(self, actor: str, terms: Terms, cents: int, day: int, reference: bytes) -> None:
        """The payee says that the money came."""
        ident = self.id_of(terms)
        self.need_role(actor, terms, cents < 0)
        self.need_payment(ident, cents, day)
        key, found = self.payment(ident, cents, day, reference, (UNKNOWN, DECLARED, DENIED))
        self.store.put(found._replace(status=CONFIRMED), "payment", key)
        self.receive(ident, terms, cents, day)

    def deny(self, actor: str, terms: Terms, cents: int, day: int, reference: bytes) -> None:
        """The payee says that the money did not come."""
        ident = self.id_of(terms)
        self.need_role(actor, terms, cents < 0)
        self.need_payment(ident, cents, day)
        key, found = self.payment(ident, cents, day, reference, (DECLARED,))
        self.store.put(found._replace(status=DENIED), "payment", key)

    def accept(self, actor: str, terms: Terms, cents: int, day: int, reference: bytes) -> None:
        """The arbiter says that the money came."""
        ident, key, found = self.arbitrate(actor, terms, cents, day, reference)
        balance = self.agreement(ident).balance
        if not (0 < cents <= balance or 0 > cents >= balance):
            raise Refusal("MoreThanIsOwed", cents, balance)
        self.store.put(found._replace(status=CONFIRMED), "payment", key)
        self.receive(ident, terms, cents, day)

    def refuse(self, actor: str, terms: Terms, cents: int, day: int, reference: bytes) -> None:
        """The arbiter says that the money did not come."""
        _, key, found = self.arbitrate(actor, terms, cents, day, reference)
        self.store.put(found._replace(status=REFUSED), "payment", key)

    def arbitrate(
        self, actor: str, terms: Terms, cents: int, day: int, reference: bytes
    ) -> tuple[bytes, bytes, Payment]:
        """What both decisions of the arbiter ask for."""
        ident = self.id_of(terms)
        self.need_arbiter(actor, terms)
        if not terms.notice_days:
            raise Refusal("NoNoticeDays")
        self.need_payment(ident, cents, day)
        key, found = self.payment(ident, cents, day, reference, (DECLARED, DENIED))
        if self.today < found.declared_on + terms.notice_days:
            raise Refusal("PayeeHasTime")
        return ident, key, found

    def receive(self, ident: bytes, terms: Terms, cents: int, day: int) -> None:
        """The balance moves, and so do the cent-days."""
        a = self.agreement(ident)
        late = self.late_cent_days(ident, terms, cents, day)
        self.put_balance(ident, a.balance - cents)
        if late:
            self.put_account(ident, late=self.account(ident).late + late)

    def late_cent_days(self, ident: bytes, terms: Terms, cents: int, day: int) -> int:
        """How many cent-days of a payment are to be added to the arrears."""
        a, last = self.agreement(ident), self.last_statement(ident)
        if cents < 0 or a.status == ENDED or not last.exists:
            return 0

        def part(x: int) -> int:
            return max(0, min(x, cents))

        through, due = a.closed_through, a.balance - last.amount
        if day >= through:
            rest = part(a.balance) - part(due)
            return part(due) * (day - through) + rest * max(0, day - month_end(through + 1))
        total, end = 0, through
        for number in range(a.periods - 1, terms.first_month - 2, -1):
            statement = self.statement(ident, number)
            due -= statement.amount
            total -= part(due) * (end - max(day, statement.last_day))
            end = statement.last_day
            if end <= day:
                break
        return total
