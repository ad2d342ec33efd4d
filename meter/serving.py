"""The meter's answer to its agreement: it serves it, once both parties signed and the terms name this meter."""

import logging

from eth_account.signers.local import LocalAccount

from meter.config import Config
from meter.errors import CannotServe
from ppa import calendar
from ppa.chain import Call, Chain
from ppa.errors import BadTerms, NotFound
from ppa.storage_words import Status
from ppa.terms import Terms

log = logging.getLogger("meter.serving")

_OVER = {Status.WITHDRAWN: "withdrawn", Status.REJECTED: "rejected", Status.ENDED: "ended"}


class Serving:
    """The agreement in the configuration. `problem` is why it is not served; records go on whatever it is."""

    def __init__(self, config: Config, account: LocalAccount, chain: Chain) -> None:
        self._config, self._meter, self._chain = config, account.address, chain
        self.problem = ""
        self.settled = not config.chain.agreement

    def due(self) -> Call | None:
        """The `serve` call if it is time for it. Raises ChainError."""
        if self.settled:
            return None
        try:
            terms = self._terms()
        except CannotServe as problem:
            self.problem, self.settled = str(problem), True
            log.warning("%s", problem)
            return None
        if terms is None:
            return None
        return self._chain.function("PPARegistry", self._config.chain.registry, "serve", terms.as_tuple())

    def _terms(self) -> Terms | None:
        """The terms to serve now; None while the parties have not signed, or once it is served."""
        wanted, meter = self._config.chain, self._meter
        agreement = bytes.fromhex(wanted.agreement[2:])
        if self._chain.served_by(wanted.registry, meter) == agreement:
            self.problem, self.settled = "", True
            return None
        status = Status(self._chain.agreement(wanted.registry, agreement).status)
        if status in _OVER:
            raise CannotServe(f"The agreement {wanted.agreement} was {_OVER[status]}: it cannot be served any more.")
        if status is Status.NONE:
            self.problem = f"The agreement {wanted.agreement} was not proposed yet; the meter waits for it."
            return None
        terms = self._checked(agreement)
        if self._chain.agreement(wanted.registry, agreement).closed_through == 0 and self._is_too_late(terms):
            raise CannotServe(
                f"The agreement {wanted.agreement} had to be served by {calendar.date_of(terms.long_stop_day)}, its "
                "long-stop day: the parties agree anew, with terms that name this meter. Records go on."
            )
        self.problem = "" if status is Status.SIGNED else "The agreement is not signed yet; the meter waits for it."
        return terms if status is Status.SIGNED else None

    def _is_too_late(self, terms: Terms) -> bool:
        """Whether the terms' long-stop day has passed on the chain's clock."""
        return calendar.utc_day(self._chain.head()[1]) > terms.long_stop_day

    def _checked(self, agreement: bytes) -> Terms:
        wanted = self._config.chain
        try:
            terms, _ = self._chain.proposed(wanted.registry, agreement)
            digest = terms.digest(wanted.chain_id, wanted.registry)
        except (NotFound, BadTerms) as problem:
            raise CannotServe(f"The terms of {wanted.agreement} cannot be had: {problem}") from problem
        if digest != agreement:
            raise CannotServe(f"The terms told for {wanted.agreement} hash to 0x{digest.hex()}: the node lies.")
        if terms.meter != self._meter:
            raise CannotServe(
                f"The agreement {wanted.agreement} names the meter {terms.meter}, not this one, {self._meter}: "
                "put the right agreement into [chain] agreement. Records go on."
            )
        if terms.time_zone != self._config.time_zone:
            raise CannotServe(
                f"The agreement counts its days in {terms.time_zone}, this meter in {self._config.time_zone}: "
                "they must be the same. Records go on."
            )
        return terms
