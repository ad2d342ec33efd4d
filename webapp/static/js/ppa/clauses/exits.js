/** What it costs the consumer to end early, or to buy the plant. */
import { dateOf, dayOf } from "../calendar.js";
import { contractYear, share } from "../money.js";
import * as text from "../text.js";
import { BadClause, MOST_LINE, kind, lineOf } from "./kind.js";

const NOBODY = `0x${"00".repeat(20)}`;
const MICRO_PER_CENT = 10_000n;
const centsOf = (p, year) => share(p.size, p.prices[Number(year) - 1], MICRO_PER_CENT);

const FIELDS = ["lender", "cureDays", "appraiser", "size", "prices"];

export const ExitTable = kind("ExitTable", ["address", "uint16", "address", "uint64", "uint64[]"], FIELDS, {
  check(p, months) {
    if (BigInt(p.prices.length) !== contractYear(months)) throw new BadClause("table_length", "One price for each contract year.");
    if (p.size === 0n) throw new BadClause("no_size", "The plant's size is zero.");
    if (p.cureDays > 0n && p.lender === NOBODY) throw new BadClause("no_lender", "Days to cure are of a lender.");
    if (p.prices.some((_, i) => centsOf(p, i + 1) > MOST_LINE)) throw new BadClause("line_too_large", "A price would not fit.");
  },
  line: () => lineOf(0n),
  /** Cents to end in month `number`, asked on a day of Greenwich. */
  async exitPrice(p, number, today, told) {
    const price = centsOf(p, contractYear(number));
    if (p.appraiser === NOBODY) return price;
    const appraised = await told.index(p.appraiser, dayOf(`${dateOf(today).slice(0, 8)}01`));
    return appraised > price ? appraised : price;
  },
  sentence(p, language, currency) {
    const prices = p.prices.map((_, i) => text.money(centsOf(p, i + 1), language, currency)).join(" · ");
    const [lender, appraised] = [p.lender !== NOBODY, p.appraiser !== NOBODY];
    if (language === "es") {
      const least = appraised ? `, o la tasación que publique ${p.appraiser} si es mayor` : "";
      const wait = lender ? ` Antes debe avisar a ${p.lender} y esperar ${p.cureDays} días.` : "";
      return `El consumidor puede terminar pagando, según el año de contrato: ${prices}${least}.${wait}`;
    }
    const least = appraised ? `, or what ${p.appraiser} publishes if that is more` : "";
    const wait = lender ? ` It must notify ${p.lender} before, and wait ${p.cureDays} days.` : "";
    return `The consumer may end by paying, by contract year: ${prices}${least}.${wait}`;
  },
}, { dynamic: true });
