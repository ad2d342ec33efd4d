/**
 * The browser's verifier under Node. Each line that comes in is one JSON {rpc, given, abis, build}; each that goes out the list
 * of its checks, [{link, name, ok, found, values}], or {problem}.
 */
import { createInterface } from "node:readline";

import * as invoice from "../../webapp/static/js/ppa/invoice.js";
import { fromFile } from "../../webapp/static/js/ppa/terms.js";
import { httpNode } from "../../webapp/static/js/verify/node.js";
import { Reader } from "../../webapp/static/js/verify/reader.js";
import { run } from "../../webapp/static/js/verify/run.js";
import { Subject } from "../../webapp/static/js/verify/subject.js";

async function checked(line) {
  const { rpc, abis, build, given } = JSON.parse(line);
  const read = { ...given, terms: fromFile(given.terms), invoice: given.invoice && invoice.fromFile(given.invoice) };
  return run(new Subject(new Reader(httpNode(rpc), abis), read, build));
}

for await (const line of createInterface({ input: process.stdin })) {
  const answer = await checked(line).catch((problem) => ({ problem: problem.stack }));
  console.log(JSON.stringify(answer, (_, x) => (typeof x === "bigint" ? String(x) : x)));
}
