"""`python -m tools.powers`: write docs/powers.md, who may do what and when, from the contracts' own text."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "docs" / "powers.md"
# where functions stand that anybody can call, in the order of the page
SOURCES = (
    "MeterLedger.sol",
    "registry/Agreeing.sol",
    "registry/Monthly.sol",
    "RegistryEnds.sol",
    "RegistryRights.sol",
    "registry/Bringing.sol",
    "clauses/IndexPublisher.sol",
)
# what stands in a function's body, the first that does: who may call it
ACTORS = (
    ("_requireSigned(terms.consumer", "anyone, with both parties' signatures (a party that calls needs none)"),
    ("_requireSigned(terms.arbiter", "anyone, with a party's and the arbiter's signatures (who calls needs none)"),
    ("_requireSigned(actor", "anyone, with the signature of whose right it is"),
    ("_requireActor(actor, t.cents > 0", "the payer"),
    ("_requireActor(actor, t.cents < 0", "the payee"),
    ("_requireParty(", "either party"),
    ("NotAParty", "either party"),
    ("NotTheArbiter", "the arbiter"),
    ("NotTheLender", "the lender that was notified"),
    ("NotTheProducer", "the producer"),
    ("NotTheConsumer", "the consumer"),
    ("NotTheMeter", "the meter"),
    ("NotThePublisher", "the index's publisher"),
    ("NotSignedByMeter", "anyone, with each meter's signature"),
    ("_words[msg.sender]", "a meter, of itself"),
)
GOES_ON = "Running, or Signed after a handover"
BILLED = "Running, Ended, or Signed after a handover"
# as above: in which status
TIMES = (
    ("word.status() == Status.Proposed", "Proposed"),
    ("_load(terms, Status.Signed)", "Signed"),
    ("Status.Proposed", "never proposed, or Proposed"),
    ("_drop(", "never proposed, or Proposed"),
    ("_propose(", "never proposed"),
    ("_entryOfSigned(", "Signed, Running, Ended"),
    ("bool signed =", "Signed, Running, Ended"),
    ("_entryOfServed(", BILLED),
    ("_read(", BILLED),
    ("bool served =", BILLED),
    ("_entryThatGoesOn(", GOES_ON),
    ("_caughtUp(", GOES_ON),
    ("_goesOn(", GOES_ON),
    ("NothingToObjectTo", "a handover is announced"),
    ("_use(", "as of the right itself"),
)
OPEN = re.compile(r"    function (\w+)\([^)]*\)\s+external(?!\s+(?:view|pure))[^{;]*\{(.*?)\n    \}", re.S)
INSIDE = re.compile(r"    function (_\w+)\([^)]*\)\s+(?:internal|private)[^{;]*\{(.*?)\n    \}", re.S)
NOTICE = re.compile(r"((?:    ///[^\n]*\n)+)    function (\w+)\(")
PASSED_ON = re.compile(r"^\s*(_\w+)\((?:msg\.sender|terms)\b[^;]*;$")


def notices() -> dict[str, str]:
    """What the interfaces say of each function."""
    found = {}
    folder = ROOT / "interfaces"
    for file in (*sorted(folder.glob("I*.sol")), *sorted((folder / "registry").glob("I*.sol"))):
        for comment, function in NOTICE.findall(file.read_text()):
            text = " ".join(line.strip().removeprefix("///").strip() for line in comment.splitlines())
            found[function] = re.split(r"@(?:dev|param|return)", text.removeprefix("@notice ").strip())[0].strip()
    return found


def inside() -> dict[str, str]:
    """The bodies of the functions inside the registry's parts."""
    parts = sorted((ROOT / "contracts" / "registry").glob("*.sol"))
    return {name: body for part in parts for name, body in INSIDE.findall(part.read_text())}


def brought() -> set[str]:
    """The rights that anyone brings with a signature: those of the enum `Right`."""
    text = (ROOT / "interfaces" / "registry" / "Structs.sol").read_text()
    names = re.findall(r"\w+", text.split("enum Right {")[1].split("}")[0])
    return {name[0].lower() + name[1:] for name in names}


def row(name: str, body: str, notice: str, signed: bool) -> str:
    """One function's line of the table."""
    who = next((actor for mark, actor in ACTORS if mark in body), "anyone")
    when = next((time for mark, time in TIMES if mark in body), "always")
    return f"| `{name}` | {who} | {when} | {'yes' if signed else ''} | {notice} |"


def text() -> str:
    """The whole page."""
    known, bodies, signed = notices(), inside(), brought()
    rows = []
    for source in SOURCES:
        for name, body in OPEN.findall((ROOT / "contracts" / source).read_text()):
            passed_on = PASSED_ON.match(body.strip("\n"))
            rows.append(row(name, bodies[passed_on[1]] if passed_on else body, known[name], name in signed))
    head = (
        "# Who may do what, and when",
        "",
        "Made by `python -m tools.powers` from the contracts; a test compares. There is no owner, pause or upgrade:",
        "what is not here nobody can do. Status is the agreement's; a meter's records need none. A right that can be",
        "used by signature anyone may bring, once, with a request that was signed by whose right it is (`bring`).",
        "",
        "| function | who | when | by signature | what |",
        "|---|---|---|---|---|",
    )
    return "\n".join([*head, *rows]) + "\n"


if __name__ == "__main__":
    FILE.write_text(text())
    sys.exit(0)
