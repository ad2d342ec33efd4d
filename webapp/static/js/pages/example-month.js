/** An example month in money, before terms are signed: the energy may be changed, and each clause says its line. */
import { $, euros, h, kwh, language, t } from "./context.js";
import { monthEnd } from "../ppa/calendar.js";
import { KNOWN, NoIndexValue } from "../ppa/clauses/index.js";
import { decimal, parseDecimal } from "../ppa/text.js";

const HOURS_A_MONTH = 120n; // of full power: a sunny month's, for an example
const EXPORTED_PERCENT = 20n;
const FIELDS = ["x-generation", "x-exported"];

/** Shows the first month of some terms; `names`: rule address to published name. */
export function startExample(terms, names) {
  const most = terms.maxPower * HOURS_A_MONTH;
  [most, (most * EXPORTED_PERCENT) / 100n].forEach((energy, i) => {
    $(FIELDS[i]).value = decimal(energy, 3, language).replaceAll(language === "es" ? "." : ",", "");
    $(FIELDS[i]).oninput = () => show(terms, names);
  });
  return show(terms, names);
}

async function show(terms, names) {
  const [generation, exported] = FIELDS.map((id) => parseDecimal($(id).value, 3));
  if (generation === null || exported === null || generation < 0n || exported < 0n) {
    $("example").replaceChildren(h("p", { class: "problem" }, t("problem.number")));
    return;
  }
  const lines = await Promise.all(terms.clauses.map((clause) => lineOf(clause, names, firstMonth(terms, generation, exported))));
  const total = lines.reduce((sum, cents) => sum + (cents ?? 0n), 0n);
  const rows = terms.clauses.map(({ rule }, i) => {
    const cents = lines[i];
    return h("tr", {}, h("td", {}, `${i + 1}`), h("td", {}, names[rule] ? t(`clause.${names[rule]}`) : t("clause.unknown")),
      h("td", { class: "number" }, cents === undefined ? "?" : euros(cents, terms.currency)));
  });
  $("example").replaceChildren(
    h("p", {}, t("sign.example_energy", { consumption: kwh(generation - exported) })),
    h("table", { class: "table" },
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("invoice.line")), h("th", { scope: "col" }, t("invoice.clause")), h("th", { scope: "col", class: "number" }, t("word.amount")))),
      h("tbody", {}, rows, h("tr", { class: "total" }, h("th", { scope: "row", colspan: 2 }, t("invoice.total")), h("td", { class: "number", id: "example-total" }, euros(total, terms.currency))))));
}

/** Nothing was measured, owed or paid before it. */
function firstMonth(terms, generation, exported) {
  const { firstDay, firstMonth: number, months } = terms;
  const lastDay = monthEnd(firstDay);
  return {
    number, months, opening: number - 1, darkBefore: 0, firstDay, lastDay, boundaryDay: lastDay, dark: false, last: number === months,
    waited: false, generation, exported, generationRegister: generation, exportedRegister: exported, balance: 0n, overdueCentDays: 0n,
  };
}

/** A clause's line; undefined where we do not know the clause, or an index that it needs. */
async function lineOf({ rule, params }, names, period) {
  const kind = KNOWN[names[rule]];
  const [before, none] = [period.firstDay - 1, 0n];
  const statements = () => ({ generation: none, exported: none, lastDay: before, boundaryDay: before, flags: none });
  try {
    return (await kind?.line(kind.decode(params), period, { statements, index: () => { throw new NoIndexValue(); } }))?.cents;
  } catch (problem) {
    if (problem instanceof NoIndexValue) return undefined;
    throw problem;
  }
}
