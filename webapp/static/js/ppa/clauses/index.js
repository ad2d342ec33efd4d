/**
 * The clauses that we know: parameters, lines, and a sentence in plain words. All numbers are BigInt.
 * `line(p, period, told)` gives {cents, substituted}, maybe later; `told` has `statements(n)`, earlier ones from the opening
 * on, and `index(address, month)`, which throws NoIndexValue.
 */
import { EnergyCharge, ExcessEnergy, IndexedPrice, PriceTable } from "./energy.js";
import { ExitTable } from "./exits.js";
import { FixedFee, LateInterest } from "./fees.js";
import { GuaranteedGeneration, TakeOrPay } from "./promises.js";

export { BadClause, NoIndexValue, chargedEnergy } from "./kind.js";
export { guaranteed } from "./promises.js";
export { isDue } from "./windows.js";

export const KNOWN = { EnergyCharge, PriceTable, IndexedPrice, ExcessEnergy, GuaranteedGeneration, TakeOrPay, FixedFee, LateInterest, ExitTable };
