/** The call that a wallet is about to sign, decoded: to compare with what the wallet shows. */
import { $, h, page, t } from "./context.js";
import { decoded } from "../wallet/calls.js";

const shown = (value) => (Array.isArray(value) ? `[${value.map(shown).join(", ")}]` : String(value));
const fact = (name, value) => [h("dt", {}, name), h("dd", {}, h("code", {}, shown(value)))];

export async function showCall({ to, data }) {
  const call = await decoded(data);
  const kinds = call.inputs.map((input) => (input.components ? "Terms" : input.type)).join(",");
  const values = call.inputs.flatMap((input, i) => (input.components
    ? input.components.flatMap((part, j) => fact(part.name, call.args[i][j]))
    : fact(input.name, call.args[i])));
  $("call").replaceChildren(
    h("dl", { class: "facts" },
      h("dt", {}, t("call.to")), h("dd", {}, h("code", {}, to), ` (PPARegistry, ${t("call.chain", { chain: page.chainId })})`),
      h("dt", {}, t("call.function")), h("dd", {}, h("code", {}, `${call.name}(${kinds}) ${call.selector}`)),
      h("dt", {}, t("call.value")), h("dd", {}, "0"),
      h("dt", {}, t("call.gas_price")), h("dd", {}, "0")),
    h("details", {}, h("summary", {}, t("call.arguments")), h("dl", { class: "facts mono" }, values)));
}
