/** Before the consumer signs: words and hash made again here, an example month, the decoded call; then sign or reject. */
import { showCall } from "./call-view.js";
import { $, h, notice, page, short, t } from "./context.js";
import { startExample } from "./example-month.js";
import { termsList } from "./terms-view.js";
import { showWords } from "./words-view.js";
import { digest, fromFile } from "../ppa/terms.js";
import { registryCall } from "../wallet/calls.js";
import { Stopped, indexed, onChange, send, session } from "../wallet/session.js";

const terms = fromFile(page.terms);

const worded = showWords(terms, page.names);
$("exact").replaceChildren(termsList(terms));

const made = digest(terms, page.chainId, page.contracts.PPARegistry);
const matches = made.toLowerCase() === page.id.toLowerCase();
$("hash-check").className = matches ? "good" : "bad";
$("hash-check").textContent = t(matches ? "sign.hash_ok" : "sign.hash_bad", { made });

startExample(terms, page.names);
registryCall("sign", terms).then(showCall);

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
  const usable = open && matches && worded && (!account || consumer);
  $("sign").disabled = $("reject").disabled = !usable;
  const who = !open ? [t("sign.not_open")] : !account ? [t("sign.connect")] : consumer ? [t("sign.you_are"), " ", short(account)] : [t("sign.not_you"), " ", short(terms.consumer)];
  $("who").replaceChildren(...who);
}
onChange(state);
