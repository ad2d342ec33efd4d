/** Links records and readings: the meter's whole history, none missing, none early, bound to its readings. */
import { dateOf, dayBounds, monthEnd } from "../ppa/calendar.js";
import { OPENING, leafOf, readingsRoot, summaryDigest } from "../ppa/readings.js";
import { nextWord, replay as replayed } from "../ppa/records.js";
import { verify as leads } from "../ppa/tree.js";
import { MeterWord } from "../ppa/words.js";
import { hashHolds } from "./header.js";
import { slots } from "./reader.js";
import { worst } from "./worst.js";

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

export const replay = async (s) => worst(await s.meters(), replayOf);

async function replayOf(s) {
  const records = await s.records();
  const word = replayed(0n, records);
  const { meter } = await s.theTerms();
  const ledger = await s.ledgerAddress();
  const [view] = await s.reader.view("MeterLedger", ledger, "wordOf", [meter]);
  const stored = await s.reader.storage(ledger, slots.meterWord(meter));
  const values = { count: records.length, head: headOf(word), stored: headOf(stored) };
  return word === view && word === stored ? pass("records.replay", values) : fail("records.replay_differs", values);
}

export const monthEnds = async (s) => worst(await s.meters(), monthEndsOf);

async function monthEndsOf(s) {
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
  const all = new Map();
  for (const one of await s.line()) {
    const found = await one.blocks();
    const places = [...await one.records(), ...await one.events()];
    const odd = places.find(({ block, blockHash, transaction }) => found.get(block).hash !== blockHash || !found.get(block).transactions.includes(transaction));
    if (odd) return fail("records.block_other", { block: odd.block });
    found.forEach((block, number) => all.set(number, block));
  }
  return headers(all);
}

/** Block 0's hash stands in the file: if its header makes it, the rule is known, and then it must hold for all. */
function headers(blocks) {
  const wrong = [...blocks.keys()].filter((number) => number !== 0 && !hashHolds(blocks.get(number)));
  if (!wrong.length) return pass("records.blocks", { count: blocks.size });
  if (wrong.length < blocks.size - 1) return fail("records.block_hash", { block: wrong[0] });
  return hashHolds(blocks.get(0)) ? { ok: null, found: "records.block_times", values: {} } : pass("records.block_rule");
}

export async function times(s) {
  const { timeZone } = await s.theTerms();
  const found = await s.blocks();
  const early = (await s.records()).find((r) => Number(found.get(r.block).timestamp) < dayBounds(r.day, timeZone)[1]);
  return early ? fail("records.early", { date: dateOf(early.day), timeZone }) : pass("records.times", { timeZone });
}

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
  const known = new Set(s.evidence.records.map((r) => r.day));
  const inherited = await s.inherited();
  const own = (await s.stored()).slice(inherited ? inherited + 1 : 0); // a predecessor's are in its own evidence
  const boundaries = new Set(own.map((x) => x.boundaryDay).filter((day) => known.has(day)));
  const missing = [...boundaries].find((day) => !proofs.get(day)?.last_reading);
  if (missing !== undefined) return { ok: null, found: "readings.missing", values: { date: dateOf(missing) } };
  return pass("readings.ok", { count: proofs.size, closes: boundaries.size });
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
