"""Put counts, statistics and verdicts together into the frozen Result; no formula lives here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tavolo.dialogue.convergence.intervals import share_interval
from tavolo.dialogue.convergence.pipeline import Comparison, Found, priorities
from tavolo.dialogue.convergence.representative import polis_choice, row_of
from tavolo.dialogue.convergence.result import (
    Agreement,
    ConsensusEntry,
    Counts,
    FamilyWise,
    Group,
    GroupStatement,
    Kind,
    MapQuality,
    Method,
    Moderation,
    Projection,
    Representative,
    Result,
    Share,
    Side,
    Stability,
    Statement,
    Verdict,
)
from tavolo.dialogue.convergence.spectrum import extremity, statement_positions
from tavolo.dialogue.convergence.statistics import consensus_list
from tavolo.dialogue.convergence.table import UNKNOWN, Groups, VoteTable
from tavolo.dialogue.convergence.verdicts import Verdicts

GroupSet = tuple[tuple[str, ...], NDArray[Any], Comparison]
Sets = Mapping[str, GroupSet]


def letters(count: int) -> tuple[str, ...]:
    """Return the ids of found groups, "A" for the largest."""
    return tuple(chr(ord("A") + at) for at in range(count))


def result(
    table: VoteTable,
    found: Found,
    sets: Sets,
    declared: Groups | None,
    verdicts: Verdicts,
    over: str,
    *,
    stability: Stability,
    agreement: Agreement | None,
    method: Method,
) -> Result:
    """Return the Result out of its parts."""
    cast = found.map.cast
    judged = sets[over][0] if over in sets else ("all",)
    statements = _statements(table, found, sets, declared, verdicts, judged, over, method.level)
    groups = tuple(
        group
        for kind in sets
        for group in _groups(table, found, kind, sets[kind], declared)  # type: ignore[arg-type]
    )
    outside = None if declared is None else int((declared.of_person < 0).sum())
    known = [group for group in groups if group.kind == "declared"]
    return Result(
        source=table.source,
        participants=len(table.participants),
        voters=int((cast > 0).sum()),
        votes=int(cast.sum()),
        statements=statements,
        groups=groups,
        stability=stability,
        agreement=agreement,
        projection=_projection(table, found, declared, stability.published),
        quality=_quality(found),
        consensus=_consensus(table, found),
        moderation=_moderation(table),
        method=method,
        unheard={group.id: (group.census or group.size) - group.voters for group in known},
        people_without_group=outside,
        family=_family(verdicts),
        notes=table.notes,
    )


def _family(verdicts: Verdicts) -> FamilyWise:
    family = verdicts.familywise
    return FamilyWise(
        family.statements, family.stated, family.chance_of_any_error, family.bound, family.stated_table_wide
    )


def _statements(
    table: VoteTable,
    found: Found,
    sets: Sets,
    declared: Groups | None,
    verdicts: Verdicts,
    judged: tuple[str, ...],
    over: str,
    level: float,
) -> tuple[Statement, ...]:
    everyone = found.map.sums.counts
    counts = sets["declared"][2].counts.sum(axis=0) if "declared" in sets else everyone
    census = _census(declared)
    total = int(census.sum()) if census is not None and census.all() else 0
    support, dissent = _shares(counts[None], np.array([total]), level)
    reach = extremity(found.map.axes, found.map.columns)
    place = statement_positions(found.map.axes, found.map.columns)
    priority = priorities(counts, reach, table.meta)
    alone = (everyone[0] + 1) / (everyone.sum(axis=0) + 2)
    consensus = sets[over][2].consensus if over in sets else alone
    by_group = _by_group(table, sets, declared, verdicts, over, level)
    excluded = table.excluded
    return tuple(
        Statement(
            id=table.statements[c],
            text=table.texts[c],
            moderated=None if table.moderated[c] == UNKNOWN else int(table.moderated[c]),
            meta=bool(table.meta[c]),
            excluded=bool(excluded[c]),
            counts=Counts(*counts[:, c].tolist()),
            everyone=Counts(*everyone[:, c].tolist()),
            support=support[0][c],
            dissent=dissent[0][c],
            group_aware_consensus=float(consensus[c]),
            verdict=_verdict(verdicts, c, judged),
            extremity=float(reach[c]),
            priority=float(priority[c]),
            position=(float(place[0, c]), float(place[1, c])),
            by_group=tuple(rows[c] for rows in by_group),
        )
        for c in range(len(table.statements))
    )


def _verdict(verdicts: Verdicts, c: int, names: tuple[str, ...]) -> Verdict:
    named = verdicts.named[:, c]
    return Verdict(
        code=str(verdicts.code[c]),
        side=int(verdicts.side[c]),
        probability=float(verdicts.probability[c]),
        leading=str(verdicts.leading[c]),
        reason=str(verdicts.reason[c]),
        supporting=tuple(name for name, sign in zip(names, named, strict=True) if sign > 0),
        rejecting=tuple(name for name, sign in zip(names, named, strict=True) if sign < 0),
        missing=tuple(name for name, lack in zip(names, verdicts.missing[:, c], strict=True) if lack),
        table_wide=bool(verdicts.table_wide[c]),
        table_wide_probability=float(verdicts.table_wide_probability[c]),
    )


def _census(declared: Groups | None) -> NDArray[np.int64] | None:
    return declared.census if declared is not None and len(declared.census) else None


def _shares(
    counts: NDArray[np.int64], census: NDArray[np.int64], level: float
) -> tuple[list[list[Share]], list[list[Share]]]:
    """Return support and dissent of counts (groups, 3, statements) with exact intervals."""
    seen = counts.sum(axis=1)
    return tuple(  # type: ignore[return-value]
        _share_rows(
            counts[:, side], seen, *share_interval(counts[:, side], seen, census[:, None], level), level
        )
        for side in (0, 1)
    )


def _share_rows(
    votes: NDArray[np.int64], seen: NDArray[np.int64], low: Any, high: Any, level: float
) -> list[list[Share]]:
    return [
        [
            Share(x / n if n else None, below, above, level)
            for x, n, below, above in zip(
                *(part[g].tolist() for part in (votes, seen, low, high)), strict=True
            )
        ]
        for g in range(len(votes))
    ]


def _by_group(
    table: VoteTable, sets: Sets, declared: Groups | None, verdicts: Verdicts, over: str, level: float
) -> list[list[GroupStatement]]:
    """Return one list over statements per group, declared groups first."""
    rows: list[list[GroupStatement]] = []
    for kind, (names, of_person, compared) in sets.items():
        sizes = np.bincount(of_person[of_person >= 0], minlength=len(names))
        census = _census(declared) if kind == "declared" else None
        stated = np.zeros(len(names), np.int64) if census is None else census
        support, dissent = _shares(compared.counts, stated, level)
        for g, name in enumerate(names):
            states = verdicts.state[g].tolist() if kind == over else None
            rows.append(
                _group_rows(
                    name,
                    kind,  # type: ignore[arg-type]
                    compared,
                    g,
                    int(stated[g] or sizes[g]),
                    (support[g], dissent[g]),
                    states,
                )
            )
    return rows


def _group_rows(
    name: str,
    kind: Kind,
    compared: Comparison,
    g: int,
    size: int,
    shares: tuple[list[Share], list[Share]],
    states: list[str] | None,
) -> list[GroupStatement]:
    figures = compared.statistics
    pa, pd, pat, pdt = (part[g].tolist() for part in (figures.pa, figures.pd, figures.pat, figures.pdt))
    ra, rd, rat, rdt = (_or_none(part[g]) for part in (figures.ra, figures.rd, figures.rat, figures.rdt))
    counts = compared.counts[g].T.tolist()
    return [
        GroupStatement(
            group=name,
            kind=kind,
            counts=Counts(*counts[c]),
            pa=pa[c],
            pd=pd[c],
            pat=pat[c],
            pdt=pdt[c],
            ra=ra[c],
            rd=rd[c],
            rat=rat[c],
            rdt=rdt[c],
            size=size,
            unheard=size - sum(counts[c]),
            support=shares[0][c],
            dissent=shares[1][c],
            state=None if states is None else states[c],
        )
        for c in range(len(counts))
    ]


def _or_none(values: NDArray[np.float64]) -> list[float | None]:
    return [None if value != value else value for value in values.tolist()]


def _groups(
    table: VoteTable, found: Found, kind: Kind, group_set: GroupSet, declared: Groups | None
) -> list[Group]:
    names, of_person, compared = group_set
    census = _census(declared) if kind == "declared" else None
    agree, disagree, seen = compared.counts[:, 0], compared.counts[:, 1], compared.counts.sum(axis=1)
    voters = found.map.cast > 0
    groups = []
    for g, name in enumerate(names):
        mine = of_person == g
        present = mine & voters
        centre = found.map.coordinates[:, present].mean(axis=1).tolist() if present.any() else None
        row = row_of(g, agree, disagree, seen, compared.statistics)
        groups.append(
            Group(
                id=name,
                kind=kind,
                size=int(mine.sum()),
                voters=int(present.sum()),
                census=int(census[g]) if census is not None and census[g] else None,
                centre=None if centre is None else (centre[0], centre[1]),
                representative=_named(compared.representative[g], table),
                representative_polis=_named(polis_choice(row, table.excluded), table),
            )
        )
    return groups


def _named(chosen: tuple[Representative, ...], table: VoteTable) -> tuple[Representative, ...]:
    return tuple(replace(entry, statement=table.statements[int(entry.statement)]) for entry in chosen)


def _projection(table: VoteTable, found: Found, declared: Groups | None, published: bool) -> Projection:
    nobody = np.full(len(table.participants), -1, np.int64)
    return Projection(
        participants=table.participants,
        x=found.map.coordinates[0],
        y=found.map.coordinates[1],
        votes=found.map.cast,
        declared=nobody if declared is None else declared.of_person,
        found=found.labels if published else nobody,
    )


def _quality(found: Found) -> MapQuality:
    axes = found.map.axes
    values = tuple(float(value) for value in axes.eigenvalues)
    shares = [value / axes.total if axes.total > 0 else 0.0 for value in values[:2]] + [0.0, 0.0]
    return MapQuality(eigenvalues=values, explained=(shares[0], shares[1]), gap=axes.gap)


def _consensus(table: VoteTable, found: Found) -> tuple[ConsensusEntry, ...]:
    counts = found.map.sums.counts
    seen = counts.sum(axis=0)
    sides: tuple[tuple[Side, int], ...] = (("agree", 0), ("disagree", 1))
    return tuple(
        ConsensusEntry(table.statements[c], side, int(counts[row, c]), int(seen[c]), share, test)
        for side, row in sides
        for c, share, test in consensus_list(counts[row], seen, ~table.excluded)
    )


def _moderation(table: VoteTable) -> Moderation:
    def names(flags: NDArray[np.bool_]) -> tuple[str, ...]:
        return tuple(table.statements[c] for c in np.flatnonzero(flags))

    return Moderation(
        out=names(table.moderated == -1),
        undecided=names(table.moderated == 0),
        meta=names(table.meta),
        excluded=names(table.excluded),
    )
