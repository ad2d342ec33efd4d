/**
 * Payments, a lender's notice, what is announced, what others brought: what each event leaves. Throws BadAnswer where the
 * registry would not have let it happen.
 */
import { ZERO_ADDRESS } from "../ppa/terms.js";
import { actOf } from "./authority.js";
import { same } from "./check.js";
import { BadAnswer } from "./node.js";
import { CUT_BITS, NOTICE_LASTS_DAYS, PAYMENT } from "./recompute.js";

const DECLARED = [PAYMENT.Declared, PAYMENT.Denied];
const NAMES = Object.keys(PAYMENT);
const MOST_DAYS = 65_535; // to cure: 16 bits
const transferOf = ({ cents, day, reference_: reference }) => ({ cents, day: Number(day), reference });

/**
 * The rare rights of an agreement. `exitTable(clause)` gives the parameters of an exit clause of an index from 0, null for one
 * that we do not know; `used` has the digests of what was announced or brought.
 */
export class Rare {
  used = [];

  constructor(replay, exitTable, digest) {
    Object.assign(this, { replay, exitTable, digest });
  }

  /** An event, on a day of Greenwich; money is moved elsewhere. */
  apply({ name, args }, today) {
    STEPS[name]?.(this, args, today);
  }

  /** The payer says that it paid. */
  declare(args, today) {
    this.#payment(args, [PAYMENT.Unknown]);
    this.replay.declare(transferOf(args), today);
  }

  /** The payee says that it did not come. */
  deny(args) {
    this.#payment(args, [PAYMENT.Declared]);
    this.replay.decline(transferOf(args), PAYMENT.Denied);
  }

  /** The arbiter says that it did not come. */
  refuse(args, today) {
    this.#requireNotice(this.#payment(args, DECLARED), today);
    this.replay.decline(transferOf(args), PAYMENT.Refused);
  }

  /** The payee says that it came, declared or not; the arbiter says so of what was declared only. */
  confirm(args, today) {
    if (args.byArbiter) this.#requireNotice(this.#payment(args, DECLARED), today);
    else this.#payment(args, [PAYMENT.Unknown, ...DECLARED]);
  }

  /** The lender is notified. */
  notify({ clause, lender, day, isFinal }, today) {
    const which = Number(clause);
    const table = this.#tableOf(which, lender);
    if (Number(day) !== today) throw new BadAnswer(`A notice of day ${day} is told in a block of day ${today}.`);
    const due = this.replay.wouldBeFinal(today, which, Number(table?.cureDays ?? MOST_DAYS));
    const doubtful = table === null && !isFinal; // the notice of a clause that we do not know may have lapsed
    if (isFinal !== due && !doubtful) throw new BadAnswer("A notice is reported as final, or not, against what the lender did before.");
    this.replay.notify(today, which, isFinal);
  }

  /** The lender says that it cured what was wrong. */
  cure({ lender }, today) {
    const { notice } = this.replay;
    const table = this.#tableOf(notice.clause, lender);
    const late = table !== null && today > notice.day + Number(table.cureDays);
    if (!notice.day || notice.cured || notice.isFinal || late) {
      throw new BadAnswer("A lender is told to have cured what it had no notice of, or no time to cure.");
    }
    this.replay.cure();
  }

  /** The consumer ends the agreement alone: a lender had notice, and the time to cure. */
  exit({ clause }, today) {
    const [table, { notice }] = [this.exitTable(Number(clause)), this.replay];
    if (table === null || table.lender === ZERO_ADDRESS) return;
    const first = notice.day + Number(table.cureDays);
    const noticed = notice.day && notice.clause === Number(clause) && !notice.cured;
    if (!noticed || today < first || today > first + NOTICE_LASTS_DAYS) {
      throw new BadAnswer(`The agreement is told to have ended by an exit without notice to ${table.lender}.`);
    }
  }

  /** One party and the arbiter signed an end or a handover. */
  announce(args, today) {
    const { announcement: before, agreement, terms: { noticeDays } } = this.replay;
    const act = actOf(args.act);
    const moves = [act.number, act.generation, act.exported, act.cents, act.settles].some((value) => BigInt(value) !== 0n);
    if (moves || !noticeDays) {
      throw new BadAnswer("What is announced is beyond what a party and the arbiter can do.");
    }
    if (before.day && !before.ends && today <= before.day + noticeDays + NOTICE_LASTS_DAYS) {
      throw new BadAnswer("Something is announced while something else is.");
    }
    const digest = this.digest(act);
    this.replay.announce(digest, act.successor === agreement, today);
    this.used.push(digest);
  }

  /** A party says no to what is announced. */
  object() {
    const { announcement } = this.replay;
    if (!announcement.day || announcement.ends) throw new BadAnswer("An objection is told where nothing is announced that it could stop.");
    this.replay.forgetAnnounced();
  }

  /** What is announced is done. */
  execute(args, today) {
    const { announcement, terms: { noticeDays } } = this.replay;
    const digest = BigInt(this.digest(actOf(args.act))) >> CUT_BITS;
    if (!announcement.day || announcement.digest !== digest) throw new BadAnswer("What was executed is not what was announced.");
    this.#requireNotice(announcement.day, today);
    if (today > announcement.day + noticeDays + NOTICE_LASTS_DAYS) throw new BadAnswer("What was executed had lapsed.");
    this.replay.forgetAnnounced();
  }

  /** Somebody brought what an actor had signed: once. */
  bring({ digest }) {
    if (this.used.includes(digest)) throw new BadAnswer(`The request ${digest} is told to have been brought twice.`);
    this.used.push(digest);
  }

  /** The day on which a payment was declared, which has one of these statuses. */
  #payment(args, needed) {
    const { declaredOn, status } = this.replay.paymentOf(transferOf(args));
    if (!needed.includes(status)) throw new BadAnswer(`A payment of ${args.cents} cents is told of that was ${NAMES[status].toLowerCase()}.`);
    return declaredOn;
  }

  #requireNotice(since, today) {
    const { noticeDays } = this.replay.terms;
    if (!noticeDays || today < since + noticeDays) {
      throw new BadAnswer(`What the arbiter has a part in is told before the ${noticeDays} days of notice were over.`);
    }
  }

  #tableOf(clause, lender) {
    if (clause >= this.replay.terms.clauses.length) throw new BadAnswer(`A notice is of clause ${clause + 1}, which the agreement does not have.`);
    const table = this.exitTable(clause);
    if (table !== null && !same(table.lender, lender)) throw new BadAnswer(`The lender of clause ${clause + 1} is ${table.lender}, not ${lender}.`);
    return table;
  }
}

const step = (method) => (rare, args, today) => rare[method](args, today);
const STEPS = {
  PaymentDeclared: step("declare"), PaymentDenied: step("deny"), PaymentRefused: step("refuse"), PaymentConfirmed: step("confirm"),
  Notified: step("notify"), Cured: step("cure"), Exited: step("exit"), Announced: step("announce"), Objected: step("object"),
  Executed: step("execute"), Brought: step("bring"),
};
