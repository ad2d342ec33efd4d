/** When windows of months are assessed, and what of a promise falls on them (formats.md, "Windows"). */
import { dateOf } from "../calendar.js";
import { darkMonths, isDark } from "../storage-words.js";

const DAY_MS = 86_400_000;

/** The number of the last period before this one that was not dark, or that was before the meter's first record. */
const lastNotDark = (period) => period.number - 1 - period.darkBefore;

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
  const start = statements(startOf(period, Math.max(before, period.opening), statements));
  const days = BigInt(Math.max(0, period.boundaryDay - (start.boundaryDay || start.lastDay)));
  return { before, start, days, windowDays: daysOfMonths(period.firstDay, before + 1 - period.number, months) };
}

/** The number of the statement after whose last day a span starts; `from` is that of the window's start. */
function startOf(period, from, statements) {
  let number = from;
  while (statements(number).boundaryDay === 0) {
    number += 1;
    if (number === period.number) return lastNotDark(period);
  }
  if (number > from) {
    // Before the meter's first record nothing is promised: the span starts with that record's month, or later where that
    // month's window was assessed before.
    const heard = statements(number);
    const unheard = number - darkMonths(heard) - (isDark(heard) ? 0 : 1);
    if (unheard >= from) return unheard;
  }
  while (isDark(statements(number))) number += 1;
  return number;
}

/** What of a window's energy falls on a span, by days, rounded down to the Wh. */
export const partOf = (energy, span) => (energy * span.days) / span.windowDays;

/** The days of so many months that begin `after` months after the one that starts on `firstDay`, up to any year. */
function daysOfMonths(firstDay, after, months) {
  const [year, month] = dateOf(firstDay).split("-").map(Number);
  const first = month - 1 + after;
  return BigInt((Date.UTC(year, first + months, 1) - Date.UTC(year, first, 1)) / DAY_MS);
}
