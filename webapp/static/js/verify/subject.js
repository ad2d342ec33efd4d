/** What is verified: an agreement on a node, what was handed over to it, and where its closed months end. */
import { ZERO_HASH, asTuple } from "../ppa/terms.js";
import { Answers } from "./answers.js";
import { BadAnswer } from "./node.js";
import { statementOf } from "./reader.js";

const MADE = ["Proposed", "Signed", "Served"]; // how an agreement begins
/** Whether a log {block, index} came before another. */
export const isBefore = (a, b) => a.block < b.block || (a.block === b.block && a.index < b.index);

export class Subject extends Answers {
  // What was handed over

  /** Another agreement of the registry. */
  other = (id) => {
    const { chainId, genesis, registry, asked } = this;
    return new Subject(this.reader, { chainId, genesis, registry, asked, id }, this.build);
  };

  /** Another agreement of the registry, with the terms of its event. Throws BadTerms for odd ones. */
  beside = async (id) => {
    const other = this.other(id);
    const terms = await other.proposed();
    if (!terms) throw new BadAnswer(`Agreement ${id} was not proposed to the registry.`);
    asTuple(terms); // currency and time zone are text
    return other;
  };

  /** The agreement that was handed over to this one, as a Subject; null if there is none. Throws BadAnswer. */
  predecessor = () => this.once("predecessor", async () => {
    const supersedes = (await this.theTerms()).supersedes.toLowerCase();
    if (supersedes === ZERO_HASH || !(await this.agreement()).closedThrough) return null;
    const before = await this.beside(supersedes);
    if (!await before.hasItsTerms()) throw new BadAnswer(`The terms that the node tells of ${supersedes} do not hash to it.`);
    if (await before.handedOverTo() !== this.id) throw new BadAnswer(`The agreement ${supersedes} was not handed over to this one.`);
    return before;
  });

  /** The id of the agreement that goes on with this one; null if there is none. */
  handedOverTo = async () => (await this.events()).find((e) => e.name === "HandedOver")?.args.successor ?? null;

  /** What was handed over to this agreement, the oldest first. */
  predecessors = async () => {
    const before = await this.predecessor();
    return before ? [...await before.predecessors(), before] : [];
  };

  /** What was handed over to this agreement, the oldest first, and itself. */
  line = async () => [...await this.predecessors(), this];

  /** Whether an event is of the transaction in which the agreement was handed over to these terms. */
  isHandedIn = async ({ transaction }) => {
    const before = await this.predecessor();
    return before !== null && (await before.events()).some((e) => e.name === "HandedOver" && e.transaction === transaction);
  };

  /** Whether the meter ever answered that it serves this agreement. */
  isServed = async () => (await this.events()).some((e) => e.name === "Served");

  // Months

  /** Whether this goes on with the numbering of what was handed over to it. */
  goesOn = async () => {
    const before = await this.predecessor();
    if (!before) return false;
    const [old, terms] = [await before.theTerms(), await this.theTerms()];
    const sameStart = old.firstDay === terms.firstDay && old.firstMonth === terms.firstMonth;
    return sameStart && terms.months > (await before.agreement()).periods;
  };

  /** The agreement under whose id the statements are stored. */
  root = () => this.once("root", async () => (await this.goesOn() ? (await this.predecessor()).root() : this.id));

  /** The number of the last statement before the first one of this agreement's own. */
  inherited = async () => (await this.goesOn()
    ? (await (await this.predecessor()).agreement()).periods
    : (await this.theTerms()).firstMonth - 1);

  /** The numbers of its own statements, as its word has them. */
  numbers = async () => range(await this.inherited() + 1, (await this.agreement()).periods);

  /** Every closed period, as told. */
  closed = () => this.once("closed", async () => (await this.events()).filter((e) => e.name === "Closed").map(closedOf));

  /** Whether a month was closed, here or of what was handed over to it. */
  hasStatements = async () => {
    const before = await this.predecessor();
    return (await this.closed()).length > 0 || (before !== null && before.hasStatements());
  };

  /** Every statement of its numbering by number, as stored; the first is the opening. Empty before the first close. */
  stored = () => this.once("stored", async () => {
    const { firstMonth } = await this.theTerms();
    const numbers = await this.hasStatements() ? range(firstMonth - 1, (await this.agreement()).periods) : [];
    const found = await Promise.all(numbers.map((n) => this.reader.statement(this.registry, this.id, n)));
    return Object.fromEntries(numbers.map((n, i) => [n, found[i]]));
  });

  /** Whether an event came after the last closed month, so that no statement rests on it: a function of events. */
  isLater = async () => {
    const last = (await this.closed()).at(-1);
    return (event) => last !== undefined && !MADE.includes(event.name) && isBefore(last, event);
  };

  /** The day of the last record that a closed month rests on; 0 if none does. */
  billedThrough = async () => Math.max(0, ...(await this.closed()).map(({ statement }) => statement.boundaryDay));

  /** The day of the meter's last record before a log; 0 if there is none. */
  heard = async (place) => Math.max(0, ...(await this.records()).filter((record) => isBefore(record, place)).map(({ day }) => day));

  /** Statements and their clauses from 1, as `number.clause`, that rest on an index which nobody can date; a replay finds them. */
  undated = new Set();
}

/** A closed period by its event. */
export const closedOf = ({ args, block, index, transaction }) => ({
  number: Number(args.number), statement: statementOf(args.statement), balance: args.balance, lines: Array.from(args.lines),
  block, index, transaction,
});

const range = (first, last) => Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
