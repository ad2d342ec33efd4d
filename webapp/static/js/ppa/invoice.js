/** The document outside the chain that must equal the statement, and how it differs where it does not. */
import { periodOf } from "./calendar.js";
import { address } from "./jsonfile.js";
import * as text from "./text.js";

/** The invoice that equals a statement; `previous` is the statement before it, `lines` in cents. */
export function invoiceOf(number, statement, previous, lines, { terms, chainId, registry, id }) {
  const [generation, exported] = [statement.generation - previous.generation, statement.exported - previous.exported];
  return {
    chain_id: BigInt(chainId), registry, agreement: id, period: periodOf(previous.lastDay + 1), number: BigInt(number),
    currency: terms.currency, generation_wh: generation, exported_wh: exported, consumption_wh: generation - exported,
    // After the clauses' lines, what acts and awards brought: the registry's own.
    lines: lines.map((cents, i) => ({ clause: BigInt(i + 1), rule: terms.clauses[i]?.rule ?? registry, cents })),
    amount_cents: statement.amount, block: BigInt(statement.closedBlock),
  };
}

/** From a body that the schema has checked: numbers to BigInt. Throws BadFile for an address not in checksum form. */
export function fromFile(f) {
  const numbers = ["chain_id", "number", "generation_wh", "exported_wh", "consumption_wh", "amount_cents", "block"];
  return {
    registry: address(f.registry, "registry"), agreement: f.agreement, period: f.period, currency: f.currency,
    ...Object.fromEntries(numbers.map((name) => [name, BigInt(f[name])])),
    lines: f.lines.map((line) => ({ clause: BigInt(line.clause), rule: address(line.rule, "rule"), cents: BigInt(line.cents) })),
  };
}

/** Everything in which an invoice is not the expected one: [{field, found, expected, unit, line}]. */
export function differences(invoice, expected) {
  const found = [];
  const add = (field, a, b, unit = "", line = null) => a !== b && found.push({ field, found: a, expected: b, unit, line });
  for (const name of ["chain_id", "registry", "agreement", "period", "number", "currency", "block"]) add(name, invoice[name], expected[name]);
  add("lines", BigInt(invoice.lines.length), BigInt(expected.lines.length));
  invoice.lines.slice(0, expected.lines.length).forEach((ours, i) => {
    const theirs = expected.lines[i];
    add("line", ours.cents, theirs.cents, "cents", i + 1);
    if (ours.clause !== theirs.clause || ours.rule !== theirs.rule) add("rule", ours.rule, `${theirs.rule} `, "", i + 1);
  });
  add("amount_cents", invoice.amount_cents, expected.amount_cents, "cents");
  for (const name of ["generation_wh", "exported_wh", "consumption_wh"]) add(name, invoice[name], expected[name], "Wh");
  return found;
}

const NAMES = {
  chain_id: ["cadena", "chain"], registry: ["registro de contratos", "registry"], agreement: ["contrato", "agreement"],
  period: ["periodo", "period"], number: ["número de liquidación", "statement number"], currency: ["moneda", "currency"],
  block: ["bloque", "block"], generation_wh: ["energía generada", "generation"], exported_wh: ["energía vertida", "export"],
  consumption_wh: ["autoconsumo", "consumption"], lines: ["número de líneas", "number of lines"],
  rule: ["cláusula de la línea", "rule of line"], line: ["línea", "line"], amount_cents: ["total", "total"],
};

/** Such as "Difiere en 0,01 €: línea 1 (104,95 € en vez de 104,94 €)". */
export function sentence(difference, language, currency = "EUR") {
  const { field, found, expected, unit, line } = difference;
  const es = language === "es";
  const name = NAMES[field][es ? 0 : 1] + (line ? ` ${line}` : "");
  const shown = (value) => (unit === "cents" ? text.money(value, language, currency) : unit === "Wh" ? text.energy(value, language) : String(value).trim());
  const instead = es ? `${shown(found)} en vez de ${shown(expected)}` : `${shown(found)} instead of ${shown(expected)}`;
  if (!unit) return es ? `Difiere: ${name}, ${instead}` : `Differs: ${name}, ${instead}`;
  const by = shown(found > expected ? found - expected : expected - found);
  return es ? `Difiere en ${by}: ${name} (${instead})` : `Differs by ${by}: ${name} (${instead})`;
}
