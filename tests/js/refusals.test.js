/**
 * What the browser's modules refuse, and how they read what people type.
 *
 * ├── given a record that the ledger would refuse
 * │   └── it throws
 * ├── given terms that the registry would refuse
 * │   └── it throws with the form's field
 * ├── given a number as people type it, Spanish or English
 * │   └── it is read exactly, or not at all
 * └── given an invoice that differs
 *     └── the sentence names the line and the cents
 */
import assert from "node:assert/strict";
import { test } from "node:test";

import { dayOf } from "../../webapp/static/js/ppa/calendar.js";
import { KNOWN } from "../../webapp/static/js/ppa/clauses/index.js";
import { differences, sentence } from "../../webapp/static/js/ppa/invoice.js";
import { BadRecord, nextWord } from "../../webapp/static/js/ppa/records.js";
import { BadTerms, ZERO_ADDRESS, ZERO_HASH, check } from "../../webapp/static/js/ppa/terms.js";
import * as text from "../../webapp/static/js/ppa/text.js";

const root = ZERO_HASH;
const address = (digit) => `0x${digit.repeat(40)}`;
const first = nextWord(0n, { day: 10, generation: 5n, exported: 3n, readingsRoot: root });
const terms = {
  producer: address("1"), consumer: address("2"), meter: address("3"), arbiter: ZERO_ADDRESS, firstDay: dayOf("2016-07-01"),
  months: 3, disputeDays: 0, currency: "EUR", timeZone: "Europe/Madrid", maxPower: 1n, documentHash: ZERO_HASH,
  supersedes: ZERO_HASH, salt: 0n, clauses: [{ rule: address("4"), params: "0x" }],
};

for (const [name, record] of Object.entries({
  "a register that goes back": { day: 11, generation: 4n, exported: 3n },
  "an export register that goes back": { day: 11, generation: 5n, exported: 2n },
  "a day twice": { day: 10, generation: 5n, exported: 3n },
  "a register of 41 bits": { day: 11, generation: 1n << 40n, exported: 3n },
})) test(`${name} is refused`, () => assert.throws(() => nextWord(first, { ...record, readingsRoot: root }), BadRecord));

for (const [code, change] of Object.entries({
  same_party: { consumer: address("1") },
  party_as_meter: { meter: address("2") },
  missing_address: { consumer: ZERO_ADDRESS },
  bad_address: { meter: "0x12" },
  not_first: { firstDay: dayOf("2016-07-02") },
  bad_months: { months: 0 },
  no_power: { maxPower: 0n },
  no_clauses: { clauses: [] },
})) test(`terms with ${code} are refused`, () => assert.throws(() => check({ ...terms, ...change }), (problem) => problem instanceof BadTerms && problem.code === code));

test("terms that are whole are accepted", () => check(terms));

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

test("parameters of another length are refused", () => {
  assert.throws(() => KNOWN.EnergyCharge.decode("0x00"), { code: "bad_length" });
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
