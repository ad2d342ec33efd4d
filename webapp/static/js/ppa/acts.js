/**
 * What both parties do together, or one of them and the arbiter announce: one EIP-712 message, `Act`, signed by two and
 * brought by anyone. Acts of both are numbered from 1; an announced one has number 0.
 */
import * as eip712 from "./eip712.js";

const ACT = eip712.struct(
  "Act(bytes32 agreement,uint32 number,uint64 until,int64 generation,int64 exported,int64 cents,uint16 settles,"
  + "bytes32 successor,bytes32 reason)",
);

/** What is signed for an agreement of a registry on a chain. */
export function digest(agreement, act, chainId, registry) {
  return eip712.digest(ACT.hash({ ...act, agreement }), chainId, registry);
}

/** The same message as a wallet takes it. */
export function typedData(agreement, act, chainId, registry) {
  return eip712.typedData(ACT, { ...act, agreement }, chainId, registry);
}
