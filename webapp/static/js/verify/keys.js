/** Links signatures and records: whose key signed the transaction, act or request of each event and each record. */
import { signedDigest } from "../ppa/records.js";
import { actorsOf, functionsOf, hasActors, lackingIn, plain } from "./authority.js";
import { callsIn } from "./calldata.js";
import { noted, pass, same } from "./check.js";
import { compactSigner, signerOf, unreadableType } from "./transactions.js";
import { isContract } from "./wallets.js";

const RECORDING = ["record", "recordMany", "recordSigned"];
const MOVING_MONEY = ["Acted", "Resolved", "PaymentConfirmed"];
const SHORT = 18;
const of = (event) => `${event}: `;

/** Whoever has acted by an event up to the last closed month signed the call that did it, with these terms. */
export async function actKeys(s) {
  return checkEvents(s, await acted(s, false));
}

/** After the last closed month a signature that does not fit is wrong, and one that nobody can see is a note. */
export async function laterActKeys(s) {
  const later = await acted(s, true);
  return later.length ? noted(await checkEvents(s, later)) : null;
}

async function acted(s, later) {
  const isLater = await s.isLater();
  return (await s.events()).filter((event) => hasActors(event) && isLater(event) === later);
}

async function checkEvents(s, events) {
  const terms = await s.theTerms();
  const told = events.map((event) => ({ what: of(event.name), who: actorsOf(terms, event), answer: () => eventSigned(s, event) }));
  return checkAll(told, "keys.acts");
}

/** The later events that move the balance and of which nobody can see who signed them. */
export async function unseenMoney(s) {
  const unseen = [];
  for (const event of await acted(s, true)) {
    if (MOVING_MONEY.includes(event.name) && (await eventSigned(s, event)).ok === null) unseen.push(event);
  }
  return unseen;
}

/** The meter's key signed every record that was billed, registers and root included. */
export async function recordKeys(s) {
  return checkRecords(s, await recorded(s, true));
}

/** The records that no closed month rests on. */
export async function laterRecordKeys(s) {
  const open = await recorded(s, false);
  return open.length ? noted(await checkRecords(s, open)) : null;
}

async function recorded(s, billed) {
  const through = await s.billedThrough();
  return (await s.records()).filter((record) => record.day <= through === billed);
}

async function checkRecords(s, records) {
  const { meter } = await s.theTerms();
  return checkAll(records.map((record) => ({ what: "", who: [meter], answer: () => recordSigned(s, record) })), "keys.records");
}

/** One answer for many events or records, by the worst of them. */
async function checkAll(told, found) {
  const [keys, wallets] = [new Set(), new Set()];
  let unseen = null;
  for (const { what, who, answer } of told) {
    const { ok, found: problem, values, wallets: own = [] } = await answer();
    const said = { ok, found: problem, values: { ...values, what } };
    if (ok === false) return said;
    if (ok === null) unseen ??= said;
    own.forEach((party) => wallets.add(party));
    who.filter((party) => !own.includes(party)).forEach((party) => keys.add(party));
  }
  if (unseen) return unseen;
  const values = { count: told.length, names: [...keys].join(", ") || "—" };
  return wallets.size ? pass(`${found}_and_contracts`, { ...values, wallets: [...wallets].join(", ") }) : pass(found, values);
}

/** Whether those whose act an event is signed what made it: {ok, wallets} or {ok, found, values}; `wallets` are contracts. */
export async function eventSigned(s, event) {
  if (event.name === "Served" && await s.isHandedIn(event)) return { ok: true }; // the act that handed it over is the predecessor's
  const actors = actorsOf(await s.theTerms(), event);
  const lacking = (call, sender) => lackingIn(s, event, call, sender);
  return signed(s, event, { contract: "PPARegistry", to: s.registry, functions: functionsOf(event), actors, lacking });
}

/** Whether the meter signed a record. */
export async function recordSigned(s, record) {
  const { meter } = await s.theTerms();
  const to = await s.ledgerAddress();
  const word = (await s.wordsBefore()).get(record);
  const lacking = (call, sender) => recordLacking({ s, to, meter, word, record }, call, sender);
  return signed(s, record, { contract: "MeterLedger", to, functions: RECORDING, actors: [meter], lacking });
}

const valuesOf = ({ generation, exported, day, readingsRoot }) => [generation, exported, day, readingsRoot];

/** Whose signature of a record a call lacks; null if it is no call that brings it. */
function recordLacking(given, { name, args }, sender) {
  const { meter, record } = given;
  if (name === "recordSigned") return args[0].some((entry) => isBrought(entry, given)) ? [] : null;
  const records = name === "record" ? [args] : args[0];
  const brings = records.some((one) => plain(one) === plain(valuesOf(record)));
  if (!brings || (sender !== null && !same(sender, meter))) return null;
  return sender === null ? [meter] : [];
}

/** Whether an entry of recordSigned is this record, signed by the meter on top of its word. */
function isBrought([who, generation, exported, day, root, r, vs], { s, to, meter, word, record }) {
  if (!same(who, meter) || plain([generation, exported, day, root]) !== plain(valuesOf(record))) return false;
  const signer = compactSigner(signedDigest(s.chainId, to, word, record), r + vs.slice(2));
  return signer !== null && same(signer, meter);
}

/** Looks at the transaction that an event came in: signed by its actor, or bringing what the actors signed. */
async function signed(s, told, { contract, to, functions, actors, lacking }) {
  const raw = await s.transactionOf(told);
  const values = { hash: `${told.transaction.slice(0, SHORT)}…` };
  if (!raw) return { ok: null, found: "keys.missing", values };
  const kind = unreadableType(raw);
  if (raw.hash === told.transaction && kind !== null) return { ok: null, found: "keys.unreadable", values: { ...values, kind } };
  const signer = signerOf(raw, s.chainId);
  if (signer === null || raw.hash !== told.transaction) return { ok: false, found: "keys.unsigned", values };
  const isDirect = same(raw.to ?? "", to);
  const sender = isDirect ? signer : null;
  const calls = callsIn(s.reader.interfaces[contract], raw.input, functions, !isDirect);
  let unsigned = null;
  for (const call of calls) {
    const found = await lacking(call, sender);
    if (found !== null && (unsigned === null || found.length < unsigned.length)) unsigned = found;
  }
  // What another contract called is not seen: only the actors themselves can have been let.
  if (unsigned === null && !isDirect) unsigned = actors;
  if (unsigned === null) return { ok: false, ...another(signer, actors, calls, values) };
  const keyless = await firstKeyless(s, unsigned, told.block);
  if (keyless === undefined) return { ok: true, wallets: unsigned };
  if (isDirect) return { ok: false, found: "keys.lacks", values: { ...values, who: keyless } };
  return { ok: null, found: "keys.through", values: { ...values, to: raw.to, who: keyless } };
}

/** The first of these that is no contract, and whose key would have had to sign. */
async function firstKeyless(s, parties, block) {
  for (const party of parties) {
    if (!await isContract(s, party, block)) return party;
  }
}

/** What is said of a transaction that does something else, or was signed by somebody else. */
function another(signer, actors, calls, values) {
  if (!actors.some((actor) => same(actor, signer))) return { found: "keys.another", values: { ...values, signer, who: actors[0] } };
  return { found: "keys.says", values: { ...values, called: calls[0]?.name ?? "?" } };
}
