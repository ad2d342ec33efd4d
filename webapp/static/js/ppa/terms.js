/** What the parties agree to, and its EIP-712 digest: the agreement's id. */
import { getAddress, hexlify, id as hashOfText, toUtf8Bytes } from "./ethers.js";
import { BadDay, dateOf, dayOf, isFirstOfMonth, monthEndAfter, monthsBefore } from "./calendar.js";
import * as eip712 from "./eip712.js";
import { BadFile, address } from "./jsonfile.js";

export class BadTerms extends Error {
  /** `code` names the rule (a key of the page's texts); `field` the form's field that breaks it. */
  constructor(code, field, message) {
    super(message);
    Object.assign(this, { code, field });
  }
}

export const ZERO_ADDRESS = "0x" + "00".repeat(20);
export const ZERO_HASH = "0x" + "00".repeat(32);
const MOST_MONTHS = 4095;
const MOST_CLAUSES = 16;
const LONGEST_MONTH = 31;
const LARGEST_CLAIM = (1n << 47n) - 1n;
const CLAUSE = eip712.struct("Clause(address rule,bytes params)");
const TERMS = eip712.struct(
  "Terms(string words,address producer,address consumer,address meter,address arbiter,uint16 firstDay,uint16 firstMonth,"
  + "uint16 months,uint16 disputeDays,uint16 noticeDays,uint16 silenceDays,uint16 longStopDay,bytes3 currency,bytes32 timeZone,"
  + "uint64 maxPower,uint64 maxClaim,bytes32 documentHash,bytes32 supersedes,uint256 salt,Clause[] clauses)",
  CLAUSE,
);

/** How words stand in the terms: as EIP-712 hashes a string. */
export function wordsHash(words) {
  return hashOfText(words);
}

/** The agreement's id. `terms` has the ABI's names: currency and timeZone as text, clauses [{rule, params}]. */
export function digest(terms, chainId, registry) {
  return eip712.digest(TERMS.hash(message(terms), { words: terms.wordsHash }), chainId, registry);
}

/** The same EIP-712 message as a wallet takes it, the words first. Throws BadTerms if the terms have the hash of others. */
export function typedData(terms, chainId, registry, words) {
  if (wordsHash(words) !== terms.wordsHash) throw new BadTerms("other_words", "words", "The terms have the hash of other words.");
  return eip712.typedData(TERMS, { ...message(terms), words }, chainId, registry);
}

/** The fields by their names in the message, but for the words. */
function message(terms) {
  return {
    ...terms, currency: ascii(terms.currency, 3, "currency"), timeZone: ascii(terms.timeZone, 32, "timeZone"),
    clauses: terms.clauses.map(({ rule, params }) => ({ rule, params })),
  };
}

/** In the order and types of the ABI. */
export function asTuple(t) {
  return [
    t.wordsHash, t.producer, t.consumer, t.meter, t.arbiter, t.firstDay, t.firstMonth, t.months, t.disputeDays, t.noticeDays,
    t.silenceDays, t.longStopDay, ascii(t.currency, 3, "currency"), ascii(t.timeZone, 32, "timeZone"), t.maxPower, t.maxClaim,
    t.documentHash, t.supersedes, t.salt, t.clauses.map((c) => [c.rule, c.params]),
  ];
}

/** From what an ABI decoder gives (an ethers Result or an array). */
export function fromTuple(values) {
  const [words, producer, consumer, meter, arbiter, firstDay, firstMonth, months, disputeDays, noticeDays, silenceDays, longStopDay,
    currency, timeZone, maxPower, maxClaim, documentHash, supersedes, salt, clauses] = values;
  return {
    wordsHash: words, producer, consumer, meter, arbiter, firstDay: Number(firstDay), firstMonth: Number(firstMonth),
    months: Number(months), disputeDays: Number(disputeDays), noticeDays: Number(noticeDays), silenceDays: Number(silenceDays),
    longStopDay: Number(longStopDay), currency: text(currency), timeZone: text(timeZone), maxPower: BigInt(maxPower),
    maxClaim: BigInt(maxClaim), documentHash, supersedes, salt: BigInt(salt),
    clauses: Array.from(clauses, (c) => ({ rule: c[0], params: c[1] })),
  };
}

/** From the `terms` of a file (snake_case, ISO dates, large numbers as text). Throws BadFile for an address or date that is none. */
export function fromFile(f) {
  const [producer, consumer, meter, arbiter] = ["producer", "consumer", "meter", "arbiter"].map((name) => address(f[name], name));
  return {
    wordsHash: f.words_hash, producer, consumer, meter, arbiter, firstDay: dayIn(f.first_day),
    firstMonth: Number(f.first_month), months: Number(f.months), disputeDays: Number(f.dispute_days), noticeDays: Number(f.notice_days),
    silenceDays: Number(f.silence_days), longStopDay: dayIn(f.long_stop_day), currency: f.currency, timeZone: f.time_zone,
    maxPower: BigInt(f.max_power_w), maxClaim: BigInt(f.max_claim_cents), documentHash: f.document_hash, supersedes: f.supersedes,
    salt: BigInt(f.salt), clauses: f.clauses.map(({ rule, params }) => ({ rule: address(rule, "rule"), params })),
  };
}

function dayIn(date) {
  try {
    return dayOf(date);
  } catch (problem) {
    if (problem instanceof BadDay) throw new BadFile("bad_date", { date });
    throw problem;
  }
}

/** As they stand in a terms.json: what `fromFile` reads. */
export function toFile(t) {
  const [producer, consumer, meter, arbiter] = [t.producer, t.consumer, t.meter, t.arbiter].map(getAddress);
  return {
    words_hash: hexlify(t.wordsHash), producer, consumer, meter, arbiter, first_day: dateOf(t.firstDay), first_month: t.firstMonth,
    months: t.months, dispute_days: t.disputeDays, notice_days: t.noticeDays, silence_days: t.silenceDays,
    long_stop_day: dateOf(t.longStopDay), currency: t.currency, time_zone: t.timeZone, max_power_w: eip712.integer(t.maxPower),
    max_claim_cents: eip712.integer(t.maxClaim), document_hash: hexlify(t.documentHash), supersedes: hexlify(t.supersedes),
    salt: eip712.integer(t.salt), clauses: t.clauses.map(({ rule, params }) => ({ rule: getAddress(rule), params: hexlify(params) })),
  };
}

/** The last day of the term. Throws BadDay beyond 16 bits. */
export function lastDay(t) {
  return monthEndAfter(t.firstDay, t.months + 1 - t.firstMonth);
}

/** The first day of month 1 of the life, which may lie before the first day that is billed here. Throws BadDay. */
export function lifeFirstDay(t) {
  return monthsBefore(t.firstDay, t.firstMonth - 1);
}

/** Throws BadTerms where the registry refuses at proposal (clauses' own parameters aside). */
export function check(t) {
  checkParties(t);
  checkTerm(t);
  if (t.wordsHash === ZERO_HASH) throw new BadTerms("no_words", "words", "The terms have no words.");
  for (const name of ["disputeDays", "noticeDays", "silenceDays"]) {
    if (!(t[name] >= 0 && t[name] < 1 << 16)) throw new BadTerms("bad_days", name, `${name} has at most 65,535 days.`);
  }
  if (t.noticeDays > 0 && same(t.arbiter, ZERO_ADDRESS)) throw new BadTerms("notice_without_arbiter", "noticeDays", "Without an arbiter there is nothing to give notice of.");
  if (!(t.maxPower > 0n && t.maxPower < 1n << 64n)) throw new BadTerms("no_power", "maxPower", "The plant's greatest power is missing.");
  if (!(t.maxClaim >= 0n && t.maxClaim <= LARGEST_CLAIM)) throw new BadTerms("claim_too_large", "maxClaim", `A claim has at most ${LARGEST_CLAIM} cents.`);
  if (t.clauses.length < 1 || t.clauses.length > MOST_CLAUSES) throw new BadTerms("no_clauses", "clauses", `An agreement has 1 to ${MOST_CLAUSES} clauses.`);
}

const same = (a, b) => a.toLowerCase() === b.toLowerCase();

function checkParties(t) {
  for (const party of ["producer", "consumer", "meter", "arbiter"]) {
    if (!isAddressText(t[party])) throw new BadTerms("bad_address", party, `${party} is not an address.`);
  }
  for (const party of ["producer", "consumer", "meter"]) {
    if (same(t[party], ZERO_ADDRESS)) throw new BadTerms("missing_address", party, `The ${party}'s address is missing.`);
    if (same(t[party], t.arbiter)) throw new BadTerms("party_as_arbiter", "arbiter", "The arbiter is a party or the meter.");
  }
  if (same(t.producer, t.consumer)) throw new BadTerms("same_party", "consumer", "Producer and consumer are the same account.");
  if (same(t.meter, t.producer) || same(t.meter, t.consumer)) throw new BadTerms("party_as_meter", "meter", "The meter is one of the parties.");
}

function checkTerm(t) {
  if (t.firstDay === 0 || !isFirstOfMonth(t.firstDay)) throw new BadTerms("not_first", "firstDay", "The first day must be the first of a month.");
  if (!(t.months >= 1 && t.months <= MOST_MONTHS)) throw new BadTerms("bad_months", "months", "The term has 1 to 4,095 months.");
  if (!(t.firstMonth >= 1 && t.firstMonth <= t.months)) throw new BadTerms("no_such_month", "firstMonth", `The first month is one of 1 to ${t.months}.`);
  if ((t.firstMonth - 1) * LONGEST_MONTH >= t.firstDay) throw new BadTerms("no_such_month", "firstMonth", "Month 1 of the life would begin before 1970.");
  if (!isTimeZone(t.timeZone)) throw new BadTerms("time_zone", "timeZone", `${t.timeZone} is not a time zone.`);
  if (!(t.longStopDay >= t.firstDay && t.longStopDay <= lastDay(t))) throw new BadTerms("long_stop_outside", "longStopDay", "The last day to start lies within the term.");
}

function isTimeZone(name) {
  try {
    return Boolean(new Intl.DateTimeFormat("en", { timeZone: name }));
  } catch {
    return false;
  }
}

export function isAddressText(value) {
  try {
    return Boolean(getAddress(value));
  } catch {
    return false;
  }
}

function ascii(value, length, name) {
  const bytes = toUtf8Bytes(value);
  if (bytes.length > length || bytes.some((b) => b === 0 || b > 127)) throw new BadTerms("bad_text", name, `${name} is not ASCII of at most ${length} bytes.`);
  return hexlify(bytes).padEnd(2 + 2 * length, "0");
}

function text(hex) {
  const pairs = hex.slice(2).replace(/(00)+$/, "").match(/../g) ?? [];
  return String.fromCharCode(...pairs.map((byte) => parseInt(byte, 16)));
}
