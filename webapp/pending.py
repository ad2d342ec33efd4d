"""What was announced, or of what the lender was notified: who, what, and on which days it can be done."""

from collections.abc import Sequence
from dataclasses import dataclass

from ppa.acts import Act
from ppa.clauses import ExitTable
from ppa.jsonfile import hexed
from ppa.terms import Terms
from webapp import queries
from webapp.queries import OVER, AgreementView, Event

_LASTS_DAYS = 180  # contracts/registry/Lapsing.sol
_PARTIES = ("producer", "consumer", "meter", "arbiter")


@dataclass(frozen=True)
class Waiting:
    """Days of Greenwich: announced or notified on `day`; can be done from `first` to `last`."""

    day: int
    first: int
    last: int

    @classmethod
    def of(cls, day: int, days: int) -> "Waiting":
        """What was announced on a day, and must wait some days."""
        return cls(day, day + days, day + days + _LASTS_DAYS)

    @property
    def state(self) -> str:
        """waits, ready or lapsed: by the newest block that the index has read."""
        today = queries.today()
        return "waits" if today < self.first else "ready" if today <= self.last else "lapsed"


@dataclass(frozen=True)
class Announcement:
    """One party and the arbiter will end `agreement`, or hand it over to `successor`; `changes`: (what, from, to)."""

    agreement: str
    party: str
    waiting: Waiting
    successor: str | None
    changes: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class LendersNotice:
    """The consumer may leave by exit clause `clause` (from 1)."""

    lender: str
    clause: int
    waiting: Waiting


def announcement(view: AgreementView) -> Announcement | None:
    """What is announced and was neither done nor objected to; None if nothing is."""
    event = _last(view, "Announced", ("Objected", "Executed"))
    if event is None:
        return None
    named = dict(zip(Act.__dataclass_fields__, event.said["act"], strict=True))["successor"]
    waiting = Waiting.of(event.time // 86_400, view.terms.notice_days)
    if named == view.id:
        return Announcement(view.id, event.said["party"], waiting, None, ())
    after = queries.agreement(named)
    changes = _changes(view.terms, after.terms) if after else ()
    return Announcement(view.id, event.said["party"], waiting, named, changes)


def takeover(view: AgreementView) -> Announcement | None:
    """The announcement of a handover to an agreement; None if there is none."""
    before = queries.agreement(hexed(view.terms.supersedes))
    found = announcement(before) if before else None
    return found if found and found.successor == view.id else None


def lenders_notice(view: AgreementView) -> LendersNotice | None:
    """The last notice to a lender that it did not cure; None if there is none."""
    event = _last(view, "Notified", ("Cured",))
    if event is None:
        return None
    index = event.said["clause"]
    _, _, kind = view.clauses()[index]
    days = kind.cure_days if isinstance(kind, ExitTable) else 0
    return LendersNotice(event.said["lender"], index + 1, Waiting.of(event.said["day"], days))


def _last(view: AgreementView, begins: str, ends: Sequence[str]) -> Event | None:
    """The last event that begins something, if no later one ended it and the agreement goes on."""
    found = [event for event in view.events if event.name in (begins, *ends)]
    return found[-1] if found and found[-1].name == begins and view.status not in OVER else None


def _changes(before: Terms, after: Terms) -> tuple[tuple[str, str, str], ...]:
    """The parties that differ: one party and the arbiter can change nothing else."""
    pairs = ((name, getattr(before, name), getattr(after, name)) for name in _PARTIES)
    return tuple((name, old, new) for name, old, new in pairs if old != new)
