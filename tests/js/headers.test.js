/**
 * Headers of real networks (tests/headers.json, also in tests/ppa/test_headers.py) make their hashes in the browser's verifier.
 *
 * a recorded header
 * ├── as its node told it: holds
 * ├── with any one field changed or kept back: does not
 * └── with what its rule leaves out changed (committed seals, round): holds; with any other part of its extraData: does not
 * a header that is no header (no hash, no RLP, no hex, lists too deep) ── does not hold, and nothing is thrown
 * a field that we do not know ── undecided, unless the others make the hash
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { hashHolds, unknownFields } from "../../webapp/static/js/verify/header.js";

const { recorded, changed } = JSON.parse(readFileSync(new URL("../headers.json", import.meta.url), "utf8"));
const BESIDE = ["hash", "size", "totalDifficulty", "transactions", "uncles", "withdrawals"];
const without = (header, names) => Object.fromEntries(Object.entries(header).filter(([name]) => !names.includes(name)));
const bent = (told) => (told === "0x" ? "0x00" : told.slice(0, -1) + (parseInt(told.at(-1), 16) ^ 1).toString(16));

for (const { name, rule, header } of recorded) {
  test(`${name}: the header makes its hash`, () => assert.equal(hashHolds(header), true));

  test(`${name}: with any one field changed or kept back it does not`, () => {
    for (const field of Object.keys(header).filter((one) => !BESIDE.includes(one))) {
      if (field !== "extraData" || rule === "whole") { // the others' end is in the seals: see below
        assert.equal(hashHolds({ ...header, [field]: bent(header[field]) }), false, field);
      }
      assert.equal(hashHolds(without(header, [field])), false, field);
      assert.equal(hashHolds({ ...header, [field]: null }), false, field);
    }
  });

  test(`${name}: changed, it holds only where its rule leaves the change out`, () => {
    for (const one of changed.filter(({ of }) => of === name)) {
      assert.equal(hashHolds(without({ ...header, ...one.change }, one.without)), one.holds, one.name);
    }
  });
}

test("lists in lists without end are no header", () => {
  const byte = (n) => n.toString(16).padStart(2, "0");
  let deep = "";
  for (let i = 0; i < 5_000; i++) {
    const size = deep.length / 2;
    const digits = size.toString(16).padStart(2 * Math.ceil(size.toString(16).length / 2), "0");
    deep = (size < 56 ? byte(0xc0 + size) : byte(0xf7 + digits.length / 2) + digits) + deep;
  }
  for (const { header } of recorded.filter(({ rule }) => rule !== "whole")) {
    for (const extraData of [`0x${deep}`, `0x${"00".repeat(32)}${deep}`]) assert.equal(hashHolds({ ...header, extraData }), false);
  }
});

test("the unknown fields are named in their order", () => {
  const { header } = recorded.find(({ name }) => name === "geth, Prague");
  assert.deepEqual(unknownFields(header), []);
  assert.deepEqual(unknownFields({ ...header, slotNumber: "0x1", blockAccessListHash: "0x07", none: null }), ["blockAccessListHash", "slotNumber"]);
});
