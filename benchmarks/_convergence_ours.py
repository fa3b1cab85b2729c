"""Time the analysis in its own process: python -m benchmarks._convergence_ours FILE.npz REPEATS OUT.npz"""

from __future__ import annotations

import json
import resource
import sys
from time import perf_counter, process_time

import numpy as np

from tavolo.dialogue.convergence.pipeline import compare, run
from tavolo.dialogue.convergence.votes import SparseVotes


def main(source: str, repeats: str, out: str, labels: str = "") -> None:
    """Run, print seconds of every run and the peak memory, save what the comparison needs."""
    data = np.load(source)
    votes = SparseVotes(data["indptr"], data["columns"], data["values"], int(data["width"]))
    excluded = data["excluded"]
    seconds, cpu = [], []
    for _ in range(int(repeats)):
        start, busy = perf_counter(), process_time()
        found, _ = run(votes, excluded)
        seconds.append(perf_counter() - start)
        cpu.append(process_time() - busy)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    saved = {
        "components": found.map.axes.components,
        "coordinates": found.map.coordinates,
        "labels": found.labels,
        "counts": found.map.sums.counts,
        "silhouettes": np.array(sorted(found.grouping.silhouettes.items())),
    }
    if labels:
        theirs = np.load(labels)["labels"]
        over = compare(votes, theirs, int(theirs.max()) + 1, excluded)
        saved["statistics"] = np.stack(
            [getattr(over.statistics, key) for key in ("pa", "pd", "pat", "pdt", "ra", "rd", "rat", "rdt")]
        )
        saved["consensus"] = over.consensus
    np.savez(out, **saved)
    print(json.dumps({"seconds": seconds, "cpu": cpu, "peak_mb": peak, "k": found.grouping.k}))


if __name__ == "__main__":
    main(*sys.argv[1:])
