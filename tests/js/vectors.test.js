/**
 * The browser's arithmetic against tests/vectors.json, which also binds Solidity and Python.
 *
 * For every group
 * ├── given what a vector gives
 * │   └── it makes what the vector says
 * └── the file has no group that is not tested here
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import * as acts from "../../webapp/static/js/ppa/acts.js";
import * as calendar from "../../webapp/static/js/ppa/calendar.js";
import { KNOWN } from "../../webapp/static/js/ppa/clauses/index.js";
import { toBeHex } from "../../webapp/static/js/ppa/ethers.js";
import * as money from "../../webapp/static/js/ppa/money.js";
import { leafOf, readingsRoot, summaryDigest } from "../../webapp/static/js/ppa/readings.js";
import { nextWord, signedDigest } from "../../webapp/static/js/ppa/records.js";
import * as terms from "../../webapp/static/js/ppa/terms.js";
import * as tree from "../../webapp/static/js/ppa/tree.js";
import { AccountWord, AgreementWord, MeterWord, StatementWord } from "../../webapp/static/js/ppa/words.js";
import { recompute } from "../../webapp/static/js/verify/recompute.js";
import { life } from "./lives.js";

const { groups } = JSON.parse(readFileSync(new URL("../vectors.json", import.meta.url), "utf8"));
const big = BigInt;
const word = (value) => toBeHex(value, 32);
const record = (r) => ({ day: r.day, generation: big(r.generation_wh), exported: big(r.exported_wh), readingsRoot: r.readings_root });

function line(g) {
  const kind = KNOWN[g.rule];
  const period = {
    number: g.number, months: g.months, generation: big(g.generation_wh), exported: big(g.exported_wh),
    generationRegister: big(g.generation_register_wh), exportedRegister: big(g.exported_register_wh),
    firstDay: g.first_day, lastDay: g.last_day, overdue: big(g.overdue),
  };
  const statements = (n) => ({ generation: big(g.registers_before_wh[n][0]), exported: big(g.registers_before_wh[n][1]) });
  return kind.line(kind.decode(g.params), period, { statements, index: index(g) });
}

/** A vector's index answers later, as a chain's does. */
function index(g) {
  return async (_, month) => big(g.index[month]);
}

const FIELDS = {
  price_micro_per_kwh: "price", excess_price_micro_per_kwh: "excessPrice", prices_micro_per_kwh: "prices", fee_cents: "fee",
  floor_micro_per_kwh: "floor", cap_micro_per_kwh: "cap", escalator_ppm: "escalator", degradation_ppm: "degradation",
  share_ppm: "share", base: "base", index: "index", lag_months: "lag", energy_wh: "energy", expected_wh: "expected",
  minimum_wh: "minimum", window_months: "window", make_up_windows: "makeUp",
  rate_ppm: "rate", day_count: "dayCount", lender: "lender", cure_days: "cureDays", appraiser: "appraiser", size_w: "size",
  prices_micro_per_w: "prices",
};

/** The parameters' encoding, read back to the same parameters. */
function params(rule, g) {
  const value = (x) => (Array.isArray(x) ? x.map(big) : String(x).startsWith("0x") ? x : big(x));
  const given = Object.fromEntries(Object.entries(g).map(([name, x]) => [FIELDS[name], value(x)]));
  const encoded = KNOWN[rule].encode(given);
  assert.deepEqual(KNOWN[rule].decode(encoded), given);
  return encoded;
}

function sentence(g) {
  const kind = KNOWN[g.rule];
  const p = kind.decode(g.params);
  return { es: kind.sentence(p, "es", "EUR"), en: kind.sentence(p, "en", "EUR") };
}

async function statements(g) {
  const agreed = { firstDay: g.first_day, months: g.months, maxPower: big(g.max_power_w), clauses: g.clauses };
  const done = await recompute(agreed, terms.ZERO_HASH, g.records.map(record), g.months, (i, period, earlier) => {
    const kind = KNOWN[g.clauses[i].rule];
    return kind.line(kind.decode(g.clauses[i].params), period, { statements: earlier, index: index(g) });
  });
  return done.map(({ statement: s, lines, balance }, number) => ({
    number, generation_wh: s.generation, exported_wh: s.exported, last_day: s.lastDay, boundary_day: s.boundaryDay,
    flags: s.flags, lines, amount_cents: s.amount, balance_cents: balance,
  }));
}

const made = {
  day_of: (g) => calendar.dayOf(g.date),
  month_end: (g) => calendar.monthEnd(g.day),
  month_end_after: (g) => calendar.monthEndAfter(g.first_day, g.months),
  months_before: (g) => calendar.monthsBefore(g.first_day, g.months),
  days_of_month: (g) => calendar.daysOfMonth(g.day),
  first_of_month: (g) => calendar.isFirstOfMonth(g.day),
  period_of: (g) => calendar.periodOf(g.day),
  local_day: (g) => calendar.localDay(g.time, g.time_zone),
  day_bounds: (g) => Object.fromEntries(["start", "end"].map((name, i) => [name, calendar.dayBounds(g.day, g.time_zone)[i]])),
  earliest_record_time: (g) => calendar.earliestRecordTime(g.day),
  meter_word: (g) => word(MeterWord.pack({ head: g.head, generation: g.generation_wh, exported: g.exported_wh, day: g.day })),
  next_word: (g) => word(nextWord(big(g.word), record(g.record))),
  signed_record: (g) => signedDigest(big(g.chain_id), g.ledger, big(g.word), record(g.record)),
  agreement_word: (g) => word(AgreementWord.pack({
    balance: g.balance_cents, generation: g.generation_wh, exported: g.exported_wh, closedDay: g.closed_day,
    boundaryDay: g.boundary_day, signedAt: g.signed_at, proposedAt: g.proposed_at, periods: g.periods, pending: g.pending, status: g.status,
  })),
  statement_word: (g) => word(StatementWord.pack({
    amount: g.amount_cents, generation: g.generation_wh, exported: g.exported_wh, lastDay: g.last_day, boundaryDay: g.boundary_day,
    closedOn: g.closed_on, closedAt: g.closed_at, flags: g.flags,
  })),
  account_word: (g) => word(AccountWord.pack({
    late: g.late, cents: g.cents, free: 0, noticeClause: g.notice_clause, noticeDay: g.notice_day, alarmDay: g.alarm_day,
    nextAct: g.next_act,
  })),
  act: (g) => acts.digest(g.agreement, {
    number: g.act.number, until: g.act.until, generation: g.act.generation_wh, exported: g.act.exported_wh,
    cents: g.act.cents, settles: g.act.settles, successor: g.act.successor, reason: g.act.reason,
  }, big(g.chain_id), g.registry),
  reading_leaf: leafOf,
  event_leaf: leafOf,
  tree: (g) => ({ root: tree.root(g.leaves), proofs: g.leaves.map((_, i) => tree.proof(g.leaves, i)) }),
  day_summary: summaryDigest,
  readings_root: (g) => readingsRoot(g.summary, g.tree_root),
  terms_id: (g) => terms.digest(terms.fromFile(g.terms), big(g.chain_id), g.registry),
  cents: (g) => money.cents(big(g.wh), big(g.price)),
  escalated: (g) => money.escalated(big(g.price), big(g.escalator_ppm), big(g.year)),
  degraded: (g) => money.degraded(big(g.energy_wh), big(g.degradation_ppm), big(g.year)),
  share: (g) => money.share(big(g.amount), big(g.part), big(g.whole)),
  contract_year: (g) => money.contractYear(g.number),
  energy_charge_params: (g) => params("EnergyCharge", g),
  price_table_params: (g) => params("PriceTable", g),
  indexed_price_params: (g) => params("IndexedPrice", g),
  excess_energy_params: (g) => params("ExcessEnergy", g),
  guaranteed_generation_params: (g) => params("GuaranteedGeneration", g),
  take_or_pay_params: (g) => params("TakeOrPay", g),
  fixed_fee_params: (g) => params("FixedFee", g),
  late_interest_params: (g) => params("LateInterest", g),
  exit_table_params: (g) => params("ExitTable", g),
  line,
  sentence,
  statements,
  life,
};

/** Numbers as text, so that 1, 1n and "1" are one. */
const plain = (value) => JSON.parse(JSON.stringify(value, (_, x) => (typeof x === "bigint" || typeof x === "number" ? String(x) : x)));

test("every group of vectors is tested here", () => {
  assert.deepEqual(Object.keys(groups).sort(), Object.keys(made).sort());
});

for (const [group, vectors] of Object.entries(groups)) {
  test(`${group}: all ${vectors.length} vectors`, async () => {
    for (const { name, given, gives } of vectors) assert.deepEqual(plain(await made[group](given)), plain(gives), `${group}: ${name}`);
  });
}

test("every day of 1970 to 2149 is its own date's day", () => {
  for (let day = 0; day <= calendar.LAST_DAY; day++) assert.equal(calendar.dayOf(calendar.dateOf(day)), day);
});
