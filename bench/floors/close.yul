// A month's statement: the agreement, the meter's word and the statement before are read; the agreement is written, a
// statement's slot is filled. The first time the opening statement too; with what an act left the account is read and
// written.
//
// Calldata   terms 217: … meter 20 at 40 | … price 8 at 114 | …, and the month's last day 2
// Storage    under the id, the hash of the terms, the agreement's word; statement n under id + 1 + n; the account under
//            not id; a meter's word of a month end under address × 2^16 + day
// Computed   registers, days and balance; one line of energy at a price, rounded, one that is 0; an act's energy and cents
// Left out   clauses as contracts, escalation, the guarantee's window; the calendar: the day given is believed to be a
//            month's last; dark months, interest, the bound by power, energy below zero
{
    calldatacopy(0, 0, 217)
    let id := keccak256(0, 217)
    let agreement := sload(id)
    if xor(and(agreement, 7), 5) { revert(0, 0) }
    let meter := mul(div(calldataload(40), exp(2, 96)), 0x10000)
    let lastDay := div(calldataload(217), exp(2, 240))
    let word := sload(or(meter, lastDay))
    if iszero(word) { revert(0, 0) }

    let generation := and(div(agreement, exp(2, 152)), 0xffffffffff)
    let exported := and(div(agreement, exp(2, 112)), 0xffffffffff)
    let closed := and(div(agreement, exp(2, 96)), 0xffff)
    if iszero(gt(lastDay, closed)) { revert(0, 0) }
    let number_ := and(div(agreement, 0x10), 0xfff)
    let now_ := mul(or(mul(div(timestamp(), 86400), exp(2, 32)), number()), exp(2, 32))
    let before := sload(add(add(id, 1), number_))
    if iszero(before) {
        let opening := sload(or(meter, closed))
        if iszero(opening) { revert(0, 0) }
        generation := and(div(opening, exp(2, 56)), 0xffffffffff)
        exported := and(div(opening, 0x10000), 0xffffffffff)
        before := or(mul(generation, exp(2, 156)), mul(exported, exp(2, 112)))
        let days_ := or(mul(closed, 0x10000), and(opening, 0xffff))
        sstore(add(add(id, 1), number_), or(before, or(mul(days_, exp(2, 80)), now_)))
    }

    let newGeneration := and(div(word, exp(2, 56)), 0xffffffffff)
    let newExported := and(div(word, 0x10000), 0xffffffffff)
    let made := sub(newGeneration, generation)
    let sold := sub(newExported, exported)
    let amount
    if and(agreement, 8) {
        let account := sload(not(id))
        made := add(made, signextend(4, div(account, exp(2, 88))))
        sold := add(sold, signextend(4, div(account, exp(2, 48))))
        amount := signextend(5, div(account, exp(2, 128)))
        sstore(not(id), and(account, 0xffffffffffff))
    }
    let line := div(add(mul(sub(made, sold), div(calldataload(114), exp(2, 192))), 5000000), 10000000)
    amount := and(add(amount, line), 0xffffffffffffff)
    let balance_ := and(add(div(agreement, exp(2, 192)), amount), 0xffffffffffffff)
    let days_ := or(mul(lastDay, exp(2, 96)), mul(and(word, 0xffff), exp(2, 80)))
    number_ := add(number_, 1)

    let statement := or(
        add(
            and(before, 0xffffffffffffffffffffff0000000000000000000000000000),
            or(mul(made, exp(2, 156)), mul(sold, exp(2, 112)))
        ),
        or(mul(amount, exp(2, 200)), or(days_, now_))
    )
    sstore(add(add(id, 1), number_), statement)
    agreement := or(
        or(
            mul(balance_, exp(2, 192)),
            or(mul(newGeneration, exp(2, 152)), mul(newExported, exp(2, 112)))
        ),
        or(days_, or(and(agreement, 0xffffffffffffffff0000), or(mul(number_, 0x10), 5)))
    )
    sstore(id, agreement)
    mstore(0, statement)
    mstore(32, or(mul(balance_, exp(2, 200)), or(mul(line, exp(2, 144)), number_)))
    log2(0, 64, 0xc105ed, id)
}
