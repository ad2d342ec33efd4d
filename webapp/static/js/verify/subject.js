/** What is verified, and what the chain says of it: asked once, kept for all checks. */
import { identify } from "./code.js";
import { slots, statementOf, termsOf } from "./reader.js";
import { zeroPadValue } from "../ppa/ethers.js";
import { BadRecord } from "../ppa/records.js";
import { ZERO_HASH, digest } from "../ppa/terms.js";

const FIRST_BLOCK = 0;

export class Subject {
  #kept = new Map();

  /**
   * `given`: {chainId, genesis, registry, id} and optionally {ledger, terms (from a file), evidence, invoice}, and what
   * was asked for another agreement (`asked`: records by meter, blocks by number); `build`: interfaces/build.json.
   */
  constructor(reader, given, build) {
    Object.assign(this, { reader, build, asked: { records: new Map(), blocks: new Map() }, ...given });
  }

  #once(name, make) {
    if (!this.#kept.has(name)) this.#kept.set(name, make());
    return this.#kept.get(name);
  }

  head = () => this.#once("head", async () => Number((await this.reader.block("latest")).number));
  agreement = () => this.#once("agreement", () => this.reader.agreement(this.registry, this.id));
  ledgerAddress = () => this.#once("ledger", async () => (await this.reader.view("PPARegistry", this.registry, "ledger"))[0]);

  /** Every event of the agreement, from the block of its proposal. */
  events = () => this.#once("events", async () => {
    const { proposedAt } = await this.agreement();
    return this.reader.events("PPARegistry", this.registry, [null, this.id], proposedAt, await this.head());
  });

  /** The terms as they were proposed; null if they never were. */
  proposed = () => this.#once("proposed", async () => {
    const event = (await this.events()).find((e) => e.name === "Proposed");
    return event ? termsOf(event) : null;
  });

  /** The agreement that goes on with this one; undefined if there is none. */
  heir = async () => (await this.events()).find((e) => e.name === "HandedOver")?.args.successor;

  /** Another agreement of the registry. */
  other = (id) => {
    const { chainId, genesis, registry, asked } = this;
    return new Subject(this.reader, { chainId, genesis, registry, asked, id }, this.build);
  };

  /** The agreement that goes on with this one, as a Subject; null if there is none. Throws BadRecord. */
  successor = () => this.#once("successor", async () => {
    const id = await this.heir();
    if (!id) return null;
    const after = this.other(id);
    const terms = await after.theTerms();
    if (!terms || digest(terms, this.chainId, this.registry) !== id) throw new BadRecord("The successor's terms do not hash to its id.");
    if (terms.supersedes !== this.id.toLowerCase()) throw new BadRecord("The successor does not replace this agreement.");
    after.#once("predecessor", async () => this);
    return after;
  });

  /** The agreement that was handed over to this one, as a Subject; null if there is none. Throws BadRecord. */
  predecessor = () => this.#once("predecessor", async () => {
    const { supersedes } = await this.theTerms();
    if (supersedes === ZERO_HASH || !(await this.agreement()).closedDay) return null;
    const before = this.other(supersedes);
    const terms = await before.theTerms();
    if (!terms || digest(terms, this.chainId, this.registry) !== supersedes) throw new BadRecord("The predecessor's terms do not hash to its id.");
    if (await before.heir() !== this.id.toLowerCase()) throw new BadRecord("The predecessor was not handed over to this agreement.");
    before.#once("successor", async () => this);
    return before;
  });

  /** What was handed over to this agreement, the oldest first. */
  predecessors = async () => {
    const before = await this.predecessor();
    return before ? [...await before.predecessors(), before] : [];
  };

  /** What was handed over to this agreement, and this agreement. */
  line = async () => [...await this.predecessors(), this];

  /** Of these, the last that each meter serves. */
  meters = async () => {
    const line = await this.line();
    const meters = await Promise.all(line.map(async (one) => (await one.theTerms()).meter));
    return line.filter((_, i) => meters.lastIndexOf(meters[i]) === i);
  };

  /** How many statements of a predecessor's numbering this agreement goes on from. */
  inherited = async () => {
    const before = await this.predecessor();
    if (!before || (await before.theTerms()).firstDay !== (await this.theTerms()).firstDay) return 0;
    return (await before.agreement()).periods;
  };

  /** The day in Greenwich of a block. */
  dayOf = async (block) => Math.floor(Number((await this.blocks()).get(block).timestamp) / 86_400);

  /** The terms of the file, or else of the chain. */
  theTerms = async () => this.terms ?? this.proposed();

  closed = () => this.#once("closed", async () => (await this.events()).filter((e) => e.name === "Closed").map((e) => ({
    number: Number(e.args.number), statement: statementOf(e.args.statement), balance: e.args.balance,
    lines: Array.from(e.args.lines), block: e.block, transaction: e.transaction,
  })));

  /** The block in which the opening registers were taken: of the first close, or of a handover or an end before any. */
  openedIn = async () => (await this.events()).find((e) => ["Closed", "HandedOver", "Ended"].includes(e.name))?.block;

  /** Every statement, as stored; 0 is the opening. */
  stored = () => this.#once("stored", async () => {
    const { periods, closedDay } = await this.agreement();
    const numbers = closedDay ? [...Array(periods + 1).keys()] : [];
    return Promise.all(numbers.map((n) => this.reader.statement(this.registry, this.id, n)));
  });

  /** The meter's records; agreements of one meter have them from one answer. */
  records = async () => {
    const { meter } = await this.theTerms();
    const [ledger, head] = [await this.ledgerAddress(), await this.head()];
    const { records } = this.asked;
    if (!records.has(meter)) records.set(meter, this.reader.records(ledger, meter, head));
    return records.get(meter);
  };

  /** The blocks in which records and events are, and the first of all, by number. */
  blocks = () => this.#once("blocks", async () => {
    const numbers = [...new Set([FIRST_BLOCK, ...[...await this.records(), ...await this.events()].map((place) => place.block)])];
    const { blocks } = this.asked;
    const lacking = numbers.filter((n) => !blocks.has(n));
    const found = await this.reader.blocks(lacking);
    lacking.forEach((n, i) => blocks.set(n, found[i]));
    return new Map(numbers.map((n) => [n, blocks.get(n)]));
  });

  /** Transactions by hash, each asked once; null where the node has none. */
  transactions = async (hashes) => {
    const wanted = [...new Set(hashes)].filter((hash) => !this.#kept.has(hash));
    const found = await this.reader.node.askMany(wanted.map((hash) => ["eth_getTransactionByHash", [hash]]));
    wanted.forEach((hash, i) => this.#kept.set(hash, found[i]));
    return hashes.map((hash) => this.#kept.get(hash));
  };

  /** Each clause's address, and which published clause its code is (null: none of ours). */
  rules = () => this.#once("rules", async () => {
    const rules = [...new Set((await this.theTerms()).clauses.map((c) => c.rule))];
    const codes = await Promise.all(rules.map((rule) => this.reader.code(rule)));
    return new Map(rules.map((rule, i) => [rule, codes[i] === "0x" ? undefined : identify(this.build, codes[i])]));
  });

  /** Every `Served` event of the meter. */
  served = async () => {
    const { meter } = await this.theTerms();
    const topics = [this.reader.topic("PPARegistry", "Served"), null, zeroPadValue(meter, 32)];
    return this.reader.events("PPARegistry", this.registry, topics, FIRST_BLOCK, await this.head());
  };

  storedWord = (name, ...key) => this.reader.storage(this.registry, slots[name](...key));
}
