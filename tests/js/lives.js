/**
 * Lives of agreements as tests/vectors.json has them: steps, and what the browser's replay makes of them.
 *
 * A step is `close` (`silent`: long after a month of whose end the meter said nothing), `act`, `dispute`, `resolve`, `pay`, `end`
 * (both end it, when the meter has recorded up to a day) or `hand_over` (to terms of its own; without `records`, with the
 * same meter).
 */
import { monthEnd } from "../../webapp/static/js/ppa/calendar.js";
import { KNOWN } from "../../webapp/static/js/ppa/clauses/index.js";
import { ZERO_HASH } from "../../webapp/static/js/ppa/terms.js";
import { Replay } from "../../webapp/static/js/verify/recompute.js";

const big = BigInt;
const termsOf = (g, meter) => ({
  firstDay: g.first_day, firstMonth: g.first_month, months: g.months, maxPower: big(g.max_power_w), clauses: g.clauses, meter: `meter ${meter}`,
});
const recordsOf = (g) => g.records.map((r) => ({ day: r.day, generation: big(r.generation_wh), exported: big(r.exported_wh) }));

function lineOf({ clauses }) {
  return (index, period, statements) => {
    const kind = KNOWN[clauses[index].rule];
    return kind.line(kind.decode(clauses[index].params), period, { statements });
  };
}

function act(replay, step) {
  const { generation_wh: generation = 0, exported_wh: exported = 0, cents = 0, settles = 0 } = step;
  replay.act({ number: replay.account.acts + 1, generation: big(generation), exported: big(exported), cents: big(cents), settles });
}

/** A step within an agreement, and the statement that it closes. */
const STEPS = {
  close: (replay, step) => (step.silent ? replay.close(monthEnd(replay.closedThrough + 1) - 1) : replay.close()),
  act,
  dispute: (replay, step) => replay.dispute(step.number, big(step.claim_cents)),
  resolve: (replay, step) => { replay.resolve(step.number, big(step.award_cents)); },
  pay: (replay, step) => { replay.confirm({ cents: big(step.cents), day: step.day, reference: ZERO_HASH }); },
  end(replay, step) {
    act(replay, step);
    return replay.closeLast(step.day);
  },
};

function told({ statement: s, lines, balance, period }) {
  return {
    number: period.number, generation_wh: s.generation, exported_wh: s.exported, last_day: s.lastDay, boundary_day: s.boundaryDay,
    flags: s.flags, lines, balance_cents: balance,
  };
}

/** What each close gave, and what the agreement of the end keeps. */
export async function life(g) {
  let meters = 1;
  let replay = new Replay({ terms: termsOf(g, meters), agreement: ZERO_HASH, records: recordsOf(g), line: lineOf(g) });
  replay.serve();
  const closed = [];
  for (const step of g.steps) {
    if (step.do === "hand_over") {
      act(replay, step);
      if (step.records) meters += 1;
      const records = step.records ? recordsOf(step) : replay.records;
      replay = replay.successor({ terms: termsOf(step, meters), agreement: ZERO_HASH, records, line: lineOf(step) });
      replay.serve();
      continue;
    }
    const done = await STEPS[step.do](replay, step);
    if (done) closed.push(told(done));
  }
  const { balance, generation, exported, closedThrough, boundaryDay, periods, account } = replay;
  return {
    closed,
    flags: Object.values(replay.done).map(({ statement }) => statement.flags),
    claims: Object.entries(replay.claims).map(([number, { producer, consumer, decided }]) => [number, producer, consumer, decided]),
    agreement: {
      balance_cents: balance, generation_wh: generation, exported_wh: exported, closed_through: closedThrough, boundary_day: boundaryDay, periods,
    },
    account: {
      cents: account.cents, late_cent_days: account.lateCentDays, generation_wh: account.generation, exported_wh: account.exported,
      acts: account.acts,
    },
  };
}
