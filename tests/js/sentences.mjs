/** Reads {refusals, abis, catalogue} from standard input, and writes the browser's sentences of each refusal, by language. */
import { readFileSync } from "node:fs";

import { Interface } from "../../webapp/static/js/ppa/ethers.js";
import { sentenceOf } from "../../webapp/static/js/ppa/refusals.js";
import { LANGUAGES } from "../../webapp/static/js/ppa/wording.js";

const { refusals, abis, catalogue } = JSON.parse(readFileSync(0, "utf8"));
const interfaces = Object.values(abis).map((abi) => new Interface(abi));
console.log(JSON.stringify(refusals.map((data) =>
  Object.fromEntries(LANGUAGES.map((language) => [language, sentenceOf(data, interfaces, catalogue, language)])))));
