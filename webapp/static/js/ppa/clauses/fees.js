/** Money that no kWh makes: a fee a month, interest on what is late. */
import { daysOfMonth } from "../calendar.js";
import { PPM, contractYear, escalated, share } from "../money.js";
import * as text from "../text.js";
import { BadClause, MOST_LINE, checkGrowth, kind, lineOf } from "./kind.js";

const size = (fee) => (fee < 0n ? -fee : fee);

export const FixedFee = kind("FixedFee", ["int64", "uint32"], ["fee", "escalator"], {
  check(p, months) {
    if (p.fee === 0n) throw new BadClause("no_fee", "The fee is zero.");
    checkGrowth(p.escalator, months);
    if (escalated(size(p.fee), p.escalator, contractYear(months)) > MOST_LINE) throw new BadClause("line_too_large", "The fee would not fit.");
  },
  /** The contract year's fee, and the period's share of its month in days. */
  parts(p, period) {
    const fee = escalated(size(p.fee), p.escalator, contractYear(period.number));
    const days = BigInt(period.lastDay + 1 - period.firstDay);
    return { fee: p.fee < 0n ? -fee : fee, days, daysOfMonth: BigInt(daysOfMonth(period.firstDay)) };
  },
  line(p, period) {
    const { fee, days, daysOfMonth: whole } = FixedFee.parts(p, period);
    const cents = share(size(fee), days, whole);
    return lineOf(fee < 0n ? -cents : cents);
  },
  sentence(p, language, currency) {
    const [fee, rise] = [text.money(size(p.fee), language, currency), text.percent(p.escalator, language)];
    if (language === "es") return `${p.fee > 0n ? "El consumidor" : "El productor"} paga ${fee} al mes${p.escalator ? `; sube un ${rise} cada año de contrato` : ""}.`;
    return `${p.fee > 0n ? "The consumer" : "The producer"} pays ${fee} a month${p.escalator ? `; it rises by ${rise} each contract year` : ""}.`;
  },
});

export const LateInterest = kind("LateInterest", ["uint32", "uint16"], ["rate", "dayCount"], {
  check(p) {
    if (p.rate < 1n || p.rate > PPM) throw new BadClause("rate_outside", "The rate is above zero and at most 100 % a year.");
    if (p.dayCount !== 365n && p.dayCount !== 360n) throw new BadClause("day_count", "A year has 365 or 360 days for interest.");
  },
  /** The rate on the period's cent-days in arrears; given back where they are below zero. */
  line(p, period) {
    const overdue = period.overdueCentDays;
    const cents = share(size(overdue), p.rate, PPM * p.dayCount);
    return lineOf(overdue < 0n ? -cents : cents);
  },
  sentence(p, language) {
    const rate = text.percent(p.rate, language);
    if (language === "es") return `Lo vencido y no pagado, intereses anteriores incluidos, devenga un interés simple del ${rate} anual (años de ${p.dayCount} días); cada liquidación vence al acabar el mes siguiente.`;
    return `What is due and not paid, earlier interest included, bears simple interest of ${rate} a year (of ${p.dayCount} days); each statement falls due with the end of the next month.`;
  },
});
