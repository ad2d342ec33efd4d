"""The accounts of the well-known test mnemonic: for embedded chains, and refused everywhere else."""

from eth_account import Account
from eth_account.signers.local import LocalAccount

MNEMONIC = "test test test test test test test test test test test junk"

Account.enable_unaudited_hdwallet_features()


def key(number: int) -> LocalAccount:
    """One of the accounts: 0 deploys."""
    account: LocalAccount = Account.from_mnemonic(MNEMONIC, account_path=f"m/44'/60'/0'/0/{number}")
    return account
