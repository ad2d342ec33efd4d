// A clause that accepts any parameters, and burns all the gas that it is given to assess with.
{
    if eq(div(calldataload(0), exp(2, 224)), 0xd8beb428) {
        mstore(0, mul(0xd8beb428, exp(2, 224)))
        return(0, 32)
    }
    invalid()
}
