"""The verify command, as a user runs it, against a node behind a proxy that lies; with evidence, and with terms alone.

one thing changed on the way
 ├─ a log ── altered, dropped, doubled, moved ── exit 1
 ├─ a storage word, a view ── exit 1
 ├─ a block ── its time, its hash, its number, its transactions ── exit 1
 ├─ a contract's code ── exit 1
 ├─ a transaction ── exit 1
 └─ an answer that makes no sense, or none ── exit 1 or 2, never a traceback
a lie that agrees with itself
 ├─ a word that was really changed in the node's state ── exit 1
 ├─ every block's time ── exit 2; with block 0 too: exit 0, and what is not proved says so
 ├─ another agreement of the meter kept quiet ── exit 0, and what is not proved says so
 └─ a forged chain ── without the parties' keys: exit 1; with them: the evidence and the invoice differ, the terms hold,
    and what is not proved names the node
"""

import copy
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from eth_account.signers.local import LocalAccount

from ppa import abi, calendar, files
from ppa.chain import Call, Chain
from ppa.deployment import Deployment
from ppa.errors import PpaError
from ppa.rpc import Receipt
from ppa.verify import Subject, run, slots
from ppa.verify.__main__ import main
from tests.ppa import world as story
from tests.ppa.conftest import ANVIL, FLAGS, free_port, served
from tests.ppa.lying_proxy import Lie, Refuses, proxy
from tests.ppa.test_verify import LEDGER_VIEWS, bent, two_agreements
from tests.ppa.world import DEPLOYED_AT, FIRST, LAST, METER, World, closed_world, readings_of, worded

GIVEN = ("evidence", "terms")
ZERO = "0x" + "00" * 32


@pytest.fixture(scope="session")
def folder(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the honest chain gave: evidence.json, terms.json, invoice.json of July."""
    folder = tmp_path_factory.mktemp("honest")
    files.write_evidence(folder / "evidence.json", world.evidence())
    files.write_terms(folder / "terms.json", world.terms_file())
    files.write_invoice(folder / "invoice.json", world.invoice(1))
    return folder


@pytest.fixture
def verify(world: World, folder: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., dict[str, Any]]:
    """The command's answer as JSON: by what was given, through a proxy that lies."""

    def ask(lie: Lie, given: str, *more: str, upstream: str = world.chain.url, where: Path = folder) -> dict[str, Any]:
        with proxy(upstream, lambda method, params, result: lie(method, params, copy.deepcopy(result))) as url:
            status = main(["--rpc", url, f"--{given}", str(where / f"{given}.json"), "--json", *more])
        answer: dict[str, Any] = json.loads(capsys.readouterr().out)
        assert answer["exit"] == status
        return answer

    return ask


def truth(_method: str, _params: Any, result: Any) -> Any:
    return result


def on(asked: str, change: Callable[[Any, Any], Any]) -> Lie:
    """A lie about one method: `change(params, result)` alters the result or gives another."""

    def lie(method: str, params: Any, result: Any) -> Any:
        if method != asked:
            return result
        other = change(params, result)
        return result if other is None else other

    return lie


def about_logs(event: str, change: Callable[[list[Any], int], Any], which: int = 0) -> Lie:
    """A lie about one log of an event, in every answer that has it: `change(logs, index)`."""
    contract = "MeterLedger" if event == "Recorded" else "PPARegistry"

    def bend(_: Any, logs: Any) -> Any:
        places = [i for i, log in enumerate(logs) if log["topics"][0] == abi.topic(contract, event)]
        return change(logs, places[which]) if len(places) > which else None

    return on("eth_getLogs", bend)


def dropped(logs: list[Any], i: int) -> Any:
    return [*logs[:i], *logs[i + 1 :]]


def doubled(logs: list[Any], i: int) -> Any:
    return [*logs[: i + 1], *logs[i:]]


def doubled_elsewhere(logs: list[Any], i: int) -> Any:
    return [*logs, {**logs[i], "logIndex": "0x9"}]


def altered(**changes: Callable[[Any], Any]) -> Callable[[list[Any], int], Any]:
    return lambda logs, i: logs[i].update({key: change(logs[i][key]) for key, change in changes.items()})


def later(hexed: str) -> str:
    return hex(int(hexed, 16) + 1)


LOG_LIES = {
    "dropped": dropped,
    "doubled": doubled,
    "doubled under another index": doubled_elsewhere,
    "with another first value": altered(data=lambda data: bent(data, 65)),
    "with another last value": altered(data=bent),
    "of another id or meter": altered(topics=lambda topics: [topics[0], bent(topics[1]), *topics[2:]]),
    "of another contract": altered(address=bent),
    "in another block": altered(blockNumber=later),
    "in a block of another hash": altered(blockHash=bent),
    "in another transaction": altered(transactionHash=bent),
    "emptied": altered(data=lambda _: "0x"),
    "without topics": altered(topics=lambda _: None),
    "without a place": altered(logIndex=lambda _: None),
}
DATALESS = ("Signed", "Served")
ABOUT_DATA = ("emptied", "with another first value", "with another last value")
LOGS = [(event, how) for event in ("Recorded", "Proposed", "Opened", "Closed", "Ended") for how in LOG_LIES]
LOGS += [(event, how) for event in DATALESS for how in LOG_LIES if how not in ABOUT_DATA]


# Nothing changed


@pytest.mark.parametrize("given", GIVEN)
def test_an_honest_proxy_changes_nothing_for_a_user_at_a_terminal(world: World, folder: Path, given: str) -> None:
    with proxy(world.chain.url, truth) as url:
        command = [sys.executable, "-m", "ppa.verify", "--rpc", url, f"--{given}", str(folder / f"{given}.json")]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Verificado: todo coincide." in done.stdout
    assert f"Que el nodo {url} diga la verdad" in done.stdout


def test_a_lie_ends_the_command_with_1_and_no_traceback_for_a_user_at_a_terminal(world: World, folder: Path) -> None:
    with proxy(world.chain.url, about_logs("Recorded", dropped, 40)) as url:
        command = [sys.executable, "-m", "ppa.verify", "--rpc", url, "--terms", str(folder / "terms.json")]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (1, "")
    assert "NO coincide" in done.stdout


# One log


@pytest.mark.parametrize("given", GIVEN)
@pytest.mark.parametrize(("event", "how"), LOGS)
def test_one_log_that_is_not_as_it_was_is_caught(verify: Any, event: str, how: str, given: str) -> None:
    which = 45 if event == "Recorded" else 0
    assert verify(about_logs(event, LOG_LIES[how], which), given)["exit"] == 1


@pytest.mark.parametrize("given", GIVEN)
@pytest.mark.parametrize("which", [0, 92])
def test_the_first_and_the_last_record_cannot_be_dropped_either(verify: Any, which: int, given: str) -> None:
    assert "records" in verify(about_logs("Recorded", dropped, which), given)["links"]


# One word of storage, one view


def words(world: World) -> dict[str, int]:
    ends = (calendar.month_end(FIRST), calendar.month_end(FIRST + 40))
    return {
        "the meter's word": slots.meter_word(METER.address),
        **{f"the month end of day {day}": slots.month_end(METER.address, day) for day in (0, *ends)},
        "the agreement's word": slots.agreement(world.id),
        "the account's word": slots.account(world.id),
        "the root of its statements": slots.root(world.id),
        "the number before the handover": slots.inherited(world.id),
        "claims on statement 2": slots.claims(world.id, 2),
        "the notice": slots.notice(world.id),
        "the announcement": slots.announcement(world.id),
        **{f"statement {number}": slots.statement(world.id, number) for number in range(4)},
        "what the meter serves": slots.served_by(METER.address),
    }


@pytest.mark.parametrize("given", GIVEN)
def test_any_one_storage_word_that_is_altered_is_caught(world: World, verify: Any, given: str) -> None:
    for name, slot in words(world).items():
        lie = on("eth_getStorageAt", lambda params, word, slot=slot: bent(word) if params[1] == hex(slot) else None)
        assert verify(lie, given)["exit"] == 1, name


@pytest.mark.parametrize("given", GIVEN)
@pytest.mark.parametrize("view", [*LEDGER_VIEWS, "agreementOf", "statementOf", "servedBy", "ledger", "ends", "rights"])
def test_any_one_view_that_is_altered_is_caught(verify: Any, view: str, given: str) -> None:
    contract = "MeterLedger" if view in LEDGER_VIEWS else "PPARegistry"
    selector = "0x" + abi._selector(abi._entry(contract, "function", view)).hex()
    lie = on("eth_call", lambda params, result: bent(result) if params[0]["data"].startswith(selector) else None)
    assert verify(lie, given)["exit"] == 1


# One block, one transaction


def a_block(world: World) -> str:
    return hex(world.chain.records(world.ledger, METER.address)[30].block)


@pytest.mark.parametrize("given", GIVEN)
@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("timestamp", later),
        ("timestamp", lambda _: "-0x1"),
        ("timestamp", lambda _: None),
        ("hash", bent),
        ("hash", lambda _: None),
        ("parentHash", bent),
        ("stateRoot", bent),
        ("number", later),
        ("transactions", lambda _: []),
    ],
)
def test_one_block_that_is_altered_is_caught(
    world: World, verify: Any, field: str, change: Callable[[Any], Any], given: str
) -> None:
    place = a_block(world)

    def bend(params: Any, block: Any) -> None:
        if params[0] == place:
            block[field] = change(block[field])

    assert verify(on("eth_getBlockByNumber", bend), given)["exit"] == 1


@pytest.mark.parametrize("given", GIVEN)
@pytest.mark.parametrize("method", ["eth_chainId", "eth_getBlockByNumber"])
def test_another_chain_id_or_genesis_is_caught_and_nothing_more_is_asked(verify: Any, method: str, given: str) -> None:
    def bend(params: Any, result: Any) -> Any:
        return "0x1" if method == "eth_chainId" else {**result, "hash": bent(result["hash"])}

    answer = verify(on(method, bend), given)
    assert (answer["exit"], answer["links"], len(answer["checks"])) == (1, ["chain"], 1)


@pytest.mark.parametrize("given", GIVEN)
@pytest.mark.parametrize("field", ["input", "nonce", "r", "s", "v", "to", "hash"])
def test_one_transaction_that_is_altered_is_caught(world: World, verify: Any, field: str, given: str) -> None:
    place = a_block(world)

    def bend(params: Any, transaction: Any) -> None:
        if params[0] == place:
            transaction[field] = bent(transaction[field])

    answer = verify(on("eth_getTransactionByBlockNumberAndIndex", bend), given)
    assert (answer["exit"], answer["links"]) == (1, ["records"])


@pytest.mark.parametrize("given", GIVEN)
def test_a_transaction_that_the_node_keeps_to_itself_could_not_be_checked(verify: Any, given: str) -> None:
    def keep(method: str, _: Any, result: Any) -> Any:
        return None if method == "eth_getTransactionByBlockNumberAndIndex" else result

    answer = verify(keep, given)
    assert (answer["exit"], answer["links"]) == (2, ["signatures", "records"])


# One contract's code


@pytest.mark.parametrize("given", GIVEN)
@pytest.mark.parametrize("name", ["PPARegistry", "RegistryEnds", "RegistryRights", "MeterLedger"])
@pytest.mark.parametrize("change", [bent, lambda code: code[:-2], lambda code: code + "00", lambda _: "0x"])
def test_the_code_of_registry_or_ledger_that_is_altered_is_caught(
    world: World, verify: Any, name: str, change: Callable[[str], str], given: str
) -> None:
    where = world.deployment.address(name)
    lie = on("eth_getCode", lambda params, code: change(code) if params[0] == where else None)
    answer = verify(lie, given)
    assert answer["exit"] == 1
    assert answer["links"][0] == "code"


@pytest.mark.parametrize("name", ["EnergyCharge", "GuaranteedGeneration"])
def test_the_code_of_a_clause_that_is_altered_is_caught_by_the_evidence(world: World, verify: Any, name: str) -> None:
    where = world.deployment.address(name)
    answer = verify(on("eth_getCode", lambda params, code: bent(code) if params[0] == where else None), "evidence")
    assert (answer["exit"], answer["links"][0]) == (1, "code")


@pytest.mark.parametrize("name", ["EnergyCharge", "GuaranteedGeneration"])
def test_with_terms_alone_an_altered_clause_is_not_the_one_of_the_words(world: World, verify: Any, name: str) -> None:
    where = world.deployment.address(name)
    answer = verify(on("eth_getCode", lambda params, code: bent(code) if params[0] == where else None), "terms")
    assert (answer["exit"], answer["links"]) == (1, ["terms"])


@pytest.mark.parametrize("given", GIVEN)
def test_a_clause_without_code_is_caught(world: World, verify: Any, given: str) -> None:
    where = world.deployment.address("EnergyCharge")
    assert verify(on("eth_getCode", lambda params, _: "0x" if params[0] == where else None), given)["exit"] == 1


# Answers that make no sense, or none


NONSENSE = (None, "0x", "0xzz", -1, [], {}, "-0x1", "0x" + "ff" * 40, True, "")
METHODS = ("eth_chainId", "eth_getCode", "eth_getStorageAt", "eth_call", "eth_getLogs", "eth_getBlockByNumber")


@pytest.mark.parametrize("method", [*METHODS, "eth_getTransactionByBlockNumberAndIndex"])
def test_an_answer_that_makes_no_sense_is_never_a_traceback(verify: Any, method: str) -> None:
    for nonsense in NONSENSE:

        def lie(asked: str, _: Any, result: Any, nonsense: Any = nonsense) -> Any:
            return nonsense if asked == method else result

        assert verify(lie, "terms")["exit"] in (1, 2), nonsense


def test_a_status_that_does_not_exist_is_caught(verify: Any) -> None:
    selector = "0x" + abi._selector(abi._entry("PPARegistry", "function", "agreementOf")).hex()

    def bend(params: Any, result: Any) -> Any:
        return result[:64] + "09" + result[66:] if params[0]["data"].startswith(selector) else None

    assert verify(on("eth_call", bend), "terms")["exit"] == 1


@pytest.mark.parametrize("given", GIVEN)
@pytest.mark.parametrize("method", METHODS)
def test_what_the_node_refuses_to_answer_could_not_be_checked(verify: Any, method: str, given: str) -> None:
    def refuse(asked: str, _: Any, result: Any) -> Any:
        if asked == method:
            raise Refuses("this node does not say")
        return result

    answer = verify(refuse, given)
    assert answer["exit"] == 2
    assert any("El nodo no quiso contestar" in check["found"] for check in answer["checks"])


# Lies that agree with themselves


@pytest.fixture
def undone(world: World) -> Iterator[None]:
    """What is changed in the node's state is changed back."""
    kept = world.chain.request("evm_snapshot")
    yield
    assert world.chain.request("evm_revert", kept)


@pytest.mark.parametrize("given", GIVEN)
@pytest.mark.parametrize("digit", [3, 20, 35, 43, 47, 50, 56, 63, 64, 65])
def test_no_digit_of_the_agreements_word_can_be_changed_in_the_node_itself(
    world: World, verify: Any, undone: None, digit: int, given: str
) -> None:
    slot = slots.agreement(world.id)
    set_storage(world, world.registry, slot, bent(f"0x{world.chain.storage(world.registry, slot):064x}", digit))
    assert verify(truth, given)["exit"] == 1


@pytest.mark.parametrize("given", GIVEN)
@pytest.mark.parametrize("digit", [5, 20, 33, 45, 49, 57, 65])
@pytest.mark.parametrize("number", [0, 2])
def test_no_digit_of_a_statement_can_be_changed_in_the_node_itself(
    world: World, verify: Any, undone: None, number: int, digit: int, given: str
) -> None:
    slot = slots.statement(world.id, number)
    set_storage(world, world.registry, slot, bent(f"0x{world.chain.storage(world.registry, slot):064x}", digit))
    assert verify(truth, given)["exit"] == 1


@pytest.mark.parametrize("given", GIVEN)
def test_the_words_of_the_ledger_and_the_meters_bond_cannot_be_changed_in_the_node_itself(
    world: World, verify: Any, undone: None, given: str
) -> None:
    places = {
        slots.meter_word(METER.address): world.ledger,
        slots.month_end(METER.address, calendar.month_end(FIRST)): world.ledger,
        slots.served_by(METER.address): world.registry,
    }
    for slot, where in places.items():
        before = f"0x{world.chain.storage(where, slot):064x}"
        set_storage(world, where, slot, bent(before, 40))
        assert verify(truth, given)["exit"] == 1
        set_storage(world, where, slot, before)


def set_storage(world: World, where: str, slot: int, word: str) -> None:
    world.chain.request("anvil_setStorageAt", where, f"0x{slot:064x}", word)


@pytest.mark.parametrize("given", GIVEN)
def test_every_blocks_time_altered_could_not_be_checked(verify: Any, given: str) -> None:
    def bend(params: Any, block: Any) -> None:
        if params[0] != "0x0":
            block["timestamp"] = later(block["timestamp"])

    answer = verify(on("eth_getBlockByNumber", bend), given)
    assert (answer["exit"], answer["links"]) == (2, ["records"])


@pytest.mark.parametrize("given", GIVEN)
def test_where_no_blocks_header_can_be_checked_the_report_says_that_times_rest_on_the_node(
    verify: Any, given: str
) -> None:
    answer = verify(
        on("eth_getBlockByNumber", lambda _, block: block.update(timestamp=later(block["timestamp"]))), given
    )
    assert answer["exit"] == 0
    assert any("su hora es palabra del nodo" in sentence for sentence in answer["not_proved"])


@pytest.fixture
def second(early: Chain, site: Deployment, tmp_path: Path) -> World:
    """An agreement from August on, of a meter that served another one for July; terms.json is in the test's folder."""
    _, later = two_agreements(early, site)
    files.write_terms(tmp_path / "terms.json", later.terms_file())
    return later


def test_terms_of_another_agreement_that_are_altered_are_caught(verify: Any, tmp_path: Path, second: World) -> None:
    assert verify(truth, "terms", upstream=second.chain.url, where=tmp_path)["exit"] == 0

    def as_if_later(_: Any, logs: Any) -> Any:
        for log in logs:
            if log["topics"][0] == abi.topic("PPARegistry", "Proposed") and log["topics"][1] != "0x" + second.id.hex():
                first_day = 2 + 64 * 6  # the offset of the terms, the words' hash, four addresses
                assert int(log["data"][first_day : first_day + 64], 16) == FIRST
                log["data"] = log["data"][:first_day] + f"{FIRST + 184:064x}" + log["data"][first_day + 64 :]
        return logs

    answer = verify(on("eth_getLogs", as_if_later), "terms", upstream=second.chain.url, where=tmp_path)
    assert answer["links"] == ["meter"]
    assert any("no dan esa huella" in check["found"] for check in answer["checks"])


def test_another_agreement_that_ended_can_be_kept_quiet_and_the_report_says_so(
    verify: Any, tmp_path: Path, second: World
) -> None:
    def quiet(_: Any, logs: Any) -> Any:
        return [
            log
            for log in logs
            if log["topics"][0] != abi.topic("PPARegistry", "Served") or log["topics"][1] == "0x" + second.id.hex()
        ]

    answer = verify(on("eth_getLogs", quiet), "terms", upstream=second.chain.url, where=tmp_path)
    assert answer["exit"] == 0
    assert any("terminado cuyo evento el nodo calle" in sentence for sentence in answer["not_proved"])


def test_another_agreement_that_still_runs_cannot_be_kept_quiet(verify: Any, tmp_path: Path, second: World) -> None:
    first = worded(second.deployment, replace(second.terms, first_day=FIRST, months=1, long_stop_day=FIRST, salt=5))
    world = World(second.chain, second.deployment, first, first.digest(second.chain.chain_id(), second.registry))
    files.write_terms(tmp_path / "terms.json", world.terms_file())
    assert verify(truth, "terms", upstream=second.chain.url, where=tmp_path)["exit"] == 0
    answer = verify(about_logs("Served", dropped, 1), "terms", upstream=second.chain.url, where=tmp_path)
    assert answer["links"] == ["meter"]
    assert any("calla su evento Served" in check["found"] for check in answer["checks"])


# A forged chain


class Forger(Chain):
    """A node whose owner has nobody's key: it makes transactions of anyone's by its own word."""

    def transact(self, account: LocalAccount, call: Call, *, gas: int | None = None, seconds: float = 60) -> Receipt:
        self.request("anvil_impersonateAccount", account.address)
        sent = {"from": account.address, "data": "0x" + call.data.hex(), **({"to": call.to} if call.to else {})}
        sent |= {"gas": hex(gas or 8_000_000), "gasPrice": "0x0"}
        receipt = self.wait(str(self.request("eth_sendTransaction", sent)), seconds)
        assert receipt.succeeded
        return receipt


def more_energy(day: int) -> Any:
    """The days of the story with three times the energy."""
    honest = readings_of(day)
    leaves = tuple(replace(leaf, generation_wh=leaf.generation_wh * 3) for leaf in honest.leaves)  # type: ignore[arg-type]
    return replace(honest, leaves=leaves)


@pytest.fixture
def another_anvil() -> Iterator[str]:
    port = free_port()
    yield from served([str(ANVIL), *FLAGS, "--port", str(port), "--timestamp", str(DEPLOYED_AT)], port)


def forged(url: str, kind: type[Chain], monkeypatch: pytest.MonkeyPatch) -> World:
    """The same terms, addresses, chain id and genesis as the honest story's; but other energy."""
    monkeypatch.setattr(story, "readings_of", more_energy)
    return closed_world(kind(url))


@pytest.mark.parametrize("given", GIVEN)
def test_a_forged_chain_of_one_who_has_no_keys_is_caught(
    world: World, verify: Any, another_anvil: str, monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    assert forged(another_anvil, Forger, monkeypatch).id == world.id
    answer = verify(truth, given, upstream=another_anvil)
    assert answer["exit"] == 1
    assert answer["links"][0] == "signatures"


def test_a_forged_chain_of_one_who_has_all_keys_holds_by_itself_and_the_report_names_the_node(
    world: World, verify: Any, folder: Path, another_anvil: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert forged(another_anvil, Chain, monkeypatch).id == world.id
    alone = verify(truth, "terms", upstream=another_anvil)
    assert alone["exit"] == 0
    assert any("si miente de forma coherente no se ve" in sentence for sentence in alone["not_proved"])
    assert any("Quién tiene las claves" in sentence for sentence in alone["not_proved"])

    by_evidence = verify(truth, "evidence", upstream=another_anvil)
    assert by_evidence["exit"] == 1
    assert "records" in by_evidence["links"]

    by_invoice = verify(truth, "terms", "--invoice", str(folder / "invoice.json"), upstream=another_anvil)
    assert (by_invoice["exit"], by_invoice["links"]) == (1, ["invoice"])


# What is said


def test_every_check_has_one_name_whether_it_holds_or_raises(world: World) -> None:
    names = [check.name for check in run(Subject.of(world.chain, world.evidence(), world.invoice(1))).checks]
    with proxy(world.chain.url, lambda method, _, result: "0x" if method == "eth_call" else result) as url:
        broken = run(Subject.of(Chain(url), world.evidence(), world.invoice(1)))
    optional = {"Firmas después del último mes cerrado", "Otros contratos del contador"}
    optional |= {"Hora de los registros sin liquidar"}
    assert [check.name for check in broken.checks if check.name not in optional] == [
        name for name in names if name not in optional
    ]


def test_what_a_check_raises_is_said_in_the_readers_language() -> None:
    kinds = [PpaError]
    for kind in kinds:
        kinds += kind.__subclasses__()
    assert all(kind.spanish for kind in kinds)
    assert PpaError("A is B.").told("en") == "A is B."
    assert PpaError("A is B.").told("es") == "Algo no es como debe (A is B.)"


def test_the_story_of_this_file_ends_where_it_should(world: World) -> None:
    assert max(world.days) == LAST + 1
