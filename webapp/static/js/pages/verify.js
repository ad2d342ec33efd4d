/** Open to anyone: files dropped or an agreement named, a node chosen, every check made here. */
import { $, h, page, t } from "./context.js";
import { subjectOf, verifyWithInvoice } from "./checking.js";
import { Unreadable, onFiles, opened } from "./opened.js";
import * as invoiceFile from "../ppa/invoice.js";
import { fromFile as termsFromFile } from "../ppa/terms.js";
import { httpNode, walletNode } from "../verify/node.js";
import { session } from "../wallet/session.js";

const dropped = { terms: null, evidence: null, invoice: page.invoice ?? null };
const KINDS = { "solpact-terms": "terms", "solpact-evidence": "evidence", "solpact-invoice": "invoice" };

$("agreement").value = page.agreement;
$("agreement").addEventListener("input", () => {
  $("rpc-agreement").value = $("agreement").value;
  Object.assign(dropped, { terms: null, evidence: null, invoice: null });
  $("dropped").replaceChildren();
});

function node() {
  const source = document.querySelector("[name=source]:checked").value;
  if (source === "rpc") return httpNode(page.rpcUrl);
  if (source === "wallet") {
    if (!session.wallet) {
      document.dispatchEvent(new Event("choose-wallet"));
      throw new Error(t("wallet.connect_first"));
    }
    return walletNode(session.wallet.provider, session.wallet.info.name);
  }
  return httpNode(new URL(page.rpc, location.href).href);
}

/** What is verified: from an evidence or terms file, or an agreement of this platform's registry. */
function given() {
  const { evidence, terms, invoice } = dropped;
  const more = invoice ? { invoice: invoiceFile.fromFile(invoice) } : {};
  if (evidence) {
    const { MeterLedger, PPARegistry } = evidence.contracts;
    return { chainId: Number(evidence.chain_id), genesis: evidence.genesis, registry: PPARegistry, ledger: MeterLedger, id: evidence.agreement, terms: termsFromFile(evidence.terms), evidence, ...more };
  }
  if (terms) return { chainId: Number(terms.chain_id), genesis: terms.genesis, registry: terms.registry, ledger: null, id: terms.id, terms: termsFromFile(terms.terms), words: terms.words, language: terms.language, ...more };
  const id = $("agreement").value.trim() || invoice?.agreement || "";
  if (!/^0x[0-9a-fA-F]{64}$/.test(id)) throw new Error(t("verify.no_agreement"));
  return { id, ...more };
}

let asked = Promise.resolve();

/** One verification at a time, as they are asked for: what is shown at the end is the last one's. */
function verify() {
  asked = asked.then(verifyGiven);
  return asked;
}

async function verifyGiven() {
  $("run").disabled = true;
  const box = $("verdict");
  try {
    const what = given();
    const from = node();
    box.className = "verdict";
    box.replaceChildren(h("span", { class: "spinner-border spinner-border-sm", "aria-hidden": "true" }), ` ${t("verify.working")}`);
    $("invoice-card").hidden = true;
    await verifyWithInvoice(await subjectOf(from, what));
  } catch (problem) {
    box.className = "verdict open";
    box.replaceChildren(h("strong", {}, t("verdict.unknown")), h("span", {}, problem.message));
  } finally {
    $("run").disabled = false;
  }
}

async function take(files) {
  for (const file of files) {
    const message = await readInto(file);
    $("dropped").append(h("li", { class: message ? "bad" : "good" }, message ?? t("verify.took", { name: file.name })));
  }
  const { evidence, terms, invoice } = dropped;
  const id = evidence?.agreement ?? terms?.id ?? invoice?.agreement;
  if (id) $("agreement").value = $("rpc-agreement").value = id;
  if (id) await verify();
}

/** Null if the file was taken, else the sentence that says why not. */
async function readInto(file) {
  try {
    const body = await opened(file, Object.keys(KINDS));
    const kind = KINDS[body.format.name];
    if (kind === "invoice") invoiceFile.fromFile(body);
    else termsFromFile(body.terms);
    dropped[kind] = body;
    return null;
  } catch (problem) {
    return problem instanceof Unreadable ? problem.message : t("verify.not_whole", { name: file.name });
  }
}

onFiles(take);
$("run").addEventListener("click", verify);
if (page.agreement || dropped.invoice) verify();
