# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""From closed ballots to a convergence result for one audience, holding nothing that audience may not see.

Only ballots of shown labels go in, and cells withheld by `disclosure` are emptied first; so whatever the
analysis derives is a function of what may be shown. The map is coarsened to marks of several people.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Hashable
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import override
from numpy.typing import NDArray

from tavolo.common.errors import Problem
from tavolo.dialogue.coarsening import gather
from tavolo.dialogue.convergence.analysis import analyse
from tavolo.dialogue.convergence.export import render
from tavolo.dialogue.convergence.result import Result, Source
from tavolo.dialogue.convergence.table import VoteTable, declared_groups, table_from_array
from tavolo.dialogue.disclosure import POOL
from tavolo.dialogue.models import ClosedBallot, Consultation, Group, Side, StatementVersion
from tavolo.dialogue.services.results import Column, View, view_for

# One byte of a closed ballot -> the vote as the analysis reads it (-128: not seen).
MEANING = np.array([-128, 1, -1, 0], dtype=np.int8)
SEED = 20260413
MOST_MARKS = 130  # about; between half and all of it are drawn


@dataclass(frozen=True, eq=False)
class Visible:
    """The ballots an audience's picture is made of: votes (people, versions), and each one's label."""

    votes: NDArray[np.int8]
    labels: list[str]


def audience_of(view: View, language: str) -> str:
    """Return a short name of what a view shows; equal names show equal figures."""
    shown = ",".join(sorted(column.label.key for column in view.columns))
    return f"{hashlib.sha256(shown.encode()).hexdigest()[:40]}/{language}"


def label_name(column: Column) -> str:
    """Return the name of a label in the language in force."""
    if column.label.kind == "party":
        return column.name
    if not column.label.side:
        return _("All participants")
    side = Side(column.label.side)
    if column.label.kind == "rest":
        return {
            Side.WORKERS: _("Workers' side, the others"),
            Side.EMPLOYERS: _("Employers' side, the others"),
            Side.PUBLIC: _("Public bodies, the others"),
        }[side]
    return {
        Side.WORKERS: _("Workers' side"),
        Side.EMPLOYERS: _("Employers' side"),
        Side.PUBLIC: _("Public bodies"),
    }[side]


def visible_ballots(view: View) -> Visible:
    """Read the ballots of the view's labels, withheld cells emptied."""
    consultation = view.consultation
    party_of: dict[uuid.UUID, uuid.UUID] = dict(
        Group.objects.filter(consultation=consultation).values_list("pk", "party_id")
    )
    slots = [version.slot for version in view.versions]
    of_unit: dict[tuple[str, Hashable], Column] = {
        (column.label.side, unit): column for column in view.columns for unit in column.label.units
    }
    names = {column.label: label_name(column) for column in view.columns}
    rows, labels = [], []
    for side, group_id, votes in ClosedBallot.objects.filter(consultation=consultation).values_list(
        "side", "group_id", "votes"
    ):
        column = of_unit.get((side, POOL if group_id is None else party_of[group_id]))
        if column is None:
            continue
        row = MEANING[np.frombuffer(bytes(votes), dtype=np.uint8)[slots]]
        row[column.hidden] = -128
        rows.append(row)
        labels.append(names[column.label])
    return Visible(np.array(rows, dtype=np.int8).reshape(len(rows), len(slots)), labels)


def statement_id(version: StatementVersion) -> str:
    """Return the number people see; later versions of a statement carry their own."""
    base = str(version.statement.number)
    return base if version.number == 1 else f"{base}.{version.number}"


def text_in(version: StatementVersion, language: str) -> str:
    """Return the version's text in a language if it is translated, else as written."""
    for translation in version.translations.all():
        if translation.language == language:
            return str(translation.text)
    return str(version.text)


def table_of(view: View, visible: Visible, language: str) -> VoteTable:
    """Return the visible ballots as the analysis reads them."""
    consultation = view.consultation
    table = table_from_array(
        visible.votes,
        statements=[statement_id(version) for version in view.versions],
        texts=[text_in(version, language) for version in view.versions],
        moderated=[1 if v.open_to_votes and not v.statement.withdrawn else -1 for v in view.versions],
        meta=[statement_id(version) for version in view.versions if version.statement.meta],
        name=consultation.title,
    )
    source = Source(
        name=consultation.title, title=consultation.title, description=consultation.question,
        attribution=consultation.source,
    )  # fmt: skip
    return replace(table, source=source)


def result_for(consultation: Consultation, language: str) -> Result:
    """Return the analysis of what the shared map of a consultation may show, coarsened."""
    view = view_for(consultation)
    if not view.columns:
        raise Problem(_("No results may be shown yet: the parties have not released them."))
    return _cached(consultation.pk, audience_of(view, language), language)


def file_for(consultation: Consultation, language: str, kind: str) -> bytes:
    """Return what `result_for` says as a file (csv, json, pdf)."""
    result_for(consultation, language)  # refuses where nothing may be shown
    return _file(consultation.pk, audience_of(view_for(consultation), language), language, kind)


@lru_cache(maxsize=8)
def _file(consultation_id: uuid.UUID, audience: str, language: str, kind: str) -> bytes:
    """Return one output; the last ones are kept: typesetting a report takes a second, sending it nothing."""
    return render(_cached(consultation_id, audience, language), f".{kind}", language)


@lru_cache(maxsize=8)
def _cached(consultation_id: uuid.UUID, audience: str, language: str) -> Result:
    view = view_for(Consultation.objects.select_related("table").get(pk=consultation_id))
    with override(language):
        visible = visible_ballots(view)
        table = table_of(view, visible, language)
        if view.consultation.imported:
            return coarsened(analyse(table, seed=SEED), view.consultation.table.minimum_group)
        census = {label_name(column): column.eligible for column in view.columns if column.eligible}
        groups = declared_groups(visible.labels, table.participants, census)
        return coarsened(analyse(table, groups, seed=SEED), view.consultation.table.minimum_group)


def coarsened(result: Result, least: int) -> Result:
    """Return the result with everybody drawn at the mean of a part of at least `least` people."""
    at = result.projection
    label = at.declared if result.declared else at.found
    wanted = -(-len(at.x) // MOST_MARKS)
    x, y, part = gather(at.x, at.y, label, least, wanted)
    loose = part < 0
    votes, found = at.votes.copy(), at.found.copy()
    for number in np.unique(part[~loose]):
        inside = part == number
        votes[inside] = max(1, round(float(votes[inside].mean())))
        values, counts = np.unique(found[inside], return_counts=True)
        found[inside] = values[counts.argmax()]
    votes[loose], found[loose] = 0, -1
    projection = replace(at, x=np.where(loose, 0.0, x), y=np.where(loose, 0.0, y), votes=votes, found=found)
    return _without_small_found_groups(replace(result, projection=projection), least)


def _without_small_found_groups(result: Result, least: int) -> Result:
    """Return the result without any found group if one of them is smaller than may be shown."""
    if all(group.size >= least for group in result.found):
        return result
    statements = tuple(
        replace(s, by_group=tuple(entry for entry in s.by_group if entry.kind != "found"))
        for s in result.statements
    )
    nowhere = np.full_like(result.projection.found, -1)
    return replace(
        result,
        groups=result.declared,
        statements=statements,
        stability=replace(result.stability, published=False, reason="too_few_people"),
        projection=replace(result.projection, found=nowhere),
    )
