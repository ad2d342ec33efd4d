"""Merkle tree of a day's leaves: sorted pairs, an odd node is promoted.

OpenZeppelin's MerkleProof.verify accepts its proofs.
"""

from collections.abc import Iterable, Iterator, Sequence

from eth_utils.crypto import keccak

from ppa.errors import BadProof


def root(leaves: Sequence[bytes]) -> bytes:
    """The root of at least one leaf of 32 bytes. Raises BadProof if there is none."""
    *_, top = _levels(leaves)
    return top[0]


def proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The siblings from leaf `index` up. Raises BadProof if there is no such leaf."""
    if not 0 <= index < len(leaves):
        raise BadProof(f"There is no leaf {index} in a tree of {len(leaves)}.")
    path = []
    for level in _levels(leaves):
        if (index ^ 1) < len(level):
            path.append(level[index ^ 1])
        index //= 2
    return path


def climb(leaf: bytes, path: Iterable[bytes]) -> bytes:
    """The root that a leaf and its path lead to."""
    node = leaf
    for sibling in path:
        node = _pair(node, sibling)
    return node


def verify(leaf: bytes, path: Iterable[bytes], tree_root: bytes) -> bool:
    """Whether a leaf and its path lead to the root."""
    return climb(leaf, path) == tree_root


def _levels(leaves: Sequence[bytes]) -> Iterator[list[bytes]]:
    if not leaves:
        raise BadProof("A day without leaves has no tree.")
    level = list(leaves)
    yield level
    while len(level) > 1:
        level = [_pair(*level[i : i + 2]) for i in range(0, len(level), 2)]
        yield level


def _pair(left: bytes, right: bytes | None = None) -> bytes:
    return left if right is None else keccak(min(left, right) + max(left, right))
