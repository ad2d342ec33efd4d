/** The sentences in English; `ppa/wording/english.py` has the same. */

export const MONTHS = [
  "January", "February", "March", "April", "May", "June",
  "July", "August", "September", "October", "November", "December",
];

export const SENTENCES = {
  date: "{day} {month} {year}",
  one_day: "1 day",
  days: "{number} days",
  one_month: "1 month",
  months: "{number} months",
  title: "Solar energy agreement between a producer and a consumer.",
  what: "The producer has a solar plant, and a meter measures its energy. Each month a statement is closed: what the "
    + "consumer owes the producer, or the producer the consumer, by what the meter measured and by the clauses of "
    + "this text. Public programs that nobody can change compute it. Whoever signs this text accepts the whole "
    + "agreement.",
  producer: "Producer: {address}",
  consumer: "Consumer: {address}",
  meter: "Meter: {address}",
  term: "Term: from {first} to {last}, {months}.",
  new: "A contract year is twelve months, counted from the first day.",
  goes_on: "The agreement is older than this: on {first} it goes on from month {number} of its life, which has {life}. A "
    + "contract year is twelve months, counted from month 1 of its life.",
  clauses: "Clauses:",
  clause: "{number}. {sentence}",
  clause_with_prices: "{number}. {sentence} {prices}",
  unpublished: "Rule {rule}, which is none of the published ones: nobody can say in words what it does. Its parameters are "
    + "{params}.",
  prices: "Contract year {first}: {price}. Contract year {last}, the last one: {last_price}.",
  only_price: "Contract year {last}, the only one of this term: {last_price}.",
  between: "between {floor} and {cap}",
  up_to_limit: "{price} up to that limit and {more} above it",
  guaranteed: "{energy} guaranteed and {price} for what is missing",
  missing: "{price} for what is missing",
  a_month: "{fee} a month",
  leaving: "Ending early: both parties together may end or change this agreement at any time.",
  nobody_leaves: "No clause lets one party leave on its own before the end.",
  exit: "By clause {number} the consumer may leave on its own for a price. {prices}",
  appraised: "If what {appraiser} publishes for that month is more, the consumer pays that.",
  lender: "Before that it must notify the lender {lender}, which has {days} to put things right.",
  no_lender: "It need not notify any lender before.",
  unpublished_exit: "Clause {number} is none of the published ones: it may let the consumer leave on its own, and nobody can say "
    + "at what price.",
  silence: "If the meter is silent: a month of which it records nothing can be closed without energy once more than 60 "
    + "days have passed since its last day. Energy that it records later goes into the next statement.",
  ends_in_silence: "After more than {days} without a record either party may end the agreement on its own, and pays nothing for "
    + "that; what is owed already stays owed.",
  no_end_in_silence: "Neither party can end the agreement on its own for that reason.",
  long_stop: "Last day to start: {date}. Until that day signatures can be brought and the meter can begin to measure for "
    + "this agreement. After it, if the meter has not begun, either party may cancel the agreement.",
  long_stop_successor: "Last day to start: {date}. This agreement replaces another and starts when the other is handed over to it. "
    + "After that day, if that has not happened, either party may cancel this agreement.",
  disputes: "Disagreements: each party may make a claim against a statement up to {days} after it was closed, for at most "
    + "{most} on each.",
  disputes_same_day: "Disagreements: each party may make a claim against a statement only on the day on which it was closed, for at "
    + "most {most} on each.",
  no_disputes: "Disagreements: no claim can be made against any statement.",
  decides: "The arbiter {arbiter} decides, up to {days} after the closing; without a decision the statement stays as it "
    + "is. What the arbiter awards goes into the next statement.",
  decides_same_day: "The arbiter {arbiter} decides, on the same day; without a decision the statement stays as it is. What the "
    + "arbiter awards goes into the next statement.",
  arbiter: "The arbiter is {arbiter}.",
  no_arbiter: "There is no arbiter: a disagreement is settled by both parties together or by nobody, and without both a lost "
    + "key or a dead meter cannot be replaced.",
  disputes_only: "The arbiter decides disagreements and nothing else.",
  notice: "The arbiter and one of the parties, together, may announce two things and do them {days} later: hand this "
    + "agreement over to another that differs in nothing but keys, meter or arbiter, if no party objects before; or "
    + "end it, if the meter has recorded nothing for more than 60 days. The arbiter may also decide whether a "
    + "payment came that a party declared at least {days} before. The arbiter cannot change prices or energy.",
  power: "Greatest power of the plant: {power} kW. The energy of a record that is more than this power can give is not "
    + "billed.",
  document: "Document that goes with this agreement, by its fingerprint: {hash}",
  supersedes: "Agreement that this one replaces: {id}",
  money: "Currency: {currency}. Months are those of the time zone {zone}; deadlines in days are counted in Greenwich "
    + "time.",
};
