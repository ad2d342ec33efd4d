/** Links statement and invoice: money again from records and clauses, and the document against it. */
import { periodOf } from "../ppa/calendar.js";
import { KNOWN } from "../ppa/clauses/index.js";
import { differences, invoiceOf } from "../ppa/invoice.js";
import { StatementWord } from "../ppa/words.js";
import { recompute } from "./recompute.js";

const pass = (found, values = {}) => ({ ok: true, found, values });
const fail = (found, values = {}) => ({ ok: false, found, values });
const gap = (a, b) => (a > b ? a - b : b - a);

/** Statements recomputed from records and terms; clauses that we do not know are asked. */
export async function recomputed(s) {
  const terms = await s.theTerms();
  const rules = await s.rules();
  const { periods } = await s.agreement();
  return recompute(terms, s.id, await s.records(), periods, async (index, period, earlier) => {
    const { rule, params } = terms.clauses[index];
    const kind = KNOWN[rules.get(rule)];
    if (kind) return kind.line(kind.decode(params), period, { statements: earlier, index: (address, month) => indexValue(s, address, month) });
    const told = [
      period.agreement, period.number, period.months, period.firstDay, period.lastDay, period.boundaryDay, period.generation,
      period.exported, period.generationRegister, period.exportedRegister, period.balance, period.overdue,
    ];
    return (await s.reader.view("IClause", rule, "assess", [told, params], s.registry))[0];
  });
}

export const indexValue = async (s, address, month) => (await s.reader.view("IIndex", address, "valueOf", [month]))[0];

export async function statements(s) {
  const { periods } = await s.agreement();
  const [closed, stored] = [await s.closed(), await s.stored()];
  if (closed.length !== periods || closed.some((c, i) => c.number !== i + 1)) return fail("statement.events", { told: closed.length, stored: periods });
  if (!periods) return pass("statement.none");
  for (const [number, ours] of (await recomputed(s)).entries()) {
    const theirs = stored[number];
    const period = periodOf(theirs.lastDay);
    if ((await s.storedWord("statement", s.id, number)) !== StatementWord.pack(theirs)) return fail("statement.word", { period });
    const mine = { ...ours.statement, closedAt: theirs.closedAt };
    if (StatementWord.pack(mine) !== StatementWord.pack(theirs)) {
      return fail("statement.differs", { period, cents: gap(mine.amount, theirs.amount), wh: gap(mine.generation, theirs.generation), wh2: gap(mine.exported, theirs.exported) });
    }
    const told = closed[number - 1];
    if (told && (StatementWord.pack(told.statement) !== StatementWord.pack(theirs) || told.balance !== ours.balance || String(told.lines) !== String(ours.lines))) {
      return fail("statement.event", { period });
    }
  }
  return pass("statement.ok", { count: periods, cents: closed.reduce((sum, c) => sum + c.statement.amount, 0n) });
}

export async function balance(s) {
  const total = (await s.stored()).reduce((sum, x) => sum + x.amount, 0n);
  const kept = (await s.agreement()).balance;
  return total === kept ? pass("balance.ok", { cents: kept }) : fail("balance.differs", { cents: gap(total, kept) });
}

export async function fileStatements(s) {
  if (!s.evidence) return null;
  const told = new Map((await s.closed()).map((c) => [c.number, c]));
  for (const ours of s.evidence.statements) {
    const theirs = told.get(ours.number);
    if (!theirs) return fail("statement.file_extra", { number: ours.number });
    const line = theirs.lines.findIndex((cents, i) => cents !== BigInt(ours.lines_cents[i] ?? 0));
    if (line >= 0) return fail("statement.file_line", { number: ours.number, line: line + 1, cents: gap(BigInt(ours.lines_cents[line] ?? 0), theirs.lines[line]) });
    if (BigInt(ours.amount_cents) !== theirs.statement.amount || BigInt(ours.generation_wh) !== theirs.statement.generation || BigInt(ours.exported_wh) !== theirs.statement.exported) {
      return fail("statement.file_differs", { number: ours.number });
    }
  }
  return pass("statement.file_ok", { count: s.evidence.statements.length });
}

/** The invoice that the chain makes for a period; null if it is not closed. */
export async function expectedInvoice(s, number) {
  const [stored, closed, terms] = [await s.stored(), await s.closed(), await s.theTerms()];
  const told = closed.find((c) => c.number === number);
  if (!told || !stored[number]) return null;
  return invoiceOf(number, stored[number], stored[number - 1], told.lines, { terms, chainId: s.chainId, registry: s.registry, id: s.id });
}

export async function invoice(s) {
  if (!s.invoice) return null;
  const given = s.invoice;
  if (given.agreement.toLowerCase() !== s.id.toLowerCase() || given.registry.toLowerCase() !== s.registry.toLowerCase() || Number(given.chain_id) !== s.chainId) {
    return fail("invoice.other", { id: given.agreement });
  }
  const expected = await expectedInvoice(s, Number(given.number));
  if (!expected) return fail("invoice.not_closed", { number: String(given.number) });
  const found = differences(given, expected);
  if (found.length) return { ...fail("invoice.differs", {}), differences: found };
  return pass("invoice.ok", { period: given.period, cents: given.amount_cents, block: String(given.block) });
}
