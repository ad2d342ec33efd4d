"""What is signed beside the terms: acts and requests.

a message ── hashes to what eth_account makes of the same EIP-712 message
          ├─ survives the ABI's tuple
          └─ with a field that does not fit its type: refused by name
a right ── is named as the registry's function
"""

from typing import Any

import pytest
from eth_account.messages import _hash_eip191_message, encode_typed_data
from hypothesis import given
from hypothesis import strategies as st

from ppa import artifacts
from ppa.acts import Act
from ppa.errors import BadAct, BadRequest
from ppa.requests import Request, Right

ADDRESS = "0x" + "5a" * 20
BYTES32 = st.binary(min_size=32, max_size=32)
INT64 = st.integers(-(2**63), 2**63 - 1)
UINT64 = st.integers(0, 2**64 - 1)
UINT32, UINT16 = st.integers(0, 2**32 - 1), st.integers(0, 2**16 - 1)
ACTS = st.builds(Act, UINT32, UINT64, INT64, INT64, INT64, UINT16, BYTES32, BYTES32)
REQUESTS = st.builds(Request, st.sampled_from(Right), UINT32, INT64, UINT16, BYTES32, UINT64)


@given(ACTS | REQUESTS, BYTES32, st.integers(1, 2**64))
def test_a_message_hashes_to_what_eth_account_makes_of_it(some: Act | Request, agreement: bytes, chain_id: int) -> None:
    message = encode_typed_data(full_message=some.typed_data(agreement, chain_id, ADDRESS))
    assert some.digest(agreement, chain_id, ADDRESS) == bytes(_hash_eip191_message(message))


@given(ACTS | REQUESTS)
def test_a_message_survives_the_abi(some: Act | Request) -> None:
    assert type(some).from_tuple(some.as_tuple()) == some


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"number": 2**32}, "number"),
        ({"until": -1}, "until"),
        ({"generation_wh": 2**63}, "generation"),
        ({"exported_wh": -(2**63) - 1}, "exported"),
        ({"cents": 2**63}, "cents"),
        ({"settles": 2**16}, "settles"),
        ({"successor": b""}, "successor"),
        ({"reason": bytes(33)}, "reason"),
    ],
)
def test_an_act_with_a_field_that_does_not_fit_is_refused(change: dict[str, Any], name: str) -> None:
    with pytest.raises(BadAct, match=f"^{name} "):
        Act(**{"number": 1, "until": 0, **change}).digest(bytes(32), 1, ADDRESS)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"number": 2**32}, "number"),
        ({"cents": -(2**63) - 1}, "cents"),
        ({"day": 2**16}, "day"),
        ({"reference": b"\1"}, "reference"),
        ({"until": 2**64}, "until"),
    ],
)
def test_a_request_with_a_field_that_does_not_fit_is_refused(change: dict[str, Any], name: str) -> None:
    with pytest.raises(BadRequest, match=f"^{name} "):
        Request(Right.CONFIRM, **change).digest(bytes(32), 1, ADDRESS)


@pytest.mark.parametrize("right", [-1, 17])
def test_a_right_that_does_not_exist_is_refused(right: int) -> None:
    with pytest.raises(BadRequest, match=f"no right number {right}"):
        Request.from_tuple((right, 0, 0, 0, bytes(32), 0))


@pytest.mark.parametrize("right", Right)
def test_a_right_is_named_as_the_registrys_function(right: Right) -> None:
    functions = {entry["name"] for entry in artifacts.abi("PPARegistry") if entry["type"] == "function"}
    assert right.function in functions
