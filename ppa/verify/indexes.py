"""What an index said of a month when something was closed: what was published later was missing then."""

from dataclasses import dataclass

from ppa import artifacts
from ppa.errors import NoCode, NoIndexValue, WrongCode
from ppa.verify.node import Place
from ppa.verify.subject import Subject


@dataclass(frozen=True)
class Published:
    """The value of a month, None if there is none, and the log that told it.

    `is_dated` False: the index is none of our build, so that its value may be another tomorrow; or the node gives a
    value without its log.
    """

    value: int | None
    place: Place | None
    is_dated: bool


class AsOf:
    """Indexes as they were before a log; `undated`: whether one was asked for whose values nothing dates."""

    def __init__(self, s: Subject, place: Place) -> None:
        self._s, self._place, self.undated = s, place, False

    def __call__(self, index: str, month: int) -> int:
        """The value of an index in the month that starts on a civil day. Raises NoIndexValue."""
        known = self._s.indexes
        if (index, month) not in known:
            known[index, month] = published(self._s, index, month)
        found: Published = known[index, month]
        self.undated |= not found.is_dated
        if found.value is None or (found.place is not None and found.place > self._place):
            raise NoIndexValue(index, month)
        return found.value


def published(s: Subject, index: str, month: int) -> Published:
    """What the node tells of an index's month now."""
    try:
        artifacts.code_matches("IndexPublisher", s.chain.code(index))
        is_ours = True
    except WrongCode:
        is_ours = False
    try:
        value: int | None = s.chain.index_value(index, month)
    except (NoIndexValue, NoCode):
        value = None
    place = s.chain.published(index, month) if is_ours else None
    return Published(value, place, is_dated=is_ours and (value is None) == (place is None))
