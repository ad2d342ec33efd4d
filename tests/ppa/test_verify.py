"""What "verified" means, against a real chain and against nodes that lie.

everything right ── exit 0, by evidence or by terms alone, in Spanish and English
a thing of the file changed ── exit 1, names the link (root, register, price, cent, leaf, summary, block, statement)
a node that lies ── a log changed, dropped or doubled; a word, a block, a code changed: exit 1
                 └─ consistently: not seen, and the report says on what it rests
an agreement unsigned, a meter in two agreements, an early record ── exit 1
no node, an unreadable file ── exit 2
"""

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from eth_utils.address import to_checksum_address

from ppa import abi, calendar, files, tree, verify, wording
from ppa.chain import Chain
from ppa.clauses import FixedFee
from ppa.deployment import Deployment
from ppa.errors import BadFile
from ppa.evidence import Evidence
from ppa.records import compact_signature, next_word, signed_digest
from ppa.storage_words import AgreementWord
from ppa.terms import Clause
from ppa.termsfile import TermsFile
from ppa.verify import Check, Report, Subject, slots
from ppa.verify.__main__ import main
from ppa.verify.keys import is_brought
from ppa.verify.tamper import tamper
from tests.both_verifiers import run
from tests.ppa.conftest import free_port
from tests.ppa.test_chain import Between
from tests.ppa.world import (
    CONSUMER,
    FIRST,
    LAST,
    METER,
    PRODUCER,
    STRANGER,
    World,
    readings_of,
    rules,
    signed_world,
    terms_at,
    worded,
)

LEDGER_VIEWS = ("wordOf", "atMonthEnd", "firstOf")
LINKS = ["chain", "code", "terms", "signatures", "meter", "records", "readings", "statement", "invoice"]


@pytest.fixture(scope="session")
def evidence(world: World) -> Evidence:
    return world.evidence()


@pytest.fixture(scope="session")
def folder(world: World, evidence: Evidence, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """evidence.json, terms.json, invoice.json of July."""
    folder = tmp_path_factory.mktemp("files")
    files.write_evidence(folder / "evidence.json", evidence)
    files.write_terms(folder / "terms.json", world.terms_file())
    files.write_invoice(folder / "invoice.json", world.invoice(1))
    return folder


def failing(report: Report) -> tuple[str, ...]:
    """The broken links of a report that must not hold."""
    assert report.exit_status == 1, report.to_text()
    return report.broken_links


def found(report: Report) -> str:
    return "\n".join(check.found for check in report.checks if check.ok is not True)


# Everything right


def test_the_right_evidence_and_invoice_hold_on_every_link(world: World, evidence: Evidence) -> None:
    report = run(Subject.of(world.chain, evidence, world.invoice(2)))
    assert report.exit_status == 0, report.to_text()
    assert list(dict.fromkeys(check.link for check in report.checks)) == LINKS
    assert "bloque" in next(c.found for c in report.checks if c.name == "Contrato verificado")


def test_terms_alone_are_enough_and_the_report_says_what_is_missing(world: World) -> None:
    report = run(Subject.of(world.chain, world.terms_file(), world.invoice(3), "en"))
    assert report.exit_status == 0, report.to_text()
    assert "readings" not in [check.link for check in report.checks]
    assert any("readings" in sentence for sentence in report.not_proved)


def test_an_older_evidence_holds_while_the_chain_goes_on(world: World, evidence: Evidence) -> None:
    older = replace(
        evidence, records=evidence.records[:40], days=evidence.days[:40], statements=evidence.statements[:1]
    )
    assert run(Subject.of(world.chain, older)).exit_status == 0


def test_the_file_gives_back_the_same_evidence(evidence: Evidence, folder: Path) -> None:
    read = files.read_evidence(folder / "evidence.json")
    assert read.to_json() == evidence.to_json()


# Something of the file changed


@pytest.mark.parametrize(
    ("what", "link", "words"),
    [
        ("root", "records", "la raíz de las lecturas es otra"),
        ("register", "records", "difiere en 1 kWh"),
        ("price", "terms", "alguna ha cambiado"),
        ("cent", "invoice", "Difiere en 0,01 €: línea 1"),
    ],
)
def test_each_tampering_is_caught_on_its_link(
    world: World, evidence: Evidence, what: Any, link: str, words: str
) -> None:
    given, invoices, _ = tamper(what, evidence, [world.invoice(1)])
    report = run(Subject.of(world.chain, given, invoices))
    assert failing(report)[0] == link
    assert words in found(report)


def test_a_register_and_a_price_show_their_euros(world: World, evidence: Evidence) -> None:
    register, _, _ = tamper("register", evidence, [])
    assert "difiere en 0,12 €" in found(run(Subject.of(world.chain, register)))
    price, _, _ = tamper("price", evidence, [])
    assert "difiere en 0,46 €" in found(run(Subject.of(world.chain, price)))


def test_a_cent_without_an_invoice_is_taken_from_the_statement(world: World, evidence: Evidence) -> None:
    given, _, _ = tamper("cent", evidence, [])
    assert failing(run(Subject.of(world.chain, given))) == ("statement",)


@pytest.mark.parametrize("what", ["root", "register", "cent"])
def test_what_is_not_there_cannot_be_tampered_with(world: World, what: Any) -> None:
    with pytest.raises(BadFile, match="no "):
        tamper(what, world.terms_file(), [])


def test_evidence_that_is_not_whole_cannot_be_tampered_with(evidence: Evidence) -> None:
    with pytest.raises(BadFile, match="no line to change"):
        tamper("cent", replace(evidence, statements=(replace(evidence.statements[0], lines=()),)), [])
    with pytest.raises(BadFile, match="no record of 2016-09-30"):
        tamper("register", replace(evidence, records=evidence.records[:1]), [])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"block": 1}, "not in 1"),
        ({"transaction": "0x"}, "in transaction 0x"),
        ({"log_index": 7}, "in place 0, not in 7"),
    ],
)
def test_a_record_of_the_file_that_stands_elsewhere_is_told_by_what_differs(
    world: World, evidence: Evidence, change: Any, words: str
) -> None:
    moved = replace(evidence, records=(replace(evidence.records[0], **change), *evidence.records[1:]))
    assert words in found(run(Subject.of(world.chain, moved, None, "en")))


def boundary(evidence: Evidence) -> int:
    return next(i for i, day in enumerate(evidence.days) if day.last_reading and day.path)


def with_day(evidence: Evidence, **changes: Any) -> Evidence:
    place = boundary(evidence)
    day = replace(evidence.days[place], **changes)
    return replace(evidence, days=(*evidence.days[:place], day, *evidence.days[place + 1 :]))


def test_a_summary_that_was_polished_is_caught(world: World, evidence: Evidence) -> None:
    summary = replace(evidence.days[boundary(evidence)].summary, coverage_export=1)
    assert failing(run(Subject.of(world.chain, with_day(evidence, summary=summary)))) == ("readings",)


def test_a_reading_that_was_changed_is_caught(world: World, evidence: Evidence) -> None:
    last = evidence.days[boundary(evidence)].last_reading
    assert last
    changed = with_day(evidence, last_reading=replace(last, generation_wh=last.generation_wh + 1))
    assert failing(run(Subject.of(world.chain, changed))) == ("readings",)


def test_a_true_reading_that_is_not_the_last_one_is_caught(world: World, evidence: Evidence) -> None:
    day = world.days[evidence.days[boundary(evidence)].day]
    first = with_day(evidence, last_reading=day.leaves[0], path=tuple(tree.proof(day.hashes(), 0)))
    report = run(Subject.of(world.chain, first))
    assert failing(report) == ("readings",)
    assert "difiere en 16 kWh" in found(report)


def test_a_missing_boundary_reading_could_not_be_checked(world: World, evidence: Evidence) -> None:
    report = run(Subject.of(world.chain, replace(evidence, days=evidence.days[:20])))
    assert report.exit_status == 2
    assert report.broken_links == ("readings",)


@pytest.mark.parametrize(
    ("change", "link"),
    [
        (lambda e: replace(e, chain_id=1), "chain"),
        (lambda e: replace(e, genesis="0x" + "00" * 32), "chain"),
        (lambda e: replace(e, contracts={**e.contracts, "PPARegistry": METER.address}), "code"),
        (lambda e: replace(e, contracts={**e.contracts, "MeterLedger": METER.address}), "code"),
        (lambda e: replace(e, contracts={**e.contracts, "RegistryEnds": METER.address}), "code"),
        (lambda e: replace(e, contracts={**e.contracts, "GuaranteedGeneration": e.terms.clauses[0].rule}), "code"),
        (lambda e: replace(e, contracts={**e.contracts, "LateInterest": METER.address}), "code"),
        (lambda e: replace(e, contracts={**e.contracts, "IndexedPrice": e.contracts["PPARegistry"]}), "code"),
        (lambda e: replace(e, contracts={**e.contracts, "Another": e.terms.clauses[0].rule}), "code"),
        (lambda e: replace(e, agreement=b"\1" * 32), "terms"),
        (lambda e: replace(e, terms=replace(e.terms, time_zone="Europe/Lisbon")), "terms"),
        (lambda e: replace(e, blocks={**e.blocks, "signed": 1}), "signatures"),
        (lambda e: replace(e, records=e.records[:50] + e.records[51:]), "records"),
        (lambda e: replace(e, records=(*e.records, e.records[-1])), "records"),
        (lambda e: replace(e, records=(replace(e.records[0], block=1), *e.records[1:])), "records"),
        (lambda e: replace(e, statements=(replace(e.statements[0], balance_cents=0), *e.statements[1:])), "statement"),
        (lambda e: replace(e, statements=(replace(e.statements[0], number=4),)), "statement"),
    ],
)
def test_each_thing_of_the_file_is_compared(
    world: World, evidence: Evidence, change: Callable[[Evidence], Evidence], link: str
) -> None:
    report = run(Subject.of(world.chain, change(evidence)))
    assert failing(report)[0] == link


def test_the_invoice_of_another_agreement_is_refused(world: World, evidence: Evidence) -> None:
    other = replace(world.invoice(1), agreement=b"\7" * 32)
    report = run(Subject.of(world.chain, evidence, other))
    assert failing(report) == ("invoice",)
    assert "es la factura de otro contrato" in found(report)


def test_an_invoice_of_a_month_that_is_not_closed_is_refused(world: World, evidence: Evidence) -> None:
    report = run(Subject.of(world.chain, evidence, replace(world.invoice(1), number=9), "en"))
    assert "month 9 is not closed" in found(report)


# A node that lies


@cache
def answers_at(_head: str) -> dict[str, Any]:
    """What the node answered while this was its newest block: it would answer the same again."""
    return {}


def lying(world: World, lie: Callable[[str, Any, Any], Any]) -> Report:
    """The report of a node whose results go through `lie(method, params, result)`; evidence was honest."""
    kept = answers_at(world.chain.block("latest").hash)

    def change(method: str, params: Any, ask: Callable[[], Any]) -> Any:
        asked = json.dumps([method, params])
        if asked not in kept:
            kept[asked] = ask()
        answer = copy.deepcopy(kept[asked])
        return {**answer, "result": lie(method, params, answer["result"])} if "result" in answer else answer

    return run(Subject.of(Chain(Between(world.chain, change)), world.terms_file()))


def records_log(world: World, params: Any) -> bool:
    return params[0]["address"] == world.ledger


def bent(hexed: str, place: int = -1) -> str:
    """The same with one digit changed."""
    place %= len(hexed)
    return hexed[:place] + ("0" if hexed[place] != "0" else "1") + hexed[place + 1 :]


@pytest.mark.parametrize("which", [0, 50, -1])
@pytest.mark.parametrize(
    "lie",
    [
        lambda logs, i: logs[i].update(data=bent(logs[i]["data"])),
        lambda logs, i: logs[i].update(data=bent(logs[i]["data"], 66)),
        lambda logs, i: logs.pop(i),
        lambda logs, i: logs.append(dict(logs[i])),
        lambda logs, i: logs[i].update(blockHash="0x" + "00" * 32),
        lambda logs, i: logs[i].update(data="0x"),
        lambda logs, i: logs[i].pop("transactionHash"),
    ],
    ids=["root altered", "register or day altered", "dropped", "doubled", "block altered", "emptied", "not whole"],
)
def test_a_node_that_lies_about_one_record_is_caught(world: World, which: int, lie: Callable[[Any, int], Any]) -> None:
    def change(method: str, params: Any, result: Any) -> Any:
        if method == "eth_getLogs" and records_log(world, params):
            lie(result, which)
        return result

    assert "records" in failing(lying(world, change))


@pytest.mark.parametrize("name", ["Proposed", "Signed", "Served", "Opened", "Closed", "Ended"])
@pytest.mark.parametrize("how", ["dropped", "doubled"])
def test_a_node_that_lies_about_one_act_is_caught(world: World, name: str, how: str) -> None:
    topic = abi.topic("PPARegistry", name)

    def change(method: str, params: Any, result: Any) -> Any:
        if method != "eth_getLogs" or records_log(world, params):
            return result
        mine = [log for log in result if log["topics"][0] == topic]
        if how == "doubled":
            return [*result, *mine[:1]]
        return [log for log in result if log not in mine[:1]]

    assert set(failing(lying(world, change))) & {"terms", "signatures", "meter", "statement"}


@pytest.mark.parametrize("change", [lambda topic: topic[:-2], lambda topic: topic + "00"], ids=["shorter", "longer"])
def test_a_node_that_gives_a_topic_of_another_length_is_caught(world: World, change: Callable[[str], str]) -> None:
    served = abi.topic("PPARegistry", "Served")

    def lie(method: str, _: Any, result: Any) -> Any:
        if method == "eth_getLogs":
            for log in result:
                if log["topics"][0] == served:
                    log["topics"][2] = change(log["topics"][2])
        return result

    report = lying(world, lie)
    assert report.exit_status == 1
    assert any("has not 3 topics of 32 bytes" in check.found for check in report.checks)


def test_a_node_that_alters_a_closed_line_is_caught(world: World) -> None:
    topic = abi.topic("PPARegistry", "Closed")

    def change(method: str, _: Any, result: Any) -> Any:
        if method == "eth_getLogs":
            for log in result:
                if log["topics"][0] == topic:
                    log["data"] = bent(log["data"])
        return result

    assert failing(lying(world, change)) == ("statement",)


def test_a_node_that_alters_any_one_storage_word_is_caught(world: World) -> None:
    slots: set[str] = set()

    def listen(method: str, params: Any, result: Any) -> Any:
        if method == "eth_getStorageAt":
            slots.add(params[1])
        return result

    assert lying(world, listen).exit_status == 0
    assert len(slots) >= 10  # meter, month ends, agreement, served by, four statements
    for slot in slots:

        def change(method: str, params: Any, result: Any, slot: str = slot) -> Any:
            return bent(result) if method == "eth_getStorageAt" and params[1] == slot else result

        assert lying(world, change).exit_status == 1


@pytest.mark.parametrize("view", [*LEDGER_VIEWS, "agreementOf", "statementOf", "servedBy", "ledger", "ends", "rights"])
def test_a_node_that_alters_one_view_is_caught(world: World, view: str) -> None:
    contract = "MeterLedger" if view in LEDGER_VIEWS else "PPARegistry"
    entry = abi._entry(contract, "function", view)
    selector = "0x" + abi._selector(entry).hex()

    def change(method: str, params: Any, result: Any) -> Any:
        return bent(result) if method == "eth_call" and params[0]["data"].startswith(selector) else result

    assert lying(world, change).exit_status == 1


def test_a_node_that_alters_one_block_is_caught(world: World) -> None:
    place = hex(world.chain.records(world.ledger, METER.address)[30].block)

    def change(method: str, params: Any, result: Any) -> Any:
        if method == "eth_getBlockByNumber" and params[0] == place:
            result["timestamp"] = hex(int(result["timestamp"], 16) + 5)
        return result

    report = lying(world, change)
    assert failing(report) == ("records",)
    assert "no da su hash" in found(report)


def later_fork(world: World, *odd: int) -> Report:
    """The report where headers from the meter's 31st record on have a later fork's field; those `odd` another time."""
    first = world.chain.records(world.ledger, METER.address)[30].block

    def change(method: str, params: Any, result: Any) -> Any:
        if method == "eth_getBlockByNumber" and int(result["number"], 16) >= first:
            result |= {"slotNumber": "0x7", "timestamp": hex(int(result["timestamp"], 16) + 5)}
        if method == "eth_getBlockByNumber" and int(result["number"], 16) in odd:
            result["timestamp"] = hex(int(result["timestamp"], 16) + 5)
        return result

    return lying(world, change)


def test_headers_with_fields_of_a_later_fork_are_undecided_and_the_fields_are_named(world: World) -> None:
    report = later_fork(world)
    assert (report.exit_status, report.broken_links) == (2, ("records",)), report.to_text()
    assert "tiene campos que este programa no conoce (slotNumber)" in found(report)
    assert any("su hora es palabra del nodo" in sentence for sentence in report.not_proved)


def test_a_header_that_does_not_make_its_hash_is_refused_also_where_a_later_fork_follows(world: World) -> None:
    report = later_fork(world, world.chain.records(world.ledger, METER.address)[3].block)
    assert failing(report) == ("records",)
    assert "no da su hash" in found(report)


def test_a_field_of_a_later_fork_beside_a_header_that_makes_its_hash_is_nothing(world: World) -> None:
    def change(method: str, params: Any, result: Any) -> Any:
        return result | {"slotNumber": "0x7"} if method == "eth_getBlockByNumber" else result

    assert lying(world, change).exit_status == 0


@pytest.mark.parametrize("name", ["PPARegistry", "RegistryEnds", "RegistryRights", "MeterLedger", "EnergyCharge"])
def test_a_node_that_alters_the_code_of_a_contract_is_caught(world: World, evidence: Evidence, name: str) -> None:
    def change(method: str, params: Any, ask: Callable[[], Any]) -> Any:
        answer = ask()
        if method == "eth_getCode" and params[0] == world.deployment.address(name):
            return {**answer, "result": bent(answer["result"])}
        return answer

    report = run(Subject.of(Chain(Between(world.chain, change)), evidence))
    assert failing(report)[0] == "code"


def test_a_consistent_lie_is_not_seen_and_the_report_says_so(world: World) -> None:
    report = lying(world, lambda _method, _params, result: result)
    assert report.exit_status == 0
    assert any("miente de forma coherente" in sentence for sentence in report.not_proved)


def test_a_clause_that_is_not_the_one_of_the_words_is_caught(world: World) -> None:
    rule = world.deployment.address("EnergyCharge")

    def change(method: str, params: Any, result: Any) -> Any:
        return bent(result) if method == "eth_getCode" and params[0] == rule else result

    report = lying(world, change)
    assert failing(report) == ("terms",)
    assert "lo firmado en palabras no es lo que dicen las condiciones" in found(report)


def test_a_clause_that_nobody_knows_cannot_be_checked(early: Chain, site: Deployment) -> None:
    odd = to_checksum_address("0x00000000000000000000000000000000000c1a05")
    early.request("anvil_setCode", odd, f"0x{early.code(site.address('FixedFee')).hex()}00")
    clauses = (Clause(odd, FixedFee(700, 0).params()),)
    world = signed_world(early, site, worded(site, replace(terms_at(site), clauses=clauses)))
    world.record(readings_of(FIRST + 30))
    world.act(STRANGER, "close")
    report = run(Subject.of(early, world.terms_file()))
    assert (report.exit_status, report.broken_links) == (2, ("code",)), report.to_text()
    assert "palabra del nodo" in next(c.found for c in report.checks if c.name == "Código de las cláusulas")
    assert any("cláusula desconocida" in sentence for sentence in report.not_proved)


# Agreements that are not what they should be


def test_a_text_that_is_not_what_the_terms_make_is_refused(world: World) -> None:
    file = world.terms_file()
    for other in (replace(file, words=file.words + "\n"), replace(file, language="en")):
        report = run(Subject.of(world.chain, other))
        assert failing(report) == ("terms",)
        assert "el texto del archivo no es el de las condiciones" in found(report)


def test_the_report_says_in_which_language_the_agreement_was_signed(early: Chain, site: Deployment) -> None:
    terms, _ = wording.worded(terms_at(site), rules(site), "en")
    world = signed_world(early, site, terms)
    assert "en inglés, " in run(Subject.of(early, world.terms_file())).to_text()


def test_words_that_nobody_can_make_again_are_caught(early: Chain, site: Deployment) -> None:
    world = signed_world(early, site, replace(terms_at(site), words_hash=b"\1" * 32))
    file = TermsFile(early.chain_id(), early.genesis_hash(), world.registry, world.id, world.terms, "words", "en")
    assert failing(run(Subject.of(early, file))) == ("terms",)


def test_a_report_without_checks_is_not_green() -> None:
    note = Check("a", True, "b", "chain", note=True)
    assert Report((), ()).exit_status == Report((note,), ()).exit_status == 2


def test_a_note_counts_for_no_verdict_and_has_a_mark_of_its_own() -> None:
    report = Report((Check("a", True, "b", "chain"), Check("c", None, "d", "meter", note=True)), (), "en")
    assert (report.exit_status, report.broken_links) == (0, ())
    assert "· [meter] c: d" in report.to_text()
    assert [check.get("note") for check in report.to_json()["checks"]] == [None, True]


def test_an_agreement_that_only_one_party_signed_does_not_hold(world: World) -> None:
    terms = terms_at(world.deployment, salt=90)
    world.act(PRODUCER, "propose", terms)
    chain_id, registry = world.chain.chain_id(), world.registry
    file = replace(world.terms_file(), terms=terms, id=terms.digest(chain_id, registry))
    report = run(Subject.of(world.chain, file, None, "en"))
    assert "signatures" in failing(report)
    assert "not signed: status PROPOSED" in found(report)


def test_a_signed_agreement_that_the_meter_does_not_serve_yet_does_not_hold(world: World) -> None:
    terms = terms_at(world.deployment, salt=91)
    world.act(PRODUCER, "propose", terms)
    world.act(CONSUMER, "sign", terms)
    file = replace(world.terms_file(), terms=terms, id=terms.digest(world.chain.chain_id(), world.registry))
    assert failing(run(Subject.of(world.chain, file))) == ("meter",)


def test_another_agreement_of_the_meter_that_billed_the_same_days_is_caught(early: Chain, site: Deployment) -> None:
    first, second = two_agreements(early, site)
    report = run(Subject.of(early, second.terms_file()))
    assert report.exit_status == 0, found(report)
    slot = slots.agreement(first.id)
    word = AgreementWord.unpack(early.storage(first.registry, slot))
    longer = replace(word, boundary_day=word.boundary_day + 1)
    early.request("anvil_setStorageAt", first.registry, f"0x{slot:064x}", f"0x{longer.pack():064x}")
    report = run(Subject.of(early, second.terms_file()))
    assert failing(report) == ("meter",)
    assert "que facturó los mismos días" in found(report)


def two_agreements(chain: Chain, site: Deployment) -> tuple[World, World]:
    """A meter that served one agreement for July, and serves another from August on, which closed August."""
    plain = replace(terms_at(site), clauses=terms_at(site).clauses[:1])
    july = worded(site, replace(plain, months=1, long_stop_day=FIRST, salt=5))
    first = signed_world(chain, site, july)
    later = worded(site, replace(plain, first_day=FIRST + 31, long_stop_day=LAST, salt=6))
    second = World(chain, site, later, later.digest(chain.chain_id(), first.registry), first.days)
    first.record(readings_of(FIRST + 30))
    first.act(STRANGER, "close")
    second.act(PRODUCER, "propose")
    second.act(CONSUMER, "sign")
    second.act(METER, "serve")
    second.record(readings_of(FIRST + 61))
    second.act(STRANGER, "close")
    return first, second


def test_a_record_before_local_midnight_is_caught_where_it_was_billed(early: Chain, site: Deployment) -> None:
    world = signed_world(early, site)
    record = readings_of(FIRST + 30).record()
    early.set_next_block_time(calendar.earliest_record_time(record.day) + 1)
    early.transact(METER, early.function("MeterLedger", world.ledger, "record", *record.as_tuple()))
    world.act(STRANGER, "close")
    report = run(Subject.of(early, world.terms_file()))
    assert failing(report) == ("records",)
    assert "antes de la medianoche local" in found(report)


def brought(world: World, days: range) -> list[tuple[Any, ...]]:
    """Records of these days as the meter signs them, each on top of the one before."""
    word, found = world.chain.word_of(world.ledger, METER.address), []
    for day in days:
        record = readings_of(day).record()
        digest = signed_digest(world.chain.chain_id(), world.ledger, word, record)
        signature = METER.unsafe_sign_hash(digest)
        words = compact_signature(signature.r, signature.s, signature.v - 27)
        found.append((METER.address, *record.as_tuple(), *words))
        word = next_word(word, record)
    return found


def test_records_that_the_meter_signed_and_another_brought_hold(early: Chain, site: Deployment) -> None:
    world = signed_world(early, site)
    records = brought(world, range(FIRST + 28, FIRST + 31))
    early.set_next_block_time(calendar.day_bounds(FIRST + 30, world.terms.time_zone)[1] + 60)
    early.transact(STRANGER, early.function("MeterLedger", world.ledger, "recordSigned", records))
    world.act(STRANGER, "close")
    report = run(Subject.of(early, world.terms_file()))
    assert report.exit_status == 0, found(report)
    assert f"4, de las claves de {METER.address}" in report.to_text()


@pytest.mark.parametrize("place", [1, 2, 3, 4, 5, 6])
def test_a_record_that_the_meter_did_not_sign_so_is_not_taken_for_its_own(
    early: Chain, site: Deployment, place: int
) -> None:
    world = signed_world(early, site)
    (entry,) = brought(world, range(FIRST + 30, FIRST + 31))
    word, record = early.word_of(world.ledger, METER.address), readings_of(FIRST + 30).record()
    subject = Subject.of(early, world.terms_file())
    assert is_brought(subject, word, record, [entry])
    other = entry[place] + 1 if place < 4 else entry[place][::-1]
    assert not is_brought(subject, word, record, [(*entry[:place], other, *entry[place + 1 :])])
    assert not is_brought(subject, next_word(word, record), record, [entry])


# The command


def test_the_command_exits_0_and_ends_with_what_it_does_not_prove(
    anvil: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files_given = ["--evidence", str(folder / "evidence.json"), "--invoice", str(folder / "invoice.json")]
    assert main(["--rpc", anvil, *files_given]) == 0
    out = capsys.readouterr().out
    assert "Verificado: todo coincide." in out
    assert "Lo que esto no demuestra" in out
    assert out.rindex("Lo que esto no demuestra") > out.rindex("[invoice]")


@pytest.mark.parametrize(
    ("what", "link"), [("root", "records"), ("register", "records"), ("price", "terms"), ("cent", "invoice")]
)
def test_the_command_shows_how_a_tampering_is_caught(
    anvil: str, folder: Path, capsys: pytest.CaptureFixture[str], what: str, link: str
) -> None:
    files_given = ["--evidence", str(folder / "evidence.json"), "--invoice", str(folder / "invoice.json")]
    before = (folder / "evidence.json").read_bytes()
    assert main(["--rpc", anvil, *files_given, "--tamper", what, "--json", "--language", "en"]) == 1
    answer = json.loads(capsys.readouterr().out)
    assert answer["links"][0] == link
    assert answer["tampered"]
    assert not answer["verified"]
    assert (folder / "evidence.json").read_bytes() == before


def test_the_command_takes_terms_in_english(anvil: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--rpc", anvil, "--terms", str(folder / "terms.json"), "--language", "en"]) == 0
    assert "Verified: everything holds." in capsys.readouterr().out


def test_an_rpc_that_is_down_exits_2(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--rpc", f"http://127.0.0.1:{free_port()}", "--terms", str(folder / "terms.json")]) == 2
    out = capsys.readouterr().out
    assert "is it running?" in out
    assert "No se pudo comprobar: eslabón chain." in out


@pytest.mark.parametrize("rpc", ["foo", "", "ws://127.0.0.1:8545", "http://[::1", "http://127.0.0.1:99999"])
def test_an_rpc_that_is_no_url_exits_2_and_says_so(folder: Path, capsys: pytest.CaptureFixture[str], rpc: str) -> None:
    assert main(["--rpc", rpc, "--terms", str(folder / "terms.json")]) == 2
    assert f"{rpc!r} is not an http(s) URL." in capsys.readouterr().out


@pytest.mark.parametrize("method", ["eth_chainId", "eth_getBlockByNumber"])
@pytest.mark.parametrize("nonsense", [None, "hi", {}, [], True])
def test_what_answers_json_but_is_no_node_was_compared_with_nothing(world: World, method: str, nonsense: Any) -> None:
    report = lying(world, lambda asked, _, result: nonsense if asked == method else result)
    assert (report.exit_status, len(report.checks)) == (2, 1), report.to_text()


@pytest.mark.parametrize(("method", "status"), [("eth_chainId", 2), ("eth_getCode", 1)])
@pytest.mark.parametrize("deep", ["[" * 100_000, '{"result":' + "[" * 700 + "]" * 700 + "}"])
def test_an_answer_that_is_nested_without_end_is_no_traceback(
    world: World, method: str, status: int, deep: str
) -> None:
    def change(asked: str, _: Any, ask: Callable[[], Any]) -> Any:
        return json.loads(deep) if asked == method else ask()

    report = verify.run(Subject.of(Chain(Between(world.chain, change)), world.terms_file()))
    assert report.exit_status == status, report.to_text()


@pytest.mark.parametrize("deep", ["[" * 100_000, '{"format": ' + "[" * 700 + "]" * 700 + "}"])
def test_a_file_that_is_nested_without_end_exits_2(
    anvil: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], deep: str
) -> None:
    (tmp_path / "deep.json").write_text(deep)
    assert main(["--rpc", anvil, "--terms", str(tmp_path / "deep.json")]) == 2
    assert "El archivo" in capsys.readouterr().err


@pytest.mark.parametrize("as_json", [True, False])
def test_a_file_of_an_unknown_format_version_exits_2_with_a_sentence(
    anvil: str, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], as_json: bool
) -> None:
    body = json.loads((folder / "terms.json").read_text())
    (tmp_path / "new.json").write_text(json.dumps({**body, "format": {"name": "solpact-terms", "version": 2}}))
    given = ["--rpc", anvil, "--terms", str(tmp_path / "new.json"), *["--json"] * as_json]
    assert main(given) == 2
    said = capsys.readouterr()
    assert "this program reads 'solpact-terms' version 1" in (said.out if as_json else said.err)
