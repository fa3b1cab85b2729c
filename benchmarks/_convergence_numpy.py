"""The floor: counts and Gram products by bare numpy over the same arrays, by chunks, exact in float32."""

from __future__ import annotations

import json
import resource
import sys
from time import perf_counter, process_time

import numpy as np

ROWS = 8192


def one_pass(indptr: np.ndarray, columns: np.ndarray, values: np.ndarray, width: int) -> tuple:
    """Return Q, P, N; counts are on their diagonals."""
    sums = [np.zeros((width, width)) for _ in range(3)]
    for start in range(0, len(indptr) - 1, ROWS):
        stop = min(start + ROWS, len(indptr) - 1)
        low, high = indptr[start], indptr[stop]
        flat = (
            np.repeat(np.arange(stop - start) * width, np.diff(indptr[start : stop + 1])) + columns[low:high]
        )
        mask = np.zeros((stop - start, width), np.float32)
        held = np.zeros((stop - start, width), np.float32)
        mask.reshape(-1)[flat] = 1.0
        held.reshape(-1)[flat] = values[low:high]
        sums[0] += held.T @ held
        sums[1] += mask.T @ held
        sums[2] += mask.T @ mask
    return tuple(sums)


def main(source: str, repeats: str, out: str) -> None:
    """Run, print seconds of every run and the peak memory."""
    data = np.load(source)
    parts = data["indptr"], data["columns"], data["values"], int(data["width"])
    seconds, cpu = [], []
    for _ in range(int(repeats)):
        start, busy = perf_counter(), process_time()
        values, cross, seen = one_pass(*parts)
        seconds.append(perf_counter() - start)
        cpu.append(process_time() - busy)
    sided, total, voted = (np.diagonal(part) for part in (values, cross, seen))
    np.savez(out, counts=np.stack(((sided + total) / 2, (sided - total) / 2, voted - sided)))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "cpu": cpu, "peak_mb": peak}))


if __name__ == "__main__":
    main(*sys.argv[1:])
