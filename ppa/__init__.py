"""The same arithmetic as the contracts', outside the chain: terms, calendar, words, proofs, statements, verifier.

Exceptions, all of them in `ppa.errors`; each says in a sentence what was wrong and what to do:

    PpaError
    ├── BadDay                  a day, date or time zone outside the calendar
    ├── BadWord                 a field does not fit its bits
    ├── BadRecord               a record that the ledger would refuse
    │   ├── DayNotAfterLast
    │   ├── GenerationWentBack
    │   ├── ExportWentBack
    │   ├── RegisterTooLarge
    │   └── NoRecords
    ├── BadReading              a leaf or a day of readings makes no sense
    ├── BadProof                a path does not lead to its root, a tree has no leaves
    ├── BadTerms                terms that the registry would refuse
    │   └── BadClause           a clause's parameters make no sense
    ├── BadAct                  an act that the registry would refuse
    ├── BadRequest              a request that the registry would refuse
    ├── NoSuchStatement         a clause looks back at a statement that does not exist
    ├── BadFile                 a file cannot be read, or is not what its schema says
    │   └── UnknownFormat       another format or version than this program knows
    ├── NoBuild                 the published build or an ABI is not installed
    └── ChainError
        ├── ChainUnreachable    no answer, or not one of a node
        ├── BadAnswer           the node answered what no node of ours should
        ├── WrongChain          another chain id or genesis
        ├── NoCode              no contract at the address
        ├── WrongCode           a contract, but not the published build
        ├── NotFound            no such event, block or transaction
        ├── NotMined            no receipt in time
        ├── Refused             the node did not take the transaction
        └── Reverted            the contract refused, with its error's name and arguments
"""

from ppa.errors import PpaError

__all__ = ["PpaError"]
