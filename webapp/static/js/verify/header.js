/** A block's hash from its header, so that no field of a block can be changed alone (docs/formats.md, Block headers). */
import { concat, decodeRlp, encodeRlp, keccak256, toBeHex } from "../ppa/ethers.js";
import { BadAnswer, quantity } from "./node.js";

const FIRST = [
  "parentHash", "sha3Uncles", "miner", "stateRoot", "transactionsRoot", "receiptsRoot", "logsBloom", "difficulty", "number",
  "gasLimit", "gasUsed", "timestamp", "extraData", "mixHash", "nonce",
];
const LATER = ["baseFeePerGas", "withdrawalsRoot", "blobGasUsed", "excessBlobGas", "parentBeaconBlockRoot", "requestsHash"];
const BESIDE = ["hash", "size", "totalDifficulty", "transactions", "uncles", "withdrawals", "author", "sealFields", "blockAccessList"];
const KNOWN = new Set([...FIRST, ...LATER, ...BESIDE]);
const NUMBERS = new Set(["difficulty", "number", "gasLimit", "gasUsed", "timestamp", "baseFeePerGas", "blobGasUsed", "excessBlobGas"]);
const BYTES = /^0x([0-9a-f]{2})*$/i;
const NAME = /^[a-z][a-zA-Z0-9]{0,39}$/;
const BFT_MIX_HASH = "0x63746963616c2062797a616e74696e65206661756c7420746f6c6572616e6365";
const VANITY = 2 + 64;

/**
 * Whether the header's fields make the hash that the node says, by one of the rules; null if they do not, and there are fields
 * that we do not know, as of a later fork.
 */
export function hashHolds(block) {
  return isMade(block) || (unknownFields(block).length ? null : false);
}

/** The names of what the node says of a block and we do not know. */
export const unknownFields = (block) => Object.keys(block).filter((name) => block[name] !== null && !KNOWN.has(name) && NAME.test(name)).sort();

function isMade(block) {
  try {
    const names = [...FIRST, ...LATER.filter((name) => (block[name] ?? null) !== null)];
    const fields = new Map(names.map((name) => [name, field(name, block[name])]));
    const rules = block.mixHash === BFT_MIX_HASH ? BFT_RULES : [whole];
    return typeof block.hash === "string" && rules.some((rule) => hashOf(fields, rule) === block.hash);
  } catch (problem) {
    if (problem instanceof BadAnswer) return false;
    throw problem;
  }
}

/** The hash of a header by a rule; null if its extra data are not what the rule knows. */
function hashOf(fields, rule) {
  const extra = rule(fields.get("extraData"));
  return extra === null ? null : keccak256(encodeRlp([...new Map(fields).set("extraData", extra).values()]));
}

const whole = (extra) => extra;

function ibft1(extra) {
  const items = itemsOf(`0x${extra.slice(VANITY)}`, 3);
  return items && concat([extra.slice(0, VANITY), encodeRlp([...items.slice(0, 2), []])]);
}

function qbft(extra) {
  const items = itemsOf(extra, 5);
  return items && encodeRlp([...items.slice(0, 3), "0x", []]);
}

function ibft2(extra) {
  const items = itemsOf(extra, 5);
  return items && encodeRlp(items.slice(0, 3));
}

const BFT_RULES = [ibft1, qbft, ibft2, whole];

/** The items of an RLP list in its one encoding; null if it is no list of so many. */
function itemsOf(encoded, count) {
  try {
    const items = decodeRlp(encoded);
    return Array.isArray(items) && items.length === count && encodeRlp(items) === encoded.toLowerCase() ? items : null;
  } catch {
    return null;
  }
}

function field(name, value) {
  const isNumber = NUMBERS.has(name);
  if (typeof value !== "string" || (!isNumber && !BYTES.test(value))) {
    throw new BadAnswer(`The node answered ${JSON.stringify(value)} as a header's ${name}.`);
  }
  return isNumber ? shortest(quantity(value)) : value;
}

/** A number as RLP has it. */
const shortest = (number) => (number ? toBeHex(number) : "0x");
