/** Signatures as the registry takes them: compact (EIP-2098), or whatever a wallet that is a contract accepts (ERC-1271). */
import { Signature, hexlify, recoverAddress } from "./ethers.js";

const COMPACT_DIGITS = 2 + 2 * 64;

/** The account whose key made a compact signature of a digest; null if no key did. */
export function recovered(digest, signature) {
  try {
    return signature.length === COMPACT_DIGITS ? recoverAddress(digest, Signature.from(signature)) : null;
  } catch {
    return null;
  }
}

/** What a wallet gave: compact if it is of the account's key, else as it is, for the account may be a contract. */
export function compacted(digest, signature, account) {
  const given = hexlify(signature);
  try {
    const { compactSerialized } = Signature.from(given);
    return recovered(digest, compactSerialized) === account ? compactSerialized : given;
  } catch {
    return given;
  }
}
