/** The form left; right, as one types, the exact terms in plain words and their hash: computed here, not on a server. */
import { $, h, notice, page, published, save, t } from "./context.js";
import { clauseList, termsList } from "./terms-view.js";
import { BadDay, dayOf } from "../ppa/calendar.js";
import { BadClause, KNOWN } from "../ppa/clauses/index.js";
import { getAddress, hexlify, randomBytes } from "../ppa/ethers.js";
import { compacted, recovered } from "../ppa/signatures.js";
import { BadTerms, ZERO_ADDRESS, ZERO_HASH, check, digest, typedData } from "../ppa/terms.js";
import { write } from "../ppa/termsfile.js";
import { parseDecimal } from "../ppa/text.js";
import { registryCall } from "../wallet/calls.js";
import { httpNode } from "../verify/node.js";
import { Reader } from "../verify/reader.js";
import { Stopped, indexed, onChange, send, session, signTyped } from "../wallet/session.js";

const form = $("form");
const salt = BigInt(hexlify(randomBytes(8)));
const names = Object.fromEntries(Object.entries(page.clauses).map(([name, rule]) => [rule, name]));
const touched = new Set();

class BadField extends Error {
  constructor(field, code) {
    super(t(`problem.${code}`));
    this.field = field;
  }
}

const value = (name) => form.elements[name].value.trim();

function scaled(name, scale) {
  const found = parseDecimal(value(name), scale);
  if (found === null || found < 0n) throw new BadField(name, "number");
  return found;
}

const whole = (name) => Number(scaled(name, 0));

function address(name) {
  if (!value(name)) throw new BadField(name, "missing_address");
  try {
    return getAddress(value(name));
  } catch {
    throw new BadField(name, "bad_address");
  }
}

function day() {
  try {
    return dayOf(`${value("firstMonth")}-01`);
  } catch {
    throw new BadField("firstMonth", "month");
  }
}

function zone() {
  try {
    new Intl.DateTimeFormat("en", { timeZone: value("timeZone") });
  } catch {
    throw new BadField("timeZone", "time_zone");
  }
  return value("timeZone");
}

function clause(name, parameters, months, fields) {
  try {
    KNOWN[name].check(parameters, months);
  } catch (problem) {
    if (problem instanceof BadClause) throw new BadField(fields[problem.code] ?? fields.any, problem.code);
    throw problem;
  }
  return { rule: page.clauses[name], params: KNOWN[name].encode(parameters) };
}

function clauses(months) {
  const found = [clause("EnergyCharge", {
    price: scaled("price", 6), escalator: scaled("escalator", 4), base: BigInt(value("base")),
  }, months, { any: "price", growth_too_large: "escalator" })];
  if (form.elements.guarantee.checked) {
    found.push(clause("GuaranteedGeneration", {
      energy: scaled("energy", 3), window: scaled("window", 0), degradation: scaled("degradation", 4), price: scaled("refund", 6),
    }, months, { any: "energy", no_refund: "refund", bad_window: "window", bad_degradation: "degradation" }));
  }
  return found;
}

/** The terms that the form says. Throws BadField, BadTerms or BadDay. */
function read() {
  const months = whole("months");
  if (months < 1 || months > 4095) throw new BadField("months", "bad_months");
  const terms = {
    producer: address("producer"), consumer: address("consumer"), meter: address("meter"), arbiter: ZERO_ADDRESS,
    firstDay: day(), months, disputeDays: whole("disputeDays"), currency: "EUR", timeZone: zone(),
    maxPower: scaled("maxPower", 3), documentHash: ZERO_HASH, supersedes: ZERO_HASH, salt, clauses: [],
  };
  if (terms.disputeDays > 65535) throw new BadField("disputeDays", "number");
  terms.clauses = clauses(months);
  check(terms);
  return terms;
}

const FIELD_OF = { firstDay: "firstMonth", clauses: "price" };

function show(all = false) {
  $("guarantee-fields").hidden = !form.elements.guarantee.checked;
  for (const problem of form.querySelectorAll(".problem")) problem.textContent = "";
  for (const input of form.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
  try {
    const terms = read();
    $("exact").replaceChildren(
      clauseList(terms, names), termsList(terms));
    $("hash").textContent = digest(terms, page.chainId, page.contracts.PPARegistry);
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

const here = { chainId: page.chainId, genesis: page.genesis, registry: page.contracts.PPARegistry };

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
    if (!(problem instanceof Stopped)) throw problem;
    notice("danger", problem.message);
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
