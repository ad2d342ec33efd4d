/** Charges by the kWh: a price that rises, a table of prices, a price that follows an index, excess at another price. */
import { daysOfMonth, monthsBefore } from "../calendar.js";
import { getAddress } from "../ethers.js";
import { cents, contractYear, degraded, escalated } from "../money.js";
import * as text from "../text.js";
import {
  BadClause, NoIndexValue, baseInWords, chargedEnergy, checkBase, checkDegradation, checkGrowth, checkPositivePrice, checkPrice, kind,
  lineOf,
} from "./kind.js";

const PPM = 1_000_000n;
const MOST_LAG = 24n;
const MOST_SHARE = 10n * PPM;
const MOST_EXPECTED = (1n << 40n) - 1n;

export const EnergyCharge = kind("EnergyCharge", ["uint64", "uint32", "uint8"], ["price", "escalator", "base"], {
  check(p, months) {
    checkPositivePrice(p.price);
    checkBase(p.base);
    checkGrowth(p.escalator, months);
  },
  /** Signed energy times the year's price, in cents. */
  line: (p, period) => lineOf(cents(chargedEnergy(p, period), escalated(p.price, p.escalator, contractYear(period.number)))),
  sentence(p, language, currency) {
    const [price, rise] = [text.price(p.price, language, currency), text.percent(p.escalator, language)];
    const base = baseInWords(p.base, language);
    if (language === "es") return `El consumidor paga ${price} por ${base}${p.escalator ? `; el precio sube un ${rise} cada año de contrato` : ""}.`;
    return `The consumer pays ${price} for ${base}${p.escalator ? `; the price rises by ${rise} each contract year` : ""}.`;
  },
});

export const PriceTable = kind("PriceTable", ["uint8", "uint64[]"], ["base", "prices"], {
  check(p, months) {
    checkBase(p.base);
    if (BigInt(p.prices.length) !== contractYear(months)) throw new BadClause("bad_length", `The term has ${contractYear(months)} contract years.`);
    p.prices.forEach(checkPrice);
  },
  /** The price of a period. */
  price: (p, period) => p.prices[Number(contractYear(period.number)) - 1],
  line: (p, period) => lineOf(cents(chargedEnergy(p, period), PriceTable.price(p, period))),
  sentence(p, language, currency) {
    const [prices, base] = [p.prices.map((price) => text.price(price, language, currency)).join(" · "), baseInWords(p.base, language)];
    if (language === "es") return `El consumidor paga por ${base}, año de contrato por año de contrato: ${prices}.`;
    return `The consumer pays for ${base}, contract year by contract year: ${prices}.`;
  },
}, { dynamic: true });

export const IndexedPrice = kind(
  "IndexedPrice", ["uint64", "address", "uint8", "uint32", "uint64", "uint64", "uint8"],
  ["price", "index", "lag", "share", "floor", "cap", "base"], {
    check(p, months, firstDay) {
      checkPositivePrice(p.price);
      if (p.lag > MOST_LAG) throw new BadClause("bad_lag", `The index may lag at most ${MOST_LAG} months.`);
      if (BigInt(firstDay) < p.lag * 31n) throw new BadClause("bad_lag", "The index's first month would lie before 1970.");
      if (p.share < 1n || p.share > PPM) throw new BadClause("bad_share", "The share is above 0 and at most 100 %.");
      if (p.cap <= 0n) throw new BadClause("no_cap", "The cap is zero.");
      if (p.floor > p.cap) throw new BadClause("bad_floor", "The floor is above the cap.");
      checkPrice(p.cap);
      checkBase(p.base);
    },
    /**
     * The index of the first contract year, and the period's with the contract year that it is of: an earlier one where the
     * days of waiting are over and there is none. `told.index(address, month)` gives a value, maybe later.
     */
    async values(p, period, told) {
      const year = Number(contractYear(period.number));
      const month = (y) => monthsBefore(period.firstDay, period.number - 1 - 12 * (y - 1) + Number(p.lag));
      const first = await told.index(p.index, month(1));
      if (!period.waited) return { first, now: await told.index(p.index, month(year)), year };
      for (let y = year; y > 1; y--) {
        try {
          return { first, now: await told.index(p.index, month(y)), year: y };
        } catch (problem) {
          if (!(problem instanceof NoIndexValue)) throw problem;
        }
      }
      return { first, now: first, year: 1 };
    },
    /** The price of a period, and whether it rests on a substitute. The first contract year needs no index. */
    async price(p, period, told) {
      if (contractYear(period.number) === 1n) return { micro: p.price, substituted: false };
      const { first, now, year } = await IndexedPrice.values(p, period, told);
      const whole = PPM * first;
      const price = (p.price * ((PPM - p.share) * first + p.share * now) + whole / 2n) / whole;
      const raised = price < p.floor ? p.floor : price;
      return { micro: raised > p.cap ? p.cap : raised, substituted: BigInt(year) < contractYear(period.number) };
    },
    async line(p, period, told) {
      const { micro, substituted } = await IndexedPrice.price(p, period, told);
      return lineOf(cents(chargedEnergy(p, period), micro), substituted);
    },
    sentence(p, language, currency) {
      const [price, floor, cap] = [p.price, p.floor, p.cap].map((each) => text.price(each, language, currency));
      const [base, share, when] = [baseInWords(p.base, language), text.percent(p.share, language), monthsBeforeInWords(p.lag, language)];
      if (language === "es") {
        return `El consumidor paga ${price} por ${base} el primer año; cada año de contrato el ${share} del precio sigue al índice ${getAddress(p.index)} ${when}, entre ${floor} y ${cap}.`;
      }
      return `The consumer pays ${price} for ${base} in the first year; each contract year ${share} of the price follows the index ${getAddress(p.index)} ${when}, between ${floor} and ${cap}.`;
    },
  },
);

function monthsBeforeInWords(lag, language) {
  if (language === "es") return ["del mismo mes", "del mes anterior"][lag] ?? `de ${lag} meses antes`;
  return ["of the same month", "of the month before"][lag] ?? `of ${lag} months before`;
}

export const ExcessEnergy = kind(
  "ExcessEnergy", ["uint64", "uint32", "uint64", "uint32", "uint32", "uint8", "uint64[12]"],
  ["price", "escalator", "excessPrice", "share", "degradation", "base", "expected"], {
    check(p, months) {
      checkPositivePrice(p.price);
      checkGrowth(p.escalator, months);
      checkPrice(p.excessPrice);
      if (p.share < 1n || p.share > MOST_SHARE) throw new BadClause("bad_share", "The share is above 0 and at most 1,000 %.");
      checkDegradation(p.degradation);
      checkBase(p.base);
      if (p.expected.some((energy) => energy > MOST_EXPECTED)) throw new BadClause("bad_energy", "A month cannot have so much energy.");
      if (!p.expected.some((energy) => energy > 0n)) throw new BadClause("no_energy", "No energy is expected in any month.");
    },
    /**
     * What has the first price, pro rata by days in a month that ends early, and what is above it; `before`: what of the
     * limit is of the dark months right before.
     */
    parts(p, period) {
      const expectedIn = (number) => degraded(p.expected[(number - 1) % 12], p.degradation, contractYear(number));
      const expected = expectedIn(period.number);
      const days = BigInt(period.lastDay + 1 - period.firstDay);
      const whole = BigInt(daysOfMonth(period.firstDay));
      let before = 0n;
      for (let number = period.number - period.darkBefore; number < period.number; number++) before += (expectedIn(number) * p.share) / PPM;
      const limit = before + (expected * p.share * days) / (PPM * whole);
      const energy = chargedEnergy(p, period);
      const excess = energy > limit ? energy - limit : 0n;
      return { base: energy - excess, excess, expected, before, limit, days, daysOfMonth: whole };
    },
    line(p, period) {
      const { base, excess } = ExcessEnergy.parts(p, period);
      return lineOf(cents(base * escalated(p.price, p.escalator, contractYear(period.number)) + excess * p.excessPrice, 1n));
    },
    sentence(p, language, currency) {
      const [price, more] = [p.price, p.excessPrice].map((each) => text.price(each, language, currency));
      const [base, share] = [baseInWords(p.base, language), text.percent(p.share, language)];
      const year = text.energy(p.expected.reduce((sum, energy) => sum + energy, 0n), language);
      const [rise, fall] = [text.percent(p.escalator, language), text.percent(p.degradation, language)];
      if (language === "es") {
        const tail = (p.escalator ? `; el primer precio sube un ${rise} cada año de contrato` : "") + (p.degradation ? `; lo previsto baja un ${fall} cada año de contrato` : "");
        return `El consumidor paga ${price} por ${base} hasta el ${share} de lo previsto en el mes (${year} el primer año) y ${more} por lo que pase de ahí${tail}.`;
      }
      const tail = (p.escalator ? `; the first price rises by ${rise} each contract year` : "") + (p.degradation ? `; the expectation falls by ${fall} each contract year` : "");
      return `The consumer pays ${price} for ${base} up to ${share} of what is expected in the month (${year} in the first year) and ${more} for what is above${tail}.`;
    },
  },
);
