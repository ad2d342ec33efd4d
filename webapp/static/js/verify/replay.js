/** An agreement's state again, from its events in order, and from those of what it was handed over from. */
import { monthEnd } from "../ppa/calendar.js";
import { KNOWN } from "../ppa/clauses/index.js";
import { toBeHex } from "../ppa/ethers.js";
import { BadRecord } from "../ppa/records.js";
import { FAILED_PLACE } from "../ppa/words.js";
import { WrongCode, immutablesOf } from "./code.js";
import { NodeError } from "./node.js";
import { Replay } from "./recompute.js";

const LINE_BITS = 48;

export const indexValue = async (s, address, month) => (await s.reader.view("IIndex", address, "valueOf", [month]))[0];

const made = new WeakMap();

/** The agreement as its events make it, made once. Throws BadRecord where they cannot have happened. */
export function replayed(s) {
  if (!made.has(s)) made.set(s, replayOf(s));
  return made.get(s);
}

async function replayOf(s) {
  const before = await s.predecessor();
  const terms = await s.theTerms();
  const told = [terms, s.id, await s.records(), await lineOf(s, terms)];
  const replay = before ? (await replayed(before)).heir(...told) : new Replay(...told);
  let [ending, ended, transaction, due] = [false, false, "", 0n];
  for (const event of await s.events()) {
    const { args } = event;
    if (event.transaction !== transaction) [transaction, due] = [event.transaction, replay.nextAct];
    switch (event.name) {
      case "Closed":
        await close(replay, args.statement, ending);
        await checkFailures(s, replay, event);
        break;
      case "Acted":
        // An act's number is asked before the act closes months, of which the first makes number 1 the next.
        if (![due, replay.nextAct].includes(args.act.number)) throw new BadRecord(`Act ${args.act.number} was brought where act ${due} was due.`);
        replay.act(args.act, ended);
        due = replay.nextAct;
        ending = args.act.successor === s.id;
        break;
      case "Exited":
        await checkPrice(s, replay, event);
        replay.credit(args.price);
        ending = true;
        break;
      case "Disputed": replay.dispute(Number(args.number), args.claim); break;
      case "Resolved": replay.resolve(Number(args.number), args.award, ended); break;
      case "PaymentConfirmed": {
        const late = replay.pay(args.cents, Number(args.day), ended);
        if (late !== args.late || replay.balance !== args.balance) throw new BadRecord(`A payment of ${args.cents} cents is told with another balance or delay.`);
        break;
      }
      case "Notified":
        [replay.noticeDay, replay.noticeClause] = [args.day, args.clause];
        break;
      case "Silent": replay.alarmDay = args.lastDay + 1n; break;
      case "HandedOver": replay.open(); break;
      case "Ended":
        if ((await s.agreement()).closedDay) replay.open(); // an exit before any month's end takes the opening registers
        replay.finish();
        ended = true;
        break;
      default:
    }
  }
  return replay;
}

/** An end closes whole months first, and then the part of a month that the meter recorded. */
async function close(replay, statement, ending) {
  const lastDay = Number(statement.lastDay);
  const part = ending && lastDay !== monthEnd(lastDay);
  if (part) {
    const closed = replay.closedDay || replay.terms.firstDay - 1;
    const within = closed < lastDay && lastDay < monthEnd(closed + 1);
    if (!within || !replay.records.some((record) => record.day === lastDay)) throw new BadRecord(`The last statement ends on day ${lastDay}, when the meter recorded nothing.`);
  }
  await replay.close(part ? lastDay : null, statement.flags >> FAILED_PLACE);
}

/** A published clause that is told to have failed must fail, or ask for what was published only after the close. */
async function checkFailures(s, replay, { args, block }) {
  const { period } = replay.done[replay.periods];
  const rules = await s.rules();
  for (const [index, { rule, params }] of replay.terms.clauses.entries()) {
    const kind = KNOWN[rules.get(rule)];
    if (!kind || !(args.statement.flags >> FAILED_PLACE + BigInt(index) & 1n)) continue;
    const asked = await askedFor(s, kind, params, period, replay.statement);
    if (asked === null) continue;
    const published = await Promise.all(asked.map(([address, month]) => publishedIn(s, address, month)));
    if (published.some((when) => when > block)) continue;
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

/** The block in which a value was published; null where only the node knows. */
async function publishedIn(s, address, month) {
  try {
    immutablesOf(s.build, "IndexPublisher", await s.reader.code(address));
  } catch (problem) {
    if (problem instanceof WrongCode) return null;
    throw problem;
  }
  const topics = [s.reader.topic("IndexPublisher", "Published"), toBeHex(month, 32)];
  const [event] = await s.reader.events("IndexPublisher", address, topics, 0, await s.head());
  return event?.block ?? null;
}

/** The price of an exit by a clause that we know; another's is what it answered. */
async function checkPrice(s, replay, event) {
  const clause = replay.terms.clauses[Number(event.args.clause)];
  if (!clause) throw new BadRecord(`An exit is told by clause ${event.args.clause}, which is not there.`);
  const { rule, params } = clause;
  if ((await s.rules()).get(rule) !== "ExitTable") return;
  const table = KNOWN.ExitTable;
  const today = await s.dayOf(event.block);
  const expected = await table.exitPrice(table.decode(params), replay.periods + 1, today, { index: (address, month) => indexValue(s, address, month) });
  if (expected !== event.args.price) throw new BadRecord(`The exit cost ${event.args.price} cents; by its clause it costs ${expected}.`);
}

/** A clause's line: by our arithmetic where its code is a published clause, else by asking the clause. */
async function lineOf(s, terms) {
  const rules = await s.rules();
  return async (index, period, earlier) => {
    const { rule, params } = terms.clauses[index];
    const kind = KNOWN[rules.get(rule)];
    if (kind) return kind.line(kind.decode(params), period, { statements: earlier, index: (address, month) => indexValue(s, address, month) });
    const told = [
      period.agreement, period.number, period.months, period.firstDay, period.lastDay, period.boundaryDay, period.generation,
      period.exported, period.generationRegister, period.exportedRegister, period.balance, period.overdue,
    ];
    return (await s.reader.view("IClause", rule, "assess", [told, params], s.registry))[0];
  };
}
