/** Our contracts, as a node tells them. Numbers that count energy or money are BigInt; days, blocks and times Number. */
import { Interface, zeroPadValue } from "../ppa/ethers.js";
import { STATUS } from "../ppa/storage-words.js";
import { fromTuple } from "../ppa/terms.js";
import { BadAnswer, NoCode, NodeError, Reverted, Unreachable, quantity } from "./node.js";

const LOG_PAGE_BLOCKS = 1000;
const hex = (n) => "0x" + BigInt(n).toString(16);

/** Reader of a node; `abis` has MeterLedger, PPARegistry, IndexPublisher, IClause and IIndex. */
export class Reader {
  constructor(node, abis) {
    this.node = node;
    this.interfaces = Object.fromEntries(Object.entries(abis).map(([name, abi]) => [name, new Interface(abi)]));
  }

  chainId = async () => Number(quantity(await this.node.ask("eth_chainId")));
  block = async (which) => held(which, await this.node.ask("eth_getBlockByNumber", [typeof which === "number" ? hex(which) : which, false]));
  code = async (address) => this.node.ask("eth_getCode", [address, "latest"]);
  codeAt = async (address, block) => this.node.ask("eth_getCode", [address, hex(block)]);
  isContract = async (address) => (await this.code(address)) !== "0x";
  /** The day in Greenwich of the newest block: the contracts' clock. */
  today = async () => Math.floor(Number((await this.block("latest")).timestamp) / 86_400);

  /** Blocks by their numbers, in order. Throws BadAnswer for one that is not there. */
  blocks = async (numbers) => {
    const found = await this.node.askMany(numbers.map((n) => ["eth_getBlockByNumber", [hex(n), false]]));
    return numbers.map((n, i) => held(n, found[i]));
  };

  /** Transactions by [block, index] in it; null where the node has none. It needs no index of transactions. */
  transactions = async (places) =>
    this.node.askMany(places.map(([block, index]) => ["eth_getTransactionByBlockNumberAndIndex", [hex(block), hex(index)]]));

  /** One word of storage; Ganache answers an empty one with no digits at all. */
  storage = async (address, slot) => {
    const answer = await this.node.ask("eth_getStorageAt", [address, hex(slot), "latest"]);
    return quantity(answer === "0x" ? "0x0" : answer);
  };

  /** What a view answers (an ethers Result). Throws Reverted, or NoCode where there is no such contract. */
  async view(contract, address, name, args = []) {
    const face = this.interfaces[contract];
    const answer = await this.node.ask("eth_call", [{ to: address, data: face.encodeFunctionData(name, args) }, "latest"]);
    if (answer === "0x") throw new NoCode(`${contract} ${address}: no contract answers ${name}.`);
    if (answer.length % 64 === 10) throw new Reverted("The contract refused.", answer);
    return face.decodeFunctionResult(name, answer);
  }

  /** Decoded events in order, asked at once, and where the node refuses that, 1,000 blocks at a time. Throws BadAnswer. */
  async events(contract, address, topics, first, last) {
    const page = (from, to) => this.node.ask("eth_getLogs", [{ address, topics, fromBlock: hex(from), toBlock: hex(to) }]);
    let logs;
    try {
      logs = await page(first, last);
    } catch (problem) {
      const refused = problem instanceof NodeError && !(problem instanceof Unreachable);
      if (!refused || last - first < LOG_PAGE_BLOCKS) throw problem;
      logs = [];
      for (let from = first; from <= last; from += LOG_PAGE_BLOCKS) logs.push(...await page(from, Math.min(last, from + LOG_PAGE_BLOCKS - 1)));
    }
    return inOrder(logs, address, topics, first, last).flatMap(({ log, block, index }) => {
      const event = eventOf(this.interfaces[contract], log);
      return event ? [{ ...event, block, index, blockHash: log.blockHash, transaction: log.transactionHash }] : [];
    });
  }

  topic = (contract, name) => this.interfaces[contract].getEvent(name).topicHash;

  /** All that a meter recorded, in order. */
  async records(ledger, meter, last) {
    const topics = [this.topic("MeterLedger", "Recorded"), zeroPadValue(meter, 32)];
    return (await this.events("MeterLedger", ledger, topics, 0, last)).map((e) => ({
      day: Number(e.args.day), generation: e.args.generation, exported: e.args.exported, readingsRoot: e.args.readingsRoot,
      block: e.block, index: e.index, blockHash: e.blockHash, transaction: e.transaction,
    }));
  }

  async agreement(registry, id) {
    const [a] = await this.view("PPARegistry", registry, "agreementOf", [id]);
    const count = (name) => Number(a[name]);
    if (count("status") >= STATUS.length) throw new BadAnswer(`The node says that agreement ${id} has status ${a.status}.`);
    return {
      status: count("status"), periods: count("periods"), proposedBlock: count("proposedBlock"), signedBlock: count("signedBlock"),
      boundaryDay: count("boundaryDay"), closedThrough: count("closedThrough"), pending: count("pending"),
      exported: a.exported, generation: a.generation, balance: a.balance,
    };
  }

  statement = async (registry, id, number) => statementOf((await this.view("PPARegistry", registry, "statementOf", [id, number]))[0]);
}

/** A Statement of the ABI. */
export function statementOf(s) {
  return {
    amount: s.amount, generation: s.generation, exported: s.exported, lastDay: Number(s.lastDay),
    boundaryDay: Number(s.boundaryDay), closedOn: Number(s.closedOn), closedBlock: Number(s.closedBlock), flags: s.flags,
  };
}

export const termsOf = (event) => fromTuple(event.args.terms);

/** The name and values of a log; null if the contract has no such event. Throws BadAnswer for one that no contract writes so. */
function eventOf(face, log) {
  const fragment = face.getEvent(log.topics[0]);
  if (!fragment) return null;
  let again, args;
  try {
    args = face.decodeEventLog(fragment, log.data, log.topics);
    again = face.encodeEventLog(fragment, args.toArray());
  } catch (problem) { // many errors, one meaning
    throw new BadAnswer(`A log of ${fragment.name} cannot be read: ${problem.message}`);
  }
  if (String([again.data, ...again.topics]) !== String([log.data, ...log.topics]).toLowerCase()) {
    throw new BadAnswer(`A log of ${fragment.name} is not written as contracts write it.`);
  }
  return { name: fragment.name, args };
}

function held(which, block) {
  const right = block !== null && typeof block === "object" && (typeof which !== "number" || Number(block.number) === which);
  if (!right) throw new BadAnswer(`The node has no block ${which}.`);
  return block;
}

/** The logs by block and index. Throws BadAnswer for one that was not asked for, is not whole or stands twice. */
function inOrder(logs, address, topics, first, last) {
  const placed = new Map();
  for (const log of logs) {
    const [block, index] = [Number(quantity(log.blockNumber)), Number(quantity(log.logIndex))];
    const asked = String(log.address).toLowerCase() === address.toLowerCase() && Array.isArray(log.topics)
      && [log.transactionHash, log.blockHash].every((hash) => typeof hash === "string") && topics.every((want, i) => want === null || want.toLowerCase() === log.topics[i]?.toLowerCase());
    if (!asked || block < first || block > last) {
      throw new BadAnswer(`The node gives log ${index} of block ${block}, which is not one that was asked for.`);
    }
    const place = `${block}.${index}`;
    if (placed.has(place)) throw new BadAnswer(`The node gives log ${index} of block ${block} twice.`);
    placed.set(place, { log, block, index });
  }
  return [...placed.values()].sort((a, b) => a.block - b.block || a.index - b.index);
}
