"""`make prove`: what two checkers prove (docs/proofs.md), then whole lives at random, run long, on two cores.

At least 1,000,000 transactions, at least half of them successful, each answer and each word of storage compared with
the model (tests/contracts/life.py). A life that fails is kept by its seed in build/prove/counterexamples.json, and is
the first to run the next time. Exit 1 if any fails.
"""

import json
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from itertools import count, islice
from pathlib import Path

from tools.proofs import model_checker, symbolic

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / "build" / "prove" / "counterexamples.json"
STEPS = 4_000
LIVES_A_ROUND = 40
CORES = 2
FIRST_SEED = 1_000_000

Lived = tuple[int, Counter[str], Counter[str], str]


def live(seed: int) -> Lived:
    """One life: its seed, what was tried and what succeeded by kind, and what went wrong, if anything did."""
    sys.path.insert(0, str(ROOT))
    from tests.contracts.life import Lives

    lives = Lives(seed, agreements=3)
    try:
        for _ in range(STEPS):
            lives.step()
        lives.check_all()
    except Exception as problem:
        return seed, lives.tried, lives.done, f"{type(problem).__name__}: {problem}"
    return seed, lives.tried, lives.done, ""


def known() -> list[int]:
    """Seeds that failed before."""
    return list(json.loads(KEPT.read_text())) if KEPT.exists() else []


def prove(wanted: int) -> int:
    """Lives until so many transactions were tried; the exit status."""
    started = time.monotonic()
    tried: Counter[str] = Counter()
    done: Counter[str] = Counter()
    failed: dict[int, str] = {}
    old = known()
    seeds = (seed for part in (old, count(FIRST_SEED)) for seed in part)
    with ProcessPoolExecutor(CORES) as pool:
        while tried.total() < wanted and not failed:
            for seed, tries, successes, problem in pool.map(live, islice(seeds, LIVES_A_ROUND)):
                tried += tries
                done += successes
                if problem:
                    failed[seed] = problem
            print(f"{tried.total():>9,} transactions, {done.total():,} of them successful", flush=True)
    for kind, number in sorted(tried.items()):
        print(f"  {kind:<10} {number:>9,} tried {done[kind]:>9,} done")
    KEPT.parent.mkdir(parents=True, exist_ok=True)
    KEPT.write_text(json.dumps(sorted({*old, *failed})))
    for seed, problem in failed.items():
        print(f"seed {seed}: {problem}")
    enough = done.total() * 2 >= tried.total() >= wanted
    seconds = time.monotonic() - started
    verdict = "every answer and word as the model says" if not failed else f"{len(failed)} lives failed"
    print(f"{tried.total():,} transactions, {done.total():,} successful, in {seconds:,.0f} s: {verdict}")
    return 0 if enough and not failed else 1


if __name__ == "__main__":
    proved = model_checker.prove_all() & symbolic.prove_all()
    lived = prove(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
    sys.exit(lived if proved else 1)
