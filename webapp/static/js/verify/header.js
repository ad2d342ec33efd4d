/** A block's hash from its header, so that no field of a block can be changed alone. */
import { concat, decodeRlp, encodeRlp, keccak256 } from "../ppa/ethers.js";

const FIELDS = [
  "parentHash", "sha3Uncles", "miner", "stateRoot", "transactionsRoot", "receiptsRoot", "logsBloom", "difficulty", "number",
  "gasLimit", "gasUsed", "timestamp", "extraData", "mixHash", "nonce", "baseFeePerGas", "withdrawalsRoot", "blobGasUsed",
  "excessBlobGas", "parentBeaconBlockRoot", "requestsHash",
];
const NUMBERS = new Set(["difficulty", "number", "gasLimit", "gasUsed", "timestamp", "baseFeePerGas", "blobGasUsed", "excessBlobGas"]);
const BFT_MIX_HASH = "0x63746963616c2062797a616e74696e65206661756c7420746f6c6572616e6365";
const VANITY = 2 + 64;

/** Whether the header's fields make the hash that the node says: as mined, or with the seals of IBFT 1 or QBFT left out. */
export function hashHolds(block) {
  try {
    const extras = block.mixHash === BFT_MIX_HASH ? [...bftExtras(block.extraData), block.extraData] : [block.extraData];
    return extras.some((extraData) => hashOf({ ...block, extraData }) === block.hash.toLowerCase());
  } catch {
    return false;
  }
}

function hashOf(block) {
  return keccak256(encodeRlp(FIELDS.filter((name) => block[name] != null).map((name) => (NUMBERS.has(name) ? bytes(block[name]) : block[name]))));
}

function bytes(quantity) {
  const digits = BigInt(quantity).toString(16);
  return digits === "0" ? "0x" : "0x" + (digits.length % 2 ? "0" : "") + digits;
}

function bftExtras(extra) {
  const found = [];
  try {
    const [validators, seal] = decodeRlp("0x" + extra.slice(VANITY));
    found.push(concat([extra.slice(0, VANITY), encodeRlp([validators, seal, []])]));
  } catch { /* not IBFT 1 */ }
  try {
    const [vanity, validators, vote] = decodeRlp(extra);
    found.push(encodeRlp([vanity, validators, vote, "0x", []]));
  } catch { /* not QBFT */ }
  return found;
}
