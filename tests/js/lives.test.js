/**
 * Whole agreements by tests/vectors.json: the browser's replay of their records and of what happened to them.
 *
 * ├── statements ── each month of an agreement that nothing happened to
 * └── life ── acts, disputes, payments, ends and handovers too
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { KNOWN, NoIndexValue } from "../../webapp/static/js/ppa/clauses/index.js";
import { ZERO_HASH } from "../../webapp/static/js/ppa/terms.js";
import { recompute } from "../../webapp/static/js/verify/recompute.js";
import { life } from "./lives.js";

const { groups } = JSON.parse(readFileSync(new URL("../vectors.json", import.meta.url), "utf8"));
const big = BigInt;
const record = (r) => ({ day: r.day, generation: big(r.generation_wh), exported: big(r.exported_wh), readingsRoot: r.readings_root });

/** A vector's index answers later, as a chain's does. */
const index = (g) => async (_, month) => {
  if (!(month in g.index)) throw new NoIndexValue(`No value of ${month}.`);
  return big(g.index[month]);
};

async function statements(g) {
  const agreed = { firstDay: g.first_day, firstMonth: g.first_month, months: g.months, maxPower: big(g.max_power_w), clauses: g.clauses };
  const done = await recompute(agreed, ZERO_HASH, g.records.map(record), (i, period, earlier) => {
    const kind = KNOWN[g.clauses[i].rule];
    return kind.line(kind.decode(g.clauses[i].params), period, { statements: earlier, index: index(g) });
  });
  return done.map(({ number, statement: s, lines, balance }) => ({
    number, generation_wh: s.generation, exported_wh: s.exported, last_day: s.lastDay, boundary_day: s.boundaryDay,
    flags: s.flags, lines, amount_cents: s.amount, balance_cents: balance,
  }));
}

/** Numbers as text, so that 1, 1n and "1" are one. */
const plain = (value) => JSON.parse(JSON.stringify(value, (_, x) => (typeof x === "bigint" || typeof x === "number" ? String(x) : x)));

for (const [group, made] of Object.entries({ statements, life })) {
  for (const { name, given, gives } of groups[group]) {
    test(`${group}: ${name}`, async () => assert.deepEqual(plain(await made(given)), plain(gives)));
  }
}
