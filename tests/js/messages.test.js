/**
 * What is signed, and the words of storage, beside what the common vectors have.
 *
 * ├── a typed message of terms, an act, a request, a record
 * │   ├── hashes, by another's encoder, to the digest of ours
 * │   └── survives JSON with no digit lost
 * ├── terms whose words are others ── have no message
 * ├── a request ── survives the ABI's tuple, with every right
 * └── a word of storage ── survives packing; a value that does not fit, or a bit where none is used, is refused
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import * as acts from "../../webapp/static/js/ppa/acts.js";
import { integer } from "../../webapp/static/js/ppa/eip712.js";
import { signedDigest } from "../../webapp/static/js/ppa/records.js";
import * as requests from "../../webapp/static/js/ppa/requests.js";
import * as storage from "../../webapp/static/js/ppa/storage-words.js";
import { ZERO_HASH, asTuple, digest, fromFile, fromTuple, typedData } from "../../webapp/static/js/ppa/terms.js";
import { worded } from "../../webapp/static/js/ppa/wording.js";
import { AbiCoder, TypedDataEncoder } from "../../webapp/static/vendor/ethers.min.js";

const REGISTRY = `0x${"5".repeat(40)}`;
const CHAIN = 83_584_648_538;
const ID = `0x${"ab".repeat(32)}`;
const example = JSON.parse(readFileSync(new URL("../words/nine_clauses.json", import.meta.url), "utf8"));
const made = worded({ ...fromFile(example.terms), salt: 2n ** 200n }, example.rules, "es");
const act = {
  number: 4_000_000_000, until: 2n ** 64n - 1n, generation: -123_456n, exported: 2n ** 60n, cents: -(2n ** 60n), settles: 17,
  successor: ID, reason: ZERO_HASH,
};
const request = { right: "declare", number: 3, cents: -1n, day: 17_000, reference: ID, until: 2n ** 63n };

/** Checks a message by ethers' encoder, as it comes out of JSON. */
function hashesTo(expected, message) {
  const { types: { EIP712Domain, ...types }, domain, message: value, primaryType } = JSON.parse(JSON.stringify(message));
  assert.equal(TypedDataEncoder.hash(domain, types, value), expected);
  assert.equal(TypedDataEncoder.from(types).primaryType, primaryType);
  assert.deepEqual(EIP712Domain.map(({ name }) => name), Object.keys(domain));
  assert.deepEqual(types[primaryType].map(({ name }) => name), Object.keys(value));
}

test("the message of terms hashes to the agreement's id and shows the words first", () => {
  const message = typedData(made.terms, CHAIN, REGISTRY, made.words);
  hashesTo(digest(made.terms, BigInt(CHAIN), REGISTRY), message);
  assert.deepEqual(Object.entries(message.message)[0], ["words", made.words]);
  assert.equal(message.message.salt, String(2n ** 200n));
});

test("the message of an act hashes to its digest", () => {
  hashesTo(acts.digest(ID, act, BigInt(CHAIN), REGISTRY), acts.typedData(ID, act, CHAIN, REGISTRY));
});

for (const right of requests.RIGHTS) {
  test(`a request of the right ${right} hashes to its digest, and survives the ABI's tuple`, () => {
    const given = { ...request, right };
    hashesTo(requests.digest(ID, given, BigInt(CHAIN), REGISTRY), requests.typedData(ID, given, CHAIN, REGISTRY));
    assert.deepEqual(requests.fromTuple(requests.asTuple(given)), given);
  });
}

test("the rights are those of the contract, in its order", () => {
  const source = readFileSync(new URL("../../interfaces/registry/Structs.sol", import.meta.url), "utf8");
  const names = /enum Right \{([^}]*)\}/.exec(source)[1].match(/\w+/g);
  assert.deepEqual(requests.RIGHTS, names.map((name) => name[0].toLowerCase() + name.slice(1)));
});

test("a signed record hashes to its digest", () => {
  const types = { Record: [["last", "uint256"], ["generation", "uint64"], ["exported", "uint64"], ["day", "uint16"], ["readingsRoot", "bytes32"]].map(([name, type]) => ({ name, type })) };
  const record = { generation: 7n, exported: 5n, day: 17_000, readingsRoot: ID };
  const domain = { name: "Solpact", version: "1", chainId: CHAIN, verifyingContract: REGISTRY };
  assert.equal(signedDigest(CHAIN, REGISTRY, 9n, record), TypedDataEncoder.hash(domain, types, { ...record, last: 9n }));
});

test("terms have no message with other words", () => {
  assert.throws(() => typedData(made.terms, CHAIN, REGISTRY, `${made.words} `), { code: "other_words" });
});

test("terms survive the ABI's tuple", () => {
  const clause = "tuple(address,bytes)[]";
  const types = [
    "bytes32", ...Array(4).fill("address"), ...Array(7).fill("uint16"), "bytes3", "bytes32", "uint64", "uint64", "bytes32", "bytes32", "uint256", clause,
  ];
  const coder = AbiCoder.defaultAbiCoder();
  assert.deepEqual(fromTuple(coder.decode(types, coder.encode(types, asTuple(made.terms)))), made.terms);
});

test("an integer is a text in JSON where readers lose digits, on both sides of zero", () => {
  assert.deepEqual([integer(2n ** 53n), integer(2n ** 53n + 1n), integer(-(2n ** 53n)), integer(-(2n ** 53n) - 1n)], [2 ** 53, "9007199254740993", -(2 ** 53), "-9007199254740993"]);
});

const WORDS = {
  MeterWord: { head: 2n ** 159n, generation: 2n ** 40n - 1n, exported: 3n, day: 65_535n },
  AgreementWord: {
    balance: -(2n ** 55n), generation: 2n ** 40n - 1n, exported: 1n, closedThrough: 65_535n, boundaryDay: 1n, signedBlock: 2n ** 32n - 1n,
    proposedBlock: 1n, periods: 4_095n, pending: 1n, status: 7n,
  },
  AccountWord: { lateCentDays: -(2n ** 71n), cents: 2n ** 47n - 1n, generation: -(2n ** 39n), exported: 2n ** 39n - 1n, alarmDay: 1n, acts: 2n ** 32n - 1n },
  StatementWord: { amount: -(2n ** 55n), generation: 2n ** 44n - 1n, exported: 1n, lastDay: 65_535n, boundaryDay: 1n, closedOn: 65_535n, closedBlock: 1n, flags: 2n ** 32n - 1n },
  ClaimsWord: { decided: 1n, producer: 2n ** 48n - 1n, consumer: 1n },
  PaymentWord: { declaredOn: 65_535n, status: 4n },
  NoticeWord: { isFinal: 1n, cured: 0n, clause: 65_535n, day: 1n },
  AnnouncementWord: { digest: 2n ** 232n - 1n, ends: 1n, day: 1n },
};

test("every word of storage is tested here", () => {
  assert.deepEqual(Object.keys(WORDS).sort(), Object.keys(storage).filter((name) => /Word$/.test(name) && name !== "BadWord").sort());
});

for (const [name, values] of Object.entries(WORDS)) {
  test(`a ${name} survives packing, and what does not fit is refused`, () => {
    const { pack, unpack } = storage[name];
    assert.deepEqual(unpack(pack(values)), values);
    assert.throws(() => unpack(2n ** 256n), storage.BadWord);
    for (const field of Object.keys(values)) assert.throws(() => pack({ ...values, [field]: 2n ** 255n }), storage.BadWord);
  });
}

test("a word with a bit where none is used is refused", () => {
  for (const name of ["AgreementWord", "AccountWord", "ClaimsWord", "PaymentWord", "NoticeWord"]) {
    assert.throws(() => storage[name].unpack(2n ** 255n), storage.BadWord, name);
  }
});
