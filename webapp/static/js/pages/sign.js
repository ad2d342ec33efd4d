/** Before the consumer signs: the hash made again here, an example month, the decoded call; then sign or reject. */
import { $, euros, h, kwh, language, notice, page, short, t } from "./context.js";
import { termsList } from "./terms-view.js";
import { KNOWN } from "../ppa/clauses/index.js";
import { decimal, parseDecimal } from "../ppa/text.js";
import { digest, fromFile } from "../ppa/terms.js";
import { decoded, registryCall } from "../wallet/calls.js";
import { monthEnd } from "../ppa/calendar.js";
import { Stopped, indexed, onChange, send, session } from "../wallet/session.js";

const terms = fromFile(page.terms);
const HOURS_A_MONTH = 120n; // of full power: a sunny month's, for an example
const EXPORTED_PERCENT = 20n;

$("exact").replaceChildren(termsList(terms));

const made = digest(terms, page.chainId, page.contracts.PPARegistry);
const matches = made.toLowerCase() === page.id.toLowerCase();
$("hash-check").className = matches ? "good" : "bad";
$("hash-check").textContent = t(matches ? "sign.hash_ok" : "sign.hash_bad", { made });

async function example() {
  const [generation, exported] = ["x-generation", "x-exported"].map((id) => parseDecimal($(id).value, 3));
  if (generation === null || exported === null || generation < 0n || exported < 0n) {
    $("example").replaceChildren(h("p", { class: "problem" }, t("problem.number")));
    return;
  }
  const period = {
    number: 1, firstDay: terms.firstDay, lastDay: monthEnd(terms.firstDay), generation, exported,
    generationRegister: generation, exportedRegister: exported,
  };
  const told = { statements: () => ({ generation: 0n, exported: 0n }) };
  const lines = await Promise.all(terms.clauses.map(({ rule, params }) => {
    const kind = KNOWN[page.names[rule]];
    return kind?.line(kind.decode(params), period, told);
  }));
  const total = lines.reduce((sum, cents) => sum + (cents ?? 0n), 0n);
  const rows = terms.clauses.map(({ rule }, i) => {
    const cents = lines[i];
    return h("tr", {}, h("td", {}, `${i + 1}`), h("td", {}, page.names[rule] ? t(`clause.${page.names[rule]}`) : t("clause.unknown")),
      h("td", { class: "number" }, cents === undefined ? "?" : euros(cents, terms.currency)));
  });
  $("example").replaceChildren(
    h("p", {}, t("sign.example_energy", { consumption: kwh(generation - exported) })),
    h("table", { class: "table" },
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("invoice.line")), h("th", { scope: "col" }, t("invoice.clause")), h("th", { scope: "col", class: "number" }, t("word.amount")))),
      h("tbody", {}, rows, h("tr", { class: "total" }, h("th", { scope: "row", colspan: 2 }, t("invoice.total")), h("td", { class: "number", id: "example-total" }, euros(total, terms.currency))))));
}

$("x-generation").value = decimal(terms.maxPower * HOURS_A_MONTH, 3, language).replaceAll(language === "es" ? "." : ",", "");
$("x-exported").value = decimal((terms.maxPower * HOURS_A_MONTH * EXPORTED_PERCENT) / 100n, 3, language).replaceAll(language === "es" ? "." : ",", "");
for (const id of ["x-generation", "x-exported"]) $(id).addEventListener("input", example);
example();

async function showCall() {
  const { to, data } = await registryCall("sign", terms);
  const call = await decoded(data);
  const shown = (value) => (Array.isArray(value) ? `[${value.map(shown).join(", ")}]` : String(value));
  $("call").replaceChildren(
    h("dl", { class: "facts" },
      h("dt", {}, t("call.to")), h("dd", {}, h("code", {}, to), ` (PPARegistry, ${t("call.chain", { chain: page.chainId })})`),
      h("dt", {}, t("call.function")), h("dd", {}, h("code", {}, `${call.name}(Terms) ${call.selector}`)),
      h("dt", {}, t("call.value")), h("dd", {}, "0"),
      h("dt", {}, t("call.gas_price")), h("dd", {}, "0")),
    h("details", {}, h("summary", {}, t("call.arguments")),
      h("dl", { class: "facts mono" }, call.inputs[0].components.flatMap((part, i) => [h("dt", {}, part.name), h("dd", {}, h("code", {}, shown(call.args[0][i])))]))));
}
showCall();

async function act(name, status) {
  const buttons = [$("sign"), $("reject")];
  if (!session.account) {
    document.dispatchEvent(new Event("choose-wallet"));
    return;
  }
  buttons.forEach((button) => { button.disabled = true; });
  try {
    const receipt = await send(await registryCall(name, terms), (step) => { $("progress").textContent = step; });
    await indexed(page.id, (now) => now.status === status);
    $("status").replaceChildren(h("span", { class: `badge status status-${status}` }, t(`status.${status}`)));
    notice(status === "signed" ? "success" : "info", t(`sign.done_${status}`, { block: Number(receipt.blockNumber) }),
      h("a", { href: `/agreements/${page.id}` }, t("sign.to_agreement")));
    page.status = status;
  } catch (problem) {
    if (!(problem instanceof Stopped)) throw problem;
    $("progress").textContent = "";
    notice("danger", problem.message);
  } finally {
    state(session);
  }
}

$("sign").addEventListener("click", () => act("sign", "signed"));
$("reject").addEventListener("click", () => act("reject", "rejected"));

function state({ account }) {
  const open = page.status === "proposed";
  const consumer = account === terms.consumer;
  const usable = open && matches && (!account || consumer);
  $("sign").disabled = $("reject").disabled = !usable;
  const who = !open ? [t("sign.not_open")] : !account ? [t("sign.connect")] : consumer ? [t("sign.you_are"), " ", short(account)] : [t("sign.not_you"), " ", short(terms.consumer)];
  $("who").replaceChildren(...who);
}
onChange(state);
