/** A right that one signs for and anyone brings: one EIP-712 message, `Request`. */
import * as eip712 from "./eip712.js";

/** The rights by their names in the message, in the order of the contract's enum. */
export const RIGHTS = [
  "withdraw", "reject", "serve", "cancel", "voidAct", "object", "dispute", "resolve", "declare", "confirm", "deny", "accept", "refuse",
  "notifyLender", "cure", "exit", "endInSilence",
];

const REQUEST = eip712.struct("Request(string right,bytes32 agreement,uint32 number,int64 cents,uint16 day,bytes32 reference,uint64 until)");

/** What is signed of {right, number, cents, day, reference, until} for an agreement of a registry on a chain. */
export function digest(agreement, request, chainId, registry) {
  return eip712.digest(REQUEST.hash({ ...request, agreement }), chainId, registry);
}

/** The same message as a wallet takes it. */
export function typedData(agreement, request, chainId, registry) {
  return eip712.typedData(REQUEST, { ...request, agreement }, chainId, registry);
}

/** In the order and types of the ABI. */
export function asTuple({ right, number, cents, day, reference, until }) {
  return [RIGHTS.indexOf(right), number, cents, day, reference, until];
}

/** From what an ABI decoder gives (an ethers Result or an array). */
export function fromTuple([right, number, cents, day, reference, until]) {
  return { right: RIGHTS[Number(right)], number: Number(number), cents: BigInt(cents), day: Number(day), reference, until: BigInt(until) };
}
