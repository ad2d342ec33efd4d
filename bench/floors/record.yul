// A meter's daily record: its word is read and written, the record told.
//
// Calldata   generation 5 | exported 5 | day 2 | root of readings 32
// Storage    the meter's word under its address: head 160 | generation 40 | exported 40 | day 16
// Checked    the day has ended somewhere on earth and comes after the last; no register goes back
// Left out   saving the last word of a month, and the calendar that knows when (record_first_of_month.yul)
{
    let old := sload(caller())
    let fresh := div(calldataload(0), exp(2, 160))
    let day := and(fresh, 0xffff)
    if gt(mul(add(day, 1), 86400), add(timestamp(), 50400)) { revert(0, 0) }
    if iszero(gt(day, and(old, 0xffff))) { revert(0, 0) }
    if lt(and(fresh, 0xffffffffff0000), and(old, 0xffffffffff0000)) { revert(0, 0) }
    if lt(fresh, and(old, 0xffffffffff00000000000000)) { revert(0, 0) }
    calldatacopy(0, 0, 44)
    mstore(44, old)
    let head := and(keccak256(12, 64), not(sub(exp(2, 96), 1)))
    sstore(caller(), or(head, fresh))
    log1(0, 44, caller())
}
