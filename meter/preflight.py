"""What is checked of a chain before the meter signs anything for it."""

from meter.config import Config
from meter.errors import NotEmbedded, SendingError
from meter.store import Store
from ppa.chain import Chain
from ppa.errors import ChainUnreachable, NoCode, WrongChain


def check_chain(config: Config, chain: Chain, store: Store) -> None:
    """Chain id, genesis (as first seen), code at both addresses, and that they belong together.

    Raises WrongChain, NoCode, NotEmbedded, SendingError, or ChainUnreachable.
    """
    wanted = config.chain
    found = chain.chain_id()
    if found != wanted.chain_id:
        raise WrongChain("chain id", wanted.chain_id, found)
    genesis, known = chain.genesis_hash(), store.meta("genesis")
    if known is None:
        store.set_meta("genesis", genesis)
    elif known != genesis:
        raise WrongChain("genesis block", known, genesis)
    if config.replay and not chain.is_embedded():
        raise NotEmbedded(wanted.rpc)
    for address, name in ((wanted.ledger, "MeterLedger"), (wanted.registry, "PPARegistry")):
        if not chain.code(address):
            raise NoCode(address, name)
    ledger = chain.ledger_of(wanted.registry)
    if ledger.lower() != wanted.ledger.lower():
        raise SendingError(
            f"The registry {wanted.registry} reads the ledger {ledger}, not {wanted.ledger}: check [chain]."
        )


def check_reachable(config: Config, chain: Chain, store: Store) -> None:
    """As `check_chain`, at a start: a node that does not answer yet is waited for by the sender, not refused."""
    try:
        check_chain(config, chain, store)
    except ChainUnreachable:
        return
