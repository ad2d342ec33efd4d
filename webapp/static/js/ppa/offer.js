/** Terms that one party signed without a transaction, as the other opens them: `agree` takes both in one. */
import { recovered } from "./signatures.js";
import { BadTerms, digest } from "./terms.js";
import { read, signable } from "./termsfile.js";

export class BadOffer extends Error {
  /** `code`: which rule; `values`: what its sentence names. */
  constructor(code, values = {}) {
    super(code);
    Object.assign(this, { code, values });
  }
}

/**
 * What a terms file's body offers at a registry, `here` {chainId, genesis, registry, rules}: {id, terms, words, language, signature, signers,
 * byKey}. `rules`: checksum address to published clause. `signers` are those who may have signed: one whose key did (`byKey`),
 * else every party that is a contract (`isContract(address)`), which only the registry can ask. Throws BadFile,
 * BadOffer, BadTerms for terms that the registry refuses, BadClause and BadDay.
 */
export async function offerOf(body, here, isContract) {
  const file = read(body);
  const { chainId, genesis, registry, id, terms, words, language, signature } = file;
  if (signature === undefined) throw new BadOffer("unsigned");
  if (chainId !== here.chainId || genesis !== here.genesis) throw new BadOffer("other_chain", { theirs: chainId, ours: here.chainId });
  if (registry !== here.registry) throw new BadOffer("other_registry", { theirs: registry });
  const made = identified(file);
  if (made !== id) throw new BadOffer("changed", { made });
  checkWords(file, here.rules);

  const parties = [terms.producer, terms.consumer];
  const signer = recovered(id, signature);
  if (parties.includes(signer)) return { id, terms, words, language, signature, signers: [signer], byKey: true };
  const contracts = await Promise.all(parties.map(isContract));
  const signers = parties.filter((_, i) => contracts[i]);
  if (!signers.length) throw new BadOffer("signed_by_nobody");
  return { id, terms, words, language, signature, signers, byKey: false };
}

/** Why an account cannot bring an offer: the code of its sentence; null if it can. */
export function notForAccount({ terms, signers }, account) {
  const others = { [terms.producer]: terms.consumer, [terms.consumer]: terms.producer };
  if (!(account in others)) return "not_a_party";
  return signers.includes(others[account]) ? null : "yours";
}

/** The two signatures that `agree` takes, the producer's first, where one party brings the other's: it needs none of its own. */
export function signaturesOf({ terms, signature }, account) {
  return account === terms.producer ? ["0x", signature] : [signature, "0x"];
}

function identified({ terms, chainId, registry }) {
  try {
    return digest(terms, chainId, registry);
  } catch { // a number does not fit its type
    throw new BadOffer("not_whole");
  }
}

function checkWords(file, rules) {
  try {
    signable(file, rules);
  } catch (problem) {
    if (problem instanceof BadTerms && problem.code === "other_words") throw new BadOffer("other_words");
    throw problem;
  }
}
