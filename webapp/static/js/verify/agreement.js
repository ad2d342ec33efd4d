/** Links terms and signatures: the right words, both parties, and where the agreement stands. */
import { AgreementWord, STATUS } from "../ppa/storage-words.js";
import { BadTerms, check as checkTerms, digest } from "../ppa/terms.js";
import { regenerated } from "../ppa/wording.js";
import { fail, noted, pass, same, unsure } from "./check.js";
import { replayed } from "./replay.js";

// What makes an agreement and ends it, in its order.
const LIFE = ["Proposed", "Signed", "Served", "Ended", "HandedOver"];
const SIGNED = ["Signed", "Running", "Ended", "HandedOver"];

/** The terms hash to the id, are those that were proposed, and such as the registry takes. */
export async function terms(s) {
  const found = s.terms ? digest(s.terms, s.chainId, s.registry) : s.id;
  if (!same(found, s.id)) return fail("terms.differ", { found, id: s.id });
  const proposed = await s.proposed();
  if (!proposed) return { ...fail("terms.none", { id: s.id }), stop: !s.terms };
  if (!same(digest(proposed, s.chainId, s.registry), s.id)) return fail("terms.event");
  checkTerms(proposed);
  return pass("terms.ok", { id: s.id, block: (await s.agreement()).proposedBlock });
}

/** The signed words are what our program makes of the terms, in Spanish or English; the file has no other text. */
export async function words(s) {
  let made;
  try {
    made = regenerated(await s.theTerms(), Object.fromEntries(await s.rules()));
  } catch (problem) {
    if (problem instanceof BadTerms && problem.code === "other_words") return fail("words.differ");
    throw problem;
  }
  if (s.words !== undefined && (s.words !== made.words || s.language !== made.language)) return fail("words.file");
  return pass(made.language === "es" ? "words.spanish" : "words.english", { count: made.words.split("\n").length });
}

/** Producer and consumer signed and the meter serves; events, view and storage agree on the blocks. */
export async function signatures(s) {
  const { status, proposedBlock, signedBlock } = await s.agreement();
  const name = STATUS[status];
  if (!SIGNED.includes(name)) return fail("signatures.none", { status: name });
  const acts = (await s.events()).filter((e) => LIFE.includes(e.name));
  const served = await mustHaveServed(s);
  const wanted = ["Proposed", "Signed", ...(served ? ["Served"] : []), ...(["Ended", "HandedOver"].includes(name) ? [name] : [])];
  const told = Object.fromEntries(acts.map((e) => [e.name.toLowerCase(), e.block]));
  const kept = told.proposed === proposedBlock && told.signed === signedBlock;
  if (String(acts.map((e) => e.name)) !== String(wanted) || !kept) return fail("signatures.events");
  if (Object.entries(s.evidence?.blocks ?? {}).some(([key, block]) => told[key] !== Number(block))) return fail("signatures.file");
  const { producer, consumer } = await s.theTerms();
  return pass("signatures.ok", { block: signedBlock, proposed: proposedBlock, producer, consumer });
}

/** The signature that a terms file brings is for who agrees with it; the chain has those of this agreement. */
export const fileSignature = (s) => (s.signature === undefined ? null : noted(unsure("signatures.of_file")));

/** Whether its meter must have answered: it did if the agreement runs, or if its months began with that. */
export async function mustHaveServed(s) {
  const { status, closedThrough } = await s.agreement();
  if (await s.isServed() || STATUS[status] === "Running") return true;
  return await s.predecessor() === null && closedThrough > 0;
}

/** What the view answers is what stands in storage, and it is where its events leave it; money and energy aside. */
export async function agreementWord(s) {
  const kept = await s.agreement();
  if (!await s.isStored()) return fail("word.differs");
  const head = await s.head();
  const signedBlock = kept.signedBlock || head;
  if (kept.proposedBlock > signedBlock || signedBlock > head) {
    return fail("word.blocks", { proposed: kept.proposedBlock, signed: kept.signedBlock, head });
  }
  const { replay } = await replayed(s);
  const handedOver = await s.handedOverTo() !== null;
  const { closedThrough, boundaryDay, periods } = replay;
  const expected = {
    ...kept, closedThrough, boundaryDay, periods, pending: replay.pending && !handedOver, status: STATUS.indexOf(await statusOf(s, replay)),
  };
  if (AgreementWord.pack(expected) !== AgreementWord.pack(kept)) return fail("word.left", { number: kept.periods });
  const roots = [await s.storedWord("root", s.id), await s.storedWord("inherited", s.id)];
  const numbering = [await s.goesOn() ? BigInt(await s.root()) : 0n, await s.predecessor() ? BigInt(await s.inherited()) : 0n];
  if (String(roots) !== String(numbering)) return fail("word.numbering");
  const { months, firstMonth } = await s.theTerms();
  return pass("word.ok", { count: (await s.numbers()).length, months: months - firstMonth + 1 });
}

async function statusOf(s, { ended, serves }) {
  const names = (await s.events()).map((e) => e.name);
  if (names.includes("HandedOver")) return "HandedOver";
  if (ended) return "Ended";
  if (serves) return "Running";
  return names.includes("Signed") ? "Signed" : "Proposed";
}
