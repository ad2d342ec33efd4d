"""What the registry keeps, and what follows from it."""

from typing import Any

from .days import SECONDS, Refusal
from .ledger import Ledger
from .signing import Terms, domain, terms_digest
from .words import Account, Agreement, Statement, Store, fits

NONE, PROPOSED, WITHDRAWN, REJECTED, SIGNED, RUNNING, ENDED, HANDED_OVER = range(8)
EARLY, DARK, FAILED, SUBSTITUTED, SILENT, IMPOSSIBLE, LAST = 1, 2, 4, 8, 16, 32, 64


class State:
    """The registry's state."""

    def __init__(self, store: Store, chain_id: int, address: str, ledger: Ledger, rules: dict[str, str]) -> None:
        self.store, self.ledger, self.rules = store, ledger, rules
        self.separator = domain(chain_id, address)
        self.now = self.block = 0
        self.together = False  # both parties act: nothing is waited for after its last day
        self.forced = False  # an exit, an end in silence or what was announced: what failed last is not waited for
        self.events: list[tuple[Any, ...]] = []
        self.indexes: dict[str, dict[int, int]] = {}

    @property
    def today(self) -> int:
        """The day of Greenwich."""
        return self.now // SECONDS

    def id_of(self, terms: Terms) -> bytes:
        """The agreement's id."""
        return terms_digest(self.separator, terms)

    def agreement(self, ident: bytes) -> Agreement:
        """The agreement's fields."""
        return self.store.get("agreement", ident)

    def account(self, ident: bytes) -> Account:
        """The account's fields."""
        return self.store.get("account", ident)

    def root_of(self, ident: bytes) -> bytes:
        """Under whose id the statements are kept."""
        root = self.store.get("root", ident)
        return root.to_bytes(32, "big") if root else ident

    def statement(self, ident: bytes, number: int) -> Statement:
        """A statement, empty where there is none."""
        return self.store.get("statement", self.root_of(ident), number)

    def last_statement(self, ident: bytes) -> Statement:
        """The statement of the last closed period, or the opening one, empty where there is none."""
        return self.statement(ident, self.agreement(ident).periods)

    def put(self, ident: bytes, **fields: Any) -> None:
        """Changes fields of the agreement."""
        self.store.put(self.agreement(ident)._replace(**fields), "agreement", ident)

    def put_account(self, ident: bytes, **fields: Any) -> None:
        """Changes fields of the account, and whether something is pending."""
        account = self.account(ident)._replace(**fields)
        if not fits(account.generation, -40) or not fits(account.exported, -40):
            raise Refusal("CorrectionTooLarge", account.generation, account.exported)
        if not fits(account.cents, -48):
            raise Refusal("CentsOutside", account.cents)
        if not fits(account.late, -72):
            raise Refusal("CentsOutside", account.late)
        self.store.put(account, "account", ident)
        self.put(ident, pending=int(any((account.late, account.cents, account.generation, account.exported))))

    def put_balance(self, ident: bytes, balance: int) -> None:
        """Moves the balance."""
        if not fits(balance, -56):
            raise Refusal("BalanceTooLarge", balance)
        self.put(ident, balance=balance)

    def need_open(self, ident: bytes) -> Agreement:
        """The agreement, which runs or was handed over and waits for its meter."""
        a = self.agreement(ident)
        if a.status != RUNNING and not (a.status == SIGNED and a.closed_through):
            raise Refusal("WrongStatus", ident, a.status, RUNNING)
        return a

    def closed_by_itself(self, ident: bytes, terms: Terms, number: int) -> bool:
        """Whether this agreement closed the statement, not one that was handed over to it."""
        before = self.store.get("before", ident) if terms.supersedes != bytes(32) else terms.first_month - 1
        return bool(number > before)

    def base_day(self, ident: bytes, terms: Terms) -> int:
        """The last day of the last statement that was not dark."""
        number = self.agreement(ident).periods
        if not self.statement(ident, terms.first_month - 1).exists:
            return terms.first_day - 1
        while number >= terms.first_month and self.statement(ident, number).dark:
            number -= 1
        return self.statement(ident, number).last_day
