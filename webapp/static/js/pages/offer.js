/** Signed terms in a file: checked here, read as on the page to sign, and agreed in one transaction by the other party. */
import { showCall } from "./call-view.js";
import { $, dateText, h, notice, page, published, t } from "./context.js";
import { startExample } from "./example-month.js";
import { onFiles, textOf } from "./opened.js";
import { termsList, wordsList } from "./terms-view.js";
import { BadDay } from "../ppa/calendar.js";
import { BadClause } from "../ppa/clauses/index.js";
import { BadFile } from "../ppa/jsonfile.js";
import { BadOffer, notForAccount, offerOf, signaturesOf } from "../ppa/offer.js";
import { parse } from "../ppa/schemas.js";
import { STATUS } from "../ppa/storage-words.js";
import { BadTerms, ZERO_HASH } from "../ppa/terms.js";
import { NodeError, httpNode } from "../verify/node.js";
import { Reader } from "../verify/reader.js";
import { longStopPassed, registryCall } from "../wallet/calls.js";
import { Stopped, indexed, onChange, send, session } from "../wallet/session.js";

const names = Object.fromEntries(Object.entries(page.clauses).map(([name, rule]) => [rule, name]));
const here = { chainId: page.chainId, genesis: page.genesis, registry: page.contracts.PPARegistry, rules: names };
// What the file offers, once it holds. `closed`: why nobody can agree to it now; `exists`: there is such an agreement.
let offer = null;
let reading = Promise.resolve();

async function take([file]) {
  offer = null;
  $("offer").hidden = true;
  $("notices").replaceChildren();
  $("progress").textContent = "";
  try {
    const { abis, schemas } = await published();
    const body = parse(await textOf(file), { "solpact-terms": schemas["solpact-terms"] });
    const reader = new Reader(httpNode(page.rpc), abis);
    const found = await offerOf(body, here, reader.isContract);
    const status = STATUS[(await reader.agreement(here.registry, found.id)).status];
    const amends = found.terms.supersedes !== ZERO_HASH;
    const today = await reader.today();
    const late = !amends && today > found.terms.longStopDay;
    const closed = !["None", "Proposed"].includes(status) ? t("sign.not_open") : late ? await longStopPassed(found.terms, today) : null;
    await show({ ...found, exists: status !== "None", amends, closed });
  } catch (problem) {
    verdict("bad", sentence(problem, file));
  }
}

/** Why a file is no offer to read. Throws what is not of the file. */
function sentence(problem, file) {
  if (problem instanceof BadFile) {
    const key = problem.code === "unknown_format" ? "offer.not_terms" : `found.file.${problem.code}`;
    return t(key, { ...problem.values, name: file.name });
  }
  if (problem instanceof BadOffer) return t(`offer.${problem.code}`, problem.values);
  if (problem instanceof BadTerms) return t(`problem.${problem.code}`);
  if (problem instanceof BadDay) return t("problem.bad_months");
  if (problem instanceof BadClause) return t("offer.bad_clause");
  if (problem instanceof NodeError) return t("error.503");
  throw problem;
}

async function show(found) {
  const { id, terms, words, language, signers, byKey } = found;
  verdict("good", t(byKey ? "offer.signed" : "offer.contract", { who: signers.map((party) => seat(terms, party)).join(", ") }));
  $("words").replaceChildren(wordsList(words, language));
  $("exact").replaceChildren(termsList(terms));
  $("hash").textContent = id;
  $("hash-check").className = "good";
  $("hash-check").textContent = t("sign.hash_ok");
  await startExample(terms, names);
  await showCall(await agreeCall(found, session.account));
  offer = found;
  $("offer").hidden = false;
  state(session);
}

/** The call that makes the agreement, as an account would send it: of nobody yet, as the party that did not sign. */
function agreeCall(found, account) {
  const { terms, signers } = found;
  const parties = [terms.producer, terms.consumer];
  const bringer = parties.includes(account) ? account : parties.find((party) => party !== signers[0]);
  return registryCall("agree", terms, ...signaturesOf(found, bringer));
}

const seat = (terms, party) => `${t(party === terms.producer ? "word.producer" : "word.consumer").toLowerCase()} ${party}`;

function verdict(kind, words) {
  $("verdict").className = `verdict ${kind}`;
  $("verdict").replaceChildren(h("strong", {}, t(`offer.${kind}`)), h("span", {}, words));
}

/** Who may press the button, and why not. */
function state({ account }) {
  if (!offer) return;
  const { id, terms, closed, exists, amends } = offer;
  const wrong = account && notForAccount(offer, account);
  $("agree").disabled = Boolean(closed || wrong);
  const until = amends ? "" : t("offer.until", { date: dateText(terms.longStopDay) });
  const open = account ? t("offer.you_are", { who: seat(terms, account) }) : t("offer.connect");
  $("who").replaceChildren(
    closed ?? (wrong ? t(`offer.${wrong}`) : `${open} ${until}`),
    " ", exists ? h("a", { href: `/agreements/${id}` }, t("sign.to_agreement")) : "");
}

async function agree() {
  if (!session.account) {
    document.dispatchEvent(new Event("choose-wallet"));
    return;
  }
  const agreed = offer;
  const { id } = agreed;
  $("agree").disabled = true;
  try {
    const receipt = await send(await agreeCall(agreed, session.account), (step) => { $("progress").textContent = step; });
    await indexed(id, (now) => now.status === "signed");
    Object.assign(agreed, { exists: true, closed: t("sign.not_open") });
    notice("success", t("sign.done_signed", { block: Number(receipt.blockNumber) }));
  } catch (problem) {
    if (!(problem instanceof Stopped)) throw problem;
    $("progress").textContent = "";
    notice("danger", problem.message);
  } finally {
    state(session);
  }
}

// One file after the other: what is shown and what would be agreed to are always of the same one.
onFiles((files) => { reading = reading.catch(() => {}).then(() => take(files)); });
$("agree").addEventListener("click", agree);
onChange(async (now) => {
  state(now);
  if (offer) await showCall(await agreeCall(offer, now.account));
});
