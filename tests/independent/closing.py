"""Periods: from the ledger's word to a statement, and the end of an agreement."""

from . import clauses
from .days import DARK_DAYS, Refusal, month_end
from .signing import Terms
from .state import DARK, EARLY, ENDED, FAILED, IMPOSSIBLE, LAST, RUNNING, SIGNED, SILENT, SUBSTITUTED, State
from .words import Meter, Statement, fits


class Closing(State):
    """The registry's periods."""

    def close(self, actor: str, terms: Terms) -> None:
        """Closes the next month."""
        ident = self.id_of(terms)
        self.need_open(ident)
        self.close_next(ident, terms, True)

    def close_next(self, ident: bytes, terms: Terms, ends: bool) -> None:
        """Closes the next month; `ends`: the life's last month is the last period."""
        a = self.agreement(ident)
        end = month_end(a.closed_through + 1)
        dark_due = self.today > end + DARK_DAYS
        word, silent = Meter(), False
        if a.status == RUNNING:
            try:
                word = self.ledger.at_month_end(terms.meter, end)
            except Refusal:
                if not dark_due:
                    raise
                silent = True
        elif not dark_due:
            raise Refusal("NotDarkYet", end, DARK_DAYS, self.today)
        else:
            silent = True
        self.close_period(ident, terms, word, end, silent, last=ends and a.periods + 1 == terms.months)

    def close_all(self, ident: bytes, terms: Terms, ends: bool = True) -> None:
        """Closes the months by the meter's last record, or in darkness; before a handover (not `ends`) nothing ends."""
        while (a := self.agreement(ident)).status in (SIGNED, RUNNING) and a.periods < terms.months:
            end = month_end(a.closed_through + 1)
            heard = self.ledger.word_of(terms.meter).day if a.status == RUNNING else 0
            if heard < end and self.today <= end + DARK_DAYS:
                return
            self.close_next(ident, terms, ends)

    def end_now(self, ident: bytes, terms: Terms) -> None:
        """The last period, up to the meter's last record."""
        a = self.agreement(ident)
        word = self.ledger.word_of(terms.meter) if a.status == RUNNING else Meter()
        last_day = max(a.closed_through, word.day)
        if word.day <= a.boundary_day:
            word = word._replace(day=0)
        self.close_period(ident, terms, word, last_day, a.status != RUNNING, last=True)

    def take_opening(self, ident: bytes, terms: Terms, last_day: int, silent: bool) -> None:
        """Step 1: the opening record and the opening statement."""
        a = self.agreement(ident)
        if not a.boundary_day and a.status == RUNNING and not silent:
            word = self.ledger.opening_word(terms.meter, self.base_day(ident, terms))
            if word.day and word.day <= last_day:
                self.put(ident, boundary_day=word.day, generation=word.generation, exported=word.exported)
        opening = terms.first_month - 1
        if a.periods == opening and not self.statement(ident, opening).exists:
            a, before = self.agreement(ident), terms.first_day - 1
            made = Statement(last_day=before, closed_on=self.today, closed_block=self.block)
            if a.boundary_day and a.boundary_day <= before:
                flags = EARLY if a.boundary_day < before else 0
                made = made._replace(
                    generation=a.generation, exported=a.exported, boundary_day=a.boundary_day, flags=flags
                )
            self.store.put(made, "statement", self.root_of(ident), opening)
            self.events.append(("Opened", ident, opening))

    def run_before(self, ident: bytes, opens: bool) -> int:
        """The run of dark months before the next period, whose step 1 is done."""
        a, before = self.agreement(ident), self.last_statement(ident)
        run = before.flags >> 8 & 255 if before.dark else 0
        if not opens:
            return run
        months = range(a.periods - run + 1, a.periods + 1)
        return sum(self.statement(ident, number).last_day > a.boundary_day for number in months)

    def take_energy(self, ident: bytes, terms: Terms, word: Meter) -> tuple[int, int, bool]:
        """Step 3: energy with the account's correction, and whether a record was impossible."""
        a, account = self.agreement(ident), self.account(ident)
        generation = exported = 0
        impossible = False
        if word.day:
            generation, exported = word.generation - a.generation, word.exported - a.exported
            most = terms.max_power * 24 * (word.day - a.boundary_day)
            if max(generation, exported) > most:
                generation, exported, impossible = 0, 0, True
            self.put(ident, boundary_day=word.day, generation=word.generation, exported=word.exported)
        generation, exported = generation + account.generation, exported + account.exported
        self.put_account(ident, generation=min(0, generation), exported=min(0, exported))
        return max(0, generation), max(0, exported), impossible

    def close_period(
        self,
        ident: bytes,
        terms: Terms,
        word: Meter,
        last_day: int,
        silent: bool,
        last: bool,
    ) -> None:
        """One period, with the ledger's word or in darkness."""
        unopened = not self.agreement(ident).boundary_day
        self.take_opening(ident, terms, last_day, silent)
        a, account, before = self.agreement(ident), self.account(ident), self.last_statement(ident)
        number, dark = a.periods + 1, not word.day
        opens = unopened and a.boundary_day > 0 and not before.boundary_day
        run = self.run_before(ident, opens)
        generation, exported, impossible = self.take_energy(ident, terms, word)
        registers = before.generation + generation, before.exported + exported
        if not fits(max(registers), 44):
            raise Refusal("BilledTooMuch", *registers)
        a = self.agreement(ident)
        days = last_day - a.closed_through
        boundary = a.boundary_day or before.boundary_day
        flags = EARLY * (boundary < last_day) | DARK * dark | SILENT * silent | IMPOSSIBLE * impossible
        flags |= LAST * last | min(255, run + 1 if dark else run if opens else 0) << 8
        period = clauses.Period(
            number=number,
            months=terms.months,
            opening=terms.first_month - 1,
            dark_before=run if opens or before.boundary_day else 0,
            first_day=a.closed_through + 1,
            last_day=last_day,
            boundary_day=boundary,
            dark=dark,
            last=last,
            waited=False,
            generation=generation,
            exported=exported,
            generation_register=registers[0],
            exported_register=registers[1],
            overdue=max(0, a.balance - before.amount) * days + account.late,
            statement=lambda n: self.statement(ident, n),
            index=lambda address, day: self.indexes.get(address, {}).get(day),
        )
        over = self.today > last_day + (0 if self.together else terms.dispute_days)
        flagged = before.flags >> 16 if self.forced and self.closed_by_itself(ident, terms, a.periods) else 0
        lines = []
        for index, (rule, params) in enumerate(terms.clauses):
            waited = over or bool(flagged >> index & 1)
            try:
                line, substituted = clauses.assess(self.rules[rule], params, period._replace(waited=waited))
                flags |= (SUBSTITUTED | 1 << 16 + index) if substituted else 0
            except clauses.Failed:
                if not waited:
                    raise Refusal("ClauseFailed", index) from None
                line, flags = 0, flags | FAILED | 1 << 16 + index
            lines.append(line)
        if account.cents:
            lines.append(account.cents)
        amount = sum(lines)
        self.put_balance(ident, a.balance + amount)
        self.put_account(ident, cents=0, late=0)
        made = Statement(amount, *registers, last_day, boundary, self.today, self.block, flags)
        self.store.put(made, "statement", self.root_of(ident), number)
        self.put(ident, periods=number, closed_through=last_day)
        self.events.append(("Closed", ident, number, made, a.balance + amount, tuple(lines)))
        if last:
            self.finish(ident, terms)

    def finish(self, ident: bytes, terms: Terms) -> None:
        """No more statements; the meter is free."""
        self.free_meter(ident, terms)
        self.put(ident, status=ENDED)
        self.events.append(("Ended", ident, self.agreement(ident).balance))

    def free_meter(self, ident: bytes, terms: Terms) -> None:
        """The meter serves nobody any more."""
        a = self.agreement(ident)
        if a.status == RUNNING:
            self.store.put(0, "served", terms.meter)
            self.leave_meter(ident, terms)

    def leave_meter(self, ident: bytes, terms: Terms) -> None:
        """Until which of the meter's days is billed is kept."""
        a = self.agreement(ident)
        least = terms.first_day if terms.supersedes == bytes(32) else 1
        if a.boundary_day >= least:
            self.store.put(a.boundary_day, "billed", terms.meter)
