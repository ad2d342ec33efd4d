// A meter's consent: the agreement's word is read and written, a slot that says whom the meter serves is filled, one that
// says which of its days were billed is read.
//
// Calldata   terms 217: … | meter 20 at 40 | first day 2 at 60 | … | first month 2 at 201 | … | long-stop day 2 at 207 | …
// Storage    the agreement's word under its id, the hash of the terms; the id under the meter's address, the last day
//            that was billed of it under its address turned
// Checked    the meter calls and serves no other; the agreement is signed, in time, and its days were not billed
// Left out   whether the agreement waits for a handover
{
    if xor(caller(), div(calldataload(40), exp(2, 96))) { revert(0, 0) }
    calldatacopy(0, 0, 217)
    let id := keccak256(0, 217)
    let agreement := sload(id)
    if xor(and(agreement, 7), 4) { revert(0, 0) }
    if gt(div(timestamp(), 86400), div(calldataload(207), exp(2, 240))) { revert(0, 0) }
    if sload(caller()) { revert(0, 0) }
    let firstDay := div(calldataload(60), exp(2, 240))
    if iszero(lt(sload(not(caller())), firstDay)) { revert(0, 0) }
    let periods := sub(div(calldataload(201), exp(2, 240)), 1)
    sstore(id, add(agreement, or(mul(sub(firstDay, 1), exp(2, 96)), or(mul(periods, 0x10), 1))))
    sstore(caller(), id)
    log2(0, 0, 0x5e47e, id)
}
