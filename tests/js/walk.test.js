/**
 * The formulas that the walk shows below a line, in Spanish; the languages have the same texts by test_languages.py.
 *
 * ├── given any line of the common vectors
 * │   └── it shows texts that exist, and ends its formulas with the line's amount
 * └── given a worked example of each clause
 *     └── it shows the steps that a person would write
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { monthEnd } from "../../webapp/static/js/ppa/calendar.js";
import { KNOWN } from "../../webapp/static/js/ppa/clauses/index.js";
import { money } from "../../webapp/static/js/ppa/text.js";

const read = (path) => JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8"));
const big = BigInt;
const language = "es";
const texts = read(`../../webapp/i18n/${language}.json`);

// As much of a document as making an element needs; there before the page's scripts are loaded.
globalThis.document = {
  getElementById: () => ({ textContent: JSON.stringify({ language, texts }) }),
  createElement: () => ({ text: "", class: "", setAttribute(name, value) { this[name] = value; }, append(...parts) { this.text += parts.join(""); } }),
};
const { arithmetic } = await import("../../webapp/static/js/pages/walk-arithmetic.js");

/** The class and text of each paragraph below a line. */
async function shown(name, p, period, told) {
  const cents = await KNOWN[name].line(p, period, told);
  const found = await arithmetic(name, p, { period, cents, told, currency: "EUR" });
  return { total: money(cents, language), texts: found.map(({ text }) => text), formulas: found.filter((x) => x.class === "formula").map(({ text }) => text) };
}

const VECTORS = read("../vectors.json").groups.line;
test(`${VECTORS.length} lines of the vectors have formulas that end with their amount`, async () => {
  for (const { name, given: g } of VECTORS) {
    const period = {
      number: g.number, months: g.months, generation: big(g.generation_wh), exported: big(g.exported_wh), firstDay: g.first_day,
      lastDay: g.last_day, generationRegister: big(g.generation_register_wh), exportedRegister: big(g.exported_register_wh),
      overdue: big(g.overdue),
    };
    const statements = (n) => ({ generation: big(g.registers_before_wh[n][0]), exported: big(g.registers_before_wh[n][1]) });
    const told = { statements, index: async (_, month) => big(g.index[month]) };
    const { total, texts: found, formulas } = await shown(g.rule, KNOWN[g.rule].decode(g.params), period, told);
    assert.ok(found.length, name);
    for (const text of found) assert.doesNotMatch(text, /[{}]|undefined|NaN|object/, name);
    if (formulas.length) assert.ok(formulas.at(-1).endsWith(`→ ${total}`), `${name}: ${formulas.at(-1)}`);
  }
});

const july = 17348; // 2017-07-01, the thirteenth month
const period = {
  number: 13, months: 24, firstDay: july, lastDay: monthEnd(july), generation: 1_234_565n, exported: 0n,
  generationRegister: 1_300_000n, exportedRegister: 0n,
};
const told = { statements: () => ({ generation: 0n, exported: 0n }), index: async (_, month) => (month < 17000 ? 100n : 105n) };
const EXAMPLES = [
  ["PriceTable", { base: 1n, prices: [100_000n, 110_000n] }, ["1.234,565 kWh × 0,11 €/kWh = 135,80215 → 135,80 €"]],
  ["IndexedPrice", { price: 100_000n, index: `0x${"5".repeat(40)}`, lag: 2n, share: 800_000n, floor: 0n, cap: 200_000n, base: 1n },
    ["0,10 €/kWh × (1 + 80 % × (105 − 100) / 100) → 0,104 €/kWh", "1.234,565 kWh × 0,104 €/kWh = 128,39476 → 128,39 €"]],
  ["ExcessEnergy", {
    price: 100_000n, escalator: 0n, excessPrice: 60_000n, share: 1_100_000n, degradation: 0n, base: 1n, expected: Array(12).fill(1_000_000n),
  }, ["1.000 kWh × 110 % × 31 / 31 → 1.100 kWh", "1.100 kWh × 0,10 €/kWh + 134,565 kWh × 0,06 €/kWh = 118,0739 → 118,07 €"]],
  ["TakeOrPay", { minimum: 2_000_000n, window: 13n, makeUp: 0n, price: 100_000n, escalator: 0n },
    ["2.000 kWh − 1.300 kWh = 700 kWh", "700 kWh × 0,10 €/kWh → 70,00 €"]],
  ["FixedFee", { fee: -3_100n, escalator: 20_000n }, ["-31,62 € × 31 / 31 → -31,62 €"]],
];
for (const [name, p, expected] of EXAMPLES) {
  test(`${name}: the steps of an example`, async () => assert.deepEqual((await shown(name, p, period, told)).formulas, expected));
}

test("a month that ended early is charged by its days", async () => {
  const { formulas } = await shown("FixedFee", { fee: 3_100n, escalator: 0n }, { ...period, lastDay: july + 9 }, told);
  assert.deepEqual(formulas, ["31,00 € × 10 / 31 → 10,00 €"]);
});

test("a promise over a window that ended early is by its days, rounded down to the Wh", async () => {
  const part = { ...period, number: 12, firstDay: july - 30, lastDay: july - 21, generationRegister: 1_300_000n }; // to 10 June
  const promise = { energy: 4_000_000n, window: 3n, degradation: 0n, price: 100_000n };
  assert.deepEqual((await shown("GuaranteedGeneration", promise, part, told)).formulas, [
    "4.000 kWh × 71 / 91 → 3.120,879 kWh", "(1.300 kWh − 3.120,879 kWh) × 0,10 €/kWh → -182,09 €",
  ]);
  const take = { minimum: 4_000_000n, window: 3n, makeUp: 0n, price: 100_000n, escalator: 0n };
  assert.deepEqual((await shown("TakeOrPay", take, part, told)).formulas, [
    "4.000 kWh × 71 / 91 → 3.120,879 kWh", "3.120,879 kWh − 1.300 kWh = 1.820,879 kWh", "1.820,879 kWh × 0,10 €/kWh → 182,09 €",
  ]);
});

test("what the bank gives back is said so, and what was taken in full", async () => {
  const take = { minimum: 1_000_000n, window: 1n, makeUp: 12n, price: 100_000n, escalator: 0n };
  const statements = (n) => ({ generation: [0n, 600_000n, 1_900_000n][n], exported: 0n });
  const at = (number, generationRegister) => shown("TakeOrPay", take, { ...period, number, generationRegister }, { statements });
  for (const [number, register, key] of [[1, 600_000n, "not_taken"], [2, 1_900_000n, "made_up"], [3, 3_200_000n, "made_up"], [3, 2_900_000n, "taken"]]) {
    assert.equal((await at(number, register)).texts[0], texts[`walk.${key}`]);
  }
});
