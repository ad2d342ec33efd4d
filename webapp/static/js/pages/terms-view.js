/** The exact terms in plain words: the same on the proposal, the signature and the agreement. */
import { dateText, h, language, short, t } from "./context.js";
import { monthEndAfter } from "../ppa/calendar.js";
import { KNOWN } from "../ppa/clauses/index.js";
import { decimal } from "../ppa/text.js";
import { ZERO_ADDRESS, ZERO_HASH } from "../ppa/terms.js";

/** A list of what the terms say beside the clauses. */
export function termsList(terms) {
  const last = monthEndAfter(terms.firstDay, terms.months);
  const rows = [
    ["word.producer", h("code", {}, terms.producer)],
    ["word.consumer", h("code", {}, terms.consumer)],
    ["word.meter", h("code", {}, terms.meter)],
    ["terms.arbiter", terms.arbiter === ZERO_ADDRESS ? t("terms.none") : h("code", {}, terms.arbiter)],
    ["terms.term", t("terms.term_value", { months: terms.months, first: dateText(terms.firstDay), last: dateText(last) })],
    ["terms.time_zone", terms.timeZone],
    ["terms.currency", terms.currency],
    ["terms.max_power", `${decimal(terms.maxPower, 3, language)} kW`],
    ["terms.dispute_days", t("terms.days", { days: terms.disputeDays })],
    ["terms.document", terms.documentHash === ZERO_HASH ? t("terms.none") : short(terms.documentHash)],
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

/** The clauses as a numbered list: each one's sentence, and below it who computes it. */
export function clauseList(terms, names) {
  return h("ol", { class: "clauses" }, sentences(terms, names).map((sentence, i) => {
    const { rule } = terms.clauses[i];
    return h("li", {}, h("p", {}, sentence), h("p", { class: "detail" }, names[rule] ?? "", " ", short(rule)));
  }));
}
