/**
 * Terms that one party signs without a transaction, and what the other's browser makes of the file.
 *
 * ├── the message for the wallet
 * │   └── it is made once the words were made again from the other fields; with other words: refused
 * ├── the file
 * │   ├── written is the file read, with its signature or without
 * │   └── that would be written otherwise: refused
 * ├── the signature
 * │   └── it becomes compact if it is of the account's key, else it stays as the wallet gave it
 * └── the offer
 *     ├── given either party's key: it names the signer, and the other may bring it
 *     ├── given a party that is a contract: it may have signed
 *     ├── the two signatures that `agree` takes are in the parties' order
 *     └── given no terms, no signature, another chain or registry, changed terms, other words, nobody's signature: refused
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { BadFile } from "../../webapp/static/js/ppa/jsonfile.js";
import { BadOffer, notForAccount, offerOf, signaturesOf } from "../../webapp/static/js/ppa/offer.js";
import { parse } from "../../webapp/static/js/ppa/schemas.js";
import { compacted, recovered } from "../../webapp/static/js/ppa/signatures.js";
import { BadTerms, digest, fromFile, typedData, wordsHash } from "../../webapp/static/js/ppa/terms.js";
import { read, signable, write } from "../../webapp/static/js/ppa/termsfile.js";
import { worded } from "../../webapp/static/js/ppa/wording.js";
import { Wallet } from "../../webapp/static/vendor/ethers.min.js";

const { terms: usual, rules } = JSON.parse(readFileSync(new URL("../words/nine_clauses.json", import.meta.url), "utf8"));
const [PRODUCER, CONSUMER, STRANGER] = [1, 2, 3].map((n) => new Wallet(`0x${String(n).repeat(64)}`));
const here = { chainId: 83584648538, genesis: `0x${"ab".repeat(32)}`, registry: `0x${"5".repeat(40)}`, rules };
const language = "es";
const parties = { ...fromFile(usual), producer: PRODUCER.address, consumer: CONSUMER.address, salt: 2n ** 200n };
const { terms, words } = worded(parties, rules, language);
const id = digest(terms, here.chainId, here.registry);
const site = { chainId: here.chainId, genesis: here.genesis, registry: here.registry, language, words };
const sign = (wallet) => {
  const { types: { EIP712Domain, ...types }, domain, message } = typedData(terms, here.chainId, here.registry, words);
  return wallet.signTypedData(domain, types, message);
};
const file = async (wallet = PRODUCER) => write({ ...site, terms, signature: compacted(id, await sign(wallet), wallet.address) });
const schema = JSON.parse(readFileSync(new URL("../../interfaces/schemas/terms.schema.json", import.meta.url), "utf8"));
const opened = (body) => read(parse(JSON.stringify(body), { "solpact-terms": schema }));
const noContract = async () => false;
const refused = (body, code, isContract = noContract) =>
  assert.rejects(offerOf(body, here, isContract), (problem) => problem instanceof BadOffer && problem.code === code);

test("the message is made once the words were made again, in either language", () => {
  const english = worded(parties, rules, "en");
  for (const [made, spoken] of [[{ terms, words }, "es"], [english, "en"]]) {
    assert.deepEqual(signable({ ...site, ...made, language: spoken }, rules), typedData(made.terms, here.chainId, here.registry, made.words));
  }
});

for (const [name, change, code] of [
  ["other words than the terms have", { words: words.replace("0,085", "0,075") }, "other_words"],
  ["another language than its words", { language: "en" }, "other_words"],
  ["words that are not those of the fields", { words: "Todo gratis.", terms: { ...terms, wordsHash: wordsHash("Todo gratis.") } }, "other_words"],
  ["terms that the registry refuses", { terms: { ...terms, maxPower: 0n } }, "no_power"],
]) test(`a file with ${name} is not signed`, () => {
  assert.throws(() => signable({ ...site, terms, ...change }, rules), (problem) => problem instanceof BadTerms && problem.code === code);
});

test("a file written is the file read, signed or not", async () => {
  for (const body of [await file(), write({ ...site, terms })]) {
    assert.deepEqual(opened(body), { ...site, id, terms, signature: body.signature });
    assert.deepEqual(write(opened(body)), body);
  }
});

test("members may stand in another order, and numbers as text", async () => {
  const { terms: inner, ...rest } = await file();
  const turned = Object.fromEntries(Object.entries({ ...inner, max_power_w: String(inner.max_power_w) }).reverse());
  assert.deepEqual(opened({ terms: turned, ...rest }).terms, terms);
});

for (const [name, change] of Object.entries({
  "a number in another form": { months: "0x3" },
  "a fraction": { months: 1.5 },
  "an address without its case": { producer: PRODUCER.address.toLowerCase() },
  "an address with a wrong digit": { producer: PRODUCER.address.replace(/.$/, (c) => (c === "1" ? "2" : "1")) },
  "a date that does not exist": { first_day: "2016-02-30" },
  "a time zone that is not ASCII": { time_zone: "España" },
  "one member more": { more: 1 },
  "one member less": { salt: undefined },
  "parameters of half a byte": { clauses: [{ rule: `0x${"4".repeat(40)}`, params: "0x1" }] },
  "clauses that are none": { clauses: "none" },
})) test(`a file with ${name} is refused`, async () => {
  const body = await file();
  assert.throws(() => opened({ ...body, terms: { ...body.terms, ...change } }), BadFile);
});

for (const change of [{ language: "fr" }, { words: 7 }, { words: undefined }, { language: undefined }]) {
  test(`a file with ${JSON.stringify(change)} is refused`, async () => {
    const body = await file();
    assert.throws(() => opened({ ...body, ...change }), BadFile);
  });
}

for (const [name, body] of Object.entries({ "nothing": null, "a list": [], "a number": 7, "no terms": { format: { name: "solpact-terms", version: 1 } } })) {
  test(`${name} is no file`, () => assert.throws(() => opened(body), BadFile));
}

test("a signature that is not bytes is refused", async () => {
  const body = await file();
  for (const signature of ["", "0x7", "77", 7, null, "0xAB"]) assert.throws(() => opened({ ...body, signature }), BadFile);
});

test("a key's signature becomes compact and is of its account", async () => {
  const whole = await sign(PRODUCER);
  const compact = compacted(id, whole, PRODUCER.address);
  assert.equal(whole.length, 132);
  assert.equal(compact.length, 130);
  assert.equal(recovered(id, compact), PRODUCER.address);
  assert.equal(recovered(id, whole), null); // the registry would not take it
});

test("what is not of the account's key stays as the wallet gave it", async () => {
  const whole = await sign(PRODUCER);
  assert.equal(compacted(id, whole, CONSUMER.address), whole);
  assert.equal(compacted(id, "0x", PRODUCER.address), "0x");
  assert.equal(compacted(id, "0xABCD", PRODUCER.address), "0xabcd");
});

for (const [signer, other] of [[PRODUCER, CONSUMER], [CONSUMER, PRODUCER]]) {
  test(`${signer === PRODUCER ? "the producer" : "the consumer"} signs and the other may bring it`, async () => {
    const offer = await offerOf(await file(signer), here, noContract);
    assert.deepEqual([offer.signers, offer.byKey, offer.id], [[signer.address], true, id]);
    assert.equal(notForAccount(offer, other.address), null);
    assert.equal(notForAccount(offer, signer.address), "yours");
    assert.equal(notForAccount(offer, STRANGER.address), "not_a_party");
  });
}

test("a party that is a contract may have signed in its own way", async () => {
  const offer = await offerOf({ ...await file(), signature: "0x" }, here, async (address) => address === CONSUMER.address);
  assert.deepEqual([offer.signers, offer.byKey], [[CONSUMER.address], false]);
  assert.equal(notForAccount(offer, PRODUCER.address), null);
  assert.equal(notForAccount(offer, CONSUMER.address), "yours");
});

test("terms that nobody signed are no offer", () => refused(write({ ...site, terms }), "unsigned"));

test("terms with a number that does not fit its type are refused", async () => {
  const body = await file();
  await refused({ ...body, terms: { ...body.terms, salt: String(2n ** 256n) } }, "not_whole");
});

test("an offer of another chain or genesis is refused", async () => {
  await refused({ ...await file(), chain_id: 1 }, "other_chain");
  await refused({ ...await file(), genesis: `0x${"ac".repeat(32)}` }, "other_chain");
});

test("an offer of another registry is refused", async () => refused({ ...await file(), registry: `0x${"6".repeat(40)}` }, "other_registry"));

test("terms changed after the signature are refused", async () => {
  const body = await file();
  const dearer = { ...body.terms, max_claim_cents: body.terms.max_claim_cents + 1 };
  await refused({ ...body, terms: dearer }, "changed");
  await refused(write({ ...site, terms: fromFile(dearer), signature: body.signature }), "other_words"); // with a new id
  const other = worded({ ...terms, disputeDays: 7 }, rules, language);
  await refused(write({ ...site, ...other, signature: body.signature }), "signed_by_nobody"); // and new words
});

test("an offer that shows other words is refused", async () => {
  await refused({ ...await file(), words: words.replace("0,085", "0,075") }, "other_words");
});

test("the two signatures that agree takes are in the parties' order", async () => {
  const offer = await offerOf(await file(), here, noContract);
  assert.deepEqual(signaturesOf(offer, CONSUMER.address), [offer.signature, "0x"]);
  assert.deepEqual(signaturesOf(offer, PRODUCER.address), ["0x", offer.signature]);
});

test("what a stranger, or no key, signed is refused", async () => {
  await refused(await file(STRANGER), "signed_by_nobody");
  await refused({ ...await file(), signature: `0x${"00".repeat(64)}` }, "signed_by_nobody");
  await refused({ ...await file(), signature: await sign(PRODUCER) }, "signed_by_nobody"); // 65 bytes
});
