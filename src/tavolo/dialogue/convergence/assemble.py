"""Put counts, statistics and verdicts together into the frozen Result; no formula lives here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tavolo.dialogue.convergence.intervals import share_interval
from tavolo.dialogue.convergence.pipeline import Comparison, Map, priorities
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
from tavolo.dialogue.convergence.spectrum import Axes, extremity, statement_positions
from tavolo.dialogue.convergence.statistics import consensus_list
from tavolo.dialogue.convergence.table import UNKNOWN, VoteTable
from tavolo.dialogue.convergence.verdicts import Verdicts

Sets = Mapping[str, tuple[tuple[str, ...], Comparison]]
Head = tuple[int, int, tuple[float, float] | None]  # participants, voters, centre


@dataclass(frozen=True, eq=False)
class People:
    """Who took part: totals, per kind of group a Head per group, and the map of everybody."""

    participants: int
    voters: int
    votes: int
    outside: int | None
    heads: Mapping[str, list[Head]]
    projection: Projection


def letters(count: int) -> tuple[str, ...]:
    """Return the ids of found groups, "A" for the largest."""
    return tuple(chr(ord("A") + at) for at in range(count))


def result(
    table: VoteTable,
    drawn: Map,
    people: People,
    sets: Sets,
    census: NDArray[np.int64] | None,
    verdicts: Verdicts,
    *,
    stability: Stability,
    agreement: Agreement | None,
    method: Method,
) -> Result:
    """Return the Result out of its parts; `census` belongs to the declared groups, 0 where unknown."""
    over = method.consensus_over
    groups = tuple(
        group
        for kind in sets
        for group in _groups(table, kind, sets, people.heads[kind], census)  # type: ignore[arg-type]
    )
    known = [group for group in groups if group.kind == "declared"]
    return Result(
        source=table.source,
        participants=people.participants,
        voters=people.voters,
        votes=people.votes,
        statements=_statements(table, drawn, people, sets, census, verdicts, over, method.level),
        groups=groups,
        stability=stability,
        agreement=agreement,
        projection=people.projection,
        quality=_quality(drawn.axes),
        consensus=_consensus(table, drawn.sums.counts),
        moderation=_moderation(table),
        method=method,
        unheard={group.id: (group.census or group.size) - group.voters for group in known},
        people_without_group=people.outside,
        family=_family(verdicts),
        notes=table.notes,
    )


def people_of(table: VoteTable, drawn: Map, labels: Mapping[str, NDArray[np.int64]], sets: Sets) -> People:
    """Return who took part, from one row per person; `labels` holds the group of each, by kind."""
    voters = drawn.cast > 0
    nobody = np.full(len(table.participants), -1, np.int64)
    heads: dict[str, list[Head]] = {}
    for kind, (names, _) in sets.items():
        heads[kind] = []
        for g in range(len(names)):
            mine = labels[kind] == g
            present = mine & voters
            centre = drawn.coordinates[:, present].mean(axis=1).tolist() if present.any() else None
            place = None if centre is None else (centre[0], centre[1])
            heads[kind].append((int(mine.sum()), int(present.sum()), place))
    return People(
        participants=len(table.participants),
        voters=int(voters.sum()),
        votes=int(drawn.cast.sum()),
        outside=int((labels["declared"] < 0).sum()) if "declared" in sets else None,
        heads=heads,
        projection=Projection(
            participants=table.participants,
            x=drawn.coordinates[0],
            y=drawn.coordinates[1],
            votes=drawn.cast,
            declared=labels["declared"] if "declared" in sets else nobody,
            found=labels["found"] if "found" in sets else nobody,
        ),
    )


def _family(verdicts: Verdicts) -> FamilyWise:
    family = verdicts.familywise
    return FamilyWise(
        family.statements, family.stated, family.chance_of_any_error, family.bound, family.stated_table_wide
    )


def _statements(
    table: VoteTable,
    drawn: Map,
    people: People,
    sets: Sets,
    census: NDArray[np.int64] | None,
    verdicts: Verdicts,
    over: str,
    level: float,
) -> tuple[Statement, ...]:
    everyone = drawn.sums.counts
    judged = sets[over][0] if over in sets else ("all",)
    counts = sets["declared"][1].counts.sum(axis=0) if "declared" in sets else everyone
    total = int(census.sum()) if census is not None and census.all() else 0
    support, dissent = _shares(counts[None], np.array([total]), level)
    reach = extremity(drawn.axes, drawn.columns)
    place = statement_positions(drawn.axes, drawn.columns)
    priority = priorities(counts, reach, table.meta)
    alone = (everyone[0] + 1) / (everyone.sum(axis=0) + 2)
    consensus = sets[over][1].consensus if over in sets else alone
    by_group = _by_group(sets, people, census, verdicts, over, level)
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
    sets: Sets,
    people: People,
    census: NDArray[np.int64] | None,
    verdicts: Verdicts,
    over: str,
    level: float,
) -> list[list[GroupStatement]]:
    """Return one list over statements per group, declared groups first."""
    rows: list[list[GroupStatement]] = []
    for kind, (names, compared) in sets.items():
        known = census if kind == "declared" else None
        stated = np.zeros(len(names), np.int64) if known is None else known
        support, dissent = _shares(compared.counts, stated, level)
        for g, name in enumerate(names):
            states = verdicts.state[g].tolist() if kind == over else None
            size = int(stated[g]) or people.heads[kind][g][0]
            shares = support[g], dissent[g]
            rows.append(_group_rows(name, kind, compared, g, size, shares, states))  # type: ignore[arg-type]
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
    table: VoteTable, kind: Kind, sets: Sets, heads: list[Head], census: NDArray[np.int64] | None
) -> list[Group]:
    names, compared = sets[kind]
    known = census if kind == "declared" else None
    agree, disagree, seen = compared.counts[:, 0], compared.counts[:, 1], compared.counts.sum(axis=1)
    groups = []
    for g, name in enumerate(names):
        row = row_of(g, agree, disagree, seen, compared.statistics)
        groups.append(
            Group(
                id=name,
                kind=kind,
                size=heads[g][0],
                voters=heads[g][1],
                census=int(known[g]) if known is not None and known[g] else None,
                centre=heads[g][2],
                representative=_named(compared.representative[g], table),
                representative_polis=_named(polis_choice(row, table.excluded), table),
            )
        )
    return groups


def _named(chosen: tuple[Representative, ...], table: VoteTable) -> tuple[Representative, ...]:
    return tuple(replace(entry, statement=table.statements[int(entry.statement)]) for entry in chosen)


def _quality(axes: Axes) -> MapQuality:
    values = tuple(float(value) for value in axes.eigenvalues)
    shares = [value / axes.total if axes.total > 0 else 0.0 for value in values[:2]] + [0.0, 0.0]
    return MapQuality(eigenvalues=values, explained=(shares[0], shares[1]), gap=axes.gap)


def _consensus(table: VoteTable, counts: NDArray[np.int64]) -> tuple[ConsensusEntry, ...]:
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
