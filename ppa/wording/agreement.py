"""The lines of an agreement in words, in their order."""

import re
from collections.abc import Callable, Iterator, Mapping

from eth_utils.address import to_checksum_address

from ppa import money, text
from ppa.clauses import KNOWN, ClauseKind, ExitTable, read
from ppa.errors import BadTerms
from ppa.terms import ZERO_ADDRESS, ZERO_HASH, Clause, Terms
from ppa.wording.phrases import Phrases
from ppa.wording.prices import exit_price_of, price_of


def lines(terms: Terms, rules: Mapping[str, str | None], phrases: Phrases) -> Iterator[str]:
    """Each line. Raises BadTerms, BadClause or BadDay where words cannot say the terms."""
    # Texts of the terms stand in the words: one with a line break could pass for a line of its own.
    if not re.fullmatch("[A-Z]{3}", terms.currency):
        raise BadTerms(f"The currency {terms.currency!r} is not three capital letters.")
    if not re.fullmatch("[!-~]{1,32}", terms.time_zone):
        raise BadTerms(f"The time zone {terms.time_zone!r} is not a name that words can have.")
    clauses = [_clause(clause, rules, terms) for clause in terms.clauses]

    yield phrases.say("title")
    yield phrases.say("what")
    for role, address in (("producer", terms.producer), ("consumer", terms.consumer), ("meter", terms.meter)):
        yield phrases.say(role, address=to_checksum_address(address))
    yield _term(terms, phrases)
    yield phrases.say("clauses")
    for number, (clause, agreed) in enumerate(zip(clauses, terms.clauses, strict=True), start=1):
        yield _numbered(number, clause, agreed, terms, phrases)
    yield _leaving(clauses, terms, phrases)
    yield _silence(terms, phrases)
    yield _long_stop(terms, phrases)
    yield _disputes(terms, phrases)
    if terms.arbiter != ZERO_ADDRESS:
        notice = terms.notice_days
        yield phrases.say("notice", days=phrases.days(notice)) if notice else phrases.say("disputes_only")
    yield phrases.say("power", power=text.decimal(terms.max_power_w, 3, phrases.language))
    if terms.document_hash != ZERO_HASH:
        yield phrases.say("document", hash="0x" + terms.document_hash.hex())
    if terms.supersedes != ZERO_HASH:
        yield phrases.say("supersedes", id="0x" + terms.supersedes.hex())
    yield phrases.say("money", currency=terms.currency, zone=terms.time_zone)


def _clause(clause: Clause, rules: Mapping[str, str | None], terms: Terms) -> ClauseKind | None:
    """The clause, None for a rule that is not published. Raises BadClause for parameters that its contract refuses."""
    name = rules.get(to_checksum_address(clause.rule))
    if name not in KNOWN:
        return None
    known = read(name, clause.params)
    known.check(terms.life_first_day, terms.months)
    return known


def _term(terms: Terms, phrases: Phrases) -> str:
    first, last = phrases.date(terms.first_day), phrases.date(terms.last_day)
    months = phrases.months(terms.months + 1 - terms.first_month)
    said = phrases.say("term", first=first, last=last, months=months)
    if terms.first_month == 1:
        return f"{said} {phrases.say('new')}"
    life = phrases.months(terms.months)
    number = text.decimal(terms.first_month, 0, phrases.language)
    return f"{said} {phrases.say('goes_on', first=first, number=number, life=life)}"


def _numbered(number: int, clause: ClauseKind | None, agreed: Clause, terms: Terms, phrases: Phrases) -> str:
    if clause is None:
        rule, params = to_checksum_address(agreed.rule), "0x" + agreed.params.hex()
        return phrases.say("clause", number=number, sentence=phrases.say("unpublished", rule=rule, params=params))
    sentence = clause.sentence(phrases.language, terms.currency)
    prices = _first_and_last(lambda year: price_of(clause, year, phrases, terms.currency), terms, phrases)
    if prices is None:
        return phrases.say("clause", number=number, sentence=sentence)
    return phrases.say("clause_with_prices", number=number, sentence=sentence, prices=prices)


def _first_and_last(price: Callable[[int], str | None], terms: Terms, phrases: Phrases) -> str | None:
    """What a clause asks in the first contract year of the term, and in the last."""
    first, last = money.contract_year(terms.first_month), money.contract_year(terms.months)
    last_price = price(last)
    if last_price is None:
        return None
    if first == last:
        return phrases.say("only_price", last=last, last_price=last_price)
    return phrases.say("prices", first=first, price=price(first), last=last, last_price=last_price)


def _leaving(clauses: list[ClauseKind | None], terms: Terms, phrases: Phrases) -> str:
    said = [phrases.say("leaving")]
    for number, clause in enumerate(clauses, start=1):
        if clause is None:
            said.append(phrases.say("unpublished_exit", number=number))
        elif isinstance(clause, ExitTable):
            said += _exit(number, clause, terms, phrases)
    if len(said) == 1:
        said.append(phrases.say("nobody_leaves"))
    return " ".join(said)


def _exit(number: int, clause: ExitTable, terms: Terms, phrases: Phrases) -> Iterator[str]:
    prices = _first_and_last(lambda year: exit_price_of(clause, year, phrases, terms.currency), terms, phrases)
    yield phrases.say("exit", number=number, prices=prices)
    if clause.appraiser != ZERO_ADDRESS:
        yield phrases.say("appraised", appraiser=clause.appraiser)
    if clause.lender == ZERO_ADDRESS:
        yield phrases.say("no_lender")
    else:
        yield phrases.say("lender", lender=clause.lender, days=phrases.days(clause.cure_days))


def _silence(terms: Terms, phrases: Phrases) -> str:
    days = terms.silence_days
    end = phrases.say("ends_in_silence", days=phrases.days(days)) if days else phrases.say("no_end_in_silence")
    return f"{phrases.say('silence')} {end}"


def _long_stop(terms: Terms, phrases: Phrases) -> str:
    key = "long_stop" if terms.supersedes == ZERO_HASH else "long_stop_successor"
    return phrases.say(key, date=phrases.date(terms.long_stop_day))


def _disputes(terms: Terms, phrases: Phrases) -> str:
    days, arbiter = terms.dispute_days, to_checksum_address(terms.arbiter)
    most = text.money(terms.max_claim_cents, phrases.language, terms.currency)
    same_day = "" if days else "_same_day"
    if terms.max_claim_cents == 0:
        claims, decides = phrases.say("no_disputes"), phrases.say("arbiter", arbiter=arbiter)
    else:
        claims = phrases.say(f"disputes{same_day}", days=phrases.days(days), most=most)
        decides = phrases.say(f"decides{same_day}", arbiter=arbiter, days=phrases.days(2 * days))
    return f"{claims} {phrases.say('no_arbiter') if terms.arbiter == ZERO_ADDRESS else decides}"
