"""Random lives of agreements, the contracts and the model side by side: `python -m tests.independent.lives 1000`."""

import sys
import time
from collections import Counter

from .life import Life
from .steps import step
from .world import Different


def walk(seed: int, steps: int) -> Life:
    """One life of so many steps. Raises Different."""
    life = Life(seed)
    for _ in range(steps):
        step(life)
    return life


def main(lives: int, steps: int = 150, first: int = 0) -> int:
    """Prints lives, transactions, words compared, differences."""
    began, transactions, words, differences = time.time(), 0, 0, 0
    orders: Counter[tuple[str, str, str]] = Counter()
    outcomes: Counter[tuple[str, str]] = Counter()
    for seed in range(first, first + lives):
        life = Life.__new__(Life)
        try:
            life.__init__(seed)  # type: ignore[misc]
            for _ in range(steps):
                step(life)
        except Different as different:
            differences += 1
            if differences <= 8:
                print(f"seed {seed}: {different}")
                print("   " + "\n   ".join(life.w.said[-4:]))
        transactions, words = transactions + life.w.transactions, words + life.w.compared
        orders.update(life.w.orders)
        outcomes.update(life.w.outcomes)
    print(f"{lives} lives, {transactions} transactions, {words} words compared, {differences} differences,")
    print(f"{sum(orders.values())} refusals by another name, {time.time() - began:.0f} s")
    for (function, contract, model), count in orders.most_common(40):
        print(f"   {count} x {function}: the contract says {contract}, the model {model}")
    if "-v" in sys.argv:
        for (function, outcome), count in sorted(outcomes.items()):
            print(f"   {function} {outcome or 'done'}: {count}")
    return differences


if __name__ == "__main__":
    numbers = [int(a) for a in sys.argv[1:] if a.isdigit()]
    sys.exit(1 if main(*(numbers or [1000])) else 0)
