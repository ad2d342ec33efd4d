/** A close again: what the meter had recorded by then, and which clause was waited for in vain. */
import { dateOf, monthEnd } from "../ppa/calendar.js";
import { KNOWN, NoIndexValue } from "../ppa/clauses/index.js";
import { MOST_LINE } from "../ppa/clauses/kind.js";
import { CLAUSE_FAILED, FAILED_PLACE, isFlagged } from "../ppa/storage-words.js";
import { NoSuchStatement } from "./closing.js";
import { asOf } from "./indexes.js";
import { BadAnswer } from "./node.js";

export const DARK_DAYS = 60;
const CLOSING = ["Opened", "Closed", "Ended"];

/** No clause is asked outside of a close. */
export const none = () => null;

/**
 * A whole month, or, where an agreement ends, its last period, closed on a day of Greenwich. Throws BadAnswer for what the
 * registry would not have closed so, or not yet.
 */
export async function closed(s, replay, told, today, ending) {
  const { statement, number } = told;
  const { clauses, disputeDays } = replay.terms;
  const end = monthEnd(replay.closedThrough + 1);
  const [heard, waited] = [await s.heard(told), statement.flags >> FAILED_PLACE];
  if (waited >> BigInt(clauses.length)) throw new BadAnswer(`Period ${number} tells of a clause that failed, which the agreement does not have.`);
  const early = ending && statement.lastDay !== end;
  if (!early && (!replay.serves || heard < end) && today <= end + DARK_DAYS) {
    throw new BadAnswer(`Period ${number} is told to be closed when the meter had recorded up to ${dateOf(heard)} only, and ${DARK_DAYS} days had not passed.`);
  }
  if (waited && await isAlone(s, told) && today <= statement.lastDay + disputeDays) {
    throw new BadAnswer(`Period ${number} is told to have gone without a clause before it was waited for.`);
  }
  replay.line = (index, period, statements) => line(s, told, index, period, statements);
  await (early ? replay.closeLast(heard, waited) : replay.close(heard, waited, await handsOver(s, told)));
}

/** Whether it was closed for a handover. */
async function handsOver(s, { transaction }) {
  return (await s.events()).some((e) => e.name === "HandedOver" && e.transaction === transaction);
}

/** Whether its transaction did no more than close: an act, an exit or an announcement waits for no clause. */
async function isAlone(s, { transaction }) {
  return (await s.events()).every((e) => e.transaction !== transaction || CLOSING.includes(e.name));
}

/** A clause's line: by our arithmetic where its code is a published clause, else the node's word for it. */
async function line(s, told, index, period, statements) {
  const { clauses } = await s.theTerms();
  const given = toldLine(told, index, clauses.length);
  const { rule, params } = clauses[index];
  const kind = KNOWN[(await s.rules()).get(rule)];
  if (!kind) return given;
  const indexes = asOf(s, told);
  const found = await lineOrNull(kind, params, period, { statements, index: indexes.value });
  if (indexes.undated && (given === null || found?.cents !== given.cents || found?.substituted !== given.substituted)) {
    s.undated.add(`${period.number}.${index + 1}`);
    return given;
  }
  if (given === null && found !== null && !found.substituted) {
    throw new BadAnswer(`Clause ${index + 1} is said to have failed in period ${period.number}; it gives ${found.cents} cents.`);
  }
  return found;
}

/** The line of a published clause; null where it fails, or where its line does not fit. */
async function lineOrNull(kind, params, period, told) {
  const p = kind.decode(params);
  try {
    const found = await kind.line(p, period, told);
    return found.cents >= -MOST_LINE - 1n && found.cents <= MOST_LINE ? found : null;
  } catch (problem) {
    if (problem instanceof NoIndexValue || problem instanceof NoSuchStatement) return null;
    throw problem;
  }
}

/** A line as the node tells it; null for a clause that failed: it has a flag, and no line. */
function toldLine({ number, statement, lines }, index, count) {
  if (![count, count + 1].includes(lines.length)) throw new BadAnswer(`Period ${number} tells ${lines.length} lines of ${count} clauses.`);
  const named = isFlagged(statement, index);
  if (named && lines[index] === 0n && statement.flags & CLAUSE_FAILED) return null;
  return { cents: lines[index], substituted: named };
}

/** The price of an exit by a clause that we know; another's (`table` null) is what it answered. Throws BadAnswer. */
export async function checkPrice(s, replay, event, today, table) {
  const [which, price] = [Number(event.args.clause), event.args.price];
  if (which >= replay.terms.clauses.length) throw new BadAnswer(`The agreement is told to have ended by clause ${which + 1}, which it does not have.`);
  if (!table) return;
  const indexes = asOf(s, event);
  let expected = null;
  try {
    expected = await KNOWN.ExitTable.exitPrice(table, replay.periods + 1, today, { statements: replay.statement, index: indexes.value });
  } catch (problem) {
    if (!(problem instanceof NoIndexValue)) throw problem;
  }
  if (expected === price) return;
  if (!indexes.undated) throw new BadAnswer(`The exit cost ${price} cents; by its clause it costs ${expected}.`);
  s.undated.add(`${replay.periods + 1}.${which + 1}`);
}
