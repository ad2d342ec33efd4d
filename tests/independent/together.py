"""The steps of a random life that several take together: acts, handovers, announcements."""

from typing import Any

from .days import DARK_DAYS, first_of, month_end, month_of
from .signing import Act, Terms, address_of
from .state import RUNNING, SIGNED
from .world import NAMES

ZERO = bytes(32)
FOREVER = 2**64 - 1


def some(life: Any) -> Terms:
    """An agreement, mostly one that lives."""
    live = [t for t in life.terms if life.status(t) in (SIGNED, RUNNING) and closed_through(life, t)]
    chosen: Terms = life.r.choice(live if live and life.r.random() < 0.92 else life.terms)
    return chosen


def closed_through(life: Any, t: Terms) -> int:
    """The last day that is closed; zero if no meter ever served."""
    return int(life.registry.agreement(life.registry.id_of(t)).closed_through)


def party(life: Any, t: Terms) -> str:
    """One of the parties."""
    return str(life.r.choice([t.producer, t.consumer]))


def successor_of(life: Any, t: Terms, same_deal: bool) -> Terms:
    """Terms that may follow others."""
    r, a = life.r, life.registry.agreement(life.registry.id_of(t))
    fields: dict[str, Any] = {"supersedes": life.registry.id_of(t)}
    goes_on = same_deal or r.random() < 0.5
    if goes_on:
        fields.update(first_day=t.first_day, first_month=t.first_month)
        fields["months"] = t.months if same_deal else max(t.first_month, t.months + r.randrange(-3, 4))
    elif a.closed_through and r.random() < 0.9:
        fields["first_day"] = first_of(month_of(closed_then(life, t) + 1))
    if same_deal:
        fields.update({k: getattr(t, k) for k in ("dispute_days", "notice_days", "silence_days", "long_stop_day")})
        fields.update({k: getattr(t, k) for k in ("max_claim", "max_power", "clauses")})
        if r.random() < 0.1:
            fields["max_power"] = t.max_power + 1
    former = [u.meter for u in life.terms if life.registry.id_of(u) == t.supersedes]
    fields["meter"] = r.choice([t.meter, t.meter, address_of("m2"), address_of("m3"), *3 * former])
    if r.random() < 0.7:
        fields.update(producer=t.producer, consumer=t.consumer)
    if r.random() < 0.03:
        fields["currency"] = b"USD"
    if r.random() < 0.03:
        fields["supersedes"] = r.randbytes(32)
    made: Terms = life.make_terms(**fields)
    return made


def closed_then(life: Any, t: Terms) -> int:
    """The last day that will be closed once the months are that come before a handover."""
    a, through = life.registry.agreement(life.registry.id_of(t)), closed_through(life, t)
    heard = life.w.model.ledger.word_of(t.meter).day if a.status == RUNNING else 0
    for _ in range(t.months - a.periods):
        end = month_end(through + 1)
        if heard < end and life.w.today <= end + DARK_DAYS:
            break
        through = end
    return through


def disputed(life: Any, t: Terms) -> list[int]:
    """The numbers of its open disputes."""
    root, store = life.registry.root_of(life.registry.id_of(t)), life.registry.store
    keys = [("claims", root, n) for n in range(t.first_month - 1, t.months + 1)]
    claims = [(key[2], store.values[key]) for key in keys if key in store.values]
    return [n for n, c in claims if not c.decided and (c.producer or c.consumer)]


def act(life: Any) -> None:
    """What both do together."""
    r, t = life.r, some(life)
    if r.random() < 0.1:
        t = r.choice([u for u in life.terms if disputed(life, u)] or [t])
    ident = life.registry.id_of(t)
    number = life.registry.account(ident).acts + (1 if r.random() < 0.95 else 2)
    if r.random() < 0.1:
        life.right("voidAct", party(life, t), t, number=number)
        return
    energy = r.choice([0, 0, r.randrange(-(10**6), 10**6), r.randrange(-(10**11), 10**6)])
    exported = r.choice([0, energy, r.randrange(-(10**5), 10**5)])
    cents = r.choice([0, r.randrange(-5_000, 5_000), -life.registry.account(ident).cents])
    periods = life.registry.agreement(ident).periods
    settles = r.choice([0, 0, 0, *disputed(life, t)[:1], max(0, periods - r.randrange(2))])
    made = Act(number, FOREVER, energy, exported, cents, settles, ZERO, r.randbytes(32))
    successor: list[Terms] = []
    way = r.random()
    if way < 0.1:
        made = made._replace(successor=ident)
        if r.random() < 0.7:
            made = made._replace(generation=0, exported=0)
    elif way < (0.6 if life.late else 0.4) and len(life.terms) < 14:
        successor = [successor_of(life, t, False)]
        life.offer(successor[0])
        made = made._replace(successor=life.registry.id_of(successor[0]))
    if r.random() < 0.03:
        made = made._replace(until=life.w.time - 1)
    if r.random() < 0.03:
        made = made._replace(cents=1 << 48)
    signatures = [life.w.signed_act(NAMES[life.other(p)], ident, made) for p in (t.producer, t.consumer)]
    life.call("act", r.choice([t.producer, t.consumer, address_of("x0")]), t, made, *signatures, successor)


def announce(life: Any) -> None:
    """One party and the arbiter, or what was announced goes on."""
    r = life.r
    if life.acts and r.random() < 0.6:
        t, made, successor = r.choice(life.acts[-3:])
        if r.random() < 0.15:
            life.right("object", party(life, t), t)
        else:
            life.call("execute", address_of("x0"), t, made, successor)
        return
    announced = [u for u in life.terms if life.registry.store.get("announcement", life.registry.id_of(u)).ends]
    t = r.choice(announced) if announced and r.random() < 0.3 else some(life)
    ident = life.registry.id_of(t)
    made, successor = Act(until=life.w.time + 10_000, reason=r.randbytes(32), successor=ident), []
    if r.random() < 0.6 and len(life.terms) < 14:
        successor = [successor_of(life, t, True)]
        life.offer(successor[0])
        made = made._replace(successor=life.registry.id_of(successor[0]))
    if r.random() < 0.05:
        made = made._replace(cents=1)
    who = party(life, t)
    signatures = [life.w.signed_act(NAMES[life.other(p)], ident, made) for p in (who, t.arbiter)]
    life.call("announce", address_of("x0"), t, made, life.other(who), *signatures, successor)
    life.acts.append((t, made, successor))
    if r.random() < 0.3:
        life.w.go_on(t.notice_days * 86_400)
        life.call("execute", address_of("x0"), t, made, successor)
