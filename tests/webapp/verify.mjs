/**
 * The browser's verifier under Node. Each line that comes in is one JSON {rpc, given, abis, build}, or {rpc, texts, schemas, abis,
 * build} with the texts of files; each that goes out the list of its checks, [{link, name, ok, found, values}], or {problem}.
 */
import { createInterface } from "node:readline";

import * as invoice from "../../webapp/static/js/ppa/invoice.js";
import { fromFile } from "../../webapp/static/js/ppa/terms.js";
import { read, refusal } from "../../webapp/static/js/verify/files.js";
import { httpNode } from "../../webapp/static/js/verify/node.js";
import { Reader } from "../../webapp/static/js/verify/reader.js";
import { run } from "../../webapp/static/js/verify/run.js";
import { Subject } from "../../webapp/static/js/verify/subject.js";

const ofBodies = (given) => ({ ...given, terms: fromFile(given.terms), invoice: given.invoice && invoice.fromFile(given.invoice) });
const ofTexts = (texts, schemas) => Object.assign({}, ...texts.map((text) => read(text, schemas).given));

async function checked(line) {
  const { rpc, abis, build, given, texts, schemas } = JSON.parse(line);
  let found;
  try {
    found = texts ? ofTexts(texts, schemas) : ofBodies(given);
  } catch (problem) {
    return [refusal(problem)];
  }
  return run(new Subject(new Reader(httpNode(rpc), abis), found, build));
}

for await (const line of createInterface({ input: process.stdin })) {
  const answer = await checked(line).catch((problem) => ({ problem: problem.stack }));
  console.log(JSON.stringify(answer, (_, x) => (typeof x === "bigint" ? String(x) : x)));
}
