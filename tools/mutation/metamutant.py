"""Many mutants in one text: each is asleep until an account of its own has a balance.

A mutant becomes a second version of the statement, condition or initial value around it, behind a test of its number.
Asleep, the text does what the original does, for more gas. What cannot be said so (a constant, a modifier, the head of
a loop, a literal whose type would be another) stays for a compilation of its own.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from tools.mutation.mutants import Mutant
from tools.solidity.syntax import File, Node, span, walk

FIRST = 2**34  # the account of mutant 0, beyond those of traces
PATH = "contracts/Awake.sol"
SOURCE = f"""// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

function hasBalance(uint256 mutant) view returns (bool known) {{
    assembly ("memory-safe") {{
        known := gt(balance(add({FIRST}, mutant)), 0)
    }}
}}

function asPure(function(uint256) view returns (bool) known)
    pure
    returns (function(uint256) pure returns (bool) same)
{{
    assembly ("memory-safe") {{
        same := known
    }}
}}

function awake(uint256 mutant) pure returns (bool) {{
    return asPure(hasBalance)(mutant);
}}
"""
STATEMENTS = {"ExpressionStatement", "EmitStatement", "RevertStatement", "Return"}
BODIES = {"FunctionDefinition", "ModifierDefinition"}
DECIDING = {"IfStatement", "WhileStatement", "ForStatement", "Conditional"}
BEGINS, ENDS = re.compile(rb"/\*m(\d+)\*/"), b"/*e*/"


@dataclass
class Place:
    """What has a second version: a statement, or an expression. `versions` are the mutants' texts, by number."""

    start: int
    end: int
    is_statement: bool
    versions: list[tuple[int, str]] = field(default_factory=list)

    def around(self, original: str) -> str:
        """All versions; each stands between two remarks, by which an error of the compiler is told to be its."""
        marked = [(number, f"/*m{number}*/{text}/*e*/") for number, text in self.versions]
        if self.is_statement:
            return "{" + "".join(f"if (awake({n})) {{{text}}} else " for n, text in marked) + f"{{{original}}}}}"
        return "(" + "".join(f"awake({n}) ? {text} : " for n, text in marked) + f"{original})"


def metamutant(path: str, source: str, tree: Node, numbered: Iterable[tuple[int, Mutant]]) -> tuple[str, set[int]]:
    """A file with these mutants in it, each under its number; and the numbers that are in it."""
    file = File.read(source, tree)
    places = {(place.start, place.end): place for place in _places(file, tree)}
    inside = set()
    for number, mutant in numbered:
        if place := _place_of(mutant, places):
            place.versions.append((number, _version(file, mutant, place)))
            inside.add(number)
    used = sorted((place for place in places.values() if place.versions), key=lambda p: (p.start, -p.end))
    pragma = file.text.index(b";", file.text.index(b"pragma solidity")) + 1
    up = "../" * path.count("/")
    head = file.text[:pragma].decode() + f'import {{awake}} from "{up}{PATH}";'
    return head + _written(file.text, pragma, len(file.text), used), inside


def culprits(text: str, places: Iterable[int]) -> set[int]:
    """The numbers of the mutants in whose versions these bytes of a metamutant are."""
    data = text.encode()
    found = set()
    for place in places:
        before = list(BEGINS.finditer(data, 0, place))
        if before and data.find(ENDS, before[-1].end(), place) < 0:
            found.add(int(before[-1][1]))
    return found


def _written(text: bytes, start: int, end: int, places: list[Place]) -> str:
    """The bytes of the original from `start` to `end`, with the places within them in all their versions."""
    parts = []
    while places and places[0].start < end:
        place, *places = places
        inner = [other for other in places if other.end <= place.end]
        places = places[len(inner) :]
        parts += [text[start : place.start].decode(), place.around(_written(text, place.start, place.end, inner))]
        start = place.end
    return "".join([*parts, text[start:end].decode()])


def _place_of(mutant: Mutant, places: dict[tuple[int, int], Place]) -> Place | None:
    """The smallest place around a mutant; its own range where it changes whole statements or takes an `else` away."""
    edit = mutant.edit
    if edit.operator == "order":
        return places.setdefault((edit.start, edit.end), Place(edit.start, edit.end, True))
    if edit.operator == "else":
        return next((p for (_, end), p in places.items() if end == edit.end and p.start > edit.start), None)
    if edit.operator == "modifier":
        return None
    around = [p for p in places.values() if p.start <= edit.start and edit.end <= p.end]
    return min(around, key=lambda p: p.end - p.start, default=None)


def _version(file: File, mutant: Mutant, place: Place) -> str:
    edit = mutant.edit
    if edit.operator == "else":
        return ""
    return (file.text[place.start : edit.start] + edit.new.encode() + file.text[edit.end : place.end]).decode()


def _places(file: File, tree: Node) -> Iterator[Place]:
    for node, _ in walk(tree):
        if node["nodeType"] not in BODIES or not node.get("body") or node.get("kind") == "constructor":
            continue  # of a constructor: a test module may deploy before any mutant wakes
        heads: set[int] = set()
        for inner, _ in walk(node["body"]):
            kind = inner["nodeType"]
            if kind == "ForStatement":
                heads |= {head["id"] for head in (inner.get("loopExpression"),) if head}
            if kind in STATEMENTS and inner["id"] not in heads:
                yield Place(span(inner)[0], file.ended(inner), True)
            elif kind in DECIDING and inner.get("condition"):
                yield Place(*span(inner["condition"]), False)
            elif kind == "VariableDeclarationStatement" and _has_a_type(inner.get("initialValue")):
                yield Place(*span(inner["initialValue"]), False)
            if kind == "IfStatement" and (other := inner.get("falseBody")):
                yield Place(span(other)[0], file.ended(other), True)


def _has_a_type(value: Node | None) -> bool:
    return value is not None and "_const" not in value["typeDescriptions"]["typeString"]
