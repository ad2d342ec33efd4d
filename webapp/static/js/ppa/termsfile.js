/** terms.json: terms, their words, the chain and registry that they are for, and maybe one party's signature of them. */
import { integer } from "./eip712.js";
import { getAddress, hexlify } from "./ethers.js";
import { BadTerms, check, digest, fromFile, toFile, typedData } from "./terms.js";
import { LANGUAGES, regenerated } from "./wording.js";

export class BadFile extends Error {}

/** The file's body. `signature`: of the id, as the registry takes it; undefined if nobody signed. */
export function write({ chainId, genesis, registry, terms, words, language, signature, id = digest(terms, chainId, registry) }) {
  return {
    format: { name: "solpact-terms", version: 1 }, chain_id: integer(chainId), genesis: hexlify(genesis), registry: getAddress(registry),
    id: hexlify(id), ...(signature !== undefined && { signature: hexlify(signature) }), language, words, terms: toFile(terms),
  };
}

/** What a body says; id and words as it says them. Throws BadFile unless it stands as it would be written: one rule for every field. */
export function read(body) {
  let file, again;
  try {
    const { chain_id: chainId, genesis, registry, id, language, words, signature, terms } = body;
    file = { chainId: Number(chainId), genesis, registry, id, language, words, signature, terms: fromFile(terms) };
    digest(file.terms, file.chainId, registry);
    again = write(file);
  } catch (problem) { // many errors, one meaning: a member is missing or is not what it should be
    throw new BadFile(problem.message);
  }
  if (canonical(again) !== canonical(body)) throw new BadFile("A member does not stand as terms.json has it.");
  if (!LANGUAGES.includes(file.language) || typeof file.words !== "string") throw new BadFile("The words, or their language, are not ours.");
  return file;
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

/** The same text for the same members in any order; numbers may stand as text. */
function canonical(value) {
  return JSON.stringify(value, (_, x) => {
    if (typeof x === "number") return String(x);
    return x && typeof x === "object" && !Array.isArray(x) ? Object.fromEntries(Object.entries(x).sort()) : x;
  });
}
