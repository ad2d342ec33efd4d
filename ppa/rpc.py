"""A node's JSON-RPC: the only way to web3. Refusals and revert bytes become exceptions of ours."""

import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import requests

from ppa.answers import hexbytes as hexbytes
from ppa.answers import in_order, problem_of
from ppa.answers import number as number
from ppa.errors import BadAnswer, ChainError, ChainUnreachable, NotFound, Refused

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # web3 7 imports websockets' old module, which we do not use
    from web3 import HTTPProvider
    from web3.exceptions import Web3Exception
    from web3.providers.base import BaseProvider
    from web3.types import RPCEndpoint

TIMEOUT_S = 30
LOG_PAGE_BLOCKS = 1000
BATCH = 100  # questions on the way at once; geth and Besu take a thousand
_NO_URL = (requests.exceptions.MissingSchema, requests.exceptions.InvalidSchema, requests.exceptions.InvalidURL)
_NO_ANSWER = (requests.RequestException, OSError, ValueError, Web3Exception)
_NO_BATCH = (*_NO_ANSWER, RecursionError, TypeError, KeyError, AttributeError)  # the last three: answers out of shape


@dataclass(frozen=True)
class Block:
    """A block's number, UTC seconds and hash; `raw` has every field as the node gave it."""

    number: int
    timestamp: int
    hash: str
    raw: Mapping[str, Any]


@dataclass(frozen=True)
class Receipt:
    """What became of a transaction; `succeeded` False: it was mined and reverted."""

    transaction: str
    block: int
    block_hash: str
    succeeded: bool
    gas_used: int
    contract: str | None
    logs: Sequence[Mapping[str, Any]]


class Rpc:
    """One node. Works with geth, GoQuorum, Besu, Anvil and Ganache: no block formatters, `data` and one argument."""

    def __init__(self, node: str | BaseProvider, timeout_s: float = TIMEOUT_S) -> None:
        """`node` is an RPC URL, which has so many seconds for an answer, or a web3 provider."""
        if isinstance(node, str):
            self.url = node
            self._provider: BaseProvider = HTTPProvider(
                node, request_kwargs={"timeout": timeout_s}, exception_retry_configuration=None
            )
        else:
            self.url, self._provider = str(getattr(node, "endpoint_uri", node)), node

    def request(self, method: str, *params: Any) -> Any:
        """One call's result. Raises ChainUnreachable, Reverted, or Refused with the node's message."""
        return self._result(method, self._answer(method, params))

    def request_many(self, method: str, each: Sequence[Sequence[Any]]) -> list[Any]:
        """The results of many calls of one method, in order: in batches, or one by one where the node takes none."""
        pages = (each[start : start + BATCH] for start in range(0, len(each), BATCH))
        return [self._result(method, answer) for page in pages for answer in self._answers(method, page)]

    def request_each(self, questions: Sequence[tuple[str, Sequence[Any]]], within_s: float) -> list[Any]:
        """The result of each question of at most a batch, or the ChainError instead of it.

        No question is sent later than `within_s` seconds from now.
        """
        until = time.monotonic() + within_s
        found = self._batch(questions) if len(questions) > 1 else None
        if found is None:
            return [self._result_or_error(method, params, until) for method, params in questions]
        return [_or_error(self._result, method, answer) for (method, _), answer in zip(questions, found, strict=True)]

    def _result_or_error(self, method: str, params: Sequence[Any], until: float) -> Any:
        if time.monotonic() > until:
            return ChainUnreachable(f"The node at {self.url} did not answer {method} in time.")
        return _or_error(self.request, method, *params)

    def _answers(self, method: str, page: Sequence[Sequence[Any]]) -> list[Any]:
        found = self._batch([(method, params) for params in page]) if len(page) > 1 else None
        return [self._answer(method, params) for params in page] if found is None else found

    def _batch(self, questions: Sequence[tuple[str, Sequence[Any]]]) -> list[Any] | None:
        """The answers in order; None where the node takes no batch: one by one each has its own answer or error."""
        if not isinstance(self._provider, HTTPProvider):
            return None
        try:
            with warnings.catch_warnings(action="ignore", category=RuntimeWarning):  # answers without their ids
                found = self._provider.make_batch_request([(RPCEndpoint(m), list(params)) for m, params in questions])
            if isinstance(found, list) and len({answer["id"] for answer in found}) == len(found) == len(questions):
                return found
        except _NO_BATCH:
            pass
        return None

    def _answer(self, method: str, params: Sequence[Any]) -> Any:
        try:
            return self._provider.make_request(RPCEndpoint(method), list(params))
        except _NO_URL as problem:
            raise ChainUnreachable(f"{self.url!r} is not an http(s) URL.") from problem
        except RecursionError as problem:
            raise BadAnswer(f"The node's answer to {method} is nested too deep.") from problem
        except _NO_ANSWER as problem:
            raise ChainUnreachable(
                f"The node at {self.url} does not answer {method} ({type(problem).__name__}): is it running?"
            ) from problem

    def _result(self, method: str, answer: Any) -> Any:
        if not isinstance(answer, dict) or ("result" not in answer and "error" not in answer):
            raise ChainUnreachable(f"What answers at {self.url} is not a node: {str(answer)[:80]!r}.")
        if answer.get("error"):
            raise problem_of(method, answer["error"])
        return answer["result"]

    def chain_id(self) -> int:
        """The chain's id."""
        return number(self.request("eth_chainId"))

    def client_version(self) -> str:
        """The node's name and version."""
        return str(self.request("web3_clientVersion"))

    def block(self, which: int | str) -> Block:
        """A block by number or tag. Raises NotFound."""
        return _block(which, self.request("eth_getBlockByNumber", _tag(which), False))

    def blocks(self, which: Sequence[int]) -> dict[int, Block]:
        """Blocks by their numbers. Raises NotFound."""
        found = self.request_many("eth_getBlockByNumber", [(hex(one), False) for one in which])
        return {one: _block(one, raw) for one, raw in zip(which, found, strict=True)}

    def head(self) -> tuple[int, int]:
        """Number and timestamp (UTC seconds) of the newest block."""
        block = self.block("latest")
        return block.number, block.timestamp

    def code(self, address: str) -> bytes:
        """The code at an address; empty if there is none."""
        return self.codes([address])[0]

    def codes(self, addresses: Sequence[str]) -> list[bytes]:
        """The code at each address."""
        return [hexbytes(code) for code in self.request_many("eth_getCode", [(one, "latest") for one in addresses])]

    def storage(self, address: str, slot: int) -> int:
        """One word of storage."""
        return self.words(address, [slot])[0]

    def words(self, address: str, at: Sequence[int]) -> list[int]:
        """The words of storage in these slots; Ganache answers an empty one with no digits at all."""
        found = self.request_many("eth_getStorageAt", [(address, hex(slot), "latest") for slot in at])
        return [number("0x" + (str(word).removeprefix("0x") or "0")) for word in found]

    def call(self, to: str, data: bytes, caller: str | None = None, block: int | str = "latest") -> bytes:
        """What a view answers. Raises Reverted."""
        return self.calls(to, [data], caller, block)[0]

    def calls(
        self, to: str, each: Sequence[bytes], caller: str | None = None, block: int | str = "latest"
    ) -> list[bytes]:
        """What views of one contract answer. Raises Reverted if one does."""
        sender = {"from": caller} if caller else {}
        wanted = [({"to": to, "data": "0x" + data.hex(), **sender}, _tag(block)) for data in each]
        return [hexbytes(answer) for answer in self.request_many("eth_call", wanted)]

    def logs(self, address: str, topics: Sequence[str | None], first: int, last: int) -> list[Mapping[str, Any]]:
        """Logs in order, in one request, or 1,000 blocks at a time where the node refuses. Raises BadAnswer."""
        try:
            found = self._page(address, topics, first, last)
        except Refused:
            if last - first < LOG_PAGE_BLOCKS:
                raise
            starts = range(first, last + 1, LOG_PAGE_BLOCKS)
            pages = (self._page(address, topics, s, min(last, s + LOG_PAGE_BLOCKS - 1)) for s in starts)
            found = [log for page in pages for log in page]
        return in_order(found, address, topics, first, last)

    def receipt(self, transaction: str) -> Receipt | None:
        """The receipt, None while there is none."""
        raw = self.request("eth_getTransactionReceipt", transaction)
        if raw is None:
            return None
        return Receipt(
            transaction,
            number(raw["blockNumber"]),
            raw["blockHash"],
            number(raw["status"]) == 1,
            number(raw["gasUsed"]),
            raw.get("contractAddress"),
            raw["logs"],
        )

    def transactions(self, places: Sequence[tuple[int, int]]) -> list[Mapping[str, Any] | None]:
        """Transactions by block and index, every field as the node gave it; None where the node has none."""
        wanted = [(hex(block), hex(index)) for block, index in places]
        found = self.request_many("eth_getTransactionByBlockNumberAndIndex", wanted)
        return [raw if isinstance(raw, dict) else None for raw in found]

    def _page(self, address: str, topics: Sequence[str | None], first: int, last: int) -> list[Mapping[str, Any]]:
        query = {"address": address, "topics": list(topics), "fromBlock": hex(first), "toBlock": hex(last)}
        found = self.request("eth_getLogs", query)
        if not isinstance(found, list):
            raise BadAnswer(f"eth_getLogs answered {type(found).__name__} instead of a list.")
        return found


def _or_error(asks: Callable[..., Any], *arguments: Any) -> Any:
    try:
        return asks(*arguments)
    except ChainError as problem:
        return problem


def _tag(which: int | str) -> str:
    return hex(which) if isinstance(which, int) else which


def _block(which: int | str, raw: Any) -> Block:
    if not isinstance(raw, dict):
        raise NotFound(f"The node has no block {which}.")
    try:
        block = Block(number(raw["number"]), number(raw["timestamp"]), str(raw["hash"]), raw)
    except KeyError as problem:
        raise BadAnswer(f"Block {which} lacks {problem}.") from problem
    if block.number != which and not isinstance(which, str):
        raise BadAnswer(f"The node gives block {block.number} where block {which} was requested.")
    return block
