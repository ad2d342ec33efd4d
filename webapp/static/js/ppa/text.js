/** Numbers as people read them, Spanish or English, exact: the only place where integers become decimals. */

/** `value / 10^scale`, at least `least` decimals kept, others cut when zero. */
export function decimal(value, scale, language, least = 0) {
  const size = BigInt(value) < 0n ? -BigInt(value) : BigInt(value);
  const unit = 10n ** BigInt(scale);
  const digits = scale ? (size % unit).toString().padStart(scale, "0").replace(/0+$/, "").padEnd(least, "0") : "";
  const [group, point] = language === "es" ? [".", ","] : [",", "."];
  const whole = (size / unit).toString().replace(/\B(?=(\d{3})+$)/g, group);
  return (BigInt(value) < 0n ? "-" : "") + whole + (digits ? point + digits : "");
}

/** Cents as "0,01 €" or "0.01 EUR". */
export function money(cents, language, currency = "EUR") {
  return `${decimal(cents, 2, language, 2)} ${sign(language, currency)}`;
}

/** Wh as "1.234,567 kWh". */
export function energy(wh, language) {
  return `${decimal(wh, 3, language)} kWh`;
}

/** A price in 1e-6 per kWh as "0,085 €/kWh". */
export function price(micro, language, currency = "EUR") {
  return `${decimal(micro, 6, language, 2)} ${sign(language, currency)}/kWh`;
}

/** Parts per million as "2 %". */
export function percent(ppm, language) {
  return `${decimal(ppm, 4, language)} %`;
}

/** An integer scaled by 10^scale from what a person typed: "0,085" or "0.085"; null if it is not such a number. */
export function parseDecimal(typed, scale) {
  const clean = typed.trim().replace(/\s|€|EUR/g, "");
  const parts = /^(-?)(\d+)(?:[.,](\d+))?$/.exec(clean) ?? /^(-?)(\d{1,3}(?:\.\d{3})+)(?:,(\d+))?$/.exec(clean);
  if (!parts || (parts[3] ?? "").length > scale) return null;
  const size = BigInt(parts[2].replaceAll(".", "") + (parts[3] ?? "").padEnd(scale, "0"));
  return parts[1] ? -size : size;
}

function sign(language, currency) {
  return currency === "EUR" && language === "es" ? "€" : currency;
}
