// A payment declared by the consumer: the agreement is read, the payment's slot is filled, the payment told.
//
// Calldata   terms 217: … consumer 20 at 20 | … | cents 7 | day 2 | reference 32
// Storage    the agreement's word under its id, the hash of the terms; the payment under the hash of id and payment
// Checked    the consumer calls, of cents above zero; the day is not to come; the agreement runs; the payment is new
// Left out   payments of the producer
{
    calldatacopy(0, 0, 217)
    let id := keccak256(0, 217)
    if xor(caller(), div(calldataload(20), exp(2, 96))) { revert(0, 0) }
    if xor(and(sload(id), 7), 5) { revert(0, 0) }
    let payment := calldataload(217)
    if iszero(sgt(payment, sub(exp(2, 200), 1))) { revert(0, 0) }
    let day := and(div(payment, exp(2, 184)), 0xffff)
    if gt(day, div(add(timestamp(), 50400), 86400)) { revert(0, 0) }
    mstore(0, id)
    calldatacopy(32, 217, 41)
    let slot := keccak256(0, 73)
    if sload(slot) { revert(0, 0) }
    sstore(slot, or(mul(div(timestamp(), 86400), 0x100), 1))
    log2(32, 41, 0xdec1, id)
}
