"""What the application is given: a node, a deployment file, a database."""

from dataclasses import dataclass
from pathlib import Path
from typing import cast

from flask import current_app

from ppa import files
from ppa.chain import Chain
from ppa.deployment import Deployment
from ppa.rpc import TIMEOUT_S
from webapp.errors import NotEmbedded, OtherChain

EMBEDDED_CHAINS = (31337, 1337)
_KEY = "solpact"


@dataclass(frozen=True)
class Settings:
    """`rpc`: the node's URL; `demo_wallet`: offer the built-in one (embedded chains only); `poll_s`: a pause."""

    rpc: str
    deployment: Deployment
    deployment_file: Path
    database: Path
    demo_wallet: bool = False
    poll_s: float = 1.0

    @classmethod
    def load(
        cls, rpc: str, deployment: Path, database: Path, *, demo_wallet: bool = False, poll_s: float = 1.0
    ) -> "Settings":
        """Reads the deployment file. Raises BadFile or UnknownFormat."""
        return cls(rpc, files.read_deployment(deployment), Path(deployment), Path(database), demo_wallet, poll_s)

    def check(self) -> None:
        """Asks the node once. Raises OtherChain, NotEmbedded, or ChainUnreachable."""
        chain = self.chain()
        found = (chain.chain_id(), chain.genesis_hash())
        if found != (self.deployment.chain_id, self.deployment.genesis):
            expected = f"{self.deployment.chain_id} (genesis {self.deployment.genesis})"
            raise OtherChain("The node", expected, f"{found[0]} (genesis {found[1]})")
        if self.demo_wallet and not (found[0] in EMBEDDED_CHAINS and chain.is_embedded()):
            raise NotEmbedded(found[0])

    def chain(self, timeout_s: float = TIMEOUT_S) -> Chain:
        """The node, which has so many seconds for an answer."""
        return Chain(self.rpc, timeout_s)


def keep(app_config: dict[str, object], settings: Settings) -> None:
    """Puts the settings where `settings()` finds them."""
    app_config[_KEY] = settings


def settings() -> Settings:
    """The settings of the application that answers this request."""
    return cast(Settings, current_app.config[_KEY])
