"""A TCP proxy in front of a node, which a test closes and opens: to its clients the node is down, and up again."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class TcpProxy:
    """Listens on a port of its own and passes bytes to `upstream`; closed, it drops every connection, old and new."""

    def __init__(self, upstream: int) -> None:
        self.upstream = upstream
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._opened, self._ended = True, False
        self._streams: set[socket.socket] = set()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def close(self) -> None:
        """Drops every connection, and those to come."""
        self._opened = False
        for stream in list(self._streams):
            self._drop(stream)

    def open(self, upstream: int | None = None) -> None:
        """Passes connections on again, to another port if one is given."""
        self.upstream = upstream or self.upstream
        self._opened = True

    def end(self) -> None:
        """Stops listening."""
        self._ended = True
        self.close()
        with socket.create_connection(self._listener.getsockname()):  # wakes the one who accepts
            pass
        self._thread.join(5)
        self._listener.close()

    def _serve(self) -> None:
        while not self._ended:
            inner, _ = self._listener.accept()
            outer = None
            with suppress(OSError):
                outer = socket.create_connection(("127.0.0.1", self.upstream)) if self._opened else None
            if outer is None:
                inner.close()
                continue
            self._streams |= {inner, outer}
            for source, target in ((inner, outer), (outer, inner)):
                threading.Thread(target=self._pass, args=(source, target), daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while part := source.recv(65536):
                target.sendall(part)
        self._drop(source)
        self._drop(target)

    def _drop(self, stream: socket.socket) -> None:
        self._streams.discard(stream)
        with suppress(OSError):
            stream.shutdown(socket.SHUT_RDWR)
        stream.close()


@contextmanager
def tcp_proxy(url: str) -> Iterator[TcpProxy]:
    """A proxy in front of a node's URL; it ends with the block."""
    proxied = TcpProxy(int(url.rpartition(":")[2]))
    try:
        yield proxied
    finally:
        proxied.end()
