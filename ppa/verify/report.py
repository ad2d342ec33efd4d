"""What a verification found."""

from dataclasses import dataclass
from typing import Any

from ppa.text import Language

_NOTE = "·"
_MARKS = {True: "✓", False: "✗", None: "?"}
_VERDICTS: dict[int, tuple[str, str]] = {
    0: ("Verificado: todo coincide.", "Verified: everything holds."),
    1: ("NO coincide: eslabón {links}.", "It does NOT hold: link {links}."),
    2: ("No se pudo comprobar: eslabón {links}.", "It could not be checked: link {links}."),
}


@dataclass(frozen=True)
class Check:
    """One check. `ok` True: holds; False: differs; None: could not be checked. `found` is a sentence.

    A note says what came after the last closed month, or beside it: it is read, and no verdict rests on it.
    """

    name: str
    ok: bool | None
    found: str
    link: str
    note: bool = False

    @property
    def mark(self) -> str:
        """The sign at the start of its line."""
        return _NOTE if self.note else _MARKS[self.ok]


@dataclass(frozen=True)
class Report:
    """All checks, and what even all of them do not prove."""

    checks: tuple[Check, ...]
    not_proved: tuple[str, ...]
    language: Language = "es"

    @property
    def exit_status(self) -> int:
        """0 all hold, 1 something differs, 2 something, or everything, could not be checked. Notes do not count."""
        answers = {check.ok for check in self._counted}
        if False in answers:
            return 1
        return 0 if answers == {True} else 2

    @property
    def _counted(self) -> tuple[Check, ...]:
        return tuple(check for check in self.checks if not check.note)

    @property
    def broken_links(self) -> tuple[str, ...]:
        """The links that differ, or else those that could not be checked; in order, each once."""
        bad = {1: False, 2: None}.get(self.exit_status, ...)
        return tuple(dict.fromkeys(check.link for check in self._counted if check.ok is bad))

    def verdict(self) -> str:
        """One sentence."""
        sentence = _VERDICTS[self.exit_status][0 if self.language == "es" else 1]
        return sentence.format(links=", ".join(self.broken_links))

    def to_json(self) -> dict[str, Any]:
        """For programs."""
        return {
            "verified": self.exit_status == 0,
            "exit": self.exit_status,
            "verdict": self.verdict(),
            "links": list(self.broken_links),
            "checks": [
                {"link": c.link, "name": c.name, "ok": c.ok, "found": c.found, **({"note": True} if c.note else {})}
                for c in self.checks
            ],
            "not_proved": list(self.not_proved),
        }

    def to_text(self) -> str:
        """For people."""
        lines = [f"{check.mark} [{check.link}] {check.name}: {check.found}" for check in self.checks]
        head = "Lo que esto no demuestra:" if self.language == "es" else "What this does not prove:"
        return "\n".join([*lines, "", self.verdict(), "", head, *(f"  - {sentence}" for sentence in self.not_proved)])
