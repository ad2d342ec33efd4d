/**
 * An agreement in plain words, Spanish or English: the first field of what the parties sign, made from the other fields of
 * the terms and from which published clause each rule is. `ppa/wording` makes the same bytes.
 */
import { BadTerms, wordsHash } from "./terms.js";
import { linesOf } from "./wording/agreement.js";
import { LANGUAGES, phrasesOf } from "./wording/phrases.js";

export { LANGUAGES };

/**
 * The whole agreement in plain words; `rules`: checksum address to the name of a published clause. `terms.wordsHash` is not
 * read. Throws BadTerms, BadClause or BadDay for terms that the registry would refuse and that words cannot say.
 */
export function words(terms, rules, language) {
  return linesOf(terms, rules, phrasesOf(language)).join("\n");
}

/** The terms with the hash of their words, and the words: {terms, words}. */
export function worded(terms, rules, language) {
  const text = words(terms, rules, language);
  return { terms: { ...terms, wordsHash: wordsHash(text) }, words: text };
}

/** The language and the words whose hash the terms have, made again: {language, words}. Throws BadTerms if they have another. */
export function regenerated(terms, rules) {
  for (const language of LANGUAGES) {
    const text = words(terms, rules, language);
    if (wordsHash(text) === terms.wordsHash) return { language, words: text };
  }
  throw new BadTerms("other_words", "words", "The words of these terms are not what their other fields say.");
}

/** What it means that no arbiter is named: every page that makes terms says it. */
export function withoutArbiter(language) {
  return phrasesOf(language).say("no_arbiter");
}
