"""From an offer to a meter that serves."""

from . import clauses
from .closing import Closing
from .days import LAST_DAY, Refusal, first_of, month_of
from .signing import Terms, signer_of
from .state import NONE, PROPOSED, REJECTED, RUNNING, SIGNED, WITHDRAWN

NOBODY = "0x" + "00" * 20


class Agreeing(Closing):
    """Offers, signatures, meters."""

    def need_party(self, actor: str, terms: Terms) -> None:
        """The actor is one of the parties."""
        if actor not in (terms.producer, terms.consumer):
            raise Refusal("NotAParty", actor)

    def need_producer(self, actor: str, terms: Terms) -> None:
        """The actor is the producer."""
        if actor != terms.producer:
            raise Refusal("NotTheProducer", actor, terms.producer)

    def need_consumer(self, actor: str, terms: Terms) -> None:
        """The actor is the consumer."""
        if actor != terms.consumer:
            raise Refusal("NotTheConsumer", actor, terms.consumer)

    def need_arbiter(self, actor: str, terms: Terms) -> None:
        """The actor is the arbiter."""
        if actor != terms.arbiter:
            raise Refusal("NotTheArbiter", actor, terms.arbiter)

    def need_signature(self, party: str, digest: bytes, signature: bytes) -> None:
        """The signature is the party's."""
        if signer_of(digest, signature) != party:
            raise Refusal("NotSignedBy", party, digest)

    def need_status(self, ident: bytes, needed: int) -> None:
        """The agreement's status is this one."""
        status = self.agreement(ident).status
        if status != needed:
            raise Refusal("WrongStatus", ident, status, needed)

    def need_in_time(self, terms: Terms) -> None:
        """The long-stop day is not over."""
        if self.today > terms.long_stop_day and terms.supersedes == bytes(32):
            raise Refusal("LongStopPassed", terms.long_stop_day, self.today)

    def check_terms(self, t: Terms) -> None:
        """Refuses terms that make no sense."""
        life = month_of(t.first_day) - (t.first_month - 1)
        last_day = first_of(life + t.months) - 1 if t.months <= 4095 and life >= 0 else 0
        refused = {
            "NoWords": t.words_hash == bytes(32),
            "ConsumerMissing": t.consumer == NOBODY,
            "MeterMissing": t.meter == NOBODY,
            "ProducerIsConsumer": t.producer == t.consumer,
            "PartyAsMeter": t.meter in (t.producer, t.consumer),
            "PartyAsArbiter": t.arbiter in (t.producer, t.consumer),
            "NotFirstOfMonth": first_of(month_of(t.first_day)) != t.first_day,
            "NoSuchMonth": not 1 <= t.first_month <= t.months,
            "TermTooLong": t.months > 4095 or life < 0 or last_day > LAST_DAY,
            "LongStopOutsideTerm": not t.first_day <= t.long_stop_day <= last_day,
            "NoMaxPower": not t.max_power,
            "MaxClaimTooLarge": t.max_claim >= 1 << 47,
            "NoticeWithoutArbiter": bool(t.notice_days) and t.arbiter == NOBODY,
            "NoClauses": not t.clauses,
            "TooManyClauses": len(t.clauses) > 16,
        }
        for name, wrong in refused.items():
            if wrong:
                raise Refusal(name)
        for index, (rule, params) in enumerate(t.clauses):
            if rule not in self.rules:
                raise Refusal("ClauseRefused", index)
            name = self.rules[rule]
            size = {"EnergyCharge": 96, "FixedFee": 64, "GuaranteedGeneration": 128, "LateInterest": 64}.get(name)
            if size and len(params) != size:
                raise Refusal("ClauseRefused", index)
            if name in ("PriceTable", "ExitTable"):
                prices = clauses.decode(clauses.TYPES[name], params)[0][-1]
                if len(prices) != clauses.contract_year(t.months):
                    raise Refusal("ClauseRefused", index)

    def propose(self, actor: str, terms: Terms) -> None:
        """The producer's offer."""
        ident = self.id_of(terms)
        self.need_producer(actor, terms)
        status = self.agreement(ident).status
        if status != NONE:
            raise Refusal("AlreadyProposed", ident, status)
        self.check_terms(terms)
        self.put(ident, status=PROPOSED, proposed_block=self.block)

    def withdraw(self, actor: str, terms: Terms) -> None:
        """The producer takes its offer or its signature back."""
        ident = self.id_of(terms)
        self.need_producer(actor, terms)
        if self.agreement(ident).status != NONE:
            self.need_status(ident, PROPOSED)
        self.put(ident, status=WITHDRAWN)

    def reject(self, actor: str, terms: Terms) -> None:
        """The consumer declines."""
        ident = self.id_of(terms)
        self.need_consumer(actor, terms)
        if self.agreement(ident).status != NONE:
            self.need_status(ident, PROPOSED)
        self.put(ident, status=REJECTED)

    def sign(self, actor: str, terms: Terms) -> None:
        """The consumer agrees."""
        ident = self.id_of(terms)
        self.need_consumer(actor, terms)
        self.need_status(ident, PROPOSED)
        self.put(ident, status=SIGNED, signed_block=self.block)

    def agree(self, actor: str, terms: Terms, of_producer: bytes, of_consumer: bytes) -> None:
        """Both at once, by signatures."""
        ident = self.id_of(terms)
        proposed = self.agreement(ident).status == PROPOSED
        self.need_in_time(terms)
        if self.agreement(ident).status not in (NONE, PROPOSED):
            raise Refusal("AlreadyProposed", ident)
        if not proposed and actor != terms.producer:
            self.need_signature(terms.producer, ident, of_producer)
        if actor != terms.consumer:
            self.need_signature(terms.consumer, ident, of_consumer)
        if not proposed:
            self.check_terms(terms)
            self.put(ident, proposed_block=self.block)
        self.put(ident, status=SIGNED, signed_block=self.block)

    def serve(self, actor: str, terms: Terms) -> None:
        """The meter answers that it serves."""
        ident = self.id_of(terms)
        if actor != terms.meter:
            raise Refusal("NotTheMeter", actor, terms.meter)
        self.need_status(ident, SIGNED)
        self.need_in_time(terms)
        a = self.agreement(ident)
        if terms.supersedes != bytes(32) and not a.closed_through:
            raise Refusal("NotHandedOver", terms.supersedes)
        other = self.store.get("served", terms.meter)
        if other:
            raise Refusal("MeterServesAnother", terms.meter, other)
        if self.store.get("billed", terms.meter) > self.base_day(ident, terms):
            raise Refusal("DaysAlreadyBilled", terms.meter)
        self.store.put(int.from_bytes(ident, "big"), "served", terms.meter)
        if not a.closed_through:
            self.put(ident, periods=terms.first_month - 1, closed_through=terms.first_day - 1)
        self.put(ident, status=RUNNING)

    def cancel(self, actor: str, terms: Terms) -> None:
        """A party ends what no meter served in time."""
        ident = self.id_of(terms)
        self.need_party(actor, terms)
        self.need_status(ident, SIGNED)
        if self.agreement(ident).closed_through:
            raise Refusal("WasHandedOver", ident)
        if self.today <= terms.long_stop_day:
            raise Refusal("LongStopNotPassed", terms.long_stop_day, self.today)
        self.finish(ident, terms)
