"""`solpact-verify --rpc URL (--terms F | --evidence F) [--invoice F]`: every check, no server of ours.

Exit status: 0 all hold, 1 something differs, 2 could not be checked.
"""

import argparse
import json
import sys
from collections.abc import Sequence

from ppa import files
from ppa.chain import Chain
from ppa.errors import PpaError
from ppa.invoice import Invoice
from ppa.text import LANGUAGES
from ppa.verify import Subject, refusal, run
from ppa.verify.tamper import CHOICES, tamper


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command; the exit status."""
    options = _parser().parse_args(arguments)
    try:
        given = files.read_evidence(options.evidence) if options.evidence else files.read_terms(options.terms)
        invoices: Sequence[Invoice] = [files.read_invoice(path) for path in options.invoice]
        changed = None
        if options.tamper:
            given, invoices, changed = tamper(options.tamper, given, invoices, options.language)
        report = run(Subject.of(Chain(options.rpc), given, invoices, options.language))
    except PpaError as problem:
        refused = refusal(problem, options.language)
        if options.json:
            print(json.dumps(refused.to_json(), ensure_ascii=False))
        else:
            print(refused.checks[0].found, file=sys.stderr)
        return refused.exit_status
    if options.json:
        print(json.dumps({**report.to_json(), **({"tampered": changed} if changed else {})}, ensure_ascii=False))
    else:
        if changed:
            print(f"{'Cambiado a propósito' if options.language == 'es' else 'Changed on purpose'}: {changed}.\n")
        print(report.to_text())
    return report.exit_status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="solpact-verify", description=__doc__)
    parser.add_argument("--rpc", required=True, metavar="URL", help="any node of the chain")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--terms", metavar="FILE", help="terms.json")
    source.add_argument("--evidence", metavar="FILE", help="evidence.json: also checks the readings")
    parser.add_argument(
        "--invoice",
        metavar="FILE",
        action="append",
        default=[],
        help="invoice.json to compare with its statement; may be given several times",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object instead of text")
    parser.add_argument("--tamper", choices=CHOICES, help="change one such thing in a copy, to see it caught")
    parser.add_argument("--language", choices=LANGUAGES, default="es")
    return parser


if __name__ == "__main__":
    sys.exit(main())
