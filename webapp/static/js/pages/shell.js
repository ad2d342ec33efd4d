/** The header's wallet: choose, see who one is, change network. */
import { $, h, notice, page, short, t } from "./context.js";
import { discover, wallets } from "../wallet/discovery.js";
import { demoWallets } from "../wallet/demo.js";
import { changeNetwork, connect, disconnect, onChange, resume, session } from "../wallet/session.js";

const demo = page.demoWallet ? demoWallets() : [];
const everyWallet = () => [...demo, ...wallets()];

function choose() {
  const dialog = $("dialog");
  const pick = (wallet) => async () => {
    dialog.close();
    try {
      await connect(wallet);
    } catch (problem) {
      notice("warning", problem.message);
    }
  };
  const found = everyWallet();
  dialog.replaceChildren(
    h("h2", { id: "dialog-title" }, t("wallet.choose")),
    h("p", { class: "hint" }, t("wallet.choose_hint")),
    h("ul", { class: "wallets" }, found.map((wallet) => h("li", {}, h("button", { class: "btn w-100", type: "button", "data-wallet": wallet.info.rdns, onclick: pick(wallet) },
      /^data:image\//.test(wallet.info.icon) ? h("img", { src: wallet.info.icon, alt: "", width: 24, height: 24 }) : null, wallet.info.name)))),
    found.length ? "" : h("p", {}, t("wallet.none")),
    h("div", { class: "buttons" },
      session.account && h("button", { class: "btn btn-outline-danger", type: "button", onclick: () => { dialog.close(); disconnect(); } }, t("wallet.disconnect")),
      h("button", { class: "btn btn-outline-secondary", type: "button", onclick: () => dialog.close() }, t("wallet.cancel"))),
  );
  dialog.onclose = null;
  dialog.showModal();
}

function show() {
  const open = (label, ...inside) => h("button", { class: "btn btn-sm", type: "button", id: "wallet-button", "aria-haspopup": "dialog", onclick: choose, title: label }, ...inside);
  if (!session.account) {
    $("wallet").replaceChildren(open(null, t("wallet.connect")));
    return;
  }
  $("wallet").replaceChildren(open(t("wallet.is", { name: session.wallet.info.name, account: session.account }), `${session.wallet.info.name} `, short(session.account)));
  if (session.chainId !== page.chainId) wrongNetwork();
  else document.querySelector("#notices .wrong-network")?.parentElement.remove();
}

function wrongNetwork() {
  const change = async () => {
    try {
      await changeNetwork();
    } catch (problem) {
      notice("warning", problem.message);
    }
  };
  notice("warning", t("wallet.wrong_network", { theirs: session.chainId, ours: page.chainId }),
    h("button", { class: "btn btn-warning btn-sm wrong-network", type: "button", onclick: change }, t("wallet.change_network")));
}

document.addEventListener("choose-wallet", choose);
onChange(show);
discover(() => resume(everyWallet()));
