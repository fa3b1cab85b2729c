"""Worker of the bonus benchmark: bare numpy, the limit. Usage: INPUT.npz OUTPUT.npz ROUNDS.

The same law on whole arrays of int64 cents, each line rounded half up, nothing else: no law look-up, no
checks, no choice of policy or basis, no explanation. Ordinary tax is computed only for the rows that have it.
"""

from __future__ import annotations

import json
import resource
import sys
import time

import numpy as np

from benchmarks._bonus_population import LAW

M = 1_000_000


def compute(data: dict[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Net, flat tax and contributions in cents."""
    gross = data["gross"]
    within = data["prior_income"] <= LAW["income_limit"]
    favoured = within & ~data["renounced"]
    room = np.maximum(LAW["cap"] - data["cap_used"], 0)
    welfare = np.minimum(data["welfare"], np.where(favoured, np.minimum(gross, room), 0))
    cash = gross - welfare
    room = room - welfare
    relieved = np.minimum(cash, LAW["relief"]) * within
    contributions = ((cash - relieved) * data["rate"] + M // 2) // M
    base = cash - contributions
    flat = np.minimum(base, room) * favoured
    flat_tax = (flat * round(LAW["rate"] * M) + M // 2) // M
    ordinary = base - flat
    net = base - flat_tax
    where = np.flatnonzero(ordinary)
    income, before = ordinary[where], data["taxable_income"][where]
    tax = (bands(before + income) - bands(before) + M // 2) // M
    lost = deduction(before) - deduction(before + income)
    surtax = (income * round(LAW["surtax"] * M) + M // 2) // M
    covered = np.flatnonzero(before < 850_100)  # where the deduction may exceed the tax of the year
    start, end = before[covered], before[covered] + income[covered]
    owed = [(bands(year) + M // 2) // M - deduction(year) for year in (start, end)]
    short = np.minimum(*owed) < 0
    added = np.maximum(owed[1], 0) - np.maximum(owed[0], 0)
    lost[covered] = np.where(short, added - tax[covered], lost[covered])
    surtax[covered] = np.where(short & (owed[1] <= 0), 0, surtax[covered])
    net[where] -= tax + lost + surtax
    return net, flat_tax, contributions


def bands(income: np.ndarray) -> np.ndarray:
    total, previous = np.zeros(len(income), dtype=np.int64), 0
    for start, rate in LAW["bands"]:
        total += np.maximum(income - start, 0) * (round(rate * M) - previous)
        previous = round(rate * M)
    return total


def deduction(income: np.ndarray) -> np.ndarray:
    found = np.zeros(len(income), dtype=np.int64)
    for start, fixed, share, until, width in LAW["deduction"]:
        value = fixed + ((until - income) * (2 * share) + width) // (2 * width) if share else fixed
        found = np.where((income > start) | (start == 0), value, found)
    return found


def main(arguments: list[str]) -> None:
    """Compute ROUNDS times; print times and memory as JSON; write the lines compared."""
    data = dict(np.load(arguments[0]))
    seconds, processor = [], []
    for _ in range(int(arguments[2])):
        start, used = time.perf_counter(), time.process_time()
        net, flat_tax, contributions = compute(data)
        seconds.append(time.perf_counter() - start)
        processor.append(time.process_time() - used)
    np.savez(arguments[1], net=net, flat_tax=flat_tax, contributions=contributions)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"seconds": seconds, "processor": processor, "peak_mb": peak / 1024}))


if __name__ == "__main__":
    main(sys.argv[1:])
