/** Civil days: counted from 1970-01-01 (day 0) in the plant's time zone, 16 bits, up to 2149-06-06. */

export const LAST_DAY = 65535;
const DAY_MS = 86_400_000;
const FIRST_ZONE_S = 14 * 3600; // the earliest time zone is 14 hours before UTC

export class BadDay extends Error {}

/** The civil day of an ISO date such as "2016-07-01". Throws BadDay. */
export function dayOf(iso) {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(iso);
  const ms = parts ? Date.UTC(+parts[1], +parts[2] - 1, +parts[3]) : NaN;
  if (!parts || new Date(ms).toISOString().slice(0, 10) !== iso) throw new BadDay(`${iso} is not a date; write it as 2016-07-01.`);
  return held(ms / DAY_MS);
}

/** The ISO date of a civil day. Throws BadDay outside 16 bits. */
export function dateOf(day) {
  return new Date(held(day) * DAY_MS).toISOString().slice(0, 10);
}

/** The last day of the month that `day` is in. */
export function monthEnd(day) {
  return monthEndAfter(day, 1);
}

/** The last day of month number `months` (from 1), the month of `firstDay` being the first. */
export function monthEndAfter(firstDay, months) {
  if (!(months >= 1)) throw new BadDay(`Month number ${months} does not exist: months are counted from 1.`);
  const first = new Date(held(firstDay) * DAY_MS);
  return held(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + months, 0) / DAY_MS);
}

/** The first day of the month that lies `months` before the one that starts on `firstDay`. */
export function monthsBefore(firstDay, months) {
  const first = new Date(held(firstDay) * DAY_MS);
  return held(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() - months, 1) / DAY_MS);
}

/** How many days the month of `day` has. */
export function daysOfMonth(day) {
  return Number(dateOf(monthEnd(day)).slice(-2));
}

/** Whether `day` is the first of a month. */
export function isFirstOfMonth(day) {
  return dateOf(day).endsWith("-01");
}

/** The month of a day, such as "2016-07". */
export function periodOf(day) {
  return dateOf(day).slice(0, 7);
}

/** UTC seconds at which a local day starts and ends (the end is the next local midnight). */
export function dayBounds(day, timeZone) {
  return [midnight(day, timeZone), midnight(day + 1, timeZone)];
}

/** The first UTC second at which the ledger takes a record of `day`: it is over somewhere on Earth. */
export function earliestRecordTime(day) {
  return (held(day) + 1) * 86_400 - FIRST_ZONE_S;
}

/** The civil day in `timeZone` at a moment in UTC seconds. */
export function localDay(utcSeconds, timeZone) {
  return Math.floor((utcSeconds + offsetAt(utcSeconds, timeZone)) / 86_400);
}

function midnight(day, timeZone) {
  const wall = day * 86_400;
  const first = wall - offsetAt(wall, timeZone);
  return wall - offsetAt(first, timeZone);
}

const formatters = new Map();

/** Seconds that the zone's clocks are ahead of UTC at a moment. */
function offsetAt(utcSeconds, timeZone) {
  if (!formatters.has(timeZone)) {
    formatters.set(timeZone, new Intl.DateTimeFormat("en-GB", {
      timeZone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric",
      hour: "numeric", minute: "numeric", second: "numeric",
    }));
  }
  const at = Object.fromEntries(formatters.get(timeZone).formatToParts(utcSeconds * 1000).map((p) => [p.type, +p.value]));
  return Date.UTC(at.year, at.month - 1, at.day, at.hour, at.minute, at.second) / 1000 - utcSeconds;
}

function held(day) {
  if (!Number.isInteger(day) || day < 0 || day > LAST_DAY) throw new BadDay(`Day ${day} is outside 1970-01-01 to 2149-06-06.`);
  return day;
}
