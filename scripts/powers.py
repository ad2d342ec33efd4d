"""`python -m scripts.powers`: write docs/powers.md, who may do what and when, from the contracts' own text."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "docs" / "powers.md"
PARTS = ("Agreeing", "Closing", "Acting", "Disputing", "Paying", "Ending")
SOURCES = ("MeterLedger.sol", *(f"registry/{name}.sol" for name in PARTS), "clauses/IndexPublisher.sol")
# what stands in a function's body: who may call it
ACTORS = (
    ("_requireSigned(terms.consumer", "anyone, with both parties' signatures (a party that calls needs none)"),
    ("terms.consumer : terms.producer, id", "either party, with the other's signature"),
    ("_requireCaller(cents > 0 ? terms.consumer", "the payer"),
    ("_requireCaller(cents > 0 ? terms.producer", "the payee"),
    ("NotTheArbiter", "the arbiter"),
    ("NotAParty", "either party"),
    ("NotTheProducer", "the producer"),
    ("NotTheConsumer", "the consumer"),
    ("_loadByConsumer", "the consumer"),
    ("NotTheMeter", "the meter"),
    ("NotThePublisher", "the index's publisher"),
    ("NotSignedByMeter", "anyone, with each meter's signature"),
    ("_words[msg.sender]", "a meter, of itself"),
)
TIMES = (
    ("_new(", "the terms were never proposed"),
    ("_loadBilled", "Running, Ended, or Signed as a successor"),
    ("_loadByConsumer", "Running"),
)
FUNCTION = re.compile(r"    function (\w+)\(([^)]*)\)\s+external(?! view| pure)[^{;]*\{(.*?)\n    \}", re.S)
NOTICE = re.compile(r"((?:    ///[^\n]*\n)+)    function (\w+)\(")


def notices() -> dict[str, str]:
    """What the interfaces say of each function."""
    found = {}
    for name in ("IMeterLedger", "IPPARegistry", "IIndexPublisher"):
        for comment, function in NOTICE.findall((ROOT / "interfaces" / f"{name}.sol").read_text()):
            text = " ".join(line.strip().removeprefix("///").strip() for line in comment.splitlines())
            found[function] = re.split(r"@(?:dev|param|return)", text.removeprefix("@notice ").strip())[0].strip()
    return found


def row(name: str, body: str, notice: str) -> str:
    """One function's line of the table."""
    who = next((actor for mark, actor in ACTORS if mark in body), "anyone")
    status = re.search(r"_load\(terms, Status\.(\w+)\)", body)
    when = status[1] if status else next((time for mark, time in TIMES if mark in body), "always")
    return f"| `{name}` | {who} | {when} | {notice} |"


def text() -> str:
    """The whole page."""
    known = notices()
    rows = []
    for source in SOURCES:
        for name, _, body in FUNCTION.findall((ROOT / "contracts" / source).read_text()):
            rows.append(row(name, body, known[name]))
    head = (
        "# Who may do what, and when",
        "",
        "Made by `python -m scripts.powers` from the contracts; a test compares. There is no owner, pause or upgrade:",
        "what is not here nobody can do. Status is the agreement's; a meter's records need none.",
        "",
        "| function | who | when | what |",
        "|---|---|---|---|",
    )
    return "\n".join([*head, *rows]) + "\n"


if __name__ == "__main__":
    FILE.write_text(text())
    sys.exit(0)
