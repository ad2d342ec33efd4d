"""What a verification found."""

from dataclasses import dataclass
from typing import Any

from ppa.text import Language

_MARKS = {True: "✓", False: "✗", None: "?"}
_VERDICTS: dict[int, tuple[str, str]] = {
    0: ("Verificado: todo coincide.", "Verified: everything holds."),
    1: ("NO coincide: eslabón {links}.", "It does NOT hold: link {links}."),
    2: ("No se pudo comprobar: eslabón {links}.", "It could not be checked: link {links}."),
}


@dataclass(frozen=True)
class Check:
    """One check. `ok` True: holds; False: differs; None: could not be checked. `found` is a sentence."""

    name: str
    ok: bool | None
    found: str
    link: str


@dataclass(frozen=True)
class Report:
    """All checks, and what even all of them do not prove."""

    checks: tuple[Check, ...]
    not_proved: tuple[str, ...]
    language: Language = "es"

    @property
    def exit_status(self) -> int:
        """0 all hold, 1 something differs, 2 something could not be checked."""
        if any(check.ok is False for check in self.checks):
            return 1
        return 2 if any(check.ok is None for check in self.checks) else 0

    @property
    def broken_links(self) -> tuple[str, ...]:
        """The links that differ, or else those that could not be checked; in order, each once."""
        bad = {1: False, 2: None}.get(self.exit_status, ...)
        return tuple(dict.fromkeys(check.link for check in self.checks if check.ok is bad))

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
                {"link": check.link, "name": check.name, "ok": check.ok, "found": check.found} for check in self.checks
            ],
            "not_proved": list(self.not_proved),
        }

    def to_text(self) -> str:
        """For people."""
        lines = [f"{_MARKS[check.ok]} [{check.link}] {check.name}: {check.found}" for check in self.checks]
        head = "Lo que esto no demuestra:" if self.language == "es" else "What this does not prove:"
        return "\n".join([*lines, "", self.verdict(), "", head, *(f"  - {sentence}" for sentence in self.not_proved)])
