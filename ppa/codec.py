"""ABI values to bytes and back, as strict in every process: Ape, once imported, lets eth_abi read short integers."""

from eth_abi.codec import ABICodec
from eth_abi.decoding import UnsignedIntegerDecoder
from eth_abi.encoding import UnsignedIntegerEncoder
from eth_abi.registry import BaseEquals, registry

_registry = registry.copy()  # type: ignore[no-untyped-call]
_registry.unregister("uint")
_uint = BaseEquals("uint")  # type: ignore[no-untyped-call]
_registry.register(_uint, UnsignedIntegerEncoder, UnsignedIntegerDecoder, label="uint")
_codec = ABICodec(_registry)

decode = _codec.decode
encode = _codec.encode
