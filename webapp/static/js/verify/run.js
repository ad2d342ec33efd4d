/** All checks in order; what a check throws becomes its answer. */
import * as agreement from "./agreement.js";
import * as amounts from "./amounts.js";
import * as contracts from "./contracts.js";
import * as keys from "./keys.js";
import * as measures from "./measures.js";
import * as meter from "./meter.js";
import { rareWords } from "./rights.js";
import { WrongCode } from "./code.js";
import { BadAnswer, NoCode, NodeError, Reverted, Unreachable } from "./node.js";

/** The check of the agreement and of all that was handed over to it: what is wrong there is wrong here; `before`: its id. */
const throughout = (check) => async (s) => {
  let answer = await check(s);
  for (const before of await s.predecessors()) {
    const found = await check(before);
    if (found && (!answer || isWorse(found, answer))) answer = { ...found, before: before.id };
  }
  return answer;
};

const isWorse = (found, answer) => answer.ok !== false && found.ok !== true && found.ok !== answer.ok;

export const CHECKS = [
  ["chain", "chain", contracts.chain],
  ["code", "registry_code", contracts.registryCode],
  ["code", "module_code", contracts.moduleCode],
  ["code", "ledger_code", contracts.ledgerCode],
  ["code", "clause_code", contracts.clauseCode],
  ["terms", "terms", agreement.terms],
  ["terms", "words", agreement.words],
  ["signatures", "signatures", throughout(agreement.signatures)],
  ["signatures", "agreement_word", throughout(agreement.agreementWord)],
  ["signatures", "act_keys", throughout(keys.actKeys)],
  ["signatures", "later_act_keys", throughout(keys.laterActKeys)],
  ["signatures", "file_signature", agreement.fileSignature],
  ["meter", "served", meter.served],
  ["meter", "no_other", meter.noOther],
  ["meter", "beside", meter.beside],
  ["records", "file_records", measures.fileRecords],
  ["records", "replay", throughout(measures.replay)],
  ["records", "month_ends", throughout(measures.monthEnds)],
  ["records", "blocks", throughout(measures.blocks)],
  ["records", "record_keys", throughout(keys.recordKeys)],
  ["records", "later_record_keys", throughout(keys.laterRecordKeys)],
  ["records", "times", throughout(measures.times)],
  ["records", "later_times", throughout(measures.laterTimes)],
  ["readings", "readings", measures.readings],
  ["statement", "statements", amounts.statements],
  ["statement", "balance", amounts.balance],
  ["statement", "rare_words", throughout(rareWords)],
  ["statement", "file_statements", amounts.fileStatements],
  ["invoice", "invoice", amounts.invoice],
];

/**
 * Every check that what was given allows: [{link, name, ok, found, values, note?, before?, differences?}]; `told(check)` hears
 * each. A note is read and not counted. On another chain, without a node, or where there are no terms, the rest is not asked.
 */
export async function run(subject, told = () => {}) {
  const done = [];
  for (const [link, name, check] of CHECKS) {
    const answer = await answered(link, check, subject);
    if (answer === null) continue;
    const { stop, ...rest } = answer;
    done.push({ link, name, ...rest });
    told(done.at(-1));
    if (stop || (link === "chain" && !answer.ok)) break;
  }
  return done;
}

async function answered(link, check, subject) {
  try {
    return await check(subject);
  } catch (problem) {
    if (problem instanceof WrongCode) return { ok: false, found: `code.${problem.reason}`, values: problem.values };
    const told = { found: "problem", values: { problem: problem.message } };
    if (problem instanceof Unreachable) return { ok: null, ...told, stop: true };
    const refused = problem instanceof NodeError && !(problem instanceof Reverted || problem instanceof NoCode);
    const noNode = link === "chain" && problem instanceof BadAnswer; // what answers is no node, and nothing was compared
    return { ok: refused || noNode ? null : false, ...told };
  }
}

/** "ok" all hold, "differs" something differs, "unknown" something, or everything, could not be checked. Notes do not count. */
export function verdict(checks) {
  const counted = checks.filter(({ note }) => !note);
  if (counted.some(({ ok }) => ok === false)) return "differs";
  return counted.length === 0 || counted.some(({ ok }) => ok === null) ? "unknown" : "ok";
}
