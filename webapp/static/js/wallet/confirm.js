/** The demo wallet's question before it signs. */
import { $, h, t } from "../pages/context.js";
import { decoded } from "./calls.js";

/** Whether the visitor agrees that `role` signs the transaction. */
export async function confirmTransaction(role, transaction) {
  const call = await decoded(transaction.data);
  return ask(t("demo.confirm_title"), t("demo.confirm", { role: t(`demo.${role}`), call: call.name }), [
    [t("call.to"), transaction.to], [t("call.function"), call.name], [t("call.gas_price"), "0"],
  ]);
}

/** Whether the visitor agrees that `role` signs the typed message: its words to read, every other field by its name. */
export function confirmMessage(role, { domain, message: { words, ...message }, primaryType }) {
  const question = t("demo.message", { role: t(`demo.${role}`), type: primaryType });
  return ask(t("demo.message_title"), question, [...fields(domain), ...fields(message)], words?.split("\n"));
}

/** Names and values, those inside others by their path: "clauses.0.rule". */
function fields(value, path = "") {
  if (typeof value !== "object") return [[path, String(value)]];
  return Object.entries(value).flatMap(([name, inner]) => fields(inner, path ? `${path}.${name}` : name));
}

function ask(title, question, facts, words = []) {
  const dialog = $("dialog");
  return new Promise((resolve) => {
    const answer = (value) => () => {
      dialog.onclose = null;
      dialog.close();
      resolve(value);
    };
    dialog.replaceChildren(
      h("h2", { id: "dialog-title" }, title),
      h("p", { class: "demo-mark" }, t("demo.mark")),
      h("p", {}, question),
      ...words.map((line) => h("p", { class: "signed-words" }, line)),
      h("dl", { class: "facts" }, facts.flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, h("code", {}, value))])),
      h("div", { class: "buttons" },
        h("button", { class: "btn btn-primary", type: "button", id: "demo-yes", onclick: answer(true) }, t("demo.yes")),
        h("button", { class: "btn btn-outline-secondary", type: "button", id: "demo-no", onclick: answer(false) }, t("demo.no"))),
    );
    dialog.onclose = answer(false);
    dialog.showModal();
  });
}
