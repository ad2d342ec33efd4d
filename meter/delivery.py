"""One transaction under way: signed once, kept with its nonce before it is sent, sent again byte for byte."""

import logging
import time
from collections.abc import Callable

from eth_account.signers.local import LocalAccount
from eth_utils.address import to_checksum_address

from meter.config import Config
from meter.errors import SendingError
from meter.outbox import DONE, REVERTED, SENT, Outbox, Outgoing
from ppa.calendar import date_of
from ppa.chain import Call, Chain
from ppa.errors import Refused, Reverted

log = logging.getLogger("meter.sender")

_RECEIPT_S = 2.0
_LOOK_S = 0.01
_LOST_TRIES = 5


class Delivery:
    """Brings one transaction at a time to the chain. `recorded` asks the ledger which day it has last."""

    def __init__(
        self, config: Config, outbox: Outbox, account: LocalAccount, chain: Chain,
        recorded: Callable[[], int], pause: Callable[[float], None],
    ) -> None:  # fmt: skip
        self._config, self._outbox, self._account, self._chain = config, outbox, account, chain
        self._recorded, self._pause = recorded, pause
        self._lost = 0

    def dispatch(self, kind: str, call: Call, gas: int, block_time: int, first: int = 0, last: int = 0) -> None:
        """Signs, keeps, sends. Raises ChainError or SendingError."""
        nonce = max(self._chain.nonce(self._account.address, "latest"), self._outbox.next_nonce())
        signed = self._account.sign_transaction(
            {
                "nonce": nonce,
                "gasPrice": 0,
                "gas": gas,
                "to": to_checksum_address(call.to or ""),
                "value": 0,
                "data": call.data,
                "chainId": self._config.chain.chain_id,
            }
        )
        name = "0x" + bytes(signed.hash).hex()
        out = Outgoing(nonce, kind, first, last, name, bytes(signed.raw_transaction), block_time)
        self._outbox.keep(out)
        self._send(out)

    def settle(self, out: Outgoing) -> None:
        """A transaction that is under way: done, or sent once more. Raises SendingError if the contract refused it."""
        if not self._finish(out):
            self._send(out)

    def _finish(self, out: Outgoing) -> bool:
        receipt = self._chain.receipt(out.hash)
        if receipt is None:
            if out.kind != "record" or self._recorded() < out.last_day:
                return False
        elif not receipt.succeeded:
            self._outbox.mark(out, REVERTED, receipt.block)
            raise SendingError(f"The {out.kind} transaction {out.hash} was refused by the contract; a new one is made.")
        self._outbox.mark(out, DONE, receipt.block if receipt else None)
        self._lost = 0
        log.info("%s %s is on chain", out.kind, date_of(out.last_day) if out.last_day else "")
        return True

    def _send(self, out: Outgoing) -> None:
        if self._config.replay:
            self._chain.set_next_block_time(out.block_time)
        try:
            self._chain.send_raw(out.raw)
        except (Refused, Reverted) as problem:
            self._refused(out, str(problem))
        if out.state != SENT:
            self._outbox.mark(out, SENT)
        deadline = time.monotonic() + _RECEIPT_S
        while time.monotonic() < deadline:
            if self._chain.receipt(out.hash) is not None:
                self._finish(out)
                return
            self._pause(_LOOK_S)

    def _refused(self, out: Outgoing, answer: str) -> None:
        """The node did not take it: it has it already, or its nonce is spent (then no harm can come of a new one)."""
        if "nonce" not in answer.lower() or self._chain.receipt(out.hash) is not None:
            log.debug("the node answered: %s", answer)
            return
        if self._chain.nonce(self._account.address, "latest") <= out.nonce:
            return
        self._lost += 1
        if self._lost >= _LOST_TRIES:
            self._lost = 0
            self._outbox.mark(out, REVERTED)
            raise SendingError(
                f"Nonce {out.nonce} of this meter's key was spent by another transaction than ours ({answer}): "
                "the key must be used by this meter alone. A new transaction is made."
            )
