"""Blind overlap's solver beside plain enumeration: same optima first, then time.

Claims: 12 issues x 6 options x 6 parties (2,176,782,336 packages) solved exactly, leximin and Nash with all
ties, in a few seconds at worst. Where plain enumeration (numpy, every package looked at) can finish, both
find the same. Ours always looks for the efficient packages too; enumeration is timed without that ("best
only") and, on small sizes, with it ("all of it"). On small sizes enumeration of the best alone is as fast or
faster.

Seconds are processor seconds of this process. The projected time of enumeration on the full size is its
measured least time for one package times the number of packages. Options: --quick (smaller sizes, one seed).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from math import prod
from typing import Any

from benchmarks._overlap_instances import KINDS, instance
from tavolo.dialogue.overlap.solver.enumeration import enumerate_all
from tavolo.dialogue.overlap.solver.packages import packages
from tavolo.dialogue.overlap.solver.question import overlap
from tavolo.dialogue.overlap.solver.vectors import space


def main(arguments: list[str]) -> int:
    """Run the benchmark; return 1 if solver and enumeration disagree anywhere."""
    quick = "--quick" in arguments
    wrong, per_package = beside_enumeration(quick)
    full_size(quick, per_package)
    return int(wrong > 0)


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """Return what `work` returns and the processor seconds it took."""
    started = time.process_time()
    result = work()
    return result, time.process_time() - started


def beside_enumeration(quick: bool) -> tuple[int, float]:
    """Compare where every package can be looked at; return disagreements and enumeration's time a package."""
    sizes = [(4, 4, 4), (5, 6, 6)] if quick else [(4, 4, 4), (5, 6, 6), (6, 6, 6), (7, 6, 6), (8, 6, 6)]
    print("beside plain enumeration (numpy, every package)")
    head = f"  {'issues x options x parties':28} {'kind':20} {'packages':>10}"
    print(f"{head} {'ours':>8} {'best only':>9} {'ratio':>8} {'all of it':>9} {'ratio':>8}")
    wrong, fastest = 0, 1.0
    for issues, options, parties in sizes:
        for kind in KINDS:
            question, lodged = instance(kind, issues, options, parties, seed=issues)
            listed = space(overlap(question, lodged), lodged)
            count_all = listed.size <= 10_000
            ours, mine = timed(lambda q=question, given=lodged: packages(q, given))
            plain, theirs = timed(lambda s=listed: enumerate_all(s, efficient=False))
            every = 0.0
            if count_all:
                plain, every = timed(lambda s=listed: enumerate_all(s))
            same = agree(ours, plain, count_all)
            wrong += not same
            fastest = min(fastest, theirs / listed.size)
            whole = f"{every:8.3f}s {every / mine:7.1f}x" if every else " " * 18
            size = f"{issues} x {options} x {parties}"
            print(
                f"  {size:28} {kind:20} {listed.size:10,} {mine:7.3f}s {theirs:8.3f}s {theirs / mine:7.1f}x "
                f"{whole} {'same' if same else 'DIFFERENT'}"
            )
    return wrong, fastest


def agree(ours: Any, plain: Any, counted: bool) -> bool:
    """Say whether both found the same best keys, the same number of ties and of efficient packages."""
    fair = tuple(sorted(share for p, share in ours.worst_off[0].shares.items() if p not in ours.indifferent))
    gains = [gain for gain in ours.nash[0].gains.values() if gain > 0]
    same = fair == plain.worst_off and (len(gains), prod(gains)) == plain.nash
    if len(ours.nash) < 6:
        same &= sum(package.alike for package in ours.nash) == plain.nash_packages
    if len(ours.worst_off) < 6:
        same &= sum(package.alike for package in ours.worst_off) == plain.worst_off_packages
    if counted and ours.efficient_vectors is not None:
        same &= (ours.efficient_vectors, ours.efficient_packages) == (
            plain.efficient_vectors, plain.efficient_packages,
        )  # fmt: skip
    return bool(same)


def full_size(quick: bool, per_package: float) -> None:
    """Solve the full size, by kind: the slowest of some seeds."""
    seeds = range(1) if quick else range(3)
    minutes = per_package * 6**12 / 60
    print(f"12 x 6 x 6: {6**12:,} packages; enumeration would take about {minutes:,.0f} minutes")
    for kind in KINDS:
        worst, listed = 0.0, []
        for seed in seeds:
            question, lodged = instance(kind, 12, 6, 6, seed=seed)
            ours, seconds = timed(lambda q=question, given=lodged: packages(q, given))
            worst = max(worst, seconds)
            listed.append(ours.efficient_vectors)
        known = ", ".join("more than 20,000" if one is None else f"{one:,}" for one in listed)
        print(f"  {kind:20} slowest of {len(seeds)}: {worst:6.2f} s; efficient vectors: {known}")
