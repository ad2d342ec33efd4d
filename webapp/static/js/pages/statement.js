/** A statement: verified on entering, its invoice open to edits, and the walk from the amount to the reading. */
import { page } from "./context.js";
import { subjectOf, verifyWithInvoice } from "./checking.js";
import { ownNode } from "./report.js";
import { startWalk } from "./walk.js";
import * as invoice from "../ppa/invoice.js";
import { fromFile } from "../ppa/terms.js";

const subject = await subjectOf(ownNode, {
  id: page.id, terms: fromFile(page.terms), invoice: invoice.fromFile(page.invoice),
});
startWalk(subject, page.number);
await verifyWithInvoice(subject);
