// A payment confirmed by the producer: payment, agreement and account are read and written, the last statement is read,
// the payment told.
//
// Calldata   terms 217: producer 20 | … | cents 7 | day 2 | reference 32
// Storage    the agreement's word under its id, the hash of the terms; statement n under id + 1 + n; the account under
//            not id; the payment under the hash of id and payment
// Checked    the producer calls, the payment was not confirmed or decided, the agreement runs
// Computed   the cent-days of what was late, the balance
// Left out   payments of the producer and of days before the last statement, the bounds of the sums
{
    calldatacopy(0, 0, 217)
    let id := keccak256(0, 217)
    if xor(caller(), div(mload(0), exp(2, 96))) { revert(0, 0) }
    let agreement := sload(id)
    if xor(and(agreement, 7), 5) { revert(0, 0) }
    mstore(0, id)
    calldatacopy(32, 217, 41)
    let slot := keccak256(0, 73)
    let known := sload(slot)
    if gt(and(known, 0xff), 2) { revert(0, 0) }
    sstore(slot, or(and(known, 0xffff00), 3))

    let payment := calldataload(217)
    let cents := div(payment, exp(2, 200))
    let day := and(div(payment, exp(2, 184)), 0xffff)
    let balance_ := div(agreement, exp(2, 192))
    let statement := sload(add(add(id, 1), and(div(agreement, 0x10), 0xfff)))
    let due := sub(signextend(6, balance_), signextend(6, div(statement, exp(2, 200))))
    let late
    if sgt(due, 0) {
        if gt(due, cents) { due := cents }
        late := mul(due, sub(day, and(div(agreement, exp(2, 96)), 0xffff)))
    }
    let account := add(sload(not(id)), mul(late, exp(2, 176)))
    sstore(not(id), account)
    balance_ := and(sub(balance_, cents), 0xffffffffffffff)
    let pending := mul(8, gt(account, 0xffffffffffff))
    agreement := and(agreement, 0xfffffffffffffffffffffffffffffffffffffffffffffff7)
    sstore(id, or(or(agreement, pending), mul(balance_, exp(2, 192))))
    mstore(73, or(mul(late, exp(2, 192)), mul(balance_, exp(2, 40))))
    log2(32, 58, 0xc0f1, id)
}
