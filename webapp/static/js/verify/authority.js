/** Who may have made each event of the registry, and by which call: an actor alone, a request, or both parties. */
import { digest as actDigest } from "../ppa/acts.js";
import { digest as requestDigest, fromTuple as requestOf } from "../ppa/requests.js";
import { asTuple } from "../ppa/terms.js";
import { same } from "./check.js";
import { compactSigner } from "./transactions.js";

const producer = (terms) => terms.producer;
const consumer = (terms) => terms.consumer;
const meter = (terms) => terms.meter;
const arbiter = (terms) => terms.arbiter;
const lender = (_, args) => args.lender;
/** The party that the event names; the producer where it names neither, who then has not signed it. */
const party = (terms, args) => (same(args.party, terms.consumer) ? terms.consumer : terms.producer);
const claimant = (terms, args) => (args.claim < 0n ? terms.consumer : terms.producer);
const payer = (terms, args) => (args.cents > 0n ? terms.consumer : terms.producer);
const payee = (terms, args) => (args.cents > 0n ? terms.producer : terms.consumer);

const NUMBER = [["number", "number"]];
const CLAUSE = [["clause", "number"]];
const PAYMENT = [["cents", "cents"], ["day", "day"], ["reference_", "reference"]];
const ACCEPTED = ["accept", arbiter, PAYMENT];
// event: the right by which an actor makes it, who that is, and each argument of its function after the terms, by the
// event's name of it and the request's
const RULES = {
  Withdrawn: ["withdraw", producer, []],
  Rejected: ["reject", consumer, []],
  Served: ["serve", meter, []],
  Cancelled: ["cancel", party, []],
  ActVoided: ["voidAct", party, NUMBER],
  Objected: ["object", party, []],
  Disputed: ["dispute", claimant, [...NUMBER, ["claim", "cents"], ["evidence", "reference"]]],
  Resolved: ["resolve", arbiter, [...NUMBER, ["award", "cents"], ["reason", "reference"]]],
  PaymentDeclared: ["declare", payer, PAYMENT],
  PaymentConfirmed: ["confirm", payee, PAYMENT],
  PaymentDenied: ["deny", payee, PAYMENT],
  PaymentRefused: ["refuse", arbiter, PAYMENT],
  Notified: ["notifyLender", consumer, CLAUSE],
  Cured: ["cure", lender, []],
  Exited: ["exit", consumer, CLAUSE],
  EndedInSilence: ["endInSilence", party, []],
};
// event: who makes it, if it has no right of its own, and by which functions
const SIGNED_BY = {
  Proposed: [[producer], ["propose", "agree"]],
  Signed: [[consumer], ["sign", "agree"]],
  Acted: [[producer, consumer], ["act"]],
  Announced: [[party, arbiter], ["announce"]],
};
const ruleOf = ({ name, args }) => (name === "PaymentConfirmed" && args.byArbiter ? ACCEPTED : RULES[name]);

/** Whether only some may make such an event; the others come of what anyone may do, or of an event before them. */
export const hasActors = ({ name }) => name in RULES || name in SIGNED_BY;

/** Whose act an event is. */
export function actorsOf(terms, event) {
  const [by] = SIGNED_BY[event.name] ?? [[ruleOf(event)[1]]];
  return by.map((actor) => actor(terms, event.args));
}

/** The functions whose calls make such an event. */
export const functionsOf = (event) => SIGNED_BY[event.name]?.[1] ?? [ruleOf(event)[0], "bring"];

/** An act of the ABI, an ethers Result or an array. */
export function actOf([number, until, generation, exported, cents, settles, successor, reason]) {
  return { number: Number(number), until, generation, exported, cents, settles: Number(settles), successor, reason };
}

/**
 * The actors whose signature a call should bring and does not; null if it is no call that makes the event. `sender` is who
 * called the registry; null where another contract did.
 */
export async function lackingIn(s, event, { name, args: [told, ...rest] }, sender) {
  const terms = await s.theTerms();
  if (plain(told) !== plain(asTuple(terms))) return null;
  if (name === "bring") return brought(s, terms, event, rest);
  if (["agree", "act", "announce"].includes(name)) return signed(s, terms, event, name, rest, sender);
  return alone(terms, event, rest, sender);
}

/** The same text for the same values, numbers of any type and bytes in any case. */
export function plain(value) {
  return Array.isArray(value) ? `[${value.map(plain).join()}]` : String(value).toLowerCase();
}

function alone(terms, event, rest, sender) {
  const fields = event.name in SIGNED_BY ? [] : ruleOf(event)[2];
  const [who] = actorsOf(terms, event);
  const right = plain(rest) === plain(fields.map(([name]) => event.args[name]));
  if (!right || (sender !== null && !same(sender, who))) return null;
  return sender === null ? [who] : [];
}

function brought(s, terms, event, [asked, actor, signature]) {
  const request = requestOf(asked);
  const [right, , fields] = ruleOf(event);
  const [who] = actorsOf(terms, event);
  const says = fields.every(([name, field]) => plain(request[field]) === plain(event.args[name]));
  if (request.right !== right || !same(actor, who) || !says) return null;
  const digest = digestOrNull(() => requestDigest(s.id, request, s.chainId, s.registry));
  return digest && (isSigner(who, digest, signature) ? [] : [who]);
}

function signed(s, terms, event, name, rest, sender) {
  const who = actorsOf(terms, event);
  let [digest, signatures] = [s.id, event.name === "Proposed" ? rest.slice(0, 1) : rest.slice(1)];
  if (name !== "agree") {
    const [act, party] = rest;
    if (plain(act) !== plain(Array.from(event.args.act)) || (name === "announce" && !same(party, who[0]))) return null;
    digest = digestOrNull(() => actDigest(s.id, actOf(act), s.chainId, s.registry));
    signatures = rest.slice(-3, -1);
  }
  return digest && who.filter((one, i) => !(sender !== null && same(sender, one)) && !isSigner(one, digest, signatures[i]));
}

/** Null where what was signed does not fit its types. */
function digestOrNull(make) {
  try {
    return make();
  } catch {
    return null;
  }
}

function isSigner(party, digest, signature) {
  const signer = compactSigner(digest, signature);
  return signer !== null && same(signer, party);
}
