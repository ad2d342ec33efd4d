/** Links records and readings: the meter's whole history, none missing, none early, bound to its readings. */
import { dateOf, dayBounds, monthEnd } from "../ppa/calendar.js";
import { leafOf, readingsRoot, summaryDigest } from "../ppa/readings.js";
import { nextWord, replay as replayed } from "../ppa/records.js";
import { verify as leads } from "../ppa/tree.js";
import { MeterWord } from "../ppa/words.js";
import { hashHolds } from "./header.js";
import { slots } from "./reader.js";

const pass = (found, values = {}) => ({ ok: true, found, values });
const fail = (found, values = {}) => ({ ok: false, found, values });
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

export async function monthEnds(s) {
  const { meter } = await s.theTerms();
  const ledger = await s.ledgerAddress();
  let word = 0n;
  let count = 0;
  for (const record of await s.records()) {
    const last = Number(MeterWord.unpack(word).day);
    if (word !== 0n && record.day > monthEnd(last)) {
      const end = monthEnd(last);
      const [view] = await s.reader.view("MeterLedger", ledger, "atMonthEnd", [meter, end]);
      if (view !== word || (await s.reader.storage(ledger, slots.monthEnd(meter, end))) !== word) return fail("records.month_differs", { date: dateOf(end) });
      count++;
    }
    word = nextWord(word, record);
  }
  return pass("records.months", { count });
}

export async function blocks(s) {
  const found = await s.blocks();
  const odd = (await s.records()).find((r) => found.get(r.block).hash !== r.blockHash);
  if (odd) return fail("records.block_other", { block: odd.block });
  const wrong = [...found].filter(([, block]) => !hashHolds(block));
  if (wrong.length && wrong.length < found.size) return fail("records.block_hash", { block: wrong[0][0] });
  return wrong.length ? pass("records.block_rule") : pass("records.blocks", { count: found.size });
}

export async function times(s) {
  const { timeZone } = await s.theTerms();
  const found = await s.blocks();
  const early = (await s.records()).find((r) => Number(found.get(r.block).timestamp) < dayBounds(r.day, timeZone)[1]);
  return early ? fail("records.early", { date: dateOf(early.day), timeZone }) : pass("records.times", { timeZone });
}

export async function readings(s) {
  if (!s.evidence) return null;
  const records = new Map((await s.records()).map((r) => [r.day, r]));
  const proofs = new Map(s.evidence.days.map((d) => [d.day, d]));
  for (const [day, proof] of proofs) {
    const record = records.get(day);
    if (!record || readingsRoot(summaryDigest(proof.summary), proof.tree_root) !== record.readingsRoot) return fail("readings.root", { date: dateOf(day) });
    const reading = proof.last_reading;
    if (!reading) continue;
    if (!leads(leafOf(reading), proof.path, proof.tree_root)) return fail("readings.path", { date: dateOf(day) });
    if (BigInt(reading.generation_wh) !== record.generation || BigInt(reading.exported_wh) !== record.exported) return fail("readings.register", { date: dateOf(day) });
  }
  const known = new Set(s.evidence.records.map((r) => r.day));
  const boundaries = new Set((await s.stored()).map((x) => x.boundaryDay).filter((day) => known.has(day)));
  const missing = [...boundaries].find((day) => !proofs.get(day)?.last_reading);
  if (missing !== undefined) return { ok: null, found: "readings.missing", values: { date: dateOf(missing) } };
  return pass("readings.ok", { count: proofs.size, closes: boundaries.size });
}

function distance(a, b) {
  const gap = BigInt(a) - b;
  return gap < 0n ? -gap : gap;
}
