/** A period's energy from the meter's records, as the registry counts it: registers in Wh (BigInt). */

const HOURS = 24n;

/** The meter's last record at or before a day; null if there is none. */
export function lastUntil(records, day) {
  return records.findLast((record) => record.day <= day) ?? null;
}

/**
 * The record with whose registers billing begins, of those up to the day `until`: the last one at or before `base`, or else
 * the first one; null if there is none.
 */
export function opening(records, base, until) {
  const found = lastUntil(records, base) ?? records[0] ?? null;
  return found !== null && found.day <= until ? found : null;
}

/**
 * What was counted from the registers of the day `since` to a record, for a plant of so many W; nothing where it is not
 * `possible`: more than the plant can make.
 */
export function counted(record, { generation, exported }, since, maxPower) {
  const found = { generation: record.generation - generation, exported: record.exported - exported, possible: true };
  const most = maxPower * HOURS * BigInt(record.day - since);
  return found.generation > most || found.exported > most ? { generation: 0n, exported: 0n, possible: false } : found;
}

/** What is billed of a register, and what of the correction waits for the next statement: no bill is negative. */
export function corrected(countedWh, correction) {
  const total = countedWh + correction;
  return total < 0n ? [0n, total] : [total, 0n];
}
