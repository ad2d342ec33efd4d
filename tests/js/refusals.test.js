/**
 * What the browser's modules refuse, and how they read what people type.
 *
 * ├── given a record that the ledger would refuse
 * │   └── it throws
 * ├── given terms that the registry would refuse
 * │   └── it throws with the form's field
 * ├── given a clause's parameters that its contract would refuse, or in another encoding
 * │   └── it throws
 * ├── given a number as people type it, Spanish or English
 * │   └── it is read exactly, or not at all
 * └── given an invoice that differs
 *     └── the sentence names the line and the cents
 */
import assert from "node:assert/strict";
import { test } from "node:test";

import { BadDay, dayOf } from "../../webapp/static/js/ppa/calendar.js";
import { BadClause, KNOWN } from "../../webapp/static/js/ppa/clauses/index.js";
import { differences, sentence } from "../../webapp/static/js/ppa/invoice.js";
import { BadRecord, nextWord } from "../../webapp/static/js/ppa/records.js";
import { BadTerms, ZERO_ADDRESS, ZERO_HASH, check } from "../../webapp/static/js/ppa/terms.js";
import * as text from "../../webapp/static/js/ppa/text.js";

const root = ZERO_HASH;
const address = (digit) => `0x${digit.repeat(40)}`;
const first = nextWord(0n, { day: 10, generation: 5n, exported: 3n, readingsRoot: root });
const terms = {
  wordsHash: `0x${"77".repeat(32)}`, producer: address("1"), consumer: address("2"), meter: address("3"), arbiter: address("5"),
  firstDay: dayOf("2016-07-01"), firstMonth: 1, months: 3, disputeDays: 0, noticeDays: 0, silenceDays: 0, longStopDay: dayOf("2016-09-30"),
  currency: "EUR", timeZone: "Europe/Madrid", maxPower: 1n, maxClaim: 0n, documentHash: ZERO_HASH, supersedes: ZERO_HASH, salt: 0n,
  clauses: [{ rule: address("4"), params: "0x" }],
};

for (const [name, record] of Object.entries({
  "a register that goes back": { day: 11, generation: 4n, exported: 3n },
  "an export register that goes back": { day: 11, generation: 5n, exported: 2n },
  "a day twice": { day: 10, generation: 5n, exported: 3n },
  "a register of 41 bits": { day: 11, generation: 1n << 40n, exported: 3n },
})) test(`${name} is refused`, () => assert.throws(() => nextWord(first, { ...record, readingsRoot: root }), BadRecord));

for (const [code, change] of [
  ["same_party", { consumer: address("1") }],
  ["party_as_meter", { meter: address("2") }],
  ["party_as_meter", { meter: address("1") }],
  ...["1", "2", "3"].map((party) => ["party_as_arbiter", { arbiter: address(party) }]),
  ...["producer", "consumer", "meter"].map((party) => ["missing_address", { [party]: ZERO_ADDRESS }]),
  ...["producer", "consumer", "meter", "arbiter"].map((party) => ["bad_address", { [party]: "0x12" }]),
  ["not_first", { firstDay: dayOf("2016-07-02") }],
  ["not_first", { firstDay: 0 }],
  ["bad_months", { months: 0 }],
  ["bad_months", { months: 4096 }],
  ["no_such_month", { firstMonth: 0 }],
  ["no_such_month", { firstMonth: 4 }],
  ["no_such_month", { firstDay: dayOf("1970-02-01"), firstMonth: 2 }],
  ["time_zone", { timeZone: "Europe/Nowhere" }],
  ["long_stop_outside", { longStopDay: dayOf("2016-06-30") }],
  ["long_stop_outside", { longStopDay: dayOf("2016-10-01") }],
  ["long_stop_outside", { firstMonth: 2 }], // two months are left
  ["no_words", { wordsHash: ZERO_HASH }],
  ...["disputeDays", "noticeDays", "silenceDays"].flatMap((days) => [["bad_days", { [days]: 65_536 }], ["bad_days", { [days]: -1 }]]),
  ["notice_without_arbiter", { noticeDays: 1, arbiter: ZERO_ADDRESS }],
  ["no_power", { maxPower: 0n }],
  ["no_power", { maxPower: 1n << 64n }],
  ["claim_too_large", { maxClaim: 1n << 47n }],
  ["claim_too_large", { maxClaim: -1n }],
  ["no_clauses", { clauses: [] }],
  ["no_clauses", { clauses: Array(17).fill(terms.clauses[0]) }],
]) {
  const shown = JSON.stringify(change, (_, x) => (typeof x === "bigint" ? String(x) : x)).slice(0, 80);
  test(`terms with ${code} are refused: ${shown}`, () => assert.throws(() => check({ ...terms, ...change }), (problem) => problem instanceof BadTerms && problem.code === code));
}

test("terms that end beyond 16 bits are refused", () => assert.throws(() => check({ ...terms, months: 4095 }), BadDay));

test("terms that are whole are accepted, at their limits too", () => {
  check(terms);
  check({ ...terms, arbiter: ZERO_ADDRESS });
  check({ ...terms, noticeDays: 65_535, silenceDays: 65_535, disputeDays: 65_535, maxClaim: (1n << 47n) - 1n, maxPower: (1n << 64n) - 1n });
  check({ ...terms, firstMonth: 3, longStopDay: dayOf("2016-07-31"), clauses: Array(16).fill(terms.clauses[0]) });
  check({ ...terms, longStopDay: terms.firstDay });
});

test("decimals are read as Spanish and English write them", () => {
  assert.equal(text.parseDecimal("0,085", 6), 85000n);
  assert.equal(text.parseDecimal("0.085", 6), 85000n);
  assert.equal(text.parseDecimal("1.234.567,89", 2), 123456789n);
  assert.equal(text.parseDecimal("342,29 €", 2), 34229n);
  assert.equal(text.parseDecimal("-1,5", 2), -150n);
});

test("what is no number, or has more decimals than fit, is not read", () => {
  for (const typed of ["", "abc", "1,234,5", "0,001", "--1", "1e3"]) assert.equal(text.parseDecimal(typed, 2), null, typed);
});

test("amounts are written as each language writes them", () => {
  assert.equal(text.money(-123456789n, "es"), "-1.234.567,89 €");
  assert.equal(text.money(1n, "en"), "0.01 EUR");
  assert.equal(text.energy(1234567n, "es"), "1.234,567 kWh");
});

const MOST = 10n ** 10n;
const good = {
  EnergyCharge: { price: 85_000n, escalator: 20_000n, base: 0n },
  PriceTable: { base: 0n, prices: [85_000n, 0n] },
  IndexedPrice: { price: 85_000n, index: address("5"), lag: 24n, share: 1_000_000n, floor: 60_000n, cap: 60_000n, base: 1n },
  ExcessEnergy: {
    price: 85_000n, escalator: 20_000n, excessPrice: 0n, share: 10_000_000n, degradation: 5_000n, base: 0n,
    expected: [(1n << 40n) - 1n, ...Array(11).fill(0n)],
  },
  GuaranteedGeneration: { energy: 1n, window: 24n, degradation: 999_999n, price: 60_000n },
  TakeOrPay: { minimum: 30_000_000n, window: 24n, makeUp: 24n, price: MOST, escalator: 0n },
  FixedFee: { fee: -(1n << 47n) + 1n, escalator: 0n },
  LateInterest: { rate: 1_000_000n, dayCount: 360n },
  ExitTable: { lender: address("5"), cureDays: 65_535n, appraiser: address("6"), size: 100_000n, prices: [525_000n, 0n] },
};
const check24 = (name, p) => KNOWN[name].check(p, 24, dayOf("2016-07-01"));

test("every clause has good parameters here", () => assert.deepEqual(Object.keys(good), Object.keys(KNOWN)));

for (const [name, p] of Object.entries(good)) {
  test(`parameters of ${name} at their limits are accepted, and read back`, () => {
    check24(name, p);
    assert.deepEqual(KNOWN[name].decode(KNOWN[name].encode(p)), p);
  });
  test(`parameters of ${name} in another encoding are refused`, () => {
    const params = KNOWN[name].encode(p);
    for (const other of ["0x", params.slice(0, -2), params.slice(0, -64), `${params}00`, params + "0".repeat(64), `0x${"ff".repeat((params.length - 2) / 2)}`]) {
      assert.throws(() => KNOWN[name].decode(other), { code: "bad_length" });
    }
  });
}

test("a table whose array stands elsewhere is refused", () => {
  const words = [32n, 0n, 96n, 0n, 2n, 85_000n, 0n].map((n) => n.toString(16).padStart(64, "0"));
  assert.throws(() => KNOWN.PriceTable.decode(`0x${words.join("")}`), { code: "bad_length" });
});

for (const [name, changes] of Object.entries({
  EnergyCharge: [{ price: 0n }, { price: MOST + 1n }, { base: 2n }, { escalator: 20_000_001n }, { escalator: -1n }],
  PriceTable: [{ base: 2n }, { prices: [1n] }, { prices: [1n, 2n, 3n] }, { prices: [1n, MOST + 1n] }],
  IndexedPrice: [
    { price: 0n }, { price: MOST + 1n }, { lag: 25n }, { share: 0n }, { share: 1_000_001n }, { floor: 60_001n }, { cap: MOST + 1n },
    { base: 2n }, { index: "0x12" }, { floor: 0n, cap: 0n },
  ],
  ExcessEnergy: [
    { price: 0n }, { price: MOST + 1n }, { escalator: 20_000_001n }, { excessPrice: MOST + 1n }, { share: 0n }, { share: 10_000_001n },
    { degradation: 1_000_000n }, { base: 2n }, { expected: [1n << 40n, ...Array(11).fill(0n)] }, { expected: Array(12).fill(0n) },
  ],
  GuaranteedGeneration: [
    { energy: 0n }, { price: 0n }, { window: 0n }, { window: 25n }, { degradation: 1_000_000n }, { energy: 1n << 60n, price: MOST },
    { energy: 1n << 64n, price: 1n },
  ],
  TakeOrPay: [
    { minimum: 0n }, { price: 0n }, { price: MOST + 1n }, { window: 0n }, { window: 25n }, { makeUp: 25n }, { escalator: 20_000_001n },
    { minimum: 1n << 60n },
  ],
  FixedFee: [{ fee: 0n }, { fee: 1n << 47n }, { fee: -(1n << 47n) }, { fee: 1n << 46n, escalator: 1_000_000n }, { escalator: 20_000_001n }],
  LateInterest: [{ rate: 0n }, { rate: 1_000_001n }, { dayCount: 364n }, { dayCount: 0n }],
  ExitTable: [{ size: 0n }, { prices: [1n] }, { prices: [1n, 2n, 3n] }, { lender: `0x${"00".repeat(20)}` }, { prices: [1n, 1n << 63n] }],
})) {
  for (const change of changes) {
    const shown = JSON.stringify(change, (_, x) => (typeof x === "bigint" ? String(x) : x));
    test(`${name} with ${shown} is refused`, () => assert.throws(() => check24(name, { ...good[name], ...change }), BadClause));
  }
}

test("a cap of zero is told as such, a floor of zero is none", () => {
  assert.throws(() => check24("IndexedPrice", { ...good.IndexedPrice, floor: 0n, cap: 0n }), { code: "no_cap" });
  check24("IndexedPrice", { ...good.IndexedPrice, floor: 0n, cap: 1n });
});

test("an index from before 1970 is refused", () => {
  KNOWN.IndexedPrice.check(good.IndexedPrice, 24, 24 * 31);
  assert.throws(() => KNOWN.IndexedPrice.check(good.IndexedPrice, 24, 24 * 31 - 1), { code: "bad_lag" });
});

test("one cent more is said with its line", () => {
  const expected = {
    chain_id: 1n, registry: address("5"), agreement: ZERO_HASH, period: "2016-07", number: 1n, currency: "EUR", block: 9n,
    generation_wh: 1n, exported_wh: 0n, consumption_wh: 1n, amount_cents: 100n, lines: [{ clause: 1n, rule: address("4"), cents: 100n }],
  };
  const forged = { ...expected, lines: [{ ...expected.lines[0], cents: 101n }] };
  assert.equal(sentence(differences(forged, expected)[0], "es"), "Difiere en 0,01 €: línea 1 (1,01 € en vez de 1,00 €)");
  assert.deepEqual(differences(expected, expected), []);
});
