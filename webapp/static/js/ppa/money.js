/** Energy to money (formats.md, Arithmetic): BigInt Wh and 1e-6 currency units per kWh to cents; one rounding per line. */

const WH_MICRO_PER_CENT = 10_000_000n;
export const PPM = 1_000_000n;

/** Cents of signed energy at a price, half a cent away from zero. */
export function cents(wh, priceMicroPerKwh) {
  const size = ((wh < 0n ? -wh : wh) * priceMicroPerKwh + WH_MICRO_PER_CENT / 2n) / WH_MICRO_PER_CENT;
  return wh < 0n ? -size : size;
}

/** The price of a contract year (from 1): each year's from last year's rounded one, half up to 1e-6. */
export function escalated(priceMicroPerKwh, ppm, contractYear) {
  let price = priceMicroPerKwh;
  for (let year = 1n; year < contractYear; year++) price = (price * (PPM + ppm) + PPM / 2n) / PPM;
  return price;
}

/** `amount` * `part` / `whole`, all at least zero, half upward. */
export function share(amount, part, whole) {
  return (2n * amount * part + whole) / (2n * whole);
}

/** A guarantee in a contract year (from 1): it falls by `ppm` each year, rounded down to the Wh each time. */
export function degraded(energyWh, ppm, contractYear) {
  let energy = energyWh;
  for (let year = 1n; year < contractYear; year++) energy = (energy * (PPM - ppm)) / PPM;
  return energy;
}

/** The contract year of a period, both from 1. */
export function contractYear(periodNumber) {
  return (BigInt(periodNumber) - 1n) / 12n + 1n;
}
