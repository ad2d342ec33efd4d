/** The formulas behind a line, as a person checks them with a pocket calculator. */
import { dateText, euros, h, kwh, language, t } from "./context.js";
import { KNOWN, chargedEnergy, guaranteed, isDue } from "../ppa/clauses/index.js";
import { contractYear, escalated } from "../ppa/money.js";
import { decimal, percent, price } from "../ppa/text.js";

const formula = (text) => h("p", { class: "formula" }, text);
const signed = (text, value) => (value < 0n ? `(${text})` : text);

/** What stands below a line: texts and formulas; `told` as a clause's `line` has it. */
export async function arithmetic(name, p, { period, cents, told, currency }) {
  const year = contractYear(period.number);
  const unit = (micro) => price(micro, language, currency);
  const total = euros(cents, currency);
  const rounding = h("p", { class: "hint" }, t("walk.rounding", { year }));
  const charge = (micro) => {
    const energy = chargedEnergy(p, period);
    const sum = p.base === 1n ? [] : [formula(`${kwh(period.generation)} − ${kwh(period.exported)} = ${kwh(energy)}`)];
    return [...sum, formula(`${kwh(energy)} × ${unit(micro)} = ${decimal(energy * micro, 9, language)} → ${total}`), rounding];
  };
  const waiting = () => {
    if (period.dark) return [h("p", {}, t("walk.window_dark"))];
    return [h("p", {}, t("walk.window_open", { window: p.window, left: p.window - (BigInt(period.number) % p.window) }))];
  };
  const inPart = (full, part, { start, days, windowDays }) => {
    if (days === windowDays) return [];
    const from = (start.boundaryDay || start.lastDay) + 1;
    const which = days > 0n
      ? t("walk.window_span", { from: dateText(from), to: dateText(from + Number(days) - 1), days, whole: windowDays }) : t("walk.window_no_day");
    return [h("p", {}, which), formula(`${kwh(full)} × ${days} / ${windowDays} → ${kwh(part)}`)];
  };
  switch (name) {
    case "EnergyCharge": return charge(escalated(p.price, p.escalator, year));
    case "PriceTable": return charge(KNOWN.PriceTable.price(p, period));
    case "IndexedPrice": {
      const { micro, substituted } = await KNOWN.IndexedPrice.price(p, period, told);
      if (year === 1n) return charge(micro);
      const { first, now, year: of } = await KNOWN.IndexedPrice.values(p, period, told);
      const [a, b] = [first, now].map((value) => decimal(value, 0, language));
      return [
        ...(substituted ? [h("p", {}, t("walk.substituted", { year, of }))] : []),
        h("p", {}, t("walk.index", { floor: unit(p.floor), cap: unit(p.cap) })),
        formula(`${unit(p.price)} × (1 + ${percent(p.share, language)} × (${b} − ${a}) / ${a}) → ${unit(micro)}`), ...charge(micro),
      ];
    }
    case "ExcessEnergy": {
      const { base, excess, expected, before, limit, days, daysOfMonth } = KNOWN.ExcessEnergy.parts(p, period);
      const first = escalated(p.price, p.escalator, year);
      const more = excess > 0n ? ` + ${kwh(excess)} × ${unit(p.excessPrice)}` : "";
      return [
        h("p", {}, t(before > 0n ? "walk.limit_with_dark" : "walk.limit", { months: period.darkBefore })),
        formula(`${before > 0n ? `${kwh(before)} + ` : ""}${kwh(expected)} × ${percent(p.share, language)} × ${days} / ${daysOfMonth} → ${kwh(limit)}`),
        formula(`${kwh(base)} × ${unit(first)}${more} = ${decimal(base * first + excess * p.excessPrice, 9, language)} → ${total}`), rounding,
      ];
    }
    case "GuaranteedGeneration": {
      if (!isDue(period, p.window)) return waiting();
      const { made, promised, full, span } = guaranteed(p, period, told.statements);
      const values = { made: kwh(made), promised: kwh(promised) };
      if (made >= promised) return [h("p", {}, t("walk.window_met", values)), ...inPart(full, promised, span)];
      return [h("p", {}, t("walk.window_missed", values)), ...inPart(full, promised, span), formula(`(${kwh(made)} − ${kwh(promised)}) × ${unit(p.price)} → ${total}`)];
    }
    case "TakeOrPay": {
      if (!isDue(period, p.window)) return waiting();
      const { minimum, missing, taken, span } = KNOWN.TakeOrPay.taken(p, period, told);
      const short = minimum - taken;
      return [
        h("p", {}, t(short > 0n ? "walk.not_taken" : missing < 0n ? "walk.made_up" : "walk.taken")),
        ...inPart(p.minimum, minimum, span),
        formula(`${kwh(minimum)} − ${signed(kwh(taken), taken)} = ${kwh(short)}`),
        formula(`${kwh(missing)} × ${unit(escalated(p.price, p.escalator, year))} → ${total}`), rounding,
      ];
    }
    case "FixedFee": {
      const { fee, days, daysOfMonth } = KNOWN.FixedFee.parts(p, period);
      return [formula(`${euros(fee, currency)} × ${days} / ${daysOfMonth} → ${total}`), rounding];
    }
    case "LateInterest":
      return [
        h("p", {}, t("walk.overdue")),
        formula(`${decimal(period.overdueCentDays, 2, language)} × ${percent(p.rate, language)} / ${p.dayCount} → ${total}`),
      ];
    case "ExitTable": return [h("p", {}, t("walk.exit"))];
    default: throw new Error(`No formula for ${name}`);
  }
}
