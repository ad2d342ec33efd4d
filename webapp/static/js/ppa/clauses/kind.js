/** What every clause answers, and how its parameters are encoded. All numbers are BigInt. */
import { AbiCoder } from "../ethers.js";
import { contractYear } from "../money.js";

export class BadClause extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

/** An index has no value for a month (yet): `told.index` throws it. */
export class NoIndexValue extends Error {}

export const MOST_LINE = (1n << 47n) - 1n;
const MOST_PRICE = 10n ** 10n; // 1e-6 a kWh
const MOST_GROWTH = 20_000_000n; // parts per million
const coder = AbiCoder.defaultAbiCoder();

/** A clause: `types` and `fields` are of its struct; `inner`: the struct is encoded as one dynamic tuple. */
export function kind(name, types, fields, rest, { dynamic = false } = {}) {
  const whole = dynamic ? [`tuple(${types.join(",")})`] : types;
  const encode = (p) => {
    const values = fields.map((field) => p[field]);
    return coder.encode(whole, dynamic ? [values] : values);
  };
  return {
    name,
    encode,
    /** From the encoding. Throws BadClause if it is not exactly that of the struct. */
    decode(params) {
      let p;
      try {
        const answer = coder.decode(whole, params);
        const values = dynamic ? answer[0] : answer;
        p = Object.fromEntries(fields.map((field, i) => [field, typeof values[i] === "object" ? Array.from(values[i]) : values[i]]));
      } catch {
        throw new BadClause("bad_length", `The parameters of ${name} cannot be read.`);
      }
      if (encode(p) !== params.toLowerCase()) throw new BadClause("bad_length", `The parameters of ${name} are not in their one encoding.`);
      return p;
    },
    ...rest,
    /** Throws BadClause where the contract's `check` refuses, or a parameter does not fit its bits. */
    check(p, months, firstDay) {
      rest.check(p, months, firstDay);
      try {
        encode(p);
      } catch {
        throw new BadClause("bad_length", `A parameter of ${name} does not fit its bits.`);
      }
    },
  };
}

export function checkPrice(price) {
  if (price > MOST_PRICE) throw new BadClause("price_too_large", "The price is above 10,000 a kWh.");
}

export function checkPositivePrice(price) {
  if (price <= 0n) throw new BadClause("no_price", "The price per kWh is zero.");
  checkPrice(price);
}

export function checkBase(base) {
  if (base > 1n) throw new BadClause("bad_base", `Base ${base} is unknown.`);
}

export function checkGrowth(escalator, months) {
  if (escalator * (contractYear(months) - 1n) > MOST_GROWTH) throw new BadClause("growth_too_large", "All yearly rises together are more than 2,000 %.");
}

export function checkWindow(window, months) {
  if (window < 1n || window > BigInt(months)) throw new BadClause("bad_window", `A window has 1 to ${months} months.`);
}

export function checkDegradation(degradation) {
  if (degradation >= 1_000_000n) throw new BadClause("bad_degradation", "The degradation must be less than 100 % a year.");
}

/** What a clause answers: cents, and whether they rest on a substitute. */
export const lineOf = (cents, substituted = false) => ({ cents, substituted });

/** The energy that a charge is on: self-consumption (0), signed, or generation (1). */
export function chargedEnergy(p, period) {
  return p.base === 1n ? period.generation : period.generation - period.exported;
}

/** What a charge is on, in words. */
export function baseInWords(base, language) {
  if (language === "es") return base === 1n ? "toda la energía generada" : "la energía autoconsumida (generada menos vertida)";
  return base === 1n ? "all energy generated" : "the energy consumed on site (generated minus exported)";
}
