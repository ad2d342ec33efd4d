"""What can be wrong in a Solidity file: small changes of its text, found in the compiler's syntax tree.

comparison   < <= > >= == != by its neighbour and its contrary     statement   a statement deleted, a require among them
arithmetic   + - * / % and += -= by its contrary                   condition   negated, unless a comparison already is
logic        && by ||, | by &, and back; a ! or - taken away       constant    a number one more or less, a bool swapped
shift        << by >>, and back                                    answer      what is returned is zero
step         ++ by --, and back                                    else        deleted
modifier     taken away

and what is wrong in what it means: tools/mutation/semantic.py.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tools.mutation import semantic
from tools.solidity.syntax import Edit, File, Node, span, walk

COMPARISONS = {"<": ("<=", ">="), "<=": ("<", ">"), ">": (">=", "<="), ">=": (">", "<"), "==": ("!=",), "!=": ("==",)}
ARITHMETIC = {"+": "-", "-": "+", "*": "/", "/": "*", "%": "*", "+=": "-=", "-=": "+=", "*=": "/=", "/=": "*="}
LOGIC = {"&&": "||", "||": "&&", "|": "&", "&": "|", "|=": "&=", "&=": "|="}
SHIFTS = {"<<": ">>", ">>": "<<", "<<=": ">>=", ">>=": "<<="}
STEPS = {"++": "--", "--": "++"}
DELETED = {"FunctionCall", "Assignment", "UnaryOperation"}
WIDTH = 60


@dataclass(frozen=True)
class Mutant:
    """One change. Its id stays when other lines change: it is of the function, the line's text, and what is done."""

    id: str
    path: str
    line: int
    old: str
    edit: Edit

    def applied(self, source: str) -> str:
        """The file with the change in it."""
        text = source.encode()
        return (text[: self.edit.start] + self.edit.new.encode() + text[self.edit.end :]).decode()

    def __str__(self) -> str:
        """The place and the change."""
        return f"{self.path}:{self.line} `{_short(self.old)}` → `{_short(self.edit.new)}`"


def mutants(path: str, source: str, tree: Node) -> list[Mutant]:
    """Every mutant of a file, by place. `tree` is the compiler's syntax tree of exactly this text."""
    file = File.read(source, tree)
    text = file.text
    found, seen, alike = [], set(), Counter[str]()
    for node, function in walk(tree):
        for edit in _edits(file, node):
            mutated = text[: edit.start] + edit.new.encode() + text[edit.end :]
            if mutated in seen:
                continue
            seen.add(mutated)
            line = file.line(edit.start)
            what = "\0".join((path, function, source.splitlines()[line - 1].strip(), *_told(text, edit)))
            alike[what] += 1
            name = hashlib.sha256(f"{what}\0{alike[what]}".encode()).hexdigest()[:8]
            found.append(Mutant(name, path, line, text[edit.start : edit.end].decode(), edit))
    return sorted(found, key=lambda m: (m.edit.start, m.edit.end, m.edit.new))


def _edits(file: File, node: Node) -> Iterator[Edit]:
    for operators in (OPERATORS, semantic.OPERATORS):
        if operator := operators.get(node["nodeType"]):
            yield from operator(file, node)


def _told(text: bytes, edit: Edit) -> tuple[str, str, str]:
    return edit.operator, text[edit.start : edit.end].decode(), edit.new


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= WIDTH else line[: WIDTH - 1] + "…"


# ------------------------------------------------------------------------------------------------------ the operators


def _between(file: File, left: Node, right: Node, operator: str) -> tuple[int, int]:
    """Where the operator between two expressions stands."""
    start = file.text.index(operator.encode(), span(left)[1], span(right)[0])
    return start, start + len(operator)


def _others(operator: str) -> Iterator[tuple[str, str]]:
    """What may stand in an operator's place, and what such a change is called."""
    for other in COMPARISONS.get(operator, ()):
        yield "comparison", other
    for name, table in (("arithmetic", ARITHMETIC), ("logic", LOGIC), ("shift", SHIFTS)):
        if operator in table:
            yield name, table[operator]


def _binary(file: File, node: Node) -> Iterator[Edit]:
    place = _between(file, node["leftExpression"], node["rightExpression"], node["operator"])
    for name, other in _others(node["operator"]):
        yield Edit(name, *place, other)


def _assignment(file: File, node: Node) -> Iterator[Edit]:
    place = _between(file, node["leftHandSide"], node["rightHandSide"], node["operator"])
    for name, other in _others(node["operator"]):
        yield Edit(name, *place, other)


def _unary(file: File, node: Node) -> Iterator[Edit]:
    start, end = span(node)
    operator = node["operator"]
    if operator in STEPS:
        at = start if node["prefix"] else end - 2
        yield Edit("step", at, at + 2, STEPS[operator])
    elif operator in ("!", "-"):
        yield Edit("logic", start, span(node["subExpression"])[0], "")


def _literal(file: File, node: Node) -> Iterator[Edit]:
    text = file.of(node)
    if node["kind"] == "bool":
        yield Edit("constant", *span(node), "false" if text == "true" else "true")
    elif node["kind"] == "number" and not node["typeDescriptions"]["typeString"].startswith("address"):
        yield Edit("constant", *span(node), f"({text} + 1)")
        if node["value"] != "0":
            yield Edit("constant", *span(node), f"({text} - 1)")


def _negated(file: File, condition: Node) -> Iterator[Edit]:
    """The contrary of a condition; a comparison's and a negation's contrary are other operators' work."""
    if condition.get("operator") not in (*COMPARISONS, "!") and condition.get("kind") != "bool":
        yield Edit("condition", *span(condition), f"!({file.of(condition)})")


def _if(file: File, node: Node) -> Iterator[Edit]:
    yield from _negated(file, node["condition"])
    if node.get("falseBody"):
        yield Edit("else", file.ended(node["trueBody"]), file.ended(node["falseBody"]), "")


def _condition(file: File, node: Node) -> Iterator[Edit]:
    if node.get("condition"):
        yield from _negated(file, node["condition"])


def _call(file: File, node: Node) -> Iterator[Edit]:
    if node["expression"].get("name") == "require":
        yield from _negated(file, node["arguments"][0])


def _statement(file: File, node: Node) -> Iterator[Edit]:
    """A whole statement away; not what stands in the head of a `for`, which no semicolon ends."""
    start, end = span(node)
    kept = node["nodeType"] == "ExpressionStatement" and node["expression"]["nodeType"] not in DELETED
    if not kept and file.ended(node) > end:
        yield Edit("statement", start, file.ended(node), "{}")


def _return(file: File, node: Node) -> Iterator[Edit]:
    value, answers = node.get("expression"), file.nodes[node["functionReturnParameters"]]["parameters"]
    zero = _zero(answers[0]["typeDescriptions"]) if value and len(answers) == 1 else None
    if value and zero and file.of(value) != zero:
        yield Edit("answer", *span(value), zero)


def _zero(kind: dict[str, str]) -> str | None:
    """The zero of a type as it is written; None for what has none."""
    name = kind["typeString"]
    if kind["typeIdentifier"].startswith("t_userDefinedValueType"):
        return f"{name}.wrap(0)"
    if kind["typeIdentifier"].startswith("t_enum"):
        return f"{name.removeprefix('enum ')}(0)"
    zeros = {"bool": "false", "address": "address(0)"}
    plain = name.startswith(("uint", "int", "bytes")) and name[-1].isdigit()
    return zeros.get(name, "0" if plain else None)


def _function(file: File, node: Node) -> Iterator[Edit]:
    for modifier in node["modifiers"]:
        yield Edit("modifier", *span(modifier), "")


OPERATORS: dict[str, Callable[[File, Node], Iterator[Edit]]] = {
    "BinaryOperation": _binary,
    "Assignment": _assignment,
    "UnaryOperation": _unary,
    "Literal": _literal,
    "IfStatement": _if,
    "Conditional": _condition,
    "WhileStatement": _condition,
    "FunctionCall": _call,
    "ExpressionStatement": _statement,
    "EmitStatement": _statement,
    "RevertStatement": _statement,
    "Return": _return,
    "FunctionDefinition": _function,
}
