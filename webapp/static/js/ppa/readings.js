/** Leaves of a day's tree, the day's summary, and the root that a record carries (formats.md). */
import { AbiCoder, concat, keccak256, toUtf8Bytes } from "./ethers.js";

const coder = AbiCoder.defaultAbiCoder();

export const OPENING = 1;
export const READING_FLAGS = { [OPENING]: "OPENING", 2: "RESTART", 4: "CLOCK", 8: "RESUMED", 16: "ROLLOVER", 32: "EPOCH", 64: "NEG_CONS" };
export const DAY_FLAGS = { 65536: "GAP", 131072: "STEP", 262144: "LATE" };

/** The leaf of a reading {time, generation_wh, exported_wh, flags} or an event {time, kind, detail_hash}. */
export function leafOf(item) {
  return keccak256(keccak256("kind" in item
    ? coder.encode(["uint256", "bytes32", "bytes32"], [item.time, keccak256(toUtf8Bytes(item.kind)), item.detail_hash])
    : coder.encode(["uint256", "uint256", "uint256", "uint256"], [item.time, item.generation_wh, item.exported_wh, item.flags])));
}

/** The digest of a day's summary. */
export function summaryDigest(s) {
  return keccak256(coder.encode(
    ["uint256", "uint256", "uint256", "uint256", "uint256", "bytes32"],
    [s.version, s.readings, s.coverage_generation, s.coverage_export, s.flags, s.configuration_hash],
  ));
}

/** What a record carries: the hash of the summary's digest and the tree's root. */
export function readingsRoot(summary, treeRoot) {
  return keccak256(concat([summary, treeRoot]));
}
