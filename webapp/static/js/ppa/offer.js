/** Terms that one party signed without a transaction, as the other opens them: `agree` takes both in one. */
import { recovered } from "./signatures.js";
import { digest } from "./terms.js";
import { BadFile, read } from "./termsfile.js";

export class BadOffer extends Error {
  /** `code`: which rule; `values`: what its sentence names. */
  constructor(code, values = {}) {
    super(code);
    Object.assign(this, { code, values });
  }
}

/**
 * What a file offers at a registry, `here` {chainId, genesis, registry}: {id, terms, signature, signers, byKey}. `signers`
 * are those who may have signed: one whose key did (`byKey`), else every party that is a contract (`isContract(address)`),
 * which only the registry can ask. Throws BadOffer.
 */
export async function offerOf(body, here, isContract) {
  const { chainId, genesis, registry, id, terms, signature } = readOf(body);
  if (signature === undefined) throw new BadOffer("unsigned");
  if (chainId !== here.chainId || genesis !== here.genesis) throw new BadOffer("other_chain", { theirs: chainId, ours: here.chainId });
  if (registry !== here.registry) throw new BadOffer("other_registry", { theirs: registry });
  const made = digest(terms, chainId, registry);
  if (made !== id) throw new BadOffer("changed", { made });

  const parties = [terms.producer, terms.consumer];
  const signer = recovered(id, signature);
  if (parties.includes(signer)) return { id, terms, signature, signers: [signer], byKey: true };
  const contracts = await Promise.all(parties.map(isContract));
  const signers = parties.filter((_, i) => contracts[i]);
  if (!signers.length) throw new BadOffer("signed_by_nobody");
  return { id, terms, signature, signers, byKey: false };
}

/** Why an account cannot bring an offer: the code of its sentence; null if it can. */
export function notForAccount({ terms, signers }, account) {
  const others = { [terms.producer]: terms.consumer, [terms.consumer]: terms.producer };
  if (!(account in others)) return "not_a_party";
  return signers.includes(others[account]) ? null : "yours";
}

function readOf(body) {
  try {
    return read(body);
  } catch (problem) {
    if (problem instanceof BadFile) throw new BadOffer("not_whole");
    throw problem;
  }
}
