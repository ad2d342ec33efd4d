/** The walk: amount → clause → kWh → registers → day → reading with its path → meter. Every step is made from the chain. */
import { $, dateText, euros, h, kwh, momentText, page, short, t } from "./context.js";
import { arithmetic } from "./walk-arithmetic.js";
import { proofSteps } from "./walk-reading.js";
import { KNOWN } from "../ppa/clauses/index.js";
import { CLAUSE_FAILED, isDark, isFlagged } from "../ppa/storage-words.js";
import { recomputed } from "../verify/amounts.js";
import { lastLit } from "../verify/closing.js";
import { opening } from "../verify/energy.js";
import { asOf } from "../verify/indexes.js";
import { signerOf, unreadableType } from "../verify/transactions.js";

const STEPS = ["amount", "clause", "energy", "register", "day", "reading", "meter"];

/** Shows the first step; each click opens the next below it. */
export function startWalk(subject, number) {
  const place = $("walk");
  const open = (name, ...inside) => {
    const index = STEPS.indexOf(name);
    for (const later of [...place.children].slice(index)) later.remove();
    const title = h("h3", { tabindex: -1, id: `step-${name}` }, `${index + 1}. ${t(`walk.${name}`)}`);
    place.append(h("section", { class: "step", "data-step": name, "aria-labelledby": `step-${name}` }, title, ...inside));
    if (index) title.focus({ preventScroll: false });
  };
  const walk = { subject, number, open };
  open("amount", h("p", {}, button(place.dataset.amount, () => openClauses(walk), "amount")), h("p", { class: "hint" }, t("walk.amount_hint")));
}

export function button(label, act, name) {
  const made = h("button", { class: "btn walk-button", type: "button", "data-walk": name, onclick: async () => {
    const siblings = made.closest(".step").querySelectorAll(".walk-button");
    siblings.forEach((other) => other.removeAttribute("aria-expanded"));
    made.setAttribute("aria-expanded", "true");
    try {
      await act();
    } catch (problem) {
      made.closest(".step").append(h("p", { class: "problem", role: "alert" }, t("walk.problem", { problem: problem.message })));
    }
  } }, label);
  return made;
}

async function openClauses(walk) {
  const { subject, number, open } = walk;
  const done = await recomputed(subject);
  const { lines, statement } = done[number];
  const terms = await subject.theTerms();
  walk.done = done;
  walk.terms = terms;
  walk.first = await firstOf(subject);
  open("clause",
    h("p", {}, t(lines.length === 1 ? "walk.clause_one" : "walk.clause_sum", { count: lines.length, total: euros(statement.amount, terms.currency) })),
    h("ul", { class: "walk-list" }, lines.map((cents, i) => h("li", {},
      terms.clauses[i] ? button(euros(cents, terms.currency), () => openEnergy(walk, i), `clause-${i + 1}`) : euros(cents, terms.currency),
      h("p", {}, page.sentences[i] ?? t("clause.acts"))))));
}

async function openEnergy(walk, index) {
  const { open, done, number } = walk;
  const { period } = done[number];
  open("energy", ...await linesFormulas(walk, index),
    h("p", {}, t("walk.energy_from")),
    h("ul", { class: "walk-list" },
      h("li", {}, button(kwh(period.generation), () => openRegister(walk, "generation"), "generation"), h("p", {}, t("walk.generated"))),
      h("li", {}, button(kwh(period.exported), () => openRegister(walk, "exported"), "exported"), h("p", {}, t("walk.exported")))));
}

async function linesFormulas({ done, number, terms, subject }, index) {
  const { period, lines, statement } = done[number];
  const [cents, waited] = [lines[index], isFlagged(statement, index)];
  if (waited && statement.flags & CLAUSE_FAILED && cents === 0n) return [h("p", {}, t("walk.failed"))];
  const name = (await subject.rules()).get(terms.clauses[index].rule);
  const kind = KNOWN[name];
  if (!kind) return [h("p", {}, t("clause.unknown"))];
  if (subject.undated.has(`${number}.${index + 1}`)) return [h("p", {}, t("walk.undated"))];
  const closed = (await subject.closed()).find((one) => one.number === number);
  const told = { statements: (n) => done[n].statement, index: asOf(subject, closed).value };
  const p = kind.decode(terms.clauses[index].params);
  return arithmetic(name, p, { period: { ...period, waited }, cents, told, currency: terms.currency });
}

async function openRegister(walk, which) {
  const { done, number, open } = walk;
  const energy = done[number].period[which];
  const after = await takenUntil(walk, number);
  const before = await takenUntil(walk, number - 1);
  if (!after) {
    open("register", h("p", {}, t("walk.not_heard")), ...corrected(energy, 0n));
    return;
  }
  const start = before ?? await openingRecord(walk, number);
  const counted = after[which] - start[which];
  const day = (record, name, text) => h("li", {}, button(kwh(record[which]), () => openDay(walk, record.day), name), h("p", {}, t(text, { date: dateText(record.day) })));
  const dark = after.day === start.day;
  open("register",
    h("p", {}, t(`walk.register_${which}`)),
    dark ? h("p", {}, t("walk.nothing_taken")) : h("p", { class: "formula" }, `${kwh(after[which])} − ${kwh(start[which])} = ${kwh(counted)}`),
    ...corrected(energy, counted),
    h("ul", { class: "walk-list" },
      day(after, "end", "walk.register_end"), dark ? "" : day(start, "start", before ? "walk.register_start" : "walk.opening")));
}

/** What was billed beside what the meter counted. */
function corrected(energy, counted) {
  if (energy === counted) return [];
  const more = energy - counted;
  return [h("p", { class: "formula" }, `${kwh(counted)} ${more < 0n ? "−" : "+"} ${kwh(more < 0n ? -more : more)} = ${kwh(energy)}`), h("p", { class: "hint" }, t("walk.correction"))];
}

/** The record of this agreement's meter up to which statements had taken energy by a number; null if they had taken none. */
async function takenUntil({ done, subject, first }, number) {
  const records = await subject.records();
  for (let n = number; n > first.number; n--) {
    if (!isDark(done[n].statement)) return records.find((r) => r.day === done[n].statement.boundaryDay);
  }
  const { boundaryDay } = done[first.number].statement;
  return first.sameMeter && boundaryDay > 0 ? records.find((r) => r.day === boundaryDay) : null;
}

/** The record that opens a meter: its last one by the end of the last month before that was not dark, else its first. */
async function openingRecord({ done, subject }, number) {
  const base = lastLit((n) => done[n].statement, number - 1).lastDay;
  return opening(await subject.records(), base, done[number].statement.lastDay);
}

/** The statement before the first of which this agreement's meter could measure, and whether that meter had measured before. */
async function firstOf(subject) {
  const before = await subject.predecessor();
  const sameMeter = !before || (await before.theTerms()).meter === (await subject.theTerms()).meter;
  if (before && sameMeter && await subject.goesOn()) return firstOf(before);
  return { number: await subject.inherited(), sameMeter };
}

async function openDay(walk, day) {
  const { subject, open, terms, done, number } = walk;
  const records = await subject.records();
  const record = records.find((r) => r.day === day);
  const { period } = done[number];
  const choices = records.filter((r) => r.day === day || (r.day >= period.firstDay - 1 && r.day <= period.lastDay));
  const select = h("select", { class: "form-select", id: "walk-day", onchange: (event) => openDay(walk, Number(event.target.value)) },
    choices.map((r) => h("option", { value: r.day, selected: r.day === day }, dateText(r.day))));
  const block = (await subject.blocks()).get(record.block);
  open("day",
    h("div", { class: "field" }, h("label", { class: "form-label", for: "walk-day" }, t("walk.day_choose")), select),
    h("dl", { class: "facts" },
      h("dt", {}, t("walk.register_generation")), h("dd", {}, kwh(record.generation)),
      h("dt", {}, t("walk.register_exported")), h("dd", {}, kwh(record.exported)),
      h("dt", {}, t("walk.root")), h("dd", {}, h("code", { class: "wrap" }, record.readingsRoot)),
      h("dt", {}, t("word.block")), h("dd", {}, `${record.block}, ${momentText(Number(block.timestamp), terms.timeZone)}`),
      h("dt", {}, t("word.transaction")), h("dd", {}, short(record.transaction))),
    button(t("walk.see_readings"), () => openReadings(walk, record), "readings"));
}

async function openReadings(walk, record) {
  const { terms, open } = walk;
  const answer = await fetch(`/api/v1/meters/${terms.meter}/days/${record.day}`);
  if (!answer.ok) {
    open("reading", h("p", {}, t("walk.no_readings")), button(t("walk.see_meter"), () => openMeter(walk, record), "meter"));
    return;
  }
  const body = await answer.json();
  open("reading", ...proofSteps(body, record, terms.timeZone), button(t("walk.see_meter"), () => openMeter(walk, record), "meter"));
}

async function openMeter(walk, record) {
  const { subject, terms, open } = walk;
  const transaction = await subject.transactionOf(record);
  const kind = transaction && unreadableType(transaction);
  const own = transaction !== null && signerOf(transaction, subject.chainId) === terms.meter;
  const { status, signedBlock } = await subject.agreement();
  const served = (await subject.events()).find((e) => e.name === "Served");
  open("meter",
    kind === null
      ? h("p", { class: own ? "good" : "bad" }, t(own ? "walk.meter_signed" : "walk.meter_other"))
      : h("p", {}, t("walk.meter_unreadable", { kind })),
    h("dl", { class: "facts" },
      h("dt", {}, t("word.meter")), h("dd", {}, h("code", { class: "wrap" }, terms.meter)),
      h("dt", {}, t("word.transaction")), h("dd", {}, h("code", { class: "wrap" }, record.transaction)),
      h("dt", {}, t("walk.served")), h("dd", {}, served ? t("walk.served_value", { block: served.block }) : t("terms.none")),
      h("dt", {}, t("agreement.signed_block")), h("dd", {}, status ? `${signedBlock}` : "—")),
    h("p", { class: "hint" }, t("walk.end")));
}
