"""Links chain and code: the right chain, and the published build at every address."""

from ppa import artifacts
from ppa.eip712 import domain_separator
from ppa.errors import NoCode, WrongCode
from ppa.verify.node import MODULES
from ppa.verify.report import Check
from ppa.verify.subject import Subject
from ppa.verify.wallets import is_contract


def check_chain(s: Subject) -> Check:
    """The node is of the chain that the file names: id and genesis."""
    chain_id, genesis = s.chain.chain_id(), s.chain.genesis_hash()
    name = s.say("Cadena", "Chain")
    if (chain_id, genesis) != (s.file.chain_id, s.file.genesis):
        found = s.say(
            f"el nodo es de la cadena {chain_id} con génesis {genesis}; el archivo, de la {s.file.chain_id} con "
            f"génesis {s.file.genesis}",
            f"the node is of chain {chain_id} with genesis {genesis}; the file, of {s.file.chain_id} with genesis "
            f"{s.file.genesis}",
        )
        return Check(name, False, found, "chain")
    return Check(name, True, s.say(f"{chain_id}, génesis {genesis}", f"{chain_id}, genesis {genesis}"), "chain")


def _own(s: Subject, address: str) -> dict[str, bytes]:
    """The immutables that a contract must have on this chain at this address."""
    chain_id = s.file.chain_id
    return {"chainId": chain_id.to_bytes(32), "domainSeparator": domain_separator(chain_id, address)}


def _word(address: str) -> bytes:
    return bytes.fromhex(address[2:]).rjust(32, b"\0")


def check_registry_code(s: Subject) -> Check:
    """The registry is the published build; its immutables are this chain, its ledger, its modules and its domain."""
    name = s.say("Código del registro", "Registry's code")
    if not s.registry_code:
        raise NoCode(s.file.registry, "PPARegistry")
    found = artifacts.code_matches("PPARegistry", s.registry_code)
    expected = {**_own(s, s.file.registry), "ledger": _word(s.ledger)}
    expected |= {key: _word(where) for key, where in s.modules.items()}
    wrong = [key for key, value in found.items() if expected.get(key) != value]
    if wrong:
        raise WrongCode(f"The registry's code has another {' and '.join(wrong)} than this chain and address want.")
    where = f"{s.file.registry}"
    return Check(name, True, s.say(f"compilación publicada, en {where}", f"published build, at {where}"), "code")


def check_module_code(s: Subject) -> Check:
    """The modules that the registry's immutables name are the published builds, for this chain and this ledger."""
    name = s.say("Código de los módulos", "Modules' code")
    expected = {"chainId": s.file.chain_id.to_bytes(32), "ledger": _word(s.ledger)}
    for key, module in MODULES.items():
        where = s.modules[key]
        code = s.chain.code(where)
        if not code:
            raise NoCode(where, module)
        if artifacts.code_matches(module, code) != expected:
            raise WrongCode(f"The code of {module} has another chain id or ledger than the registry's.")
        if s.evidence and s.evidence.contracts.get(module, where) != where:
            raise WrongCode(f"The registry runs {module} at {where}; the file names another.")
    places = ", ".join(s.modules.values())
    return Check(name, True, s.say(f"compilaciones publicadas, en {places}", f"published builds, at {places}"), "code")


def check_ledger_code(s: Subject) -> Check:
    """The ledger that the registry reads is the published build, and the one that the evidence names."""
    name = s.say("Código del libro de medidas", "Ledger's code")
    code = s.chain.code(s.ledger)
    if not code:
        raise NoCode(s.ledger, "MeterLedger")
    found = artifacts.code_matches("MeterLedger", code)
    if found != _own(s, s.ledger):
        raise WrongCode("The ledger's code has another chain id or domain than this chain and address want.")
    if s.evidence and s.evidence.contracts["MeterLedger"] != s.ledger:
        raise WrongCode(f"The registry reads the ledger {s.ledger}; the file names another.")
    return Check(name, True, s.say(f"compilación publicada, en {s.ledger}", f"published build, at {s.ledger}"), "code")


def check_clause_code(s: Subject) -> Check:
    """Which published clause each rule is. What an unknown one does cannot be checked."""
    name = s.say("Código de las cláusulas", "Clauses' code")
    parts, known_all = [], True
    _check_named_clauses(s)
    for rule, known in s.rules.items():
        if known is None and not is_contract(s, rule, s.agreement.proposed_block):
            raise NoCode(rule, "clause")
        unknown = s.say(
            "no es ninguna publicada por nosotros: su línea es palabra del nodo",
            "is none that we published: its line is the node's word",
        )
        parts.append(f"{rule} {known or unknown}")
        known_all &= known is not None
    return Check(name, known_all or None, "; ".join(parts), "code")


def _check_named_clauses(s: Subject) -> None:
    """Each clause that the file names is the published one of that name. Raises WrongCode, as for a name of nothing."""
    compared = ("PPARegistry", "MeterLedger", *MODULES.values())  # with their immutables, by the checks before
    contracts = s.evidence.contracts.items() if s.evidence else ()
    named = {name: where for name, where in contracts if name not in compared}
    for (name, where), code in zip(named.items(), s.chain.codes([*named.values()]), strict=True):
        if name not in artifacts.CLAUSES or artifacts.identify(code) != name:
            raise WrongCode(f"The code at {where} is not the published {name}, which the file says it is.")
