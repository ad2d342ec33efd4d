/**
 * The formulas that the walk shows below a line, in Spanish; the languages have the same texts by test_languages.py.
 *
 * ├── given any line of the common vectors
 * │   └── it shows texts that exist, and ends its formulas with the line's amount
 * └── given a worked example of each clause
 *     ├── it shows the steps that a person would write
 *     └── it says what dark months, a span that is no whole window, and a substitute mean
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { daysOfMonth, monthEnd, monthEndAfter } from "../../webapp/static/js/ppa/calendar.js";
import { KNOWN, NoIndexValue } from "../../webapp/static/js/ppa/clauses/index.js";
import { DARK } from "../../webapp/static/js/ppa/storage-words.js";
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
  const { cents } = await KNOWN[name].line(p, period, told);
  const found = await arithmetic(name, p, { period, cents, told, currency: "EUR" });
  return { total: money(cents, language), texts: found.map(({ text }) => text), formulas: found.filter((x) => x.class === "formula").map(({ text }) => text) };
}

const VECTORS = read("../vectors.json").groups.line;
test(`${VECTORS.length} lines of the vectors have formulas that end with their amount`, async () => {
  for (const { name, given: g } of VECTORS) {
    const { number, months, opening, dark, last, waited } = g;
    const period = {
      number, months, opening, darkBefore: g.dark_before, dark, last, waited, firstDay: g.first_day, lastDay: g.last_day,
      boundaryDay: g.boundary_day, generation: big(g.generation_wh), exported: big(g.exported_wh),
      generationRegister: big(g.generation_register_wh), exportedRegister: big(g.exported_register_wh), overdueCentDays: big(g.overdue_cent_days),
    };
    const statements = (n) => {
      const [generation, exported, lastDay, flags] = g.statements_before[n];
      return { generation: big(generation), exported: big(exported), lastDay, boundaryDay: lastDay, flags: big(flags) };
    };
    const index = async (_, month) => {
      if (!(month in g.index)) throw new NoIndexValue(`No value of ${month}.`);
      return big(g.index[month]);
    };
    const told = { statements, index };
    const { total, texts: found, formulas } = await shown(g.rule, KNOWN[g.rule].decode(g.params), period, told);
    assert.ok(found.length, name);
    for (const text of found) assert.doesNotMatch(text, /[{}]|undefined|NaN|object/, name);
    if (formulas.length && total !== money(0n, language)) assert.ok(formulas.at(-1).endsWith(`→ ${total}`), `${name}: ${formulas.at(-1)}`);
  }
});

const LIFE = 16983; // 2016-07-01, the first day
const july = 17348; // 2017-07-01, the thirteenth month
const period = {
  number: 13, months: 24, opening: 0, darkBefore: 0, dark: false, last: false, waited: false, firstDay: july, lastDay: monthEnd(july),
  boundaryDay: monthEnd(july), generation: 1_234_565n, exported: 0n,
  generationRegister: 1_300_000n, exportedRegister: 0n, overdueCentDays: 0n,
};
/** The statement of a month of the life; 0: the opening. */
const statement = (number, generation = 0n, flags = 0n) => {
  const lastDay = number ? monthEndAfter(LIFE, number) : LIFE - 1;
  return { generation, exported: 0n, lastDay, boundaryDay: lastDay, flags };
};
const told = { statements: (n) => statement(n), index: async (_, month) => (month < 17000 ? 100n : 105n) };
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

const june = { ...period, number: 12, firstDay: july - 30, lastDay: july - 21, boundaryDay: july - 21, last: true }; // to 10 June
test("a promise over a window that ended early is by its days, rounded down to the Wh", async () => {
  const promise = { energy: 4_000_000n, window: 3n, degradation: 0n, price: 100_000n };
  const guaranteed = await shown("GuaranteedGeneration", promise, june, told);
  assert.deepEqual(guaranteed.formulas, ["4.000 kWh × 71 / 91 → 3.120,879 kWh", "(1.300 kWh − 3.120,879 kWh) × 0,10 €/kWh → -182,09 €"]);
  assert.ok(guaranteed.texts.includes("Se valora del 1 de abril de 2017 al 10 de junio de 2017: 71 días; una ventana entera tiene 91."));
  const take = { minimum: 4_000_000n, window: 3n, makeUp: 0n, price: 100_000n, escalator: 0n };
  assert.deepEqual((await shown("TakeOrPay", take, june, told)).formulas, [
    "4.000 kWh × 71 / 91 → 3.120,879 kWh", "3.120,879 kWh − 1.300 kWh = 1.820,879 kWh", "1.820,879 kWh × 0,10 €/kWh → 182,09 €",
  ]);
});

test("a promise that was kept over part of a window says so after its share", async () => {
  const promise = { energy: 1_000_000n, window: 3n, degradation: 0n, price: 100_000n };
  const { texts: found, formulas } = await shown("GuaranteedGeneration", promise, june, told);
  assert.equal(found[0], "Se generaron 1.300 kWh de los 780,219 kWh garantizados: no falta nada.");
  assert.deepEqual(formulas, ["1.000 kWh × 71 / 91 → 780,219 kWh"]);
});

test("an open window says how many months are left, and a dark month that it waits", async () => {
  const promise = { energy: 4_000_000n, window: 3n, degradation: 0n, price: 100_000n };
  assert.deepEqual((await shown("GuaranteedGeneration", promise, period, told)).texts, ["La ventana de 3 meses no ha acabado: faltan 2. La línea es cero."]);
  const dark = { ...period, number: 12, dark: true };
  assert.deepEqual((await shown("GuaranteedGeneration", promise, dark, told)).texts, [texts["walk.window_dark"]]);
});

test("the month after dark ones assesses the window that ended in them, over all its days", async () => {
  const statements = (n) => statement(n, 0n, n > 10 ? DARK : 0n); // May and June were dark
  const after = { ...period, darkBefore: 2 };
  const promise = { energy: 4_000_000n, window: 12n, degradation: 0n, price: 100_000n };
  const { texts: found, formulas } = await shown("GuaranteedGeneration", promise, after, { ...told, statements });
  assert.equal(formulas[0], "4.000 kWh × 396 / 365 → 4.339,726 kWh");
  assert.ok(found.includes("Se valora del 1 de julio de 2016 al 31 de julio de 2017: 396 días; una ventana entera tiene 365."));
});

test("an end without a day of its own leaves nothing to assess", async () => {
  const end = { ...period, lastDay: july - 1, boundaryDay: july - 1, last: true };
  const promise = { energy: 4_000_000n, window: 12n, degradation: 0n, price: 100_000n };
  const { texts: found } = await shown("GuaranteedGeneration", promise, end, told);
  assert.ok(found.includes("No queda ningún día por valorar."));
});

test("what dark months leave to the first price stands before the month's own", async () => {
  const excess = {
    price: 100_000n, escalator: 0n, excessPrice: 60_000n, share: 1_100_000n, degradation: 0n, base: 1n, expected: Array(12).fill(500_000n),
  };
  const { texts: found, formulas } = await shown("ExcessEnergy", excess, { ...period, darkBefore: 2 }, told);
  assert.ok(found[0].includes("los meses anteriores que se cerraron sin tomar registros (2)"));
  assert.equal(formulas[0], "1.100 kWh + 500 kWh × 110 % × 31 / 31 → 1.650 kWh");
});

test("an index that was not published says which year's is used", async () => {
  const indexed = { price: 100_000n, index: `0x${"5".repeat(40)}`, lag: 2n, share: 800_000n, floor: 0n, cap: 200_000n, base: 1n };
  const index = async (_, month) => {
    if (month > 17000) throw new NoIndexValue("none");
    return 100n;
  };
  const { texts: found } = await shown("IndexedPrice", indexed, { ...period, waited: true }, { ...told, index });
  assert.ok(found.includes("No se publicó el índice del año 2 de contrato: se usa el del año 1."));
});

test("what the bank gives back is said so, and what was taken in full", async () => {
  const take = { minimum: 1_000_000n, window: 1n, makeUp: 12n, price: 100_000n, escalator: 0n };
  const statements = (n) => statement(n, [0n, 600_000n, 1_900_000n][n]);
  const at = (number, generationRegister) => {
    const lastDay = monthEndAfter(LIFE, number);
    const month = { ...period, number, firstDay: lastDay + 1 - daysOfMonth(lastDay), lastDay, boundaryDay: lastDay, generationRegister };
    return shown("TakeOrPay", take, month, { statements });
  };
  for (const [number, register, key] of [[1, 600_000n, "not_taken"], [2, 1_900_000n, "made_up"], [3, 3_200_000n, "made_up"], [3, 2_900_000n, "taken"]]) {
    assert.equal((await at(number, register)).texts[0], texts[`walk.${key}`]);
  }
});
