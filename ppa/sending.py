"""Transactions: legacy (type 0) with the chain's id, at price 0 unless told; and the clock of embedded chains."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from eth_account.signers.local import LocalAccount

from ppa import abi, refusals
from ppa.errors import ChainError, NotMined, Refused, Reverted
from ppa.rpc import Receipt, Rpc, number

GAS_MARGIN = (6, 5)  # what an estimate is multiplied with


@dataclass(frozen=True)
class Call:
    """A transaction to be: to a contract, or None to create one."""

    to: str | None
    data: bytes


class Sender(Rpc):
    """A node that one sends to."""

    def function(self, contract: str, address: str, name: str, *args: Any) -> Call:
        """The call of a function, to be given to `transact`."""
        return Call(address, abi.call_data(contract, name, *args))

    def creation(self, contract: str, *args: Any) -> Call:
        """The creation of a contract, to be given to `transact`."""
        return Call(None, abi.creation_data(contract, *args))

    def nonce(self, address: str, block: str = "pending") -> int:
        """How many transactions the account has sent."""
        return number(self.request("eth_getTransactionCount", address, block))

    def estimate(self, sender: str, call: Call) -> int:
        """Gas for a call with a fifth to spare. Raises Reverted with the contract's reason."""
        asked = {"from": sender, "data": "0x" + call.data.hex(), **({"to": call.to} if call.to else {})}
        try:
            return number(self.request("eth_estimateGas", asked)) * GAS_MARGIN[0] // GAS_MARGIN[1]
        except (Refused, Reverted) as problem:
            told = isinstance(problem, Reverted) and problem.data
            if call.to and not told:  # nodes that keep the reason to themselves give it to eth_call
                answer = self.call(call.to, call.data, caller=sender)
                if len(answer) % 32 == 4:
                    raise abi.reverted(answer) from None
            raise

    def sign(
        self, account: LocalAccount, call: Call, *, gas: int | None = None, nonce: int | None = None, price: int = 0
    ) -> tuple[str, bytes]:
        """Hash and bytes of a signed legacy transaction with the chain's id in it."""
        transaction: dict[str, Any] = {
            "nonce": self.nonce(account.address) if nonce is None else nonce,
            "gasPrice": price,
            "gas": self.estimate(account.address, call) if gas is None else gas,
            "to": call.to or b"",
            "value": 0,
            "data": call.data,
            "chainId": self.chain_id(),
        }
        signed = account.sign_transaction(transaction)
        return "0x" + bytes(signed.hash).hex(), bytes(signed.raw_transaction)

    def send_raw(self, raw: bytes) -> str:
        """Sends signed bytes; the transaction's hash. Raises Refused with the node's message."""
        return str(self.request("eth_sendRawTransaction", "0x" + raw.hex()))

    def wait(self, transaction: str, seconds: float = 60, pause: Callable[[float], None] = time.sleep) -> Receipt:
        """The receipt, once there is one. Raises NotMined."""
        deadline = time.monotonic() + seconds
        while (found := self.receipt(transaction)) is None:
            if time.monotonic() > deadline:
                raise NotMined(transaction, seconds)
            pause(0.05)
        return found

    def transact(self, account: LocalAccount, call: Call, *, gas: int | None = None, seconds: float = 60) -> Receipt:
        """Signs, sends and waits. Raises Reverted if the contract refused, before or after it was mined."""
        transaction, raw = self.sign(account, call, gas=gas)
        self.send_raw(raw)
        receipt = self.wait(transaction, seconds)
        if not receipt.succeeded:
            if call.to:
                self.call(call.to, call.data, caller=account.address, block=receipt.block - 1)
            raise Reverted(refusals.NO_REASON, {}, where=f"in transaction {transaction}")
        return receipt

    def is_embedded(self) -> bool:
        """Whether the node is a development chain (Anvil or Ganache) whose clock may be set."""
        version = self.client_version().lower()
        return "anvil" in version or "ganache" in version

    def set_next_block_time(self, timestamp: int) -> int:
        """Sets the next block's time, UTC seconds, at least one after the newest block's; says which was set.

        Raises ChainError on a chain that is not embedded: nobody sets the clock of a real one.
        """
        version = self.client_version().lower()
        timestamp = max(timestamp, self.head()[1] + 1)
        if "anvil" in version:
            self.request("evm_setNextBlockTimestamp", timestamp)
        elif "ganache" in version:
            self.request("evm_setTime", timestamp * 1000)
            self.request("evm_mine")  # Ganache estimates gas with the newest block's time, so there must be one
        else:
            raise ChainError(f"The clock of {version} cannot be set: only of Anvil and Ganache.")
        return timestamp
