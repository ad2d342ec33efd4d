"""How much of the node's work a client may ask for in a while; what is kept of that is in memory."""

from flask import Flask
from flask_limiter import Limiter

from webapp import questions, rpc
from webapp.turns import client

SHARE = "60000 per 10 minutes"  # an agreement of twenty years is verified with half of it
REQUEST_WORK = 10


def register(app: Flask) -> None:
    """Limits /rpc: a request costs 10 and the work of its questions."""
    limiter = Limiter(client, app=app, storage_uri="memory://", strategy="sliding-window-counter", headers_enabled=True)
    limiter.limit(SHARE, cost=_cost)(rpc.bp)


def _cost() -> int:
    return REQUEST_WORK + questions.work()
