/** Links statement and invoice: money again from records and clauses, and the document against it. */
import { periodOf } from "../ppa/calendar.js";
import { differences, invoiceOf } from "../ppa/invoice.js";
import { AccountWord, StatementWord } from "../ppa/storage-words.js";
import { fail, pass, unsure } from "./check.js";
import { NO_ACCOUNT } from "./closing.js";
import { unseenMoney } from "./keys.js";
import { begun, replayed } from "./replay.js";
import { statementOf } from "./reader.js";

const gap = (a, b) => (a > b ? a - b : b - a);
const sum = (values) => values.reduce((total, value) => total + value, 0n);
const equal = (a, b) => StatementWord.pack(a) === StatementWord.pack(b);

/** Statements recomputed from records, terms and events, by number: {statement, lines, balance, period}. */
export const recomputed = async (s) => (await replayed(s)).replay.done;

/** Every statement, recomputed, is the stored word and the one told; and so are its lines and the balance. */
export async function statements(s) {
  const [numbers, closed] = [await s.numbers(), await s.closed()];
  const told = closed.map(({ number }) => number);
  if (String(told) !== String(numbers)) return fail("statement.events", { told: told.join(", ") || "—", stored: numbers.join(", ") || "—" });
  for (const one of await s.line()) {
    const problem = await problemOf(one, await replayed(one));
    if (problem) return fail(problem.found, problem.values);
  }
  const doubt = await doubtOf(s);
  if (doubt) return doubt;
  if (!numbers.length) return pass("statement.none");
  return pass("statement.ok", { count: numbers.length, cents: sum(closed.map(({ statement }) => statement.amount)) });
}

/** What of the money is the node's word alone; null if nothing is. The agreement's own unknown clauses are named before. */
async function doubtOf(s) {
  const undated = (await s.line()).flatMap((one) => [...one.undated]);
  if (undated.length) return unsure("statement.undated", { lines: undated.join(", ") });
  const unknown = [];
  for (const before of await s.predecessors()) {
    if ([...(await before.rules()).values()].includes(null)) unknown.push(before.id);
  }
  return unknown.length ? unsure("statement.unknown_clause", { agreement: unknown.join(", ") }) : null;
}

/** What is wrong with the statements that an agreement closed itself, and with its opening statement: {found, values}. */
async function problemOf(s, state) {
  const { replay, opened } = state;
  const told = new Map((await s.closed()).map((closed) => [closed.number, closed]));
  for (const number of await s.numbers()) {
    if (!told.has(number) || !(number in replay.done)) return { found: "statement.kept_back", values: { number } };
  }
  const isFirst = told.size > 0 && (!await s.predecessor() || !(replay.opening in (await begun(s)).done));
  if (isFirst !== (opened !== null)) return { found: "statement.opening" };
  const places = [...(opened ? [[replay.opening, opened.block]] : []), ...[...told].map(([number, { block }]) => [number, block])];
  for (const [number, block] of places.sort(([a], [b]) => a - b)) {
    const found = await differenceOf(s, state, number, { block, event: told.get(number) });
    if (found) return found;
  }
  const { generation, exported } = await s.agreement();
  if (replay.generation !== generation || replay.exported !== exported) return { found: "statement.registers" };
  return await copiedWrong(s, state) ? { found: "statement.copy" } : state.problems[0] ?? null;
}

/** How a statement is not what the records make, or not what was told in its block: {found, values}; null if it is. */
async function differenceOf(s, { replay, opened }, number, { block, event }) {
  const [stored, done] = [(await s.stored())[number], replay.done[number]];
  const expected = { ...done.statement, closedBlock: block, closedOn: await s.dayOf(block) };
  const period = periodOf(stored.lastDay);
  if (await s.storedWord("statement", await s.root(), number) !== StatementWord.pack(stored)) return { found: "statement.word", values: { period } };
  if (!equal(expected, stored)) {
    const [cents, wh, wh2] = ["amount", "generation", "exported"].map((name) => gap(expected[name], stored[name]));
    return { found: "statement.differs", values: { period, cents, wh, wh2 } };
  }
  const says = event
    ? equal(event.statement, stored) && String(event.lines) === String(done.lines) && event.balance === done.balance
    : Number(opened.args.number) === number && equal(statementOf(opened.args.statement), stored);
  return says ? null : { found: "statement.event", values: { period } };
}

/** Whether the opening of a numbering that begins with a copy of a predecessor's last statement is another. */
async function copiedWrong(s, { replay, opened }) {
  const [before, number] = [await s.predecessor(), replay.opening];
  if (!before || await s.goesOn() || opened || !(number in replay.done)) return false;
  const last = (await before.stored())[(await before.agreement()).periods];
  const copy = { ...last, flags: replay.done[number].statement.flags };
  const stored = (await s.stored())[number];
  const word = await s.storedWord("statement", await s.root(), number);
  return !equal(stored, copy) || word !== StatementWord.pack(copy);
}

/** The balance is the sum of the statements, less what was paid; what is pending stands beside it. */
export async function balance(s) {
  const kept = (await s.agreement()).balance;
  const { replay } = await replayed(s);
  const successor = await s.handedOverTo();
  const { acts, alarmDay } = replay.account;
  const [total, account] = successor ? [0n, { ...NO_ACCOUNT, acts, alarmDay }] : [replay.balance, replay.account]; // all of it went over
  if (total !== kept) return fail("balance.differs", { cents: gap(total, kept) });
  if (await s.storedWord("account", s.id) !== AccountWord.pack(account)) return fail("balance.pending");
  if (successor) return pass("balance.handed_over", { id: successor });
  const unseen = [];
  for (const one of await s.line()) unseen.push(...await unseenMoney(one));
  if (unseen.length) return unsure("balance.unseen", { cents: kept, events: unseen.map(({ name }) => name).join(", ") });
  return pass("balance.ok", { cents: kept });
}

/** The statements of the file are those of the chain. */
export async function fileStatements(s) {
  if (!s.evidence) return null;
  const told = new Map((await s.closed()).map((closed) => [closed.number, closed]));
  for (const ours of s.evidence.statements) {
    const { number } = ours;
    const theirs = told.get(Number(number));
    if (!theirs) return fail("statement.file_extra", { number });
    const line = theirs.lines.findIndex((cents, i) => i < ours.lines_cents.length && cents !== BigInt(ours.lines_cents[i]));
    if (line >= 0) return fail("statement.file_line", { number, line: line + 1, cents: gap(BigInt(ours.lines_cents[line]), theirs.lines[line]) });
    if (String(inFile(ours)) !== String(onChain(theirs))) return fail("statement.file_differs", { number });
  }
  return pass("statement.file_ok", { count: s.evidence.statements.length });
}

const inFile = (x) => [
  x.amount_cents, x.generation_wh, x.exported_wh, x.last_day, x.boundary_day, x.closed_on, x.closed_block, x.closed_block, x.flags,
  x.balance_cents, x.transaction, x.lines_cents.length, ...x.lines_cents,
];
const onChain = ({ statement: x, block, balance: after, transaction, lines }) => [
  x.amount, x.generation, x.exported, x.lastDay, x.boundaryDay, x.closedOn, x.closedBlock, block, x.flags, after, transaction,
  lines.length, ...lines,
];

/** The invoice that the chain makes for a period; null if this agreement has not closed it. */
export async function expectedInvoice(s, number) {
  if (!(await s.numbers()).includes(number)) return null;
  const [stored, told, terms] = [await s.stored(), (await s.closed()).find((closed) => closed.number === number), await s.theTerms()];
  if (!told || ![0, 1].includes(told.lines.length - terms.clauses.length)) throw new Error(`The chain does not tell the lines of statement ${number}.`);
  return invoiceOf(number, stored[number], stored[number - 1], told.lines, { terms, chainId: s.chainId, registry: s.registry, id: s.id });
}

/** An invoice equals its statement, to the cent and the Wh. */
export async function invoice(s) {
  if (!s.invoice) return null;
  const given = s.invoice;
  if (given.agreement.toLowerCase() !== s.id || given.registry.toLowerCase() !== s.registry.toLowerCase() || Number(given.chain_id) !== s.chainId) {
    return fail("invoice.other", { id: given.agreement });
  }
  const expected = await expectedInvoice(s, Number(given.number));
  if (!expected) return fail("invoice.not_closed", { number: String(given.number) });
  const found = differences(given, expected);
  if (found.length) return { ...fail("invoice.differs"), differences: found };
  return pass("invoice.ok", { period: given.period, cents: given.amount_cents, block: String(given.block) });
}
