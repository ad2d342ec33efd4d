/** Parties that are contracts: they sign nothing that a key could have signed, and act through themselves. */
import { NodeError, Unreachable } from "./node.js";

/** Whether there is a contract at an address, or was one in that block or right before it. */
export async function isContract(s, address, block) {
  if (await s.reader.isContract(address)) return true;
  for (const when of [block, block - 1]) {
    if (await hadCode(s, address, when)) return true;
  }
  return false;
}

async function hadCode(s, address, block) {
  try {
    return await s.reader.codeAt(address, block) !== "0x";
  } catch (problem) {
    if (problem instanceof NodeError && !(problem instanceof Unreachable)) return false; // a node that keeps no old states
    throw problem;
  }
}
