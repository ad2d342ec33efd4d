"""What became of each mutant, kept in a file of the repository; which ones are known to be harmless; and the score.

stillborn   it does not compile                       set aside
same        it compiles to the same code              set aside
harmless    it survives, docs/mutants.md says why     set aside
killed      a test fails on it
timeout     the tests do not end on it                counted as killed
survived    no test notices
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from threading import Lock

from tools.mutation.mutants import Mutant

KILLED = ("killed", "timeout")
ASIDE = ("stillborn", "same", "harmless")
ENTRY = re.compile(r"^- ((?:`[0-9a-f]{8}`(?:, | — ))+)(.+)", re.MULTILINE)


@dataclass(frozen=True)
class Verdict:
    """What became of a mutant, `by` which test. `text` says of what it was found, `tests`, of a survivor, by which."""

    what: str
    text: str
    tests: str = ""
    by: str = ""


def seal(*texts: str | bytes) -> str:
    """A short hash of some texts."""
    parts = (text.encode() if isinstance(text, str) else text for text in texts)
    return hashlib.sha256(b"\0".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()[:16]


@dataclass
class Book:
    """The verdicts of all runs, by the mutant's id, in a file that is whole after each; a line a mutant."""

    file: Path
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    @classmethod
    def opened(cls, file: Path) -> "Book":
        """The book of earlier runs, an empty one if there were none."""
        kept = json.loads(file.read_text()) if file.exists() else {}
        return cls(file, {name: Verdict(**verdict) for name, verdict in kept.items()})

    def write(self, mutant: Mutant, verdict: Verdict) -> None:
        """Keep a verdict."""
        with self._lock:
            self.verdicts[mutant.id] = verdict
            self.file.parent.mkdir(parents=True, exist_ok=True)
            self._save()

    def keep(self, mutants: Iterable[Mutant]) -> None:
        """Forget the mutants that are no longer there."""
        there = {mutant.id for mutant in mutants}
        self.verdicts = {name: verdict for name, verdict in self.verdicts.items() if name in there}
        self._save()

    def known(self, mutant: Mutant, text: str, tests: str, names: Collection[str]) -> Verdict | None:
        """The verdict that still holds: of the same text, by a test that is there; a survivor's, under the same tests.

        `tests` is the state of all tests and contracts, `names` are those of the tests.
        """
        verdict = self.verdicts.get(mutant.id)
        if verdict is None or verdict.text != text:
            return None
        if verdict.what == "survived":
            return verdict if verdict.tests == tests else None
        return verdict if not verdict.by or verdict.by in names else None

    def _save(self) -> None:
        lines = (f'"{name}": {json.dumps(_row(verdict))}' for name, verdict in sorted(self.verdicts.items()))
        waiting = self.file.with_suffix(".part")
        waiting.write_text("{\n" + ",\n".join(lines) + "\n}\n")
        waiting.replace(self.file)


def _row(verdict: Verdict) -> dict[str, str]:
    return {name: value for name, value in asdict(verdict).items() if value}


def harmless(text: str) -> dict[str, str]:
    """The mutants that docs/mutants.md lists, each with its reason."""
    found: dict[str, str] = {}
    for names, reason in ENTRY.findall(text):
        found |= dict.fromkeys(re.findall(r"`([0-9a-f]{8})`", names), reason)
    return found


def complaints(listed: Iterable[str], mutants: Iterable[Mutant], verdicts: dict[str, Verdict]) -> list[str]:
    """What is wrong with the list: entries whose mutant is no longer there, or does not survive."""
    there = {mutant.id: mutant for mutant in mutants}
    wrong = []
    for name in listed:
        if name not in there:
            wrong.append(f"{name} is listed in docs/mutants.md, and there is no such mutant any more: strike it.")
        elif name in verdicts and verdicts[name].what != "survived":
            what, by = verdicts[name].what, verdicts[name].by
            wrong.append(f"{name} is listed in docs/mutants.md, but is {what} {by}: strike it. {there[name]}")
    return wrong


@dataclass
class Score:
    """How many mutants of a file, or of all, became what."""

    counts: Counter[str] = field(default_factory=Counter)

    @property
    def killed(self) -> int:
        """Those that the tests notice."""
        return sum(self.counts[what] for what in KILLED)

    @property
    def asked(self) -> int:
        """Those that the tests should notice."""
        return self.counts.total() - sum(self.counts[what] for what in ASIDE)

    @property
    def percent(self) -> float:
        """The share that they notice; all, where there is nothing to notice."""
        return 100 * self.killed / self.asked if self.asked else 100.0

    def __str__(self) -> str:
        """The score as it is printed."""
        parts = ", ".join(f"{self.counts[what]} {what}" for what in (*KILLED, "survived", *ASIDE) if self.counts[what])
        return f"{self.percent:5.1f} %  {self.killed}/{self.asked}  ({self.counts.total()} mutants: {parts or 'none'})"


def scores(mutants: Iterable[Mutant], verdicts: dict[str, Verdict], listed: Iterable[str]) -> dict[str, Score]:
    """The score of every file, and under "all" the sum. Mutants without a verdict do not count."""
    found: dict[str, Score] = {}
    listed = set(listed)
    for mutant in mutants:
        if mutant.id in verdicts:
            what = verdicts[mutant.id].what
            what = "harmless" if what == "survived" and mutant.id in listed else what
            for key in (mutant.path, "all"):
                found.setdefault(key, Score()).counts[what] += 1
    return {**{key: found[key] for key in sorted(found) if key != "all"}, "all": found.get("all", Score())}
