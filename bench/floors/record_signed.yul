// Records that meters signed, brought by anyone: each signer is recovered, its word read and written, its record told.
//
// Calldata   for each: generation 5 | exported 5 | day 2 | root of readings 32 | r 32 | s 32 with v in its top bit
// Storage    each meter's word under its address
// Checked    as in record.yul; that somebody signed exactly this record for this contract
// Left out   the meter in calldata and the word before in what is signed: who signed is whose record it is, and a record
//            brought twice has a day that does not come after the last; saving the last word of a month; a typed digest:
//            contract and record are hashed once
{
    mstore(0, 0x5f01ac7a11f1002c0de5019ac75f01ac7a11f1002c0de5019ac75f01ac7a11f1)
    let today := div(add(timestamp(), 50400), 86400)
    for { let at := 0 } lt(at, calldatasize()) { at := add(at, 108) } {
        let fresh := div(calldataload(at), exp(2, 160))
        let day := and(fresh, 0xffff)
        calldatacopy(32, at, 44)
        mstore(96, keccak256(0, 76))
        let s := calldataload(add(at, 76))
        mstore(128, add(27, slt(s, 0)))
        mstore(160, calldataload(add(at, 44)))
        mstore(192, and(s, sub(exp(2, 255), 1)))
        pop(staticcall(gas(), 1, 96, 128, 224, 32))
        let meter := mload(224)
        let old := sload(meter)
        // Where a field of the record is less than the word's, its day plus one, the difference borrows from the next.
        let least := add(and(old, 0xffffffffffffffffffffffff), 1)
        let borrowed := and(xor(xor(fresh, least), sub(fresh, least)), 0x1000000000100000000010000)
        if or(borrowed, iszero(mul(returndatasize(), lt(day, today)))) { revert(0, 0) }
        log1(32, 44, meter)
        mstore(76, old)
        sstore(meter, or(and(keccak256(44, 64), not(sub(exp(2, 96), 1))), fresh))
    }
}
