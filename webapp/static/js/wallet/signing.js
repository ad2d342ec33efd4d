/** Signatures that a wallet gives without a transaction. What is signed is made and checked here, and shown by the wallet. */
import { t } from "../pages/context.js";
import { compacted, recovered } from "../ppa/signatures.js";
import { signable } from "../ppa/termsfile.js";
import { Stopped, session, signTyped } from "./session.js";

/**
 * The account's signature of the terms of a file {chainId, registry, id, terms, words, language}: the message shows the words
 * first, which were made again from the terms before. `isContract(address)` asks the chain. Throws Stopped; BadTerms for
 * other words.
 */
export async function signTerms(file, rules, isContract) {
  return signMessage(signable(file, rules), file.id, isContract);
}

/** The account's signature of a typed message whose digest is known. Throws Stopped if another key gave it. */
export async function signMessage(message, digest, isContract) {
  const { account } = session;
  const signature = compacted(digest, await signTyped(message), account);
  if (recovered(digest, signature) !== account && !await isContract(account)) throw new Stopped(t("offer.signed_by_another"));
  return signature;
}
