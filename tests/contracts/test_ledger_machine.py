"""A walk of several meters through months of records, against a plain list of what each added, summed.

The model of a meter is the list of its records as differences; a register is a sum, a month's word the last of the list
in that month, its opening the last of the list up to a day. Rules: `record`, `recordMany`, `prove` and `atMonthEnd`,
right and wrong; time passes between.
"""

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from tests.contracts.machine import Machine, walk
from tests.contracts.world import day_of, month_end, role
from tests.evm import CHAIN_ID, Chain, Refused

METERS = [role(0x31), role(0x32), role(0x33)]
LARGEST = 2**40 - 1
STARTS = [day_of(1970, 1, 20), day_of(2016, 6, 30), day_of(2100, 2, 10), day_of(2149, 1, 1)]
WRONG = ["day", "future", "generation", "exported", "large"]
FIELDS = ("generation", "exported", "day", "readingsRoot")
NUMBER = st.integers(0, 2**32 - 1)
METER = st.sampled_from(METERS)


class LedgerMachine(Machine):
    """Meters, each with a list of (generated, exported, day, root): the first two since the record before."""

    @initialize(first=st.sampled_from(STARTS))
    def start(self, first):
        self.chain = Chain(time=first * 86_400)
        self.ledger = self.chain.deploy("MeterLedger", CHAIN_ID)
        self.added = {meter: [] for meter in METERS}

    # -------------------------------------------------------------------------------------------------------- model

    def register(self, meter, which, until=None):
        """A register after the first `until` records: a sum."""
        return sum(record[which] for record in self.added[meter][:until])

    def last_day(self, meter):
        return self.added[meter][-1][2] if self.added[meter] else 0

    def full(self, meter):
        """The records as the ledger gets them."""
        generation = exported = 0
        out = []
        for more_generated, more_exported, day, root in self.added[meter]:
            generation, exported = generation + more_generated, exported + more_exported
            out.append((generation, exported, day, root))
        return out

    def today(self):
        """The last day that may be recorded."""
        return min((self.chain.time + 14 * 3_600) // 86_400 - 1, 65_535)

    def next_records(self, meter, rng, count):
        """Up to `count` records that may follow."""
        day, out = self.last_day(meter), []
        while len(out) < count and day < self.today():
            day = day + rng.choice((1, 1, 1, 1, 2, 9, 40)) if day else max(self.today() - rng.randrange(20), 1)
            day = min(day, self.today())
            out.append((rng.choice((0, rng.randrange(9_000))), rng.randrange(5_000), day, rng.randbytes(32)))
        return out

    # -------------------------------------------------------------------------------------------------------- rules

    @rule(days=st.integers(1, 400))
    def time_passes(self, days):
        self.chain.time += days * 86_400

    @rule(meter=METER, luck=NUMBER, count=st.integers(1, 40), days=st.integers(0, 45))
    def record(self, meter, luck, count, days):
        rng = self.luck(luck)
        self.chain.time += days * 86_400
        for new in self.next_records(meter, rng, count):
            generation, exported = self.register(meter, 0) + new[0], self.register(meter, 1) + new[1]
            with self.act("record", None):
                self.ledger.record(generation, exported, *new[2:], sender=meter)
            self.added[meter].append(new)

    @rule(meter=METER, luck=NUMBER, count=st.integers(1, 40), days=st.integers(0, 90))
    def record_many(self, meter, luck, count, days):
        rng = self.luck(luck)
        self.chain.time += days * 86_400
        before = len(self.added[meter])
        new = self.next_records(meter, rng, count)
        self.added[meter] += new
        with self.act("recordMany", None if new else "NoRecords"):
            receipt = self.ledger.recordMany(self.full(meter)[before:], sender=meter)
            logged = [tuple(e.args[name] for name in FIELDS) for e in receipt.events]
            assert logged == self.full(meter)[before:]

    @rule(meter=METER, luck=NUMBER, how=st.sampled_from(WRONG), many=st.booleans())
    def wrong(self, meter, luck, how, many):
        """One value of a record that might follow is wrong."""
        rng = self.luck(luck)
        if self.last_day(meter) >= self.today() and how != "future":
            return
        generation, exported, day = self.register(meter, 0), self.register(meter, 1), self.last_day(meter) + 1
        if how == "day":
            day, error = rng.randint(0, day - 1), "DayNotAfterLast"
        elif how == "future":
            day, error = min(self.today() + rng.randint(1, 400), 65_535), "DayNotEnded"
            if day <= self.today():
                return
        elif how == "large":
            generation, error = LARGEST + rng.randint(1, 2**30), "RegisterTooLarge"
        elif (generation if how == "generation" else exported) == 0:
            return
        elif how == "generation":
            generation, error = rng.randrange(generation), "GenerationWentBack"
        else:
            exported, error = rng.randrange(exported), "ExportWentBack"
        record = (generation, exported, day, rng.randbytes(32))
        with self.act("recordMany" if many else "record", error):
            if many:
                self.ledger.recordMany([record], sender=meter)
            else:
                self.ledger.record(*record, sender=meter)

    # --------------------------------------------------------------------------------------------------- invariants

    @invariant()
    def i1_registers_are_the_sums_and_never_go_back(self):
        for meter in METERS:
            word = self.ledger.wordOf(meter)
            expected = (self.register(meter, 0), self.register(meter, 1), self.last_day(meter))
            assert (word >> 56 & LARGEST, word >> 16 & LARGEST, word & 0xFFFF) == expected

    @precondition(lambda self: any(self.added.values()))
    @rule(luck=NUMBER)
    def i2_the_head_commits_to_every_record(self, luck):
        """Replayed whole, the list gives the word; with one record changed, dropped, moved or put in, it does not."""
        rng = self.luck(luck)
        meter = rng.choice([m for m in METERS if self.added[m]])
        records, word = self.full(meter), self.ledger.wordOf(meter)
        with self.act("prove", None):
            assert self.ledger.prove(0, records) == word
        for forged in forgeries(records, rng):
            try:
                other = self.ledger.prove(0, forged)
            except Refused:
                self.tally.refused["prove"] += 1
            else:
                self.tally.done["prove"] += 1
                assert other != word  # the last record's registers and day stand in the word itself, beside the head

    @precondition(lambda self: any(self.added.values()))
    @rule(luck=NUMBER)
    def i3_a_month_ends_with_its_last_record(self, luck):
        """For every month from before the first record on: the last of the list, the empty word, or not ended yet."""
        rng = self.luck(luck)
        meter = rng.choice([m for m in METERS if self.added[m]])
        records = self.full(meter)
        end = max(month_end(records[0][2]) - 31, 1)
        end = month_end(end)
        while end <= min(month_end(self.last_day(meter)), 65_535):
            month = [n for n, record in enumerate(records) if month_end(record[2]) == end]
            settled = records[-1][2] >= end
            with self.act("atMonthEnd", None if settled else "MonthNotEnded"):
                expected = self.ledger.prove(0, records[: month[-1] + 1]) if month else 0
                assert self.ledger.atMonthEnd(meter, end) == expected
            end = month_end(end + 1)

    @invariant()
    def i3_an_agreement_opens_with_the_last_record_up_to_its_eve_or_the_first(self):
        """Of each meter a month end from two months before its first record to two after its last."""
        for turn, meter in enumerate(METERS):
            records = self.full(meter)
            first = self.ledger.prove(0, records[:1])
            assert self.ledger.firstOf(meter) == first
            if not records:
                continue
            days = range(max(records[0][2] - 60, 0), min(records[-1][2] + 60, 65_504))
            end = month_end(days[(self.chain.time // 86_400 * 7 + turn) % len(days)])
            before = [n for n, record in enumerate(records) if record[2] <= end]
            expected = self.ledger.prove(0, records[: before[-1] + 1]) if before else first
            assert self.ledger.openingAt(meter, end) == expected


def forgeries(records, rng):
    """The list with one record changed in each of its fields, dropped, put in twice, moved, or another put in."""
    at = rng.randrange(len(records))
    record = records[at]
    before, behind = records[:at], records[at + 1 :]
    for field, value in enumerate((record[0] + 1, record[1] + 1, record[2] + 1, rng.randbytes(32))):
        yield [*before, (*record[:field], value, *record[field + 1 :]), *behind]
    yield before + behind
    yield [*before, record, record, *behind]
    yield [*before, (*record[:2], max(record[2] - 1, 1), rng.randbytes(32)), record, *behind]
    if behind:
        yield [*before, behind[0], record, *behind[1:]]
        roots = (*record[:3], behind[0][3]), (*behind[0][:3], record[3])
        yield [*before, *roots, *behind[1:]]


def test_i1_i2_i3_meters_that_record_for_months_are_what_their_records_sum_to():
    tally = walk(
        LedgerMachine, examples=120, steps=30, rules={"record", "recordMany"}, views=frozenset({"prove", "atMonthEnd"})
    )
    went_back = {"DayNotAfterLast", "GenerationWentBack", "ExportWentBack"}
    assert went_back | {"DayNotEnded", "RegisterTooLarge", "MonthNotEnded", "NoRecords"} <= set(tally.errors), (
        tally.errors
    )
