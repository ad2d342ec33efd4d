/** What the parties agree to, and its EIP-712 digest: the agreement's id. Written out, not left to a library. */
import { AbiCoder, concat, getAddress, keccak256, toUtf8Bytes, hexlify } from "./ethers.js";
import { dateOf, dayOf, isFirstOfMonth, monthEndAfter } from "./calendar.js";

export class BadTerms extends Error {
  /** `code` names the rule (a key of the page's texts); `field` the form's field that breaks it. */
  constructor(code, field, message) {
    super(message);
    Object.assign(this, { code, field });
  }
}

export const ZERO_ADDRESS = "0x" + "00".repeat(20);
export const ZERO_HASH = "0x" + "00".repeat(32);
const MOST_EXACT = 2n ** 53n;
const coder = AbiCoder.defaultAbiCoder();
const hash = (text) => keccak256(toUtf8Bytes(text));
const DOMAIN_TYPE = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)";
const CLAUSE_TYPE = "Clause(address rule,bytes params)";
const TERMS_STRUCT =
  "Terms(address producer,address consumer,address meter,address arbiter,uint16 firstDay,uint16 months," +
  "uint16 disputeDays,bytes3 currency,bytes32 timeZone,uint64 maxPower,bytes32 documentHash,bytes32 supersedes," +
  "uint256 salt,Clause[] clauses)";
const TERMS_TYPE = TERMS_STRUCT + CLAUSE_TYPE;
const FIELDS = [
  "address", "address", "address", "address", "uint16", "uint16", "uint16", "bytes3", "bytes32", "uint64", "bytes32",
  "bytes32", "uint256", "bytes32",
];

/** The EIP-712 domain of a registry on a chain. */
export function domainSeparator(chainId, registry) {
  return keccak256(coder.encode(
    ["bytes32", "bytes32", "bytes32", "uint256", "address"], [hash(DOMAIN_TYPE), hash("Solpact"), hash("1"), chainId, registry],
  ));
}

/** The agreement's id. `terms` has the ABI's names: currency and timeZone as text, clauses [{rule, params}]. */
export function digest(terms, chainId, registry) {
  const clauses = terms.clauses.map((c) =>
    keccak256(coder.encode(["bytes32", "address", "bytes32"], [hash(CLAUSE_TYPE), c.rule, keccak256(c.params)])));
  const values = asTuple(terms).slice(0, 13);
  const struct = keccak256(concat([
    hash(TERMS_TYPE), coder.encode(FIELDS, [...values, keccak256(concat(clauses))]),
  ]));
  return keccak256(concat(["0x1901", domainSeparator(chainId, registry), struct]));
}

/** The same EIP-712 message as a wallet takes it, which shows every field by name before it signs. */
export function typedData(terms, chainId, registry) {
  const names = members(TERMS_STRUCT).map(({ name }) => name);
  const plain = asTuple(terms).slice(0, 13).map((value) => (typeof value === "string" ? value : integer(value)));
  return {
    types: { EIP712Domain: members(DOMAIN_TYPE), Terms: members(TERMS_STRUCT), Clause: members(CLAUSE_TYPE) },
    primaryType: "Terms",
    domain: { name: "Solpact", version: "1", chainId, verifyingContract: registry },
    message: {
      ...Object.fromEntries(plain.map((value, i) => [names[i], value])),
      clauses: terms.clauses.map(({ rule, params }) => ({ rule, params })),
    },
  };
}

/** The members of a struct, from its type: "Clause(address rule,bytes params)". */
function members(struct) {
  return struct.slice(struct.indexOf("(") + 1, -1).split(",").map((part) => {
    const [type, name] = part.split(" ");
    return { name, type };
  });
}

/** In the order and types of the ABI. */
export function asTuple(t) {
  return [
    t.producer, t.consumer, t.meter, t.arbiter, t.firstDay, t.months, t.disputeDays, ascii(t.currency, 3, "currency"),
    ascii(t.timeZone, 32, "timeZone"), t.maxPower, t.documentHash, t.supersedes, t.salt,
    t.clauses.map((c) => [c.rule, c.params]),
  ];
}

/** From what an ABI decoder gives (an ethers Result or an array). */
export function fromTuple(values) {
  const [producer, consumer, meter, arbiter, firstDay, months, disputeDays, currency, timeZone, maxPower, documentHash,
    supersedes, salt, clauses] = values;
  return {
    producer, consumer, meter, arbiter, firstDay: Number(firstDay), months: Number(months), disputeDays: Number(disputeDays),
    currency: text(currency), timeZone: text(timeZone), maxPower: BigInt(maxPower), documentHash, supersedes, salt: BigInt(salt),
    clauses: Array.from(clauses, (c) => ({ rule: c[0], params: c[1] })),
  };
}

/** From the `terms` of a terms.json (snake_case, ISO date, large numbers as text). */
export function fromFile(f) {
  return {
    producer: f.producer, consumer: f.consumer, meter: f.meter, arbiter: f.arbiter, firstDay: dayOf(f.first_day),
    months: Number(f.months), disputeDays: Number(f.dispute_days), currency: f.currency, timeZone: f.time_zone, maxPower: BigInt(f.max_power_w),
    documentHash: f.document_hash, supersedes: f.supersedes, salt: BigInt(f.salt), clauses: f.clauses,
  };
}

/** As they stand in a terms.json: what `fromFile` reads. */
export function toFile(t) {
  const [producer, consumer, meter, arbiter] = [t.producer, t.consumer, t.meter, t.arbiter].map(getAddress);
  return {
    producer, consumer, meter, arbiter, first_day: dateOf(t.firstDay), months: t.months, dispute_days: t.disputeDays,
    currency: t.currency, time_zone: t.timeZone, max_power_w: integer(t.maxPower), document_hash: hexlify(t.documentHash),
    supersedes: hexlify(t.supersedes), salt: integer(t.salt),
    clauses: t.clauses.map(({ rule, params }) => ({ rule: getAddress(rule), params: hexlify(params) })),
  };
}

/** As JSON takes it: a decimal text where readers lose digits. */
export function integer(value) {
  return BigInt(value) <= MOST_EXACT ? Number(value) : String(value);
}

/** Throws BadTerms where the registry refuses at proposal (clauses' own parameters aside). */
export function check(t) {
  const same = (a, b) => a.toLowerCase() === b.toLowerCase();
  for (const party of ["producer", "consumer", "meter"]) {
    if (!isAddressText(t[party])) throw new BadTerms("bad_address", party, `${party} is not an address.`);
    if (same(t[party], ZERO_ADDRESS)) throw new BadTerms("missing_address", party, `The ${party}'s address is missing.`);
  }
  if (same(t.producer, t.consumer)) throw new BadTerms("same_party", "consumer", "Producer and consumer are the same account.");
  if (same(t.meter, t.producer) || same(t.meter, t.consumer)) throw new BadTerms("party_as_meter", "meter", "The meter is one of the parties.");
  if (!isFirstOfMonth(t.firstDay)) throw new BadTerms("not_first", "firstDay", "The first day must be the first of a month.");
  if (!(t.months >= 1 && t.months <= 4095)) throw new BadTerms("bad_months", "months", "The term has 1 to 4,095 months.");
  monthEndAfter(t.firstDay, t.months);
  if (!(t.maxPower > 0n && t.maxPower < 1n << 64n)) throw new BadTerms("no_power", "maxPower", "The plant's greatest power is missing.");
  if (t.clauses.length < 1 || t.clauses.length > 16) throw new BadTerms("no_clauses", "clauses", "An agreement has 1 to 16 clauses.");
}

export function isAddressText(value) {
  try {
    return Boolean(getAddress(value));
  } catch {
    return false;
  }
}

function ascii(value, length, name) {
  const bytes = toUtf8Bytes(value);
  if (bytes.length > length || bytes.some((b) => b === 0 || b > 127)) throw new BadTerms("bad_text", name, `${name} is not ASCII of at most ${length} bytes.`);
  return hexlify(bytes).padEnd(2 + 2 * length, "0");
}

function text(hex) {
  const pairs = hex.slice(2).replace(/(00)+$/, "").match(/../g) ?? [];
  return String.fromCharCode(...pairs.map((byte) => parseInt(byte, 16)));
}
