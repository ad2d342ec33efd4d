"""Everything that the web application raises; the tree is drawn in the package's docstring."""


class WebError(Exception):
    """What the web application raises on purpose; its text is a sentence for the reader."""


class BadConfig(WebError):
    """The application cannot start like this."""


class NotEmbedded(BadConfig):
    """The demo wallet is for embedded chains only."""

    def __init__(self, chain_id: int) -> None:
        super().__init__(
            f"The demo wallet's keys are public, so it exists on embedded chains (Anvil, Ganache) only; chain "
            f"{chain_id} is none. Start without --demo-wallet."
        )


class OtherChain(BadConfig):
    """Node or database are of another chain than the deployment file."""

    def __init__(self, what: str, expected: object, found: object) -> None:
        super().__init__(
            f"{what} is of chain {found}, the deployment file of {expected}: give those that belong together "
            "(a database can be deleted, the indexer fills a new one)."
        )


class BadUpload(WebError):
    """What a meter posted is not whole."""

    status = 400


class BadSignature(BadUpload):
    """What was posted is not signed by the meter that it names."""

    status = 401


class OtherRecord(BadUpload):
    """What was posted is not what the meter recorded on chain."""

    status = 409


class TooLarge(BadUpload):
    """A body larger than a day can be."""

    status = 413


class NotRecorded(BadUpload):
    """The day is not on chain yet."""

    status = 425


class NotStored(BadUpload):
    """What was stored is not what is read back."""

    status = 503


class Malformed(WebError):
    """What was asked of the same-origin RPC is no JSON-RPC, or too much at once."""


class NotAllowed(WebError):
    """The same-origin RPC does not pass this question on."""


class ChainMoved(WebError):
    """The chain changed while it was read: read again."""


class MissingPackage(WebError):
    """A browser library is not in node_modules."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is not in node_modules: run `npm ci` first.")
