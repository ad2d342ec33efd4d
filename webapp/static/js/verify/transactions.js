/**
 * Transactions again from their fields, and whose key signed them or a digest. A node can invent events, storage and blocks
 * that agree with each other; it cannot invent these signatures.
 */
import { encodeRlp, keccak256, recoverAddress, toBeHex, zeroPadValue } from "../ppa/ethers.js";
import { recovered } from "../ppa/signatures.js";
import { BadAnswer, quantity } from "./node.js";

const LEGACY = ["nonce", "gasPrice", "gas", "to", "value", "input"];
const ACCESS = ["chainId", ...LEGACY, "accessList"];
const DYNAMIC = ["chainId", "nonce", "maxPriorityFeePerGas", "maxFeePerGas", ...LEGACY.slice(2), "accessList"];
const FIELDS = { 0: LEGACY, 1: ACCESS, 2: DYNAMIC, 4: [...DYNAMIC, "authorizationList"] }; // EIP-2718's types
const AUTHORIZATION = ["chainId", "address", "nonce", "yParity", "r", "s"];
const BYTES = ["to", "input", "address"];
const ADDRESS_DIGITS = 2 + 40;
const FIRST_V = 27n;
const FIRST_V_WITH_CHAIN = 35n;
const S_PLACE = 2 + 64;
const HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n;

const typeOf = (raw) => Number(quantity(raw.type || "0x0"));

/** The type of a transaction whose signature we cannot recover, as of a later fork; null if we can. */
export function unreadableType(raw) {
  try {
    const type = typeOf(raw);
    return type in FIELDS ? null : type;
  } catch {
    return null;
  }
}

/** The account whose key signed a transaction as a node gives it; null if its fields do not make its hash, or for another chain. */
export function signerOf(raw, chainId) {
  try {
    const type = typeOf(raw);
    const [v, r, s] = [raw.v, raw.r, raw.s].map(quantity);
    const fields = FIELDS[type].map((name) => field(raw, name));
    const hash = hashOf(type, [...fields, ...[v, r, s].map(shortest)]);
    const hasChain = type > 0 || v >= FIRST_V_WITH_CHAIN;
    const ofChain = type ? quantity(raw.chainId) : (v - FIRST_V_WITH_CHAIN) / 2n;
    if (hash !== raw.hash || (hasChain && ofChain !== BigInt(chainId)) || s > HALF_ORDER) return null;
    const parity = type ? v : hasChain ? (v - FIRST_V_WITH_CHAIN) % 2n : v - FIRST_V;
    if (parity < 0n || parity > 1n) return null;
    if (!type && hasChain) fields.push(shortest(ofChain), "0x", "0x");
    if (!signers.has(hash)) signers.set(hash, recoverAddress(hashOf(type, fields), { r: word(r), s: word(s), yParity: Number(parity) }));
    return signers.get(hash);
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

const shortest = (number) => (number ? toBeHex(number) : "0x"); // as RLP has it
const word = (number) => zeroPadValue(toBeHex(number), 32);
const hashOf = (type, fields) => keccak256((type ? toBeHex(type) : "0x") + encodeRlp(fields).slice(2));

function field(raw, name) {
  if (name === "accessList") return raw[name].map(({ address, storageKeys }) => [address, storageKeys]);
  if (name === "authorizationList") return raw[name].map((one) => AUTHORIZATION.map((part) => field(one, part)));
  if (!BYTES.includes(name)) return shortest(quantity(raw[name]));
  const found = raw[name] || "0x";
  if (name === "to" && ![2, ADDRESS_DIGITS].includes(found.length)) throw new BadAnswer(`The node answered ${found} where an address belongs.`);
  return found;
}
