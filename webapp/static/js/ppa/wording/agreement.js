/** The lines of an agreement in words, in their order. */
import { KNOWN } from "../clauses/index.js";
import { getAddress, hexlify } from "../ethers.js";
import { contractYear } from "../money.js";
import { BadTerms, ZERO_ADDRESS, ZERO_HASH, lastDay, lifeFirstDay } from "../terms.js";
import { decimal, money } from "../text.js";
import { exitPriceOf, priceOf } from "./prices.js";

/** Each line. Throws BadTerms, BadClause or BadDay where words cannot say the terms. */
export function linesOf(terms, rules, phrases) {
  // Texts of the terms stand in the words: one with a line break could pass for a line of its own.
  if (!/^[A-Z]{3}$/.test(terms.currency)) throw new BadTerms("bad_text", "currency", "The currency is not three capital letters.");
  if (!/^[!-~]{1,32}$/.test(terms.timeZone)) throw new BadTerms("bad_text", "timeZone", "The time zone is not a name that words can have.");
  const clauses = terms.clauses.map((clause) => clauseOf(clause, rules, terms));
  const { say } = phrases;
  const parties = ["producer", "consumer", "meter"].map((role) => say(role, { address: getAddress(terms[role]) }));
  return [
    say("title"), say("what"), ...parties, termLine(terms, phrases), say("clauses"),
    ...clauses.map((clause, i) => numbered(i + 1, clause, terms.clauses[i], terms, phrases)),
    leaving(clauses, terms, phrases), silence(terms, phrases), longStop(terms, phrases), disputes(terms, phrases),
    ...(named(terms.arbiter) ? [terms.noticeDays ? say("notice", { days: phrases.days(terms.noticeDays) }) : say("disputes_only")] : []),
    say("power", { power: decimal(terms.maxPower, 3, phrases.language) }),
    ...(terms.documentHash === ZERO_HASH ? [] : [say("document", { hash: hexlify(terms.documentHash) })]),
    ...(terms.supersedes === ZERO_HASH ? [] : [say("supersedes", { id: hexlify(terms.supersedes) })]),
    say("money", { currency: terms.currency, zone: terms.timeZone }),
  ];
}

const named = (address) => address !== ZERO_ADDRESS;

/** The clause {name, kind, p}, null for a rule that is not published. Throws BadClause for parameters that its contract refuses. */
function clauseOf({ rule, params }, rules, terms) {
  const name = rules[getAddress(rule)];
  const kind = KNOWN[name];
  if (!kind) return null;
  const p = kind.decode(params);
  kind.check(p, terms.months, lifeFirstDay(terms));
  return { name, kind, p };
}

function termLine(terms, phrases) {
  const { say, date, months } = phrases;
  const first = date(terms.firstDay);
  const said = say("term", { first, last: date(lastDay(terms)), months: months(terms.months + 1 - terms.firstMonth) });
  if (terms.firstMonth === 1) return `${said} ${say("new")}`;
  const number = decimal(terms.firstMonth, 0, phrases.language);
  return `${said} ${say("goes_on", { first, number, life: months(terms.months) })}`;
}

function numbered(number, clause, agreed, terms, phrases) {
  const { say, language } = phrases;
  if (!clause) return say("clause", { number, sentence: say("unpublished", { rule: getAddress(agreed.rule), params: hexlify(agreed.params) }) });
  const sentence = clause.kind.sentence(clause.p, language, terms.currency);
  const prices = firstAndLast((year) => priceOf(clause, year, phrases, terms.currency), terms, phrases);
  return prices === null ? say("clause", { number, sentence }) : say("clause_with_prices", { number, sentence, prices });
}

/** What a clause asks in the first contract year of the term, and in the last; null if it asks nothing. */
function firstAndLast(price, terms, { say }) {
  const [first, last] = [contractYear(terms.firstMonth), contractYear(terms.months)];
  const lastPrice = price(last);
  if (lastPrice === null) return null;
  if (first === last) return say("only_price", { last, last_price: lastPrice });
  return say("prices", { first, price: price(first), last, last_price: lastPrice });
}

function leaving(clauses, terms, phrases) {
  const { say } = phrases;
  const ways = clauses.flatMap((clause, i) => {
    if (!clause) return [say("unpublished_exit", { number: i + 1 })];
    return clause.name === "ExitTable" ? exit(i + 1, clause, terms, phrases) : [];
  });
  return [say("leaving"), ...(ways.length ? ways : [say("nobody_leaves")])].join(" ");
}

function exit(number, clause, terms, phrases) {
  const { say, days } = phrases;
  const { appraiser, lender, cureDays } = clause.p;
  const prices = firstAndLast((year) => exitPriceOf(clause, year, phrases, terms.currency), terms, phrases);
  return [
    say("exit", { number, prices }), ...(named(appraiser) ? [say("appraised", { appraiser })] : []),
    named(lender) ? say("lender", { lender, days: days(Number(cureDays)) }) : say("no_lender"),
  ];
}

function silence({ silenceDays }, { say, days }) {
  return `${say("silence")} ${silenceDays ? say("ends_in_silence", { days: days(silenceDays) }) : say("no_end_in_silence")}`;
}

function longStop({ longStopDay, supersedes }, { say, date }) {
  return say(supersedes === ZERO_HASH ? "long_stop" : "long_stop_successor", { date: date(longStopDay) });
}

function disputes({ disputeDays, maxClaim, arbiter, currency }, { say, days, language }) {
  const [sameDay, judge] = [disputeDays ? "" : "_same_day", getAddress(arbiter)];
  const [claims, decides] = maxClaim === 0n
    ? [say("no_disputes"), say("arbiter", { arbiter: judge })]
    : [say(`disputes${sameDay}`, { days: days(disputeDays), most: money(maxClaim, language, currency) }),
      say(`decides${sameDay}`, { arbiter: judge, days: days(2 * disputeDays) })];
  return `${claims} ${named(arbiter) ? decides : say("no_arbiter")}`;
}
