/**
 * Months that closed in silence before the meter's first record was known (formats.md, "Words of storage" and "Windows").
 *
 * ├── given an opening record within those months, at one's end, or before them
 * │   ├── the first statement after takes it, lit, or dark where its own month has no record
 * │   ├── its flags and its clauses count those that end after the record
 * │   └── a span starts with the record's month, or where the assessment before ended
 * ├── given no record
 * │   └── the run goes on in the flags alone, and nothing is promised
 * └── given a new meter after two runs of dark months
 *     └── it opens by the last day of the last statement that was not dark, and the run goes on
 */
import assert from "node:assert/strict";
import { test } from "node:test";

import { dayOf } from "../../webapp/static/js/ppa/calendar.js";
import { KNOWN } from "../../webapp/static/js/ppa/clauses/index.js";
import { DARK, DARK_MONTHS_PLACE, EARLY_BOUNDARY, LAST, SILENT } from "../../webapp/static/js/ppa/storage-words.js";
import { ZERO_HASH } from "../../webapp/static/js/ppa/terms.js";
import { Replay } from "../../webapp/static/js/verify/recompute.js";

const KWH = 1000n;
const NO_DAY = 0; // of a meter's record
const run = (months) => BigInt(months) << DARK_MONTHS_PLACE;
const DARK_NOW = DARK | EARLY_BOUNDARY;

/** Records by their dates, and the kWh that the meter had counted by then. */
const recordsOf = (read) => Object.entries(read).map(([date, kwh]) => ({ day: dayOf(date), generation: BigInt(kwh) * KWH, exported: 0n }));

/** A life from July 2016 that guarantees 1 kWh a day of a window that ends with September or December, at 1 EUR for one that is missing. */
function begun(read, window, meter = "first") {
  const promise = { energy: (92n * KWH * window) / 3n, window, degradation: 0n, price: 1_000_000n };
  const line = (_, period, statements) => KNOWN.GuaranteedGeneration.line(promise, period, { statements });
  const terms = { firstDay: dayOf("2016-07-01"), firstMonth: 1, months: 12, maxPower: 1_000_000n, clauses: [{}], meter };
  return { terms, agreement: ZERO_HASH, records: recordsOf(read), line };
}

/** The statements after so many silent months: flags, dark months before as clauses are given them, cents. */
async function after(silent, read, window, count) {
  const replay = new Replay(begun(read, window));
  replay.serve();
  for (let month = 0; month < silent; month++) await replay.close(NO_DAY);
  for (let month = 0; month < silent; month++) assert.equal(replay.statement(month + 1).flags, DARK_NOW | SILENT | run(month + 1));
  const closed = [];
  for (let month = 0; month < count; month++) closed.push(await replay.close());
  return closed.map(({ statement, period, lines }) => [statement.flags, period.darkBefore, lines[0]]);
}

const LIT = { "2016-08-10": 5, "2016-10-31": 15, "2016-11-30": 25, "2016-12-31": 35 };
const UNREAD = { "2016-08-10": 5, "2016-11-30": 25, "2016-12-31": 35 }; // October has no record
for (const [name, silent, read, window, expected] of [
  // September's window ends in October: August to October are 92 days, 10 kWh were made; then 61 days and 20 kWh
  ["an opening record in August is taken with October", 3, LIT, 3n, [[run(2), 2, -82_00n], [0n, 0, 0n], [0n, 0, -41_00n]]],
  // August to December are 153 days, 30 kWh were made
  ["a window that ends later starts with August too", 3, LIT, 6n, [[run(2), 2, 0n], [0n, 0, 0n], [0n, 0, -123_00n]]],
  // August to November are 122 days with 20 kWh; then December's 31 with 10
  ["October is dark and takes it", 3, UNREAD, 3n, [[DARK_NOW | run(3), 2, 0n], [0n, 3, -102_00n], [0n, 0, -21_00n]]],
  ["October is dark, and the window ends later", 3, UNREAD, 6n, [[DARK_NOW | run(3), 2, 0n], [0n, 3, 0n], [0n, 0, -123_00n]]],
  // Nothing is promised of July to September; October to December are 92 days with 30 kWh
  ["an opening record in the window's own first month", 4, { "2016-10-12": 5, "2016-11-30": 25, "2016-12-31": 35 }, 3n,
    [[run(1), 1, 0n], [0n, 0, -62_00n]]],
  ["it is taken with a dark November", 4, { "2016-10-12": 5, "2016-12-31": 35 }, 3n, [[DARK_NOW | run(2), 1, 0n], [0n, 2, -62_00n]]],
  // September and October are 61 days with 10 kWh
  ["a record of a month's last day opens the next month", 3, { "2016-08-31": 5, "2016-10-31": 15 }, 3n, [[run(1), 1, -51_00n]]],
  // all 123 days, with 10 kWh
  ["a record from before the first day opens them all", 3, { "2016-06-20": 5, "2016-10-31": 15 }, 3n, [[run(3), 3, -113_00n]]],
  // no month before: October's window, of 92 days, with 30 kWh
  ["a record of October opens none of them", 3, { "2016-10-02": 5, "2016-10-31": 15, "2016-11-30": 25, "2016-12-31": 35 }, 3n,
    [[0n, 0, 0n], [0n, 0, 0n], [0n, 0, -62_00n]]],
]) {
  test(name, async () => assert.deepEqual(await after(silent, read, window, expected.length), expected));
}

test("without a record the run goes on in the flags alone, and nothing is promised", async () => {
  const replay = new Replay(begun({}, 3n));
  replay.serve();
  for (let month = 0; month < 4; month++) await replay.close();
  const { statement, period, lines } = await replay.closeLast();
  assert.deepEqual([statement.flags, period.darkBefore, lines], [LAST | DARK_NOW | run(5), 0, [0n]]);
});

for (const [name, read] of [
  ["a new meter opens by the last statement that was not dark, behind two runs of dark ones",
    { "2016-08-05": 100, "2016-08-25": 110, "2016-11-30": 150 }],
  ["the run goes on after a change of meter, whatever the new one measured of it", { "2016-10-20": 100, "2016-11-30": 150 }],
]) {
  test(name, async () => {
    const first = new Replay(begun({ "2016-09-20": 5 }, 3n));
    first.serve();
    for (let month = 0; month < 3; month++) await first.close(NO_DAY);
    await first.close(); // October takes the record: of the three before it September alone ends after it
    assert.equal(first.statement(4).flags, DARK_NOW | run(2));
    const second = first.successor(begun(read, 3n, "second"));
    second.serve();
    assert.equal(second.base, dayOf("2016-06-30"));
    const { period } = await second.close();
    assert.deepEqual([period.generation, period.darkBefore], [50n * KWH, 2]);
  });
}
