/** An agreement's state again, from its events in order, and from those of what it was handed over from. */
import { monthEnd } from "../ppa/calendar.js";
import { KNOWN } from "../ppa/clauses/index.js";
import { BadRecord } from "../ppa/records.js";
import { FAILED_PLACE } from "../ppa/words.js";
import { checkFailures, indexValue } from "./failures.js";
import { Replay } from "./recompute.js";

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
