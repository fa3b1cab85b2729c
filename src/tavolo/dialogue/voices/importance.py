# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Marks of importance: counted at the close, shown under the rules that hold for the votes themselves."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tavolo.dialogue.disclosure import POOL
from tavolo.dialogue.models import Consultation, Group, StatementVersion
from tavolo.dialogue.sealing import Ballot, unpack, unpack_marks
from tavolo.dialogue.services.analysing import label_name, statement_id, text_in
from tavolo.dialogue.services.results import view_for
from tavolo.dialogue.voices.models import Importance


def write(
    consultation: Consultation, groups: Sequence[Group], where: Sequence[str], ballots: Sequence[Ballot]
) -> None:
    """Write how many of each group (or of the pool of a side) marked each version, at the close.

    `where` says of each group whether it keeps its name, is pooled or is not counted, as for the votes. The
    marks themselves are kept with no anonymous ballot: only these counts remain.
    """
    versions = list(StatementVersion.objects.filter(consultation=consultation).order_by("slot"))
    packed = [ballot.packed for ballot in ballots]
    votes, marks = unpack(packed, len(versions)), unpack_marks(packed, len(versions))
    number = np.fromiter((ballot.group for ballot in ballots), np.int64, len(ballots))
    cells: dict[tuple[str, uuid.UUID | None], Any] = {}
    for group, place in zip(groups, where, strict=True):
        if place == "dropped":
            continue
        cell = (group.side, group.pk if place == "own" else None)
        inside = number == group.number
        both = np.stack([(votes[inside] > 0).sum(axis=0), marks[inside].sum(axis=0)])
        cells[cell] = cells.get(cell, 0) + both
    Importance.objects.bulk_create(
        (
            Importance(
                territory_id=consultation.territory_id, consultation=consultation, version=version,
                side=side, group_id=group, voted=int(both[0, version.slot]),
                marked=int(both[1, version.slot]),
            )
            for (side, group), both in cells.items()
            for version in versions
        ),
        batch_size=5_000,
    )  # fmt: skip


@dataclass(frozen=True)
class Share:
    """One label's marks on a statement; None where they may not be shown."""

    name: str
    voted: int | None
    marked: int | None

    @property
    def percent(self) -> int | None:
        """Return the share in whole percent."""
        if self.marked is None or not self.voted:
            return None
        return round(100 * self.marked / self.voted)


@dataclass(frozen=True)
class Line:
    """One statement: its number, words, the marks of everybody shown, and by label."""

    number: str
    text: str
    total: Share
    by_label: tuple[Share, ...]


def shares(consultation: Consultation, language: str) -> list[Line]:
    """Return what the shared map may show of the marks, the most often marked first.

    A cell is shown where the votes of the same label on the same version are (`disclosure`).
    """
    if not consultation.has_results or not Importance.objects.filter(consultation=consultation).exists():
        return []
    view = view_for(consultation)
    if not view.columns:
        return []
    held = _by_unit(consultation)
    out = []
    for place, version in enumerate(view.versions):
        by_label = tuple(_share(column, held, version.pk, place) for column in view.columns)
        voted = sum(share.voted or 0 for share in by_label)
        marked = sum(share.marked or 0 for share in by_label)
        if voted:
            total = Share("", voted, marked)
            out.append(Line(statement_id(version), text_in(version, language), total, by_label))
    return sorted(out, key=lambda line: -(line.total.marked or 0) / (line.total.voted or 1))


def _by_unit(consultation: Consultation) -> dict[tuple[str, Any, uuid.UUID], tuple[int, int]]:
    party_of = dict(Group.objects.filter(consultation=consultation).values_list("pk", "party_id"))
    held: dict[tuple[str, Any, uuid.UUID], tuple[int, int]] = {}
    for row in Importance.objects.filter(consultation=consultation):
        unit = POOL if row.group_id is None else party_of[row.group_id]
        key = (row.side, unit, row.version_id)
        voted, marked = held.get(key, (0, 0))
        held[key] = (voted + row.voted, marked + row.marked)
    return held


def _share(column: Any, held: dict[Any, tuple[int, int]], version_id: uuid.UUID, place: int) -> Share:
    name = label_name(column)
    if column.hidden[place]:
        return Share(name, None, None)
    cells = [held.get((column.label.side, unit, version_id), (0, 0)) for unit in column.label.units]
    return Share(name, sum(cell[0] for cell in cells), sum(cell[1] for cell in cells))
