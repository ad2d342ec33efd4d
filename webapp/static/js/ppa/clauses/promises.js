/** Promises over windows of months: what the producer guarantees to generate, what the consumer takes or pays. */
import { cents, contractYear, degraded, escalated } from "../money.js";
import { isDark } from "../storage-words.js";
import * as text from "../text.js";
import { BadClause, MOST_LINE, checkDegradation, checkGrowth, checkPositivePrice, checkWindow, kind, lineOf } from "./kind.js";
import { isDue, partOf, spanOf } from "./windows.js";

const MOST_MAKE_UP = 24n;
const consumed = (statement) => statement.generation - statement.exported;

export const GuaranteedGeneration = kind(
  "GuaranteedGeneration", ["uint64", "uint16", "uint32", "uint64"], ["energy", "window", "degradation", "price"], {
    check(p, months) {
      if (p.energy <= 0n) throw new BadClause("no_energy", "The guaranteed energy is zero.");
      if (p.price <= 0n) throw new BadClause("no_refund", "The refund per missing kWh is zero.");
      checkWindow(p.window, months);
      checkDegradation(p.degradation);
      if (cents(p.energy, p.price) > MOST_LINE) throw new BadClause("line_too_large", "The refund of a window without any generation would not fit.");
    },
    /** Zero but where a window is assessed, whose shortfall is refunded; `statements(n)` gives earlier ones. */
    line(p, period, { statements }) {
      if (!isDue(period, p.window)) return lineOf(0n);
      const { made, promised } = guaranteed(p, period, statements);
      return lineOf(made >= promised ? 0n : cents(made - promised, p.price));
    },
    sentence(p, language, currency) {
      const [energy, price, fall] = [text.energy(p.energy, language), text.price(p.price, language, currency), text.percent(p.degradation, language)];
      if (language === "es") {
        const each = p.window === 1n ? "cada mes" : `cada ${p.window} meses`;
        return `El productor garantiza ${energy} ${each} y devuelve ${price} por lo que falte${p.degradation ? `; la garantía baja un ${fall} cada año de contrato` : ""}.`;
      }
      const each = p.window === 1n ? "every month" : `every ${p.window} months`;
      return `The producer guarantees ${energy} ${each} and refunds ${price} for what is missing${p.degradation ? `; the guarantee falls by ${fall} each contract year` : ""}.`;
    },
  },
);

/** What was made and promised in the span that is assessed with this period; `full`: what is promised of a whole window. */
export function guaranteed(p, period, statements) {
  const span = spanOf(period, p.window, statements);
  const full = degraded(p.energy, p.degradation, contractYear(period.number));
  return { made: period.generationRegister - span.start.generation, promised: partOf(full, span), full, span };
}

export const TakeOrPay = kind(
  "TakeOrPay", ["uint64", "uint16", "uint16", "uint64", "uint32"], ["minimum", "window", "makeUp", "price", "escalator"], {
    check(p, months) {
      if (p.minimum <= 0n) throw new BadClause("no_energy", "The minimum is zero.");
      checkPositivePrice(p.price);
      checkWindow(p.window, months);
      if (p.makeUp > MOST_MAKE_UP) throw new BadClause("bad_window", `Make-up energy can be taken for at most ${MOST_MAKE_UP} windows.`);
      checkGrowth(p.escalator, months);
      if (cents(p.minimum, escalated(p.price, p.escalator, contractYear(months))) > MOST_LINE) throw new BadClause("line_too_large", "The line would not fit.");
    },
    /** Where a window is assessed: the minimum, what was taken, and what is paid for: missing or, negative, given back. */
    taken(p, period, { statements }) {
      const span = spanOf(period, p.window, statements);
      const start = consumed(span.start);
      const taken = period.generationRegister - period.exportedRegister - start;
      const minimum = partOf(p.minimum, span);
      const missing = minimum - taken;
      if (missing >= 0n) return { minimum, taken, missing, span };
      const window = Number(p.window);
      let bank = 0n;
      for (let j = 1; j <= Number(p.makeUp) && span.before - j * window >= period.opening; j++) {
        const statement = statements(span.before - j * window);
        const shortfall = BigInt(j) * p.minimum - (start - consumed(statement));
        if (statement.boundaryDay > 0 && !isDark(statement) && shortfall > bank) bank = shortfall;
      }
      return { minimum, taken, missing: missing < -bank ? -bank : missing, span };
    },
    line(p, period, told) {
      if (!isDue(period, p.window)) return lineOf(0n);
      return lineOf(cents(TakeOrPay.taken(p, period, told).missing, escalated(p.price, p.escalator, contractYear(period.number))));
    },
    sentence(p, language, currency) {
      const [least, price] = [text.energy(p.minimum, language), text.price(p.price, language, currency)];
      const [rise, makeUp] = [text.percent(p.escalator, language), p.makeUp * p.window];
      if (language === "es") {
        const each = p.window === 1n ? "cada mes" : `cada ${p.window} meses`;
        const after = makeUp === 1n ? "el mes siguiente" : `los ${makeUp} meses siguientes`;
        const tail = (p.escalator ? `; el precio sube un ${rise} cada año de contrato` : "") + (makeUp ? `; lo pagado y no consumido se recupera en ${after}` : "");
        return `El consumidor toma al menos ${least} ${each} o paga ${price} por lo que falte${tail}.`;
      }
      const each = p.window === 1n ? "every month" : `every ${p.window} months`;
      const after = makeUp === 1n ? "month" : `${makeUp} months`;
      const tail = (p.escalator ? `; the price rises by ${rise} each contract year` : "") + (makeUp ? `; what was paid and not taken may be taken in the ${after} after` : "");
      return `The consumer takes at least ${least} ${each} or pays ${price} for what is missing${tail}.`;
    },
  },
);
