// An answer to a proposal: the agreement's word is read and written, the answer told.
//
// Calldata   terms 217: producer 20 | consumer 20 | … | status 1: 4 signed, 3 rejected, 2 withdrawn
// Storage    the agreement's word under its id, the hash of the terms
// Checked    the consumer calls, or the producer to withdraw; the agreement was proposed
// Left out   nothing else is checked by the contract either
{
    calldatacopy(0, 0, 217)
    let id := keccak256(0, 217)
    let status := byte(0, calldataload(217))
    let party := div(calldataload(mul(20, gt(status, 2))), exp(2, 96))
    if xor(caller(), party) { revert(0, 0) }
    let agreement := sload(id)
    if xor(and(agreement, 7), 1) { revert(0, 0) }
    if eq(status, 4) { agreement := or(agreement, mul(number(), exp(2, 48))) }
    sstore(id, add(agreement, sub(status, 1)))
    log2(0, 0, status, id)
}
