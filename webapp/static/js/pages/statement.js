/** A statement: verified on entering, its invoice open to edits, and the walk from the amount to the reading. */
import { page } from "./context.js";
import { subjectOf, verifyWithInvoice } from "./checking.js";
import { startWalk } from "./walk.js";
import * as invoice from "../ppa/invoice.js";
import { fromFile } from "../ppa/terms.js";
import { httpNode } from "../verify/node.js";

const subject = await subjectOf(httpNode(new URL(page.rpc, location.href).href), {
  id: page.id, terms: fromFile(page.terms), invoice: invoice.fromFile(page.invoice),
});
startWalk(subject, page.number);
await verifyWithInvoice(subject);
