"""Which tests come by which place of the contracts, so that a mutant is brought before those alone."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from scripts._builds import Compiler, level
from scripts._coverage import Trail, laid_down, tests_marked, trails
from scripts._mutants import Mutant
from scripts._traces import Trace


@dataclass(frozen=True)
class Witnesses:
    """The tests with the traces that they came by; those of gas and the long walks come by everything."""

    compiler: Compiler
    traces: list[Trace]
    trails: list[Trail]
    gas: list[Trail] = field(default_factory=list)
    walks: list[Trail] = field(default_factory=list)

    @classmethod
    def found(cls, compiler: Compiler) -> "Witnesses":
        """Run the tests on the contracts with traces. Raises ClickException if one fails."""
        folder, traces = laid_down(compiler)
        everywhere = list(range(len(traces)))
        gas, walks = ([Trail(test, 60, everywhere) for test in tests_marked(mark)] for mark in ("gas", "walk"))
        return cls(compiler, traces, trails(folder), gas, walks)

    def of(self, mutant: Mutant) -> list[Trail]:
        """The tests that run the mutant's statement; outside of any, those of all that import it. Quickest first."""
        place = mutant.edit.start
        around = [
            (trace.end - trace.start, number)
            for number, trace in enumerate(self.traces)
            if trace.path == mutant.path and trace.outcome is None and trace.start <= place < trace.end
        ]
        if around:
            wanted = {min(around)[1]}
        else:
            near = self.compiler.importers(mutant.path)
            wanted = {number for number, trace in enumerate(self.traces) if trace.path in near}
        return sorted((trail for trail in self.trails if not wanted.isdisjoint(trail.seen)), key=lambda t: t.seconds)

    def level(self, trail: Trail) -> int:
        """The level of what a test does more with than deploy it; a library is of no level."""
        seen = (self.traces[number] for number in trail.seen)
        used = {trace.path for trace in seen if trace.function != "constructor" and "/lib/" not in trace.path}
        return max(map(level, used), default=0)


def limit(tests: Iterable[Trail]) -> int:
    """The seconds after which tests are taken to run without end."""
    return 60 + round(10 * sum(trail.seconds for trail in tests))
