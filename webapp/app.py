"""The factory: one blueprint a noun."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Flask, Response, jsonify, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from webapp import (
    agreements,
    api,
    config,
    languages,
    limits,
    problems,
    queries,
    rpc,
    security,
    statements,
    store,
    turns,
    verify,
)
from webapp.config import Settings

MOST_BYTES = 4 * 1024 * 1024


def create_app(options: Settings | Mapping[str, Any]) -> Flask:
    """The application. `options`: Settings, or what `Settings.load` takes by name. Raises BadConfig or BadFile."""
    given = options if isinstance(options, Settings) else Settings.load(**options)
    given.check()
    store.prepare(given.database, given.deployment)
    app = Flask(__name__)
    app.config.update(MAX_CONTENT_LENGTH=MOST_BYTES, JSON_SORT_KEYS=False)
    config.keep(app.config, given)
    for blueprint in (agreements.bp, statements.bp, verify.bp, api.bp, rpc.bp, languages.bp):
        app.register_blueprint(blueprint)
    app.teardown_appcontext(store.close)
    app.after_request(security.protect)
    app.context_processor(languages.words_for_templates)
    problems.register(app)
    turns.register(app)
    limits.register(app)
    app.add_url_rule("/", view_func=_home, endpoint="home")
    app.add_url_rule("/healthz", view_func=_health, endpoint="health")
    return app


def _home() -> AnyResponse:
    return redirect(url_for("agreements.every"))


def _health() -> Response:
    """Whether we answer, what the index has read, and how far the node is."""
    head = config.settings().chain().head()[0]
    indexed = queries.indexed_block()
    return jsonify(ok=True, head=head, indexed=indexed, lag=head - indexed)


def database_of(app: Flask) -> Path:
    """Where an application's index is."""
    with app.app_context():
        return config.settings().database
