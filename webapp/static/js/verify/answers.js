/** What a node answers of one agreement, each asked once. */
import { zeroPadValue } from "../ppa/ethers.js";
import { nextWord } from "../ppa/records.js";
import { AgreementWord } from "../ppa/storage-words.js";
import { digest } from "../ppa/terms.js";
import { identify } from "./code.js";
import { hashHolds } from "./header.js";
import { BadAnswer } from "./node.js";
import { termsOf } from "./reader.js";
import { slots } from "./slots.js";

const FIRST_BLOCK = 0;
export const MODULES = { ends: "RegistryEnds", rights: "RegistryRights" }; // by the registry's immutables

export class Answers {
  #kept = new Map();

  /**
   * `given`: {chainId, genesis, registry, id} and optionally {ledger, terms, words, language and signature (from a file), evidence,
   * invoice}, and what was asked for another agreement (`asked`: records by meter, blocks by number); `build`:
   * interfaces/build.json.
   */
  constructor(reader, given, build) {
    Object.assign(this, { reader, build, asked: { records: new Map(), blocks: new Map() }, ...given });
    this.id = this.id.toLowerCase();
  }

  /** What `make` gives, asked once. */
  once(name, make) {
    if (!this.#kept.has(name)) this.#kept.set(name, make());
    return this.#kept.get(name);
  }

  // The registry

  head = () => this.once("head", async () => Number((await this.reader.block("latest")).number));
  registryCode = () => this.once("code", () => this.reader.code(this.registry));
  agreement = () => this.once("agreement", () => this.reader.agreement(this.registry, this.id));
  storedWord = (name, ...key) => this.reader.storage(this.registry, slots[name](...key));

  /** The ledger's address, as the registry answers; the code check compares it with the immutable. */
  ledgerAddress = () => this.once("ledger", async () => (await this.reader.view("PPARegistry", this.registry, "ledger"))[0]);

  /** The modules' addresses by the registry's immutables, as it answers; the code check compares them. */
  modules = () => this.once("modules", async () => {
    const found = Object.keys(MODULES).map(async (key) => [key, (await this.reader.view("PPARegistry", this.registry, key))[0]]);
    return Object.fromEntries(await Promise.all(found));
  });

  /** Whether what the registry's view answers is the word in storage. */
  isStored = async () => await this.storedWord("agreement", this.id) === AgreementWord.pack(await this.agreement());

  /** Every event of the agreement, from the block of its proposal. */
  events = () => this.once("events", async () => {
    const { proposedBlock } = await this.agreement();
    return this.reader.events("PPARegistry", this.registry, [null, this.id], proposedBlock, await this.head());
  });

  /** The terms as they were proposed; null if they never were. */
  proposed = () => this.once("proposed", async () => {
    const { proposedBlock } = await this.agreement();
    if (!proposedBlock) return null;
    const topics = [this.reader.topic("PPARegistry", "Proposed"), this.id];
    const [event] = await this.reader.events("PPARegistry", this.registry, topics, proposedBlock, proposedBlock);
    return event ? termsOf(event) : null;
  });

  /** The terms of the file, or else of the chain. */
  theTerms = async () => this.terms ?? this.proposed();

  /** Whether the terms hash to the id. Throws BadTerms where they cannot be read. */
  hasItsTerms = async () => digest(await this.theTerms(), this.chainId, this.registry) === this.id;

  /** Every `Served` event of the meter. */
  served = () => this.once("served", async () => {
    const { meter } = await this.theTerms();
    const topics = [this.reader.topic("PPARegistry", "Served"), null, zeroPadValue(meter, 32)];
    return this.reader.events("PPARegistry", this.registry, topics, FIRST_BLOCK, await this.head());
  });

  /** The agreement that the meter serves now; 32 zero bytes if none. */
  servedBy = async () => (await this.reader.view("PPARegistry", this.registry, "servedBy", [(await this.theTerms()).meter]))[0];

  /** Each clause's address, and which published clause its code is; null: none of ours. */
  rules = () => this.once("rules", async () => {
    const rules = [...new Set((await this.theTerms()).clauses.map((c) => c.rule))];
    const codes = await Promise.all(rules.map((rule) => this.reader.code(rule)));
    return new Map(rules.map((rule, i) => [rule, identify(this.build, codes[i])]));
  });

  // The meter

  /** The meter's records, as the chain tells them; agreements of one meter have them from one answer. */
  records = async () => {
    const { meter } = await this.theTerms();
    const [ledger, head] = [await this.ledgerAddress(), await this.head()];
    const { records } = this.asked;
    if (!records.has(meter)) records.set(meter, this.reader.records(ledger, meter, head));
    return records.get(meter);
  };

  /** The records to recompute with: the file's, and the chain's where the file is older. */
  measured = () => this.once("measured", async () => {
    const [chain, file] = [await this.records(), this.evidence?.records ?? []];
    const ours = file.map((r) => ({
      day: r.day, generation: BigInt(r.generation_wh), exported: BigInt(r.exported_wh), readingsRoot: r.readings_root,
    }));
    return [...ours, ...chain.slice(ours.length)];
  });

  /** The meter's word before each of its records. Throws BadRecord. */
  wordsBefore = () => this.once("words", async () => {
    let word = 0n;
    const found = new Map();
    for (const record of await this.records()) {
      found.set(record, word);
      word = nextWord(word, record);
    }
    return found;
  });

  // Blocks

  /** The blocks in which records and events are, and the first of all, by number. */
  blocks = () => this.once("blocks", async () => {
    const numbers = [...new Set([FIRST_BLOCK, ...[...await this.records(), ...await this.events()].map((place) => place.block)])];
    const { blocks } = this.asked;
    const lacking = numbers.filter((n) => !blocks.has(n));
    const found = await this.reader.blocks(lacking);
    lacking.forEach((n, i) => blocks.set(n, found[i]));
    return new Map(numbers.map((n) => [n, blocks.get(n)]));
  });

  /** Whether each block's header makes its hash by a rule that we know; null: it has fields that we do not know. */
  headers = () => this.once("headers", async () => new Map([...await this.blocks()].map(([number, block]) => [number, hashHolds(block)])));

  /** The day in Greenwich of a block. */
  dayOf = async (block) => {
    const found = (await this.blocks()).get(block);
    if (!found) throw new BadAnswer(`Block ${block} is of no event.`);
    return Math.floor(Number(found.timestamp) / 86_400);
  };

  /** The transactions of records and events by block and hash, where their blocks have them. */
  #transactions = () => this.once("transactions", async () => {
    const blocks = await this.blocks();
    const places = new Map();
    for (const { block, transaction } of [...await this.events(), ...await this.records()]) {
      const index = blocks.get(block).transactions?.indexOf(transaction) ?? -1;
      if (index >= 0) places.set(`${block}.${transaction}`, [block, index]);
    }
    const found = await this.reader.transactions([...places.values()]);
    return new Map([...places.keys()].map((place, i) => [place, found[i]]));
  });

  /** The transaction of a record or an event; null where its block or the node has none. */
  transactionOf = async ({ block, transaction }) => (await this.#transactions()).get(`${block}.${transaction}`) ?? null;
}
