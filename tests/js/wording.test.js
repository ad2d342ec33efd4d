/**
 * An agreement in plain words, as the browser makes them; tests/ppa/test_wording.py has each sentence, test_words.py random terms.
 *
 * the words
 * ├── of the examples in tests/words ── are their texts, in both languages
 * ├── made again ── are those whose hash the terms have, in either language; others are refused
 * └── of texts that could pass for other lines, or of parameters that the contract refuses ── are refused
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { BadClause } from "../../webapp/static/js/ppa/clauses/index.js";
import { BadTerms, ZERO_HASH, fromFile, wordsHash } from "../../webapp/static/js/ppa/terms.js";
import { LANGUAGES, regenerated, withoutArbiter, worded, words } from "../../webapp/static/js/ppa/wording.js";

const read = (name) => readFileSync(new URL(`../words/${name}`, import.meta.url), "utf8");
const example = (name) => {
  const { terms, rules } = JSON.parse(read(`${name}.json`));
  return { terms: fromFile(terms), rules };
};
const { terms, rules } = example("nine_clauses");

for (const name of ["nine_clauses", "goes_on"]) {
  for (const language of LANGUAGES) {
    test(`${name} reads in ${language} as its text`, () => {
      const given = example(name);
      assert.equal(`${words(given.terms, given.rules, language)}\n`, read(`${name}.${language}.txt`));
    });
  }
}

for (const language of LANGUAGES) {
  test(`the words of terms are found again in ${language}`, () => {
    const made = worded(terms, rules, language);
    assert.equal(made.terms.wordsHash, wordsHash(made.words));
    assert.deepEqual(regenerated(made.terms, rules), { language, words: made.words });
  });
  test(`what no arbiter means is said in ${language}`, () => {
    const given = example("goes_on");
    assert.ok(words(given.terms, given.rules, language).includes(withoutArbiter(language)));
    assert.ok(!words(terms, rules, language).includes(withoutArbiter(language)));
  });
}

test("words that say something else are refused", () => {
  const made = worded(terms, rules, "es");
  const cheaper = wordsHash(made.words.replace("0,085", "0,075"));
  for (const change of [{ wordsHash: cheaper }, { wordsHash: ZERO_HASH }, { noticeDays: 31 }]) {
    assert.throws(() => regenerated({ ...made.terms, ...change }, rules), { code: "other_words" });
  }
  assert.throws(() => regenerated(made.terms, {}), BadTerms);
});

for (const change of [{ currency: "eur" }, { currency: "\n1." }, { timeZone: "Europe/Madrid\nA: b" }, { timeZone: "" }]) {
  test(`${JSON.stringify(change)} is not put in words`, () => assert.throws(() => words({ ...terms, ...change }, rules, "es"), { code: "bad_text" }));
}

test("parameters that the contract refuses are not put in words", () => {
  const [first, ...others] = terms.clauses;
  assert.throws(() => words({ ...terms, clauses: [{ ...first, params: "0x01" }, ...others] }, rules, "es"), BadClause);
  assert.throws(() => words({ ...terms, months: 37 }, rules, "es"), BadClause); // a table has one price a year
});

test("a rule is found by its address in any case", () => {
  const clauses = terms.clauses.map(({ rule, params }) => ({ rule: rule.toLowerCase(), params }));
  assert.equal(words({ ...terms, clauses }, rules, "es"), words(terms, rules, "es"));
});
