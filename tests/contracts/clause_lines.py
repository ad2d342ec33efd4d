"""A clause asked directly, in Solidity and in ppa, which must agree."""

import pytest

from ppa.clauses import Told
from ppa.statements import Period
from tests.contracts.world import World, day_of, month_end
from tests.evm import functions, refuses

SELECTOR = functions("EnergyCharge")["check"].selector


def told_period(number=1, generation=0, exported=0, days=None):
    """A month from July 2016 on as the registry tells it; `days`: it ended early."""
    months = 2016 * 12 + 6 + number - 1
    first = day_of(months // 12, months % 12 + 1, 1)
    last = first + days - 1 if days else month_end(first)
    return Period(bytes(32), number, 240, first, last, last, generation, exported, 0, 0, 0)


def line(contract, clause, period, index=None):
    """The line that contract and ppa agree on."""
    found = contract.assess(period.as_tuple(), clause.params())
    assert clause.line(period, Told(lambda n: None, index)) == found
    return found


def both_accept(contract, clause, months=12):
    """Contract and ppa take the parameters."""
    assert contract.check(World.JULY, months, clause.params()) == SELECTOR
    clause.check(World.JULY, months)
    assert type(clause).from_params(clause.params()) == clause


def both_refuse(contract, clause, error, term=12, first=World.JULY, **args):
    """The contract refuses the parameters for a term of so many months with this error; ppa too."""
    with refuses(error, **args):
        contract.check(first, term, clause.params())
    with pytest.raises(Exception, match=r"\w"):
        clause.check(first, term)
