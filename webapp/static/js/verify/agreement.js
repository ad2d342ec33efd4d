/** Links chain, code, terms, signatures, meter: the right contracts, the right words, both parties, their meter. */
import { zeroPadValue, toBeHex } from "../ppa/ethers.js";
import { monthEndAfter } from "../ppa/calendar.js";
import { check as checkTerms, digest, domainSeparator } from "../ppa/terms.js";
import { AgreementWord, STATUS } from "../ppa/words.js";
import { WrongCode, immutablesOf } from "./code.js";
import { slots, termsOf } from "./reader.js";

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
  const unknown = rules.find(([, name]) => name === null);
  if (unknown) return pass("code.unknown_clause", { address: unknown[0] });
  return pass("code.clauses", { names: rules.map(([, name]) => name).join(", ") });
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
  if (!["Signed", "Running", "Ended", "HandedOver"].includes(STATUS[agreement.status])) return fail("signatures.none", {});
  const told = Object.fromEntries((await s.events()).map((e) => [e.name, e.block]));
  if (told.Proposed !== agreement.proposedAt || told.Signed !== agreement.signedAt) return fail("signatures.events", {});
  const blocks = s.evidence?.blocks;
  if (blocks && (blocks.proposed !== told.Proposed || blocks.signed !== told.Signed || (blocks.served ?? told.Served) !== told.Served)) {
    return fail("signatures.file", {});
  }
  const { producer, consumer } = await s.theTerms();
  return pass("signatures.ok", { block: agreement.signedAt, proposed: agreement.proposedAt, producer, consumer });
}

export async function agreementWord(s) {
  const word = await s.storedWord("agreement", s.id);
  return word === AgreementWord.pack(await s.agreement()) ? pass("word.ok") : fail("word.differs");
}

export async function served(s) {
  const { meter } = await s.theTerms();
  const status = STATUS[(await s.agreement()).status];
  const events = (await s.events()).filter((e) => e.name === "Served");
  if (status === "Signed") return fail("meter.waiting", { meter });
  if (events.length !== 1 || !same(events[0].args.meter, meter)) return fail("meter.event", { meter });
  const [bound] = await s.reader.view("PPARegistry", s.registry, "servedBy", [meter]);
  const stored = await s.reader.storage(s.registry, slots.servedBy(meter));
  if (BigInt(bound) !== stored || (status === "Running") !== same(bound, s.id)) return fail("meter.other", { meter, other: bound });
  return pass("meter.ok", { meter, block: events[0].block });
}

/** The ids of the agreements that go on with this one. */
async function heirsOf(s) {
  const heir = await s.successor();
  return heir ? [heir.id, ...await heirsOf(heir)] : [];
}

export async function noOther(s) {
  const ours = await s.theTerms();
  const span = (t) => [t.firstDay, monthEndAfter(t.firstDay, t.months)];
  const family = [s.id, ...(await s.predecessors()).map((before) => before.id), ...await heirsOf(s)];
  const others = (await s.served()).map((e) => e.args.id).filter((id) => !family.some((one) => same(id, one)));
  for (const id of others) {
    const { proposedAt } = await s.reader.agreement(s.registry, id);
    const [event] = await s.reader.events("PPARegistry", s.registry, [s.reader.topic("PPARegistry", "Proposed"), id], proposedAt, proposedAt);
    const [a, b] = [span(ours), span(termsOf(event))];
    if (a[0] <= b[1] && b[0] <= a[1]) return fail("meter.two", { other: id });
  }
  return pass("meter.only", { count: others.length });
}
