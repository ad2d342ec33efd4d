"""The steps of a random life: what each role may do next."""

from typing import Any

from .days import first_of, month_of
from .signing import address_of
from .state import RUNNING, SIGNED
from .together import act, announce, closed_through, party, some


def step(life: Any) -> None:
    """One step: time passes, a meter records, or somebody does something."""
    r = life.r
    if not any(life.status(t) == RUNNING for t in life.terms) and len(life.terms) < 12 and r.random() < 0.3:
        life.offer(life.make_terms())
        return
    kinds = {pass_time: 24, record: 22, close: 18, pay: 12, dispute: 7, act: 6, announce: 4, end: 4, agree: 3, exits: 3}
    if life.late:
        kinds.update({record: 12, close: 30, pay: 5, dispute: 3, act: 9, end: 2, agree: 6})
    r.choices(list(kinds), list(kinds.values()))[0](life)


def pass_time(life: Any) -> None:
    """Hours, days, a month or a long silence."""
    days = life.r.choices([0, 1, 5, 15, 31, 75], [2, 4, 8, 8, 6, 4 if life.late else 1])[0]
    life.w.go_on(days * 86_400 + life.r.randrange(86_400))
    month = month_of(life.w.today)
    if life.diligent:
        for back in range(1, 8):
            life.w.publish(first_of(month - back), life.r.randrange(80, 130))
        for name in ("m0", "m1", "m2", "m3"):
            if life.r.random() < (0.2 if life.late else 0.8) and life.registry.store.get("served", address_of(name)):
                life.meter_step(name)
    elif life.r.random() < 0.5:
        life.w.publish(first_of(month - life.r.randrange(5)), life.r.randrange(80, 130))


def record(life: Any) -> None:
    """A meter records, most a meter that serves."""
    life.meter_step(life.r.choice(["m0", "m0", "m1", "m1", "m2", "m3"]))


def close(life: Any) -> None:
    """Anybody closes as many months as there are, or tries once."""
    t = some(life)
    for _ in range(life.r.randrange(1, 4)):
        if life.call("close", address_of(life.r.choice(["x0", "p0", "c0"])), t):
            break
        if life.r.random() < 0.4:
            life.r.choice([dispute, pay])(life)


def agree(life: Any) -> None:
    """New terms, or a right of the beginning."""
    r, t = life.r, some(life)
    way = r.randrange(6)
    waiting = [u for u in life.terms if life.status(u) == SIGNED and closed_through(life, u)]
    if waiting and r.random() < 0.6:
        t, way = r.choice(waiting), 5
    if way == 0 and len(life.terms) < 8:
        life.offer(life.make_terms())
    elif way == 1:
        life.right("withdraw", t.producer, t)
    elif way == 2:
        life.right("reject", t.consumer, t)
    elif way == 3:
        life.right("cancel", party(life, t), t)
    elif way == 4:
        life.call(*r.choice([("propose", t.producer, t), ("sign", t.consumer, t)]))
    else:
        life.right("serve", t.meter, t)


def pay(life: Any) -> None:
    """A payment at one of its stages."""
    r, known = life.r, life.payments
    if r.random() < 0.2:
        life.w.go_on(r.randrange(5 * 86_400))
    if not known or r.random() < 0.5:
        t = some(life)
        balance = life.registry.agreement(life.registry.id_of(t)).balance
        cents = r.choice(
            [balance or 77, balance // 2 or 5, -balance or -9, r.randrange(-5_000, 30_000), r.randrange(1, 300)]
        )
        day = life.w.today - r.choice([0, 1, r.randrange(10), r.randrange(70), -2, r.randrange(400)])
        known.append((t, cents, max(0, day), r.randbytes(32)))
        way = r.choice(["declare", "declare", "confirm"])
        t, cents, day, reference = known[-1]
    else:
        t, cents, day, reference = r.choice(known[-6:])
        way = r.choice(["declare", "confirm", "deny", "accept", "refuse"])
    consumer_pays = cents > 0
    actor = t.arbiter
    if way == "declare":
        actor = t.consumer if consumer_pays else t.producer
    elif way in ("confirm", "deny"):
        actor = t.producer if consumer_pays else t.consumer
    life.right(way, actor, t, cents=cents, day=day, reference=reference)


def dispute(life: Any) -> None:
    """A claim or an award."""
    r, t = life.r, some(life)
    periods = life.registry.agreement(life.registry.id_of(t)).periods
    if not life.registry.last_statement(life.registry.id_of(t)).exists and r.random() < 0.8:
        return
    number = max(0, periods - r.choice([0, 0, 0, 1, 2, -1]))
    who = party(life, t)
    if r.random() < 0.5:
        claim = r.randrange(1, 1_100) * (1 if who == t.producer else -1) * r.choice([1, 1, 1, 1, -1, 0, 100])
        life.right("dispute", who, t, number=number, cents=claim, reference=r.randbytes(32))
    claims = life.registry.store.get("claims", life.registry.root_of(life.registry.id_of(t)), number)
    if r.random() < 0.6:
        award = r.randrange(-claims.consumer - (r.random() < 0.1), claims.producer + 1 + (r.random() < 0.1))
        life.right("resolve", t.arbiter, t, number=number, cents=award, reference=r.randbytes(32))


def end(life: Any) -> None:
    """Alarms and ends in silence."""
    t = some(life)
    if life.r.random() < 0.6:
        life.call("alarm", address_of("x0"), t)
    else:
        life.right("endInSilence", party(life, t), t)


def exits(life: Any) -> None:
    """The consumer's exit and its lender."""
    r, t = life.r, some(life)
    flagged = [u for u in life.terms if life.registry.last_statement(life.registry.id_of(u)).flags >> 16]
    if flagged and r.random() < 0.4:
        t = r.choice(flagged)
    elif r.random() < 0.7:
        t = r.choice([u for u in life.terms if any(c[0] == life.w.clauses["ExitTable"] for c in u.clauses)] or [t])
    tables = [i for i, (rule, _) in enumerate(t.clauses) if rule == life.w.clauses["ExitTable"]]
    clause = tables[0] if tables and r.random() < 0.95 else r.randrange(5)
    way = r.random()
    if way < 0.5:
        life.right("notifyLender", t.consumer, t, number=clause)
        if r.random() < 0.5:
            life.w.go_on(r.randrange(20 * 86_400))
            life.right("cure", address_of("l0"), t)
    elif way < 0.65:
        life.right("cure", address_of("l0"), t)
    else:
        life.right("exit", t.consumer, t, number=clause)
