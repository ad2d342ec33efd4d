/** Promises over windows of months: what the producer guarantees to generate, what the consumer takes or pays. */
import { monthEnd, monthsBefore } from "../calendar.js";
import { cents, contractYear, degraded, escalated } from "../money.js";
import * as text from "../text.js";
import { BadClause, MOST_LINE, checkDegradation, checkGrowth, checkPositivePrice, checkWindow, kind } from "./kind.js";

const MOST_MAKE_UP = 24n;

/** The days of the window of months that ends with a period: those that it has, and those up to its last month's end. */
export function windowDays(period, window) {
  const first = monthsBefore(period.firstDay, Number(window) - 1);
  return { days: BigInt(period.lastDay + 1 - first), whole: BigInt(monthEnd(period.firstDay) + 1 - first) };
}

/** What falls on such a window, rounded down to the Wh: by its days, where the period ends before its month does. */
function partDown(energy, period, window) {
  const { days, whole } = windowDays(period, window);
  return (energy * days) / whole;
}

export const GuaranteedGeneration = kind(
  "GuaranteedGeneration", ["uint64", "uint16", "uint32", "uint64"], ["energy", "window", "degradation", "price"], {
    check(p, months) {
      if (p.energy <= 0n) throw new BadClause("no_energy", "The guaranteed energy is zero.");
      if (p.price <= 0n) throw new BadClause("no_refund", "The refund per missing kWh is zero.");
      checkWindow(p.window, months);
      checkDegradation(p.degradation);
      if (cents(p.energy, p.price) > MOST_LINE) throw new BadClause("line_too_large", "The refund of a window without any generation would not fit.");
    },
    /** Zero but in a window's last period, where the shortfall is refunded; `statements(n)` gives earlier ones. */
    line(p, period, { statements }) {
      if (BigInt(period.number) % p.window !== 0n) return 0n;
      const { made, promised } = guaranteed(p, period, statements);
      return made >= promised ? 0n : cents(made - promised, p.price);
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

/** What was made and promised in the window that ends with this period; `full`: promised, had it all its days. */
export function guaranteed(p, period, statements) {
  const opening = statements(Number(BigInt(period.number) - p.window));
  const full = degraded(p.energy, p.degradation, contractYear(period.number));
  return { made: period.generationRegister - opening.generation, promised: partDown(full, period, p.window), full };
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
    /** In a window's last period: the minimum, what was taken, and what is paid for: missing or, negative, given back. */
    taken(p, period, { statements }) {
      const at = (number) => statements(number).generation - statements(number).exported;
      const [number, window] = [period.number, Number(p.window)];
      const start = at(number - window);
      const taken = period.generationRegister - period.exportedRegister - start;
      const minimum = partDown(p.minimum, period, p.window);
      const missing = minimum - taken;
      if (missing >= 0n) return { minimum, taken, missing };
      let bank = 0n;
      for (let j = 1; j <= Math.min(number / window - 1, Number(p.makeUp)); j++) {
        const shortfall = BigInt(j) * p.minimum - (start - at(number - (j + 1) * window));
        if (shortfall > bank) bank = shortfall;
      }
      return { minimum, taken, missing: missing < -bank ? -bank : missing };
    },
    line(p, period, told) {
      if (BigInt(period.number) % p.window !== 0n) return 0n;
      return cents(TakeOrPay.taken(p, period, told).missing, escalated(p.price, p.escalator, contractYear(period.number)));
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
