/** The clauses that we know: parameters, lines, and a sentence in plain words. All numbers are BigInt. */
import { AbiCoder } from "./ethers.js";
import { cents, contractYear, degraded, escalated } from "./money.js";
import * as text from "./text.js";

export class BadClause extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

const coder = AbiCoder.defaultAbiCoder();

function kind(name, types, fields, rest) {
  return {
    name,
    encode: (p) => coder.encode(types, fields.map((field) => p[field])),
    decode(params) {
      if (params.length !== 2 + 64 * types.length) throw new BadClause("bad_length", `The parameters of ${name} have ${32 * types.length} bytes.`);
      const values = coder.decode(types, params);
      return Object.fromEntries(fields.map((field, i) => [field, values[i]]));
    },
    ...rest,
  };
}

const EnergyCharge = kind("EnergyCharge", ["uint64", "uint32", "uint8"], ["price", "escalator", "base"], {
  check(p, months) {
    if (p.price <= 0n) throw new BadClause("no_price", "The price per kWh is zero.");
    if (p.base > 1n) throw new BadClause("bad_base", `Base ${p.base} is unknown.`);
    if (escalated(p.price, p.escalator, contractYear(months)) >= 1n << 64n) throw new BadClause("price_too_large", "The price outgrows 64 bits before the term ends.");
  },
  /** Signed energy times the year's price, in cents. */
  line: (p, period) => cents(chargedEnergy(p, period), escalated(p.price, p.escalator, contractYear(period.number))),
  sentence(p, language, currency) {
    const [price, rise] = [text.price(p.price, language, currency), text.percent(p.escalator, language)];
    if (language === "es") {
      const base = p.base === 1n ? "toda la energía generada" : "la energía autoconsumida (generada menos vertida)";
      return `El consumidor paga ${price} por ${base}${p.escalator ? `; el precio sube un ${rise} cada año de contrato` : ""}.`;
    }
    const base = p.base === 1n ? "all energy generated" : "the energy consumed on site (generated minus exported)";
    return `The consumer pays ${price} for ${base}${p.escalator ? `; the price rises by ${rise} each contract year` : ""}.`;
  },
});

const GuaranteedGeneration = kind(
  "GuaranteedGeneration", ["uint64", "uint16", "uint32", "uint64"], ["energy", "window", "degradation", "price"], {
    check(p, months) {
      if (p.energy <= 0n) throw new BadClause("no_energy", "The guaranteed energy is zero.");
      if (p.price <= 0n) throw new BadClause("no_refund", "The refund per missing kWh is zero.");
      if (p.window < 1n || p.window > BigInt(months)) throw new BadClause("bad_window", `A window has 1 to ${months} months.`);
      if (p.degradation >= 1_000_000n) throw new BadClause("bad_degradation", "The degradation must be less than 100 % a year.");
    },
    /** Zero but in a window's last period, where the shortfall is refunded; `statements(n)` gives earlier ones. */
    line(p, period, statements) {
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

export const KNOWN = { EnergyCharge, GuaranteedGeneration };

/** The energy that an EnergyCharge prices: self-consumption (signed) or generation. */
export function chargedEnergy(p, period) {
  return p.base === 1n ? period.generation : period.generation - period.exported;
}

/** What was made and promised in the window that ends with this period. */
export function guaranteed(p, period, statements) {
  const opening = statements(Number(BigInt(period.number) - p.window));
  return { made: period.generationRegister - opening.generation, promised: degraded(p.energy, p.degradation, contractYear(period.number)) };
}
