"""Everything that "verified" means (architecture.md §6), from a node, the terms or the evidence, and an invoice.

Each check names its link of the chain of proof:

    chain → code → terms → signatures → meter → records → readings → statement → invoice

`run` makes a Report: exit status 0 all hold, 1 something differs, 2 something could not be checked.
"""

from ppa.verify.report import Check, Report
from ppa.verify.run import refusal, run
from ppa.verify.subject import Subject

__all__ = ["Check", "Report", "Subject", "refusal", "run"]
