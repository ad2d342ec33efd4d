/** Where the contracts' words stand in storage (docs/formats.md): the second way to read them, beside their views. */
import { AbiCoder, concat, keccak256, toBeHex, zeroPadValue } from "../ppa/ethers.js";

const coder = AbiCoder.defaultAbiCoder();
const mapped = (key, slot) => BigInt(keccak256(concat([key, toBeHex(slot, 32)])));
const of = (address) => zeroPadValue(address, 32);
const numbered = (number) => toBeHex(number, 32);

export const slots = {
  // The ledger
  meterWord: (meter) => mapped(of(meter), 0n),
  /** Day 0: the meter's opening word. */
  monthEnd: (meter, day) => mapped(numbered(day), mapped(of(meter), 1n)),

  // The registry
  agreement: (id) => mapped(id, 0n),
  statement: (root, number) => mapped(numbered(number), mapped(root, 1n)),
  servedBy: (meter) => mapped(of(meter), 2n),
  account: (id) => mapped(id, 3n),
  root: (id) => mapped(id, 4n),
  inherited: (id) => mapped(id, 5n),
  billedThrough: (meter) => mapped(of(meter), 6n),
  payment: (id, cents, day, reference) =>
    mapped(keccak256(coder.encode(["bytes32", "int64", "uint16", "bytes32"], [id, cents, day, reference])), 7n),
  claims: (root, number) => mapped(numbered(number), mapped(root, 8n)),
  notice: (id) => mapped(id, 9n),
  announcement: (id) => mapped(id, 10n),
  /** 1 where an announced act or a brought request, by its digest, was used. */
  used: (digest) => mapped(digest, 11n),
};
