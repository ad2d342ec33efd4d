/**
 * The clauses that we know: parameters, lines, and a sentence in plain words. All numbers are BigInt.
 * `line(p, period, told)` may answer later; `told` has `statements(n)`, earlier ones, and `index(address, month)`.
 */
import { EnergyCharge, ExcessEnergy, IndexedPrice, PriceTable } from "./energy.js";
import { ExitTable } from "./exits.js";
import { FixedFee, LateInterest } from "./fees.js";
import { GuaranteedGeneration, TakeOrPay } from "./windows.js";

export { BadClause, chargedEnergy } from "./kind.js";
export { guaranteed, windowDays } from "./windows.js";

export const KNOWN = { EnergyCharge, PriceTable, IndexedPrice, ExcessEnergy, GuaranteedGeneration, TakeOrPay, FixedFee, LateInterest, ExitTable };
