"""A wallet that truly signs: its key stays in Python, the page sees an EIP-1193 provider."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from eth_account.signers.local import LocalAccount
from playwright.sync_api import Page

from ppa.chain import Chain

SCRIPT = (Path(__file__).parent / "wallet.js").read_text(encoding="utf-8")
REJECTED, UNKNOWN_CHAIN = 4001, 4902


class Declined(Exception):
    """What a wallet answers instead of a result."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass
class Wallet:
    """`agrees`: whether its owner says yes; `network`: where it is; `sent` and `typed`: the transactions and the typed
    messages as the page gave them; `signs_with`: the key for messages, if it is not the account's.
    """

    account: LocalAccount
    chain: Chain
    network: int
    known: set[int] = field(default_factory=set)
    agrees: bool = True
    allowed: bool = False
    asked: list[str] = field(default_factory=list)
    sent: list[dict[str, Any]] = field(default_factory=list)
    typed: list[dict[str, Any]] = field(default_factory=list)
    signs_with: LocalAccount | None = None

    def install(self, page: Page) -> None:
        """Before the page is opened."""
        page.expose_function("standInWallet", self.answer)
        page.add_init_script(SCRIPT)

    def answer(self, question: str) -> str:
        """One EIP-1193 request."""
        asked = json.loads(question)
        self.asked.append(asked["method"])
        try:
            return json.dumps({"result": self._result(asked["method"], asked["params"])})
        except Declined as problem:
            return json.dumps({"error": {"code": problem.code, "message": str(problem)}})

    def _result(self, method: str, params: list[Any]) -> Any:
        if method == "eth_requestAccounts":
            self._agree()
            self.allowed = True
        if method in ("eth_requestAccounts", "eth_accounts"):
            return [self.account.address] if self.allowed else []
        if method == "eth_chainId":
            return hex(self.network)
        if method == "wallet_switchEthereumChain":
            return self._switch(int(params[0]["chainId"], 16))
        if method == "wallet_addEthereumChain":
            self.known.add(int(params[0]["chainId"], 16))
            return self._switch(int(params[0]["chainId"], 16))
        if method == "eth_sendTransaction":
            return self._send(params[0])
        if method == "eth_signTypedData_v4":
            return self._sign(params[0], json.loads(params[1]))
        return self.chain.request(method, *params)

    def _switch(self, network: int) -> None:
        if network not in self.known:
            raise Declined(UNKNOWN_CHAIN, "Unrecognized chain ID.")
        self._agree()
        self.network = network

    def _send(self, transaction: dict[str, Any]) -> str:
        self._agree()
        self.sent.append(transaction)
        assert transaction["from"] == self.account.address
        signed = self.account.sign_transaction(
            {
                "nonce": self.chain.nonce(self.account.address),
                "gas": int(transaction["gas"], 16),
                "gasPrice": int(transaction["gasPrice"], 16),
                "to": transaction["to"],
                "value": 0,
                "data": transaction["data"],
                "chainId": self.network,
            }
        )
        return self.chain.send_raw(bytes(signed.raw_transaction))

    def _sign(self, account: str, message: dict[str, Any]) -> str:
        self._agree()
        self.typed.append(message)
        assert account == self.account.address and message["domain"]["chainId"] == self.network
        return "0x" + bytes((self.signs_with or self.account).sign_typed_data(full_message=message).signature).hex()

    def _agree(self) -> None:
        if not self.agrees:
            raise Declined(REJECTED, "User rejected the request.")
