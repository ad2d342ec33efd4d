// A clause that accepts any parameters, and answers 480,000 bytes: more do not fit the gas that it is given.
{
    if eq(div(calldataload(0), exp(2, 224)), 0xd8beb428) {
        mstore(0, mul(0xd8beb428, exp(2, 224)))
        return(0, 32)
    }
    return(0, 480000)
}
