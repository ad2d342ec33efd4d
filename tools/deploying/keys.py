"""Who sends: an account of Ape's or a keystore's, and never one whose key everybody has."""

import json
from pathlib import Path

import click
from ape import accounts
from ape.api import AccountAPI
from eth_account import Account
from eth_account.signers.local import LocalAccount

from ppa.chain import Chain
from tools.deploying.well_known import key

WELL_KNOWN = 100  # so many accounts of the well-known mnemonic are refused: more than any development node shows


def deployer_of(chain: Chain, alias: str | None) -> AccountAPI:
    """The account of Ape's that deploys; without an alias the first test account, on an embedded chain alone."""
    if alias is None:
        if chain.is_embedded():
            return accounts.test_accounts[0]
        raise click.ClickException(f"Name the account that deploys: --account ALIAS. {_configured()}")
    try:
        account = accounts.load(alias)
    except (KeyError, ValueError) as problem:
        raise click.ClickException(f"Ape has no account {alias!r}. {_configured()}") from problem
    _refuse_well_known(chain, account.address)
    return account


def keystore_account(chain: Chain, path: Path, password: str | None) -> LocalAccount:
    """The account of a keystore."""
    try:
        found = json.loads(path.read_bytes())
        key_bytes = Account.decrypt(found, password or "")
    except OSError as problem:
        raise click.ClickException(f"The keystore {path} cannot be read: {problem.strerror}.") from problem
    except (json.JSONDecodeError, UnicodeDecodeError, KeyError, TypeError, NotImplementedError) as problem:
        raise click.ClickException(f"{path} is not a keystore (version 3): name another with --keystore.") from problem
    except ValueError as problem:
        given = "The password does not open" if password else "No password was given for"
        raise click.ClickException(f"{given} the keystore {path}: set SOLPACT_PASSWORD to its password.") from problem
    account: LocalAccount = Account.from_key(key_bytes)
    _refuse_well_known(chain, account.address)
    return account


def _refuse_well_known(chain: Chain, address: str) -> None:
    if not chain.is_embedded() and any(key(number).address == address for number in range(WELL_KNOWN)):
        raise click.ClickException(
            f"{address} is an account of the well-known test mnemonic: anyone has its key. Use one of your own."
        )


def _configured() -> str:
    aliases = sorted(str(account.alias) for account in accounts if account.alias)
    if aliases:
        return f"Configured are: {', '.join(aliases)}."
    return "None is configured yet: `ape accounts import ALIAS` takes a key, `ape accounts generate ALIAS` makes one."
