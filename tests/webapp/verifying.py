"""Both verifiers on an agreement and one of its invoices, from nothing but the platform's files and a node."""

import json
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from ppa import files
from ppa.chain import Chain
from ppa.verify import Report, Subject, run
from tests import both_verifiers


def by_ppa(client: FlaskClient, rpc: str, agreement: str, period: str, folder: Path) -> Report:
    """What our verifier says; `period` such as 2016-07."""
    for name, path in (("evidence", "evidence.json"), ("invoice", f"statements/{period}/invoice.json")):
        (folder / name).write_bytes(client.get(f"/agreements/{agreement}/{path}").data)
    evidence, invoice = files.read_evidence(folder / "evidence"), files.read_invoice(folder / "invoice")
    return run(Subject.of(Chain(rpc), evidence, invoice))


def in_the_browser(client: FlaskClient, rpc: str, agreement: str, period: str) -> list[dict[str, Any]]:
    """What the browser's modules say of the same files."""
    evidence, invoice = (
        json.loads(client.get(f"/agreements/{agreement}/{path}").data)
        for path in ("evidence.json", f"statements/{period}/invoice.json")
    )
    return of_evidence(client, rpc, evidence, invoice=invoice)


def of_evidence(client: FlaskClient, rpc: str, evidence: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
    """What the browser's modules say of an evidence file, and of an invoice if there is one."""
    at = evidence["contracts"]
    given = {"chainId": int(evidence["chain_id"]), "genesis": evidence["genesis"], "registry": at["PPARegistry"]}
    given |= {
        "ledger": at["MeterLedger"],
        "id": evidence["agreement"],
        "terms": evidence["terms"],
        "words": evidence["words"],
        "language": evidence["language"],
        "evidence": evidence,
    }
    whole = {"rpc": rpc, "given": given | more}
    whole |= {name: client.get(f"/interfaces/{kind}.json").json for name, kind in (("abis", "abi"), ("build", "build"))}
    return both_verifiers.verified(whole)
