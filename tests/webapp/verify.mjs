/** The browser's verifier under Node: `node verify.mjs files.json` prints [{name, ok, found, values}]. */
import { readFileSync } from "node:fs";

import * as invoice from "../../webapp/static/js/ppa/invoice.js";
import { fromFile } from "../../webapp/static/js/ppa/terms.js";
import { httpNode } from "../../webapp/static/js/verify/node.js";
import { Reader } from "../../webapp/static/js/verify/reader.js";
import { run } from "../../webapp/static/js/verify/run.js";
import { Subject } from "../../webapp/static/js/verify/subject.js";

const { rpc, abis, build, given } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const read = { ...given, terms: fromFile(given.terms), invoice: given.invoice && invoice.fromFile(given.invoice) };
const checks = await run(new Subject(new Reader(httpNode(rpc), abis), read, build));
console.log(JSON.stringify(checks, (_, x) => (typeof x === "bigint" ? String(x) : x)));
