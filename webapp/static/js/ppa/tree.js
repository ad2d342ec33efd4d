/** Merkle tree: sorted pairs, an odd node is promoted; OpenZeppelin's MerkleProof accepts its proofs. */
import { concat, keccak256 } from "./ethers.js";

export class BadProof extends Error {}

/** The root of leaves (hex, in order). Throws BadProof for none. */
export function root(leaves) {
  let level = leaves;
  if (level.length === 0) throw new BadProof("A tree needs at least one leaf.");
  while (level.length > 1) level = above(level);
  return level[0];
}

/** The path of leaf `index`: siblings from below. */
export function proof(leaves, index) {
  const path = [];
  for (let level = leaves, i = index; level.length > 1; level = above(level), i >>= 1) {
    if ((i ^ 1) < level.length) path.push(level[i ^ 1]);
  }
  return path;
}

/** What a leaf and a path lead to. */
export function climb(leaf, path) {
  return path.reduce(pair, leaf);
}

/** Whether the path leads from the leaf to the root. */
export function verify(leaf, path, expected) {
  return climb(leaf, path).toLowerCase() === expected.toLowerCase();
}

function above(level) {
  const next = [];
  for (let i = 0; i < level.length; i += 2) next.push(i + 1 < level.length ? pair(level[i], level[i + 1]) : level[i]);
  return next;
}

function pair(a, b) {
  return keccak256(concat(BigInt(a) < BigInt(b) ? [a, b] : [b, a]));
}
