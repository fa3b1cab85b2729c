"""How long an analysis takes, stage by stage: warm, best of three, in one process."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter

from tavolo.dialogue.convergence.pipeline import STAGES, run
from tavolo.dialogue.convergence.reading import read
from tavolo.dialogue.convergence.table import VoteTable


def time_reading(path: Path) -> tuple[VoteTable, list[str]]:
    """Return the votes and the line that says how long reading took (once, cold)."""
    start = perf_counter()
    table = read(path)
    return table, [f"reading: {perf_counter() - start:.6f}"]


def time_stages(table: VoteTable, repeats: int = 3) -> list[str]:
    """Return one line per stage, in seconds, and `analysis_seconds: N`, of the fastest of `repeats` runs.

    The scope is that of red-dwarf's pipeline: sums and axes, projection, groups with choice of k, statistics
    and representative statements. One run beforehand warms caches; reading and resampling are apart.
    """
    runs = [one_run(table) for _ in range(repeats + 1)][1:]
    best = min(runs, key=lambda stages: sum(stages.values()))
    lines = [f"{stage}: {best[stage]:.6f}" for stage in STAGES]
    return [*lines, f"analysis_seconds: {sum(best.values()):.6f}"]


def one_run(table: VoteTable) -> dict[str, float]:
    """Return seconds per stage of one run."""
    spent = dict.fromkeys(STAGES, 0.0)
    last = perf_counter()

    def watch(stage: str) -> None:
        nonlocal last
        now = perf_counter()
        spent[stage] += now - last
        last = now

    run(table.votes, table.excluded, watch)
    return spent
