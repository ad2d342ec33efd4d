"""What is special about a statement, in words: what a reader needs of its flags and of the claims against it."""

from collections.abc import Sequence

from ppa import text
from ppa.statements import Claims
from ppa.storage_words import CLAUSES_PLACE, StatementFlag
from webapp.languages import language, say


def in_words(flags: StatementFlag, clauses: Sequence[str | None]) -> list[str]:
    """A sentence for each thing; `clauses`: the published name of each clause, None where we do not know it."""
    found = []
    if StatementFlag.LAST in flags:
        found.append(say("flag.last"))
    if StatementFlag.SILENT in flags:
        found.append(say("flag.silent"))
    elif StatementFlag.DARK in flags:  # nothing was measured, so nothing was measured early
        found.append(say("flag.dark"))
    elif StatementFlag.EARLY_BOUNDARY in flags:
        found.append(say("flag.early"))
    if StatementFlag.IMPOSSIBLE in flags:
        found.append(say("flag.impossible"))
    found += [say(_of_clauses(flags), clause=which) for which in _marked(flags, clauses)]
    return found


def claims_in_words(claims: Claims, currency: str) -> list[str]:
    """A sentence for each claim, and whether both were decided."""
    sides = {"flag.producer_claims": claims.producer_cents, "flag.consumer_claims": claims.consumer_cents}
    found = [say(key, cents=text.money(cents, language(), currency)) for key, cents in sides.items() if cents]
    return [*found, say("flag.decided" if claims.decided else "flag.undecided")] if found else []


def _of_clauses(flags: StatementFlag) -> str:
    """The key of what the marked clauses did: where both were, no bit says which failed and which gave a substitute."""
    failed, substituted = StatementFlag.CLAUSE_FAILED in flags, StatementFlag.SUBSTITUTED in flags
    if failed and substituted:
        return "flag.failed_or_substituted"
    return "flag.failed" if failed else "flag.substituted"


def _marked(flags: StatementFlag, clauses: Sequence[str | None]) -> list[str]:
    """The clauses that the flags mark: number and name."""
    numbered = ((index, name) for index, name in enumerate(clauses) if int(flags) >> CLAUSES_PLACE + index & 1)
    return [f"{index + 1} ({say(f'clause.{name}')})" if name else str(index + 1) for index, name in numbered]
