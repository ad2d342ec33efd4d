/** Every statement again, from records, terms and what happened: the registry's arithmetic in other words. */
import { dateOf, dayOf, monthEnd } from "../ppa/calendar.js";
import {
  AccountWord, CLAIM_MASK, CLAIM_PLACE, CLAUSE_FAILED, CONSUMER_CLAIMS, DARK, EARLY_BOUNDARY, PRODUCER_CLAIMS, RESOLVED,
  WHICH_FAILED,
} from "../ppa/words.js";
import { BadRecord } from "../ppa/records.js";

const most = (a, b) => (a > b ? a : b);
/** The last day of the month after a month's last day. */
const dueAfter = (day) => monthEnd(day + 1);
const bitsOf = (cents) => BigInt((cents < 0n ? -cents : cents).toString(2).replace(/^0$/, "").length);

/**
 * An agreement's state as its events make it; `line(index, period, statements)` (may be async) answers for a clause.
 * Registers are the meter's, up to which energy was billed; `done[number]` is {statement, lines, balance, period};
 * `doubts` is where a clause failed by the node's word alone: [{number, clause}].
 */
export class Replay {
  balance = 0n;
  generation = 0n;
  exported = 0n;
  closedDay = 0;
  boundaryDay = 0;
  periods = 0;
  cents = 0n;
  late = 0n;
  nextAct = 0n;
  noticeClause = 0n;
  noticeDay = 0n;
  alarmDay = 0n;
  done = [];
  doubts = [];

  constructor(terms, id, records, line) {
    Object.assign(this, { terms, id, records, line });
  }

  get pending() {
    return this.cents !== 0n || this.late !== 0n;
  }

  account() {
    const { late, cents, noticeClause, noticeDay, alarmDay, nextAct } = this;
    return AccountWord.pack({ late, cents, free: 0, noticeClause, noticeDay, alarmDay, nextAct });
  }

  statement = (number) => {
    if (!this.done[number]) throw new BadRecord(`Statement ${number} does not exist.`);
    return this.done[number].statement;
  };

  /** The next statement, of the whole month or up to `lastDay`; `failed` has a bit for each clause that gave nothing. */
  async close(lastDay = null, failed = 0n) {
    this.open();
    const { period, flags } = this.#measure(lastDay);
    const lines = [];
    for (let index = 0; index < this.terms.clauses.length; index++) {
      lines.push(failed >> BigInt(index) & 1n ? 0n : await this.line(index, period, this.statement));
    }
    if (this.pending) {
      lines.push(this.cents);
      this.cents = this.late = 0n;
    }
    const amount = lines.reduce((sum, cents) => sum + cents, 0n);
    this.balance += amount;
    this.periods = period.number;
    const { generationRegister: generation, exportedRegister: exported } = period;
    const all = flags | (failed ? CLAUSE_FAILED | failed << 16n : 0n);
    const statement = { amount, generation, exported, lastDay: period.lastDay, boundaryDay: period.boundaryDay, flags: all };
    this.done[period.number] = { statement, lines, balance: this.balance, period };
  }

  act(act, ended) {
    if (act.generation || act.exported) this.open();
    this.nextAct = act.number + 1n;
    if (act.settles) this.#flag(Number(act.settles), RESOLVED);
    this.credit(act.cents, ended);
    this.generation -= act.generation;
    this.exported -= act.exported;
  }

  /** Cents of an act, an award or an exit: a line of the next statement, or at once a part of the last balance. */
  credit(cents, ended = false) {
    if (ended) this.balance += cents;
    else this.cents += cents;
  }

  /** No statement comes any more: what is pending goes into the balance. */
  finish() {
    this.balance += this.cents;
    this.cents = this.late = 0n;
  }

  /** A party's claim, the producer's above zero and the consumer's below; the flags keep how many bits the greater has. */
  dispute(number, claim) {
    const { flags } = this.statement(number);
    const size = most(flags >> CLAIM_PLACE & CLAIM_MASK, bitsOf(claim));
    const others = flags & ~(CLAIM_MASK << CLAIM_PLACE);
    this.#mark(number, others | (claim < 0n ? CONSUMER_CLAIMS : PRODUCER_CLAIMS) | size << CLAIM_PLACE);
  }

  /** An award falls due with the statement after the next; it was in arrears since the disputed one fell due. */
  resolve(number, award, ended) {
    this.#flag(number, RESOLVED);
    this.credit(award, ended);
    if (!ended) this.late += award * BigInt(dueAfter(dueAfter(this.closedDay)) - dueAfter(this.statement(number).lastDay));
  }

  /** A confirmed payment, positive from the consumer; gives the cent-days that it changes in the arrears. */
  pay(cents, day, ended) {
    const late = ended || cents < 0n || !this.closedDay ? 0n : this.#lateOf(cents, day);
    this.late += late;
    this.balance -= cents;
    return late;
  }

  /**
   * What the successor goes on from: the same numbering if it starts on the same day, else a new one. Which clauses failed
   * in the last statement says nothing of the successor's clauses.
   */
  heir(terms, id, records, line) {
    this.open();
    const heir = new Replay(terms, id, records, line);
    const { balance, generation, exported, closedDay, boundaryDay, cents, late } = this;
    Object.assign(heir, { balance, generation, exported, closedDay, boundaryDay, cents, late, nextAct: 1n });
    heir.periods = terms.firstDay === this.terms.firstDay ? this.periods : 0;
    heir.done = heir.periods ? [...this.done] : [];
    const last = this.done[this.periods];
    heir.done[heir.periods] = { ...last, statement: { ...last.statement, flags: last.statement.flags & ~WHICH_FAILED } };
    return heir;
  }

  /** Takes the opening registers, unless it has some: with the first close, or a handover before it. */
  open() {
    if (this.closedDay) return;
    const closed = this.terms.firstDay - 1;
    const opening = lastUntil(this.records, closed);
    const iso = dateOf(this.terms.firstDay);
    const earliest = iso < "1971-01-01" ? 0 : dayOf(`${Number(iso.slice(0, 4)) - 1}${iso.slice(4)}`);
    if (!opening || opening.day < earliest) throw new BadRecord("The meter has no record in the 12 months before the first day.");
    const { generation, exported, day } = opening;
    Object.assign(this, { closedDay: closed, boundaryDay: day, generation, exported, nextAct: this.nextAct || 1n });
    const statement = { amount: 0n, generation, exported, lastDay: closed, boundaryDay: day, flags: day < closed ? EARLY_BOUNDARY : 0n };
    this.done[0] = { statement, lines: [], balance: 0n, period: null };
  }

  #measure(until) {
    const [number, before] = [this.periods + 1, this.statement(this.periods)];
    const firstDay = this.closedDay + 1;
    const lastDay = until ?? monthEnd(firstDay);
    const found = lastUntil(this.records, lastDay);
    let [flags, generation, exported] = [0n, 0n, 0n];
    if (!found || found.day < firstDay) {
      flags |= DARK;
    } else {
      generation = most(0n, found.generation - this.generation);
      exported = most(0n, found.exported - this.exported);
      const possible = this.terms.maxPower * BigInt(24 * (found.day - this.boundaryDay));
      if (generation > possible || exported > possible) throw new BadRecord(`Period ${number} has more energy than ${this.terms.maxPower} W give.`);
      this.generation += generation;
      this.exported += exported;
      this.boundaryDay = found.day;
    }
    if (this.boundaryDay < lastDay) flags |= EARLY_BOUNDARY;
    this.closedDay = lastDay;
    const period = {
      agreement: this.id, number, months: this.terms.months, firstDay, lastDay, boundaryDay: this.boundaryDay, generation, exported,
      generationRegister: before.generation + generation, exportedRegister: before.exported + exported, balance: this.balance,
      overdue: most(0n, this.balance - before.amount) * BigInt(lastDay + 1 - firstDay) + this.late,
    };
    return { period, flags };
  }

  /** What had fallen due was owed from the last closed day to that of the payment, the rest of the balance from the next
   * month's end; on each closed day after the payment its part was counted though it was not owed. */
  #lateOf(cents, day) {
    const part = (sum) => (sum <= 0n ? 0n : sum < cents ? sum : cents);
    let [number, last, late] = [this.periods, this.closedDay, 0n];
    let due = this.balance - this.statement(number).amount;
    if (day >= last) {
      const next = dueAfter(last);
      late = part(due) * BigInt(day - last);
      if (day > next) late += (part(this.balance) - part(due)) * BigInt(day - next);
    }
    while (day < last && number > 0) {
      number--;
      const { amount, lastDay: since } = this.statement(number);
      due -= amount;
      late -= part(due) * BigInt(last - Math.max(day, since));
      last = since;
    }
    return late;
  }

  #flag(number, more) {
    this.#mark(number, this.statement(number).flags | more);
  }

  #mark(number, flags) {
    this.done[number] = { ...this.done[number], statement: { ...this.statement(number), flags } };
  }
}

/** Statements 0 (the opening) to `periods` of an agreement to which nothing else happened. Throws BadRecord. */
export async function recompute(terms, id, records, periods, line) {
  const replay = new Replay(terms, id, records, line);
  for (let number = 1; number <= periods; number++) await replay.close();
  return replay.done;
}

function lastUntil(records, day) {
  return records.findLast((record) => record.day <= day);
}
