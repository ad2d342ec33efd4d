"""What the browser's modules say of an agreement's evidence as the chain has it, through an honest node or a liar."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.request import Request, urlopen

from ppa.days import DayReadings
from ppa.evidence import Evidence, collect
from ppa.terms import Terms
from tests.webapp.verifying import of_evidence
from tests.webapp.world import World
from webapp.app import create_app
from webapp.config import Settings

Lie = Callable[[str, list[Any], Any], Any]
Bad = dict[str, tuple[bool | None, str]]


def evidence_of(world: World, terms: Terms) -> Evidence:
    """An agreement's evidence, with the days that the world kept."""

    def kept(day: int) -> DayReadings | None:
        return world.days[day][0] if day in world.days else None

    return collect(world.chain, world.deployment, bytes.fromhex(world.id_of(terms)[2:]), kept)


def told(world: World, evidence: Evidence, folder: Path, lie: Lie | None = None, **more: Any) -> Bad:
    """What does not hold of an evidence file, notes aside: what each check found. `lie` changes the node's answers."""
    checks = checks_of(world, evidence, folder, lie, **more)
    return {check["name"]: (check["ok"], check["found"]) for check in checks if not check["ok"] and "note" not in check}


def checks_of(world: World, evidence: Evidence, folder: Path, lie: Lie | None = None, **more: Any) -> list[Any]:
    """Every check of an evidence file."""
    settings = Settings.load(world.rpc, world.deployment_file, folder / "index.sqlite", poll_s=0.1)
    client = create_app(settings).test_client()
    with lying(world.rpc, lie or (lambda method, asked, answer: answer)) as rpc:
        return of_evidence(client, rpc, evidence.to_json(), **more)


@contextmanager
def lying(rpc: str, lie: Lie) -> Iterator[str]:
    """A node that answers as another does, but for what a lie(method, params, answer) makes of it; its URL."""

    def changed(question: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
        if "result" not in answer:
            return answer
        return answer | {"result": lie(question["method"], question["params"], answer["result"])}

    class Liar(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            with urlopen(Request(rpc, body, {"Content-Type": "application/json"})) as answered:
                asked, answers = json.loads(body), json.load(answered)
            if isinstance(asked, list):
                questions = {question["id"]: question for question in asked}
                answers = [changed(questions[answer["id"]], answer) for answer in answers]
            else:
                answers = changed(asked, answers)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps(answers).encode())

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Liar) as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
