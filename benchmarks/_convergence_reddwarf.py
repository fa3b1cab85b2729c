"""Time red-dwarf in its own environment: python _convergence_reddwarf.py FILE.npz REPEATS OUT.npz

`matrix_seconds` is what building its vote matrix from the list of votes takes, so that it can be set apart.
"""

from __future__ import annotations

import json
import resource
import sys
import warnings
from time import perf_counter, process_time

import numpy as np

warnings.filterwarnings("ignore")


def main(source: str, repeats: str, out: str) -> None:
    """Run, print seconds of every run and the peak memory, save what the comparison needs."""
    from reddwarf.implementations.polis import run_pipeline
    from reddwarf.utils.matrix import generate_raw_matrix

    data = np.load(source)
    rows = np.repeat(np.arange(len(data["indptr"]) - 1), np.diff(data["indptr"]))
    votes = [
        {"participant_id": p, "statement_id": s, "vote": v, "modified": 0}
        for p, s, v in zip(rows.tolist(), data["columns"].tolist(), data["values"].tolist(), strict=True)
    ]
    out_ids = np.flatnonzero(data["excluded"]).tolist()
    seconds, cpu, matrix = [], [], []
    for _ in range(int(repeats)):
        start = perf_counter()
        generate_raw_matrix(votes=votes)
        matrix.append(perf_counter() - start)
        start, busy = perf_counter(), process_time()
        found = run_pipeline(votes=votes, mod_out_statement_ids=out_ids, random_state=0)
        seconds.append(perf_counter() - start)
        cpu.append(process_time() - busy)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    people = found.participants_df
    labels = np.full(len(data["indptr"]) - 1, -1)
    labels[people.index.to_numpy()] = people["cluster_id"].fillna(-1).to_numpy(int)
    coordinates = np.zeros((2, len(labels)))
    coordinates[:, people.index.to_numpy()] = people[["x", "y"]].to_numpy().T
    k = int(labels.max()) + 1
    frame = found.group_comment_stats
    width = int(data["width"])
    keys = ("pa", "pd", "pat", "pdt", "ra", "rd", "rat", "rdt")
    figures = np.full((len(keys), k, width), np.nan)
    for (group, statement), row in frame[list(keys)].iterrows():
        figures[:, int(group), int(statement)] = row.to_numpy(float)
    consensus = found.group_aware_consensus
    if "agree" in consensus:
        consensus = consensus["agree"]
    gac = np.array([consensus[c] for c in range(width)])
    np.savez(out, coordinates=coordinates, labels=labels, statistics=figures, consensus=gac)
    print(json.dumps({"seconds": seconds, "cpu": cpu, "matrix_seconds": matrix, "peak_mb": peak, "k": k}))


if __name__ == "__main__":
    main(*sys.argv[1:])
