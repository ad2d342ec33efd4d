"""What becomes of each mutant: most meet the tests together, asleep in one text; the rest are compiled one by one."""

import os
import shutil
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

from tools.coverage.traced_run import STEPS, Trail
from tools.mutation.book import KILLED, Book, Verdict, seal
from tools.mutation.metamutant import PATH, SOURCE, culprits, metamutant
from tools.mutation.mutants import Mutant
from tools.mutation.runs import Found, run_awake
from tools.mutation.witnesses import Witnesses
from tools.solidity.builds import CODE, ROOT, Compiler, Contracts, DoesNotCompile, same

FOLDER = ROOT / "build" / "mutants"
WIDTH = 100  # of a test's name; some carry their parameters
QUICK = 1.0  # seconds
TOGETHER = 60  # mutants in one compilation
Group = dict[int, Mutant]
Verdicts = list[tuple[Mutant, Verdict]]


@dataclass(frozen=True)
class Judge:
    """What a mutant is brought before: all tests that come by it; those `listed` as harmless, the quick ones only."""

    compiler: Compiler
    witnesses: Witnesses
    book: Book
    tests: str
    listed: Collection[str] = ()

    def verdicts(self, asked: Sequence[Mutant]) -> Iterator[tuple[Mutant, Verdict]]:
        """A verdict on each as it is found, as many side by side as there are cores; the kept ones first."""
        names = {_named(test.test) for test in self.witnesses.all}
        known = {m: kept for m in asked if (kept := self.book.known(m, self._seal(m), self.tests, names))}
        yield from known.items()
        new = [mutant for mutant in asked if mutant not in known]
        groups = [dict(enumerate(new[at : at + TOGETHER], 1)) for at in range(0, len(new), TOGETHER)]
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            running: set[Future[Verdicts]] = {pool.submit(self.together, group) for group in groups}
            try:
                while running:
                    done, running = wait(running, return_when=FIRST_COMPLETED)
                    for future in done:
                        found = dict(future.result())
                        yield from found.items()
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise

    def together(self, group: Group) -> Verdicts:
        """A verdict on each mutant of a group: those that survive it, or cannot be in one text, are asked alone."""
        found = self._asleep(group)
        return [
            (mutant, self._kept(mutant, found[number]))
            if number in found and (found[number][0] in KILLED or mutant.id in self.listed)
            else (mutant, self.alone(mutant, survived=number in found))
            for number, mutant in group.items()
        ]

    def alone(self, mutant: Mutant, survived: bool) -> Verdict:
        """The mutant compiled as it would be published meets the tests that it has not yet survived."""
        waiting = [] if survived else self._witnesses(mutant)
        if mutant.id not in self.listed:
            waiting += [*self.witnesses.gas, *self.witnesses.walks]
        return self._kept(mutant, self._compiled(mutant, waiting))

    def _asleep(self, group: Group) -> dict[int, Found]:
        """What the tests say of those that can be in one text. A test that fails though all are asleep says nothing."""
        folder = FOLDER / f"with-{group[min(group)].id}"
        try:
            inside, code = self._metamutant(group)
            if not inside:
                return {}
            self.compiler.lay_down(folder, code)
            asked = [(number, self._witnesses(group[number])) for number in sorted(inside)]
            found = dict(zip(sorted(inside), run_awake(folder, asked), strict=True))
            trails = {trail.test: trail for _, tests in asked for trail in tests}
            killers = sorted({test for _, test in found.values()} & set(trails))
            calm = run_awake(folder, [(0, [trails[test]]) for test in killers])
            false = {test for test, (what, _) in zip(killers, calm, strict=True) if what != "survived"}
            return {number: (what, test) for number, (what, test) in found.items() if test not in false}
        except DoesNotCompile:  # one text with them all has too much on its stack somewhere
            if len(group) == 1:
                return {}
            half = sorted(group)[: len(group) // 2]
            parts = ({n: m for n, m in group.items() if (n in half) == first} for first in (True, False))
            return {number: what for part in parts for number, what in self._asleep(part).items()}
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _metamutant(self, group: Group) -> tuple[set[int], Contracts]:
        """Numbers and code of the mutants that compile in one text. Raises DoesNotCompile if the rest does not."""
        left = dict(group)
        paths = sorted({mutant.path for mutant in group.values()})
        importers = {name for path in paths for part in self.compiler.parts(path) for name in part}
        while True:
            inside, sources = set[int](), {**self.compiler.sources, PATH: SOURCE}
            for path in paths:
                own = [(number, mutant) for number, mutant in left.items() if mutant.path == path]
                sources[path], held = metamutant(path, sources[path], self.compiler.trees[path], own)
                inside |= held
            try:
                return inside, self.compiler.compiled(sources, {name: {"*": CODE} for name in importers}, STEPS)
            except DoesNotCompile as error:
                wrong = {n for path in paths for n in culprits(sources[path], error.places.get(path, []))}
                if not wrong & set(left):
                    raise
                left = {number: mutant for number, mutant in left.items() if number not in wrong}

    def _compiled(self, mutant: Mutant, waiting: list[Trail]) -> Found:
        """Level by level: most mutants of a library die before the registry is compiled."""
        folder = FOLDER / mutant.id
        text = mutant.applied(self.compiler.sources[mutant.path])
        changed: Contracts = {}
        found = ("same", "")
        try:
            for number, part in enumerate(self.compiler.parts(mutant.path)):
                if part and not same(
                    code := self.compiler.build(mutant.path, text, part), self.compiler.original(part)
                ):
                    changed |= code
                if not changed:
                    continue
                now = [trail for trail in waiting if self.witnesses.level(trail) <= number]
                waiting = [trail for trail in waiting if trail not in now]
                self.compiler.lay_down(folder, changed)
                (found,) = run_awake(folder, [(0, now)]) if now else [("survived", "")]
                if found[0] in KILLED:
                    break
        except DoesNotCompile:
            return "stillborn", ""
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        return found

    def _witnesses(self, mutant: Mutant) -> list[Trail]:
        found = self.witnesses.of(mutant)
        return [trail for trail in found if trail.seconds < QUICK] if mutant.id in self.listed else found

    def _seal(self, mutant: Mutant) -> str:
        return seal(mutant.applied(self.compiler.sources[mutant.path]))

    def _kept(self, mutant: Mutant, found: Found) -> Verdict:
        what, test = found
        verdict = Verdict(what, self._seal(mutant), self.tests if what == "survived" else "", _named(test))
        self.book.write(mutant, verdict)
        return verdict


def _named(test: str) -> str:
    """A test's name as the book has it."""
    return test.removeprefix("tests/contracts/")[:WIDTH]
