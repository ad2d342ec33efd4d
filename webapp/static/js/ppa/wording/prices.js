/** What a clause costs in one contract year, in words. */
import { degraded, escalated, share } from "../money.js";
import * as text from "../text.js";

const MICRO_PER_CENT = 10_000n;

/** Of each clause with prices: what it asks in a contract year (from 1). */
const PRICES = {
  EnergyCharge: (p, year, { perKwh }) => perKwh(escalated(p.price, p.escalator, year)),
  PriceTable: (p, year, { perKwh }) => perKwh(p.prices[Number(year) - 1]),
  IndexedPrice: (p, year, { perKwh, say }) => (year === 1n ? perKwh(p.price) : say("between", { floor: perKwh(p.floor), cap: perKwh(p.cap) })),
  ExcessEnergy: (p, year, { perKwh, say }) =>
    say("up_to_limit", { price: perKwh(escalated(p.price, p.escalator, year)), more: perKwh(p.excessPrice) }),
  GuaranteedGeneration: (p, year, { perKwh, say, language }) =>
    say("guaranteed", { energy: text.energy(degraded(p.energy, p.degradation, year), language), price: perKwh(p.price) }),
  TakeOrPay: (p, year, { perKwh, say }) => say("missing", { price: perKwh(escalated(p.price, p.escalator, year)) }),
  FixedFee: (p, year, { say, language, currency }) =>
    say("a_month", { fee: text.money(escalated(p.fee < 0n ? -p.fee : p.fee, p.escalator, year), language, currency) }),
};

/** What a clause {name, p} asks in a contract year; null for one without prices. */
export function priceOf({ name, p }, year, phrases, currency) {
  const perKwh = (micro) => text.price(micro, phrases.language, currency);
  return PRICES[name]?.(p, year, { ...phrases, perKwh, currency }) ?? null;
}

/** What it costs to leave in a contract year, before any appraisal. */
export function exitPriceOf({ p }, year, { language }, currency) {
  return text.money(share(p.size, p.prices[Number(year) - 1], MICRO_PER_CENT), language, currency);
}
