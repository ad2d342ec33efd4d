"""The whole model: the registry's rare rights, requests that others bring, and transactions."""

from typing import Any

from . import clauses
from .days import ALARM_DAYS, LAPSE_DAYS, Refusal, first_of, month_of
from .ledger import Ledger
from .paying import Paying
from .signing import RIGHTS, Request, Terms, request_digest
from .state import ENDED
from .words import Notice, Store

NOBODY = "0x" + "00" * 20


class Registry(Paying):
    """Ends of one party, alarms, requests."""

    def lender_of(self, terms: Terms, clause: int) -> tuple[str, int]:
        """The lender and its days to cure that an exit clause names."""
        if clause >= len(terms.clauses):
            raise Refusal("NoExit", clause)
        rule, params = terms.clauses[clause]
        try:
            return clauses.lender_of(self.rules[rule], params)
        except clauses.Failed:
            raise Refusal("NoExit", clause) from None

    def exit_price(self, terms: Terms, clause: int, number: int) -> int:
        """The price that an exit clause answers."""
        rule, params = terms.clauses[clause]
        month = first_of(month_of(self.today))
        try:
            return clauses.exit_price(
                self.rules[rule], params, number, lambda index: self.indexes.get(index, {}).get(month)
            )
        except clauses.Failed:
            raise Refusal("NoExit", clause) from None

    def notify_lender(self, actor: str, terms: Terms, clause: int) -> None:
        """The consumer notifies the lender."""
        ident = self.id_of(terms)
        self.need_consumer(actor, terms)
        self.need_open(ident)
        lender, cure_days = self.lender_of(terms, clause)
        if lender == NOBODY:
            raise Refusal("NoLender", clause)
        old = self.store.get("notice", ident)
        final = bool(old.cured or old.final) and old.clause == clause and self.today <= old.day + cure_days + LAPSE_DAYS
        self.store.put(Notice(int(final), 0, clause, self.today), "notice", ident)
        self.events.append(("Notified", ident, lender, self.today, clause, final))

    def cure(self, actor: str, terms: Terms) -> None:
        """The lender cured what was wrong."""
        ident = self.id_of(terms)
        self.need_open(ident)
        notice = self.store.get("notice", ident)
        if not notice.day or notice.cured or notice.final:
            raise Refusal("NothingToCure", ident)
        lender, cure_days = self.lender_of(terms, notice.clause)
        if actor != lender:
            raise Refusal("NotTheLender", actor, lender)
        if self.today > notice.day + cure_days:
            raise Refusal("NothingToCure", ident)
        self.store.put(notice._replace(cured=1), "notice", ident)

    def close_before_end(self, ident: bytes, terms: Terms) -> None:
        """The months that anybody could close; the term must not be over then."""
        self.forced = True
        self.close_all(ident, terms)
        if self.agreement(ident).status == ENDED:
            raise Refusal("TermOver", self.agreement(ident).closed_through)

    def check_exit(self, ident: bytes, terms: Terms, clause: int) -> int:
        """What it costs to leave; refuses where the lender was not notified or has time."""
        lender, cure_days = self.lender_of(terms, clause)
        price = self.exit_price(terms, clause, self.agreement(ident).periods + 1)
        if lender != NOBODY:
            notice = self.store.get("notice", ident)
            if not notice.day or notice.cured or notice.clause != clause:
                raise Refusal("LenderNotNotified", lender)
            if self.today < notice.day + cure_days:
                raise Refusal("CureNotOver")
            if self.today > notice.day + cure_days + LAPSE_DAYS:
                raise Refusal("NoticeLapsed")
        return price

    def exit(self, actor: str, terms: Terms, clause: int) -> None:
        """The consumer ends the agreement at a price."""
        ident = self.id_of(terms)
        self.need_consumer(actor, terms)
        self.need_open(ident)
        self.close_before_end(ident, terms)
        self.add(ident, self.check_exit(ident, terms, clause), 0)
        self.end_now(ident, terms)

    def end_in_silence(self, actor: str, terms: Terms) -> None:
        """A party ends the agreement after the meter's silence."""
        ident = self.id_of(terms)
        self.need_party(actor, terms)
        if not terms.silence_days:
            raise Refusal("NoSilenceDays")
        self.need_open(ident)
        if self.today <= self.heard(ident, terms) + terms.silence_days:
            raise Refusal("NotSilent")
        self.close_before_end(ident, terms)
        self.end_now(ident, terms)

    def alarm(self, actor: str, terms: Terms) -> None:
        """Anyone records that the meter has been silent."""
        ident = self.id_of(terms)
        self.need_open(ident)
        heard = self.heard(ident, terms)
        if self.today <= heard + ALARM_DAYS:
            raise Refusal("NotSilent")
        account = self.account(ident)
        if account.alarm_day == heard + 1:
            raise Refusal("AlreadyAlarmed", heard)
        self.store.put(account._replace(alarm_day=heard + 1), "account", ident)

    def bring(self, sender: str, terms: Terms, request: Request, actor: str, signature: bytes) -> None:
        """Uses a right for who signed the request."""
        ident = self.id_of(terms)
        if self.now > request.until:
            raise Refusal("RequestExpired", request.until, self.now)
        digest = request_digest(self.separator, ident, request)
        if self.store.get("used", digest):
            raise Refusal("AlreadyBrought", digest)
        self.need_signature(actor, digest, signature)
        self.store.put(1, "used", digest)
        self.events.append(("Brought", ident, actor, digest))
        r = request
        payment = (r.cents, r.day, r.reference)
        rights: dict[str, tuple[Any, tuple[Any, ...]]] = {
            "withdraw": (self.withdraw, ()),
            "reject": (self.reject, ()),
            "serve": (self.serve, ()),
            "cancel": (self.cancel, ()),
            "voidAct": (self.void_act, (r.number,)),
            "object": (self.object, ()),
            "dispute": (self.dispute, (r.number, r.cents, r.reference)),
            "resolve": (self.resolve, (r.number, r.cents, r.reference)),
            "declare": (self.declare, payment),
            "confirm": (self.confirm, payment),
            "deny": (self.deny, payment),
            "accept": (self.accept, payment),
            "refuse": (self.refuse, payment),
            "notifyLender": (self.notify_lender, (r.number,)),
            "cure": (self.cure, ()),
            "exit": (self.exit, (r.number,)),
            "endInSilence": (self.end_in_silence, ()),
        }
        function, values = rights[RIGHTS[r.right]]
        function(actor, terms, *values)


class Model:
    """A ledger and a registry on one chain: transactions succeed or leave nothing."""

    def __init__(self, chain_id: int, ledger: str, registry: str, rules: dict[str, str]) -> None:
        self.store = Store()
        self.ledger = Ledger(self.store, chain_id, ledger)
        self.registry = Registry(self.store, chain_id, registry, self.ledger, rules)

    def at(self, now: int, block: int) -> None:
        """Sets the next transaction's time and block."""
        self.ledger.now = self.registry.now = now
        self.registry.block = block

    def send(self, function: Any, *args: Any) -> str:
        """The empty text if the transaction succeeds, else the error's name."""
        self.registry.events.clear()
        self.registry.together = self.registry.forced = False
        try:
            function(*args)
        except Refusal as refusal:
            self.store.roll_back()
            self.registry.events.clear()
            return refusal.name
        self.store.commit()
        return ""
