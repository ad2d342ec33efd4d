"""Deploying and closing where nobody's key is well known: a node that does not call itself Anvil or Ganache.

given a chain that is not embedded (our Anvil behind a proxy that gives itself another name)
    when no account is named: refused, with the accounts there are, or how to make one
    when the account is of the well-known mnemonic, in Ape or in a keystore: refused, whatever the chain's id is
    when it is one's own: deployed, price 0
    nothing is ever sent by what was refused
given an embedded chain: the first test account needs no name
given a name, a network or a file that is not there: a sentence, no traceback
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from eth_account import Account
from eth_account.signers.local import LocalAccount

from ppa.artifacts import DEPLOYED
from ppa.chain import Chain
from ppa.deployment import Deployment, Site
from ppa.files import read_deployment, write_terms
from tests.ppa.lying_proxy import proxy
from tests.scripts.commands import run
from tools.deploying.keys import keystore_account
from tools.deploying.well_known import key
from tools.stage.agreements import demo_terms, terms_file
from tools.stage.chain import CHAIN_ID, embedded_chain
from tools.stage.stage import EVE

PASSWORD = "of a test"
OWN = Account.from_key(b"\7" * 32)


def named_geth(method: str, params: object, result: object) -> object:
    """What the proxy changes: the node's name alone."""
    return "Geth/v1.13.14-stable/linux-amd64/go1.21.7" if method == "web3_clientVersion" else result


@pytest.fixture(scope="module")
def embedded() -> Iterator[str]:
    with embedded_chain("anvil", EVE) as node:
        yield node.url


@pytest.fixture(scope="module")
def real(embedded: str) -> Iterator[str]:
    with proxy(embedded, named_geth) as url:
        yield url


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of one's own: what Ape has is there."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("APE_DATA_FOLDER", str(tmp_path / ".ape"))
    monkeypatch.setenv("XDG_CACHE_HOME", os.environ.get("XDG_CACHE_HOME", ""))
    return tmp_path


def keystore(folder: Path, account: LocalAccount, name: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.json"
    path.write_text(json.dumps(Account.encrypt(account.key, PASSWORD, kdf="scrypt", iterations=2)))
    return path


def refused(*arguments: str) -> str:
    done = run(*arguments)
    assert done.returncode in (1, 2), done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    return done.stderr


def deploy(url: str, folder: Path, *arguments: str) -> tuple[str, ...]:
    return ("deploy", "--network", f"ethereum:local:{url}", "--file", str(folder / "local.json"), *arguments)


def test_without_an_account_it_says_how_to_make_one_and_sends_nothing(real: str, home: Path) -> None:
    before = Chain(real).head()
    said = refused(*deploy(real, home))
    assert "Name the account that deploys: --account ALIAS. None is configured yet: `ape accounts import ALIAS`" in said
    assert Chain(real).head() == before
    assert not (home / "local.json").exists()


def test_a_name_that_ape_does_not_have_is_told_with_those_it_has(real: str, home: Path) -> None:
    keystore(home / ".ape" / "accounts", OWN, "treasury")
    said = refused(*deploy(real, home, "--account", "TEST::0"))  # the test accounts have names, but not for this
    assert "Ape has no account 'TEST::0'. Configured are: treasury." in said


@pytest.mark.parametrize("number", [0, 15], ids=["one of Ape's", "one beyond Ape's ten"])
def test_a_well_known_key_is_refused_and_nothing_is_sent(real: str, home: Path, number: int) -> None:
    keystore(home / ".ape" / "accounts", key(number), "junk")
    before = Chain(real).head()
    said = refused(*deploy(real, home, "--account", "junk"))
    assert f"{key(number).address} is an account of the well-known test mnemonic: anyone has its key." in said
    assert Chain(real).head() == before
    assert not (home / "local.json").exists()


def test_ones_own_account_deploys_at_price_zero(real: str, home: Path) -> None:
    keystore(home / ".ape" / "accounts", OWN, "treasury")
    typed = [
        "y",
        PASSWORD,
        "y",
        *("y" for _ in DEPLOYED[1:]),
    ]  # sign; the password; leave it unlocked; sign the others
    done = run(*deploy(real, home, "--account", "treasury"), said="\n".join(typed) + "\n")
    assert done.returncode == 0, done.stderr
    assert set(read_deployment(home / "local.json").contracts) == set(DEPLOYED)
    assert Chain(real).nonce(OWN.address) == len(DEPLOYED)


def test_closing_without_an_account_is_refused(real: str, home: Path) -> None:
    sites = {name: Site("0x" + f"{i:02x}" * 20, 1, (), b"\1" * 32) for i, name in enumerate(DEPLOYED, 1)}
    deployment = Deployment(CHAIN_ID, Chain(real).genesis_hash(), "local", "none", sites)
    file = home / "terms.json"
    write_terms(file, terms_file(deployment, demo_terms(deployment, OWN.address)))
    said = refused("close", "--network", f"ethereum:local:{real}", "--terms", str(file))
    assert "Name the account that sends: --keystore FILE, with SOLPACT_PASSWORD set." in said


@pytest.mark.parametrize(
    ("account", "password", "sentence"),
    [
        (key(3), PASSWORD, "is an account of the well-known test mnemonic: anyone has its key. Use one of your own."),
        (OWN, None, "No password was given for the keystore"),
        (OWN, "another", "The password does not open the keystore"),
    ],
    ids=["well known", "no password", "wrong password"],
)
def test_a_keystore_is_refused_in_a_sentence(
    real: str, tmp_path: Path, account: LocalAccount, password: str | None, sentence: str
) -> None:
    with pytest.raises(click.ClickException, match=sentence):
        keystore_account(Chain(real), keystore(tmp_path, account, "one"), password)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"version": 3}', '{"version": 2}', "\xff"])
def test_a_file_that_is_no_keystore_is_refused(real: str, tmp_path: Path, text: str) -> None:
    (tmp_path / "some.json").write_bytes(text.encode("latin-1"))
    with pytest.raises(click.ClickException, match="is not a keystore"):
        keystore_account(Chain(real), tmp_path / "some.json", PASSWORD)


def test_ones_own_keystore_is_taken_and_on_an_embedded_chain_any(real: str, embedded: str, tmp_path: Path) -> None:
    assert keystore_account(Chain(real), keystore(tmp_path, OWN, "own"), PASSWORD).address == OWN.address
    junk = keystore(tmp_path, key(3), "junk")
    assert keystore_account(Chain(embedded), junk, PASSWORD).address == key(3).address


def test_a_network_that_is_not_there_is_told_in_a_sentence(home: Path) -> None:
    said = refused(*deploy("http://127.0.0.1:9", home))
    assert "The network cannot be used:" in said
    assert "Check --network, such as ethereum:local:http://127.0.0.1:8545, and that its node runs." in said
    assert "No ecosystem named 'nowhere'" in refused("deploy", "--network", "nowhere")


def test_a_file_that_cannot_be_written_is_told_before_anything_is_sent(embedded: str, home: Path) -> None:
    (home / "taken").write_text("")
    before = Chain(embedded).head()
    said = refused("deploy", "--network", f"ethereum:local:{embedded}", "--file", str(home / "taken" / "local.json"))
    assert "cannot be written" in said or "cannot be read" in said
    assert Chain(embedded).head() == before
