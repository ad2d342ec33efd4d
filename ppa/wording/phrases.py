"""Sentences of a language, filled; dates and numbers of days and months as people write them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ppa import calendar, text
from ppa.text import Language
from ppa.wording import english, spanish

_SPOKEN: Mapping[Language, Any] = {"es": spanish, "en": english}


@dataclass(frozen=True)
class Phrases:
    """What can be said in a language."""

    language: Language

    def say(self, key: str, **values: object) -> str:
        """A sentence with its names filled."""
        sentence: str = _SPOKEN[self.language].SENTENCES[key]
        return sentence.format(**values)

    def date(self, day: int) -> str:
        """A day such as "1 de julio de 2016"."""
        when = calendar.date_of(day)
        return self.say("date", day=when.day, month=_SPOKEN[self.language].MONTHS[when.month - 1], year=when.year)

    def days(self, number: int) -> str:
        """Such as "1 día", "60 días"."""
        return self._counted("day", number)

    def months(self, number: int) -> str:
        """Such as "1 mes", "240 meses"."""
        return self._counted("month", number)

    def _counted(self, unit: str, number: int) -> str:
        key = f"one_{unit}" if number == 1 else f"{unit}s"
        return self.say(key, number=text.decimal(number, 0, self.language))
