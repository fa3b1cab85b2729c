"""The tree: published vectors, a second implementation, and properties over many sizes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import pymerkle
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tavolo.ledger.merkle.hashing import EMPTY_ROOT, Frontier, leaf_hash, node_hash, root
from tavolo.ledger.merkle.proofs import verify_consistency, verify_inclusion
from tavolo.ledger.merkle.tree import ListSource, MissingHash, Tree, tile_root

# The test data published with Certificate Transparency (RFC 6962): eight leaves, the root after each.
INPUTS = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEFT = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
PAIR = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
HALF = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
SIXTH = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
LAST_PAIR = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
FIFTH_PAIR = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
INCLUSION = [
    (0, 1, []),
    (0, 8, [LEFT, PAIR, HALF]),
    (5, 8, [SIXTH, LAST_PAIR, ROOTS[4]]),
    (2, 3, [ROOTS[2]]),
    (1, 5, [ROOTS[1], PAIR, SIXTH]),
]
CONSISTENCY = [
    (1, 1, []),
    (1, 8, [LEFT, PAIR, HALF]),
    (6, 8, [FIFTH_PAIR, LAST_PAIR, ROOTS[4]]),
    (2, 5, [PAIR, SIXTH]),
]


def leaves(count: int) -> list[bytes]:
    """Return leaf hashes of `count` different leaves."""
    return [leaf_hash(str(number).encode()) for number in range(count)]


def naive(hashes: Sequence[bytes]) -> bytes:
    """Return the root by the RFC's recursion, word for word."""
    if not hashes:
        return hashlib.sha256().digest()
    if len(hashes) == 1:
        return hashes[0]
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    return node_hash(naive(hashes[:k]), naive(hashes[k:]))


def hexes(path: Sequence[bytes]) -> list[str]:
    """Return hashes as hexadecimal text."""
    return [value.hex() for value in path]


@pytest.mark.parametrize("size", range(9))
def test_roots_equal_the_published_ones(size: int) -> None:
    hashes = [leaf_hash(data) for data in INPUTS[:size]]
    assert root(hashes).hex() == ROOTS[size]
    assert Tree(ListSource(hashes), size).root().hex() == ROOTS[size]


@pytest.mark.parametrize(("index", "size", "path"), INCLUSION)
def test_inclusion_proofs_equal_the_published_ones(index: int, size: int, path: list[str]) -> None:
    hashes = [leaf_hash(data) for data in INPUTS]
    found = Tree(ListSource(hashes), size).inclusion(index)
    assert hexes(found) == path
    assert verify_inclusion(index, size, hashes[index], found, bytes.fromhex(ROOTS[size]))


@pytest.mark.parametrize(("old", "size", "path"), CONSISTENCY)
def test_consistency_proofs_equal_the_published_ones(old: int, size: int, path: list[str]) -> None:
    hashes = [leaf_hash(data) for data in INPUTS]
    found = Tree(ListSource(hashes), size).consistency(old)
    assert hexes(found) == path
    assert verify_consistency(old, bytes.fromhex(ROOTS[old]), size, bytes.fromhex(ROOTS[size]), found)


def test_every_pair_of_sizes_is_consistent_and_nothing_else_is() -> None:
    hashes = leaves(40)
    roots = [naive(hashes[:size]) for size in range(41)]
    for size in range(41):
        tree = Tree(ListSource(hashes), size)
        for old in range(size + 1):
            path = tree.consistency(old)
            assert verify_consistency(old, roots[old], size, roots[size], path)
            if old:
                assert not verify_consistency(old, roots[old - 1], size, roots[size], path)
                assert not verify_consistency(old, roots[old], size, leaf_hash(b"other"), path)


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 511, 512, 513, 700])
def test_every_leaf_is_included_across_the_edges_of_tiles(size: int) -> None:
    hashes = leaves(size)
    tree = Tree(ListSource(hashes), size)
    top = naive(hashes)
    assert tree.root() == top
    for index in range(0, size, 1 if size < 300 else 17):
        assert verify_inclusion(index, size, hashes[index], tree.inclusion(index), top)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 600), st.data())
def test_a_changed_proof_proves_nothing(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    hashes = leaves(size)
    tree = Tree(ListSource(hashes), size)
    top, path = tree.root(), tree.inclusion(index)
    other = data.draw(st.integers(0, size - 1).filter(lambda value: value != index) | st.just(size))
    assert not verify_inclusion(other, size, hashes[index], path, top)
    assert not verify_inclusion(index, size, leaf_hash(b"another"), path, top)
    assert not verify_inclusion(index, size, hashes[index], [*path, top], top)
    if path:
        at = data.draw(st.integers(0, len(path) - 1))
        bit = 1 << data.draw(st.integers(0, 255))
        wrong = (int.from_bytes(path[at]) ^ bit).to_bytes(32)
        assert not verify_inclusion(index, size, hashes[index], [*path[:at], wrong, *path[at + 1 :]], top)
        assert not verify_inclusion(index, size, hashes[index], path[:-1], top)


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 600), st.data())
def test_a_changed_consistency_proof_proves_nothing(size: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, size - 1))
    hashes = leaves(size)
    tree = Tree(ListSource(hashes), size)
    top, before, path = tree.root(), root(hashes[:old]), tree.consistency(old)
    at = data.draw(st.integers(0, len(path) - 1))
    bit = 1 << data.draw(st.integers(0, 255))
    wrong = (int.from_bytes(path[at]) ^ bit).to_bytes(32)
    assert verify_consistency(old, before, size, top, path)
    assert not verify_consistency(old, before, size, top, [*path[:at], wrong, *path[at + 1 :]])
    assert not verify_consistency(old, before, size, top, path[:-1])
    assert not verify_consistency(old, before, size, top, [*path, top])


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 100, 257, 300])
def test_pymerkle_an_independent_implementation_agrees(size: int) -> None:
    theirs = pymerkle.InmemoryTree(algorithm="sha256")
    for number in range(size):
        theirs.append_entry(str(number).encode())
    hashes = leaves(size)
    tree = Tree(ListSource(hashes), size)
    top = tree.root()
    assert theirs.get_root() == top
    for index in range(0, size, 13):
        proof = theirs.prove_inclusion(index + 1, size)
        proof.path = [hashes[index], *tree.inclusion(index)]
        pymerkle.verify_inclusion(hashes[index], top, proof, index=index + 1, size=size)
        if index:
            # Their proof has another form than the RFC's; it must join our two roots, as ours joins theirs.
            between, before = theirs.prove_consistency(index, size), naive(hashes[:index])
            pymerkle.verify_consistency(before, top, between, prior_size=index, later_size=size)
            assert verify_consistency(index, theirs.get_root(index), size, top, tree.consistency(index))


def test_a_growing_edge_tells_the_root_at_every_size() -> None:
    hashes = leaves(600)
    edge = Frontier()
    assert edge.root() == EMPTY_ROOT
    for size, leaf in enumerate(hashes, start=1):
        edge.append(leaf)
        if size % 37 == 0 or size in (256, 512):
            assert edge.root() == naive(hashes[:size])


class Counting:
    """A source that counts what is read from it."""

    def __init__(self, inner: ListSource) -> None:
        self.inner, self.runs, self.read = inner, 0, 0

    def hashes(self, level: int, start: int, stop: int) -> Sequence[bytes]:
        """Read and count."""
        found = self.inner.hashes(level, start, stop)
        self.runs, self.read = self.runs + 1, self.read + len(found)
        return found


def test_a_proof_reads_three_short_runs_among_a_hundred_thousand_leaves() -> None:
    hashes = leaves(100_000)
    source = ListSource(hashes)
    source.hashes(16, 0, 1)
    counted = Counting(source)
    tree = Tree(counted, 100_000)
    path = tree.inclusion(54_321)
    assert verify_inclusion(54_321, 100_000, hashes[54_321], path, root(hashes))
    # The right edge is another path down the tree, so up to two runs a level.
    assert counted.runs <= 6
    assert counted.read <= 6 * 256


def test_a_missing_hash_is_said_and_not_guessed() -> None:
    tree = Tree(ListSource(leaves(10)), 12)
    with pytest.raises(MissingHash, match="missing"):
        tree.root()


def test_questions_outside_the_tree_are_refused() -> None:
    tree = Tree(ListSource(leaves(5)), 5)
    for wrong in (-1, 5):
        with pytest.raises(IndexError):
            tree.inclusion(wrong)
    with pytest.raises(IndexError):
        tree.consistency(6)
    with pytest.raises(ValueError, match="256"):
        tile_root(leaves(5))
    with pytest.raises(ValueError, match="32 bytes"):
        Frontier().append(b"short")
