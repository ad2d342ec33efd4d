/**
 * Links signatures and records: the transactions again from their fields, and whose key signed them.
 * A node can invent events, storage and blocks that agree with each other; it cannot invent these signatures.
 */
import { Signature, Transaction, recoverAddress } from "../ppa/ethers.js";
import { digest as actDigest } from "../ppa/acts.js";
import { nextWord, signedDigest } from "../ppa/records.js";
import { recovered } from "../ppa/signatures.js";
import { digest, fromTuple } from "../ppa/terms.js";
import { worst } from "./worst.js";

const pass = (found, values = {}) => ({ ok: true, found, values });
const consumer = (terms) => terms.consumer;
const producer = (terms) => terms.producer;
// event: the function that its actor calls, who that is, and the values that the call has after the terms
const ACTS = {
  Proposed: ["propose", producer, []],
  Signed: ["sign", consumer, []],
  Served: ["serve", (terms) => terms.meter, []],
  Acted: ["act", producer, []],
  Disputed: ["dispute", (terms, { party }) => (party.toLowerCase() === terms.consumer.toLowerCase() ? terms.consumer : terms.producer), ["number", "claim", "evidence"]],
  Resolved: ["resolve", (terms) => terms.arbiter, ["number", "award", "reason"]],
  PaymentDeclared: ["declare", (terms, { cents }) => (cents > 0n ? terms.consumer : terms.producer), ["cents", "day", "reference_"]],
  PaymentConfirmed: ["confirm", (terms, { cents }) => (cents > 0n ? terms.producer : terms.consumer), ["cents", "day", "reference_"]],
  Notified: ["notifyLender", consumer, ["clause"]],
  Exited: ["exit", consumer, ["clause"]],
};
// Whoever may bring these: what they bring is signed by others.
const BROUGHT = ["agree", "act", "recordSigned"];
const SELECTOR = 10;
const FIRST_V_WITH_CHAIN = 35n;

/** The account whose key signed a transaction as a node gives it; null if its fields do not make its hash, or for another chain. */
export function signerOf(raw, chainId) {
  try {
    const type = Number(raw.type ?? 0);
    const v = BigInt(raw.v);
    const ofChain = type || v >= FIRST_V_WITH_CHAIN ? BigInt(type ? raw.chainId : (v - FIRST_V_WITH_CHAIN) / 2n) : 0n;
    if (ofChain && ofChain !== BigInt(chainId)) return null;
    const prices = type === 2 ? { maxFeePerGas: raw.maxFeePerGas, maxPriorityFeePerGas: raw.maxPriorityFeePerGas } : { gasPrice: raw.gasPrice };
    const made = Transaction.from({
      type, nonce: Number(raw.nonce), gasLimit: raw.gas, to: raw.to, value: raw.value, data: raw.input, chainId: ofChain, ...prices,
      ...(type ? { accessList: raw.accessList } : {}), signature: { r: pad(raw.r), s: pad(raw.s), v: type ? Number(v) + 27 : Number(v) },
    });
    return made.hash === raw.hash ? made.from : null;
  } catch {
    return null;
  }
}

/** Whoever an event says has acted signed the call that did it, with these very terms. */
export const actKeys = async (s) => worst(await s.line(), actKeysOf);

async function actKeysOf(s) {
  const terms = await s.theTerms();
  const acts = (await s.events()).filter((e) => e.name in ACTS);
  const raws = await s.transactions(acts.map((e) => e.transaction));
  const face = s.reader.interfaces.PPARegistry;
  const names = new Set();
  let doubt = null;
  for (const [i, event] of acts.entries()) {
    const [name, actor, values] = ACTS[event.name];
    const who = actor(terms, event.args);
    const right = (call) => call.name === name && name !== "act" && isOf(s, call.args[0], s.id)
      && values.every((value, k) => call.args[k + 1] === event.args[value]);
    const brought = (call, bringer) => unsigned(s, terms, event, call, bringer.toLowerCase());
    const problem = await problemOf(s, raws[i], event.transaction, { chainId: s.chainId, to: s.registry, who, face, right, brought });
    if (problem?.ok === false) return problem;
    doubt ??= problem;
    names.add(who);
  }
  return doubt ?? pass("keys.acts", { names: [...names].join(", ") });
}

const isOf = (s, told, id) => digest(fromTuple(told), s.chainId, s.registry) === id.toLowerCase();

/** The parties whose key did not sign what an act of both, or an agreement at once, needs; null if a call is neither. */
function unsigned(s, terms, event, { name, args }, bringer) {
  if (name === "agree" && ["Proposed", "Signed"].includes(event.name)) {
    const others = [terms.producer, terms.consumer].filter((party) => party.toLowerCase() !== bringer);
    if (!isOf(s, args[0], s.id) || others.length !== 1) return null;
    return others.filter((party) => !isSigner(party, s.id, args[1]));
  }
  if (name !== "act" || !["Acted", "Served"].includes(event.name)) return null;
  const old = fromTuple(args[0]);
  const id = digest(old, s.chainId, s.registry);
  const told = actDigest(id, args[1], s.chainId, s.registry);
  const right = event.name === "Served"
    ? id === terms.supersedes.toLowerCase() && args[1].successor === s.id.toLowerCase()
    : id === s.id.toLowerCase() && told === actDigest(id, event.args.act, s.chainId, s.registry);
  if (!right) return null;
  const both = [[old.producer, args[2]], [old.consumer, args[3]]];
  return both.filter(([party, signature]) => bringer !== party.toLowerCase() && !isSigner(party, told, signature)).map(([party]) => party);
}

const isSigner = (party, message, signature) => recovered(message, signature)?.toLowerCase() === party.toLowerCase();

/** The meter's key signed every record, registers and root included. */
export const recordKeys = async (s) => worst(await s.meters(), recordKeysOf);

async function recordKeysOf(s) {
  const { meter } = await s.theTerms();
  const records = await s.records();
  const to = await s.ledgerAddress();
  const raws = await s.transactions(records.map((r) => r.transaction));
  const face = s.reader.interfaces.MeterLedger;
  let [word, doubt] = [0n, null];
  for (const [i, record] of records.entries()) {
    const brings = ({ name, args }) => name === "recordSigned" && Array.from(args[0]).some((one) => isBrought(one, { s, to, meter, word, record }));
    const brought = (call) => (brings(call) ? [] : null);
    const wanted = String([record.generation, record.exported, record.day, record.readingsRoot]);
    const right = ({ name, args }) => (name === "record" ? String(Array.from(args)) === wanted : name === "recordMany" && Array.from(args[0]).some((one) => String(Array.from(one)) === wanted));
    const problem = await problemOf(s, raws[i], record.transaction, { chainId: s.chainId, to, who: meter, face, right, brought });
    if (problem?.ok === false) return problem;
    doubt ??= problem;
    word = nextWord(word, record);
  }
  return doubt ?? pass("keys.records", { count: records.length, meter });
}

/** Whether an entry of recordSigned is this record, signed by the meter on top of its word. */
function isBrought(one, { s, to, meter, word, record }) {
  const same = one.meter.toLowerCase() === meter.toLowerCase() && one.generation === record.generation
    && one.exported === record.exported && Number(one.day) === record.day && one.readingsRoot === record.readingsRoot;
  if (!same) return false;
  try {
    const signature = Signature.from({ r: one.r, yParityAndS: one.vs });
    return recoverAddress(signedDigest(s.chainId, to, word, record), signature).toLowerCase() === meter.toLowerCase();
  } catch {
    return false;
  }
}

/** `brought` says whose signature lacks of those that the call should bring; null if it brings none. */
async function problemOf(s, raw, hash, { chainId, to, who, face, right, brought }) {
  const values = { hash: `${hash.slice(0, 18)}…`, who };
  if (!raw) return { ok: null, found: "keys.missing", values };
  const signer = signerOf(raw, chainId);
  if (signer === null || raw.hash !== hash) return { ok: false, found: "keys.unsigned", values };
  if ((raw.to ?? "").toLowerCase() !== to.toLowerCase()) return { ok: null, found: "keys.through", values: { ...values, to: raw.to } };
  const own = signer.toLowerCase() === who.toLowerCase();
  const name = face.getFunction(raw.input.slice(0, SELECTOR))?.name;
  const call = readCall(face, raw.input);
  if (name && !call && (own || BROUGHT.includes(name))) return { ok: null, found: "keys.unreadable", values };
  const lacking = call && brought(call, signer);
  if (lacking) return notByKey(s, lacking, values);
  if (!own) return { ok: false, found: "keys.another", values: { ...values, signer } };
  return call && right(call) ? null : { ok: false, found: "keys.says", values };
}

/** A call with all its values; null if it is none of the contract's, or laid out as we cannot read it. */
function readCall(face, data) {
  try {
    const call = face.parseTransaction({ data });
    call?.args.toArray(true);
    return call;
  } catch {
    return null;
  }
}

/** What is wrong where these did not sign with a key: a wallet that is a contract said so, and nobody can see why. */
async function notByKey(s, parties, values) {
  for (const party of parties) {
    if (!await s.reader.isContract(party)) return { ok: false, found: "keys.lacks", values: { ...values, who: party } };
  }
  return parties.length ? { ok: null, found: "keys.wallet", values: { ...values, names: parties.join(", ") } } : null;
}

const pad = (quantity) => "0x" + quantity.slice(2).padStart(64, "0");
