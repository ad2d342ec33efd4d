"""The contracts with a trace in every statement and every condition, to see what the tests come by.

A trace is a look at the balance of an account that nothing else looks at. The machine keeps whom it looked up, also
when a refusal undoes what was done, and in calls that change nothing. What is asked and answered stays the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from tools.solidity.syntax import File, Node, span, walk

FIRST = 2**32  # the account of trace 0; traces follow each other
PATH = "contracts/Traces.sol"
SOURCE = f"""// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

function lookUp(uint256 trace) view {{
    assembly ("memory-safe") {{
        if balance(add({FIRST}, trace)) {{ invalid() }}
    }}
}}

function asPure(function(uint256) view known) pure returns (function(uint256) pure same) {{
    assembly ("memory-safe") {{
        same := known
    }}
}}

function cameBy(uint256 trace) pure {{
    asPure(lookUp)(trace);
}}

function wasIt(bool condition, uint256 trace) pure returns (bool) {{
    cameBy(condition ? trace + 1 : trace);
    return condition;
}}
"""
BRANCHES = {"IfStatement", "ForStatement", "WhileStatement", "Conditional"}
HOLDERS = {"Block", "UncheckedBlock"}


@dataclass(frozen=True)
class Trace:
    """A place that a test may come by: a statement, or a condition that was `true` or `false` there."""

    path: str
    line: int
    function: str
    start: int
    end: int
    text: str
    outcome: bool | None = None
    refuses: bool = False

    def __str__(self) -> str:
        """The place and what is traced there."""
        what = " ".join(self.text.split())
        if self.outcome is None:
            return f"{self.path}:{self.line} `{what}` never ran"
        return f"{self.path}:{self.line} `{what}` was never {str(self.outcome).lower()}"


class Insertion(NamedTuple):
    """A text between two bytes. Those at one place stand in the order of the tuples."""

    place: int
    opens: bool
    nested: int
    text: str


def traced(path: str, source: str, tree: Node, first: int) -> tuple[str, list[Trace]]:
    """A file with its traces, numbered from `first`, and what each is a trace of."""
    file = File.read(source, tree)
    traces: list[Trace] = []
    added: list[Insertion] = []

    def trace(node: Node, function: str, outcome: bool | None = None, refuses: bool = False) -> int:
        start, end = span(node)
        traces.append(Trace(path, file.line(start), function, start, end, file.of(node), outcome, refuses))
        return first + len(traces) - 1

    for node, function in _bodies(tree):
        for statement in _unbraced(node):
            start, end = span(statement)[0], file.ended(statement)
            added.append(Insertion(start, True, -(2**62), f"{{cameBy({trace(statement, function)}); "))
            added.append(Insertion(end, False, 2**62, "}"))
        for statement in _braced(node):
            added.append(Insertion(span(statement)[0], True, -(2**62), f"cameBy({trace(statement, function)}); "))
        for condition, refuses in _conditions(node):
            start, end = span(condition)
            number = trace(condition, function, False, refuses)
            trace(condition, function, True)
            added.append(Insertion(start, True, -end, "wasIt("))
            added.append(Insertion(end, False, -start, f", {number})"))
    return _with(file.text, added, path), traces


def _bodies(tree: Node) -> Iterator[tuple[Node, str]]:
    """Every node within a function's body."""
    for node, function in walk(tree):
        if node["nodeType"] == "FunctionDefinition" and node.get("body"):
            for inner, _ in walk(node["body"], function):
                yield inner, function


def _braced(node: Node) -> list[Node]:
    inner = node["statements"] if node["nodeType"] in HOLDERS else []
    return [statement for statement in inner if statement["nodeType"] not in HOLDERS]


def _unbraced(node: Node) -> list[Node]:
    bodies = (node.get(part) for part in ("trueBody", "falseBody", "body"))
    return [body for body in bodies if body and node["nodeType"] in BRANCHES and body["nodeType"] not in HOLDERS]


def _conditions(node: Node) -> Iterator[tuple[Node, bool]]:
    """The conditions that a node decides by, and whether it refuses what does not meet them."""
    if node["nodeType"] in BRANCHES and node.get("condition"):
        yield node["condition"], False
    elif node["nodeType"] == "FunctionCall" and node["expression"].get("name") == "require":
        yield node["arguments"][0], True
    elif node["nodeType"] == "BinaryOperation" and node["operator"] in ("&&", "||"):
        for side in (node["leftExpression"], node["rightExpression"]):
            if side.get("operator") not in ("&&", "||"):
                yield side, False


def _with(text: bytes, added: list[Insertion], path: str) -> str:
    """The text with all that is added, and the import that it needs."""
    up = "../" * path.count("/")
    pragma = text.index(b";", text.index(b"pragma solidity")) + 1
    parts, done = [], 0
    line = f'import {{cameBy, wasIt}} from "{up}{PATH}";'
    for place, _, _, new in sorted([*added, Insertion(pragma, True, 0, line)]):
        parts += [text[done:place], new.encode()]
        done = place
    return b"".join([*parts, text[done:]]).decode()
