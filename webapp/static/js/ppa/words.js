/** The four storage words, packed as sums of fields, high to low (formats.md). Fields are BigInt. */

export class BadWord extends Error {}

export const STATUS = ["None", "Proposed", "Withdrawn", "Rejected", "Signed", "Running", "Ended", "HandedOver"];
/** Those in which an agreement has come to its end. */
export const ENDS = ["Ended", "HandedOver"];
export const EARLY_BOUNDARY = 1n;
export const DARK = 2n;
export const CLAUSE_FAILED = 4n;
export const PRODUCER_CLAIMS = 8n;
export const RESOLVED = 16n;
export const CONSUMER_CLAIMS = 32n;
/** Where a statement's flags have the bit length of the greater claim. */
export const CLAIM_PLACE = 8n;
export const CLAIM_MASK = 63n;
/** Where a statement's flags have a bit for each clause, and those bits. */
export const FAILED_PLACE = 16n;
export const WHICH_FAILED = 0xFFFF0000n;
/** What a statement says of itself when it is closed; the other flags are of a dispute that comes later. */
export const CLOSING_FLAGS = 0xFFFF0007n;

/** Makes pack and unpack of a layout: [name, bits] or [name, bits, "signed"], high to low. */
function layout(...fields) {
  return {
    pack(values) {
      let word = 0n;
      for (const [name, bits, signed] of fields) {
        const value = BigInt(values[name]);
        const low = signed ? -(1n << BigInt(bits - 1)) : 0n;
        if (value < low || value >= low + (1n << BigInt(bits))) throw new BadWord(`${name} is ${value}, which does not fit ${bits} bits.`);
        word = (word << BigInt(bits)) + BigInt.asUintN(bits, value);
      }
      return word;
    },
    unpack(word) {
      const values = {};
      let left = BigInt(word);
      for (const [name, bits, signed] of [...fields].reverse()) {
        values[name] = signed ? BigInt.asIntN(bits, left) : BigInt.asUintN(bits, left);
        left >>= BigInt(bits);
      }
      return values;
    },
  };
}

export const MeterWord = layout(["head", 160], ["generation", 40], ["exported", 40], ["day", 16]);

export const AgreementWord = layout(
  ["balance", 56, "signed"], ["generation", 44, "signed"], ["exported", 44, "signed"], ["closedDay", 16],
  ["boundaryDay", 16], ["signedAt", 32], ["proposedAt", 32], ["periods", 12], ["pending", 1], ["status", 3],
);

export const StatementWord = layout(
  ["amount", 56, "signed"], ["generation", 44], ["exported", 44], ["lastDay", 16], ["boundaryDay", 16],
  ["closedOn", 16], ["closedAt", 32], ["flags", 32],
);

export const AccountWord = layout(
  ["late", 80, "signed"], ["cents", 56, "signed"], ["free", 64], ["noticeClause", 8], ["noticeDay", 16], ["alarmDay", 16],
  ["nextAct", 16],
);
