/** Link meter: it answered that it serves the agreement, and serves no other in the same days. */
import { monthEndAfter } from "../ppa/calendar.js";
import { ZERO_HASH, digest } from "../ppa/terms.js";
import { AgreementWord, ENDS, STATUS } from "../ppa/words.js";
import { slots } from "./reader.js";

const same = (a, b) => a.toLowerCase() === b.toLowerCase();
const pass = (found, values = {}) => ({ ok: true, found, values });
const fail = (found, values = {}) => ({ ok: false, found, values });

/** Whether an agreement was carried on without its new meter: it waits for it, or ended or was handed on before. */
export async function unserved(s) {
  const served = (await s.events()).some((e) => e.name === "Served");
  return !served && STATUS[(await s.agreement()).status] !== "Running" && !(await s.closed()).length && await s.predecessor() !== null;
}

export async function served(s) {
  const { meter } = await s.theTerms();
  const status = STATUS[(await s.agreement()).status];
  const events = (await s.events()).filter((e) => e.name === "Served");
  const lacking = await unserved(s);
  if (status === "Signed" && !lacking) return fail("meter.waiting", { meter });
  if (!lacking && (events.length !== 1 || !same(events[0].args.meter, meter))) return fail("meter.event", { meter });
  const [bound] = await s.reader.view("PPARegistry", s.registry, "servedBy", [meter]);
  const stored = await s.reader.storage(s.registry, slots.servedBy(meter));
  if (BigInt(bound) !== stored || (status === "Running") !== same(bound, s.id)) return fail("meter.other", { meter, other: bound });
  if (lacking) return pass(status === "Signed" ? "meter.waiting" : "meter.unserved", { meter });
  return pass("meter.ok", { meter, block: events[0].block });
}

/** The ids of the agreements that go on with this one. */
async function heirsOf(s) {
  const heir = await s.successor();
  return heir ? [heir.id, ...await heirsOf(heir)] : [];
}

/** The days that an agreement has of its meter, from its term or a handover to its term or an earlier end; null if none. */
async function daysOf(s) {
  if (await unserved(s)) return null;
  const { firstDay, months } = await s.theTerms();
  const { status, closedDay } = await s.agreement();
  const before = await s.predecessor();
  const first = before ? (await before.agreement()).closedDay + 1 : firstDay;
  return { first, last: ENDS.includes(STATUS[status]) ? closedDay : monthEndAfter(firstDay, months) };
}

async function stored(s) {
  return await s.storedWord("agreement", s.id) === AgreementWord.pack(await s.agreement());
}

export async function noOther(s) {
  const { meter } = await s.theTerms();
  const told = (await s.served()).map((e) => e.args.id);
  const [bound] = await s.reader.view("PPARegistry", s.registry, "servedBy", [meter]);
  if (![...told, s.id, ZERO_HASH].some((id) => same(id, bound))) return fail("meter.hidden", { other: bound });
  const family = [s.id, ...(await s.predecessors()).map((before) => before.id), ...await heirsOf(s)];
  const others = told.filter((id) => !family.some((one) => same(id, one)));
  const ours = await daysOf(s);
  for (const id of others) {
    const other = s.other(id);
    const terms = await other.theTerms();
    if (!terms || !same(digest(terms, s.chainId, s.registry), id)) return fail("meter.forged", { other: id });
    if (!await stored(other) || !await stored(await other.predecessor() ?? other)) return fail("meter.forged", { other: id });
    const theirs = await daysOf(other);
    if (ours && theirs && ours.first <= theirs.last && theirs.first <= ours.last) return fail("meter.two", { other: id });
  }
  return pass("meter.only", { count: others.length });
}
