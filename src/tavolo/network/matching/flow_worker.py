"""The child process of `flows`: a problem comes in as .npz on standard input, the flow goes out as .npy."""

from __future__ import annotations

import io
import sys

import numpy as np

from tavolo.network.matching.flows import solve


def main() -> None:
    """Read, solve, write."""
    problem = np.load(io.BytesIO(sys.stdin.buffer.read()), allow_pickle=False)
    flow = solve(
        problem["tails"], problem["heads"], problem["capacities"], problem["costs"], problem["supplies"]
    )
    answer = io.BytesIO()
    np.save(answer, flow)
    sys.stdout.buffer.write(answer.getvalue())


if __name__ == "__main__":
    main()
