/** The form left; right, as one types, what both will sign in words, its fields and hash: made here, not on a server. */
import { $, h, language, notice, page, published, save, t } from "./context.js";
import { BadField, follow, readForm, value } from "./terms-form.js";
import { termsList, wordsList } from "./terms-view.js";
import { BadDay } from "../ppa/calendar.js";
import { BadTerms, digest } from "../ppa/terms.js";
import { write } from "../ppa/termsfile.js";
import { withoutArbiter } from "../ppa/wording.js";
import { NodeError, httpNode } from "../verify/node.js";
import { Reader } from "../verify/reader.js";
import { longStopPassed, registryCall } from "../wallet/calls.js";
import { Stopped, indexed, onChange, send, session } from "../wallet/session.js";
import { signTerms } from "../wallet/signing.js";

const form = $("form");
const here = { chainId: page.chainId, genesis: page.genesis, registry: page.contracts.PPARegistry };
const names = Object.fromEntries(Object.entries(page.clauses).map(([name, rule]) => [rule, name]));
const touched = new Set();

function show(all = false) {
  $("guarantee-fields").hidden = !form.elements.guarantee.checked;
  $("notice-field").hidden = !value("arbiter");
  $("without-arbiter").textContent = value("arbiter") ? "" : withoutArbiter(language);
  follow(touched);
  for (const problem of form.querySelectorAll(".problem")) problem.textContent = "";
  for (const input of form.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
  try {
    const { terms, words } = readForm(names);
    const id = digest(terms, here.chainId, here.registry);
    $("exact").replaceChildren(wordsList(words, language), h("details", {}, h("summary", {}, t("sign.fields")), termsList(terms)));
    $("hash").textContent = id;
    return { ...here, id, terms, words, language };
  } catch (problem) {
    if (!(problem instanceof BadField || problem instanceof BadTerms || problem instanceof BadDay)) throw problem;
    const field = problem.field ?? "months";
    const message = problem instanceof BadTerms ? t(`problem.${problem.code}`) : problem instanceof BadDay ? t("problem.bad_months") : problem.message;
    if (all || touched.has(field)) {
      $(`e-${field}`).textContent = message;
      $(`f-${field}`).setAttribute("aria-invalid", "true");
    }
    if (all) $(`f-${field}`).focus();
    $("hash").textContent = "—";
    const label = form.querySelector(`label[for="f-${field}"]`).textContent;
    $("exact").replaceChildren(h("p", { class: "hint" }, t("propose.incomplete", { field: label })), h("p", { class: "hint" }, message));
    return null;
  }
}

form.addEventListener("input", (event) => {
  touched.add(event.target.name);
  show();
});

/** Proposes in a transaction: only the producer can. */
async function propose({ id, terms }) {
  await send(await registryCall("propose", terms), (step) => notice("info", step));
  await indexed(id, () => true);
  location.assign(`/agreements/${id}`);
}

/** Signs without a transaction, and gives the file for the other party. */
async function offer(file) {
  const reader = new Reader(httpNode(page.rpc), (await published()).abis);
  const today = await reader.today();
  if (today > file.terms.longStopDay) throw new Stopped(await longStopPassed(file.terms, today));
  const signature = await signTerms(file, names, reader.isContract);
  save(write({ ...file, signature }), `terms-${file.id.slice(2, 10)}-signed.json`);
  notice("success", t("propose.signed"), h("a", { href: "/agreements/offer" }, t("propose.where_to_open")));
}

async function act(how) {
  if (!session.account) {
    document.dispatchEvent(new Event("choose-wallet"));
    return;
  }
  const file = show(true);
  if (!file) return;
  const buttons = [$("send"), $("offer")];
  buttons.forEach((button) => { button.disabled = true; });
  try {
    await how(file);
  } catch (problem) {
    if (!(problem instanceof Stopped || problem instanceof NodeError)) throw problem;
    notice("danger", problem instanceof Stopped ? problem.message : t("error.503"));
  } finally {
    $("offer").disabled = false;
    seat(session);
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  act(propose);
});
$("offer").addEventListener("click", () => act(offer));

/** The visitor's account has the seat that they chose; the other party's address is typed. */
function seat({ account }) {
  const mine = value("role");
  for (const party of ["producer", "consumer"]) form.elements[party].readOnly = party === mine;
  form.elements[mine].value = account ?? "";
  $("send").disabled = mine !== "producer";
  show();
}

form.elements.role.addEventListener("change", () => {
  const { producer, consumer } = form.elements;
  [producer.value, consumer.value] = [consumer.value, producer.value];
  seat(session);
});
onChange(seat);
