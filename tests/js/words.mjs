/** Reads cases of tests/wordings.py from standard input, and writes the words that the browser's modules make of each. */
import { readFileSync } from "node:fs";

import { fromFile } from "../../webapp/static/js/ppa/terms.js";
import { LANGUAGES, words } from "../../webapp/static/js/ppa/wording.js";

const cases = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify(cases.map(({ terms, rules }) =>
  Object.fromEntries(LANGUAGES.map((language) => [language, words(fromFile(terms), rules, language)])))));
