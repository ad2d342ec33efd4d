/** Open to anyone: files dropped or an agreement named, a node chosen, every check made here. */
import { $, h, page, published, t } from "./context.js";
import { subjectOf, verifyWithInvoice } from "./checking.js";
import { onFiles, textOf } from "./opened.js";
import { foundText, ownNode, showRefusal } from "./report.js";
import { fromFile as invoiceFromFile } from "../ppa/invoice.js";
import { read, refusal } from "../verify/files.js";
import { httpNode, walletNode } from "../verify/node.js";
import { session } from "../wallet/session.js";

const SLOTS = { "solpact-terms": "agreement", "solpact-evidence": "agreement", "solpact-invoice": "invoice" };
// What is verified of each slot, {agreement, given, name, row}: the last file that was taken, or the page's own invoice.
const taken = { agreement: null, invoice: page.invoice && { agreement: page.invoice.agreement, given: { invoice: invoiceFromFile(page.invoice) } } };
let refused = null; // the check of a file of the last choice that was refused: nothing is green beside it

$("agreement").value = page.agreement;
$("agreement").addEventListener("input", () => {
  $("rpc-agreement").value = $("agreement").value;
  Object.assign(taken, { agreement: null, invoice: null });
  refused = null;
  $("dropped").replaceChildren();
});

function node() {
  const source = document.querySelector("[name=source]:checked")?.value;
  if (source === "here") return ownNode;
  if (source === "rpc") return httpNode(page.rpcUrl);
  if (source !== "wallet") throw new Error(t("verify.choose_node"));
  if (!session.wallet) {
    document.dispatchEvent(new Event("choose-wallet"));
    throw new Error(t("wallet.connect_first"));
  }
  return walletNode(session.wallet.provider, session.wallet.info.name);
}

/** What is verified: from an evidence or terms file, or an agreement of this platform's registry. */
function given() {
  const { agreement, invoice } = taken;
  const id = agreement?.agreement ?? ($("agreement").value.trim() || invoice?.agreement || "");
  if (!/^0x[0-9a-fA-F]{64}$/.test(id)) throw new Error(t("verify.no_agreement"));
  return { id, ...agreement?.given, ...invoice?.given };
}

let asked = Promise.resolve();

/** One verification at a time, as they are asked for: what is shown at the end is the last one's. */
function verify() {
  asked = asked.then(verifyGiven);
}

async function verifyGiven() {
  $("run").disabled = true;
  $("invoice-card").hidden = true;
  const box = $("verdict");
  try {
    if (refused) {
      showRefusal(refused);
      return;
    }
    const what = given();
    const from = node();
    box.className = "verdict";
    box.replaceChildren(h("span", { class: "spinner-border spinner-border-sm", "aria-hidden": "true" }), ` ${t("verify.working")}`);
    await verifyWithInvoice(await subjectOf(from, what));
  } catch (problem) {
    box.className = "verdict open";
    box.replaceChildren(h("strong", {}, t("verdict.unknown")), h("span", {}, problem.message));
  } finally {
    $("run").disabled = false;
  }
}

let reading = Promise.resolve();

async function take(files) {
  refused = null;
  for (const file of files) await readInto(file);
  const id = (taken.agreement ?? taken.invoice)?.agreement;
  if (id) $("agreement").value = $("rpc-agreement").value = id;
  if (id || refused) verify();
}

/** Takes a file in the place of the last one of its slot, or says why not. */
async function readInto(file) {
  const { name } = file;
  const row = h("li", { class: "good" }, t("verify.took", { name }));
  $("dropped").append(row);
  try {
    const { format, ...found } = read(await textOf(file), (await published()).schemas);
    const last = taken[SLOTS[format]];
    last?.row?.replaceChildren(t("verify.replaced", { name: last.name }));
    last?.row?.removeAttribute("class");
    taken[SLOTS[format]] = { ...found, name, row };
  } catch (problem) {
    const check = refusal(problem);
    check.values = { ...check.values, name };
    refused ??= check;
    row.className = "bad";
    row.replaceChildren(foundText(check));
  }
}

onFiles((files) => { reading = reading.then(() => take(files)); });
$("run").addEventListener("click", verify);
if (page.rpcUrl) {
  $("use-node").addEventListener("click", () => {
    document.querySelector("[name=source][value=rpc]").checked = true;
    verify();
  });
  $("use-node").disabled = false;
}
if (!page.rpcAsked && (page.agreement || taken.invoice)) verify();
