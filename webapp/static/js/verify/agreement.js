/** Links chain, code, terms, signatures: the right contracts, the right words, both parties. */
import { zeroPadValue, toBeHex } from "../ppa/ethers.js";
import { ZERO_HASH, check as checkTerms, digest, domainSeparator } from "../ppa/terms.js";
import { AgreementWord, ENDS, STATUS } from "../ppa/words.js";
import { WrongCode, identify, immutablesOf } from "./code.js";
import { unserved } from "./meter.js";
import { replayed } from "./replay.js";

// What makes an agreement and ends it, in its order.
const LIFE = ["Proposed", "Signed", "Served", "Ended", "HandedOver"];
const same = (a, b) => a.toLowerCase() === b.toLowerCase();
const pass = (found, values = {}) => ({ ok: true, found, values });
const fail = (found, values = {}) => ({ ok: false, found, values });

export async function chain(s) {
  const [chainId, genesis] = [await s.reader.chainId(), (await s.reader.block(0)).hash];
  const values = { chainId, genesis, expected: s.chainId, expectedGenesis: s.genesis };
  return chainId === s.chainId && same(genesis, s.genesis) ? pass("chain.ok", values) : fail("chain.other", values);
}

/** The immutables that a contract must have on this chain at its address. */
const own = (s, address) => ({ chainId: toBeHex(s.chainId, 32), domainSeparator: domainSeparator(s.chainId, address) });

export async function registryCode(s) {
  const found = immutablesOf(s.build, "PPARegistry", await s.reader.code(s.registry));
  const expected = { ...own(s, s.registry), ledger: zeroPadValue(await s.ledgerAddress(), 32) };
  const wrong = Object.keys(found).find((key) => !expected[key] || !same(found[key], expected[key]));
  if (wrong) throw new WrongCode("immutable", { name: "PPARegistry", immutable: wrong });
  return pass("code.ok", { address: s.registry });
}

export async function ledgerCode(s) {
  const ledger = await s.ledgerAddress();
  const found = immutablesOf(s.build, "MeterLedger", await s.reader.code(ledger));
  const wrong = Object.entries(own(s, ledger)).find(([key, value]) => !same(found[key], value));
  if (wrong) throw new WrongCode("immutable", { name: "MeterLedger", immutable: wrong[0] });
  if (s.ledger && !same(s.ledger, ledger)) return fail("code.other_ledger", { address: ledger });
  return pass("code.ok", { address: ledger });
}

export async function clauseCode(s) {
  if (!await s.theTerms()) return null;
  const rules = [...await s.rules()];
  const missing = rules.find(([, name]) => name === undefined);
  if (missing) throw new WrongCode("no_code", { name: missing[0] });
  const misnamed = await misnamedIn(s);
  if (misnamed) throw new WrongCode("misnamed", { name: misnamed[0], address: misnamed[1] });
  const unknown = rules.find(([, name]) => name === null);
  if (unknown) return { ok: null, found: "code.unknown_clause", values: { address: unknown[0] } };
  return pass("code.clauses", { names: rules.map(([, name]) => name).join(", ") });
}

/** What the file names and is not the published clause of that name: [name, address]; registry and ledger are compared before. */
async function misnamedIn(s) {
  const { PPARegistry, MeterLedger, ...clauses } = s.evidence?.contracts ?? {};
  for (const [name, address] of Object.entries(clauses)) {
    if (identify(s.build, await s.reader.code(address)) !== name) return [name, address];
  }
}

export async function terms(s) {
  const proposed = await s.proposed();
  if (!proposed) return fail("terms.none", { id: s.id });
  const found = digest(await s.theTerms(), s.chainId, s.registry);
  if (!same(found, s.id)) return fail("terms.differ", { found, id: s.id });
  if (!same(digest(proposed, s.chainId, s.registry), s.id)) return fail("terms.event", {});
  checkTerms(proposed);
  return pass("terms.ok", { id: s.id, block: (await s.agreement()).proposedAt });
}

export async function signatures(s) {
  const agreement = await s.agreement();
  if (!["Signed", "Running", ...ENDS].includes(STATUS[agreement.status])) return fail("signatures.none", {});
  for (const one of await s.line()) {
    if (!await livedAsKept(one)) return fail("signatures.events", {});
    if (!await endedByAct(one)) return fail("signatures.end", { id: one.id });
  }
  const told = Object.fromEntries((await s.events()).map((e) => [e.name.toLowerCase(), e.block]));
  if (Object.entries(s.evidence?.blocks ?? {}).some(([name, block]) => told[name] !== Number(block))) return fail("signatures.file", {});
  const { producer, consumer } = await s.theTerms();
  return pass("signatures.ok", { block: agreement.signedAt, proposed: agreement.proposedAt, producer, consumer });
}

/** Whether the events of an agreement's life are those that its state must have, in their order and blocks. */
async function livedAsKept(s) {
  const { status, proposedAt, signedAt } = await s.agreement();
  const acts = (await s.events()).filter((e) => LIFE.includes(e.name));
  const name = STATUS[status];
  const served = name !== "Signed" && !await unserved(s);
  const wanted = ["Proposed", "Signed", ...(served ? ["Served"] : []), ...(ENDS.includes(name) ? [name] : [])];
  return String(acts.map((e) => e.name)) === String(wanted) && acts[0].block === proposedAt && acts[1].block === signedAt;
}

/** Whether what ends before its term, or goes over to another agreement, is what the same transaction says; and the reverse. */
async function endedByAct(s) {
  const events = await s.events();
  const end = events.find((e) => ENDS.includes(e.name));
  const ending = events.filter((e) => e.name === "Exited" || (e.name === "Acted" && e.args.act.successor !== ZERO_HASH));
  const own = s.id.toLowerCase();
  if (!ending.length) return !end || (end.name === "Ended" && (await s.agreement()).periods === (await s.theTerms()).months);
  const named = ending[0].name === "Exited" ? own : ending[0].args.act.successor;
  const went = end && (end.name === "Ended" ? own : end.args.successor);
  return ending.length === 1 && end?.transaction === ending[0].transaction && named === went;
}

export async function agreementWord(s) {
  for (const one of await s.line()) {
    if (await one.storedWord("agreement", one.id) !== AgreementWord.pack(await one.agreement())) return fail("word.differs");
  }
  const { generation, exported, closedDay, boundaryDay, pending, periods, status } = await s.agreement();
  const { months } = await s.theTerms();
  if (periods > months || (periods === months && !ENDS.includes(STATUS[status]))) return fail("word.periods", { periods, months });
  const kept = [generation, exported, closedDay, boundaryDay, pending];
  return String(kept) === String(await left(s)) ? pass("word.ok") : fail("word.left", { number: periods });
}

/** Registers, days and whether something is pending: where the last statement left them, and what was done since. */
async function left(s) {
  const plain = (await s.events()).every((e) => e.name === "Closed" || LIFE.includes(e.name));
  if (plain && !await s.predecessor()) {
    const last = (await s.stored()).at(-1);
    return last ? [last.generation, last.exported, last.lastDay, last.boundaryDay, 0] : [0, 0, 0, 0, 0];
  }
  const { generation, exported, closedDay, boundaryDay, pending } = await replayed(s);
  return [generation, exported, closedDay, boundaryDay, pending && !await s.heir() ? 1 : 0];
}
