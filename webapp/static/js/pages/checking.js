/** A verification with an invoice beside it: edits are compared at once, all other checks stand. */
import { $, page, published } from "./context.js";
import { invoiceEditor, markLines } from "./invoice-editor.js";
import { replaceCheck, showVerdict, verifyInto } from "./report.js";
import { sentences } from "./terms-view.js";
import { expectedInvoice, invoice as checkInvoice } from "../verify/amounts.js";
import { Reader } from "../verify/reader.js";
import { Subject } from "../verify/subject.js";

/** A subject of this page: what `given` leaves out is this platform's deployment. */
export async function subjectOf(node, given) {
  const { abis, build } = await published();
  const usual = { chainId: page.chainId, genesis: page.genesis, registry: page.contracts.PPARegistry, ledger: page.contracts.MeterLedger };
  return new Subject(new Reader(node, abis), { ...usual, ...given }, build);
}

/** Verifies, shows, and lets the invoice be edited. Gives the checks. */
export async function verifyWithInvoice(subject) {
  const currency = subject.invoice?.currency ?? "EUR";
  const { node } = subject.reader;
  let checks = await verifyInto(subject, currency);
  showVerdict(checks, node, currency);
  const terms = checks.find((c) => c.name === "terms")?.ok ? await subject.theTerms() : null;
  if (!terms) return checks;
  if (!subject.invoice) subject.invoice = await expectedInvoice(subject, (await subject.agreement()).periods).catch(() => null);
  if (!subject.invoice) return checks;

  const place = $("invoice");
  const compare = async (edited) => {
    if (!edited) return;
    subject.invoice = edited;
    const answer = { link: "invoice", name: "invoice", ...await checkInvoice(subject) };
    replaceCheck(answer, edited.currency);
    markLines(place, answer.differences ?? []);
    checks = [...checks.filter((c) => c.name !== "invoice"), answer];
    showVerdict(checks, node, edited.currency);
  };
  const names = Object.fromEntries(await subject.rules());
  $("invoice-card")?.removeAttribute("hidden");
  invoiceEditor(place, subject.invoice, sentences(terms, names), compare);
  await compare(subject.invoice);
  return checks;
}
