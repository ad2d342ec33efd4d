/** terms.json: terms, the chain and registry that they are for, and maybe one party's signature of them. */
import { getAddress, hexlify } from "./ethers.js";
import { digest, fromFile, integer, toFile } from "./terms.js";

export class BadFile extends Error {}

/** The file's body. `signature`: of the id, as the registry takes it; undefined if nobody signed. */
export function write({ chainId, genesis, registry, terms, signature, id = digest(terms, chainId, registry) }) {
  return {
    format: { name: "solpact-terms", version: 1 }, chain_id: integer(chainId), genesis: hexlify(genesis), registry: getAddress(registry),
    id: hexlify(id), ...(signature !== undefined && { signature: hexlify(signature) }), terms: toFile(terms),
  };
}

/** What a body says; the id as it says it. Throws BadFile unless it stands as it would be written: one rule for every field. */
export function read(body) {
  let file, again;
  try {
    const { chain_id: chainId, genesis, registry, id, signature, terms } = body;
    file = { chainId: Number(chainId), genesis, registry, id, signature, terms: fromFile(terms) };
    digest(file.terms, file.chainId, registry);
    again = write(file);
  } catch (problem) { // many errors, one meaning: a member is missing or is not what it should be
    throw new BadFile(problem.message);
  }
  if (canonical(again) !== canonical(body)) throw new BadFile("A member does not stand as terms.json has it.");
  return file;
}

/** The same text for the same members in any order; numbers may stand as text. */
function canonical(value) {
  return JSON.stringify(value, (_, x) => {
    if (typeof x === "number") return String(x);
    return x && typeof x === "object" && !Array.isArray(x) ? Object.fromEntries(Object.entries(x).sort()) : x;
  });
}
