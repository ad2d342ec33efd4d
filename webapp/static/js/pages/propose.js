/** The form left; right, as one types, the exact terms in plain words and their hash: computed here, not on a server. */
import { $, h, notice, page, published, save, t } from "./context.js";
import { BadField, readForm, value } from "./terms-form.js";
import { clauseList, termsList } from "./terms-view.js";
import { BadDay } from "../ppa/calendar.js";
import { compacted, recovered } from "../ppa/signatures.js";
import { BadTerms, digest, typedData } from "../ppa/terms.js";
import { write } from "../ppa/termsfile.js";
import { NodeError, httpNode } from "../verify/node.js";
import { Reader } from "../verify/reader.js";
import { registryCall } from "../wallet/calls.js";
import { Stopped, indexed, onChange, send, session, signTyped } from "../wallet/session.js";

const form = $("form");
const here = { chainId: page.chainId, genesis: page.genesis, registry: page.contracts.PPARegistry };
const names = Object.fromEntries(Object.entries(page.clauses).map(([name, rule]) => [rule, name]));
const touched = new Set();

const FIELD_OF = { firstDay: "firstMonth", clauses: "price" };

function show(all = false) {
  $("guarantee-fields").hidden = !form.elements.guarantee.checked;
  for (const problem of form.querySelectorAll(".problem")) problem.textContent = "";
  for (const input of form.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
  try {
    const terms = readForm();
    $("exact").replaceChildren(clauseList(terms, names), termsList(terms));
    $("hash").textContent = digest(terms, here.chainId, here.registry);
    return terms;
  } catch (problem) {
    if (!(problem instanceof BadField || problem instanceof BadTerms || problem instanceof BadDay)) throw problem;
    const field = FIELD_OF[problem.field] ?? problem.field ?? "months";
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
async function propose(terms) {
  const id = digest(terms, here.chainId, here.registry);
  await send(await registryCall("propose", terms), (step) => notice("info", step));
  await indexed(id, () => true);
  location.assign(`/agreements/${id}`);
}

/** Signs without a transaction, and gives the file for the other party. */
async function offer(terms) {
  const reader = new Reader(httpNode(page.rpc), (await published()).abis);
  if ((await reader.today()) > terms.firstDay) throw new Stopped(t("refused.SignatureTooLate"));
  const id = digest(terms, here.chainId, here.registry);
  const { account } = session;
  const signature = compacted(id, await signTyped(typedData(terms, here.chainId, here.registry)), account);
  if (recovered(id, signature) !== account && !await reader.isContract(account)) throw new Stopped(t("offer.signed_by_another"));
  save(write({ ...here, terms, signature }), `terms-${id.slice(2, 10)}-signed.json`);
  notice("success", t("propose.signed"), h("a", { href: "/agreements/offer" }, t("propose.where_to_open")));
}

async function act(deed) {
  if (!session.account) {
    document.dispatchEvent(new Event("choose-wallet"));
    return;
  }
  const terms = show(true);
  if (!terms) return;
  const buttons = [$("send"), $("offer")];
  buttons.forEach((button) => { button.disabled = true; });
  try {
    await deed(terms);
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
