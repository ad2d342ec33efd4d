/** The words of terms that are on the chain, made again here from their fields. */
import { $, h, t } from "./context.js";
import { wordsList } from "./terms-view.js";
import { BadTerms } from "../ppa/terms.js";
import { regenerated } from "../ppa/wording.js";

/** Shows them in #words; whether they are those whose hash the terms have. `names`: rule address to published name. */
export function showWords(terms, names) {
  try {
    const { language, words } = regenerated(terms, names);
    $("words").replaceChildren(wordsList(words, language));
    return true;
  } catch (problem) {
    if (!(problem instanceof BadTerms)) throw problem;
    $("words").replaceChildren(h("p", { class: "problem" }, t(`problem.${problem.code}`)));
    return false;
  }
}
