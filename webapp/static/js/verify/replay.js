/** An agreement's state again, from its events in order, and from those of what it was handed over from. */
import { dateOf } from "../ppa/calendar.js";
import { digest as actDigest } from "../ppa/acts.js";
import { KNOWN } from "../ppa/clauses/index.js";
import { ZERO_HASH } from "../ppa/terms.js";
import { actOf, plain } from "./authority.js";
import { DARK_DAYS, checkPrice, closed, none } from "./closes.js";
import { BadAnswer } from "./node.js";
import { Rare } from "./rare.js";
import { Replay } from "./recompute.js";
import { closedOf } from "./subject.js";

const ALARM_DAYS = 7;
// In these a successor that an arbiter had a part in may differ: the keys, and the words that name them.
const KEYS = ["wordsHash", "producer", "consumer", "meter", "arbiter", "supersedes", "salt"];

/**
 * The agreement as its events make it: {replay, rare, opened, problems}. `opened` is the event of its opening statement,
 * `problems` where an event tells other money or is out of place, {found, values}. Throws BadRecord or BadAnswer where they cannot
 * have happened.
 */
export const replayed = (s) => s.once("replay", async () => new Steps(s, await begun(s), await exitTables(s)).run());

/** The agreement before its first event: new, or as it was handed over. */
export async function begun(s) {
  const before = await s.predecessor();
  const given = { terms: await s.theTerms(), agreement: s.id, records: await s.measured(), line: none };
  return before ? (await replayed(before)).replay.successor(given) : new Replay(given);
}

/** The parameters of the exit clauses that we know, by their indexes from 0. */
async function exitTables(s) {
  const rules = await s.rules();
  const { clauses } = await s.theTerms();
  return clauses.map(({ rule, params }) => (rules.get(rule) === "ExitTable" ? () => KNOWN.ExitTable.decode(params) : () => null));
}

/** One event after the other. */
class Steps {
  opened = null;
  hasClosed = false;
  problems = [];
  named = null; // what an act, an exit or an announcement says must follow, and in which transaction

  constructor(s, replay, tables) {
    const digest = (act) => actDigest(s.id, act, s.chainId, s.registry);
    this.exitTable = (index) => tables[index]?.() ?? null;
    Object.assign(this, { s, replay, rare: new Rare(replay, this.exitTable, digest) });
  }

  /** The state after all events. */
  async run() {
    for (const event of await this.s.events()) {
      this.event = event;
      this.today = await this.s.dayOf(event.block);
      this.rare.apply(event, this.today);
      await this[STEPS[event.name]]?.(event.args);
    }
    if (this.named) {
      throw new BadAnswer(`What was done in ${this.named.transaction} ends the agreement or hands it over, and the node does not tell it.`);
    }
    const { replay, rare, opened, problems } = this;
    return { replay, rare, opened, problems };
  }

  /** The meter serves it, by itself or as it served what was handed over. */
  async serve() {
    if (!await this.s.isHandedIn(this.event)) this.replay.serve();
  }

  /** The opening statement is told right before the first one. */
  open() {
    if (this.opened || Object.keys(this.replay.done).length) throw new BadAnswer(`The opening statement of ${this.s.id} is told twice.`);
    this.opened = this.event;
  }

  /** A whole month, or the last period of an agreement that ends before its term. */
  async close() {
    const elsewhere = this.opened && !this.hasClosed && this.opened.transaction !== this.event.transaction;
    if (elsewhere) this.problems.push({ found: "statement.opening_elsewhere", values: {} });
    this.hasClosed = true;
    const ending = this.named?.successor === this.s.id && this.named.transaction === this.event.transaction;
    await closed(this.s, this.replay, closedOf(this.event), this.today, ending);
  }

  /** Both did something together. */
  act({ act: told, balance }) {
    const act = actOf(told);
    this.#isNext(act.number, "brought");
    this.replay.act(act);
    this.#sameBalance(balance);
    if (!this.replay.ended) this.#name(act.successor); // its term may have ended just before, with the months that were open
  }

  /** A party voided the next act's number. */
  voidAct({ number }) {
    this.#isNext(Number(number), "voided");
    this.replay.voidAct(Number(number));
  }

  #isNext(number, done) {
    const due = this.replay.account.acts + 1;
    if (number !== due) throw new BadAnswer(`Act ${number} was ${done} where act ${due} was due.`);
  }

  /** The consumer ended it alone. */
  async exit({ clause, price }) {
    await checkPrice(this.s, this.replay, this.event, this.today, this.exitTable(Number(clause)));
    this.replay.credit(price);
    this.#name(this.s.id);
  }

  /** A party ended it alone, as the meter has been silent. */
  async endInSilence({ heard }) {
    const { silenceDays } = this.replay.terms;
    if (!silenceDays) throw new BadAnswer("A party is told to have ended alone by silence, which the terms do not allow.");
    await this.#isSilent(Number(heard), silenceDays);
    this.#name(this.s.id);
  }

  /** The meter's silence was recorded. */
  async alarm({ heard }) {
    await this.#isSilent(Number(heard), ALARM_DAYS);
    this.replay.alarm(Number(heard));
  }

  /** A party ended what no meter served in time. */
  cancel() {
    if (this.replay.closedThrough || this.today <= this.replay.terms.longStopDay) {
      throw new BadAnswer("The agreement is told to be cancelled though its meter served, or still could.");
    }
    this.#name(this.s.id);
  }

  /** What a party and the arbiter announced was done: the end of what is dead, or the same deal by other keys. */
  async execute({ act }) {
    const { successor } = actOf(act);
    if (successor === this.s.id) {
      const dead = this.today > await this.#lastHeard() + DARK_DAYS;
      if (!dead) throw new BadAnswer("The agreement is told to be ended by the arbiter though its meter is not dead.");
    } else if (!await isSameDeal(this.replay.terms, await this.s.beside(successor))) {
      throw new BadAnswer("The agreement is told to be handed over by the arbiter to another deal.");
    }
    this.#name(successor);
  }

  /** A party claims. */
  dispute({ number, claim }) {
    const size = claim < 0n ? -claim : claim;
    if (size > this.replay.terms.maxClaim) throw new BadAnswer(`A claim of ${claim} cents is more than the terms allow.`);
    this.replay.dispute(Number(number), claim);
  }

  /** The arbiter's award. */
  resolve({ number, award, lateCentDays, balance }) {
    this.#sameDelay(lateCentDays, this.replay.resolve(Number(number), award), balance);
  }

  /** A payment is confirmed. */
  pay({ cents, day, reference_: reference, lateCentDays, balance }) {
    this.#sameDelay(lateCentDays, this.replay.confirm({ cents, day: Number(day), reference }), balance);
  }

  /** Balance and registers went over to the successor. */
  handOver({ successor }) {
    this.#follows(successor);
  }

  /** No statement comes any more. */
  end({ balance }) {
    const { replay } = this;
    if (this.named || replay.periods < replay.terms.months) this.#follows(this.s.id);
    if (!replay.ended) {
      if (replay.closedThrough) throw new BadAnswer("The agreement is told to have ended without a last statement.");
      replay.endUnserved();
    }
    this.#sameBalance(balance);
  }

  #name(successor) {
    if (successor !== ZERO_HASH) this.named = { successor, transaction: this.event.transaction };
  }

  /** An end before the term's, and a handover, come of what was done in their transaction. */
  #follows(successor) {
    if (this.named?.successor !== successor || this.named.transaction !== this.event.transaction) {
      throw new BadAnswer(`${this.event.name} is told of ${successor}, without an act or an exit that says so.`);
    }
    this.named = null;
  }

  #sameBalance(told) {
    const gap = told - this.replay.balance;
    if (gap) this.problems.push({ found: "statement.told_balance", values: { event: this.event.name, cents: gap < 0n ? -gap : gap } });
  }

  #sameDelay(told, late, balance) {
    if (told !== late) this.problems.push({ found: "statement.told_delay", values: { event: this.event.name, told, late } });
    this.#sameBalance(balance);
  }

  async #isSilent(told, days) {
    const heard = await this.#lastHeard();
    if (told !== heard || this.today <= heard + days) {
      throw new BadAnswer(`${this.event.name} tells of silence since ${dateOf(told)}; the meter's last word is of ${dateOf(heard)}.`);
    }
  }

  /** The last day of which the meter that serves had said something; at least that of the last lit statement. */
  async #lastHeard() {
    const { base, serves } = this.replay;
    return serves ? Math.max(base, await this.s.heard(this.event)) : base;
  }
}

/** Whether other terms differ in the keys, the meter and the arbiter alone, and the words that name them. */
async function isSameDeal(terms, other) {
  const theirs = await other.theTerms();
  const clauses = ({ clauses: all }) => plain(all.map(({ rule, params }) => [rule, params]));
  const rest = Object.keys(terms).filter((name) => name !== "clauses" && !KEYS.includes(name));
  return await other.hasItsTerms() && clauses(terms) === clauses(theirs) && rest.every((name) => terms[name] === theirs[name]);
}

const STEPS = {
  Served: "serve", Opened: "open", Closed: "close", Acted: "act", ActVoided: "voidAct", Exited: "exit", EndedInSilence: "endInSilence",
  Silent: "alarm", Cancelled: "cancel", Executed: "execute", Disputed: "dispute", Resolved: "resolve", PaymentConfirmed: "pay",
  HandedOver: "handOver", Ended: "end",
};
