/** The exact terms, in words and field by field: the same on the proposal, the signature and the agreement. */
import { dateText, euros, h, language, short, t } from "./context.js";
import { KNOWN } from "../ppa/clauses/index.js";
import { decimal } from "../ppa/text.js";
import { ZERO_ADDRESS, ZERO_HASH, lastDay } from "../ppa/terms.js";

/** The words that the parties sign, a paragraph a line. */
export function wordsList(words, language) {
  return h("div", { class: "signed-text", lang: language }, words.split("\n").map((line) => h("p", { class: "signed-words" }, line)));
}

/** A list of the fields, beside the clauses. */
export function termsList(terms) {
  const { firstDay, firstMonth, months } = terms;
  const [days, named] = [(number) => t("terms.days", { days: number }), terms.arbiter !== ZERO_ADDRESS];
  const rows = [
    ["word.producer", h("code", {}, terms.producer)],
    ["word.consumer", h("code", {}, terms.consumer)],
    ["word.meter", h("code", {}, terms.meter)],
    ["terms.arbiter", named ? h("code", {}, terms.arbiter) : t("terms.none")],
    ["terms.term", t("terms.term_value", { months: months + 1 - firstMonth, first: dateText(firstDay), last: dateText(lastDay(terms)) })],
    ...(firstMonth > 1 ? [["terms.life", t("terms.life_value", { number: firstMonth, months })]] : []),
    ["terms.long_stop", dateText(terms.longStopDay)],
    ["terms.dispute_days", days(terms.disputeDays)],
    ["terms.max_claim", euros(terms.maxClaim, terms.currency)],
    ["terms.notice_days", terms.noticeDays ? days(terms.noticeDays) : t("terms.no_notice")],
    ["terms.silence_days", terms.silenceDays ? days(terms.silenceDays) : t("terms.never")],
    ["terms.max_power", `${decimal(terms.maxPower, 3, language)} kW`],
    ["terms.time_zone", terms.timeZone],
    ["terms.currency", terms.currency],
    ["terms.document", terms.documentHash === ZERO_HASH ? t("terms.none") : short(terms.documentHash)],
    ...(terms.supersedes === ZERO_HASH ? [] : [["terms.supersedes", short(terms.supersedes)]]),
    ["terms.words", short(terms.wordsHash)],
    ["terms.salt", String(terms.salt).length > 14 ? short("0x" + terms.salt.toString(16)) : String(terms.salt)],
  ];
  return h("dl", { class: "facts" }, rows.flatMap(([key, value]) => [h("dt", {}, t(key)), h("dd", {}, value)]));
}

/** One sentence a clause; `names`: rule address to published name. */
export function sentences(terms, names) {
  return terms.clauses.map(({ rule, params }) => {
    const kind = KNOWN[names[rule]];
    return kind ? kind.sentence(kind.decode(params), language, terms.currency) : t("clause.unknown");
  });
}
