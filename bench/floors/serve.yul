// A meter's consent: the agreement's word is read and written, a slot that says whom the meter serves is filled.
//
// Calldata   terms, of any length: producer 20 | consumer 20 | meter 20 | …
// Storage    the agreement's word under its id, the hash of the terms; the id under the meter's address
// Checked    the meter calls and serves no other; the agreement is signed
// Left out   whether the agreement waits for a handover
{
    if xor(caller(), div(calldataload(40), exp(2, 96))) { revert(0, 0) }
    calldatacopy(0, 0, calldatasize())
    let id := keccak256(0, calldatasize())
    let agreement := sload(id)
    if xor(and(agreement, 7), 4) { revert(0, 0) }
    if sload(caller()) { revert(0, 0) }
    sstore(id, add(agreement, 1))
    sstore(caller(), id)
    log2(0, 0, 0x5e47e, id)
}
