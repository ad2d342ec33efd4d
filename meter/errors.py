"""Everything that meter raises; the tree is drawn in the package's docstring."""


class MeterError(Exception):
    """What meter raises on purpose; its text is a sentence for the person at the plant."""


class BadConfig(MeterError):
    """The configuration file is missing, not whole, or makes no sense."""


class UnknownProfile(BadConfig):
    """No analyzer profile of that name."""

    def __init__(self, name: str, known: list[str]) -> None:
        super().__init__(f"There is no analyzer profile {name!r}. Known are: {', '.join(known)}.")
        self.name, self.known = name, known


class NotInitialised(MeterError):
    """`meter init` was not run."""


class AlreadyRunning(MeterError):
    """Another process does the same job on the same data."""


class Damaged(MeterError):
    """The database cannot be opened, or fails its own check."""


class KeystoreError(MeterError):
    """The keystore cannot be read or written."""


class NoPassword(KeystoreError):
    """No password was given."""

    def __init__(self) -> None:
        super().__init__("The keystore needs a password: set SOLPACT_METER_PASSWORD or give --password-file FILE.")


class WrongPassword(KeystoreError):
    """The password does not open the keystore."""

    def __init__(self, path: object) -> None:
        super().__init__(
            f"The password does not open the keystore {path}: give the one that `meter init` was run with."
        )


class AnalyzerError(MeterError):
    """A reading that is not there."""

    def __init__(self, analyzer: str, problem: str) -> None:
        super().__init__(f"The {analyzer} {problem}.")
        self.analyzer = analyzer


class AnalyzerUnreachable(AnalyzerError):
    """No connection, or no answer in time."""


class AnalyzerRefused(AnalyzerError):
    """The analyzer answered with a Modbus exception."""


class WrongAnswer(AnalyzerError):
    """Another length, function or device than asked."""


class InvalidRegister(AnalyzerError):
    """A register holds an overflow marker or a negative counter."""


class ClockError(MeterError):
    """The replay clock does not answer, or not as one."""


class SendingError(MeterError):
    """What keeps a record from the chain."""


class LedgerDisagrees(SendingError):
    """The ledger has records of this key that the database does not know, or the other way round."""


class NotEmbedded(SendingError):
    """A replay clock is configured, but the chain is a real one."""

    def __init__(self, rpc: str) -> None:
        super().__init__(
            f"[clock] replay is set, but the chain at {rpc} is not an embedded one (Anvil or Ganache): "
            "nobody sets the clock of a real chain. Remove [clock] or use an embedded chain."
        )


class CannotServe(SendingError):
    """The agreement cannot be served by this meter."""


class UploadRefused(MeterError):
    """The platform did not take a day; `again` says whether it may later."""

    def __init__(self, day: int, status: int, answer: str, *, again: bool) -> None:
        super().__init__(f"The platform did not take day {day} ({status}): {answer}")
        self.day, self.status, self.again = day, status, again


class NoSuchReading(MeterError):
    """There is no reading, or it is not under a record yet."""


class BadSeries(MeterError):
    """The simulated plant's input cannot be used."""
