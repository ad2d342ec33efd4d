"""What is special about a statement, in words: what a reader needs of its flags."""

from collections.abc import Sequence

from ppa.words import FAILED_PLACE, StatementFlag
from webapp.languages import say


def in_words(flags: StatementFlag, clauses: Sequence[str | None]) -> list[str]:
    """A sentence for each thing; `clauses`: the published name of each clause, None where we do not know it."""
    found = []
    if StatementFlag.DARK in flags:  # no day was measured: that none was the last says no more
        found.append(say("flag.dark"))
    elif StatementFlag.EARLY_BOUNDARY in flags:
        found.append(say("flag.early"))
    for index, name in enumerate(clauses):
        if int(flags) >> FAILED_PLACE + index & 1:
            which = f"{index + 1} ({say(f'clause.{name}')})" if name else str(index + 1)
            found.append(say("flag.failed", clause=which))
    if StatementFlag.RESOLVED in flags:
        found.append(say("flag.resolved"))
    elif flags & (StatementFlag.PRODUCER_CLAIMS | StatementFlag.CONSUMER_CLAIMS):
        found.append(say("flag.disputed"))
    return found
