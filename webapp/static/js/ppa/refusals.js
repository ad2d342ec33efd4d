/**
 * What a contract's refusal means, in Spanish and English: what was wrong, and what to do next. The sentences are those of
 * `ppa/refusals.json`, where `{day:date}` stands for the argument `day`, shown as a date.
 */
import { decimal, energy, percent } from "./text.js";

const DAY_S = 86_400;
const LAST_DAY = 2_932_896; // 9999-12-31
const MOST_ANSWER = 2 + 2 * 256; // of a clause's answer the registry copies 256 bytes
const NO_REASON = "no reason given";
const UNKNOWN = "unknown error";

/** The sentence of revert bytes (hex), by the ABIs of our contracts. */
export function sentenceOf(data, interfaces, catalogue, language) {
  const [name, args] = read(data, interfaces);
  const inner = (answer) => sentenceOf(answer.slice(0, MOST_ANSWER), interfaces, catalogue, language);
  return sentence(name, args, { catalogue, language, inner });
}

/** The sentence of an error with these arguments, numbers as BigInt; `inner` says what a clause's answer means. */
export function sentence(name, args, given) {
  const { catalogue, language } = given;
  const shown = (_, argument, unit = "plain") => UNITS[unit](args[argument], given);
  return catalogue.errors[name][language].replace(/\{(\w+)(?::(\w+))?\}/g, shown).trim();
}

/** The error's name, and its arguments by name. */
function read(data, interfaces) {
  if (!data || data === "0x") return [NO_REASON, {}];
  for (const face of interfaces) {
    try {
      const found = face.parseError(data);
      if (found) return [found.name, BUILT_IN[found.name]?.(found.args) ?? found.args.toObject()];
    } catch {
      break; // its arguments are not whole
    }
  }
  return [UNKNOWN, { data }];
}

const BUILT_IN = { Error: ([message]) => ({ message }), Panic: ([code]) => ({ code }) };

function moment(seconds, { language }, clock = true) {
  if (seconds < 0n || seconds >= BigInt(LAST_DAY + 1) * BigInt(DAY_S)) return String(seconds);
  const iso = new Date(Number(seconds) * 1000).toISOString();
  const [year, month, day] = iso.slice(0, 10).split("-");
  const date = language === "es" ? `${day}/${month}/${year}` : `${year}-${month}-${day}`;
  return clock ? `${date} ${iso.slice(11, 16)} UTC` : date;
}

const state = (kind) => (value, { language, catalogue }) => catalogue.states[kind][language][Number(value)] ?? String(value);

const UNITS = {
  plain: String,
  date: (day, given) => moment(day * BigInt(DAY_S), given, false),
  moment,
  money: (cents, { language }) => decimal(cents, 2, language, 2), // the error does not say the currency
  energy: (wh, { language }) => energy(wh, language),
  price: (micro, { language }) => decimal(micro, 6, language, 2),
  percent: (ppm, { language }) => percent(ppm, language),
  place: (index) => String(index + 1n), // people count from 1
  currency: (code) => String.fromCharCode(...[2, 4, 6].map((at) => parseInt(code.slice(at, at + 2), 16))),
  status: state("status"),
  payment: state("payment"),
  refusal: (answer, { inner }) => inner(answer), // what a clause answered
};
