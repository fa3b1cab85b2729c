"""Roots and proofs of a stored tree that read few hashes, however many leaves it has.

Besides the leaves, the roots of complete subtrees of 256, 256**2, 256**3, ... leaves are stored (as tiles
of transparency logs do). Every hash a proof needs can be computed from at most 256 neighbours on one of
these levels, so a proof reads and hashes O(256 log_256 n) values: three short runs at a million leaves,
four at 10**8. The formulas are those of RFC 9162, sections 2.1.3.1 and 2.1.4.1.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from tavolo.ledger.merkle.hashing import EMPTY_ROOT, largest_power_below, node_hash

TILE_BITS = 8
TILE = 1 << TILE_BITS


class Source(Protocol):
    """Stored hashes: level 0 are leaves, level 8 roots of 256 leaves, level 16 of 65,536, and so on."""

    def hashes(self, level: int, start: int, stop: int) -> Sequence[bytes]:
        """Return the stored hashes at positions start..stop-1 of a level, fewer where some are missing."""
        ...


class MissingHash(Exception):
    """A hash the tree must hold is not stored."""


class Tree:
    """A tree of a given size over a source. Hashes read once are kept for the life of the object."""

    def __init__(self, source: Source, size: int) -> None:
        if size < 0:
            raise ValueError("a tree cannot have fewer than no leaves")
        self.size = size
        self._source = source
        self._tiles: dict[tuple[int, int], list[list[bytes]]] = {}

    def root(self) -> bytes:
        """Return the root (32 bytes) over all leaves."""
        return self.range_hash(0, self.size)

    def range_hash(self, start: int, stop: int) -> bytes:
        """Return the hash over leaves start..stop-1, where `start` is as the RFC's recursion gives it."""
        count = stop - start
        if count == 0:
            return EMPTY_ROOT
        if count & (count - 1) == 0:
            level = count.bit_length() - 1
            return self._subtree(level, start >> level)
        middle = start + largest_power_below(count)
        return node_hash(self.range_hash(start, middle), self.range_hash(middle, stop))

    def inclusion(self, index: int) -> list[bytes]:
        """Return the audit path of a leaf, from the leaf upwards (RFC 9162, 2.1.3.1).

        Raises IndexError where the tree has no such leaf.
        """
        if not 0 <= index < self.size:
            raise IndexError(f"a tree of {self.size} leaves has no leaf {index}")
        path = []
        start, stop = 0, self.size
        while stop - start > 1:
            middle = start + largest_power_below(stop - start)
            if index < middle:
                path.append(self.range_hash(middle, stop))
                stop = middle
            else:
                path.append(self.range_hash(start, middle))
                start = middle
        return path[::-1]

    def consistency(self, old_size: int) -> list[bytes]:
        """Return the proof that the tree of `old_size` leaves is a beginning of this one (2.1.4.1).

        Empty where the sizes are equal or the old tree is empty. Raises IndexError beyond this size.
        """
        if not 0 <= old_size <= self.size:
            raise IndexError(f"a tree of {self.size} leaves has no beginning of {old_size}")
        if old_size in (0, self.size):
            return []
        path = []
        start, stop, whole = 0, self.size, True
        while stop != old_size:
            middle = start + largest_power_below(stop - start)
            if old_size <= middle:
                path.append(self.range_hash(middle, stop))
                stop = middle
            else:
                path.append(self.range_hash(start, middle))
                start, whole = middle, False
        if not whole:
            path.append(self.range_hash(start, stop))
        return path[::-1]

    def _subtree(self, level: int, index: int) -> bytes:
        """Return the root of the complete subtree of 2**level leaves at a position of its level."""
        above = level % TILE_BITS
        stored = level - above
        first = index << above
        pyramid = self._tile(stored, first >> TILE_BITS)
        try:
            return pyramid[above][(first & (TILE - 1)) >> above]
        except IndexError:
            raise MissingHash(f"the hash {first} of level {stored} is missing or out of reach") from None

    def _tile(self, level: int, number: int) -> list[list[bytes]]:
        """Return a tile and the complete levels computed above it."""
        if (level, number) not in self._tiles:
            start = number << TILE_BITS
            stop = min(start + TILE, self.size >> level)
            hashes = list(self._source.hashes(level, start, stop))
            if len(hashes) != max(stop - start, 0):
                raise MissingHash(f"of the hashes {start} to {stop - 1} of level {level} some are missing")
            self._tiles[level, number] = list(_pyramid(hashes))
        return self._tiles[level, number]


def _pyramid(hashes: list[bytes]) -> Iterator[list[bytes]]:
    """Yield a run of hashes and the levels of complete pairs above it, below the next stored level."""
    for _ in range(TILE_BITS):
        yield hashes
        hashes = [node_hash(hashes[at], hashes[at + 1]) for at in range(0, len(hashes) - 1, 2)]


class ListSource:
    """A source over leaf hashes in memory; the stored levels are computed when first asked for."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self._levels: dict[int, list[bytes]] = {0: list(leaves)}

    def hashes(self, level: int, start: int, stop: int) -> Sequence[bytes]:
        """Return hashes of a level (see `Source`)."""
        return self._level(level)[start:stop]

    def _level(self, level: int) -> list[bytes]:
        if level not in self._levels:
            below = self._level(level - TILE_BITS)
            whole = len(below) // TILE * TILE
            self._levels[level] = [tile_root(below[at : at + TILE]) for at in range(0, whole, TILE)]
        return self._levels[level]


def tile_root(hashes: Sequence[bytes]) -> bytes:
    """Return the root over exactly 256 hashes of one level: the hash stored eight levels above."""
    if len(hashes) != TILE:
        raise ValueError(f"a full tile has {TILE} hashes, not {len(hashes)}")
    *_, last = _pyramid(list(hashes))
    return node_hash(last[0], last[1])
