"""What the state machines share: a count of what every rule did, and how wide and how reproducibly they walk."""

import random
import sys
import time
from collections import Counter
from contextlib import contextmanager

from hypothesis import seed, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from tests.conftest import seed_of_this_code
from tests.evm import Refused


class Tally:
    """Successes and refusals of every rule over a whole run, and the transactions behind them."""

    def __init__(self) -> None:
        self.done: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.errors: Counter[str] = Counter()

    def __str__(self) -> str:
        rules = sorted(self.done | self.refused)
        return ", ".join(f"{rule} {self.done[rule]}/{self.refused[rule]}" for rule in rules)


class Machine(RuleBasedStateMachine):
    """A state machine whose transactions are predicted: `act` says which error is due, or none."""

    tally: Tally
    turns = 0

    def luck(self, number: int) -> random.Random:
        """Chance from a drawn number and the turn: hypothesis likes small numbers, and would repeat itself."""
        self.turns += 1
        return random.Random(number * 1_000_003 + self.turns)

    @contextmanager
    def act(self, rule: str, error: str | None):
        """The transaction inside succeeds if `error` is None, and is refused with that error if not."""
        try:
            yield
        except Refused as refused:
            assert refused.name == error, f"{rule}: {error or 'success'} was due, not {refused}"
            self.tally.refused[rule] += 1
            self.tally.errors[refused.name] += 1
        else:
            assert error is None, f"{rule}: {error} was due, and nothing was refused"
            self.tally.done[rule] += 1


def walk(
    machine: type[Machine], examples: int, steps: int, rules: set[str], views: frozenset[str] = frozenset()
) -> Tally:
    """Run the machine; over the run every rule succeeds and refuses, and at least half of the transactions succeed.

    Calls of `views` must have done both as well, but are no transactions.
    """
    machine.tally = tally = Tally()
    started = time.perf_counter()
    run_state_machine_as_test(
        seed(seed_of_this_code())(machine),
        settings=settings(max_examples=examples, stateful_step_count=steps, derandomize=False),
    )
    seconds = time.perf_counter() - started
    done, refused = (sum(count[rule] for rule in rules) for count in (tally.done, tally.refused))
    walked = f"{done + refused} transactions, {done} succeeded, {(done + refused) / seconds:,.0f} tx/s"
    print(f"\n{machine.__name__}: {walked}; done/refused: {tally}", file=sys.stderr)
    assert set(tally.done) == set(tally.refused) == rules | views, tally
    assert done >= refused, tally
    return tally
