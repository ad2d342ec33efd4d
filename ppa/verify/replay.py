"""An agreement's state again, from its events in order, and from those of what it was handed over from."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from ppa import calendar, text
from ppa.acts import Act
from ppa.clauses import ExitTable
from ppa.errors import BadAnswer
from ppa.history import RegistryEvent, as_closed
from ppa.terms import ZERO_HASH
from ppa.verify import closes
from ppa.verify.rare import Rare
from ppa.verify.recompute import Replay
from ppa.verify.subject import Subject

_ALARM_DAYS = 7
_NOTHING = (ZERO_HASH, "")


@dataclass(frozen=True)
class State:
    """An agreement after its events: money and energy, the rare rights, and the event of its opening statement.

    `problems`: where an event tells other money or is out of place, in the reader's language.
    """

    replay: Replay
    rare: Rare
    opened: RegistryEvent | None
    problems: tuple[str, ...]


def replayed(s: Subject) -> State:
    """The agreement as its events make it. Raises BadRecord or BadAnswer where they cannot have happened."""
    if s.replays.get(s.id) is None:
        s.replays[s.id] = _Steps(s).run()
    found: State = s.replays[s.id]
    return found


def begun(s: Subject) -> Replay:
    """The agreement before its first event: new, or as it was handed over."""
    before = s.predecessor
    if before is None:
        return Replay(s.terms, s.id, s.records, closes.none)
    return replayed(before).replay.successor(s.terms, s.id, s.records, closes.none)


class _Steps:
    """One event after the other."""

    def __init__(self, s: Subject) -> None:
        self.s, self.replay = s, begun(s)
        self.rare = Rare(self.replay, self._exit_table, self._digest)
        self.opened: RegistryEvent | None = None
        self.has_closed = False
        self.problems: list[str] = []
        self.named = _NOTHING  # what an act, an exit or an announcement says must follow, and in which transaction
        self.event: RegistryEvent

    def run(self) -> State:
        """The state after all events."""
        for event in self.s.events:
            self.event = event
            self.rare.apply(self.event, self._today)
            step = _STEPS.get(self.event.name)
            if step:
                step(self, self.event.values)
        if self.named != _NOTHING:
            raise BadAnswer(
                f"What was done in {self.named[1]} ends the agreement or hands it over, and the node does not tell it."
            )
        return State(self.replay, self.rare, self.opened, tuple(self.problems))

    @property
    def _today(self) -> int:
        return calendar.utc_day(self.s.blocks[self.event.block].timestamp)

    @property
    def _place(self) -> tuple[int, int]:
        return self.event.block, self.event.log_index

    def serve(self, _: dict[str, Any]) -> None:
        """The meter serves it, by itself or as it served what was handed over."""
        if not self.s.is_handed_in(self.event):
            self.replay.serve()

    def open(self, values: dict[str, Any]) -> None:
        """The opening statement is told right before the first one."""
        if self.opened is not None or self.replay.done:
            raise BadAnswer(f"The opening statement of 0x{self.s.id.hex()} is told twice.")
        self.opened = self.event

    def close(self, _: dict[str, Any]) -> None:
        """A whole month, or the last period of an agreement that ends before its term."""
        if self.opened and not self.has_closed and self.opened.transaction != self.event.transaction:
            self.problems.append(
                self.s.say("la apertura no es del primer cierre", "the opening statement is not of the first close")
            )
        self.has_closed = True
        told, ending = as_closed(self.event), self.named == (self.s.id, self.event.transaction)
        closes.closed(self.s, self.replay, told, self._today, ending=ending)

    def act(self, values: dict[str, Any]) -> None:
        """Both did something together."""
        act = Act.from_tuple(tuple(values["act"]))
        if act.number != self.replay.account.acts + 1:
            raise BadAnswer(f"Act {act.number} was brought where act {self.replay.account.acts + 1} was due.")
        self.replay.act(act)
        self._same_balance(values)
        if not self.replay.ended:  # its term may have ended just before, with the months that were open
            self._name(act.successor)

    def void_act(self, values: dict[str, Any]) -> None:
        """A party voided the next act's number."""
        if values["number"] != self.replay.account.acts + 1:
            raise BadAnswer(f"Act {values['number']} was voided where act {self.replay.account.acts + 1} was due.")
        self.replay.void_act(values["number"])

    def exit(self, values: dict[str, Any]) -> None:
        """The consumer ended it alone."""
        closes.check_price(self.s, self.replay, self.event, self._today, self._exit_table(values["clause"]))
        self.replay.credit(values["price"])
        self._name(self.s.id)

    def end_in_silence(self, values: dict[str, Any]) -> None:
        """A party ended it alone, as the meter has been silent."""
        if not self.s.terms.silence_days:
            raise BadAnswer("A party is told to have ended alone by silence, which the terms do not allow.")
        self._heard(values, self.s.terms.silence_days)
        self._name(self.s.id)

    def alarm(self, values: dict[str, Any]) -> None:
        """The meter's silence was recorded."""
        self._heard(values, _ALARM_DAYS)
        self.replay.alarm(values["heard"])

    def cancel(self, _: dict[str, Any]) -> None:
        """A party ended what no meter served in time."""
        if self.replay.closed_through or self._today <= self.s.terms.long_stop_day:
            raise BadAnswer("The agreement is told to be cancelled though its meter served, or still could.")
        self._name(self.s.id)

    def execute(self, values: dict[str, Any]) -> None:
        """What a party and the arbiter announced was done: the end of what is dead, or the same deal by other keys."""
        successor = Act.from_tuple(tuple(values["act"])).successor
        if successor == self.s.id:
            heard = self._last_heard()
            if self._today <= heard + closes.DARK_DAYS:
                raise BadAnswer("The agreement is told to be ended by the arbiter though its meter is not dead.")
        elif not _is_same_deal(self.s, self.s.beside(successor)):
            raise BadAnswer("The agreement is told to be handed over by the arbiter to another deal.")
        self._name(successor)

    def dispute(self, values: dict[str, Any]) -> None:
        """A party claims."""
        if abs(values["claim"]) > self.s.terms.max_claim_cents:
            raise BadAnswer(f"A claim of {values['claim']} cents is more than the terms allow.")
        self.replay.dispute(values["number"], values["claim"])

    def resolve(self, values: dict[str, Any]) -> None:
        """The arbiter's award."""
        late = self.replay.resolve(values["number"], values["award"])
        self._same_delay(values, late)

    def pay(self, values: dict[str, Any]) -> None:
        """A payment is confirmed."""
        late = self.replay.confirm(values["cents"], values["day"], bytes(values["reference_"]))
        self._same_delay(values, late)

    def hand_over(self, values: dict[str, Any]) -> None:
        """Balance and registers went over to the successor."""
        self._follows(bytes(values["successor"]))

    def end(self, values: dict[str, Any]) -> None:
        """No statement comes any more."""
        if self.named != _NOTHING or self.replay.periods < self.s.terms.months:
            self._follows(self.s.id)
        if not self.replay.ended:
            if self.replay.closed_through:
                raise BadAnswer("The agreement is told to have ended without a last statement.")
            self.replay.end_unserved()
        self._same_balance(values)

    def _name(self, successor: bytes) -> None:
        if successor != ZERO_HASH:
            self.named = successor, self.event.transaction

    def _follows(self, successor: bytes) -> None:
        """An end before the term's, and a handover, come of what was done in their transaction."""
        if self.named != (successor, self.event.transaction):
            raise BadAnswer(
                f"{self.event.name} is told of 0x{successor.hex()}, without an act or an exit that says so."
            )
        self.named = _NOTHING

    def _same_balance(self, values: dict[str, Any]) -> None:
        given, ours = (
            text.money(cents, self.s.language, self.s.terms.currency)
            for cents in (values["balance"], self.replay.balance_cents)
        )
        if given != ours:
            self.problems.append(
                self.s.say(
                    f"{self.event.name} dice un saldo de {given}; sale {ours}",
                    f"{self.event.name} is told with a balance of {given}; it is {ours}",
                )
            )

    def _same_delay(self, values: dict[str, Any], late: int) -> None:
        if values["lateCentDays"] != late:
            self.problems.append(
                self.s.say(
                    f"{self.event.name} dice {values['lateCentDays']} céntimos por día; salen {late}",
                    f"{self.event.name} is told with {values['lateCentDays']} cent-days; they are {late}",
                )
            )
        self._same_balance(values)

    def _heard(self, values: dict[str, Any], days: int) -> None:
        heard = self._last_heard()
        if values["heard"] != heard or self._today <= heard + days:
            raise BadAnswer(
                f"{self.event.name} tells of silence since {calendar.date_of(values['heard'])}; the meter's last word "
                f"is of {calendar.date_of(heard)}."
            )

    def _last_heard(self) -> int:
        """The last day of which the meter that serves had said something; at least that of the last lit statement."""
        lit = self.replay.last_lit
        return max(lit, self.s.heard(self._place)) if self.replay.serves else lit

    def _exit_table(self, index: int) -> ExitTable | None:
        clauses = self.s.terms.clauses
        if index >= len(clauses) or self.s.rules[clauses[index].rule] != "ExitTable":
            return None
        return ExitTable.from_params(clauses[index].params)

    def _digest(self, act: Act) -> bytes:
        return act.digest(self.s.id, self.s.file.chain_id, self.s.file.registry)


def _is_same_deal(s: Subject, other: Subject) -> bool:
    """Whether other terms differ in the keys, the meter and the arbiter alone, and the words that name them."""
    a, b = s.terms, other.terms
    same = replace(
        b,
        words_hash=a.words_hash,
        producer=a.producer,
        consumer=a.consumer,
        meter=a.meter,
        arbiter=a.arbiter,
        supersedes=a.supersedes,
        salt=a.salt,
    )
    return other.has_its_terms and same == a


_STEPS: dict[str, Callable[[_Steps, dict[str, Any]], None]] = {
    "Served": _Steps.serve,
    "Opened": _Steps.open,
    "Closed": _Steps.close,
    "Acted": _Steps.act,
    "ActVoided": _Steps.void_act,
    "Exited": _Steps.exit,
    "EndedInSilence": _Steps.end_in_silence,
    "Silent": _Steps.alarm,
    "Cancelled": _Steps.cancel,
    "Executed": _Steps.execute,
    "Disputed": _Steps.dispute,
    "Resolved": _Steps.resolve,
    "PaymentConfirmed": _Steps.pay,
    "HandedOver": _Steps.hand_over,
    "Ended": _Steps.end,
}
