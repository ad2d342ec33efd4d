"""Everything that ppa raises; the tree is drawn in the package's docstring."""

from collections.abc import Mapping
from typing import Any, ClassVar

from ppa import refusals
from ppa.text import Language


class PpaError(Exception):
    """What ppa raises on purpose; its text is a sentence for the reader, in English.

    `spanish` says what kind of thing went wrong; the English sentence, with its values, follows it in brackets.
    """

    spanish: ClassVar[str] = "Algo no es como debe"

    def told(self, language: Language) -> str:
        """The sentence in the reader's language."""
        return str(self) if language == "en" else f"{self.spanish} ({self})"


class BadDay(PpaError):
    """A day, date or time zone outside what 16 bits or the zone database hold."""

    spanish = "El día, la fecha o la zona horaria no existen"


class BadWord(PpaError):
    """A field does not fit its bits of a storage word."""

    spanish = "Un valor no cabe en sus bits"

    def __init__(self, field: str, value: int, bits: int, *, signed: bool = False) -> None:
        kind = "signed" if signed else "unsigned"
        super().__init__(f"{field} is {value}, which is no value of its {bits} {kind} bits.")
        self.field, self.value, self.bits = field, value, bits


class BadRecord(PpaError):
    """A record that the ledger would refuse."""

    spanish = "El libro de medidas no admitiría este registro"


class DayNotAfterLast(BadRecord):
    """At most one record a local day, in order."""

    def __init__(self, last: int, day: int) -> None:
        super().__init__(f"The record is of day {day}, but the last one was of day {last}: days only go forward.")
        self.last, self.day = last, day


class GenerationWentBack(BadRecord):
    """The generation register fell."""

    def __init__(self, last: int, given: int) -> None:
        super().__init__(f"The generation register went back from {last} to {given} Wh; it can only grow.")
        self.last, self.given = last, given


class ExportWentBack(BadRecord):
    """The export register fell."""

    def __init__(self, last: int, given: int) -> None:
        super().__init__(f"The export register went back from {last} to {given} Wh; it can only grow.")
        self.last, self.given = last, given


class RegisterTooLarge(BadRecord):
    """A register has 40 bits."""

    def __init__(self, given: int) -> None:
        super().__init__(f"A register of {given} Wh does not fit 40 bits (at most 1,099,511,627,775 Wh).")
        self.given = given


class NoRecords(BadRecord):
    """`recordMany` wants at least one record."""

    def __init__(self) -> None:
        super().__init__("There is no record to send: give at least one.")


class BadReading(PpaError):
    """A reading, event, summary or day of readings makes no sense."""

    spanish = "La lectura o su resumen no tienen sentido"


class BadProof(PpaError):
    """A path does not lead to its root, or a tree has no leaves."""

    spanish = "La prueba no lleva a su raíz"


class BadTerms(PpaError):
    """Terms that the registry would refuse."""

    spanish = "Las condiciones no son válidas"


class BadClause(BadTerms):
    """Parameters that the clause would refuse."""

    spanish = "Los parámetros de una cláusula no son válidos"


class BadAct(PpaError):
    """A mutual act that the registry would refuse."""

    spanish = "El acto no es válido"


class BadRequest(PpaError):
    """A request of one actor that the registry would refuse."""

    spanish = "La petición no es válida"


class NoSuchStatement(PpaError):
    """A statement that was not closed (yet)."""

    spanish = "Esa liquidación no existe"

    def __init__(self, number: int) -> None:
        super().__init__(f"There is no statement {number}: that period is not closed.")
        self.number = number


class NoIndexValue(PpaError):
    """An index has no value for a month (yet)."""

    spanish = "El índice no tiene todavía el valor de ese mes"

    def __init__(self, index: str, month: int) -> None:
        super().__init__(f"The index {index} has no value yet for the month that starts on day {month}.")
        self.index, self.month = index, month


class BadFile(PpaError):
    """A file that cannot be read or is not what its schema says."""

    spanish = "El archivo no se puede leer o no es lo que debe"


class UnknownFormat(BadFile):
    """A file of another format or version."""

    spanish = "El archivo es de otro formato o versión"

    def __init__(self, where: str, expected: str, version: int, found: object) -> None:
        super().__init__(
            f"{where} says that its format is {found!r}; this program reads {expected!r} version {version}. "
            "Take a program of the file's version, or make the file again."
        )
        self.found = found


class NoBuild(PpaError):
    """An ABI or the published build is missing."""

    spanish = "Falta la compilación publicada"


class ChainError(PpaError):
    """Anything that a chain or the way to it did."""

    spanish = "La cadena o el camino a ella fallan"


class ChainUnreachable(ChainError):
    """No answer from the node, or an answer that is not one of a node."""

    spanish = "El nodo no contesta, o no es un nodo"


class BadAnswer(ChainError):
    """The node answered what no node of ours should."""

    spanish = "El nodo contesta lo que no puede ser"


class WrongChain(ChainError):
    """The node is of another chain."""

    spanish = "El nodo es de otra cadena"

    def __init__(self, what: str, expected: object, found: object) -> None:
        super().__init__(f"The node's {what} is {found}, but {expected} is expected: it is a node of another chain.")
        self.expected, self.found = expected, found


class NoCode(ChainError):
    """No contract at the address."""

    spanish = "No hay contrato en esa dirección"

    def __init__(self, address: str, what: str = "contract") -> None:
        super().__init__(f"There is no {what} at {address} on this chain: check the address and the network.")
        self.address = address


class WrongCode(ChainError):
    """A contract, but not the published build."""

    spanish = "El código no es el publicado"


class NotFound(ChainError):
    """The chain has no such event, block or transaction."""

    spanish = "No está en la cadena"


class NotMined(ChainError):
    """No receipt in time."""

    spanish = "La transacción no entró a tiempo"

    def __init__(self, transaction: str, seconds: float) -> None:
        super().__init__(f"Transaction {transaction} was not mined within {seconds:g} s; it may still be: look again.")
        self.transaction = transaction


class Refused(ChainError):
    """The node did not take the transaction."""

    spanish = "El nodo no quiso contestar"


class Reverted(ChainError):
    """The contract refused; `name` and `arguments` are its error's, `data` the raw bytes."""

    spanish = "El contrato lo rechaza"

    def __init__(self, name: str, arguments: Mapping[str, Any], data: bytes = b"", where: str = "") -> None:
        self.name, self.arguments, self.data = name, dict(arguments), data
        super().__init__(f"The contract refused{f' {where}' if where else ''}: {self.sentence('en')} ({self.call})")

    @property
    def call(self) -> str:
        """The error as a program names it: its name and arguments."""
        inside = (
            f"{key}={value.call if isinstance(value, Reverted) else refusals.plain(value)}"
            for key, value in self.arguments.items()
        )
        return f"{self.name}({', '.join(inside)})"

    def sentence(self, language: Language) -> str:
        """What was wrong, and what to do next."""
        return refusals.sentence(self.name, self.arguments, language)

    def told(self, language: Language) -> str:
        """The sentence in the reader's language."""
        return str(self) if language == "en" else f"{self.spanish}: {self.sentence(language)} ({self.call})"
