"""Worker of the bonus benchmark: the engine. Usage: INPUT.npz OUTPUT.npz ROUNDS."""

from __future__ import annotations

import json
import resource
import sys
import time
from datetime import date
from decimal import Decimal

import numpy as np

from benchmarks._bonus_numpy import compute as bare
from tavolo.bonus.law.tree import load_law
from tavolo.bonus.rules.net import People, compute_net
from tavolo.bonus.rules.parameters import GoverningDates
from tavolo.bonus.rules.terms import FirmTerms, TaxTerms, payment_reader, read_terms

KEPT = ("net", "flat_tax", "contributions")


def terms() -> TaxTerms:
    """The law of 15 June 2026 for an agreement with joint involvement and conversion."""
    dates = GoverningDates(date(2025, 1, 10), date(2025, 12, 31), date(2026, 6, 15))
    firm = FirmTerms(joint_involvement=True, welfare_allowed=True, surtax_rate=Decimal("0.0253"))
    return read_terms(payment_reader(load_law(), dates), firm)


def people(data: dict[str, np.ndarray]) -> People:
    """The arrays of the population as the engine takes them."""
    return People(
        contribution_rate=data["rate"], prior_income=data["prior_income"], renounced=data["renounced"],
        cap_used=data["cap_used"], taxable_income=data["taxable_income"], welfare_exempt=data["welfare"],
    )  # fmt: skip


def main(arguments: list[str]) -> None:
    """Compute ROUNDS times; print times and memory as JSON; write the lines compared."""
    data = dict(np.load(arguments[0]))
    law, seconds, processor = terms(), [], []
    for _ in range(int(arguments[2])):
        start, used = time.perf_counter(), time.process_time()
        lines = compute_net(data["gross"], True, people(data), law, "line_half_up", keep=KEPT)
        seconds.append(time.perf_counter() - start)
        processor.append(time.process_time() - used)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    beside = []
    for _ in range(int(arguments[2])):  # in turns with bare numpy, so that a busy machine disturbs both alike
        start = time.process_time()
        compute_net(data["gross"], True, people(data), law, "line_half_up", keep=KEPT)
        middle = time.process_time()
        bare(data)
        beside.append((middle - start, time.process_time() - middle))
    np.savez(arguments[1], net=lines["net"], flat_tax=lines["flat_tax"], contributions=lines["contributions"])
    print(json.dumps({"seconds": seconds, "processor": processor, "peak_mb": peak / 1024, "beside": beside}))


if __name__ == "__main__":
    main(sys.argv[1:])
