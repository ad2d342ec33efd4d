/** A verification as it runs, on any page: the list of checks, and the verdict in green or red. */
import { $, euros, h, kwh, language, page, t } from "./context.js";
import { sentence as differenceSentence } from "../ppa/invoice.js";
import { httpNode } from "../verify/node.js";
import { run, verdict } from "../verify/run.js";

const MARKS = { true: "✓", false: "✗", null: "?", note: "i" };
const CLASSES = { true: "good", false: "bad", null: "open", note: "note" };

/** This platform's node. */
export const ownNode = httpNode(new URL(page.rpc, location.href).href);

const answeredBy = (node) => (node === ownNode ? t("verdict.by_own") : t("verdict.by_other", { node: node.url }));

/** What a check found, as a sentence. */
export function foundText(check, currency = "EUR") {
  const found = ownText(check, currency);
  return check.before ? t("verify.in_predecessor", { id: `${check.before.slice(0, 10)}…`, found }) : found;
}

function ownText(check, currency) {
  if (check.differences) return check.differences.map((d) => differenceSentence(d, language, currency)).join("; ");
  const values = Object.fromEntries(Object.entries(check.values ?? {}).map(([name, value]) => [name,
    name === "cents" ? euros(value, currency) : ["wh", "wh2"].includes(name) ? kwh(value) : value]));
  return t(`found.${check.found}`, values);
}

function row(check, currency) {
  const mark = check.note ? "note" : check.ok;
  return h("li", { class: CLASSES[mark], "data-check": check.name },
    h("span", { class: "tick", role: "img", "aria-label": t(`mark.${mark}`) }, MARKS[mark]),
    h("div", {}, h("p", { class: "strong" }, t(`check.${check.name}`)), h("p", { class: "detail" }, foundText(check, currency))));
}

/** Runs every check of a subject and shows each; gives them all. */
export async function verifyInto(subject, currency = "EUR") {
  $("checks").replaceChildren();
  $("answered").textContent = t("verify.answered", { node: subject.reader.node.url });
  const checks = await run(subject, (check) => $("checks").append(row(check, currency)));
  return checks;
}

/** Shows the check of a file that was refused: nothing was compared. */
export function showRefusal(check) {
  $("checks").replaceChildren(row(check));
  $("answered").textContent = "";
  showVerdict([check], null);
}

/** Puts one check's new answer in its place (the invoice, after an edit). */
export function replaceCheck(check, currency = "EUR") {
  const old = $("checks").querySelector(`[data-check="${check.name}"]`);
  if (old) old.replaceWith(row(check, currency));
  else $("checks").append(row(check, currency));
}

/** Green, red or grey: the one sentence of all checks, and the node that was asked, null if none was. */
export function showVerdict(checks, node, currency = "EUR") {
  const box = $("verdict");
  const result = verdict(checks);
  const signed = checks.find((c) => c.name === "signatures" && c.ok);
  const broken = checks.find((c) => !c.note && c.ok === (result === "differs" ? false : null));
  box.className = `verdict ${{ ok: "good", differs: "bad", unknown: "open" }[result]}`;
  if (result === "ok") {
    const { block } = signed.values;
    box.replaceChildren(h("strong", {}, t("verdict.ok", { block })), h("span", {}, t("verdict.ok_hint", { count: checks.filter((c) => !c.note).length })));
  } else if (result === "differs") {
    const first = broken.differences?.[0];
    const short = first ? differenceSentence(first, language, currency).replace(/ \(.*\)$/, "") : t("verdict.differs", { check: t(`check.${broken.name}`) });
    const rest = signed && broken.name === "invoice" ? t("verdict.differs_hint", { block: signed.values.block }) : "";
    box.replaceChildren(h("strong", {}, short), h("span", {}, `${foundText(broken, currency)}. ${rest}`));
  } else {
    box.replaceChildren(h("strong", {}, t("verdict.unknown")), h("span", {}, broken ? foundText(broken, currency) : ""));
  }
  if (node) box.append(h("span", { id: "answered-by" }, answeredBy(node)));
}
