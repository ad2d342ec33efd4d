"""Whose turn it is at the node: so many requests at once, so many that wait, and of each client a few in all.

What asks the node shares threads and processor with every page: this leaves both to the pages, however many ask. Of
those who wait, the client whose last turn was longest ago is next.
"""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import IPv6Address, ip_address
from typing import cast

from flask import Flask, current_app, request
from werkzeug.exceptions import TooManyRequests

AT_ONCE, WAITING, EACH = 2, 22, 2
_PATIENCE_S = 5.0
_RETRY_S = 1
_REMEMBERED = 1000
_KEY = "solpact-turns"


@dataclass(eq=False)
class _Place:
    client: str
    turn: threading.Event = field(default_factory=threading.Event)


class Turns:
    """The turns of one application."""

    def __init__(self) -> None:
        self._lock, self._running, self._line = threading.Lock(), 0, list[_Place]()
        self._inside, self._last = Counter[str](), dict[str, float]()

    @contextmanager
    def of(self, client: str) -> Iterator[None]:
        """A client's turn, waited for. Raises TooManyRequests."""
        place = self._enter(client)
        if not place.turn.wait(_PATIENCE_S) and self._gives_up(place):
            raise TooManyRequests(retry_after=_RETRY_S)
        try:
            yield
        finally:
            self._leave(client)

    def _enter(self, client: str) -> _Place:
        place = _Place(client)
        with self._lock:
            if self._inside[client] >= EACH or self._inside.total() >= AT_ONCE + WAITING:
                raise TooManyRequests(retry_after=_RETRY_S)
            self._inside[client] += 1
            self._line.append(place)
            self._next()
        return place

    def _gives_up(self, place: _Place) -> bool:
        with self._lock:
            if place.turn.is_set():
                return False
            self._line.remove(place)
            self._inside[place.client] -= 1
        return True

    def _leave(self, client: str) -> None:
        with self._lock:
            self._running -= 1
            self._inside[client] -= 1
            if not self._line or len(self._last) > _REMEMBERED:
                self._last.clear()
                self._inside += Counter()  # forgets who has nothing inside
            self._next()

    def _next(self) -> None:
        while self._running < AT_ONCE and self._line:
            place = min(self._line, key=lambda waiting: self._last.get(waiting.client, 0.0))  # of equals the first
            self._line.remove(place)
            self._last[place.client] = time.monotonic()
            self._running += 1
            place.turn.set()


def client() -> str:
    """Who asks: the address, of IPv6 the network of 64 bits that one client has."""
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:
        return "unknown"
    if isinstance(address, IPv6Address):
        return str(IPv6Address(int(address) >> 64 << 64))
    return str(address)


def register(app: Flask) -> None:
    """Gives an application its turns."""
    app.extensions[_KEY] = Turns()


@contextmanager
def turn() -> Iterator[None]:
    """The turn of this request's client. Raises TooManyRequests."""
    with cast(Turns, current_app.extensions[_KEY]).of(client()):
        yield
