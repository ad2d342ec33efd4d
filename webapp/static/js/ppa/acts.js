/** What both parties do together: one EIP-712 message, `Act`, signed by both and brought by anyone. */
import { concat, id, keccak256, toBeHex, toTwos } from "./ethers.js";
import { domainSeparator } from "./terms.js";

const ACT_TYPE = id(
  "Act(bytes32 agreement,uint16 number,uint64 until,int64 generation,int64 exported,int64 cents,uint16 settles,"
  + "bytes32 successor,bytes32 reason)",
);

/** What both parties sign for an agreement of a registry on a chain. */
export function digest(agreement, act, chainId, registry) {
  const numbers = [act.number, act.until, act.generation, act.exported, act.cents, act.settles];
  const words = numbers.map((n) => toBeHex(toTwos(BigInt(n), 256), 32));
  const message = keccak256(concat([ACT_TYPE, agreement, ...words, act.successor, act.reason]));
  return keccak256(concat(["0x1901", domainSeparator(chainId, registry), message]));
}
