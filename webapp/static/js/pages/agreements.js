/** On entering: what waits for the visitor's signature; their wallet's address is who they are. */
import { $, h, short, t } from "./context.js";
import { onChange } from "../wallet/session.js";

let asked = null;

onChange(async ({ account }) => {
  if (asked === account) return;
  asked = account;
  const found = account ? await fetch(`/api/v1/requests/${account}`).then((answer) => answer.json()) : [];
  if (asked !== account) return;
  $("requests").replaceChildren(...found.map((request) => h("div", { class: "alert alert-info request" },
    h("div", {}, h("p", { class: "strong" }, t("requests.title")), h("p", {}, t("requests.from"), " ", short(request.producer), ". ", t("requests.months", { months: request.months }))),
    h("a", { class: "btn btn-primary", href: `/agreements/${request.id}/sign` }, t("requests.read")))));
});
