/**
 * Links signatures and records: the transactions again from their fields, and whose key signed them.
 * A node can invent events, storage and blocks that agree with each other; it cannot invent these signatures.
 */
import { Signature, Transaction, recoverAddress } from "../ppa/ethers.js";
import { nextWord, signedDigest } from "../ppa/records.js";
import { digest, fromTuple } from "../ppa/terms.js";

const pass = (found, values = {}) => ({ ok: true, found, values });
const ACTS = { Proposed: ["propose", "producer"], Signed: ["sign", "consumer"], Served: ["serve", "meter"] };
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

/** Producer, consumer and meter signed the calls that proposed, signed and serve these very terms. */
export async function actKeys(s) {
  const terms = await s.theTerms();
  const acts = (await s.events()).filter((e) => e.name in ACTS);
  const raws = await s.transactions(acts.map((e) => e.transaction));
  const face = s.reader.interfaces.PPARegistry;
  for (const [i, act] of acts.entries()) {
    const [name, who] = ACTS[act.name];
    const right = (call) => call.name === name && digest(fromTuple(call.args[0]), s.chainId, s.registry) === s.id.toLowerCase();
    const problem = problemOf(raws[i], act.transaction, { chainId: s.chainId, to: s.registry, who: terms[who], face, right });
    if (problem) return problem;
  }
  return pass("keys.acts", { names: acts.map((act) => terms[ACTS[act.name][1]]).join(", ") });
}

/** The meter's key signed every record, registers and root included. */
export async function recordKeys(s) {
  const { meter } = await s.theTerms();
  const records = await s.records();
  const to = await s.ledgerAddress();
  const raws = await s.transactions(records.map((r) => r.transaction));
  const face = s.reader.interfaces.MeterLedger;
  let word = 0n;
  for (const [i, record] of records.entries()) {
    const brought = ({ name, args }) => name === "recordSigned" && Array.from(args[0]).some((one) => isBrought(one, { s, to, meter, word, record }));
    const wanted = String([record.generation, record.exported, record.day, record.readingsRoot]);
    const right = ({ name, args }) => (name === "record" ? String(Array.from(args)) === wanted : name === "recordMany" && Array.from(args[0]).some((one) => String(Array.from(one)) === wanted));
    const problem = problemOf(raws[i], record.transaction, { chainId: s.chainId, to, who: meter, face, right, brought });
    if (problem) return problem;
    word = nextWord(word, record);
  }
  return pass("keys.records", { count: records.length, meter });
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

function problemOf(raw, hash, { chainId, to, who, face, right, brought = () => false }) {
  const values = { hash: `${hash.slice(0, 18)}…`, who };
  if (!raw) return { ok: null, found: "keys.missing", values };
  const signer = signerOf(raw, chainId);
  if (signer === null || raw.hash !== hash) return { ok: false, found: "keys.unsigned", values };
  if ((raw.to ?? "").toLowerCase() !== to.toLowerCase()) return { ok: null, found: "keys.through", values: { ...values, to: raw.to } };
  const call = face.parseTransaction({ data: raw.input });
  if (call && brought(call)) return null;
  if (signer.toLowerCase() !== who.toLowerCase()) return { ok: false, found: "keys.another", values: { ...values, signer } };
  return call && right(call) ? null : { ok: false, found: "keys.says", values };
}

const pad = (quantity) => "0x" + quantity.slice(2).padStart(64, "0");
