/** The invoice on the page: each line may be changed, and is compared with the chain's statement as one types. */
import { euros, h, kwh, language, t } from "./context.js";
import { decimal, parseDecimal } from "../ppa/text.js";

/**
 * Fills `place` with the invoice; `changed(invoice)` hears each edit, with null while a field is no number.
 * An edited line changes the total with it, as a forger would.
 */
export function invoiceEditor(place, invoice, sentences, changed) {
  let now = invoice;
  const total = h("td", { class: "number", id: "invoice-total" }, euros(now.amount_cents, now.currency));
  const editor = (line, i) => {
    const input = h("input", { class: "form-control number", value: decimal(line.cents, 2, language, 2), inputmode: "decimal", autocomplete: "off", "data-line": i + 1, "aria-label": t("invoice.edit", { line: i + 1 }) });
    input.addEventListener("input", () => {
      const cents = parseDecimal(input.value, 2);
      input.setAttribute("aria-invalid", String(cents === null));
      if (cents === null) {
        changed(null);
        return;
      }
      const lines = now.lines.map((old, k) => (k === i ? { ...old, cents } : old));
      const moved = now.lines[i].cents;
      now = { ...now, lines, amount_cents: now.amount_cents + cents - moved };
      total.textContent = euros(now.amount_cents, now.currency);
      changed(now);
    });
    return h("tr", { "data-row": i + 1 }, h("td", {}, `${i + 1}`), h("td", {}, sentences[i] ?? t("clause.acts")), h("td", { class: "number edit" }, h("div", { class: "input-group input-group-sm" }, input, h("span", { class: "input-group-text" }, now.currency === "EUR" ? "€" : now.currency))));
  };
  const table = h("table", { class: "table table-vcenter" },
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("invoice.line")), h("th", { scope: "col" }, t("invoice.clause")), h("th", { scope: "col", class: "number" }, t("word.amount")))),
    h("tbody", {}, now.lines.map(editor), h("tr", { class: "total" }, h("th", { scope: "row", colspan: 2 }, t("invoice.total")), total)));
  place.replaceChildren(
    h("p", { class: "detail" }, `${t("statement.period", { period: now.period })} · ${t("word.generation")} ${kwh(now.generation_wh)} · ${t("word.exported")} ${kwh(now.exported_wh)}`),
    h("div", { class: "table-responsive" }, table));
}

/** Marks the lines that differ. */
export function markLines(place, differences) {
  const wrong = new Set(differences.filter((d) => d.field === "line").map((d) => String(d.line)));
  for (const row of place.querySelectorAll("[data-row]")) {
    row.classList.toggle("wrong", wrong.has(row.dataset.row));
    row.querySelector("input").setAttribute("aria-invalid", String(wrong.has(row.dataset.row)));
  }
}
