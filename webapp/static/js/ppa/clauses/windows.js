/** When windows of months are assessed, and what of a promise falls on them (formats.md, "Windows"). */
import { dateOf } from "../calendar.js";
import { DARK } from "../storage-words.js";

const DAY_MS = 86_400_000;

/** The number of the last statement before a period that was not dark; the opening one counts as such, and any before the meter's first record. */
const lastNotDark = (period) => period.number - 1 - period.darkBefore;

/** Whether nothing was taken from the meter in a statement's period. */
export const isDark = (statement) => (statement.flags & DARK) !== 0n;

/**
 * Whether something is assessed with this period: a window that ended since the last one that was not dark, or, with the
 * last period, what of a window is open.
 */
export function isDue(period, window) {
  const ended = (number) => BigInt(number) / window;
  return period.last || (!period.dark && ended(period.number) > ended(lastNotDark(period)));
}

/**
 * What a period assesses in which something is due: the `days` after the last day of the statement `start`; `before` is the
 * number of the last month before the window that is assessed, which has `windowDays`.
 */
export function spanOf(period, window, statements) {
  const months = Number(window);
  const notDark = lastNotDark(period);
  const before = notDark - (notDark % months);
  let number = Math.max(before, period.opening);
  if (statements(number).boundaryDay > 0) {
    while (isDark(statements(number))) number += 1;
  } else {
    // Before the meter's first record nothing is promised: the span starts with that record's month.
    while (number + 1 < period.number && statements(number + 1).boundaryDay === 0) number += 1;
  }
  const start = statements(number);
  const end = period.dark ? period.boundaryDay : period.lastDay;
  const days = BigInt(Math.max(0, end - start.lastDay));
  return { before, start, days, windowDays: daysOfMonths(period.firstDay, before + 1 - period.number, months) };
}

/** What of a window's energy falls on a span, by days, rounded down to the Wh. */
export const partOf = (energy, span) => (energy * span.days) / span.windowDays;

/** The days of so many months that begin `after` months after the one that starts on `firstDay`, up to any year. */
function daysOfMonths(firstDay, after, months) {
  const [year, month] = dateOf(firstDay).split("-").map(Number);
  const first = month - 1 + after;
  return BigInt((Date.UTC(year, first + months, 1) - Date.UTC(year, first, 1)) / DAY_MS);
}
