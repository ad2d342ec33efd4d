/**
 * Transactions again from their fields, and whose key signed them or a digest. A node can invent events, storage and blocks
 * that agree with each other; it cannot invent these signatures.
 */
import { Transaction } from "../ppa/ethers.js";
import { recovered } from "../ppa/signatures.js";

const NEWEST_TYPE = 2;
const FIRST_V_WITH_CHAIN = 35n;
const S_PLACE = 2 + 64;
const HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n;

/** Whether a transaction is of a kind whose signature we can recover: later forks have others. */
export const isReadable = (raw) => !(Number(raw.type ?? 0) > NEWEST_TYPE);

/** The account whose key signed a transaction as a node gives it; null if its fields do not make its hash, or for another chain. */
export function signerOf(raw, chainId) {
  try {
    const type = Number(raw.type ?? 0);
    const v = BigInt(raw.v);
    const hasChain = type > 0 || v >= FIRST_V_WITH_CHAIN;
    const ofChain = !hasChain ? 0n : type ? BigInt(raw.chainId) : (v - FIRST_V_WITH_CHAIN) / 2n;
    if (hasChain && ofChain !== BigInt(chainId)) return null;
    const prices = type === 2 ? { maxFeePerGas: raw.maxFeePerGas, maxPriorityFeePerGas: raw.maxPriorityFeePerGas } : { gasPrice: raw.gasPrice };
    const made = Transaction.from({
      type, nonce: Number(raw.nonce), gasLimit: raw.gas, to: raw.to, value: raw.value, data: raw.input, chainId: ofChain, ...prices,
      ...(type ? { accessList: raw.accessList } : {}), signature: { r: pad(raw.r), s: pad(raw.s), v: type ? Number(v) + 27 : Number(v) },
    });
    if (made.hash !== raw.hash) return null;
    if (!signers.has(made.hash)) signers.set(made.hash, made.from);
    return signers.get(made.hash);
  } catch {
    return null;
  }
}

/** The account whose key made a compact signature of a digest; null if none did, or the registry would refuse it. */
export function compactSigner(digest, signature) {
  const s = BigInt.asUintN(255, BigInt(`0x${signature.slice(S_PLACE) || "0"}`));
  return s > HALF_ORDER ? null : recovered(digest, signature);
}

/** Signers by the hash of their transaction, which covers the signature: recovering a key takes milliseconds. */
const signers = new Map();
const pad = (quantity) => "0x" + quantity.slice(2).padStart(64, "0");
