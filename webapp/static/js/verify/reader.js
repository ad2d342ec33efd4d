/** Our contracts, as a node tells them. Numbers that count energy or money are BigInt; days, blocks and times Number. */
import { Interface, concat, keccak256, toBeHex, zeroPadValue } from "../ppa/ethers.js";
import { fromTuple } from "../ppa/terms.js";
import { NodeError } from "./node.js";

const LOG_PAGE_BLOCKS = 1000;
const hex = (n) => "0x" + BigInt(n).toString(16);

/** Reader of a node; `abis` has MeterLedger, PPARegistry and IClause. */
export class Reader {
  constructor(node, abis) {
    this.node = node;
    this.interfaces = Object.fromEntries(Object.entries(abis).map(([name, abi]) => [name, new Interface(abi)]));
  }

  chainId = async () => Number(await this.node.ask("eth_chainId"));
  block = async (which) => this.node.ask("eth_getBlockByNumber", [typeof which === "number" ? hex(which) : which, false]);
  blocks = async (numbers) => this.node.askMany(numbers.map((n) => ["eth_getBlockByNumber", [hex(n), false]]));
  code = async (address) => this.node.ask("eth_getCode", [address, "latest"]);
  isContract = async (address) => (await this.code(address)) !== "0x";
  /** The day in Greenwich of the newest block: the contracts' clock. */
  today = async () => Math.floor(Number((await this.block("latest")).timestamp) / 86_400);
  storage = async (address, slot) => BigInt(await this.node.ask("eth_getStorageAt", [address, hex(slot), "latest"]));

  /** What a view answers (an ethers Result). Throws NodeError where it reverts or there is no such contract. */
  async view(contract, address, name, args = [], caller = undefined) {
    const face = this.interfaces[contract];
    const data = face.encodeFunctionData(name, args);
    const answer = await this.node.ask("eth_call", [{ to: address, data, ...(caller && { from: caller }) }, "latest"]);
    if (answer === "0x") throw new NodeError(`${contract} ${address}: no contract answers ${name}.`);
    if (answer.length % 64 === 10) throw new NodeError("The contract refused.", answer);
    return face.decodeFunctionResult(name, answer);
  }

  /** Decoded events in order, asked at once, and where the node refuses that, 1,000 blocks at a time. */
  async events(contract, address, topics, first, last) {
    const page = (from, to) => this.node.ask("eth_getLogs", [{ address, topics, fromBlock: hex(from), toBlock: hex(to) }]);
    let logs;
    try {
      logs = await page(first, last);
    } catch (problem) {
      if (last - first < LOG_PAGE_BLOCKS) throw problem;
      logs = [];
      for (let from = first; from <= last; from += LOG_PAGE_BLOCKS) logs.push(...await page(from, Math.min(last, from + LOG_PAGE_BLOCKS - 1)));
    }
    const place = (log) => [Number(log.blockNumber), Number(log.logIndex)];
    return logs
      .sort((a, b) => place(a)[0] - place(b)[0] || place(a)[1] - place(b)[1])
      .map((log) => ({ log, parsed: this.interfaces[contract].parseLog(log) }))
      .filter(({ parsed }) => parsed)
      .map(({ log, parsed }) => ({
        name: parsed.name, args: parsed.args, block: place(log)[0], index: place(log)[1], blockHash: log.blockHash,
        transaction: log.transactionHash,
      }));
  }

  topic = (contract, name) => this.interfaces[contract].getEvent(name).topicHash;

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
    return {
      status: count("status"), periods: count("periods"), proposedAt: count("proposedAt"), signedAt: count("signedAt"),
      boundaryDay: count("boundaryDay"), closedDay: count("closedDay"), pending: count("pending"),
      exported: a.exported, generation: a.generation, balance: a.balance,
    };
  }

  statement = async (registry, id, number) => statementOf((await this.view("PPARegistry", registry, "statementOf", [id, number]))[0]);
}

/** A Statement of the ABI. */
export function statementOf(s) {
  return {
    amount: s.amount, generation: s.generation, exported: s.exported, lastDay: Number(s.lastDay),
    boundaryDay: Number(s.boundaryDay), closedOn: Number(s.closedOn), closedAt: Number(s.closedAt), flags: s.flags,
  };
}

export const termsOf = (event) => fromTuple(event.args.terms);

/** Where the contracts' words stand in storage: the second way to ask for them, beside their views. */
const mapped = (key, slot) => BigInt(keccak256(concat([key, toBeHex(slot, 32)])));
export const slots = {
  meterWord: (meter) => mapped(zeroPadValue(meter, 32), 0n),
  monthEnd: (meter, day) => mapped(toBeHex(day, 32), mapped(zeroPadValue(meter, 32), 1n)),
  agreement: (id) => mapped(id, 0n),
  statement: (id, number) => mapped(toBeHex(number, 32), mapped(id, 1n)),
  account: (id) => mapped(id, 3n),
  servedBy: (meter) => mapped(zeroPadValue(meter, 32), 2n),
};
