/** Links records and readings: the meter's whole history, none missing, none early, bound to its readings. */
import { dateOf, dayBounds, monthEnd } from "../ppa/calendar.js";
import { OPENING, leafOf, readingsRoot, summaryDigest } from "../ppa/readings.js";
import { nextWord, replay as replayed } from "../ppa/records.js";
import { verify as leads } from "../ppa/tree.js";
import { MeterWord } from "../ppa/storage-words.js";
import { fail, noted, pass, unsure } from "./check.js";
import { unknownFields } from "./header.js";
import { slots } from "./slots.js";

const FIRST_WORD = 0; // the day under which the ledger keeps a meter's first word
const headOf = (word) => (BigInt(word) >> 96n).toString(16).padStart(40, "0");

export async function fileRecords(s) {
  if (!s.evidence) return null;
  const [ours, theirs] = [s.evidence.records, await s.records()];
  if (ours.length > theirs.length) return fail("records.file_longer", { file: ours.length, chain: theirs.length });
  for (const [i, mine] of ours.entries()) {
    const record = theirs[i];
    const date = dateOf(record.day);
    if (mine.day !== record.day) return fail("records.file_day", { date });
    if (BigInt(mine.generation_wh) !== record.generation) return fail("records.file_generation", { date, wh: distance(mine.generation_wh, record.generation) });
    if (BigInt(mine.exported_wh) !== record.exported) return fail("records.file_exported", { date, wh: distance(mine.exported_wh, record.exported) });
    if (mine.readings_root !== record.readingsRoot) return fail("records.file_root", { date });
    if ([mine.block, mine.log_index].join() !== [record.block, record.index].join() || mine.transaction !== record.transaction) return fail("records.file_place", { date });
  }
  return pass("records.file_ok", { count: ours.length, newer: theirs.length - ours.length });
}

/** The records replay to the meter's word, as the view and the storage give it: none is missing or changed. */
export async function replay(s) {
  const records = await s.records();
  const word = replayed(0n, records);
  const { meter } = await s.theTerms();
  const ledger = await s.ledgerAddress();
  const [view] = await s.reader.view("MeterLedger", ledger, "wordOf", [meter]);
  const stored = await s.reader.storage(ledger, slots.meterWord(meter));
  const values = { count: records.length, head: headOf(word), stored: headOf(stored) };
  return word === view && word === stored ? pass("records.replay", values) : fail("records.replay_differs", values);
}

/** The word kept at the end of each month, and the first one, are those that the records give. */
export async function monthEnds(s) {
  const { meter } = await s.theTerms();
  const ledger = await s.ledgerAddress();
  const expected = keptWords(await s.records());
  for (const [day, word] of expected) {
    const [view] = await (day === FIRST_WORD
      ? s.reader.view("MeterLedger", ledger, "firstOf", [meter])
      : s.reader.view("MeterLedger", ledger, "atMonthEnd", [meter, day]));
    const same = view === word && (await s.reader.storage(ledger, slots.monthEnd(meter, day))) === word;
    if (!same) return day === FIRST_WORD ? fail("records.first_differs") : fail("records.month_differs", { date: dateOf(day) });
  }
  return pass("records.months", { count: expected.size });
}

/** The words that the ledger keeps beside the last one, by month's end, and the first one. */
function keptWords(records) {
  const kept = new Map();
  let word = 0n;
  for (const record of records) {
    const end = word === 0n ? null : monthEnd(Number(MeterWord.unpack(word).day));
    if (end !== null && record.day > end) kept.set(end, word);
    word = nextWord(word, record);
    if (end === null) kept.set(FIRST_WORD, word);
  }
  return kept;
}

/**
 * The block of each record and event is the one its log names, has its transaction, and its header makes its hash. Block 0's
 * hash stands in the file: if its header makes it, the rule is known, and then it must hold for all. A header that does not, with
 * fields that we do not know, leaves it undecided.
 */
export async function blocks(s) {
  const found = await s.blocks();
  const places = [...await s.records(), ...await s.events()];
  const other = places.find(({ block, blockHash, transaction }) =>
    found.get(block).hash !== blockHash || !found.get(block).transactions?.includes(transaction));
  if (other) return fail("records.block_other", { block: other.block });
  const headers = await s.headers();
  const [odd, newer] = [false, null].map((kind) => [...headers].filter(([n, holds]) => n !== 0 && holds === kind).map(([n]) => n));
  if (!odd.length && !newer.length) return pass("records.blocks", { count: found.size });
  if (odd.length && odd.length + newer.length < found.size - 1) return fail("records.block_hash", { block: odd[0] });
  if (newer.length) return unsure("records.block_newer", { block: newer[0], fields: unknownFields(found.get(newer[0])).join(", ") });
  return headers.get(0) ? unsure("records.block_times") : pass("records.block_rule");
}

/** No record that was billed came before its local day was over, in the agreement's time zone. */
export async function times(s) {
  const { timeZone } = await s.theTerms();
  const billed = await recorded(s, true);
  const early = await tooEarly(s, billed);
  return early ? fail("records.early", { date: dateOf(early.day), timeZone }) : pass("records.times", { count: billed.length, timeZone });
}

/** A note of a record that came too early and that no closed month rests on. */
export async function laterTimes(s) {
  const { timeZone } = await s.theTerms();
  const early = await tooEarly(s, await recorded(s, false));
  return early ? noted(unsure("records.early", { date: dateOf(early.day), timeZone })) : null;
}

/** The records on which a closed month rests, or the others. */
async function recorded(s, billed) {
  const through = await s.billedThrough();
  return (await s.records()).filter((record) => record.day <= through === billed);
}

async function tooEarly(s, records) {
  const { timeZone } = await s.theTerms();
  const found = await s.blocks();
  return records.find((record) => Number(found.get(record.block).timestamp) < dayBounds(record.day, timeZone)[1]);
}

/** Summaries and trees make the records' roots; each boundary day's last reading leads there and holds its registers. */
export async function readings(s) {
  if (!s.evidence) return null;
  const all = await s.records();
  const records = new Map(all.map((r) => [r.day, r]));
  const { timeZone } = await s.theTerms();
  for (const proof of s.evidence.days) {
    const problem = problemOf(proof, records.get(proof.day), { timeZone, opening: proof.day === all[0]?.day });
    if (problem) return fail(problem, { date: dateOf(proof.day) });
  }
  const proofs = new Map(s.evidence.days.map((d) => [d.day, d]));
  const boundaries = await boundariesOf(s);
  const missing = boundaries.filter((day) => !proofs.get(day)?.last_reading).sort((a, b) => a - b);
  if (missing.length) return unsure("readings.missing", { date: missing.map(dateOf).join(", ") });
  const counts = { count: proofs.size, closes: boundaries.length };
  const unread = (s.evidence.unread_days ?? []).map(dateOf).join(", ");
  return unread ? pass("readings.ok_but_unread", { ...counts, unread }) : pass("readings.ok", counts);
}

/** The days of the last readings that the file must have: of what was closed when it was made. A predecessor's are in its evidence. */
async function boundariesOf(s) {
  const { records, statements } = s.evidence;
  const made = Math.max(0, ...records.map((r) => Number(r.block)), ...statements.map((x) => Number(x.closed_block)));
  const recorded = new Set(records.map((r) => r.day));
  const [stored, numbers, before] = [await s.stored(), await s.numbers(), await s.predecessor()];
  const own = Object.keys(stored).map(Number).filter((n) => !before || numbers.includes(n)).map((n) => stored[n]);
  const days = own.filter((x) => x.closedBlock <= made).map((x) => x.boundaryDay);
  return [...new Set(days)].filter((day) => recorded.has(day));
}

/** What is wrong with a day of the file: a key of the texts; undefined if nothing is. */
function problemOf(proof, record, { timeZone, opening }) {
  if (!record || readingsRoot(summaryDigest(proof.summary), proof.tree_root) !== record.readingsRoot) return "readings.root";
  const reading = proof.last_reading;
  if (!reading) return undefined;
  if (!leads(leafOf(reading), proof.path, proof.tree_root)) return "readings.path";
  if (BigInt(reading.generation_wh) !== record.generation || BigInt(reading.exported_wh) !== record.exported) return "readings.register";
  const [start, end] = dayBounds(record.day, timeZone);
  const within = start <= Number(reading.time) && Number(reading.time) <= end;
  return within || (opening && Number(reading.flags) & OPENING) ? undefined : "readings.day";
}

function distance(a, b) {
  const gap = BigInt(a) - b;
  return gap < 0n ? -gap : gap;
}
