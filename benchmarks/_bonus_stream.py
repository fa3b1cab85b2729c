"""Worker of the bonus benchmark: N workers in chunks, from shared pool to net. Usage: N CHUNK."""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Iterator

import numpy as np

from benchmarks._bonus_ours import people, terms
from benchmarks._bonus_population import population
from tavolo.bonus.rules.net import compute_net
from tavolo.bonus.rules.stream import last_cents, shares_of


def main(arguments: list[str]) -> None:
    """Share a pool of 1,500 euro a head by hours and compute every net, one chunk at a time."""
    n, size = int(arguments[0]), int(arguments[1])
    pool = n * 150_000

    def chunks() -> Iterator[tuple[np.ndarray, np.ndarray]]:
        for start in range(0, n, size):
            count = min(size, n - start)
            hours = np.random.default_rng(start).integers(40_000, 180_000, count)
            yield hours, np.arange(start, start + count)

    law, begin, given, net = terms(), time.perf_counter(), 0, 0
    threshold = last_cents(chunks, pool)
    shared = time.perf_counter()
    computing = 0.0
    for k, (weights, ranks) in enumerate(chunks()):
        gross = shares_of(weights, ranks, pool, threshold)
        crowd = people(population(len(gross), seed=k))
        start = time.perf_counter()
        lines = compute_net(gross, True, crowd, law, "line_half_up")
        computing += time.perf_counter() - start
        given += int(gross.sum())
        net += int(lines["net"].sum())
    done = time.perf_counter()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({
        "threshold": shared - begin, "net": computing, "total": done - begin, "peak_mb": peak / 1024,
        "exact": given == pool, "net_cents": net,
    }))  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1:])
