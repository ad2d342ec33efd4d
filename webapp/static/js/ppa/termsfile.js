/** terms.json: terms, their words, the chain and registry that they are for, and maybe one party's signature of them. */
import { integer } from "./eip712.js";
import { getAddress, hexlify } from "./ethers.js";
import { address } from "./jsonfile.js";
import { BadTerms, check, digest, fromFile, toFile, typedData } from "./terms.js";
import { regenerated } from "./wording.js";

/** The file's body. `signature`: of the id, as the registry takes it; undefined if nobody signed. */
export function write({ chainId, genesis, registry, terms, words, language, signature, id = digest(terms, chainId, registry) }) {
  return {
    format: { name: "solpact-terms", version: 1 }, chain_id: integer(chainId), genesis: hexlify(genesis), registry: getAddress(registry),
    id: hexlify(id), ...(signature !== undefined && { signature: hexlify(signature) }), language, words, terms: toFile(terms),
  };
}

/** What a body that the schema has checked says; id and words as it says them. Throws BadFile for an address or date that is none. */
export function read({ chain_id: chainId, genesis, registry, id, language, words, signature, terms }) {
  return { chainId: Number(chainId), genesis, registry: address(registry, "registry"), id, language, words, signature, terms: fromFile(terms) };
}

/**
 * The message that a wallet signs of a file's terms, once the words were made again from the other fields. Throws BadTerms
 * for terms that the registry refuses, and for words that are not theirs; `rules`: checksum address to published clause.
 */
export function signable({ chainId, registry, terms, words, language }, rules) {
  check(terms);
  const made = regenerated(terms, rules);
  if (made.words !== words || made.language !== language) throw new BadTerms("other_words", "words", "The file shows other words than the terms have.");
  return typedData(terms, chainId, registry, words);
}
