"""A command on a network that Ape connects to: what Ape or the node cannot do is said in a sentence."""

from typing import Any

import click
from ape.cli import ConnectedProviderCommand
from ape.exceptions import ApeException, NetworkError, ProviderError
from requests import RequestException


class NetworkCommand(ConnectedProviderCommand):
    """A command with `--network`."""

    def invoke(self, ctx: click.Context) -> Any:
        """Connects and runs; no traceback of Ape's."""
        try:
            return super().invoke(ctx)
        except (ProviderError, NetworkError, ConnectionError, RequestException) as problem:
            raise click.ClickException(
                f"The network cannot be used: {_first_line(problem)} "
                "Check --network, such as ethereum:local:http://127.0.0.1:8545, and that its node runs."
            ) from problem
        except ApeException as problem:
            raise click.ClickException(f"Ape stopped: {_first_line(problem)}") from problem
        except OSError as problem:
            raise click.ClickException(f"A file cannot be used: {_first_line(problem)}") from problem


def _first_line(problem: Exception) -> str:
    text = (str(problem).strip() or type(problem).__name__).splitlines()[0]
    return text if text.endswith(".") else f"{text}."
