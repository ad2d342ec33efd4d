/** The demo wallet's question before it signs. */
import { $, h, t } from "../pages/context.js";
import { decoded } from "./calls.js";

/** Whether the visitor agrees that `role` signs the transaction. */
export async function confirm(role, transaction) {
  const dialog = $("dialog");
  const call = await decoded(transaction.data);
  return new Promise((resolve) => {
    const answer = (value) => () => {
      dialog.onclose = null;
      dialog.close();
      resolve(value);
    };
    dialog.replaceChildren(
      h("h2", { id: "dialog-title" }, t("demo.confirm_title")),
      h("p", { class: "demo-mark" }, t("demo.mark")),
      h("p", {}, t("demo.confirm", { role: t(`demo.${role}`), call: call.name })),
      h("dl", { class: "facts" },
        h("dt", {}, t("call.to")), h("dd", {}, h("code", {}, transaction.to)),
        h("dt", {}, t("call.function")), h("dd", {}, h("code", {}, call.name)),
        h("dt", {}, t("call.gas_price")), h("dd", {}, "0")),
      h("div", { class: "buttons" },
        h("button", { class: "btn btn-primary", type: "button", id: "demo-yes", onclick: answer(true) }, t("demo.yes")),
        h("button", { class: "btn btn-outline-secondary", type: "button", id: "demo-no", onclick: answer(false) }, t("demo.no"))),
    );
    dialog.onclose = answer(false);
    dialog.showModal();
  });
}
