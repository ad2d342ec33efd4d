"""An agreement in plain words, Spanish or English: the first field of what the parties sign.

The words are made from the other fields of the terms and from which published clause each rule is, and from nothing
else: a program that has the terms makes them again and refuses any other text. `static/js/ppa/wording.js` makes the
same bytes.

agreement  the lines, in their order
prices     what a clause says of one contract year
phrases    dates, numbers of days, and the sentences of `spanish` and `english`
"""

from collections.abc import Mapping
from dataclasses import replace

from eth_utils.crypto import keccak

from ppa.errors import BadTerms
from ppa.terms import Terms
from ppa.text import LANGUAGES, Language
from ppa.wording.agreement import lines
from ppa.wording.phrases import Phrases

__all__ = ["LANGUAGES", "regenerated", "without_arbiter", "worded", "words"]

Rules = Mapping[str, str | None]


def words(terms: Terms, rules: Rules, language: Language) -> str:
    """The whole agreement in plain words; `rules` names the published clause at a checksum address, None for another.

    `terms.words_hash` is not read. Raises BadTerms, BadClause or BadDay for terms that the registry would refuse and
    that words cannot say.
    """
    return "\n".join(lines(terms, rules, Phrases(language)))


def worded(terms: Terms, rules: Rules, language: Language) -> tuple[Terms, str]:
    """The terms with the hash of their words, and the words. Raises as `words`."""
    text = words(terms, rules, language)
    return replace(terms, words_hash=keccak(text=text)), text


def regenerated(terms: Terms, rules: Rules) -> tuple[Language, str]:
    """The language and the words whose hash the terms have, made again. Raises BadTerms if they have another hash."""
    for language in LANGUAGES:
        text = words(terms, rules, language)
        if keccak(text=text) == terms.words_hash:
            return language, text
    raise BadTerms(
        "The words of these terms are not what their other fields say, neither in Spanish nor in English: "
        "do not sign them."
    )


def without_arbiter(language: Language) -> str:
    """What it means that no arbiter is named: every tool that makes terms says it."""
    return Phrases(language).say("no_arbiter")
