// A dispute: agreement and statement are read, the statement is written, the dispute told.
//
// Calldata   terms 169: producer 20 | consumer 20 | … dispute days 2 at 64 | … | number 2 | claim 7 | evidence 32
// Storage    the agreement's word under its id, the hash of the terms; statement n under id + 1 + n
// Checked    a party calls; the agreement runs; the statement is there, young enough and not disputed by the party
// Computed   the claim's sign and bits, kept among the statement's flags
// Left out   statements that a predecessor of the agreement holds; a smaller claim of the other party
{
    calldatacopy(0, 0, 169)
    let id := keccak256(0, 169)
    if xor(caller(), div(calldataload(20), exp(2, 96))) {
        if xor(caller(), div(mload(0), exp(2, 96))) { revert(0, 0) }
    }
    if xor(and(sload(id), 7), 5) { revert(0, 0) }
    let dispute := calldataload(169)
    let slot := add(add(id, 1), div(dispute, exp(2, 240)))
    let statement := sload(slot)
    if iszero(statement) { revert(0, 0) }
    let days_ := div(calldataload(64), exp(2, 240))
    if gt(div(timestamp(), 86400), add(and(div(statement, exp(2, 64)), 0xffff), days_)) { revert(0, 0) }
    let claim := and(div(dispute, exp(2, 184)), 0xffffffffffffff)
    let flags := 8
    if gt(claim, 0x7fffffffffffff) {
        flags := 32
        claim := sub(exp(2, 56), claim)
    }
    if and(statement, or(flags, 16)) { revert(0, 0) }
    for {} claim { claim := div(claim, 2) } { flags := add(flags, 256) }
    sstore(slot, or(statement, flags))
    calldatacopy(0, 169, 41)
    mstore(41, mul(caller(), exp(2, 96)))
    log2(0, 61, 0xd15, id)
}
