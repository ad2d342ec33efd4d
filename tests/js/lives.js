/** Lives of agreements as tests/vectors.json has them: its steps, and what the browser's replay makes of them. */
import { KNOWN } from "../../webapp/static/js/ppa/clauses/index.js";
import { ZERO_HASH } from "../../webapp/static/js/ppa/terms.js";
import { Replay } from "../../webapp/static/js/verify/recompute.js";

const big = BigInt;
const termsOf = (g) => ({ firstDay: g.first_day, months: g.months, maxPower: big(g.max_power_w), clauses: g.clauses });
const recordsOf = (g) => g.records.map((r) => ({ day: r.day, generation: big(r.generation_wh), exported: big(r.exported_wh) }));

function lineOf({ clauses }) {
  return (index, period, statements) => {
    const kind = KNOWN[clauses[index].rule];
    return kind.line(kind.decode(clauses[index].params), period, { statements });
  };
}

function act(replay, step) {
  const { generation_wh: generation = 0, exported_wh: exported = 0, cents = 0, settles = 0 } = step;
  replay.act({ number: replay.nextAct, generation: big(generation), exported: big(exported), cents: big(cents), settles: big(settles) }, false);
}

/** A step within an agreement. */
const STEPS = {
  close: (replay) => replay.close(),
  act,
  dispute: (replay, step) => replay.dispute(step.number, big(step.claim_cents)),
  resolve: (replay, step) => replay.resolve(step.number, big(step.award_cents), false),
  pay: (replay, step) => { replay.pay(big(step.cents), step.day, false); },
  async end(replay, step) {
    act(replay, step);
    await replay.close(step.day);
    replay.finish();
  },
};

function told({ statement: s, lines, balance, period }) {
  return {
    number: period.number, generation_wh: s.generation, exported_wh: s.exported, last_day: s.lastDay, boundary_day: s.boundaryDay,
    lines, balance_cents: balance,
  };
}

/** What each close told, and what the agreement of the end keeps. */
export async function life(g) {
  let replay = new Replay(termsOf(g), ZERO_HASH, recordsOf(g), lineOf(g));
  const closed = [];
  for (const step of g.steps) {
    if (step.do === "hand_over") {
      act(replay, step);
      replay = replay.heir(termsOf(step), ZERO_HASH, recordsOf(step), lineOf(step));
      continue;
    }
    const before = replay.periods;
    await STEPS[step.do](replay, step);
    if (replay.periods > before) closed.push(told(replay.done[replay.periods]));
  }
  const { balance, generation, exported, closedDay, boundaryDay, periods, cents, late, nextAct } = replay;
  return {
    closed, flags: replay.done.map(({ statement }) => statement.flags),
    agreement: {
      balance_cents: balance, generation_wh: generation, exported_wh: exported, closed_day: closedDay, boundary_day: boundaryDay, periods,
    },
    account: { cents, late, next_act: nextAct },
  };
}
