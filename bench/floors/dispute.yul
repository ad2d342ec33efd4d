// A dispute: agreement, statement and claims are read, the claims are written, the dispute told.
//
// Calldata   terms 217: producer 20 | consumer 20 | … dispute days 2 at 64 | … | most of a claim 8 at 209 | number 2 | claim 7
//            | evidence 32
// Storage    the agreement's word under its id, the hash of the terms; statement n under id + 1 + n, its claims under that
//            slot turned
// Checked    a party calls, its claim has its sign and is not too large; the agreement runs; the statement is there, young
//            enough, and not disputed by the party
// Left out   statements that a predecessor of the agreement holds
{
    calldatacopy(0, 0, 217)
    let id := keccak256(0, 217)
    let byConsumer := eq(caller(), div(calldataload(20), exp(2, 96)))
    if iszero(byConsumer) {
        if xor(caller(), div(mload(0), exp(2, 96))) { revert(0, 0) }
    }
    if xor(and(sload(id), 7), 5) { revert(0, 0) }
    let dispute := calldataload(217)
    let slot := add(add(id, 1), div(dispute, exp(2, 240)))
    let statement := sload(slot)
    if iszero(statement) { revert(0, 0) }
    let days_ := div(calldataload(64), exp(2, 240))
    if gt(div(timestamp(), 86400), add(and(div(statement, exp(2, 64)), 0xffff), days_)) { revert(0, 0) }
    let claim := signextend(6, div(dispute, exp(2, 184)))
    let part := exp(2, 48)
    if byConsumer {
        claim := sub(0, claim)
        part := 1
    }
    if iszero(sgt(claim, 0)) { revert(0, 0) }
    if gt(claim, div(calldataload(209), exp(2, 192))) { revert(0, 0) }
    let claims := sload(not(slot))
    if and(claims, or(exp(2, 96), mul(part, 0xffffffffffff))) { revert(0, 0) }
    sstore(not(slot), or(claims, mul(part, claim)))
    calldatacopy(0, 217, 41)
    mstore(41, mul(caller(), exp(2, 96)))
    log2(0, 61, 0xd15, id)
}
