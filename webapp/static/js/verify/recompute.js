/** An agreement's state again, from records, terms and what happened: the registry's arithmetic in other words. */
import { EARLY_BOUNDARY, PAYMENT_STATUS } from "../ppa/storage-words.js";
import * as arrears from "./arrears.js";
import { Closing } from "./closing.js";

export const NOTICE_LASTS_DAYS = 180;
export const CUT_BITS = 24n; // of an act's digest, that its announcement does not keep
export const PAYMENT = Object.fromEntries(PAYMENT_STATUS.map((name, value) => [name, value]));
const NO_CLAIMS = { decided: 0, producer: 0n, consumer: 0n };
const NO_PAYMENT = { declaredOn: 0, status: PAYMENT.Unknown };
const NO_NOTICE = { isFinal: 0, cured: 0, clause: 0, day: 0 };
const NO_ANNOUNCEMENT = { digest: 0n, ends: 0, day: 0 };
const keyOf = ({ cents, day, reference }) => `${cents}.${day}.${reference}`;

/**
 * An agreement's state as its events make it, one method an event. Words stand as they are stored: payments, {transfer,
 * word}, by their transfer {cents, day, reference}; claims by the number of the statement.
 */
export class Replay extends Closing {
  constructor(given) {
    super(given);
    Object.assign(this, { claims: {}, payments: new Map(), notice: NO_NOTICE, announcement: NO_ANNOUNCEMENT });
  }

  // Acts and ends

  /** What both parties did together; an end or a handover comes as an event of its own. */
  act({ number, generation, exported, cents, settles }) {
    const { account } = this;
    this.account = { ...account, acts: number, generation: account.generation + generation, exported: account.exported + exported };
    if (settles) this.#decide(settles);
    this.credit(cents);
  }

  /** A party voided the next act's number. */
  voidAct(number) {
    this.account = { ...this.account, acts: number };
  }

  /** Cents of an act, an award or an exit: a line of the next statement, or at once a part of the last balance. */
  credit(cents) {
    if (this.ended) this.balance += cents;
    else this.account = { ...this.account, cents: this.account.cents + cents };
  }

  /** An end of what no meter ever served, without a statement: what waits goes into the balance. */
  endUnserved() {
    this.ended = true;
    this.credit(this.account.cents);
    this.account = { ...this.account, cents: 0n };
  }

  /** One party and the arbiter announced the act of a digest, on a day of Greenwich. */
  announce(digest, ends, today) {
    this.announcement = { digest: BigInt(digest) >> CUT_BITS, ends: ends ? 1 : 0, day: today };
  }

  /** What was announced was done, or a party objected. */
  forgetAnnounced() {
    this.announcement = NO_ANNOUNCEMENT;
  }

  /**
   * What the agreement is handed over to: it goes on in the same numbering, or begins one of its own with a copy of the last
   * statement and of its claims. Another meter has yet to serve.
   */
  successor({ terms, agreement, records, line }) {
    const { periods } = this;
    const sameStart = terms.firstDay === this.terms.firstDay && terms.firstMonth === this.terms.firstMonth;
    const goesOn = sameStart && terms.months > periods;
    const number = goesOn ? periods : terms.firstMonth - 1;
    const after = new Replay({ terms, agreement, records, line, root: goesOn ? this.root : agreement, inherited: number });
    Object.assign(after, { balance: this.balance, closedThrough: this.closedThrough, periods: number });
    after.account = { ...this.account, acts: 0, alarmDay: 0 };
    if (goesOn) Object.assign(after, { done: { ...this.done }, claims: { ...this.claims } });
    else {
      if (periods in this.done) after.done[number] = copied(this.done[periods]);
      if (periods in this.claims) after.claims[number] = this.claims[periods];
    }
    if (terms.meter === this.terms.meter) {
      const { serves, boundaryDay, generation, exported } = this;
      Object.assign(after, { serves, boundaryDay, generation, exported });
    }
    return after;
  }

  // Disputes and payments

  /** A party claims that a statement should have been higher by so many cents, or lower (negative). */
  dispute(number, claim) {
    this.statement(number);
    const side = claim > 0n ? { producer: claim } : { consumer: -claim };
    this.claims[number] = { ...(this.claims[number] ?? NO_CLAIMS), ...side };
  }

  /** The arbiter's award; the cent-days for which it was in arrears. */
  resolve(number, award) {
    this.#decide(number);
    this.credit(award);
    return this.ended ? 0n : this.#late(arrears.ofAward(award, this.closedThrough, this.statement(number).lastDay));
  }

  /** The word of a payment {cents, day, reference}. */
  paymentOf(transfer) {
    return this.payments.get(keyOf(transfer))?.word ?? NO_PAYMENT;
  }

  /** The payer declared a payment on a day of Greenwich. */
  declare(transfer, today) {
    this.#pay(transfer, { declaredOn: today, status: PAYMENT.Declared });
  }

  /** The payee denied a payment that was declared, or the arbiter refused it. */
  decline(transfer, status) {
    this.#pay(transfer, { ...this.paymentOf(transfer), status });
  }

  /** A payment, positive from the consumer, on a civil day; the cent-days of arrears that it changes. */
  confirm(transfer) {
    const { cents, day } = transfer;
    this.#pay(transfer, { ...this.paymentOf(transfer), status: PAYMENT.Confirmed });
    let late = 0n;
    if (cents > 0n && !this.ended && this.periods in this.done) {
      const closed = [];
      for (let number = this.opening; number <= this.periods; number++) closed.push(this.statement(number));
      late = this.#late(arrears.ofPayment(cents, day, this.balance, closed, this.closedThrough));
    }
    this.balance -= cents;
    return late;
  }

  // The lender and the meter

  /** Whether a notice on a day of Greenwich is final: the one before was cured or final, and has not lapsed. */
  wouldBeFinal(day, clause, cureDays) {
    const { notice } = this;
    const again = notice.clause === clause && Boolean(notice.cured || notice.isFinal);
    return again && day <= notice.day + cureDays + NOTICE_LASTS_DAYS;
  }

  /** A lender was notified on a day of Greenwich; where that is final it cannot say any more that it cured. */
  notify(day, clause, isFinal) {
    this.notice = { isFinal: isFinal ? 1 : 0, cured: 0, clause, day };
  }

  /** The lender cured what was wrong. */
  cure() {
    this.notice = { ...this.notice, cured: 1 };
  }

  /** Somebody recorded that the meter has been silent since the end of the day `heard`. */
  alarm(heard) {
    this.account = { ...this.account, alarmDay: heard + 1 };
  }

  #pay(transfer, word) {
    this.payments.set(keyOf(transfer), { transfer, word });
  }

  #decide(number) {
    this.statement(number);
    this.claims[number] = { ...(this.claims[number] ?? NO_CLAIMS), decided: 1 };
  }

  #late(centDays) {
    this.account = { ...this.account, lateCentDays: this.account.lateCentDays + centDays };
    return centDays;
  }
}

/** The last statement as the opening of a new numbering; its other flags say nothing of the new terms. */
const copied = (last) => ({ ...last, statement: { ...last.statement, flags: last.statement.flags & EARLY_BOUNDARY } });

/** The opening and all statements of an agreement to which nothing else happened, in order. */
export async function recompute(terms, agreement, records, line) {
  const replay = new Replay({ terms, agreement, records, line });
  replay.serve();
  for (let number = terms.firstMonth; number <= terms.months; number++) await replay.close();
  return Object.keys(replay.done).map((number) => ({ number: Number(number), ...replay.done[number] }));
}
