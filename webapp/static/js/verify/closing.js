/** A period again, from records and terms, in other words than the registry's (formats.md, "Closing a month"). */
import { LAST_DAY, monthEnd } from "../ppa/calendar.js";
import {
  CLAUSE_FAILED, DARK, DARK_MONTHS_PLACE, EARLY_BOUNDARY, FAILED_PLACE, IMPOSSIBLE, LAST, MOST_DARK_MONTHS, SILENT, SUBSTITUTED,
  darkMonths, isDark,
} from "../ppa/storage-words.js";
import { corrected, counted, lastUntil, opening } from "./energy.js";

/** A statement that was asked for is not closed. */
export class NoSuchStatement extends Error {}

export const NO_ACCOUNT = { lateCentDays: 0n, cents: 0n, generation: 0n, exported: 0n, alarmDay: 0, acts: 0 };
export const FOREVER = LAST_DAY;

/** The last statement up to a number that was not dark; the opening one was not. */
export function lastLit(statement, number) {
  let found = statement(number);
  for (let n = number - 1; isDark(found); n--) found = statement(n);
  return found;
}

const darkRun = (months) => BigInt(Math.min(months, Number(MOST_DARK_MONTHS))) << DARK_MONTHS_PLACE;
const clauseBit = (index) => 1n << FAILED_PLACE + BigInt(index);

/**
 * What closes the periods of an agreement, and where the last one left it.
 *
 * `records` are the meter's whole history. `line(index, period, statements)` answers for clause `index` from 0, maybe later,
 * {cents, substituted}, null where the clause fails. `root` is the agreement under whose id the statements are stored,
 * `inherited` the number of the last one before a handover to this agreement. Registers in Wh are the meter's on
 * `boundaryDay`; `account` has what waits for the next statement; `done` what was closed by number, {statement, lines,
 * balance, period}, the opening and what predecessors closed under the same root included.
 */
export class Closing {
  constructor({ terms, agreement, records, line, root = agreement, inherited = 0 }) {
    Object.assign(this, { terms, agreement, records, line, root, inherited });
    Object.assign(this, { serves: false, ended: false, balance: 0n, generation: 0n, exported: 0n });
    Object.assign(this, { closedThrough: 0, boundaryDay: 0, periods: 0, account: NO_ACCOUNT, done: {} });
  }

  /** The number of the opening statement. */
  get opening() {
    return this.terms.firstMonth - 1;
  }

  /** Whether something waits for the next statement. */
  get pending() {
    const { lateCentDays, cents, generation, exported } = this.account;
    return [lateCentDays, cents, generation, exported].some((value) => value !== 0n);
  }

  /** The day up to which the agreement has heard of a meter: what was recorded later is billed, in dark months too. */
  get base() {
    return this.periods in this.done ? lastLit(this.statement, this.periods).lastDay : this.closedThrough;
  }

  /** A statement that is closed. Throws NoSuchStatement. */
  statement = (number) => {
    if (!(number in this.done)) throw new NoSuchStatement(`There is no statement ${number}.`);
    return this.done[number].statement;
  };

  /** The meter answers that it serves the agreement: billing begins on the term's first day, or goes on. */
  serve() {
    this.serves = true;
    if (!this.closedThrough) [this.closedThrough, this.periods] = [this.terms.firstDay - 1, this.opening];
  }

  /**
   * The next month, when the meter had recorded up to the day `heard`; `waited` has a bit a clause. The month is silent where
   * no meter serves, or it had not recorded the month's last day or a later one. One that is closed for a handover is not the
   * agreement's last.
   */
  async close(heard = FOREVER, waited = 0n, handsOver = false) {
    const lastDay = monthEnd(this.closedThrough + 1);
    const silent = !this.serves || heard < lastDay;
    const found = silent ? null : lastUntil(this.records, lastDay);
    const record = found !== null && found.day > this.closedThrough ? found : null;
    const last = this.periods + 1 === this.terms.months && !handsOver;
    if (!silent) this.#open(lastDay);
    return this.#close(lastDay, record, { silent, last, waited });
  }

  /** The last period of an agreement that ends before its term, up to the meter's last record by then, if any. */
  async closeLast(heard = FOREVER, waited = 0n) {
    const found = this.serves ? lastUntil(this.records, heard) : null;
    const lastDay = Math.max(this.closedThrough, found?.day ?? 0);
    const record = found !== null && found.day > this.boundaryDay ? found : null;
    if (this.serves) this.#open(heard);
    return this.#close(lastDay, record, { silent: !this.serves, last: true, waited });
  }

  async #close(lastDay, record, { silent, last, waited }) {
    const before = this.#before();
    const { period, flags } = this.#measure(before, lastDay, record, last);
    const { lines, clauseFlags } = await this.#assess(period, waited);
    if (this.account.cents !== 0n) lines.push(this.account.cents);
    this.account = { ...this.account, cents: 0n, lateCentDays: 0n };
    const amount = lines.reduce((sum, cents) => sum + cents, 0n);
    this.balance += amount;
    [this.periods, this.closedThrough, this.ended] = [period.number, lastDay, last];
    const statement = {
      amount, generation: period.generationRegister, exported: period.exportedRegister, lastDay, boundaryDay: period.boundaryDay,
      closedOn: 0, closedBlock: 0, flags: flags | (silent ? SILENT : 0n) | clauseFlags,
    };
    this.done[period.number] = { statement, lines, balance: this.balance, period };
    return this.done[period.number];
  }

  /** The meter's registers before anything was taken from it, by its records up to a day. */
  #open(until) {
    if (this.boundaryDay) return;
    const found = opening(this.records, Math.min(this.base, until), until);
    if (found !== null) this.#take(found);
  }

  /** The last statement; before the first period the opening one, which has the registers of the day before. */
  #before() {
    if (!(this.periods in this.done)) {
      const taken = this.boundaryDay <= this.closedThrough;
      const [boundaryDay, generation, exported] = taken ? [this.boundaryDay, this.generation, this.exported] : [0, 0n, 0n];
      const flags = boundaryDay > 0 && boundaryDay < this.closedThrough ? EARLY_BOUNDARY : 0n;
      const statement = { amount: 0n, generation, exported, lastDay: this.closedThrough, boundaryDay, closedOn: 0, closedBlock: 0, flags };
      this.done[this.periods] = { statement, lines: [], balance: this.balance, period: null };
    }
    return this.done[this.periods].statement;
  }

  #measure(before, lastDay, record, last) {
    const [dark, darkBefore] = [record === null, this.#darkBefore(before)];
    const opens = !before.boundaryDay && this.boundaryDay > 0;
    let flags = last ? LAST : 0n;
    let energy = { generation: 0n, exported: 0n };
    if (dark) flags |= DARK | darkRun(darkBefore + 1);
    else {
      if (opens) flags |= darkRun(darkBefore);
      energy = counted(record, this, this.boundaryDay, this.terms.maxPower);
      if (!energy.possible) flags |= IMPOSSIBLE;
      this.#take(record);
    }
    const [generation, generationLeft] = corrected(energy.generation, this.account.generation);
    const [exported, exportedLeft] = corrected(energy.exported, this.account.exported);
    this.account = { ...this.account, generation: generationLeft, exported: exportedLeft };
    const boundaryDay = this.boundaryDay || before.boundaryDay; // a new meter that recorded nothing yet moves none
    if (boundaryDay < lastDay) flags |= EARLY_BOUNDARY;
    const due = this.balance - before.amount;
    const inArrears = (due > 0n ? due : 0n) * BigInt(lastDay - this.closedThrough);
    const period = {
      agreement: this.agreement, number: this.periods + 1, months: this.terms.months, opening: this.opening,
      darkBefore: boundaryDay ? darkBefore : 0,
      firstDay: this.closedThrough + 1, lastDay, boundaryDay, dark, last, waited: false, generation, exported,
      generationRegister: before.generation + generation, exportedRegister: before.exported + exported, balance: this.balance,
      overdueCentDays: inArrears + this.account.lateCentDays,
    };
    return { period, flags };
  }

  /** The run of dark months right before the next period; where no meter was heard of, only those that end after its record. */
  #darkBefore(before) {
    const run = isDark(before) ? darkMonths(before) : 0;
    if (before.boundaryDay) return run;
    let months = 0;
    while (months < run && this.statement(this.periods - months).lastDay > this.boundaryDay) months += 1;
    return months;
  }

  #take({ generation, exported, day }) {
    [this.generation, this.exported, this.boundaryDay] = [generation, exported, day];
  }

  /** The clauses' lines, and the flags of those that failed or gave a substitute. */
  async #assess(period, waited) {
    const lines = [];
    let clauseFlags = 0n;
    for (const index of this.terms.clauses.keys()) {
      const given = { ...period, waited: (waited >> BigInt(index) & 1n) === 1n };
      const line = await this.line(index, given, this.statement);
      if (line === null) clauseFlags |= CLAUSE_FAILED | clauseBit(index);
      else if (line.substituted) clauseFlags |= SUBSTITUTED | clauseBit(index);
      lines.push(line?.cents ?? 0n);
    }
    return { lines, clauseFlags };
  }
}
