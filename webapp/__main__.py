"""`solpact-web --deployment F --rpc URL --database F --port P [--demo-wallet]`: the server and its indexer."""

import argparse
import logging
import sys
from pathlib import Path

import waitress  # type: ignore[import-untyped]  # it has no types

from ppa.errors import PpaError
from webapp import indexer, vendor
from webapp.app import create_app
from webapp.config import Settings
from webapp.errors import WebError
from webapp.turns import AT_ONCE, WAITING

THREADS = AT_ONCE + WAITING + 8  # those that wait for the node leave some to the pages


def parse(program: str, *, serves: bool) -> tuple[Settings, argparse.Namespace]:
    """Settings from the command line. Raises BadFile or UnknownFormat."""
    parser = argparse.ArgumentParser(prog=program)
    parser.add_argument("--deployment", required=True, type=Path, metavar="FILE", help="deployments/<network>.json")
    parser.add_argument("--rpc", required=True, metavar="URL", help="a node of that network")
    parser.add_argument("--database", required=True, type=Path, metavar="FILE", help="the index; made if missing")
    parser.add_argument("--poll", type=float, default=1.0, metavar="S", help="seconds between looks at the chain")
    if serves:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument(
            "--proxy", metavar="ADDRESS", help="of a reverse proxy, whose X-Forwarded-For names the client"
        )
        parser.add_argument("--demo-wallet", action="store_true", help="offer public demo keys (embedded chains only)")
        parser.add_argument("--no-indexer", action="store_true", help="`python -m webapp.indexer` runs beside")
    given = parser.parse_args()
    demo = serves and given.demo_wallet
    loaded = Settings.load(given.rpc, given.deployment, given.database, demo_wallet=demo, poll_s=given.poll)
    return loaded, given


def main() -> None:
    """The command."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(message)s")
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a line a request while all threads are busy
    try:
        settings, given = parse("solpact-web", serves=True)
        vendor.copy()
        app = create_app(settings)
    except (PpaError, WebError) as problem:
        sys.exit(str(problem))
    if not given.no_indexer:
        indexer.start(settings)
    print(f"http://{given.host}:{given.port}/", flush=True)
    proxy = {"trusted_proxy": given.proxy, "trusted_proxy_headers": "x-forwarded-for"} if given.proxy else {}
    waitress.serve(app, host=given.host, port=given.port, threads=THREADS, ident=None, **proxy)


if __name__ == "__main__":
    main()
