/** A meter's daily records and the hash chain that they make, as MeterLedger makes it. */
import * as eip712 from "./eip712.js";
import { concat, keccak256, toBeHex } from "./ethers.js";
import { MeterWord } from "./storage-words.js";

export class BadRecord extends Error {}

const RECORD = eip712.struct("Record(uint256 last,uint64 generation,uint64 exported,uint16 day,bytes32 readingsRoot)");
const LARGEST_REGISTER = (1n << 40n) - 1n;

/** The word (BigInt) after a record {day, generation, exported, readingsRoot}. Throws BadRecord where the ledger refuses. */
export function nextWord(word, record) {
  const last = MeterWord.unpack(word);
  const [generation, exported, day] = [BigInt(record.generation), BigInt(record.exported), BigInt(record.day)];
  if (day <= last.day) throw new BadRecord(`The record is of day ${day}, but the last one was of day ${last.day}.`);
  if (generation < last.generation) throw new BadRecord(`The generation register went back from ${last.generation} to ${generation} Wh.`);
  if (exported < last.exported) throw new BadRecord(`The export register went back from ${last.exported} to ${exported} Wh.`);
  if (generation > LARGEST_REGISTER || exported > LARGEST_REGISTER) throw new BadRecord("A register does not fit 40 bits.");
  const link = BigInt(keccak256(concat([record.readingsRoot, toBeHex(word, 32)])));
  return MeterWord.pack({ head: link >> 96n, generation, exported, day });
}

/** What a meter signs for others to bring (EIP-712): a record and the whole word that it follows, for a ledger on a chain. */
export function signedDigest(chainId, ledger, word, record) {
  return eip712.digest(RECORD.hash({ ...record, last: word }), chainId, ledger);
}

/** The word that records make of a word. */
export function replay(word, records) {
  return records.reduce(nextWord, BigInt(word));
}
