"""OpenZeppelin's MerkleProof accepts the proofs that ppa makes of a day's leaves, and no other.

verify
├── given any number of leaves, odd ones promoted: every leaf with its own path
├── when the leaf is another, or the path is changed, cut or made longer: false
└── given one leaf: the empty path
"""

import pytest
from eth_utils import keccak
from hypothesis import given
from hypothesis import strategies as st

from ppa import tree
from tests.evm import Chain

LIBRARIES = Chain().deploy("Libraries")
LEAVES = st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=40, unique=True)


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 7, 8, 9, 23, 96, 97, 100])
def test_every_leaf_of_a_day_is_proved_by_its_own_path(size):
    leaves = [keccak(keccak(bytes([n]))) for n in range(size)]
    root = tree.root(leaves)
    for index, leaf in enumerate(leaves):
        assert LIBRARIES.proved(tree.proof(leaves, index), root, leaf)


def test_a_single_leaf_is_its_own_root():
    leaf = keccak(b"leaf")
    assert tree.root([leaf]) == leaf and LIBRARIES.proved([], leaf, leaf)


@given(leaves=LEAVES, data=st.data())
def test_another_leaf_or_another_path_is_not_proved(leaves, data):
    index = data.draw(st.integers(0, len(leaves) - 1))
    path, root, leaf = tree.proof(leaves, index), tree.root(leaves), leaves[index]
    stranger = data.draw(st.binary(min_size=32, max_size=32).filter(lambda word: word not in leaves))
    forged = [(path, stranger), ([*path, stranger], leaf)]
    forged += [(path[:-1], leaf), ([stranger, *path[1:]], leaf)] if path else []
    for other_path, other_leaf in forged:
        assert LIBRARIES.proved(other_path, root, other_leaf) == tree.verify(other_leaf, other_path, root) is False
    assert LIBRARIES.proved(path, root, leaf) and tree.verify(leaf, path, root)
