/** `node proofs/check.mjs < input.json`: solc's standard JSON, with the z3 that is inside its WASM. */
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const solc = createRequire(import.meta.url)("solc");
process.stdout.write(solc.compile(readFileSync(0, "utf8")));
