"""A Solidity file beside the compiler's syntax tree of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Node = dict[str, Any]

NO_CODE = {"ImportDirective", "UsingForDirective", "StructDefinition", "ErrorDefinition", "EventDefinition"}


@dataclass(frozen=True)
class File:
    """A text and the nodes of its tree, by number."""

    text: bytes
    nodes: dict[int, Node]

    @classmethod
    def read(cls, source: str, tree: Node) -> "File":
        """A file's text and tree."""
        return cls(source.encode(), {node["id"]: node for node, _ in walk(tree) if "id" in node})

    def of(self, node: Node) -> str:
        """The text of a node."""
        start, end = span(node)
        return self.text[start:end].decode()

    def line(self, place: int) -> int:
        """The line that a byte is in, from 1."""
        return self.text.count(b"\n", 0, place) + 1

    def ended(self, statement: Node) -> int:
        """Where a statement ends, its semicolon included."""
        end = span(statement)[1]
        rest = self.text[end:]
        return end + len(rest) - len(rest.lstrip()) + 1 if rest.lstrip().startswith(b";") else end


@dataclass(frozen=True)
class Edit:
    """Bytes `start` to `end` of a file give way to `new`."""

    operator: str
    start: int
    end: int
    new: str


def span(node: Node) -> tuple[int, int]:
    """The first byte of a node, and the one after its last."""
    start, length, _ = (int(part) for part in node["src"].split(":"))
    return start, start + length


def walk(node: Any, function: str = "") -> Iterator[tuple[Node, str]]:
    """All nodes that stand for code, each with the function or the constant that it is in."""
    if isinstance(node, list):
        for item in node:
            yield from walk(item, function)
    elif isinstance(node, dict) and node.get("nodeType") not in NO_CODE:
        if node.get("nodeType") == "FunctionDefinition":
            function = node["name"] or node["kind"]
        elif node.get("nodeType") == "VariableDeclaration" and node.get("constant"):
            function = node["name"]
        if "nodeType" in node:
            yield node, function
        for key, child in node.items():
            if key not in ("typeName", "documentation"):
                yield from walk(child, function)
