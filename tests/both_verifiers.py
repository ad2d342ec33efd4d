"""The two verifiers, ppa's and the browser's, on one subject: the same checks, in the same order, say the same.

run(subject) ──> ppa.verify.run
             └─> tests/webapp/verify.mjs ──HTTP──> the subject's own chain, lies included
"""

import atexit
import json
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from itertools import zip_longest
from pathlib import Path
from typing import Any

from web3 import HTTPProvider

from ppa import artifacts
from ppa.chain import Chain
from ppa.termsfile import terms_to_json
from ppa.verify import Report, Subject
from ppa.verify import run as run_ppa
from ppa.verify.__main__ import main
from webapp import vendor

PROGRAM = Path(__file__).parent / "webapp" / "verify.mjs"
ABIS = ("PPARegistry", "MeterLedger", "IndexPublisher", "IClause", "IIndex")
KINDS = ("terms", "evidence", "invoice")
Verdict = tuple[str, bool | None, bool]  # link, what it says, whether it is a note


def run(subject: Subject) -> Report:
    """What ppa's verifier says; the browser's must say the same of each check."""
    report = run_ppa(subject)
    with served(subject.chain) as rpc:
        browser = verified({"rpc": rpc, "given": given(subject), "abis": abis(), "build": build()})
    ours: list[Verdict] = [(check.link, check.ok, check.note) for check in report.checks]
    theirs: list[Verdict] = [(check["link"], check["ok"], check.get("note", False)) for check in browser]
    assert theirs == ours, _difference(report, browser)
    return report


def of_files(rpc: str, texts: Mapping[str, str], folder: Path) -> dict[str, Any]:
    """What `python -m ppa.verify --json` says of files, by kind; the browser's must say the same of each check."""
    options = ["--rpc", rpc, "--json", "--language", "en"]
    for kind, text in texts.items():
        path = folder / f"{kind}.json"
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        options += [f"--{kind}", str(path)]
    with redirect_stdout(StringIO()) as out:
        status = main(options)
    report: dict[str, Any] = json.loads(out.getvalue())
    schemas = {f"solpact-{kind}": artifacts.schema(kind) for kind in KINDS}
    browser = verified({"rpc": rpc, "texts": [*texts.values()], "schemas": schemas, "abis": abis(), "build": build()})
    ours = [(check["link"], check["ok"], check.get("note", False)) for check in report["checks"]]
    theirs = [(check["link"], check["ok"], check.get("note", False)) for check in browser]
    assert (theirs, report["exit"]) == (ours, status), [report, browser]
    return {**report, "browser": browser}


def _difference(report: Report, browser: list[dict[str, Any]]) -> str:
    """Each check of both, side by side."""
    ours = [f"{check.mark} [{check.link}] {check.name}: {check.found}" for check in report.checks]
    theirs = [f"{check['ok']} [{check['link']}] {check['found']} {check['values']}" for check in browser]
    return "\n".join(f"{a}\n  {b}" for a, b in zip_longest(ours, theirs))


def verified(whole: dict[str, Any]) -> list[dict[str, Any]]:
    """Every check of the browser's verifier on {rpc, given, abis, build}."""
    node = _node()
    assert node.stdin and node.stdout
    node.stdin.write(json.dumps(whole) + "\n")
    node.stdin.flush()
    checks = json.loads(node.stdout.readline())
    assert isinstance(checks, list), checks["problem"]
    return checks


@cache
def _node() -> subprocess.Popen[str]:
    """Node with the verifier's modules, which ends with these tests."""
    vendor.copy()
    node = subprocess.Popen(["node", str(PROGRAM)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    atexit.register(node.communicate)  # it ends where its input does
    return node


def given(subject: Subject) -> dict[str, Any]:
    """The subject as the page gives it to the browser's verifier."""
    file, evidence, invoices = subject.file, subject.evidence, subject.invoices
    assert len(invoices) <= 1, "the page compares one invoice"
    found = {
        "chainId": file.chain_id,
        "genesis": file.genesis,
        "registry": file.registry,
        "id": "0x" + file.id.hex(),
        "terms": terms_to_json(file.terms),
        "words": file.words,
        "language": file.language,
    }
    if evidence is not None:
        found |= {"ledger": evidence.contracts["MeterLedger"], "evidence": evidence.to_json()}
    if file.signature is not None:
        found |= {"signature": "0x" + file.signature.hex()}
    return found | ({"invoice": invoices[0].to_json()} if invoices else {})


def abis() -> dict[str, Any]:
    """As the platform gives them."""
    return {name: artifacts.abi(name) for name in ABIS}


def build() -> dict[str, Any]:
    """The published code, as the platform gives it."""
    contracts = {
        name: {
            "runtime": "0x" + artifacts.runtime_code(name).hex(),
            "immutableReferences": {
                key: [{"start": start, "length": length} for start, length in places]
                for key, places in artifacts.immutable_references(name).items()
            },
        }
        for name in artifacts.CONTRACTS
    }
    return {"contracts": contracts}


@contextmanager
def served(chain: Chain) -> Iterator[str]:
    """The URL of a node that answers what this chain's own provider answers; by HTTP it is the node itself."""
    if isinstance(chain._provider, HTTPProvider):
        yield chain.url
        return
    lock = threading.Lock()

    def answered(question: dict[str, Any]) -> dict[str, Any]:
        with lock:
            answer = chain._provider.make_request(question["method"], question["params"])
        return {"jsonrpc": "2.0", **answer, "id": question["id"]}

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"  # one connection for a whole verification
        disable_nagle_algorithm = True
        wbufsize = -1

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            answer = [*map(answered, asked)] if isinstance(asked, list) else answered(asked)
            body = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing is said: the test says what matters."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True  # a client that keeps its connection does not keep us
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
