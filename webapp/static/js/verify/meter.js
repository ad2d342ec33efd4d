/** Link meter: it serves this agreement, and no other has billed the same days. */
import { ZERO_HASH, BadTerms, lastDay } from "../ppa/terms.js";
import { STATUS, StatementWord, isDark } from "../ppa/storage-words.js";
import { mustHaveServed } from "./agreement.js";
import { fail, noted, pass, same } from "./check.js";

/** The meter itself answered that it serves this agreement. */
export async function served(s) {
  const { meter } = await s.theTerms();
  const status = STATUS[(await s.agreement()).status];
  const events = (await s.events()).filter((e) => e.name === "Served");
  if (status === "Signed" && !await s.predecessor()) return fail("meter.waiting", { meter });
  const wanted = await mustHaveServed(s) ? 1 : 0;
  if (events.length !== wanted || events.some((e) => !same(e.args.meter, meter))) return fail("meter.event", { meter });
  const [bound, stored] = [await s.servedBy(), await s.storedWord("servedBy", meter)];
  if (BigInt(bound) !== stored || (status === "Running") !== same(bound, s.id)) return fail("meter.other", { meter, other: bound });
  if (events.length) return pass("meter.ok", { meter, block: events[0].block });
  return pass(status === "Signed" ? "meter.dark" : "meter.unserved", { meter });
}

/** No other agreement that the meter served has billed a day that this one billed. */
export async function noOther(s) {
  const { meter, firstDay } = await s.theTerms();
  const { status, boundaryDay } = await s.agreement();
  const [told, bound] = [await servedIds(s), await s.servedBy()];
  if (![...told, s.id, ZERO_HASH].includes(bound)) return fail("meter.hidden", { other: bound });
  const last = Number(await s.storedWord("billedThrough", meter));
  const billed = boundaryDay >= firstDay || (boundaryDay > 0 && await s.predecessor() !== null);
  const left = billed && STATUS[status] === "Ended" && await s.isServed();
  if (left && last < boundaryDay) return fail("meter.forgotten", { meter });
  const [own, { others }] = [await billedDays(s), await othersOf(s)];
  for (const { other, days } of others) {
    const problem = await overlapOf(own, other, days);
    if (problem) return fail(problem, { other: other.id });
  }
  return pass("meter.only", { count: others.length, days: own.last - own.first + 1 });
}

/** A note of other agreements whose term has days of this one's, which they did not bill. */
export async function beside(s) {
  const { others, unread } = await othersOf(s);
  const own = termOf(await s.theTerms());
  const found = [];
  for (const { other } of others) {
    if (meet(own, termOf(await other.theTerms()))) found.push(other.id);
  }
  if (!found.length && !unread) return null;
  return noted(pass("meter.beside", { others: found.join(", ") || "—", unread }));
}

const termOf = (terms) => ({ first: terms.firstDay, last: lastDay(terms) });
const meet = (a, b) => Math.max(a.first, b.first) <= Math.min(a.last, b.last);

/** The days that an agreement itself billed of its meter, by its terms and storage; `last` is before `first` if none. */
async function billedDays(s) {
  const first = await baseOf(s) + 1;
  return { first, last: Math.max(first - 1, (await s.agreement()).boundaryDay) };
}

/** The last day before those that an agreement itself bills: dark months that were handed over to it are among these. */
async function baseOf(s) {
  const [{ firstDay, firstMonth }, before] = [await s.theTerms(), await s.predecessor()];
  if (!before) return firstDay - 1;
  const root = await s.root();
  for (let number = await s.inherited(); number >= firstMonth - 1; number--) {
    const statement = StatementWord.unpack(await s.storedWord("statement", root, number));
    if (statement.lastDay && !isDark(statement)) return Number(statement.lastDay);
  }
  return (await before.agreement()).closedThrough; // nothing was closed before it was handed over
}

const servedIds = async (s) => [...new Set((await s.served()).map((e) => e.args.id))];

/** The other agreements that the meter served, with the days that they billed, and how many have terms that nobody can read. */
const othersOf = (s) => s.once("others", async () => {
  const line = [...(await s.line()).map(({ id }) => id), ...await successorsOf(s)];
  const others = [];
  let unread = 0;
  for (const id of (await servedIds(s)).filter((one) => !line.includes(one)).sort()) {
    try {
      const other = await s.beside(id);
      others.push({ other, days: await billedDays(other) });
    } catch (problem) {
      if (!(problem instanceof BadTerms)) throw problem;
      unread += 1; // nobody but its makers is hurt by that: the registry lets it bill no day twice
    }
  }
  return { others, unread };
});

/** What is wrong with another agreement of the meter, of which only terms and storage are believed; a key of the texts. */
async function overlapOf(own, other, days) {
  if (!await other.hasItsTerms()) return "meter.forged";
  const before = await other.predecessor();
  if (!await other.isStored() || (before && !await before.isStored())) return "meter.unstored";
  return meet(own, days) ? "meter.two" : null;
}

/** The ids of the agreements that go on with this one, as the node tells them. */
async function successorsOf(s) {
  const found = [];
  for (let id = await s.handedOverTo(); id !== null && !found.includes(id);) {
    found.push(id);
    id = await s.other(id).handedOverTo();
  }
  return found;
}
