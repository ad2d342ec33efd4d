"""The meter's key: an encrypted keystore (version 3, light scrypt: 16 MiB) and its password."""

import json
import os
from pathlib import Path

from eth_account import Account
from eth_account.signers.local import LocalAccount

from meter.errors import KeystoreError, NoPassword, WrongPassword

PASSWORD_VARIABLE = "SOLPACT_METER_PASSWORD"  # noqa: S105 the variable's name, not its value
_VERSION = 3
_NO_KEYSTORE = "{} is not a keystore (version 3): restore it from its copy."
_SCRYPT_N = 16384  # the default of 262,144 needs 256 MiB, more than a small board has


def password_of(file: str | None) -> str:
    """The password in a file, or of the environment. Raises NoPassword or KeystoreError."""
    if file:
        try:
            return Path(file).read_text(encoding="utf-8").rstrip("\r\n")
        except OSError as problem:
            raise KeystoreError(f"The password file {file} cannot be read: {problem.strerror}.") from problem
        except UnicodeDecodeError as problem:
            raise KeystoreError(f"The password file {file} is not text: write the password into it.") from problem
    found = os.environ.get(PASSWORD_VARIABLE, "")
    if not found:
        raise NoPassword
    return found


def open_keystore(path: Path, password: str) -> LocalAccount:
    """The meter's account. Raises WrongPassword, or KeystoreError if there is no such file or it is none."""
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError as problem:
        raise KeystoreError(
            f"The keystore {path} cannot be read ({problem.strerror}): `meter init` makes it, once."
        ) from problem
    try:
        found = json.loads(text)
        whole = found["version"] == _VERSION and bool(found["crypto"])
    except (ValueError, KeyError, TypeError):
        whole = False
    if not whole:
        raise KeystoreError(_NO_KEYSTORE.format(path))
    try:
        key = Account.decrypt(found, password)
    except ValueError as problem:
        raise WrongPassword(path) from problem
    except (KeyError, TypeError, NotImplementedError) as problem:
        raise KeystoreError(_NO_KEYSTORE.format(path)) from problem
    account: LocalAccount = Account.from_key(key)
    return account


def make_keystore(path: Path, password: str) -> LocalAccount:
    """A new key, on the disk before this returns, readable by its owner only. Raises KeystoreError."""
    account: LocalAccount = Account.create()
    text = json.dumps(Account.encrypt(account.key, password, kdf="scrypt", iterations=_SCRYPT_N))
    try:
        _write(path, text)
    except OSError as problem:
        raise KeystoreError(f"The keystore {path} cannot be written: {problem.strerror}.") from problem
    return account


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)
