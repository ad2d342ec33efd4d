/** All checks in order; what a check throws becomes its answer. */
import * as agreement from "./agreement.js";
import * as amounts from "./amounts.js";
import * as keys from "./keys.js";
import * as measures from "./measures.js";
import * as meter from "./meter.js";
import { WrongCode } from "./code.js";
import { NodeError, Unreachable } from "./node.js";

export const CHECKS = [
  ["chain", "chain", agreement.chain],
  ["code", "registry_code", agreement.registryCode],
  ["code", "ledger_code", agreement.ledgerCode],
  ["code", "clause_code", agreement.clauseCode],
  ["terms", "terms", agreement.terms],
  ["signatures", "signatures", agreement.signatures],
  ["signatures", "agreement_word", agreement.agreementWord],
  ["signatures", "act_keys", keys.actKeys],
  ["meter", "served", meter.served],
  ["meter", "no_other", meter.noOther],
  ["records", "file_records", measures.fileRecords],
  ["records", "replay", measures.replay],
  ["records", "month_ends", measures.monthEnds],
  ["records", "blocks", measures.blocks],
  ["records", "record_keys", keys.recordKeys],
  ["records", "times", measures.times],
  ["readings", "readings", measures.readings],
  ["statement", "statements", amounts.statements],
  ["statement", "balance", amounts.balance],
  ["statement", "file_statements", amounts.fileStatements],
  ["invoice", "invoice", amounts.invoice],
];

/**
 * Every check that what was given allows: [{link, name, ok, found, values, differences?}]; `told(check)` hears each.
 * On another chain, or where the terms are not there, the rest is not asked.
 */
export async function run(subject, told = () => {}) {
  const done = [];
  for (const [link, name, check] of CHECKS) {
    const answer = await answered(check, subject);
    if (answer === null) continue;
    done.push({ link, name, ...answer });
    told(done.at(-1));
    if (answer.stop || (["chain", "terms"].includes(name) && !answer.ok)) break;
  }
  return done;
}

async function answered(check, subject) {
  try {
    return await check(subject);
  } catch (problem) {
    if (problem instanceof WrongCode) return { ok: false, found: `code.${problem.reason}`, values: problem.values };
    if (problem instanceof Unreachable) return { ok: null, found: "problem", values: { problem: problem.message }, stop: true };
    if (problem instanceof NodeError) return { ok: null, found: "problem", values: { problem: problem.message } };
    return { ok: false, found: "problem", values: { problem: problem.message } };
  }
}

/** "ok" all hold, "differs" something differs, "unknown" something could not be checked. */
export function verdict(checks) {
  if (checks.some((c) => c.ok === false)) return "differs";
  return checks.length === 0 || checks.some((c) => c.ok === null) ? "unknown" : "ok";
}
