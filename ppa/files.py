"""The files that leave the house: a read checks format, version and schema; a write is whole or not at all."""

import os

from ppa import jsonfile
from ppa.deployment import Deployment
from ppa.evidence import Evidence
from ppa.invoice import Invoice
from ppa.termsfile import TermsFile

Path = str | os.PathLike[str]


def read_terms(path: Path) -> TermsFile:
    """terms.json. Raises BadFile, UnknownFormat or BadTerms."""
    return TermsFile.from_json(jsonfile.read(path, "terms"))


def write_terms(path: Path, terms: TermsFile) -> None:
    """terms.json."""
    jsonfile.write(path, "terms", terms.to_json())


def read_invoice(path: Path) -> Invoice:
    """invoice.json. Raises BadFile or UnknownFormat."""
    return Invoice.from_json(jsonfile.read(path, "invoice"))


def write_invoice(path: Path, invoice: Invoice) -> None:
    """invoice.json."""
    jsonfile.write(path, "invoice", invoice.to_json())


def read_evidence(path: Path) -> Evidence:
    """evidence.json. Raises BadFile, UnknownFormat or BadTerms."""
    return Evidence.from_json(jsonfile.read(path, "evidence"))


def write_evidence(path: Path, evidence: Evidence) -> None:
    """evidence.json."""
    jsonfile.write(path, "evidence", evidence.to_json())


def read_deployment(path: Path) -> Deployment:
    """deployments/<network>.json. Raises BadFile or UnknownFormat."""
    return Deployment.from_json(jsonfile.read(path, "deployment"))


def write_deployment(path: Path, deployment: Deployment) -> None:
    """deployments/<network>.json."""
    jsonfile.write(path, "deployment", deployment.to_json())
