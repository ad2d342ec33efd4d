/** How many cent-days of arrears a payment or an award changes. A statement falls due with the end of the next month. */
import { monthEnd } from "../ppa/calendar.js";

const days = (from, to) => BigInt(to - from);

/** When a statement up to a day falls due: the end of the month of the day after. */
export const dueDay = (lastDay) => monthEnd(lastDay + 1);

/**
 * Of a consumer's payment on a civil day, confirmed when the statements `closed` were, the opening first. What it pays of what
 * had fallen due was owed from the last closed day until the payment, and what falls due with the next month's end from
 * then; on each closed day after the payment it was counted though it was not owed.
 */
export function ofPayment(cents, day, balance, closed, closedThrough) {
  const part = (due) => (due < 0n ? 0n : due < cents ? due : cents);
  let due = balance - closed.at(-1).amount;
  if (day >= closedThrough) {
    const beyond = BigInt(Math.max(0, day - dueDay(closedThrough)));
    return part(due) * days(closedThrough, day) + (part(balance) - part(due)) * beyond;
  }
  let [late, last] = [0n, closedThrough];
  for (const before of closed.slice(0, -1).reverse()) {
    due -= before.amount;
    late -= part(due) * days(Math.max(day, before.lastDay), last);
    last = before.lastDay;
    if (last <= day) break;
  }
  return late;
}

/** Of an award, set off with the next statement: from when the disputed one fell due until that one does. */
export const ofAward = (cents, closedThrough, disputedLastDay) => cents * days(dueDay(disputedLastDay), dueDay(dueDay(closedThrough)));
