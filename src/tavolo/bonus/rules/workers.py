"""Workers as arrays: what a payroll file says, in integer units.

Money in cents, hours in hundredths, part-time and coefficients in ten-thousandths, rates in millionths.
A missing value is -1 in the columns where it may be missing; a column absent from the file is None.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from tavolo.bonus.rules.cents import Cents
from tavolo.bonus.rules.errors import RuleError
from tavolo.bonus.rules.net import Flags

FULL = 10_000
MISSING = -1
Days = NDArray[np.datetime64]


@dataclass(frozen=True)
class Workers:
    """n workers. `ids` are distinct and decide ties in the last cent."""

    ids: NDArray[np.str_]
    level: NDArray[np.int32]
    level_names: tuple[str, ...]
    contribution_rate: Cents
    names: tuple[str, ...] | None = None
    gender: NDArray[np.int8] | None = None
    contract: NDArray[np.int32] | None = None
    contract_names: tuple[str, ...] = ()
    part_time: Cents | None = None
    contract_hours: Cents | None = None
    worked_hours: Cents | None = None
    leave_hours: Mapping[str, Cents] = field(default_factory=dict)
    pay: Cents | None = None
    pensionable_pay: Cents | None = None
    prior_income: Cents | None = None
    taxable_income: Cents | None = None
    surtax_rate: Cents | None = None
    hired: Days | None = None
    left: Days | None = None
    coefficient: Cents | None = None
    renounced: Flags | None = None
    cap_used: Cents | None = None
    relief_used: Cents | None = None
    fringe_used: Cents | None = None
    children: Flags | None = None
    welfare: Mapping[str, Cents] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.ids)

    def position(self, worker_id: str) -> int:
        """Row of a worker; RuleError when there is none (the id is not repeated)."""
        found = np.flatnonzero(self.ids == worker_id)
        if not len(found):
            raise RuleError("no worker has that id; look it up in the id column of the workers file")
        return int(found[0])

    def rank(self) -> Cents:
        """Rank of the ids in alphabetical order: the declared rule for ties."""
        order = np.argsort(self.ids, kind="stable")
        rank = np.empty(len(order), dtype=np.int64)
        rank[order] = np.arange(len(order))
        return rank

    def need(self, name: str, why: str) -> NDArray[np.int64]:
        """A column that the plan needs; RuleError when the file does not have it or a cell is empty."""
        column = getattr(self, name)
        if column is None:
            raise RuleError(f"the workers file has no column for '{name}', needed for {why}")
        if column.dtype == np.int64 and len(column) and int(column.min()) == MISSING:
            row = int(np.argmin(column))
            raise RuleError(f"worker in position {row + 1}: '{name}' is missing, needed for {why}")
        return np.asarray(column)

    def take(self, positions: NDArray[np.intp]) -> Workers:
        """The workers at those positions, in that order."""
        changed: dict[str, object] = {}
        for name, value in vars(self).items():
            if isinstance(value, np.ndarray):
                changed[name] = value[positions]
            elif isinstance(value, dict):
                changed[name] = {key: array[positions] for key, array in value.items()}
        if self.names is not None:
            changed["names"] = tuple(self.names[int(i)] for i in positions)
        return replace(self, **changed)  # type: ignore[arg-type]


def equivalent_hours(workers: Workers, protected: tuple[str, ...]) -> Cents:
    """Hours worked plus protected leave (hundredths of an hour)."""
    hours = workers.need("worked_hours", "the hours of presence").copy()
    for kind, leave in workers.leave_hours.items():
        if kind.lower() in {name.lower() for name in protected}:
            hours += np.maximum(leave, 0)
    return hours
