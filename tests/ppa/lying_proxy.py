"""A real HTTP proxy on 127.0.0.1 in front of a node, which changes what it likes on the way back.

verifier ──HTTP──> proxy ──HTTP──> node
         <─ lie(method, params, result) ─┘
"""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

Lie = Callable[[str, Any, Any], Any]
Batch = Callable[[list[Any]], Any]


class Refuses(Exception):
    """What a lie raises where the node shall not answer: a JSON-RPC error."""


@contextmanager
def proxy(upstream: str, lie: Lie, batch: Batch = lambda answers: answers) -> Iterator[str]:
    """The URL of a proxy whose results go through `lie`, and whose batches through `batch`; it dies with the block."""

    def bent(question: Any, answer: Any) -> Any:
        if "result" not in answer:
            return answer
        try:
            return {**answer, "result": lie(question["method"], question.get("params", []), answer["result"])}
        except Refuses as refusal:
            return {"jsonrpc": "2.0", "id": question["id"], "error": {"code": -32000, "message": str(refusal)}}

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"  # one connection for a whole verification
        disable_nagle_algorithm = True
        wbufsize = -1

        def setup(self) -> None:
            super().setup()
            self.node = HTTPConnection(urlsplit(upstream).netloc, timeout=30)

        def finish(self) -> None:
            self.node.close()
            super().finish()

        def do_POST(self) -> None:
            asked = self.rfile.read(int(self.headers["Content-Length"]))
            self.node.request("POST", "/", asked, {"Content-Type": "application/json"})
            answer = json.loads(self.node.getresponse().read())
            question = json.loads(asked)
            if isinstance(question, list):
                answers = {one["id"]: one for one in answer}
                answer = batch([bent(one, answers[one["id"]]) for one in question])
            else:
                answer = bent(question, answer)
            body = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing is said: the test says what matters."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True  # a client that keeps its connection does not keep us
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join(10)
