"""The Flask dApp: agreements, statements, verification in the visitor's browser, and the platform's API for meters.

Exceptions, all of them in `webapp.errors`; each says in a sentence what was wrong and what to do:

    WebError
    ├── BadConfig           the application cannot start like this
    │   ├── NotEmbedded     the demo wallet is for embedded chains only
    │   └── OtherChain      node or database are of another chain than the deployment file
    ├── BadUpload           what a meter posted is not whole (400)
    │   ├── BadSignature    … is not signed by the meter (401)
    │   ├── NotRecorded     … is not on chain yet (425): try again later
    │   ├── OtherRecord     … is not what the meter recorded on chain (409)
    │   ├── TooLarge        … is larger than a day can be (413)
    │   └── NotStored       … was not read back as it was written (503)
    ├── Malformed           what was asked of the same-origin RPC is no JSON-RPC, or too much at once (400)
    ├── NotAllowed          the same-origin RPC does not pass this question on
    ├── ChainMoved          the chain changed while the indexer read it: it reads again
    └── MissingPackage      a browser library is not in node_modules
"""

from webapp.errors import WebError

__all__ = ["WebError"]
