# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Results: what each audience may see.

`Tally` rows are exact and final; nothing is shown from them except through `disclosure`.
"""

from __future__ import annotations

import uuid
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from tavolo.common.errors import Problem
from tavolo.common.remembering import remembered
from tavolo.dialogue import disclosure
from tavolo.dialogue.disclosure import POOL, Label, SideState
from tavolo.dialogue.models import (
    Consultation,
    Group,
    Party,
    Release,
    Side,
    StatementVersion,
    Tally,
    Turnout,
)

Counts = NDArray[np.int64]
NOTHING = np.zeros(3, dtype=np.int64)


@dataclass
class Cells:
    """Counts of a closed consultation by unit: `counts[side][unit]` is (statements, 3), `voters` likewise."""

    versions: list[StatementVersion]
    counts: dict[str, dict[Hashable, Counts]] = field(default_factory=dict)
    voters: dict[str, dict[Hashable, int]] = field(default_factory=dict)
    eligible: dict[str, dict[Hashable, int]] = field(default_factory=dict)
    names: dict[Hashable, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Column:
    """The figures of one label as they may be shown: rows of `hidden` statements are zero and withheld."""

    label: Label
    name: str
    counts: Counts
    hidden: NDArray[np.bool_]
    voters: int
    eligible: int


@dataclass(frozen=True, eq=False)
class View:
    """Everything numerical one audience may see. `own` is the viewer's party's column, beside the shared."""

    consultation: Consultation
    versions: list[StatementVersion]
    columns: list[Column]
    own: Column | None
    waiting: list[str]
    hidden_sides: list[str]


@remembered
def load_cells(consultation: Consultation) -> Cells:
    """Read the final counts, added up by party (or pool) within each side."""
    versions = list(
        StatementVersion.objects.filter(consultation=consultation)
        .select_related("statement", "statement__theme")
        .prefetch_related("translations")
        .order_by("statement__number", "number")
    )
    cells = Cells(versions)
    row_of = {version.pk: row for row, version in enumerate(versions)}
    groups = {g.pk: g for g in consultation.groups.select_related("party__organisation")}
    for turnout in Turnout.objects.filter(consultation=consultation):
        unit = _unit(groups, turnout.group_id)
        part = cells.counts.setdefault(turnout.side, {})
        part.setdefault(unit, np.zeros((len(versions), 3), dtype=np.int64))
        held = cells.voters.setdefault(turnout.side, {})
        held[unit] = held.get(unit, 0) + turnout.voters
    for tally in Tally.objects.filter(consultation=consultation):
        unit = _unit(groups, tally.group_id)
        row = cells.counts[tally.side][unit][row_of[tally.version_id]]
        row += (tally.agree, tally.disagree, tally.passed)
    for group in groups.values():
        unit = POOL if group.pooled else group.party_id
        if unit in cells.counts.get(group.side, {}):
            part_eligible = cells.eligible.setdefault(group.side, {})
            part_eligible[unit] = part_eligible.get(unit, 0) + (group.eligible or 0)
            cells.names[group.party_id] = str(group.party)
    return cells


def _unit(groups: Mapping[uuid.UUID, Group], group_id: uuid.UUID | None) -> Hashable:
    return POOL if group_id is None else groups[group_id].party_id


def side_states(consultation: Consultation, cells: Cells) -> list[SideState]:
    """Return, for each side with figures, its parties in order and the order of releases."""
    released = list(
        Release.objects.filter(consultation=consultation)
        .order_by("position")
        .values_list("party_id", flat=True)
    )
    order = {party: index for index, party in enumerate(cells.names)}
    out = []
    for side in [value for value in (*Side.values, "") if value in cells.counts]:
        parties = sorted((u for u in cells.counts[side] if u != POOL), key=lambda u: order.get(u, 0))
        out.append(
            SideState(side, tuple(parties), POOL in cells.counts[side],
                      tuple(party for party in released if party in parties))
        )  # fmt: skip
    return out


@remembered
def view_for(consultation: Consultation, party: Party | None = None) -> View:
    """Return what the shared map shows, and beside it the own figures of `party` if one is given."""
    if not consultation.has_results:
        raise Problem(_("Figures appear after the consultation is closed."))
    cells = load_cells(consultation)
    if consultation.imported:
        return _imported_view(consultation, cells)
    states = side_states(consultation, cells)
    levels = _levels(consultation, cells)
    labels = disclosure.shared_labels(states)
    shown_sides = {label.side for label in labels}
    shown = {unit for label in labels if label.kind == "party" for unit in label.units}
    own = None
    if party is not None and party.pk in cells.counts.get(party.side, {}):
        own = _column(cells, levels, Label(str(party.pk), "party", party.side, (party.pk,)))
    return View(
        consultation,
        cells.versions,
        [_column(cells, levels, label) for label in labels],
        own,
        waiting=[str(unit) for state in states for unit in state.released if unit not in shown],
        hidden_sides=[state.side for state in states if state.side not in shown_sides],
    )


def _levels(consultation: Consultation, cells: Cells) -> dict[str, list[str]]:
    least = consultation.table.minimum_group
    return {
        side: [
            disclosure.statement_level({unit: int(c[row].sum()) for unit, c in units.items()}, least)
            for row in range(len(cells.versions))
        ]
        for side, units in cells.counts.items()
    }


def _column(cells: Cells, levels: dict[str, list[str]], label: Label) -> Column:
    units = cells.counts[label.side]
    counts = sum((units[unit] for unit in label.units), np.zeros((len(cells.versions), 3), np.int64))
    fine = "units" if label.kind != "side" else "side"
    hidden = np.array([level != "units" and level != fine for level in levels[label.side]], dtype=bool)
    name = cells.names.get(label.units[0], "") if label.kind == "party" else ""
    return Column(
        label,
        name,
        np.where(hidden[:, None], 0, counts),
        hidden,
        sum(cells.voters[label.side][unit] for unit in label.units),
        sum(cells.eligible.get(label.side, {}).get(unit, 0) for unit in label.units),
    )


def _imported_view(consultation: Consultation, cells: Cells) -> View:
    label = Label("everyone", "side", "", (POOL,))
    counts = cells.counts[""][POOL]
    column = Column(label, "", counts, np.zeros(len(counts), dtype=bool), cells.voters[""][POOL], 0)
    return View(consultation, cells.versions, [column], None, [], [])
