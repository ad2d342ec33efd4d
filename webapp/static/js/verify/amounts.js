/** Links statement and invoice: money again from records and clauses, and the document against it. */
import { periodOf } from "../ppa/calendar.js";
import { differences, invoiceOf } from "../ppa/invoice.js";
import { CLOSING_FLAGS, StatementWord } from "../ppa/words.js";
import { indexValue } from "./failures.js";
import { replayed } from "./replay.js";
import { worst } from "./worst.js";

export { indexValue };

const pass = (found, values = {}) => ({ ok: true, found, values });
const fail = (found, values = {}) => ({ ok: false, found, values });
const gap = (a, b) => (a > b ? a - b : b - a);

/** Statements recomputed from records, terms and events: [{statement, lines, balance, period}]. */
export const recomputed = async (s) => (await replayed(s)).done;

export async function statements(s) {
  const found = await worst(await s.line(), statementsOf);
  return found.ok ? await unknownBefore(s) ?? found : found;
}

/** A predecessor with a clause that is none of ours: its lines are what the node answers. Null if there is none. */
async function unknownBefore(s) {
  for (const before of await s.predecessors()) {
    if ([...(await before.rules()).values()].includes(null)) return { ok: null, found: "statement.unknown_clause", values: { agreement: before.id } };
  }
  return null;
}

async function statementsOf(s) {
  const [{ periods }, inherited] = [await s.agreement(), await s.inherited()];
  const closed = await s.closed();
  if (closed.length !== periods - inherited || closed.some((c, i) => c.number !== inherited + i + 1)) {
    return fail("statement.events", { told: closed.length, stored: periods - inherited });
  }
  const problem = await problemOf(s);
  if (problem) return problem;
  if (!closed.length) return pass("statement.none");
  return pass("statement.ok", { count: closed.length, cents: closed.reduce((sum, c) => sum + c.statement.amount, 0n) });
}

/** What is wrong with an agreement's own statements; null if nothing is. */
async function problemOf(s) {
  const [closed, stored, before] = [await s.closed(), await s.stored(), await s.predecessor()];
  if (!stored.length) return null;
  const { done, doubts } = await replayed(s);
  const flags = await flagsOf(s, done);
  const first = before ? await s.inherited() : 0;
  for (let number = first; number < stored.length; number++) {
    const [ours, theirs] = [done[number], stored[number]];
    const period = periodOf(theirs.lastDay);
    if ((await s.storedWord("statement", s.id, number)) !== StatementWord.pack(theirs)) return fail("statement.word", { period });
    const told = closed[number - first - 1];
    const mine = { ...ours.statement, flags: flags[number], ...await placeOf(s, told, before && number === first) };
    if (StatementWord.pack(mine) !== StatementWord.pack(theirs)) {
      return fail("statement.differs", { period, cents: gap(mine.amount, theirs.amount), wh: gap(mine.generation, theirs.generation), wh2: gap(mine.exported, theirs.exported) });
    }
    const closing = StatementWord.pack({ ...theirs, flags: theirs.flags & CLOSING_FLAGS });
    if (told && (StatementWord.pack(told.statement) !== closing || told.balance !== ours.balance || String(told.lines) !== String(ours.lines))) {
      return fail("statement.event", { period });
    }
  }
  if (!doubts.length) return null;
  return { ok: null, found: "statement.failed", values: doubts[0] };
}

/** When a statement was kept: with what it told; an opening with the first that was told; a copy as its original. */
async function placeOf(s, told, copied) {
  if (copied) {
    const { closedAt, closedOn } = (await (await s.predecessor()).stored()).at(-1);
    return { closedAt, closedOn };
  }
  const closedAt = told?.block ?? await s.openedIn();
  return { closedAt, closedOn: await s.dayOf(closedAt) };
}

/**
 * The flags of an agreement's statements as they are stored. What is brought under an heir that goes on with the numbering
 * marks what its predecessors hold; but the last statement before the handover is copied, and the heir marks the copy.
 */
async function flagsOf(s, done) {
  const own = done.map(({ statement }) => statement.flags);
  const heir = await s.successor();
  if (!heir || !await heir.inherited()) return own;
  const theirs = await flagsOf(heir, (await replayed(heir)).done);
  return [...theirs.slice(0, own.length - 1), own.at(-1)];
}

export async function balance(s) {
  const kept = (await s.agreement()).balance;
  if (await s.heir()) return kept === 0n ? pass("balance.ok", { cents: kept }) : fail("balance.differs", { cents: kept });
  const replay = await replayed(s);
  if (replay.balance !== kept) return fail("balance.differs", { cents: gap(replay.balance, kept) });
  if (replay.account() !== await s.storedWord("account", s.id)) return fail("balance.pending");
  return pass("balance.ok", { cents: kept });
}

export async function fileStatements(s) {
  if (!s.evidence) return null;
  const told = new Map((await s.closed()).map((c) => [c.number, c]));
  for (const ours of s.evidence.statements) {
    const theirs = told.get(ours.number);
    if (!theirs) return fail("statement.file_extra", { number: ours.number });
    const line = theirs.lines.findIndex((cents, i) => cents !== BigInt(ours.lines_cents[i] ?? 0));
    if (line >= 0) return fail("statement.file_line", { number: ours.number, line: line + 1, cents: gap(BigInt(ours.lines_cents[line] ?? 0), theirs.lines[line]) });
    if (String(inFile(ours)) !== String(onChain(theirs))) return fail("statement.file_differs", { number: ours.number });
  }
  return pass("statement.file_ok", { count: s.evidence.statements.length });
}

const inFile = (x) => [
  x.amount_cents, x.generation_wh, x.exported_wh, x.last_day, x.boundary_day, x.closed_on, x.closed_at, x.closed_at, x.flags,
  x.balance_cents, x.transaction, x.lines_cents.length, ...x.lines_cents,
];
const onChain = ({ statement: x, block, balance, transaction, lines }) => [
  x.amount, x.generation, x.exported, x.lastDay, x.boundaryDay, x.closedOn, x.closedAt, block, x.flags, balance, transaction,
  lines.length, ...lines,
];

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
