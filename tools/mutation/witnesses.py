"""Which tests come by which place of the contracts, so that a mutant is brought before those alone."""

import json
import shutil
from dataclasses import asdict, dataclass, field

from tools.coverage.traced_run import Trail, laid_down, tests_marked, trails
from tools.coverage.traces import Trace
from tools.mutation.mutants import Mutant
from tools.solidity.builds import ROOT, Compiler, level


@dataclass(frozen=True)
class Witnesses:
    """The tests with the traces that they came by; those of gas and the long walks come by everything."""

    compiler: Compiler
    traces: list[Trace]
    trails: list[Trail]
    gas: list[Trail] = field(default_factory=list)
    walks: list[Trail] = field(default_factory=list)

    @classmethod
    def found(cls, compiler: Compiler, tests: str) -> "Witnesses":
        """Run the tests on the contracts with traces; what they came by is kept for the same state of tests.

        Raises ClickException if one fails.
        """
        folder, traces = laid_down(compiler)
        file = ROOT / "build" / "trails" / f"{tests}.json"
        if not file.exists():
            shutil.rmtree(file.parent, ignore_errors=True)
            file.parent.mkdir(parents=True)
            waiting = file.with_suffix(".part")
            waiting.write_text(json.dumps([asdict(trail) for trail in trails(folder)]))
            waiting.replace(file)
        everywhere = list(range(len(traces)))
        gas, walks = ([Trail(test, 60, everywhere) for test in tests_marked(mark)] for mark in ("gas", "walk"))
        return cls(compiler, traces, [Trail(**trail) for trail in json.loads(file.read_text())], gas, walks)

    def of(self, mutant: Mutant) -> list[Trail]:
        """The tests that run the mutant's statement; outside of any, those of all that import it.

        First those that are quick and do little else.
        """
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
        near_it = (trail for trail in self.trails if not wanted.isdisjoint(trail.seen))
        return sorted(near_it, key=lambda trail: (trail.seconds + trail.rests_on) * len(trail.seen))

    @property
    def all(self) -> list[Trail]:
        """All tests."""
        return [*self.trails, *self.gas, *self.walks]

    def level(self, trail: Trail) -> int:
        """The level of what a test does more with than deploy it; a library is of no level."""
        seen = (self.traces[number] for number in trail.seen)
        used = {trace.path for trace in seen if trace.function != "constructor" and "/lib/" not in trace.path}
        return max(map(level, used), default=0)
