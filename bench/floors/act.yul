// A correction that both signed, brought by the producer: agreement and account are read and written, the act is told.
//
// Calldata   terms 169: producer 20 | consumer 20 | … | number 2 | until 8 | generation 6 | exported 6 | cents 7 |
//            reason 32 | the consumer's r 32 | s 32 with v in its top bit
// Storage    the agreement's word under its id, the hash of the terms; the account under not id
// Checked    the producer calls and the consumer signed exactly this; number and time; the agreement runs
// Left out   the other kinds of acts, the bounds of the sums, wallets that are contracts
{
    calldatacopy(0, 0, 169)
    let id := keccak256(0, 169)
    if xor(caller(), div(mload(0), exp(2, 96))) { revert(0, 0) }
    let agreement := sload(id)
    if xor(and(agreement, 7), 5) { revert(0, 0) }
    let account := sload(not(id))
    let act := calldataload(169)
    if xor(and(account, 0xffff), div(act, exp(2, 240))) { revert(0, 0) }
    if lt(and(div(act, exp(2, 176)), 0xffffffffffffffff), timestamp()) { revert(0, 0) }

    mstore(0, id)
    calldatacopy(32, 169, 61)
    mstore(130, keccak256(0, 93))
    mstore(96, 0x1901000000000000000000000000000000000000000000000000000000000000)
    mstore(98, 0x5f01ac7a11f1002c0de5019ac75f01ac7a11f1002c0de5019ac75f01ac7a11f1)
    mstore(192, keccak256(96, 66))
    let s := calldataload(262)
    mstore(224, add(27, div(s, exp(2, 255))))
    mstore(256, calldataload(230))
    mstore(288, and(s, sub(exp(2, 255), 1)))
    mstore(320, 0)
    pop(staticcall(gas(), 1, 192, 128, 320, 32))
    if xor(mload(320), div(calldataload(20), exp(2, 96))) { revert(0, 0) }

    let registers := div(agreement, exp(2, 112))
    let exported := and(sub(registers, div(calldataload(185), exp(2, 208))), 0xfffffffffff)
    let generation := and(sub(div(registers, exp(2, 44)), div(act, exp(2, 128))), 0xfffffffffff)
    sstore(
        id,
        or(
            and(agreement, 0xffffffffffffff0000000000000000000000ffffffffffffffffffffffffffff),
            or(or(mul(generation, exp(2, 156)), mul(exported, exp(2, 112))), 8)
        )
    )
    let cents := add(div(account, exp(2, 120)), div(calldataload(191), exp(2, 200)))
    sstore(
        not(id),
        add(
            or(
                and(account, 0xffffffffffffffffffff00000000000000ffffffffffffffffffffffffffffff),
                mul(and(cents, 0xffffffffffffff), exp(2, 120))
            ),
            1
        )
    )
    log2(32, 61, 0xac7ed, id)
}
