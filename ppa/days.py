"""A day of readings as the meter keeps and posts it: leaves, summary, registers and root (file kind "day")."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from ppa import tree
from ppa.errors import BadReading
from ppa.jsonfile import hexed, integer, unhexed
from ppa.readings import DaySummary, Event, Reading, readings_root
from ppa.records import DailyRecord


@dataclass(frozen=True)
class DayReadings:
    """Everything under one record: the summary, and the leaves in order of time."""

    day: int
    summary: DaySummary
    leaves: tuple[Reading | Event, ...]

    def hashes(self) -> list[bytes]:
        """The hash of each leaf."""
        return [leaf.leaf() for leaf in self.leaves]

    def tree_root(self) -> bytes:
        """The root of the leaves' tree. Raises BadProof for a day without leaves."""
        return tree.root(self.hashes())

    def root(self) -> bytes:
        """The readings root, as the record carries it."""
        return readings_root(self.summary.digest(), self.tree_root())

    def last_index(self) -> int:
        """Where the last reading stands among the leaves. Raises BadReading if there is none."""
        for index in reversed(range(len(self.leaves))):
            if isinstance(self.leaves[index], Reading):
                return index
        raise BadReading(f"Day {self.day} has no reading, so it can have no record.")

    def last_reading(self) -> Reading:
        """The reading that holds the day's registers."""
        leaf = self.leaves[self.last_index()]
        assert isinstance(leaf, Reading)
        return leaf

    def record(self) -> DailyRecord:
        """The record that these readings make."""
        last = self.last_reading()
        return DailyRecord(self.day, last.generation_wh, last.exported_wh, self.root())

    def to_json(self) -> dict[str, Any]:
        """Day, summary and leaves as they are posted."""
        return {
            "day": self.day,
            "summary": summary_to_json(self.summary),
            "leaves": [leaf_to_json(leaf) for leaf in self.leaves],
        }

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Self:
        """From what was posted; more fields are let be. Raises BadReading if one is missing or of another kind."""
        try:
            return cls(
                int(body["day"]),
                summary_from_json(body["summary"]),
                tuple(leaf_from_json(leaf) for leaf in body["leaves"]),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as problem:
            raise BadReading(f"The day's readings are not whole: {type(problem).__name__} {problem}.") from problem


def summary_to_json(summary: DaySummary) -> dict[str, Any]:
    """A summary as it stands in files."""
    return {
        "version": summary.version,
        "readings": summary.readings,
        "coverage_generation": summary.coverage_generation,
        "coverage_export": summary.coverage_export,
        "flags": int(summary.flags),
        "configuration_hash": hexed(summary.configuration_hash),
    }


def summary_from_json(body: Mapping[str, Any]) -> DaySummary:
    """A summary of a file."""
    return DaySummary(
        int(body["version"]),
        int(body["readings"]),
        int(body["coverage_generation"]),
        int(body["coverage_export"]),
        int(body["flags"]),
        unhexed(body["configuration_hash"]),
    )


def leaf_to_json(leaf: Reading | Event) -> dict[str, Any]:
    """A reading or an operator event as it stands in files."""
    if isinstance(leaf, Event):
        return {"time": leaf.time, "kind": leaf.kind, "detail_hash": hexed(leaf.detail_hash)}
    return {
        "time": leaf.time,
        "generation_wh": integer(leaf.generation_wh),
        "exported_wh": integer(leaf.exported_wh),
        "flags": int(leaf.flags),
    }


def leaf_from_json(body: Mapping[str, Any]) -> Reading | Event:
    """A reading or an operator event of a file."""
    if "kind" in body:
        return Event(int(body["time"]), str(body["kind"]), unhexed(body["detail_hash"]))
    return reading_from_json(body)


def reading_from_json(body: Mapping[str, Any]) -> Reading:
    """A reading of a file."""
    return Reading(int(body["time"]), int(body["generation_wh"]), int(body["exported_wh"]), int(body["flags"]))
