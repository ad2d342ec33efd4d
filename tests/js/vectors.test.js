/**
 * The browser's arithmetic against tests/vectors.json, which also binds Solidity and Python.
 *
 * For every group but those of whole agreements
 * ├── given what a vector gives
 * │   └── it makes what the vector says
 * └── the file has no group that is not tested, here or in lives.test.js
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import * as acts from "../../webapp/static/js/ppa/acts.js";
import * as calendar from "../../webapp/static/js/ppa/calendar.js";
import { KNOWN, NoIndexValue } from "../../webapp/static/js/ppa/clauses/index.js";
import { toBeHex } from "../../webapp/static/js/ppa/ethers.js";
import * as money from "../../webapp/static/js/ppa/money.js";
import { leafOf, readingsRoot, summaryDigest } from "../../webapp/static/js/ppa/readings.js";
import { nextWord, signedDigest } from "../../webapp/static/js/ppa/records.js";
import * as requests from "../../webapp/static/js/ppa/requests.js";
import {
  AccountWord, AgreementWord, AnnouncementWord, ClaimsWord, MeterWord, NoticeWord, PaymentWord, StatementWord,
} from "../../webapp/static/js/ppa/storage-words.js";
import * as terms from "../../webapp/static/js/ppa/terms.js";
import * as tree from "../../webapp/static/js/ppa/tree.js";
import { LANGUAGES, words } from "../../webapp/static/js/ppa/wording.js";

const { groups } = JSON.parse(readFileSync(new URL("../vectors.json", import.meta.url), "utf8"));
const big = BigInt;
const word = (value) => toBeHex(value, 32);
const record = (r) => ({ day: r.day, generation: big(r.generation_wh), exported: big(r.exported_wh), readingsRoot: r.readings_root });

async function line(g) {
  const kind = KNOWN[g.rule];
  const { number, months, opening, dark, last, waited } = g;
  const period = {
    number, months, opening, darkBefore: g.dark_before, firstDay: g.first_day, lastDay: g.last_day, boundaryDay: g.boundary_day, dark, last, waited,
    generation: big(g.generation_wh), exported: big(g.exported_wh), generationRegister: big(g.generation_register_wh),
    exportedRegister: big(g.exported_register_wh), overdueCentDays: big(g.overdue_cent_days),
  };
  const statements = (n) => {
    const [generation, exported, lastDay, flags] = g.statements_before[n];
    return { generation: big(generation), exported: big(exported), lastDay, boundaryDay: lastDay, flags: big(flags) };
  };
  return kind.line(kind.decode(g.params), period, { statements, index: index(g) });
}

/** A vector's index answers later, as a chain's does. */
function index(g) {
  return async (_, month) => {
    if (!(month in g.index)) throw new NoIndexValue(`No value of ${month}.`);
    return big(g.index[month]);
  };
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
    balance: g.balance_cents, generation: g.generation_wh, exported: g.exported_wh, closedThrough: g.closed_through,
    boundaryDay: g.boundary_day, signedBlock: g.signed_block, proposedBlock: g.proposed_block, periods: g.periods, pending: g.pending,
    status: g.status,
  })),
  account_word: (g) => word(AccountWord.pack({
    lateCentDays: g.late_cent_days, cents: g.cents, generation: g.generation_wh, exported: g.exported_wh, alarmDay: g.alarm_day, acts: g.acts,
  })),
  statement_word: (g) => word(StatementWord.pack({
    amount: g.amount_cents, generation: g.generation_wh, exported: g.exported_wh, lastDay: g.last_day, boundaryDay: g.boundary_day,
    closedOn: g.closed_on, closedBlock: g.closed_block, flags: g.flags,
  })),
  claims_word: (g) => word(ClaimsWord.pack({ decided: g.decided, producer: g.producer_cents, consumer: g.consumer_cents })),
  payment_word: (g) => word(PaymentWord.pack({ declaredOn: g.declared_on, status: g.status })),
  notice_word: (g) => word(NoticeWord.pack({ isFinal: g.is_final, cured: g.cured, clause: g.clause, day: g.day })),
  announcement_word: (g) => word(AnnouncementWord.pack({ digest: g.digest, ends: g.ends, day: g.day })),
  act: (g) => acts.digest(g.agreement, {
    number: g.act.number, until: g.act.until, generation: g.act.generation_wh, exported: g.act.exported_wh,
    cents: g.act.cents, settles: g.act.settles, successor: g.act.successor, reason: g.act.reason,
  }, big(g.chain_id), g.registry),
  request: (g) => requests.digest(g.agreement, { ...g.request, right: requests.RIGHTS[g.request.right] }, big(g.chain_id), g.registry),
  words: (g) => Object.fromEntries(LANGUAGES.map((language) => [language, words(terms.fromFile(g.terms), g.rules, language)])),
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
};

/** Groups of whole agreements: lives.test.js has them. */
const WHOLE = ["statements", "life"];

/** Numbers as text, so that 1, 1n and "1" are one. */
const plain = (value) => JSON.parse(JSON.stringify(value, (_, x) => (typeof x === "bigint" || typeof x === "number" ? String(x) : x)));

test("every group of vectors is tested here", () => {
  assert.deepEqual(Object.keys(groups).sort(), [...Object.keys(made), ...WHOLE].sort());
});

for (const [group, vectors] of Object.entries(groups).filter(([name]) => !WHOLE.includes(name))) {
  test(`${group}: all ${vectors.length} vectors`, async () => {
    for (const { name, given, gives } of vectors) assert.deepEqual(plain(await made[group](given)), plain(gives), `${group}: ${name}`);
  });
}

test("every day of 1970 to 2149 is its own date's day", () => {
  for (let day = 0; day <= calendar.LAST_DAY; day++) assert.equal(calendar.dayOf(calendar.dateOf(day)), day);
});
