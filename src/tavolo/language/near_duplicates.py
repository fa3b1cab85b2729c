"""Near-duplicates: texts that say the same thing in almost the same words."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Sequence

import numpy as np

from tavolo.language.folding import words
from tavolo.language.stemming import stems

_HASHES = 64
_BANDS = 32
_PRIME = (1 << 31) - 1


def shingles(text: str) -> frozenset[str]:
    """Return the stems of `text` and its pairs of neighbouring stems; plain words where all are common.

    >>> sorted(shingles("Corsi di sicurezza"))
    ['cors', 'cors sicurezz', 'sicurezz']
    """
    items = stems(text) or words(text)
    return frozenset(items) | frozenset(f"{a} {b}" for a, b in itertools.pairwise(items))


def similarity(one: str, other: str) -> float:
    """Return the Jaccard index of the shingles of two texts, from 0 to 1 (P. Jaccard 1901).

    Two texts without any word are equal only if both are empty of words: then 1.

    >>> similarity("Il premio va diviso in parti uguali", "il premio va diviso in parti UGUALI!")
    1.0
    """
    a, b = shingles(one), shingles(other)
    union = len(a | b)
    return len(a & b) / union if union else 1.0


def near_duplicates(texts: Sequence[str], threshold: float = 0.7) -> list[tuple[int, int, float]]:
    """Return the pairs (i, j, similarity), i < j, whose similarity is at least `threshold`.

    Up to 400 texts every pair is compared. Beyond, candidates come from 32 bands of 2 min-hashes
    (A. Broder 1997) with fixed hash functions and are then compared exactly: a pair at similarity s is
    overlooked with probability (1 - s^2)^32, which is under 1e-9 at s = 0.7. Pairs are sorted by index.

    Raises ValueError if `threshold` is not in (0, 1].
    """
    if not 0 < threshold <= 1:
        raise ValueError("the threshold of likeness must be above 0 and at most 1")
    sets = [shingles(text) for text in texts]
    pairs = _all_pairs(len(sets)) if len(sets) <= 400 else _banded_pairs(sets)
    found = []
    for i, j in pairs:
        union = len(sets[i] | sets[j])
        value = len(sets[i] & sets[j]) / union if union else 1.0
        if value >= threshold:
            found.append((i, j, value))
    return sorted(found)


def groups(texts: Sequence[str], threshold: float = 0.7) -> list[list[int]]:
    """Return groups of two or more texts joined by near-duplicate pairs, each sorted, in order.

    >>> groups(["Più formazione", "Meno turni", "più formazione!"])
    [[0, 2]]
    """
    parent = list(range(len(texts)))

    def root(item: int) -> int:
        while parent[item] != item:
            parent[item] = parent[parent[item]]
            item = parent[item]
        return item

    for i, j, _ in near_duplicates(texts, threshold):
        parent[max(root(i), root(j))] = min(root(i), root(j))
    members: dict[int, list[int]] = {}
    for item in range(len(texts)):
        members.setdefault(root(item), []).append(item)
    return [group for group in members.values() if len(group) > 1]


def _all_pairs(count: int) -> list[tuple[int, int]]:
    return [(i, j) for i in range(count) for j in range(i + 1, count)]


def _banded_pairs(sets: Sequence[frozenset[str]]) -> set[tuple[int, int]]:
    """Return candidate pairs that share at least one band of min-hashes."""
    random = np.random.default_rng(20260413)
    factor = random.integers(1, _PRIME, _HASHES, dtype=np.int64)
    shift = random.integers(0, _PRIME, _HASHES, dtype=np.int64)
    codes: dict[str, int] = {}
    rows = _HASHES // _BANDS
    buckets: dict[tuple[int, bytes], list[int]] = {}
    for number, items in enumerate(sets):
        if not items:
            signature = np.full(_HASHES, _PRIME, dtype=np.int64)
        else:
            values = np.array([codes.setdefault(item, _hash(item)) for item in items], dtype=np.int64)
            signature = ((values[:, None] * factor + shift) % _PRIME).min(axis=0)
        for band in range(_BANDS):
            key = (band, signature[band * rows : (band + 1) * rows].tobytes())
            buckets.setdefault(key, []).append(number)
    return {
        (members[i], members[j])
        for members in buckets.values()
        for i in range(len(members))
        for j in range(i + 1, len(members))
    }


def _hash(item: str) -> int:
    return int.from_bytes(hashlib.blake2b(item.encode(), digest_size=8).digest(), "big") % _PRIME
