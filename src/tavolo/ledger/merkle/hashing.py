"""Hashes of a Merkle tree as RFC 9162 (and before it RFC 6962), section 2.1, defines them over SHA-256."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

HASH_SIZE = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """Return the 32-byte hash of a leaf: SHA-256(0x00 || data)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the 32-byte hash of an inner node: SHA-256(0x01 || left || right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def largest_power_below(count: int) -> int:
    """Return the largest power of two strictly smaller than `count` (RFC 9162 calls it k).

    Raises ValueError for a count below 2.
    """
    if count < 2:
        raise ValueError("a tree of fewer than two leaves has no left half")
    return 1 << ((count - 1).bit_length() - 1)


class Frontier:
    """The right edge of a growing tree: enough to append leaves and to tell the root.

    Memory is one hash per bit of the size. The hashes kept are those of the complete subtrees the
    leaves so far fall into, the largest first.
    """

    def __init__(self) -> None:
        self.size = 0
        self._edge: list[bytes] = []

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash (32 bytes)."""
        if len(leaf) != HASH_SIZE:
            raise ValueError(f"a leaf hash has {HASH_SIZE} bytes, not {len(leaf)}")
        current = leaf
        place = self.size
        while place & 1:
            current = node_hash(self._edge.pop(), current)
            place >>= 1
        self._edge.append(current)
        self.size += 1

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Add leaf hashes in order."""
        for leaf in leaves:
            self.append(leaf)

    def root(self) -> bytes:
        """Return the 32-byte root over the leaves so far."""
        if not self._edge:
            return EMPTY_ROOT
        current = self._edge[-1]
        for left in reversed(self._edge[:-1]):
            current = node_hash(left, current)
        return current


def root(leaves: Iterable[bytes]) -> bytes:
    """Return the root (32 bytes) of a tree over leaf hashes in order; of no leaves SHA-256 of nothing."""
    frontier = Frontier()
    frontier.extend(leaves)
    return frontier.root()
