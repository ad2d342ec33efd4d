// A proposal: an agreement's word where none was, the terms told.
//
// Calldata   terms, of any length: producer 20 | …
// Storage    the agreement's word under its id, the hash of the terms: block of the proposal, status 1
// Checked    the producer calls; the terms are new
// Left out   whether the terms make sense; the clauses are not asked
{
    if xor(caller(), div(calldataload(0), exp(2, 96))) { revert(0, 0) }
    calldatacopy(0, 0, calldatasize())
    let id := keccak256(0, calldatasize())
    if sload(id) { revert(0, 0) }
    sstore(id, or(mul(number(), 0x10000), 1))
    log2(0, calldatasize(), 0x9909, id)
}
