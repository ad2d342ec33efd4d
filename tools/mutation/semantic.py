"""Mutants of what a contract means: small mistakes that a person makes, in the words of this registry.

role      a check does not hold for the producer, or not for the consumer; of a signed record, not for its meter
party     the other party's address                        order     an effect before the check that reads it
field     another field of the same kind in a word         event     two arguments of one type change places
"""

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

from tools.solidity.syntax import Edit, File, Node, span, walk

OTHER = {"producer": "consumer", "consumer": "producer", "meter": "arbiter", "arbiter": "meter"}
# fields of one kind, by struct
FIELDS: dict[str, tuple[tuple[str, str], ...]] = {
    "Account": (("generation", "exported"), ("cents", "lateCentDays")),
    "Act": (("generation", "exported"),),
    "Agreement": (("generation", "exported"), ("closedThrough", "boundaryDay"), ("signedBlock", "proposedBlock")),
    "Claims": (("producer", "consumer"),),
    "Notice": (("cured", "isFinal"),),
    "Period": (
        *(("generation", "exported"), ("generationRegister", "exportedRegister"), ("firstDay", "lastDay")),
        *(("lastDay", "boundaryDay"), ("number", "opening"), ("dark", "last"), ("balance", "overdueCentDays")),
    ),
    "Statement": (("generation", "exported"), ("lastDay", "boundaryDay")),
    "Terms": (
        *(("disputeDays", "noticeDays"), ("noticeDays", "silenceDays"), ("firstMonth", "months")),
        ("maxPower", "maxClaim"),
    ),
}


def _role(file: File, node: Node) -> Iterator[Edit]:
    """Each check of a function that knows the terms, or a meter, not for one of those whom they name."""
    names = {parameter["name"] for parameter in node["parameters"]["parameters"]}
    if not node.get("body") or node["stateMutability"] == "pure":
        return
    who = "actor" if "actor" in names else "msg.sender"
    if f"require({who} == terms.arbiter," in file.of(node["body"]):
        return  # none but the arbiter comes past that, and it is no party
    if "terms" in names:
        roles = ["terms.producer", "terms.consumer"]
    elif any(inner.get("nodeType") == "Identifier" and inner["name"] == "meter" for inner, _ in walk(node["body"])):
        roles = ["meter"]
    else:
        return
    for inner, _ in walk(node["body"]):
        for role in roles:
            if inner["nodeType"] == "FunctionCall" and inner["expression"].get("name") == "require":
                condition = inner["arguments"][0]
                if f"{who} == {role}" not in (asked := file.of(condition)):
                    yield Edit("role", *span(condition), f"{asked} || {who} == {role}")
            elif inner["nodeType"] == "IfStatement" and "msg.sender" in (asked := file.of(inner["condition"])):
                if f"{who} != {role}" not in asked:
                    yield Edit("role", *span(inner["condition"]), f"({asked}) && {who} != {role}")


def _member(file: File, node: Node) -> Iterator[Edit]:
    """Another party of the terms, or another field of the struct."""
    end = span(node)[1]
    name = node["memberName"]
    found = re.match(r"struct (\w+) ", node["expression"]["typeDescriptions"].get("typeString") or "")
    if not found or not file.of(node).endswith(f".{name}"):
        return
    if found[1] == "Terms" and name in OTHER:
        yield Edit("party", end - len(name), end, OTHER[name])
    for pair in FIELDS.get(found[1], ()):
        if name in pair:
            yield Edit("field", end - len(name), end, pair[1 - pair.index(name)])


def _event(file: File, node: Node) -> Iterator[Edit]:
    """Neighbours of one type change places."""
    for left, right in pairwise(node["eventCall"]["arguments"]):
        if left["typeDescriptions"]["typeString"] == right["typeDescriptions"]["typeString"]:
            between = file.text[span(left)[1] : span(right)[0]].decode()
            yield Edit("event", span(left)[0], span(right)[1], file.of(right) + between + file.of(left))


def _order(file: File, node: Node) -> Iterator[Edit]:
    """An effect before the check that stands right before it, where the check reads what the effect writes."""
    for check, effect in pairwise(node["statements"]):
        expression = effect.get("expression") or {}
        if not _is_check(check) or expression.get("nodeType") != "Assignment":
            continue
        written = file.of(expression["leftHandSide"])
        if written in file.of(check):
            start, ended, begins, end = span(check)[0], file.ended(check), span(effect)[0], file.ended(effect)
            parts = (file.text[begins:end], file.text[ended:begins], file.text[start:ended])
            yield Edit("order", start, end, b"".join(parts).decode())


def _is_check(statement: Node) -> bool:
    called = (statement.get("expression") or {}).get("expression") or {}
    return str(called.get("name", "")).lstrip("_").startswith("require")


OPERATORS: dict[str, Callable[[File, Node], Iterator[Edit]]] = {
    "FunctionDefinition": _role,
    "MemberAccess": _member,
    "EmitStatement": _event,
    "Block": _order,
}
