"""Checking proofs as RFC 9162, sections 2.1.3.2 and 2.1.4.2, says. Nothing here reads a tree."""

from __future__ import annotations

import hmac
from collections.abc import Sequence

from tavolo.ledger.merkle.hashing import EMPTY_ROOT, HASH_SIZE, node_hash


def verify_inclusion(index: int, size: int, leaf: bytes, path: Sequence[bytes], root: bytes) -> bool:
    """Return whether `leaf` (its hash) stands at `index` in the tree of `size` leaves with this root."""
    if not 0 <= index < size or not _hashes([leaf, root, *path]):
        return False
    place, last, current = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            current = node_hash(sibling, current)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            current = node_hash(current, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and hmac.compare_digest(current, root)


def verify_consistency(old_size: int, old_root: bytes, size: int, root: bytes, path: Sequence[bytes]) -> bool:
    """Return whether the tree (size, root) begins with the tree (old_size, old_root).

    The empty tree is a beginning of every tree and needs no path; equal sizes need equal roots.
    """
    if not 0 <= old_size <= size or not _hashes([old_root, root, *path]):
        return False
    if old_size == 0:
        return not path and old_root == EMPTY_ROOT and (size > 0 or root == EMPTY_ROOT)
    if old_size == size:
        return not path and hmac.compare_digest(old_root, root)
    return _walk(old_size, old_root, size, root, list(path))


def _walk(old_size: int, old_root: bytes, size: int, root: bytes, path: list[bytes]) -> bool:
    """Rebuild both roots from the path (RFC 9162, 2.1.4.2, steps 2 to 7)."""
    if old_size & (old_size - 1) == 0:
        path.insert(0, old_root)
    if not path:
        return False
    place, last = old_size - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and hmac.compare_digest(old, old_root) and hmac.compare_digest(new, root)


def _hashes(values: Sequence[bytes]) -> bool:
    return all(len(value) == HASH_SIZE for value in values)
