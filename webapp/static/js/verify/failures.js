/** Clauses that gave nothing, and the indices for which one may have waited in vain. */
import { KNOWN } from "../ppa/clauses/index.js";
import { toBeHex } from "../ppa/ethers.js";
import { BadRecord } from "../ppa/records.js";
import { FAILED_PLACE } from "../ppa/words.js";
import { WrongCode, immutablesOf } from "./code.js";
import { NodeError } from "./node.js";

const LINE_BITS = 48;

export const indexValue = async (s, address, month) => (await s.reader.view("IIndex", address, "valueOf", [month]))[0];

/** A published clause that is told to have failed must fail, or ask for what was published only after the close. */
export async function checkFailures(s, replay, { args, block, index: place }) {
  const { period } = replay.done[replay.periods];
  const rules = await s.rules();
  for (const [index, { rule, params }] of replay.terms.clauses.entries()) {
    const kind = KNOWN[rules.get(rule)];
    if (!kind || !(args.statement.flags >> FAILED_PLACE + BigInt(index) & 1n)) continue;
    const asked = await askedFor(s, kind, params, period, replay.statement);
    if (asked === null) continue;
    const published = await Promise.all(asked.map(([address, month]) => publishedIn(s, address, month)));
    if (published.some((when) => when?.block > block || (when?.block === block && when.index > place))) continue;
    if (!published.includes(null)) throw new BadRecord(`Clause ${index + 1} is told to have failed in statement ${period.number}, and it does not fail.`);
    replay.doubts.push({ number: period.number, clause: index + 1 });
  }
}

/** The index values, [address, month], with which a clause gives a line that fits; null if it gives none. */
async function askedFor(s, kind, params, period, statements) {
  const asked = [];
  const index = async (address, month) => {
    const value = await indexValue(s, address, month);
    asked.push([address, month]);
    return value;
  };
  try {
    const line = await kind.line(kind.decode(params), period, { statements, index });
    return line === BigInt.asIntN(LINE_BITS, line) ? asked : null;
  } catch (problem) {
    if (problem instanceof NodeError && problem.data === null) throw problem;
    return null;
  }
}

/** The event in which a value was published; null where only the node knows. */
async function publishedIn(s, address, month) {
  try {
    immutablesOf(s.build, "IndexPublisher", await s.reader.code(address));
  } catch (problem) {
    if (problem instanceof WrongCode) return null;
    throw problem;
  }
  const topics = [s.reader.topic("IndexPublisher", "Published"), toBeHex(month, 32)];
  const [event] = await s.reader.events("IndexPublisher", address, topics, 0, await s.head());
  return event ?? null;
}
