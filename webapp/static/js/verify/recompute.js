/** Every statement again, from records and terms alone: the registry's `close` in other words. */
import { dateOf, dayOf, monthEndAfter } from "../ppa/calendar.js";
import { DARK, EARLY_BOUNDARY } from "../ppa/words.js";
import { BadRecord } from "../ppa/records.js";

/**
 * Statements 0 (the opening) to `periods`: [{statement, lines, balance, period}]; `line(index, period, statements)`
 * (may be async) answers for a clause. Throws BadRecord where the registry would refuse to close.
 */
export async function recompute(terms, id, records, periods, line) {
  const done = [opened(terms, records)];
  const earlier = (number) => done[number].statement;
  for (let number = 1; number <= periods; number++) {
    const before = done[number - 1];
    const { period, flags } = measure(terms, id, records, number, before);
    const lines = [];
    for (let index = 0; index < terms.clauses.length; index++) lines.push(await line(index, period, earlier));
    const amount = lines.reduce((sum, cents) => sum + cents, 0n);
    const { generationRegister: generation, exportedRegister: exported, lastDay, boundaryDay } = period;
    done.push({ statement: { amount, generation, exported, lastDay, boundaryDay, flags }, lines, balance: before.balance + amount, period });
  }
  return done;
}

function opened(terms, records) {
  const closed = terms.firstDay - 1;
  const opening = lastUntil(records, closed);
  const iso = dateOf(terms.firstDay);
  const earliest = iso < "1971-01-01" ? 0 : dayOf(`${Number(iso.slice(0, 4)) - 1}${iso.slice(4)}`);
  if (!opening || opening.day < earliest) throw new BadRecord("The meter has no record in the 12 months before the first day.");
  const { generation, exported, day } = opening;
  const flags = day < closed ? EARLY_BOUNDARY : 0n;
  return { statement: { amount: 0n, generation, exported, lastDay: closed, boundaryDay: day, flags }, lines: [], balance: 0n, period: null };
}

function measure(terms, id, records, number, { statement: previous, balance }) {
  const firstDay = previous.lastDay + 1;
  const lastDay = monthEndAfter(terms.firstDay, number);
  let found = lastUntil(records, lastDay);
  let flags = 0n;
  if (!found || found.day < firstDay) {
    flags |= DARK;
    found = { day: previous.boundaryDay, generation: previous.generation, exported: previous.exported };
  }
  if (found.day < lastDay) flags |= EARLY_BOUNDARY;
  const [generation, exported] = [found.generation - previous.generation, found.exported - previous.exported];
  const most = terms.maxPower * BigInt(24 * (found.day - previous.boundaryDay));
  if (generation > most || exported > most) throw new BadRecord(`Period ${number} has more energy than ${terms.maxPower} W give.`);
  const period = {
    agreement: id, number, months: terms.months, firstDay, lastDay, boundaryDay: found.day, generation, exported,
    generationRegister: found.generation, exportedRegister: found.exported, balance, overdue: 0n,
  };
  return { period, flags };
}

function lastUntil(records, day) {
  return records.findLast((record) => record.day <= day);
}
