/** The form of a proposal: its fields as terms. */
import { $, page, t } from "./context.js";
import { dayOf } from "../ppa/calendar.js";
import { BadClause, KNOWN } from "../ppa/clauses/index.js";
import { getAddress, hexlify, randomBytes } from "../ppa/ethers.js";
import { ZERO_ADDRESS, ZERO_HASH, check } from "../ppa/terms.js";
import { parseDecimal } from "../ppa/text.js";

const form = $("form");
const salt = BigInt(hexlify(randomBytes(8)));

/** A field whose text is not what it should be; its message is a sentence in the page's language. */
export class BadField extends Error {
  constructor(field, code) {
    super(t(`problem.${code}`));
    this.field = field;
  }
}

export const value = (name) => form.elements[name].value.trim();

function scaled(name, scale) {
  const found = parseDecimal(value(name), scale);
  if (found === null || found < 0n) throw new BadField(name, "number");
  return found;
}

const whole = (name) => Number(scaled(name, 0));

function address(name) {
  if (!value(name)) throw new BadField(name, "missing_address");
  try {
    return getAddress(value(name));
  } catch {
    throw new BadField(name, "bad_address");
  }
}

function day() {
  try {
    return dayOf(`${value("firstMonth")}-01`);
  } catch {
    throw new BadField("firstMonth", "month");
  }
}

function zone() {
  try {
    new Intl.DateTimeFormat("en", { timeZone: value("timeZone") });
  } catch {
    throw new BadField("timeZone", "time_zone");
  }
  return value("timeZone");
}

function clause(name, parameters, months, fields) {
  try {
    KNOWN[name].check(parameters, months);
  } catch (problem) {
    if (problem instanceof BadClause) throw new BadField(fields[problem.code] ?? fields.any, problem.code);
    throw problem;
  }
  return { rule: page.clauses[name], params: KNOWN[name].encode(parameters) };
}

function clauses(months) {
  const found = [clause("EnergyCharge", {
    price: scaled("price", 6), escalator: scaled("escalator", 4), base: BigInt(value("base")),
  }, months, { any: "price", growth_too_large: "escalator" })];
  if (form.elements.guarantee.checked) {
    found.push(clause("GuaranteedGeneration", {
      energy: scaled("energy", 3), window: scaled("window", 0), degradation: scaled("degradation", 4), price: scaled("refund", 6),
    }, months, { any: "energy", no_refund: "refund", bad_window: "window", bad_degradation: "degradation" }));
  }
  return found;
}

/** The terms that the form says. Throws BadField, BadTerms or BadDay. */
export function readForm() {
  const months = whole("months");
  if (months < 1 || months > 4095) throw new BadField("months", "bad_months");
  const terms = {
    producer: address("producer"), consumer: address("consumer"), meter: address("meter"), arbiter: ZERO_ADDRESS,
    firstDay: day(), months, disputeDays: whole("disputeDays"), currency: "EUR", timeZone: zone(),
    maxPower: scaled("maxPower", 3), documentHash: ZERO_HASH, supersedes: ZERO_HASH, salt, clauses: [],
  };
  if (terms.disputeDays > 65535) throw new BadField("disputeDays", "number");
  terms.clauses = clauses(months);
  check(terms);
  return terms;
}
