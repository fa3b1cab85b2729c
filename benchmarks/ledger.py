"""The register's tree: cost of a proof as the register grows, beside pymerkle; speed of the offline check.

Claims: a proof reads at most two runs of 256 hashes on each stored level, so from 10^3 to 10^6 acts its cost
grows by the number of levels only; checking an export costs the same per act whatever its length.

Options: --largest N (default 1000000), --peer N (largest tree given to pymerkle, default 100000).
"""

from __future__ import annotations

import hashlib
import io
import random
import sys
import time
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import pymerkle
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tavolo.ledger.merkle import bundle
from tavolo.ledger.merkle.acts import act_leaf_hash
from tavolo.ledger.merkle.hashing import leaf_hash
from tavolo.ledger.merkle.notes import PublicKey, read_checkpoint, write_checkpoint
from tavolo.ledger.merkle.proofs import verify_inclusion
from tavolo.ledger.merkle.tree import ListSource, Tree
from tavolo.ledger.merkle.verify import verify

PROOFS = 50


class Counting:
    """A source that counts the hashes read from it."""

    def __init__(self, inner: ListSource) -> None:
        self.inner, self.read = inner, 0

    def hashes(self, level: int, start: int, stop: int) -> Sequence[bytes]:
        """Read and count."""
        found = self.inner.hashes(level, start, stop)
        self.read += len(found)
        return found


def main(arguments: list[str]) -> int:
    """Print the tables; return 1 if the two implementations disagree."""
    option = dict(zip(arguments[::2], arguments[1::2], strict=False))
    largest, peer = int(option.get("--largest", 1_000_000)), int(option.get("--peer", 100_000))
    sizes = [size for size in (1_000, 10_000, 100_000, 1_000_000, 10_000_000) if size <= largest]
    print(f"{'acts':>10} {'proof, ms':>10} {'hashes read':>12} {'pymerkle, ms':>13} {'ratio':>7}")
    agree = [_proofs(size, size <= peer) for size in sizes]
    for size in (1_000, 10_000, 50_000):
        if size <= largest:
            seconds = _check(size)
            print(f"offline check of {size} acts: {seconds:.2f} s, {1e6 * seconds / size:.0f} us an act")
    return 0 if all(agree) else 1


def _proofs(size: int, with_peer: bool) -> bool:
    leaves = [leaf_hash(number.to_bytes(8, "big")) for number in range(size)]
    stored = ListSource(leaves)
    root = Tree(stored, size).root()
    stored.hashes(8, 0, 1), stored.hashes(16, 0, 1), stored.hashes(24, 0, 1)
    chosen = random.Random(1).sample(range(size), PROOFS)
    counted = Counting(stored)
    ours = _median(lambda index: Tree(counted, size).inclusion(index), chosen)
    good = all(
        verify_inclusion(index, size, leaves[index], Tree(stored, size).inclusion(index), root)
        for index in chosen[:5]
    )
    line = f"{size:>10} {1e3 * ours:>10.2f} {counted.read // PROOFS:>12}"
    if with_peer:
        other = pymerkle.InmemoryTree(algorithm="sha256")
        for number in range(size):
            other.append_entry(number.to_bytes(8, "big"))
        good = good and other.get_root() == root
        theirs = _median(lambda index: other.prove_inclusion(index + 1, size), chosen)
        line += f" {1e3 * theirs:>13.2f} {theirs / ours:>6.1f}x"
    print(line, flush=True)
    return good


def _median(work: Callable[[int], object], chosen: Sequence[int]) -> float:
    times = []
    for index in chosen:
        start = time.perf_counter()
        work(index)
        times.append(time.perf_counter() - start)
    return sorted(times)[len(times) // 2]


def _check(size: int) -> float:
    """Write an export of hashes and time its check."""
    origin = bundle.origin_of(uuid.UUID(int=1))
    key = Ed25519PrivateKey.from_private_bytes(bytes(32))
    public = PublicKey(origin, key.public_key().public_bytes_raw())
    acts = [
        (uuid.UUID(int=number + 1), hashlib.sha256(number.to_bytes(8, "big")).digest())
        for number in range(size)
    ]
    leaves = [act_leaf_hash(*act) for act in acts]
    root = Tree(ListSource(leaves), size).root()
    note = write_checkpoint(
        origin=origin, size=size, root=root, at=datetime(2026, 4, 13, tzinfo=UTC), key=key
    )
    out = io.BytesIO()
    writer = bundle.Writer(
        out, origin=origin, scope="whole", statements="none", keys=[public], checkpoints=[note]
    )
    for index, (act_id, commitment) in enumerate(acts):
        writer.leaf(index, act_id, commitment)
    writer.close(key)
    out.seek(0)
    start = time.perf_counter()
    report = verify(out, [read_checkpoint(note)])
    seconds = time.perf_counter() - start
    assert report.outcome == 0
    return seconds


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
