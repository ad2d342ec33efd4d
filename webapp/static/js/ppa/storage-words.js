/** The words of storage, packed as sums of fields, high to low (formats.md). Fields are BigInt. */

export class BadWord extends Error {}

export const STATUS = ["None", "Proposed", "Withdrawn", "Rejected", "Signed", "Running", "Ended", "HandedOver"];
/** Those in which an agreement has come to its end. */
export const ENDS = ["Ended", "HandedOver"];
export const PAYMENT_STATUS = ["Unknown", "Declared", "Denied", "Confirmed", "Refused"];

/** The flags of a statement. */
export const EARLY_BOUNDARY = 1n; // the boundary day is before the last day
export const DARK = 2n; // nothing was taken from the meter
export const CLAUSE_FAILED = 4n; // a clause gave nothing
export const SUBSTITUTED = 8n; // a clause's line rests on a substitute
export const SILENT = 16n; // closed before the meter said anything of the month's end
export const IMPOSSIBLE = 32n; // a record with more energy than the plant can make was passed over
export const LAST = 64n; // the agreement ended with it
/** Where a statement's flags count dark months, and the most that they count. */
export const DARK_MONTHS_PLACE = 8n;
export const MOST_DARK_MONTHS = 255n;
/** Where a statement's flags have a bit for each clause that failed or gave a substitute. */
export const FAILED_PLACE = 16n;

/** Whether nothing was taken from the meter in a statement's period. */
export const isDark = ({ flags }) => (flags & DARK) !== 0n;
/**
 * Of a dark statement the months in a row, its own included, that were dark; of one with an opening record the dark months
 * right before it whose energy is in it.
 */
export const darkMonths = ({ flags }) => Number(flags >> DARK_MONTHS_PLACE & MOST_DARK_MONTHS);
/** Whether the clause of an index from 0 failed or gave a substitute. */
export const isFlagged = ({ flags }, index) => (flags >> FAILED_PLACE + BigInt(index) & 1n) === 1n;

/** Makes pack and unpack of a layout: [name, bits] or [name, bits, "signed"], high to low; bits above the first are free. */
function layout(...fields) {
  return {
    /** Throws BadWord for a value that does not fit. */
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
    /** Throws BadWord where free bits are set. */
    unpack(word) {
      const values = {};
      let left = BigInt(word);
      for (const [name, bits, signed] of [...fields].reverse()) {
        values[name] = signed ? BigInt.asIntN(bits, left) : BigInt.asUintN(bits, left);
        left >>= BigInt(bits);
      }
      if (left !== 0n) throw new BadWord(`The word ${word} has bits where none are used.`);
      return values;
    },
  };
}

export const MeterWord = layout(["head", 160], ["generation", 40], ["exported", 40], ["day", 16]);

export const AgreementWord = layout(
  ["balance", 56, "signed"], ["generation", 40], ["exported", 40], ["closedThrough", 16], ["boundaryDay", 16],
  ["signedBlock", 32], ["proposedBlock", 32], ["periods", 12], ["pending", 1], ["status", 3],
);

export const AccountWord = layout(
  ["lateCentDays", 72, "signed"], ["cents", 48, "signed"], ["generation", 40, "signed"], ["exported", 40, "signed"],
  ["alarmDay", 16], ["acts", 32],
);

export const StatementWord = layout(
  ["amount", 56, "signed"], ["generation", 44], ["exported", 44], ["lastDay", 16], ["boundaryDay", 16],
  ["closedOn", 16], ["closedBlock", 32], ["flags", 32],
);

/** What is claimed of a statement: cents that it should have been higher, or lower. */
export const ClaimsWord = layout(["decided", 1], ["producer", 48], ["consumer", 48]);

export const PaymentWord = layout(["declaredOn", 16], ["status", 8]);

export const NoticeWord = layout(["isFinal", 1], ["cured", 1], ["clause", 16], ["day", 16]);

/** `digest`: the highest 232 bits of the act's; `ends`: 1 if the agreement ends, 0 if it is handed over. */
export const AnnouncementWord = layout(["digest", 232], ["ends", 8], ["day", 16]);
