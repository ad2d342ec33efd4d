/** Links chain and code: the right chain, and the published build at every address. */
import { toBeHex, zeroPadValue } from "../ppa/ethers.js";
import { domainSeparator } from "../ppa/eip712.js";
import { MODULES } from "./answers.js";
import { fail, pass, same, unsure } from "./check.js";
import { WrongCode, identify, immutablesOf } from "./code.js";
import { isContract } from "./wallets.js";

export async function chain(s) {
  const [chainId, genesis] = [await s.reader.chainId(), (await s.reader.block(0)).hash];
  const values = { chainId, genesis, expected: s.chainId, expectedGenesis: s.genesis };
  return chainId === s.chainId && same(genesis, s.genesis) ? pass("chain.ok", values) : fail("chain.other", values);
}

const word = (address) => zeroPadValue(address, 32);
/** The immutables that a contract must have on this chain at its address. */
const own = (s, address) => ({ chainId: toBeHex(s.chainId, 32), domainSeparator: domainSeparator(s.chainId, address) });

/** Throws WrongCode unless code is the published build with just these immutables. */
function require(s, name, code, expected) {
  const found = immutablesOf(s.build, name, code);
  const wrong = Object.keys(found).find((key) => !expected[key] || !same(found[key], expected[key]));
  if (wrong) throw new WrongCode("immutable", { name, immutable: wrong });
}

/** The registry is the published build; its immutables are this chain, its ledger, its modules and its domain. */
export async function registryCode(s) {
  const code = await s.registryCode();
  if (code === "0x") throw new WrongCode("no_code", { name: "PPARegistry" });
  const modules = Object.entries(await s.modules()).map(([key, address]) => [key, word(address)]);
  require(s, "PPARegistry", code, { ...own(s, s.registry), ledger: word(await s.ledgerAddress()), ...Object.fromEntries(modules) });
  return pass("code.ok", { address: s.registry });
}

/** The modules that the registry's immutables name are the published builds, for this chain and this ledger. */
export async function moduleCode(s) {
  const [modules, expected] = [await s.modules(), { chainId: toBeHex(s.chainId, 32), ledger: word(await s.ledgerAddress()) }];
  for (const [key, name] of Object.entries(MODULES)) {
    require(s, name, await s.reader.code(modules[key]), expected);
    const named = s.evidence?.contracts[name];
    if (named && !same(named, modules[key])) return fail("code.other_module", { name, address: modules[key] });
  }
  return pass("code.modules", { addresses: Object.values(modules).join(", ") });
}

/** The ledger that the registry reads is the published build, and the one that the evidence names. */
export async function ledgerCode(s) {
  const ledger = await s.ledgerAddress();
  require(s, "MeterLedger", await s.reader.code(ledger), own(s, ledger));
  if (s.ledger && !same(s.ledger, ledger)) return fail("code.other_ledger", { address: ledger });
  return pass("code.ok", { address: ledger });
}

/** Which published clause each rule is. What an unknown one does cannot be checked; null where there are no terms. */
export async function clauseCode(s) {
  if (!await s.theTerms()) return null;
  const misnamed = await misnamedIn(s);
  if (misnamed) throw new WrongCode("misnamed", { name: misnamed[0], address: misnamed[1] });
  const rules = [...await s.rules()];
  const unknown = rules.filter(([, name]) => name === null).map(([rule]) => rule);
  for (const rule of unknown) {
    if (!await isContract(s, rule, (await s.agreement()).proposedBlock)) throw new WrongCode("no_code", { name: rule });
  }
  if (unknown.length) return unsure("code.unknown_clause", { address: unknown.join(", ") });
  return pass("code.clauses", { names: rules.map(([, name]) => name).join(", ") });
}

/** What the file names and is not the published clause of that name: [name, address]; the others are compared before. */
async function misnamedIn(s) {
  for (const [name, address] of Object.entries(s.evidence?.contracts ?? {})) {
    if (["PPARegistry", "MeterLedger", ...Object.values(MODULES)].includes(name)) continue;
    if (identify(s.build, await s.reader.code(address)) !== name) return [name, address];
  }
}
