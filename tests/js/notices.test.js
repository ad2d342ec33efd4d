/**
 * A lender's notices, as the verifier replays them from their events (formats.md, "Time").
 *
 * ├── given a notice of an exit clause that we know
 * │   └── it is final where the one before was of the same clause, cured or final, and has not lapsed; else the node lies
 * └── given one that we do not know
 *     └── when the one before lapsed is the node's word
 */
import assert from "node:assert/strict";
import { test } from "node:test";

import { Rare } from "../../webapp/static/js/verify/rare.js";
import { BadAnswer } from "../../webapp/static/js/verify/node.js";
import { Replay } from "../../webapp/static/js/verify/recompute.js";

const BANK = `0x${"1".repeat(40)}`;
const CURE_DAYS = 30;
const LAPSES = CURE_DAYS + 180;

/** An agreement with two exit clauses of one lender that we know, or two that we do not. */
function begun(known) {
  const table = known ? { lender: BANK, cureDays: BigInt(CURE_DAYS) } : null;
  return new Rare(new Replay({ terms: { clauses: [{}, {}] }, records: [] }), () => table, null);
}

function notified(rare, day, isFinal, clause = 0) {
  rare.apply({ name: "Notified", args: { clause: BigInt(clause), lender: BANK, day: BigInt(day), isFinal } }, day);
  assert.deepEqual(rare.replay.notice, { isFinal: isFinal ? 1 : 0, cured: 0, clause, day });
}

function cured(rare, day) {
  rare.apply({ name: "Cured", args: { lender: BANK } }, day);
  assert.equal(rare.replay.notice.cured, 1);
}

const refused = (step, ...args) => assert.throws(() => step(...args), BadAnswer);

test("a notice soon after a cure is final, and one soon after that", () => {
  const rare = begun(true);
  refused(notified, rare, 100, true);
  notified(rare, 100, false);
  cured(rare, 100 + CURE_DAYS);
  refused(notified, rare, 100 + LAPSES, false);
  notified(rare, 100 + LAPSES, true);
  refused(cured, rare, 101 + LAPSES);
  refused(notified, rare, 102 + LAPSES, false);
  notified(rare, 102 + LAPSES, true);
});

test("a notice is not final after one that was not cured, has lapsed, or is of another clause", () => {
  const rare = begun(true);
  notified(rare, 100, false);
  refused(notified, rare, 101, true);
  notified(rare, 101, false);
  cured(rare, 102);
  refused(notified, rare, 102 + LAPSES, true);
  notified(rare, 102 + LAPSES, false);
  cured(rare, 102 + LAPSES);
  refused(notified, rare, 103 + LAPSES, true, 1);
  notified(rare, 103 + LAPSES, false, 1);
});

test("of a clause that we do not know the node says whether the notice before lapsed", () => {
  const rare = begun(false);
  refused(notified, rare, 100, true);
  notified(rare, 100, false);
  cured(rare, 101);
  notified(rare, 400, false);
  cured(rare, 401);
  notified(rare, 402, true);
  refused(cured, rare, 403);
});
