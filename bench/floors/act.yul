// A correction that both signed, brought by the producer: agreement and account are read and written, the act is told.
//
// Calldata   terms 217: producer 20 | consumer 20 | … | number 4 | until 8 | generation 6 | exported 6 | cents 7 |
//            reason 32 | the consumer's r 32 | s 32 with v in its top bit
// Storage    the agreement's word under its id, the hash of the terms; the account under not id
// Checked    the producer calls and the consumer signed exactly this; number and time; the agreement runs
// Left out   the other kinds of acts, the bounds of the sums, wallets that are contracts
{
    calldatacopy(0, 0, 217)
    let id := keccak256(0, 217)
    if xor(caller(), div(mload(0), exp(2, 96))) { revert(0, 0) }
    let agreement := sload(id)
    if xor(and(agreement, 7), 5) { revert(0, 0) }
    let account := sload(not(id))
    let act := calldataload(217)
    if xor(add(and(account, 0xffffffff), 1), div(act, exp(2, 224))) { revert(0, 0) }
    if lt(and(div(act, exp(2, 160)), 0xffffffffffffffff), timestamp()) { revert(0, 0) }

    mstore(0, id)
    calldatacopy(32, 217, 63)
    mstore(130, keccak256(0, 95))
    mstore(96, 0x1901000000000000000000000000000000000000000000000000000000000000)
    mstore(98, 0x5f01ac7a11f1002c0de5019ac75f01ac7a11f1002c0de5019ac75f01ac7a11f1)
    mstore(192, keccak256(96, 66))
    let s := calldataload(312)
    mstore(224, add(27, div(s, exp(2, 255))))
    mstore(256, calldataload(280))
    mstore(288, and(s, sub(exp(2, 255), 1)))
    mstore(320, 0)
    pop(staticcall(gas(), 1, 192, 128, 320, 32))
    if xor(mload(320), div(calldataload(20), exp(2, 96))) { revert(0, 0) }

    sstore(id, or(agreement, 8))
    let exported := and(add(div(account, exp(2, 48)), div(calldataload(235), exp(2, 208))), 0xffffffffff)
    let generation := and(add(div(account, exp(2, 88)), div(act, exp(2, 112))), 0xffffffffff)
    let cents := and(add(div(account, exp(2, 128)), div(calldataload(241), exp(2, 200))), 0xffffffffffff)
    sstore(
        not(id),
        or(
            or(
                and(account, 0xffffffffffffffffff00000000000000000000000000000000ffff00000000),
                mul(cents, exp(2, 128))
            ),
            or(or(mul(generation, exp(2, 88)), mul(exported, exp(2, 48))), add(and(account, 0xffffffff), 1))
        )
    )
    log2(32, 63, 0xac7ed, id)
}
