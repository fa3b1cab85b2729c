"""The whole analysis: `analyse` takes votes and, if known, groups and census, and returns a Result.

>>> from tavolo.dialogue.convergence.analysis import analyse, read
>>> votes = [[1, 1, -1], [1, 0, -1], [1, -1, 1]]
>>> result = analyse(votes, groups=["firms", "workers", "workers"], resamples=0)
>>> [statement.verdict.code for statement in result.statements]
['not_enough_voices', 'not_enough_voices', 'not_enough_voices']
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np

from tavolo.dialogue.convergence import assemble
from tavolo.dialogue.convergence.clusters import PEOPLE_LIMIT
from tavolo.dialogue.convergence.errors import DataError
from tavolo.dialogue.convergence.pipeline import MINIMUM_VOTES, Comparison, Found, compare, find
from tavolo.dialogue.convergence.reading import read, read_census, read_groups
from tavolo.dialogue.convergence.result import Agreement, Method, Result
from tavolo.dialogue.convergence.stability import adjusted_rand_index, judge_stability, resample
from tavolo.dialogue.convergence.statistics import Z90
from tavolo.dialogue.convergence.table import Groups, VoteTable, declared_groups, table_from_array
from tavolo.dialogue.convergence.verdicts import Verdicts, judge

Progress = Callable[[str, int, int], None]


def analyse(
    data: VoteTable | Path | str | Any,
    groups: Groups | Mapping[str, str] | Sequence[Any] | Path | None = None,
    census: Mapping[str, int] | Path | None = None,
    *,
    seed: int = 0,
    resamples: int = 50,
    level: float = 0.95,
    progress: Progress | None = None,
) -> Result:
    """Return the convergence analysis of one consultation.

    Parameters
    ----------
    data : VoteTable, a path (see reading.read), or a numpy / scipy table of people × statements.
    groups : declared groups: participant → group, one name per row ("" = none), or a CSV participant,group.
    census : group → number of all its members, asked or not; or a CSV group,size.
    seed, resamples : of the stability figure of found groups; without resamples none are published.
    level : a verdict is stated when its probability reaches it; also the level of all intervals.
    progress : called with (stage, done, of).

    Verdicts are over the declared groups; without any, over the found groups if they are published, else
    over everybody as one group. The result does not depend on the order of the rows.
    Raises DataError on input that cannot be used.
    """
    table = _as_table(data)
    declared = _declared(groups, census, table)
    _tell(progress, "map", 0, 1)
    found = find(table.votes, table.excluded)
    _tell(progress, "map", 1, 1)
    sampled = None
    if resamples and found.grouping.k > 1:
        watch = None if progress is None else lambda done, of: progress("resamples", done, of)
        sampled = resample(table.votes, table.excluded, found, seed=seed, resamples=resamples, progress=watch)
    stability = judge_stability(found, sampled, seed=seed)
    labels: dict[str, Any] = {}
    sets: dict[str, tuple[tuple[str, ...], Comparison]] = {}
    if declared is not None:
        labels["declared"] = declared.of_person
        sets["declared"] = declared.names, _compare(table, declared.of_person, len(declared.names))
    if stability.published:
        k = found.grouping.k
        labels["found"] = found.labels
        sets["found"] = assemble.letters(k), _compare(table, found.labels, k)
    stated = declared.census if declared is not None and len(declared.census) else None
    verdicts, over = judge_over(sets, found.map.sums.counts, stated, table.excluded, level)
    _tell(progress, "verdicts", 1, 1)
    return assemble.result(
        table,
        found.map,
        assemble.people_of(table, found.map, labels, sets),
        sets,
        stated,
        verdicts,
        stability=stability,
        agreement=_agreement(table, found),
        method=method(seed, level, over, len(found.grouped) > PEOPLE_LIMIT),
    )


def method(seed: int, level: float, over: Any, grid: bool) -> Method:
    """Return what a reader needs to repeat the analysis."""
    return Method(
        library_version=_library_version(),
        seed=seed,
        z=Z90,
        minimum_votes=MINIMUM_VOTES,
        consensus_over=over,
        level=level,
        clustering="grid" if grid else "people",
    )


def judge_over(
    sets: Mapping[str, tuple[tuple[str, ...], Comparison]],
    everyone: Any,
    census: Any,
    excluded: Any,
    level: float,
) -> tuple[Verdicts, str]:
    """Return verdicts over the declared groups, else the found ones, else everybody; and which it was.

    Excluded statements get their verdict too, but do not count among those the table is judged by at once.
    """
    over = next(iter(sets), "everyone")
    counts = sets[over][1].counts if over in sets else everyone[None]
    verdicts = judge(counts[:, 0], counts[:, 1], counts[:, 2], census, level)
    if not excluded.any():
        return verdicts, over
    kept = counts[:, :, ~excluded]
    table = judge(kept[:, 0], kept[:, 1], kept[:, 2], census, level, with_intervals=False)
    wide, probability = np.zeros(len(excluded), bool), np.zeros(len(excluded))
    wide[~excluded], probability[~excluded] = table.table_wide, table.table_wide_probability
    return (
        replace(verdicts, table_wide=wide, table_wide_probability=probability, familywise=table.familywise),
        over,
    )


def _as_table(data: Any) -> VoteTable:
    if isinstance(data, VoteTable):
        return data
    if isinstance(data, str | Path):
        return read(data)
    return table_from_array(data)


def _declared(groups: Any, census: Any, table: VoteTable) -> Groups | None:
    if groups is None:
        if census is not None:
            raise DataError("a census needs declared groups", advice="give the groups too")
        return None
    if isinstance(groups, str | Path):
        groups = read_groups(groups, table.participants)
    declared = declared_groups(groups, table.participants)
    if isinstance(census, str | Path):
        inside = declared.of_person[declared.of_person >= 0]
        sizes = np.bincount(inside, minlength=len(declared.names)).tolist()
        census = read_census(census, dict(zip(declared.names, sizes, strict=True)))
    if len(declared.of_person) != len(table.participants):
        raise DataError("the groups belong to other participants", advice="give one group per participant")
    if isinstance(groups, Groups) and census is None:
        return groups
    return declared_groups(declared, table.participants, census)


def _compare(table: VoteTable, of_person: Any, groups: int) -> Comparison:
    return compare(table.votes, of_person, groups, table.excluded)


def _agreement(table: VoteTable, found: Found) -> Agreement | None:
    """Compare with groups the source published. A figure about the search, shown whether published or not."""
    if table.published is None:
        return None
    both = (table.published >= 0) & (found.labels >= 0)
    published = table.published[both]
    if len(published) < 2:
        return None
    return Agreement(
        ari=adjusted_rand_index(found.labels[both], published),
        people=len(published),
        published_groups=len(np.unique(published)),
        found_groups=found.grouping.k,
    )


def _tell(progress: Progress | None, stage: str, done: int, of: int) -> None:
    if progress is not None:
        progress(stage, done, of)


def _library_version() -> str:
    try:
        return version("tavolo")
    except PackageNotFoundError:
        return "unknown"


__all__ = ["DataError", "Result", "analyse", "read", "table_from_array"]
