"""Where our contracts are on a network."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from eth_utils.crypto import keccak

from ppa.artifacts import REGISTRY_MODULES
from ppa.errors import BadFile
from ppa.jsonfile import address, integer


@dataclass(frozen=True)
class Site:
    """A deployed contract: address, block, constructor arguments (as text or numbers), keccak256 of its code."""

    address: str
    block: int
    arguments: tuple[int | str, ...] = ()
    code_hash: str = ""


def constructor_arguments(name: str, chain_id: int, sites: Mapping[str, Site]) -> tuple[int | str, ...]:
    """What a contract of ours is deployed with: the ledger knows its chain, the registry's parts their chain and the
    ledger, and the registry its modules.
    """
    known = {"MeterLedger": (), **dict.fromkeys(REGISTRY_MODULES, ("MeterLedger",))}
    known["PPARegistry"] = ("MeterLedger", *REGISTRY_MODULES)
    return (chain_id, *(sites[other].address for other in known[name])) if name in known else ()


@dataclass(frozen=True)
class Deployment:
    """All our contracts on one network; `commit` is the repository's at deployment."""

    chain_id: int
    genesis: str
    network: str
    commit: str
    contracts: Mapping[str, Site]

    def address(self, name: str) -> str:
        """A contract's address. Raises BadFile if the deployment lacks it."""
        return self.site(name).address

    def site(self, name: str) -> Site:
        """A contract's site. Raises BadFile if the deployment lacks it."""
        if name not in self.contracts:
            raise BadFile(f"The deployment on {self.network} has no {name}: deploy again.")
        return self.contracts[name]

    def name_of(self, where: str) -> str | None:
        """Which contract is at an address, None if none of ours."""
        return next((name for name, site in self.contracts.items() if site.address.lower() == where.lower()), None)

    def to_json(self) -> dict[str, Any]:
        """The file's body."""
        return {
            "chain_id": integer(self.chain_id),
            "genesis": self.genesis,
            "network": self.network,
            "commit": self.commit,
            "contracts": {name: _site_to_json(site) for name, site in self.contracts.items()},
        }

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Self:
        """From a body that the schema has checked."""
        contracts = {
            name: Site(address(site["address"], name), int(site["block"]), tuple(site["arguments"]), site["code_hash"])
            for name, site in body["contracts"].items()
        }
        return cls(int(body["chain_id"]), body["genesis"], body["network"], body["commit"], contracts)


def code_hash(code: bytes) -> str:
    """keccak256 of runtime code, as a deployment file has it."""
    return "0x" + keccak(code).hex()


def _site_to_json(site: Site) -> dict[str, Any]:
    return {
        "address": site.address,
        "block": integer(site.block),
        "arguments": [integer(a) if isinstance(a, int) else a for a in site.arguments],
        "code_hash": site.code_hash,
    }
