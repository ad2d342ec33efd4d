"""The data broker: reads two analyzers over Modbus, keeps what it read, signs one record a day.

Two processes: the collector has no key and no network but Modbus; the sender has the key and never reads an analyzer.

Exceptions, all of them in `meter.errors`; each says in a sentence what was wrong and what to do:

    MeterError
    ├── BadConfig               the configuration file is missing, not whole, or makes no sense
    │   └── UnknownProfile      no profile of that name
    ├── NotInitialised          `meter init` was not run, or belongs to another configuration
    ├── AlreadyRunning          another process has the same job on the same data
    ├── Damaged                 the database cannot be opened, or fails its own check
    ├── KeystoreError           the keystore cannot be read or written
    │   ├── NoPassword
    │   └── WrongPassword
    ├── AnalyzerError           a reading that is not there; the poll goes on
    │   ├── AnalyzerUnreachable no connection, or no answer in time
    │   ├── AnalyzerRefused     a Modbus exception
    │   ├── WrongAnswer         another length, function or device than asked
    │   └── InvalidRegister     an overflow marker, or a negative counter
    ├── ClockError              the replay clock does not answer, or not as one
    ├── SendingError            what keeps a record from the chain
    │   ├── LedgerDisagrees     the ledger has records of this key that the database does not know
    │   ├── NotEmbedded         a replay clock is configured, but the chain is a real one
    │   └── CannotServe         the agreement cannot be served by this meter
    ├── UploadRefused           the platform did not take a day
    ├── NoSuchReading           there is no reading, or it is not under a record yet
    └── BadSeries               the simulated plant's input cannot be used
"""

from meter.errors import MeterError

__all__ = ["MeterError"]
