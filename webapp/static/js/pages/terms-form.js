/** The form of a proposal: its fields as terms. */
import { $, language, page, t } from "./context.js";
import { BadDay, dateOf, dayOf, monthEndAfter, monthsBefore } from "../ppa/calendar.js";
import { BadClause, KNOWN } from "../ppa/clauses/index.js";
import { getAddress, hexlify, randomBytes } from "../ppa/ethers.js";
import { cents } from "../ppa/money.js";
import { ZERO_ADDRESS, ZERO_HASH, check } from "../ppa/terms.js";
import { decimal, parseDecimal } from "../ppa/text.js";
import { worded } from "../ppa/wording.js";

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

function day(name, text, code) {
  try {
    return dayOf(text);
  } catch {
    throw new BadField(name, code);
  }
}

const firstDay = () => day("firstDay", `${value("firstDay")}-01`, "month");
/** How many months the term has here. */
const monthsHere = () => whole("months") + 1 - whole("firstMonth");

/** The first day of month 1 of the life. */
function lifeFirstDay() {
  try {
    return monthsBefore(firstDay(), whole("firstMonth") - 1);
  } catch (problem) {
    if (problem instanceof BadDay) throw new BadField("firstMonth", "no_such_month");
    throw problem;
  }
}

const MONTHS_TO_START = 6;
const [LONGEST_MONTH_HOURS, CLAIMED_MONTHS] = [744n, 3n];
/** What fields say as long as nobody typed in them, made from the others. */
const FOLLOWING = {
  longStopDay: () => dateOf(Math.min(monthEndAfter(firstDay(), MONTHS_TO_START) + 1, monthEndAfter(firstDay(), monthsHere()))),
  maxClaim() {
    const most = CLAIMED_MONTHS * cents(scaled("maxPower", 3) * LONGEST_MONTH_HOURS, scaled("price", 6));
    return decimal(most, 2, language, 2).replaceAll(language === "es" ? "." : ",", "");
  },
};

/** Fills the fields that follow others, but for those in `touched`. */
export function follow(touched) {
  for (const [name, made] of Object.entries(FOLLOWING)) {
    if (touched.has(name)) continue;
    try {
      form.elements[name].value = made();
    } catch (problem) {
      if (!(problem instanceof BadField || problem instanceof BadDay)) throw problem; // the other field says what is wrong
    }
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
    KNOWN[name].check(parameters, months, lifeFirstDay());
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

/** The terms that the form says, and their words: {terms, words}. Throws BadField, BadTerms or BadDay. */
export function readForm(names) {
  const [months, firstMonth] = [whole("months"), whole("firstMonth")];
  if (months < 1 || months > 4095) throw new BadField("months", "bad_months");
  if (firstMonth < 1 || firstMonth > months) throw new BadField("firstMonth", "no_such_month");
  const arbiter = value("arbiter") ? address("arbiter") : ZERO_ADDRESS;
  const terms = {
    wordsHash: ZERO_HASH, producer: address("producer"), consumer: address("consumer"), meter: address("meter"), arbiter,
    firstDay: firstDay(), firstMonth, months, disputeDays: whole("disputeDays"),
    noticeDays: arbiter === ZERO_ADDRESS ? 0 : whole("noticeDays"), silenceDays: whole("silenceDays"),
    longStopDay: day("longStopDay", value("longStopDay"), "date"), currency: "EUR", timeZone: zone(),
    maxPower: scaled("maxPower", 3), maxClaim: scaled("maxClaim", 2), documentHash: ZERO_HASH, supersedes: ZERO_HASH, salt,
    clauses: clauses(months),
  };
  const found = worded(terms, names, language);
  check(found.terms);
  return found;
}
